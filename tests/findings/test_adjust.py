"""After a cancelled or late claim: what each fund and the person owe or get back, adding up to the fen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doudi.common.errors import InputFault
from doudi.engine.settle.person import Claim, Person
from doudi.engine.settle.results import result_rows
from doudi.engine.settle.run import Settler
from doudi.engine.settle.window import claims_table, persons_table
from doudi.facts.edges import outside, write_csv, write_parquet
from doudi.findings.adjust import KINDS, SUMS, adjust, read_results
from doudi.policy.pack import Pack
from tests.engine.settle.claims import Case, cases
from tests.engine.settle.example import claim, pack, refund, yuan

POLICY = """
    order: [basic, cii]
    layers:
      basic: {zh: 基本, fund: hifp_pay, base: [inscp], ratio: r, deductible: {per: admission, amount: d, sequence: s}}
      cii: {zh: 大病, fund: hifmi_pay, base: [inscp_left], per: year, deductible: {per: year, amount: line}, ratio: r}
    parameters:
      r: {unit: ratio, value: 60%}
      d: {unit: yuan, value: 800}
      s: {unit: sequence, value: [100%, 50%, 0%]}
      line: {unit: yuan, value: 12000}
"""


def results(policy: Pack, claims: list[Claim], person: Person | None = None) -> pa.Table:
    """The result rows of one person's claims."""
    settler = Settler(policy)
    block = claims_table(claims, person.psn_no if person else "p1")
    return result_rows(block, settler.settle(block), settler.compiled)


def nine() -> list[Claim]:
    return [
        claim(n, f"2024-{n:02}-03", f"2024-{n:02}-09", inscp=9000, mdtrt_id=f"m{n}") for n in range(1, 10)
    ]


def sums(rows: pa.Table) -> dict[str, int]:
    return {name: sum(rows[f"{name}_fen"].to_pylist()) for name in SUMS}


def by_id(rows: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["setl_id"]: row for row in rows.to_pylist()}


RISING = """
    order: [basic]
    layers: {basic: {zh: 基本, fund: hifp_pay, base: [inscp], per: year, bands: b}}
    parameters:
      b: {unit: bands, value: [{to: 20000, ratio: 50%}, {to: 40000, ratio: 60%}, {to: 50000, ratio: 65%}, {to: 60000, ratio: 70%}, {to: 70000, ratio: 75%}, {ratio: 80%}]}
"""


def test_cancelling_claim_three_of_nine_settles_the_six_after_it_anew():
    bills, policy = nine(), pack(RISING)
    back = {**refund(10, bills[2]), "setl_time": dt.datetime.combine(dt.date(2024, 12, 1), dt.time(8))}
    claims = claims_table([*bills, back], "p1")
    found = adjust(results(policy, bills), results(policy, [*bills, back]), claims)
    rows = by_id(found.rows)
    # The year's sum is 9,000 shorter for each of the six after the third, and every one of them crosses an edge.
    assert set(rows) == {"s10", *(f"s{n:02}" for n in range(4, 10))}
    assert found.by_kind == {"cancelled": 1, "changed": 6}
    assert (rows["s10"]["of"], rows["s10"]["medfee_sumamt_fen"]) == ("s03", yuan(-9000))
    # Of claim 3, from 18,000 to 27,000: 2,000 at 50 % and 7,000 at 60 %.
    assert rows["s10"]["hifp_pay_fen"] == yuan(-5200)
    # Claim 4 was 27,000 to 36,000 at 60 %, and is now what claim 3 was.
    assert rows["s04"]["hifp_pay_fen"] == yuan(5200 - 5400)
    # All nine, to 81,000, against all eight, to 72,000: the last 9,000 at 80 % but 0.
    assert sum(row["hifp_pay_fen"] for row in rows.values()) == yuan(-7200)


def test_what_each_fund_and_the_person_owe_or_get_back_is_reckoned_by_hand():
    policy = pack(POLICY)
    first, second = (
        claim(1, "2024-01-03", inscp=9000, mdtrt_id="a"),
        claim(2, "2024-02-03", inscp=9000, mdtrt_id="b"),
    )
    back = {**refund(3, first), "setl_time": dt.datetime.combine(dt.date(2024, 3, 1), dt.time(8))}
    found = adjust(results(policy, [first, second]), results(policy, [first, second, back]))
    rows = by_id(found.rows)
    # The first paid 60 % of 8,200 = 4,920; the second, now the first of the year, bears 800 in place of 400.
    assert (rows["s03"]["hifp_pay_fen"], rows["s03"]["psn_pay_fen"]) == (yuan(-4920), yuan(-4080))
    assert (rows["s02"]["hifp_pay_fen"], rows["s02"]["psn_pay_fen"]) == (yuan(-240), yuan(240))
    assert found.sums["hifp_pay"] == (0, yuan(5160))
    assert found.sums["psn_pay"] == (yuan(240), yuan(4080))
    assert found.to_dict()["sums"]["psn_pay"] == {"more": "240.00", "back": "4080.00", "net": "-3840.00"}


