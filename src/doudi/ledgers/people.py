"""Persons, households and who belongs where on a day, as known at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.keys import KeyRing
from doudi.ledgers import bulk
from doudi.ledgers.canonical import usable
from doudi.ledgers.chains import NO_END, Rows, day_numbers, holding, integers, number
from doudi.ledgers.identity import Identities
from doudi.ledgers.linking import in_its_place
from doudi.ledgers.models import Person
from doudi.ledgers.state import MEMBERSHIP
from doudi.ledgers.views import CHAINED, LIVE, or_null
from doudi.policy.ledgers.kind import LedgerKind

_KNOWN = "i.known_at <= %s AND (i.undone_at IS NULL OR i.undone_at > %s)"
_PERSON = pa.schema(
    [("person_id", pa.int64()), ("born", pa.date32()), ("sex", pa.string()), ("live", pa.bool_())]
)


def persons(kinds: Mapping[str, LedgerKind], *, as_of: date, known_at: datetime) -> pa.Table:
    """Everybody the register knows at a moment, by person_id: born, sex, household_id, relation, division, merged_into.

    Somebody is known whom a live import brought, or of whom a live entry speaks. Household and division are those of
    the day; the division is that of the newest row in a kind that brings people. Who is merged into another has none
    of them: `merged_into` says where to look.
    """
    at = bulk.moment(known_at)
    known = _known_persons(at)
    ids = integers(known["person_id"])
    one = Identities(known_at)
    survivor = one.survivors(ids)
    merged = survivor != ids
    home = _current(memberships(as_of=as_of, known_at=known_at))
    place = _lookup(integers(home["person_id"]), ids)
    place[merged] = len(home)
    where = _divisions(kinds, as_of, at, one)
    at_place = _lookup(integers(where["person_id"]), ids)
    at_place[merged] = len(where)
    return pa.table(
        {
            "person_id": pa.array(ids),
            "born": known["born"],
            "sex": known["sex"],
            "household_id": _taken(home["household_id"], place),
            "relation": _taken(home["relation"], place),
            "division": _taken(where["division"], at_place),
            "merged_into": pa.array(survivor, mask=~merged),
        }
    )


def memberships(*, as_of: date, known_at: datetime) -> pa.Table:
    """Who has belonged to which household, up to a day: person_id, household_id, relation, valid_from, valid_to, why,
    import_id, entry_id. `valid_to` is the first day on which it no longer held; null where it holds on `as_of`.
    """
    at = bulk.moment(known_at)
    table = bulk.read(
        f"""
        SELECT m.id, m.person_id, m.household_id, m.relation, {bulk.day("m.valid_from")}, m.why, m.source_id, m.entry_id
        FROM ledgers_membership m JOIN ledgers_import i ON i.id = m.source_id
        WHERE m.known_at <= %s AND {_KNOWN} AND m.valid_from <= %s""",  # noqa: S608
        [at, at, at, as_of],
        MEMBERSHIP,
    )
    one = Identities(known_at)
    table = table.filter(in_its_place(table, one))
    person = one.survivors(integers(table["person"]))
    began = day_numbers(table["valid_from"])
    order = np.lexsort((integers(table["id"]), began, person))
    person, began = person[order], began[order]
    follows = np.r_[person[1:] == person[:-1], False] if len(order) else np.zeros(0, bool)
    until = np.where(follows, np.r_[began[1:], NO_END], NO_END) if len(order) else np.zeros(0, np.int64)
    table = table.take(pa.array(order))
    told = pa.table(
        {
            "person_id": pa.array(person),
            "household_id": table["household"],
            "relation": table["relation"],
            "valid_from": table["valid_from"],
            "valid_to": pa.array(
                np.where(until == NO_END, 0, until).astype(np.int32), mask=until == NO_END
            ).cast(pa.date32()),
            "why": table["why"],
            "import_id": table["source"],
            "entry_id": table["entry"],
        }
    )
    lasted = pa.array(until > began) if len(order) else pa.array([], pa.bool_())
    return told.filter(pc.and_(lasted, told["household_id"].is_valid()))


def households(*, known_at: datetime) -> pa.Table:
    """Every household number a live import brought or a live entry names: household_id, number."""
    at = bulk.moment(known_at)
    return bulk.read(
        f"""
        SELECT h.id, h.number FROM ledgers_household h JOIN ledgers_import i ON i.id = h.source_id WHERE {_KNOWN}
        UNION
        SELECT h.id, h.number FROM ledgers_household h JOIN ledgers_import s ON s.id = h.source_id
        JOIN ledgers_entry e ON e.household_id = h.id JOIN ledgers_import i ON i.id = e.source_id
        WHERE s.undone_at IS NOT NULL AND {LIVE} ORDER BY 1""",  # noqa: S608
        [at] * 5,
        pa.schema([("household_id", pa.int64()), ("number", pa.string())]),
    )


def find_person(ring: KeyRing, certno: str, *, known_at: datetime) -> int | None:
    """The person with a citizen's number, spoken of as the one they are merged into; None if nobody is known by it."""
    spelt = usable(pa.array([certno]))[0].as_py()
    if spelt is None:
        return None
    found = Person.objects.filter(digest=ring.index(spelt)).values_list("pk", flat=True).first()
    if found is None:
        return None
    if len(_known_persons(bulk.moment(known_at), found)) == 0:
        return None
    return int(Identities(known_at).survivors(np.array([found], np.int64))[0])


