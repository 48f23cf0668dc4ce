"""Whether a handful of cells look like what a column holds: evidence beside the header, never instead of it.

This module must not read values; it only looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from doudi.ledgers.reading.cells.codes import code_table, yes_or_no
from doudi.ledgers.reading.plain import folded
from doudi.policy.ledgers.kind import LedgerColumn

ENOUGH = 40

_ID = re.compile(r"['‘]?[\dXx*]{14,22}|\d(\.\d+)?E\+?1\d", re.IGNORECASE)
_NAME = re.compile(
    r"[\u3400-\u9fff\U00020000-\U000323af]{2,4}|[\u3400-\u9fff]+[·•．.][\u3400-\u9fff·•．.]+|[A-Za-z .]{3,}"
)
_PHONE = re.compile(r"(?:\+?86-?)?1\d{10}|0\d{2,3}-?\d{7,8}|1\.\d+E\+?10|\d{7,8}", re.IGNORECASE)
_DATE = re.compile(
    r"(?:19|20)\d\d[-/.年]?\d{1,2}([-/.月]?\d{1,2}日?)?月?( ?\d.*)?|\d{5}|\d{2}[-/.]\d{1,2}[-/.]\d{1,2}"
)
_YEAR = re.compile(r"(?:19|20)\d\d年?度?(-.*)?")
_NUMBER = re.compile(
    r"[-+(¥￥]*[\d,]*\.?\d+(?:E[-+]?\d+)?[)]?(?:[%元亩人岁个月天㎡户口]|万元|平方米|公里)*", re.IGNORECASE
)
_ACCOUNT = re.compile(r"[\d -]{10,30}|\d(\.\d+)?E\+?\d\d", re.IGNORECASE)

Look = Callable[[str], bool]


def looks_like(column: LedgerColumn, sample: Sequence[str]) -> float | None:
    """The share of the cells that look like the column's values; None where that cannot be said."""
    look = _look(column)
    if look is None or not sample:
        return None
    return sum(look(folded(text)) for text in sample) / len(sample)


def _look(column: LedgerColumn) -> Look | None:
    whole = _BY_ROLE.get(column.role) or _BY_KIND.get(column.column.kind)
    if whole:
        return lambda text: bool(whole.fullmatch(text))
    if column.role == "yesno":
        return lambda text: yes_or_no(text) is not None
    if column.column.kind == "code" and (column.values or column.column.codes):
        table = code_table(column)
        # A list that is open knows only some of its values: a number is not among the others.
        return lambda text: (
            text.lower() in table.spelled or (not table.closed and not text[:1].isdigit() and len(text) < 12)
        )
    if column.role in ("address", "division"):
        return lambda text: not _NUMBER.fullmatch(text) or column.column.kind == "id"
    return None


_BY_ROLE = {
    "idcard": _ID, "name": _NAME, "phone": _PHONE, "account": _ACCOUNT, "year": _YEAR, "month": _DATE,
}  # fmt: skip
_BY_KIND = {"date": _DATE, "time": _DATE, "money": _NUMBER, "count": _NUMBER, "number": _NUMBER}
