"""Files that somebody made to harm, or that no department should have sent; and what each must be told."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

import xlwt

from tests.ledgers.importers.files_made import (
    as_ods,
    as_openpyxl,
    as_xls,
    as_xlsxwriter,
    as_xml2003,
    ods_of,
    ods_text,
    parts_of,
    with_parts,
    zipped,
)

OUTSIDE = b"file:" + b"//" + b"/etc/passwd"
_SHEET = "xl/worksheets/sheet1.xml"
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
_SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _sheet(rows: bytes, head: bytes = _HEAD) -> bytes:
    body = head + b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (_SPACE, rows)
    return with_parts(as_xlsxwriter(1), **{_SHEET.replace("/", "__"): body})


def bomb() -> bytes:
    """One part packed a thousandfold."""
    return with_parts(as_xlsxwriter(1), **{"xl__media__image1.png": b"\0" * (64 << 20)})


def lying_bomb() -> bytes:
    """A part that says it is small and is not."""
    data = bytearray(_sheet(b"<row r='1'><c r='A1'><v>1</v></c></row>" + b" " * (40 << 20)))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        true = struct.pack("<I", packed.getinfo(_SHEET).file_size)
    for at in [match.start() for match in re.finditer(re.escape(true), bytes(data))]:
        data[at : at + 4] = struct.pack("<I", 1000)
    return bytes(data)


def crowd() -> bytes:
    """Thousands of parts."""
    return with_parts(as_xlsxwriter(1), **{f"xl__media__{i}.png": b"x" for i in range(6_000)})


def twice() -> bytes:
    """Two parts of one name: one to be checked, another to be read."""
    out = io.BytesIO(as_xlsxwriter(1))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(_SHEET.upper(), b"<worksheet/>")
    return out.getvalue()


def overlapping() -> bytes:
    """Thirty names for the same packed bytes, which would be unpacked thirty times."""
    data = zipped({"xl/a000.xml": random.Random(1).randbytes(50_000)})
    start, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    central = b"".join(data[start:end].replace(b"xl/a000.xml", b"xl/a%03d.xml" % i) for i in range(30))
    tail = bytearray(data[end:])
    struct.pack_into("<HHII", tail, 8, 30, 30, len(central), start)
    return data[:start] + central + bytes(tail)


def locked_zip() -> bytes:
    """Parts under a password."""
    data = bytearray(as_xlsxwriter(1))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for match in re.finditer(re.escape(sign), bytes(data)):
            data[match.start() + at] |= 1
    return bytes(data)


def macro() -> bytes:
    """A workbook with a macro, saved under the name of one without."""
    return with_parts(as_xlsxwriter(1), **{"xl__vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def macro_by_type() -> bytes:
    """The macro under another name; the content types tell."""
    types = parts_of(as_xlsxwriter(1))["[Content_Types].xml"]
    return zipped(
        parts_of(as_xlsxwriter(1))
        | {
            "[Content_Types].xml": types.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml"),
            "xl/a.bin": b"x",
        }
    )


def doctype() -> bytes:
    """A sheet that would read a file of the machine."""
    head = _HEAD + b'<!DOCTYPE x [<!ENTITY passwd SYSTEM "' + OUTSIDE + b'">]>'
    return _sheet(b'<row r="1"><c r="A1" t="inlineStr"><is><t>&passwd;</t></is></c></row>', head)


def laughs() -> bytes:
    """Entities that double thirty times."""
    head = (
        _HEAD
        + b'<!DOCTYPE x [<!ENTITY a0 "ha">'
        + b"".join(b'<!ENTITY a%d "&a%d;&a%d;">' % (i, i - 1, i - 1) for i in range(1, 31))
    )
    strings = head + b"]><sst %s><si><t>&a30;</t></si></sst>" % _SPACE
    return with_parts(as_xlsxwriter(1), **{"xl__sharedStrings.xml": strings})


def outside_link() -> bytes:
    """Values from another file."""
    return with_parts(as_openpyxl(), **{"xl__externalLinks__externalLink1.xml": b"<externalLink/>"})


def outside_object() -> bytes:
    """An object that a sheet takes from the network."""
    relation = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/oleObject" '
        b'Target="//server/share/x.doc" TargetMode="External"/></Relationships>'
    )
    return with_parts(as_xlsxwriter(1), **{"xl__worksheets___rels__sheet1.xml.rels": relation})


def connection() -> bytes:
    """A query that runs when the file is opened."""
    return with_parts(as_xlsxwriter(1), **{"xl__connections.xml": b"<connections/>"})


def far_corner() -> bytes:
    """Two cells, seventeen thousand million apart."""
    return _sheet(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )


def far_corner_quietly() -> bytes:
    """The same without saying where the cells are, under a prefix, in small letters."""
    rows = b"<x:row/>" * 1_000_000 + b"<x:row>" + b"<x:c><x:v>1</x:v></x:c>" * 2_000 + b"</x:row>"
    body = (
        _HEAD
        + b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
    )
    first = b"<x:row r=\"1\"><x:c r='a1'><x:v>1</x:v></x:c></x:row>"
    return with_parts(
        as_xlsxwriter(1), **{_SHEET.replace("/", "__"): body + first + rows + b"</x:sheetData></x:worksheet>"}
    )


def far_corner_in_a_long_tag() -> bytes:
    """A far cell whose place stands a hundred thousand blanks after its name, at the end of what is looked at at once."""
    near = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    filled = near + b" " * ((4 << 20) - 90_000 - len(near))
    return _sheet(filled + b"<row><c" + b" " * 100_000 + b'r="XFD1048576"><v>1</v></c></row>')


def endless_tag() -> bytes:
    """A tag that is never closed."""
    return _sheet(b"<row " + b"a" * (15 << 20))


def million_columns() -> bytes:
    """One row with a cell beyond every column."""
    return _sheet(b'<row r="1"><c r="A1"><v>1</v></c><c r="BDWGN1"><v>1</v></c></row>')


def million_fields() -> bytes:
    """One line of a million separators."""
    return "姓名,证号\n样一,1\n".encode() + b"," * 1_000_000 + b"x\n"


def million_wide() -> bytes:
    """A web page with one cell across a million columns, and one down as many rows."""
    return "<table><tr><td rowspan=99999999 colspan=99999999>姓名</td><td>x</td></tr></table>".encode()


def repeated() -> bytes:
    """An OpenDocument cell said a million by sixteen thousand times."""
    cell = ods_text("样", ' table:number-columns-repeated="16384"')
    return ods_of(
        f'<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row></table:table>'
    )


def echo() -> bytes:
    """One long text in the shared strings, used a hundred thousand times."""
    strings = _HEAD + b"<sst %s><si><t>%s</t></si></sst>" % (_SPACE, "样".encode() * 30_000)
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (i, i) for i in range(1, 100_001))
    body = _HEAD + b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (_SPACE, cells)
    return with_parts(as_xlsxwriter(1), **{_SHEET.replace("/", "__"): body, "xl__sharedStrings.xml": strings})


def doctype_2003() -> bytes:
    """The XML of Excel 2003, with an entity."""
    xml = as_xml2003().replace(
        b"<Workbook", b'<!DOCTYPE x [<!ENTITY a SYSTEM "' + OUTSIDE + b'">]><Workbook', 1
    )
    return xml.replace("样一".encode("gb18030"), b"&a;")


def far_2003() -> bytes:
    """The same with a cell far down and far right."""
    return as_xml2003().replace(b"ss:Index='8'", b"ss:Index='99999999'")


def echo_xls() -> bytes:
    """The same in the old format."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for row in range(40_000):
        sheet.write(row, 0, "样" * 30_000)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def wide_xml() -> bytes:
    """A sheet in UTF-16, where bytes cannot be searched."""
    xml = '<?xml version="1.0" encoding="UTF-16"?><worksheet/>'.encode("utf-16")
    return with_parts(as_xlsxwriter(1), **{_SHEET.replace("/", "__"): xml})


