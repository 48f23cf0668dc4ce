"""Web pages named .xls, as many systems export them: each table of rows becomes a sheet.

The page is taken in piece by piece and let go as it is read; nothing it points to is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from doudi.common.errors import InputFault
from doudi.ledgers.importers.columns import Column, columns_of
from doudi.ledgers.importers.grid import Grid
from doudi.ledgers.importers.limits import Limits
from doudi.ledgers.importers.sheets import Corners, grid, joined
from doudi.ledgers.importers.text import Text

_PIECE = 1 << 20
_ROWS = 20_000
_SPACES = re.compile("[ \t\r\n\f\u00a0]+")
_SAID = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_BLOCKS = {"br", "p", "div"}


def encoding_said(data: bytes) -> str:
    """The encoding a page gives itself, by our names; empty where it gives none."""
    match = _SAID.search(data, 0, 4096)
    said = match[1].decode("ascii", "replace").lower() if match else ""
    return {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5"}.get(said, "")


def read_html(text: Text, name: str, limits: Limits) -> tuple[Grid, ...]:
    """The tables of a page, outermost first."""
    sheets: list[Grid] = []
    for place, table in enumerate(_tables(text.data, name, limits), 1):
        sheet = grid(f"表{place}", joined(list(table.pieces())), merged=table.merged)
        if sheet.rows:
            sheets.append(sheet)
        if len(sheets) > limits.sheets:
            raise InputFault(f"网页里的表格超过 {limits.sheets} 个", name, f"至多 {limits.sheets} 个")
    if not sheets:
        raise InputFault(
            "网页里没有表格", name, "含有数据表格的网页", "核对附件，用 Excel 或 WPS 打开后另存为 .xlsx"
        )
    return tuple(sheets)


class _Table:
    """One table while it is read: full rows, and what reaches down from rows above."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.rows: list[list[str]] = []
        self.merged: list[Corners] = []
        self.below: dict[int, int] = {}
        self.cells = 0

    def add(self, cells: list[tuple[str, int, int]]) -> None:
        """One row: text, columns across, rows down, of each cell."""
        row: list[str] = []
        at = len(self.rows)
        below = {place: down - 1 for place, down in self.below.items() if down > 1}
        for text, across, down in cells:
            while self.below and self.below.get(len(row), 0):
                row.append("")
            if len(row) + across > self.limits.columns:
                raise InputFault(
                    f"网页表格第 {at + 1} 行超过 {self.limits.columns:,} 列",
                    self.name,
                    f"至多 {self.limits.columns:,} 列",
                )
            if across == down == 1:
                row.append(text)
                continue
            self.merged.append(((at, len(row)), (at + down - 1, len(row) + across - 1)))
            if down > 1:
                below |= dict.fromkeys(range(len(row), len(row) + across), down - 1)
            row += [text, *[""] * (across - 1)]
        self.below = below
        self.rows.append(row)
        self.cells += len(row)
        if len(self.rows) > self.limits.rows or self.cells > self.limits.cells:
            raise InputFault(
                "网页表格过大", self.name, f"至多 {self.limits.cells:,} 个单元格", "分成几个文件"
            )

    def pieces(self) -> Iterator[list[Column]]:
        """The rows as columns, all of one width."""
        width = max(map(len, self.rows), default=0)
        for start in range(0, len(self.rows), _ROWS):
            some = [row + [""] * (width - len(row)) for row in self.rows[start : start + _ROWS]]
            yield columns_of(some)


def _tables(data: bytes, name: str, limits: Limits) -> Iterator[_Table]:
    parser = etree.HTMLPullParser(
        events=("start", "end"), tag=("table", "tr"), encoding="utf-8", no_network=True, huge_tree=True
    )
    open_tables: list[_Table] = []
    for start in range(0, len(data), _PIECE):
        parser.feed(data[start : start + _PIECE])
        yield from _events(parser, open_tables, name, limits)
    parser.close()
    yield from _events(parser, open_tables, name, limits)
    yield from reversed(open_tables)


def _events(
    parser: etree.HTMLPullParser, open_tables: list[_Table], name: str, limits: Limits
) -> Iterator[_Table]:
    for event, element in parser.read_events():
        if event == "start":
            if element.tag == "table":
                open_tables.append(_Table(name, limits))
        elif not open_tables:
            continue
        elif element.tag == "table":
            yield open_tables.pop()
        else:
            cells = [(_text(cell), *_spans(cell)) for cell in element.iterchildren("td", "th")]
            open_tables[-1].add(cells)
            _let_go(element)


def _text(cell: etree._Element) -> str:
    if not len(cell):
        return _SPACES.sub(" ", cell.text or "").strip()
    parts: list[str] = []
    for element in cell.iter():
        if element is not cell and element.tag in _BLOCKS and parts:
            parts.append("\n")
        if isinstance(element.tag, str) and element.tag not in ("script", "style"):
            parts.append(_SPACES.sub(" ", element.text or ""))
        if element is not cell:
            parts.append(_SPACES.sub(" ", element.tail or ""))
    return "".join(parts).strip(" \n")


def _spans(cell: etree._Element) -> tuple[int, int]:
    return _span(cell.get("colspan")), _span(cell.get("rowspan"))


def _span(said: str | None) -> int:
    if said is None or not (said := said.strip()).isascii() or not said.isdigit() or len(said) > 8:
        return 1
    return min(max(1, int(said)), 100_000)


def _let_go(element: etree._Element) -> None:
    element.clear()
    while element.getprevious() is not None and (above := element.getparent()) is not None:
        del above[0]
