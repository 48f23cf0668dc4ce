"""In which order claims and layers are taken, years, what went before, and refunds."""

from __future__ import annotations

import datetime as dt

import pytest

from doudi.common.errors import InputFault
from tests.engine.settle.example import claim, each, pack, refund, run, yuan, yuans

FIRST_500 = """
order: [basic]
layers: {basic: {zh: 基本, fund: hifp_pay, per: year, base: [inscp], deductible: {per: year, amount: d}, ratio: r}}
parameters: {d: {unit: yuan, value: 500}, r: {unit: ratio, value: 100%}}
"""


@pytest.mark.parametrize(
    ("order", "taken"),
    [
        ("settlement", ["s02", "s03", "s01"]),
        ("discharge", ["s03", "s02", "s01"]),
        ("admission", ["s03", "s02", "s01"]),
    ],
)
def test_claims_are_taken_in_the_order_the_policy_says(order, taken):
    at = dt.datetime
    claims = [
        claim(1, "2024-03-05", "2024-03-09", inscp=100, setl_time=at(2024, 4, 1, 9)),
        claim(2, "2024-03-04", "2024-03-08", inscp=200, setl_time=at(2024, 3, 8, 9)),
        claim(3, "2024-03-01", "2024-03-03", inscp=400, setl_time=at(2024, 3, 20, 9)),
    ]
    settled = run(pack(f"dates: {{order: {order}}}" + FIRST_500), *claims)
    assert [one.setl_id for one in settled] == taken
    assert sum(each(settled, "basic.paid")) == yuan(200)


def test_the_same_day_is_ordered_by_time_then_by_number():
    early = dt.datetime(2024, 3, 1, 8)  # noqa: DTZ001
    claims = [claim(1), claim(3, setl_time=early), claim(2, setl_time=early)]
    assert [one.setl_id for one in run(pack(FIRST_500), *claims)] == ["s02", "s03", "s01"]


@pytest.mark.parametrize(
    ("head", "borne"),
    [
        ("", (400, 500, 0)),
        ("year_starts: 07-01", (400, 100, 500)),
        ("dates: {year: admission}", (400, 100, 500)),
    ],
)
def test_a_year_begins_on_its_day_and_by_the_day_the_policy_says(head, borne):
    claims = [
        claim(1, "2024-11-01", inscp=400),
        claim(2, "2024-12-30", "2025-01-02", inscp=1000),
        claim(3, "2025-07-01", inscp=600),
    ]
    # by discharge the second stay is the first of 2025 and uses up its 500
    assert each(run(pack(head + FIRST_500), *claims), "basic.deductible") == yuans(*borne)


def test_a_year_is_named_after_the_calendar_year_it_starts_in():
    policy = pack("year_starts: 07-01" + FIRST_500)
    prior = {(2023, "basic", "base"): yuan(450), (2024, "basic", "base"): yuan(100)}
    claims = [claim(1, "2024-06-30", inscp=600), claim(2, "2024-07-01", inscp=600)]
    assert each(run(policy, *claims, prior=prior), "basic.deductible") == yuans(50, 400)


def test_it_refuses_an_unknown_item_of_prior():
    with pytest.raises(InputFault, match="spent"):
        run(pack(FIRST_500), claim(inscp=1), prior={(2024, "basic", "spent"): 1})


def test_prior_sums_go_on_in_bands_guarantees_and_catching_up():
    policy = pack("""
order: [a, b, c]
layers:
  a: {zh: 甲, fund: maf_pay, per: year, base: [cost.a], bands: s, measured: above_deductible}
  b: {zh: 乙, fund: othfund_pay, kind: guarantee, per: year, base: [cost.b], of: [cost.b], at_most: r}
  c: {zh: 丙, fund: hifob_pay, per: year, base: [cost.c], ratio: r, on_change: catch_up}
parameters:
  s: {unit: bands, value: [{to: 1000, ratio: 50%}, {ratio: 80%}]}
  r: {unit: ratio, value: 50%}
""")
    prior = {
        (2024, "a", "above"): yuan(900),
        (2024, "b", "base"): yuan(300),
        (2024, "b", "of"): yuan(400),
        (2024, "b", "paid"): yuan(100),
        (2024, "c", "base"): yuan(100),
        (2024, "c", "paid"): yuan(20),
    }
    (one,) = run(policy, claim(total=1000, cost_a=200, cost_b=100, cost_c=100), prior=prior)
    # a: 100 × 50 % + 100 × 80 %; b: 300 − 100 + 100 − 50 % × 500; c: 200 × 50 % − 20
    assert list(one.paid.values()) == yuans(130, 50, 80)


