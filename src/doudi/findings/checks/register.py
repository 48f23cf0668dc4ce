"""Rules run over the register itself: the kept view of a day, and the settlements that the store holds.

The one module of the checks that knows the register and the store; nothing here decides what fails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from doudi.findings.checks.ledgers import (
    SETTLEMENTS,
    named_by,
    settlement_columns,
    settlement_ids,
    settlement_rows,
)
from doudi.findings.checks.run import Outcome, run_rules
from doudi.findings.engines import Source, running
from doudi.findings.snapshots import Kinds, register_snapshot
from doudi.policy.checks.schema import Rule
from doudi.store import open_store


def run_on_register(
    rules: Sequence[Rule],
    home: Path,
    kinds: Kinds,
    *,
    on: dt.date,
    known_at: dt.datetime,
) -> tuple[Outcome, dict[int, str]]:
    """Run rules over the register as of a day, as known at a moment; and the settlement behind each entry below nought."""
    kept = register_snapshot(home, kinds, as_of=on, known_at=known_at)
    named = named_by(rules)
    ledgers: dict[str, Source] = {n: p for n, p in kept.paths.items() if n in named and kept.rows[n]}
    rows = _settlements(rules, home, kept.paths) if SETTLEMENTS in named else None
    if rows is not None:
        ledgers[SETTLEMENTS] = rows
    with running("duckdb") as runner:
        outcome = run_rules(rules, ledgers, on, runner)
    behind = [*outcome.failed["entry_id"].to_pylist(), *pc.list_flatten(outcome.failed["beside"]).to_pylist()]
    return outcome, settlement_ids(rows, behind)


def _settlements(rules: Sequence[Rule], home: Path, ledgers: Mapping[str, Path]) -> pa.Table | None:
    store = open_store(home)
    if not store.current().batches.get(SETTLEMENTS):
        return None
    held = store.read(SETTLEMENTS)
    columns = settlement_columns(rules, held.schema.names)
    return settlement_rows(held.to_table(columns=columns), ledgers)
