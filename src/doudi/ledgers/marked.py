"""Rows that come back corrected: which entry each of them is to stand in for.

The workbook that was handed back names the file it was made of, and of each row the sheet and the row there. Those
lead to the import and to what it wrote, or found written already.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from doudi.common.errors import InputFault
from doudi.ledgers import bulk
from doudi.ledgers.confirmed import confirmed_rows
from doudi.ledgers.models import Entry, Import
from doudi.ledgers.returning import Marker, Place

_NEEDED = ("sheet", "row", "corrects_id", "valid_from", "content")
_ASKED = 500


@dataclass(frozen=True)
class MarkedRow:
    """An entry that a row is to correct. `root`: what a correction of it must name."""

    entry: int
    root: int
    valid_from: date
    content: bytes


def marked_rows(kind: str, marker: Marker | None) -> dict[Place, MarkedRow]:
    """By place in the workbook handed back, the entry there is for it in the register; rows refused then have none."""
    if marker is None:
        return {}
    source = Import.objects.filter(kind=kind, sha256=marker.sha256, undone_at=None).order_by("-id").first()
    if source is None:
        raise InputFault(
            "退回表所依据的原文件没有导入，或导入已撤销",
            where=marker.sha256[:16],
            do="先导入原文件，或删去退回表的标记后作为整表导入",
        )
    written = {
        (one.sheet, one.row): one
        for one in Entry.objects.filter(source=source).exclude(event=Entry.END).only(*_NEEDED)
    }
    before = {(sheet, row): entry for entry, sheet, row in confirmed_rows(source)}
    wanted = {
        place: before[was] for place, was in marker.rows.items() if was in before and was not in written
    }
    found = entries_by_id(set(wanted.values()))
    told = {place: written[was] for place, was in marker.rows.items() if was in written}
    told |= {place: found[entry] for place, entry in wanted.items()}
    newest = _newest_corrections({one.corrects_id or one.pk for one in told.values()})
    return {place: _marked(newest.get(one.corrects_id or one.pk, one)) for place, one in told.items()}


def entries_by_id(ids: Collection[int]) -> dict[int, Entry]:
    """Some entries, without what they seal."""
    asked = sorted(ids)
    found: dict[int, Entry] = {}
    for start in range(0, len(asked), _ASKED):
        some = Entry.objects.filter(pk__in=asked[start : start + _ASKED]).only(*_NEEDED)
        found |= {one.pk: one for one in some}
    return found


def _newest_corrections(roots: set[int]) -> dict[int, Entry]:
    """By root, the correction of it that is in force."""
    statement = """
        SELECT e.id FROM ledgers_entry e JOIN ledgers_import i ON i.id = e.source_id
        WHERE e.corrects_id IN ({among}) AND i.undone_at IS NULL"""
    ids = bulk.read_among(statement, sorted(roots), [], pa.schema([("id", pa.int64())]))["id"].to_pylist()
    return {one.corrects_id: one for _, one in sorted(entries_by_id(ids).items())}


def newest_in_force(entry_id: int, kind: str) -> Entry:
    """The entry itself, or the correction that stands in for it now."""
    one: Entry | None = Entry.objects.filter(pk=entry_id, kind=kind, source__undone_at=None).first()
    if one is None or one.event == Entry.END:
        raise InputFault(f"没有第 {entry_id} 号记录，或它所属的导入已撤销", do="核对记录编号")
    newest = _newest_corrections({one.corrects_id or one.pk}).get(one.corrects_id or one.pk)
    return one if newest is None else Entry.objects.get(pk=newest.pk)


def _marked(one: Entry) -> MarkedRow:
    return MarkedRow(one.pk, one.corrects_id or one.pk, one.valid_from, bytes(one.content))
