"""Who lives in the county: number, birth, sex, village, scheme, illness, and whether they live away.

Everything about a person follows from the seed and the person's place in the county, whatever the chunk. Identity numbers are
right by GB 11643 and unique: a person's age rank decides the birthday, the rank within the day the serial.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

import numpy as np

from doudi.sample.draws import Draws, Even, Ints, Mask
from doudi.sample.order import Order, day_number
from doudi.sample.places import Places

DAYS_A_YEAR = 365
ORDINARY, CHRONIC, SEVERE = 0, 1, 2
_SERIALS, _STEP = 1_000, 7
_LONGEST_LIFE = 40_000
GROWN = 16
"""Children have no lasting illness: the age from which people have their share of it."""
TOGETHER = 2_500
"""So many people, one after another, have their claims spread evenly among them, and are therefore made together."""


class Columns:
    """Arrays of one length, taken and joined together."""

    def take(self, rows: Ints | Mask | slice) -> Self:
        """Some of the rows."""
        return type(self)(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})  # type: ignore[arg-type]

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        """All rows of several."""
        names = [one.name for one in fields(cls)]  # type: ignore[arg-type]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    def but(self, **changed: Any) -> Self:
        """The same rows with some columns replaced."""
        return type(self)(**{one.name: getattr(self, one.name) for one in fields(self)} | changed)  # type: ignore[arg-type]


@dataclass(frozen=True)
class People(Columns):
    """Some of the county's people. Days are counted from 1970; `born` may lie within the window."""

    number: Ints
    born: Ints
    serial: Ints
    town: Ints
    village: Ints
    employee: Mask
    illness: Ints
    away: Mask

    @property
    def together(self) -> Ints:
        """Who is made together with whom."""
        return self.number // TOGETHER

    @property
    def male(self) -> Mask:
        """An odd serial is male."""
        odd: Mask = self.serial % 2 == 1
        return odd

    def age(self, day: int) -> Ints:
        """Age in full years of 365 days: near enough for who falls ill and who works."""
        years: Ints = np.maximum(day - self.born, 0) // DAYS_A_YEAR
        return years


class Register:
    """The people of one order, any stretch of them at a time."""

    def __init__(self, order: Order, places: Places) -> None:
        self.order, self.places, self.draws = order, places, Draws(order.seed)
        self.stands = day_number(order.mix.last)
        self._rank = self.draws.shuffle("age", order.size)
        self._children = int(self._first_of_day[GROWN * DAYS_A_YEAR])
        self._ill = self.draws.shuffle("illness", order.size - self._children)

    def whole(self, first: int, end: int) -> range:
        """Who is made together with the people numbered `first` to `end` - 1, these included."""
        return range(first - first % TOGETHER, min(end + -end % TOGETHER, self.order.size))

    def people(self, first: int, end: int) -> People:
        """The people numbered `first` to `end` - 1."""
        whole = self.whole(first, end)
        number = np.arange(whole.start, whole.stop, dtype=np.int64)
        rank = self._rank(number)
        age, serial = self._ages(rank)
        draws, mix = self.draws, self.order.mix
        years = age // DAYS_A_YEAR
        working = (years >= 20) & (years < 75)
        illness = np.where(years >= GROWN, self._illness(rank - self._children), ORDINARY)
        even = Even(draws.seed, number // TOGETHER, illness)
        people = People(
            number=number,
            born=self.stands - age,
            serial=serial,
            town=draws.below("town", number, len(self.places.towns)),
            village=draws.below("village", number, self.places.villages),
            employee=working & draws.chance("employee", number, mix.employees * 1_000),
            illness=illness,
            away=even.chance("away", number, mix.away * 1_000),
        )
        return people.take(slice(first - whole.start, end - whole.start))

    def _illness(self, adult: Ints) -> Ints:
        adults, mix = self._ill.n, self.order.mix
        severe, chronic = adults * mix.severe_people // 10_000, adults * mix.chronic_people // 1_000
        rank = self._ill(np.maximum(adult, 0))
        return np.where(rank < severe, SEVERE, np.where(rank < severe + chronic, CHRONIC, ORDINARY))

    def _ages(self, rank: Ints) -> tuple[Ints, Ints]:
        age = self._age_of(rank)
        within = rank - self._first_of_day[age]
        if (within >= _SERIALS).any():
            raise ValueError("more people born on a day than there are serials")
        return age, (within * _STEP + self.draws.below("serial", age, _SERIALS)) % _SERIALS

    def _age_of(self, rank: Ints) -> Ints:
        return self.order.mix.ages.at(((2 * rank + 1) << 31) // self.order.size)

    @cached_property
    def _first_of_day(self) -> Ints:
        """The first rank whose age is so many days, for every number of days (found by halving)."""
        wanted = np.arange(_LONGEST_LIFE, dtype=np.int64)
        low, high = np.zeros_like(wanted), np.full_like(wanted, self.order.size)
        while (low < high).any():
            middle = (low + high) // 2
            reached = (middle < self.order.size) & (
                self._age_of(np.minimum(middle, self.order.size - 1)) >= wanted
            )
            high = np.where((low < high) & reached, middle, high)
            low = np.where((low < high) & ~reached, middle + 1, low)
        return low
