"""What is written beside each row and under the cells: the reading's problems, by row and by cell.

One row may have many; a file's worth of one kind is told once per row all the same, for the sender mends row by row.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from doudi.ledgers.reading.result import ROW, CellProblem, SheetReading


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


def notes_of(sheet: SheetReading, width: int) -> SheetNotes:
    """The notes of one sheet whose cells end at column `width`."""
    rows: dict[int, RowNote] = {}
    for problem in sheet.problems:
        if problem.row:
            _add(rows.setdefault(problem.row, RowNote()), problem)
    for number in sheet.refused:
        rows.setdefault(number, RowNote(problem="此行不能采用"))
    records = (
        frozenset(sheet.table[ROW].to_pylist()) | frozenset(sheet.refused) if sheet.kind else frozenset()
    )
    return SheetNotes(sheet.name, max(sheet.header_rows, default=1), width + 1, rows, records)


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
