"""What a reconciliation is told by policy for one coverage year: premium, subsidies, groups, windows, targets.

Plain values, so that tests write them by hand; `rules_for` reads them from the dated parameters. A sum that nobody has
confirmed in the reference is None, and nobody is accused on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Base = Literal["hukou", "residents", "special"]
Denominator = Literal["whole", "due"]


@dataclass(frozen=True)
class Subsidy:
    """What a category is given towards the premium of a coverage year: all of it, or a sum (None: not known)."""

    full: bool = False
    amount_fen: int | None = None
    confirmed: bool = False


@dataclass(frozen=True)
class Target:
    """A share in basis points that a rate is held against, and the paper that says so."""

    name: str
    special: bool
    share: int
    denominator: Denominator = "due"
    document: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class Rules:
    """The policy of one coverage year. `groups`: the special groups that must all be covered."""

    coverage_year: int
    premium_fen: int | None = None
    subsidies: Mapping[str, Subsidy] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    newborn_days: int = 90
    targets: tuple[Target, ...] = ()
    unconfirmed: tuple[str, ...] = ()

    @property
    def first(self) -> dt.date:
        """The first day of the coverage year."""
        return dt.date(self.coverage_year, 1, 1)

    @property
    def last(self) -> dt.date:
        """The last day of the coverage year."""
        return dt.date(self.coverage_year, 12, 31)

    def day(self, as_of: dt.date) -> dt.date:
        """The day D for which the state is told and as of which the ledgers are seen."""
        return max(min(as_of, self.last), self.first)
