"""The marks by which a returned workbook is known when it comes back: its file, its sheets, each row's old number.

They stand in cells, not in properties, so that they outlive WPS, a copy of the sheet, and saving as CSV: one column
at the right end whose heading names the file and whose cells hold the row numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.importers.grid import Grid, Workbook
from doudi.ledgers.importers.sheets import trimmed

PROBLEM, ADVICE = "问题", "建议"
LIST = "问题清单（兜底）"
"""The sheet of what was found."""
_MARK = "兜底回执"
Rows = npt.NDArray[np.int64]

Place = tuple[str, int]
"""A sheet by name, and a row of it counted from one."""


@dataclass(frozen=True)
class Marker:
    """What a workbook handed back says of itself: the file it was made of; its rows' places → those they had there."""

    sha256: str
    rows: Mapping[Place, Place]


@dataclass(frozen=True)
class _Marked:
    """A sheet that was returned. `sheet`: its name in the first file; `column`: where the marks stand; `rows`: for
    every row of the grid the number it had there, nought for a row that is new or was no record."""

    sha256: str
    sheet: str
    column: int
    rows: Rows


def heading(sha256: str, sheet: str) -> str:
    """What stands above the row numbers."""
    return f"{_MARK}|{sha256}|{sheet}"


def marker_of(workbook: Workbook) -> Marker | None:
    """The marks of a workbook that we once returned; None for any other. Only rows that were mended need be in it."""
    sheets = _marked_sheets(workbook)
    if not sheets:
        return None
    rows = {
        (grid.name, int(at) + grid.first_row): (marked.sheet, int(marked.rows[at]))
        for grid in workbook.sheets
        if (marked := sheets.get(grid.name)) is not None
        for at in np.flatnonzero(marked.rows)
    }
    return Marker(next(iter(sheets.values())).sha256, rows)


def stripped(workbook: Workbook) -> Workbook:
    """The workbook without what we added to it, as its sender would have sent it."""
    sheets = _marked_sheets(workbook)
    if not sheets:
        return workbook
    kept = [_cut(grid, sheets.get(grid.name)) for grid in workbook.sheets if grid.name != LIST]
    return replace(workbook, sheets=tuple(kept))


def _marked_sheets(workbook: Workbook) -> dict[str, _Marked]:
    """By name the sheets with marks; where sheets of two returned workbooks were put together, those of the first."""
    found = {grid.name: marked for grid in workbook.sheets if (marked := _marked(grid)) is not None}
    first = next(iter(found.values()), None)
    return {name: one for name, one in found.items() if first is not None and one.sha256 == first.sha256}


def _marked(grid: Grid) -> _Marked | None:
    for column in reversed(range(len(grid.cells))):
        cells = grid.cells[column]
        at = pc.index(pc.starts_with(cells.slice(0, 200), f"{_MARK}|"), True).as_py()
        if at >= 0 and len(said := cells[at].as_py().split("|", 2)) == 3:
            return _Marked(said[1], said[2], column, _numbers(cells))
    return None


def _numbers(cells: pa.Array) -> Rows:
    is_number = pc.fill_null(pc.match_substring_regex(cells, r"^[0-9]{1,9}$"), False)
    numbers = pc.if_else(is_number, cells, "0").cast(pa.int64())
    return np.asarray(numbers.to_numpy(zero_copy_only=False), np.int64)


def _cut(grid: Grid, marked: _Marked | None) -> Grid:
    if marked is None:
        return grid
    first = marked.column
    for title in (ADVICE, PROBLEM):
        if first and pc.any(pc.equal(grid.cells[first - 1], title)).as_py():
            first -= 1
    columns = trimmed(list(zip(grid.cells[:first], grid.kinds[:first], strict=True)))
    return replace(grid, cells=tuple(text for text, _ in columns), kinds=tuple(kinds for _, kinds in columns))
