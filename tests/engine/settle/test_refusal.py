"""A claim that cannot be settled is named, with why, what is allowed and what to do; all of a block at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from doudi.common.errors import DoudiError, Faults, InputFault, PolicyFault
from doudi.engine.settle.person import Person
from doudi.engine.settle.run import Settler, settle_encoded
from doudi.engine.settle.window import claims_table, settle_person
from tests.engine.settle.example import NOBODY, claim, pack, refund

POLICY = """
dates: {rate: admission}
dimensions:
  level:
    classes: [{code: l1, when: {hosp_lv: ["08"]}}, {code: l2, when: {hosp_lv: ["05"]}}]
  old:
    classes: [{code: old, when: {med_type: ["60"]}}, {code: rest}]
  first:
    classes: [{code: first, when: {med_type: ["61"]}}, {code: rest}]
prepay:
  - {zh: 先行自付, when: {first: [first]}, of: [inscp], ratio: some}
  - {zh: 按龄自付, when: {old: [old]}, of: [inscp], ratio: by_age}
order: [a, c]
layers:
  a: {zh: 甲, fund: hifp_pay, base: [inscp], ratio: by_level}
  c: {zh: 丙, fund: maf_pay, when: {old: [old]}, base: [left], ratio: by_age}
parameters:
  by_level: {unit: ratio, by: [level], table: {l1: 60%}}
  by_age: {unit: ratio, value: {base: 50%, per_year_of_age: 0.2%}}
  some: {unit: ratio, by: [level], table: {l2: 10%}}
"""
GOOD: dict[str, Any] = {"hosp_lv": "08", "inscp": 100}
TAKEN = claim(1, **GOOD)


def refused(*claims: Any, person: Person = NOBODY) -> DoudiError:
    with pytest.raises(DoudiError) as caught:
        settle_person(pack(POLICY, "from: 2024-01-01\nto: 2024-12-31\n"), person, claims)
    return caught.value


@pytest.mark.parametrize(
    ("claims", "kind", "names", "says"),
    [
        ([claim(1, "2023-12-31", "2024-01-05", **GOOD)], PolicyFault, "s01", ["有效期", "2024-01-01 至 2024-12-31（按入院日）", "换用"]),
        ([claim(1, "2025-01-01", **GOOD)], PolicyFault, "s01", ["有效期"]),
        ([claim(1, hosp_lv="05", inscp=100)], PolicyFault, "s01", ["层 a", "by_level", "level=l2", "otherwise"]),
        ([claim(1, hosp_lv="??", inscp=100)], PolicyFault, "s01", ["level=-"]),
        ([claim(1, **GOOD, med_type="61")], PolicyFault, "s01", ["先行自付", "some", "level=l1"]),
        ([claim(1, **GOOD, med_type="60")], InputFault, "s01", ["出生日期未知", "--persons", "brdy"]),
        ([claim(1, hosp_lv="08", inscp=9_000_000_000.01)], InputFault, "s01", ["金额过大", "9,000,000,000 元", "单位"]),
        ([claim(1, hosp_lv="08", inscp=6e9), claim(2, hosp_lv="08", inscp=6e9)], InputFault, "s02", ["年度累计"]),
        ([claim(1, **GOOD, own=-1)], InputFault, "s01", ["为负", "init_setl_id"]),
        ([claim(1, hosp_lv="08", inscp=100, total=-1)], InputFault, "s01", ["为负"]),
        ([{**claim(1, **GOOD), "enddate": dt.date(2024, 2, 1)}], InputFault, "s01", ["早于", "改正日期"]),
        ([TAKEN, {**refund(2, TAKEN), "inscp_amt_fen": -9999}], InputFault, "s02", ["正负相抵", "核对"]),
        ([TAKEN, refund(2, TAKEN), refund(3, TAKEN)], InputFault, "s03", ["两次"]),
        ([TAKEN, refund(2, TAKEN), refund(3, refund(2, TAKEN))], InputFault, "s03", ["正负相抵"]),
        ([TAKEN, {**refund(2, TAKEN), "init_setl_id": "s99"}], InputFault, "s02", ["不在数据中", "导入"]),
        ([{**refund(2, TAKEN), "init_setl_id": "s02"}], InputFault, "s02", ["不在数据中"]),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) and isinstance(value[-1], str) else "",
)  # fmt: skip
def test_each_reason_names_the_claim_and_says_what_to_do(claims, kind, names, says):
    error = refused(*claims)
    assert type(error) is kind
    assert error.where == f"setl_id={names}"
    assert error.do
    for words in says:
        assert words in str(error)


def test_all_refusals_of_a_block_are_told_and_those_beyond_twenty_counted():
    error = refused(*(claim(n, "2023-05-01", **GOOD) for n in range(1, 31)))
    assert isinstance(error, Faults)
    assert [fault.where for fault in error.faults] == [f"setl_id=s{n:02}" for n in range(1, 21)]
    assert error.more == 10
    assert "还有 10 处" in str(error)


def test_without_the_block_a_claim_is_told_by_its_place():
    settler = Settler(pack(POLICY))
    encoded = settler.encode(claims_table([claim(1, **GOOD), claim(2, hosp_lv="05", inscp=1)], "p1"))
    with pytest.raises(PolicyFault, match="第 2 笔"):
        settle_encoded(encoded, settler.compiled)


RECORDED = """
order: [r, d]
layers:
  r: {zh: 照录, fund: hifp_pay, kind: recorded, recorded: hifp_pay}
  d: {zh: 药, fund: othfund_pay, base: [cost.drugs], ratio: half}
parameters:
  half: {unit: ratio, value: 50%}
"""


@pytest.mark.parametrize(
    ("column", "fen", "says"),
    [("cost_drugs_fen", 900_000_000_001, "金额过大"), ("hifp_pay_fen", -1, "为负")],
)
def test_a_named_cost_too_large_and_a_negative_record_are_refused(column, fen, says):
    with pytest.raises(InputFault) as caught:
        settle_person(pack(RECORDED), NOBODY, [{**claim(1, inscp=100), column: fen}])
    assert caught.value.where == "setl_id=s01"
    assert says in str(caught.value)
