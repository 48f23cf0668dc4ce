"""A trace tells what the loop did: the same payments and steps, every sum of it adding up, and nothing it cannot prove."""

from __future__ import annotations

import json

import jsonschema
import pyarrow as pa
import pytest

from doudi.common.errors import EngineFault, InputFault
from doudi.engine.settle.run import Settler, settle_encoded
from doudi.engine.settle.window import claims_table
from doudi.engine.trace import trace_claim
from doudi.engine.trace_head import masked
from doudi.engine.trace_model import Reckoning, Trace, json_schema, page
from doudi.engine.trace_state import Ledger
from tests.consistency.project import ROOT
from tests.engine.settle.example import claim, pack, refund, tagged, yuan
from tests.engine.told import random_traces, story, told

SIMPLE = """
    order: [basic]
    layers:
      basic: {zh: 基本, fund: hifp_pay, base: [inscp], ratio: r, per: year, deductible: {per: year, amount: d}, caps: [{limit: c}]}
    parameters:
      r: {unit: ratio, value: 60%}
      d: {unit: yuan, value: 500}
      c: {unit: yuan, value: 10000}
"""


def steps_of(code: str, one: Reckoning) -> dict[str, int]:
    """A reckoning under the names of manual §8."""
    steps = {
        "base": one.base,
        "counted": one.counted,
        "gross": one.gross,
        "paid": one.paid,
        "copay": one.copay,
    }
    steps |= {"over": one.over, "left": one.left, "deductible": one.deductible.now if one.deductible else 0}
    if one.deductible:
        steps |= {
            "deductible_standard": one.deductible.standard,
            "deductible_before": one.deductible.before,
            "deductible_left": one.deductible.left,
        }
    steps |= {f"band{band.number}": band.payment for band in one.bands}
    if one.cap_room is not None and one.cap_left is not None:
        steps |= {"cap_room": one.cap_room, "cap_left": one.cap_left}
    return {f"{code}.{name}": value for name, value in steps.items()}


def test_layers_steps_and_totals_are_those_of_the_loop():
    met = set()
    for _, traces, settled in random_traces():
        assert [one.claim.setl_id for one in traces] == [one.setl_id for one in settled]
        for trace, one in zip(traces, settled, strict=True):
            applied = {layer.code: layer.reckoning for layer in trace.layers if layer.reckoning}
            assert {code: did.paid for code, did in applied.items()} == dict(one.paid)
            for code, did in applied.items():
                mine = steps_of(code, did)
                assert {name: one.steps[name] for name in mine} == mine
                met.add(did.how.code)
                met |= (
                    {f"deductible.{step.code}" for step in did.deductible.steps} if did.deductible else set()
                )
                met |= {did.clipped_by.code} if did.clipped_by else set()
            assert trace.totals.psn_pay == one.psn_pay_fen
            assert trace.totals.fund_pay_sumamt == one.steps["fund_pay_sumamt"]
            assert (trace.inscp, trace.prepaid) == (one.steps["inscp"], one.steps["prepay"])
            assert trace.totals.inscp_left == one.steps["inscp_left"]
    # What the random people must have met for this to mean anything.
    assert met >= {"bands", "of_total", "catch_up", "guarantee", "recorded", "cap", "left"}
    assert met >= {f"deductible.{name}" for name in ("share", "sequence", "round", "floor", "transfer", "interim", "year_ceiling", "used")}  # fmt: skip


def test_the_sums_of_a_trace_add_up():
    for _, traces, _ in random_traces():
        for trace in traces:
            whole = next(one.amount for one in trace.claim.amounts if one.column == "medfee_sumamt")
            paid = sum(one.reckoning.paid for one in trace.layers if one.reckoning)
            totals = trace.totals
            assert paid == totals.total_paid == totals.fund_pay_sumamt + totals.ownpay_hosp_part
            assert whole == totals.total_paid + totals.psn_pay
            assert sum(fund.amount for fund in totals.funds) == totals.total_paid
            assert all(one.holds for one in trace.identities if one.name in ("bill-by-payer", "funds"))


def test_its_json_is_canonical_and_reads_back():
    for _, traces, _ in random_traces(range(6)):
        for trace in traces:
            text = trace.to_json()
            assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, indent=2) + "\n"
            assert Trace.model_validate_json(text) == trace


def test_its_json_is_as_its_schema_says():
    check = jsonschema.Draft202012Validator(json_schema())
    for _, traces, _ in random_traces(range(6)):
        for trace in traces:
            assert list(check.iter_errors(trace.to_dict())) == []
    spoilt = traces[0].to_dict() | {"totals": {}}
    assert list(check.iter_errors(spoilt))


