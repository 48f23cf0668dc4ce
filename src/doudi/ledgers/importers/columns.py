"""Cells as Python holds them brought into columns: text for people, and what each cell was.

Whole columns at a time; a list of cells costs memory, so rows come in pieces. Knows no file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.importers.grid import BOOL, DATE, EMPTY, ERROR, NUMBER, TEXT, Kinds

Column = tuple[pa.Array, Kinds]
ERRORS = (
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
)
"""What a cell shows whose formula failed."""

_TYPES = (str, float, int, bool, dt.date, dt.datetime, dt.time, dt.timedelta)
_PLACES = {kind: place for place, kind in enumerate(_TYPES)}
_KIND = np.array([TEXT, NUMBER, NUMBER, BOOL, DATE, DATE, DATE, DATE], np.uint8)
_WHOLE = 2.0**53
_PLAIN = 1e21  # from here on Excel and everybody else write the exponent


def columns_of(rows: Sequence[Sequence[Any]]) -> list[Column]:
    """Rows of one length, turned."""
    return [column_of(cells) for cells in zip(*rows, strict=True)]


def column_of(cells: Sequence[Any]) -> Column:
    """One column. `""` and None are empty cells."""
    try:
        if cells and type(cells[0]) is float:
            numbers = pa.array(cells, pa.float64()).to_numpy(zero_copy_only=False)
            if np.isfinite(numbers).all():
                return number_texts(numbers), np.full(len(cells), NUMBER, np.uint8)
        else:
            return text_column(pa.array(cells, pa.string()))
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        pass
    return _mixed(cells)


def text_column(text: pa.Array) -> Column:
    """A column that holds nothing but text; what is empty becomes null."""
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    full = pc.is_valid(text).to_numpy(zero_copy_only=False)
    return text, np.where(full, TEXT, EMPTY).astype(np.uint8)


def _mixed(cells: Sequence[Any]) -> Column:
    cells = ["" if cell is None else cell for cell in cells]
    types = np.fromiter(map(_PLACES.__getitem__, map(type, cells)), np.uint8, len(cells))
    parts: list[pa.Array] = []
    places: list[npt.NDArray[np.intp]] = []
    for place in np.unique(types):
        at = np.flatnonzero(types == place)
        some = cells if len(at) == len(cells) else [cells[one] for one in at.tolist()]
        parts.append(_texts(_TYPES[place], some))
        places.append(at)
    back = np.empty(len(cells), np.int64)
    back[np.concatenate(places)] = np.arange(len(cells))
    text = pa.concat_arrays(parts).take(pa.array(back))
    kinds = _KIND[types]
    empty = pc.equal(text, "").to_numpy(zero_copy_only=False)
    kinds[empty] = EMPTY
    endless = (kinds == NUMBER) & pc.equal(text, "#NUM!").to_numpy(zero_copy_only=False)
    kinds[endless] = ERROR
    return pc.if_else(pa.array(empty), pa.scalar(None, pa.string()), text), kinds


def _texts(kind: type, cells: Sequence[Any]) -> pa.Array:
    if kind is str:
        return pa.array(cells, pa.string())
    if kind is bool:
        return pa.array(["TRUE" if cell else "FALSE" for cell in cells], pa.string())
    if kind is dt.date:
        return pa.array(cells, pa.date32()).cast(pa.string())
    if kind is dt.datetime:
        return _moments(cells)
    if kind is dt.timedelta:
        return pa.array([_span(cell) for cell in cells], pa.string())
    if kind is dt.time:
        return pa.array([cell.isoformat("seconds") for cell in cells], pa.string())
    return number_texts(np.array(cells, np.float64))


def _moments(cells: Iterable[dt.datetime]) -> pa.Array:
    seconds = pc.round_temporal(pa.array(cells, pa.timestamp("us")), 1, "second").cast(pa.timestamp("s"))
    text = pc.replace_substring_regex(seconds.cast(pa.string()), r" 00:00:00$", "")
    return text


def _span(cell: dt.timedelta) -> str:
    seconds = round(cell.total_seconds())
    return f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"


def number_texts(numbers: npt.NDArray[np.float64]) -> pa.Array:
    """The shortest text that gives each number back; whole numbers in digits, as a cell that is wide enough shows
    them. Of a number over 2**53 the last digits are what the file lost."""
    texts = pa.array(numbers).cast(pa.string())
    size = np.abs(numbers)
    whole = (size < _WHOLE) & (np.trunc(numbers) == numbers)
    if whole.any():
        digits = pa.array(np.where(whole, numbers, 0).astype(np.int64)).cast(pa.string())
        texts = pc.if_else(pa.array(whole), digits, texts)
    odd = np.flatnonzero(~whole & ~((size >= 1e-4) & (size < 1e10)))
    if len(odd):
        written = pa.array([_odd(number) for number in numbers[odd].tolist()], pa.string())
        mask = np.zeros(len(numbers), bool)
        mask[odd] = True
        texts = pc.replace_with_mask(texts, pa.array(mask), written)
    return texts


def _odd(number: float) -> str:
    if not np.isfinite(number):
        return "#NUM!"
    if 1e-10 < abs(number) < _PLAIN:
        return f"{Decimal(repr(number)).normalize():f}"
    return repr(number).upper()
