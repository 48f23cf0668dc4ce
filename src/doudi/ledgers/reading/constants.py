"""What a whole sheet is about and no column says: the year in its title, the category in its sheet's name.

Only for required columns, and always told: a person should confirm it. This module must not know cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from doudi.ledgers.reading.cells.codes import code_table
from doudi.ledgers.reading.plain import folded
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind

_YEARS = (
    r"((?:19|20)\d\d)年度",
    r"((?:19|20)\d\d)年(?!\d|末)",
    r"((?:19|20)\d\d)(?:年|[-.]\d)",
    r"(?<!\d)(20\d\d)(?!\d)",
)


def constants(
    kind: LedgerKind, missing: Sequence[str], places: Sequence[tuple[str, str]], as_of: date
) -> tuple[dict[str, Any], list[str]]:
    """Column → value for required columns the sheet lacks, and the sentences that say so.

    `places`: what a text is called and the text, the nearest to the rows first.
    """
    found: dict[str, Any] = {}
    told: list[str] = []
    for name in missing:
        column = kind[name]
        value: int | str | None
        if column.role == "year":
            where, value = next(
                ((where, year) for where, text in places if (year := _year(text))), ("数据日期", as_of.year)
            )
        else:
            where, value = next(
                ((where, one) for where, text in places if (one := value_in(column, text))), ("", None)
            )
        if value is not None:
            found[name] = value
            told.append(f"没有“{column.zh}”这一列，按{where}取“{value}”，请确认")
    return found, told


def _year(text: str) -> int | None:
    plain = folded(text)
    for pattern in _YEARS:
        years = set(re.findall(pattern, plain))
        if len(years) == 1:
            return int(years.pop())
    return None


def value_in(column: LedgerColumn, text: str) -> str | None:
    """The one value of a list that a text names; the longest where one word holds another."""
    if column.column.kind != "code" or not (column.values or column.column.codes):
        return None
    plain = folded(text).lower()
    hits = {
        word: value
        for word, value in code_table(column).spelled.items()
        if len(word) >= 2 and not word.isdigit() and word in plain
    }
    longest = {
        value for word, value in hits.items() if not any(word != other and word in other for other in hits)
    }
    return longest.pop() if len(longest) == 1 else None
