"""What is written beside each row and under the cells: the reading's problems, by row and by cell.

One row may have many; a file's worth of one kind is told once per row all the same, for the sender mends row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from doudi.ledgers.reading.result import ROW, CellProblem, FileReading, SheetReading


@dataclass
class RowNote:
    """What stands beside one row, and at which of its cells (column number → note)."""

    problem: str = ""
    advice: str = ""
    cells: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetNotes:
    """What is to be written into one sheet. `records`: the numbers of the rows that are records, read or refused;
    `heading`: the row under which they stand; `column`: the first free column at the right end, from one."""

    name: str
    heading: int
    column: int
    rows: dict[int, RowNote]
    records: frozenset[int]


def notes_of(tables: Sequence[SheetReading], width: int) -> SheetNotes:
    """The notes of one sheet whose cells end at column `width`: of all the tables on it."""
    rows: dict[int, RowNote] = {}
    records: set[int] = set()
    for table in tables:
        for problem in table.problems:
            if problem.row:
                _add(rows.setdefault(problem.row, RowNote()), problem)
        for number in table.refused:
            rows.setdefault(number, RowNote(problem="此行不能采用"))
        if table.kind:
            records.update(table.table[ROW].to_pylist(), table.refused)
    heading = min((max(table.header_rows) for table in tables if table.header_rows), default=1)
    return SheetNotes(tables[0].sheet, heading, width + 1, rows, frozenset(records))


def by_sheet(reading: FileReading) -> dict[str, list[SheetReading]]:
    """The tables of a file by the sheet they stand on."""
    out: dict[str, list[SheetReading]] = {}
    for table in reading.sheets:
        out.setdefault(table.sheet, []).append(table)
    return out


def _add(note: RowNote, problem: CellProblem) -> None:
    said = f"{problem.header}：{problem.problem}" if problem.header else problem.problem
    advice = problem.suggestion + (
        f"（{problem.fix}）" if problem.fix and problem.fix not in problem.suggestion else ""
    )
    if said not in note.problem:
        note.problem = f"{note.problem}；{said}" if note.problem else said
    if advice and advice not in note.advice:
        note.advice = f"{note.advice}；{advice}" if note.advice else advice
    if problem.column:
        whole = "\n".join(filter(None, (problem.problem, advice)))
        note.cells[problem.column] = (
            f"{note.cells[problem.column]}\n{whole}" if problem.column in note.cells else whole
        )
