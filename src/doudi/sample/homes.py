"""Who lives with whom: couples, children, parents, and what changed in the last year.

Homes are formed among the people who are made together, so that any stretch of the county gives the same families.
This module must not know how a household is written down in any ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from doudi.sample import names
from doudi.sample.columns import Columns
from doudi.sample.draws import Curve, Draws, Ints, Mask

YEAR = 365
RELATIONS = (
    *("户主", "配偶", "之子", "之女", "之父", "之母", "之公公", "之婆婆"),
    *("之儿媳", "之孙子", "之孙女", "之兄弟姐妹"),
)
(
    HEAD,
    SPOUSE,
    SON,
    DAUGHTER,
    FATHER,
    MOTHER,
    HIS_FATHER,
    HIS_MOTHER,
    SONS_WIFE,
    GRANDSON,
    GRANDDAUGHTER,
    SIBLING,
) = range(12)
NOTHING, BIRTH, MARRIAGE, SPLIT, MOVE = range(5)
"""Why somebody came into the present household within the last year."""
WHY = ("", "birth", "marriage", "split", "move")

MARRIED = ((22, 0), (26, 250), (31, 620), (75, 900), (85, 600), (200, 260))
"""Of a thousand below an age."""
WITH_A_SON, SPLIT_OFF = 340_000, 40_000
"""Old couples and widowed people who live with a son's family; those of them whose son's family left in the last year."""
NEWLY_WED, MOVED, WIFE_HEADS, OLD_HEADS = 90_000, 9_000, 110_000, 450_000
SHARED, MOST_CHILDREN, ALIKE = 350_000, 3, 6_000
"""Siblings with a character in common; children of one mother; neighbours in age with one name (of a million pairs)."""
MOTHERS_AGE = Curve(
    (0, 19 * YEAR), (1_500, 22 * YEAR), (6_000, 26 * YEAR), (9_000, 33 * YEAR), (10_000, 41 * YEAR)
)
FATHERS_AGE = Curve((0, 20 * YEAR), (6_000, 26 * YEAR), (10_000, 38 * YEAR))
APART, OLD, WED = 30, 58, (20, 33)


@dataclass(frozen=True)
class Homes(Columns):
    """Per person. `home`, `before`: the head's number. `mother`, `father`: numbers, or -1. `day`: of the change.
    `place`: the number that the household's village is drawn by: whoever left the parents last year stayed there."""

    home: Ints
    relation: Ints
    surname: Ints
    given: Ints
    mother: Ints
    father: Ints
    before: Ints
    why: Ints
    day: Ints
    place: Ints


def homes(draws: Draws, number: Ints, born: Ints, male: Mask, like: Ints, stands: int) -> Homes:
    """The families of some people who are made together; twins have one number in `like`."""
    return _Families(draws, number, born, male, like, stands).homes()


