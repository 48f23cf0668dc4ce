"""Money is an integer number of fen inside, yuan at the edges; nothing here ever passes through a float.

An amount counts as money only when it lies within a millionth of a yuan of a whole fen. Whole columns are
converted by `doudi.facts.money`, under the same rule.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from doudi.common.errors import InputFault
from doudi.common.exact import (
    MOST_UNITS,
    ROUNDING_MODES,
    NotExact,
    RoundingMode,
    round_div,
    units_from_decimal,
    units_from_text,
)

__all__ = [
    "ALLOWED",
    "FEN",
    "MOST_FEN",
    "ROUNDING_MODES",
    "RoundingMode",
    "fen_from_decimal",
    "fen_from_text",
    "round_div",
    "yuan_text",
]

FEN: Final = 2
"""A fen is a yuan's second decimal."""

#: The largest amount that decimal(16,2), the national column type, can hold.
MOST_FEN: Final = MOST_UNITS
ALLOWED: Final = "金额（元），最多两位小数，如 1786.95 或 1,786.95"

_SHOWN = 40


def fen_from_text(text: str, where: str | None = None) -> int:
    """Read an amount in yuan; full-width digits, thousands commas and a spreadsheet's tail are understood."""
    try:
        return units_from_text(text, FEN)
    except NotExact as why:
        raise _not_money(text, str(why), where) from None


def fen_from_decimal(value: Decimal | int, where: str | None = None) -> int:
    """Take an exact amount in yuan, under the same tolerance as text."""
    try:
        return units_from_decimal(value, FEN)
    except NotExact as why:
        raise _not_money(str(value), str(why), where) from None


def yuan_text(fen: int) -> str:
    """Write fen as yuan with two decimals, the form used at every text edge."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def _not_money(text: str, why: str, where: str | None) -> InputFault:
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return InputFault(
        f"“{shown}”不能作金额：{why}",
        where=where,
        allowed=ALLOWED,
        do="按元填写，去掉单位、公式和说明文字，核对位数",
    )
