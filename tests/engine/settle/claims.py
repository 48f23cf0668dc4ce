"""Random people and their bills for a policy: stays, parts, transfers, refunds, and sums on the policy's own edges.

Must not know how anything is settled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from doudi.engine.settle.person import Claim, Enrolment, Institution, Person, Tag
from doudi.policy.pack import Pack
from doudi.policy.schema import FUNDS
from doudi.policy.values import Yuan
from tests.engine.settle.chooser import Chooser, Drawn, Seeded
from tests.engine.settle.policies import LAST, make_policy

FIRST_DAY, LAST_DAY = dt.date(2023, 10, 1), dt.date(2026, 6, 30)
LARGEST = 1_000_000_000
TAGS = ["低保对象", "低保边缘家庭成员", "特困人员", "残疾人"]
PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt")

#: What random people and claims are meant to hold, beside the families of a policy.
ALL_CLAIM_FEATURES = frozenset(
    [
        "claim.zero",
        "claim.large",
        "claim.on_an_edge",
        "claim.refund",
        "claim.same_visit",
        "claim.same_visit_over_new_year",
        "claim.transfer",
        "claim.several_years",
        "claim.same_moment",
        "claim.days_recorded",
        "claim.filed",
        "claim.several_costs",
        "claim.total_too_small",
        "person.born_unknown",
        "person.no_enrolment",
        "person.gap_in_enrolment",
        "person.tag_for_a_time",
        "person.several_tags",
        "prior",
        "institutions",
    ]
)


@dataclass(frozen=True)
class Someone:
    """A person, their claims, and what their year began with."""

    person: Person
    claims: tuple[Claim, ...]
    prior: dict[tuple[int, str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A policy and some people to settle under it."""

    pack: Pack
    people: tuple[Someone, ...]
    institutions: tuple[Institution, ...] = ()


def seeded(seed: int, people: int = 1, claims: int = 8) -> Case:
    """The case of a seed: for long runs."""
    return make_case(Seeded(seed), people, claims)


@st.composite
def cases(draw: Any, people: int = 1, claims: int = 5) -> Case:
    """Random cases that Hypothesis can make smaller."""
    return make_case(Drawn(draw), people, claims)


def make_case(chooser: Chooser, people: int = 1, claims: int = 8) -> Case:
    """A random policy with so many people, each with at most so many claims. The policy can settle all of them."""
    pack = make_policy(chooser)
    return Case(pack, *make_people(chooser, pack, people, claims))


def make_people(
    chooser: Chooser, pack: Pack, people: int, claims: int
) -> tuple[tuple[Someone, ...], tuple[Institution, ...]]:
    """Random people for a policy, and the list of institutions that they went to (often none)."""
    edges = sorted({*_edges(pack)} - {0}) or [100_000]
    by_age = any("per_year_of_age" in repr(parameter) for parameter in pack.file.parameters.values())
    turns = sorted({*_turns(pack)})
    made = [
        _Someone(chooser, pack, f"P{n:04}", edges, turns, by_age).make(claims) for n in range(1, people + 1)
    ]
    listed = chooser.chance(60 if "level" in pack.file.dimensions else 10)
    return tuple(made), _institutions(chooser, made) if listed else ()


def _institutions(chooser: Chooser, made: list[Someone]) -> tuple[Institution, ...]:
    """A hospital whose level changes, if possible while somebody is in it, and one listed from some day on."""
    claims = [claim for one in made for claim in one.claims]
    inside = [day for claim in claims if claim["fixmedins_code"] == "H1" for day in _inside(claim)]
    change = chooser.pick(inside or [claims[0]["enddate"]])
    levels = chooser.some(["08", "05", "03", "11"], 2, 2)
    return (
        Institution("H1", levels[0], to=change),
        Institution("H1", levels[1], change + dt.timedelta(days=1)),
        Institution("H2", chooser.pick(["08", "05", "03"]), change),
    )


def _inside(claim: Claim) -> Iterator[dt.date]:
    """Days on which something may change so that it matters which day of a claim counts."""
    yield claim["begndate"]
    yield claim["enddate"] - dt.timedelta(days=1)
    yield claim["enddate"]


