"""Any other file handed back as a new xlsx: the same cells in the same places, with notes. Text stays text."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from doudi.facts.edges import replaced
from doudi.ledgers.importers.grid import BOOL, DATE, NUMBER, Grid
from doudi.ledgers.reading.result import FileReading, SheetReading
from doudi.ledgers.returning import comments, listing
from doudi.ledgers.returning.marks import ADVICE, LIST, PROBLEM, heading
from doudi.ledgers.returning.wording import SheetNotes, by_sheet, notes_of

MOST_ROWS = 300_000
"""Of a longer file only the header and the rows with problems come back: nobody mends a million rows by eye."""
_MANY = 100_000
_MERGED = 2_000
_WHEN = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_DIGITS = 15


def return_fresh(reading: FileReading, out: Path) -> None:
    """Write the grids that were read, with what was found."""
    many = max((grid.rows for grid in reading.workbook.sheets), default=0) > _MANY
    with replaced(out) as beside:
        book = xlsxwriter.Workbook(
            beside, {"constant_memory": many, "in_memory": False, "use_future_functions": False}
        )
        book.set_properties({"created": _WHEN})
        formats = _Formats(book)
        taken: set[str] = set()
        tables = by_sheet(reading)
        for place, grid in enumerate(reading.workbook.sheets, 1):
            found = tables.get(grid.name, [])
            sheet = book.add_worksheet(_name(grid.name or "数据", place, taken))
            _write(sheet, grid, found, reading.workbook.sha256, formats, merge=not many)
            if grid.hidden and place > 1:
                sheet.hide()
        sheet = book.add_worksheet(LIST)
        for number, line in enumerate(listing.lines(reading)):
            for column, said in enumerate(line):
                sheet.write_string(number, column, str(said)[:32_000], formats.note)
        sheet.set_column(0, 6, 26)
        book.close()


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        bad = {"bg_color": "#FFC7CE"}
        self.text = book.add_format({"num_format": "@"})
        self.bad_text = book.add_format({"num_format": "@", **bad})
        self.armed = book.add_format({"num_format": "@", "quote_prefix": True})
        self.bad_armed = book.add_format({"num_format": "@", "quote_prefix": True, **bad})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.bad = book.add_format({**bad})
        self.bad_day = book.add_format({"num_format": "yyyy-mm-dd", **bad})
        self.heading = book.add_format({"bg_color": "#FFF2CC"})
        self.note = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})


def _name(said: str, place: int, taken: set[str]) -> str:
    name = "".join("_" if sign in "[]:*?/\\'" else sign for sign in said).strip()[:28] or f"表{place}"
    while name.lower() in taken or name == LIST:
        name = f"{name[:24]}_{place}"
    taken.add(name.lower())
    return name


def _write(
    sheet: Worksheet, grid: Grid, found: list[SheetReading], sha256: str, formats: _Formats, *, merge: bool
) -> None:
    width = grid.first_column - 1 + len(grid.cells)
    notes = notes_of(found, width) if found else SheetNotes(grid.name, 0, width + 1, {}, frozenset())
    shown = _shown(grid, notes)
    if merge and len(shown) == grid.rows:
        for one in grid.merged[:_MERGED]:
            _merge(sheet, grid, one)
    told = 0
    for start in range(0, len(shown), 10_000):
        some = shown[start : start + 10_000]
        columns = [pc.take(cells, some).to_pylist() for cells in grid.cells]
        kinds = [of[some] for of in grid.kinds]
        for i, at in enumerate(some.tolist()):
            number = at + grid.first_row
            row = start + i if len(shown) < grid.rows else number - 1
            note = notes.rows.get(number)
            for place, (texts, of) in enumerate(zip(columns, kinds, strict=True)):
                column = place + grid.first_column
                bad = note is not None and column in note.cells
                if texts[i] is not None or bad:
                    _cell(sheet, row, column - 1, texts[i] or "", int(of[i]), formats, bad=bad)
                if bad and note is not None and told < comments.MOST:
                    sheet.write_comment(row, column - 1, note.cells[column], {"author": comments.AUTHOR})
                    told += 1
            _beside(sheet, row, number, notes, sha256, formats)
    sheet.set_column(width, width + 1, 44)
    sheet.set_column(width + 2, width + 2, 9, None, {"hidden": True})


def _shown(grid: Grid, notes: SheetNotes) -> np.ndarray[Any, np.dtype[np.int64]]:
    if grid.rows <= MOST_ROWS:
        return np.arange(grid.rows)
    numbers = sorted({*range(grid.first_row, notes.heading + 1), *notes.rows})[:MOST_ROWS]
    return np.array(numbers, np.int64) - grid.first_row


def _merge(sheet: Worksheet, grid: Grid, one: Any) -> None:
    top, left = one.top + grid.first_row - 1, one.left + grid.first_column - 1
    bottom, right = one.bottom + grid.first_row - 1, one.right + grid.first_column - 1
    try:
        sheet.merge_range(top, left, bottom, right, "")
    except xlsxwriter.exceptions.OverlappingRange:
        return


def _cell(
    sheet: Worksheet, row: int, column: int, text: str, kind: int, formats: _Formats, *, bad: bool
) -> None:
    """The cell as it was. What would start a formula is text, and stays so when it is edited."""
    if kind == NUMBER and sum(sign.isdigit() for sign in text) <= _DIGITS:
        sheet.write_number(row, column, float(text), formats.bad if bad else None)
    elif kind == DATE and len(text) == 10:
        sheet.write_datetime(
            row, column, dt.datetime.fromisoformat(text), formats.bad_day if bad else formats.day
        )
    elif kind == BOOL:
        sheet.write_boolean(row, column, text == "TRUE", formats.bad if bad else None)
    else:
        armed = text.startswith(("=", "+", "-", "@", "\t", "\r"))
        if armed:
            style = formats.bad_armed if bad else formats.armed
        else:
            style = formats.bad_text if bad else formats.text
        sheet.write_string(row, column, text[:32_767], style)


def _beside(
    sheet: Worksheet, row: int, number: int, notes: SheetNotes, sha256: str, formats: _Formats
) -> None:
    first = notes.column - 1
    if number == notes.heading:
        for i, said in enumerate((PROBLEM, ADVICE, heading(sha256, notes.name))):
            sheet.write_string(row, first + i, said, formats.heading)
        return
    if note := notes.rows.get(number):
        sheet.write_string(row, first, note.problem[:32_000], formats.note)
        sheet.write_string(row, first + 1, note.advice[:32_000], formats.note)
    if number in notes.records:
        sheet.write_number(row, first + 2, number)
