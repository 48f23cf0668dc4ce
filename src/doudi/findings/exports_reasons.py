"""Why a row came or left and why a field changed between two exports: the likely reasons, as one table.

The first line that holds is told. A reason is a likelihood drawn from the two exports alone, never a finding: whoever
keeps the register checks it. Values are compared in their inside form. Nothing here reads a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

What = Literal["came", "left", "changed"]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """One row or field as both exports have it. `before` or `after` is empty where the row is not in that export.

    `household`: "came" or "left" where the whole household did; `sizes`: how many of its members came and left.
    `elsewhere`: the same identity number stands in another row of the other export. `renamed`: pairs of names that are
    one place, as far as the register of divisions or the two exports tell.
    """

    column: str
    before: Values
    after: Values
    first: dt.date
    last: dt.date
    household: str = ""
    moved: tuple[int, int] = (0, 0)
    elsewhere: bool = False
    renamed: Collection[tuple[str, str]] = ()

    @property
    def old(self) -> Any:
        """The value before."""
        return self.before.get(self.column)

    @property
    def new(self) -> Any:
        """The value after."""
        return self.after.get(self.column)

    def also(self, column: str) -> bool:
        """Whether another column changed in the same row."""
        return (self.before.get(column) or None) != (self.after.get(column) or None)

    def age(self, day: dt.date) -> int | None:
        """Completed years on a day, by whichever export has the date of birth."""
        born = self.after.get("brdy") or self.before.get("brdy")
        if born is None:
            return None
        return int(day.year - born.year - ((day.month, day.day) < (born.month, born.day)))


Holds = Callable[[Seen], bool]


@dataclass(frozen=True)
class Reason:
    """A line of the table: for which rows or columns (a name that ends in * stands for all that begin so), when, and what is told."""

    code: str
    zh: str
    en: str
    what: What
    columns: tuple[str, ...] = ()
    when: Holds = lambda seen: True
    kind: str = ""

    def speaks_of(self, kind: str, what: What, column: str) -> bool:
        """Whether the line is about such a change at all."""
        if what != self.what or (self.kind and self.kind != kind):
            return False
        named = (
            column == name or (name.endswith("*") and column.startswith(name[:-1])) for name in self.columns
        )
        return not self.columns or any(named)


def _yes(seen: Seen) -> bool:
    return bool(seen.old != "1" and seen.new == "1")


def _no(seen: Seen) -> bool:
    return bool(seen.old == "1" and seen.new != "1")


def _filled(seen: Seen) -> bool:
    return seen.old is None and seen.new is not None


def _emptied(seen: Seen) -> bool:
    return seen.old is not None and seen.new is None


def _grew(seen: Seen) -> bool:
    return seen.old is not None and seen.new is not None and bool(seen.new > seen.old)


def _born_between(seen: Seen) -> bool:
    born = seen.after.get("brdy")
    return born is not None and bool(seen.first < born <= seen.last)


def _married_in(seen: Seen) -> bool:
    age = seen.age(seen.last)
    return seen.after.get("relation") in ("配偶", "之儿媳", "之女婿") and age is not None and age >= 20


def _married_out(seen: Seen) -> bool:
    age = seen.age(seen.last)
    return seen.before.get("relation") in ("之女", "之孙女") and age is not None and 20 <= age < 40


def _very_old(seen: Seen) -> bool:
    age = seen.age(seen.last)
    return age is not None and age >= 70


def _crossed(*ages: int) -> Holds:
    def holds(seen: Seen) -> bool:
        before, after = seen.age(seen.first), seen.age(seen.last)
        return before is not None and after is not None and any(before < age <= after for age in ages)

    return holds


def _added(value: str) -> Holds:
    def holds(seen: Seen) -> bool:
        return value in _words(seen.new) and value not in _words(seen.old)

    return holds


def _newly_ill(seen: Seen) -> bool:
    return bool({"长期慢性病", "患有大病"} & (_words(seen.new) - _words(seen.old)))


def _words(value: Any) -> set[str]:
    return set(str(value).split(",")) if value else set()


def _renamed(seen: Seen) -> bool:
    return (seen.old, seen.new) in seen.renamed


def _size_too(seen: Seen) -> bool:
    return seen.also("hh_size") or seen.moved != (0, 0)


def _one_character(seen: Seen) -> bool:
    if seen.old is None or seen.new is None or len(seen.old) != len(seen.new):
        return False
    return sum(a != b for a, b in zip(str(seen.old), str(seen.new), strict=True)) <= 2


def _a_new_year(seen: Seen) -> bool:
    return seen.first.year < seen.last.year or seen.also("data_year")


MEMBERS, HOUSEHOLDS = "national_members", "national_households"

REASONS = (
    # rows
    Reason("birth", "出生", "born between the two exports", "came", when=_born_between, kind=MEMBERS),
    Reason("renumbered", "换了编号，人还在", "the same person under another number", "came", when=lambda s: s.elsewhere),
    Reason("household_came", "整户新纳入", "the whole household is new", "came", when=lambda s: s.household == "came", kind=MEMBERS),
    Reason("marriage_in", "婚入", "married into the household", "came", when=_married_in, kind=MEMBERS),
    Reason("moved_in", "迁入或补录", "moved in, or entered late", "came", kind=MEMBERS),
    Reason("found", "新识别", "newly recognised", "came", when=lambda s: _since(s, "risk_found", "first_found"), kind=HOUSEHOLDS),
    Reason("entered", "补录", "entered late", "came"),
    Reason("renumbered", "换了编号，人还在", "the same person under another number", "left", when=lambda s: s.elsewhere),
    Reason("household_left", "整户退出", "the whole household is gone", "left", when=lambda s: s.household == "left", kind=MEMBERS),
    Reason("marriage_out", "可能婚出", "married out, perhaps", "left", when=_married_out, kind=MEMBERS),
    Reason("death", "可能死亡", "died, perhaps", "left", when=_very_old, kind=MEMBERS),
    Reason("moved_out", "迁出、死亡或删除", "moved out, died, or was taken out", "left", kind=MEMBERS),
    Reason("gone", "整户消亡、迁出或退出", "died out, moved, or taken out", "left"),
    # who and where
    Reason("renamed_place", "村（镇）改名或合并", "the place was renamed or merged", "changed", ("town", "village", "natural_village", "county"), _renamed),
    Reason("moved", "迁移", "moved", "changed", ("town", "village", "natural_village", "county", "addr")),
    Reason("number_entered", "补录证件号", "number entered", "changed", ("certno", "head_certno"), _filled),
    Reason("head_changed", "户主变更", "another head of household", "changed", ("head_name", "head_certno"), lambda s: s.also("head_name") and s.also("head_certno")),
    Reason("number_mended", "证件号更正", "number corrected", "changed", ("certno", "head_certno", "psn_cert_type")),
    Reason("renumbered", "换了编号", "numbered anew", "changed", ("member_no",)),
    Reason("household_changed", "分户、并户或迁户", "moved between households", "changed", ("hh_no",)),
    Reason("name_mended", "姓名更正", "name corrected", "changed", ("psn_name", "head_name"), _one_character),
    Reason("name_changed", "改名", "another name", "changed", ("psn_name", "head_name")),
    Reason("mended", "更正", "corrected", "changed", ("gend", "brdy", "naty"), lambda s: s.old is not None and s.new is not None),
    Reason("head_changed", "户主变更", "another head of household", "changed", ("relation",), lambda s: "户主" in (s.old, s.new)),
    Reason("relation_mended", "婚姻变动或关系更正", "marriage, or relation corrected", "changed", ("relation",)),
    Reason("phone", "换号", "another telephone number", "changed", ("tel", "head_tel", "helper_tel")),
    Reason("account", "换卡", "another account", "changed", ("bank_acct", "bank_name", "acct_name")),
    Reason("people", "人口变动", "members came or left", "changed", ("hh_size",)),
    # risk and kind
    Reason("risk_cleared", "风险消除", "risk cleared", "changed", ("risk_cleared",), _yes),
    Reason("risk_again", "风险再次出现", "at risk again", "changed", ("risk_cleared",), _no),
    Reason("risk_cleared", "风险消除", "risk cleared", "changed", ("risk_cleared_on", "clear_mode", "clear_contact", "after_*"), lambda s: s.after.get("risk_cleared") == "1"),
    Reason("monitored", "新纳入监测", "taken under monitoring", "changed", ("monitor_type", "risk_found"), _filled),
    Reason("unmonitored", "不再监测", "no longer monitored", "changed", ("monitor_type",), _emptied),
    Reason("kind", "类型变更", "another kind", "changed", ("monitor_type", "hh_type", "standard", "poverty_cause")),
    Reason("new_risk", "新增风险", "another risk", "changed", ("risk1", "risk2", "risk3", "risk4", "risk5", "disaster"), _filled),
    Reason("risk", "风险变更", "risks changed", "changed", ("risk1", "risk2", "risk3", "risk4", "risk5", "disaster")),
    # school, work, health
    Reason("school", "升学", "moved up at school", "changed", ("school",), lambda s: s.old is not None and s.new is not None),
    Reason("enrolled", "入学", "went to school", "changed", ("school",), _filled),
    Reason("left_school", "毕业或离校", "left school", "changed", ("school",), _emptied),
    Reason("schooling", "学历随之变化", "schooling goes with it", "changed", ("edu",), lambda s: s.also("school")),
    Reason("age", "年龄到线（16、60 周岁）", "came of age: 16 or 60", "changed", ("labour",), _crossed(16, 60)),
    Reason("health", "健康变化", "health changed", "changed", ("labour",), lambda s: s.also("health") or s.also("dis_level")),
    Reason("disabled", "新增残疾", "newly disabled", "changed", ("health",), _added("残疾")),
    Reason("illness", "新患病", "newly ill", "changed", ("health",), _newly_ill),
    Reason("recovered", "康复或更正", "recovered, or corrected", "changed", ("health",)),
    Reason("certificate", "残疾评定", "disability assessed", "changed", ("dis_*",)),
    Reason("months", "务工月数累计", "months at work add up", "changed", ("work_months", "post_months"), _grew),
    Reason("new_year", "新年度重新计数", "counted anew in a new year", "changed", ("work_months", "post_months"), _a_new_year),
    Reason("work", "务工变动", "other work", "changed", ("work_*", "post_*", "job_channel", "industry")),
    # cover and help
    Reason("dibao_on", "纳入低保", "on dibao", "changed", ("on_dibao",), _yes),
    Reason("dibao_off", "退出低保", "off dibao", "changed", ("on_dibao",), _no),
    Reason("destitute", "特困供养变动", "support as destitute changed", "changed", ("is_destitute", "destitute_kind")),
    Reason("insured", "参保", "insured", "changed", ("res_insured", "emp_insured", "in_cii", "res_pension", "emp_pension", "commercial"), _yes),
    Reason("uninsured", "停保", "no longer insured", "changed", ("res_insured", "emp_insured", "in_cii", "res_pension", "emp_pension", "commercial"), _no),
    Reason("aid", "享受救助", "given aid", "changed", ("medical_aid", "health_aid"), _yes),
    Reason("mended_house", "住房或饮水改善", "house or water made safe", "changed", ("house_safe", "water_ok", "safe_water", "school_ok", "insured_ok"), _yes),
    Reason("mended_house", "住房或饮水改善", "house or water made safe", "changed", ("unsafe_house",), _no),
    Reason("house", "住房、饮水情况变动", "house or water changed", "changed", ("house_*", "water_ok", "safe_water", "unsafe_house")),
    Reason("medical", "医疗支出", "medical costs", "changed", ("own_medical", "claim_income")),
    Reason("medical", "医疗支出", "medical costs", "changed", ("reference_*",), lambda s: s.also("own_medical")),
    Reason("people", "人口变动", "members came or left", "changed", ("net_income_pc", "reference_income_pc"), lambda s: _size_too(s) and not s.also("net_income")),
    Reason("income", "收入更新", "income counted anew", "changed", ("wage_*", "business_*", "property_*", "transfer_*", "net_*", "reference_*", "claim_*")),
    Reason("measures", "帮扶措施调整", "measures changed", "changed", ("m_*", "first_measure_on", "industry_help")),
    Reason("helper", "帮扶责任人调整", "another helper", "changed", ("helper_*",)),
    # whatever is left
    Reason("entered", "补录", "entered late", "changed", when=_filled),
    Reason("emptied", "清空", "emptied", "changed", when=_emptied),
    Reason("updated", "更新或更正", "updated or corrected", "changed"),
)  # fmt: skip
"""The table, read from the top."""


def _since(seen: Seen, *columns: str) -> bool:
    """Whether the row's own date of recognition lies after the first export's month."""
    found = next((seen.after[name] for name in columns if seen.after.get(name) is not None), None)
    return found is not None and (found.year, found.month) >= (seen.first.year, seen.first.month)


def likely(kind: str, what: What, seen: Seen) -> Reason:
    """The first reason that holds."""
    return next(r for r in REASONS if r.speaks_of(kind, what, seen.column) and r.when(seen))
