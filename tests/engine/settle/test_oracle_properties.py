"""What holds of every settlement, whatever the policy: balance, order, refunds, caps, and splitting a bill."""

from __future__ import annotations

import datetime as dt
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from doudi.engine.settle.oracle import settle
from doudi.policy.schema import FUNDS
from tests.engine.settle.claims import Case, cases, seeded
from tests.engine.settle.example import NOBODY, claim, each, pack

random_cases = given(cases(claims=4))
few = settings(max_examples=40)


def settled(case: Case):
    return [settle(case.pack, one.person, one.claims, one.prior, case.institutions) for one in case.people]


def holds(case: Case) -> None:
    """Whatever the policy, these are true of each claim."""
    refunds = {
        claim["setl_id"] for person in case.people for claim in person.claims if "init_setl_id" in claim
    }
    for one in (one for person in settled(case) for one in person):
        steps, sign = one.steps, -1 if one.setl_id in refunds else 1
        assert sum(one.paid.values()) + one.psn_pay_fen == steps["medfee_sumamt"]
        assert sum(steps[fund] for fund in FUNDS) == steps["total_paid"] == sum(one.paid.values())
        assert steps["fund_pay_sumamt"] == steps["total_paid"] - steps["ownpay_hosp_part"]
        assert all(fen * sign >= 0 for fen in [*steps.values(), one.psn_pay_fen])
        for code in one.paid:
            layer, part = case.pack.layer(code), {s: steps[f"{code}.{s}"] * sign for s in PARTS}
            assert part["deductible"] + part["counted"] <= part["base"]
            assert part["paid"] <= part["gross"]
            if layer.kind == "share" and layer.on_change == "forward":
                assert part["base"] == part["deductible"] + part["paid"] + part["copay"] + part["over"]
                assert part["gross"] <= part["counted"]
            if f"{code}.cap_room" in steps:
                room, left = steps[f"{code}.cap_room"], steps[f"{code}.cap_left"]
                assert room - left == steps[f"{code}.paid"]


PARTS = ("base", "deductible", "counted", "gross", "paid", "copay", "over")


@random_cases
@few
def test_every_bill_balances_and_nothing_is_negative(case):
    holds(case)


def test_every_bill_of_a_long_run_balances():
    for seed in range(300):
        holds(seeded(10_000 + seed))


@given(cases(claims=4), st.randoms(use_true_random=False))
@few
def test_the_order_in_which_claims_are_handed_in_does_not_matter(case, shuffled):
    _any_order(case, shuffled)


def test_no_order_of_claims_matters_in_a_long_run():
    for seed in range(150):
        _any_order(seeded(20_000 + seed), random.Random(seed))


def _any_order(case: Case, shuffled: random.Random) -> None:
    for one, usual in zip(case.people, settled(case), strict=True):
        claims = list(one.claims)
        shuffled.shuffle(claims)
        assert settle(case.pack, one.person, claims, one.prior, case.institutions) == usual


def test_a_refund_is_the_negative_of_its_original_and_both_might_not_have_been():
    refunds = 0
    for seed in range(200):
        case = seeded(30_000 + seed)
        for one, results in zip(case.people, settled(case), strict=True):
            by = {result.setl_id: result for result in results}
            gone = {c["setl_id"]: c["init_setl_id"] for c in one.claims if "init_setl_id" in c}
            for back, original in gone.items():
                assert by[back].psn_pay_fen == -by[original].psn_pay_fen
                assert by[back].paid == {code: -fen for code, fen in by[original].paid.items()}
                assert by[back].steps == {step: -fen for step, fen in by[original].steps.items()}
                refunds += 1
            rest = [c for c in one.claims if c["setl_id"] not in {*gone, *gone.values()}]
            kept = settle(case.pack, one.person, rest, one.prior, case.institutions)
            assert kept == [by[result.setl_id] for result in kept]
    assert refunds > 50


YEARLY = """
order: [cii]
layers:
  cii:
    zh: 大病
    fund: hifmi_pay
    per: year
    base: [inscp]
    bands: b
    measured: {measured}
    round: {{to: {to}, mode: {mode}, of: total}}
    {deductible}
parameters:
  b: {{unit: bands, value: [{{to: 100.01, ratio: 33.3333%}}, {{to: 250, ratio: 65%}}, {{ratio: 71.5%}}]}}
  d: {{unit: yuan, value: 77.77}}
"""
fen = st.integers(0, 50_000)


@given(
    st.lists(fen, min_size=1, max_size=6),
    st.sampled_from(["absolute", "above_deductible"]),
    st.sampled_from(["fen", "jiao"]),
    st.sampled_from(["half_up", "half_even", "down", "up"]),
    st.booleans(),
)
def test_splitting_a_bill_changes_nothing_where_the_total_is_rounded(parts, measured, to, mode, deductible):
    rule = "deductible: {per: year, amount: d}" if deductible else ""
    policy = pack(YEARLY.format(measured=measured, to=to, mode=mode, deductible=rule))
    start = dt.date(2024, 1, 1)
    split = [
        claim(i, str(start + dt.timedelta(days=i)), inscp=f"{part / 100:.2f}") for i, part in enumerate(parts)
    ]
    whole = claim(50, inscp=f"{sum(parts) / 100:.2f}")
    at_once = each(settle(policy, NOBODY, [whole]), "cii.gross")
    apart = each(settle(policy, NOBODY, split), "cii.gross")
    # Rounding up may ask for more than a bill of a few fen counts: then, and only then, splitting costs.
    assert sum(apart) <= sum(at_once)
    if mode in ("down",) or all(part == 0 or part >= 1000 for part in parts):
        assert sum(apart) == sum(at_once)


def test_catching_up_pays_in_the_end_what_one_bill_would_have_paid():
    policy = pack(
        YEARLY.format(measured="absolute", to="fen", mode="half_up", deductible="on_change: catch_up")
    )
    chosen = random.Random(5)
    for _ in range(200):
        parts = [chosen.randrange(0, 100_000) for _ in range(5)]
        split = [claim(i, f"2024-02-0{i + 1}", inscp=f"{part / 100:.2f}") for i, part in enumerate(parts)]
        whole = claim(50, inscp=f"{sum(parts) / 100:.2f}")
        assert sum(each(settle(policy, NOBODY, split), "cii.paid")) == sum(
            each(settle(policy, NOBODY, [whole]), "cii.paid")
        )
