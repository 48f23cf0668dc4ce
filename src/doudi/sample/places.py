"""Townships, villages and institutions of the sample county, and the hospitals next door.

All names mark themselves as samples (样). Institutions grow with the county; one was raised from the first to
the second level on 1 July of the last full year, so that its level is dated. This module must not know who goes where.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from doudi.sample.draws import Ints
from doudi.sample.kinds import AREA, NEIGHBOUR, Level

TOWNS = ("东", "南", "西", "北", "河", "山", "桥", "庄", "泉", "林", "湖", "塔", "港", "岭", "店", "埠")
PER_TOWN, PER_VILLAGE, PER_PHARMACY, PER_CLINIC = 4_000, 700, 1_500, 2_500
HOSP_LV = {Level.TOWNSHIP: "11", Level.FIRST: "09", Level.SECOND: "06", Level.THIRD: "03"}
OUTSIDE_LV = ("02", "02", "05", "01")
PHARMACY_LV = "11"
OPENED = dt.datetime.combine(dt.date(2012, 1, 1), dt.time())
INSTITUTION_FILE = pa.schema(
    [(name, pa.string()) for name in ("fixmedins_code", "fixmedins_name", "fixmedins_type", "hosp_lv")]
    + [(name, pa.timestamp("s")) for name in ("begntime", "endtime")]
    + [(name, pa.string()) for name in ("fix_blng_admdvs", "vali_flag", "poolarea_no")]
)


@dataclass(frozen=True)
class Institution:
    """One designated hospital, clinic or pharmacy; `raised` is the day from which it has another level."""

    code: str
    name: str
    hosp_lv: str
    pharmacy: bool = False
    outside: bool = False
    raised: dt.date | None = None
    raised_to: str = ""

    @property
    def division(self) -> str:
        """The division it belongs to."""
        return NEIGHBOUR if self.outside else AREA


@dataclass(frozen=True)
class Places:
    """A county's townships, how many villages each has, and all institutions, with places by what they are."""

    towns: tuple[str, ...]
    villages: int
    institutions: tuple[Institution, ...]
    groups: dict[str, Ints] = field(default_factory=dict)

    def level_of(self) -> Ints:
        """The price level of each institution."""
        back = {code: level for level, code in HOSP_LV.items()}
        return np.array(
            [Level.OUTSIDE if one.outside else back[one.hosp_lv] for one in self.institutions], np.int64
        )


def places(people: int, year: int) -> Places:
    """The places of a county of so many people that stands in `year`."""
    towns = tuple(f"样{name}镇" for name in TOWNS[: min(max(people // PER_TOWN, 4), len(TOWNS))])
    listed = list(_institutions(towns, people, dt.date(year - 1, 7, 1)))
    institutions = tuple(one for _, one in listed)
    groups = {
        group: np.array([n for n, (of, _) in enumerate(listed) if of == group], np.int64)
        for group in dict.fromkeys(of for of, _ in listed)
    }
    return Places(towns, max(people // PER_VILLAGE // len(towns), 3), institutions, groups)


def _institutions(towns: tuple[str, ...], people: int, raised: dt.date) -> Iterator[tuple[str, Institution]]:
    """Every institution with its group; codes are numbered in this order."""
    number = {"H": 0, "P": 0}

    def one(kind: str, name: str, level: str, *, outside: bool = False) -> Institution:
        number[kind] += 1
        code = f"{kind}{NEIGHBOUR if outside else AREA}{number[kind]:05d}"
        return Institution(code, name, level, pharmacy=kind == "P", outside=outside)

    for town in towns:
        yield "township", one("H", f"{town}卫生院", HOSP_LV[Level.TOWNSHIP])
    for n in range(max(len(towns) // 2, 2)):
        first = one("H", f"样本第{n + 1}医院", HOSP_LV[Level.FIRST])
        yield "first", replace(first, raised=raised, raised_to=HOSP_LV[Level.SECOND]) if n == 0 else first
    for name in ("样本县人民医院", "样本县中医院"):
        yield "second", one("H", name, HOSP_LV[Level.SECOND])
    yield "third", one("H", "样本市中心医院", HOSP_LV[Level.THIRD])
    for n in range(max(people // PER_CLINIC, 3)):
        yield "clinic", one("H", f"样本第{n + 1}诊所", HOSP_LV[Level.TOWNSHIP])
    for n in range(max(people // PER_PHARMACY, 3)):
        yield "pharmacy", one("P", f"样本大药房{n + 1}店", PHARMACY_LV)
    for n, level in enumerate(OUTSIDE_LV):
        yield "outside", one("H", f"样本邻市第{n + 1}医院", level, outside=True)
    for n in range(3):
        yield "outside_clinic", one("H", f"样本邻市第{n + 1}门诊部", "11", outside=True)
    for n in range(6):
        yield "outside_pharmacy", one("P", f"样本邻市大药房{n + 1}店", PHARMACY_LV, outside=True)


def institutions_table(places_: Places) -> pa.Table:
    """The institutions file: one row an institution and level."""
    rows = [row for one in places_.institutions for row in _rows(one)]
    return pa.Table.from_pylist(rows, INSTITUTION_FILE)


def _rows(one: Institution) -> Iterator[dict[str, object]]:
    common = {
        "fixmedins_code": one.code,
        "fixmedins_name": one.name,
        "fixmedins_type": "2" if one.pharmacy else "1",
        "fix_blng_admdvs": one.division,
        "vali_flag": "1",
        "poolarea_no": one.division,
    }
    change = dt.datetime.combine(one.raised, dt.time()) if one.raised else None
    end = change - dt.timedelta(seconds=1) if change else None
    yield common | {"hosp_lv": one.hosp_lv, "begntime": OPENED, "endtime": end}
    if change:
        yield common | {"hosp_lv": one.raised_to, "begntime": change, "endtime": None}
