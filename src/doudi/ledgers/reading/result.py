"""What a sheet was read as: where everything is, which rows stand, and what is wrong in which cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from doudi.ledgers.importers.grid import Workbook
from doudi.policy.ledgers.kind import LedgerKind

How = Literal["exact", "alias", "remembered", "likeness", "chosen"]
ROW = "__row"
"""The column of `SheetReading.table` with the row's number in the sheet, counted from one."""


@dataclass(frozen=True)
class Mapped:
    """A column of the sheet and the ledger column it was taken for (none: left alone, its cells are kept in the
    file only). `likeness`: 0 to 100, how sure."""

    column: int
    header: str
    name: str | None
    how: How | None
    likeness: int = 100
    unit: str = ""


@dataclass(frozen=True)
class CellProblem:
    """One cell that is wrong. `row` and `column` as in the sheet, counted from one; `header` as the sender writes it.

    `problem`: a sentence in Chinese for the sender. `code`: the same for machines (`reading.problems` lists them).
    `suggestion`: what to do, or the value itself where only one is possible (`fix`). `refuses`: the row cannot stand.
    `row` 0: the whole column.
    """

    sheet: str
    row: int
    column: int
    header: str
    value: str
    code: str
    problem: str
    suggestion: str
    fix: str = ""
    refuses: bool = False


@dataclass(frozen=True)
class LeftOut:
    """A row that is no record, by name: 表头, 标题, 单位, 合计, 小计, 说明, 空行, 重复表头, 签章."""

    row: int
    what: str


@dataclass(frozen=True)
class SheetReading:
    """One sheet. `table`: the accepted rows in the kind's inside form (money in fen, typed), with `ROW` first.

    Rows in = accepted + refused + left out, always. `kind` is None where no kind fits: then nothing is accepted.
    `header_rows`, and every row number, counted from one as in the sheet. `part_of`: the sheet, where this is a
    table beside another on it and therefore has a name of its own. `rival`: the kind that fits nearly as well as
    `kind`, by name; nobody should take the sheet in before a person has said which it is.
    """

    name: str
    kind: LedgerKind | None
    header_rows: tuple[int, ...]
    mapping: tuple[Mapped, ...]
    unit: str
    table: pa.Table
    refused: tuple[int, ...]
    left_out: tuple[LeftOut, ...]
    problems: tuple[CellProblem, ...]
    rows_in: int
    missing: tuple[str, ...] = ()
    doubt: str = ""
    rival: str = ""
    part_of: str | None = None

    @property
    def sheet(self) -> str:
        """The sheet it stands on."""
        return self.name if self.part_of is None else self.part_of

    @property
    def accepted(self) -> int:
        """How many rows stand."""
        return int(self.table.num_rows)

    @property
    def left_out_by_name(self) -> dict[str, int]:
        """How many rows were left out as what."""
        return dict(Counter(one.what for one in self.left_out))


@dataclass(frozen=True)
class FileReading:
    """All sheets of a file as read."""

    workbook: Workbook
    sheets: tuple[SheetReading, ...]
