"""Commit: a file's rows become entries, all of them or none, once however often it is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.api import Said, claim, load_divisions
from doudi.access.keys import KeyRing
from doudi.access.retained import years_after
from doudi.common.errors import InputFault
from doudi.ledgers import originals, state
from doudi.ledgers.bulk import insert, moment, next_id, writing
from doudi.ledgers.canonical import DIGEST
from doudi.ledgers.chains import NO_END, Rows, day_numbers
from doudi.ledgers.confirmed import packed
from doudi.ledgers.linking import inherit
from doudi.ledgers.memory import remember
from doudi.ledgers.models import Entry, Household, Import, Link, Membership, Person
from doudi.ledgers.planning import (
    CHANGED,
    CORRECTED,
    MOVED,
    NEW,
    REFUSED,
    STAY,
    UNCHANGED,
    Plan,
    SecondHousehold,
)
from doudi.ledgers.reading.result import FileReading, SheetReading
from doudi.ledgers.records import ImportRecord, record_of, sealed_report
from doudi.ledgers.rehearsal import Rehearsal, Request, by_kind, left_out, planned, prepared, same_import
from doudi.ledgers.returning import Marker
from doudi.ledgers.standing import keep_standing
from doudi.ledgers.views import or_null
from doudi.policy.ledgers.kind import LedgerKind

YEARS_LINKED = 10
DIVISIONS = "divisions"
"""The kind that is also a register of its own, with access."""


def commit(
    what: Rehearsal | FileReading,
    *,
    ring: KeyRing,
    home: Path,
    original: Path | bytes,
    by: str,
    known_at: datetime,
    as_of: date | None = None,
    sender: str = "",
    complete: bool = False,
    second_household: SecondHousehold = "keep",
    marker: Marker | None = None,
) -> tuple[ImportRecord, ...]:
    """Take a file in: one import for each kind in it, in one transaction.

    Hand in a rehearsal, which says how, or a reading with `as_of` and what follows it. What is written is planned
    anew under the lock: another clerk may have been first. The same bytes of the same kind, sender and day add nothing
    and come back as `already`. `original`: the file as it was handed over, kept sealed under `home`.
    """
    if isinstance(what, Rehearsal):
        reading, request = what.reading, what.request
    elif as_of is None:
        raise InputFault("没有说明数据是哪一天的", do="给出 as_of")
    else:
        reading = what
        request = Request(as_of, sender, complete, second_household, marker)
    claim(ring)
    ready = [(kind, sheets, prepared(sheets, ring)) for kind, sheets in by_kind(reading)]
    originals.keep(original, reading.workbook.sha256, ring=ring, home=home)
    made: list[ImportRecord] = []
    with writing():
        at = state.latest_moment(moment(known_at))
        for kind, sheets, rows in ready:
            if there := same_import(kind.name, request, reading.workbook.sha256):
                made.append(record_of(there, already=True))
                continue
            taking = _Taking(kind, sheets, request, ring, by, at)
            made.append(taking.write(reading, planned(kind, rows, request)))
    return tuple(made)


class _Taking:
    """One kind's rows on their way into the register."""

    def __init__(
        self,
        kind: LedgerKind,
        sheets: Sequence[SheetReading],
        request: Request,
        ring: KeyRing,
        by: str,
        at: datetime,
    ) -> None:
        self.kind, self.sheets, self.request, self.ring, self.by, self.at = (
            kind,
            sheets,
            request,
            ring,
            by,
            at,
        )
        self.source = next_id(Import)
        self.keep_until = years_after(request.as_of, kind.retention_years)

    def write(self, reading: FileReading, plan: Plan) -> ImportRecord:
        row = self._import(reading, plan)
        row.save(force_insert=True)
        fresh = self._persons(plan)
        self._households(plan)
        first = self._entries(plan)
        self._ends(plan, first + self._written(plan))
        self._memberships(plan, first)
        self._keep_later_standing(plan)
        self._attach(fresh)
        if self.kind.name == DIVISIONS:
            self._divisions()
        remember(self.request.sender, self.kind.name, self.sheets, row)
        return record_of(row)

    def _import(self, reading: FileReading, plan: Plan) -> Import:
        refused, request = plan.count(REFUSED), self.request
        unchanged = pa.array(plan.status == UNCHANGED)
        return Import(
            id=self.source,
            kind=self.kind.name,
            nature=self.kind.nature,
            sender=request.sender,
            file_name=reading.workbook.name,
            sha256=reading.workbook.sha256,
            as_of=request.as_of,
            known_at=self.at,
            complete=request.complete,
            by=self.by,
            rows_in=sum(sheet.rows_in for sheet in self.sheets),
            accepted=len(plan.rows) - refused,
            refused=sum(len(sheet.refused) for sheet in self.sheets) + refused,
            left_out=left_out(self.sheets),
            new=plan.count(NEW),
            unchanged=plan.count(UNCHANGED),
            changed=plan.count(CHANGED) + plan.count(CORRECTED),
            ended=len(plan.missing) if plan.ends else 0,
            second_household=int(np.count_nonzero(plan.second)),
            missing_from_list=len(plan.missing),
            sheets=[_sheet(sheet) for sheet in self.sheets],
            divisions=sorted(pc.unique(plan.rows["division"].fill_null("")).to_pylist()),
            report=sealed_report([one for sheet in self.sheets for one in sheet.problems], self.ring),
            confirmed=packed(
                pa.array(plan.entry).filter(unchanged),
                plan.rows["sheet"].combine_chunks().filter(unchanged),
                plan.rows["row"].combine_chunks().filter(unchanged),
            ),
            keep_until=self.keep_until,
        )

    def _persons(self, plan: Plan) -> tuple[pa.Array, Rows]:
        """Add the people a kind may add; their digests and keys."""
        if not self.kind.makes_persons:
            return pa.nulls(0, DIGEST), np.zeros(0, np.int64)
        stranger = (plan.person == 0) & (plan.status != REFUSED)
        rows = plan.rows.filter(pc.and_(pa.array(stranger), plan.rows["subject"].is_valid()))
        digests = rows["subject"].combine_chunks()
        place = _firsts(digests)
        rows, digests = rows.take(pa.array(place)), digests.take(pa.array(place))
        ids = np.arange(len(rows), dtype=np.int64) + next_id(Person)
        columns = {
            "id": pa.array(ids),
            "digest": digests,
            "born": rows["born"],
            "sex": rows["sex"].fill_null(""),
            "source": self.source,
            "keep_until": self.keep_until,
        }
        insert(Person, len(rows), columns)
        found = pc.index_in(plan.rows["subject"], value_set=digests)
        _fill(plan.person, found, ids)
        return digests, ids

    def _households(self, plan: Plan) -> None:
        stranger = pa.array((plan.household == 0) & (plan.status != REFUSED))
        numbers = pc.unique(plan.rows["number"].filter(stranger).drop_null())
        ids = np.arange(len(numbers), dtype=np.int64) + next_id(Household)
        columns = {
            "id": pa.array(ids),
            "number": numbers,
            "source": self.source,
            "keep_until": self.keep_until,
        }
        insert(Household, len(numbers), columns)
        _fill(plan.household, pc.index_in(plan.rows["number"], value_set=numbers), ids)

    def _written(self, plan: Plan) -> int:
        return plan.count(NEW) + plan.count(CHANGED) + plan.count(CORRECTED)

    def _entries(self, plan: Plan) -> int:
        """Add what is new or says something else; gives the first key."""
        first = next_id(Entry)
        wanted = np.isin(plan.status, (NEW, CHANGED, CORRECTED))
        rows = plan.rows.filter(pa.array(wanted))
        corrects = plan.corrects[wanted]
        person, subject = plan.person[wanted], rows["subject"].combine_chunks()
        columns = {
            "id": range(first, first + len(rows)),
            "kind": self.kind.name,
            "person": or_null(person),
            "household": or_null(plan.household[wanted]),
            "division": rows["division"].fill_null(""),
            "event": pc.if_else(pa.array(corrects > 0), Entry.CORRECTION, Entry.STATE),
            "corrects": or_null(corrects),
            "valid_from": _days(plan.valid_from[wanted]),
            "valid_to": rows["until"],
            "known_at": self.at,
            "source": self.source,
            "sheet": rows["sheet"],
            "row": rows["row"],
            "key": rows["key"],
            "content": rows["content"],
            "subject": pc.if_else(pa.array(person > 0), pa.scalar(None, subject.type), subject),
            "facts": rows["facts"],
            "sealed": self._sealed(rows["identifying"]),
            "keep_until": self.keep_until,
        }
        insert(Entry, len(rows), columns)
        nameless = np.flatnonzero((person == 0) & (plan.entry[wanted] > 0))
        inherit(plan.entry[wanted][nameless], first + nameless, by=self.by, at=self.at)
        return first

    def _sealed(self, identifying: pa.ChunkedArray) -> list[bytes | None]:
        told = identifying.to_pylist()
        if not self.kind_seals:
            return [None] * len(told)
        return list(self.ring.seal_many([one.encode() for one in told]))

    @property
    def kind_seals(self) -> bool:
        """Whether the kind has identifying columns."""
        return any(column.sensitivity == "identifying" for column in self.kind)

    def _ends(self, plan: Plan, first: int) -> None:
        """Say of what a complete list lacks that it has ended."""
        if not plan.ends:
            return
        ends = plan.missing
        columns = {
            "id": range(first, first + len(ends)),
            "kind": self.kind.name,
            "person": ends["person"],
            "household": ends["household"],
            "division": ends["division"],
            "event": Entry.END,
            "valid_from": self.request.as_of,
            "known_at": self.at,
            "source": self.source,
            "key": ends["key"],
            "content": b"",
            "facts": "{}",
            "keep_until": self.keep_until,
        }
        insert(Entry, len(ends), columns)

    def _memberships(self, plan: Plan, first: int) -> None:
        wanted = (plan.membership != STAY) & (plan.status != REFUSED)
        written = np.isin(plan.status, (NEW, CHANGED, CORRECTED))
        entry = np.where(written, first + np.cumsum(written) - 1, plan.entry)[wanted]
        rows = plan.rows.filter(pa.array(wanted))
        # A membership that changes without a later day of its own changes on the day of the list.
        began = plan.valid_from[wanted]
        moved = plan.membership[wanted] == MOVED
        began = np.where(moved | ~written[wanted], np.maximum(began, _number(self.request.as_of)), began)
        start = next_id(Membership)
        columns: dict[str, Any] = {
            "id": range(start, start + len(rows)),
            "person": pa.array(plan.person[wanted]),
            "household": or_null(plan.household[wanted]),
            "relation": rows["relation"].fill_null(""),
            "valid_from": _days(began),
            "why": pc.if_else(pa.array(moved), Membership.MOVE, Membership.LISTED),
            "known_at": self.at,
            "source": self.source,
            "entry": pa.array(entry),
            "keep_until": self.keep_until,
        }
        insert(Membership, len(rows), columns)
        left = plan.leaving
        start += len(rows)
        nobody = {
            "household": None,
            "relation": "",
            "valid_from": self.request.as_of,
            "why": Membership.LISTED,
        }
        columns |= {
            "id": range(start, start + len(left)),
            "person": left["person"],
            "entry": left["entry"],
            **nobody,
        }
        insert(Membership, len(left), columns)

    def _keep_later_standing(self, plan: Plan) -> None:
        """Let a list that comes late not talk over what was said of a later day."""
        later = Import.objects.filter(
            kind=self.kind.name, undone_at=None, as_of__gt=self.request.as_of
        ).exclude(sha256="")
        if self.kind.nature == "list" and later.exists():
            wrote = plan.rows["key"].filter(pa.array(np.isin(plan.status, (NEW, CHANGED, CORRECTED))))
            gone = plan.missing["key"].chunks if plan.ends else []
            since = _earliest(plan.valid_from, self.request.as_of)
            keys = pc.unique(pa.chunked_array([*wrote.chunks, *gone], DIGEST))
            keep_standing(self.kind.name, keys, since=since, at=self.at)

    def _divisions(self) -> None:
        """Let the division register know what a list of divisions says."""
        said = Said(self.at, self.by, document=f"import {self.source}", source=self.source)
        for sheet in self.sheets:
            load_divisions(sheet.table, as_of=self.request.as_of, said=said)

    def _attach(self, fresh: tuple[pa.Array, Rows]) -> None:
        """Entries that came before their person find them now."""
        digests, ids = fresh
        if len(ids) == 0:
            return
        waiting = state.waiting()
        found = pc.index_in(waiting["name"], value_set=digests).combine_chunks()
        came = waiting.filter(found.is_valid())
        start = next_id(Link)
        columns = {
            "id": range(start, start + len(came)),
            "entry": came["id"],
            "person": pa.array(ids[found.drop_null().to_numpy()]),
            "verdict": Link.SAME,
            "how": "exact",
            "by": self.by,
            "known_at": self.at,
            "keep_until": years_after(self.request.as_of, YEARS_LINKED),
        }
        insert(Link, len(came), columns)


def _sheet(sheet: SheetReading) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "header_rows": list(sheet.header_rows),
        "unit": sheet.unit,
        "rows_in": sheet.rows_in,
        "accepted": sheet.accepted,
        "refused": len(sheet.refused),
        "left_out": sheet.left_out_by_name,
        "mapping": [
            {"column": one.column, "header": one.header, "name": one.name, "how": one.how}
            for one in sheet.mapping
        ],
    }


def _firsts(values: pa.Array) -> Rows:
    """Where each distinct value stands first, in order."""
    codes = values.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return np.sort(np.unique(codes, return_index=True)[1]).astype(np.int64)


def _fill(known: Rows, found: Any, ids: Rows) -> None:
    place = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    came = place.is_valid().to_numpy(zero_copy_only=False)
    known[came] = ids[place.drop_null().to_numpy()]


def _days(numbers: Rows) -> pa.Array:
    return pa.array(numbers.astype(np.int32), pa.int32()).cast(pa.date32())


def _earliest(numbers: Rows, otherwise: date) -> date:
    days: list[date] = _days(numbers).to_pylist()
    return min((otherwise, *days))


def _number(day: date) -> int:
    return int(day_numbers(pa.array([day]), NO_END)[0])