def test_a_late_claim_changes_those_after_it_and_is_told_itself():
    bills, policy = nine(), pack(POLICY)
    found = adjust(results(policy, [bills[0], *bills[2:4]]), results(policy, bills[:4]))
    rows = by_id(found.rows)
    assert rows["s02"]["kind"] == "late"
    assert rows["s03"]["kind"] == "changed"
    assert "s01" not in rows


def test_a_corrected_and_a_withdrawn_claim_are_told_apart():
    bills, policy = nine()[:2], pack(POLICY)
    corrected = [bills[0], claim(2, "2024-02-03", "2024-02-09", inscp=8000, mdtrt_id="m2")]
    found = adjust(results(policy, bills), results(policy, corrected))
    assert by_id(found.rows)["s02"]["kind"] == "corrected"
    found = adjust(results(policy, bills), results(policy, bills[:1]))
    row = by_id(found.rows)["s02"]
    assert (row["kind"], row["medfee_sumamt_fen"]) == ("withdrawn", yuan(-9000))


def test_two_settlements_alike_leave_nothing_to_adjust():
    bills = results(pack(POLICY), nine())
    found = adjust(bills, bills)
    assert (found.claims, len(found.rows), found.to_dict()["sums"]) == (9, 0, {})


@given(cases(people=1, claims=7), st.data())
@settings(max_examples=25)
def test_adjustments_add_up_to_the_new_total_less_the_old(case: Case, data: Any):
    one = case.people[0]
    claims = list(one.claims)
    if not claims or one.prior:
        return
    settler = _settler(case)
    order = data.draw(st.permutations(range(len(claims))))
    kept = _complete([claims[i] for i in order[: data.draw(st.integers(1, len(claims)))]], claims)
    before, after = (_results(settler, part, one.person.psn_no) for part in (kept, claims))
    found = adjust(before, after)
    old, new, moved = sums(before), sums(after), sums(found.rows)
    assert moved == {name: new[name] - old[name] for name in SUMS}
    assert all(more - back == moved[name] for name, (more, back) in found.sums.items())
    # Each row of the old, with its adjustment, is the row of everything settled in order from the start.
    rows, adjusted = by_id(before), by_id(found.rows)
    for name, row in by_id(after).items():
        mine = {
            s: rows.get(name, {}).get(f"{s}_fen", 0) + adjusted.get(name, {}).get(f"{s}_fen", 0) for s in SUMS
        }
        assert mine == {s: row[f"{s}_fen"] for s in SUMS}


def _settler(case: Case) -> Settler:
    return Settler(case.pack, persons_table([case.people[0].person]), None, case.institutions)


def _results(settler: Settler, claims: list[Claim], psn_no: str) -> pa.Table:
    block = claims_table(claims, psn_no)
    return result_rows(block, settler.settle(block), settler.compiled)


def _complete(kept: list[Claim], claims: list[Claim]) -> list[Claim]:
    """Without refunds whose settlement is not there."""
    there = {one["setl_id"] for one in kept}
    return [one for one in kept if one.get("init_setl_id") is None or one["init_setl_id"] in there]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_a_result_file_reads_back_as_it_was_written(suffix, tmp_path):
    rows = results(pack(POLICY), nine())
    path = tmp_path / f"out{suffix}"
    (write_csv if suffix == ".csv" else write_parquet)(rows, path)
    back = read_results(path)
    assert len(adjust(back, rows.select(back.column_names)).rows) == 0


def test_a_file_that_is_no_result_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("setl_id,psn_no\n1,2\n", encoding="utf-8")
    with pytest.raises(InputFault, match="缺少列 medfee_sumamt"):
        read_results(tmp_path / "a.csv")
    with pytest.raises(InputFault, match="不能读取"):
        read_results(tmp_path / "none.parquet")
    pq.write_table(outside(results(pack(POLICY), nine()[:1])).slice(0, 0), tmp_path / "empty.parquet")
    assert len(read_results(tmp_path / "empty.parquet")) == 0


def test_a_settlement_that_stands_twice_in_a_result_is_refused():
    rows = results(pack(POLICY), nine()[:1])
    with pytest.raises(InputFault, match="出现多次"):
        adjust(pa.concat_tables([rows, rows]), rows)


def test_every_kind_has_words_in_both_languages():
    assert all(zh and en for zh, en in KINDS.values())
