"""A run writes rows that balance, or nothing: sums and manifest, one refusal at a time, the same bytes every time."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from doudi.common.errors import DoudiError, EngineFault, Faults, InputFault, PolicyFault
from doudi.common.money import yuan_text
from doudi.engine.settle.run import Settler
from doudi.findings import settle
from doudi.findings.settle import manifest_of, settle_stream
from doudi.policy.schema import FUNDS
from tests.findings.small import bill, bills, block, names_in, refund_of, settler

MONEY = [fund for fund in FUNDS if fund != "ownpay_hosp_part"]


def run(claims: list[dict[str, Any]], folder: Path, suffix: str = ".parquet", **more: Any) -> settle.Summary:
    return settle_stream(
        settler(), block(claims).to_batches(max_chunksize=11), source="here", out=folder / f"out{suffix}", detail=folder / f"detail{suffix}", **more
    )  # fmt: skip


def refused(claims: list[dict[str, Any]], folder: Path, **more: Any) -> DoudiError:
    """The refusal of a run, which has left nothing behind."""
    with pytest.raises(DoudiError) as caught:
        run(claims, folder, **more)
    assert not names_in(folder)
    return caught.value


def test_every_row_keeps_the_national_identities(tmp_path):
    run(bills(), tmp_path)
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert len(rows) == 62
    for row in rows:
        assert row["fund_pay_sumamt"] == sum(row[fund] for fund in MONEY)
        assert row["medfee_sumamt"] == row["fund_pay_sumamt"] + row["psn_pay"] + row["ownpay_hosp_part"]
        assert row["psn_pay"] == row["acct_pay"] + row["cash_payamt"]
        parts = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt")
        assert row["medfee_sumamt"] == sum(row[name] for name in parts)
    assert any(row["acct_pay"] > 0 for row in rows)
    assert any(row["acct_pay"] < 0 for row in rows)
    assert all(abs(row["acct_pay"]) <= abs(row["psn_pay"]) for row in rows)


def test_without_an_account_all_that_is_left_is_cash(tmp_path):
    rows = block(bills()).drop_columns("acct_pay_fen")
    settle_stream(settler(), rows.to_batches(), source="here", out=tmp_path / "out.parquet")
    for row in pq.read_table(tmp_path / "out.parquet").to_pylist():
        assert row["acct_pay"] == 0
        assert row["cash_payamt"] == row["psn_pay"]


def test_the_rows_of_the_detail_add_up_to_each_claim_and_count_its_layers(tmp_path):
    run(bills(), tmp_path)
    claims = {row["setl_id"]: row for row in pq.read_table(tmp_path / "out.parquet").to_pylist()}
    paid: dict[str, Decimal] = {}
    numbers: dict[str, list[int]] = {}
    for row in pq.read_table(tmp_path / "detail.parquet").to_pylist():
        paid[row["setl_id"]] = paid.get(row["setl_id"], Decimal(0)) + row["fund_payamt"]
        numbers.setdefault(row["setl_id"], []).append(row["srt_no"])
    for setl_id, row in claims.items():
        assert paid[setl_id] == row["medfee_sumamt"] - row["psn_pay"]
        assert numbers[setl_id] == ([1, 2, 3] if setl_id == "S00005" else [1, 2, 3, 4])


def test_the_manifest_says_what_the_files_hold(tmp_path):
    summary = run(bills(), tmp_path)
    manifest = json.loads(manifest_of(tmp_path / "out.parquet").read_text(encoding="utf-8"))
    assert manifest == summary.to_dict()
    for name in ("out", "detail"):
        file = manifest["files"][name]
        path = tmp_path / file["file"]
        table = pq.read_table(path)
        assert file["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert file["rows"] == len(table)
        for column, total in file["sums"].items():
            assert Decimal(total) == sum(v for v in table[column].to_pylist() if v is not None)
    assert (manifest["claims"], manifest["refunds"], manifest["persons"]) == (62, 2, 7)
    assert sum(map(Decimal, manifest["layers"].values())) + Decimal(manifest["psn_pay"]) == Decimal(
        manifest["medfee_sumamt"]
    )
    assert {fund: yuan_text(fen) for fund, fen in summary.funds.items()} == manifest["funds"]
    assert len(manifest["unconfirmed"]) == 5


def test_csv_says_the_same_as_parquet(tmp_path):
    import csv

    (tmp_path / "c").mkdir()
    run(bills(), tmp_path)
    run(bills(), tmp_path / "c", suffix=".csv")
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    with (tmp_path / "c" / "out.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [{k: str(v) for k, v in row.items()} for row in rows]


def test_the_bytes_are_the_same_whatever_order_the_rows_of_a_person_come_in(tmp_path):
    claims = bills()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        run(claims, tmp_path / name)
        random.Random(1).shuffle(claims)
    for file in names_in(tmp_path / "a"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_blocks_come_in_order_with_their_outcome_and_progress_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(settle, "BLOCK_ROWS", 10)
    seen, told = [], []
    summary = run(
        bills(), tmp_path, on_block=lambda rows, outcome: seen.append((rows, outcome)), progress=told.append
    )
    people = [person for rows, _ in seen for person in dict.fromkeys(rows["psn_no"].to_pylist())]
    assert len(seen) > 3
    assert people == sorted(set(people))
    assert all(len(rows) == len(outcome.left) for rows, outcome in seen)
    assert told[-1] == summary.claims == 62
    assert told == sorted(told)
    assert summary.persons == 7
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    monkeypatch.undo()
    (tmp_path / "one").mkdir()
    run(bills(), tmp_path / "one")
    assert rows == pq.read_table(tmp_path / "one" / "out.parquet").to_pylist()


def test_nothing_need_be_written():
    summary = settle_stream(settler(), block(bills()).to_batches(), source="here")
    assert summary.files == {}
    assert summary.claims == 62


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_lost_or_doubled_on_the_way_is_a_fault_of_ours(tmp_path):
    claims = bills()
    total = sum(claim["medfee_sumamt_fen"] for claim in claims)
    assert run(claims, tmp_path, expected=(62, total)).total_fen == total
    for path in tmp_path.iterdir():
        path.unlink()
    for wrong in ((61, total), (62, total + 1)):
        error = refused(claims, tmp_path, expected=wrong)
        assert isinstance(error, EngineFault)
        assert "读入" in error.what


@pytest.mark.parametrize("person", [1, 2], ids=["of one person", "of two"])
def test_a_setl_id_met_twice_is_refused(tmp_path, person):
    claims = [*bills(), bill(0, person=person, setl_time=bill(7)["setl_time"])]
    error = refused(claims, tmp_path)
    assert isinstance(error, InputFault)
    assert "重复" in error.what
    assert "doudi claims check" in str(error)
    assert "setl_id=S00000" in refused(claims, tmp_path, twice=lambda: ["S00000"]).what


def test_a_bill_that_is_not_the_sum_of_its_parts_is_refused_with_the_difference(tmp_path):
    claims = bills()
    claims[7]["medfee_sumamt_fen"] += 150
    error = refused(claims, tmp_path)
    assert isinstance(error, InputFault)
    assert error.what == "医疗费总额不等于各部分之和：setl_id=S00007 相差 1.50 元"
    assert "medfee_sumamt = fulamt_ownpay_amt +" in str(error)
    assert "doudi claims check 查看全部" in str(error)


def test_of_many_such_bills_the_first_are_named_and_the_others_counted(tmp_path):
    claims = bills()
    for claim in claims[10:18]:
        claim["inscp_amt_fen"] += 1
    said = str(refused(claims, tmp_path))
    assert said.count("setl_id=") == 5
    assert "相差 -0.01 元" in said
    assert "至少 8 笔" in said


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ({"enddate": bill(0)["enddate"].replace(year=2026)}, PolicyFault, "不在政策 small 的有效期内"),
        ({"inscp_amt_fen": -1, "medfee_sumamt_fen": 9_999}, InputFault, "费用为负"),
        ({"medfee_sumamt_fen": 10**15, "inscp_amt_fen": 10**15 - 10_000}, InputFault, "金额过大"),
        ({"init_setl_id": "nowhere"}, InputFault, "原结算不在数据中"),
    ],
)
def test_a_claim_that_cannot_be_settled_is_named_and_leaves_nothing(tmp_path, change, kind, says):
    claims = bills()
    claims[9] |= change
    error = refused(claims, tmp_path)
    assert isinstance(error, kind)
    assert says in str(error)
    assert "setl_id=S00009" in str(error)
    assert error.do


def test_a_refused_run_leaves_the_last_result_as_it_was(tmp_path):
    run(bills(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    claims = bills()
    claims[9]["enddate"] = claims[9]["enddate"].replace(year=2030)
    with pytest.raises(PolicyFault):
        run(claims, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_many_refusals_are_told_together(tmp_path):
    claims = bills()
    for claim in claims[:30]:
        claim["init_setl_id"] = "nowhere"
    error = refused(claims, tmp_path)
    assert isinstance(error, Faults)
    assert len(error.faults) + error.more == 32  # and two refunds of what is now a refund


def test_sums_that_do_not_balance_are_refused(tmp_path, monkeypatch):
    honest = Settler.settle

    def generous(self: Settler, rows: Any, *, detail: bool = False) -> Any:
        outcome = honest(self, rows, detail=detail)
        return dataclasses.replace(outcome, left=outcome.left + 1)

    monkeypatch.setattr(Settler, "settle", generous)
    assert "总和不等于医疗费总额" in refused(bills(), tmp_path).what


@pytest.mark.parametrize("made", ["result_rows", "detail_rows"])
def test_a_file_that_does_not_add_up_to_what_was_settled_is_refused(tmp_path, monkeypatch, made):
    honest = getattr(settle, made)
    monkeypatch.setattr(settle, made, lambda *all_: honest(*all_).slice(1))
    error = refused(bills(), tmp_path)
    assert isinstance(error, EngineFault)
    assert "不等于结算总额" in error.what


def test_refunds_are_counted_even_where_none_can_be(tmp_path):
    claims = [{k: v for k, v in claim.items() if k != "init_setl_id"} for claim in (bill(1), bill(2, 2))]
    rows = block(claims).drop_columns("init_setl_id")
    assert settle_stream(settler(), rows.to_batches(), source="here").refunds == 0
    assert (
        settle_stream(settler(), block([bill(1), refund_of(bill(1), 2)]).to_batches(), source="here").refunds
        == 1
    )
