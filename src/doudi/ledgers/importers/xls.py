"""The records of an .xls or .et file looked through, then calamine reads the cells.

Password, macro sheets and links to other files show in the records; error cells too, which calamine leaves empty.
"""

from __future__ import annotations

import struct

from doudi.common.errors import InputFault
from doudi.ledgers.importers.calamine import damaged, read_sheets
from doudi.ledgers.importers.grid import Grid
from doudi.ledgers.importers.limits import Limits
from doudi.ledgers.importers.ole import BrokenFile, Compound
from doudi.ledgers.importers.package import password
from doudi.ledgers.importers.sheets import Errors
from doudi.ledgers.importers.xlsx import echoes, links, macros

_BOF, _FILEPASS, _SHEET, _LINK, _FORMULA, _ERROR_CELL = 0x809, 0x2F, 0x85, 0x1AE, 0x06, 0x205
_STRINGS, _CONTINUE, _TEXT_CELL, _EXTENT = 0xFC, 0x3C, 0xFD, 0x200
_CELLS = frozenset((_FORMULA, _ERROR_CELL, _TEXT_CELL, 0x203, 0x204, 0x27E, 0xBD, 0xD6))
"""Records with a cell's value: row and column first."""
_MOST_ROWS, _MOST_COLUMNS = 65_536, 256
_WIDE_EXTENT, _NARROW_EXTENT = struct.Struct("<IIHH"), struct.Struct("<HHHH")
_RARE = frozenset((_BOF, _FILEPASS, _SHEET, _LINK, _FORMULA, _ERROR_CELL, _STRINGS, _CONTINUE, _EXTENT))
_HEAD = struct.Struct("<HH")
_MACROS = (1, 6)
_USE = 14  # the bytes of a cell that shows a shared string
_LONG = 256
_WIDE = 3  # the bytes of a character once read, at most
_SELF = (0x0401, 0x3A01)  # links within the workbook, and to functions of add-ins
_SHOWN = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_OTHERS = {"worddocument": "Word 文档", "powerpoint document": "PowerPoint 文档"}


def read_xls(data: bytes, name: str, limits: Limits) -> tuple[Grid, ...]:
    """The sheets of an old workbook, or of one by WPS."""
    try:
        file = Compound(data)
        if "encryptedpackage" in file.names or "encryptioninfo" in file.names:
            raise password(name)
        stream = file.stream("Workbook") or file.stream("Book")
    except BrokenFile:
        raise damaged(name) from None
    if stream is None:
        what = next((said for key, said in _OTHERS.items() if key in file.names), "不是表格的文件")
        raise InputFault(f"是{what}", name, "xlsx、xls、et、ods、csv、tsv 或网页表格", "核对附件")
    if file.names & {"_vba_project_cur", "_vba_project", "vba"}:
        raise macros(name)
    records = _Records(stream, name)
    records.weigh(limits)
    return read_sheets(data, name, limits, records.errors)


