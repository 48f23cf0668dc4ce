"""The five ledgers of medical insurance and what stands beside them: payments and subsidies, as each sender writes them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

from doudi.sample import homes
from doudi.sample.draws import Ints
from doudi.sample.kinds import AREA, NEIGHBOUR
from doudi.sample.ledgers import spell
from doudi.sample.ledgers.cells import DATE, NUMBER
from doudi.sample.ledgers.county import MONITORED, UMBRELLA, YEAR, County
from doudi.sample.ledgers.damage import Plan
from doudi.sample.ledgers.enrolment import PREMIUM, REASONS, WHEREABOUTS, Enrolment
from doudi.sample.ledgers.pages import Book, Page
from doudi.sample.ledgers.rows import Rows
from doudi.sample.order import day_number
from doudi.sample.person_rows import person_numbers
from doudi.sample.standing import NEVER, NONE, TAGS
from doudi.sample.text import digits, glued, named

CATEGORIES = {
    "特困人员": "特困", "低保对象": "低保", "返贫致贫人口": "返贫致贫人口", "低保边缘家庭成员": "低保边缘",
    "防止返贫监测对象": "", "脱贫不稳定户": "脱贫不稳定户", "边缘易致贫户": "边缘易致贫户", "突发严重困难户": "突发严重困难户",
}  # fmt: skip
STATES = ("正常参保", "终止参保")


def in_order(county: County, mask: np.ndarray) -> Ints:
    """Some people in the order of lists."""
    some: Ints = county.in_order[mask[county.in_order]]
    return some


def population(county: County, said: Enrolment, times: int, *, workbook: bool = True) -> Book:
    """The registered population, from the police: a workbook with a sheet a township."""
    who = county.in_order
    rows = Rows(county, "population", who)
    rows.serial()
    rows.place("乡镇（街道）", "村（居）委会", "村民小组")
    rows.add("hh_no", ("户信息", "户号"), rows.of(county.hh_no))
    rows.add("head_name", ("户信息", "户主姓名"), rows.of(county.of_head(county.name)))
    rows.relation(("户信息", "与户主关系"), police=True)
    rows.named(("人员基本信息", "姓名"))
    rows.identity(("人员基本信息", "公民身份号码"))
    rows.sex(("人员基本信息", "性别"))
    rows.born(("人员基本信息", "出生日期"), "compact")
    rows.add("naty", ("人员基本信息", "民族"), rows.of(county.ethnic))
    rows.add("tel", ("人员基本信息", "联系电话"), rows.of(county.phone))
    gone, moved = said.struck_off[who], said.struck_moved[who]
    state = np.where(gone, 1, np.where(moved, 2, 0))
    rows.word("hsreg_stas", ("户籍变动", "户籍状态"), state, ("正常", "死亡注销", "迁出"))
    why = county.homes.why[who]
    since, reason = np.full(len(who), NEVER), np.zeros(len(who), np.int64)
    for at, words in ((homes.BIRTH, 1), (homes.MARRIAGE, 2), (homes.SPLIT, 3), (homes.MOVE, 4)):
        since[why == at], reason[why == at] = county.homes.day[who][why == at], words
    rows.day(
        "hsreg_date",
        ("户籍变动", "入户日期"),
        np.where(since == NEVER, 0, since),
        "iso",
        since == NEVER,
        DATE,
    )
    rows.word("hsreg_why", ("户籍变动", "入户原因"), reason, (None, "出生", "婚迁", "分户", "迁入"))
    left = np.where(gone, county.died[who] + 5, county.stands - 60 - county.draws.below("moved on", who, 300))
    left = np.minimum(left, county.stands)
    rows.day("cancel_date", ("户籍变动", "注销日期"), left, "iso", ~(gone | moved), DATE)
    plan = Plan(
        "register", times, workbook, dates=("brdy", "hsreg_date"), free=("naty",), codes={"gend": "男女"}
    )
    sheet = rows.damaged(plan, "population", times)
    town = sheet.fields["town"].written
    pages = []
    for name in county.places.towns:
        part = sheet.take(np.flatnonzero(np.asarray(pa.compute.equal(town, name))))
        part.fields["seq"].written = part.fields["seq"].read = spell.numbers(np.arange(1, len(part) + 1))
        pages.append(
            Page(
                name,
                part,
                f"样本县{name}户籍人口花名册",
                ("填报单位：样本县公安局", "填表日期：2026年6月30日"),
                total=f"合计：{len(part)}人",
                notes=(
                    "",
                    "说明：户籍状态以2026年6月30日24时为准。",
                    "填表人：          审核人：          联系电话：",
                ),
            )
        )
    return Book(
        "户籍人口花名册（2026年6月）.xlsx",
        "population",
        "xlsx",
        "县公安局",
        tuple(pages),
        care="register",
        others=(("填表说明", ("填表说明", "1. 每户户主在前。", "2. 公民身份号码应为18位文本。")),),
    )


def residents(county: County, said: Enrolment, times: int) -> Book:
    """The residents as the townships count them: one GBK text file."""
    who = in_order(county, said.whereabouts > 0)
    rows = Rows(county, "residents", who)
    rows.place("镇街", "村居", "自然村")
    rows.head("户主姓名")
    rows.relation("与户主关系")
    rows.named("姓名")
    rows.identity("身份证号码")
    rows.sex()
    rows.born("出生年月日", "slash")
    rows.phone("联系电话", some=80_000)
    rows.word("whereabouts", "人员去向", said.whereabouts[who], WHEREABOUTS)
    rows.address("居住地址")
    rows.memo()
    plan = Plan("village", times, False, dates=("brdy",), free=("addr",), codes={"gend": "男女"})
    return Book(
        "常住人口台账_2026年6月.csv",
        "residents",
        "csv",
        "乡镇（街道）",
        (Page("", rows.damaged(plan, "residents", times)),),
        encoding="gbk",
        care="village",
    )


def resident_insurance(county: County, said: Enrolment, times: int) -> Book:
    """The residents' scheme, exported under national names."""
    base = in_order(county, said.resident)
    again = base[said.two_registrations[base]]
    who = np.concatenate([base, again])
    second = np.arange(len(who)) >= len(base)
    order = np.argsort(
        np.concatenate([np.arange(len(base)), np.flatnonzero(said.two_registrations[base])]), kind="stable"
    )
    who, second = who[order], second[order]
    rows = Rows(county, "resident_insurance", who, second.astype(np.int64))
    start, _ = county.period
    day = np.where(said.unpaid | said.two_schemes, county.new_year, np.maximum(start, county.people.born))[
        who
    ]
    end = np.where(said.unpaid | said.two_schemes, NEVER, said.paused)[who]
    rows.add("psn_no", "psn_no", person_numbers(who))
    rows.named("psn_name")
    rows.same("psn_cert_type", "psn_cert_type", "01")
    rows.identity("certno")
    rows.sex("gend", code=True)
    rows.born("brdy")
    rows.phone("tel")
    rows.add("admdvs", "admdvs", rows.of(county.admdvs))
    rows.same("insutype", "insutype", "390")
    rows.same("insu_year", "insu_year", str(YEAR))
    rows.word("psn_insu_stas", "psn_insu_stas", (end < NEVER).astype(np.int64), ("1", "4"), STATES)
    rows.word("clct_flag", "clct_flag", said.settled[who].astype(np.int64), ("0", "1"), ("未缴费", "已缴费"))
    rows.day("psn_insu_date", "psn_insu_date", day)
    rows.day("paus_insu_date", "paus_insu_date", end.clip(max=20_000 + NEVER // 2), "iso", end == NEVER)
    rows.word("insu_admdvs", "insu_admdvs", second.astype(np.int64), (AREA, NEIGHBOUR))
    plan = Plan("system", times, False, dates=("brdy",), village="", repeats=False)
    return Book(
        "居民医保参保导出_20260630.csv",
        "resident_insurance",
        "csv",
        "县医疗保障局",
        (Page("", rows.damaged(plan, "resident_insurance", times)),),
        encoding="utf-8-sig",
        care="system",
    )


def employee_insurance(county: County, said: Enrolment, times: int, *, workbook: bool = True) -> Book:
    """The employees' scheme, exported under the national Chinese names."""
    base = in_order(county, said.employee_row)
    who = np.repeat(base, 1 + said.two_employers[base])
    second = np.r_[False, who[1:] == who[:-1]]
    rows = Rows(county, "employee_insurance", who, second.astype(np.int64))
    start, _ = county.period
    firms = max(len(county) // 120, 5)
    firm = (county.draws.below("employer", who, firms) + 2 * second) % firms
    end = said.paused[who]
    rows.add("psn_no", "人员编号", person_numbers(who))
    rows.named("人员姓名")
    rows.same("psn_cert_type", "人员证件类型", "01")
    rows.identity("证件号码")
    rows.sex()
    rows.born(how=DATE)
    rows.add("emp_no", "单位编号", glued("9901", digits(firm + 1, 6)))
    rows.add(
        "emp_name",
        "单位名称",
        pa.compute.binary_join_element_wise("样本县第", spell.numbers(firm + 1), "单位", ""),
    )
    rows.same("insutype", "险种类型", "职工基本医疗保险", "310")
    rows.word("psn_type", "人员类别", (county.age[who] >= 60).astype(np.int64), ("在职", "退休"))
    rows.word("psn_insu_stas", "人员参保状态", (end < NEVER).astype(np.int64), ("正常参保", "终止参保"))
    rows.day("psn_insu_date", "个人参保日期", start[who], how=DATE)
    rows.day("paus_insu_date", "暂停参保日期", end.clip(max=county.stands), "iso", end == NEVER, DATE)
    plan = Plan("system", times, workbook, dates=("psn_insu_date",), village="", repeats=False)
    return Book(
        "职工医保参保人员导出.xlsx",
        "employee_insurance",
        "xlsx",
        "县医疗保障局",
        (Page("Sheet1", rows.damaged(plan, "employee_insurance", times)),),
        care="system",
    )


def payments(county: County, said: Enrolment, times: int, *, workbook: bool = True) -> tuple[Book, Book]:
    """Premiums from the tax office: what people paid, and what the budget paid for them (in ten thousand yuan)."""
    base = in_order(county, said.pays)
    extra = (said.paid_twice | said.refunded)[base]
    who = np.repeat(base, 1 + extra)
    second = np.r_[False, who[1:] == who[:-1]]
    back = second & said.refunded[who]
    rows = Rows(county, "premium_payments", who, second.astype(np.int64))
    rows.serial()
    rows.named("缴费人姓名")
    rows.identity("缴费人证件号码")
    rows.add("town", "街道乡镇", rows.of(county.town))
    rows.add("village", "代收村居", rows.of(county.village))
    rows.same("levy_item", "险种名称", "城乡居民基本医疗保险费")
    rows.same("insu_year", "费款所属年度", str(YEAR))
    amount = np.where(back, -1, 1) * said.pay_amt[who]
    rows.money("pay_amt", "实缴金额（元）", amount)
    paid = np.minimum(said.pay_day[who] + second * 12, county.stands)
    rows.day("pay_date", "缴费日期", paid, how=DATE)
    rows.add("receipt_no", "电子税票号码", glued("3990", digits(who * 4 + second, 12)))
    rows.word("refund_flag", "是否退费", back.astype(np.int64), ("否", "是"), ("0", "1"))
    plan = Plan("system", times, workbook, dates=("pay_date",), money=("pay_amt",), repeats=False)
    sheet = rows.damaged(plan, "premium_payments", times)
    one = Book(
        "居民医保缴费明细（税务）.xlsx",
        "premium_payments",
        "xlsx",
        "县税务局",
        (
            Page(
                "缴费明细",
                sheet,
                "城乡居民基本医疗保险费征收明细表",
                ("征收机关：样本县税务局", "所属期：2026年", "单位：元"),
                sums=("pay_amt",),
                total="合计",
            ),
        ),
        care="system",
    )
    who = in_order(county, said.in_full)
    rows = Rows(county, "premium_payments", who)
    rows.serial()
    rows.named("被缴费人姓名")
    rows.identity("被缴费人证件号码")
    rows.place("乡镇", "村")
    rows.same("insu_year", "缴费年度", str(YEAR))
    fen = np.full(len(who), PREMIUM)
    rows.add("pay_amt", "金额", spell.wan(fen), spell.numbers(fen), NUMBER)
    rows.day("pay_date", "缴款日期", np.full(len(who), day_number(dt.date(2025, 12, 19))), "dots")
    rows.add("receipt_no", "缴款书号码", glued("3991", digits(who, 12)))
    sheet = rows.damaged(Plan("system", times, workbook, money=(), repeats=False), "premium_block", times)
    two = Book(
        "财政代缴明细（万元）.xlsx",
        "premium_payments",
        "xlsx",
        "县税务局",
        (
            Page(
                "代缴",
                sheet,
                "2026年度财政代缴居民医保费明细",
                ("填报单位：样本县财政局", "单位：万元"),
                total="合计",
                unit="万元",
            ),
        ),
        care="system",
    )
    return one, two


def uninsured(county: County, said: Enrolment, times: int, *, workbook: bool = True) -> Book:
    """Who is not insured and why, as the villages tell it; a sheet a township."""
    who = in_order(county, said.reason > 0)
    rows = Rows(county, "uninsured", who)
    rows.serial()
    rows.place("镇（街）", "村（社区）")
    rows.head("户主")
    rows.named("姓名")
    rows.identity("身份证号")
    rows.phone("联系方式", some=120_000)
    rows.same("insu_year", "未参保年度", str(YEAR))
    rows.word("reason", "未参保原因", said.reason[who], REASONS)
    elsewhere = said.reason[who] == REASONS.index("外地参保")
    place = county.draws.below("elsewhere", who, 4)
    rows.add(
        "elsewhere_place",
        "外地参保地",
        named(np.where(elsewhere, place, 4), ("样邻市", "样远省", "样海市", "样州市", None)),
    )
    rows.day("visited_on", "入户日期", county.stands - 5 - county.draws.below("visited", who, 60), "dots")
    rows.memo()
    plan = Plan("village", times, workbook, dates=("visited_on",), free=("elsewhere_place",))
    sheet = rows.damaged(plan, "uninsured", times)
    town = sheet.fields["town"].written
    pages = tuple(
        Page(
            name,
            part,
            f"{name}未参保人员登记表",
            ("填报单位（盖章）：", "2026年6月"),
            pages=40,
            notes=("", "填表人：          负责人："),
        )
        for name in county.places.towns
        if len(part := sheet.take(np.flatnonzero(np.asarray(pa.compute.equal(town, name)))))
    )
    return Book("未参保人员登记台账.xlsx", "uninsured", "xlsx", "乡镇（街道）", pages, care="village")


def category_rows(county: County) -> tuple[Ints, Ints, Ints, Ints]:
    """Person, category (place in `TAGS`), first day and last, of categories held in the coverage year."""
    held = county.held
    person, slot = np.nonzero(
        (held.tag != NONE) & (held.tag_to >= county.new_year) & (held.tag_from <= county.stands)
    )
    order = np.argsort(np.argsort(county.in_order)[person], kind="stable")
    person, slot = person[order], slot[order]
    return person, held.tag[person, slot], held.tag_from[person, slot], held.tag_to[person, slot]


SPECIAL = ("特困", "低保", "返贫致贫人口", "低保边缘", *MONITORED, "脱贫人口")


def special_rows(county: County, said: Enrolment) -> tuple[Ints, Ints, Ints, Ints]:
    """Person, category (place in `SPECIAL`), first day, last day: own categories, and those of the household."""
    who, tag, since, until = category_rows(county)
    words = [SPECIAL.index(CATEGORIES[one]) if CATEGORIES.get(one) else -1 for one in TAGS]
    own = np.array(words, np.int64)[tag]
    umbrella = tag == TAGS.index(UMBRELLA)
    kind, found = (one[county.people.home] for one in county.watch)
    first = SPECIAL.index(MONITORED[0]) - 1
    own = np.where(umbrella, first + np.maximum(kind[who], 1), own)
    here = ~county.dead & ~said.struck_moved
    watched = here & (county.watched > 0) & ~np.isin(county.number, who[own > first])
    poor = here & county.once_poor[county.people.home]
    poor_since = np.full(len(county), day_number(dt.date(2014, 12, 31)))
    cleared = county.cleared_on[county.people.home]
    parts = [(who, own, since, until)]
    for mask, word, start, end in (
        (watched, first + kind, np.maximum(found, county.people.born), cleared),
        (
            poor,
            np.full(len(county), len(SPECIAL) - 1),
            np.maximum(poor_since, county.people.born),
            np.full(len(county), NEVER),
        ),
    ):
        some = np.flatnonzero(mask)
        parts.append((some, word[some], start[some], end[some]))
    columns = [np.concatenate([part[at] for part in parts]) for at in range(4)]
    order = np.argsort(np.argsort(county.in_order)[columns[0]], kind="stable")
    who, own, since, until = (column[order] for column in columns)
    return who, own, since, until


def special_groups(county: County, said: Enrolment, times: int, *, workbook: bool = True) -> Book:
    """Special groups that must be insured."""
    who, word, since, until = special_rows(county, said)
    rows = Rows(county, "special_groups", who, word)
    rows.serial()
    rows.place("乡镇（街道）", "村（居）")
    rows.named("姓名")
    rows.identity("身份证号码")
    rows.sex()
    rows.phone()
    rows.word("category", "特殊人群类别", word, SPECIAL)
    rows.day("begndate", "认定日期", since, "dots")
    rows.day("enddate", "退出日期", until.clip(max=county.stands), "dots", until > county.stands)
    covered = (said.employed | (said.registered & said.settled))[who]
    rows.yesno("insured", "是否参保", covered)
    rows.memo()
    plan = Plan("department", times, workbook, dates=("begndate",), yesno=("insured",), free=("memo",))
    sheet = rows.damaged(plan, "special_groups", times)
    return Book(
        "特殊人群参保台账.xlsx",
        "special_groups",
        "xlsx",
        "县医疗保障局",
        (
            Page(
                "特殊人群",
                sheet,
                "特殊人群参保登记台账",
                ("样本县医疗保障局", "2026年6月30日"),
                notes=("", "注：退出日期为空的为在享人员。"),
            ),
        ),
    )


def subsidies(county: County, said: Enrolment, times: int, *, workbook: bool = True) -> Book:
    """Enrolment subsidies paid for the coverage year."""
    base = in_order(county, said.subsidy_amt > 0)
    who = np.repeat(base, 1 + said.subsidy_twice[base])
    second = np.r_[False, who[1:] == who[:-1]]
    rows = Rows(county, "enrolment_subsidies", who, second.astype(np.int64))
    rows.serial()
    rows.place("镇街", "村居")
    rows.named("资助对象姓名")
    rows.identity("身份证号码")
    words = [CATEGORIES.get(one) or "脱贫不稳定户" for one in TAGS]
    # The others: paid as if on dibao.
    at = np.where(said.category[who] < 0, TAGS.index("低保对象"), said.category[who])
    rows.word("category", "资助类别", at, words)
    rows.same("insu_year", "参保年度", str(YEAR))
    rows.money("due_amt", "个人缴费标准", np.full(len(who), PREMIUM))
    rows.money("subsidy_amt", "资助金额", said.subsidy_amt[who])
    rows.day("pay_date", "拨付日期", day_number(dt.date(2026, 1, 20)) + second * 47, "cn")
    plan = Plan("department", times, workbook, dates=("pay_date",), money=("due_amt",), repeats=False)
    sheet = rows.damaged(plan, "enrolment_subsidies", times)
    return Book(
        "资助参保花名册.xlsx",
        "enrolment_subsidies",
        "xlsx",
        "县医疗保障局",
        (
            Page(
                "资助参保",
                sheet,
                "2026年度资助困难群众参加居民医保花名册",
                ("单位：元",),
                sums=("subsidy_amt",),
                each="town",
                total="合计",
            ),
        ),
    )
