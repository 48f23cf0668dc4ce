"""A record that differs from policy is listed with its first step, its reason and what it comes to; one that agrees is not."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doudi.engine.settle.person import Claim, Enrolment, Person, Tag
from doudi.engine.settle.run import Settler
from doudi.engine.settle.window import claims_table, persons_table, settle_person
from doudi.findings import differing
from doudi.findings.against import RULE, SCHEMA, combine, compare, write_findings
from doudi.findings.reasons import REASONS
from doudi.findings.recorded import COLUMNS, computed_of
from doudi.policy.meaning import fingerprint
from doudi.policy.pack import Pack
from tests.engine.settle.claims import seeded
from tests.engine.settle.example import claim, pack, refund, yuan

TEXT = """
    dimensions:
      category: {{zh: 人员类别, classes: [{{code: poor, zh: 低保, when: {{psn_idet_type: [低保对象]}}}}, {{code: edge, zh: 边缘, when: {{psn_idet_type: [边缘]}}}}, {{code: rest, zh: 其余}}]}}
      level: {{zh: 医院等级, classes: [{{code: l2, when: {{hosp_lv: ["05"]}}}}, {{code: l3, when: {{hosp_lv: ["03"]}}}}]}}
      place: {{classes: [{{code: away, when: {{out_flag: ["1"]}}}}, {{code: home}}]}}
      move: {{classes: [{{code: moved, when: {{med_type: ["9925"]}}}}, {{code: direct}}]}}
    prepay: [{{zh: 外出, when: {{place: [away]}}, of: [inscp], ratio: away}}]
    order: [basic, cii, aid]
    layers:
      basic:
        zh: 基本
        fund: hifp_pay
        base: [inscp]
        ratio: ratio
        deductible: {{per: admission, amount: deductible, sequence: sequence, year_ceiling: ceiling, transfer: {{when: {{move: [moved]}}, within_days: days}}}}
        caps: [{{limit: cap}}, {{limit: cost, on: cost, per: bill}}]
      cii: {{zh: 大病, fund: hifmi_pay, base: [inscp_left], per: year, deductible: {{per: year, amount: line}}, ratio: cii, waiting: waiting}}
      aid: {{zh: 救助, fund: maf_pay, when: {{category: [poor, edge]}}, base: [inscp_left], ratio: aid}}
    parameters:
      away: {{unit: ratio, value: {away}}}
      ratio: {{unit: ratio, by: [level], values: [{{from: 2020-01-01, table: {{l2: 70%, otherwise: 55%}}}}, {{from: 2024-07-01, table: {{l2: 72%, otherwise: 58%}}}}]}}
      deductible: {{unit: yuan, by: [level], table: {{l2: {deductible}, otherwise: 900}}}}
      sequence: {{unit: sequence, value: [100%, 50%, 20%]}}
      ceiling: {{unit: yuan, value: {ceiling}}}
      days: {{unit: count, value: 3}}
      cap: {{unit: yuan, value: {cap}}}
      cost: {{unit: yuan, value: {cost}}}
      line: {{unit: yuan, value: {line}}}
      cii: {{unit: ratio, value: {cii}}}
      waiting: {{unit: count, value: {waiting}}}
      aid: {{unit: ratio, by: [category], table: {{poor: 75%, edge: 45%}}}}
