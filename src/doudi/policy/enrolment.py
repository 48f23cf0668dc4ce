"""What policy says of enrolment: premiums, who is subsidised, who must be insured, targets; each dated, each with its document.

Figures hang on the **coverage year**, the year in which the benefits run. The notice called "2024" fixes what is paid in
late 2024 for 2025. A figure that nobody has found is None, never a guess. This module must not know who is insured.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, model_validator

from doudi.common.errors import DoudiError, PolicyFault
from doudi.policy.faults import at, each, near, raise_in_order, read_model
from doudi.policy.folder import root as policy_root
from doudi.policy.schema import Date, Name, Number, Part, Source, Truth, fault, reads
from doudi.policy.text import Document, read_document
from doudi.policy.values import BadValue, read_fen, read_number, read_ppm

FILES, NATION = "parameters/*/enrolment.yaml", "国家"
_BASIS_POINT = 100
_T = TypeVar("_T", bound="DatedPart")


def _year(raw: Any) -> int:
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and 2003 <= int(raw) <= 2100:
        return int(raw)
    raise BadValue(f"“{raw}”不是参保年度", "2003 至 2100 的四位年份")


def _share(raw: Any) -> int:
    ppm = read_ppm(raw)
    if ppm % _BASIS_POINT:
        raise BadValue(f"比例 {raw} 的小数位过多", "至多到万分之一，如 98.5%")
    return ppm // _BASIS_POINT


def _month(raw: Any) -> int:
    if 1 <= (number := read_number(raw)) <= 12:
        return number
    raise BadValue(f"“{raw}”不是月份", "1 至 12")


def _fen(raw: Any) -> int | None:
    return None if raw is None else read_fen(raw)


Year = Annotated[int, reads(_year)]
Fen = Annotated[int | None, reads(_fen)]
Share = Annotated[int, reads(_share)]


class PremiumPart(Source):
    """The premium of one coverage year, a head."""

    coverage_year: Year
    own: Fen = None
    fiscal: Fen = None
    notice: str = ""


class SubsidyPart(Source):
    """What a category is given towards the premium, from one coverage year to another."""

    category: str
    from_: Year = Field(alias="from")
    to: Year | None = None
    full: Truth = False
    amount: Fen = None

    @model_validator(mode="after")
    def _one(self) -> SubsidyPart:
        if self.full and self.amount is not None:
            raise fault("full 与 amount 不能同时写", "全额资助写 full: true；定额写 amount")
        if self.to is not None and self.to < self.from_:
            raise fault("to 早于 from", "from 不晚于 to", ("to",))
        return self


class DatedPart(Source):
    """Something in force from a day on."""

    from_: Date = Field(alias="from")
    to: Date | None = None

    def holds(self, day: dt.date) -> bool:
        """Whether it is in force on a day."""
        return self.from_ <= day and (self.to is None or day <= self.to)


class GroupsPart(DatedPart):
    """The groups of which everyone must be insured."""

    groups: list[str] = Field(min_length=1)


class TargetPart(DatedPart):
    """A share that a rate is held against."""

    name: Name
    zh: str
    of: Literal["everyone", "special"] = "everyone"
    share: Share
    denominator: Literal["due", "whole"] = "due"
    words: str


class DaysPart(DatedPart):
    """A number of days."""

    value: Number


class MonthPart(DatedPart):
    """A month of the year."""

    value: Annotated[int, reads(_month)]


class EnrolmentFile(Part):
    """`enrolment.yaml` of a place."""

    doudi: Literal["enrolment/1"]
    place: str
    zh: str
    source: Source
    premiums: list[PremiumPart] = Field(default_factory=list)
    subsidies: list[SubsidyPart] = Field(default_factory=list)
    groups: list[GroupsPart] = Field(default_factory=list)
    targets: list[TargetPart] = Field(default_factory=list)
    newborn_days: list[DaysPart] = Field(default_factory=list)
    collection_month: list[MonthPart] = Field(default_factory=list)


@dataclass(frozen=True)
class Premium:
    """What a resident pays for a coverage year, and what the budget adds; None where not known."""

    coverage_year: int
    own_fen: int | None
    fiscal_fen: int | None
    source: Source


@dataclass(frozen=True)
class Subsidy:
    """What a category is given towards the premium of a coverage year: all of it, or a sum (None: not known)."""

    category: str
    full: bool
    amount_fen: int | None
    source: Source

    @property
    def confirmed(self) -> bool:
        """Whether somebody has confirmed it."""
        return bool(self.source.confirmed)

    @property
    def document(self) -> str:
        """The document in one line."""
        return self.source.cite()


@dataclass(frozen=True)
class Target:
    """A share in basis points that a rate is held against. `group`: "" for everyone, or "special".

    `words`: the denominator as the county says it; `denominator`: which of ours that is taken to be.
    """

    name: str
    zh: str
    group: str
    share: int
    denominator: Literal["due", "whole"]
    words: str
    from_: dt.date
    to: dt.date | None
    source: Source

    @property
    def confirmed(self) -> bool:
        """Whether somebody has confirmed it."""
        return bool(self.source.confirmed)

    @property
    def document(self) -> str:
        """The document in one line."""
        return self.source.cite()


@dataclass(frozen=True)
class Figure:
    """A number in force on a day, and where it stands."""

    number: int
    source: Source

    @property
    def confirmed(self) -> bool:
        """Whether somebody has confirmed it."""
        return bool(self.source.confirmed)


@dataclass(frozen=True)
class Enrolment:
    """The rules of a place: its own file, and behind it the nation's. What the place says of a year or a day goes first."""

    place: str
    files: tuple[EnrolmentFile, ...]

    def premium(self, coverage_year: int) -> Premium | None:
        """The premium of a coverage year, if a file speaks of it."""
        for file in self.files:
            for part in file.premiums:
                if part.coverage_year == coverage_year:
                    return Premium(coverage_year, part.own, part.fiscal, part.over(file.source))
        return None

    def premium_fen(self, coverage_year: int) -> int | None:
        """What a resident pays for a coverage year, if known."""
        found = self.premium(coverage_year)
        return found.own_fen if found else None

    def subsidies(self, coverage_year: int) -> Mapping[str, Subsidy]:
        """What each subsidised category is given in a coverage year."""
        out: dict[str, Subsidy] = {}
        for file in self.files:
            for part in file.subsidies:
                if part.from_ <= coverage_year <= (part.to or coverage_year):
                    subsidy = Subsidy(part.category, part.full, part.amount, part.over(file.source))
                    out.setdefault(part.category, subsidy)
        return out

    def subsidy(self, category: str, coverage_year: int) -> Subsidy | None:
        """What a category is given in a coverage year; None if nothing is said of it."""
        return self.subsidies(coverage_year).get(category)

    def categories(self, coverage_year: int) -> tuple[str, ...]:
        """The categories that are subsidised in a coverage year."""
        return tuple(self.subsidies(coverage_year))

    def groups(self, on: dt.date) -> tuple[str, ...]:
        """The special groups of which everyone must be insured on a day."""
        for file in self.files:
            if found := [part for part in file.groups if part.holds(on)]:
                return tuple(found[0].groups)
        return ()

    def targets(self, on: dt.date) -> tuple[Target, ...]:
        """The targets in force on a day, by name; a place's own stands before the nation's of that name."""
        out: dict[str, Target] = {}
        for file in self.files:
            for part in file.targets:
                if part.holds(on):
                    out.setdefault(part.name, _target(part, file.source))
        return tuple(out.values())

    def newborn_days(self, on: dt.date) -> Figure | None:
        """How many days after birth a child may still be enrolled with effect from birth."""
        return self._figure((file, file.newborn_days) for file in self.files)(on)

    def collection_month(self, on: dt.date) -> Figure | None:
        """The month in which the collection for the next coverage year begins."""
        return self._figure((file, file.collection_month) for file in self.files)(on)

    def _figure(self, parts: Iterable[tuple[EnrolmentFile, Sequence[DaysPart | MonthPart]]]) -> _Lookup:
        return _Lookup(tuple((part, part.over(file.source)) for file, said in parts for part in said))


