"""Ledgers of the civil affairs, disabled people's and health departments: dibao, the destitute, certificates, deaths."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.sample import life
from doudi.sample.draws import Ints, Mask
from doudi.sample.ledgers import spell
from doudi.sample.ledgers.cells import DATE, NUMBER, TEXT
from doudi.sample.ledgers.county import County
from doudi.sample.ledgers.damage import Plan
from doudi.sample.ledgers.enrolment import Enrolment
from doudi.sample.ledgers.five import category_rows, in_order
from doudi.sample.ledgers.pages import Book, Page
from doudi.sample.ledgers.rows import Rows
from doudi.sample.order import day_number
from doudi.sample.standing import NEVER, TAGS
from doudi.sample.text import digits, glued, named

KINDS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
LEVELS = ("一级", "二级", "三级", "四级")
DISABLED_PPM, REISSUED_PPM = 38_000, 220_000
"""Certificate holders among people grown up, and those whose certificate was issued anew (22 characters)."""
BOTH, NO_CARE_AID = 20_000, 50_000
"""Planted, of a million: destitute people who are on dibao too; severely disabled people without care aid."""
STANDARD = 89_000
"""The sample county's dibao line for a month, in fen."""
CAUSES = ("因病", "因残", "缺劳力", "自身发展动力不足", "因学", "因灾")
DEATH_CAUSES = ("心脑血管疾病", "恶性肿瘤", "呼吸系统疾病", "老衰", "意外伤害", "其他")


class Welfare:
    """Who holds what in these departments, on the day the county stands at."""

    def __init__(self, county: County, times: int) -> None:
        self.county, self.times = county, times

    @cached_property
    def disabled(self) -> Mask:
        """Who holds a certificate: more of the old, and more of the poor."""
        county, draws = self.county, self.county.draws
        poor = (county.held.tag[:, 0] >= 0) * 5
        share = np.minimum(DISABLED_PPM * (1 + (county.age > 55) + poor), 400_000)
        return draws.chance("disabled", county.number, share) & (county.age >= 3)

    @cached_property
    def kind(self) -> Ints:
        """Kind of disability."""
        return self.county.draws.pick("disability", self.county.number, (12, 10, 3, 48, 9, 14, 4))

    @cached_property
    def level(self) -> Ints:
        """Grade of disability, from 0."""
        return self.county.draws.pick("disability level", self.county.number, (15, 27, 33, 25))

    @cached_property
    def certificate(self) -> pa.Array:
        """Certificate numbers: the identity number, kind, grade, and B1 where issued anew."""
        county = self.county
        anew = county.draws.chance("reissued", county.number, REISSUED_PPM)
        tail = pc.if_else(pa.array(anew), "B1", "")
        return pc.binary_join_element_wise(
            county.certno, spell.numbers(self.kind + 1), spell.numbers(self.level + 1), tail, ""
        )

    def listed(self, category: str) -> tuple[Ints, Ints, Ints]:
        """Who a department lists in a category: person, first day, last day (the dead that it forgot included)."""
        county = self.county
        who, tag, since, until = category_rows(county)
        mine = tag == TAGS.index(category)
        who, since, until = who[mine], since[mine], until[mine]
        dead = county.dead[who] & (until >= county.died[who])
        forgotten = life.still_listed(county.people, county.draws, self.times)[who] & dead
        if not forgotten.any():
            forgotten[np.flatnonzero(dead)[:1]] = True
        until = np.where(forgotten, NEVER, until)
        return who, since, until


def dibao(county: County, welfare: Welfare, times: int) -> Book:
    """The minimum living allowance: an .xls with the sums of its month."""
    who, since, until = welfare.listed("低保对象")
    both, _, _ = welfare.listed("特困人员")
    both = both[county.draws.chance("on both lists", both, min(BOTH * times, 500_000)) & ~county.dead[both]]
    who = np.concatenate([who, both])
    since = np.concatenate([since, np.full(len(both), county.stands - 700)])
    until = np.concatenate([until, np.full(len(both), NEVER)])
    rows = Rows(county, "dibao", who)
    rows.serial()
    rows.place("乡镇（街道）", "村（居）")
    rows.head("户主姓名", "户主身份证号")
    rows.relation("与户主关系")
    rows.named("保障对象姓名")
    rows.identity("保障对象身份证号")
    rows.sex()
    rows.same("urban", "城乡类型", "农村")
    kind = county.draws.pick("dibao class", who, (25, 45, 30))
    rows.word("dibao_class", "低保类别", kind, ("A类", "B类", "C类"))
    rows.count("family_size", "家庭人口", county.size_of_home[who])
    income = county.draws.below("dibao income", who, 500) * 100
    rows.money("income_pc_month", ("收入与保障（元/月）", "家庭月人均收入"), income)
    rows.money("person_amt", ("收入与保障（元/月）", "人均补差"), STANDARD - income)
    rows.day("begndate", ("享受时间", "开始享受时间"), since, "dots")
    rows.day(
        "enddate", ("享受时间", "停止享受时间"), until.clip(max=county.stands), "dots", until > county.stands
    )
    rows.word("cause", "致困原因", county.draws.pick("cause", who, (45, 25, 14, 6, 6, 4)), CAUSES)
    rows.add(
        "bank_acct", "一卡通账号", glued("6299", digits(county.draws.below("account", who, 1 << 40), 15))
    )
    rows.memo()
    plan = Plan(
        "department", times, True, dates=("begndate",), money=("income_pc_month", "person_amt"),
        counts=("family_size",), free=("cause", "memo"), phones=(),
    )  # fmt: skip
    sheet = rows.damaged(plan, "dibao", times)
    return Book(
        "农村低保对象花名册202606.xls", "dibao", "xls", "县民政局",
        (Page("低保", sheet, "样本县农村最低生活保障对象花名册", ("填报单位：样本县民政局", "2026年6月", "单位：元"),
              sums=("person_amt",), each="town", total="合计", notes=("", "备注：本表按月更新。")),),
    )  # fmt: skip