def test_the_order_of_layers_changes_on_its_day():
    policy = pack("""
order: [{from: 2020-01-01, layers: [a, b]}, {from: 2024-07-01, layers: [b, a]}]
layers:
  a: {zh: 甲, fund: maf_pay, base: [left], ratio: r}
  b: {zh: 乙, fund: othfund_pay, base: [left], ratio: r}
parameters: {r: {unit: ratio, value: 60%}}
""")
    settled = run(
        policy, *(claim(i, day, inscp=100) for i, day in enumerate(("2024-06-30", "2024-07-01"), 1))
    )
    assert [dict(one.paid) for one in settled] == [{"a": 6000, "b": 2400}, {"b": 6000, "a": 2400}]


def test_a_layer_that_is_off_is_as_if_it_were_not_there():
    policy = pack("""
order: [a, b]
layers:
  a: {zh: 甲, fund: maf_pay, on: false, base: [left], ratio: r}
  b: {zh: 乙, fund: othfund_pay, base: [left, paid.a, deductible.a, copay.a, over.a, base.a], ratio: b}
parameters: {r: {unit: ratio, value: null}, b: {unit: ratio, value: 60%}}
""")
    (one,) = run(policy, claim(inscp=100))
    assert dict(one.paid) == {"b": 6000}
    assert not [step for step in one.steps if step.startswith("a.")]


def test_no_layer_pays_more_than_is_left_of_the_bill():
    # 60 % of 100 twice: 60, then 40 of 60
    policy = pack("""
order: [a, b]
layers:
  a: {zh: 甲, fund: maf_pay, base: [total], ratio: r}
  b: {zh: 乙, fund: othfund_pay, base: [total], ratio: r}
parameters: {r: {unit: ratio, value: 60%}}
""")
    (one,) = run(policy, claim(inscp=100))
    assert [one.steps[f"b.{s}"] for s in ("gross", "paid", "copay", "over", "left")] == yuans(
        60, 40, 40, 20, 0
    )


COUNTED = """
order: [basic]
layers:
  basic:
    zh: 基本
    fund: hifp_pay
    base: [inscp]
    deductible: {per: admission, amount: d, sequence: s}
    ratio: r
    caps: [{limit: c}]
parameters:
  d: {unit: yuan, value: 500}
  s: {unit: sequence, value: [100%, 50%, 0%]}
  r: {unit: ratio, value: 50%}
  c: {unit: yuan, value: 1000}
"""


def test_a_cancelled_claim_moves_nothing_and_its_refund_is_its_exact_negative():
    one, two, three = (claim(i, f"2024-0{i}-01", inscp=1000) for i in (1, 2, 3))
    settled = run(pack(COUNTED), one, two, three, refund(4, two))
    by = {s.setl_id: s for s in settled}
    # the second is settled as it stood, as second admission: (1,000 − 250) × 50 %
    assert by["s02"].paid["basic"] == yuan(375)
    assert dict(by["s04"].paid) == {"basic": -yuan(375)}
    assert by["s04"].psn_pay_fen == -by["s02"].psn_pay_fen
    assert by["s04"].steps == {step: -fen for step, fen in by["s02"].steps.items()}
    # so the third is the second admission too
    assert by["s03"].steps == run(pack(COUNTED), one, three)[1].steps


def test_a_refund_may_come_much_later_or_before_its_original_is_taken():
    one = claim(1, "2024-01-01", inscp=1000)
    two = claim(2, "2024-02-01", inscp=1000)
    back = refund(3, one) | {"setl_time": dt.datetime(2026, 1, 1)}  # noqa: DTZ001
    assert each(
        run(pack("dates: {year: settlement}" + COUNTED), back, two, one), "basic.deductible"
    ) == yuans(500, 500, -500)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda back: {"init_setl_id": "s99"}, "s99"),
        (lambda back: {"inscp_amt_fen": back["inscp_amt_fen"] + 1}, "inscp_amt"),
        (lambda back: {"cost_x_fen": 5}, "cost_x"),
        (lambda back: {"medfee_sumamt_fen": -back["medfee_sumamt_fen"]}, "medfee_sumamt"),
        (lambda back: {"init_setl_id": back["setl_id"]}, "s02"),
    ],
)
def test_it_refuses_a_refund_that_does_not_negate_its_original(spoil, says):
    one = claim(1, inscp=1000)
    back = refund(2, one)
    with pytest.raises(InputFault) as refused:
        run(pack(COUNTED), one, back | spoil(back))
    assert says in str(refused.value)
    assert "s02" in str(refused.value)


def test_it_refuses_a_second_refund_and_a_repeated_number():
    one = claim(1, inscp=1000)
    with pytest.raises(InputFault, match="两次"):
        run(pack(COUNTED), one, refund(2, one), refund(3, one))
    with pytest.raises(InputFault, match="重复"):
        run(pack(COUNTED), one, claim(1, "2024-05-01"))