"""  # fmt: skip
USUAL = {
    "away": "10%",
    "deductible": 500,
    "ceiling": 1200,
    "cap": 30000,
    "cost": 50000,
    "line": 6000,
    "cii": "61%",
    "waiting": 30,
}
POOR = Person("p1", dt.date(1960, 1, 1), (Tag("psn_idet_type", "低保对象"),))


def policy(**changed: Any) -> Pack:
    return pack(TEXT.format(**{**USUAL, **changed}))


def bill(number: int, day: str, inscp: Any = 20000, **more: Any) -> dict[str, Any]:
    start = dt.date.fromisoformat(day)
    made = {"med_type": "21", "hosp_lv": "05", "out_flag": "0", "mdtrt_id": f"m{number}"} | more
    return dict(claim(number, day, (start + dt.timedelta(days=6)).isoformat(), inscp=inscp, **made))


def record(claims: Sequence[Claim], settled_by: Pack, person: Person, **altered: Any) -> list[dict[str, Any]]:
    """The claims with the payments that another policy, person or claim would have given."""
    as_settled = [{**one, **altered.get(one["setl_id"], {})} for one in claims]
    paid = {one.setl_id: one.steps for one in settle_person(settled_by, person, as_settled)}
    return [{**one, **{f"{name}_fen": paid[one["setl_id"]][name] for name in COLUMNS}} for one in claims]


def compared(claims: Sequence[Claim], by: Pack, person: Person = POOR) -> Any:
    settler = Settler(by, persons_table([person]))
    block = claims_table(claims, person.psn_no)
    return compare(block, settler.settle(block), settler, "test")


def reasons(comparison: Any) -> dict[str, str]:
    return dict(
        zip(comparison.rows["setl_id"].to_pylist(), comparison.rows["reason"].to_pylist(), strict=True)
    )


def first_row(comparison: Any) -> dict[str, Any]:
    return comparison.rows.to_pylist()[0] | {"evidence": json.loads(comparison.rows["evidence"][0].as_py())}


def test_a_record_that_agrees_is_no_finding():
    bills = [bill(1, "2024-01-05"), bill(2, "2024-02-05"), bill(3, "2024-08-05")]
    found = compared(record(bills, policy(), POOR), policy())
    assert (found.claims, found.compared, found.differing, found.without_record) == (3, 3, 0, 0)


def test_claims_without_a_record_are_counted_apart():
    bills = [bill(1, "2024-01-05"), *record([bill(2, "2024-02-05")], policy(deductible=100), POOR)]
    nought = {**bill(3, "2024-03-05"), **{f"{name}_fen": 0 for name in COLUMNS}}
    found = compared([*bills, nought], policy())
    assert (found.compared, found.without_record, found.differing) == (1, 2, 1)


ONE = [bill(1, "2024-01-05")]
TWO = [bill(1, "2024-01-05"), bill(2, "2024-02-05")]
ROOM = {"cap": 100000}
LARGE = {"cap": 100000, "cost": "none"}


@dataclass
class Case:
    """One way of going wrong: what policy says otherwise than usual, what the record was settled by, and what must be found."""

    step: str
    evidence: dict[str, Any] = field(default_factory=dict)
    bills: list[Any] = field(default_factory=lambda: ONE)
    policy: dict[str, Any] = field(default_factory=lambda: ROOM)
    recorded_by: dict[str, Any] = field(default_factory=dict)
    person: Person = POOR
    altered: dict[str, Any] = field(default_factory=dict)


EARLIER = {"s01": {"begndate": dt.date(2024, 5, 1), "enddate": dt.date(2024, 5, 7)}}
CASES = {
    "deductible_not_taken": Case("basic.deductible", {"layer": "basic"}, recorded_by={"deductible": 0}),
    "category_not_applied": Case("aid.applies", {"class": "rest"}, person=Person("p1")),
    "category_wrong": Case("aid.ratio", {"class": "edge"}, person=Person("p1", None, (Tag("psn_idet_type", "边缘"),))),
    "level_wrong": Case("basic.deductible", {"class": "l3"}, altered={"s01": {"hosp_lv": "03"}}),
    "place_wrong": Case("basic.base", {"class": "away"}, altered={"s01": {"out_flag": "1"}}),
    "prepay_not_taken": Case("prepay", bills=[bill(1, "2024-01-05", out_flag="1")], recorded_by={"away": "0%"}),
    "rate_of_another_date": Case("basic.ratio", {"rates_from": "2020-01-01"}, [bill(1, "2024-08-05")], altered=EARLIER),
    "cap_ignored": Case("basic.cap", {"layer": "basic"}, [bill(1, "2024-01-05", 45000)], {}, ROOM),
    "cost_cap_ignored": Case("basic.cost_cap", {"layer": "basic"}, [bill(1, "2024-01-05", 52000)], recorded_by={"cost": "none"}),
    "layer_not_paid": Case("cii.applies", {"layer": "cii"}, recorded_by={"cii": "0%"}),
    "ratio_other": Case("cii.ratio", {"ratio": "58.5%"}, recorded_by={"cii": "58.5%"}),
}  # fmt: skip


@pytest.mark.parametrize("reason", CASES)
def test_each_way_of_going_wrong_is_found_with_its_first_step(reason):
    case = CASES[reason]
    theirs = policy(**{**case.policy, **case.recorded_by})
    found = compared(record(case.bills, theirs, case.person, **case.altered), policy(**case.policy))
    row = first_row(found)
    assert (row["reason"], row["first_step"]) == (reason, case.step)
    assert case.evidence.items() <= row["evidence"].items()


def test_the_first_fund_that_differs_is_named_with_both_sums():
    row = first_row(compared(record(ONE, policy(deductible=0), POOR), policy()))
    # 500 of deductible at 70 %.
    assert (row["fund"], row["recorded_fen"], row["computed_fen"]) == ("hifp_pay", yuan(14000), yuan(13650))
    assert row["hifp_pay_fen"] == yuan(350)
    assert sum(row[f"{name}_fen"] for name in COLUMNS) == 0


def test_a_further_part_of_a_stay_that_paid_again_took_the_deductible_twice():
    stay = [bill(1, "2024-01-05", mdtrt_id="m"), bill(2, "2024-01-11", mdtrt_id="m")]
    found = compared(record(stay, policy(), POOR, s02={"mdtrt_id": "other"}), policy())
    # The platform took it for a second admission: half of 500 again.
    assert reasons(found) == {"s02": "deductible_twice"}


def test_a_transfer_that_paid_in_full_took_the_deductible_twice():
    moved = [bill(1, "2024-01-05"), bill(2, "2024-01-12", med_type="9925")]
    found = compared(record(moved, policy(), POOR, s02={"med_type": "21"}), policy())
    assert (reasons(found), first_row(found)["first_step"]) == (
        {"s02": "deductible_twice"},
        "basic.deductible",
    )


def test_a_second_admission_settled_as_a_first_says_which_it_was_settled_as():
    recorded = [*record(TWO[:1], policy(), POOR), *record(TWO[1:], policy(), POOR)]
    row = first_row(compared(recorded, policy()))
    assert (row["setl_id"], row["reason"], row["evidence"]["admission"]) == ("s02", "admission_number", 1)


def test_a_claim_after_a_differing_one_only_follows_it():
    bills = [bill(1, "2024-01-05", 9000), bill(2, "2024-02-05", 9000), bill(3, "2024-03-05", 9000)]
    # The first was settled as at a third-level hospital: more went into the year of the critical-illness layer.
    found = compared(record(bills, policy(), POOR, s01={"hosp_lv": "03"}), policy())
    assert reasons(found)["s01"] == "level_wrong"
    assert set(reasons(found).values()) == {"level_wrong", "follows_earlier_difference"}
    rows = found.rows.to_pylist()
    assert {row["follows"] for row in rows[1:]} == {"s01"}
    assert {row["first_step"] for row in rows[1:]} == {"state"}


def test_two_different_faults_of_one_person_are_told_apart():
    bills = [bill(n, f"2024-0{n}-05", 9000) for n in (1, 2, 3)]
    found = compared(record(bills, policy(), POOR, s01={"hosp_lv": "03"}, s03={"out_flag": "1"}), policy())
    assert (reasons(found)["s01"], reasons(found)["s03"]) == ("level_wrong", "place_wrong")


def test_a_claim_after_an_unexplained_one_is_settled_as_if_that_had_been_paid_as_recorded():
    first, second = bill(1, "2024-01-05"), bill(2, "2024-02-05")
    odd = record([first], policy(), POOR)[0]
    # The basic fund paid 1,234.56 too much, for no reason that can be known; the person so much less.
    odd["hifp_pay_fen"] += 123456
    odd["psn_pay_fen"] -= 123456
    # The second bill as settled by somebody whose year began with the first as it was recorded.
    began = {
        ("basic", "deductible"): yuan(500),
        ("basic", "admissions"): 1,
        ("basic:1", "used"): odd["hifp_pay_fen"],
    }
    began |= {("cii", "base"): yuan(20000) - odd["hifp_pay_fen"]}
    prior = {(2024, *names): fen for names, fen in began.items()}
    steps = settle_person(policy(), POOR, [second], prior)[0].steps
    found = compared([odd, {**second, **{f"{name}_fen": steps[name] for name in COLUMNS}}], policy())
    assert reasons(found) == {"s01": "unknown", "s02": "follows_earlier_difference"}


def test_a_claim_that_agrees_though_an_earlier_one_differs_is_no_finding():
    first, second = bill(1, "2024-01-05", 9000), bill(2, "2024-02-05", 9000)
    wrong = record([first], policy(), POOR, s01={"hosp_lv": "03"})
    right = record([first, second], policy(), POOR)[1:]
    assert reasons(compared([*wrong, *right], policy())) == {"s01": "level_wrong"}


def test_a_few_fen_are_rounding_and_more_are_not():
    recorded = record(ONE, policy(), POOR)[0]
    by = {"hifp_pay_fen": 5, "psn_pay_fen": -5}
    few = {**recorded, **{name: recorded[name] + fen for name, fen in by.items()}}
    more = {**recorded, **{name: recorded[name] + 2 * fen for name, fen in by.items()}}
    assert reasons(compared([few], policy())) == {"s01": "rounding"}
    assert reasons(compared([more], policy())) == {"s01": "unknown"}


def test_a_record_that_does_not_add_up_is_said_so():
    recorded = record(ONE, policy(), POOR)[0]
    found = compared([{**recorded, "maf_pay_fen": recorded["maf_pay_fen"] + yuan(1000)}], policy())
    assert (reasons(found), first_row(found)["first_step"]) == ({"s01": "record_unbalanced"}, "record")


def test_a_payment_where_no_layer_is_due_is_said_so():
    recorded = record(ONE, policy(), POOR)[0]
    odd = {**recorded, "cvlserv_pay_fen": yuan(100), "psn_pay_fen": recorded["psn_pay_fen"] - yuan(100)}
    found = compared([odd], policy())
    assert (reasons(found), first_row(found)["first_step"]) == ({"s01": "not_due"}, "cvlserv_pay")


def test_pay_within_the_waiting_period_is_found():
    new = Person(
        "p1", dt.date(1960, 1, 1), (Tag("psn_idet_type", "低保对象"),), (Enrolment(dt.date(2023, 12, 20)),)
    )
    found = compared(record(ONE, policy(waiting=0), new), policy(), new)
    assert (reasons(found), first_row(found)["first_step"]) == ({"s01": "waiting_ignored"}, "cii.applies")


def test_the_refund_of_a_differing_settlement_is_not_counted_as_a_fault_of_its_own():
    once = bill(1, "2024-01-05")
    back = dict(refund(2, once))
    found = compared(record([once, back], policy(deductible=0), POOR), policy())
    assert reasons(found) == {"s01": "deductible_not_taken", "s02": "refund_of_a_difference"}
    assert sum(found.by_reason[reason]["hifp_pay"] for reason in found.by_reason) == 0
    assert found.rows["follows"].to_pylist() == [None, "s01"]
    assert found.rows["first_step"].to_pylist() == ["basic.deductible", "refund"]


def test_a_refund_that_is_not_its_settlements_negative_is_found():
    once = bill(1, "2024-01-05")
    recorded = record([once, dict(refund(2, once))], policy(), POOR)
    recorded[1] = {**recorded[1], "hifp_pay_fen": recorded[1]["hifp_pay_fen"] + yuan(10), "psn_pay_fen": recorded[1]["psn_pay_fen"] - yuan(10)}  # fmt: skip
    assert reasons(compared(recorded, policy())) == {"s02": "refund_not_negative"}


def test_a_recorded_deductible_decides_between_reasons_that_come_to_the_same():
    # Of 5,000 spent away 70 % of 4,500 are paid without the deductible, and 70 % of 5,000 − 500 without the prepay.
    one = bill(1, "2024-01-05", 5000, out_flag="1")
    recorded = record([one], policy(deductible=0), Person("p1"))[0]
    none = first_row(compared([{**recorded, "act_pay_dedc_fen": 0}], policy(), Person("p1")))
    taken = first_row(compared([{**recorded, "act_pay_dedc_fen": yuan(500)}], policy(), Person("p1")))
    assert (none["reason"], none["evidence"]["also"][0]["reason"]) == (
        "deductible_not_taken",
        "prepay_not_taken",
    )
    assert (taken["reason"], taken["evidence"]["also"][-1]["reason"]) == (
        "prepay_not_taken",
        "deductible_not_taken",
    )


def test_columns_that_the_export_lacks_are_not_compared():
    recorded = record(ONE, policy(deductible=0), POOR)[0]
    only = {
        name: value
        for name, value in recorded.items()
        if name.removesuffix("_fen") not in COLUMNS or name == "maf_pay_fen"
    }
    found = compared([only], policy())
    row = first_row(found)
    assert (row["fund"], row["hifp_pay_fen"]) == ("maf_pay", 0)


def test_findings_name_the_policy_its_fingerprint_and_what_they_stand_on():
    row = first_row(compared(record(ONE, policy(deductible=0), POOR), policy()))
    assert (row["rule"], row["policy"], row["source"]) == (RULE, "example", "test")
    assert row["policy_fingerprint"] == fingerprint(policy())


def test_the_sum_by_reason_is_the_sum_of_the_rows():
    bills = [bill(n, f"2024-0{n}-05", 9000) for n in (1, 2, 3)]
    found = compared(record(bills, policy(), POOR, s01={"hosp_lv": "03"}, s03={"out_flag": "1"}), policy())
    told = found.to_dict()
    assert told["differing"] == sum(one["claims"] for one in told["reasons"]) == len(found.rows)
    for name in COLUMNS:
        whole = sum(found.rows[f"{name}_fen"].to_pylist())
        assert whole == sum(sums[name] for sums in found.by_reason.values())


def test_blocks_compared_apart_are_the_same_together():
    parts = [compared(record(ONE, policy(deductible=d), POOR), policy()) for d in (0, 500)]
    both = combine(parts)
    assert (both.claims, both.differing) == (2, 1)
    assert both.rows.schema == SCHEMA
    assert combine([]).claims == 0


def test_findings_are_added_as_files_that_nobody_changes(tmp_path):
    rows = compared(record(ONE, policy(deductible=0), POOR), policy()).rows
    place = write_findings("against", rows, tmp_path / "findings")
    before = place.read_bytes()
    assert write_findings("against", rows, tmp_path / "findings") == place
    assert place.read_bytes() == before
    kept = pq.read_table(place)
    assert str(kept["hifp_pay"][0]) == "350.00"
    assert (
        place.with_suffix(".csv")
        .read_text(encoding="utf-8-sig")
        .splitlines()[1]
        .count("deductible_not_taken")
        == 1
    )
    other = write_findings("against", rows.slice(0, 0), tmp_path / "findings")
    assert other != place
    assert len(list((tmp_path / "findings").iterdir())) == 4


def test_every_reason_has_words_in_both_languages():
    assert all(zh and en for zh, en in REASONS.values())


@pytest.mark.parametrize("seed", range(12))
def test_random_policies_agree_with_themselves_and_every_planted_difference_is_listed(seed):
    case = seeded(seed, people=3, claims=8)
    settler = Settler(case.pack, persons_table([one.person for one in case.people]), None, case.institutions)
    blocks = [
        claims_table(one.claims, one.person.psn_no) for one in case.people if not one.prior and one.claims
    ]
    block = pa.concat_tables(blocks, promote_options="default").combine_chunks() if blocks else None
    if block is None:
        return
    for name in COLUMNS:
        if f"{name}_fen" in block.column_names and name in settler.compiled.recorded:
            return  # the policy takes the recorded column over; it cannot be overwritten here
    outcome = settler.settle(block)
    assert compare(_with_record(block, settler, outcome), outcome, settler, "test").differing == 0
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(block), max(len(block) // 3, 1), replace=False)
    spoilt = _with_record(block, settler, outcome, rows)
    found = compare(spoilt, outcome, settler, "test")
    assert sorted(found.rows["setl_id"].to_pylist()) == sorted(
        block["setl_id"].take(pa.array(rows)).to_pylist()
    )
    assert set(found.rows["reason"].to_pylist()) <= set(REASONS)
    assert all(found.rows["first_step"].to_pylist())


def _with_record(block: pa.Table, settler: Settler, outcome: Any, spoil: Any = ()) -> pa.Table:
    sums = computed_of(settler.compiled, outcome.paid, outcome.left)
    for row in spoil:
        sums[row, 0] += 12345
        sums[row, -1] -= 12345
    for k, name in enumerate(COLUMNS):
        column = f"{name}_fen"
        values = pa.array(sums[:, k])
        block = (
            block.set_column(block.column_names.index(column), column, values)
            if column in block.column_names
            else block.append_column(column, values)
        )
    return block


def test_of_a_person_with_no_end_of_differences_only_so_many_are_looked_into(monkeypatch):
    bills = [bill(n, f"2024-0{n}-05", 9000) for n in (1, 2, 3)]
    odd = [
        {**one, "hifp_pay_fen": one["hifp_pay_fen"] + 12345, "psn_pay_fen": one["psn_pay_fen"] - 12345}
        for one in record(bills, policy(), POOR)
    ]
    monkeypatch.setattr(differing, "MOST_ROUNDS", 1)
    found = compared(odd, policy())
    assert reasons(found) == {"s01": "unknown", "s02": "unknown", "s03": "unknown"}
    assert found.rows["first_step"].to_pylist()[1:] == ["hifp_pay", "hifp_pay"]
