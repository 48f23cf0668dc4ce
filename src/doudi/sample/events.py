"""Who goes where, and when: claims before anybody knows what they cost.

Frequencies come from the mix; sick people use everything more, whoever lives away goes to the hospitals next door. This
module must not know money.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from doudi.sample import kinds
from doudi.sample.claims import Claims, key_of
from doudi.sample.draws import MILLION, Curve, Draws, Even, Ints, Mask
from doudi.sample.kinds import MED, Kind
from doudi.sample.order import Order, day_number
from doudi.sample.people import CHRONIC, DAYS_A_YEAR, ORDINARY, SEVERE, People
from doudi.sample.places import Places
from doudi.sample.standing import Standing

USE = Curve((0, 0), (2_500, 20), (5_000, 60), (7_500, 125), (9_000, 240), (9_800, 450), (10_000, 900))
"""How much more or less than others a person uses doctors and pharmacies."""

NIGHTS = Curve((0, 0), (210, 1), (220, 2), (2_000, 5), (5_000, 8), (8_000, 11), (9_500, 18), (10_000, 45))
"""Nights in hospital; a stay of at most one day is rare, but every county has some hundreds."""

AGE_USE = Curve(
    (0, 130), (500, 130), (600, 55), (3_000, 45), (5_000, 80), (6_000, 130), (8_000, 240), (10_000, 250)
)
"""Use by age, a hundred years being 10000, in percent."""

_SPAN = np.int64(1 << 32)


def events(order: Order, people: People, standing: Standing, places: Places) -> Claims:
    """Every claim of some people in the window, bills not made yet."""
    return _Events(order, people, standing, places).all()


class _Events:
    def __init__(self, order: Order, people: People, standing: Standing, places: Places) -> None:
        self.mix, self.people, self.standing, self.places = order.mix, people, standing, places
        self.draws = Draws(order.seed)
        self.first, self.last = (day_number(day) for day in order.window)
        self.days = self.last - self.first + 1
        self.levels = places.level_of()
        n = people.number
        age = AGE_USE.at(people.age(self.first + self.days // 2) * _SPAN // 100)
        even = Even(order.seed, people.together, people.illness, people.age(self.last) // 20)
        self.use = even.along("use", n, USE) * age
        self.stay_use = even.along("stay use", n, USE) * age
        self.often = USE.mean * 85

    def all(self) -> Claims:
        """All kinds together, those outside an insured period left out."""
        claims = Claims.joined(list(self._kinds()))
        people = self.people
        fits = (
            (claims.end <= self.last)
            & (claims.begin >= people.born[claims.person])
            & self.standing.covered(claims.person, claims.begin)
        )
        return claims.take(fits)

    def _kinds(self) -> Iterator[Claims]:
        mix, people = self.mix, self.people
        adult = people.age(self.last) >= 35
        mothers = ~people.male & (people.age(self.last) >= 20) & (people.age(self.first) <= 42)
        chronic, severe = people.illness == CHRONIC, people.illness == SEVERE
        all_ = np.ones(len(people.number), bool)
        yield self._made(Kind.PHARMACY, self._often(mix.pharmacy, self.use, all_))
        yield self._made(Kind.OUTPATIENT, self._often(mix.outpatient, self.use, all_))
        yield self._made(
            Kind.DRUGS, self._often(mix.drugs * 3, self.use, adult & (people.illness == ORDINARY))
        )
        yield self._made(Kind.EMERGENCY, self._often(mix.emergency, self.use, all_))
        yield self._made(Kind.CHRONIC, self._steady(mix.chronic_visits, chronic))
        yield self._made(Kind.CHRONIC, self._steady(mix.severe_visits, severe))
        yield self._made(Kind.CHRONIC_PHARMACY, self._steady(mix.chronic_visits // 4, chronic))
        yield self._made(Kind.STAY, self._often(mix.stays, self.stay_use, ~severe))
        yield self._made(Kind.STAY, self._steady(mix.severe_stays, severe))
        yield self._made(Kind.BIRTH, self._steady(mix.births * 8, mothers))

    def _often(self, per_hundred: int, use: Ints, who: Mask) -> Ints:
        """How many times each person goes, some much more often than others; millionths."""
        return who * (per_hundred * use * self.days * (MILLION // 100) // (self.often * DAYS_A_YEAR))

    def _steady(self, per_hundred: int, who: Mask) -> Ints:
        """How many times, much the same for everybody."""
        return who * np.int64(per_hundred * self.days * (MILLION // 100) // DAYS_A_YEAR)

    def _made(self, kind: Kind, expected: Ints) -> Claims:
        """The claims of one kind: when and where."""
        draws, people = self.draws, self.people
        again = f"{kind.name} again"
        count = expected // MILLION + draws.chance(again, people.number, expected % MILLION)
        person = np.repeat(np.arange(len(count)), count)
        number = np.arange(len(person)) - np.repeat(np.cumsum(count) - count, count)
        key = key_of(people.number[person], kind, number)
        institution, med = self._where(kind, key, person)
        even = Even(draws.seed, people.together[person], self.levels[institution])
        begin = self.first + even.below("day", key, self.days)
        nights = even.along("nights", key, NIGHTS) if kind in (Kind.STAY, Kind.BIRTH) else 0 * key
        end = begin + nights
        zero, no = 0 * key, np.zeros(len(key), bool)
        return Claims(
            key=key, visit=key, original=zero, person=person, kind=zero + kind, med=med,
            disease=self._disease(kind, person), institution=institution, level=self.levels[institution],
            begin=begin, end=end, settled=end * 86_400 + 27_000 + draws.below("second", key, 36_000),
            by_hand=no, interim=no, total=zero, own=zero, over=zero, prepay=zero, in_scope=zero,
        )  # fmt: skip

    def _where(self, kind: Kind, key: Ints, person: Ints) -> tuple[Ints, Ints]:
        draws, mix, away = self.draws, self.mix, self.people.away[person]
        together = self.people.together[person]
        outside = Even(draws.seed, together, away).chance(
            "outside",
            key,
            np.where(away, 930, mix.outside_stays if kind == Kind.STAY else mix.outside_visits) * 1_000,
        )
        if kind in (Kind.PHARMACY, Kind.CHRONIC_PHARMACY):
            found = np.where(outside, self._one("outside_pharmacy", key), self._one("pharmacy", key))
            return found, np.full(len(key), MED["41" if kind == Kind.PHARMACY else "9929"])
        if kind in (Kind.STAY, Kind.BIRTH):
            place = Even(draws.seed, together, away, outside).pick("level", key, mix.levels)
            near = np.choose(
                place, [self._town(person), *(self._one(g, key) for g in ("first", "second", "third"))]
            )
            return np.where(outside, self._one("outside", key), near), self._stay(kind, key, outside, away)
        primary = draws.chance("primary", key, mix.primary * 1_000)
        near = np.where(draws.chance("clinic", key, 350_000), self._one("clinic", key), self._town(person))
        near = np.where(
            primary,
            near,
            np.where(draws.chance("third", key, 300_000), self._one("third", key), self._one("second", key)),
        )
        far = np.where(
            draws.chance("far clinic", key, 300_000),
            self._one("outside_clinic", key),
            self._one("outside", key),
        )
        med = {Kind.EMERGENCY: "13", Kind.CHRONIC: "14"}.get(kind, "11")
        return np.where(outside, far, near), np.full(len(key), MED[med])

    def _stay(self, kind: Kind, key: Ints, outside: Mask, away: Mask) -> Ints:
        """Kind of treatment of a stay: away from home it says whether the patient was referred."""
        if kind == Kind.BIRTH:
            return np.full(len(key), MED["52"])
        near = np.array([MED[code] for code in ("21", "22", "24")])[self.draws.pick("stay", key, (90, 5, 5))]
        far = np.array([MED[code] for code in ("23", "24", "25", "27")])
        home = far[self.draws.pick("far stay", key, (50, 12, 18, 20))]
        return np.where(
            outside, np.where(away, far[self.draws.pick("away stay", key, (2, 13, 75, 10))], home), near
        )

    def _disease(self, kind: Kind, person: Ints) -> Ints:
        """The disease that a chronic visit is for: a person keeps it."""
        n, draws = self.people.number, self.draws
        mild = 1 + draws.pick("mild", n, (60, 40))
        if kind == Kind.DRUGS:
            return mild[person]
        if kind not in (Kind.CHRONIC, Kind.CHRONIC_PHARMACY):
            return 0 * person
        chronic = np.array(kinds.CHRONIC_DISEASES)[draws.pick("chronic", n, (45, 30, 25))]
        severe = np.array(kinds.SEVERE_DISEASES)[draws.pick("severe", n, kinds.SEVERE_WEIGHTS)]
        return np.where(self.people.illness == SEVERE, severe, chronic)[person]

    def _one(self, group: str, key: Ints) -> Ints:
        among = self.places.groups[group]
        return among[self.draws.below(group, key, len(among))]

    def _town(self, person: Ints) -> Ints:
        return self.places.groups["township"][self.people.town[person]]