class _Families:
    """Everything here counts people by their place among those who are made together."""

    def __init__(self, draws: Draws, number: Ints, born: Ints, male: Mask, like: Ints, stands: int) -> None:
        self.draws, self.number, self.born, self.male, self.stands = draws, number, born, male, stands
        self.like = like
        self.age = (stands - born) // YEAR
        n = len(number)
        self.none = np.full(n, -1, np.int64)
        self.husband, self.wife = self._couples()
        self.spouse = self.none.copy()
        self.spouse[self.husband], self.spouse[self.wife] = self.wife, self.husband
        self.mother, self.father = self._parents()
        self.elder, self.split = self._with_sons()

    def _couples(self) -> tuple[Ints, Ints]:
        """Husbands and wives, paired by age."""
        bounds = np.array([age for age, _ in MARRIED])
        share = np.array([share for _, share in MARRIED])[
            np.searchsorted(bounds, self.age, side="right").clip(max=5)
        ]
        wants = self.draws.chance("married", self.number, share * 1_000)
        men, women = np.flatnonzero(wants & self.male), np.flatnonzero(wants & ~self.male)
        few = min(len(men), len(women))
        sides = []
        for side, later in ((men, 0), (women, 2 * YEAR)):
            drawn = np.argsort(self.draws.places("who marries", self.number[side]), kind="stable")[:few]
            side = side[np.sort(drawn)]
            about = self.born[side] - later + self.draws.below("match", self.number[side], 3 * YEAR)
            sides.append(side[np.argsort(about, kind="stable")])
        return sides[0], sides[1]

    def _nearest(self, pool: Ints, born: Ints, step: Ints) -> Ints:
        """Of a pool of people, whose birth is near; -1 where the pool is empty."""
        if not len(pool):
            return np.full(len(born), -1, np.int64)
        order = pool[np.argsort(self.born[pool], kind="stable")]
        at = np.searchsorted(self.born[order], born) + step
        last = len(order) - 1
        at = np.where(at > last, 2 * last - at, np.abs(at))
        found: Ints = order[at.clip(0, last)]
        return found

    def _mother_of(self, child: Ints, what: str) -> Ints:
        draws, key = self.draws, self.like[child]
        target = self.born[child] - draws.along(f"{what}'s age", key, MOTHERS_AGE)
        found = self._nearest(self.wife, target, draws.below(what, key, 7) - 3)
        # Where mothers are few, whoever comes too many looks further.
        order = np.lexsort((key, found))
        new = np.diff(found[order], prepend=-2) != 0
        starts = np.flatnonzero(new)
        turn = np.empty_like(order)
        turn[order] = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
        many = np.isin(key, key[turn >= MOST_CHILDREN])
        found[many] = self._nearest(
            self.wife, target[many], draws.below(f"{what} further", key[many], 81) - 40
        )
        apart = (self.born[child] - self.born[found]) // YEAR
        return np.where((found >= 0) & (apart >= 17) & (apart <= 47), found, -1)

    def _parents(self) -> tuple[Ints, Ints]:
        mother, father = self.none.copy(), self.none.copy()
        stays = (self.age < 22) | self.draws.chance("still at home", self.like, 600_000)
        child = np.flatnonzero((self.spouse < 0) & (self.age < APART) & stays)
        found = self._mother_of(child, "mother")
        mother[child] = found
        father[child] = np.where(found >= 0, self.spouse[found], -1)
        return mother, father

    def _with_sons(self) -> tuple[Ints, Mask]:
        """By husband: the old man (or widow) who lives with his family; whether that ended in the last year."""
        elder, split = self.none.copy(), np.zeros(len(self.none), bool)
        old = np.flatnonzero((self.age >= OLD) & (self.male | (self.spouse < 0)))
        key = self.number[old]
        old = old[self.draws.chance("with a son", key, WITH_A_SON)]
        key = self.number[old]
        sons = self.husband[self.age[self.husband] < OLD - 2]
        target = self.born[old] + self.draws.along("father's age", key, FATHERS_AGE)
        son = self._nearest(sons, target, self.draws.below("which son", key, 9) - 4)
        apart = (self.born[son] - self.born[old]) // YEAR if len(son) else son
        fits = (son >= 0) & (apart >= 18) & (apart <= 45)
        old, son = old[fits], son[fits]
        _, once = np.unique(son, return_index=True)
        elder[son[once]] = old[once]
        split[son[once]] = self.draws.chance("split", self.number[old[once]], SPLIT_OFF)
        return elder, split

    def homes(self) -> Homes:
        n, draws, number = len(self.number), self.draws, self.number
        me = np.arange(n)
        man = np.where(self.spouse >= 0, np.where(self.male, me, self.spouse), me)
        core = np.where(self.father >= 0, self.father, man)
        # The couple that the old live with decides the household; an old couple's own children come along.
        joined = self.none.copy()
        host = np.flatnonzero((self.elder >= 0) & ~self.split)
        joined[self.elder[host]] = host
        whose = np.where(joined[core] >= 0, joined[core], core)
        elder = np.where(self.split, -1, self.elder)
        lead = np.where((elder >= 0) & draws.chance("old head", number, OLD_HEADS), elder, me)
        takes = (lead == me) & (self.spouse >= 0) & draws.chance("wife heads", number, WIFE_HEADS)
        lead = np.where(takes, self.spouse, lead)
        head = lead[whose]
        surname, was_mother = self._surnames()
        why, day, before, place = self._changes(head, was_mother)
        shared = (self.father >= 0) & draws.chance("shared name", number[self.father], SHARED)
        given = names.given(draws, number, self.born, self.male, number[self.father], shared)
        one, other = self._alike()
        given[other] = given[one]
        return Homes(
            home=number[head],
            relation=self._relations(me, core, whose, head, elder),
            surname=surname,
            given=given,
            mother=np.where(self.mother >= 0, number[self.mother], -1),
            father=np.where(self.father >= 0, number[self.father], -1),
            before=number[before], why=why, day=day, place=number[place],
        )  # fmt: skip

    def _relations(self, me: Ints, core: Ints, whose: Ints, head: Ints, elder: Ints) -> Ints:
        male = self.male
        old = (elder[whose] >= 0) & (core == core[np.maximum(elder[whose], 0)])
        child = self.father >= 0
        old_leads = (elder[whose] >= 0) & (head == elder[whose])
        wife_leads = (head != whose) & ~old_leads
        relation = np.select(
            [me == head, old & child & old_leads, old & child, old & old_leads, old & wife_leads, old,
             child & old_leads, child, old_leads & (me == whose), old_leads],
            [HEAD + 0 * me, np.where(male, SON, DAUGHTER), SIBLING + 0 * me, SPOUSE + 0 * me,
             np.where(male, HIS_FATHER, HIS_MOTHER), np.where(male, FATHER, MOTHER),
             np.where(male, GRANDSON, GRANDDAUGHTER), np.where(male, SON, DAUGHTER), SON + 0 * me, SONS_WIFE + 0 * me],
            SPOUSE,
        )  # fmt: skip
        return relation.astype(np.int64)

    def _surnames(self) -> tuple[Ints, Ints]:
        """Surnames, sons and children after their fathers; and the mothers of the newly wed wives."""
        surname = names.surname(self.draws, self.number)
        one, other = self._alike()
        surname[other] = surname[one]
        son = np.flatnonzero(self.elder >= 0)
        son = son[self.male[self.elder[son]]]
        surname[son] = surname[self.elder[son]]
        low, high = WED
        newly = self.draws.chance("newly wed", self.number[self.wife], NEWLY_WED)
        wife = self.wife[newly & (self.age[self.wife] >= low) & (self.age[self.wife] <= high)]
        was = self.none.copy()
        was[wife] = self._mother_of(wife, "bride's mother")
        was[wife[np.isin(was[wife], wife)]] = -1
        brides = np.flatnonzero(was >= 0)
        surname[brides] = surname[self.spouse[was[brides]]]
        child = self.father >= 0
        surname[child] = surname[self.father[child]]
        return surname, was

    def _alike(self) -> tuple[Ints, Ints]:
        """Pairs of strangers who bear one name and were born within days or weeks of each other."""
        grown = np.flatnonzero(self.father < 0)
        order = grown[np.lexsort((self.born[grown], self.male[grown]))]
        one, other = order[0 : len(order) - 1 : 2], order[1::2]
        hit = self.draws.chance("alike", self.number[one], ALIKE) & (self.male[one] == self.male[other])
        return one[hit], other[hit]

    def _changes(self, head: Ints, was_mother: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        draws, number = self.draws, self.number
        why, before = np.zeros_like(head), head.copy()
        day = self.stands - YEAR + 10 + draws.below("day of change", number[head], YEAR - 20)
        moved = draws.chance("moved", number[head], MOVED)
        why[moved] = MOVE
        left = self.split[
            np.where(self.father >= 0, self.father, np.where(self.male, np.arange(len(head)), self.spouse))
        ]
        left &= ~moved
        son = np.where(self.father >= 0, self.father, np.where(self.male, np.arange(len(head)), self.spouse))[
            left
        ]
        why[left], before[left] = SPLIT, head[self.elder[son]]
        place = before.copy()
        bride = (was_mother >= 0) & (why == NOTHING)
        why[bride], before[bride] = MARRIAGE, head[was_mother[bride]]
        newborn = self.born > self.stands - YEAR
        why[newborn], day[newborn], before[newborn] = BIRTH, self.born[newborn], head[newborn]
        return why, day, before, place
