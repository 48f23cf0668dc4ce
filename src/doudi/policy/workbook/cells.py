"""The workbook opened: rows of text by column key, each cell with its address, and faults that name it.

Knows cells and sheets; what a policy is, it does not know.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from doudi.common.dates import parse_date
from doudi.common.errors import DoudiError, InputFault, PolicyFault
from doudi.policy.faults import near
from doudi.policy.values import BadValue
from doudi.policy.workbook import layout, words

LARGEST_BYTES = 20 * 1024 * 1024
LARGEST_OPENED = 300 * 1024 * 1024
MOST_ROWS = 20_000


@dataclass
class Row:
    """One row: what its cells say, as plain policy data, and where they are."""

    sheet: Sheet
    number: int
    cells: dict[str, Any] = field(default_factory=dict)

    def where(self, key: str | None = None) -> str:
        """A cell of the row as messages name it."""
        return self.sheet.where(self.number, key)

    def get(self, key: str) -> Any:
        """What a cell says; None if it is empty."""
        return self.cells.get(key)


@dataclass
class Sheet:
    """One sheet of the workbook: the letters of its columns, and its rows."""

    file: str
    title: str
    letters: dict[str, str]
    rows: list[Row] = field(default_factory=list)

    def where(self, number: int, key: str | None) -> str:
        """A cell as messages name it; the first of the row if no column is meant."""
        letter = self.letters.get(key or "", "A")
        return layout.place(self.file, self.title, f"{letter}{number}")


class Book:
    """A workbook that is being read; gathers faults."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[DoudiError] = []
        self.told: set[str] = set()
        self.book = _open(path)

    def say(self, where: str, what: str, allowed: str | None = None, do: str | None = None) -> None:
        """Note a fault; of one cell the first is enough."""
        if where in self.told:
            return
        self.told |= {where} if "单元格" in where else set()
        self.faults.append(PolicyFault(what, where, allowed, do or "改正这个单元格后重新导入"))

    def sheet(self, title: str) -> Sheet:
        """A sheet with its rows, in the columns of the layout."""
        if title not in self.book.sheetnames:
            self.say(
                str(self.path),
                f"缺少表“{title}”",
                "、".join([layout.ABOUT, *layout.SHEETS]),
                "用导出的工作簿修改",
            )
            return Sheet(str(self.path), title, {})
        return self._read(self.book[title], layout.SHEETS[title])

    def _read(self, sheet: Worksheet, columns: tuple[layout.Column, ...]) -> Sheet:
        kinds = {column.key: column.kind for column in columns}
        keys: dict[int, str] = {}
        out = Sheet(str(self.path), sheet.title, {})
        for number, cell in enumerate(sheet[layout.HEADING_ROWS], 1):
            key = str(cell.value).strip() if cell.value is not None else ""
            if key in out.letters or (key and key not in kinds):
                what = f"第 2 行的列代码“{key}”{'重复' if key in kinds else '不认识'}"
                self.say(
                    layout.place(out.file, out.title, cell.coordinate),
                    what,
                    "、".join(kinds),
                    near(key, kinds),
                )
            elif key:
                keys[number] = key
                out.letters[key] = get_column_letter(number)
        for key in kinds:
            if key not in out.letters:
                self.say(f"{out.file} 表“{out.title}”", f"第 2 行缺少列代码“{key}”", do="用导出的工作簿修改")
        for number, cells in enumerate(
            sheet.iter_rows(min_row=layout.HEADING_ROWS + 1), layout.HEADING_ROWS + 1
        ):
            if number > MOST_ROWS:
                self.say(f"{out.file} 表“{out.title}”", "行数过多", f"至多 {MOST_ROWS} 行")
                break
            row = Row(out, number)
            for place, cell in enumerate(cells, 1):
                key = keys.get(place, "")
                if key and kinds[key] != "shown" and cell.value is not None:
                    row.cells[key] = self.value(cell, kinds[key], row.where(key))
            if row.cells:
                out.rows.append(row)
        return out

    def about(self) -> Iterator[tuple[str, Any, str]]:
        """The first sheet's entries: key, what it says, where."""
        if layout.ABOUT not in self.book.sheetnames:
            self.say(str(self.path), f"缺少表“{layout.ABOUT}”", do="用导出的工作簿修改")
            return
        kinds = {row.key: row.kind for row in layout.ABOUT_ROWS}
        sheet = self.book[layout.ABOUT]
        for number in range(layout.HEADING_ROWS + 1, sheet.max_row + 1):
            key, cell = str(sheet.cell(number, 3).value or "").strip(), sheet.cell(number, 2)
            where = layout.place(str(self.path), layout.ABOUT, f"B{number}")
            if key in kinds and kinds[key] != "shown" and cell.value is not None:
                yield key, self.value(cell, kinds[key], where), where
            elif key and key not in kinds:
                self.say(
                    where.replace(f"B{number}", f"C{number}"),
                    f"不认识的代码“{key}”",
                    "、".join(kinds),
                    near(key, kinds),
                )

    def value(self, cell: Any, kind: layout.Kind, where: str) -> Any:
        """What a cell says, as plain data of its kind; a figure stays words until its unit is known."""
        if cell.data_type == "f":
            self.say(where, "单元格里是公式", "文字或数", "改成公式算出的结果")
            return None
        if cell.data_type == "e":
            self.say(where, f"单元格里是错误值 {cell.value}", "文字或数")
            return None
        text = cell_text(cell.value)
        if kind == "text":
            return text
        text = text.strip()
        try:
            return _READ[kind](text) if text else None
        except BadValue as bad:
            self.say(where, bad.what, bad.allowed)
            return None


def cell_text(value: Any) -> str:
    """What a cell holds, as it would be typed: days as YYYY-MM-DD, numbers without a binary tail."""
    if isinstance(value, dt.datetime):
        return str(value.date())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        exact = Decimal(repr(value))
        if exact.is_finite() and exact.adjusted() < 15:  # six decimals carry meaning; the rest is binary
            exact = round(exact, 9).normalize()
        return f"{exact:f}"
    return str(value)


def _worded(said: Mapping[str, str]) -> Any:
    back = {**{zh: key for key, zh in said.items()}, **{key: key for key in said}}

    def read(text: str) -> str:
        if (key := back.get(text.lower())) is None:
            raise BadValue(f"“{text[:20]}”不在可选的词内", "、".join(said.values()))
        return key

    return read


def _day(text: str) -> str:
    try:
        return str(parse_date(text))
    except DoudiError as error:
        raise BadValue(error.what, "YYYY-MM-DD，如 2024-01-01") from None


_READ: dict[str, Any] = {
    "code": str,
    "cls": str,
    "value": str,
    "flow": words.flow,
    "truth": _worded(layout.TRUTH),
    "on": _worded(layout.ON),
    "day": _day,
}


def _open(path: Path) -> Any:
    not_one = InputFault(
        "不是 Excel 工作簿（.xlsx）", str(path), "doudi policy export 导出的工作簿", "另存为 .xlsx 后重试"
    )
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputFault("文件过大，不像是政策工作簿", str(path), f"至多 {LARGEST_BYTES // 2**20} MiB")
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST_OPENED:
                raise InputFault(
                    "解压后过大，不像是政策工作簿", str(path), f"至多 {LARGEST_OPENED // 2**20} MiB"
                )
        return load_workbook(path)
    except (FileNotFoundError, IsADirectoryError):
        raise InputFault("找不到工作簿", str(path), do="核对路径") from None
    except InputFault:
        raise
    except Exception as error:  # a damaged package fails in as many ways as it has parts
        raise not_one from error
