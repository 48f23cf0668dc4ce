"""Days as counted from 1970, a whole column at a time: years, months, ends of years."""

from __future__ import annotations

import numpy as np

from doudi.sample.draws import Ints


def year_of(days: Ints) -> Ints:
    """The calendar year."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def month_number(days: Ints) -> Ints:
    """Months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def day_in_month(days: Ints) -> Ints:
    """The day of the month, from 1."""
    first = days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    within: Ints = days - first + 1
    return within


def year_end(days: Ints) -> Ints:
    """The 31 December of each day's year."""
    years = days.astype("datetime64[D]").astype("datetime64[Y]")
    last: Ints = (years + np.timedelta64(1, "Y")).astype("datetime64[D]").astype(np.int64) - 1
    return last


def full_months(first: Ints, day: Ints) -> Ints:
    """Completed months from one day to another."""
    months: Ints = month_number(day) - month_number(first) - (day_in_month(day) < day_in_month(first))
    return months
