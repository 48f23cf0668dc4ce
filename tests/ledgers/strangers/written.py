"""Pages as files: openpyxl, xlsxwriter, xlwt, hand-written OpenDocument, text. None of the product's writers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.utils import get_column_letter

from tests.ledgers.strangers.page import Formula, Page, Shown


def xlsx(*pages: Page) -> bytes:
    """As a clerk saves it (openpyxl). Formulas have no cached value here: use `exported` for those."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for page in pages:
        sheet = book.create_sheet(page.name)
        for r, line in enumerate(page.lines, 1):
            for c, cell in enumerate(line, 1):
                if cell is None:
                    continue
                to = sheet.cell(r, c)
                to.value = cell.value if isinstance(cell, Shown) else cell
                if isinstance(cell, Shown):
                    to.number_format = cell.form
        for top, left, bottom, right in page.merged:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for r in page.hidden_rows:
            sheet.row_dimensions[r].hidden = True
        for c in page.hidden_columns:
            sheet.column_dimensions[get_column_letter(c)].hidden = True
        if page.filtered:
            sheet.auto_filter.ref = f"A{page.headers[-1]}:{get_column_letter(page.width)}{len(page.lines)}"
        if page.hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def exported(*pages: Page, constant: bool = False) -> bytes:
    """As a system exports it (xlsxwriter); with `constant` texts stand in the cells and not in a common list."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": not constant, "constant_memory": constant})
    forms: dict[str, Any] = {}

    def form(text: str) -> Any:
        return forms.setdefault(text, book.add_format({"num_format": text}))

    for page in pages:
        sheet = book.add_worksheet(page.name)
        for r, line in enumerate(page.lines):
            for c, cell in enumerate(line):
                value, how = (cell.value, form(cell.form)) if isinstance(cell, Shown) else (cell, None)
                if value is None:
                    continue
                if isinstance(value, Formula):
                    sheet.write_formula(r, c, value.text, how, value.cached)
                elif isinstance(value, bool):
                    sheet.write_boolean(r, c, value)
                elif isinstance(value, dt.datetime):
                    sheet.write_datetime(r, c, value, how or form("yyyy-mm-dd hh:mm:ss"))
                elif isinstance(value, dt.date):
                    moment = dt.datetime.combine(value, dt.time())
                    sheet.write_datetime(r, c, moment, how or form("yyyy-mm-dd"))
                elif isinstance(value, int | float):
                    sheet.write_number(r, c, value, how)
                else:
                    sheet.write_string(r, c, str(value), how)
        for top, left, bottom, right in page.merged:
            text = page.lines[top - 1][left - 1]
            sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, text)
    book.close()
    return out.getvalue()


def xls(*pages: Page) -> bytes:
    """The old binary format, which WPS also calls .et (xlwt)."""
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for page in pages:
        sheet = book.add_sheet(page.name)
        spans = {(top, left): (bottom, right) for top, left, bottom, right in page.merged}
        for r, line in enumerate(page.lines, 1):
            for c, cell in enumerate(line, 1):
                value = cell.value if isinstance(cell, Shown) else cell
                style = (
                    xlwt.easyxf(num_format_str=cell.form)
                    if isinstance(cell, Shown)
                    else xlwt.Style.default_style
                )
                if isinstance(value, dt.date):
                    style = day
                if (r, c) in spans:
                    bottom, right = spans[r, c]
                    sheet.write_merge(r - 1, bottom - 1, c - 1, right - 1, value, style)
                elif value is not None:
                    sheet.write(r - 1, c - 1, value, style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(page: Page, encoding: str, separator: str = ",", *, mark: bytes = b"", end: str = "\r\n") -> bytes:
    """Lines of text; quoted where a cell holds the separator, a quotation mark or a line break."""
    out = io.StringIO(newline="")
    width = page.width
    if len(separator.encode()) == 1:
        writer = csv.writer(out, delimiter=separator, lineterminator=end)
        writer.writerows([*map(_typed, line), *[""] * (width - len(line))] for line in page.lines)
    else:
        for line in page.lines:
            out.write(separator.join([*map(_typed, line), *[""] * (width - len(line))]) + end)
    return mark + out.getvalue().encode(encoding)


def _typed(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:%Y/%m/%d}" if isinstance(cell, dt.date) else str(cell)


def ods(*pages: Page) -> bytes:
    """OpenDocument, as other office programs save it: repeated blank cells, covered cells under merged ones."""
    tables = "".join(_ods_table(page) for page in pages)
    names = {"office": "office", "table": "table", "text": "text", "style": "style"}
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in names.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>'
    )
    return packed(
        {
            "mimetype": kind.encode(),
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": content.encode(),
        }
    )


def _ods_table(page: Page) -> str:
    spans = {(top, left): (bottom, right) for top, left, bottom, right in page.merged}
    covered = {
        (r, c)
        for top, left, bottom, right in page.merged
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
        if (r, c) != (top, left)
    }
    rows = []
    for r, line in enumerate(page.lines, 1):
        cells = []
        for c in range(1, page.width + 1):
            cell = line[c - 1] if c <= len(line) else None
            more = ""
            if (r, c) in spans:
                bottom, right = spans[r, c]
                more = f' table:number-columns-spanned="{right - c + 1}" table:number-rows-spanned="{bottom - r + 1}"'
            cells.append("<table:covered-table-cell/>" if (r, c) in covered else _ods_cell(cell, more))
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    rows.append(
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000"/></table:table-row>'
    )
    return f"<table:table table:name={quoteattr(page.name)}>{''.join(rows)}</table:table>"


def _ods_cell(cell: Any, more: str) -> str:
    if cell is None:
        return f"<table:table-cell{more}/>"
    if isinstance(cell, dt.date):
        return f'<table:table-cell{more} office:value-type="date" office:date-value="{cell.isoformat()}"><text:p>{cell:%Y年%m月%d日}</text:p></table:table-cell>'
    if isinstance(cell, int | float):
        return f'<table:table-cell{more} office:value-type="float" office:value="{cell}"><text:p>{cell:,.2f}</text:p></table:table-cell>'
    lines = "".join(f"<text:p>{escape(part)}</text:p>" for part in str(cell).split("\n"))
    return f'<table:table-cell{more} office:value-type="string">{lines}</table:table-cell>'


def packed(parts: dict[str, bytes]) -> bytes:
    """A package of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def repacked(data: bytes, **more: bytes) -> bytes:
    """A package with further parts; `__` in a name stands for a stroke, `_dot_` for a dot."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return packed(
        {**parts, **{name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()}}
    )


__all__: Sequence[str] = ("exported", "ods", "packed", "repacked", "text", "xls", "xlsx")
