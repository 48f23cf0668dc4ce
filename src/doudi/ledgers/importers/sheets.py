"""Columns put together into a grid: pieces joined, blank edges cut, merged ranges and error cells placed.

Every importer ends here. Knows no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from doudi.ledgers.importers.columns import Column
from doudi.ledgers.importers.grid import EMPTY, ERROR, TEXT, Grid, Range

Corners = tuple[tuple[int, int], tuple[int, int]]
"""A merged range in the sheet, counted from nought: top left, bottom right."""
Errors = dict[tuple[int, int], str]
"""What error cells show, by row and column in the sheet, counted from nought."""


def joined(pieces: Sequence[Sequence[Column]]) -> list[Column]:
    """Pieces of rows one under the other."""
    if len(pieces) <= 1:
        return list(pieces[0]) if pieces else []
    return [
        (pa.concat_arrays([part[0] for part in parts]), np.concatenate([part[1] for part in parts]))
        for parts in zip(*pieces, strict=True)
    ]


def grid(
    name: str,
    columns: Sequence[Column],
    *,
    start: tuple[int, int] = (0, 0),
    merged: Iterable[Corners] = (),
    errors: Errors | None = None,
    hidden: bool = False,
) -> Grid:
    """A sheet whose first cell stands at `start` (row and column from nought). Blank rows and columns at its end are
    cut, those at its beginning are not: a sender who says row 3 means row 3."""
    columns = trimmed(_with_errors(list(columns), start, errors or {}))
    rows, width = (len(columns[0][1]) if columns else 0), len(columns)
    ranges = (_within(corners, start, rows, width) for corners in merged)
    return Grid(
        name=name,
        cells=tuple(text for text, _ in columns),
        kinds=tuple(kinds for _, kinds in columns),
        merged=tuple(one for one in ranges if one is not None),
        first_row=start[0] + 1,
        first_column=start[1] + 1,
        hidden=hidden,
    )


def trimmed(columns: Sequence[Column]) -> list[Column]:
    """The columns without what is blank at the end."""
    rows = width = 0
    for place, (_, kinds) in enumerate(columns):
        full = np.flatnonzero(kinds)
        if len(full):
            rows, width = max(rows, int(full[-1]) + 1), place + 1
    return [(text.slice(0, rows), kinds[:rows]) for text, kinds in columns[:width]]


def _with_errors(columns: list[Column], start: tuple[int, int], errors: Errors) -> list[Column]:
    by_column: dict[int, list[tuple[int, str]]] = {}
    for (row, column), shown in errors.items():
        by_column.setdefault(column - start[1], []).append((row - start[0], shown))
    for place, cells in by_column.items():
        if not 0 <= place < len(columns):
            continue
        text, kinds = columns[place]
        told = {row: what for row, what in cells if 0 <= row < len(kinds) and kinds[row] in (EMPTY, TEXT)}
        values, kinds = text.to_pylist(), kinds.copy()
        for row, what in told.items():
            values[row] = values[row] or what
        kinds[list(told)] = ERROR
        columns[place] = pa.array(values, pa.string()), kinds
    return columns


def _within(corners: Corners, start: tuple[int, int], rows: int, width: int) -> Range | None:
    (top, left), (bottom, right) = corners
    top, left = max(0, top - start[0]), max(0, left - start[1])
    bottom, right = min(rows - 1, bottom - start[0]), min(width - 1, right - start[1])
    if top > bottom or left > right or (top, left) == (bottom, right):
        return None
    return Range(top, left, bottom, right)