def _renamed(data: bytes, old: str, new: str, kind: int | None = None) -> bytes:
    """A compound file with an entry of its directory called otherwise."""
    raw = old.encode("utf-16-le")
    at = data.index(raw + b"\0" * (64 - len(raw)))
    name = new.encode("utf-16-le")
    entry = bytearray(data[at : at + 128])
    entry[:64] = name + b"\0" * (64 - len(name))
    struct.pack_into("<H", entry, 64, len(name) + 2)
    if kind is not None:
        entry[66] = kind
    return data[:at] + bytes(entry) + data[at + 128 :]


def locked() -> bytes:
    """A password-protected xlsx: a compound file with the workbook inside."""
    return _renamed(as_xls(), "Workbook", "EncryptedPackage")


def word() -> bytes:
    """A Word document."""
    return _renamed(as_xls(), "Workbook", "WordDocument")


def _record(data: bytes, old: int, new: int) -> bytes:
    """An .xls whose first record of a kind is of another."""
    start = data.index(struct.pack("<HHH", 0x809, 16, 0x600))
    at = start
    while True:
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == old:
            return data[:at] + struct.pack("<H", new) + data[at + 2 :]
        at += 4 + size


def locked_xls() -> bytes:
    """An .xls under a password."""
    return _record(as_xls(), 0x42, 0x2F)


def macro_sheet() -> bytes:
    """An .xls with a sheet of Excel 4 macros."""
    data = bytearray(_record(as_xls(), 0x85, 0x85))
    at = bytes(data).index(struct.pack("<H", 0x85), bytes(data).index(struct.pack("<HHH", 0x809, 16, 0x600)))
    while struct.unpack_from("<H", data, at)[0] != 0x85 or data[at + 9] != 0 or data[at + 2] > 40:
        at = bytes(data).index(struct.pack("<H", 0x85), at + 1)
    data[at + 9] = 1
    return bytes(data)


