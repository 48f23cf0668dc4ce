"""Linkage on the register: its records and persons in, verdicts recorded, the queue ordered by the money of each row.

The one module of linkage that knows the register; nothing here weighs anything.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.api import KeyRing
from doudi.findings.link import Links, find_links
from doudi.findings.snapshots import Kinds
from doudi.ledgers import api as register
from doudi.policy.linkage import linkage_model

BY_HAND = "person"
"""How a link was made that a person decided; linkage never speaks against it."""


def links_on_register(
    kinds: Kinds,
    *,
    ring: KeyRing,
    policies: Path | None,
    as_of: dt.date,
    known_at: dt.datetime,
) -> Links:
    """What linkage finds on the register as of a day."""
    records = register.link_records(kinds, ring=ring, as_of=as_of, known_at=known_at)
    persons = register.persons(kinds, as_of=as_of, known_at=known_at)
    money = stakes(kinds, records, as_of=as_of, known_at=known_at)
    model = linkage_model(root=policies)
    barred = [
        (row["entry_id"], row["person_id"])
        for row in register.links(known_at).to_pylist()
        if row["verdict"] == "different" and row["how"] == BY_HAND
    ]
    return find_links(records, persons, model, as_of=as_of, money=money, barred=barred)


def stakes(kinds: Kinds, records: pa.Table, *, as_of: dt.date, known_at: dt.datetime) -> dict[int, int]:
    """Fen at stake by entry, for entries of nobody known: the largest sum that the row itself speaks of."""
    loose = records.filter(records["person_id"].is_null())
    found: dict[int, int] = {}
    for name in pc.unique(loose["kind"]).to_pylist():
        sums = [one.column.inside for one in kinds[name] if one.column.kind == "money"]
        if not sums:
            continue
        rows = register.rows(kinds[name], as_of=as_of, known_at=known_at)
        wanted = pc.is_in(rows["entry_id"], loose["entry_id"].combine_chunks())
        rows = rows.filter(wanted)
        most = np.zeros(rows.num_rows, np.int64)
        for column in sums:
            most = np.maximum(most, pc.fill_null(rows[column], 0).to_numpy())
        found |= dict(zip(rows["entry_id"].to_pylist(), most.tolist(), strict=True))
    return found


def record_found(links: Links, kinds: Kinds, *, by: str, known_at: dt.datetime) -> int:
    """Put on record what is new of the verdicts on people of the register; tells how many that were.

    People who are found by it come into the household that their row names.
    """
    known = {
        (row["entry_id"], row["person_id"]): (row["verdict"], row["how"])
        for row in register.links(known_at).to_pylist()
    }
    rows = links.found.filter(pc.greater(links.found["person_id"], 0))
    fresh = [
        (entry, person) not in known
        or (known[entry, person] != (verdict, how) and known[entry, person][1] != BY_HAND)
        for entry, person, verdict, how in zip(
            *(rows[name].to_pylist() for name in ("entry_id", "person_id", "verdict", "how")), strict=True
        )
    ]
    rows = rows.filter(pa.array(fresh, pa.bool_()))
    if rows.num_rows:
        register.record_links(rows, kinds=kinds, by=by, known_at=known_at)
    return int(rows.num_rows)
