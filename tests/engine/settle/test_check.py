"""Every promise of a run, broken by hand, is seen; nothing is refused that keeps them."""

from __future__ import annotations

import numpy as np
import pytest

from doudi.common.errors import EngineFault
from doudi.engine.settle.check import check_block
from doudi.engine.settle.run import Settler, settle_encoded
from doudi.engine.settle.window import claims_table
from tests.engine.settle.claims import seeded
from tests.engine.settle.example import claim, pack, refund
from tests.engine.settle.parity import block_of, settler_of

POLICY = """
prepay: [{zh: 先行自付, of: [inscp], ratio: tenth}]
order: [a, b]
layers:
  a: {zh: 甲, fund: hifp_pay, base: [inscp], ratio: half, caps: [CAP]}
  b: {zh: 乙, fund: maf_pay, base: [left], ratio: tenth}
parameters:
  half: {unit: ratio, value: 50%}
  tenth: {unit: ratio, value: 10%}
  limit: {unit: yuan, value: 500}
  step: {unit: yuan, value: 100}
  none: {unit: count, value: 0}
"""
RAISED = "{limit: limit, raise: {per_year: step, after_years: none, at_most: half}}"
PAID, LEFT, PARTS = 0, 1, 2


class Run:
    """Two claims of 1,000 yuan, a third that is taken back, and their settlement, to be spoilt."""

    def __init__(self, cap: str = "{limit: limit}") -> None:
        settler = Settler(pack(POLICY.replace("CAP", cap)))
        third = claim(3, "2024-05-01", inscp=800)
        bills = [
            claim(1, "2024-03-01", inscp=1000),
            claim(2, "2024-04-01", inscp=1000),
            third,
            refund(4, third),
        ]
        block = claims_table(bills, "p1")
        self.compiled, self.encoded = settler.compiled, settler.encode(block)
        outcome = settle_encoded(self.encoded, self.compiled, block)
        self.paid, self.left, self.parts = outcome.paid.copy(), outcome.left.copy(), outcome.parts.copy()

    def move(self, row: int, layer: int, fen: int) -> None:
        """Let a layer pay more, and the person less."""
        self.paid[row, layer] += fen
        self.left[row] -= fen

    def refused(self) -> str:
        with pytest.raises(EngineFault) as caught:
            check_block(self.encoded, self.compiled, self.paid, self.left, self.parts)
        assert "没有写出任何结果" in str(caught.value.do)
        return str(caught.value)


def test_what_the_loop_settles_keeps_every_promise():
    run = Run()
    assert run.paid[:, 0].tolist() == [45000, 5000, 0, 0]
    check_block(run.encoded, run.compiled, run.paid, run.left, run.parts)


@pytest.mark.parametrize("row", range(4))
def test_a_bill_that_does_not_balance_is_seen(row):
    run = Run()
    run.left[row] += 1 if row < 3 else -1
    said = run.refused()
    assert "之和不等于医疗费总额" in said
    assert f"第 {row + 1} 笔" in said


def test_a_negative_payment_is_seen():
    run = Run()
    run.move(1, 1, -int(run.paid[1, 1]) - 1)
    assert "负的支付" in run.refused()


def test_a_person_who_would_get_money_back_is_seen():
    run = Run()
    run.move(0, 1, int(run.left[0]) + 1)
    assert "负的支付" in run.refused()


def test_a_refund_that_pays_is_seen():
    run = Run()
    run.move(3, 1, -2 * int(run.paid[3, 1]))
    assert "负的支付" in run.refused()


def test_scope_that_grows_is_seen():
    run = Run()
    run.parts[0, 0] += 1
    assert "政策范围内费用" in run.refused()


def test_a_yearly_cap_exceeded_by_a_fen_is_seen():
    run = Run()
    run.move(1, 0, 1)
    said = run.refused()
    assert "超过封顶线" in said
    assert "第 2 笔" in said


def test_a_claim_that_is_taken_back_is_held_to_the_cap_like_any_other():
    run = Run()
    run.move(2, 0, 1)
    assert "封顶线" in run.refused()


@pytest.mark.parametrize(
    ("cap", "most"),
    [("{limit: limit, per: bill}", 50000), ("{limit: limit, per: day}", 50000), (RAISED, 75000)],
)
def test_caps_by_bill_by_day_and_raised_are_held_to(cap, most):
    run = Run(cap)
    run.move(0, 0, most - int(run.paid[0, 0]))
    if cap == RAISED:  # the second claim then finds no room left
        run.move(1, 0, -int(run.paid[1, 0]))
        run.move(0, 0, 2)
    else:
        check_block(run.encoded, run.compiled, run.paid, run.left, run.parts)
        run.move(0, 0, 1)
    assert "封顶线" in run.refused()


@pytest.mark.parametrize("cap", ["{limit: limit, on: cost}", "{limit: limit, on: cost, per: bill}"])
def test_a_cap_on_cost_is_no_cap_on_payment(cap):
    run = Run(cap)
    run.move(0, 0, 100)
    check_block(run.encoded, run.compiled, run.paid, run.left, run.parts)


def test_every_random_settlement_keeps_them_and_a_fen_more_anywhere_is_seen():
    chance = np.random.default_rng(1)
    for seed in range(25):
        case = seeded(seed, people=2, claims=6)
        settler, block = settler_of(case), block_of(case)
        encoded = settler.encode(block)
        outcome = settle_encoded(encoded, settler.compiled, block)
        paid = outcome.paid.copy()
        paid[chance.integers(len(paid)), chance.integers(paid.shape[1])] += 1
        with pytest.raises(EngineFault):
            check_block(encoded, settler.compiled, paid, outcome.left, outcome.parts)
