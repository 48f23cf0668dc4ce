"""A whole file: every sheet read, each for itself. The one function that others call.

This module must not open files; it is handed what an importer read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from doudi.common.errors import InputFault
from doudi.ledgers.importers.grid import Workbook
from doudi.ledgers.reading.cells.divisions import Divisions
from doudi.ledgers.reading.result import FileReading
from doudi.ledgers.reading.sheet import Wanted, name_of_file
from doudi.ledgers.reading.tables import read_tables
from doudi.ledgers.reading.vocabulary import Memory, vocabulary
from doudi.policy.ledgers.kind import LedgerKind


def read_file(
    workbook: Workbook,
    kinds: Mapping[str, LedgerKind],
    *,
    as_of: date,
    kind: str | LedgerKind | None = None,
    memory: Memory | None = None,
    chosen: Mapping[str, str] | None = None,
    divisions: Divisions | None = None,
) -> FileReading:
    """Read every sheet of a file.

    `kind`: the kind all sheets are of; without it each is recognised. `memory`: kind → {header: column}, what this
    sender's headers were taken for before. `chosen`: header → column, as a person decided; an empty column leaves the
    header alone. `as_of`: the day of the file; nobody is born after it. `divisions`: names → codes.
    """
    given = _given(kind, kinds)
    wanted = Wanted(
        words=vocabulary({given.name: given} if given else kinds, memory),
        kind=given,
        chosen=chosen or {},
        as_of=as_of,
        divisions=divisions,
        file_name=name_of_file(workbook.name),
    )
    return FileReading(
        workbook, tuple(table for grid in workbook.sheets for table in read_tables(grid, wanted))
    )


def _given(kind: str | LedgerKind | None, kinds: Mapping[str, LedgerKind]) -> LedgerKind | None:
    if kind is None or isinstance(kind, LedgerKind):
        return kind
    if kind not in kinds:
        raise InputFault(
            f"没有“{kind}”这类台账", allowed="、".join(f"{one.name}（{one.zh}）" for one in kinds.values())
        )
    return kinds[kind]
