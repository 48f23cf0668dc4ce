"""A workbook written part by part: strings shared, cells merged, a style for headers, titles and dates, errors as a formula's value.

Many times faster than a general writer, which is what a generator of whole counties needs; read back by two libraries in
the tests. Times in the archive are fixed.
"""

from __future__ import annotations

import datetime as dt
import html
import zipfile
from functools import cache
from pathlib import Path

from doudi.sample.ledgers.cells import DATE, ERROR, NUMBER
from doudi.sample.ledgers.pages import Laid

ZIP_TIME = (2026, 6, 30, 9, 0, 0)
_HEAD, _TITLE, _DAY = 1, 2, 3
_EXCEL = dt.date(1899, 12, 30)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="3"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="16"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="2"><border><left/><right/><top/><bottom/>'
    '<diagonal/></border><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/>'
    '</border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1" applyAlignment="1">'
    '<alignment horizontal="center" vertical="center"/></xf><xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" '
    'applyFont="1" applyAlignment="1"><alignment horizontal="center"/></xf><xf numFmtId="164" fontId="0" fillId="0" '
    'borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
    'builtinId="0"/></cellStyles></styleSheet>'
)


@cache
def letters(column: int) -> str:
    """The letters of a column counted from nought."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@cache
def _serial(day: str) -> int:
    return (dt.date.fromisoformat(day) - _EXCEL).days


class _Strings:
    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.uses = 0

    def place(self, text: str) -> int:
        self.uses += 1
        return self.places.setdefault(text, len(self.places))

    def xml(self) -> str:
        parts = "".join(
            f'<si><t xml:space="preserve">{html.escape(text, quote=False)}</t></si>' for text in self.places
        )
        return (
            f'{_XML}<sst xmlns="{_MAIN}" count="{self.uses}" uniqueCount="{len(self.places)}">{parts}</sst>'
        )


def write_xlsx(
    path: Path, sheets: list[tuple[str, Laid]], others: tuple[tuple[str, tuple[str, ...]], ...] = ()
) -> None:
    """Write sheets, and after them sheets of plain lines."""
    strings = _Strings()
    parts = [(name, _sheet(laid, strings)) for name, laid in sheets]
    parts += [(name, _plain(texts, strings)) for name, texts in others]
    names = [name or f"Sheet{n}" for n, (name, _) in enumerate(parts, 1)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as out:

        def put(name: str, text: str) -> None:
            out.writestr(zipfile.ZipInfo(name, ZIP_TIME), text.encode(), zipfile.ZIP_DEFLATED)

        put("[Content_Types].xml", _types(len(parts)))
        kind = f"{_REL}/officeDocument"
        put("_rels/.rels", _relations([("rId1", kind, "xl/workbook.xml")]))
        listed = "".join(
            f'<sheet name="{html.escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
            for n, name in enumerate(names, 1)
        )
        put(
            "xl/workbook.xml",
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>',
        )
        links = [
            (f"rId{n}", f"{_REL}/worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(parts) + 1)
        ]
        links += [
            ("rIdS", f"{_REL}/styles", "styles.xml"),
            ("rIdT", f"{_REL}/sharedStrings", "sharedStrings.xml"),
        ]
        put("xl/_rels/workbook.xml.rels", _relations(links))
        put("xl/styles.xml", _STYLES)
        for n, (_, xml) in enumerate(parts, 1):
            put(f"xl/worksheets/sheet{n}.xml", xml)
        put("xl/sharedStrings.xml", strings.xml())


def _types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [
        ("/xl/workbook.xml", "sheet.main"),
        ("/xl/styles.xml", "styles"),
        ("/xl/sharedStrings.xml", "sharedStrings"),
    ]
    parts += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    listed = "".join(f'<Override PartName="{name}" ContentType="{kind}.{what}+xml"/>' for name, what in parts)
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relations(links: list[tuple[str, str, str]]) -> str:
    listed = "".join(f'<Relationship Id="{key}" Type="{kind}" Target="{to}"/>' for key, kind, to in links)
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _sheet(laid: Laid, strings: _Strings) -> str:
    head, titles = (
        set(laid.header_rows),
        {top for top, left, _, right in laid.merged if right > left + 1 and top == 0},
    )
    columns = []
    for c, (cells, how) in enumerate(zip(laid.cells, laid.how, strict=True)):
        columns.append(_column(letters(c), cells.tolist(), how.tolist(), head, titles, strings))
    rows = "".join(
        f'<row r="{r}">{"".join(row)}</row>' for r, row in enumerate(zip(*columns, strict=True), 1)
    )
    merged = "".join(
        f'<mergeCell ref="{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"/>'
        for top, left, bottom, right in laid.merged
    )
    merges = f'<mergeCells count="{len(laid.merged)}">{merged}</mergeCells>' if merged else ""
    return _worksheet(f"A1:{letters(len(columns) - 1)}{max(laid.height, 1)}", rows, merges)


def _worksheet(size: str, rows: str, merges: str = "") -> str:
    return f'{_XML}<worksheet xmlns="{_MAIN}"><dimension ref="{size}"/><sheetData>{rows}</sheetData>{merges}</worksheet>'


def _column(
    letter: str, cells: list[str | None], how: list[int], head: set[int], titles: set[int], strings: _Strings
) -> list[str]:
    out = []
    place = strings.place
    for r, (cell, kind) in enumerate(zip(cells, how, strict=True), 1):
        if cell is None:
            out.append("")
        elif kind == NUMBER:
            out.append(f'<c r="{letter}{r}"><v>{_shown(cell)}</v></c>')
        elif kind == DATE:
            out.append(f'<c r="{letter}{r}" s="{_DAY}"><v>{_serial(cell)}</v></c>')
        elif kind == ERROR:
            out.append(f'<c r="{letter}{r}" t="e"><f>NA()</f><v>{cell}</v></c>')
        else:
            style = f' s="{_HEAD}"' if r in head else f' s="{_TITLE}"' if r - 1 in titles else ""
            out.append(f'<c r="{letter}{r}"{style} t="s"><v>{place(cell)}</v></c>')
    return out


def _shown(cell: str) -> str:
    """A number as a spreadsheet keeps it: floating point, fifteen digits."""
    return repr(float(cell)) if len(cell) > 9 else cell


def _plain(texts: tuple[str, ...], strings: _Strings) -> str:
    rows = "".join(
        f'<row r="{r}"><c r="A{r}" t="s"><v>{strings.place(text)}</v></c></row>'
        for r, text in enumerate(texts, 1)
    )
    return _worksheet(f"A1:A{max(len(texts), 1)}", rows)
