"""Lists that have no person (divisions, water), each with how it is written."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

from doudi.sample.draws import Ints
from doudi.sample.kinds import AREA
from doudi.sample.ledgers import spell
from doudi.sample.ledgers.cells import DATE, NUMBER, Sheet
from doudi.sample.ledgers.county import MERGED_ON, NATURAL, RENAMED_ON, County
from doudi.sample.ledgers.pages import Book, Page
from doudi.sample.order import day_number

SINCE = dt.date(2010, 1, 1)


def _nobody(kind: str, many: int) -> Sheet:
    return Sheet(kind, np.full(many, -1, np.int64), np.arange(many, dtype=np.int64))


def divisions(county: County) -> Book:
    """Townships, villages and natural villages, with last year's new names and mergers."""
    rows: list[tuple[str | None, ...]] = [
        (AREA, "样本县", "县", None, None, None, None, None, str(SINCE), None)
    ]
    village_at = 0
    for t, town in enumerate(county.places.towns):
        code = f"{AREA}{t + 1:03d}"
        rows.append((code, town, "乡镇", AREA, "样本县", None, None, None, str(SINCE), None))
        for v in range(county.places.villages):
            own = f"{code}{v + 201:03d}"
            renamed, merged = county.former_names[village_at]
            name = county.village_names[village_at]
            since, change = (RENAMED_ON, "更名") if renamed else (SINCE, None)
            rows.append((own, name, "村", code, town, renamed, change, None, str(since), None))
            if merged:
                rows.append(
                    (
                        f"{code}{v + 701:03d}",
                        merged,
                        "村",
                        code,
                        town,
                        None,
                        "合并",
                        own,
                        str(SINCE),
                        str(MERGED_ON),
                    )
                )
            for n, natural in enumerate(NATURAL, 1):
                rows.append(
                    (f"{own}{n:02d}", natural, "自然村", own, name, None, None, None, str(SINCE), None)
                )
            village_at += 1
    sheet = _nobody("divisions", len(rows))
    names = (
        ("admdvs", "区划代码"), ("div_name", "区划名称"), ("div_level", "级别"), ("parent_admdvs", "上级区划代码"),
        ("parent_name", "上级名称"), ("former_name", "原名称"), ("change", "变更情况"), ("successor_admdvs", "变更后代码"),
        ("begndate", "启用日期"), ("enddate", "停用日期"),
    )  # fmt: skip
    for c, (name, header) in enumerate(names):
        column = [row[c] for row in rows]
        sheet.add(name, header, column, how=DATE if name.endswith("date") else 1)
    page = Page("行政区划", sheet, "样本县行政区划一览表", ("样本县民政局", "2026年6月30日"))
    return Book("行政区划.xlsx", "divisions", "xlsx", "县民政局", (page,), care="register")


def _villages(county: County, many: int) -> tuple[Ints, pa.Array, pa.Array]:
    at = np.repeat(np.arange(len(county.village_names)), many)
    towns = [county.places.towns[k // county.places.villages] for k in at.tolist()]
    return at, pa.array(towns), pa.array([county.village_names[k] for k in at.tolist()])


def water_points(county: County) -> Book:
    """Water supply points: tab-separated text."""
    at, town, village = _villages(county, 2)
    n, draws = len(at), county.draws
    sheet = _nobody("water_points", n)
    key = sheet.key
    sheet.add("town", "乡镇", town)
    sheet.add("village", "受益村", village)
    sheet.add("point_no", "工程编号", pa.array([f"GS{k + 1:05d}" for k in range(n)]))
    sheet.add("point_name", "供水工程名称", pa.array([f"样供水点{k + 1}" for k in range(n)]))
    kind = draws.pick("supply", key, (20, 45, 30, 5))
    words = ("城市管网延伸", "规模化供水", "小型集中供水", "分散供水")
    sheet.add("supply_kind", "供水方式", pa.array(words).take(pa.array(kind)))
    sheet.add("households", "受益户数", spell.numbers(30 + draws.below("served", key, 300)))
    grades = ("达标", "基本达标", "不达标")
    for name, header in (
        ("quantity", "水量"),
        ("quality", "水质"),
        ("convenience", "方便程度"),
        ("reliability", "保证率"),
    ):
        grade = draws.pick(name, key, (86, 12, 2))
        sheet.add(
            name,
            f"{header}评价"
            if name in ("quantity", "quality")
            else f"用水{header}"
            if name == "convenience"
            else f"供水{header}",
            pa.array(grades).take(pa.array(grade)),
        )
    sheet.add("stopped_days", "年停水天数", spell.numbers(draws.below("stopped", key, 30)))
    built = day_number(dt.date(2008, 1, 1)) + draws.below("built", key, 5_500)
    sheet.add("built_on", "建成日期", spell.days(built, "slash"), spell.days(built))
    return Book(
        "农村供水工程台账.tsv",
        "water_points",
        "csv",
        "县水务局",
        (Page("", sheet),),
        encoding="gb18030",
        separator="\t",
        care="register",
    )


def water_tests(county: County) -> Book:
    """Water tests, some of which failed and were not mended."""
    at, town, village = _villages(county, 4)
    n, draws = len(at), county.draws
    sheet = _nobody("water_tests", n)
    key = sheet.key
    point = key // 2
    sheet.add("town", "乡镇", town)
    sheet.add("village", "村", village)
    sheet.add("point_name", "监测点名称", pa.array([f"样供水点{k + 1}" for k in point.tolist()]))
    sheet.add("sample_no", "样品编号", pa.array([f"SY26{k + 1:05d}" for k in range(n)]))
    season = key % 2
    sheet.add("season", "水期", pa.array(("枯水期", "丰水期")).take(pa.array(season)))
    sampled = day_number(dt.date(2026, 2, 10)) + season * 110 + draws.below("sampled", key, 20)
    sheet.add("sampled_on", "采样日期", spell.days(sampled, "dots"), spell.days(sampled))
    sheet.add("tested_on", "检测日期", spell.days(sampled + 5, "dots"), spell.days(sampled + 5))
    failed = draws.chance("water fails", key, 60_000)
    mended = draws.chance("water mended", key, 700_000)
    sheet.add(
        "passed",
        "是否合格",
        pa.array(np.where(failed, "否", "是").tolist()),
        pa.array(np.where(failed, "0", "1").tolist()),
    )
    items = pa.compute.if_else(
        pa.array(failed), pa.array(("菌落总数", "硝酸盐", "氟化物")).take(pa.array(key % 3)), None
    )
    sheet.add("failed_items", "不合格指标", items)
    sheet.add("mended", "整改情况", pa.compute.if_else(pa.array(failed & mended), "已消毒复检合格", None))
    page = Page(
        "水质",
        sheet,
        "2026年农村饮用水水质检测结果汇总表",
        ("检测单位：样本县疾控中心",),
        notes=("", "注：枯水期、丰水期各检一次。"),
    )
    return Book("水质检测结果.xlsx", "water_tests", "xlsx", "县卫生健康局", (page,), care="register")


__all__ = ["NUMBER", "divisions", "water_points", "water_tests"]
