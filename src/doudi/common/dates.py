"""Dates and times as ledgers write them; ages in completed years.

Nothing here reads the clock: whoever needs a day is handed one.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from doudi.common.errors import InputFault

EARLIEST = date(1900, 1, 1)
ALLOWED = "日期，如 2023-01-09、2023/1/9、2023.1.9、20230109、2023年1月9日，后面可带时间 10:11:12"

_LONGEST = 40
_CLOCK = r"(?:(?:\s+|T)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?"
_PARTED = re.compile(r"(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})(日?)" + _CLOCK, re.ASCII)
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?", re.ASCII)
_SIGNS = {("-", "-", ""), ("/", "/", ""), (".", ".", ""), ("年", "月", "日"), ("年", "月", "")}


def parse_date(text: str, where: str | None = None) -> date:
    """Read a day; a time of day behind it is left out."""
    return parse_time(text, where).date()


def parse_time(text: str, where: str | None = None) -> datetime:
    """Read a moment without a zone, to the second; a day alone is its midnight, fractions are cut off."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).strip()
    parts: tuple[str | None, ...] | None = None
    if len(text) > _LONGEST:
        pass
    elif (match := _PARTED.fullmatch(plain)) and (match[2], match[4], match[6]) in _SIGNS:
        parts = (match[1], match[3], match[5], match[7], match[8], match[9])
    elif match := _SOLID.fullmatch(plain):
        parts = match.groups()
    if parts:
        try:
            moment = datetime(*(int(part or 0) for part in parts))  # type: ignore[arg-type]  # noqa: DTZ001
        except ValueError:
            raise _not_a_date(text, where, "没有这一天或这一时刻") from None
        if moment.date() >= EARLIEST:
            return moment
        raise _not_a_date(text, where, "早于 1900 年")
    if re.fullmatch(r"\d{5}(\.\d+)?", plain, re.ASCII):
        raise _not_a_date(text, where, "像是表格软件的日期序号")
    raise _not_a_date(text, where, "不是日期")


def completed_years(born: date, on: date) -> int:
    """Age in completed years: one more on each birthday; born on 29 February, on 1 March of a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _not_a_date(text: str, where: str | None, why: str) -> InputFault:
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return InputFault(f"“{shown}”{why}", where=where, allowed=ALLOWED, do="改为 2023-01-09 这样的写法")
