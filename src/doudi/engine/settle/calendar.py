"""Days since 1970-01-01 as years, months and days, inside compiled code (proleptic Gregorian)."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def civil(day: int) -> tuple[int, int, int]:
    """Year, month, day of the month."""
    z = day + 719468
    era = z // 146097
    doe = z - era * 146097
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (1 if month <= 2 else 0), month, doy - (153 * mp + 2) // 5 + 1


@njit(cache=True, nogil=True)
def completed_years(start: int, day: int) -> int:
    """Whole years from `start` to `day`; someone born on 29 February completes a year on 1 March."""
    y0, m0, d0 = civil(start)
    y1, m1, d1 = civil(day)
    return y1 - y0 - (1 if (m1, d1) < (m0, d0) else 0)


@njit(cache=True, nogil=True)
def year_of(day: int, month: int, first: int) -> int:
    """The year of accumulators a day falls in, when years start on month/first."""
    y, m, d = civil(day)
    return y - (1 if (m, d) < (month, first) else 0)
