"""One person's facts as the one-by-one settlement and its oracle take them: plain values, no tables.

A claim is a mapping with the inside names of `settlements` (text columns, dates, `*_fen` integers); what it leaves out
is empty or zero. Nothing here computes anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Claim = Mapping[str, Any]
#: (year, pool, item) → fen, or a number for `admissions`; items as in the manual §8.
Prior = Mapping[tuple[int, str, str], int]

OPEN = dt.date(9999, 12, 31)


@dataclass(frozen=True)
class Tag:
    """Something true of a person for a time; both days included."""

    column: str
    value: str
    from_: dt.date = dt.date(1900, 1, 1)
    to: dt.date = OPEN


@dataclass(frozen=True)
class Enrolment:
    """One period of insurance; both days included."""

    from_: dt.date
    to: dt.date = OPEN


@dataclass(frozen=True)
class Person:
    """A person: birth date, dated tags (`psn_idet_type`, `rloc_type`) and enrolment periods."""

    psn_no: str = ""
    brdy: dt.date | None = None
    tags: tuple[Tag, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()


@dataclass(frozen=True)
class Institution:
    """A hospital's level for a time; both days included."""

    fixmedins_code: str
    hosp_lv: str
    from_: dt.date = dt.date(1900, 1, 1)
    to: dt.date = OPEN


@dataclass(frozen=True)
class Settled:
    """One settled claim. `steps` has every step of the manual §8, in fen (`admissions` aside, all are sums).

    Layers that were off, not in the order, or did not apply have no steps. Payments per layer are in `paid`.
    """

    setl_id: str
    paid: Mapping[str, int]
    psn_pay_fen: int
    steps: Mapping[str, int] = field(repr=False, default_factory=dict)
