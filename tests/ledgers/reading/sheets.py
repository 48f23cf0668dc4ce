"""Grids made by hand, as any importer would hand them over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from doudi.ledgers.importers.grid import EMPTY, ERROR, NUMBER, TEXT, Grid, Range, Workbook
from doudi.ledgers.reading import read_file
from doudi.ledgers.reading.result import SheetReading

AS_OF = date(2026, 6, 30)
Cell = str | int | float | None


def grid(
    lines: Sequence[Sequence[Cell]],
    name: str = "Sheet1",
    merged: Sequence[tuple[int, int, int, int]] = (),
    **more: object,
) -> Grid:
    """Numbers become NUMBER cells, texts that open with # ERROR cells, None empty ones; short lines are filled up."""
    width = max((len(line) for line in lines), default=0)
    cells, kinds = [], []
    for c in range(width):
        column = [line[c] if c < len(line) else None for line in lines]
        cells.append(pa.array([None if x is None or x == "" else _text(x) for x in column], pa.string()))
        kinds.append(np.array([_kind(x) for x in column], dtype=np.uint8))
    return Grid(name, tuple(cells), tuple(kinds), tuple(Range(*one) for one in merged), **more)  # type: ignore[arg-type]


def workbook(*grids: Grid, name: str = "名单.xlsx") -> Workbook:
    return Workbook(name, "0" * 64, "xlsx", grids)


def read(
    lines: Sequence[Sequence[Cell]], kinds, *, merged=(), sheet="Sheet1", file="名单.xlsx", **more
) -> SheetReading:
    """One sheet, read."""
    book = workbook(grid(lines, sheet, merged), name=file)
    more.setdefault("as_of", AS_OF)
    return read_file(book, kinds, **more).sheets[0]


def _text(cell: Cell) -> str:
    return repr(cell) if isinstance(cell, float) else str(cell)


def _kind(cell: Cell) -> int:
    if cell is None or cell == "":
        return EMPTY
    if isinstance(cell, int | float):
        return NUMBER
    return ERROR if cell.startswith("#") and cell != "#" else TEXT


def accounts_for(reading: SheetReading, rows: int) -> None:
    """Every row is accepted, refused or left out by name, once."""
    seen = [
        *reading.table.column("__row").to_pylist(),
        *reading.refused,
        *(one.row for one in reading.left_out),
    ]
    assert sorted(seen) == list(range(1, rows + 1))
    assert reading.rows_in == rows == reading.accepted + len(reading.refused) + len(reading.left_out)
