"""Workbooks in the XML of Excel 2003, which older systems export under the name .xls. Each Worksheet is a sheet."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from doudi.common.errors import InputFault
from doudi.ledgers.importers.calamine import damaged
from doudi.ledgers.importers.columns import columns_of
from doudi.ledgers.importers.grid import Grid
from doudi.ledgers.importers.limits import Limits
from doudi.ledgers.importers.sheets import Corners, Errors, grid, joined
from doudi.ledgers.importers.text import Text
from doudi.ledgers.importers.xlsx import refuse_xml
from doudi.ledgers.importers.xml_cells import Doctype, Encoded, declares

SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = f"{{{SPACE}}}"
_OFFICE = "{urn:schemas-microsoft-com:office:excel}"
_PIECE = 1 << 20
_ROWS = 20_000
_DECLARED = re.compile(rb"""^(\s*<\?xml[^>]*?)\sencoding\s*=\s*["'][^"']*["']""")


def is_xml2003(data: bytes) -> bool:
    """Whether a text that begins as XML is such a workbook."""
    return SPACE.encode() in data[: 1 << 13] and b"Workbook" in data[: 1 << 13]


def read_xml2003(text: Text, name: str, limits: Limits) -> tuple[Grid, ...]:
    """The sheets of the workbook. Formulas stand in attributes and are not looked at."""
    data = _DECLARED.sub(rb"\1", text.data.lstrip(), count=1)  # the text is UTF-8 by now, whatever it says
    try:
        declares(data[: 1 << 16])
    except (Doctype, Encoded) as why:
        refuse_xml(name, why)
    reader = _Reader(name, limits)
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
            reader.take(parser)
        parser.close()
        reader.take(parser)
    except (etree.XMLSyntaxError, ValueError):
        raise damaged(name) from None
    if not reader.sheets:
        raise InputFault("工作簿里没有表", name, "含有数据的工作簿", "核对附件")
    return tuple(reader.sheets)


@dataclass
class _Sheet:
    name: str
    rows: list[list[Any]] = field(default_factory=list)
    merged: list[Corners] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)
    hidden: bool = False
    at: int = 0
    width: int = 0


class _Reader:
    """The elements as they end; a row is let go as soon as it is read."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.sheets: list[Grid] = []
        self.sheet: _Sheet | None = None

    def take(self, parser: etree.XMLPullParser) -> None:
        """What has been parsed since the last time."""
        for event, element in parser.read_events():
            if event == "start":
                if element.tag == f"{_SS}Worksheet":
                    self.sheet = _Sheet(element.get(f"{_SS}Name", ""))
                continue
            if self.sheet is None:
                continue
            if element.tag == f"{_SS}Row":
                self._row(self.sheet, element)
                element.clear()
                while element.getprevious() is not None and (above := element.getparent()) is not None:
                    del above[0]
            elif element.tag == f"{_OFFICE}Visible":
                self.sheet.hidden = "Hidden" in (element.text or "")
            elif element.tag == f"{_SS}Worksheet":
                self._end(self.sheet)
                self.sheet = None

    def _row(self, sheet: _Sheet, row: etree._Element) -> None:
        at = max(sheet.at, _number(row, "Index", sheet.at + 1) - 1)
        cells: list[Any] = []
        for cell in row.iterchildren(f"{_SS}Cell"):
            column = max(len(cells), _number(cell, "Index", len(cells) + 1) - 1)
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            if column + across >= self.limits.columns:
                raise self._too_wide(column + across + 1)
            cells += [""] * (column - len(cells))
            cells += [self._value(sheet, cell, at, column), *[""] * across]
            if across or down:
                sheet.merged.append(((at, column), (at + down, column + across)))
        sheet.at = at + 1
        if all(value == "" for value in cells):
            return
        if at >= self.limits.rows or (at + 1) * max(sheet.width, len(cells)) > self.limits.cells:
            raise InputFault(
                f"单元格铺开到第 {at + 1:,} 行",
                self.name,
                f"至多 {self.limits.rows:,} 行、{self.limits.cells:,} 个单元格",
            )
        sheet.rows += [*([] for _ in range(at - len(sheet.rows))), cells]
        sheet.width = max(sheet.width, len(cells))

    def _too_wide(self, columns: int) -> InputFault:
        return InputFault(f"单元格到了第 {columns:,} 列", self.name, f"至多 {self.limits.columns:,} 列")

    def _value(self, sheet: _Sheet, cell: etree._Element, row: int, column: int) -> Any:
        data = cell.find(f"{_SS}Data")
        if data is None:
            return ""
        kind, said = data.get(f"{_SS}Type", "String"), "".join(data.itertext())
        if kind == "Error":
            sheet.errors[row, column] = said = said or "#N/A"
            return said
        try:
            if kind == "Number":
                return float(said)
            if kind == "DateTime":
                return dt.datetime.fromisoformat(said.strip()).replace(tzinfo=None)
        except ValueError:
            return said
        return said.strip() == "1" if kind == "Boolean" else said

    def _end(self, sheet: _Sheet) -> None:
        rows = [row + [""] * (sheet.width - len(row)) for row in sheet.rows]
        pieces = [columns_of(rows[start : start + _ROWS]) for start in range(0, len(rows), _ROWS)]
        made = grid(sheet.name, joined(pieces), merged=sheet.merged, errors=sheet.errors, hidden=sheet.hidden)
        self.sheets.append(made)
        if len(self.sheets) > self.limits.sheets:
            raise InputFault(f"超过 {self.limits.sheets} 张表", self.name, f"至多 {self.limits.sheets} 张")


def _number(element: etree._Element, what: str, otherwise: int) -> int:
    said = element.get(f"{_SS}{what}", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else otherwise
