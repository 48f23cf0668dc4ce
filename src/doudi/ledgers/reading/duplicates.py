"""Rows of one sheet with the same key: the same row twice, or two rows that say different things of one subject.

This module must not know cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.policy.ledgers.kind import LedgerKind

_ASIDE = frozenset({"seq"})


@dataclass(frozen=True)
class Same:
    """Two places with one key; `same`: everything else is the same too."""

    first: int
    again: int
    same: bool


def same_rows(
    kind: LedgerKind, table: pa.Table, keyed: Sequence[str], refused: npt.NDArray[np.bool_]
) -> list[Same]:
    """Each later row with the key of an earlier one; refused rows and rows without their key are left out."""
    numbers, known = _keys(kind, table, keyed)
    usable = known & ~refused
    places = np.flatnonzero(usable)
    if len(places) < 2:
        return []
    values = numbers[places]
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    again = np.flatnonzero(ordered[1:] == ordered[:-1]) + 1
    if not len(again):
        return []
    weak = _weak(kind, table, keyed)
    involved = np.unique(np.concatenate((places[order[again]], places[order[again - 1]])))
    columns = [name for name in table.column_names if not name.startswith("__") and name not in _ASIDE]
    rows = dict(zip(involved.tolist(), _tuples(table.select(columns).take(pa.array(involved))), strict=True))
    out: list[Same] = []
    start = 0
    for i in again.tolist():
        if i == 0 or ordered[i] != ordered[start]:
            start = i - 1
            while start > 0 and ordered[start - 1] == ordered[start]:
                start -= 1
        group = [int(places[order[k]]) for k in range(start, i)]
        here = int(places[order[i]])
        twin = next((one for one in group if rows[one] == rows[here]), None)
        if twin is None and weak[here]:
            continue
        out.append(Same(twin if twin is not None else group[0], here, twin is not None))
    return out


def _tuples(table: pa.Table) -> list[tuple[object, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _weak(kind: LedgerKind, table: pa.Table, keyed: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Rows whose key says little: what a spreadsheet left of a number is the same for many people, and one thing may
    happen to a person twice where what tells the two apart is not there."""
    absent = kind.nature == "event" and len(keyed) < len(kind.key)
    out = np.full(table.num_rows, absent)
    for name in keyed:
        if kind.nature == "event":
            out |= table.column(kind[name].column.inside).is_null().to_numpy()
        if kind[name].role == "idcard":
            lost = pc.is_in(
                table.column(f"{name}__state"), value_set=pa.array(["lost", "placeholder", "chars"])
            )
            out |= lost.to_numpy()
    return out


def _keys(
    kind: LedgerKind, table: pa.Table, keyed: Sequence[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """One number for each different key, and which rows have one. Where a number could not be read, what was written
    stands for it."""
    total = table.num_rows
    combined = np.zeros(total, dtype=np.int64)
    known = np.zeros(total, dtype=bool)
    firm = [name for name in keyed if kind[name].role in ("idcard", "household")] or list(keyed)
    for name in keyed:
        column = table.column(kind[name].column.inside).combine_chunks()
        if kind[name].role == "idcard":
            column = pc.coalesce(column, table.column(f"{name}__written").combine_chunks())
        seen = column.dictionary_encode()
        codes = pc.fill_null(seen.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
        if name in firm:
            known |= codes > 0
        if combined.any():
            _, combined = np.unique(combined * (len(seen.dictionary) + 1) + codes, return_inverse=True)
        else:
            combined = codes
    return combined, known
