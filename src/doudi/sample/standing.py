"""What people count as, dated: identity categories, out-of-area filings, periods of insurance.

Categories are given by quota, so that even a small county has someone in each; some are recognised in the middle of
the window, some lose a category and some of these get the next one. This module must not know what a category earns.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from doudi.sample.columns import Columns
from doudi.sample.draws import Draws, Even, Ints, Mask
from doudi.sample.life import died, in_grace, still_insured, still_listed
from doudi.sample.order import Order, day_number
from doudi.sample.people import People

NEVER = 1 << 30
"""A day that does not come: an open end."""
NONE = -1

TAGS = (
    *("特困人员", "低保对象", "返贫致贫人口", "低保边缘家庭成员"),
    *("防止返贫监测对象", "脱贫不稳定户", "边缘易致贫户", "突发严重困难户"),
    *("建档立卡贫困人口", "即时帮扶人口"),
)
EDGE, REGISTERED, HELPED = 3, 8, 9
QUOTAS = (90, 380, 20, 110, 40, 30, 30, 20)
"""People of each of the first eight categories in ten thousand, at least one."""
FILED = "备案"

#: Of the registered poor (development zone, 2,478): 319 destitute, 1,078 on the minimum allowance.
DESTITUTE, ALLOWANCE = 319, 1_078
#: Which year was missed, 2019 to 2026, by weight.
GAP_YEARS = (12, 12, 16, 16, 14, 14, 6, 6)

#: Registered by the start of each of the five years, in a thousand; and those of the first gone before the last.
REGISTERED_BY, GONE = (840, 880, 920, 955, 1_000), 69

SLOTS = 2
PERIODS = 5


@dataclass(frozen=True)
class Standing(Columns):
    """Per person: up to two categories, one filing, up to five insurance periods. A tag's `to` is included, the day
    an insurance period ends (`paused`) is not."""

    tag: Ints
    tag_from: Ints
    tag_to: Ints
    filed_from: Ints
    filed_to: Ints
    insured: Ints
    paused: Ints

    def covered(self, person: Ints, day: Ints) -> Mask:
        """Whether people (by their place here) are insured on days."""
        held = (self.insured[person] <= day[:, None]) & (day[:, None] < self.paused[person])
        return np.asarray(held.any(axis=1))


def standing(order: Order, people: People) -> Standing:
    """What some people count as."""
    draws = Draws(order.seed)
    tags = _registered(order, people, draws) if order.mix.poor else _categories(order, people, draws)
    insured = _subsidised(order, people, draws) if order.mix.poor else _insured(order, people, draws)
    return Standing(*tags, *_filings(order, people, draws), *insured)


def _slots(n: int) -> tuple[Ints, Ints, Ints]:
    return (
        np.full((n, SLOTS), NONE, np.int64),
        np.full((n, SLOTS), NEVER, np.int64),
        np.full((n, SLOTS), NEVER, np.int64),
    )


def _categories(order: Order, people: People, draws: Draws) -> tuple[Ints, Ints, Ints]:
    n = people.number
    first, last = (day_number(day) for day in order.window)
    quotas = np.cumsum([max(order.size * quota // 10_000, 1) for quota in QUOTAS])
    rank = draws.shuffle("category", order.size)(n)
    tag, start, end = _slots(len(n))
    found = np.searchsorted(quotas, rank, side="right")
    has = found < len(QUOTAS)
    tag[has, 0] = found[has]
    within = rank - np.concatenate([[0], quotas])[np.minimum(found, len(QUOTAS))]
    span = last - first
    late, ends = has & (within % 6 == 4), has & (within % 9 == 5)
    long_ago = day_number(dt.date(2019, 1, 1)) + draws.below("tag from", n, 5 * 365)
    start[has, 0] = np.minimum(long_ago, first - 30)[has]
    start[late, 0] = (first + 30 + draws.below("tag from", n, max(span * 2 // 3, 1)))[late]
    start[has, 0] = np.maximum(start[:, 0], people.born)[has]
    over = np.maximum(start[:, 0], first) + 40 + draws.below("tag to", n, max(span // 2, 1))
    ends &= over < last
    end[ends, 0] = over[ends]
    next_ = ends & (found <= 2) & draws.chance("next tag", n, 600_000)
    tag[next_, 1], start[next_, 1] = EDGE, over[next_] + 1
    gone = died(order, people, draws)
    cut = (gone < NEVER)[:, None] & (end > gone[:, None]) & ~still_listed(people, draws)[:, None]
    never = cut & (start > gone[:, None])
    tag[never], start[never], end[never] = NONE, NEVER, NEVER
    cut &= ~never & (tag != NONE)
    end[cut] = np.broadcast_to(gone[:, None], end.shape)[cut]
    return tag, start, end


def _registered(order: Order, people: People, draws: Draws) -> tuple[Ints, Ints, Ints]:
    n = people.number
    tag, start, end = _slots(len(n))
    entry, rank = _entry(order, people, draws)
    starts = _new_years(order)[entry]
    helped = (entry >= 2) & draws.chance("helped", n, 500_000)
    tag[:, 0] = np.where(helped, HELPED, REGISTERED)
    start[:, 0] = np.where(
        helped, starts + draws.below("helped from", n, 300), np.where(entry == 0, starts - 400, starts)
    )
    share = draws.shuffle("destitute", order.size)(n) * order.mix.people // order.size
    tag[:, 1] = np.where(share < DESTITUTE, 0, np.where(share < DESTITUTE + ALLOWANCE, 1, NONE))
    start[:, 1] = start[:, 0] + draws.below("tag from", n, 200) * (rank % 4 == 0)
    return tag, start, end


def _filings(order: Order, people: People, draws: Draws) -> tuple[Ints, Ints]:
    n = people.number
    filed = people.away & draws.chance("filed", n, 600_000)
    first, last = (day_number(day) for day in order.window)
    start = np.maximum(first - 900 + draws.below("filed from", n, 1_200), people.born)
    ends = draws.chance("filing ends", n, 100_000)
    end = np.where(ends, np.maximum(start, first) + draws.below("filed to", n, last - first + 1), NEVER)
    return np.where(filed, start, NEVER), np.where(filed, end, NEVER)


def _insured(order: Order, people: People, draws: Draws) -> tuple[Ints, Ints]:
    """From a start on, half with a gap in it: residents who missed a year, employees between two jobs."""
    n = people.number
    insured = np.full((len(n), PERIODS), NEVER, np.int64)
    paused = np.full((len(n), PERIODS), NEVER, np.int64)
    years = np.array([day_number(dt.date(year, 1, 1)) for year in range(2010, 2028)], np.int64)
    joined = years[draws.below("joined", n, 8)] + people.employee * draws.below("joined day", n, 360)
    insured[:, 0] = np.maximum(joined, people.born)
    gap = 9 + draws.pick("gap year", n, GAP_YEARS)
    left = years[gap] + people.employee * draws.below("left day", n, 200)
    back = np.where(people.employee, left + 40 + draws.below("gap days", n, 200), years[gap + 1])
    gone = draws.chance("gap", n, 500_000) & (left > insured[:, 0] + 200)
    paused[gone, 0], insured[gone, 1] = left[gone], back[gone]
    last = died(order, people, draws)[:, None]
    cut = (insured < NEVER) & (paused > last) & ~still_insured(people, draws)[:, None]
    paused[cut] = np.broadcast_to(last, paused.shape)[cut] + 1
    none = (cut & (insured > last)) | in_grace(order, people, draws)[:, None]
    insured[none], paused[none] = NEVER, NEVER
    return insured, paused


def _subsidised(order: Order, people: People, draws: Draws) -> tuple[Ints, Ints]:
    """One period a calendar year: each is a premium that the budget paid."""
    entry, _ = _entry(order, people, draws)
    years = np.append(_new_years(order), day_number(order.mix.last) + 1)
    year = np.arange(PERIODS)
    even = Even(draws.seed, people.together, people.illness, entry)
    gone = even.chance("gone", people.number, GONE * 1_000) & (entry == 0)
    held = (year >= entry[:, None]) & ~(gone[:, None] & (year == PERIODS - 1))
    return np.where(held, years[:-1], NEVER), np.where(held, years[1:], NEVER)


def _entry(order: Order, people: People, draws: Draws) -> tuple[Ints, Ints]:
    """The year in which each person was registered (0: from the start), and the rank that decided it."""
    rank = Even(draws.seed, people.together, people.illness).below("registered", people.number, 1_000_000)
    return np.searchsorted(np.array(REGISTERED_BY), rank // 1_000, side="right"), rank


def _new_years(order: Order) -> Ints:
    first = order.mix.first
    return np.array([day_number(dt.date(first.year + k, 1, 1)) for k in range(PERIODS)], np.int64)
