"""Numbers changed for a what-if: read exactly, fitted into dates and classes, and checked like any policy."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from doudi.common.errors import DoudiError, Faults, InputFault
from doudi.findings.overrides import overridden, read_override
from doudi.policy.meaning import fingerprint
from doudi.policy.pack import Pack
from doudi.policy.values import show_value
from tests.engine.settle.example import pack

POLICY = pack("""
    dimensions:
      level: {classes: [{code: l2, zh: 二级, when: {hosp_lv: ["05"]}}, {code: l3, zh: 三级, when: {hosp_lv: ["03"]}}, {code: rest}]}
      category: {classes: [{code: poor, when: {psn_idet_type: [低保对象]}}, {code: plain}]}
    order: [one]
    layers:
      one: {zh: 一, fund: hifp_pay, base: [inscp], bands: b, deductible: {per: bill, amount: d}, caps: [{limit: c}]}
      off: {zh: 关, on: false, fund: hifp_pay, base: [inscp], ratio: r}
    parameters:
      b: {unit: bands, value: [{ratio: 60%}]}
      d: {unit: yuan, by: [level, category], values: [{from: 2020-01-01, to: 2024-12-31, table: {l2: {otherwise: 500}, otherwise: {poor: 0, otherwise: 900}}}, {from: 2025-01-01, table: {otherwise: {otherwise: 1000}}}]}
      c: {unit: yuan, value: 100000}
      r: {unit: ratio, value: 50%}
""")  # fmt: skip


def changed(*texts: str) -> Pack:
    return overridden(POLICY, [read_override(text) for text in texts])


def deductible(policy: Pack, day: str, *path: str) -> str:
    entry = policy.parameters["d"].on(dt.date.fromisoformat(day))
    table = entry.table
    for code in path:
        table = table.get(code, table.get("otherwise"))
    return show_value(table)


def test_a_number_is_changed_and_everything_else_is_left():
    after = changed("c=80000")
    assert show_value(after.parameters["c"].values[0].value) == "80000 元"
    assert after.parameters["d"] == POLICY.parameters["d"]
    assert fingerprint(after) != fingerprint(POLICY)


def test_a_change_says_that_it_is_an_assumption():
    source = changed("c=80000").parameters["c"].values[0].source
    assert (source.document, source.clause, source.confirmed) == ("试算假设", "c=80000", False)


def test_without_classes_every_cell_of_a_table_is_changed():
    after = changed("d=100")
    assert {deductible(after, day, level, who) for day in ("2024-03-01", "2025-03-01") for level in ("l2", "l3") for who in ("poor", "plain")} == {"100 元"}  # fmt: skip


def test_a_class_that_only_otherwise_caught_gets_a_cell_of_its_own():
    after = changed("d[l3,plain]=700")
    assert deductible(after, "2024-03-01", "l3", "plain") == "700 元"
    assert deductible(after, "2024-03-01", "rest", "plain") == "900 元"
    assert deductible(after, "2024-03-01", "l3", "poor") == "0 元"


def test_a_star_stands_for_every_class_of_its_dimension():
    after = changed("d[*,poor]=10")
    assert deductible(after, "2024-03-01", "l2", "poor") == "10 元"
    assert deductible(after, "2024-03-01", "l3", "plain") == "900 元"


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("@2024-07-01", ["500 元", "100 元", "100 元"]),
        ("@2024-07-01..2024-12-31", ["500 元", "100 元", "1000 元"]),
        ("@2023-01-01..2024-06-30", ["100 元", "500 元", "1000 元"]),
        ("@2024-07-01..2025-06-30", ["500 元", "100 元", "100 元"]),
    ],
)
def test_a_dated_change_holds_on_its_days_alone(span, expected):
    after = changed(f"d[l2,plain]{span}=100")
    days = ("2024-06-30", "2024-07-01", "2025-01-01")
    assert [deductible(after, day, "l2", "plain") for day in days] == expected
    spans = [(entry.from_, entry.to) for entry in after.parameters["d"].values]
    assert all(a[1] + dt.timedelta(days=1) == b[0] for a, b in pairwise(spans))


def test_any_value_of_the_language_may_be_given():
    after = changed("b=[{to: 10000, ratio: 60%}, {ratio: 70%}]", "c=none")
    assert show_value(after.parameters["b"].values[0].value) == "0—10000 元 60%；10000以上 70%"
    assert show_value(after.parameters["c"].values[0].value) == "不设"


def test_changes_follow_one_another():
    assert deductible(changed("d=100", "d[l2,poor]=50"), "2024-03-01", "l2", "poor") == "50 元"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("c", "看不懂"),
        ("c=", "看不懂"),
        ("c@2024-13-01=1", "不是可用的日期"),
        ("c@2024-02-01..2024-01-01=1", "起止日颠倒"),
        ("cc=1", "没有参数 cc"),
        ("c[l2]=1", "参数 c 的分类是 不分类"),
        ("d[l2]=1", "参数 d 的分类是 level、category"),
        ("d[l9,poor]=1", "level 没有类别 l9"),
        ("c=abc", "不能作金额"),
        ("d=none", "none（不设限）"),
        ("c@2031-01-01=1", "没有值可改"),
    ],
)
def test_it_refuses_what_cannot_be(text, said):
    with pytest.raises(DoudiError) as caught:
        changed(text)
    assert said in str(caught.value)
    assert "--set" in str(caught.value)


def test_it_tells_all_faults_at_once():
    with pytest.raises(Faults) as caught:
        changed("cc=1", "d[l9,poor]=1", "c=80000")
    assert [isinstance(fault, InputFault) for fault in caught.value.faults] == [True, True]
