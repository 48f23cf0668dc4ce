"""Several tables on one sheet, below or beside one another: each is read for itself, and none of their rows twice.

A part that is no ledger stays with the table it was found at and is left out there by name. This module must not read
cells; it only cuts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.importers.grid import EMPTY, Grid, Range
from doudi.ledgers.reading import words
from doudi.ledgers.reading.plain import key_of
from doudi.ledgers.reading.result import SheetReading
from doudi.ledgers.reading.sheet import Cut, Wanted, left_whole, read_part
from doudi.ledgers.reading.strange import letter

_MOST = 40


def read_tables(grid: Grid, wanted: Wanted) -> tuple[SheetReading, ...]:
    """Every table of a sheet, from the top down and from left to right."""
    return _tables(grid, wanted, _MOST)


def _tables(grid: Grid, wanted: Wanted, most: int) -> tuple[SheetReading, ...]:
    reading, cut = read_part(grid, wanted)
    if grid.hidden or most <= 1:
        return (reading,)
    if cut.above:
        return _above(grid, wanted, reading, cut.above, most)
    if cut.right:
        return _beside(grid, wanted, reading, cut, most)
    if cut.below:
        return _below(grid, wanted, reading, cut.below, most)
    return (reading,)


def _above(
    grid: Grid, wanted: Wanted, reading: SheetReading, row: int, most: int
) -> tuple[SheetReading, ...]:
    """A table above the one whose header is the plainest."""
    upper = _tables(_rows(grid, 0, row), wanted, most - 1)
    if not any(one.kind and one.accepted for one in upper):
        return (reading,)
    lower = _tables(_rows(grid, row, grid.rows), wanted, most - 1)
    if wanted.kind is not None and not _same_list(upper[0], lower[0]):
        fuller, other = (upper, lower) if _known(upper[0]) >= _known(lower[0]) else (lower, upper)
        told = f"另有一张表，列与“{wanted.kind.zh}”的不同，没有读入；请分开后再导入"
        start, end = (row, grid.rows) if other is lower else (0, row)
        aside = left_whole(_rows(grid, start, end), words.OTHER_TABLE, told)
        return (*fuller, aside) if other is lower else (aside, *fuller)
    return upper + lower


def _known(reading: SheetReading) -> int:
    return sum(one.name is not None for one in reading.mapping)


def _below(
    grid: Grid, wanted: Wanted, reading: SheetReading, row: int, most: int
) -> tuple[SheetReading, ...]:
    aside = {one.row for one in reading.left_out if one.what == words.OTHER_TABLE}
    while grid.first_row + row - 1 in aside:  # its title
        row -= 1
    lower = _tables(_rows(grid, row, grid.rows), wanted, most - 1)
    if not _fit(wanted, reading, lower):
        return (reading,)
    return (*_tables(_rows(grid, 0, row), wanted, 1), *lower)


def _beside(
    grid: Grid, wanted: Wanted, reading: SheetReading, cut: Cut, most: int
) -> tuple[SheetReading, ...]:
    right = _tables(_without_left(grid, cut.right, cut.header), wanted, most - 1)
    if not _fit(wanted, reading, right):
        return (reading,)
    begins = letter(grid.first_column + cut.right)
    named = tuple(
        replace(
            one,
            name=one.name if one.part_of is not None else f"{one.name}（{begins}列起）",
            part_of=one.sheet,
        )
        for one in right
    )
    return (*_tables(_columns(grid, cut.right), wanted, most - 1), *named)


def _fit(wanted: Wanted, first: SheetReading, others: tuple[SheetReading, ...]) -> bool:
    """Whether the other tables are ledgers; where one kind was given, the same list gone on."""
    if not others or not others[0].kind or not others[0].accepted:
        return False
    return wanted.kind is None or _same_list(first, others[0])


def _same_list(one: SheetReading, other: SheetReading) -> bool:
    """Whether two tables have nearly the same headers."""
    ours, theirs = ({key_of(each.header) for each in two.mapping if each.header} for two in (one, other))
    return bool(theirs) and len(ours & theirs) * 10 >= 8 * len(theirs)


def _rows(grid: Grid, start: int, end: int) -> Grid:
    """The rows from one to before another."""
    return replace(
        grid,
        cells=tuple(column.slice(start, end - start) for column in grid.cells),
        kinds=tuple(kinds[start:end] for kinds in grid.kinds),
        merged=tuple(
            Range(one.top - start, one.left, min(one.bottom, end - 1) - start, one.right)
            for one in grid.merged
            if start <= one.top < end
        ),
        first_row=grid.first_row + start,
    )


def _columns(grid: Grid, end: int) -> Grid:
    """The columns before one."""
    merged = tuple(replace(one, right=min(one.right, end - 1)) for one in grid.merged if one.left < end)
    return replace(grid, cells=grid.cells[:end], kinds=grid.kinds[:end], merged=merged)


def _without_left(grid: Grid, start: int, header: int) -> Grid:
    """The sheet without the table at its left; the lines above the header are for both."""
    keep = np.arange(grid.rows) < header
    kept = pa.array(keep)
    cells, kinds = [], []
    for c, (column, kind) in enumerate(zip(grid.cells, grid.kinds, strict=True)):
        cells.append(column if c >= start else pc.if_else(kept, column, pa.scalar(None, column.type)))
        kinds.append(kind if c >= start else np.where(keep, kind, EMPTY).astype(np.uint8))
    merged = tuple(one for one in grid.merged if one.left >= start or one.top < header)
    return replace(grid, cells=tuple(cells), kinds=tuple(kinds), merged=merged)
