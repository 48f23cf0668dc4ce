"""One stretch of the county: its people and all their claims, in the order of the files.

Any two ways of cutting a county into stretches give the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from doudi.sample import turns
from doudi.sample.bills import billed
from doudi.sample.calendar import year_end
from doudi.sample.claims import Claims
from doudi.sample.events import events
from doudi.sample.life import STILL_TREATED, died
from doudi.sample.order import Order, day_number
from doudi.sample.people import People, Register
from doudi.sample.standing import Standing, standing


@dataclass(frozen=True)
class Chunk:
    """Some people, what they count as, and their claims."""

    people: People
    standing: Standing
    claims: Claims


def chunk(order: Order, register: Register, first: int, end: int) -> Chunk:
    """The people numbered `first` to `end` - 1 and all that happened to them."""
    draws, last = register.draws, day_number(order.window[1])
    whole = register.whole(first, end)
    people = register.people(whole.start, whole.stop)
    held = standing(order, people)
    claims = events(order, people, held, register.places)
    claims = turns.transfers(claims, draws, register.places)
    claims = turns.late(turns.same_day(claims, draws), draws)
    claims = claims.take(
        (claims.settled_day <= last) & (claims.end <= last) & held.covered(claims.person, claims.begin)
    )
    after = claims.begin > died(order, people, draws)[claims.person]
    claims = claims.take(~after | draws.chance("treated after death", claims.key, STILL_TREATED))
    goes_on = held.covered(claims.person, year_end(claims.begin) + 1)
    claims = turns.interim(billed(claims, people, order.mix, draws), goes_on, draws)
    claims = turns.refunds(claims, draws, last).in_order()
    asked = slice(first - whole.start, end - whole.start)
    mine = claims.take((claims.person >= asked.start) & (claims.person < asked.stop))
    return Chunk(people.take(asked), held.take(asked), mine.but(person=mine.person - asked.start))
