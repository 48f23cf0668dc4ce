"""A sheet as it was handed over: cells by column, what each was, where they stood. Nothing is understood yet.

Every importer, whatever the file, ends in this shape, and everything after it starts from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

EMPTY, TEXT, NUMBER, DATE, BOOL, ERROR = range(6)
"""What a cell was in its file. In a CSV every cell is TEXT or EMPTY."""

Kinds = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Range:
    """Merged cells: rows and columns counted from nought within the grid, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """One sheet.

    `cells`: one string array a column, all of one length; null where empty. A NUMBER is written as the shortest
    text that gives the same number back (`44927`, `3.7E+17`, `12.5`), a DATE as `2023-01-09` or `2023-01-09 10:11:12`,
    a BOOL as `TRUE` or `FALSE`, an ERROR as the file shows it (`#N/A`). `kinds`: the same shape, what each cell was.
    `first_row`, `first_column`: where the first cell stands in the sheet, counted from one as people do.
    """

    name: str
    cells: tuple[pa.Array, ...]
    kinds: tuple[Kinds, ...]
    merged: tuple[Range, ...] = ()
    first_row: int = 1
    first_column: int = 1
    hidden: bool = False

    @property
    def rows(self) -> int:
        """How many rows, blank ones included."""
        return len(self.cells[0]) if self.cells else 0


@dataclass(frozen=True)
class Workbook:
    """A file's sheets in order. `format`: what the bytes are, whatever the name says: xlsx, xls, ods, csv, html, xml (of Excel 2003)."""

    name: str
    sha256: str
    format: str
    sheets: tuple[Grid, ...]
    encoding: str = ""
    notices: tuple[str, ...] = ()
