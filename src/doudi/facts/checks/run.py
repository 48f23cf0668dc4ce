"""All rules over settlements, and over fee lines beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from doudi.facts import fee_lines, settlements
from doudi.facts.checks import identities, lines, plausible, refunds
from doudi.facts.checks.found import Found


@dataclass(frozen=True)
class Checked:
    """Findings, how many rows were looked at, and the rules that could not be run for want of columns."""

    findings: pa.Table
    rows: int
    not_run: tuple[tuple[str, str], ...]

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return int(pc.sum(pc.equal(self.findings["level"], "error")).as_py() or 0)

    def counts(self) -> list[dict[str, Any]]:
        """Findings by rule: level, how many, and the sum that is out (fen)."""
        grouped = self.findings.group_by(["level", "rule"], use_threads=False).aggregate(
            [("setl_id", "count"), ("amount_fen", "sum")]
        )
        names = {"setl_id_count": "count", "amount_fen_sum": "amount_fen"}
        return [{names.get(key, key): value for key, value in row.items()} for row in grouped.to_pylist()]


def check_settlements(data: pa.Table, fee_lines_of: pa.Table | None = None) -> Checked:
    """Check settlements in the inside form, against their fee lines too if these are given."""
    table, found = settlements.TABLE, Found(data)
    identities.identities(found, table)
    refunds.refunds(found, table)
    for rule in (plausible.days, plausible.codes, plausible.ages, plausible.signs):
        rule(found, table)
    if fee_lines_of is not None and fee_lines_of.num_rows:
        lines.sums(found, fee_lines_of)
    return Checked(found.table(), data.num_rows, tuple(found.not_run))


def check_fee_lines(data: pa.Table, settlements_of: pa.Table | None = None) -> Checked:
    """Check fee lines in the inside form, against their settlements too if these are given."""
    table, found = fee_lines.TABLE, Found(data)
    identities.identities(found, table)
    plausible.codes(found, table)
    lines.prices(found)
    if settlements_of is not None and settlements_of.num_rows:
        lines.orphans(found, settlements_of)
    return Checked(found.table(), data.num_rows, tuple(found.not_run))
