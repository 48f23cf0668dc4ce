"""A sheet as somebody lays it out by hand, with its truth put down line by line as it is written.

Nothing here knows how the product reads: a line is called a record, refused or left out by whoever writes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Left = str | tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A value with the number format of its cell."""

    value: Any
    form: str


@dataclass(frozen=True)
class Formula:
    """A formula and what the program that saved it had worked out."""

    text: str
    cached: Any


@dataclass
class Page:
    """One sheet, or one of the tables of a sheet. Rows and columns are counted from one.

    `expected`: row → column of the ledger → value in the inside form. `bad`: (row, column, code). `left`: row → the
    name by which it is left out (several where more than one is fair, `""`: any). `kind` empty: the sheet holds no ledger.
    """

    name: str
    kind: str = ""
    lines: list[list[Any]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    expected: dict[int, dict[str, Any]] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    left: dict[int, Left] = field(default_factory=dict)
    bad: set[tuple[int, int, str]] = field(default_factory=set)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False

    def leave(self, name: Left, *cells: Any) -> int:
        """A line that is no record."""
        self.lines.append(list(cells))
        self.left[len(self.lines)] = name
        return len(self.lines)

    def title(self, text: str, width: int) -> int:
        """A title merged over the table."""
        row = self.leave("标题", text)
        self.merge(row, 1, row, width)
        return row

    def head(self, *cells: Any) -> int:
        """A line of the header."""
        row = self.leave("表头", *cells)
        self.headers.append(row)
        return row

    def put(self, cells: Sequence[Any], bad: Mapping[int, str] | None = None, **expected: Any) -> int:
        """A record that must stand, with the values it must be read as and its bad cells by column."""
        self.lines.append(list(cells))
        row = len(self.lines)
        self.expected[row] = expected
        self.bad |= {(row, column, code) for column, code in (bad or {}).items()}
        return row

    def refuse(self, cells: Sequence[Any], bad: Mapping[int, str]) -> int:
        """A record that cannot stand."""
        self.lines.append(list(cells))
        row = len(self.lines)
        self.refused.add(row)
        self.bad |= {(row, column, code) for column, code in bad.items()}
        return row

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge cells."""
        self.merged.append((top, left, bottom, right))

    @property
    def width(self) -> int:
        """The widest line."""
        return max((len(line) for line in self.lines), default=0)