def test_the_schema_in_the_documentation_is_current():
    assert (ROOT / "docs/reference/trace.schema.json").read_text(encoding="utf-8") == page()


def test_money_is_two_decimal_yuan_and_no_number_of_the_json_is_fractional():
    first = told(pack(SIMPLE), claim(inscp=1234.5))[0]
    assert '"psn_pay": "793.80"' in first.to_json()
    json.loads(first.to_json(), parse_float=lambda text: pytest.fail(text))


def test_a_refund_is_its_original_with_every_sum_turned_and_the_policy_left_alone():
    once = claim(1, inscp=2000)
    original, back = told(pack(SIMPLE), once, refund(2, once))
    assert (original.claim.cancelled_by, back.claim.refund_of) == ("s02", "s01")
    assert (original.claim.number, back.claim.number) == (None, None)
    assert back.totals.psn_pay == -original.totals.psn_pay == yuan(-1100)
    mine, theirs = story(original, "basic"), story(back, "basic")
    assert (theirs.paid, theirs.bands[0].length) == (-mine.paid, -mine.bands[0].length)
    assert theirs.caps[0].limit == mine.caps[0].limit == yuan(10000)
    assert back.layers[0].parameters == original.layers[0].parameters


def test_a_cancelled_claim_moves_nothing_for_the_one_after_it():
    first = claim(1, inscp=2000)
    *_, after = told(pack(SIMPLE), first, refund(2, first), claim(3, "2024-04-01", inscp=2000))
    assert story(after, "basic").deductible.before == 0
    assert after.claim.number == 1


def test_the_person_is_masked():
    assert masked("990101196002030015") == "**************0015"
    assert masked("p1") == "*1"
    trace = told(pack(SIMPLE), claim(inscp=1), person=tagged("低保对象"))[0]
    assert trace.claim.person == "*1"


def test_recorded_payments_stand_beside_computed_ones():
    policy = pack(SIMPLE)
    trace = told(policy, claim(inscp=2000, hifp_pay=900, psn_pay=1000))[0]
    assert {one.column: (one.recorded, one.computed, one.difference) for one in trace.recorded} == {
        "hifp_pay": (yuan(900), yuan(900), 0),
        "psn_pay": (yuan(1000), yuan(1100), yuan(-100)),
    }
    assert told(policy, claim(inscp=2000))[0].recorded == ()


def test_a_claim_that_is_not_there_is_said_so():
    with pytest.raises(InputFault, match="s09"):
        trace_claim(Settler(pack(SIMPLE)), claims_table([claim(inscp=1)], "p1"), "s09")


def test_a_trace_is_of_one_person():
    both = pa.concat_tables(
        [claims_table([claim(1, inscp=1)], "p1"), claims_table([claim(2, inscp=1)], "p2")]
    )
    with pytest.raises(ValueError, match="one person"):
        trace_claim(Settler(pack(SIMPLE)), both, "s01")


@pytest.mark.parametrize("field", ["D_BASE", "D_PAID", "D_COUNTED", "D_GROSS", "D_DEDUCTIBLE", "D_LEFT"])
def test_a_story_that_does_not_lead_to_the_payment_is_refused(field, monkeypatch):
    from doudi.engine import trace as module
    from doudi.engine.settle import layout

    def spoilt(*args, **more):
        outcome = settle_encoded(*args, **more)
        outcome.detail[0, 0, getattr(layout, field)] += 7
        return outcome

    monkeypatch.setattr(module, "settle_encoded", spoilt)
    with pytest.raises(EngineFault, match="不符"):
        told(pack(SIMPLE), claim(inscp=2000))


def test_sums_at_the_start_are_told_as_used():
    trace = told(pack(SIMPLE), claim(inscp=2000), prior={(2024, "basic", "base"): yuan(300), (2024, "basic:1", "used"): yuan(9500)})[0]  # fmt: skip
    did = story(trace, "basic")
    assert (did.deductible.before, did.deductible.now) == (yuan(300), yuan(200))
    assert (did.caps[0].used, did.caps[0].room, did.clipped_by.code) == (yuan(9500), yuan(500), "cap")


def test_the_replay_opens_each_year_anew():
    policy = pack(SIMPLE)
    settler = Settler(policy)
    block = claims_table([claim(1, "2023-05-01", inscp=900), claim(2, "2024-05-01", inscp=900)], "p1")
    encoded = settler.encode(block)
    ledger = Ledger(settler.compiled, encoded, settle_encoded(encoded, settler.compiled, detail=True).detail)
    ledger.go_to(1)
    assert (ledger.year, ledger.number, ledger.pools[0].base) == (2024, 1, 0)
