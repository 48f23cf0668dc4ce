"""Readings of files with chosen cells wrong, without a kind's own judgement: returning only writes what it is told."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from doudi.facts.declare import Column
from doudi.ledgers.importers import Workbook
from doudi.ledgers.reading.result import ROW, CellProblem, FileReading, LeftOut, Mapped, SheetReading
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind

SAID, ADVICE = "身份证号校验位不对", "核对原件"
KIND = LedgerKind(
    name="sample",
    zh="样例台账",
    en="sample ledger",
    sender="样例局",
    subject="person",
    nature="list",
    key=("psn_name",),
    columns=(LedgerColumn(Column("psn_name", "text", "姓名", "name")),),
)


def reading_of(
    workbook: Workbook,
    bad: Iterable[tuple[int, int]] = (),
    *,
    header: int = 2,
    refused: tuple[int, ...] = (),
    value: str = "=1+1",
) -> FileReading:
    """Every sheet read with a header in one row, records below it, and `bad` cells by row and column."""
    bad = list(bad)
    sheets = []
    for grid in workbook.sheets:
        last = grid.first_row + grid.rows - 1
        records = [row for row in range(header + 1, last + 1) if row not in refused]
        problems = tuple(
            CellProblem(grid.name, row, column, f"第{column}列", value, "id_check", SAID, ADVICE)
            for row, column in bad
        )
        sheets.append(
            SheetReading(
                name=grid.name,
                kind=KIND,
                header_rows=(header,),
                mapping=tuple(Mapped(grid.first_column + i, "", None, None) for i in range(len(grid.cells))),
                unit="",
                table=pa.table({ROW: pa.array(records, pa.int32())}),
                refused=tuple(row for row in refused if row <= last),
                left_out=(LeftOut(1, "标题"),),
                problems=problems,
                rows_in=grid.rows,
            )
        )
    return FileReading(workbook, tuple(sheets))
