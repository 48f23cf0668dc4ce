"""Who is in the national monitoring system in March and in June 2026, and what it says of each household and member.

`exports` writes it down. This module must not know how a sheet looks.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.sample.draws import Ints, Mask
from doudi.sample.ledgers.county import County
from doudi.sample.ledgers.enrolment import Enrolment
from doudi.sample.ledgers.welfare import Welfare
from doudi.sample.order import day_number
from doudi.sample.text import digits, glued

MARCH, JUNE = day_number(dt.date(2026, 3, 31)), day_number(dt.date(2026, 6, 30))
DAYS = (MARCH, JUNE)
CAME_PPM, LEFT_PPM, NEW_PHONE, NEW_ILLNESS = 12_000, 10_000, 15_000, 12_000
"""Of a million households (of members, for illness): between March and June."""
LABOUR = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "无劳动力")
HEALTH = ("健康", "长期慢性病", "患有大病", "残疾", "残疾,长期慢性病")
HEALTH_READ = (*HEALTH[:4], "长期慢性病,残疾")
"""What a cell of several values means: they have an order of their own."""


class System:
    """The system, by household (the head's number) and by person."""

    def __init__(self, county: County, said: Enrolment, welfare: Welfare) -> None:
        self.county, self.said, self.welfare = county, said, welfare
        self.draws, self.number, self.home = county.draws, county.number, county.people.home

    def chance(self, what: str, ppm: int) -> Mask:
        """A draw for each household or person."""
        return self.draws.chance(f"system {what}", self.number, ppm)

    @property
    def kind(self) -> Ints:
        """By household: 1 to 3, the kind of monitored household; 0: none."""
        return self.county.watch[0]

    @property
    def since(self) -> Ints:
        """By household: the day from which it is monitored."""
        return self.county.watch[1]

    @property
    def poor(self) -> Mask:
        """By household: once poor."""
        return self.county.once_poor

    def present(self, turn: int) -> Mask:
        """By person: living and registered here on the day of an export."""
        people, day = self.county.people, DAYS[turn]
        here: Mask = (people.born <= day) & (self.county.died > day) & ~self.said.struck_moved
        return here

    def listed(self, turn: int) -> Mask:
        """By household: in an export."""
        some = np.zeros(len(self.county), bool)
        some[self.home[self.present(turn)]] = True
        came = self.county.befallen("system came", self.poor, CAME_PPM)
        left = self.county.befallen("system left", self.poor & ~came, LEFT_PPM)
        known = self.poor & ~(left if turn else came)
        return some & (known | ((self.kind > 0) & (self.since <= DAYS[turn])))

    def members(self, turn: int) -> Ints:
        """The members in an export, in order."""
        inside = self.listed(turn)[self.home] & self.present(turn)
        return self.county.in_order[inside[self.county.in_order]]

    @cached_property
    def hh_no(self) -> pa.Array:
        """By household: its number in the system."""
        return glued("8801", digits(self.number + 1, 8))

    @cached_property
    def member_no(self) -> pa.Array:
        """By person: their number in the system."""
        return glued("88010", digits(self.number + 1, 9))

    def cleared(self, turn: int) -> Mask:
        """By household: the risk is cleared."""
        done: Mask = self.county.cleared_on <= DAYS[turn]
        return done

    def phone(self, turn: int) -> pa.Array:
        """By household: the telephone of the household; a few have a new one in June."""
        old = self.county.of_head(self.county.phone)
        if not turn:
            return old
        new = glued("199", digits(self.draws.below("system phone", self.number, 100_000_000), 8))
        return pc.if_else(pa.array(self.chance("new phone", NEW_PHONE)), new, old)

    def size(self, turn: int) -> Ints:
        """By household: members in the export."""
        return np.bincount(self.home[self.present(turn)], minlength=len(self.county))

    def health(self, turn: int) -> Ints:
        """By person: a place in `HEALTH`."""
        ill = self.county.people.illness > 0
        falls = self.chance("falls ill", NEW_ILLNESS) if turn else np.zeros(len(self.number), bool)
        out = np.where(ill, np.where(self.county.people.illness == 2, 2, 1), np.where(falls, 2, 0))
        disabled = self.welfare.disabled
        return np.where(disabled & (out == 1), 4, np.where(disabled, 3, out))

    def age(self, turn: int) -> Ints:
        """By person: age on the day of an export."""
        return self.county.people.age(DAYS[turn])

    @cached_property
    def studies(self) -> Mask:
        """By person: at school past compulsory school."""
        age = self.age(0)
        return (age >= 15) & (age < 18) | ((age >= 18) & (age < 22) & self.chance("studies", 450_000))

    def labour(self, turn: int) -> Ints:
        """By person: a place in `LABOUR`."""
        age = self.age(turn)
        grown = self.draws.pick("system labour", self.number, (80, 17, 3))
        severe = self.welfare.disabled & (self.welfare.level < 2)
        return np.where((age < 16) | (age >= 75) | self.studies | severe, 3, np.where(age >= 60, 2, grown))

    def months(self, turn: int) -> Ints:
        """By person: months at work this year."""
        works = (self.labour(turn) < 2) & self.chance("works", 620_000)
        most = self.draws.below("system months", self.number, 7)
        return np.where(works, np.minimum(most, 3 if turn == 0 else 6), 0)