class _Records:
    """The records gone through once: error cells by sheet; on the way, what must not be in the file is refused."""

    def __init__(self, stream: bytes, name: str) -> None:
        self.stream, self.name = stream, name
        self.errors: dict[str, Errors] = {}
        self.strings: list[bytes] = []
        self._starts: dict[int, str] = {}
        self._here: Errors = {}
        self._version = 0x600
        read, rare, cells, at, end, last = _HEAD.unpack_from, _RARE, _CELLS, 0, len(stream), 0
        while at + 4 <= end:
            kind, size = read(stream, at)
            # The reader lays cells out densely: one far to the right would cost more memory than there is.
            if kind in cells and at + 8 <= end and stream[at + 7]:
                raise damaged(name)
            if kind in rare:
                if at + 4 + size > end:
                    raise damaged(name)
                self._take(kind, at, stream[at + 4 : at + 4 + size], last)
            last = kind if kind != _CONTINUE else last
            at += 4 + size

    def _take(self, kind: int, at: int, body: bytes, last: int) -> None:
        size = len(body)
        if kind == _FORMULA and size >= 14:
            if body[6] == 2 and body[12:14] == b"\xff\xff":
                self._here[_HEAD.unpack_from(body)] = _SHOWN.get(body[8], "#N/A")
        elif kind == _ERROR_CELL and size >= 8:
            if body[7]:
                self._here[_HEAD.unpack_from(body)] = _SHOWN.get(body[6], "#N/A")
        elif kind == _EXTENT:
            self._fits(body)
        elif kind == _BOF:
            self._version = int.from_bytes(body[:2], "little")
            self._here = self.errors.setdefault(self._starts[at], {}) if at in self._starts else {}
        elif kind == _FILEPASS:
            raise password(self.name)
        elif kind == _LINK and self._version >= 0x600 and size >= 4:
            if int.from_bytes(body[2:4], "little") not in _SELF:
                raise links(self.name)
        elif kind == _SHEET and size >= 8:
            if body[5] in _MACROS:
                raise macros(self.name)
            self._starts[int.from_bytes(body[:4], "little")] = _sheet_name(body[6:], self._version)
        elif kind == _STRINGS or (kind == _CONTINUE and last == _STRINGS):
            self.strings.append(body)

    def _fits(self, body: bytes) -> None:
        """Refuse a sheet that says it is larger than any can be: the reader makes room for what it says."""
        parts = _WIDE_EXTENT if len(body) >= _WIDE_EXTENT.size else _NARROW_EXTENT
        if len(body) < parts.size:
            return
        top, below, left, right = parts.unpack_from(body)
        if below > _MOST_ROWS or right > _MOST_COLUMNS or top > below or left > right:
            raise damaged(self.name)

    def weigh(self, limits: Limits) -> None:
        """Refuse a few long texts used so often that their copies would not fit."""
        uses = len(self.stream) // _USE
        if uses * sum(map(len, self.strings)) * _WIDE <= limits.text:
            return
        lengths = string_lengths(self.strings)
        if uses * max(lengths, default=0) * _WIDE <= limits.text:
            return
        long_strings = {at: length * _WIDE for at, length in enumerate(lengths) if length > _LONG}
        total, at, end = 0, 0, len(self.stream)
        while at + 4 <= end:
            kind, size = _HEAD.unpack_from(self.stream, at)
            if kind == _TEXT_CELL and size >= 10:
                total += long_strings.get(int.from_bytes(self.stream[at + 10 : at + 14], "little"), 0)
            at += 4 + size
        if total > limits.text:
            raise echoes(self.name, limits)


def string_lengths(parts: list[bytes]) -> list[int]:
    """The characters of each shared string, from its record and those that continue it. A string may be cut anywhere;
    where its characters are, the next record says once more how wide they are."""
    lengths: list[int] = []
    if not parts or len(parts[0]) < 8:
        return lengths
    place, at = 0, 8
    while place < len(parts):
        part = parts[place]
        if at + 3 > len(part):
            place, at = place + 1, 0
            continue
        count, flags = int.from_bytes(part[at : at + 2], "little"), part[at + 2]
        at += 3
        after = 0
        if flags & 8:
            after += 4 * int.from_bytes(part[at : at + 2], "little")
            at += 2
        if flags & 4:
            after += int.from_bytes(part[at : at + 4], "little")
            at += 4
        lengths.append(count)
        left, width = count, 1 + (flags & 1)
        while left * width > len(parts[place]) - at:
            left -= max(0, len(parts[place]) - at) // width
            place, at = place + 1, 1
            if place >= len(parts) or not parts[place]:
                return lengths
            width = 1 + (parts[place][0] & 1)
        at += left * width + after
        while place < len(parts) and at > len(parts[place]):
            at -= len(parts[place])
            place += 1
    return lengths


def _sheet_name(raw: bytes, version: int) -> str:
    if version < 0x600:
        return raw[1 : 1 + raw[0]].decode("gb18030", "replace")
    if raw[1] & 1:
        return raw[2 : 2 + 2 * raw[0]].decode("utf-16-le", "replace")
    return raw[2 : 2 + raw[0]].decode("latin-1")
