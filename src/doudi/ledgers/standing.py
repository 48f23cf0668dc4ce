"""What an import said goes on standing when another one is undone, or comes in late for an earlier day.

An import does not write what an earlier one had said already (it keeps which rows), and a complete list writes no end
for what was absent before. That saves most of the writing, and it holds as long as nothing before it changes. When
something does, the imports concerned are gone through once more, by day: wherever the register, on an import's day,
no longer says what the import said, that is written again under it, known from now on. Earlier moments look as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers import bulk
from doudi.ledgers.bulk import insert, next_id
from doudi.ledgers.canonical import DIGEST
from doudi.ledgers.chains import (
    NO_END,
    Mask,
    Rows,
    codes,
    day_numbers,
    in_force,
    integers,
    last_begun,
    number,
    truths,
)
from doudi.ledgers.confirmed import confirmed
from doudi.ledgers.linking import inherit
from doudi.ledgers.models import Entry, Import, Membership

_ENTRY = pa.schema(
    [
        ("id", pa.int64()),
        ("key", DIGEST),
        ("content", pa.binary()),
        ("event", pa.string()),
        ("corrects", pa.int64()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("division", pa.string()),
        ("source", pa.int64()),
        ("live", pa.bool_()),
        ("own_day", pa.bool_()),
    ]
)
_COPIED = pa.schema(
    [
        ("id", pa.int64()),
        ("person", pa.int64()),
        ("household", pa.int64()),
        ("division", pa.string()),
        ("valid_to", pa.date32()),
        ("key", DIGEST),
        ("content", pa.binary()),
        ("subject", DIGEST),
        ("facts", pa.string()),
        ("sealed", pa.binary()),
        ("keep_until", pa.date32()),
        ("sheet", pa.string()),
        ("row", pa.int32()),
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
_FEW = 5_000
_NOWHERE = -1


def keep_standing(kind: str, keys: pa.Array, *, since: date, at: datetime) -> None:
    """Write again what live imports of a kind say of some keys from a day on and the register no longer does."""
    live = list(Import.objects.filter(kind=kind, undone_at=None).exclude(sha256="").order_by("as_of", "-id"))
    events = any(one.nature == "event" for one in live)
    if events:  # what happened once has no day of a list: the last word counts, whenever it was said
        groups: list[list[Import]] = [sorted(live, key=lambda one: -one.pk)]
    else:
        groups = [
            list(same)
            for _, same in groupby([one for one in live if one.as_of >= since], lambda one: one.as_of)
        ]
    if not any(groups):
        return
    replay = _Replay(_entries(kind, pc.unique(keys)), events)
    for group in groups:
        replay.listen(group)
    replay.write(kind, at)


@dataclass(frozen=True)
class _Word:
    """What one import has to say again: entries to copy, or chains to end."""

    source: int
    copied: Rows
    made: Rows
    valid_from: Rows
    corrects: Rows
    places: pa.Table
    ends: bool


@dataclass
class _Replay:
    """The chains of some keys while imports are gone through."""

    entries: pa.Table
    events: bool
    words: list[_Word] = field(default_factory=list)

    def __post_init__(self) -> None:
        table = self.entries
        self.id, self.corrects, self.source = (integers(table[name]) for name in ("id", "corrects", "source"))
        self.code, self.content = codes(table["key"]), codes(table["content"])
        self.began, self.until = day_numbers(table["valid_from"]), day_numbers(table["valid_to"])
        self.end, self.live, self.own_day = (
            truths(pc.equal(table["event"], Entry.END)), truths(table["live"]), truths(table["own_day"])
        )  # fmt: skip
        self.division = np.array(table["division"].to_pylist(), object)
        self.chains = int(self.code.max(initial=-1)) + 1
        self.next = next_id(Entry)

    def listen(self, group: Sequence[Import]) -> None:
        """Hold the words of imports of one day, the last first, against the register on that day."""
        on = NO_END if self.events else number(group[0].as_of)
        heard = np.zeros(self.chains, bool)
        for one in group:
            said, places = self._said(one, on)
            now = self._now(on)
            fresh = now == _NOWHERE
            differs = (said != _NOWHERE) & (fresh | self.end[now] | (self.content[now] != self.content[said]))
            corrected = np.isin(self._root(said), self.corrects[self.live & (self.corrects > 0)])
            self._again(one, np.flatnonzero(differs & ~corrected & ~heard), said, now, on, places)
            absent = np.zeros(self.chains, bool)
            if one.complete and not self.events:
                spoken = np.isin(self.division[now], one.divisions)
                absent = (said == _NOWHERE) & ~fresh & ~self.end[now] & (self.until[now] > on) & spoken
                self._ends(one, np.flatnonzero(absent & ~heard), now, on)
                absent |= (said == _NOWHERE) & ~fresh & spoken
                self._wrong_ends(one, (said == _NOWHERE) & ~heard, now, on)
            heard |= (said != _NOWHERE) | absent

    def _root(self, place: Rows) -> Rows:
        return np.where(self.corrects[place] > 0, self.corrects[place], self.id[place])

    def _now(self, on: int, without: Mask | None = None) -> Rows:
        live = np.flatnonzero(self.live if without is None else self.live & ~without)
        live = live[in_force(self.id[live], self.corrects[live])]
        latest = live[last_begun(self.code[live], self.began[live], self.id[live], on)]
        now = np.full(self.chains, _NOWHERE, np.int64)
        now[self.code[latest]] = latest
        return now

    def _said(self, one: Import, on: int) -> tuple[Rows, pa.Table]:
        """By chain the last row of an import; and where its rows stood that an earlier entry had said."""
        kept = confirmed(one)
        kept = kept.filter(pc.is_in(kept["entry"], value_set=pa.array(self.id)))
        own = (self.source == one.pk) & ~self.end & (self.began <= on)
        mine = np.flatnonzero(own | np.isin(self.id, integers(kept["entry"])))
        mine = mine[np.argsort(self.id[mine])]
        said = np.full(self.chains, _NOWHERE, np.int64)
        said[self.code[mine]] = mine  # of several the last stays
        return said, kept

    def _again(self, one: Import, chains: Rows, said: Rows, now: Rows, on: int, places: pa.Table) -> None:
        if len(chains) == 0:
            return
        said, now = said[chains], now[chains]
        if self.events:
            began = self.began[said]
            corrects = np.where(now == _NOWHERE, 0, self._root(now))
        else:
            began = np.where((now == _NOWHERE) & self.own_day[said], self.began[said], on)
            corrects = np.zeros(len(chains), np.int64)
        made = self._grow(one, said, began, corrects, self.until[said], ends=False)
        self.words.append(_Word(one.pk, self.id[said], made, began, corrects, places, ends=False))

    def _ends(self, one: Import, chains: Rows, now: Rows, on: int) -> None:
        if len(chains) == 0:
            return
        now, none = now[chains], np.zeros(len(chains), np.int64)
        began = np.full(len(chains), on, np.int64)
        made = self._grow(one, now, began, none, np.full(len(chains), NO_END, np.int64), ends=True)
        empty = confirmed(Import())
        self.words.append(_Word(one.pk, self.id[now], made, began, none, empty, ends=True))

    def _wrong_ends(self, one: Import, asked: Mask, now: Rows, on: int) -> None:
        """Take back an end where what was said before turns out to lie in a division the list does not speak of."""
        ended = asked & (now != _NOWHERE) & self.end[now] & (self.source[now] == one.pk)
        if not ended.any():
            return
        before = self._now(on, without=self.end & (self.source == one.pk))
        there = (before != _NOWHERE) & ~self.end[before] & (self.until[before] > on)
        wrong = np.flatnonzero(ended & there & ~np.isin(self.division[before], one.divisions))
        for source in np.unique(self.source[before[wrong]]):
            said_by = Import(id=int(source))
            some = wrong[self.source[before[wrong]] == source]
            self._again(said_by, some, before, now, on, confirmed(said_by))

    def _grow(self, one: Import, of: Rows, began: Rows, corrects: Rows, until: Rows, *, ends: bool) -> Rows:
        """Lay further entries beside those there are; gives their keys."""
        made = np.arange(self.next, self.next + len(of), dtype=np.int64)
        self.next += len(of)
        self.id, self.corrects = np.r_[self.id, made], np.r_[self.corrects, corrects]
        self.source = np.r_[self.source, np.full(len(of), one.pk)]
        self.code, self.content = np.r_[self.code, self.code[of]], np.r_[self.content, self.content[of]]
        self.began, self.until = np.r_[self.began, began], np.r_[self.until, until]
        self.end, self.live = (
            np.r_[self.end, np.full(len(of), ends)],
            np.r_[self.live, np.ones(len(of), bool)],
        )
        self.own_day = np.r_[self.own_day, self.own_day[of]]
        self.division = np.r_[self.division, self.division[of]]
        return made

    def write(self, kind: str, at: datetime) -> None:
        """Put into the register what has to be said again."""
        for word in self.words:
            # An entry copied from one that was itself written just now is there by then: words come in order.
            old = _whole(word.copied)
            columns = {
                "id": pa.array(word.made),
                "kind": kind,
                "person": old["person"],
                "household": old["household"],
                "division": old["division"],
                "event": Entry.END if word.ends else _events(word.corrects),
                "corrects": pa.array(word.corrects, mask=word.corrects == 0),
                "valid_from": pa.array(word.valid_from.astype(np.int32), pa.int32()).cast(pa.date32()),
                "known_at": at,
                "source": word.source,
                "key": old["key"],
                "keep_until": old["keep_until"],
            }
            if word.ends:
                columns |= {"content": b"", "facts": "{}"}
            else:
                columns |= {name: old[name] for name in ("valid_to", "content", "subject", "facts", "sealed")}
                columns |= dict(zip(("sheet", "row"), _places(word, old), strict=True))
            insert(Entry, len(old), columns)
            if not word.ends:
                _memberships(word, at)
                inherit(word.copied, word.made, by="", at=at)


def _events(corrects: Rows) -> pa.Array:
    return pc.if_else(pa.array(corrects > 0), Entry.CORRECTION, Entry.STATE)


def _places(word: _Word, old: pa.Table) -> Iterator[pa.Array]:
    """Sheet and row in the import that says it, which are its own or those it kept."""
    place = pc.index_in(pa.array(word.copied), value_set=word.places["entry"].combine_chunks())
    for name in ("sheet", "row"):
        kept = word.places[name].combine_chunks().take(place)
        yield pc.if_else(place.is_valid(), kept, old[name].combine_chunks())


def _entries(kind: str, keys: pa.Array) -> pa.Table:
    """Every entry ever written under some keys, live or not. `own_day`: it began on a day of its own, not the list's."""
    statement = f"""
        SELECT e.id, e.key, e.content, e.event, e.corrects_id, {bulk.day("e.valid_from")}, {bulk.day("e.valid_to")},
               e.division, e.source_id, CASE WHEN i.undone_at IS NULL THEN 1 ELSE 0 END,
               CASE WHEN e.valid_from < i.as_of THEN 1 ELSE 0 END
        FROM ledgers_entry e JOIN ledgers_import i ON i.id = e.source_id WHERE """  # noqa: S608 -- no value in it
    if len(keys) > _FEW:
        found = bulk.read(statement + "i.kind = %s", [kind], _ENTRY)
        found = found.filter(pc.is_in(found["key"], value_set=keys))
    else:
        found = bulk.read_among(statement + "e.key IN ({among})", keys.to_pylist(), [], _ENTRY)
    return found.sort_by("id")


