"""Ledgers of work and means: posts, work away from home, payroll, companies, cars, real estate; who is planted among them.

What a rule may say of two of these ledgers is found by `contradictions` from the rows; here only the unlikely meetings are made.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

from doudi.sample.draws import Ints, Mask
from doudi.sample.kinds import AREA
from doudi.sample.ledgers import spell
from doudi.sample.ledgers.cells import DATE
from doudi.sample.ledgers.county import County
from doudi.sample.ledgers.damage import Plan
from doudi.sample.ledgers.five import in_order
from doudi.sample.ledgers.monitoring import System
from doudi.sample.ledgers.pages import Book, Page
from doudi.sample.ledgers.rows import Rows
from doudi.sample.order import day_number
from doudi.sample.text import digits, glued

PLANTED = {
    "two_posts": 25_000, "post_and_away": 20_000, "dead_on_post": 60_000, "post_in_hospital": 60_000, "old_on_post": 2_500,
    "dibao_with_company": 12_000, "dibao_with_car": 15_000, "dibao_on_payroll": 8_000, "dibao_with_two_homes": 10_000,
}  # fmt: skip
"""Of a million of those whom each can befall."""
POSTS = ("村级保洁员", "护林员", "道路管护员", "邻里互助员", "水管员")
POST_KINDS = ("保洁员", "护林员", "护路员", "邻里互助岗", "护水员")
SURNAMES_OF_FIRMS = ("丰源", "恒达", "鑫和", "利民", "瑞丰", "宏远", "广顺", "安泰")


class Work:
    """Who holds what."""

    def __init__(self, county: County, system: System, times: int, long_stays: Mask) -> None:
        self.county, self.system, self.times = county, system, times
        self.draws, self.number = county.draws, county.number
        self.dibao = county.tagged("低保对象")
        alive = ~county.dead & (county.fate == 0)
        age = county.age
        self.post = alive & (age >= 40) & (age < 68) & ~county.people.employee & self._chance("post", 22_000)
        self.post |= self.planted("old_on_post", alive & (age >= 70) & (age < 76))
        self.post |= self.planted("post_in_hospital", long_stays & alive & (age >= 18) & (age < 75))
        self.dead_on_post = self.planted(
            "dead_on_post", county.dead & (county.died > county.new_year) & (age < 80)
        )
        self.post |= self.dead_on_post
        self.two_posts = self.planted("two_posts", self.post & ~county.dead)
        away = alive & county.people.away & (age >= 18) & (age < 62)
        self.away = away & ~self.post & self._chance("away list", 240_000)
        self.away |= self.planted("post_and_away", self.post & ~county.dead & (age < 62))

    def _chance(self, what: str, ppm: int) -> Mask:
        return self.draws.chance(f"work {what}", self.number, ppm)

    def planted(self, name: str, among: Mask) -> Mask:
        """Whom an unlikely meeting befalls."""
        return self.county.befallen(f"work planted {name}", among, min(PLANTED[name] * self.times, 900_000))

    def books(self) -> list[Book]:
        """All of these files."""
        return [
            self.posts(),
            self.employment(),
            self.payroll(),
            self.businesses(),
            self.vehicles(),
            self.real_estate(),
        ]

    def posts(self) -> Book:
        """Public-welfare posts of the month: an .xls."""
        county = self.county
        base = in_order(county, self.post)
        who = np.repeat(base, 1 + self.two_posts[base])
        second = np.r_[False, who[1:] == who[:-1]]
        rows = Rows(county, "welfare_posts", who, second.astype(np.int64))
        rows.serial()
        rows.place("乡镇", "村")
        rows.named()
        rows.identity()
        rows.born(style="dots")
        rows.phone()
        kind = (self.draws.below("post kind", who, 5) + second * 2) % 5
        rows.word("post_name", "岗位名称", kind, POSTS)
        rows.word("post_kind", "岗位类型", kind, POST_KINDS)
        begin = day_number(dt.date(2024, 1, 1)) + self.draws.below("post from", who, 500) + second * 130
        rows.day("begndate", "上岗时间", begin, "dots")
        rows.money("month_amt", "岗位补贴（元/月）", 50_000 + kind * 10_000)
        month = day_number(dt.date(2026, 6, 1))
        rows.add(
            "paid_month",
            "发放月份",
            spell.days(np.full(len(who), month), "month"),
            spell.days(np.full(len(who), month)),
        )
        rows.count("work_days", "出勤天数", 18 + self.draws.below("work days", who, 9))
        rows.same("post_stas", "在岗状态", "在岗")
        plan = Plan(
            "department",
            self.times,
            True,
            dates=("begndate", "brdy"),
            money=("month_amt",),
            counts=("work_days",),
            repeats=False,
        )
        sheet = rows.damaged(plan, "welfare_posts", self.times)
        page = Page(
            "6月",
            sheet,
            "乡村公益性岗位人员花名册",
            ("样本县人力资源和社会保障局", "2026年6月", "单位：元"),
            sums=("month_amt",),
            total="合计",
        )
        return Book("公益性岗位人员花名册.xls", "welfare_posts", "xls", "县人力资源和社会保障局", (page,))

    def employment(self) -> Book:
        """People of the countryside who work away."""
        county, who = self.county, in_order(self.county, self.away)
        rows = Rows(county, "employment", who)
        rows.place("乡镇", "村")
        rows.named()
        rows.identity("身份证号码")
        rows.phone("联系电话", some=100_000)
        poor = (self.system.poor | (self.system.kind > 0))[county.people.home[who]]
        rows.word("psn_kind", "人员类别", poor.astype(np.int64), ("一般人口", "脱贫人口"))
        rows.same("work_stas", "就业状态", "已就业")
        area = self.draws.pick("work area", who, (55, 45))
        rows.word("work_area", "务工区域", area, ("县外省内", "省外"))
        rows.word("work_place", "务工所在地", area, ("样邻市", "样远省"))
        rows.day(
            "begndate",
            "务工开始时间",
            day_number(dt.date(2026, 2, 10)) + self.draws.below("work from", who, 60),
            "slash",
        )
        rows.count("work_months", "务工月数", 1 + self.draws.below("work months", who, 5))
        rows.money("month_wage", "月收入（元）", 300_000 + self.draws.below("wage", who, 500) * 1_000)
        plan = Plan(
            "village",
            self.times,
            True,
            dates=("begndate",),
            money=("month_wage",),
            counts=("work_months",),
            free=("work_place",),
        )
        sheet = rows.damaged(plan, "employment", self.times)
        return Book(
            "外出务工监测台账.xlsx",
            "employment",
            "xlsx",
            "县人力资源和社会保障局",
            (Page("已外出", sheet, "外出务工人员监测台账"),),
            care="village",
        )

    def payroll(self) -> Book:
        """Who is paid by the budget."""
        county = self.county
        paid = county.people.employee & county.covered & ~self.dibao & self._chance("payroll", 260_000)
        who = in_order(county, paid | self.planted("dibao_on_payroll", self.dibao & (county.age >= 20)))
        rows = Rows(county, "payroll", who)
        unit = self.draws.below("unit", who, 30)
        rows.add(
            "emp_name",
            "单位名称",
            pa.compute.binary_join_element_wise("样本县第", spell.numbers(unit + 1), "预算单位", ""),
        )
        rows.named()
        rows.identity("身份证号")
        rows.word(
            "post_kind",
            "人员类别",
            self.draws.pick("post", who, (22, 58, 12, 8)),
            ("公务员", "事业", "工勤", "编外"),
        )
        rows.day(
            "begndate",
            "参加工作时间",
            np.maximum(county.people.born[who] + 22 * 365, day_number(dt.date(1985, 7, 1))),
            "slash",
        )
        rows.money("month_amt", "月工资", 320_000 + self.draws.below("salary", who, 5_000) * 100)
        plan = Plan(
            "register", self.times, True, dates=("begndate",), money=("month_amt",), village="", phones=()
        )
        sheet = rows.damaged(plan, "payroll", self.times)
        page = Page(
            "财政供养",
            sheet,
            "财政供养人员信息表",
            ("样本县财政局", "单位：元"),
            total="合计",
            sums=("month_amt",),
        )
        return Book("财政供养人员.xlsx", "payroll", "xlsx", "县财政局", (page,), care="register")

    def businesses(self) -> Book:
        """Companies and who runs them; capital in ten thousand yuan."""
        county, age = self.county, self.county.age
        runs = ~county.dead & (age >= 20) & (age < 70) & ~self.dibao & self._chance("business", 14_000)
        poor = self.planted("dibao_with_company", self.dibao & (age >= 18))
        who = in_order(county, runs | poor)
        rows = Rows(county, "businesses", who)
        rows.add("uscc", "统一社会信用代码", glued(f"91{AREA}", digits(who + 1, 10)))
        word = self.draws.below("firm name", who, len(SURNAMES_OF_FIRMS))
        company = poor[who] | self.draws.chance("company", who, 350_000)
        ends = pa.array(np.where(company, "有限公司", "经营部").tolist())
        rows.add(
            "firm_name",
            "企业名称",
            pa.compute.binary_join_element_wise(
                "样本县", pa.array(SURNAMES_OF_FIRMS).take(pa.array(word)), ends, ""
            ),
        )
        rows.word("firm_kind", "主体类型", company.astype(np.int64), ("个体工商户", "企业"))
        rows.named("姓名")
        rows.identity("证件号码")
        rows.word("post", "担任职务", company.astype(np.int64), ("经营者", "法定代表人"))
        capital = (1 + self.draws.below("capital", who, 100)) * 1_000_000
        rows.add("capital", "注册资本（万元）", spell.wan(capital), spell.numbers(capital), 2)
        rows.day(
            "founded_on",
            "成立日期",
            day_number(dt.date(2012, 1, 1)) + self.draws.below("founded", who, 5_000),
            how=DATE,
        )
        gone = ~poor[who] & self.draws.chance("closed", who, 150_000)
        rows.word("firm_stas", "经营状态", gone.astype(np.int64), ("存续", "注销"))
        plan = Plan("register", self.times, True, dates=("founded_on",), village="", phones=())
        sheet = rows.damaged(plan, "businesses", self.times)
        return Book(
            "市场主体登记查询结果.xlsx",
            "businesses",
            "xlsx",
            "县市场监督管理局",
            (Page("Sheet1", sheet),),
            care="register",
        )

    def vehicles(self) -> Book:
        """Cars, from the traffic police: text in GBK."""
        county, age = self.county, self.county.age
        owns = ~county.dead & (age >= 20) & (age < 70) & ~self.dibao & self._chance("car", 150_000)
        who = in_order(county, owns | self.planted("dibao_with_car", self.dibao & (age >= 18)))
        rows = Rows(county, "vehicles", who)
        rows.add(
            "plate_no", "号牌号码", pa.compute.binary_join_element_wise("样A", glued("", digits(who, 7)), "")
        )
        rows.named("所有人姓名")
        rows.identity("身份证明号码")
        rows.same("vehicle_kind", "车辆类型", "小型轿车")
        rows.same("use_kind", "使用性质", "非营运")
        rows.day(
            "registered_on",
            "初次登记日期",
            day_number(dt.date(2014, 1, 1)) + self.draws.below("car since", who, 4_400),
        )
        plan = Plan("register", self.times, False, dates=("registered_on",), village="", phones=())
        sheet = rows.damaged(plan, "vehicles", self.times)
        return Book(
            "机动车登记信息.csv",
            "vehicles",
            "csv",
            "县公安局",
            (Page("", sheet),),
            encoding="gbk",
            care="register",
        )

    def real_estate(self) -> Book:
        """Homes with a title: a page saved as .xls."""
        county, age = self.county, self.county.age
        owns = ~county.dead & (age >= 24) & (age < 75) & self._chance("home", 40_000)
        two = self.planted("dibao_with_two_homes", self.dibao & (age >= 24))
        base = in_order(county, owns | two)
        who = np.repeat(base, 1 + two[base])
        second = np.r_[False, who[1:] == who[:-1]]
        rows = Rows(county, "real_estate", who, second.astype(np.int64))
        rows.named("权利人姓名")
        rows.identity("权利人证件号")
        rows.add(
            "title_no",
            "不动产权证号",
            pa.compute.binary_join_element_wise("样2026", glued("", digits(who * 2 + second, 9)), ""),
        )
        rows.add("area", "建筑面积（平方米）", spell.numbers(60 + self.draws.below("area", who, 90)))
        rows.same("use_kind", "用途", "住宅")
        rows.day(
            "registered_on",
            "登记日期",
            day_number(dt.date(2009, 1, 1)) + self.draws.below("title since", who, 6_200),
        )
        plan = Plan(
            "register", self.times, False, dates=("registered_on",), village="", phones=(), repeats=False
        )
        sheet = rows.damaged(plan, "real_estate", self.times)
        return Book(
            "不动产登记信息查询.xls",
            "real_estate",
            "html",
            "县自然资源和规划局",
            (Page("表1", sheet),),
            encoding="utf-8",
            care="register",
        )


def of(rows: Ints) -> pa.Array:
    """Rows as an Arrow column."""
    return pa.array(rows)
