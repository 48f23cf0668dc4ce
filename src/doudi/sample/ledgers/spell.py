"""Values as people write them: days, sums, households' numbers. Whole columns; nothing is drawn here."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.sample.draws import Ints, Mask
from doudi.sample.order import EPOCH

FIRST, LAST = dt.date(1915, 1, 1), dt.date(2050, 12, 31)
EXCEL = dt.date(1899, 12, 30)
STYLES = ("iso", "dots", "cn", "compact", "serial", "slash", "month")
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


@cache
def _days(style: str) -> pa.Array:
    """Every day of a century and a half, written."""
    start, many = (FIRST - EPOCH).days, (LAST - FIRST).days + 1
    days = [EPOCH + dt.timedelta(start + n) for n in range(many)]
    return pa.array([_written(day, style) for day in days])


def _written(day: dt.date, style: str) -> str:
    match style:
        case "dots":
            return f"{day.year}.{day.month}.{day.day}"
        case "cn":
            return f"{day.year}年{day.month}月{day.day}日"
        case "compact":
            return f"{day:%Y%m%d}"
        case "serial":
            return str((day - EXCEL).days)
        case "slash":
            return f"{day.year}/{day.month}/{day.day}"
        case "month":
            return f"{day:%Y%m}"
        case _:
            return day.isoformat()


def days(values: Ints, style: str = "iso", empty: Mask | None = None) -> pa.Array:
    """Days since 1970 in a style; null where `empty`."""
    at = values - (FIRST - EPOCH).days
    return _days(style).take(pa.array(at.clip(0, (LAST - FIRST).days), mask=empty))


def yuan(fen: Ints, empty: Mask | None = None) -> pa.Array:
    """Sums in yuan with two decimals."""
    negative, size = fen < 0, np.abs(fen)
    whole, rest = size // 100, size % 100
    text = pc.binary_join_element_wise(numbers(whole), pc.utf8_lpad(numbers(rest), 2, "0"), ".")
    text = pc.if_else(pa.array(negative), pc.binary_join_element_wise("-", text, ""), text)
    return text if empty is None else pc.if_else(pa.array(empty), None, text)


def wan(fen: Ints) -> pa.Array:
    """Sums in ten thousand yuan, to the fen."""
    size = np.abs(fen)
    return pc.binary_join_element_wise(
        numbers(size // 1_000_000), pc.utf8_lpad(numbers(size % 1_000_000), 6, "0"), "."
    )


def numbers(values: Ints, empty: Mask | None = None) -> pa.Array:
    """Whole numbers."""
    return pa.array(values, mask=empty).cast(pa.string())


def separated(text: str) -> str:
    """1786.95 as 1,786.95."""
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}"
