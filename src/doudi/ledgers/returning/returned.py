"""The one door: a file that was read goes back to its sender with everything that was found in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from doudi.common.errors import InputFault
from doudi.facts.edges import replaced
from doudi.ledgers.importers.grid import Workbook
from doudi.ledgers.importers.limits import LIMITS, Limits
from doudi.ledgers.importers.workbook import read_workbook
from doudi.ledgers.reading.result import FileReading
from doudi.ledgers.returning.fresh_workbook import return_fresh
from doudi.ledgers.returning.marks import stripped
from doudi.ledgers.returning.parts import NotEditable
from doudi.ledgers.returning.same_workbook import return_same


def return_workbook(
    original: Path | bytes, reading: FileReading, out: Path, *, limits: Limits = LIMITS
) -> None:
    """Write `out`: for an xlsx the same workbook with bad cells filled, reasons beside the rows and a sheet of what
    was found; for any other file (and for an xlsx whose parts cannot be edited) a new xlsx of the same cells. `original`: the file that `reading` was made from."""
    data = original if isinstance(original, bytes) else original.read_bytes()
    if hashlib.sha256(data).hexdigest() != reading.workbook.sha256:
        raise InputFault("给出的原件不是读取时的那一份", reading.workbook.name, do="给出读取时的原件")
    if reading.workbook.format != "xlsx" or not _same(data, reading, out, limits):
        return_fresh(reading, out)


def _same(data: bytes, reading: FileReading, out: Path, limits: Limits) -> bool:
    """Write the workbook as itself; whether what was written holds the cells that were read, each in its place.

    A workbook may contradict itself in ways that one reader forgives and another does not: so it is read again.
    """
    try:
        with replaced(out) as beside:
            return_same(data, reading, beside, limits)
            if not _holds(stripped(read_workbook(beside, limits=limits)), reading.workbook):
                raise NotEditable
    except (NotEditable, InputFault):
        return False
    return True


def _holds(written: Workbook, read: Workbook) -> bool:
    if [one.name for one in written.sheets] != [one.name for one in read.sheets]:
        return False
    return all(
        one.merged == other.merged
        and len(one.cells) == len(other.cells)
        and all(a.equals(b) for a, b in zip(one.cells, other.cells, strict=True))
        for one, other in zip(written.sheets, read.sheets, strict=True)
    )
