"""One pass over a text file's bytes, a few megabytes at a time: what makes it unreadable, and how it is encoded.

This module must not know cells.
"""

from __future__ import annotations

import codecs
import hashlib
from io import BufferedReader

from doudi.common.errors import InputFault

_CHUNK = 1 << 22


class Scan:
    """One pass over the bytes: digest, zero bytes, overlong lines, quotes, and whether they are UTF-8."""

    def __init__(self, where: str, longest_line: int) -> None:
        self.where, self.longest = where, longest_line
        self.digest = hashlib.sha256()
        self.bytes = 0
        self.utf8, self.quoted = True, False
        self._line_start = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def run(self, file: BufferedReader) -> Scan:
        """Read the file to its end, or to the first thing that makes it unreadable."""
        while chunk := file.read(_CHUNK):
            self._refuse_zero(chunk)
            self._refuse_long_line(chunk)
            self.digest.update(chunk)
            self.quoted = self.quoted or b'"' in chunk
            self.utf8 = self.utf8 and self._decodes(chunk)
            self.bytes += len(chunk)
        self.utf8 = self.utf8 and self._decodes(b"", final=True)
        return self

    def _decodes(self, chunk: bytes, *, final: bool = False) -> bool:
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            return False
        return True

    def _refuse_zero(self, chunk: bytes) -> None:
        at = chunk.find(b"\0")
        if at >= 0:
            raise InputFault(
                f"第 {self.bytes + at + 1} 个字节是空字节，不是文本",
                self.where,
                do="文件可能是二进制、UTF-16 或传送时损坏；重新导出为 UTF-8 编码的 CSV",
            )

    def _refuse_long_line(self, chunk: bytes) -> None:
        """Leap from line end to line end, at most the longest line at a time."""
        at = 0
        while self.bytes + len(chunk) - self._line_start > self.longest:
            last = max(self._line_start + self.longest - self.bytes, 0)
            found = max(chunk.rfind(b"\n", at, last + 1), chunk.rfind(b"\r", at, last + 1))
            if found < 0:
                raise InputFault(
                    f"有一行超过 {self.longest} 字节（从第 {self._line_start + 1} 个字节起）",
                    self.where,
                    allowed="每条记录一行",
                    do="核对换行和引号；文件可能不是表格，或导出时丢了换行",
                )
            at = found + 1
            self._line_start = self.bytes + at
        last_end = max(chunk.rfind(b"\n", at), chunk.rfind(b"\r", at))
        if last_end >= 0:
            self._line_start = self.bytes + last_end + 1


def chinese_encoding(file: BufferedReader, where: str) -> str:
    """The file is not UTF-8: take it as GB18030, which holds GBK and GB2312, or say where it breaks."""
    decoder = codecs.getincrementaldecoder("gb18030")()
    before = 0
    chunk = b"first"
    while chunk:
        chunk = file.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as fault:
            raise InputFault(
                f"编码既不是 UTF-8 也不是 GBK（约在第 {before + fault.start + 1} 个字节）",
                where,
                allowed="UTF-8（有无 BOM 均可）、GBK、GB18030",
                do="另存为 UTF-8 编码的 CSV",
            ) from None
        before += len(chunk)
    return "gb18030"
