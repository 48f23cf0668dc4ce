"""Entries made by hand: the front door for decisions. Each is an import of its own without a file, so it can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from doudi.access.keys import KeyRing
from doudi.access.retained import years_after
from doudi.common.errors import InputFault
from doudi.ledgers import state
from doudi.ledgers.bulk import moment, next_id, writing
from doudi.ledgers.canonical import STATE, WRITTEN, canonical
from doudi.ledgers.linking import MEMBERSHIP
from doudi.ledgers.marked import newest_in_force
from doudi.ledgers.matching import opened
from doudi.ledgers.models import Entry, Household, Import, Link, Membership, Person, PersonMerge, Tag
from doudi.ledgers.reading.result import ROW, SheetReading
from doudi.policy.ledgers.kind import LedgerKind

YEARS = 10
TAG = "tag"


def record_correction(
    entry_id: int,
    kind: LedgerKind,
    values: Mapping[str, Any],
    *,
    ring: KeyRing,
    why: str,
    by: str,
    known_at: datetime,
    valid_from: date | None = None,
) -> int:
    """Say what an entry should have said: `values` by column (inside form) replace those it has; gives the new entry.

    Both entries stay. The correction stands in for the one that is in force now, whichever of its corrections that is.
    """
    unknown = sorted(set(values) - {column.column.inside for column in kind})
    if unknown:
        raise InputFault(
            f"{kind.zh}没有这些列：{'、'.join(unknown)}", allowed="、".join(c.column.inside for c in kind)
        )
    with writing():
        at = state.latest_moment(moment(known_at))
        was = newest_in_force(entry_id, kind.name)
        said = opened([was.facts], [bytes(was.sealed) if was.sealed else None], ring)[0]
        row = canonical(_sheet(kind, said, values), ring)
        source = _by_hand(
            kind.name, by, at, why, as_of=valid_from or was.valid_from, years=kind.retention_years
        )
        person = int(state.persons_of(row["subject"])[0])
        household = int(state.households_of(row["number"])[0])
        subject = row["subject"][0].as_py()
        return _entry(
            kind=kind.name,
            person_id=person or (was.person_id if subject is None else None),
            household_id=household or was.household_id,
            division=row["division"][0].as_py() or "",
            event=Entry.CORRECTION,
            corrects_id=was.corrects_id or was.pk,
            valid_from=valid_from or was.valid_from,
            valid_to=row["until"][0].as_py(),
            known_at=at,
            source=source,
            key=row["key"][0].as_py(),
            content=row["content"][0].as_py(),
            subject=None if person else subject,
            facts=row["facts"][0].as_py(),
            sealed=ring.seal(row["identifying"][0].as_py().encode()) if was.sealed else None,
            keep_until=source.keep_until,
        )


def record_end(entry_id: int, kind: LedgerKind, *, on: date, why: str, by: str, known_at: datetime) -> int:
    """Say that what an entry says holds no longer from a day on; gives the new entry."""
    with writing():
        at = state.latest_moment(moment(known_at))
        was = newest_in_force(entry_id, kind.name)
        if on < was.valid_from:
            raise InputFault(
                f"终止日期 {on} 早于开始日期 {was.valid_from}", allowed=f"不早于 {was.valid_from}"
            )
        source = _by_hand(kind.name, by, at, why, as_of=on, years=kind.retention_years)
        return _entry(
            kind=kind.name, person_id=was.person_id, household_id=was.household_id, division=was.division,
            event=Entry.END, valid_from=on, known_at=at, source=source, key=bytes(was.key), content=b"",
            facts="{}", keep_until=source.keep_until,
        )  # fmt: skip


def record_membership(
    person_id: int,
    household_id: int | None,
    *,
    relation: str = "",
    why: str,
    valid_from: date,
    by: str,
    known_at: datetime,
) -> int:
    """Put a person into a household from a day on, or (None) into none; the membership before it ends with it."""
    if why not in Membership.REASONS:
        raise InputFault(f"没有“{why}”这种变动原因", allowed="、".join(Membership.REASONS))
    _exists(Person, person_id)
    if household_id is not None:
        _exists(Household, household_id)
    with writing():
        at = state.latest_moment(moment(known_at))
        source = _by_hand(MEMBERSHIP, by, at, why, as_of=valid_from)
        made = Membership(
            id=next_id(Membership), person_id=person_id, household_id=household_id, relation=relation,
            valid_from=valid_from, why=why, known_at=at, source=source, keep_until=source.keep_until,
        )  # fmt: skip
        made.save(force_insert=True)
        return int(made.pk)


def record_tag(
    tag: str,
    *,
    person_id: int | None = None,
    household_id: int | None = None,
    level: str = "",
    valid_from: date,
    valid_to: date | None = None,
    ended: bool = False,
    document: str = "",
    by: str,
    known_at: datetime,
) -> int:
    """Give a person or a household a tag from a day on, with its document; `ended` takes it away from that day."""
    if (person_id is None) == (household_id is None):
        raise InputFault("标签属于一个人或一户，二者给其一")
    _exists(
        Person if household_id is None else Household, person_id if household_id is None else household_id
    )
    with writing():
        at = state.latest_moment(moment(known_at))
        source = _by_hand(TAG, by, at, document, as_of=valid_from)
        made = Tag(
            id=next_id(Tag), person_id=person_id, household_id=household_id, tag=tag, level=level, ended=ended,
            valid_from=valid_from, valid_to=valid_to, document=document, known_at=at, source=source,
            keep_until=source.keep_until,
        )  # fmt: skip
        made.save(force_insert=True)
        return int(made.pk)


def undo_link(link_id: int, *, by: str, known_at: datetime) -> None:
    """Take a verdict back; it stays on record."""
    _undo(Link, link_id, by, known_at)


def record_merge(kept: int, gone: int, *, why: str, by: str, known_at: datetime) -> int:
    """Say that two persons are one: `gone` is spoken of as `kept` until the merge is undone."""
    _exists(Person, kept)
    _exists(Person, gone)
    with writing():
        at = state.latest_moment(moment(known_at))
        live = dict(PersonMerge.objects.filter(undone_at=None).values_list("gone_id", "kept_id"))
        if gone in live:
            raise InputFault(f"第 {gone} 号已并入第 {live[gone]} 号", do="先撤销那次合并")
        end = kept
        while end in live:
            end = live[end]
        if end == gone:
            raise InputFault("两人已经是同一人，或者会并成一个圈", do="核对两个编号")
        made = PersonMerge(
            id=next_id(PersonMerge), kept_id=kept, gone_id=gone, why=why, by=by, known_at=at,
            keep_until=years_after(at.date(), YEARS),
        )  # fmt: skip
        made.save(force_insert=True)
        return int(made.pk)


def undo_merge(merge_id: int, *, by: str, known_at: datetime) -> None:
    """Take a merge back; it stays on record, and both persons are themselves again."""
    _undo(PersonMerge, merge_id, by, known_at)


def _undo(model: Any, number: int, by: str, known_at: datetime) -> None:
    with writing():
        at = state.latest_moment(moment(known_at))
        if not model.objects.filter(pk=number, undone_at=None).update(undone_at=at, undone_by=by):
            what = "认定" if model is Link else "合并"
            raise InputFault(f"没有第 {number} 号{what}，或者它已撤销", do="核对编号")


def _by_hand(kind: str, by: str, at: datetime, why: str, *, as_of: date, years: int = YEARS) -> Import:
    made = Import(
        id=next_id(Import), kind=kind, sender="", as_of=as_of, known_at=at, by=by, why=why[:500], rows_in=1,
        accepted=1, new=1, keep_until=years_after(as_of, years),
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def _entry(**values: Any) -> int:
    made = Entry(id=next_id(Entry), **values)
    made.save(force_insert=True)
    return int(made.pk)


def _exists(model: Any, number: int | None) -> None:
    if not model.objects.filter(pk=number).exists():
        raise InputFault(f"没有第 {number} 号{'人员' if model is Person else '户'}", do="核对编号")


def _sheet(kind: LedgerKind, said: Mapping[str, Any], values: Mapping[str, Any]) -> SheetReading:
    """One row as reading gives it, from what an entry said and what is to replace it."""
    columns: dict[str, pa.Array] = {ROW: pa.array([0], pa.int32())}
    for column in kind:
        inside = column.column.inside
        value = values[inside] if inside in values else said.get(inside)
        wanted = column.column.arrow
        if isinstance(value, str) and not pa.types.is_string(wanted):
            columns[inside] = pa.array([value], pa.string()).cast(wanted)
        else:
            columns[inside] = pa.array(np.array([value], object), wanted)
        if column.role == "idcard":
            changed = inside in values
            columns[column.name + STATE] = pa.array(
                ["whole" if changed and value else said.get(column.name + STATE)], pa.string()
            )
            columns[column.name + WRITTEN] = pa.array(
                [None if changed else said.get(column.name + WRITTEN)], pa.string()
            )
    return SheetReading("", kind, (), (), "", pa.table(columns), (), (), (), 1)
