"""A sheet's XML looked through before its cells are read: how far they reach, what they would weigh, which are errors.

A reader lays out the rectangle from the first cell to the last; one cell at the far corner is enough to exhaust
the memory. What is searched here are bytes, no document is built: this must be quick on a hundred megabytes and
must not miss a spelling that the reader would take. Knows nothing of packages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

from doudi.ledgers.importers.limits import Limits

_OVERLAP = 1 << 16
_SMALL = 1 << 22
_LONGEST = 1 << 23
# A cell beyond column Z or row 999,999, or one that does not say its place first. Where there is none, a large sheet
# is not too large, whatever else it says.
_FAR = re.compile(rb"""<c(?! r="[A-Za-z][0-9]{1,6}")[\s/>]""")
# A cell that does not say its place first, and one under a prefix. (Plain searches are faster than one clever one.)
_UNPLACED = re.compile(rb"""<c(?! r="[A-Za-z]+[0-9])[\s/>]""")
_PREFIXED = re.compile(rb""":c[\s/>]""")
_COLUMNS = re.compile(rb"""<c r="([A-Za-z]+)""")
_ROWS = re.compile(rb"""<c r="[A-Za-z]+([0-9]+)""")
_PROLOG = re.compile(rb"""(?:\s+|<\?.*?\?>|<!--.*?-->)*""", re.DOTALL)
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


class Endless(Exception):  # noqa: N818
    """A tag, or a cell's text, that is longer than any that is saved."""


def declares(first: bytes) -> None:
    """Refuse what could pull in other files or blow up: a document type before the root, or no UTF-8."""
    if b"\0" in first[:4096] or first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Encoded
    prolog = _PROLOG.match(first.removeprefix(b"\xef\xbb\xbf"))
    rest = first.removeprefix(b"\xef\xbb\xbf")[prolog.end() if prolog else 0 :]
    if rest.startswith((b"<!", b"<?")):
        raise Doctype


def look(
    chunks: Callable[[], Iterable[bytes]],
    size: int,
    limits: Limits,
    long_strings: frozenset[int] = frozenset(),
) -> Seen:
    """Look through a sheet of `size` bytes. The farthest row and column may be told too large, but only within the
    limits, and never too small. `long_strings`: shared strings whose uses are to be counted.
    """
    seen = Seen()
    plain, near = True, size >= _SMALL
    for piece in _whole_cells(chunks()):
        if b't="e"' in piece:
            _errors(piece, seen)
        for match in _SHARED.finditer(piece) if long_strings else ():
            if (at := int(match[1])) in long_strings:
                seen.shared[at] = seen.shared.get(at, 0) + 1
        if near and _FAR.search(piece):
            near = False
            seen.rows, seen.columns = 999_999, 26  # what went before
        plain = plain and not _PREFIXED.search(piece) and (near or not _UNPLACED.search(piece))
        if plain and not near:
            seen.columns = max(seen.columns, *map(letters, set(_COLUMNS.findall(piece))), 0)
            seen.rows = max(seen.rows, *map(int, set(_ROWS.findall(piece))), 0)
    if plain and near:
        seen.rows, seen.columns = 999_999, 26
    if not plain or seen.columns > limits.columns or seen.rows * seen.columns > limits.cells:
        seen.rows = seen.columns = 0
        walk = _Walk(seen)
        for piece in _whole_cells(chunks()):
            walk.over(piece)
    return seen


def _whole_cells(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes cut before a cell or a row, or at least before a tag, so that none is cut in two."""
    left = b""
    for chunk in chunks:
        whole = left + chunk
        start = max(0, len(whole) - _OVERLAP)
        cut = max(whole.rfind(b"<c ", start), whole.rfind(b"<row ", start))
        cut = max(0, whole.rfind(b"<")) if cut < 0 else cut
        left = whole[cut:]
        if len(left) > _LONGEST:
            raise Endless
        yield whole[:cut]
    yield left


class _Walk:
    """Every cell's place, for those that say it and those that count on from the one before. Empty cells, which have
    a colour at most, do not reach anywhere."""

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