def _known_persons(at: datetime, only: int | None = None) -> pa.Table:
    which = "" if only is None else "WHERE p.id = %s"
    table = bulk.read(
        f"""
        SELECT p.id, {bulk.day("p.born")}, p.sex, CASE WHEN {_KNOWN} THEN 1 ELSE 0 END
        FROM ledgers_person p JOIN ledgers_import i ON i.id = p.source_id {which} ORDER BY p.id""",  # noqa: S608
        [at, at, *([] if only is None else [only])],
        _PERSON,
    )
    if pc.all(table["live"]).as_py():
        return table
    # Their import is undone (or not known yet): they stay only if somebody else speaks of them.
    spoken = bulk.read(
        f"""
        SELECT DISTINCT p.id FROM ledgers_person p
        JOIN ledgers_import s ON s.id = p.source_id
        JOIN ledgers_entry e ON e.person_id = p.id JOIN ledgers_import i ON i.id = e.source_id
        WHERE NOT (s.known_at <= %s AND (s.undone_at IS NULL OR s.undone_at > %s)) AND {LIVE}""",  # noqa: S608
        [at] * 5,
        pa.schema([("id", pa.int64())]),
    )
    return table.filter(
        pc.or_(table["live"], pc.is_in(table["person_id"], value_set=spoken["id"].combine_chunks()))
    )


def _current(told: pa.Table) -> pa.Table:
    return told.filter(told["valid_to"].is_null())


def _divisions(kinds: Mapping[str, LedgerKind], as_of: date, at: datetime, one: Identities) -> pa.Table:
    """Where each person was listed last by the day."""
    parts = []
    for kind in kinds.values():
        if not kind.makes_persons:
            continue
        table = bulk.read(
            f"""
            SELECT e.id, e.key, e.event, e.corrects_id, {bulk.day("e.valid_from")}, {bulk.day("e.valid_to")},
                   e.person_id, e.household_id, e.division
            FROM ledgers_entry e JOIN ledgers_import i ON i.id = e.source_id WHERE i.kind = %s AND {LIVE}""",  # noqa: S608
            [kind.name, at, at, at],
            pa.schema(CHAINED),
        )
        table = table.take(pa.array(holding(table, as_of)))
        person = one.persons(integers(table["id"]), integers(table["person"]))
        table = table.append_column("person_id", or_null(person))
        parts.append(
            table.filter(pc.and_(pc.not_equal(table["division"], ""), table["person_id"].is_valid()))
        )
    if not parts:
        return pa.table({"person_id": pa.array([], pa.int64()), "division": pa.array([], pa.string())})
    whole = pa.concat_tables(parts)
    person, ids = integers(whole["person_id"]), integers(whole["id"])
    order = np.lexsort((ids, day_numbers(whole["valid_from"], number(as_of)), person))
    last = order[np.r_[person[order][1:] != person[order][:-1], True]] if len(order) else order
    return whole.select(["person_id", "division"]).take(pa.array(last))


def _lookup(keys: Rows, asked: Rows) -> Rows:
    """Where each asked key stands among distinct keys; their number where it does not."""
    order = np.argsort(keys, kind="stable")
    if len(order) == 0:
        return np.zeros(len(asked), np.int64)
    place = np.minimum(np.searchsorted(keys[order], asked), len(keys) - 1)
    return np.where(keys[order][place] == asked, order[place], len(keys)).astype(np.int64)


def _taken(column: pa.ChunkedArray, place: Rows) -> pa.ChunkedArray:
    return column.take(pa.array(place, mask=place == len(column)))
