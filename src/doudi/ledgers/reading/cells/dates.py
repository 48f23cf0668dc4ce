"""Days, months and years in every spelling that leaves no doubt: 2023.1.9, 20230109, 2023年1月9日, serial 44927.

Two-digit years, 1/9/2023 and days that do not exist are refused: the sender knows what was meant, we do not.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.reading.cells.column import Column, Wrong, by_distinct, merge
from doudi.ledgers.reading.cells.damage import NOTHING, is_error
from doudi.ledgers.reading.plain import folded
from doudi.policy.ledgers.kind import LedgerColumn

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2100, 12, 31)
_SERIAL_ZERO = date(1899, 12, 30)
_CLOCK = r"(?:[T]?\d{1,2}(?::|时|点)\d{1,2}(?:(?::|分)\d{1,2}秒?(?:\.\d+)?)?分?)?"
_DAY = re.compile(
    rf"(\d{{4}})\s*([-/.年,，、。\\])(\d{{1,2}})([-/.月,，、。\\])(\d{{1,2}})[日号]?\.?{_CLOCK}", re.ASCII
)
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?(?:\.0)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})[-/.年,，、。\\](\d{1,2})月?(?:份|底|初)?", re.ASCII)
_SOLID_MONTH = re.compile(r"(\d{4})(\d{2})(?:\.0)?", re.ASCII)
_YEAR = re.compile(r"(\d{4})(?:年|年度|\.0)?", re.ASCII)
_SERIAL = re.compile(r"(\d{3,5})(?:\.\d+)?", re.ASCII)
_OPEN: Final = frozenset(
    {
        "长期",
        "永久",
        "长期有效",
        "至今",
        "长期享受",
        "无固定期限",
        "长年",
        "今",
        "在册",
        "目前",
        "9999-12-31",
        "99991231",
        "9999/12/31",
    }
)
_YEAR_AS_DAY: Final = 1905
_FIRST_SERIAL, _LAST_SERIAL = 9_863, 73_415  # 1927 and 2100: a shorter number is a year or a slip
_DASHES = re.compile("[‐‑‒–—−~]")
_APART = re.compile(r"\d\s+\d")
_CHINESE = {one: str(i) for i, one in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "O": "0",
    "元": "1",
}


def read_days(array: pa.Array, numbers: pa.Array) -> Column:
    """A column of days. Where only a month is written its first day is taken, and `beside["month_only"]` says so."""
    sure = _sure(array)
    rest = pc.and_(array.is_valid(), sure.is_null())
    column, month_only = Column(sure), pa.repeat(pa.scalar(False), len(array))
    if pc.any(rest).as_py():
        others = array.filter(rest)
        part = _split(others, numbers.filter(rest), _day, pa.date32())
        places = np.flatnonzero(rest.to_numpy(zero_copy_only=False))
        column.values = pc.replace_with_mask(sure, rest, part.values)
        column.wrong = {int(places[i]): why for i, why in part.wrong.items()}
        month_only = pc.replace_with_mask(month_only, rest, pc.match_substring_regex(others, _MONTH_ONLY))
    column.beside["month_only"] = month_only
    return column


def _sure(array: pa.Array) -> pa.Array:
    """The days of cells that are written 20230109 or 2023-01-09, the ways that systems write; null for all others."""
    seen = array.dictionary_encode()
    solid = pc.replace_substring_regex(seen.dictionary, _SYSTEMS, r"\1\2\3\4")
    solid = pc.if_else(
        pc.match_substring_regex(seen.dictionary, _SYSTEMS), solid, pa.scalar(None, pa.string())
    )
    days = pc.strptime(solid, format="%Y%m%d", unit="s", error_is_null=True)
    days = pc.if_else(pc.equal(pc.strftime(days, format="%Y%m%d"), solid), days, pa.scalar(None, days.type))
    return days.cast(pa.date32()).take(seen.indices)


_SYSTEMS = r"^((?:19|20)[0-9]{2})(?:-([01][0-9])-|([01][0-9]))([0-3][0-9])$"
_MONTH_ONLY = r"^\s*[12]\d{3}\s*[-/.年]?\s*(0?[1-9]|1[0-2])\s*月?(份|底|初)?\s*$"


def read_months(array: pa.Array, numbers: pa.Array, kind: pa.DataType) -> Column:
    """A column of months, as their first day or as 202506."""

    def one(text: str, *, number: bool) -> Any:
        if re.fullmatch(r"(?:19|20)\d{3}", folded(text)):  # 20256 is a month with a digit lost, not a serial
            return Wrong("date_bad")
        found = _day(text, number=number)
        if not isinstance(found, date):
            return found
        first = found.replace(day=1)
        return first if kind == pa.date32() else first.year * 100 + first.month

    if pa.types.is_string(kind):
        column = read_months(array, numbers, pa.int64())
        return Column(column.values.cast(pa.string()), column.wrong)
    return _split(array, numbers, one, kind)


def read_years(array: pa.Array, numbers: pa.Array, declared: LedgerColumn) -> Column:
    """A column of years within its bounds; a day or month stands for its year."""
    kind = declared.column.arrow
    first, last = declared.least or EARLIEST.year, declared.most or LATEST.year

    def one(text: str, *, number: bool) -> Any:
        plain = folded(text)
        if found := _YEAR.fullmatch(plain):
            year = int(found[1])
            return year if first <= year <= last else Wrong("date_out")
        if re.fullmatch(r"[〇零○一二三四五六七八九]{4}年?度?", plain):
            return int("".join(_CHINESE[one] for one in plain[:4]))
        day = _day(text, number=number and len(plain) > 5)
        if isinstance(day, date):  # 2025 shown as a date is a day of 1905
            return day.year if day.year != _YEAR_AS_DAY else Wrong("date_bad")
        return day

    column = _split(array, numbers, one, pa.int64())
    return column if pa.types.is_int64(kind) else Column(column.values.cast(kind), column.wrong)


def _split(array: pa.Array, numbers: pa.Array, one: Any, kind: pa.DataType) -> Column:
    """Cells that were numbers in the file and cells that were text are told apart: 2023.1 is not the same in both."""
    if not pc.any(numbers).as_py():
        return by_distinct(array, lambda text: one(text, number=False), kind)
    parts = [
        (numbers, by_distinct(pc.if_else(numbers, array, None), lambda text: one(text, number=True), kind)),
        (
            pc.invert(numbers),
            by_distinct(pc.if_else(numbers, None, array), lambda text: one(text, number=False), kind),
        ),
    ]
    return merge(parts, len(array), kind)


def _day(text: str, *, number: bool) -> Any:
    if len(text) == 10 and text[4] == "-" == text[7] and text not in _OPEN:
        try:
            return _within(date.fromisoformat(text))
        except ValueError:
            pass
    plain = _DASHES.sub("-", folded(text).strip("'‘’`\"")).replace("元月", "1月")
    if plain.lower() in NOTHING or plain in _OPEN:
        return None
    if is_error(text):
        return Wrong("error_cell")
    if _APART.search(text.strip()):  # 2023 1 9 in three lines or with blanks is not 202319
        return _spaced(text) or (_parted(plain) if _DAY.fullmatch(plain) else Wrong("date_bad"))
    return (
        _parted(plain) or _short(plain, number=number) or _in_words(plain) or Wrong("date_bad", _why(plain))
    )


def _parted(plain: str) -> Any:
    """A whole day, or None."""
    if found := _DAY.fullmatch(plain) or _SOLID.fullmatch(plain):
        groups = found.groups()
        parts = (groups[0], groups[2], groups[4]) if len(groups) == 5 else groups[:3]
        return _made(*(int(part) for part in parts))
    return None


def _short(plain: str, *, number: bool) -> Any:
    """A month, a year or a serial number, or None."""
    if number and re.fullmatch(r"\d{4}\.1", plain):  # 2023.10 is the same number as 2023.1
        return Wrong("date_bad", "month_or_tenth")
    if found := _MONTH.fullmatch(plain):
        return _made(int(found[1]), int(found[2]), 1)
    if (found := _SOLID_MONTH.fullmatch(plain)) and EARLIEST.year <= int(found[1]) <= LATEST.year:
        return _made(int(found[1]), int(found[2]), 1)
    if found := _SERIAL.fullmatch(plain):
        serial = int(found[1])
        short = number and len(found[1]) < 5 and not EARLIEST.year <= serial <= LATEST.year
        if _FIRST_SERIAL <= serial <= _LAST_SERIAL or short:
            return _within(_SERIAL_ZERO + timedelta(days=serial))
        return Wrong("date_bad", "year_only" if EARLIEST.year <= serial <= LATEST.year else "")
    return None


def _why(plain: str) -> str:
    if re.fullmatch(r"\d{2}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?", plain):
        return "two_digits"
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", plain):
        return "order"
    return "year_only" if _YEAR.fullmatch(plain) else ""


def _made(year: int, month: int, day: int) -> Any:
    try:
        return _within(date(year, month, day))
    except ValueError:
        return Wrong("date_bad", "no_day")


def _within(day: date) -> Any:
    return day if EARLIEST <= day <= LATEST else Wrong("date_out")


def _spaced(text: str) -> Any:
    found = re.fullmatch(r"\s*(\d{4})\s+(\d{1,2})\s+(\d{1,2})\s*", text, re.ASCII)
    return _made(*(int(part) for part in found.groups())) if found else None


def _in_words(plain: str) -> Any:
    """二〇二三年一月九日."""
    found = re.fullmatch(
        r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十廿]{1,3})[日号])?",
        plain,
    )
    if not found:
        return None
    year = int("".join(_CHINESE[one] for one in found[1]))
    return _made(year, _up_to_99(found[2]), _up_to_99(found[3]) if found[3] else 1)


def _up_to_99(text: str) -> int:
    text = text.replace("廿", "二十")
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(_CHINESE[one] for one in text))
    return (int(_CHINESE[tens]) if tens else 1) * 10 + (int(_CHINESE[ones]) if ones else 0)
