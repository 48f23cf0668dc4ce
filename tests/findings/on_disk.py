"""A random case as files in the national form, settled as `doudi settle` does, and its result files read back.

Must not know what is right.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from doudi.engine.settle.person import OPEN
from doudi.engine.settle.window import persons_table, prior_table
from doudi.facts.conform import conform
from doudi.facts.edges import write_csv, write_parquet
from doudi.facts.registry import TABLES
from doudi.findings.batch import Request, settle_batch
from doudi.findings.settle import Summary
from tests.engine.settle.claims import PARTS, Case
from tests.engine.settle.parity import block_of
from tests.engine.settle.policies import Data


class _Plain(yaml.SafeDumper):
    """Writes shared parts out in full, as people do."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def fit_for_files(case: Case) -> Case:
    """The same case with what a file must have: bills that are the sum of their parts, a kind of treatment."""

    def mended(claim: dict[str, Any]) -> dict[str, Any]:
        total = sum(claim[f"{name}_fen"] for name in PARTS)
        return claim | {"medfee_sumamt_fen": total, "med_type": claim["med_type"] or "41"}

    people = tuple(
        dataclasses.replace(one, claims=tuple(mended(dict(claim)) for claim in one.claims))
        for one in case.people
    )
    return dataclasses.replace(case, people=people)


def write_policy(data: Data, path: Path) -> Path:
    """A policy's plain data as a file."""
    path.write_text(yaml.dump(data, allow_unicode=True, sort_keys=False, Dumper=_Plain), encoding="utf-8")
    return path


def written(case: Case, data: Data, folder: Path, suffix: str, seed: int = 0) -> Request:
    """The case as files of one kind (`.parquet`, `.csv`), and the request that settles them."""
    policy = write_policy(data, folder / "policy.yaml")
    claims = _file(block_of(case, seed), "settlements", folder, suffix)
    persons = _file(persons_table([one.person for one in case.people]), "persons", folder, suffix)
    priors = [prior_table(one.person.psn_no, one.prior) for one in case.people if one.prior]
    prior = _file(_in_yuan(pa.concat_tables(priors)), "prior", folder, suffix) if priors else None
    institutions = None
    if case.institutions:
        rows = [
            {
                "fixmedins_code": one.fixmedins_code,
                "hosp_lv": one.hosp_lv,
                "begntime": one.from_,
                "endtime": one.to if one.to != OPEN else None,
            }
            for one in case.institutions
        ]
        institutions = _file(_dated(pa.Table.from_pylist(rows)), "institutions", folder, suffix)
    return Request(
        str(policy), None, folder, claims, folder / f"out{suffix}", folder / f"detail{suffix}", persons, prior, institutions
    )  # fmt: skip


def _in_yuan(prior: pa.Table) -> pa.Table:
    """Sums at the start as a file has them: in its column of yuan, admissions stand as a number of yuan."""
    amount = pc.if_else(
        pc.equal(prior["item"], "admissions"), pc.multiply(prior["amount"], 100), prior["amount"]
    )
    return prior.drop_columns("amount").append_column("amount_fen", amount)


def _dated(table: pa.Table) -> pa.Table:
    """Days that mean for ever as empty."""
    for place, field in enumerate(table.schema):
        if pa.types.is_date(field.type):
            forever = pc.equal(table[field.name], pa.scalar(OPEN))
            table = table.set_column(
                place, field.name, pc.if_else(forever, pa.scalar(None, field.type), table[field.name])
            )
    return table


def _file(inside: pa.Table, name: str, folder: Path, suffix: str) -> Path:
    path, table = folder / f"{name}{suffix}", TABLES[name]
    whole = conform(_dated(inside), table)
    if suffix == ".csv":
        write_csv(whole, path, table)
    else:
        write_parquet(whole, path, table)
    return path


def settle_files(request: Request) -> tuple[Summary, dict[str, dict[str, int]]]:
    """Settle the files of a request; what came out, and each claim's sums in fen as the result file has them."""
    summary = settle_batch(request).summary
    assert request.out is not None
    assert request.detail is not None
    found = {str(row.pop("setl_id")): _fen(row) for row in rows_of(request.out)}
    for row in rows_of(request.detail):
        setl_id, layer = str(row["setl_id"]), row["layer"]
        found[setl_id] |= {
            f"{layer}.paid": fen_of(row["fund_payamt"]),
            f"{layer}.base": fen_of(row["inscp_amt"]),
        }
    return summary, found


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a result file; in CSV all is text."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    else:
        yield from pq.read_table(path).to_pylist()


def _fen(row: dict[str, Any]) -> dict[str, int]:
    return {name: fen_of(value) for name, value in row.items() if name != "psn_no"}


def fen_of(yuan: Any) -> int:
    """Yuan as a result file has them in fen; not to be rounded."""
    fen = Decimal(yuan) * 100
    assert fen == int(fen)
    return int(fen)
