"""Where entries were read from: lists and findings open onto their records by these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from doudi.ledgers.models import Entry

_ASKED = 500


@dataclass(frozen=True)
class EntrySource:
    """An entry's ledger, file, sheet, row and place; no file where somebody recorded it by hand."""

    entry: int
    kind: str
    import_id: int
    file: str
    sheet: str
    row: int
    division: str | None

    def __str__(self) -> str:
        return (
            f"{self.file}{f'，{self.sheet}' if self.sheet else ''} 第{self.row}行"
            if self.file
            else "人工记录"
        )

    def to_dict(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def entry_sources(entries: Iterable[int]) -> dict[int, EntrySource]:
    """By entry number; a number that no entry has is left out."""
    wanted = sorted(set(entries))
    found: dict[int, EntrySource] = {}
    for start in range(0, len(wanted), _ASKED):
        asked = wanted[start : start + _ASKED]
        rows = Entry.objects.filter(pk__in=asked).values_list(
            "pk", "source__kind", "source_id", "source__file_name", "sheet", "row", "division"
        )
        for entry, kind, source, file, sheet, row, division in rows:
            found[entry] = EntrySource(entry, kind, source, file, sheet, row, division or None)
    return found
