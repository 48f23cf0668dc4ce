"""Cells merged over several rows: what the first of them holds, holds for all; a sum stands on its first row alone.

This module must not know kinds of ledgers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from doudi.ledgers.importers.grid import Range

Places = npt.NDArray[np.int64]


def spread_down(
    columns: tuple[pa.Array, ...], merged: Sequence[Range], start: int, repeated: Mapping[int, bool]
) -> tuple[tuple[pa.Array, ...], dict[int, Places], tuple[int, ...]]:
    """The columns with merged cells spread down, for each such column where each cell's text stands, and the columns
    of sums that were merged. `repeated`: the columns to look at, and whether their text may be repeated."""
    total = len(columns[0])
    sources: dict[int, Places] = {}
    sums: set[int] = set()
    for one in merged:
        if one.bottom <= one.top or one.top < start or one.left not in repeated:
            continue
        if not repeated[one.left]:
            sums.add(one.left)
            continue
        source = sources.setdefault(one.left, np.arange(total, dtype=np.int64))
        source[one.top : min(one.bottom + 1, total)] = one.top
    if not sources:
        return columns, {}, tuple(sorted(sums))
    spread = tuple(
        column.take(pa.array(sources[c])) if c in sources else column for c, column in enumerate(columns)
    )
    return spread, sources, tuple(sorted(sums))
