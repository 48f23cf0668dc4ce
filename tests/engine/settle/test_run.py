"""Blocks: never a person in two, any number of threads, results row for row as the block stands."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.errors import InputFault
from doudi.engine.settle import layout as c
from doudi.engine.settle.run import MONEY_FUNDS, Settler, _bounds, fund_sums, settle_encoded, whole_persons
from doudi.policy.schema import FUNDS
from tests.engine.settle.claims import seeded
from tests.engine.settle.example import pack
from tests.engine.settle.parity import block_of, by_oracle, settler_of

people = st.lists(st.tuples(st.text("ab中9", min_size=1, max_size=3), st.integers(1, 12)), max_size=12)
sizes = st.lists(st.integers(0, 9), max_size=60)


def cut(table: pa.Table, lengths: list[int]) -> list[pa.RecordBatch | pa.Table]:
    """The rows in batches of these lengths, the rest as one table."""
    out, at = [], 0
    for length in lengths:
        out += table.slice(at, length).to_batches() or [table.slice(0, 0)]
        at += length
    return [*out, table.slice(at)]


@given(people, sizes, st.integers(1, 20))
def test_a_block_never_splits_a_person_and_nobody_is_lost(people, sizes, rows):
    claims = [name for name, count in sorted(dict(people).items()) for _ in range(count)]
    table = pa.table({"psn_no": pa.array(claims, pa.string()), "row": range(len(claims))})
    blocks = list(whole_persons(cut(table, sizes), rows))
    assert all(len(block) for block in blocks)
    assert [row for block in blocks for row in block["row"].to_pylist()] == list(range(len(claims)))
    seen = [set(block["psn_no"].to_pylist()) for block in blocks]
    assert sum(map(len, seen)) == len(set(claims))


def test_no_rows_make_no_block():
    assert list(whole_persons([])) == []
    assert list(whole_persons([pa.table({"psn_no": pa.array([], pa.string())})])) == []


def test_a_claim_of_nobody_is_refused_before_blocks_are_cut():
    with pytest.raises(InputFault, match="psn_no 为空"):
        list(whole_persons([pa.table({"psn_no": pa.array(["a", None], pa.string())})]))


def test_threads_change_nothing():
    for seed in range(10):
        case = seeded(seed, people=5, claims=6)
        settler, block = settler_of(case), block_of(case, seed)
        encoded = settler.encode(block)
        one = settle_encoded(encoded, settler.compiled, block, detail=True)
        for threads in (2, 3, 9):
            many = settle_encoded(encoded, settler.compiled, block, detail=True, threads=threads)
            for name in ("paid", "left", "parts", "detail"):
                assert np.array_equal(getattr(one, name), getattr(many, name))


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 8))
def test_threads_are_parted_between_persons(starts, threads):
    person = np.array([1, *starts][: len(starts)], np.uint8)
    bounds = _bounds(person, threads)
    assert bounds[0] == 0
    assert bounds[-1] == len(person)
    assert bounds == sorted(set(bounds)) or len(person) == 0
    assert all(person[at] for at in bounds[1:-1])


def test_results_stand_as_the_rows_of_the_block_do():
    case = seeded(7, people=3, claims=8)
    settler = settler_of(case)
    right = {one.setl_id: one.psn_pay_fen for person in by_oracle(case) for one in person}
    orders = set()
    for seed in range(4):
        block = block_of(case, seed)
        ids = block["setl_id"].to_pylist()
        orders.add(tuple(ids))
        outcome = settler.settle(block)
        assert dict(zip(ids, outcome.left.tolist(), strict=True)) == right
        assert outcome.detail.shape[0] == 0
        steps = settler.settle(block, detail=True).detail
        assert np.array_equal(np.where(steps[:, :, c.D_RULE] >= 0, steps[:, :, c.D_PAID], 0), outcome.paid)
    assert len(orders) > 1


def test_an_empty_block_is_settled_to_nothing():
    case = seeded(7, people=1, claims=3)
    settler = settler_of(case)
    outcome = settler.settle(block_of(case).slice(0, 0), detail=True)
    assert outcome.paid.shape == (0, len(settler.compiled.layers))
    assert outcome.left.shape == (0,)


def test_layers_of_one_fund_are_added_up():
    layers = "".join(f"  {name}: {{zh: x, fund: {fund}, base: [left], ratio: r}}\n" for name, fund in
                     (("a", "othfund_pay"), ("b", "ownpay_hosp_part"), ("c", "othfund_pay")))  # fmt: skip
    policy = pack(f"order: [a, b, c]\nlayers:\n{layers}parameters:\n  r: {{unit: ratio, value: 50%}}\n")
    sums = fund_sums(Settler(policy).compiled, np.array([[1, 2, 4], [-8, 0, -16]], np.int64))
    assert set(sums) == set(FUNDS)
    assert sums["othfund_pay"].tolist() == [5, -24]
    assert sums["ownpay_hosp_part"].tolist() == [2, 0]
    assert "ownpay_hosp_part" not in MONEY_FUNDS


def test_a_policy_without_layers_leaves_everything_to_the_person():
    policy = pack(
        "order: [a]\nlayers:\n  a: {zh: x, fund: hifp_pay, on: false, base: [inscp], ratio: r}\nparameters:\n  r: {unit: ratio, value: 1}\n"
    )
    case = seeded(3, people=1, claims=4)
    settler = Settler(policy)
    block = block_of(case)
    assert settler.settle(block).left.tolist() == block["medfee_sumamt_fen"].to_pylist()
