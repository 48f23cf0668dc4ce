"""The few sums of the manual that a trace repeats in plain Python, so that its story is reckoned apart from the loop's."""

from __future__ import annotations

from typing import Any

from doudi.common.money import RoundingMode, round_div
from doudi.engine.settle import layout as c

_MODES: dict[int, RoundingMode] = {number: mode for mode, number in c.MODES.items()}  # type: ignore[misc]


def rounded(number: int, unit: int, mode: int) -> int:
    """A product of fen and ppm as fen, rounded to a multiple of `unit` fen."""
    return round_div(number, unit * c.PPM, _MODES[mode]) * unit


def band_ratio(bands: Any, band: int, age: int) -> int:
    """A band's ratio in ppm for a person's age."""
    ratio, slope, most = (int(bands[band, f]) for f in (c.BAND_PPM, c.BAND_SLOPE, c.BAND_MOST))
    return min(max(ratio + slope * age, 0), most) if slope else ratio


def sum_terms(terms: Any, offset: int, number: int, parts: Any, days: int) -> int:
    """A sum of a claim's amounts, not below zero."""
    rows = (terms[t] for t in range(offset, offset + number))
    return max(
        sum(
            int(row[c.TERM_SIGN]) * min(int(parts[row[c.TERM_COMPONENT]]), term_limit(row, days))
            for row in rows
        ),
        0,
    )


def term_limit(row: Any, days: int) -> int:
    """What of a term may be counted at most; `NEVER` or more where there is no limit."""
    by_day = int(row[c.TERM_PER_DAY]) * days if row[c.TERM_PER_DAY] >= 0 else c.NEVER
    return min(by_day, int(row[c.TERM_LIMIT]))


def cap_limit(cap: Any, days: int, enrolled_years: int) -> int:
    """A cap's limit for a claim: raised by years enrolled, then by day; `NEVER` where there is none."""
    limit = int(cap[c.CAP_LIMIT])
    if limit >= c.NEVER:
        return c.NEVER
    if cap[c.RAISE_PER_YEAR] > 0:
        years = max(enrolled_years - int(cap[c.RAISE_AFTER]), 0)
        limit += min(
            int(cap[c.RAISE_PER_YEAR]) * years, rounded(limit * int(cap[c.RAISE_MOST]), 1, c.HALF_UP)
        )
    return limit * days if cap[c.CAP_PER] == c.PER_DAY else limit


def cap_room(cap: Any, days: int, enrolled_years: int, used: Any) -> int:
    """What a cap leaves for a claim; `NEVER` where it has no limit."""
    room = cap_limit(cap, days, enrolled_years)
    if room < c.NEVER and cap[c.CAP_PER] == c.PER_YEAR:
        return max(room - int(used[cap[c.CAP_POOL]]), 0)
    return room
