"""Every reason that a trace gives: layers that did not apply, deductibles, caps, parameters with their documents."""

from __future__ import annotations

import datetime as dt

import pytest

from doudi.common.errors import EngineFault
from doudi.engine import trace as trace_module
from doudi.engine.settle import layout
from doudi.engine.settle.person import Enrolment, Person, Tag
from doudi.engine.settle.run import Settler, settle_encoded
from doudi.engine.settle.window import claims_table
from doudi.engine.trace import trace_claim
from tests.engine.settle.example import claim, pack, tagged, yuan
from tests.engine.told import layer, story, told

IDLE = """
    dimensions:
      category: {classes: [{code: poor, zh: 低保, when: {psn_idet_type: [低保对象]}}, {code: rest, zh: 其余}]}
      care: {classes: [{code: ward, zh: 住院, when: {med_type: ["21"]}}]}
    order:
      - {from: 2020-01-01, layers: [one, poor, ward, spared, waits, dark]}
      - {from: 2025-01-01, layers: [one]}
    layers:
      one: {zh: 一, fund: hifp_pay, base: [inscp], ratio: r}
      poor: {zh: 贫, fund: maf_pay, when: {category: [poor]}, base: [inscp_left], ratio: r}
      ward: {zh: 院, fund: hifmi_pay, when: {care: [ward]}, base: [inscp_left], ratio: r}
      spared: {zh: 除外, fund: othfund_pay, unless: {category: [rest]}, base: [inscp_left], ratio: r}
      waits: {zh: 等, fund: othfund_pay, waiting: w, base: [inscp_left], ratio: r}
      dark: {zh: 关, on: false, fund: othfund_pay, base: [inscp_left], ratio: unknown}
    parameters:
      r: {unit: ratio, value: 50%}
      w: {unit: count, value: 90}
      unknown: {unit: ratio, value: null}
"""


def why(trace, code):
    return layer(trace, code).why_not.code


def test_each_layer_that_did_not_apply_says_why():
    person = Person("p1", enrolments=(Enrolment(dt.date(2024, 2, 1)),))
    trace = told(pack(IDLE), claim(inscp=100, med_type="11"), person=person)[0]
    assert {code: why(trace, code) for code in ("poor", "ward", "spared", "waits", "dark")} == {
        "poor": "class",
        "ward": "class",
        "spared": "unless",
        "waits": "waiting",
        "dark": "off",
    }
    assert layer(trace, "poor").why_not.dimension == "category"
    assert layer(trace, "poor").why_not.zh == "category为“其余”，只适用于低保"
    assert "不属任何一类" in layer(trace, "ward").why_not.zh
    assert "连续参保 29 天，需满 90 天" in layer(trace, "waits").why_not.zh
    assert [one.name for one in layer(trace, "waits").parameters] == ["w"]


def test_a_person_who_is_not_enrolled_on_the_day_is_told_so():
    person = Person("p1", enrolments=(Enrolment(dt.date(2019, 1, 1), dt.date(2019, 12, 31)),))
    assert why(told(pack(IDLE), claim(inscp=100), person=person)[0], "waits") == "not_enrolled"


def test_a_layer_outside_the_order_of_the_day_says_so_and_has_no_place():
    trace = told(pack(IDLE), claim(begin="2025-03-01", inscp=100))[0]
    assert why(trace, "poor") == "not_in_order"
    assert "2025-03-01" in layer(trace, "poor").why_not.en
    assert (layer(trace, "one").place, layer(trace, "poor").place) == (1, None)


def test_classes_are_told_with_what_they_looked_at_and_on_which_day():
    person = tagged("低保对象")
    trace = told(pack(IDLE), claim(begin="2024-03-01", end="2024-03-09", inscp=100, med_type="21"), person=person)[0]  # fmt: skip
    category, care = trace.classes
    assert (category.code, category.by, category.day) == ("poor", "admission", dt.date(2024, 3, 1))
    assert category.looked_at[0].found == ("低保对象",)
    assert (care.code, care.looked_at[0].found) == ("ward", ("21",))


