"""Rows: no gaps where a value is required, no negative sums but on refunds, no sums beyond belief."""

from decimal import Decimal

import pyarrow as pa

from doudi.facts.fee_lines import TABLE as FEES
from doudi.facts.persons import TABLE as PERSONS
from doudi.facts.rows import ABSURD_FEN, refused_rows
from doudi.facts.settlements import TABLE


def told(table: object, **columns: list[object]) -> list[tuple[str, list[int], str]]:
    declared = [TABLE, FEES][table == "fees"]
    by_inside = {column.inside: column for column in declared}
    given = tuple(by_inside[name] for name in columns)
    batch = pa.table({name: pa.array(values, by_inside[name].arrow) for name, values in columns.items()})
    return [
        (fault.column.name, fault.rows.nonzero()[0].tolist(), fault.what)
        for fault in refused_rows(batch, declared, given)
    ]


def test_a_required_value_may_not_be_empty() -> None:
    assert told("setl", setl_id=["a", None], dise_no=[None, None]) == [("setl_id", [1], "为空")]


def test_only_a_refund_may_be_negative() -> None:
    sums = [-1, -1, -1, 1, None]
    assert told("setl", hifp_pay_fen=sums) == [("hifp_pay", [0, 1, 2], "不是退费行却为负")]
    marks = {"init_setl_id": [None, "S1", None, None, None], "refd_setl_flag": ["0", None, "1", None, None]}
    assert told("setl", hifp_pay_fen=sums, **marks) == [("hifp_pay", [0], "不是退费行却为负")]


def test_a_balance_may_be_negative() -> None:
    assert told("setl", balc_fen=[-1]) == []


def test_days_in_hospital_may_not_be_negative() -> None:
    assert told("setl", ipt_days=[-1, 0]) == [("ipt_days", [0], "不是退费行却为负")]


def test_a_fee_line_with_a_negative_quantity_is_a_refund() -> None:
    sums = {"det_item_fee_sumamt_fen": [-100, -100], "cnt": [Decimal("-1.0000"), Decimal("1.0000")]}
    assert told("fees", **sums) == [("det_item_fee_sumamt", [1], "不是退费行却为负")]


def test_a_hundred_million_yuan_is_beyond_belief_even_on_a_refund() -> None:
    sums = [ABSURD_FEN, ABSURD_FEN + 1, -ABSURD_FEN - 1, 0]
    marks = {"init_setl_id": [None, None, "S1", None]}
    assert told("setl", medfee_sumamt_fen=sums, **marks) == [("medfee_sumamt", [1, 2], "大得不合理")]


def test_a_table_without_refunds_still_refuses_negative_sums() -> None:
    assert PERSONS.refund is None
    assert not list(refused_rows(pa.table({"psn_no": ["x"]}), PERSONS, (PERSONS["psn_no"],)))
