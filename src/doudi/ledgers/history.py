"""What is on record about a person or a household: dated entries with their sources, oldest first.

Everything that was ever said is told, corrected and undone things too, marked as such. Without a ring identifying
columns are left out; with one they are masked, unless they are to be revealed: whoever asks for that has asked the gate
and put the opening on record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import Q

from doudi.access.api import KeyRing, mask
from doudi.common.money import yuan_text
from doudi.ledgers.bulk import moment
from doudi.ledgers.identity import Identities, links, merges
from doudi.ledgers.matching import opened
from doudi.ledgers.models import Entry, Import, Membership, PersonMerge, Tag
from doudi.ledgers.views import or_null
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind

MEMBERSHIP_WORDS = {
    Membership.BIRTH: "出生",
    Membership.MARRIAGE: "婚嫁",
    Membership.SPLIT: "分户",
    Membership.MOVE: "迁移",
    Membership.DEATH: "死亡",
    Membership.LISTED: "名单所列",
}
_EVENTS = {Entry.STATE: "记载", Entry.END: "终止", Entry.CORRECTION: "更正"}


@dataclass(frozen=True)
class Happening:
    """One thing on record. `on`, `until`: when it was true; `known_at`: when it was learnt.

    `what` in Chinese: 记载, 更正, 终止, 户籍关系, 标签, 合并, 认定. `kind`: the ledger's name and `title` in Chinese.
    `values`: column in Chinese → as people write it. `source`: file, sheet and row, or who recorded it by hand.
    `entry`: the entry's number, by which it can be corrected. `standing`: neither corrected nor undone by `known_at`.
    """

    on: date
    until: date | None
    what: str
    kind: str
    title: str
    values: Mapping[str, str]
    source: str
    import_id: int | None
    by: str
    known_at: datetime
    standing: bool = True
    entry: int | None = None


def history(
    kinds: Mapping[str, LedgerKind],
    *,
    person_id: int | None = None,
    household_id: int | None = None,
    ring: KeyRing | None = None,
    revealed: bool = False,
    known_at: datetime,
) -> list[Happening]:
    """All that is on record about one person or one household, by day; masked unless `revealed`."""
    at = moment(known_at)
    told = [
        *_entries(kinds, person_id, household_id, _Opener(ring, revealed), at),
        *_memberships(person_id, household_id, at),
    ]
    told += [*_tags(person_id, household_id, at), *_merges(person_id, at)]
    return sorted(told, key=lambda one: (one.on, one.known_at, one.entry or 0))


def same_people(person_id: int, at: datetime) -> list[int]:
    """A person and everybody merged into that person."""
    table = merges(at)
    people = np.array(sorted({person_id, *table["gone"].to_pylist(), *table["kept"].to_pylist()}), np.int64)
    survivors = Identities(at).survivors(people)
    mine = survivors[people == person_id][0]
    return [int(one) for one in people[survivors == mine]]


def _entries(
    kinds: Mapping[str, LedgerKind],
    person: int | None,
    household: int | None,
    opener: _Opener,
    at: datetime,
) -> Iterator[Happening]:
    found = (
        Entry.objects.filter(known_at__lte=at, source__known_at__lte=at)
        .select_related("source")
        .order_by("id")
    )
    if person is not None:
        people = same_people(person, at)
        linked = [
            one["entry_id"]
            for one in links(at).to_pylist()
            if one["person_id"] in people and one["verdict"] == "same"
        ]
        found = found.filter(Q(person_id__in=people) | Q(pk__in=linked))
    else:
        found = found.filter(household_id=household)
    rows = list(found)
    if person is not None:
        about = Identities(at).persons(
            np.array([one.pk for one in rows], np.int64),
            np.array([one.person_id or 0 for one in rows], np.int64),
        )
        people_now = set(same_people(person, at))
        rows = [one for one, who in zip(rows, or_null(about).to_pylist(), strict=True) if who in people_now]
    replaced = {one.corrects_id for one in rows if one.corrects_id and _live(one.source, at)}
    for one in rows:
        kind = kinds.get(one.kind)
        yield Happening(
            on=one.valid_from,
            until=one.valid_to,
            what=_EVENTS[one.event],
            kind=one.kind,
            title=kind.zh if kind else one.kind,
            values=opener.values(kind, one) if kind else {},
            source=_source(one.source, one.sheet, one.row),
            import_id=one.source_id,
            by=one.source.by,
            known_at=one.known_at,
            standing=_live(one.source, at) and one.pk not in replaced,
            entry=one.pk,
        )


@dataclass(frozen=True)
class _Opener:
    """How much of an entry is shown."""

    ring: KeyRing | None
    revealed: bool

    def values(self, kind: LedgerKind, one: Entry) -> dict[str, str]:
        """An entry's columns in Chinese with what they say."""
        sealed = bytes(one.sealed) if one.sealed is not None else None
        said = opened([one.facts], [sealed], self.ring)[0] if self.ring else json.loads(one.facts)
        told = {
            column: said[column.column.inside]
            for column in kind
            if said.get(column.column.inside) is not None
        }
        return {column.zh: self._shown(column, value) for column, value in told.items()}

    def _shown(self, column: LedgerColumn, value: Any) -> str:
        if column.sensitivity == "identifying" and not self.revealed:
            return mask(column.role, str(value))
        return shown(column, value)


