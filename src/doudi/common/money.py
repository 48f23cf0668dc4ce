"""Money is an integer number of fen inside, yuan at the edges; nothing here ever passes through a float.

`round_div` is the one place where Doudi rounds. Whole columns are converted by `doudi.facts.money`, under
the same rule: a value counts as money only when it lies within a millionth of a yuan of a whole fen.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final, Literal

from doudi.common.errors import InputFault

RoundingMode = Literal["half_up", "half_even", "down", "up"]
ROUNDING_MODES: Final = ("half_up", "half_even", "down", "up")

#: The largest amount that decimal(16,2), the national column type, can hold.
MOST_FEN: Final = 10**16 - 1
ALLOWED: Final = "金额（元），如 1786.95、1,786.95；最多两位小数"

_AMOUNT = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?", re.ASCII)
_LONGEST = 48  # no amount that a ledger or a spreadsheet writes is longer; keeps hostile text cheap
_SMALLEST = 1100  # a double written out in full has fewer decimals


def round_div(numerator: int, denominator: int, mode: RoundingMode = "half_up") -> int:
    """Divide integers exactly and round by name.

    `half_up` rounds a half away from zero, `half_even` to the even neighbour, `down` towards zero, `up` away
    from it; all four mirror a negative amount on the positive one, so that a refund negates its original.
    """
    if denominator == 0:
        raise ZeroDivisionError("round_div by zero")
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    whole, rest = divmod(abs(numerator), abs(denominator))
    twice = 2 * rest - abs(denominator)
    if mode == "half_up":
        more = twice >= 0
    elif mode == "half_even":
        more = twice > 0 or (twice == 0 and whole % 2 == 1)
    elif mode == "down":
        more = False
    elif mode == "up":
        more = rest > 0
    else:
        raise ValueError(f"unknown rounding mode {mode!r}; allowed: {', '.join(ROUNDING_MODES)}")
    return sign * (whole + more)


def fen_from_text(text: str, where: str | None = None) -> int:
    """Read an amount in yuan; full-width digits, thousands commas and a spreadsheet's tail are understood."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).strip().replace("\u2212", "-")
    match = _AMOUNT.fullmatch(plain) if len(text) <= _LONGEST else None
    if not match or not (match[2] or match[3]):
        raise _not_money(f"“{_cut(text)}”不是金额", where)
    whole, fraction = match[2].replace(",", ""), match[3] or ""
    return _whole_fen(int(whole + fraction), len(fraction), match[1] == "-", text, where)


def fen_from_decimal(value: Decimal | int, where: str | None = None) -> int:
    """Take an exact decimal amount in yuan, under the same tolerance as text."""
    number = Decimal(value)
    if not number.is_finite():
        raise _not_money(f"“{value}”不是金额", where)
    sign, digits, exponent = number.as_tuple()
    exponent = int(exponent)
    if len(digits) + exponent > _LONGEST:
        raise _too_large(str(value), where)
    if exponent < -_SMALLEST:
        raise _not_money(f"“{value}”不是整分的金额", where)
    unscaled: int = int("".join(map(str, digits))) * 10 ** max(exponent, 0)
    return _whole_fen(unscaled, max(-exponent, 0), bool(sign), str(value), where)


def _whole_fen(unscaled: int, scale: int, negative: bool, text: str, where: str | None) -> int:
    if scale <= 2:
        fen: int = unscaled * 10 ** (2 - scale)
    else:
        unit = 10 ** (scale - 2)
        fen = round_div(unscaled, unit)
        if abs(unscaled - fen * unit) * 10_000 > unit:  # a millionth of a yuan is a ten-thousandth of a fen
            raise _not_money(f"“{_cut(text)}”不是整分的金额", where)
    if fen > MOST_FEN:
        raise _too_large(text, where)
    return -fen if negative else fen


def yuan_text(fen: int) -> str:
    """Write fen as yuan with two decimals, the form used at every text edge."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _not_money(what: str, where: str | None) -> InputFault:
    return InputFault(what, where=where, allowed=ALLOWED, do="按元填写，去掉单位、公式和说明文字")


def _too_large(text: str, where: str | None) -> InputFault:
    return InputFault(
        f"金额“{_cut(text)}”大得不合理",
        where=where,
        allowed=f"绝对值不超过 {yuan_text(MOST_FEN)} 元",
        do="核对单位是否为元、是否多写了位数",
    )
