"""Who lives in the county: number, birth, sex, village, scheme, illness, and whether they live away.

Everything about a person follows from the seed and the person's place in the county, whatever the chunk. Identity numbers are
right by GB 11643 and unique: a person's age rank decides the birthday, the rank within the day the serial.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from doudi.sample.columns import Columns
from doudi.sample.draws import Draws, Even, Ints, Mask
from doudi.sample.homes import Homes, homes
from doudi.sample.order import Order, day_number
from doudi.sample.places import Places

DAYS_A_YEAR = 365
ORDINARY, CHRONIC, SEVERE = 0, 1, 2
_SERIALS, _STEP = 1_000, 7
TWINS, TWINS_UNTIL = 35_000, 30
"""Of a million pairs of neighbours in age; the age up to which there are any. A twin's serial is half the serials away,
which nobody else reaches: no day has so many births."""
_LONGEST_LIFE = 40_000
GROWN = 16
"""Children have no lasting illness: the age from which people have their share of it."""
TOGETHER = 2_500
"""So many people, one after another, have their claims spread evenly among them, and are therefore made together."""


@dataclass(frozen=True)
class People(Columns):
    """Some of the county's people. Days are counted from 1970; `born` may lie within the window. `home`: the number of
    the head of the household; `relation`: to that head, a place in `homes.RELATIONS`."""

    number: Ints
    born: Ints
    serial: Ints
    town: Ints
    village: Ints
    employee: Mask
    illness: Ints
    away: Mask
    home: Ints
    relation: Ints
    surname: Ints
    given: Ints

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
        age, serial, like = self._with_twins(number)
        draws, mix = self.draws, self.order.mix
        years = age // DAYS_A_YEAR
        working = (years >= 20) & (years < 75)
        illness = np.where(years >= GROWN, self._illness(rank - self._children), ORDINARY)
        even = Even(draws.seed, number // TOGETHER, illness)
        found = self._homes(number, self.stands - age, serial % 2 == 1, like)
        people = People(
            number=number,
            born=self.stands - age,
            serial=serial,
            town=draws.below("town", found.place, len(self.places.towns)),
            village=draws.below("village", found.place, self.places.villages),
            employee=working & draws.chance("employee", number, mix.employees * 1_000),
            illness=illness,
            away=even.chance("away", number, mix.away * 1_000),
            home=found.home,
            relation=found.relation,
            surname=found.surname,
            given=found.given,
        )
        return people.take(slice(first - whole.start, end - whole.start))

    def homes(self, first: int, end: int) -> Homes:
        """Who the people numbered `first` to `end` - 1 live with, and since when."""
        whole = self.whole(first, end)
        number = np.arange(whole.start, whole.stop, dtype=np.int64)
        age, serial, like = self._with_twins(number)
        return self._homes(number, self.stands - age, serial % 2 == 1, like).take(
            slice(first - whole.start, end - whole.start)
        )

    def _homes(self, number: Ints, born: Ints, male: Mask, like: Ints) -> Homes:
        cuts = [slice(at, at + TOGETHER) for at in range(0, len(number), TOGETHER)]
        return Homes.joined(
            [homes(self.draws, number[at], born[at], male[at], like[at], self.stands) for at in cuts]
        )

    def _with_twins(self, number: Ints) -> tuple[Ints, Ints, Ints]:
        """Age in days, serial, and whose draws decide the parents: of two of nearly one age some become twins."""
        age, serial = self._ages(self._rank(number))
        like = number.copy()
        if self.order.mix.poor:
            return age, serial, like
        young = np.flatnonzero(age < TWINS_UNTIL * DAYS_A_YEAR)
        young = young[np.lexsort((age[young], number[young] // TOGETHER))]
        one, other = young[0 : len(young) - 1 : 2], young[1::2]
        twins = self.draws.chance("twins", number[one], TWINS)
        twins &= number[one] // TOGETHER == number[other] // TOGETHER
        one, other = one[twins], other[twins]
        age[other], like[other] = age[one], number[one]
        serial[other] = (serial[one] + _SERIALS // 2) % _SERIALS
        return age, serial, like

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
