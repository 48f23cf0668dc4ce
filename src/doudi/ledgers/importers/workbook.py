"""What a file is, told from its bytes and never from its name, and the one door to every importer."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from doudi.common.errors import InputFault
from doudi.ledgers.importers.delimited import read_delimited
from doudi.ledgers.importers.grid import Grid, Workbook
from doudi.ledgers.importers.html import encoding_said, read_html
from doudi.ledgers.importers.limits import LIMITS, Limits, mib
from doudi.ledgers.importers.mhtml import is_mhtml, pages_of
from doudi.ledgers.importers.ods import read_ods
from doudi.ledgers.importers.ole import MAGIC
from doudi.ledgers.importers.package import Package
from doudi.ledgers.importers.text import to_utf8
from doudi.ledgers.importers.xls import read_xls
from doudi.ledgers.importers.xlsx import macros, read_xlsx
from doudi.ledgers.importers.xml2003 import is_xml2003, read_xml2003

ALLOWED = "xlsx、xls、et、ods、csv、tsv 或网页表格"
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table|style|div|center)\b",
    re.IGNORECASE | re.DOTALL,
)
_STRANGERS = (
    (b"%PDF", "PDF 文件"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"BZh", "bzip2 压缩包"),
    (b"\xfd7zXZ", "xz 压缩包"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"{\\rtf", "RTF 文档"),
    (b"SQLite format 3", "数据库文件"),
    (b"PAR1", "Parquet 文件"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
)


def read_workbook(path: Path | str, *, limits: Limits = LIMITS) -> Workbook:
    """Read a file a department sent: every sheet, as it stands. Raises `InputFault` where it cannot be used."""
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > limits.size:
            raise InputFault(f"文件有 {mib(size)}", str(path), f"至多 {mib(limits.size)}", "分成几个文件")
        data = path.read_bytes()
    except OSError:
        raise InputFault("打不开文件", str(path), do="核对路径和权限") from None
    return workbook_of(data, path.name, limits=limits)


def workbook_of(data: bytes, name: str, *, limits: Limits = LIMITS) -> Workbook:
    """The same for bytes; `name` is for messages only."""
    if len(data) > limits.size:
        raise InputFault(f"文件有 {mib(len(data))}", name, f"至多 {mib(limits.size)}", "分成几个文件")
    if not data.strip(b"\0 \t\r\n"):
        raise InputFault("文件是空的", name, ALLOWED, "请发送方重发")
    form, sheets, encoding, notices = _read(data, name, limits)
    return Workbook(name, hashlib.sha256(data).hexdigest(), form, sheets, encoding, notices)


def _read(data: bytes, name: str, limits: Limits) -> tuple[str, tuple[Grid, ...], str, tuple[str, ...]]:
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return *_packed(data, name, limits), "", ()
    if data.startswith(MAGIC):
        return "xls", read_xls(data, name, limits), "", ()
    for start, what in _STRANGERS:
        if data.startswith(start):
            raise InputFault(f"是{what}，不是表格", name, ALLOWED, "核对附件；压缩包请先解压")
    if is_mhtml(data):
        return _mailed(data, name, limits)
    text = to_utf8(data, name, encoding_said(data))
    if _PAGE.match(text.data, 0, 1 << 16):
        damaged = (f"有 {text.damaged:,} 个字符已损坏，读作“\ufffd”",) if text.damaged else ()
        return "html", read_html(text, name, limits), text.encoding, damaged
    if is_xml2003(text.data):
        return "xml", read_xml2003(text, name, limits), text.encoding, ()
    if text.data.lstrip().startswith(b"<"):
        raise InputFault("是 XML 文件，不是表格", name, ALLOWED, "用 Excel 或 WPS 打开后另存为 .xlsx")
    sheets, notices = read_delimited(text, name, limits)
    return "csv", sheets, text.encoding, notices


def _mailed(data: bytes, name: str, limits: Limits) -> tuple[str, tuple[Grid, ...], str, tuple[str, ...]]:
    """The tables of all pages of a web page packed as mail."""
    sheets: list[Grid] = []
    encoding = ""
    for page in pages_of(data, name, limits):
        text = to_utf8(page, name, encoding_said(page))
        encoding = encoding or text.encoding
        sheets += read_html(text, name, limits)
    if len(sheets) > limits.sheets:
        raise InputFault(f"网页里的表格超过 {limits.sheets} 个", name, f"至多 {limits.sheets} 个")
    numbered = tuple(replace(sheet, name=f"表{place}") for place, sheet in enumerate(sheets, 1))
    return "html", numbered, encoding, ()


def _packed(data: bytes, name: str, limits: Limits) -> tuple[str, tuple[Grid, ...]]:
    package = Package(data, name, limits)
    if "mimetype" in package.parts and b"opendocument.spreadsheet" in package.read("mimetype"):
        return "ods", read_ods(package, limits)
    if "xl/workbook.bin" in package.parts:
        raise InputFault("是 xlsb 工作簿", name, ALLOWED, "用 Excel 或 WPS 另存为 .xlsx")
    if "[Content_Types].xml" in package.parts and package.has("xl/"):
        return "xlsx", read_xlsx(package, limits)
    if package.has("xl/vbaproject"):
        raise macros(name)
    if package.has("word/", "ppt/"):
        raise InputFault("是文档或演示文稿，不是表格", name, ALLOWED, "核对附件")
    raise InputFault(
        f"是压缩包（内有 {len(package.parts):,} 个文件），不是表格", name, ALLOWED, "解压后逐个导入"
    )
