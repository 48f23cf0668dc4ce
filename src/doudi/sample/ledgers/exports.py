"""The national system's exports as files: members and households of March and of June, the headers of June drifted; and what came,
left and changed between them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.sample.draws import Ints
from doudi.sample.ledgers import spell
from doudi.sample.ledgers.cells import Sheet
from doudi.sample.ledgers.county import MONITORED
from doudi.sample.ledgers.damage import Plan
from doudi.sample.ledgers.monitoring import DAYS, HEALTH, HEALTH_READ, LABOUR, System
from doudi.sample.ledgers.pages import Book, Page
from doudi.sample.ledgers.rows import Rows
from doudi.sample.ledgers.welfare import KINDS, LEVELS

MONTHS = ("2026年3月", "2026年6月")
AS_OF = ("2026-03-31", "2026-06-30")
DRIFTED: Mapping[str, str] = {
    "风险是否消除": "风险是否已消除0", "失学或辍学原因": "义务教育阶段未上学原因", "监测对象类型": "监测对象类别", "文化程度": "学历",
    "务工时间（月）": "务工时间（个月）", "居民医保": "是否参加城乡居民基本医疗保险", "职工医保": "是否参加城镇职工基本医疗保险",
    "大病保险": "是否参加大病保险", "户联系电话": "户主联系电话", "证件号码": "身份证件号码", "识别监测时间": "纳入监测时间",
    "合规自付支出": "家庭合规自付支出",
}  # fmt: skip
"""How June calls what March called otherwise."""
SCHOOL = {
    **dict.fromkeys(range(0, 3), "学龄前儿童"), **dict.fromkeys(range(3, 6), "学前教育"), **dict.fromkeys(range(6, 12), "小学"),
    12: "七年级", 13: "八年级", 14: "九年级", 15: "普通高中一年级", 16: "普通高中二年级", 17: "普通高中三年级",
    18: "本科一年级", 19: "本科二年级", 20: "本科三年级", 21: "本科四年级",
}  # fmt: skip
EDUCATION = ("文盲或半文盲", "小学", "初中", "高中", "大专", "本科及以上")
RISKS = ("因病", "因残", "因学", "因缺劳动力", "因务工就业不稳", "因意外事故", "因产业失败")
MEASURES = {
    "m_industry": ("产业帮扶", "发放种植补助"), "m_job": ("就业帮扶", "介绍县内务工"), "m_health": ("健康帮扶", "签约家庭医生"),
    "m_school": ("其他教育帮扶", "雨露计划"), "m_social": ("综合保障", "纳入低保"),
}  # fmt: skip
WHY = {
    "risk_cleared": "风险消除", "risk_cleared_on": "风险消除", "clear_mode": "风险消除", "head_tel": "换号", "tel": "换号",
    "health": "新患病", "hh_size": "人口变动", "work_months": "务工月数累计", "labour": "年龄", "school": "升学或年龄",
    "on_dibao": "低保变动", "is_destitute": "特困变动", "monitor_type": "新纳入监测", "risk_found": "新纳入监测",
    "own_medical": "医疗支出", "reference_income": "医疗支出", "reference_income_pc": "医疗支出", "net_income_pc": "人口变动",
}  # fmt: skip


def headed(header: str, turn: int) -> str:
    """A header as the export of March or June writes it."""
    return DRIFTED.get(header, header) if turn else header


def _where(rows: Rows) -> None:
    for name, header, value in (
        ("prov", "省", "样本省"),
        ("city", "市", "样本市"),
        ("county", "县", "样本县"),
    ):
        rows.same(name, header, value)
    rows.place("乡", "村", "自然村")


def members(system: System, turn: int) -> Rows:
    """The members of an export, undamaged."""
    county, who = system.county, system.members(turn)
    rows = Rows(county, "national_members", who)
    age, labour, day = system.age(turn)[who], system.labour(turn)[who], DAYS[turn]
    _where(rows)
    rows.add("hh_no", "户编号", system.hh_no.take(pa.array(county.people.home[who])))
    rows.add("member_no", "人口编号", rows.of(system.member_no))
    rows.named()
    rows.sex()
    rows.born(style="compact")
    disabled = system.welfare.disabled[who]
    rows.word("psn_cert_type", "证件类型", disabled.astype(np.int64), ("身份证", "残疾人证"), ("01", "09"))
    rows.identity(headed("证件号码", turn))
    one = rows.sheet.fields["certno"]
    if disabled.any():
        one.put(
            disabled, rows.of(system.welfare.certificate).filter(pa.array(disabled)), "id_certificate_said"
        )
    rows.add("naty", "民族", rows.of(county.ethnic))
    rows.add(
        "head_tel", headed("户联系电话", turn), system.phone(turn).take(pa.array(county.people.home[who]))
    )
    rows.phone("成员联系电话", some=350_000)
    rows.same("data_year", "年度", "2026")
    rows.relation()
    at_school = (age < 15) | (system.studies[who] & (age < 22))
    edu = np.clip(county.draws.pick("edu", who, (8, 30, 42, 13, 5, 2)), 0, 5)
    rows.word("edu", headed("文化程度", turn), np.where(at_school, 6, edu), (*EDUCATION, None))
    rows.add(
        "school",
        "在校生状况",
        [SCHOOL.get(int(a)) if s else None for a, s in zip(age, at_school, strict=True)],
    )
    rows.word("labour", "劳动技能", labour, LABOUR)
    rows.count("work_months", headed("务工时间（月）", turn), system.months(turn)[who])
    rows.word("health", "健康状况", system.health(turn)[who], HEALTH, HEALTH_READ)
    rows.word(
        "party",
        "政治面貌",
        np.where(age < 14, 2, county.draws.pick("party", who, (5, 8, 87))),
        ("中共党员", "共青团员", "群众"),
    )
    works = system.months(turn)[who] > 0
    rows.word(
        "work_firm",
        "务工企业名称",
        np.where(works, county.draws.below("firm", who, 5), 5),
        ("样一建筑队", "样二食品厂", "样三电子厂", "样四服装厂", "样五物流", None),
    )
    rows.yesno("on_dibao", "是否享受低保", county.tagged("低保对象", on=day)[who])
    employee = county.people.employee[who] & county.covered[who]
    resident = (system.said.registered & system.said.settled)[who] & ~county.people.employee[who]
    rows.yesno("emp_pension", "职工养老", employee)
    rows.yesno("in_cii", headed("大病保险", turn), resident)
    rows.yesno("res_insured", headed("居民医保", turn), resident)
    rows.yesno("res_pension", "居民养老", ~employee & (age >= 16) & ~at_school)
    rows.add("dropout_why", headed("失学或辍学原因", turn), pa.nulls(len(who), pa.string()))
    rows.yesno("mandarin", "是否会讲普通话", age < 70)
    rows.yesno("commercial", "商业补充医疗", county.draws.chance("commercial", who, 120_000))
    rows.yesno("work_abroad", "是否国外务工", np.zeros(len(who), bool))
    rows.yesno("medical_aid", "大病医疗救助", system.health(turn)[who] == 2)
    rows.add("work_place", "务工所在地", pc.if_else(pa.array(works), "样邻市", None))
    rows.word(
        "dis_kind", "残疾类别", np.where(disabled, system.welfare.kind[who], len(KINDS)), (*KINDS, None)
    )
    rows.word(
        "dis_level", "残疾等级", np.where(disabled, system.welfare.level[who], len(LEVELS)), (*LEVELS, None)
    )
    rows.head("户主姓名", "户主证件号码")
    rows.yesno("emp_insured", headed("职工医保", turn), employee)
    rows.yesno("is_destitute", "是否特困供养", county.tagged("特困人员", on=day)[who])
    rows.same("standard", "识别标准", "国家标准")
    home = county.people.home[who]
    rows.count("hh_size", "人数", system.size(turn)[home])
    _kind(rows, system, home, turn)
    return rows


def _kind(rows: Rows, system: System, home: Ints, turn: int) -> None:
    rows.word("hh_type", "户类型", system.poor[home].astype(np.int64), ("一般农户", "脱贫户"))
    watched = (system.kind > 0) & (system.since <= DAYS[turn])
    kind = np.where(watched, system.kind, 0)[home]
    rows.word("monitor_type", headed("监测对象类型", turn), kind, (None, *MONITORED))
    cleared = np.where(watched[home], system.cleared(turn)[home].astype(np.int64), 2)
    rows.word("risk_cleared", headed("风险是否消除", turn), cleared, ("否", "是", None), ("0", "1", None))


def households(system: System, turn: int) -> Rows:
    """The households of an export, undamaged."""
    county = system.county
    who = county.in_order[system.listed(turn)[county.in_order]]
    rows = Rows(county, "national_households", who)
    draws = county.draws
    _where(rows)
    rows.add("hh_no", "户编号", rows.of(system.hh_no))
    rows.same("data_year", "年份", "2026")
    rows.add("head_name", "户主姓名", rows.of(county.name))
    rows.add("head_certno", "户主证件号码", rows.of(county.certno))
    rows.add("head_tel", headed("户联系电话", turn), rows.of(system.phone(turn)))
    rows.address("住址")
    size = np.maximum(system.size(turn)[who], 1)
    rows.count("hh_size", "家庭人口数", size)
    _kind(rows, system, who, turn)
    watched = ((system.kind > 0) & (system.since <= DAYS[turn]))[who]
    risk = draws.pick("risk", who, (46, 14, 8, 12, 10, 6, 4))
    rows.word("risk1", "风险1", np.where(watched, risk, len(RISKS)), (*RISKS, None))
    found = system.since[who].clip(max=DAYS[turn])
    rows.add(
        "risk_found",
        headed("识别监测时间", turn),
        spell.days(found, "month", ~watched),
        _month(found, ~watched),
    )
    cleared = system.cleared(turn)[who] & watched
    day = system.county.cleared_on[who].clip(max=DAYS[turn])
    rows.add("risk_cleared_on", "消除监测时间", spell.days(day, "month", ~cleared), _month(day, ~cleared))
    rows.word("clear_mode", "风险消除方式", cleared.astype(np.int64), (None, "帮扶消除"))
    for name, header in (
        ("house_safe", "住房是否安全"),
        ("school_ok", "义务教育是否保障"),
        ("insured_ok", "基本医疗是否保障"),
        ("water_ok", "饮水是否安全"),
    ):
        rows.yesno(name, header, ~draws.chance(name, who, 4_000))
    wage, business, costs = (
        draws.below(what, who, most) * 100
        for what, most in (("wage", 42_000), ("trade", 15_000), ("costs", 5_000))
    )
    land, transfer = (
        draws.below("land", who, 3_000) * 100,
        120_000 + draws.below("transfer", who, 9_000) * 100,
    )
    medical = (
        draws.below("own medical", who, 9_000) * 100 * (1 + turn * draws.chance("medical grows", who, 60_000))
    )
    net = wage + business + land + transfer - costs
    for name, header, fen in (
        ("wage_income", "工资性收入", wage), ("business_income", "生产经营性收入", business), ("property_income", "财产性收入", land),
        ("transfer_income", "转移性收入", transfer), ("business_cost", "生产经营性支出", costs), ("net_income", "家庭纯收入", net),
        ("net_income_pc", "家庭人均纯收入", net // size), ("own_medical", headed("合规自付支出", turn), medical),
        ("reference_income", "纳入监测对象的收入参考范围", net - medical),
    ):  # fmt: skip
        rows.money(name, header, fen)
    for name, (header, text) in MEASURES.items():
        rows.add(name, header, pc.if_else(pa.array(draws.chance(name, who, 420_000) & watched), text, None))
    return rows


def _month(days: Ints, empty: np.ndarray) -> pa.Array:
    """The first day of the month."""
    first = days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return spell.days(first, "iso", empty)


def exports(system: System, times: int) -> tuple[list[Book], pa.Table]:
    """Both exports of both tables, and the true differences between them."""
    books, differences = [], []
    for kind, make, key, title in (
        ("national_members", members, "member_no", "成员信息"), ("national_households", households, "hh_no", "农户信息"),
    ):  # fmt: skip
        both = [make(system, turn) for turn in (0, 1)]
        differences.append(_differences(kind, key, both[0].sheet, both[1].sheet))
        for turn, rows in enumerate(both):
            sheet = rows.damaged(_plan(kind, times), f"{kind} {turn}", times)
            file = f"监测系统{title}导出_{MONTHS[turn]}.xlsx"
            page = (
                Page("Sheet1", sheet) if turn == 0 else Page("数据", sheet, f"{title}（截至{MONTHS[turn]}）")
            )
            books.append(
                Book(file, kind, "xlsx", "县农业农村局", (page,), as_of=AS_OF[turn], care="register")
            )
    return books, pa.concat_tables(differences)


def _plan(kind: str, times: int) -> Plan:
    if kind == "national_members":
        return Plan(
            "register", times, True, counts=("work_months",), yesno=("on_dibao", "mandarin"), codes={"labour": "看情况"},
            phones=("tel", "head_tel"), free=("work_firm",), repeats=False,
        )  # fmt: skip
    money = ("wage_income", "business_income", "own_medical")
    return Plan(
        "register", times, True, certno="head_certno", name="head_name", money=money, counts=("hh_size",),
        yesno=("house_safe",), phones=("head_tel",), free=("addr",), repeats=False,
    )  # fmt: skip


def _differences(kind: str, key: str, before: Sheet, after: Sheet) -> pa.Table:
    """Keys that came and left, and every value that is another."""
    old, new = (
        {k: at for at, k in enumerate(sheet.fields[key].read.to_pylist())} for sheet in (before, after)
    )
    found: list[dict[str, str | None]] = []
    for what, mine, other in (("left", old, new), ("came", new, old)):
        found += [{"kind": kind, "key": k, "what": what} for k in mine if k not in other]
    both = [k for k in old if k in new]
    at, to = np.array([old[k] for k in both], np.int64), np.array([new[k] for k in both], np.int64)
    for name, one in before.fields.items():
        if name in (key, "seq") or name not in after.fields:
            continue
        a, b = one.read.take(pa.array(at)), after.fields[name].read.take(pa.array(to))
        same = pc.or_(pc.fill_null(pc.equal(a, b), False), pc.and_(a.is_null(), b.is_null()))
        for k in np.flatnonzero(~np.asarray(same)).tolist():
            found.append(
                {"kind": kind, "key": both[k], "what": "changed", "column": name, "before": a[k].as_py(), "after": b[k].as_py(), "why": WHY.get(name, "")}
            )  # fmt: skip
    names = ("kind", "key", "what", "column", "before", "after", "why")
    return pa.table({name: pa.array([one.get(name) for one in found], pa.string()) for name in names})
