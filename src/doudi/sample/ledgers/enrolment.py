"""What each ledger of insurance says about each person for the coverage year, and what was planted among it.

One array per statement, by person's number; `states` judges these by the definition, `five` writes them down. Whatever
is planted here is a contradiction between ledgers, not damage to a cell.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import numpy as np

from doudi.sample import life
from doudi.sample.draws import Ints, Mask
from doudi.sample.ledgers.county import MONITORED, YEAR, County
from doudi.sample.order import day_number
from doudi.sample.standing import NEVER, TAGS

PREMIUM = 40_000
"""A resident's premium for the coverage year, in fen: the sample county's own figure."""
SUBSIDIES = {
    "特困人员": 40_000, "低保对象": 20_000, "返贫致贫人口": 20_000, "低保边缘家庭成员": 12_000,
    "防止返贫监测对象": 12_000, "脱贫不稳定户": 12_000, "边缘易致贫户": 12_000, "突发严重困难户": 12_000,
}  # fmt: skip
"""What the sample county's budget pays of it, by category: its own figures; the destitute pay nothing."""

PLANTED = {
    "two_schemes": 4_000, "two_registrations": 800, "two_employers": 2_500, "paid_twice": 900,
    "told_otherwise": 1_000, "still_registered": 80_000, "refunded": 150_000, "paid_unregistered": 120_000,
    "no_subsidy": 20_000, "subsidy_to_nobody": 300, "subsidy_after_death": 30_000, "subsidy_twice": 4_000,
    "death_not_in_register": 200_000, "death_not_on_list": 40_000,
}  # fmt: skip
"""Of a million of those whom each can befall. Our estimate; doubled like the damage."""

REASONS = (
    "", "外地参保", "外地就学", "参军", "服刑", "境外", "迁出", "空挂户", "拒绝参保", "新生儿", "死亡", "其他", "经济困难", "外地务工",
    "参加职工医保",
)  # fmt: skip
WHEREABOUTS = ("", "在家", "外出务工", "外出就学", "参军", "服刑", "境外", "空挂户", "死亡", "迁出")
_TOLD = {
    "elsewhere_worker": "外地参保", "elsewhere_student": "外地就学", "elsewhere_army": "参军",
    "elsewhere_prison": "服刑", "elsewhere_abroad": "境外", "moved_out": "迁出", "untraceable": "空挂户", "refused": "拒绝参保",
}  # fmt: skip
_SEEN = {
    "elsewhere_student": "外出就学", "elsewhere_army": "参军", "elsewhere_prison": "服刑", "elsewhere_abroad": "境外",
    "moved_out": "迁出", "untraceable": "空挂户",
}  # fmt: skip


