"""A sheet's XML with notes written into it: everything that stood there stays as it was, byte for byte.

Only the rows that get a note, and the few elements that say how wide the sheet is, are touched. Knows no packages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from doudi.ledgers.importers.xml_cells import letters
from doudi.ledgers.returning.marks import ADVICE, PROBLEM, heading
from doudi.ledgers.returning.wording import RowNote, SheetNotes

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)([0-9]*)["']""")
_STYLE = re.compile(rb"""\ss\s*=\s*["']([0-9]+)["']""")
_SPANS = re.compile(rb"""\sspans\s*=\s*["'][^"']*["']""")
_AFTER_DRAWING = (
    "legacyDrawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
_WIDTHS = ((44, False), (44, False), (9, True))
_LONGEST = 4_000


@dataclass(frozen=True)
class Looks:
    """Style numbers: `bad` gives a cell's own style with the fill of a bad cell."""

    bad: Callable[[int], int]
    heading: int
    note: int


def edited(xml: bytes, notes: SheetNotes, sha256: str, looks: Looks) -> bytes:
    """The sheet with its notes, its two columns and the hidden one of row numbers."""
    prefix = _prefix(xml)
    rows = _Rows(prefix, notes, sha256, looks)
    start, end = _data(xml, prefix)
    body = rows.over(xml[start:end])
    head = _without(xml[:start], prefix, b"dimension")
    return _with_columns(head, prefix, notes.column) + body + xml[end:]


def last_formula(xml: bytes) -> int:
    """The farthest column that holds a formula; one that never showed anything is empty to a reader, yet not ours."""
    if b"f>" not in xml and b"<f" not in xml:
        return 0
    found = re.findall(
        rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']([A-Za-z]+)[0-9]+["'][^<>]*>\s*<(?:\w+:)?f[\s/>]""", xml
    )
    return max(map(letters, set(found)), default=0)


def with_comments(xml: bytes, relation: str) -> bytes:
    """The sheet with a place for its comments' drawing."""
    prefix = _prefix(xml)
    tag = b'<%slegacyDrawing xmlns:r="%s" r:id="%s"/>' % (prefix, _OFFICE, relation.encode())
    names = b"|".join(name.encode() for name in _AFTER_DRAWING)
    found = re.compile(rb"<%s(?:%s)\b|</%sworksheet\s*>" % (prefix, names, prefix)).search(
        xml, _data(xml, prefix)[1]
    )
    at = found.start() if found else len(xml)
    return xml[:at] + tag + xml[at:]


_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def text_cell(place: str, style: int, said: str, prefix: bytes = b"") -> bytes:
    """A cell of text; as such it can never be taken for a formula."""
    said = escape(_ILLEGAL.sub("", said)[:_LONGEST])
    return b'<%sc r="%s" s="%d" t="inlineStr"><%sis><%st xml:space="preserve">%s</%st></%sis></%sc>' % (
        prefix, place.encode(), style, prefix, prefix, said.encode("utf-8", "replace"), prefix, prefix, prefix,
    )  # fmt: skip


def column_letters(number: int) -> str:
    """A column's number, from one, as its letters."""
    said = ""
    while number:
        number, left = divmod(number - 1, 26)
        said = chr(65 + left) + said
    return said


def _prefix(xml: bytes) -> bytes:
    found = re.search(rb"<((?:\w+:)?)worksheet[\s>]", xml[:65536])
    return found[1] if found else b""


def _data(xml: bytes, prefix: bytes) -> tuple[int, int]:
    """Where the rows begin and end."""
    found = re.search(rb"<%ssheetData\s*(/?)>" % prefix, xml)
    if found is None:
        return len(xml), len(xml)
    if found[1]:
        return found.start(), found.start()
    end = xml.rfind(b"</%ssheetData" % prefix)
    return found.end(), max(end, found.end())


def _without(head: bytes, prefix: bytes, name: bytes) -> bytes:
    return re.sub(rb"<%s%s\b[^<>]*(?:/>|></%s%s>)" % (prefix, name, prefix, name), b"", head, count=1)


def _with_columns(head: bytes, prefix: bytes, first: int) -> bytes:
    """The widths of our columns; what the sheet says of columns from there on is cut off."""
    last = first + len(_WIDTHS) - 1
    ours = b"".join(
        b'<%scol min="%d" max="%d" width="%d" customWidth="1"%s/>'
        % (prefix, first + i, first + i, width, b' hidden="1"' if hidden else b"")
        for i, (width, hidden) in enumerate(_WIDTHS)
    )
    found = re.search(rb"<%scols\s*>(.*?)</%scols\s*>" % (prefix, prefix), head, re.DOTALL)
    if found is None:
        at = head.rfind(b"<%ssheetData" % prefix)
        return head[:at] + b"<%scols>%s</%scols>" % (prefix, ours, prefix) + head[at:] if at >= 0 else head
    kept, after = [], []
    for col in re.findall(rb"<%scol\s[^<>]*?/?>" % prefix, found[1]):
        low, high = _bound(col, b"min"), _bound(col, b"max")
        if low < first:
            kept.append(_bounded(col, low, min(high, first - 1)))
        if high > last:
            after.append(_bounded(col, max(low, last + 1), high))
    return head[: found.start(1)] + b"".join((*kept, ours, *after)) + head[found.end(1) :]


def _bound(col: bytes, name: bytes) -> int:
    found = re.search(rb"""\s%s\s*=\s*["']([0-9]{1,5})["']""" % name, col)
    return int(found[1]) if found else 1


def _bounded(col: bytes, low: int, high: int) -> bytes:
    col = re.sub(rb"""\smin\s*=\s*["'][^"']*["']""", b' min="%d"' % low, col)
    return re.sub(rb"""\smax\s*=\s*["'][^"']*["']""", b' max="%d"' % high, col)


class _Rows:
    """The rows of a sheet, each left alone, numbered, or given its notes."""

    def __init__(self, prefix: bytes, notes: SheetNotes, sha256: str, looks: Looks) -> None:
        self.prefix, self.notes, self.looks = prefix, notes, looks
        self.title = heading(sha256, notes.name)
        self.at = 0
        self.columns = [column_letters(notes.column + i) for i in range(3)]
        self.row = re.compile(rb"<%srow\b([^>]*?)(?:/>|>(.*?)</%srow\s*>)" % (prefix, prefix), re.DOTALL)
        self.cell = re.compile(rb"<%sc\b([^>]*?)(?:/>|>(.*?)</%sc\s*>)" % (prefix, prefix), re.DOTALL)
        self.number = b'<%sc r="%s%%d"><%sv>%%d</%sv></%sc></%srow>' % (
            prefix, self.columns[2].encode(), prefix, prefix, prefix, prefix,
        )  # fmt: skip
        self.opening, self.closing = b"<%sc " % prefix, b"</%srow>" % prefix

    def over(self, body: bytes) -> bytes:
        """All rows."""
        return self.row.sub(self._row, body)

    def _row(self, match: re.Match[bytes]) -> bytes:
        attributes = match[1]
        place = _PLACE.search(attributes)
        number = self.at = int(place[2]) if place and place[2] else self.at + 1
        note = self.notes.rows.get(number)
        if note is None and number not in self.notes.records and number != self.notes.heading:
            return match[0]
        attributes = _SPANS.sub(b"", attributes)
        inside = match[2] or b""
        if note is None and number != self.notes.heading and self._ends_before(inside):
            return b"<%srow%s>" % (self.prefix, attributes) + inside + self.number % (number, number)
        cells = self._cells(inside, number)
        self._mark(cells, note, number)
        text = b"".join(cells[column] for column in sorted(cells))
        return b"<%srow%s>%s%s" % (self.prefix, attributes, text, self.closing)

    def _ends_before(self, inside: bytes) -> bool:
        """Whether the row's last cell stands before our columns, and says where it stands."""
        last = _PLACE.search(inside, inside.rfind(self.opening))
        return last is not None and letters(last[1]) < self.notes.column

    def _cells(self, inside: bytes, number: int) -> dict[int, bytes]:
        """The row's cells by column, each with its place; those in and beyond our columns are empty and go."""
        cells: dict[int, bytes] = {}
        column = 0
        for match in self.cell.finditer(inside):
            place = _PLACE.search(match[1])
            column = letters(place[1]) if place and place[1] else column + 1
            said = match[0]
            if not place:
                opening = len(self.opening) - 1
                said = (
                    said[:opening] + b' r="%s%d"' % (column_letters(column).encode(), number) + said[opening:]
                )
            if column < self.notes.column or column > self.notes.column + 2:
                cells[column] = said
        return cells

    def _mark(self, cells: dict[int, bytes], note: RowNote | None, number: int) -> None:
        first, prefix, looks = self.notes.column, self.prefix, self.looks
        for column in note.cells if note else ():
            if column in cells:
                cells[column] = self._filled(cells[column])
            elif column < first:
                place = column_letters(column).encode()
                cells[column] = b'<%sc r="%s%d" s="%d"/>' % (prefix, place, number, looks.bad(0))
        said: tuple[str, ...] = (note.problem, note.advice) if note else ()
        if number == self.notes.heading:
            said = PROBLEM, ADVICE, self.title
        for i, text in enumerate(said):
            if text:
                style = looks.heading if number == self.notes.heading else looks.note
                cells[first + i] = text_cell(f"{self.columns[i]}{number}", style, text, prefix)
        if number in self.notes.records:
            place = self.columns[2].encode()
            cells[first + 2] = b'<%sc r="%s%d"><%sv>%d</%sv></%sc>' % (
                prefix, place, number, prefix, number, prefix, prefix,
            )  # fmt: skip

    def _filled(self, cell: bytes) -> bytes:
        end = cell.index(b">")
        style = _STYLE.search(cell, 0, end)
        if style is None:
            at = len(self.opening) - 1
            return cell[:at] + b' s="%d"' % self.looks.bad(0) + cell[at:]
        return cell[: style.start()] + b' s="%d"' % self.looks.bad(int(style[1])) + cell[style.end() :]
