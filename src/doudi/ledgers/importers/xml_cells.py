"""A sheet's XML looked through before its cells are read: how far they reach, what they would weigh, which are errors.

A reader lays out the rectangle from the first cell to the last; one cell at the far corner is enough to exhaust
the memory. What is searched here are bytes, no document is built: this must be quick on a hundred megabytes and
must not miss a spelling that the reader would take. Knows nothing of packages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

_OVERLAP = 1 << 16
_SMALL = 1 << 22
# Cells beyond column Z or row 999,999; without one a sheet is small enough whatever it says.
_FAR = re.compile(rb"""r\s*=\s*["'](?:[A-Za-z]{2,}[0-9]|[A-Za-z][0-9]{7})""")
# A cell or row whose first attribute is not its place, or one under a prefix.
_UNPLACED = re.compile(rb"""<c(?! r=["'])[\s/>]|:c[\s/>]""")
_CELL = re.compile(rb"""<(?:\w+:)?(?:(row)|c)((?:\s[^<>]*?)?)(/?)>""")
_PLACE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]*)([0-9]*)""")
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\s[^<>]*?\br=["']([A-Za-z]+)([0-9]+)["'][^<>]*>\s*(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?"""
    rb"""<(?:\w+:)?v\b[^<>]*>([^<]*)<"""
)
_SHARED = re.compile(rb"""t=["']s["'][^<>]*>\s*<(?:\w+:)?v>\s*([0-9]+)""")


@dataclass
class Seen:
    """What a sheet's XML holds: its farthest row and column (counted from one), and its error cells."""

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    shared: dict[int, int] = field(default_factory=dict)


class Doctype(Exception):  # noqa: N818 -- not a fault by itself; the caller words it
    """The XML declares a document type or an entity; no program that saves workbooks does."""


class Encoded(Exception):  # noqa: N818
    """The XML is not in UTF-8, so that bytes cannot be searched."""


def declares(piece: bytes) -> None:
    """Refuse what could pull in other files or blow up: document types, and bytes that are no UTF-8 text."""
    if b"\0" in piece or piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Encoded
    if b"<!" in piece and re.search(rb"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST)", piece, re.IGNORECASE):
        raise Doctype


def look(chunks: Iterable[bytes], size: int, long_strings: frozenset[int] = frozenset()) -> Seen:
    """Look through a sheet of `size` bytes. Row and column are exact where they are large, else bounds.

    `long_strings`: shared strings whose uses are to be counted.
    """
    seen = Seen()
    walk: _Walk | None = _Walk(seen) if size < _SMALL else None
    kept: list[bytes] = []
    for piece, fresh in _overlapping(chunks):
        declares(piece)
        if b't="e"' in piece or b"t='e'" in piece:
            _errors(piece, seen)
        for match in _SHARED.finditer(piece, fresh) if long_strings else ():
            if (at := int(match[1])) in long_strings:
                seen.shared[at] = seen.shared.get(at, 0) + 1
        if walk is None and (_FAR.search(piece) or _UNPLACED.search(piece)):
            walk = _Walk(seen)
            for one in kept:
                walk.over(one)
        if walk is not None:
            walk.over(piece[fresh:])
        else:
            kept.append(piece[fresh:])
    if walk is None:
        seen.rows, seen.columns = 999_999, 26
    return seen


def _overlapping(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Pieces cut between cells; what was cut off goes before the next."""
    left = b""
    for chunk in chunks:
        whole = left + chunk
        cut = whole.rfind(b"<", max(0, len(whole) - _OVERLAP))
        cut = whole.rfind(b"<c", max(0, len(whole) - _OVERLAP), cut) if cut > 0 else cut
        cut = len(whole) if cut <= 0 else cut
        left = whole[cut:]
        yield whole[:cut], 0
    if left:
        yield left, 0


class _Walk:
    """Every cell's place, for those that say it and those that count on from the one before."""

    def __init__(self, seen: Seen) -> None:
        self.seen, self.row, self.column = seen, 0, 0

    def over(self, piece: bytes) -> None:
        seen, row, column = self.seen, self.row, self.column
        for is_row, attributes, closed in _CELL.findall(piece):
            place = _PLACE.search(attributes)
            if is_row:
                row = int(place[2] or 0) if place else row + 1
                column = 0
                continue
            if place:
                column = letters(place[1])
                at = int(place[2] or 0)
            else:
                column, at = column + 1, row
            if not closed:
                seen.rows, seen.columns = max(seen.rows, at), max(seen.columns, column)
        self.row, self.column = row, column


def _errors(piece: bytes, seen: Seen) -> None:
    for match in re.finditer(rb"""<(?:\w+:)?c\b[^<>]*\bt=["']e["']""", piece):
        if cell := _ERROR.match(piece, match.start()):
            place = int(cell[2]) - 1, letters(cell[1]) - 1
            seen.errors[place] = unescape(cell[3].decode("utf-8", "replace")).strip()


def letters(text: bytes) -> int:
    """A column's letters as its number, from one."""
    number = 0
    for one in text.upper():
        number = number * 26 + one - 64
    return number
