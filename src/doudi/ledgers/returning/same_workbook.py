"""An xlsx handed back as itself: its parts copied, its sheets with notes, and one sheet more. Formulas stay as written."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from doudi.ledgers.importers.grid import Workbook
from doudi.ledgers.importers.limits import Limits
from doudi.ledgers.importers.package import Package
from doudi.ledgers.reading.result import FileReading, SheetReading
from doudi.ledgers.returning import comments, listing
from doudi.ledgers.returning.marks import LIST
from doudi.ledgers.returning.parts import MAIN, Book, ContentTypes, Relations
from doudi.ledgers.returning.sheet_xml import (
    Looks,
    column_letters,
    edited,
    last_formula,
    text_cell,
    with_comments,
)
from doudi.ledgers.returning.styles import Styles
from doudi.ledgers.returning.wording import by_sheet, notes_of

_BOOK, _TYPES, _STYLES = "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LEVEL = 3
_WHEN = (2000, 1, 1, 0, 0, 0)


def return_same(data: bytes, reading: FileReading, out: Path, limits: Limits) -> None:
    """Write `data`, the workbook that was read, with what was found."""
    package = Package(data, reading.workbook.name, limits)
    changed = _Changed(package)
    for tables in by_sheet(reading).values():
        if any(table.kind is not None or table.problems for table in tables):
            changed.sheet(tables, _width(reading.workbook, tables), reading.workbook.sha256)
    changed.listing(reading)
    changed.write(out)


def _width(workbook: Workbook, tables: Sequence[SheetReading]) -> int:
    grid = next(one for one in workbook.sheets if one.name == tables[0].sheet)
    mapped = [one.column for table in tables for one in table.mapping]
    return max(grid.first_column - 1 + len(grid.cells), *mapped, 1)


class _Changed:
    """The package's parts, some in a new form."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.parts: dict[str, bytes] = {}
        self.types = ContentTypes(self._get(_TYPES))
        self.book = Book(self._get(_BOOK))
        self.relations = Relations(_BOOK, self._get(Relations.place(_BOOK)))
        self.style_part = self.relations.of_kind("styles") or _STYLES
        if self.style_part not in package.parts:
            self.relations.add("styles", self.style_part)
            self.types.part(self.style_part, f"{_SHEETS}.styles+xml")
        self.styles = Styles(self._get(self.style_part))
        self.looks = Looks(self.styles.bad, self.styles.heading, self.styles.note)

    def _get(self, part: str) -> bytes:
        return self.parts[part] if part in self.parts else self.package.read(part, self.package.limits.opened)

    def sheet(self, tables: Sequence[SheetReading], width: int, sha256: str) -> None:
        """One sheet with the notes of its tables; its cells end at column `width`."""
        part = self.relations.target(self.book.relations().get(tables[0].sheet, ""))
        if part not in self.package.parts:
            return
        xml = self._get(part)
        notes = notes_of(tables, max(width, last_formula(xml)))
        xml = edited(xml, notes, sha256, self.looks)
        told = [
            (row, column, said) for row, note in notes.rows.items() for column, said in note.cells.items()
        ]
        told = [one for one in told if one[1] < notes.column][: comments.MOST]
        self.parts[part] = self._commented(part, xml, told) if told else xml

    def _commented(self, part: str, xml: bytes, told: list[comments.Note]) -> bytes:
        relations = Relations(part, self._get(Relations.place(part)))
        texts = relations.of_kind("comments")
        if not texts:
            texts = self._free("xl/commentsDoudi{}.xml")
            relations.add("comments", texts)
            self.types.part(texts, f"{_SHEETS}.comments+xml")
        boxes = relations.of_kind("vmlDrawing")
        if not boxes or b"legacyDrawing " not in xml:
            boxes = self._free("xl/drawings/vmlDrawingDoudi{}.vml")
            xml = with_comments(xml, relations.add("vmlDrawing", boxes))
            self.types.extension("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
        self.parts[texts] = comments.texts(self._get(texts), told)
        self.parts[boxes] = comments.boxes(self._get(boxes), told)
        self.parts[relations.part] = relations.xml()
        return xml

    def _free(self, pattern: str) -> str:
        number = 1
        while (part := pattern.format(number)) in self.package.parts or part in self.parts:
            number += 1
        return part

    def listing(self, reading: FileReading) -> None:
        """The sheet of what was found, in the place of one we put there before."""
        part = self.relations.target(self.book.relations().get(LIST, ""))
        if not part:
            part = self._free("xl/worksheets/sheetDoudi{}.xml")
            self.book.add(LIST, self.relations.add("worksheet", part))
            self.types.part(part, f"{_SHEETS}.worksheet+xml")
        self.parts[part] = _listed(reading, self.styles.note)

    def write(self, out: Path) -> None:
        """The whole package, parts in their order."""
        self.parts[_TYPES], self.parts[_BOOK] = self.types.xml(), self.book.xml()
        self.parts[self.relations.part], self.parts[self.style_part] = self.relations.xml(), self.styles.xml()
        names = [*self.package.parts, *(part for part in self.parts if part not in self.package.parts)]
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as packed:
            for name in names:
                content = self.parts[name] if name in self.parts else self._get(name)
                packed.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED, _LEVEL)


def _listed(reading: FileReading, style: int) -> bytes:
    rows = []
    for number, line in enumerate(listing.lines(reading), 1):
        cells = b"".join(
            text_cell(f"{column_letters(i)}{number}", style, str(said))
            for i, said in enumerate(line, 1)
            if said != ""
        )
        rows.append(b'<row r="%d">%s</row>' % (number, cells))
    widths = "".join(
        f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>'
        for i, width in enumerate((22, 16, 20, 24, 48, 48, 24), 1)
    )
    head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><cols>{widths}</cols><sheetData>'
    return head.encode() + b"".join(rows) + b"</sheetData></worksheet>"
