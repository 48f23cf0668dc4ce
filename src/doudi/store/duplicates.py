"""Rows that come twice: the same key with the same content is harmless, with other content a fault.

Works on the inside form, whole tables at a time. A table without a key is keyed by its whole row.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.facts.declare import Table

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

BETWEEN = "\x1f"


def row_keys(data: pa.Table, table: Table) -> pa.Array:
    """One text per row that names it."""
    names = [table[key].inside for key in table.keys] or data.column_names
    parts = [data[name].cast(pa.string()).fill_null("") for name in names]
    joined = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, BETWEEN)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def repeats(data: pa.Table, table: Table) -> tuple[Rows, Rows]:
    """Rows that repeat an earlier one exactly, and rows whose key stands for different contents."""
    keys = row_keys(data, table)
    counted = pa.table({"key": keys}).group_by("key").aggregate([([], "count_all")])
    if counted.num_rows == data.num_rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    several = counted.filter(pc.greater(counted["count_all"], 1))["key"]
    rows = np.flatnonzero(pc.is_in(keys, value_set=several).to_numpy(zero_copy_only=False))
    order, first, broken = _grouped(data.take(rows), keys.take(pa.array(rows)))
    rows = rows[order]
    return np.sort(rows[~first & ~broken]), np.sort(rows[broken])


def clashes(table: Table, old: pa.Table, new: pa.Table) -> tuple[Rows, Rows]:
    """Rows of `new` that `old` holds already, and rows of `new` whose key has other content in `old`."""
    keys = row_keys(new, table)
    old_keys = row_keys(old, table)
    rows = np.flatnonzero(pc.is_in(keys, value_set=old_keys).to_numpy(zero_copy_only=False))
    again = new.take(rows)
    both = pa.concat_tables([old, again], promote_options="default")
    order, _, broken = _grouped(both, pa.concat_arrays([old_keys, keys.take(pa.array(rows))]))
    came = order >= old.num_rows
    rows = rows[order[came] - old.num_rows]
    return np.sort(rows[~broken[came]]), np.sort(rows[broken[came]])


def _grouped(data: pa.Table, keys: pa.Array) -> tuple[Rows, Mask, Mask]:
    """Rows in order of their keys; which is the first of its key; which key stands for different contents."""
    order = pc.sort_indices(keys)
    keys, data = keys.take(order), data.take(order).combine_chunks()
    first = np.ones(len(keys), dtype=bool)
    same = np.ones(len(keys), dtype=bool)
    if len(keys) > 1:
        first[1:] = pc.not_equal(keys.slice(1), keys.slice(0, len(keys) - 1)).to_numpy(zero_copy_only=False)
        for column in data.columns:
            same[1:] &= _as_before(column)
    group = np.cumsum(first) - 1
    differs = np.bincount(group, weights=~first & ~same, minlength=1) > 0
    return order.to_numpy().astype(np.int64), first, differs[group] if len(keys) else first


def _as_before(column: pa.ChunkedArray) -> Mask:
    later, earlier = column.slice(1), column.slice(0, len(column) - 1)
    both_empty = pc.and_(pc.is_null(later), pc.is_null(earlier))
    same: Mask = pc.or_(pc.equal(later, earlier).fill_null(False), both_empty).to_numpy(zero_copy_only=False)
    return same
