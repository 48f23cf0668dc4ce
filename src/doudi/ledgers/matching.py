"""Records for linkage: what a row says of somebody's identity, opened in memory and never written anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.keys import KeyRing
from doudi.ledgers import bulk
from doudi.ledgers.canonical import WRITTEN
from doudi.ledgers.chains import holding, integers
from doudi.ledgers.identity import Identities
from doudi.ledgers.views import CHAINED, LIVE, or_null, parsed
from doudi.policy.ledgers.kind import LedgerKind, Role

SCHEMA = pa.schema(
    [
        ("rec_id", pa.int64()),
        ("entry_id", pa.int64()),
        ("person_id", pa.int64()),
        ("kind", pa.string()),
        ("psn_name", pa.string()),
        ("gend", pa.string()),
        ("brdy", pa.date32()),
        ("certno", pa.string()),
        ("certno_written", pa.string()),
        ("tel", pa.string()),
        ("addr", pa.string()),
        ("town", pa.string()),
        ("village", pa.string()),
        ("division", pa.string()),
        ("household_id", pa.int64()),
        ("hh_no", pa.string()),
        ("relation", pa.string()),
        ("head_name", pa.string()),
        ("valid_from", pa.date32()),
    ]
)
_BY_ROLE: Mapping[str, Role] = {
    "psn_name": "name",
    "certno": "idcard",
    "tel": "phone",
    "addr": "address",
    "hh_no": "household",
    "relation": "relation",
}
_BY_NAME = ("gend", "brdy", "town", "village", "head_name")
_PART = 100_000
_FOUND = pa.schema([*CHAINED, ("facts", pa.string()), ("sealed", pa.binary())])


def link_records(
    kinds: Mapping[str, LedgerKind], *, ring: KeyRing, as_of: date, known_at: datetime
) -> pa.Table:
    """One record for every row that held on a day, in kinds that name a person.

    `certno`: the usable number; `certno_written`: what stood there where it was none. `person_id`: who the row is
    about as known so far. For memory alone: it holds names, numbers and addresses.
    """
    one = Identities(known_at)
    parts = [_of_kind(kind, ring, as_of, known_at, one) for kind in kinds.values() if kind.of_role("name")]
    return pa.concat_tables(parts).combine_chunks() if parts else SCHEMA.empty_table()


def columns_of(kind: LedgerKind) -> dict[str, str]:
    """For each column of a record the kind's column that fills it."""
    told = {name: column.name for name, role in _BY_ROLE.items() if (column := kind.own(role))}
    return told | {name: name for name in _BY_NAME if name in kind.by_name}


def _of_kind(kind: LedgerKind, ring: KeyRing, as_of: date, known_at: datetime, one: Identities) -> pa.Table:
    at = bulk.moment(known_at)
    table = bulk.read(
        f"""
        SELECT e.id, e.key, e.event, e.corrects_id, {bulk.day("e.valid_from")}, {bulk.day("e.valid_to")},
               e.person_id, e.household_id, e.division, e.facts, e.sealed
        FROM ledgers_entry e JOIN ledgers_import i ON i.id = e.source_id WHERE i.kind = %s AND {LIVE}""",  # noqa: S608
        [kind.name, at, at, at],
        _FOUND,
    )
    table = table.take(pa.array(holding(table, as_of)))
    ids = integers(table["id"])
    names = columns_of(kind)
    wanted = {column for column in names.values() if column}
    if "certno" in names:
        wanted.add(names["certno"] + WRITTEN)
    told = _said(table, wanted, ring)
    cells: dict[str, Any] = {
        "rec_id": pa.array(ids),
        "entry_id": pa.array(ids),
        "person_id": or_null(one.persons(ids, integers(table["person"]))),
        "kind": pa.repeat(pa.scalar(kind.name), len(table)),
        "division": pc.if_else(
            pc.equal(table["division"], ""), pa.scalar(None, pa.string()), table["division"]
        ),
        "household_id": table["household"],
        "valid_from": table["valid_from"],
        "certno_written": told.get(names.get("certno", "") + WRITTEN),
    }
    for field in SCHEMA:
        if field.name not in cells:
            cells[field.name] = told.get(names.get(field.name, ""))
        if cells[field.name] is None:
            cells[field.name] = pa.nulls(len(table), field.type)
        cells[field.name] = cells[field.name].cast(field.type)
    return pa.table([cells[name] for name in SCHEMA.names], schema=SCHEMA)


def _said(table: pa.Table, wanted: set[str], ring: KeyRing) -> dict[str, pa.ChunkedArray]:
    """Some columns of entries as text, whether they lie open or sealed: opened a part at a time, and not kept."""
    schema = pa.schema([(name, pa.string()) for name in sorted(wanted)])
    parts: list[pa.Table] = []
    for start in range(0, len(table), _PART):
        part = table.slice(start, _PART)
        lying_open = parsed(part["facts"].to_pylist(), schema)
        secret = [ring.unseal(one).decode() if one else "{}" for one in part["sealed"].to_pylist()]
        sealed = parsed(secret, schema)
        both = [pc.coalesce(lying_open[name], sealed[name]) for name in schema.names]
        parts.append(pa.table(both, schema=schema))
    whole = pa.concat_tables(parts) if parts else schema.empty_table()
    return {name: whole[name] for name in schema.names}


def opened(
    facts: Sequence[str], sealed: Sequence[bytes | None], ring: KeyRing | None
) -> list[dict[str, Any]]:
    """What entries say, identifying columns too where a ring is handed in."""
    if ring is None:
        return [json.loads(one) for one in facts]
    secret = (
        ring.unseal_many([one or b"" for one in sealed])
        if all(sealed)
        else [ring.unseal(s) if s else b"{}" for s in sealed]
    )
    return [json.loads(one) | json.loads(other) for one, other in zip(facts, secret, strict=True)]
