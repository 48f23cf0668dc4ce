"""Ledgers of schools, houses and health: pupils, appraised houses, chronic diseases, mental disorders, family doctors, income items."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.sample.draws import Mask
from doudi.sample.ledgers import spell
from doudi.sample.ledgers.cells import DATE
from doudi.sample.ledgers.county import County
from doudi.sample.ledgers.damage import Plan
from doudi.sample.ledgers.five import SPECIAL, in_order, special_rows
from doudi.sample.ledgers.monitoring import System
from doudi.sample.ledgers.pages import Book, Page
from doudi.sample.ledgers.rows import Rows
from doudi.sample.order import day_number
from doudi.sample.person_rows import person_numbers
from doudi.sample.text import digits, glued, named

PLANTED = {
    "poor_pupil_without_aid": 60_000,
    "house_without_measure": 90_000,
    "dropout": 1_500,
    "dead_visited": 50_000,
}
"""Of a million of those whom each can befall."""
STAGES = ("学前教育", "小学", "初中", "普通高中", "中职", "本科")
AIDED = tuple(one for one in SPECIAL if one != "低保边缘")
"""Categories whose pupils are to be aided."""
DISEASES = ("高血压", "糖尿病", "冠心病", "恶性肿瘤门诊治疗", "慢性肾功能衰竭（血液透析）")
CODES = ("M03900", "M01600", "M04600", "M00500", "M07803")


class Care:
    """Who stands in these."""

    def __init__(self, county: County, system: System, times: int) -> None:
        self.county, self.system, self.times = county, system, times
        self.draws, self.number = county.draws, county.number

    def _chance(self, what: str, ppm: int) -> Mask:
        return self.draws.chance(f"care {what}", self.number, ppm)

    def planted(self, name: str, among: Mask) -> Mask:
        """Whom something planted befalls."""
        return self.county.befallen(f"care planted {name}", among, min(PLANTED[name] * self.times, 600_000))

    def books(self) -> list[Book]:
        """All of these files."""
        return [
            self.pupils(), self.houses(), self.chronic(), self.mental(), self.contracts(), self.visits(), self.income(),
            self.household_income(),
        ]  # fmt: skip

    def pupils(self) -> Book:
        """The school roll: two sheets, town schools and others."""
        county, age = self.county, self.county.age
        studies = (
            ((age >= 4) & (age < 15))
            | ((age >= 15) & (age < 18) & self._chance("upper", 850_000))
            | self.system.studies & (age < 22) & (age >= 18)
        )
        who = in_order(county, studies & ~county.dead & ~county.fated("moved_out"))
        rows = Rows(county, "pupils", who)
        a = age[who]
        vocational = self.draws.chance("vocational", who, 380_000)
        stage = np.select([a < 6, a < 12, a < 15, (a < 18) & ~vocational, a < 18], [0, 1, 2, 3, 4], 5)
        rows.serial()
        school = self.draws.below("school", county.at[who], 9)
        rows.add(
            "school_name",
            "学校名称",
            pc.binary_join_element_wise("样本县第", spell.numbers(school + 1 + stage * 9), "学校", ""),
        )
        rows.word("stage", "学段", stage, STAGES)
        rows.named("学生姓名")
        rows.sex()
        rows.identity("学生身份证号")
        rows.born(style="compact")
        rows.add("stu_no", "学籍号", glued("G9901", digits(who + 1, 12)))
        rows.add("guardian_name", "监护人姓名", rows.of(county.of_head(county.name)))
        rows.add("guardian_tel", "监护人电话", rows.of(county.of_head(county.phone)))
        dropout = self.planted("dropout", (age >= 6) & (age < 15))[who]
        rows.word("stu_stas", "学籍状态", dropout.astype(np.int64), ("在读", "辍学"))
        person, word, since, until = special_rows(county, self.system.said)
        mine = np.isin(word, [SPECIAL.index(one) for one in AIDED])
        poor = np.zeros(len(county), bool)
        poor[person[mine & (since <= county.stands) & (until > county.stands)]] = True
        aided = poor[who] & ~self.planted("poor_pupil_without_aid", poor)[who]
        rows.yesno("aided", "是否享受资助", aided)
        rows.word(
            "aid_kind",
            "资助项目",
            np.where(aided, np.where(stage == 4, 2, np.where(stage >= 3, 1, 0)), 3),
            ("困难学生生活补助", "国家助学金", "雨露计划", None),
        )
        amounts = np.array((50_000, 62_500, 62_500, 100_000, 150_000, 150_000))[stage]
        rows.money("aid_amt", "资助金额", amounts, ~aided)
        rows.same("term", "学期", "2025-2026学年第二学期")
        plan = Plan(
            "department",
            self.times,
            True,
            dates=("brdy",),
            money=("aid_amt",),
            yesno=("aided",),
            codes={"gend": "不男不女"},
            phones=("guardian_tel",),
            village="",
        )
        sheet = rows.damaged(plan, "pupils", self.times)
        small = np.asarray(pc.is_in(sheet.fields["stage"].read, pa.array(STAGES[:3])))
        pages = []
        for name, part in (
            ("义务教育及学前", sheet.take(np.flatnonzero(small))),
            ("高中及以上", sheet.take(np.flatnonzero(~small))),
        ):
            part.fields["seq"].written = part.fields["seq"].read = spell.numbers(np.arange(1, len(part) + 1))
            pages.append(
                Page(name, part, "2026年春季学期在校学生学籍信息", ("样本县教育和体育局", "单位：元"))
            )
        return Book("学籍信息_2026春.xlsx", "pupils", "xlsx", "县教育和体育局", tuple(pages))

    def houses(self) -> Book:
        """Appraised houses, a row a household."""
        county = self.county
        heads = np.zeros(len(county), bool)
        heads[county.people.home] = True
        special = self.system.poor | (self.system.kind > 0)
        who = in_order(county, heads & ~county.dead & (special | self._chance("appraised", 180_000)))
        rows = Rows(county, "houses", who)
        rows.serial()
        rows.place("乡镇", "行政村", "自然村")
        rows.add("head_name", "户主姓名", rows.of(county.name))
        rows.add("head_certno", "户主身份证号", rows.of(county.certno))
        rows.phone()
        rows.add("house_no", "房屋编号", glued("FW", digits(who + 1, 8)))
        rows.word(
            "hh_kind",
            "农户类型",
            np.where(self.system.kind[who] > 0, 1, np.where(self.system.poor[who], 0, 2)),
            ("脱贫户", "监测户", "一般户"),
        )
        rows.count("hh_size", ("房屋情况", "家庭人口"), county.size_of_home[who])
        grade = self.draws.pick("house grade", who, (62, 32, 4, 2))
        rows.word(
            "house_grade", ("房屋情况", "鉴定等级"), grade, ("A级", "B级", "C级", "D级"), ("A", "B", "C", "D")
        )
        rows.add(
            "house_area",
            ("房屋情况", "建筑面积（㎡）"),
            spell.numbers(50 + self.draws.below("floor", who, 100)),
            how=2,
        )
        rows.same("live_stas", ("房屋情况", "居住情况"), "自住")
        rows.day(
            "appraised_on",
            ("房屋情况", "鉴定日期"),
            day_number(dt.date(2025, 3, 1)) + self.draws.below("appraised on", who, 300),
            "dots",
        )
        unsafe = grade >= 2
        mended = unsafe & ~self.planted("house_without_measure", heads)[who]
        way = np.where(~unsafe, 3, np.where(~mended, 2, np.where(grade == 3, 0, 1)))
        rows.word("repair_way", ("改造情况", "改造方式"), way, ("原址重建", "修缮加固", "未改造", None))
        accepted = mended & self.draws.chance("accepted", who, 700_000)
        rows.day(
            "accepted_on",
            ("改造情况", "验收日期"),
            day_number(dt.date(2026, 3, 1)) + self.draws.below("accepted on", who, 100),
            "dots",
            ~accepted,
        )
        rows.money(
            "aid_amt", ("改造情况", "补助金额（元）"), np.where(grade == 3, 2_400_000, 1_200_000), ~accepted
        )
        plan = Plan(
            "department",
            self.times,
            True,
            certno="head_certno",
            name="head_name",
            dates=("appraised_on",),
            money=("aid_amt",),
            counts=("hh_size",),
            codes={"house_grade": "E级"},
        )
        sheet = rows.damaged(plan, "houses", self.times)
        page = Page(
            "鉴定台账",
            sheet,
            "农村住房安全鉴定台账",
            ("填报单位：样本县住房和城乡建设局", "填报日期：2026.6.30"),
            notes=("", "说明：C、D级须列明改造措施。", "负责人：        填表人："),
        )
        return Book("农村住房安全鉴定台账.xlsx", "houses", "xlsx", "县住房和城乡建设局", (page,))

    def chronic(self) -> Book:
        """Approvals for outpatient treatment of chronic diseases."""
        county = self.county
        ill = county.people.illness > 0
        who = in_order(county, ill & ~county.dead)
        rows = Rows(county, "chronic_approvals", who)
        rows.add("psn_no", "人员编号", person_numbers(who))
        rows.named("姓名")
        rows.identity("证件号码")
        severe = county.people.illness[who] == 2
        disease = np.where(
            severe, 3 + self.draws.below("severe disease", who, 2), self.draws.below("disease", who, 3)
        )
        rows.word("opsp_dise_code", "病种编码", disease, CODES)
        rows.word("opsp_dise_name", "病种名称", disease, DISEASES)
        rows.day(
            "begndate",
            "待遇开始日期",
            day_number(dt.date(2021, 1, 1)) + self.draws.below("approved", who, 1_800),
            how=DATE,
        )
        rows.same("ide_fixmedins_name", "鉴定机构", "样本县人民医院")
        rows.same("chk_flag", "审批结果", "通过")
        plan = Plan("register", self.times, True, dates=("begndate",), village="", phones=())
        sheet = rows.damaged(plan, "chronic", self.times)
        return Book(
            "门诊慢特病备案.xlsx",
            "chronic_approvals",
            "xlsx",
            "县医疗保障局",
            (Page("Sheet1", sheet),),
            care="register",
        )

    def mental(self) -> Book:
        """Severe mental disorders."""
        county = self.county
        who = in_order(county, ~county.dead & (county.age >= 16) & self._chance("mental", 5_000))
        rows = Rows(county, "mental_disorders", who)
        rows.serial()
        rows.place("乡镇（街道）", "村（居）")
        rows.named("患者姓名")
        rows.identity("身份证号")
        rows.sex()
        rows.word(
            "diagnosis",
            "诊断",
            self.draws.pick("diagnosis", who, (70, 12, 10, 8)),
            ("精神分裂症", "双相（情感）障碍", "癫痫所致精神障碍", "其他"),
        )
        rows.word(
            "risk_level",
            "危险性评估",
            self.draws.pick("risk level", who, (70, 15, 9, 4, 1, 1)),
            tuple(f"{k}级" for k in range(6)),
        )
        rows.day(
            "filed_on",
            "建档日期",
            day_number(dt.date(2013, 1, 1)) + self.draws.below("filed", who, 4_500),
            "slash",
        )
        rows.day(
            "last_visit_on",
            "最近随访日期",
            day_number(dt.date(2026, 2, 1)) + self.draws.below("last visit", who, 140),
            "slash",
        )
        rows.add("guardian_name", "监护人姓名", rows.of(county.of_head(county.name)))
        rows.add("guardian_tel", "监护人电话", rows.of(county.of_head(county.phone)))
        plan = Plan(
            "department",
            self.times,
            True,
            dates=("filed_on", "last_visit_on"),
            codes={"risk_level": "高"},
            phones=("guardian_tel",),
        )
        sheet = rows.damaged(plan, "mental", self.times)
        return Book(
            "严重精神障碍患者名册.xlsx",
            "mental_disorders",
            "xlsx",
            "县卫生健康局",
            (Page("名册", sheet, "在册严重精神障碍患者名册"),),
        )

    def _signed(self) -> Mask:
        county = self.county
        special = county.held.tag[:, 0] >= 0
        return ((county.age >= 65) | (county.people.illness > 0) | special) & self._chance("signed", 780_000)

    def contracts(self) -> Book:
        """Family doctors' contracts: text in GB18030."""
        county = self.county
        who = in_order(county, self._signed() & ~county.dead)
        rows = Rows(county, "doctor_contracts", who)
        rows.place("乡镇", "村")
        rows.named("居民姓名")
        rows.identity("居民身份证号")
        rows.phone("联系电话", some=60_000)
        group = np.where(county.age[who] >= 65, 0, np.where(county.people.illness[who] > 0, 1, 2))
        rows.word("group_kind", "人群分类", group, ("老年人", "高血压患者", "一般人群"))
        signed = day_number(dt.date(2025, 11, 1)) + self.draws.below("signed on", who, 150)
        rows.day("signed_on", "签约日期", signed)
        rows.day("ends_on", "协议到期日期", signed + 364)
        rows.add("org_name", "签约机构", pc.binary_join_element_wise(rows.of(county.town), "卫生院", ""))
        rows.yesno("fulfilled", "是否履约", self.draws.chance("fulfilled", who, 900_000))
        plan = Plan(
            "department", self.times, False, dates=("signed_on",), yesno=("fulfilled",), free=("org_name",)
        )
        sheet = rows.damaged(plan, "contracts", self.times)
        return Book(
            "家庭医生签约.csv",
            "doctor_contracts",
            "csv",
            "县卫生健康局",
            (Page("", sheet),),
            encoding="gb18030",
        )

    def visits(self) -> Book:
        """Visits to the chronically ill, a row each; text with tabs."""
        county = self.county
        after = self.planted(
            "dead_visited",
            county.dead & (county.died > county.new_year - 150) & (county.died < county.stands - 60),
        )
        base = in_order(county, (self._signed() & (county.people.illness > 0) & ~county.dead) | after)
        who = np.repeat(base, 2)
        turn = np.arange(len(who)) % 2
        rows = Rows(county, "doctor_visits", who, turn)
        rows.named("姓名")
        rows.identity("身份证号")
        day = day_number(dt.date(2026, 1, 10)) + turn * 90 + self.draws.below("visit", who * 2 + turn, 60)
        day = np.where(
            county.dead[who] & (turn == 1), np.minimum(county.died[who] + 20 + turn * 15, county.stands), day
        )
        day = np.where(county.dead[who] & (turn == 0), county.died[who] - 40, day)
        rows.day("visited_on", "随访日期", day)
        rows.word("visit_kind", "随访类别", self.draws.below("visit kind", who, 2), ("高血压", "糖尿病"))
        rows.word(
            "visit_way",
            "随访方式",
            self.draws.below("visit way", who * 2 + turn, 3),
            ("门诊", "家庭", "电话"),
        )
        rows.count("systolic", "收缩压", 118 + self.draws.below("systolic", who * 2 + turn, 45))
        rows.count("diastolic", "舒张压", 70 + self.draws.below("diastolic", who * 2 + turn, 28))
        plan = Plan(
            "department", self.times, False, counts=("systolic",), village="", phones=(), repeats=False
        )
        sheet = rows.damaged(plan, "visits", self.times)
        return Book(
            "慢病随访记录.tsv",
            "doctor_visits",
            "csv",
            "县卫生健康局",
            (Page("", sheet),),
            encoding="utf-8",
            separator="\t",
        )

    def income(self) -> Book:
        """Income items of the monitored households: one row an item."""
        county, system = self.county, self.system
        base = in_order(county, system.listed(1))
        who = np.repeat(base, 5)
        turn = np.arange(len(who)) % 5
        rows = Rows(county, "income_items", who, turn)
        rows.place("乡镇", "村")
        rows.add("hh_no", "户编号", rows.of(system.hh_no))
        rows.add("head_name", "户主姓名", rows.of(county.name))
        rows.add("head_certno", "户主证件号码", rows.of(county.certno))
        rows.same("data_year", "年度", "2025")
        rows.day("window_from", "核算开始日期", np.full(len(who), day_number(dt.date(2024, 10, 1))), "dots")
        rows.day("window_to", "核算结束日期", np.full(len(who), day_number(dt.date(2025, 9, 30))), "dots")
        rows.word(
            "side",
            "收支类别",
            turn,
            ("工资性收入", "生产经营性收入", "财产性收入", "转移性收入", "生产经营性支出"),
        )
        rows.word("item", "收入项目", turn, ("务工", "种植", "土地流转", "养老金", "种植支出"))
        rows.money("amount", "金额（元）", 30_000 + self.draws.below("item", who * 8 + turn, 20_000) * 100)
        plan = Plan(
            "department", self.times, True, certno="head_certno", name="head_name", phones=(), repeats=False
        )
        sheet = rows.damaged(plan, "income", self.times)
        page = Page("收入", sheet, "脱贫户和监测户收入明细", ("单位：元", "2025年度"), pages=500)
        return Book("收入明细_2025.xlsx", "income_items", "xlsx", "县农业农村局", (page,))

    def household_income(self) -> Book:
        """Income of the same households, a line a household: items under spanning headers, sums stated."""
        county, draws = self.county, self.draws
        who = in_order(county, self.system.listed(1))
        rows = Rows(county, "household_income", who)
        rows.serial()
        rows.place("乡镇", "村")
        rows.add("hh_no", "户编号", rows.of(self.system.hh_no))
        rows.add("head_name", "户主姓名", rows.of(county.name))
        rows.add("head_certno", "户主证件号码", rows.of(county.certno))
        size = np.maximum(self.system.size(1)[who], 1)
        rows.count("hh_size", "家庭人口数", size)
        rows.same("data_year", "年度", "2025")
        groups = (
            ("工资性收入", 1, "wage_income", (("w_work", "务工收入"), ("w_village_post", "村级公益岗收入"))),
            ("生产经营性收入", 1, "business_income", (("b_crops", "种植收入"), ("b_animals", "养殖收入"))),
            (
                "财产性收入",
                1,
                "property_income",
                (("p_dividend", "资产收益分红"), ("p_land", "土地流转收入")),
            ),
            (
                "转移性收入",
                1,
                "transfer_income",
                (("t_pension", "养老金"), ("t_farm", "农业补贴"), ("t_age", "高龄补贴")),
            ),
            ("生产经营性支出", -1, "business_cost", (("c_crops", "种植支出"), ("c_animals", "养殖支出"))),
        )
        net = np.zeros(len(who), np.int64)
        for group, sign, total, items in groups:
            whole = np.zeros(len(who), np.int64)
            for name, header in items:
                fen = (
                    draws.below(f"income {name}", who, 8_000)
                    * 100
                    * draws.chance(f"has {name}", who, 600_000)
                )
                rows.money(name, (group, header), fen)
                whole += fen
            rows.money(total, (group, f"{group}合计"), whole)
            net += sign * whole
        rows.money("net_income", "家庭纯收入", net)
        rows.money("net_income_pc", "家庭人均纯收入", net // size)
        money = ("w_work", "b_crops", "t_pension")
        plan = Plan(
            "department",
            self.times,
            True,
            certno="head_certno",
            name="head_name",
            money=money,
            counts=("hh_size",),
            phones=(),
            repeats=False,
        )
        sheet = rows.damaged(plan, "household_income", self.times)
        page = Page(
            "收入汇总",
            sheet,
            "2025年度家庭收入汇总表",
            ("填报单位：样本县农业农村局", "单位：元"),
            sums=money,
            total="合计",
        )
        return Book("家庭收入汇总_2025.xlsx", "household_income", "xlsx", "县农业农村局", (page,))


__all__ = ["Care", "named"]
