"""Undo: an import is left out of every view from a moment on. What later imports said again goes on standing.

A later import does not write a row that an earlier one had said already; it keeps which. When the earlier one is
undone, those entries are written once more under the first later import that said them, known from now on: what was
seen before the undo is seen unchanged by whoever asks for that moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.api import withdraw_divisions
from doudi.common.errors import InputFault
from doudi.ledgers import bulk, state
from doudi.ledgers.bulk import insert, moment, next_id, writing
from doudi.ledgers.canonical import DIGEST
from doudi.ledgers.chains import Rows, integers
from doudi.ledgers.confirmed import confirmed
from doudi.ledgers.models import Entry, Import, Membership
from doudi.ledgers.records import ImportRecord, import_row, record_of

DAYS = 30
_COPIED = pa.schema(
    [
        ("id", pa.int64()),
        ("person", pa.int64()),
        ("household", pa.int64()),
        ("division", pa.string()),
        ("event", pa.string()),
        ("corrects", pa.int64()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("key", DIGEST),
        ("content", DIGEST),
        ("subject", DIGEST),
        ("facts", pa.string()),
        ("sealed", pa.binary()),
        ("keep_until", pa.date32()),
    ]
)
_MEMBERSHIPS = pa.schema(
    [
        ("person", pa.int64()),
        ("household", pa.int64()),
        ("relation", pa.string()),
        ("valid_from", pa.date32()),
        ("why", pa.string()),
        ("entry", pa.int64()),
        ("keep_until", pa.date32()),
    ]
)


def undo(import_id: int, *, by: str, known_at: datetime) -> ImportRecord:
    """Undo a whole import, or a single entry made by hand; within thirty days, once."""
    with writing():
        row = import_row(import_id)
        at = state.latest_moment(moment(known_at))
        if row.undone_at is not None:
            raise InputFault(f"第 {import_id} 号导入已于 {row.undone_at:%Y-%m-%d} 撤销")
        if at - row.known_at > timedelta(days=DAYS):
            raise InputFault(
                f"第 {import_id} 号导入已超过 {DAYS} 天，不能整批撤销",
                allowed=f"导入后 {DAYS} 天以内",
                do="逐条更正，或导入新的名单",
            )
        row.undone_at, row.undone_by = at, by
        row.save(update_fields=["undone_at", "undone_by"])
        withdraw_divisions(row.pk, at)
        _stand_on(row, at)
    return record_of(row)


def _stand_on(row: Import, at: datetime) -> None:
    """Write again what other live imports of the kind had found said by this one, or by one undone before it."""
    left = _lost(row)
    for other in Import.objects.filter(kind=row.kind, undone_at=None).exclude(confirmed=None).order_by("pk"):
        if len(left) == 0:
            return
        again = confirmed(other)
        again = again.filter(pc.is_in(again["entry"], value_set=left))
        if len(again):
            again = again.take(pa.array(np.sort(np.unique(integers(again["entry"]), return_index=True)[1])))
            _restate(other, again, at)
            left = left.filter(pc.invert(pc.is_in(left, value_set=again["entry"].combine_chunks())))


def _lost(row: Import) -> pa.Array:
    """Entries nobody's live import holds any more, of those this one wrote or said again."""
    schema = pa.schema([("id", pa.int64())])
    wrote = bulk.read("SELECT id FROM ledgers_entry WHERE source_id = %s", [row.pk], schema)["id"]
    gone = bulk.read(
        """
        SELECT e.id FROM ledgers_entry e JOIN ledgers_import i ON i.id = e.source_id
        WHERE i.kind = %s AND i.undone_at < %s""",
        [row.kind, row.undone_at],
        schema,
    )["id"]
    said = confirmed(row)["entry"]
    again = said.filter(pc.is_in(said, value_set=gone.combine_chunks()))
    return pc.unique(pa.chunked_array([*wrote.chunks, *again.chunks], pa.int64()))


def _restate(later: Import, again: pa.Table, at: datetime) -> None:
    wanted = integers(again["entry"])
    columns = f"""
        e.id, e.person_id, e.household_id, e.division, e.event, e.corrects_id, {bulk.day("e.valid_from")},
        {bulk.day("e.valid_to")}, e.key, e.content, e.subject, e.facts, e.sealed, {bulk.day("e.keep_until")}"""
    statement = f"SELECT {columns} FROM ledgers_entry e WHERE e.id IN ({{among}})"  # noqa: S608 -- no value in it
    old = bulk.read_among(statement, wanted.tolist(), [], _COPIED)
    order = np.argsort(integers(old["id"]))
    old = old.take(pa.array(order))
    first = next_id(Entry)
    place = np.argsort(wanted)
    insert(
        Entry,
        len(old),
        {name: old[name] for name in _COPIED.names if name != "id"}
        | {
            "id": range(first, first + len(old)),
            "kind": later.kind,
            "known_at": at,
            "source": later.pk,
            "sheet": again["sheet"].take(pa.array(place)),
            "row": again["row"].take(pa.array(place)),
        },
    )
    _restate_memberships(later, integers(old["id"]), first, at)


def _restate_memberships(later: Import, entries: Rows, first: int, at: datetime) -> None:
    statement = f"""
        SELECT m.person_id, m.household_id, m.relation, {bulk.day("m.valid_from")}, m.why, m.entry_id,
               {bulk.day("m.keep_until")}
        FROM ledgers_membership m JOIN ledgers_import i ON i.id = m.source_id
        WHERE m.person_id IN (SELECT e.person_id FROM ledgers_entry e WHERE e.id IN ({{among}}))
        AND m.household_id IS NOT NULL AND i.undone_at IS NOT NULL ORDER BY m.id"""  # noqa: S608 -- no value in it
    old = bulk.read_among(statement, entries.tolist(), [], _MEMBERSHIPS)
    old = old.filter(pc.is_in(old["entry"], value_set=pa.array(entries)))
    start = next_id(Membership)
    insert(
        Membership,
        len(old),
        {name: old[name] for name in _MEMBERSHIPS.names if name != "entry"}
        | {
            "id": range(start, start + len(old)),
            "entry": pa.array(first + np.searchsorted(entries, integers(old["entry"]))),
            "known_at": at,
            "source": later.pk,
        },
    )
