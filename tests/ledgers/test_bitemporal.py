"""What held on any day, as known at any moment, is what a plain reading of all lists says; on both databases.

The oracle folds the lists that were known and not undone, by their day: a row is said, a complete list takes away what
it lacks in the divisions it speaks of. It knows nothing of entries, chains or rows that are not written twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.access.api import open_keys
from doudi.ledgers import api
from doudi.ledgers import models as tables
from tests.ledgers.cast import DIBAO, KINDS, NOW, number, reading, sheet

PEOPLE, AMOUNTS, DAYS, PLACES = 4, 2, 4, ("990101001001", "990101002001")
LIST_DAY = [date(2026, 6, 1) + timedelta(days=at) for at in range(DAYS)]


@dataclass
class List:
    """One list as it was handed in: who is on it with what, and when it was undone, if it was."""

    on: date
    known: datetime
    complete: bool
    rows: dict[int, tuple[int, str]]
    undone: datetime | None = None
    record: int = 0
    places: set[str] = field(default_factory=set)


def oracle(lists: list[List], as_of: date, known_at: datetime) -> dict[int, int]:
    """Who is on the register with what, in plain Python."""
    live = [one for one in lists if one.known <= known_at and not (one.undone and one.undone <= known_at)]
    state: dict[int, tuple[int, str]] = {}
    for one in sorted(live, key=lambda one: (one.on, one.record)):
        if one.on > as_of:
            break
        for who in list(state):
            if one.complete and who not in one.rows and state[who][1] in one.places:
                del state[who]
        state |= one.rows
    return {who: amount for who, (amount, _) in state.items()}


rows = st.dictionaries(
    st.integers(0, PEOPLE - 1),
    st.tuples(st.integers(1, AMOUNTS), st.sampled_from(PLACES)),
    max_size=PEOPLE,
    min_size=1,
)
taken = st.tuples(st.just("list"), st.integers(0, DAYS - 1), st.booleans(), rows)
undone = st.tuples(st.just("undo"), st.integers(0, 9))


def clear() -> None:
    """An empty register; rows that name others go first."""
    for model in (
        tables.Mapping, tables.Link, tables.PersonMerge, tables.Tag, tables.Membership, tables.Entry, tables.Household,
        tables.Person, tables.Import,
    ):  # fmt: skip
        model.objects.all()._raw_delete("default")


@pytest.fixture
def keys(register):
    return open_keys(register.home / "keys.json"), register.home


def amounts(ring: Any, as_of: date, known_at: datetime) -> dict[int, int]:
    told = api.rows(DIBAO, as_of=as_of, known_at=known_at).to_pylist()
    tokens = {int.from_bytes(ring.index(number(who))[:8], "big", signed=True): who for who in range(PEOPLE)}
    found = {tokens[one["certno__token"]]: one["amt_fen"] for one in told}
    assert len(found) == len(told)
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.one_of(taken, taken, undone), min_size=1, max_size=7))
def test_every_view_is_what_the_lists_say(keys, steps):
    ring, home = keys
    clear()
    lists: list[List] = []
    now = NOW
    for turn, step in enumerate(steps):
        now += timedelta(hours=1)
        if step[0] == "undo":
            live = [one for one in lists if one.undone is None]
            if live:
                one = live[step[1] % len(live)]
                one.undone = now
                api.undo(one.record, by="乙", known_at=now)
            continue
        _, day, complete, told = step
        one = List(LIST_DAY[day], now, complete, told, places={place for _, place in told.values()})
        file, content = reading(
            sheet(DIBAO, [
                {"certno": number(who), "psn_name": "样某", "admdvs": place, "amt": amount}
                for who, (amount, place) in told.items()
            ]),
            salt=str(turn),
        )  # fmt: skip
        (record,) = api.commit(
            file,
            ring=ring,
            home=home,
            original=content,
            by="甲",
            known_at=now,
            as_of=one.on,
            complete=complete,
        )
        one.record = record.id
        lists.append(one)
    moments = [NOW + timedelta(hours=at) for at in range(len(steps) + 1)]
    for known_at in moments:
        for as_of in (*LIST_DAY, date(2026, 7, 1)):
            assert amounts(ring, as_of, known_at) == oracle(lists, as_of, known_at), (as_of, known_at)


def test_the_token_is_another_one_whenever_anything_is(keys):
    ring, home = keys
    seen = [api.state_token(NOW)]
    for turn, step in enumerate(("take", "take", "undo", "tag")):
        now = NOW + timedelta(hours=turn + 1)
        if step == "take":
            file, content = reading(sheet(DIBAO, [{"certno": number(turn), "amt": 1}]))
            (record,) = api.commit(
                file, ring=ring, home=home, original=content, by="甲", known_at=now, as_of=NOW.date()
            )
        elif step == "undo":
            api.undo(record.id, by="乙", known_at=now)
        else:
            tables.Household.objects.create(id=1, number="H1", source_id=record.id, keep_until=NOW.date())
            api.record_tag("低保", household_id=1, valid_from=NOW.date(), by="丙", known_at=now)
        seen.append(api.state_token(now))
    assert len(set(seen)) == len(seen)
    assert api.state_token(NOW + timedelta(hours=2)) == seen[2]
    assert api.tags(KINDS, as_of=NOW.date(), known_at=now).num_rows == 1
