"""The register of divisions: recorded with their days and documents, read back as `Places`.

Nothing is edited: a rename is another name from a day on, a merge or a split says who stands there instead. What is
refused is refused before anything is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import Q, QuerySet

from doudi.access.models import FOREVER, Division, DivisionName, DivisionSuccession
from doudi.access.place_names import LEVELS, ZH, Level
from doudi.access.places import Named, Places, Standing, Succeeded
from doudi.common.errors import InputFault

ALWAYS = date(1900, 1, 1)
"""The first day of what has been so for as long as anybody can say."""


@dataclass(frozen=True)
class Said:
    """Who says it, when it became known here, on which document, out of which import."""

    known_at: datetime
    by: str
    document: str = ""
    source: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The same for a new row."""
        return {
            "known_at": self.known_at,
            "by": self.by,
            "document": self.document,
            "source": self.source,
            "keep_until": FOREVER,
        }


def places(known_at: datetime) -> Places:
    """All that was known of divisions at a moment."""
    return Places(
        (
            Named(code, name, level, parent, since)
            for code, name, level, parent, since in _latest(
                _known(DivisionName, known_at), "division_id", "name", "level", "parent_id", "since"
            )
        ),
        (
            Succeeded(gone, into, on, how, ends)
            for gone, into, on, how, ends in _known(DivisionSuccession, known_at)
            .order_by("known_at", "pk")
            .values_list("gone_id", "into_id", "on", "how", "ends")
        ),
    )


def divisions(as_of: date, known_at: datetime) -> pa.Table:
    """The divisions that stood on a day, by code, with the ones that each lies in."""
    return places(known_at).on(as_of).table()


def resolve(
    names: pa.Array,
    *,
    as_of: date,
    known_at: datetime,
    within: pa.Array | None = None,
    level: Level | None = None,
) -> pa.Array:
    """Names or codes, old ones too, to the codes that stand on a day; see `Standing.resolve`."""
    return places(known_at).resolve(names, as_of=as_of, within=within, level=level)


def record_division(
    code: str, name: str, level: Level, parent: str | None, *, said: Said, since: date = ALWAYS
) -> None:
    """Say that a division has a name, a level and a parent from a day on; a new code is a new division."""
    with transaction.atomic():
        _check(code, name, level, parent, places(said.known_at).on(since))
        _names([Named(code, name, level, parent, since)], said)


def rename_division(code: str, name: str, *, on: date, said: Said) -> None:
    """Give a division another name from a day on."""
    with transaction.atomic():
        now = _standing(code, places(said.known_at).on(on))
        _check(code, name, now.level, now.parent, places(said.known_at).on(on))
        _names([Named(code, name, now.level, now.parent, on)], said)


def merge_divisions(gone: Sequence[str], into: str, *, on: date, said: Said) -> None:
    """Let divisions go over into one that stands on that day; from then on their names mean it."""
    with transaction.atomic():
        day = places(said.known_at).on(on)
        _standing(into, day)
        for code in gone:
            _standing(code, day)
            if code == into:
                raise InputFault("区划不能并入自己", where=code, do="写明并入哪一个区划")
        _successions([Succeeded(code, into, on, "merge") for code in gone], said)


def split_division(code: str, into: Sequence[str], *, on: date, said: Said) -> None:
    """Divide a division among others, itself perhaps among them. Old rows stay at what encloses the parts."""
    with transaction.atomic():
        day = places(said.known_at).on(on)
        _standing(code, day)
        parts = [part for part in into if part != code]
        for part in parts:
            _standing(part, day)
        if not parts:
            raise InputFault("没有写明拆分成哪些区划", where=code, do="至少写明一个新区划")
        _successions([Succeeded(code, part, on, "split", code not in into) for part in parts], said)


def abolish_division(code: str, *, on: date, said: Said) -> None:
    """Let a division end without a successor; what lay in it stays at what enclosed it."""
    with transaction.atomic():
        _standing(code, places(said.known_at).on(on))
        _successions([Succeeded(code, None, on, "abolish")], said)


def withdraw_divisions(source: int, at: datetime) -> int:
    """Take back what an import said of divisions; tells how many statements that were."""
    with transaction.atomic():
        return sum(
            model._default_manager.filter(source=source, withdrawn_at__isnull=True).update(withdrawn_at=at)
            for model in (DivisionName, DivisionSuccession)
        )


def write(named: Sequence[Named], succeeded: Sequence[Succeeded], said: Said) -> None:
    """Write statements that have been checked together; in the caller's transaction."""
    _names(named, said)
    _successions(succeeded, said)


def _names(named: Sequence[Named], said: Said) -> None:
    codes = {one.code for one in named} | {one.parent for one in named if one.parent}
    known = set(Division.objects.filter(code__in=codes).values_list("code", flat=True))
    Division.objects.bulk_create(Division(code=code, keep_until=FOREVER) for code in sorted(codes - known))
    DivisionName.objects.bulk_create(
        DivisionName(
            division_id=one.code,
            name=one.name,
            level=one.level,
            parent_id=one.parent,
            since=one.since,
            **said.columns,
        )
        for one in named
    )


def _successions(succeeded: Sequence[Succeeded], said: Said) -> None:
    DivisionSuccession.objects.bulk_create(
        DivisionSuccession(
            gone_id=one.gone, into_id=one.into, on=one.on, how=one.how, ends=one.ends, **said.columns
        )
        for one in succeeded
    )


def _known(model: type[Any], known_at: datetime) -> QuerySet[Any]:
    seen: QuerySet[Any] = model.objects.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_at), known_at__lte=known_at
    )
    return seen


def _latest(rows: QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
    """Of several rows for one division and day the last one."""
    last = {(row[0], row[-1]): row for row in rows.order_by("known_at", "pk").values_list(*columns)}
    return list(last.values())


def _standing(code: str, day: Standing) -> Named:
    try:
        return day.alive[code]
    except KeyError:
        raise InputFault(
            "这一天没有这个区划", where=f"{code}，{day.as_of}", do="先登记它，或改正代码或日期"
        ) from None


def _check(code: str, name: str, level: Level, parent: str | None, day: Standing) -> None:
    if not code or not name.strip():
        raise InputFault("区划要有代码和名称", where=code or name, do="补上")
    if level not in LEVELS:
        raise InputFault("没有这个级别", where=code, allowed="、".join(ZH.values()))
    if parent is None:
        return
    above = _standing(parent, day)
    if LEVELS.index(above.level) >= LEVELS.index(level):
        raise InputFault(
            f"{ZH[level]}不能属于{ZH[above.level]}",
            where=code,
            do="改正级别或上级代码",
            allowed="上级的级别要更高",
        )
