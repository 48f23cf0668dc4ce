"""What kind of file this is, found out in one pass without ever holding more than a few megabytes of it.

Files that only look like tables (workbooks and web pages named .csv, cut-off Parquet, text without line
ends) are told apart here, each with what to do about it. This module must not know tables.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from dataclasses import dataclass
from io import BufferedReader, StringIO
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from doudi.common.errors import InputFault
from doudi.store.importers.scan import Scan, chinese_encoding

LONGEST_LINE = 1 << 20
"""A line longer than this is no row of a ledger; parsers would hold it whole."""

_SAVE_AS = "在表格软件中另存为“CSV UTF-8（逗号分隔）”再导入"

_NOT_TEXT: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "是 Excel 工作簿（xlsx）或压缩包，不是 CSV", _SAVE_AS + "；压缩包请先解开"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "是旧式 Excel 工作簿（xls），不是 CSV", _SAVE_AS),
    (b"\x1f\x8b", "是 gzip 压缩文件", "解开压缩再导入"),
    (b"Rar!", "是 rar 压缩文件", "解开压缩再导入"),
    (b"7z\xbc\xaf", "是 7z 压缩文件", "解开压缩再导入"),
    (b"%PDF", "是 PDF 文件", "向来源索取 CSV 或 Parquet"),
    (b"\xff\xfe", "是 UTF-16 文本", "另存为 UTF-8 编码的 CSV"),
    (b"\xfe\xff", "是 UTF-16 文本", "另存为 UTF-8 编码的 CSV"),
    (b"SQLite format 3", "是 SQLite 数据库", "导出为 CSV 或 Parquet"),
)
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<table", b"<meta", b"<style", b"<?xml", b"<div", b"<script")


@dataclass(frozen=True)
class Shape:
    """How a file is to be read, and the digest of its bytes."""

    path: Path
    kind: Literal["csv", "parquet"]
    sha256: str
    bytes: int
    headers: tuple[str, ...]
    header_lines: int = 0
    encoding: str = "utf-8"
    delimiter: str = ","
    quoted: bool = False

    @property
    def name(self) -> str:
        """The file's name as its sender knows it."""
        return self.path.name


def shape_of(path: Path, longest_line: int = LONGEST_LINE) -> Shape:
    """Look at a file once; refuse what is no table."""
    where = path.name
    if path.is_dir():
        raise InputFault("是一个文件夹", where, do="给出文件夹中的文件，可以一次给多个")
    if not path.exists():
        raise InputFault("文件不存在", str(path), do="核对文件名和所在文件夹")
    if not path.is_file():
        raise InputFault("不是普通文件", where, do="先存成文件再导入")
    try:
        file = path.open("rb")
    except OSError as fault:
        raise InputFault(f"打不开：{fault.strerror}", where, do="核对文件的权限，关闭占用它的程序") from None
    with file:
        head = file.read(1 << 12)
        if not head.strip(b"\xef\xbb\xbf \t\r\n"):
            raise InputFault("是空文件", where, do="向来源重新索取；至少要有一行表头")
        if head.startswith(b"PAR1"):
            return _parquet(path, file)
        if path.suffix.lower() in (".parquet", ".pq"):
            raise InputFault("不是 Parquet 文件，或开头已损坏", where, do="重新导出或重新传送")
        _refuse_foreign(head, where)
        file.seek(0)
        seen = Scan(where, longest_line).run(file)
        file.seek(0)
        encoding = "utf-8" if seen.utf8 else chinese_encoding(file, where)
        file.seek(0)
        headers, lines, delimiter = _headers(file, encoding, longest_line, where)
    return Shape(
        path=path,
        kind="csv",
        sha256=seen.digest.hexdigest(),
        bytes=seen.bytes,
        headers=headers,
        header_lines=lines,
        encoding=encoding,
        delimiter=delimiter,
        quoted=seen.quoted,
    )


def _parquet(path: Path, file: BufferedReader) -> Shape:
    where = path.name
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        raise InputFault("Parquet 文件被截断或损坏", where, do="重新导出或重新传送，核对文件大小") from None
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Shape(path, "parquet", digest, path.stat().st_size, tuple(schema.names))


def _refuse_foreign(head: bytes, where: str) -> None:
    for magic, what, do in _NOT_TEXT:
        if head.startswith(magic):
            raise InputFault(what, where, allowed="CSV（UTF-8 或 GBK）或 Parquet", do=do)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:16].lower()
    if start.startswith(_MARKUP):
        raise InputFault(
            "是网页（HTML 或 XML），不是 CSV；许多系统把网页存成 xls 或 csv",
            where,
            allowed="CSV（UTF-8 或 GBK）或 Parquet",
            do="用表格软件打开后" + _SAVE_AS.removeprefix("在表格软件中"),
        )


def _headers(
    file: BufferedReader, encoding: str, longest_line: int, where: str
) -> tuple[tuple[str, ...], int, str]:
    head = codecs.getincrementaldecoder(encoding)().decode(file.read(2 * longest_line))
    head = head.removeprefix("\ufeff")
    first = next((line for line in head.splitlines() if line.strip()), "")
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(StringIO(head, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                return tuple(cell.strip() for cell in row), reader.line_num, delimiter
    except csv.Error as fault:
        raise InputFault(f"表头读不出：{fault}", where, do="核对第一行的引号和分隔符") from None
    raise InputFault("没有表头", where, do="第一行应为列名")
