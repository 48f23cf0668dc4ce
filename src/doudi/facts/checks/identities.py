"""The identities that a table declares: a total is the sum of its parts on every row."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from doudi.facts.checks.found import Fen, Found, Level
from doudi.facts.declare import Table


def identities(found: Found, table: Table) -> None:
    """Every declared identity that the given columns allow."""
    for identity in table.identities:
        total, parts = f"{identity.total}_fen", [f"{part}_fen" for part in identity.parts]
        needed = [f"{part}_fen" for part in identity.parts if part not in identity.may_lack]
        if found.lacks(identity.name, total, *needed):
            continue
        missed = pc.subtract(found.data[total], sum_of(found.data, parts))
        level: Level = "error" if identity.certain else "notice"
        wrong = pc.not_equal(missed, 0)
        found.add(identity.name, level, wrong, f"{identity.zh}，差 ", Fen(missed), " 元", amount=missed)


def sum_of(data: pa.Table, columns: list[str]) -> pa.ChunkedArray:
    """The sum of columns row by row; what is empty is nought."""
    total = pa.chunked_array([pa.repeat(pa.scalar(0, pa.int64()), data.num_rows)])
    for name in columns:
        if name in data.column_names:
            total = pc.add(total, data[name].fill_null(0))
    return total