def test_a_tag_counts_only_while_it_is_held():
    person = Person("p1", tags=(Tag("psn_idet_type", "低保对象", dt.date(2024, 3, 2)),))
    trace = told(pack(IDLE), claim(begin="2024-03-01", inscp=100), person=person)[0]
    assert (trace.classes[0].code, trace.classes[0].looked_at[0].found) == ("rest", ())


STAYS = """
    dimensions:
      move: {classes: [{code: transfer, when: {med_type: ["9925"]}}, {code: direct}]}
    order: [basic]
    layers:
      basic:
        zh: 基本
        fund: hifp_pay
        base: [inscp]
        ratio: r
        deductible: {per: admission, amount: d, sequence: s, floor: f, year_ceiling: top, transfer: {when: {move: [transfer]}, within_days: n}, round: {to: yuan, mode: down}}
    parameters:
      r: {unit: ratio, value: 60%}
      d: {unit: yuan, value: 905.50}
      s: {unit: sequence, value: [100%, 50%, 10%]}
      f: {unit: yuan, value: 200}
      top: {unit: yuan, value: 1650}
      n: {unit: count, value: 3}
"""  # fmt: skip


def test_the_steps_of_a_deductible_are_told_in_order():
    claims = [
        claim(1, "2024-01-01", "2024-01-05", inscp=5000, mdtrt_id="a"),
        claim(2, "2024-01-06", "2024-01-08", inscp=5000, mdtrt_id="a"),
        claim(3, "2024-01-09", "2024-01-12", inscp=5000, mdtrt_id="b", med_type="9925"),
        claim(4, "2024-03-01", "2024-03-02", inscp=5000, mdtrt_id="c"),
        claim(5, "2024-04-01", "2024-04-02", inscp=5000, mdtrt_id="d"),
        claim(6, "2024-05-01", "2024-05-02", inscp=150, mdtrt_id="e"),
    ]
    traces = told(pack(STAYS), *claims)
    told_steps = [[(s.code, s.amount) for s in story(t, "basic").deductible.steps] for t in traces]
    # 905.50 → 905 for the first; its further part and the transfer have borne all of it; then 50 % = 452.75 → 452;
    # then 10 % = 90.55 → 90, not below 200; then 200 again, of which the ceiling of 1,650 − 905 − 452 − 200 leaves 93.
    first = [("amount", yuan("905.50")), ("sequence", yuan("905.50")), ("round", yuan(905))]
    assert told_steps[0] == first
    assert told_steps[1] == [*first, ("interim", 0)]
    assert told_steps[2] == [*first, ("transfer", 0)]
    assert told_steps[3] == [first[0], ("sequence", yuan("452.75")), ("round", yuan(452))]
    assert told_steps[4] == [first[0], ("sequence", yuan("90.55")), ("round", yuan(90)), ("floor", yuan(200))]
    assert told_steps[5] == [*told_steps[4], ("year_ceiling", yuan(93))]
    admissions = [story(t, "basic").deductible for t in traces]
    assert [one.admission for one in admissions] == [1, 1, 1, 2, 3, 4]
    assert [one.continues for one in admissions] == [None, "interim", "transfer", None, None, None]
    assert "第 2 次住院，承担 50%" in story(traces[3], "basic").deductible.steps[1].zh


def test_a_deductible_larger_than_the_bill_is_cut_to_it_and_the_rest_is_left():
    did = story(told(pack(STAYS), claim(inscp=100))[0], "basic")
    assert did.deductible.steps[-1].code == "base"
    assert (did.deductible.now, did.deductible.left) == (yuan(100), yuan(805))
    assert [note.code for note in did.notes] == ["below_deductible"]


