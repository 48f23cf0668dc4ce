"""The top lines of a sheet as plain text with merged cells understood, and what a single cell of them looks like.

This module must not know kinds of ledgers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from doudi.ledgers.importers.grid import Range
from doudi.ledgers.reading.plain import folded
from doudi.ledgers.reading.words import is_pair

_DATA = re.compile(
    r"[-+(（]?[\d,.]+%?[)）]?|\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?月?( .*)?|\d{14,17}[\dXx]|[√×✓✔是否有无男女]|\d+\.?\d*E\+\d+",
    re.ASCII,
)
_LONGEST_HEADER = 60


@dataclass(frozen=True)
class Top:
    """The first lines. `text[r][c]`: as shown, None where blank; `over[r][c]`: with merges spread to the right."""

    text: list[list[str | None]]
    over: list[list[str | None]]
    spans: tuple[Range, ...]
    width: int

    @property
    def rows(self) -> int:
        """How many lines were looked at."""
        return len(self.text)


def top_lines(columns: Sequence[pa.Array], merged: Sequence[Range], most: int) -> Top:
    """The first `most` lines; text of a merged cell stands in each of its columns, on its first line only."""
    cells = [column.slice(0, most).to_pylist() for column in columns]
    rows = len(cells[0]) if cells else 0
    text = [[column[r] for column in cells] for r in range(rows)]
    over = [list(line) for line in text]
    spans = tuple(one for one in merged if one.top < rows)
    for one in spans:
        if one.left >= len(cells):
            continue
        first = text[one.top][one.left]
        for c in range(one.left, min(one.right + 1, len(cells))):
            over[one.top][c] = first
            for r in range(one.top + 1, min(one.bottom + 1, rows)):
                over[r][c] = None
    return Top(text, over, spans, len(cells))


def distinct(line: Sequence[str | None]) -> int:
    """How many different texts a line holds."""
    return len({text for text in line if text})


def is_data(text: str) -> bool:
    """Whether a cell looks like a value and not like a header."""
    plain = folded(text)
    return bool(_DATA.fullmatch(plain)) or len(plain) > _LONGEST_HEADER


def may_be_header(line: Sequence[str | None]) -> bool:
    """Whether a line may be one of a header's: some text, hardly a value, no label with its value behind it."""
    texts = [folded(text) for text in dict.fromkeys(line) if text]
    if not texts:
        return False
    values = sum(is_data(text) for text in texts)
    pairs = sum(is_pair(text) and not text.endswith(")") for text in texts)
    return values * 3 <= len(texts) and pairs * 3 <= len(texts)
