"""A village, a household, a head written in the first row of each group alone: it holds for the rows below it. So does
what stands above a 同上.

Merged cells say so themselves; where nothing is merged the pattern must: blanks below, no value twice. It is always
told. This module must not know kinds of ledgers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Places = npt.NDArray[np.int64]

_AGAIN = pa.array(["同上", "同前", "同上行", "〃", "″", "〞", "′′", '"', "''", "”"])
_LEAST_BLANK = 0.4
_LEAST_ROWS = 4


def fill_groups(
    columns: tuple[pa.Array, ...], records: Places, wanted: Iterable[int], spread: Mapping[int, Places]
) -> tuple[tuple[pa.Array, ...], dict[int, Places], tuple[int, ...]]:
    """The columns with such values filled down over the records, where each cell's text stands, and which columns.

    `wanted`: the columns that may name a group; `spread`: those whose merged cells were spread already.
    """
    sources = dict(spread)
    filled: list[int] = []
    out = list(columns)
    for c in wanted:
        if c in spread or (source := _source(columns[c], records)) is None:
            continue
        sources[c] = source
        out[c] = columns[c].take(pa.array(source))
        filled.append(c)
    return tuple(out), sources, tuple(filled)


def fill_again(
    columns: tuple[pa.Array, ...], records: Places, wanted: Iterable[int], spread: Mapping[int, Places]
) -> tuple[tuple[pa.Array, ...], dict[int, Places]]:
    """The columns with 同上 and its marks made into what they stand for, and where each cell's text stands."""
    sources = dict(spread)
    out = list(columns)
    for c in wanted:
        if not pc.any(pc.is_in(columns[c], value_set=_AGAIN)).as_py():
            continue
        again = pc.is_in(columns[c].take(pa.array(records)), value_set=_AGAIN).to_numpy(zero_copy_only=False)
        if not again.any() or again[0]:
            continue
        heads = np.maximum.accumulate(np.where(again, 0, np.arange(len(records))))
        source = sources.get(c, np.arange(len(columns[c]), dtype=np.int64)).copy()
        source[records] = source[records][heads]
        sources[c] = source
        out[c] = columns[c].take(pa.array(source))
    return tuple(out), sources


def _source(column: pa.Array, records: Places) -> Places | None:
    """For every row of the sheet the row whose text holds for it; None where the column is not written in groups."""
    if len(records) < _LEAST_ROWS or column.null_count < _LEAST_BLANK * len(records):
        return None
    here = column.take(pa.array(records))
    valid = here.is_valid().to_numpy(zero_copy_only=False)
    values = int(valid.sum())
    if not valid[0] or values < 2 or (len(valid) - values) < _LEAST_BLANK * len(valid):
        return None
    if len(here.drop_null().unique()) != values:
        return None
    source = np.arange(len(column), dtype=np.int64)
    heads = np.maximum.accumulate(np.where(valid, np.arange(len(records)), 0))
    source[records] = records[heads]
    return source
