"""Identity numbers, by the rule of `common.identifiers`: what each cell is, the number where it is beyond doubt.

Beside the values stand the state of each cell and, where it gave no number, what was written.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.identifiers import PROBLEM_CODES, IdState, read_id
from doudi.facts.id_numbers import STATES, IdColumn, read_ids
from doudi.ledgers.reading.cells.column import Column, Wrong
from doudi.ledgers.reading.cells.damage import is_error

_ODD_NUMBER: Final = 15
_ABOUND: Final = 10
_OTHER_PAPER = ("护照", "通行证", "军官", "士兵", "居留", "港澳", "台湾", "出生", "其他", "警官", "驾驶")


def read_identity(
    array: pa.Array, numbers: pa.Array, *, on: date, certificates: bool, papers: pa.Array | None = None
) -> Column:
    """A column of identity numbers. `papers`: the kind of document beside each, where the sheet has one."""
    read = _as_numbers(_read(array, on), array, numbers, on)
    column = Column(read.number)
    right = read.state == STATES.index("whole")
    if certificates:
        right |= read.state == STATES.index("certificate")
    absent = read.state == STATES.index("missing")
    other = _another_paper(papers, len(array))
    for place in np.flatnonzero(~right & ~absent & ~other).tolist():
        state: IdState = STATES[read.state[place]]
        text = array[place].as_py()
        if is_error(text):
            column.wrong[place] = Wrong("error_cell")
            continue
        if state == "certificate" and _says_disabled(papers, place):
            continue
        number = read.number[place].as_py()
        fix = number or ("" if state == "lost" else read_id(text, on=on).fix)
        column.wrong[place] = Wrong(PROBLEM_CODES[state], fix=fix or "", taken=number)
    unusable = pc.and_(pc.is_null(column.values), pa.array(~absent))
    column.beside["state"] = pc.if_else(pa.array(absent), None, read.names)
    column.beside["written"] = pc.if_else(unusable, array, None)
    return column


def _read(array: pa.Array, on: date) -> IdColumn:
    """One spoilt number in eleven ends in 000 with the right check digit, and so does one right number in 1,100: only
    where spoilt ones abound is such a number more likely spoilt than right."""
    read = read_ids(array, on=on, together=False)
    lost = int(read.is_("lost").sum())
    return read_ids(array, on=on) if lost * _ABOUND > len(array) - array.null_count else read


def _as_numbers(read: IdColumn, array: pa.Array, numbers: pa.Array, on: date) -> IdColumn:
    """Cells that were numbers in the file have lost what lies beyond fifteen digits, however right they look."""
    wide = pc.and_(numbers, pc.greater(pc.utf8_length(array), _ODD_NUMBER)).fill_null(False)
    places = np.flatnonzero(wide.to_numpy(zero_copy_only=False))
    if not len(places):
        return read
    cells = [read_id(text, on=on, was_number=True) for text in array.take(pa.array(places)).to_pylist()]
    state = read.state.copy()
    state[places] = [STATES.index(cell.state) for cell in cells]
    number = pc.replace_with_mask(
        read.number, wide, pa.array([cell.number or None for cell in cells], pa.string())
    )
    known = pc.replace_with_mask(
        read.known, wide, pa.array([cell.known or None for cell in cells], pa.string())
    )
    return IdColumn(state, number, known)


def _another_paper(papers: pa.Array | None, length: int) -> np.ndarray:
    """Rows whose document is a passport or the like: its number is no citizen's number and not wrong."""
    if papers is None:
        return np.zeros(length, dtype=bool)
    pattern = "|".join(_OTHER_PAPER)
    found: np.ndarray = (
        pc.match_substring_regex(papers, pattern).fill_null(False).to_numpy(zero_copy_only=False)
    )
    return found


def _says_disabled(papers: pa.Array | None, place: int) -> bool:
    return papers is not None and "残疾" in (papers[place].as_py() or "")
