"""Undo: an import is left out of every view from a moment on. What others said as well goes on standing (`standing`)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.api import withdraw_divisions
from doudi.common.errors import InputFault
from doudi.ledgers import bulk, state
from doudi.ledgers.bulk import moment, writing
from doudi.ledgers.canonical import DIGEST
from doudi.ledgers.models import Import
from doudi.ledgers.records import ImportRecord, import_row, record_of
from doudi.ledgers.standing import keep_standing

DAYS = 30


def undo(import_id: int, *, by: str, known_at: datetime) -> ImportRecord:
    """Undo a whole import, or a single entry made by hand; within thirty days, once."""
    with writing():
        row = import_row(import_id)
        at = state.latest_moment(moment(known_at))
        if row.undone_at is not None:
            raise InputFault(
                f"第 {import_id} 号导入已于 {row.undone_at:%Y-%m-%d} 撤销",
                do="不必再撤销；要恢复，重新导入原文件",
            )
        if at - row.known_at > timedelta(days=DAYS):
            raise InputFault(
                f"第 {import_id} 号导入已超过 {DAYS} 天，不能整批撤销",
                allowed=f"导入后 {DAYS} 天以内",
                do="逐条更正，或导入新的名单",
            )
        row.undone_at, row.undone_by = at, by
        row.save(update_fields=["undone_at", "undone_by"])
        withdraw_divisions(row.pk, at)
        wrote = _keys_of(row)
        if len(wrote):
            since = pc.min(wrote["valid_from"]).as_py()
            keep_standing(row.kind, wrote["key"].combine_chunks(), since=since, at=at)
    return record_of(row)


def _keys_of(row: Import) -> pa.Table:
    """The keys an import wrote under, and from which days."""
    return bulk.read(
        f"SELECT key, {bulk.day('valid_from')} FROM ledgers_entry WHERE source_id = %s",  # noqa: S608
        [row.pk],
        pa.schema([("key", DIGEST), ("valid_from", pa.date32())]),
    )
