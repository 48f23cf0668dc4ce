"""What an import says of itself, as a plain value for whoever shows it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from doudi.access.keys import KeyRing
from doudi.common.errors import InputFault
from doudi.ledgers.models import Import
from doudi.ledgers.reading.result import CellProblem


@dataclass(frozen=True)
class ImportRecord:
    """One kind out of one file, or one entry made by hand (no file). `already`: it was there, nothing was added."""

    id: int
    kind: str
    sender: str
    file_name: str
    sha256: str
    as_of: date
    known_at: datetime
    complete: bool
    by: str
    why: str
    rows_in: int
    accepted: int
    refused: int
    left_out: Mapping[str, int]
    new: int
    unchanged: int
    changed: int
    ended: int
    second_household: int
    missing_from_list: int
    sheets: Sequence[Mapping[str, Any]]
    undone_at: datetime | None
    undone_by: str
    already: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The same for machines: days and moments as text."""
        told = asdict(self)
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


_FIELDS = [name for name in ImportRecord.__dataclass_fields__ if name != "already"]


def record_of(row: Import, *, already: bool = False) -> ImportRecord:
    """The value of a row."""
    return ImportRecord(**{name: getattr(row, name) for name in _FIELDS}, already=already)


def imports() -> list[ImportRecord]:
    """Every file taken in, oldest first, undone ones too; not what was entered by hand."""
    found = Import.objects.exclude(sha256="").order_by("id").defer("report", "confirmed")
    return [record_of(row) for row in found]


def import_record(import_id: int) -> ImportRecord:
    """One import."""
    return record_of(import_row(import_id))


def import_row(import_id: int) -> Import:
    """One import's row; a number nobody has is refused."""
    row: Import | None = Import.objects.filter(pk=import_id).first()
    if row is None:
        raise InputFault(f"没有第 {import_id} 号导入", do="用 doudi ledger imports 查看导入的编号")
    return row


def sealed_report(problems: Sequence[CellProblem], ring: KeyRing) -> bytes | None:
    """The cells that were wrong, sealed: the report holds what the sender wrote."""
    if not problems:
        return None
    return ring.seal(
        zlib.compress(json.dumps([asdict(one) for one in problems], ensure_ascii=False).encode(), 1)
    )


def report(import_id: int, *, ring: KeyRing) -> list[CellProblem]:
    """The cells that were wrong when an import was taken in."""
    sealed: bytes | None = import_row(import_id).report
    if sealed is None:
        return []
    return [CellProblem(**one) for one in json.loads(zlib.decompress(ring.unseal(sealed)))]
