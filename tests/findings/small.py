"""A small policy and the claims of a few people in area 990101, for runs from file to file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from doudi.engine.settle.run import Settler
from doudi.engine.settle.window import claims_table
from doudi.facts.conform import conform
from doudi.facts.edges import write_csv, write_parquet
from doudi.facts.registry import TABLES
from doudi.findings.batch import Request
from doudi.policy.pack import Pack, from_document
from doudi.policy.text import parse_document

POLICY = """
doudi: settlement/1
id: small
zh: 小政策
place: 示例县
from: 2024-01-01
to: 2025-12-31
dimensions:
  care:
    classes: [{code: inpatient, when: {med_type: ["21", "9925"]}}, {code: other}]
order: [basic, reduction, aid, more]
layers:
  basic:
    zh: 基本医疗保险
    fund: hifp_pay
    fund_pay_type: "390100"
    when: {care: [inpatient]}
    base: [inscp]
    deductible: {per: admission, amount: d}
    ratio: r
    caps: [{limit: cap}]
  reduction: {zh: 医院减免, fund: ownpay_hosp_part, base: [inscp_left], ratio: tenth}
  aid: {zh: 医疗救助, fund: othfund_pay, base: [inscp_left], ratio: half}
  more: {zh: 补充, fund: othfund_pay, base: [own], ratio: tenth}
parameters:
  d: {unit: yuan, value: 500}
  r: {unit: ratio, value: 60.5%}
  cap: {unit: yuan, value: 100000}
  tenth: {unit: ratio, value: 10%}
  half: {unit: ratio, value: 50%}
"""


def small_policy() -> Pack:
    """The small policy, loaded."""
    return from_document(parse_document(POLICY, Path("small.yaml")))


def bill(number: int, person: int = 1, **columns: Any) -> dict[str, Any]:
    """One claim in the inside form: 1,000.00 yuan and `number` fen, of which 900 in scope."""
    day = dt.date(2024, 1, 1) + dt.timedelta(days=number % 300)
    return {
        "setl_id": f"S{number:05}",
        "psn_no": f"990101{person:09}",
        "mdtrt_id": f"M{number:05}",
        "med_type": "21",
        "begndate": day,
        "enddate": day + dt.timedelta(days=3),
        "setl_time": dt.datetime.combine(day + dt.timedelta(days=3), dt.time(9, number % 60)),
        "medfee_sumamt_fen": 100_000 + number,
        "fulamt_ownpay_amt_fen": 5_000,
        "overlmt_selfpay_fen": 2_000,
        "preselfpay_amt_fen": 3_000,
        "inscp_amt_fen": 90_000 + number,
    } | columns


def refund_of(claim: dict[str, Any], number: int, **columns: Any) -> dict[str, Any]:
    """The row that takes a claim back."""
    back = {name: -value if name.endswith("_fen") else value for name, value in claim.items()}
    later = claim["setl_time"] + dt.timedelta(days=1)
    changed = {
        "setl_id": f"S{number:05}",
        "init_setl_id": claim["setl_id"],
        "refd_setl_flag": "1",
        "setl_time": later,
    }
    return back | changed | columns


def bills(count: int = 60) -> list[dict[str, Any]]:
    """Claims of several people with a refund among them, an account that pays, and a claim without a stay."""
    made = [bill(n, person=1 + n % 7, acct_pay_fen=n * 900) for n in range(count)]
    made[5]["med_type"] = "11"
    return [*made, refund_of(made[3], 90_003), refund_of(made[20], 90_020)]


def table_of(claims: Sequence[dict[str, Any]]) -> pa.Table:
    """Claims as the whole inside table of settlements, rows as they come."""
    tables = [claims_table([claim], claim["psn_no"]) for claim in claims]
    return conform(pa.concat_tables(tables, promote_options="default"), TABLES["settlements"])


def block(claims: Sequence[dict[str, Any]]) -> pa.Table:
    """Claims as the loop takes them: sorted by person, moment and id."""
    return table_of(claims).sort_by([(name, "ascending") for name in ("psn_no", "setl_time", "setl_id")])


def settler() -> Settler:
    """The small policy, ready."""
    return Settler(small_policy())


def write_claims(claims: Sequence[dict[str, Any]], path: Path) -> Path:
    """Claims as a file in the national form."""
    (write_csv if path.suffix == ".csv" else write_parquet)(table_of(claims), path, TABLES["settlements"])
    return path


def request(
    folder: Path, claims: Sequence[dict[str, Any]], name: str = "claims.parquet", **more: Any
) -> Request:
    """A run over a file of these claims by the small policy, results beside it."""
    policy = folder / "small.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    given = {
        "out": folder / "out.parquet",
        "detail": folder / "detail.parquet",
        "claims": write_claims(claims, folder / name),
    }
    return Request(policy=str(policy), policies=None, home=folder / "home", **(given | more))


def names_in(folder: Path) -> set[str]:
    """What lies in a folder, hidden files too."""
    return {path.name for path in folder.iterdir()}