@dataclass(frozen=True)
class _Lookup:
    parts: tuple[tuple[DaysPart | MonthPart, Source], ...]

    def __call__(self, on: dt.date) -> Figure | None:
        return next((Figure(part.value, source) for part, source in self.parts if part.holds(on)), None)


def _target(part: TargetPart, source: Source) -> Target:
    group = "special" if part.of == "special" else ""
    shown = (part.name, part.zh, group, part.share, part.denominator, part.words, part.from_, part.to)
    return Target(*shown, part.over(source))


def enrolment(root: Path | None, place: str) -> Enrolment:
    """The rules of a place (its name, or its folder), before those of the nation. Raises the faults of its files."""
    found: dict[str, EnrolmentFile] = {}
    folders: dict[str, str] = {}
    faults: list[DoudiError] = []
    for path in sorted(policy_root(root).glob(FILES)):
        try:
            file = read_enrolment(read_document(path))
            found[file.place] = file
            folders[path.parent.name] = file.place
        except DoudiError as error:
            faults.extend(each(error))
    raise_in_order(faults)
    name = folders.get(place, place)
    if name not in found:
        known = [*found, *folders]
        raise PolicyFault(f"没有“{place}”的参保政策", allowed="、".join(found), do=near(place, known))
    return Enrolment(name, tuple(found[each] for each in dict.fromkeys((name, NATION)) if each in found))


def read_enrolment(document: Document) -> EnrolmentFile:
    """One file, checked. Raises all its faults."""
    file = read_model(EnrolmentFile, document)
    faults: list[DoudiError] = []
    years = [part.coverage_year for part in file.premiums]
    for i, year in enumerate(years):
        if year in years[:i]:
            place = ("premiums", i, "coverage_year")
            faults.append(at(document, place, f"参保年度 {year} 写了两次", do="只留一项"))
    for i, part in enumerate(file.subsidies):
        for other in file.subsidies[:i]:
            last, before = part.to or 9999, other.to or 9999
            if other.category == part.category and part.from_ <= before and other.from_ <= last:
                what = f"“{part.category}”的资助年度重叠"
                faults.append(at(document, ("subsidies", i), what, do="改正 from 与 to"))
    for key in ("groups", "newborn_days", "collection_month", "targets"):
        _no_overlap(document, key, getattr(file, key), faults)
    raise_in_order(faults)
    return file


def _no_overlap(document: Document, key: str, parts: Sequence[_T], faults: list[DoudiError]) -> None:
    for i, part in enumerate(parts):
        for other in parts[:i]:
            if getattr(part, "name", "") != getattr(other, "name", ""):
                continue
            if part.from_ <= (other.to or dt.date.max) and other.from_ <= (part.to or dt.date.max):
                faults.append(at(document, (key, i), "有效期重叠", do="改正 from 与 to"))
