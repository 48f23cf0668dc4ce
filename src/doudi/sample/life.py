"""Who died when, and which newborn child is not registered yet: what cuts insurance periods and categories short.

The same deaths stop a person's claims and stand in the ledger of deaths; a few are forgotten somewhere, and that is
planted. This module must not know ledgers.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from doudi.sample.draws import Draws, Ints, Mask
from doudi.sample.order import Order, day_number
from doudi.sample.people import People

NEVER = 1 << 30
SINCE = dt.date(2025, 1, 1)
DEATHS = ((1, 500), (40, 60), (60, 300), (70, 1_200), (80, 3_500), (200, 10_000))
"""Deaths a year of a hundred thousand below an age."""
STILL_INSURED, STILL_LISTED, STILL_TREATED = 40_000, 250_000, 150_000
"""Of a million dead: whose insurance was not ended; whose category was not. Of a million claims that such people would have had
had they lived: those that somebody made in their name."""
GRACE_DAYS, IN_GRACE = 90, 600_000
"""The first days of a life in which a child may still be registered; of a million such children, those who are not yet."""


def died(order: Order, people: People, draws: Draws) -> Ints:
    """The day each person died, or `NEVER`."""
    if order.mix.poor:
        return np.full(len(people.number), NEVER, np.int64)
    first, last = day_number(SINCE), day_number(order.mix.last)
    age = people.age(first)
    bounds = np.array([age for age, _ in DEATHS])
    rate = np.array([rate for _, rate in DEATHS])[np.searchsorted(bounds, age, side="right")]
    falls = draws.chance("death", people.number, rate * 10 * (last - first) // 365)
    day = first + draws.below("day of death", people.number, last - first)
    return np.where(falls & (day > people.born + 3), day, NEVER)


def still_insured(people: People, draws: Draws, times: int = 1) -> Mask:
    """Whose insurance would not be ended at death; `times` as many."""
    return draws.chance("insured after death", people.number, STILL_INSURED * times)


def still_listed(people: People, draws: Draws, times: int = 1) -> Mask:
    """Whose category would not be ended at death; `times` as many."""
    return draws.chance("listed after death", people.number, STILL_LISTED * times)


def in_grace(order: Order, people: People, draws: Draws) -> Mask:
    """Newborn children who are not registered yet on the day the county stands at."""
    young = people.born >= day_number(order.mix.last) - GRACE_DAYS
    if order.mix.poor:
        return np.zeros_like(young)
    return young & draws.chance("not registered yet", people.number, IN_GRACE)