def destitute(county: County, welfare: Welfare, times: int) -> Book:
    """The destitute: a WPS file, sums in yuan above the table."""
    who, since, until = welfare.listed("特困人员")
    rows = Rows(county, "destitute", who)
    rows.serial()
    rows.place("乡镇", "村")
    rows.named("特困人员姓名")
    rows.identity("公民身份号码")
    rows.sex()
    rows.born("出生年月", "dots")
    rows.word(
        "support_way", "供养方式", county.draws.pick("support", who, (80, 20)), ("分散供养", "集中供养")
    )
    care = county.draws.pick("care", who, (55, 28, 17))
    rows.word("care_level", "自理能力", care, ("全自理", "半护理", "全护理"))
    rows.money("month_amt", "基本生活费", np.full(len(who), STANDARD * 13 // 10))
    rows.money("care_amt", "照料护理费", np.array((20_000, 40_000, 80_000))[care])
    rows.day("begndate", "批准时间", since, "slash")
    rows.day("enddate", "停发时间", until.clip(max=county.stands), "slash", until > county.stands)
    rows.memo()
    rows.sheet.fields["begndate"].header = "批准日期"
    plan = Plan(
        "department",
        times,
        True,
        dates=("begndate", "brdy"),
        money=("month_amt", "care_amt"),
        free=("memo",),
        phones=(),
    )
    sheet = rows.damaged(plan, "destitute", times)
    return Book(
        "特困人员救助供养名单.et", "destitute", "et", "县民政局",
        (Page("特困", sheet, "特困人员救助供养名单", ("单位：元",), sums=("month_amt", "care_amt"), total="总计"),),
    )  # fmt: skip


def disability(county: County, welfare: Welfare, times: int) -> Book:
    """Disability certificates: an OpenDocument sheet whose identity column holds the certificate alone."""
    alive = ~(county.dead & (county.died < county.stands - 120))
    who = in_order(county, welfare.disabled & alive)
    rows = Rows(county, "disability", who)
    rows.serial("序号")
    rows.place("乡镇（街道）", "村（社区）")
    rows.named("残疾人姓名")
    number = rows.of(welfare.certificate)
    rows.add("dis_cert_no", "残疾人证号", number, pc.utf8_slice_codeunits(number, 0, 18), TEXT)
    rows.sex()
    rows.word("dis_kind", "残疾类别", welfare.kind[who], KINDS)
    rows.word("dis_level", "残疾等级", welfare.level[who], LEVELS)
    issued = np.maximum(
        day_number(dt.date(2011, 1, 1)) + county.draws.below("issued", who, 5_400),
        county.people.born[who] + 900,
    )
    rows.day("begndate", "发证日期", np.minimum(issued, county.stands - 20))
    rows.phone(some=150_000)
    rows.address("现住址")
    poor = county.held.tag[who, 0] >= 0
    rows.money("living_aid", "困难残疾人生活补贴", poor * 11_000)
    rows.money(
        "care_aid",
        "重度残疾人护理补贴",
        (welfare.level[who] < 2)
        * ~county.draws.chance("no care aid", who, min(NO_CARE_AID * times, 500_000))
        * 11_000,
    )
    plan = Plan(
        "department", times, True, certno="dis_cert_no", dates=("begndate",), money=("living_aid",),
        codes={"dis_level": "五级", "gend": "中性"}, free=("addr",), identity=("sex_contradicts",),
    )  # fmt: skip
    sheet = rows.damaged(plan, "disability", times)
    return Book(
        "持证残疾人名册.ods", "disability", "ods", "县残疾人联合会",
        (Page("持证残疾人", sheet, "持证残疾人基本信息名册", ("样本县残疾人联合会", "统计时间：2026-06-30")),),
    )  # fmt: skip


def deaths(county: County, said: Enrolment, times: int) -> Book:
    """Deaths: a page from the health department's system, saved under the name of a workbook."""
    who = in_order(county, said.death_listed)
    rows = Rows(county, "deaths", who)
    rows.serial()
    rows.named("死者姓名")
    rows.identity("死者身份证号")
    rows.sex()
    rows.born()
    rows.add("town", "乡镇", rows.of(county.town))
    rows.add("village", "村居", rows.of(county.village))
    rows.address("生前住址")
    rows.day("death_date", "死亡日期", county.died[who])
    rows.word(
        "death_cause", "死亡原因", county.draws.pick("death cause", who, (44, 26, 9, 12, 5, 4)), DEATH_CAUSES
    )
    rows.word(
        "source_dept",
        "信息来源",
        county.draws.pick("death source", who, (70, 20, 10)),
        ("卫健", "公安", "民政"),
    )
    plan = Plan("department", times, False, dates=("brdy",), free=("death_cause",), phones=(), repeats=True)
    return Book(
        "死亡人员信息.xls",
        "deaths",
        "html",
        "县卫生健康局",
        (Page("表1", rows.damaged(plan, "deaths", times)),),
        encoding="gb2312",
    )


__all__ = ["DATE", "NUMBER", "Welfare", "deaths", "destitute", "dibao", "disability", "named"]
