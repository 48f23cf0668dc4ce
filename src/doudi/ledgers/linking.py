"""Verdicts on who an entry is about; later rows of its chain inherit them, and households take in whom they name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.retained import years_after
from doudi.common.errors import InputFault
from doudi.ledgers import bulk, state
from doudi.ledgers.bulk import insert, moment, next_id, writing
from doudi.ledgers.chains import Rows, integers
from doudi.ledgers.identity import Identities
from doudi.ledgers.models import Import, Link, Membership
from doudi.policy.ledgers.kind import LedgerKind

YEARS = 10
MEMBERSHIP = "membership"
"""The kind of an import that a membership made by hand, or a link, comes under."""
_ENTRY = pa.schema(
    [
        ("id", pa.int64()),
        ("kind", pa.string()),
        ("household", pa.int64()),
        ("valid_from", pa.date32()),
        ("facts", pa.string()),
    ]
)


def record_links(
    found: pa.Table, *, by: str, known_at: datetime, kinds: Mapping[str, LedgerKind] | None = None
) -> list[int]:
    """Add verdicts: entry_id, person_id, verdict (same, different, queued), weight in hundredths, how, and `why` if any.

    A later verdict on the same entry and person counts instead of an earlier one; nothing is taken away. With `kinds`
    a row of a kind that makes households puts its person into its household, if the person is in none.
    """
    odd = set(found["verdict"].to_pylist()) - set(Link.VERDICTS)
    if odd:
        raise InputFault("没有这种判断", allowed="、".join(Link.VERDICTS))
    with writing():
        at = state.latest_moment(moment(known_at))
        first = write_links(found, by=by, at=at)
        same = found.filter(pc.equal(found["verdict"], Link.SAME))
        if kinds:
            _settle_in(same, kinds, by, at)
    return list(range(first, first + len(found)))


def write_links(found: pa.Table, *, by: str, at: datetime) -> int:
    """Write verdicts in the caller's transaction; gives the first key."""
    first = next_id(Link)
    columns = {
        "id": range(first, first + len(found)),
        "entry": found["entry_id"],
        "person": found["person_id"],
        "verdict": found["verdict"],
        "weight": found["weight"] if "weight" in found.column_names else pa.nulls(len(found), pa.int64()),
        "how": found["how"],
        "by": by,
        "why": found["why"].fill_null("") if "why" in found.column_names else "",
        "known_at": at,
        "keep_until": years_after(at.date(), YEARS),
    }
    insert(Link, len(found), columns)
    return first


def inherit(before: Rows, after: Rows, *, by: str, at: datetime) -> None:
    """An entry that takes another's place in its chain is about the same person, where only a link says who that is."""
    if len(before) == 0 or not Link.objects.filter(undone_at=None).exists():
        return
    person = Identities(at).persons(before, np.zeros(len(before), np.int64))
    known = person > 0
    count = int(np.count_nonzero(known))
    told = {
        "verdict": pa.array([Link.SAME] * count, pa.string()),
        "how": pa.array(["same row"] * count, pa.string()),
    }
    write_links(pa.table({"entry_id": after[known], "person_id": person[known]} | told), by=by, at=at)


def _entries(ids: Rows) -> pa.Table:
    statement = f"""
        SELECT e.id, e.kind, e.household_id, {bulk.day("e.valid_from")}, e.facts
        FROM ledgers_entry e WHERE e.id IN ({{among}})"""  # noqa: S608 -- no value in it
    found = bulk.read_among(statement, np.unique(ids).tolist(), [], _ENTRY)
    if len(found) != len(np.unique(ids)):
        raise InputFault("有的记录编号不存在", do="用当前的记录重新认定")
    return found


def _settle_in(same: pa.Table, kinds: Mapping[str, LedgerKind], by: str, at: datetime) -> None:
    """Put people into the households that their rows name, if they are in none."""
    if len(same) == 0:
        return
    listing = {name: kind.own("relation") for name, kind in kinds.items() if kind.makes_households}
    rows = {row["id"]: row for row in _entries(integers(same["entry_id"])).to_pylist()}
    home = state.memberships(integers(same["person_id"]), date.max)
    settled = set(home["person"].to_pylist())
    told: list[dict[str, Any]] = []
    for number, person in zip(same["entry_id"].to_pylist(), same["person_id"].to_pylist(), strict=True):
        row = rows[number]
        if row["kind"] in listing and row["household"] and person not in settled:
            settled.add(person)
            column = listing[row["kind"]]
            relation = json.loads(row["facts"]).get(column.column.inside) if column else None
            told.append({"person": person, "relation": relation or "", **row})
    if not told:
        return
    source = Import(
        id=next_id(Import), kind=MEMBERSHIP, sender="", as_of=at.date(), known_at=at, by=by, rows_in=len(told),
        accepted=len(told), keep_until=years_after(at.date(), YEARS),
    )  # fmt: skip
    source.save(force_insert=True)
    start = next_id(Membership)
    insert(
        Membership,
        len(told),
        {
            "id": range(start, start + len(told)),
            "person": [row["person"] for row in told],
            "household": [row["household"] for row in told],
            "relation": [row["relation"] for row in told],
            "valid_from": pa.array([row["valid_from"] for row in told], pa.date32()),
            "why": Membership.LISTED,
            "known_at": at,
            "source": source.pk,
            "entry": [row["id"] for row in told],
            "keep_until": source.keep_until,
        },
    )


def in_its_place(memberships: pa.Table, one: Identities) -> pa.Array:
    """Which memberships hold as far as their entries are still about the same person."""
    by_hand = Import.objects.filter(kind=MEMBERSHIP).values_list("pk", flat=True)
    entry = integers(memberships["entry"])
    met = np.isin(entry, one.linked) | (np.isin(integers(memberships["source"]), list(by_hand)) & (entry > 0))
    holds = np.ones(len(memberships), bool)
    if met.any():
        entries = entry[met]
        named = bulk.read_among(
            "SELECT e.id, e.person_id FROM ledgers_entry e WHERE e.id IN ({among})",
            np.unique(entries).tolist(),
            [],
            pa.schema([("id", pa.int64()), ("person", pa.int64())]),
        )
        by_id = dict(zip(named["id"].to_pylist(), named["person"].to_pylist(), strict=True))
        about = one.persons(entries, np.array([by_id.get(int(entry)) or 0 for entry in entries], np.int64))
        holds[met] = about == one.survivors(integers(memberships["person"])[met])
    return pa.array(holds)
