"""The marks by which a returned workbook is known when it comes back: its file, its sheets, each row's old number.

They stand in cells, not in properties, so that they outlive WPS, a copy of the sheet, and saving as CSV: one column
at the right end whose heading names the file and whose cells hold the row numbers.
"""

from __future__ import annotations

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


@dataclass(frozen=True)
class MarkedSheet:
    """A sheet that was returned. `sheet`: its name in the first file; `rows`: for every row of the grid the number it
    had there, nought for a row that is new or was no record."""

    name: str
    sheet: str
    column: int
    first_row: int
    rows: Rows


@dataclass(frozen=True)
class Marker:
    """What a returned workbook says of the file it was made from."""

    sha256: str
    sheets: tuple[MarkedSheet, ...]

    @property
    def places(self) -> dict[tuple[str, int], tuple[str, int]]:
        """Sheet and row here → sheet and row in the first file, for every row that was there."""
        return {
            (one.name, int(at) + one.first_row): (one.sheet, int(one.rows[at]))
            for one in self.sheets
            for at in np.flatnonzero(one.rows)
        }

    def __getitem__(self, name: str) -> MarkedSheet | None:
        return next((one for one in self.sheets if one.name == name), None)


def heading(sha256: str, sheet: str) -> str:
    """What stands above the row numbers."""
    return f"{_MARK}|{sha256}|{sheet}"


def marker_of(workbook: Workbook) -> Marker | None:
    """The marks of a workbook that we once returned; None for any other. Only rows that were mended need be in it."""
    found = [one for grid in workbook.sheets if (one := _marked(grid)) is not None]
    if not found:
        return None
    sha256 = found[0][0]
    return Marker(sha256, tuple(sheet for said, sheet in found if said == sha256))


def stripped(workbook: Workbook) -> Workbook:
    """The workbook without what we added to it, as its sender would have sent it."""
    marker = marker_of(workbook)
    if marker is None:
        return workbook
    sheets = [_cut(grid, marker[grid.name]) for grid in workbook.sheets if grid.name != LIST]
    return replace(workbook, sheets=tuple(sheets))


def _marked(grid: Grid) -> tuple[str, MarkedSheet] | None:
    for column in reversed(range(len(grid.cells))):
        cells = grid.cells[column]
        at = pc.index(pc.starts_with(cells.slice(0, 200), f"{_MARK}|"), True).as_py()
        if at >= 0 and len(said := cells[at].as_py().split("|", 2)) == 3:
            return said[1], MarkedSheet(grid.name, said[2], column, grid.first_row, _numbers(cells))
    return None


def _numbers(cells: pa.Array) -> Rows:
    is_number = pc.fill_null(pc.match_substring_regex(cells, r"^[0-9]{1,9}$"), False)
    numbers = pc.if_else(is_number, cells, "0").cast(pa.int64())
    return np.asarray(numbers.to_numpy(zero_copy_only=False), np.int64)


def _cut(grid: Grid, marked: MarkedSheet | None) -> Grid:
    if marked is None:
        return grid
    first = marked.column
    for title in (ADVICE, PROBLEM):
        if first and pc.any(pc.equal(grid.cells[first - 1], title)).as_py():
            first -= 1
    columns = trimmed(list(zip(grid.cells[:first], grid.kinds[:first], strict=True)))
    return replace(grid, cells=tuple(text for text, _ in columns), kinds=tuple(kinds for _, kinds in columns))
