"""Recorded settlements against what policy gives: which differ, at which step first, why, and by how much.

Findings are rows that name the policy by its fingerprint, the snapshot or file they stand on, and the evidence; they are added
to and never changed. Whole columns at a time; reasons are looked for on the claims that differ alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.money import yuan_text
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.run import Outcome, Settler
from doudi.facts.edges import write_csv, write_parquet
from doudi.facts.settlements import TABLE as SETTLEMENTS
from doudi.findings.differing import Found, find_reasons
from doudi.findings.reasons import REASONS, as_class
from doudi.findings.recorded import COLUMNS, first_column, recorded_of
from doudi.findings.variants import Change
from doudi.policy.meaning import fingerprint
from doudi.store.manifest import short_id

#: Recorded columns that a comparison reads, where the claims have them.
READS = (*(f"{name}_fen" for name in COLUMNS), "act_pay_dedc_fen")
SCHEMA = pa.schema([
    *((name, pa.string()) for name in ("rule", "policy", "policy_fingerprint", "source", "setl_id", "psn_no")),
    ("setl_time", pa.timestamp("s")),
    *((name, pa.string()) for name in ("reason", "reason_zh", "first_step", "fund")),
    ("recorded_fen", pa.int64()), ("computed_fen", pa.int64()),
    *((f"{name}_fen", pa.int64()) for name in COLUMNS),
    ("follows", pa.string()), ("evidence", pa.string()),
])  # fmt: skip
RULE = "settle.against_recorded"
#: Other ways that would explain a claim as well: so many are told.
MOST_ALSO = 5


@dataclass(frozen=True)
class Comparison:
    """How recorded and computed settlements compare.

    `rows` has one row per differing claim (`SCHEMA`): the sums under the national columns are recorded less computed.
    """

    claims: int
    without_record: int
    rows: pa.Table = field(repr=False)

    @property
    def compared(self) -> int:
        """Claims with a record."""
        return self.claims - self.without_record

    @property
    def differing(self) -> int:
        """Claims whose record differs."""
        return len(self.rows)

    @cached_property
    def by_reason(self) -> dict[str, dict[str, int]]:
        """Of each reason met, in the order of `REASONS`: claims, and the sum of differences by column (fen)."""
        reasons = self.rows["reason"]
        out = {}
        for reason in REASONS:
            mine = self.rows.filter(pc.equal(reasons, reason))
            if len(mine):
                sums = {name: int(pc.sum(mine[f"{name}_fen"]).as_py()) for name in COLUMNS}
                out[reason] = {"claims": len(mine), **sums}
        return out

    def to_dict(self) -> dict[str, Any]:
        """For machines: yuan as text; keys are stable."""
        return {
            "claims": self.claims,
            "without_record": self.without_record,
            "compared": self.compared,
            "agreeing": self.compared - self.differing,
            "differing": self.differing,
            "reasons": [
                {
                    "reason": reason,
                    "zh": REASONS[reason][0],
                    "en": REASONS[reason][1],
                    "claims": sums["claims"],
                    "differences": {name: yuan_text(sums[name]) for name in COLUMNS if sums[name]},
                }
                for reason, sums in self.by_reason.items()
            ],
        }


def combine(parts: Iterable[Comparison]) -> Comparison:
    """The comparison of blocks together; rows by person and moment, whoever brought the blocks."""
    kept = list(parts)
    rows = pa.concat_tables([SCHEMA.empty_table(), *(part.rows for part in kept)])
    rows = rows.sort_by([(name, "ascending") for name in ("psn_no", "setl_time", "setl_id")])
    return Comparison(sum(p.claims for p in kept), sum(p.without_record for p in kept), rows.combine_chunks())


def compare(block: pa.Table, outcome: Outcome, settler: Settler, source: str) -> Comparison:
    """Compare a block of whole persons with what it was paid by policy (`outcome`, row for row).

    `source` names the snapshot or file that findings stand on. The block carries the recorded columns (`READS`).
    """
    compiled = settler.compiled
    beside = recorded_of(block, outcome, compiled)
    differs = (beside.differences != 0).any(axis=1)
    without = int((~beside.carried).sum())
    if not differs.any():
        return Comparison(len(block), without, SCHEMA.empty_table())
    # Reasons need the whole year of whoever has a difference, and of nobody else.
    persons = pc.unique(block["psn_no"].filter(pa.array(differs)))
    rows = np.flatnonzero(pc.is_in(block["psn_no"], value_set=persons).to_numpy())
    part = block.take(pa.array(rows)).combine_chunks()
    encoded = settler.encode(part)
    found = find_reasons(compiled, encoded, beside.take(rows[encoded.order]))
    table = _rows(found, part, encoded.order, beside.take(rows[encoded.order]), compiled, source)
    return Comparison(len(block), without, table)


def _rows(
    found: list[Found], block: pa.Table, order: Any, beside: Any, compiled: Compiled, source: str
) -> pa.Table:
    """Findings in the order of the block."""
    found = sorted(found, key=lambda one: int(order[one.row]))
    at = np.array([one.row for one in found], np.int64)
    claims = block.select(["setl_id", "psn_no", "setl_time"]).take(pa.array(order[at]))
    ids = block["setl_id"].take(pa.array(order)).to_pylist()
    differences = beside.differences[at]
    first = first_column(compiled, differences)
    pack, n = compiled.pack, len(found)
    columns: dict[str, Any] = {
        "rule": [RULE] * n,
        "policy": [pack.id] * n,
        "policy_fingerprint": [fingerprint(pack)] * n,
        "source": [source] * n,
        **{name: claims[name] for name in claims.column_names},
        "reason": [one.reason for one in found],
        "reason_zh": [REASONS[one.reason][0] for one in found],
        "first_step": [one.step for one in found],
        "fund": [COLUMNS[k] for k in first.tolist()],
        "recorded_fen": beside.recorded[at, first],
        "computed_fen": beside.computed[at, first],
        **{f"{name}_fen": differences[:, k] for k, name in enumerate(COLUMNS)},
        "follows": [ids[one.follows] if one.follows >= 0 else None for one in found],
        "evidence": [_evidence(one, compiled) for one in found],
    }
    arrays = [columns[f.name] for f in SCHEMA]
    return pa.Table.from_arrays(
        [
            a if isinstance(a, pa.ChunkedArray) else pa.array(a, f.type)
            for a, f in zip(arrays, SCHEMA, strict=True)
        ],
        schema=SCHEMA,
    )


def _evidence(found: Found, compiled: Compiled) -> str:
    """What stands behind the reason, for machines and people: stable keys, sorted."""
    told: dict[str, Any] = {"explains": "whole" if found.whole else "first_step"}
    if found.change is None or found.reason == "unknown":
        told = {}
    else:
        told |= _told(found.change, compiled)
        if found.also:
            told["also"] = [
                {"reason": other.reason, **_told(other, compiled)} for other in found.also[:MOST_ALSO]
            ]
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _told(change: Change, compiled: Compiled) -> dict[str, Any]:
    pack = compiled.pack
    if change.dimension:
        code, zh = as_class(pack, change.dimension, change.value)
        return {"dimension": change.dimension, "class": code, "zh": zh}
    if change.reason == "rate_of_another_date":
        return {"rates_from": compiled.epochs[change.value].isoformat()}
    told: dict[str, Any] = {"layer": compiled.layers[change.layer]} if change.layer >= 0 else {}
    if change.reason == "admission_number":
        told["admission"] = change.value + 1
    if change.reason == "ratio_other":
        told["ratio"] = f"{change.value // 10}.{change.value % 10}%"
    return told


def write_findings(kind: str, rows: pa.Table, folder: Path) -> Path:
    """Add findings to a folder as Parquet and CSV, named by what they hold; what is there is never touched.

    Returns the Parquet file; writing the same findings again changes nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=True, default=str) for row in rows.to_pylist()]
    place = folder / f"{kind}-{short_id(kind, *lines)}.parquet"
    if not place.exists():
        write_csv(rows, place.with_suffix(".csv"), SETTLEMENTS, bom=True)
        write_parquet(rows, place, SETTLEMENTS)
    return place