class Enrolment:
    """The statements."""

    def __init__(self, county: County, times: int) -> None:
        self.county, self.times, self.draws = county, times, county.draws
        self.number = county.number

    def planted(self, name: str, among: Mask) -> Mask:
        """Whom a contradiction befalls, of those whom it can."""
        return self.county.befallen(f"planted {name}", among, min(PLANTED[name] * self.times, 500_000))

    def _drawn(self, what: str, ppm: int) -> Mask:
        return self.draws.chance(f"enrolment {what}", self.number, ppm)

    # ── Deaths ───────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def struck_off(self) -> Mask:
        """Whose death the population register knows."""
        return self.county.dead & ~self.planted("death_not_in_register", self.county.dead)

    @cached_property
    def death_listed(self) -> Mask:
        """Who stands in the ledger of deaths: each of the dead stands in one of the two at least."""
        dead = self.county.dead
        plain = dead & (self.county.held.tag[:, 0] < 0)
        listed: Mask = dead & ~(self.planted("death_not_on_list", plain) & self.struck_off)
        return listed

    # ── Registrations ────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def forgotten(self) -> Mask:
        """The dead whose insurance goes on."""
        county = self.county
        start, end = county.period
        ended_by_death = (start < NEVER) & ((end == county.died + 1) | (end > county.died))
        forgotten: Mask = (
            county.dead & ended_by_death & life.still_insured(county.people, self.draws, self.times)
        )
        return forgotten

    @cached_property
    def _this_year(self) -> Mask:
        """Whose last period reaches into the coverage year."""
        start, end = self.county.period
        return (start < NEVER) & ((end > self.county.new_year) | self.forgotten)

    @cached_property
    def two_schemes(self) -> Mask:
        """Employees who are registered as residents too."""
        return self.planted("two_schemes", self.employed)

    @cached_property
    def unpaid(self) -> Mask:
        """Who is registered and has not paid."""
        county = self.county
        away = county.fated("elsewhere_student") | county.fated("elsewhere_worker")
        return county.fated("registered_unpaid") | self.planted("still_registered", away)

    @cached_property
    def resident(self) -> Mask:
        """Who has a row in the residents' insurance for the year, in force or ended."""
        emp = self.county.people.employee
        return (self._this_year & ~emp) | self.two_schemes | self.unpaid

    @cached_property
    def paused(self) -> Ints:
        """The day a registration or employment ended, or `NEVER`."""
        _, end = self.county.period
        end = np.where(self.forgotten, NEVER, end)
        return np.where(end <= self.county.stands, end, NEVER)

    @cached_property
    def registered(self) -> Mask:
        """Registered as a resident on the day."""
        ended = self.paused < NEVER
        return self.resident & (~ended | self.two_schemes | self.unpaid)

    @cached_property
    def two_registrations(self) -> Mask:
        """Residents who are registered in the next county too."""
        return self.planted("two_registrations", self.registered & ~self.county.dead)

    @cached_property
    def employee_row(self) -> Mask:
        """Who has a row in the employees' insurance."""
        start, _ = self.county.period
        listed: Mask = self.county.people.employee & (start < NEVER)
        return listed

    @cached_property
    def employed(self) -> Mask:
        """In the employees' scheme on the day."""
        held: Mask = self.employee_row & (self.paused == NEVER)
        return held

    @cached_property
    def two_employers(self) -> Mask:
        """Employees whom two employers insure."""
        return self.planted("two_employers", self.employed & ~self.county.dead)

    # ── Payments and subsidies ───────────────────────────────────────────────────────────────────────

    @cached_property
    def category(self) -> Ints:
        """The category held on New Year or on the day that is subsidised highest: a place in `TAGS`, or -1."""
        county = self.county
        best = np.full(len(self.number), -1, np.int64)
        for at, kind in enumerate(MONITORED, 1):
            best[county.watched == at] = TAGS.index(kind)
        for tag in sorted(SUBSIDIES, key=lambda one: SUBSIDIES[one]):
            best[county.tagged(tag, on=county.new_year) | county.tagged(tag)] = TAGS.index(tag)
        return best

    @cached_property
    def entitled(self) -> Mask:
        """Registered, in a subsidised category, and not dead before the year."""
        return self.registered & (self.category >= 0) & (self.county.died >= self.county.new_year)

    @cached_property
    def share(self) -> Ints:
        """The subsidy due, in fen."""
        table = np.array([SUBSIDIES.get(tag, 0) for tag in TAGS] + [0], np.int64)
        return np.where(self.entitled, table[self.category], 0)

    @cached_property
    def settled(self) -> Mask:
        """Whose premium for the year is in."""
        return self.resident & ~self.unpaid

    @cached_property
    def subsidised(self) -> Mask:
        """Who was paid a subsidy that was due."""
        return self.entitled & self.settled & ~self.planted("no_subsidy", self.entitled)

    @cached_property
    def subsidy_to_nobody(self) -> Mask:
        """Who was paid a subsidy without being in any category."""
        return self.planted("subsidy_to_nobody", self.settled & (self.category < 0) & ~self.county.dead)

    @cached_property
    def subsidy_after_death(self) -> Mask:
        """Who was paid a subsidy for a year that they did not reach."""
        county = self.county
        return self.planted("subsidy_after_death", county.dead & (county.died < county.new_year))

    @cached_property
    def subsidy_twice(self) -> Mask:
        """Who was paid the subsidy twice."""
        return self.planted("subsidy_twice", self.subsidised)

    @cached_property
    def subsidy_amt(self) -> Ints:
        """The subsidy in each row paid, in fen."""
        lost = self.subsidy_to_nobody | self.subsidy_after_death
        return np.where(self.subsidised, self.share, np.where(lost, SUBSIDIES["低保对象"], 0))

    @cached_property
    def in_full(self) -> Mask:
        """For whom the budget pays the whole premium to the tax office."""
        return self.settled & self.subsidised & (self.share >= PREMIUM)

    @cached_property
    def refunded(self) -> Mask:
        """Insured elsewhere, paid here and refunded."""
        return self.planted("refunded", self.county.fated("elsewhere_worker") & ~self.resident)

    @cached_property
    def paid_unregistered(self) -> Mask:
        """Paid without being registered."""
        return self.planted("paid_unregistered", self.county.fated("unknown"))

    @cached_property
    def pays(self) -> Mask:
        """Who has a payment of their own for the year."""
        return (self.settled & ~self.in_full) | self.refunded | self.paid_unregistered

    @cached_property
    def pay_amt(self) -> Ints:
        """What each pays at a time, in fen."""
        return PREMIUM - np.where(self.subsidised, self.share, 0)

    @cached_property
    def pay_day(self) -> Ints:
        """The day of payment: the autumn before the year, for the newborn the weeks after birth."""
        autumn = day_number(dt.date(YEAR - 1, 9, 1)) + self.draws.below("pay day", self.number, 118)
        born = self.county.people.born
        late = np.maximum(born + 5 + self.draws.below("pay day newborn", self.number, 25), autumn)
        return np.where(born > autumn - 5, np.minimum(late, self.county.stands), autumn)

    @cached_property
    def paid_twice(self) -> Mask:
        """Who paid twice."""
        return self.planted("paid_twice", self.settled & ~self.in_full & ~self.county.dead)

    # ── What the villages say ────────────────────────────────────────────────────────────────────────

    @cached_property
    def by_word(self) -> Mask:
        """Of whom the village's list of the uninsured says why; of the others the list of residents does."""
        return self._drawn("by word", 850_000)

    @cached_property
    def reason(self) -> Ints:
        """A place in `REASONS`: 0 where the ledger of the uninsured does not name the person."""
        county = self.county
        out = np.zeros(len(self.number), np.int64)
        for fate, word in _TOLD.items():
            mine = county.fated(fate)
            out[mine & (self.by_word | (fate not in _SEEN))] = REASONS.index(word)
        share = self.draws.below("told", self.number, 100)
        mine = county.fated("moved_out") & self.struck_moved & (share < 60)
        out[mine] = 0
        mine = county.fated("registered_unpaid")
        out[mine] = np.select(
            [share < 40, share < 60, share < 75, share < 82],
            [0, REASONS.index("拒绝参保"), REASONS.index("经济困难"), REASONS.index("空挂户")], REASONS.index("其他"),
        )[mine]  # fmt: skip
        mine = county.fated("unknown")
        out[mine] = np.select(
            [share < 40, share < 60, share < 75], [0, REASONS.index("外地务工"), REASONS.index("经济困难")],
            REASONS.index("其他"),
        )[mine]  # fmt: skip
        out[county.newborn & (share < 60)] = REASONS.index("新生儿")
        fine = (self.employed | (self.registered & self.settled)) & ~county.dead
        told = self.planted("told_otherwise", fine)
        out[told] = np.select(
            [share < 40, share < 70],
            [REASONS.index("外地参保"), REASONS.index("拒绝参保")],
            REASONS.index("空挂户"),
        )[told]
        out[self.employed & ~told & ~county.dead & self._drawn("told employed", 15_000)] = REASONS.index(
            "参加职工医保"
        )
        dead = county.dead & ~self.registered & ~self.employed & self._drawn("told dead", 100_000)
        out[dead] = REASONS.index("死亡")
        return out

    @cached_property
    def struck_moved(self) -> Mask:
        """Whose move the population register knows."""
        return self.county.fated("moved_out") & self._drawn("struck moved", 600_000)

    @cached_property
    def whereabouts(self) -> Ints:
        """A place in `WHEREABOUTS`: 0 where the list of residents does not name the person."""
        county, age = self.county, self.county.age
        away = county.people.away
        place = {word: at for at, word in enumerate(WHEREABOUTS)}
        out = np.full(len(self.number), place["在家"], np.int64)
        out[away & (age >= 18) & (age < 62)] = place["外出务工"]
        settled = self.employed | (self.registered & self.settled)
        out[away & settled & (age >= 16) & (age < 23) & self._drawn("studies", 600_000)] = place["外出就学"]
        for fate, word in _SEEN.items():
            mine = county.fated(fate)
            told = self.reason > 0
            seen = mine & (~told | self._drawn("seen", 300_000))
            out[seen] = place[word]
            out[mine & ~seen] = place["外出务工"]
        moved = county.fated("moved_out")
        out[moved & (out != place["迁出"])] = 0
        # Who is told abroad or studying must not be seen at home with another proof; workers are away.
        out[county.fated("elsewhere_worker")] = place["外出务工"]
        gone = county.dead
        share = self.draws.below("dead among residents", self.number, 100)
        out[gone] = np.where(share < 8, place["在家"], np.where(share < 20, place["死亡"], 0))[gone]
        out[gone & (out == place["死亡"]) & settled] = 0
        return out

    @property
    def lives_here(self) -> Mask:
        """Who counts as living here."""
        here: Mask = self.whereabouts == WHEREABOUTS.index("在家")
        return here
