"""The faults of one file: the first ones as messages, all of them as a table (row, column, value, allowed, do).

A file may hold a fault in every row, so only the first are worded; of the rest the table keeps what a
person needs. This module must not know what is a fault.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.errors import DoudiError, Faults

TOLD = 200
"""How many faults of a file are worded in full."""

SCHEMA = pa.schema([(name, pa.string()) for name in ("column", "value", "allowed", "do")]).insert(
    0, pa.field("row", pa.int64())
)

Why = Callable[[object, str], DoudiError]


class FaultList:
    """Faults in the order they were found."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._worded: list[tuple[int, DoudiError]] = []
        self._parts: list[pa.Table] = []

    def add(self, header: str, rows: npt.NDArray[np.int64], cells: pa.Array, why: Why) -> None:
        """Add one column's faults; `why` words one of them."""
        count = len(rows)
        first = why(cells[0].as_py(), "")
        for row, cell in zip(rows[: max(0, TOLD - len(self._worded))], cells, strict=False):
            where = f"{self.name} 第 {row} 行" + (f" {header}" if header else "")
            self._worded.append((int(row), why(cell.as_py(), where)))
        values = [pa.array(rows), *(pa.repeat(pa.scalar(header), count), _text(cells))]
        values += [pa.repeat(pa.scalar(text or "", pa.string()), count) for text in (first.allowed, first.do)]
        self._parts.append(pa.Table.from_arrays(values, schema=SCHEMA))

    @property
    def told(self) -> tuple[DoudiError, ...]:
        """The worded faults, by row."""
        return tuple(fault for _, fault in sorted(self._worded, key=lambda worded: worded[0]))

    @property
    def count(self) -> int:
        """How many faults there are."""
        return sum(part.num_rows for part in self._parts)

    @property
    def row_count(self) -> int:
        """How many rows have a fault."""
        return len(pc.unique(self.table()["row"])) if self._parts else 0

    def __bool__(self) -> bool:
        return bool(self._parts)

    def table(self) -> pa.Table:
        """All faults, by row."""
        whole = pa.concat_tables(self._parts) if self._parts else SCHEMA.empty_table()
        return whole.sort_by([("row", "ascending")])

    def as_error(self, shown: int = 20) -> Faults:
        """One error that tells the first and counts the rest."""
        told = self.told
        return Faults(told, shown=shown, more=self.count - len(told))


def _text(cells: pa.Array) -> pa.Array:
    if pa.types.is_string(cells.type):
        return cells
    return pa.array([None if value is None else str(value) for value in cells.to_pylist()], pa.string())
