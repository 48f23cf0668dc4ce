"""Whole columns of identity numbers: what each cell is, vectorised over Arrow, by the rule of `common.identifiers`.

Numbers of eighteen plain characters, most of any column, are told by arithmetic on their bytes; only what is not plain
goes through `read_id`, once per distinct cell. Must not know which ledger the column is of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.identifiers import EARLIEST_YEAR, KEPT_DIGITS, IdCell, IdState, read_id

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]

STATES: Final[tuple[IdState, ...]] = get_args(IdState)
WHOLE: Final = STATES.index("whole")
LOST: Final = STATES.index("lost")
PLACEHOLDER, BIRTH, WRONG_CHECK = (STATES.index(one) for one in ("placeholder", "birth", "check"))

_WIDTH = 18
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), dtype=np.int32)
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_EXACT_FLOAT = 2**53
#: Of right numbers so many in a million end in 000 by nature: the serial ends in 00 (1 in 100), the check in 0 (1 in 11).
_BY_NATURE = 910
_ROOM = 100  # ten spoilt numbers with a wrong check digit stand beside one with a right one; that is to be ten times as likely


@dataclass(frozen=True)
class IdColumn:
    """What each cell of a column is. `state`: place in STATES; `number`, `known`: as in `IdCell`, null where empty;
    `born` (date32) and `sex` ("1" or "2"): what usable numbers carry, null elsewhere."""

    state: Codes
    number: pa.Array
    known: pa.Array

    def is_(self, *states: IdState) -> Mask:
        """Which cells are in one of the states."""
        chosen: Mask = np.isin(self.state, [STATES.index(one) for one in states])
        return chosen

    @property
    def names(self) -> pa.Array:
        """The states as text."""
        return pa.DictionaryArray.from_arrays(pa.array(self.state), pa.array(STATES)).dictionary_decode()

    @property
    def born(self) -> pa.Array:
        """The day of birth in each usable number."""
        return births(pc.utf8_slice_codeunits(self.number, 6, 14))

    @property
    def sex(self) -> pa.Array:
        """The sex in each usable number."""
        return pc.if_else(
            pc.is_in(pc.utf8_slice_codeunits(self.number, 16, 17), pa.array(list("13579"))),
            pc.if_else(pc.is_valid(self.number), "1", None),
            pc.if_else(pc.is_valid(self.number), "2", None),
        )


def read_ids(cells: pa.Array | pa.ChunkedArray, *, on: date | None = None, together: bool = True) -> IdColumn:
    """Say of every cell of a column what it is. Text, whole or floating-point numbers may be handed in.

    `together`: the cells are of one export. One spoilt number in eleven ends in 000 with the right check digit by
    chance. Where so many are spoilt (a tenth) that a right one ending so is hardly ever natural, it counts as lost too.
    """
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    text, spoilt_width = _as_text(cells)
    plain = pc.and_(
        pc.equal(pc.binary_length(text), _WIDTH), pc.match_substring_regex(text, "^[1-9][0-9]{16}[0-9X]$")
    ).fill_null(False)
    regular = plain.to_numpy(zero_copy_only=False)
    state = np.full(len(text), WHOLE, dtype=np.int8)
    state[regular] = _judged(_matrix(text.filter(plain)), on)
    if spoilt_width is not None:
        state[regular & spoilt_width & (state != PLACEHOLDER)] = LOST
    first = pc.utf8_slice_codeunits(text, 0, KEPT_DIGITS)
    number = pc.if_else(pa.array(regular & (state == WHOLE)), text, None)
    known = pc.if_else(pa.array(regular & (state == LOST)), first, None)
    if not regular.all():
        rest = pa.array(~regular)
        odd = pc.fill_null(text.filter(rest), "").dictionary_encode()
        was_number = spoilt_width is not None
        read = [read_id(one, on=on, was_number=was_number) for one in odd.dictionary.to_pylist()]
        state[~regular] = _codes(read)[odd.indices.to_numpy(zero_copy_only=False)]
        number = pc.replace_with_mask(number, rest, _texts(read, "number").take(odd.indices))
        known = pc.replace_with_mask(known, rest, _texts(read, "known").take(odd.indices))
    column = IdColumn(state, number, known)
    return _lost_by_company(column) if together else column


def births(digits: pa.Array) -> pa.Array:
    """YYYYMMDD as days (date32), null where there is none."""
    parts = [pc.utf8_slice_codeunits(digits, *cut) for cut in ((0, 4), (4, 6), (6, 8))]
    return pc.cast(pc.binary_join_element_wise(*parts, "-"), pa.date32())


def _as_text(cells: pa.Array) -> tuple[pa.Array, Mask | None]:
    """The column as text and, where its cells are numbers, which of them are too wide to be exact."""
    kind = cells.type
    if pa.types.is_null(kind):
        return pa.nulls(len(cells), pa.string()), None
    if pa.types.is_floating(kind):
        numbers = pc.fill_null(cells.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
        wide = np.abs(numbers) >= _EXACT_FLOAT
        exact = np.where(np.isfinite(numbers) & (np.abs(numbers) < 1e18), numbers, 0.0).astype(np.int64)
        return pc.if_else(pc.is_valid(cells), pa.array(exact).cast(pa.string()), None), wide
    return cells.cast(pa.string()), None


def _matrix(text: pa.Array) -> Bytes:
    """Texts of eighteen bytes each as rows of bytes."""
    if not len(text):
        return np.empty((0, _WIDTH), dtype=np.uint8)
    flat = np.frombuffer(text.buffers()[2], dtype=np.uint8)
    first = int(np.frombuffer(text.buffers()[1], dtype=np.int32, count=1, offset=4 * text.offset)[0])
    return flat[first : first + _WIDTH * len(text)].reshape(-1, _WIDTH)


def _judged(cells: Bytes, on: date | None) -> Codes:
    """What rows of eighteen digits (or seventeen and an X) are, by arithmetic and in the order of `read_id`."""
    digits = (cells[:, :17] - ord("0")).astype(np.int32)
    right = _CHECKS[(digits @ _WEIGHTS) % 11] == cells[:, 17]
    year = digits[:, 6] * 1000 + digits[:, 7] * 100 + digits[:, 8] * 10 + digits[:, 9]
    month, day = digits[:, 10] * 10 + digits[:, 11], digits[:, 12] * 10 + digits[:, 13]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = np.array((0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))[np.minimum(month, 12)]
    longest += leap & (month == 2)
    possible = (year >= EARLIEST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= longest)
    if on is not None:
        possible &= year * 10_000 + month * 100 + day <= on.year * 10_000 + on.month * 100 + on.day
    placeholder = (digits[:, :6] == 9).all(axis=1) | (cells == cells[:, :1]).all(axis=1)
    rounded = ~right & (cells[:, 15:] == ord("0")).all(axis=1)
    told = [placeholder, rounded, ~possible, ~right]
    judged: Codes = np.select(told, [PLACEHOLDER, LOST, BIRTH, WRONG_CHECK], WHOLE).astype(np.int8)
    return judged


def _lost_by_company(column: IdColumn) -> IdColumn:
    ends = pc.ends_with(column.number, "000").fill_null(False).to_numpy(zero_copy_only=False)
    doubtful = ends & (column.state == WHOLE)
    if not doubtful.any():
        return column
    fifteen = pc.equal(pc.utf8_length(column.known), 15).fill_null(False).to_numpy(zero_copy_only=False)
    spoilt = int((fifteen & (column.state == LOST)).sum())
    whole = int((column.state == WHOLE).sum())
    if spoilt * 1_000_000 <= _ROOM * _BY_NATURE * whole:
        return column
    state = column.state.copy()
    state[doubtful] = LOST
    mask = pa.array(doubtful)
    first = pc.utf8_slice_codeunits(column.number, 0, 15)
    return IdColumn(state, pc.if_else(mask, None, column.number), pc.if_else(mask, first, column.known))


def _codes(read: list[IdCell]) -> Codes:
    return np.array([STATES.index(one.state) for one in read], dtype=np.int8)


def _texts(read: list[IdCell], name: str) -> pa.Array:
    texts: list[Any] = [getattr(one, name) or None for one in read]
    return pa.array(texts, pa.string())