def macro_xls() -> bytes:
    """An .xls with a macro project."""
    data = as_xls()
    root = data.index("Root Entry".encode("utf-16-le"))
    at = next(at for at in range(root, len(data), 128) if data[at + 66] == 0)
    name = "_VBA_PROJECT_CUR".encode("utf-16-le")
    entry = bytearray(128)
    entry[: len(name)] = name
    struct.pack_into("<HB", entry, 64, len(name) + 2, 1)
    return data[:at] + bytes(entry) + data[at + 128 :]


def round_chain() -> bytes:
    """A compound file whose sectors lead back to the first."""
    data = bytearray(as_xls())
    table = struct.unpack_from("<I", data, 76)[0]
    start = (table + 1) * 512
    for i in range(60):
        struct.pack_into("<I", data, start + 4 * i, 0)
    return bytes(data)


def nested() -> bytes:
    """Workbooks in a zip."""
    return zipped({"东镇.xlsx": as_xlsxwriter(1), "西镇.xlsx": as_xlsxwriter(1)})


def cut_short() -> bytes:
    """The first half of a workbook."""
    data = as_xlsxwriter()
    return data[: len(data) // 2]


def open_quote() -> bytes:
    """A quotation mark that is never closed, early in a long file."""
    lines = [f'样{i},990101,"东村' if i == 5 else f"样{i},990101,东村" for i in range(100_000)]
    return "\n".join(["姓名,区划,村", *lines]).encode()


def deep_page() -> bytes:
    """Tables within tables, a hundred thousand deep."""
    return b"<table><tr><td>" * 100_000 + "样".encode()


def parquet() -> bytes:
    """Another kind of data altogether."""
    return b"PAR1" + zlib.compress(b"x" * 999) + b"PAR1"


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a zip bomb": (bomb, "炸弹"),
    "a bomb that lies about its size": (lying_bomb, "炸弹"),
    "six thousand parts": (crowd, "6,0"),
    "two parts of one name": (twice, "重名"),
    "parts that overlap": (overlapping, "重叠"),
    "a zip under a password": (locked_zip, "密码"),
    "a macro": (macro, "宏"),
    "a macro under another name": (macro_by_type, "宏"),
    "a document type": (doctype, "实体"),
    "a thousand million laughs": (laughs, "实体"),
    "a link to another file": (outside_link, "链接"),
    "an object on a server": (outside_object, "链接"),
    "a data connection": (connection, "连接"),
    "a cell at the far corner": (far_corner, "16,384 列"),
    "cells that do not say where they are": (far_corner_quietly, "2,000 列"),
    "a far cell in a long tag": (far_corner_in_a_long_tag, "16,384 列"),
    "a tag without an end": (endless_tag, "损坏"),
    "a million columns": (million_columns, "1,000,000 列"),
    "a million fields": (million_fields, "1,000,001 列"),
    "a page a million wide": (million_wide, "2,000 列"),
    "a repeat of thousands of millions": (repeated, "16,384 列"),
    "a long text in every cell": (echo, "过大"),
    "a long text in every cell of an xls": (echo_xls, "过大"),
    "an entity in the XML of 2003": (doctype_2003, "实体"),
    "a row far down in the XML of 2003": (far_2003, "99,999,999 行"),
    "a sheet in UTF-16": (wide_xml, "UTF-8"),
    "a workbook under a password": (locked, "密码"),
    "a Word document": (word, "Word"),
    "an xls under a password": (locked_xls, "密码"),
    "a sheet of old macros": (macro_sheet, "宏"),
    "an xls with macros": (macro_xls, "宏"),
    "a chain without an end": (round_chain, "损坏"),
    "workbooks in a zip": (nested, "解压"),
    "half a workbook": (cut_short, "损坏"),
    "a Parquet file": (parquet, "Parquet"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "图片"),
    "a PDF": (lambda: b"%PDF-1.7\n" + b"\0" * 64, "PDF"),
    "a program": (lambda: b"MZ\x90\0" + b"\0" * 64, "程序"),
    "nothing": (lambda: b"", "空"),
    "only blanks": (lambda: b" \r\n\0\0", "空"),
    "bytes of no meaning": (lambda: bytes(range(256)) * 40, "不是表格"),
    "a page without a table": (lambda: "<html><body><p>样</p></body></html>".encode(), "没有表格"),
    "an ODS with a script": (lambda: with_parts(as_ods(), **{"Basic__Standard__a.xml": b"<a/>"}), "宏"),
}
"""What it is → how it is made, and a word of the message."""

ODD = {"an open quotation mark": open_quote, "a page a hundred thousand deep": deep_page}
"""What must be read, or refused, and never hang."""
