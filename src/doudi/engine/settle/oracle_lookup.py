"""What the policy says about one claim: its days, its classes, and the parameters in force for it (manual §2–§5).

Part of the oracle: written from the manual, slow on purpose, and sharing nothing with the compiled settlement that it
checks. Must not know any other claim of the person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from doudi.common.errors import InputFault, PolicyFault
from doudi.common.money import round_div
from doudi.engine.settle.person import Claim, Institution, Person
from doudi.policy.pack import Pack
from doudi.policy.schema import LOOKUPS, AgeRange
from doudi.policy.values import PPM, Count, Ratio, Rounding, ShareOf, Unlimited, Yuan
from doudi.policy.values import Sequence as Entries

ONE_DAY = dt.timedelta(days=1)
CENT = Rounding()


def rounded(exact: Fraction, rounding: Rounding = CENT) -> int:
    """An exact sum of fen brought to the unit of a rounding rule."""
    unit = rounding.unit_fen
    return round_div(exact.numerator, exact.denominator * unit, rounding.mode) * unit


def completed_years(first: dt.date, day: dt.date) -> int:
    """Full years from one day to another; who was born on 29 February gets older on 1 March of a common year."""
    years = day.year - first.year
    return years if (day.month, day.day) >= (first.month, first.day) else years - 1


@dataclass
class View:
    """One claim seen through one policy. `part` is the layer being settled, for messages."""

    pack: Pack
    person: Person
    claim: Claim
    institutions: Sequence[Institution] = ()
    part: str = ""
    _classes: dict[str, str | None] = field(default_factory=dict)

    # ── The claim ────────────────────────────────────────────────────────────────────────────────────

    @property
    def setl_id(self) -> str:
        """The claim's number."""
        return self.text("setl_id")

    @property
    def where(self) -> str:
        """Which claim, and which layer if one is being settled."""
        return f"setl_id {self.setl_id}" + (f" · {self.part}" if self.part else "")

    def text(self, column: str) -> str:
        """A text column of the claim; what is missing is empty."""
        value = self.claim.get(column)
        return "" if value is None else str(value)

    def money(self, name: str) -> int:
        """A sum of the claim in fen, by its national name; what is missing is 0."""
        fen = int(self.claim.get(f"{name}_fen") or 0)
        if fen < 0:
            raise InputFault(
                f"{name} 为负数，而本行不是退费", where=self.where, do="退费行要填 init_setl_id，或改正金额"
            )
        return fen

    @property
    def days(self) -> int:
        """Length of the stay for daily limits."""
        recorded = int(self.claim.get("ipt_days") or 0)
        if recorded > 0:
            return recorded
        nights = (self.on("discharge") - self.on("admission")).days
        return nights + 1 if self.pack.file.stays.days == "inclusive" else max(nights, 1)

    # ── Days ─────────────────────────────────────────────────────────────────────────────────────────

    def on(self, event: str) -> dt.date:
        """The day of admission, discharge or settlement."""
        column = {"admission": "begndate", "discharge": "enddate", "settlement": "setl_time"}[event]
        value: dt.date = self.claim[column]
        return value.date() if isinstance(value, dt.datetime) else value

    def day(self, lookup: str) -> dt.date:
        """The day that counts for a look-up (`dates` of the policy)."""
        return self.on(getattr(self.pack.file.dates, lookup))

    @property
    def year(self) -> int:
        """The year of accumulators, named after the calendar year it starts in."""
        day = self.day("year")
        return day.year if (day.month, day.day) >= self.pack.file.year_starts else day.year - 1

    def check(self) -> None:
        """Refuse a claim that the policy cannot settle."""
        if self.on("discharge") < self.on("admission"):
            raise InputFault("enddate 早于 begndate", where=self.where, do="改正日期")
        day = self.day("rate")
        if not self.pack.from_ <= day <= self.pack.to:
            raise InputFault(
                f"{day} 不在政策 {self.pack.id} 的有效期内",
                where=self.where,
                allowed=f"{self.pack.from_} 至 {self.pack.to}",
                do="换用当时有效的政策",
            )

    # ── The person ───────────────────────────────────────────────────────────────────────────────────

    @property
    def age(self) -> int | None:
        """Completed years on the day that counts for age; 0 before birth; None if the birth date is not known."""
        if self.person.brdy is None:
            return None
        return max(completed_years(self.person.brdy, self.day("age")), 0)

    @property
    def enrolled_since(self) -> dt.date | None:
        """First day of the unbroken enrolment that covers the day `enrolment`; None if nothing covers it."""
        day = self.day("enrolment")
        joined: list[tuple[dt.date, dt.date]] = []
        for period in sorted(self.person.enrolments, key=lambda p: (p.from_, p.to)):
            if period.to < period.from_:
                continue  # ended before it began: covers no day
            if joined and period.from_ - ONE_DAY <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], period.to))
            else:
                joined.append((period.from_, period.to))
        for first, last in joined:
            if first <= day <= last:
                return first
        return None

    @property
    def enrolled_years(self) -> int:
        """Completed years of unbroken enrolment."""
        first = self.enrolled_since
        return 0 if first is None else completed_years(first, self.day("enrolment"))

    def waiting_passed(self, name: str) -> bool:
        """Whether a waiting period (a parameter, in days) is over."""
        days = self.count(name)
        if not self.person.enrolments:
            return True
        first = self.enrolled_since
        return first is not None and (self.day("enrolment") - first).days >= days

    # ── Classes ──────────────────────────────────────────────────────────────────────────────────────

    def class_of(self, dimension: str) -> str | None:
        """The class of a dimension that the claim falls into; None if none takes it."""
        if dimension not in self._classes:
            self._classes[dimension] = self._find_class(dimension)
        return self._classes[dimension]

    def _find_class(self, name: str) -> str | None:
        dimension = self.pack.file.dimensions[name]
        if dimension.date is not None:
            day = self.on(dimension.date)
        else:
            day = self.day(name if name in LOOKUPS else "category")
        for one in dimension.classes:
            if one.when is not None and not self._fits(one.when, day):
                continue
            if one.unless is not None and self._fits(one.unless, day):
                continue
            return one.code
        return None

    def _fits(self, condition: dict[str, Any], day: dt.date) -> bool:
        return all(self._column_fits(column, wanted, day) for column, wanted in condition.items())

    def _column_fits(self, column: str, wanted: Any, day: dt.date) -> bool:
        if isinstance(wanted, AgeRange):
            age = self.age
            if age is None:
                return False
            return (wanted.from_ is None or wanted.from_ <= age) and (wanted.to is None or age <= wanted.to)
        return any(value in wanted for value in self._values(column, day))

    def _values(self, column: str, day: dt.date) -> list[str]:
        """What a column holds on a day; a person may hold several tags, and none is the empty text."""
        if column == "psn_idet_type" or (column == "rloc_type" and not self.text("rloc_type")):
            tags = [
                tag.value for tag in self.person.tags if tag.column == column and tag.from_ <= day <= tag.to
            ]
            return tags or [""]
        if column == "hosp_lv":
            return [self._level()]
        return [self.text(column)]

    def _level(self) -> str:
        code, day = self.text("fixmedins_code"), self.day("level") if self.institutions else None
        listed = [
            one
            for one in self.institutions
            if code and one.fixmedins_code == code and day is not None and one.from_ <= day <= one.to
        ]
        return max(listed, key=lambda one: one.from_).hosp_lv if listed else self.text("hosp_lv")

    def applies(self, when: dict[str, list[str]], unless: dict[str, list[str]]) -> bool:
        """Whether the claim is of all the classes of `when` and not of all those of `unless`."""
        if not all(self.class_of(dimension) in codes for dimension, codes in when.items()):
            return False
        return not unless or not all(self.class_of(dimension) in codes for dimension, codes in unless.items())

    # ── Parameters ───────────────────────────────────────────────────────────────────────────────────

    def value(self, name: str, day: dt.date | None = None) -> Any:
        """A parameter's value for this claim, on the day `rate` unless another is given."""
        day = day or self.day("rate")
        parameter = self.pack.parameters[name]
        entry = parameter.on(day)
        if entry is None:
            raise PolicyFault(f"参数 {name} 在 {day} 没有值", where=self.where, do="补上这一时期的值")
        if entry.table is None:
            found: Any = entry.value
        else:
            found = entry.table
            for dimension in parameter.by:
                code = self.class_of(dimension)
                key = code if code in found else "otherwise"
                if key not in found:
                    raise PolicyFault(
                        f"参数 {name} 在 {day} 没有 {dimension} 类别 {code or '（无类）'} 的值",
                        where=self.where,
                        do="在表中补上这一类，或写 otherwise",
                    )
                found = found[key]
        if found is None:
            raise PolicyFault(
                f"参数 {name} 在 {day} 的值未知", where=self.where, do="补上值，或关闭用到它的层"
            )
        return found

    def yuan(self, name: str, day: dt.date | None = None) -> int:
        """A sum of money, in fen."""
        value = self.value(name, day)
        if isinstance(value, ShareOf):
            of = self.yuan(value.of, years_before(day or self.day("rate"), value.years_back))
            return rounded(Fraction(of * value.ppm, PPM), value.rounding)
        assert isinstance(value, Yuan)  # noqa: S101 -- the pack was checked when it was loaded
        return value.fen

    def limit(self, name: str) -> int | None:
        """A sum that limits something, in fen; None where the policy sets no limit."""
        return None if isinstance(self.value(name), Unlimited) else self.yuan(name)

    def ratio(self, name: str) -> Fraction:
        """A share of one, by age where the policy says so."""
        return self._share(name, self.value(name))

    def _share(self, name: str, ratio: Ratio) -> Fraction:
        ppm = ratio.ppm
        if ratio.per_year_ppm != 0:
            age = self.age
            if age is None:
                raise InputFault(f"参数 {name} 按年龄计算，而出生日期未知", where=self.where, do="补上 brdy")
            ppm += ratio.per_year_ppm * age
        return Fraction(max(min(ppm, ratio.at_most_ppm), 0), PPM)

    def bands(self, name: str) -> list[tuple[int, int | None, Fraction]]:
        """Bands as (from, to, share); the last `to` may be None. A lone ratio is one band without end."""
        value = self.value(name)
        if isinstance(value, Ratio):
            return [(0, None, self._share(name, value))]
        found, low = [], 0
        for band in value:
            found.append((low, band.to_fen, self._share(name, band.ratio)))
            low = band.to_fen
        return found

    def entry(self, name: str, number: int) -> Fraction | int:
        """What the n-th admission bears of a deductible: a share of it, or a fixed sum."""
        value = self.value(name)
        assert isinstance(value, Entries)  # noqa: S101
        one = value.entries[min(number, len(value.entries)) - 1]
        return one.fen if isinstance(one, Yuan) else self._share(name, one)

    def count(self, name: str) -> int:
        """A whole number."""
        value = self.value(name)
        assert isinstance(value, Count)  # noqa: S101
        return value.number


def years_before(day: dt.date, years: int) -> dt.date:
    """The same month and day some years earlier; 29 February becomes 28 where that year has none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
