"""The one door: a file that was read goes back to its sender with everything that was found in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from doudi.common.errors import InputFault
from doudi.ledgers.importers.limits import LIMITS, Limits
from doudi.ledgers.reading.result import FileReading
from doudi.ledgers.returning.fresh_workbook import return_fresh
from doudi.ledgers.returning.same_workbook import return_same


def return_workbook(
    original: Path | bytes, reading: FileReading, out: Path, *, limits: Limits = LIMITS
) -> None:
    """Write `out`: for an xlsx the same workbook with bad cells filled, reasons beside the rows and a sheet of what
    was found; for any other file a new xlsx of the same cells. `original`: the file that `reading` was made from."""
    data = original if isinstance(original, bytes) else original.read_bytes()
    if hashlib.sha256(data).hexdigest() != reading.workbook.sha256:
        raise InputFault("给出的原件不是读取时的那一份", reading.workbook.name, do="给出读取时的原件")
    if reading.workbook.format == "xlsx":
        return_same(data, reading, out, limits)
    else:
        return_fresh(reading, out)
