"""Which village and which township a division code stands for, walked up the register of divisions.

A person's place may be a natural village, a village, or only a township. This module must not know persons.
"""

from __future__ import annotations

import pyarrow as pa

_SCHEMA = pa.schema([("code", pa.string()), ("village", pa.string()), ("township", pa.string())])


def place_table(divisions: pa.Table | None) -> pa.Table:
    """Every known code with its village (empty above a village) and township; from code, level and parent."""
    if divisions is None:
        return _SCHEMA.empty_table()
    rows = {row["code"]: row for row in divisions.select(["code", "level", "parent"]).to_pylist()}
    found = [(code, _above(rows, code, "village"), _above(rows, code, "township")) for code in sorted(rows)]
    return pa.table(
        [list(column) for column in zip(*found, strict=True)] if found else _SCHEMA.empty_table().columns,
        schema=_SCHEMA,
    )


def _above(rows: dict[str, dict[str, str]], code: str, level: str) -> str | None:
    """The code itself or the nearest one above it of a level; none where a register leads in a ring."""
    seen: set[str] = set()
    at: str | None = code
    while at in rows and at not in seen:
        if rows[at]["level"] == level:
            return at
        seen.add(at)
        at = rows[at]["parent"]
    return None
