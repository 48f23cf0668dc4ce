"""Parameters in force on one day for one choice of classes: the look-ups behind every rule row.

The oracle has look-ups of its own; nothing of this is shared with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from doudi.common.money import round_div
from doudi.engine.settle import layout as c
from doudi.policy.pack import Pack
from doudi.policy.values import PPM, Band, Count, Ratio, Sequence, ShareOf, Unlimited, Value, Yuan

#: Dimension → class code; None stands for a claim that fits no class.
Chosen = Mapping[str, str | None]
Kind = TypeVar("Kind")
NO_CLASS = "-"


class NoValueError(Exception):
    """A rule needs a value that the policy does not give for this day and class."""


class ValuesOn:
    """What parameters say on a day for a choice of classes."""

    def __init__(self, pack: Pack, day: dt.date, classes: Chosen) -> None:
        self.pack, self.day, self.classes = pack, day, classes

    def value(self, name: str, day: dt.date) -> Value:
        """The value of a parameter. Raises `NoValueError`."""
        parameter = self.pack.parameters[name]
        entry = parameter.on(day)
        if entry is None:
            raise NoValueError(f"参数 {name} 在 {day} 没有值")
        found: Any = entry.value if entry.table is None else entry.table
        for dimension in parameter.by:
            inside = isinstance(found, Mapping)
            found = found.get(self.classes.get(dimension), found.get("otherwise")) if inside else None
        if found is None or isinstance(found, Mapping):
            where = "、".join(f"{d}={self.classes.get(d) or NO_CLASS}" for d in parameter.by)
            raise NoValueError(f"参数 {name} 在 {day} 对 {where or '所有人'} 没有值")
        return found  # type: ignore[no-any-return]

    def fen(self, name: str | None, day: dt.date | None = None) -> int:
        """A sum in fen; NEVER where there is no limit."""
        day = day or self.day
        value = self.value(str(name), day)
        if isinstance(value, Unlimited):
            return c.NEVER
        if isinstance(value, ShareOf):
            of = self.fen(value.of, years_earlier(day, value.years_back))
            unit = value.rounding.unit_fen
            return round_div(of * value.ppm, PPM * unit, value.rounding.mode) * unit
        return _of_kind(value, Yuan).fen

    def ratio(self, name: str | None) -> Ratio:
        """A ratio, perhaps by age."""
        return _of_kind(self.value(str(name), self.day), Ratio)

    def bands(self, name: str) -> tuple[Band, ...]:
        """Bands in rising order."""
        return _of_kind(self.value(name, self.day), tuple)

    def sequence(self, name: str) -> Sequence:
        """What each admission of the year bears."""
        return _of_kind(self.value(name, self.day), Sequence)

    def number(self, name: str | None) -> int:
        """A whole number."""
        return _of_kind(self.value(str(name), self.day), Count).number


def _of_kind(value: Value, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind):
        raise TypeError(f"a {type(value).__name__} where the policy's check promised a {kind.__name__}")
    return value


def years_later(day: dt.date, years: int) -> dt.date:
    """The same day of a later year; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def years_earlier(day: dt.date, years: int) -> dt.date:
    """The same day of an earlier year; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return dt.date(day.year - years, 2, 28)
