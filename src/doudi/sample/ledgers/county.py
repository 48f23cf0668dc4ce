"""The county as it is, whole: who people are, where and with whom they live, and what became of them by the day it stands at.

Columns by person's number, drawn once; every ledger tells a part of this, damaged. This module must not know ledgers.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import numpy as np
import pyarrow as pa

from doudi.sample import homes, life
from doudi.sample.draws import Draws, Ints, Mask
from doudi.sample.kinds import AREA
from doudi.sample.ledgers import spell
from doudi.sample.names import spelled
from doudi.sample.order import Order, day_number
from doudi.sample.people import People, Register
from doudi.sample.places import places
from doudi.sample.standing import NEVER, TAGS, standing
from doudi.sample.text import digits, glued, identity_numbers, named

YEAR = 2026
RENAMED_ON, MERGED_ON = dt.date(2025, 9, 1), dt.date(2025, 7, 1)
RENAMED_EVERY, RENAMED_AT = 11, 3
"""Which villages have a new name: every so many, from this one on; the first village of each township took one in."""
NATURAL = ("前街", "后街", "河沿", "东头")

MONITORED = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
UMBRELLA = "防止返贫监测对象"
POOR_PPM, CLEARED_BEFORE, CLEARED_BETWEEN = 45_000, 350_000, 90_000
"""Of a million households: those once poor, in the national system still; of monitored ones: those whose risk was cleared
before April, and between April and June of the year."""
FIRST_EXPORT = dt.date(2026, 3, 31)

FATES = (
    "", "registered_unpaid", "elsewhere_worker", "elsewhere_student", "elsewhere_army", "elsewhere_prison",
    "elsewhere_abroad", "moved_out", "untraceable", "refused", "unknown",
)  # fmt: skip
"""What became of whom no scheme covers; empty: covered, dead, or a newborn child."""
_WEIGHTS = {
    "child": (0, 45, 0, 0, 0, 0, 4, 16, 8, 12, 15),
    "young": (0, 18, 14, 36, 7, 1, 3, 6, 3, 4, 8),
    "grown": (0, 30, 27, 0, 1, 3, 4, 8, 7, 10, 10),
    "old": (0, 40, 4, 0, 0, 1, 3, 9, 15, 18, 10),
}
"""Of a hundred, by age: under 17, under 24, under 60, older."""


class County:
    """Everybody of one order."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.places = places(order.size, order.mix.last.year)
        self.register = Register(order, self.places)
        self.draws: Draws = self.register.draws
        self.stands = day_number(order.mix.last)
        self.people: People = self.register.people(0, order.size)
        self.homes = self.register.homes(0, order.size)
        self.held = standing(order, self.people)
        self.number = self.people.number
        self.died = life.died(order, self.people, self.draws)

    def __len__(self) -> int:
        return self.order.size

    # ── Who ──────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def certno(self) -> pa.Array:
        """Identity numbers."""
        return identity_numbers(AREA, self.people.born, self.people.serial)

    @cached_property
    def name(self) -> pa.Array:
        """Names."""
        return spelled(self.people.surname, self.people.given)

    @cached_property
    def age(self) -> Ints:
        """Age in full years on the day the county stands at."""
        return self.people.age(self.stands)

    @property
    def dead(self) -> Mask:
        """Who has died."""
        gone: Mask = self.died < NEVER
        return gone

    @cached_property
    def phone(self) -> pa.Array:
        """A telephone of one's own, or that of the head of household."""
        own = (self.age >= 14) & ~((self.age >= 75) & self.draws.chance("no phone", self.number, 400_000))
        whose = np.where(own, self.number, self.people.home)
        return glued("199", digits(self.draws.below("phone", whose, 100_000_000), 8))

    @cached_property
    def ethnic(self) -> pa.Array:
        """Ethnic group, one for a household."""
        return named(self.draws.pick("naty", self.people.home, (985, 10, 5)), ("汉族", "回族", "满族"))

    # ── Where ────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def village_names(self) -> list[str]:
        """Every village's name, in order of township and village."""
        return [f"{town[:-1]}{n + 1}村" for town in self.places.towns for n in range(self.places.villages)]

    @cached_property
    def at(self) -> Ints:
        """Each person's place in the list of villages."""
        place: Ints = self.people.town * self.places.villages + self.people.village
        return place

    @cached_property
    def town(self) -> pa.Array:
        """Names of townships."""
        return named(self.people.town, self.places.towns)

    @cached_property
    def village(self) -> pa.Array:
        """Names of villages."""
        return named(self.at, self.village_names)

    @cached_property
    def natural(self) -> Ints:
        """The natural village, one for a household."""
        return self.draws.below("natural village", self.people.home, len(NATURAL))

    @cached_property
    def natural_village(self) -> pa.Array:
        """Names of natural villages."""
        return named(self.natural, NATURAL)

    @cached_property
    def former_names(self) -> list[tuple[str | None, str | None]]:
        """By village: the name before it was renamed, the name of one that was merged into it."""
        out: list[tuple[str | None, str | None]] = []
        for at, name in enumerate(self.village_names):
            renamed = f"{name[:2]}老{name[2:]}" if at % RENAMED_EVERY == RENAMED_AT else None
            merged = f"{name[:2]}并{name[2:]}" if at % self.places.villages == 0 else None
            out.append((renamed, merged))
        return out

    @cached_property
    def former_village(self) -> pa.Array:
        """The name that a person's village had until last year; null where it is the same."""
        rows = [(a, b, a or b) for a, b in self.former_names]
        renamed = named(self.at, [a for a, _, _ in rows])
        merged = named(self.at, [b for _, b, _ in rows])
        inside = pa.array((self.natural == len(NATURAL) - 1) & np.asarray(renamed.is_null()))
        return pa.compute.if_else(inside, merged, renamed)

    @cached_property
    def admdvs(self) -> pa.Array:
        """Division codes of twelve digits."""
        return glued(AREA, digits((self.people.town + 1) * 1_000 + self.people.village + 201, 6))

    @cached_property
    def addr(self) -> pa.Array:
        """Addresses, one for a household."""
        door = self.draws.below("door", self.people.home, 180) + 1
        parts = [self.town, self.village, self.natural_village, spell.numbers(door), "号"]
        return pa.compute.binary_join_element_wise("样本县", *parts, "")

    # ── With whom ────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def hh_no(self) -> pa.Array:
        """Numbers of households."""
        return glued("9901", digits(self.people.home + 1, 8))

    @cached_property
    def relation(self) -> pa.Array:
        """Relation to the head, as the national system writes it."""
        return named(self.people.relation, homes.RELATIONS)

    @cached_property
    def size_of_home(self) -> Ints:
        """How many live in the person's household."""
        return np.bincount(self.people.home, minlength=len(self))[self.people.home]

    def of_head(self, column: pa.Array) -> pa.Array:
        """A column of the head of each person's household."""
        return column.take(pa.array(self.people.home))

    @cached_property
    def in_order(self) -> Ints:
        """Everybody by township, village, household and relation: as lists are kept."""
        return np.lexsort((self.number, self.people.relation, self.people.home, self.at))

    @cached_property
    def another(self) -> Ints:
        """Somebody else of the household: the next in it, of the last the first; the same person where alone."""
        order = np.lexsort((self.people.relation, self.people.home))
        home = self.people.home[order]
        first = np.r_[True, home[1:] != home[:-1]]
        starts = np.flatnonzero(first)
        group = np.cumsum(first) - 1
        nxt = np.arange(len(order)) + 1
        wraps = np.r_[first[1:], True]
        nxt[wraps] = starts[group[wraps]]
        out = np.empty(len(order), np.int64)
        out[order] = order[nxt]
        return out

    # ── Insurance ────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def new_year(self) -> int:
        """The first day of the coverage year."""
        return day_number(dt.date(YEAR, 1, 1))

    @cached_property
    def covered(self) -> Mask:
        """Whom a scheme covers on the day the county stands at."""
        return self.held.covered(self.number, np.full(len(self), self.stands))

    @cached_property
    def period(self) -> tuple[Ints, Ints]:
        """First day and end of the last insurance period that had begun; `NEVER` twice where there is none."""
        begun = np.where(self.held.insured <= self.stands, self.held.insured, -NEVER)
        which = begun.argmax(1)
        rows = np.arange(len(self))
        start = self.held.insured[rows, which]
        none = begun[rows, which] == -NEVER
        return np.where(none, NEVER, start), np.where(none, NEVER, self.held.paused[rows, which])

    @cached_property
    def newborn(self) -> Mask:
        """Children in their first weeks who are not registered yet."""
        return life.in_grace(self.order, self.people, self.draws) & ~self.dead

    @cached_property
    def fate(self) -> Ints:
        """A place in `FATES`."""
        fate = np.zeros(len(self), np.int64)
        loose = ~self.covered & ~self.dead & ~self.newborn
        bounds = (("child", 0, 17), ("young", 17, 24), ("grown", 24, 60), ("old", 60, 200))
        for group, low, high in bounds:
            mine = loose & (self.age >= low) & (self.age < high)
            fate[mine] = self.draws.pick("fate", self.number[mine], _WEIGHTS[group])
        return fate

    def fated(self, name: str) -> Mask:
        """Who met a fate."""
        mine: Mask = self.fate == FATES.index(name)
        return mine

    def befallen(self, what: str, among: Mask, ppm: int) -> Mask:
        """Whom something planted befalls: so many in a million of those whom it can, at least one of them."""
        hit: Mask = among & self.draws.chance(what, self.number, ppm)
        if not hit.any() and among.any():
            some = np.flatnonzero(among)
            hit[some[self.draws.places(what, some).argmin()]] = True
        return hit

    # ── Monitored households ─────────────────────────────────────────────────────────────────────────

    @cached_property
    def watch(self) -> tuple[Ints, Ints]:
        """By household: the kind of monitored household (1 to 3, 0 for none), and the day it was taken in."""
        kind, since = np.zeros(len(self), np.int64), np.full(len(self), NEVER, np.int64)
        home, first = self.people.home, day_number(FIRST_EXPORT)
        umbrella = self.draws.below("monitored kind", home, len(MONITORED)) + 1
        names = {TAGS.index(one): at for at, one in enumerate(MONITORED, 1)} | {TAGS.index(UMBRELLA): 0}
        for slot in range(self.held.tag.shape[1]):
            for tag, at in names.items():
                mine = (self.held.tag[:, slot] == tag) & (self.held.tag_to[:, slot] >= first - 200)
                np.maximum.at(kind, home[mine], umbrella[mine] if at == 0 else at)
                np.minimum.at(since, home[mine], self.held.tag_from[mine, slot])
        return kind, since

    @cached_property
    def once_poor(self) -> Mask:
        """By household: once poor."""
        head = np.zeros(len(self), bool)
        head[self.people.home] = True
        return head & self.draws.chance("once poor", self.number, POOR_PPM)

    @cached_property
    def cleared_on(self) -> Ints:
        """By household: the day on which the risk was cleared, or `NEVER`."""
        kind, since = self.watch
        first = day_number(FIRST_EXPORT)
        turn = self.draws.below("cleared on", self.number, 80)
        early = (kind > 0) & (since < first - 300) & self.draws.chance("cleared", self.number, CLEARED_BEFORE)
        late = (
            (kind > 0)
            & (since < first - 200)
            & self.draws.chance("cleared between", self.number, CLEARED_BETWEEN)
        )
        before = np.minimum(since + 200 + turn, first - 5)
        return np.where(early, before, np.where(late, first + 5 + turn, NEVER))

    @cached_property
    def watched(self) -> Ints:
        """By person: the kind of monitored household they are of on the day, or held it on New Year; 0 for none."""
        kind, since = (one[self.people.home] for one in self.watch)
        held = (since <= self.stands) & (self.cleared_on[self.people.home] > self.new_year)
        return np.where(held, kind, 0)

    # ── Categories ───────────────────────────────────────────────────────────────────────────────────

    def tagged(self, *names: str, on: int | None = None) -> Mask:
        """Who holds one of some categories on a day (the one the county stands at)."""
        day = self.stands if on is None else on
        wanted = np.isin(self.held.tag, [TAGS.index(name) for name in names])
        held = (self.held.tag_from <= day) & (day <= self.held.tag_to)
        return np.asarray((wanted & held).any(1))
