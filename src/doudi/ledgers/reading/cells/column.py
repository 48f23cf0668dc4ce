"""What reading a column gives, and how distinct spellings are read once.

This module must not know any kind of value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class Wrong(NamedTuple):
    """Why a cell is no value of its column. `taken`: the cell stands all the same, with this value."""

    code: str
    detail: str = ""
    fix: str = ""
    taken: Any = None


@dataclass
class Column:
    """A column in the inside form, null where empty or wrong; `wrong`: place → why; `beside`: further columns."""

    values: pa.Array
    wrong: dict[int, Wrong] = field(default_factory=dict)
    beside: dict[str, pa.Array] = field(default_factory=dict)


ReadOne = Callable[[str], Any]


def by_distinct(array: pa.Array, read: ReadOne, kind: pa.DataType) -> Column:
    """Read each different text once: a value, None for nothing, or `Wrong`."""
    seen = array.dictionary_encode()
    results = [read(text) for text in seen.dictionary.to_pylist()]
    return spread(results, seen.indices, kind)


def spread(results: list[Any], indices: pa.Array, kind: pa.DataType) -> Column:
    """Put what was read of each distinct text to the places where it stands."""
    values = pa.array([one.taken if isinstance(one, Wrong) else one for one in results], kind)
    column = Column(values.take(indices))
    if bad := {i: one for i, one in enumerate(results) if isinstance(one, Wrong)}:
        flags = np.zeros(len(results) + 1, dtype=bool)
        flags[list(bad)] = True
        where = pc.fill_null(indices, len(results)).to_numpy(zero_copy_only=False)
        column.wrong = {int(row): bad[int(where[row])] for row in np.flatnonzero(flags[where])}
    return column


def only(array: pa.Array, mask: pa.Array, read: ReadOne, kind: pa.DataType) -> Column:
    """Read the marked cells by distinct text; the others are null."""
    part = by_distinct(array.filter(mask), read, kind)
    places = np.flatnonzero(mask.to_numpy(zero_copy_only=False))
    values = pc.replace_with_mask(pa.nulls(len(array), kind), mask, part.values)
    return Column(values, {int(places[i]): why for i, why in part.wrong.items()})


def fill(base: pa.Array, array: pa.Array, rest: pa.Array, read: ReadOne) -> Column:
    """`base` where it is known, the `rest` of `array` read by distinct text."""
    if not pc.any(rest).as_py():
        return Column(base)
    odd = only(array, rest, read, base.type)
    return Column(pc.if_else(rest, odd.values, base), odd.wrong)


def merge(parts: Iterable[tuple[pa.Array, Column]], length: int, kind: pa.DataType) -> Column:
    """Columns that each hold for their own cells, as one."""
    whole = Column(pa.nulls(length, kind))
    for mask, part in parts:
        whole.values = pc.if_else(mask, part.values, whole.values)
        whole.wrong |= part.wrong
    return whole