def _turns(pack: Pack) -> Iterator[dt.date]:
    """Days on which the policy changes, or a year begins."""
    for parameter in pack.parameters.values():
        yield from (entry.from_ for entry in parameter.values if FIRST_DAY < entry.from_ < LAST_DAY)
    yield from (entry.from_ for entry in pack.file.order if FIRST_DAY < entry.from_ < LAST_DAY)
    month, day = pack.file.year_starts
    yield from (dt.date(year, month, day) for year in (2024, 2025, 2026))


def _edges(pack: Pack) -> Iterator[int]:
    """Sums at which a policy changes its mind, in fen."""
    for parameter in pack.parameters.values():
        for entry in parameter.values:
            yield from _sums(entry.table if entry.table is not None else entry.value)


def _sums(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _sums(inner)
    elif isinstance(value, Yuan):
        yield value.fen
    elif isinstance(value, tuple):
        yield from (band.to_fen for band in value if band.to_fen is not None)


@dataclass
class _Someone:
    """One person being made."""

    chooser: Chooser
    pack: Pack
    psn_no: str
    edges: list[int]
    turns: list[dt.date]
    by_age: bool
    inside: list[dt.date] = field(default_factory=list)

    def make(self, most: int) -> Someone:
        """The person, the claims and, sometimes, prior sums."""
        claims = self._claims(most)
        self.inside = [day for claim in claims for day in _inside(claim)]
        person = self._person()
        return Someone(person, tuple(claims), self._prior(claims) if self.chooser.chance(15) else {})

    def _person(self) -> Person:
        choose = self.chooser
        # A policy that pays by age refuses who has no birth date; tests of that are written by hand.
        unknown = not self.by_age and choose.chance(15)
        born = None if unknown else choose.day(dt.date(1935, 1, 1), dt.date(2023, 12, 31))
        if born is not None and choose.chance(30):  # a birthday that matters falls into a stay
            day = self._near()
            born = day.replace(year=day.year - choose.pick([18, 60]), day=min(day.day, 28))
        elif born is not None and choose.chance(8):
            born = dt.date(choose.pick([1964, 2008]), 2, 29)
        tags = [self._tag() for _ in range(choose.number(0, 3))]
        enrolments: list[Enrolment] = []
        for _ in range(choose.pick([1, 0, 2, 3])):
            first = choose.day(dt.date(2015, 1, 1), dt.date(2025, 12, 31))
            if choose.chance(40):  # a waiting period ends, or a year is full, within a stay
                first = self._near() - dt.timedelta(days=choose.pick([30, 90, 180, 0, 365 * 4 + 1]))
            if enrolments and choose.chance(60):  # touching, overlapping or a day's gap
                first = enrolments[-1].from_ + dt.timedelta(days=choose.pick([300, 299, 301, 200]))
            last = first + dt.timedelta(days=299)
            enrolments.append(Enrolment(first, last) if choose.chance(60) else Enrolment(first))
        if enrolments and choose.chance(15):
            enrolments.append(Enrolment(dt.date(2024, 1, 2), dt.date(2024, 1, 1)))
        return Person(self.psn_no, born, tuple(tags), tuple(enrolments))

    def _tag(self) -> Tag:
        choose = self.chooser
        column, value = ("rloc_type", "备案") if choose.chance(40) else ("psn_idet_type", choose.pick(TAGS))
        if not choose.chance(60):
            return Tag(column, value)
        if choose.chance(50):
            return Tag(column, value, to=self._near())
        first = self._near() if choose.chance(70) else choose.day(FIRST_DAY, LAST_DAY)
        last = first + dt.timedelta(days=choose.pick([365, 180, 30, 0]))
        return Tag(column, value, first, last)

    def _near(self) -> dt.date:
        """A day inside some stay, or beside it."""
        return self.chooser.pick(self.inside) + dt.timedelta(days=self.chooser.number(0, 1))

    # ── Claims ───────────────────────────────────────────────────────────────────────────────────────

    def _claims(self, most: int) -> list[Claim]:
        choose = self.chooser
        claims: list[dict[str, Any]] = []
        # Days between stays: many bills in one year, or a few over several.
        pace = choose.pick([20, 60, 200])
        end = choose.day(FIRST_DAY, dt.date(2025, 6, 30))
        if choose.chance(30):
            end = dt.date(choose.pick([2023, 2024]), 12, choose.number(15, 31))
        for number in range(most - choose.number(0, most - 1) // 2 if choose.chance(80) else 1):
            back = self._refund(claims) if claims and choose.chance(10) else None
            if back is None:
                end, claim = self._claim(claims, end, pace)
                if end > LAST_DAY:
                    break
            else:
                claim = back
            # Numbers do not follow the order of time, so that ties are seen to be settled by number.
            claim["setl_id"] = f"{self.psn_no}-{choose.number(0, 9)}{number:02}"
            claims.append(claim)
        return list(claims)

    def _claim(self, before: list[dict[str, Any]], end: dt.date, pace: int) -> tuple[dt.date, dict[str, Any]]:
        choose = self.chooser
        stays = [claim for claim in before if "init_setl_id" not in claim]
        med_type = choose.pick(["21", "11", "23", "14", "21", ""])
        mdtrt_id = "" if choose.chance(10) else f"M{len(before)}"
        gap = choose.number(0, pace)
        if stays and choose.chance(25):  # a further part of one stay
            mdtrt_id, med_type, gap = stays[-1]["mdtrt_id"], stays[-1]["med_type"], choose.number(0, 1)
            if choose.chance(30):
                gap = max((dt.date(end.year + 1, 1, 1) - end).days, 0)
        elif stays and choose.chance(30):  # moved to another hospital
            med_type, gap = "9925", choose.pick([0, 1, 2, 3, 4, -1])
        begin = max(end + dt.timedelta(days=gap), FIRST_DAY)
        stop = begin + dt.timedelta(days=choose.pick([0, choose.number(1, 12), choose.number(0, 40)]))
        ahead = [turn for turn in self.turns if end < turn]
        if ahead and gap > 1 and choose.chance(25):  # a stay over the day on which something changes
            begin = max(ahead[0] - dt.timedelta(days=choose.number(0, 5)), end)
            stop = ahead[0] + dt.timedelta(days=choose.number(-1, 5))
            stop = max(begin, stop)
        settled = dt.datetime.combine(stop, dt.time(choose.pick([10, 10, 9]), choose.pick([0, 0, 30])))
        if choose.chance(20):  # settled late, out of turn
            settled += dt.timedelta(days=choose.number(1, 45))
        claim: dict[str, Any] = {
            "psn_no": self.psn_no,
            "mdtrt_id": mdtrt_id,
            "begndate": begin,
            "enddate": stop,
            "setl_time": settled,
            "med_type": med_type,
            "hosp_lv": choose.pick(["08", "05", "03", "01", "11", ""]),
            "out_flag": choose.pick(["0", "1"]),
            "insutype": choose.pick(["390", "390", "310"]),
            "dise_no": choose.pick(["", "", "M07803"]),
            "fixmedins_code": choose.pick(["H1", "H2", "H1", "H3", ""]),
            "refd_setl_flag": "0",
        }
        if choose.chance(15):
            claim["rloc_type"] = choose.pick(["备案", "", "无"])
        if choose.chance(30):
            claim["ipt_days"] = choose.pick([0, 1, 7, 30])
        self._sums(claim)
        return stop, claim

    def _sums(self, claim: dict[str, Any]) -> None:
        choose = self.chooser
        for name in PARTS:
            claim[f"{name}_fen"] = self._amount() if name == "inscp_amt" or choose.chance(50) else 0
        total = sum(claim[f"{name}_fen"] for name in PARTS)
        if choose.chance(6):
            total = self._amount()  # a bill whose parts do not add up is settled all the same
        claim["medfee_sumamt_fen"] = total
        for name in self.pack.cost_columns:
            if choose.chance(85):
                claim[f"cost_{name}_fen"] = self._amount() if choose.chance(40) else self._part(total)
        for fund in FUNDS:
            if choose.chance(30):
                claim[f"{fund}_fen"] = self._part(total)

    def _part(self, fen: int) -> int:
        return fen * self.chooser.pick([1, 3, 5, 10]) // 10

    def _amount(self) -> int:
        """A sum: on an edge of the policy, a fen beside it, two edges together, or any size up to ten million yuan."""
        choose = self.chooser
        form = choose.number(0, 9)
        if form == 0:
            return 0
        if form <= 3:
            return min(max(choose.pick(self.edges) + choose.pick([0, 1, -1]), 0), LARGEST)
        if form == 4:
            return min(choose.pick(self.edges) + choose.pick(self.edges), LARGEST)
        return choose.number(0, choose.pick([1_000_000, 5_000_000, 1_000, 200_000, 1_000_000, LARGEST]))

    def _refund(self, before: list[dict[str, Any]]) -> dict[str, Any] | None:
        done = {claim.get("init_setl_id") for claim in before}
        free = [claim for claim in before if "init_setl_id" not in claim and claim["setl_id"] not in done]
        if not free:
            return None
        original = self.chooser.pick(free)
        back = {key: -value if key.endswith("_fen") else value for key, value in original.items()}
        later = original["setl_time"] + dt.timedelta(days=self.chooser.pick([0, 1, 30, 300]))
        return back | {
            "init_setl_id": original["setl_id"],
            "refd_setl_flag": "1",
            "setl_time": min(later, dt.datetime.combine(LAST, dt.time(10))),
        }

    # ── Prior ────────────────────────────────────────────────────────────────────────────────────────

    def _prior(self, claims: list[Claim]) -> dict[tuple[int, str, str], int]:
        choose = self.chooser
        pools, caps = [], []
        for code in self.pack.active_layers:
            layer = self.pack.layer(code)
            pools.append(layer.pool or code)
            caps += [cap.pool or f"{code}:{n}" for n, cap in enumerate(layer.caps, 1) if cap.per == "year"]
        made: dict[tuple[int, str, str], int] = {}
        if not pools:
            return made
        for _ in range(choose.number(1, 4)):
            year = choose.pick(claims)["enddate"].year
            if caps and choose.chance(30):
                made[year, choose.pick(caps), "used"] = choose.number(0, 2_000_000)
                continue
            item = choose.pick(["base", "above", "deductible", "paid", "admissions", "of"])
            most = 3 if item == "admissions" else choose.pick([100_000, 3_000_000])
            made[year, choose.pick(pools), item] = choose.number(0, most)
        return made


# ── What a case holds ────────────────────────────────────────────────────────────────────────────────


def claim_features(case: Case) -> set[str]:
    """What the people and claims of a case hold, by the names of `ALL_CLAIM_FEATURES`."""
    found = {"institutions"} if case.institutions else set()
    edges = {*_edges(case.pack)}
    for one in case.people:
        found |= {*_of_person(one)}
        for claim in one.claims:
            found |= {*_of_claim(claim, edges)}
        for before, claim in zip(one.claims, one.claims[1:], strict=False):
            if claim["mdtrt_id"] and before["mdtrt_id"] == claim["mdtrt_id"] and "init_setl_id" not in claim:
                found.add("claim.same_visit")
                if before["enddate"].year < claim["enddate"].year:
                    found.add("claim.same_visit_over_new_year")
    return found


def _of_person(one: Someone) -> Iterator[str]:
    person = one.person
    ends = [period.to for period in person.enrolments]
    moments = [claim["setl_time"] for claim in one.claims if "init_setl_id" not in claim]
    for feature, held in {
        "prior": one.prior,
        "person.born_unknown": person.brdy is None,
        "person.no_enrolment": not person.enrolments,
        "person.gap_in_enrolment": len({end.year for end in ends}) > 1,
        "person.tag_for_a_time": any(tag.to.year < 9999 for tag in person.tags),
        "person.several_tags": len({tag.value for tag in person.tags}) > 1,
        "claim.several_years": len({claim["enddate"].year for claim in one.claims}) > 1,
        "claim.same_moment": len(set(moments)) < len(moments),
    }.items():
        if held:
            yield feature


def _of_claim(claim: Claim, edges: set[int]) -> Iterator[str]:
    for feature, held in {
        "claim.zero": claim["medfee_sumamt_fen"] == 0,
        "claim.large": claim["medfee_sumamt_fen"] > LARGEST // 10,
        "claim.on_an_edge": claim["inscp_amt_fen"] in edges,
        "claim.refund": "init_setl_id" in claim,
        "claim.transfer": claim["med_type"] == "9925",
        "claim.days_recorded": claim.get("ipt_days"),
        "claim.filed": claim.get("rloc_type"),
        "claim.several_costs": sum(name.startswith("cost_") for name in claim) > 1,
        "claim.total_too_small": 0
        <= claim["medfee_sumamt_fen"]
        < sum(claim[f"{name}_fen"] for name in PARTS),
    }.items():
        if held:
            yield feature
