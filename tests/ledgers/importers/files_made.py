"""Good files of every format, made in memory; every person in them lives in area 990101."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import openpyxl
import xlsxwriter
import xlwt

HEADER = ("姓名", "身份证号", "出生日期", "缴费金额", "是否参保")
ROWS = (
    ("样一", "990101198001011234", dt.date(1980, 1, 1), 380.0, True),
    ("样二", "990101199002021235", dt.date(1990, 2, 2), 1234.5, False),
    ("样三", "99010120010303123X", dt.date(2001, 3, 3), 0.1, True),
)
TEXTS = (("样一", "990101198001011234", "1980-01-01", "380", "TRUE"),)


def as_openpyxl() -> bytes:
    """With a merged title, a hidden sheet, a formula, a comment and styles."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    sheet.append(["某县参保台账"])
    sheet.append(list(HEADER))
    for row in ROWS:
        sheet.append(list(row))
    sheet.merge_cells("A1:E1")
    sheet["G3"] = "=SUM(D3:D5)"
    hidden = book.create_sheet("代码")
    hidden["A1"] = "居民"
    hidden.sheet_state = "hidden"
    return _saved(book.save)


def as_xlsxwriter(rows: int = 40) -> bytes:
    """As a system's export: text in shared strings, numbers, dates."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, day = book.add_worksheet("参保"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADER)
    for at in range(rows):
        name, number, born, paid, insured = ROWS[at % len(ROWS)]
        sheet.write_row(at + 1, 0, (f"{name}{at}", number))
        sheet.write_datetime(at + 1, 2, dt.datetime.combine(born, dt.time()), day)
        sheet.write_number(at + 1, 3, paid)
        sheet.write_boolean(at + 1, 4, insured)
    book.close()
    return out.getvalue()


def as_xls() -> bytes:
    """The old format, which WPS also calls .et."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet, day = book.add_sheet("台账"), xlwt.easyxf(num_format_str="YYYY-MM-DD")
    sheet.write_merge(0, 0, 0, 4, "某县参保台账")
    for column, said in enumerate(HEADER):
        sheet.write(1, column, said)
    for at, (name, number, born, paid, insured) in enumerate(ROWS, 2):
        sheet.write(at, 0, name)
        sheet.write(at, 1, number)
        sheet.write(at, 2, born, day)
        sheet.write(at, 3, paid)
        sheet.write(at, 4, insured)
    sheet.row(4).set_cell_error(6, 0x2A)
    hidden = book.add_sheet("代码")
    hidden.write(0, 0, "居民")
    hidden.visibility = 1
    return _saved(book.save)


_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
 office:version="1.2"><office:automatic-styles><style:style style:name="ta2" style:family="table"><style:table-properties
 table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"""


def ods_of(tables: str) -> bytes:
    """An OpenDocument workbook around its tables."""
    manifest = (
        '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>'
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": _CONTENT.replace("{tables}", tables).encode(),
        }
    )


def ods_text(said: str, more: str = "") -> str:
    """One cell of text."""
    return f'<table:table-cell office:value-type="string"{more}><text:p>{said}</text:p></table:table-cell>'


def as_ods() -> bytes:
    """OpenDocument, with a merged title and a hidden sheet."""
    title = ods_text("某县参保台账", ' table:number-columns-spanned="5" table:number-rows-spanned="1"')
    rows = [
        f'<table:table-row>{title}<table:covered-table-cell table:number-columns-repeated="4"/></table:table-row>'
    ]
    rows.append(f"<table:table-row>{''.join(map(ods_text, HEADER))}</table:table-row>")
    for name, number, born, paid, insured in ROWS:
        cells = [
            ods_text(name),
            ods_text(number),
            f'<table:table-cell office:value-type="date" office:date-value="{born}"><text:p>{born}</text:p></table:table-cell>',
            f'<table:table-cell office:value-type="float" office:value="{paid}"><text:p>{paid}</text:p></table:table-cell>',
            f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(insured).lower()}"><text:p>{insured}</text:p></table:table-cell>',
        ]
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    rows.append(
        '<table:table-row table:number-rows-repeated="1048571"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    hidden = f'<table:table table:name="代码" table:style-name="ta2"><table:table-row>{ods_text("居民")}</table:table-row></table:table>'
    return ods_of(f'<table:table table:name="台账">{"".join(rows)}</table:table>{hidden}')


def csv_text() -> str:
    """A title, a header with a line break in it, and rows; one is short."""
    lines = ["某县参保台账", ",".join((*HEADER[:4], '"是否\n参保"'))]
    lines += [
        f'{name},{number}\t,{born},"{paid:,.2f}",{"是" if insured else "否"}'
        for name, number, born, paid, insured in ROWS
    ]
    return "\r\n".join([*lines, "合计,3", ""])


def as_csv(encoding: str = "gb18030") -> bytes:
    """The same in an encoding."""
    return csv_text().encode(encoding)


def html_text() -> str:
    """What systems export as .xls: a page with a table, header cells merged both ways."""
    rows = "".join(
        f"<tr><td>{name}</td><td style='mso-number-format:\"\\@\"'>{number}</td><td>{born}</td><td align=right>{paid}</td><td>是</td></tr>"
        for name, number, born, paid, _ in ROWS
    )
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" '
        'content="text/html; charset=gb2312"></head><body><table border=1><tr><td colspan=5>某县参保台账</td></tr>'
        "<tr><th rowspan=2>姓名</th><th rowspan=2>身份证号</th><th colspan=3>参保</th></tr>"
        f"<tr><th>出生日期</th><th>缴费<br>金额</th><th>是否参保</th></tr>{rows}</table></body></html>"
    )


def as_html() -> bytes:
    """The same as it is sent."""
    return html_text().encode("gb18030")


def as_xml2003() -> bytes:
    """The XML of Excel 2003, named .xls by the systems that export it."""

    def cell(kind: str, said: object, more: str = "") -> str:
        return f'<Cell{more}><Data ss:Type="{kind}">{said}</Data></Cell>'

    rows = ["<Row>" + cell("String", "某县参保台账", ' ss:MergeAcross="4"') + "</Row>"]
    rows.append(f"<Row>{''.join(cell('String', said) for said in HEADER)}</Row>")
    for name, number, born, paid, insured in ROWS:
        cells = cell("String", name) + cell("String", number) + cell("DateTime", f"{born}T00:00:00.000")
        rows.append(f"<Row>{cells}{cell('Number', paid)}{cell('Boolean', int(insured))}</Row>")
    rows.append("<Row ss:Index='8'>" + cell("Error", "#N/A", ' ss:Index="7"') + "</Row>")
    hidden = f"<Worksheet ss:Name='代码'><Table><Row>{cell('String', '居民')}</Row></Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>"
    return (
        '<?xml version="1.0" encoding="GB2312"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel"><Worksheet ss:Name="台账"><Table>{"".join(rows)}</Table></Worksheet>{hidden}</Workbook>'
    ).encode("gb18030")


GOOD: dict[str, Callable[[], bytes]] = {
    "openpyxl": as_openpyxl,
    "xlsxwriter": as_xlsxwriter,
    "xls": as_xls,
    "ods": as_ods,
    "csv": as_csv,
    "html": as_html,
    "xml2003": as_xml2003,
}


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, method)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """A package's parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def with_parts(data: bytes, **changed: bytes) -> bytes:
    """The package with parts changed or added; `__` stands for `/` in names."""
    return zipped(parts_of(data) | {name.replace("__", "/"): content for name, content in changed.items()})


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()
