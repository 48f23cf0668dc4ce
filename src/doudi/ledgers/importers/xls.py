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
from doudi.ledgers.importers.xlsx import links, macros

_BOF, _EOF, _FILEPASS, _SHEET, _LINK, _FORMULA, _ERROR_CELL = 0x809, 0x0A, 0x2F, 0x85, 0x1AE, 0x06, 0x205
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
    return read_sheets(data, name, limits, _errors(stream, name))


def _errors(stream: bytes, name: str) -> dict[str, Errors]:
    """Error cells by sheet; on the way, what must not be in the file is refused."""
    starts: dict[int, str] = {}
    found: dict[str, Errors] = {}
    errors: Errors = {}
    at, end, version = 0, len(stream), 0x600
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        body = at + 4
        if body + size > end:
            raise damaged(name)
        if kind == _FORMULA and size >= 14:
            if stream[body + 6] == 2 and stream[body + 12 : body + 14] == b"\xff\xff":
                errors[struct.unpack_from("<HH", stream, body)] = _SHOWN.get(stream[body + 8], "#N/A")
        elif kind == _ERROR_CELL and size >= 8:
            if stream[body + 7]:
                errors[struct.unpack_from("<HH", stream, body)] = _SHOWN.get(stream[body + 6], "#N/A")
        elif kind == _BOF:
            version = struct.unpack_from("<H", stream, body)[0] if size >= 2 else 0
            errors = found.setdefault(starts[at], {}) if at in starts else {}
        elif kind == _FILEPASS:
            raise password(name)
        elif kind == _LINK and version >= 0x600 and size >= 4:
            if struct.unpack_from("<H", stream, body + 2)[0] not in _SELF:
                raise links(name)
        elif kind == _SHEET and size >= 8:
            if stream[body + 5] == 1 or stream[body + 5] == 6:
                raise macros(name)
            starts[struct.unpack_from("<I", stream, body)[0]] = _sheet_name(
                stream[body + 6 : body + size], version
            )
        at = body + size
    return found


def _sheet_name(raw: bytes, version: int) -> str:
    if version < 0x600:
        return raw[1 : 1 + raw[0]].decode("gb18030", "replace")
    if raw[1] & 1:
        return raw[2 : 2 + 2 * raw[0]].decode("utf-16-le", "replace")
    return raw[2 : 2 + raw[0]].decode("latin-1")
