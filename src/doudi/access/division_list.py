"""A list of divisions, as the ledger kind `divisions` reads it, made into statements with days.

A row gives a code, a name and a level; its parent by code, by name, or by the code's own front; perhaps a former
name, and what took its place and when. Statements that are known already are not made again, so that the same
list twice adds nothing. Knows no files and asks the database nothing: what is known is handed in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import transaction

from doudi.access import divisions
from doudi.access.divisions import ALWAYS, Said
from doudi.access.place_names import LEVELS, ZH, Level, as_code
from doudi.access.places import How, Named, Places, Standing, Succeeded
from doudi.common.errors import DoudiError, InputFault, raise_all

_LEVELS: Mapping[str, Level] = {zh: level for level, zh in ZH.items()}
_ENDS: Mapping[str, How] = {"合并": "merge", "拆分": "split", "撤销": "abolish"}


@dataclass
class Statements:
    """What a list says that was not known."""

    named: list[Named] = field(default_factory=list)
    succeeded: list[Succeeded] = field(default_factory=list)


def load_divisions(rows: pa.Table, *, as_of: date, said: Said) -> Statements:
    """Take a list of divisions into the register, all or nothing; tells what was new."""
    with transaction.atomic():
        new = statements(rows, divisions.places(said.known_at), as_of)
        divisions.write(new.named, new.succeeded, said)
    return new


def statements(rows: pa.Table, known: Places, as_of: date) -> Statements:
    """What the rows say beyond what is known; all faults of the list are told together."""
    listed = [_Row.of(row) for row in rows.to_pylist()]
    faults: list[DoudiError] = [fault for row in listed for fault in row.faults()]
    raise_all(faults)
    reader = _Reader(listed, known, as_of)
    for row in listed:
        try:
            reader.take(row)
        except InputFault as fault:
            faults.append(fault)
    raise_all(faults)
    return reader.new


@dataclass(frozen=True)
class _Row:
    code: str
    name: str
    level: Level | None
    parent: str | None
    parent_name: str | None
    former: str | None
    change: str | None
    successor: str | None
    successor_name: str | None
    begins: date | None
    ends: date | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> _Row:
        """A row of the kind, whichever of its columns the file had."""

        def text(name: str) -> str | None:
            value = row.get(name)
            return str(value).strip() or None if value is not None else None

        def code(name: str) -> str | None:
            value = text(name)
            return (as_code(value) or value) if value else None

        return cls(
            code=code("admdvs") or "",
            name=text("div_name") or "",
            level=_LEVELS.get(text("div_level") or ""),
            parent=code("parent_admdvs"),
            parent_name=text("parent_name"),
            former=text("former_name"),
            change=text("change"),
            successor=code("successor_admdvs"),
            successor_name=text("successor_name"),
            begins=_day(row.get("begndate")),
            ends=_day(row.get("enddate")),
        )

    @property
    def goes_over(self) -> bool:
        return self.successor is not None or self.successor_name is not None

    @property
    def over_on(self) -> date | None:
        """The day on which it went over into others or ended. A list of changes has one date column for it."""
        if self.ends or not (self.goes_over or self.change == "撤销"):
            return self.ends
        return self.begins

    @property
    def since(self) -> date | None:
        return None if self.begins is not None and self.begins == self.over_on else self.begins

    def faults(self) -> list[DoudiError]:
        if self.code and self.name and self.level:
            return []
        return [
            InputFault(
                "一行区划缺少代码、名称或级别",
                where=self.code or self.name,
                allowed="、".join(ZH.values()),
                do="补上",
            )
        ]


class _Reader:
    """Takes the rows one by one, against what is known and what the list itself names."""

    def __init__(self, rows: Sequence[_Row], known: Places, as_of: date) -> None:
        self.new = Statements()
        self._known = known
        self._as_of = as_of
        self._codes = {row.code for row in rows} | set(known.named)
        self._levels = {names[-1].code: names[-1].level for names in known.named.values()}
        self._levels |= {row.code: row.level for row in rows if row.level}
        self._parts: dict[str, int] = defaultdict(int)
        self._stays = {row.code for row in rows if not row.goes_over and row.ends is None}
        for row in rows:
            self._parts[row.code] += row.goes_over
        self._by_name = self._names(rows)

    def _names(self, rows: Sequence[_Row]) -> Standing:
        """The names of the list beside the known ones, to find parents and successors that are given by name."""
        found = [
            Named(row.code, name, row.level, row.parent or self._front(row.code), ALWAYS)
            for row in rows
            if row.level
            for name in {row.name, row.former or row.name}
        ]
        return Places([*found, *(name for names in self._known.named.values() for name in names)]).on(
            date.max
        )

    def take(self, row: _Row) -> None:
        """Add what a row says."""
        if row.level is None:
            raise ValueError("rows with faults are not taken")
        parent = self._parent(row)
        since = row.since
        if row.former:
            changed = since or self._as_of
            if not self._known.named.get(row.code):
                self._say(Named(row.code, row.former, row.level, parent, ALWAYS))
            self._say(Named(row.code, row.name, row.level, parent, changed))
        elif since is None and self._known.named.get(row.code):
            self._say(Named(row.code, row.name, row.level, parent, row.over_on or self._as_of))
        else:
            self._say(Named(row.code, row.name, row.level, parent, since or ALWAYS))
        if row.goes_over or row.ends or row.change == "撤销":
            self._over(row, parent)

    def _say(self, name: Named) -> None:
        before = [one for one in self._known.named.get(name.code, ()) if one.since <= name.since]
        if before and (before[-1].name, before[-1].level, before[-1].parent) == (
            name.name,
            name.level,
            name.parent,
        ):
            return
        if name not in self.new.named:
            self.new.named.append(name)

    def _over(self, row: _Row, parent: str | None) -> None:
        into = row.successor
        if into is None and row.successor_name:
            into = self._find(row.successor_name, parent, row.level)
        if row.goes_over and (into is None or into not in self._codes):
            raise InputFault(
                "继任区划在名单和登记中都没有", where=row.code, do="把继任区划也列入名单，或改正其代码"
            )
        how: How = "abolish" if into is None else _ENDS.get(row.change or "", "merge")
        if into is not None and self._parts[row.code] > 1:
            how = "split"
        if how == "abolish" and into is not None:
            how = "merge"
        ends = how != "split" or row.ends is not None or row.code not in self._stays
        one = Succeeded(row.code, into, row.over_on or self._as_of, how, ends)
        if one not in self._known.succeeded.get(row.code, ()) and one not in self.new.succeeded:
            self.new.succeeded.append(one)

    def _parent(self, row: _Row) -> str | None:
        if row.level == "county" and not row.parent and not row.parent_name:
            return None
        parent = row.parent
        if parent is None and row.parent_name:
            parent = self._find(row.parent_name, None, None, below=row.level)
        parent = parent or self._front(row.code)
        if parent is None or parent not in self._codes:
            if row.level == "county":
                return None  # the county is where the register begins
            raise InputFault(
                "上级区划在名单和登记中都没有", where=row.code, do="把上级也列入名单，或改正上级代码"
            )
        above = self._levels[parent]
        if row.level and LEVELS.index(above) >= LEVELS.index(row.level):
            raise InputFault(f"{ZH[row.level]}不能属于{ZH[above]}", where=row.code, do="改正级别或上级代码")
        return parent

    def _front(self, code: str) -> str | None:
        """The longest known code that this one begins with."""
        return next((code[:end] for end in range(len(code) - 1, 5, -1) if code[:end] in self._codes), None)

    def _find(
        self, name: str, within: str | None, level: Level | None, *, below: Level | None = None
    ) -> str | None:
        levels = [level] if below is None else list(reversed(LEVELS[: LEVELS.index(below)]))
        inside = pa.array([within], pa.string())
        for one in levels:
            found = self._by_name.resolve(pa.array([name]), within=inside, level=one)[0].as_py()
            if found is None and within is not None:
                found = self._by_name.resolve(pa.array([name]), level=one)[0].as_py()
            if found is not None:
                return str(found)
        return None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