def shown(column: LedgerColumn, value: Any) -> str:
    """A value as people write it: money in yuan, yes and no in words."""
    if column.column.kind == "money":
        return yuan_text(int(value))
    if column.role == "yesno":
        return {"1": "是", "0": "否"}.get(str(value), str(value))
    return str(value)


def _memberships(person: int | None, household: int | None, at: datetime) -> Iterator[Happening]:
    found = Membership.objects.filter(known_at__lte=at, source__known_at__lte=at).select_related(
        "source", "household"
    )
    if person is not None:
        found = found.filter(person_id__in=same_people(person, at))
    else:
        found = found.filter(household_id=household)
    for one in found.order_by("id"):
        home = {"户编号": one.household.number} if one.household else {"户编号": "无"}
        relation = {"与户主关系": one.relation} if one.relation else {}
        yield Happening(
            on=one.valid_from, until=None, what="户籍关系", kind="membership", title="家庭成员",
            values={"变动": MEMBERSHIP_WORDS[one.why], **home, **relation}, source=_source(one.source, "", 0),
            import_id=one.source_id, by=one.source.by, known_at=one.known_at, standing=_live(one.source, at),
        )  # fmt: skip


def _tags(person: int | None, household: int | None, at: datetime) -> Iterator[Happening]:
    found = Tag.objects.filter(known_at__lte=at).select_related("source").order_by("id")
    found = (
        found.filter(household_id=household)
        if person is None
        else found.filter(person_id__in=same_people(person, at))
    )
    for one in found:
        told = {"标签": one.tag, "级别": one.level, "依据": one.document}
        yield Happening(
            on=one.valid_from, until=one.valid_to, what="取消标签" if one.ended else "标签", kind="tag", title="标签",
            values={name: value for name, value in told.items() if value}, source=_source(one.source, "", 0),
            import_id=one.source_id, by=one.source.by, known_at=one.known_at, standing=_live(one.source, at),
        )  # fmt: skip


def _merges(person: int | None, at: datetime) -> Iterator[Happening]:
    if person is None:
        return
    found = PersonMerge.objects.filter(Q(kept_id=person) | Q(gone_id=person), known_at__lte=at).order_by("id")
    for one in found:
        undone = one.undone_at is not None and one.undone_at <= at
        yield Happening(
            on=one.known_at.date(), until=one.undone_at.date() if undone else None, what="合并", kind="merge",
            title="人员合并", values={"保留": str(one.kept_id), "并入": str(one.gone_id), "理由": one.why},
            source=f"{one.by} 人工认定", import_id=None, by=one.by, known_at=one.known_at, standing=not undone,
        )  # fmt: skip


def _live(source: Import, at: datetime) -> bool:
    return source.undone_at is None or source.undone_at > at


def _source(source: Import, sheet: str, row: int) -> str:
    if not source.sha256:
        return f"{source.by} 人工登记"
    place = f"，{f'工作表“{sheet}”' if sheet else ''}第 {row} 行" if row else ""
    return f"{source.file_name}{place}（{source.sender}）" if source.sender else f"{source.file_name}{place}"