def test_parameters_are_told_with_their_value_since_when_and_their_document():
    policy = pack("""
        source: {document: 办法, number: 某发1号, issuer: 某局, confirmed: true}
        dimensions: {level: {classes: [{code: l3, when: {hosp_lv: ["03"]}}, {code: rest}]}}
        order: [one]
        layers: {one: {zh: 一, fund: hifp_pay, clause: 第三条, base: [inscp], ratio: r, deductible: {per: bill, amount: share}}}
        parameters:
          r:
            unit: ratio
            by: [level]
            values:
              - {from: 2020-01-01, to: 2023-12-31, table: {l3: 50%, otherwise: 60%}}
              - {from: 2024-01-01, table: {l3: 55%, otherwise: 65%}, clause: 第二条, confirmed: false}
          share: {unit: yuan, value: {share: 10%, of: index, years_back: 1}}
          index: {unit: yuan, values: [{from: 2023-01-01, value: 3000}, {from: 2024-01-01, value: 4000}]}
    """)
    trace = told(policy, claim(begin="2024-03-01", inscp=1000, hosp_lv="03"))[0]
    ratio, share, index = layer(trace, "one").parameters
    assert (ratio.value_zh, ratio.from_, ratio.to) == ("55%", dt.date(2024, 1, 1), dt.date(2030, 12, 31))
    assert (ratio.classes, ratio.confirmed, ratio.source.cite) == (
        {"level": "l3"},
        False,
        "某局《办法》（某发1号）第二条",
    )
    assert (share.yuan, share.value_en) == (yuan(300), "10% of index of the year before")
    assert (index.day, index.yuan, index.confirmed) == (dt.date(2023, 3, 1), yuan(3000), True)
    assert trace.unconfirmed == ("r",)
    assert layer(trace, "one").rule.cite == "某局《办法》（某发1号）第三条"


CAPS = """
    order: [one]
    layers:
      one:
        zh: 一
        fund: hifp_pay
        base: [inscp]
        ratio: r
        caps: [{limit: a, on: cost, measured: absolute, per: bill}, {limit: b, on: cost, per: day}, {limit: c}, {limit: never}, {limit: up, raise: {per_year: y, after_years: n, at_most: m}}]
    parameters:
      r: {unit: ratio, value: 50%}
      a: {unit: yuan, value: 8000}
      b: {unit: yuan, value: 1000}
      c: {unit: yuan, value: 3000}
      never: {unit: yuan, value: none}
      up: {unit: yuan, value: 100000}
      y: {unit: yuan, value: 3000}
      n: {unit: count, value: 2}
      m: {unit: ratio, value: 20%}
"""  # fmt: skip


def test_each_cap_is_told_with_its_limit_its_room_and_what_it_took_away():
    person = Person("p1", enrolments=(Enrolment(dt.date(2020, 1, 1)),))
    once = claim(1, "2024-03-01", "2024-03-08", inscp=10000)
    did = story(told(pack(CAPS), once, person=person)[0], "one")
    # Of 10,000 the bill's cap counts 8,000 and seven days at 1,000 count 7,000; half of it is 3,500, paid up to 3,000.
    told_caps = [(cap.limit, cap.room, cap.cut) for cap in did.caps]
    assert told_caps[:3] == [(yuan(8000), yuan(8000), yuan(2000)), (yuan(7000), yuan(7000), yuan(1000)), (yuan(3000), yuan(3000), yuan(500))]  # fmt: skip
    assert told_caps[3] == (None, None, 0)
    # Enrolled four years: two beyond the second, 6,000 more.
    assert (did.caps[4].limit, did.caps[4].raised_by) == (yuan(106000), yuan(6000))
    assert (did.clipped_by.code, did.clipped, did.paid, did.over) == (
        "cap",
        yuan(500),
        yuan(3000),
        yuan(3500),
    )


def test_a_payment_above_what_is_left_of_the_bill_is_clipped_by_it():
    policy = pack("""
        order: [one, two]
        layers:
          one: {zh: 一, fund: hifp_pay, base: [inscp], ratio: all}
          two: {zh: 二, fund: maf_pay, base: [inscp], ratio: all}
        parameters: {all: {unit: ratio, value: 100%}}
    """)
    did = story(told(policy, claim(inscp=100))[0], "two")
    assert (did.clipped_by.code, did.paid, [note.code for note in did.notes]) == ("left", 0, ["nothing_left"])


