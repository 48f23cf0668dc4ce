"""Claims as the loop's integers: whatever form the columns come in, in the order taken, with refunds matched."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.errors import InputFault
from doudi.engine.settle import layout as c
from doudi.engine.settle.calendar import civil, completed_years, year_of
from doudi.engine.settle.encode import NEEDED, Encoded
from doudi.engine.settle.oracle_lookup import completed_years as years_by_the_calendar
from doudi.engine.settle.people import EPOCH
from doudi.engine.settle.run import Settler
from doudi.engine.settle.window import claims_table
from tests.engine.settle.claims import seeded
from tests.engine.settle.example import claim, pack, refund
from tests.engine.settle.parity import block_of, settler_of

POLICY = """
STAYS
dimensions:
  care: {classes: [{code: stay, when: {med_type: ["21"]}}, {code: other}]}
order: [a]
layers:
  a: {zh: 甲, fund: hifp_pay, when: {care: [stay]}, base: [inscp, cost.drugs], ratio: half}
parameters:
  half: {unit: ratio, value: 50%}
"""


def encoded(claims: list[Any], stays: str = "") -> Encoded:
    return Settler(pack(POLICY.replace("STAYS", stays))).encode(claims_table(claims, "p1"))


days = st.dates(dt.date(1600, 1, 1), dt.date(2400, 12, 31))


def number(day: dt.date) -> int:
    return (day - EPOCH).days


@given(days)
def test_a_day_is_split_as_the_calendar_splits_it(day):
    assert civil(number(day)) == (day.year, day.month, day.day)


@given(days, days)
def test_years_are_completed_on_the_birthday(born, day):
    assert completed_years(number(born), number(day)) == years_by_the_calendar(born, day)


@given(days, st.dates(dt.date(2023, 1, 1), dt.date(2023, 12, 31)))
def test_a_year_is_named_after_the_calendar_year_it_starts_in(day, start):
    begun = (day.month, day.day) >= (start.month, start.day)
    assert year_of(number(day), start.month, start.day) == (day.year if begun else day.year - 1)


# ── What must be there ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_column_is_named_as_the_nation_names_it(name):
    settler, block = Settler(pack(POLICY.replace("STAYS", ""))), claims_table([claim(1, inscp=5)], "p1")
    with pytest.raises(InputFault, match=f"缺少列 {name.removesuffix('_fen')}") as caught:
        settler.encode(block.drop_columns(name))
    assert "doudi claims template" in str(caught.value.do)


@pytest.mark.parametrize("name", [name for name in NEEDED if name != "setl_id"])
def test_an_empty_cell_is_named_with_its_claim(name):
    settler, block = Settler(pack(POLICY.replace("STAYS", ""))), claims_table([claim(1), claim(2)], "p1")
    column = pa.chunked_array([block[name].combine_chunks()[:1], pa.nulls(1, block[name].type)])
    with pytest.raises(InputFault, match=f"{name.removesuffix('_fen')} 为空") as caught:
        settler.encode(block.set_column(block.column_names.index(name), name, column))
    assert caught.value.where == "setl_id=s02"


def test_persons_out_of_order_are_a_fault():
    settler = Settler(pack(POLICY.replace("STAYS", "")))
    tables = [claims_table([claim(n)], who) for n, who in ((1, "p2"), (2, "p1"))]
    with pytest.raises(InputFault, match="没有按人员编号排序") as caught:
        settler.encode(pa.concat_tables(tables))
    assert caught.value.where == "第 2 行"


# ── The form of the columns ──────────────────────────────────────────────────────────────────────────


def forms(block: pa.Table) -> dict[str, pa.Table]:
    """The same rows as different readers hand them over."""
    texts = [
        name
        for name, kind in zip(block.column_names, block.schema.types, strict=True)
        if pa.types.is_string(kind)
    ]

    def each(change: Any, block: pa.Table = block) -> pa.Table:
        out = block
        for name in texts:
            out = out.set_column(out.column_names.index(name), name, change(out[name]))
        return out

    parts = [block.slice(i, 2) for i in range(0, len(block), 2)]
    longer = pa.concat_tables([block.slice(len(block) - 1), block, block.slice(0, 1)])
    return {
        "large text": each(lambda column: column.cast(pa.large_string())),
        "dictionaries": each(lambda column: column.dictionary_encode()),
        "a slice": longer.slice(1, len(block)),
        "a slice in one piece": longer.combine_chunks().slice(1, len(block)),
        "many chunks": pa.concat_tables(parts),
        "a dictionary for each chunk": pa.concat_tables(
            [each(lambda column: column.combine_chunks().dictionary_encode(), part) for part in parts]
        ),
        "empty for missing": each(lambda column: column.fill_null("") if column.null_count else column),
    }


def test_any_form_of_the_columns_gives_the_same_integers():
    for seed in (4, 9, 15):
        case = seeded(seed, people=3, claims=6)
        settler, block = settler_of(case), block_of(case)
        wanted = settler.encode(block)
        for name, form in forms(block).items():
            got = settler.encode(form)
            for field, a, b in zip(c.Claims._fields, wanted.claims, got.claims, strict=True):
                assert np.array_equal(a, b), (name, field)
            assert np.array_equal(wanted.order, got.order)
            assert np.array_equal(wanted.original, got.original)


def test_columns_nobody_has_are_nothing():
    block = claims_table([claim(1, inscp=5), claim(2, inscp=7)], "p1")
    least = block.select([*NEEDED])
    found = Settler(pack(POLICY.replace("STAYS", ""))).encode(least).claims
    assert not found.stay.any()
    assert not found.costs.any()
    assert not found.flags.any()
    assert found.days.tolist() == [1, 1]
    assert set(found.combo.tolist()) == {1}  # in class "other"


# ── Order ────────────────────────────────────────────────────────────────────────────────────────────


def test_claims_are_taken_by_year_day_moment_and_id():
    made = [
        {**claim(1, "2024-03-01"), "setl_id": "b"},
        {**claim(1, "2024-03-01"), "setl_id": "a"},
        {**claim(1, "2024-03-01"), "setl_id": "aa"},
        claim(2, "2024-03-01"),
        claim(9, "2024-02-01"),
        claim(8, "2023-12-01"),
    ]
    assert encoded(made).order.tolist() == [5, 4, 1, 2, 0, 3]
    in_order = [made[i] for i in (5, 4, 1, 2, 0, 3)]
    assert encoded(in_order).order.tolist() == list(range(6))


@pytest.mark.parametrize("swapped", range(5))
def test_one_pair_out_of_order_is_put_right(swapped):
    made = [
        claim(8, "2023-12-01"),
        claim(9, "2024-02-01"),
        {**claim(1, "2024-03-01"), "setl_id": "a"},
        {**claim(1, "2024-03-01"), "setl_id": "aa"},
        {**claim(1, "2024-03-01"), "setl_id": "b"},
        claim(2, "2024-03-01"),
    ]
    made[swapped], made[swapped + 1] = made[swapped + 1], made[swapped]
    order = list(range(6))
    order[swapped], order[swapped + 1] = order[swapped + 1], order[swapped]
    assert encoded(made).order.tolist() == order


# ── Days and refunds ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stays", "wanted"), [("stays: {days: nights}", [1, 3, 7, 3]), ("stays: {days: inclusive}", [1, 4, 7, 4])]
)
def test_a_stay_is_as_long_as_the_policy_counts_unless_the_row_says(stays, wanted):
    span = ("2024-03-01", "2024-03-04")
    made = [claim(1), claim(2, *span), claim(3, *span, ipt_days=7), claim(4, *span, ipt_days=0)]
    found = encoded(made, stays)
    assert found.claims.days[np.argsort(found.order)].tolist() == wanted


def test_a_visit_is_told_from_another_only_where_parts_are_joined():
    made = [claim(1, mdtrt_id="m"), claim(2, mdtrt_id="m"), claim(3, mdtrt_id="n"), claim(4)]
    joined = encoded(made).claims.stay
    assert joined[0] == joined[1] != joined[2]
    assert joined[3] == 0
    assert not encoded(made, "stays: {interim: each}").claims.stay.any()


def test_a_refund_finds_its_original_before_or_behind_it():
    first, second = claim(1, inscp=5), claim(2, inscp=6)
    for made in ([first, second, refund(3, first)], [refund(0, second), first, second]):
        found = encoded(made)
        ids = [made[i]["setl_id"] for i in found.order]
        points = [ids[j] if j >= 0 else "" for j in found.original]
        assert points == [made[i].get("init_setl_id", "") for i in found.order]
        flags = dict(zip(ids, found.claims.flags.tolist(), strict=True))
        original = next(one["init_setl_id"] for one in made if "init_setl_id" in one)
        assert flags[original] == c.CANCELLED
        assert sorted(flags.values()) == [0, c.REFUND, c.CANCELLED]
        assert not found.bad.any()


@pytest.mark.parametrize("column", ["overlmt_selfpay_fen", "cost_drugs_fen"])
def test_a_refund_must_take_back_every_sum(column):
    first = claim(1, inscp=5, overlimit=2, cost_drugs=3)
    back = refund(2, first)
    assert encoded([first, back]).bad.tolist() == [0, 0]
    assert encoded([first, {**back, column: back[column] + 1}]).bad.tolist() == [0, c.BAD_REFUND]


def test_a_refund_of_another_persons_claim_has_no_original():
    settler = Settler(pack(POLICY.replace("STAYS", "")))
    first = claim(1, inscp=5)
    tables = [claims_table([first], "p1"), claims_table([refund(2, first)], "p2")]
    assert settler.encode(pa.concat_tables(tables, promote_options="default")).bad.tolist() == [
        0,
        c.NO_ORIGINAL,
    ]
