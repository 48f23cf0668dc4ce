"""Settlements as a ledger that rules may name: with the persons of the register that their numbers belong to.

Settlements know a person by the national number; the insurance ledgers say whose number that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from doudi.policy.checks.condition import Term, fields
from doudi.policy.checks.schema import Rule

#: The ledgers that carry the national person number beside a person of the register.
NUMBERED = ("resident_insurance", "employee_insurance", "chronic_approvals")
SETTLEMENTS = "settlements"
_WHO = ("person_id", "household_id", "division")


def named_by(rules: Iterable[Rule]) -> set[str]:
    """Every ledger that rules need; where they need settlements, also those that say whose number a number is."""
    named = {name for rule in rules for name in (rule.rows, *(one.ledger for one in rule.against))}
    return named | set(NUMBERED) if SETTLEMENTS in named else named


def settlement_columns(rules: Iterable[Rule], known: Iterable[str]) -> list[str]:
    """The columns of settlements that rules name, of those there are, with the two that every use of them needs."""
    wanted = {"setl_id", "psn_no", "begndate"}
    for rule in rules:
        if SETTLEMENTS in {rule.rows, *(one.ledger for one in rule.against)}:
            wanted |= {field.name for term in _terms(rule) for field in fields(term)}
    return [name for name in known if name in wanted]


def settlement_rows(settled: pa.Table, ledgers: Mapping[str, Path]) -> pa.Table:
    """Settlements of people in the register as a ledger's rows, in order of setl_id.

    Entry numbers go down from -1, so that none of them is an entry's; `valid_from` is the first day of treatment.
    """
    rows = settled.join(_numbers(ledgers), "psn_no", join_type="inner").sort_by("setl_id")
    numbers = -1 - np.arange(rows.num_rows, dtype=np.int64)
    return (
        rows.append_column("entry_id", pa.array(numbers))
        .append_column("valid_from", rows["begndate"])
        .append_column("valid_to", pa.nulls(rows.num_rows, pa.date32()))
        .combine_chunks()
    )


def settlement_ids(rows: pa.Table | None, entries: Iterable[int]) -> dict[int, str]:
    """The settlement's own number behind each entry below nought."""
    if rows is None:
        return {}
    return {one: rows["setl_id"][-1 - one].as_py() for one in sorted(set(entries)) if one < 0}


def _numbers(ledgers: Mapping[str, Path]) -> pa.Table:
    """Person number → person, household, division; one line a number, the lowest person where several claim it."""
    read = [
        pq.read_table(ledgers[name], columns=["psn_no", *_WHO]) for name in NUMBERED if name in ledgers
    ] or [pa.table({"psn_no": pa.array([], pa.string()), "person_id": pa.array([], pa.int64()),
                    "household_id": pa.array([], pa.int64()), "division": pa.array([], pa.string())})]  # fmt: skip
    rows = pa.concat_tables(read)
    rows = rows.filter(pc.and_(rows["psn_no"].is_valid(), rows["person_id"].is_valid()))
    rows = rows.sort_by([("psn_no", "ascending"), ("person_id", "ascending")])
    first = rows.group_by("psn_no", use_threads=False).aggregate([(name, "first") for name in _WHO])
    return first.rename_columns([name.removesuffix("_first") for name in first.column_names])


def _terms(rule: Rule) -> Iterator[Term]:
    yield from filter(None, (rule.where, rule.fails, *(one.where for one in rule.against)))
    if rule.together:
        yield from rule.together.counts.values()