def _whole(ids: Rows) -> pa.Table:
    statement = f"""
        SELECT e.id, e.person_id, e.household_id, e.division, {bulk.day("e.valid_to")}, e.key, e.content, e.subject,
               e.facts, e.sealed, {bulk.day("e.keep_until")}, e.sheet, e.row
        FROM ledgers_entry e WHERE e.id IN ({{among}})"""  # noqa: S608 -- no value in it
    found = bulk.read_among(statement, ids.tolist(), [], _COPIED)
    place = pc.index_in(pa.array(ids), value_set=found["id"].combine_chunks())
    return found.take(place)


def _memberships(word: _Word, at: datetime) -> None:
    """Who came into a household with an entry that is said again comes into it with the new one."""
    statement = f"""
        SELECT m.person_id, m.household_id, m.relation, {bulk.day("m.valid_from")}, m.why, m.entry_id,
               {bulk.day("m.keep_until")}
        FROM ledgers_membership m JOIN ledgers_import i ON i.id = m.source_id
        JOIN ledgers_entry e ON e.person_id = m.person_id AND e.id = m.entry_id
        WHERE e.id IN ({{among}}) AND m.household_id IS NOT NULL AND i.undone_at IS NOT NULL ORDER BY m.id"""  # noqa: S608
    old = bulk.read_among(statement, word.copied.tolist(), [], _MEMBERSHIPS)
    place = integers(pc.index_in(old["entry"], value_set=pa.array(word.copied)))
    start = next_id(Membership)
    began = np.maximum(day_numbers(old["valid_from"]), word.valid_from[place])
    insert(
        Membership,
        len(old),
        {name: old[name] for name in ("person", "household", "relation", "why", "keep_until")}
        | {
            "id": range(start, start + len(old)),
            "valid_from": pa.array(began.astype(np.int32), pa.int32()).cast(pa.date32()),
            "entry": pa.array(word.made[place]),
            "known_at": at,
            "source": word.source,
        },
    )
