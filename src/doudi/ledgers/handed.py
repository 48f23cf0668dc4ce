"""A file as it was handed over: read by the kinds there are, what is remembered of its sender, and the divisions.

A workbook that we once returned is known by its marks, which are taken off before it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from doudi.access.api import KeyRing, places
from doudi.ledgers.importers import Workbook, read_workbook, workbook_of
from doudi.ledgers.memory import remembered
from doudi.ledgers.originals import original
from doudi.ledgers.reading.file import read_file
from doudi.ledgers.reading.result import FileReading
from doudi.ledgers.records import import_record
from doudi.ledgers.returning import Marker, marker_of, stripped
from doudi.policy.ledgers.kind import LedgerKind


@dataclass(frozen=True)
class Handed:
    """A file with what it was read as. `marker`: the rows' old places, if it is a workbook that we returned."""

    workbook: Workbook
    reading: FileReading
    marker: Marker | None


def take_up(
    file: Path,
    kinds: Mapping[str, LedgerKind],
    *,
    as_of: date,
    known_at: datetime,
    sender: str = "",
    kind: LedgerKind | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Handed:
    """Read a file as handed over. `kind`, `chosen`: what a person said of it, as `reading.read_file` has them."""
    return _read(
        read_workbook(file), kinds, as_of=as_of, known_at=known_at, sender=sender, kind=kind, chosen=chosen
    )


def take_up_again(
    import_id: int, kinds: Mapping[str, LedgerKind], *, ring: KeyRing, home: Path
) -> tuple[bytes, Handed]:
    """The original of an import, read as it was read then; its bytes too."""
    made = import_record(import_id)
    data = original(import_id, ring=ring, home=home)
    chosen = {
        str(one["header"]): str(one["name"] or "")
        for sheet in made.sheets
        for one in sheet.get("mapping", ())
        if one.get("header")
    }
    read = _read(
        workbook_of(data, made.file_name),
        kinds,
        as_of=made.as_of,
        known_at=made.known_at,
        sender=made.sender,
        kind=kinds[made.kind],
        chosen=chosen,
    )
    return data, read


def _read(
    workbook: Workbook,
    kinds: Mapping[str, LedgerKind],
    *,
    as_of: date,
    known_at: datetime,
    sender: str,
    kind: LedgerKind | None,
    chosen: Mapping[str, str] | None,
) -> Handed:
    marker, workbook = marker_of(workbook), stripped(workbook)
    known = places(known_at)
    reading = read_file(
        workbook,
        kinds,
        as_of=as_of,
        kind=kind,
        memory=remembered(sender) if sender else None,
        chosen=chosen,
        divisions=known if known.named else None,  # nothing is unknown while nothing is known
    )
    return Handed(workbook, reading, marker)