def test_prepay_steps_are_told_or_why_they_were_not_taken():
    policy = pack("""
        dimensions: {place: {classes: [{code: away, when: {out_flag: ["1"]}}, {code: local}]}}
        prepay: [{zh: 外出, when: {place: [away]}, of: [inscp], ratio: r}]
        order: [one]
        layers: {one: {zh: 一, fund: hifp_pay, base: [inscp], ratio: r}}
        parameters: {r: {unit: ratio, value: 10%}}
    """)
    away, local = told(
        policy, claim(1, inscp=1000, out_flag="1"), claim(2, "2024-05-01", inscp=1000, out_flag="0")
    )
    assert (away.prepay[0].taken, away.prepay[0].ratio, away.inscp, away.prepaid) == (
        yuan(100),
        "10%",
        yuan(900),
        yuan(100),
    )
    assert (local.prepay[0].why_not.code, local.prepay[0].taken, local.inscp) == ("class", 0, yuan(1000))


@pytest.mark.parametrize(("per", "gross"), [("bill", 150), ("year", 0)])
def test_a_guarantee_says_what_the_person_may_bear(per, gross):
    policy = pack(f"""
        order: [one]
        layers: {{one: {{zh: 兜底, kind: guarantee, fund: maf_pay, base: [left], of: [total], at_most: m, per: {per}}}}}
        parameters: {{m: {{unit: ratio, value: 25%}}}}
    """)
    # 1,000 of which 800 … the second bill alone may bear a quarter of 200; of the year, a quarter of 1,200 less what was borne.
    second = story(told(policy, claim(1, inscp=1000), claim(2, "2024-05-01", inscp=200))[1], "one")
    assert second.guarantee is not None
    if per == "bill":
        assert (second.guarantee.of, second.guarantee.may_bear, second.gross) == (
            yuan(200),
            yuan(50),
            yuan(gross),
        )
    else:
        assert (second.guarantee.of, second.guarantee.may_bear, second.guarantee.would_bear) == (
            yuan(1200),
            yuan(300),
            yuan(450),
        )


def test_a_parameter_that_was_not_needed_is_not_told():
    policy = pack("""
        dimensions:
          move: {classes: [{code: transfer, when: {med_type: ["9925"]}}, {code: direct}]}
          level: {classes: [{code: l2, when: {hosp_lv: ["05"]}}, {code: l3}]}
        order: [one]
        layers: {one: {zh: 一, fund: hifp_pay, base: [inscp], ratio: r, deductible: {per: admission, amount: d, transfer: {when: {move: [transfer]}, within_days: n}}}}
        parameters:
          r: {unit: ratio, value: 50%}
          d: {unit: yuan, value: 100}
          n: {unit: count, by: [level], values: [{from: 2024-01-01, table: {l2: 3}}]}
    """)
    # Before 2024 nobody knows the days of a transfer, and for the third level nobody ever does: a direct stay needs neither.
    early, third = told(
        policy,
        claim(1, "2023-05-01", inscp=500, hosp_lv="05"),
        claim(2, "2024-05-01", inscp=500, hosp_lv="03"),
    )
    assert [[one.name for one in layer(trace, "one").parameters] for trace in (early, third)] == [
        ["r", "d"],
        ["r", "d"],
    ]


@pytest.mark.parametrize("field", ["D_STANDARD", "D_ADMISSION"])
def test_a_deductible_that_its_steps_do_not_lead_to_is_refused(field, monkeypatch):
    spoil(monkeypatch, 0, field)
    with pytest.raises(EngineFault, match="不符"):
        told(pack(STAYS), claim(inscp=5000))


def test_an_earlier_claim_that_cannot_be_replayed_is_refused(monkeypatch):
    spoil(monkeypatch, 0, "D_BASE")
    one = claims_table([claim(1, inscp=5000), claim(2, "2024-05-01", inscp=5000)], "p1")
    with pytest.raises(EngineFault, match="不符"):
        trace_claim(Settler(pack(STAYS)), one, "s02")


def spoil(monkeypatch, row, field):
    """Let the loop's steps of one claim be wrong."""

    def spoilt(*args, **more):
        outcome = settle_encoded(*args, **more)
        outcome.detail[row, 0, getattr(layout, field)] += 1
        return outcome

    monkeypatch.setattr(trace_module, "settle_encoded", spoilt)
