"""Tables that do not stand as tables do: without a header, on their side, one above another.

What cannot be read as it stands is refused with what to do about it; nothing is guessed. This module must not read
values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa

from doudi.ledgers.importers.grid import Grid
from doudi.ledgers.reading.header import Header, candidates, find_header
from doudi.ledgers.reading.lines import Top, distinct, is_data, top_lines
from doudi.ledgers.reading.plain import folded
from doudi.ledgers.reading.vocabulary import Vocabulary

NO_HEADER: Final = (
    "找不到表头；请在数据上方加一行列名（姓名、身份证号等）后重发，"
    "或用 --kind 指明台账，并用 --column A=psn_name --column B=certno 这样按列的字母指定各列"
)
ON_ITS_SIDE: Final = "表是横着的：列名在左边一列，每一列是一个人；请复制后用“选择性粘贴”的“转置”转过来再导入"
_LETTERS = re.compile("[A-Za-z]{1,3}")
_LABELS = 4
_WIDE = 60
_LIKE_ID = re.compile(r"['‘]?\d{6}(?:19|20)?\d{2}[01]\d[0-3]\d{3,4}[\dXx]?")
_SOME = 200


def lettered(grid: Grid, chosen: Mapping[str, str], found: Header | None) -> Header | None:
    """The header where a person chose columns by letter: those that have no name are called so; where every chosen one
    has a name and all were chosen by letter, that is no header but the first record."""
    letters = [one.strip().upper() for one in chosen if _LETTERS.fullmatch(one.strip())]
    if not letters:
        return found
    names = [letter(grid.first_column + c) for c in range(len(grid.cells))]
    if found is not None:
        unnamed = {c for c, pieces in enumerate(found.pieces) if not pieces and names[c] in letters}
        if unnamed or len(letters) < len(chosen):
            pieces = tuple((names[c],) if c in unnamed else one for c, one in enumerate(found.pieces))
            return replace(found, pieces=pieces)
    return Header(0, 0, tuple((one,) for one in names), 1.0)


def unnamed_numbers(
    grid: Grid, header: Header, samples: Sequence[Sequence[str]], apart: frozenset[int]
) -> str:
    """The sentence about columns of identity numbers that have no header."""
    here = [
        letter(grid.first_column + c)
        for c, pieces in enumerate(header.pieces)
        if not pieces and c not in apart and len(samples[c]) > 1 and _mostly_ids(samples[c])
    ]
    return (
        f"{'、'.join(here)}列没有列名，像身份证号，没有读入；可用 --column {here[0]}=certno 指明"
        if here
        else ""
    )


def _mostly_ids(sample: Sequence[str]) -> bool:
    like = sum(bool(_LIKE_ID.fullmatch("".join(folded(text).split()))) for text in sample)
    return like * 10 >= 8 * len(sample)


def letter(column: int) -> str:
    """A column as spreadsheets call it."""
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(65 + place) + letters
    return letters


def records_without_header(columns: Sequence[pa.Array]) -> bool:
    """Whether rows look like records though nothing says what their columns are: several hold an identity number."""
    some = [column.slice(0, _SOME).to_pylist() for column in columns]
    several = sum(
        any(text and _LIKE_ID.fullmatch("".join(folded(text).split())) for text in row)
        for row in zip(*some, strict=True)
    )
    return several >= 1 and len(columns) >= 2


def on_its_side(columns: Sequence[pa.Array], header: Header, words: Vocabulary) -> bool:
    """Whether the first column holds the headers and each further column is a record."""
    rows = len(columns[0])
    if rows > _WIDE or not 2 <= len(columns) <= _WIDE:
        return False
    turned = [pa.array([column[r].as_py() for column in columns], pa.string()) for r in range(rows)]
    side = top_lines(turned, (), min(len(columns), _WIDE))
    found = find_header(side, words)
    if found is None or found.lines != 1 or found.first > 1:
        return False
    labels = _known(found, words)
    upright = _known(header, words)
    return labels >= _LABELS and labels > 2 * upright


def _known(header: Header, words: Vocabulary) -> int:
    """How many columns of one kind the headers mean, of the kind that has most; one header again and again is one."""
    columns: dict[str, set[str]] = {}
    for pieces in header.pieces:
        for kind, several in candidates(pieces, words).items() if pieces else ():
            columns.setdefault(kind, set()).add(several[0].known.column)
    return max(map(len, columns.values()), default=0)


def header_above(top: Top, found: Header, words: Vocabulary) -> Header | None:
    """The header of another table that ends before the one found begins, with at least one row of its own."""
    if found.first < 2:
        return None
    before = Top(top.text[: found.first], top.over[: found.first], top.spans, top.width)
    upper = find_header(before, words)
    if upper is None:
        return None
    named = [c for c, pieces in enumerate(upper.pieces) if pieces]
    known = _known(upper, words)
    lines = [text for line in top.text[upper.first : upper.after] for text in line if text]
    if len(named) < 2 or known < 2 or known * 10 < 6 * len(named) or any(map(is_data, lines)):
        return None
    rows = [[line[c] for c in named if line[c]] for line in before.text[upper.after :]]
    whole = [row for row in rows if len(row) * 2 >= len(named) and len(row) >= 2]
    return (
        upper
        if any(3 * sum(is_data(folded(str(text))) for text in row) >= len(row) for row in whole)
        else None
    )


def start_of_table(top: Top, header: Header) -> int:
    """The row where a table's own titles begin: blank rows and rows of one text above its header."""
    first = header.first
    while first > 0 and distinct(top.text[first - 1]) <= 1:
        first -= 1
    while first < header.first and not distinct(top.text[first]):
        first += 1
    return first
