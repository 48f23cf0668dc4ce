"""One person's claims, settled one by one as at a window: the tables it makes, and the order of what it gives."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from doudi.engine.settle.oracle import settle
from doudi.engine.settle.person import OPEN, Enrolment, Person, Tag
from doudi.engine.settle.window import claims_table, persons_table, prior_table, settle_person
from tests.engine.settle.example import NOBODY, claim, pack, refund

POLICY = pack(
    "order: [a]\nlayers:\n  a: {zh: x, fund: hifp_pay, base: [inscp], deductible: {per: year, amount: d}, per: year, ratio: r}\n"
    "parameters: {r: {unit: ratio, value: 50%}, d: {unit: yuan, value: 100}}\n"
)


def test_no_claims_give_no_results():
    assert settle_person(POLICY, NOBODY, []) == []


def test_results_come_in_the_order_taken_with_refunds():
    first, second = claim(1, "2024-03-01", inscp=150), claim(2, "2024-02-01", inscp=500)
    claims = [first, refund(3, first), second]
    found = settle_person(POLICY, NOBODY, claims)
    assert [one.setl_id for one in found] == ["s02", "s01", "s03"]
    assert found == settle(POLICY, NOBODY, claims)
    assert found[1].steps["a.paid"] == -found[2].steps["a.paid"] > 0


def test_one_claim_alone_and_a_sum_at_the_start():
    one = claim(1, inscp=150)
    assert [each.paid for each in settle_person(POLICY, NOBODY, [one])] == [{"a": 2500}]
    prior = {(2024, "a", "base"): 6000, (2023, "a", "base"): 99999}
    assert [each.paid for each in settle_person(POLICY, NOBODY, [one], prior)] == [{"a": 5500}]


def test_a_day_of_settlement_without_a_time_is_its_midnight():
    one = {**claim(1, inscp=1), "setl_time": dt.date(2024, 3, 1)}
    table = claims_table([one, {**one, "setl_time": dt.datetime(2024, 3, 1, 9)}], "p1")  # noqa: DTZ001
    assert [str(moment) for moment in table["setl_time"].to_pylist()] == [
        "2024-03-01 00:00:00",
        "2024-03-01 09:00:00",
    ]


def test_what_claims_leave_out_is_empty_or_nothing():
    table = claims_table([{"setl_id": "a", "cost_x_fen": 5, "med_type": 21}, {"setl_id": "b"}], "p1")
    assert table["cost_x_fen"].to_pylist() == [5, 0]
    assert table["inscp_amt_fen"].to_pylist() == [0, 0]
    assert table["med_type"].to_pylist() == ["21", None]
    assert table["enddate"].type == pa.date32()
    assert table["psn_no"].to_pylist() == ["p1", "p1"]


def test_an_enrolment_row_names_the_first_day_without_cover():
    person = Person("p1", dt.date(1960, 1, 1), (Tag("rloc_type", "备案"),), (Enrolment(dt.date(2020, 1, 1), dt.date(2020, 12, 31)), Enrolment(dt.date(2022, 1, 1))))  # fmt: skip
    rows = persons_table([person]).to_pylist()
    assert [row["paus_insu_date"] for row in rows] == [None, None, dt.date(2021, 1, 1), None]
    assert rows[1]["rloc_type"] == "备案"
    assert rows[1]["endtime"] == OPEN
    assert all(row["brdy"] == dt.date(1960, 1, 1) for row in rows)


def test_sums_at_the_start_are_rows():
    assert prior_table("p1", {(2024, "a", "base"): 5}).to_pylist() == [
        {"psn_no": "p1", "year": 2024, "pool": "a", "item": "base", "amount": 5}
    ]
    assert len(prior_table("p1", {})) == 0
