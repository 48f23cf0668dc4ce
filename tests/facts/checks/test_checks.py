"""Checks: sound facts pass; each planted error is found, under its own rule, on its own row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from doudi.facts.checks import check_fee_lines, check_settlements
from doudi.facts.conform import conform
from doudi.facts.fee_lines import TABLE as FEES
from tests.facts.cast import TABLE, made_settlements

SOUND = made_settlements(420)
REFUND = pc.index(pc.is_valid(SOUND["init_setl_id"]), True).as_py()
BILL = pc.index(pc.is_null(SOUND["init_setl_id"]), True).as_py()


def planted(column: str, value: Any, row: int = BILL, facts: pa.Table = SOUND) -> pa.Table:
    """The facts with one cell changed; a function changes what is there."""
    cells = facts[column].to_pylist()
    cells[row] = value(cells[row]) if callable(value) else value
    return facts.set_column(facts.column_names.index(column), column, pa.array(cells, facts[column].type))


def rules(facts: pa.Table, **more: Any) -> set[str]:
    return set(check_settlements(facts, **more).findings["rule"].to_pylist())


def test_sound_facts_have_no_findings() -> None:
    checked = check_settlements(SOUND)
    assert checked.findings.num_rows == 0
    assert checked.rows == 420
    assert checked.not_run == (("age-fits-birth", "age、brdy"),)
    assert checked.errors == 0


PLANTED = {
    "bill-by-payer": ("psn_pay_fen", lambda fen: fen + 1, BILL),
    "person-by-purse": ("acct_pay_fen", lambda fen: fen + 1, BILL),
    "funds": ("maf_pay_fen", lambda fen: fen + 1, BILL),
    "bill-by-scope": ("inscp_amt_fen", lambda fen: fen - 1, BILL),
    "refund-negates": ("cost_class_b_fen", lambda fen: fen + 7, REFUND),
    "refund-of-unknown": ("init_setl_id", "S-none", REFUND),
    "refund-names-none": ("refd_setl_flag", "1", BILL),
    "refund-not-flagged": ("refd_setl_flag", "0", REFUND),
    "refund-of-refund": ("init_setl_id", SOUND["setl_id"][REFUND].as_py(), REFUND),
    "refund-not-negative": ("medfee_sumamt_fen", 100, REFUND),
    "negative-without-refund": ("hifp_pay_fen", -1, BILL),
    "ends-before-it-begins": ("enddate", date(2023, 1, 1), BILL),
    "settled-before-it-begins": ("setl_time", datetime(2023, 1, 1), BILL),  # noqa: DTZ001
    "settled-before-it-ends": ("enddate", date(2026, 1, 1), BILL),
    "unknown-med_type": ("med_type", "990303", BILL),
    "unknown-out_flag": ("out_flag", "9", BILL),
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_error_is_found_on_its_row(rule: str) -> None:
    column, value, row = PLANTED[rule]
    facts = planted(column, value, row)
    findings = check_settlements(facts).findings.filter(pc.field("rule") == rule)
    assert findings["setl_id"].to_pylist() == [facts["setl_id"][row].as_py()]
    assert findings["message"][0].as_py()


def test_the_sum_that_is_out_is_given_in_fen_and_told_in_yuan() -> None:
    (finding,) = check_settlements(planted("acct_pay_fen", lambda fen: fen + 150)).findings.to_pylist()
    assert finding["amount_fen"] == -150
    assert finding["message"] == "个人支付金额 = 个人账户支出 + 现金，差 -1.50 元"
    assert finding["level"] == "error"


def test_a_refund_that_differs_names_the_columns() -> None:
    facts = planted("hifmi_pay_fen", lambda fen: fen + 5, REFUND)
    facts = planted("medfee_sumamt_fen", lambda fen: fen + 5, REFUND, facts)
    told = (
        check_settlements(facts).findings.filter(pc.field("rule") == "refund-negates")["message"][0].as_py()
    )
    assert "医疗费总额、大病补充医疗保险基金支出；总额相差 0.05 元" in told


def test_a_settlement_taken_back_twice_is_found_on_both_refunds() -> None:
    again = planted("setl_id", "R-again", REFUND).slice(REFUND, 1)
    findings = check_settlements(pa.concat_tables([SOUND, again])).findings
    assert findings["rule"].to_pylist() == ["refunded-twice", "refunded-twice"]


def test_a_balance_need_not_be_negated() -> None:
    assert rules(planted("balc_fen", 5, REFUND)) == set()


def test_ages_are_held_against_births() -> None:
    rows = SOUND.num_rows
    facts = SOUND
    for name, column in {
        "brdy": pa.repeat(pa.scalar(date(1960, 3, 1)), rows),
        "begndate": pa.repeat(pa.scalar(date(2024, 2, 29)), rows),
        "age": pa.array([Decimal("63.9"), Decimal("64.0"), *[Decimal("63.0")] * (rows - 2)]),
    }.items():
        place = facts.column_names.index(name)
        facts = facts.set_column(place, name, column.cast(facts.schema.field(name).type))
    findings = check_settlements(facts).findings.filter(pc.field("rule") == "age-fits-birth")
    assert findings["setl_id"].to_pylist() == [facts["setl_id"][1].as_py()]
    assert findings["message"][0].as_py() == "年龄记为 64，按出生日期和开始日期为 63"
    assert findings["level"][0].as_py() == "notice"
    assert "begins-before-birth" in rules(planted("brdy", date(2026, 1, 1), BILL, facts))


def test_a_rule_is_named_when_its_columns_hold_nothing() -> None:
    empty = SOUND
    for name in ("psn_pay_fen", "maf_pay_fen", "ownpay_hosp_part_fen"):
        empty = empty.set_column(empty.column_names.index(name), name, pa.nulls(420, pa.int64()))
    checked = check_settlements(empty)
    assert dict(checked.not_run)["bill-by-payer"] == "psn_pay"
    assert dict(checked.not_run)["person-by-purse"] == "psn_pay"
    # the funds can still be added up, one of them being nought
    assert "funds" not in dict(checked.not_run)
    assert set(checked.findings["rule"].to_pylist()) == {"funds"}


def test_findings_are_counted_by_rule() -> None:
    checked = check_settlements(planted("acct_pay_fen", lambda fen: fen + 150))
    assert checked.counts() == [{"level": "error", "rule": "person-by-purse", "count": 1, "amount_fen": -150}]
    assert checked.errors == 1


def made_lines(settlements: pa.Table) -> pa.Table:
    """Two lines for each settlement, which add up to its bill."""
    rows = settlements.num_rows
    whole = settlements["medfee_sumamt_fen"].to_numpy()
    lines = []
    for number, sums in enumerate((whole // 3, whole - whole // 3)):
        lines.append(
            pa.table(
                {
                    "setl_id": settlements["setl_id"],
                    "bkkp_sn": pa.repeat(str(number), rows),
                    "cnt": pa.repeat(pa.scalar(Decimal("1.0000")), rows),
                    "pric": pa.array([Decimal(int(fen)).scaleb(-2) for fen in sums], pa.decimal128(18, 6)),
                    "det_item_fee_sumamt_fen": sums,
                }
            )
        )
    return conform(pa.concat_tables(lines), FEES)


def test_lines_add_up_to_their_bills() -> None:
    lines = made_lines(SOUND)
    assert rules(SOUND, fee_lines_of=lines) == set()
    assert rules(planted("medfee_sumamt_fen", 1), fee_lines_of=lines) >= {"bill-by-lines"}
    # a settlement without any line is not looked at
    some = pc.is_in(lines["setl_id"], value_set=SOUND["setl_id"].slice(0, 10))
    assert rules(planted("medfee_sumamt_fen", 1, 300), fee_lines_of=lines.filter(some)).isdisjoint(
        {"bill-by-lines"}
    )


def test_lines_are_checked_by_price_scope_and_settlement() -> None:
    lines = made_lines(SOUND)
    checked = check_fee_lines(lines, SOUND)
    assert checked.findings.num_rows == 0
    assert (
        "line-by-scope",
        "fulamt_ownpay_amt、overlmt_selfpay、preselfpay_amt、inscp_amt",
    ) in checked.not_run
    bad = planted("pric", Decimal("0.005000"), 0, lines)
    bad = planted("setl_id", "S-none", 1, bad)
    findings = check_fee_lines(bad, SOUND).findings.to_pylist()
    assert [(row["rule"], row["setl_id"], row["line"]) for row in findings] == [
        ("line-without-settlement", "S-none", "0"),
        ("line-by-price", SOUND["setl_id"][0].as_py(), "0"),
    ]


def test_a_line_rounds_half_a_fen_up() -> None:
    line = {"setl_id": ["S1"], "bkkp_sn": ["1"], "cnt": [Decimal("0.5")], "pric": [Decimal("0.01")]}
    for fen, found in ((1, 0), (0, 1)):
        facts = pa.table({**line, "det_item_fee_sumamt_fen": [fen]})
        assert check_fee_lines(conform(facts, FEES)).findings.num_rows == found


def test_the_cast_is_of_the_declared_form() -> None:
    assert conform(SOUND, TABLE).equals(SOUND)
