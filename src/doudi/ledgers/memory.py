"""How a sender's headers were read the last time, so that nobody is asked twice."""

from __future__ import annotations

from collections.abc import Sequence

from doudi.ledgers.bulk import next_id
from doudi.ledgers.models import Import, Mapping
from doudi.ledgers.reading.result import SheetReading


def remembered(sender: str) -> dict[str, dict[str, str]]:
    """By kind, the column each of a sender's headers stands for; the last word counts, undone imports do not."""
    told: dict[str, dict[str, str]] = {}
    for one in Mapping.objects.filter(sender=sender, source__undone_at=None).order_by("id"):
        told.setdefault(one.kind, {})[one.header] = one.column
    return told


def remember(sender: str, kind: str, sheets: Sequence[SheetReading], source: Import) -> None:
    """Keep what was new about a sender's headers."""
    if not sender:
        return
    known = remembered(sender).get(kind, {})
    told = {one.header: one.name or "" for sheet in sheets for one in sheet.mapping if one.header and one.how}
    fresh = {header: column for header, column in told.items() if known.get(header) != column}
    first = next_id(Mapping)
    Mapping.objects.bulk_create(
        Mapping(
            id=first + place, sender=sender, kind=kind, header=header[:200], column=column,
            known_at=source.known_at, source=source, keep_until=source.keep_until,
        )
        for place, (header, column) in enumerate(fresh.items())
    )  # fmt: skip
