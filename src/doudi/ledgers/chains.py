"""Which entry of a chain holds on a day: the one rule by which the register is read, on columns handed in.

The rows handed in are those that were known and not undone at the moment asked about. An entry that one of them
corrects is out of force; of several corrections of one entry the last written is in force. Of what is in force and
has begun by the day, the one that began last holds (of those the one written last), unless it says that there is
nothing any more. Knows no database.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

EPOCH = date(1970, 1, 1)
NO_END = np.iinfo(np.int32).max


def number(day: date) -> int:
    """A day counted from 1970-01-01, as Arrow keeps it."""
    return (day - EPOCH).days


def day_numbers(days: pa.Array | pa.ChunkedArray, empty: int = NO_END) -> Rows:
    """Days as numbers."""
    return np.asarray(days.cast(pa.int32()).fill_null(empty).to_numpy(), dtype=np.int64)


def in_force(ids: Rows, corrects: Rows) -> Mask:
    """Which entries no other puts out of force. `corrects`: the entry each one corrects, nought for none."""
    stands = ~np.isin(ids, corrects[corrects > 0])
    correcting = np.flatnonzero(corrects > 0)
    if len(correcting):
        order = correcting[np.lexsort((ids[correcting], corrects[correcting]))]
        last = np.r_[corrects[order][1:] != corrects[order][:-1], True]
        stands[order[~last]] = False
    return stands


def last_begun(chain: Rows, began: Rows, ids: Rows, on: int) -> Rows:
    """Of each chain the entry that has begun last by a day: their places, by chain."""
    begun = np.flatnonzero(began <= on)
    order = begun[np.lexsort((ids[begun], began[begun], chain[begun]))]
    if len(order) == 0:
        return order
    return order[np.r_[chain[order][1:] != chain[order][:-1], True]]


def codes(keys: pa.Array | pa.ChunkedArray) -> Rows:
    """Keys as small integers, equal where the keys are."""
    flat = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
    if pa.types.is_integer(flat.type):
        return np.asarray(flat.fill_null(0).to_numpy(zero_copy_only=False), dtype=np.int64)
    return np.asarray(flat.dictionary_encode().indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def integers(column: pa.Array | pa.ChunkedArray, empty: int = 0) -> Rows:
    """An integer column for counting with."""
    return np.asarray(column.fill_null(empty).to_numpy(), dtype=np.int64)


def truths(column: Any) -> Mask:
    """A truth column; null is false."""
    return np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False), dtype=bool)


def holding(entries: pa.Table, on: date, *, lapsed: bool = False) -> Rows:
    """Places of the entries that hold on a day, oldest first; with `lapsed` also those whose last day has passed.

    Columns: id, key, event, corrects, valid_from, valid_to.
    """
    latest = deciding(entries, on)
    ended = truths(pc.equal(entries["event"], "end"))[latest]
    over = day_numbers(entries["valid_to"])[latest] <= number(on)
    holds = latest[~ended & (lapsed | ~over)]
    return holds[np.argsort(integers(entries["id"])[holds])]


def deciding(entries: pa.Table, on: date) -> Rows:
    """Places of the entries that decide their chain on a day, ends and lapsed ones included."""
    ids = integers(entries["id"])
    force = np.flatnonzero(in_force(ids, integers(entries["corrects"])))
    began = day_numbers(entries["valid_from"])
    found = last_begun(codes(entries["key"])[force], began[force], ids[force], number(on))
    return force[found]
