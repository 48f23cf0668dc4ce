"""What the register holds now, read for whoever is about to add to it: chains, persons, households, memberships.

Small questions are asked through an index, large ones for the whole kind at once.
"""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers import bulk
from doudi.ledgers.canonical import DIGEST
from doudi.ledgers.chains import Rows, codes, day_numbers, integers, last_begun, number
from doudi.ledgers.models import Import, Person

CHAIN = pa.schema(
    [
        ("id", pa.int64()),
        ("key", DIGEST),
        ("content", DIGEST),
        ("event", pa.string()),
        ("corrects", pa.int64()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("person", pa.int64()),
        ("household", pa.int64()),
        ("division", pa.string()),
    ]
)
MEMBERSHIP = pa.schema(
    [
        ("id", pa.int64()),
        ("person", pa.int64()),
        ("household", pa.int64()),
        ("relation", pa.string()),
        ("valid_from", pa.date32()),
        ("why", pa.string()),
        ("source", pa.int64()),
        ("entry", pa.int64()),
    ]
)
_FEW = 20_000
_FOUND = pa.schema([("id", pa.int64()), ("name", DIGEST)])
_NUMBERED = pa.schema([("id", pa.int64()), ("name", pa.string())])


def latest_moment(at: datetime) -> datetime:
    """The moment to write under: the one handed in, or that of the last import where a clock lags behind."""
    last = Import.objects.order_by("-known_at").values_list("known_at", flat=True).first()
    return max(at, last) if last else at


def chains(kind: str, keys: pa.Array, *, whole: bool) -> pa.Table:
    """The live entries of the chains that some keys name; of all chains of the kind if `whole` or the keys are many."""
    select = f"""
        SELECT e.id, e.key, e.content, e.event, e.corrects_id, {bulk.day("e.valid_from")}, {bulk.day("e.valid_to")},
               e.person_id, e.household_id, e.division
        FROM ledgers_entry e JOIN ledgers_import i ON i.id = e.source_id
        WHERE i.undone_at IS NULL AND """  # noqa: S608 -- no value in it
    if whole or len(keys) > _FEW:
        return bulk.read(select + "i.kind = %s", [kind], CHAIN)
    found = bulk.read_among(select + "e.key IN ({among})", keys.to_pylist(), [], CHAIN)
    # What corrects them may stand under another key, and what that corrects under a third.
    roots = np.union1d(integers(found["id"]), integers(found["corrects"]))
    corrections = bulk.read_among(
        select + "e.corrects_id IN ({among})", [int(r) for r in roots if r], [], CHAIN
    )
    both = pa.concat_tables([found, corrections])
    _, first = np.unique(integers(both["id"]), return_index=True)
    return both.take(pa.array(first))


def persons_of(digests: pa.Array) -> Rows:
    """The person each digest finds; nought for none."""
    return _found("SELECT id, digest FROM ledgers_person WHERE digest", digests, _FOUND)


def households_of(numbers: pa.Array) -> Rows:
    """The household each number names; nought for none."""
    return _found("SELECT id, number FROM ledgers_household WHERE number", numbers, _NUMBERED)


def memberships(persons: Rows, on: date) -> pa.Table:
    """Where each of some persons belongs on a day, as known now: one row a person that has one, `household` may be null."""
    select = f"""
        SELECT m.id, m.person_id, m.household_id, m.relation, {bulk.day("m.valid_from")}, m.why, m.source_id, m.entry_id
        FROM ledgers_membership m JOIN ledgers_import i ON i.id = m.source_id
        WHERE i.undone_at IS NULL AND """  # noqa: S608 -- no value in it
    asked = np.unique(persons[persons > 0])
    if len(asked) > _FEW:
        found = bulk.read(select + "1 = 1", [], MEMBERSHIP)
    else:
        found = bulk.read_among(select + "m.person_id IN ({among})", asked.tolist(), [], MEMBERSHIP)
    began = day_numbers(found["valid_from"])
    return found.take(pa.array(last_begun(codes(found["person"]), began, integers(found["id"]), number(on))))


def waiting() -> pa.Table:
    """Entries that name somebody the register did not know when they came."""
    return bulk.read("SELECT id, subject FROM ledgers_entry WHERE subject IS NOT NULL", [], _FOUND)


def _found(statement: str, names: pa.Array, schema: pa.Schema) -> Rows:
    asked = pc.unique(names.drop_null())
    if len(asked) > _FEW or Person.objects.count() < _FEW:
        known = bulk.read(statement + " IS NOT NULL", [], schema)
    else:
        known = bulk.read_among(statement + " IN ({among})", asked.to_pylist(), [], schema)
    place = pc.index_in(names, value_set=known["name"].combine_chunks())
    ids = np.r_[integers(known["id"]), 0]
    found: Rows = ids[integers(place, len(ids) - 1)]
    return found
