"""Pages written as files of every kind that departments send; the same bytes for the same pages.

The .xls by its usual writer, the others by hand. Times inside archives are fixed.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlwt

from doudi.sample.ledgers.cells import DATE, ERROR, NUMBER
from doudi.sample.ledgers.pages import Book, Laid, lines
from doudi.sample.ledgers.write_xlsx import ZIP_TIME, write_xlsx

Sheets = list[tuple[str, Laid]]
_ERRORS = {"#N/A": "#N/A!"}
"""What the writer of .xls calls an error otherwise."""


def write(book: Book, sheets: Sheets, path: Path) -> None:
    """One file."""
    _WRITERS[book.format](book, sheets, path)


def _xlsx(book: Book, sheets: Sheets, path: Path) -> None:
    write_xlsx(path, sheets, book.others)


def _xls(book: Book, sheets: Sheets, path: Path) -> None:
    out = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    bold = xlwt.easyxf("font: bold on; align: horiz center")
    for name, laid in sheets:
        sheet = out.add_sheet(name or "Sheet1")
        taken = set()
        for top, left, bottom, right in laid.merged:
            sheet.write_merge(top, bottom, left, right, laid.cells[left][top] or "", bold)
            taken.add((top, left))
        for c, (cells, how) in enumerate(zip(laid.cells, laid.how, strict=True)):
            for r, (cell, kind) in enumerate(zip(cells.tolist(), how.tolist(), strict=True)):
                if cell is None or (r, c) in taken:
                    continue
                if kind == NUMBER:
                    sheet.write(r, c, float(cell))
                elif kind == DATE:
                    sheet.write(r, c, dt.datetime.fromisoformat(cell), day)
                elif kind == ERROR:
                    sheet.row(r).set_cell_error(c, _ERRORS.get(cell, cell))
                else:
                    sheet.write(r, c, cell)
    whole = io.BytesIO()
    out.save(whole)
    path.write_bytes(whole.getvalue())


def _csv(book: Book, sheets: Sheets, path: Path) -> None:
    mark = book.separator

    def cell(text: str | None) -> str:
        if text is None:
            return ""
        return '"' + text.replace('"', '""') + '"' if mark in text or '"' in text or "\n" in text else text

    whole = "".join(mark.join(map(cell, row)) + "\r\n" for _, laid in sheets for row in lines(laid))
    path.write_bytes(whole.encode(book.encoding or "utf-8", "strict"))


def _html(book: Book, sheets: Sheets, path: Path) -> None:
    parts = [
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={book.encoding}"></head><body>'
    ]
    for _, laid in sheets:
        parts.append('<table border="1" cellspacing="0">')
        head = set(laid.header_rows)
        for r, row in enumerate(lines(laid), 1):
            tag = "th" if r in head else "td style=\"mso-number-format:'\\@'\""
            end = tag.split()[0]
            parts.append(
                "<tr>" + "".join(f"<{tag}>{html.escape(text or '')}</{end}>" for text in row) + "</tr>"
            )
        parts.append("</table>")
    parts.append("</body></html>")
    path.write_bytes("\n".join(parts).encode("gb18030" if book.encoding == "gb2312" else book.encoding))


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>"
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def _ods(book: Book, sheets: Sheets, path: Path) -> None:
    parts = [_ODS]
    for name, laid in sheets:
        parts.append(f'<table:table table:name="{html.escape(name or "Sheet1")}">')
        spans = {
            (top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in laid.merged
        }
        columns = [
            list(zip(cells.tolist(), how.tolist(), strict=True))
            for cells, how in zip(laid.cells, laid.how, strict=True)
        ]
        for r, row in enumerate(zip(*columns, strict=True)):
            parts.append("<table:table-row>")
            parts += [_ods_cell(cell, kind, spans.get((r, c))) for c, (cell, kind) in enumerate(row)]
            parts.append("</table:table-row>")
        parts.append("</table:table>")
    parts.append("</office:spreadsheet></office:body></office:document-content>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        mimetype = zipfile.ZipInfo("mimetype", ZIP_TIME)
        out.writestr(mimetype, "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        for name, text in (("content.xml", "".join(parts)), ("META-INF/manifest.xml", _MANIFEST)):
            info = zipfile.ZipInfo(name, ZIP_TIME)
            out.writestr(info, text.encode(), zipfile.ZIP_DEFLATED)


def _ods_cell(cell: str | None, kind: int, span: tuple[int, int] | None) -> str:
    if cell is None:
        return "<table:table-cell/>"
    words = html.escape(cell)
    wide = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    match kind:
        case 2:
            value = f'office:value-type="float" office:value="{words}"'
        case 3:
            value = f'office:value-type="date" office:date-value="{words}"'
        case _:
            value = 'office:value-type="string"'
    return f"<table:table-cell {value}{wide}><text:p>{words}</text:p></table:table-cell>"


_WRITERS: dict[str, Callable[[Book, Sheets, Path], None]] = {
    "xlsx": _xlsx, "xls": _xls, "et": _xls, "csv": _csv, "html": _html, "ods": _ods,
}  # fmt: skip
