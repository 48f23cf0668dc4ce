"""Exact decimals as integers: text and decimals become whole units of 10^-scale, by one rule.

A value counts only when it lies within a ten-thousandth of a unit of a whole unit; that forgives the
binary tail of a spreadsheet (1786.9499999999998) and nothing else. `round_div` is the one place where
Doudi rounds. This module must not know what the units mean.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final, Literal

RoundingMode = Literal["half_up", "half_even", "down", "up"]
ROUNDING_MODES: Final = ("half_up", "half_even", "down", "up")

#: The most units taken: the national decimals have sixteen digits.
MOST_UNITS: Final = 10**16 - 1
#: The reciprocal of the part of a unit by which a value may miss it.
FORGIVEN: Final = 10_000

_DECIMAL = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?", re.ASCII)
_LONGEST = 48  # no amount that a ledger or a spreadsheet writes is longer; keeps hostile text cheap
_SMALLEST = 1100  # a double written out in full has fewer decimals


class NotExact(ValueError):  # noqa: N818 -- the caller's vocabulary: a value is not exact
    """The value is no number, not a whole number of units, or has too many digits; says which, in Chinese."""


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


def units_from_text(text: str, scale: int) -> int:
    """Read a plain decimal; full-width digits and thousands commas are understood, exponents are not."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).strip().replace("\u2212", "-")
    match = _DECIMAL.fullmatch(plain) if len(text) <= _LONGEST else None
    if not match or not (match[2] or match[3]):
        raise NotExact("不是数字")
    whole, fraction = match[2].replace(",", ""), match[3] or ""
    return _whole_units(int(whole + fraction), len(fraction), scale, negative=match[1] == "-")


def units_from_decimal(value: Decimal | int | float, scale: int) -> int:
    """Take an exact number (a float by its exact binary value) under the same rule as text."""
    number = Decimal(value)
    if not number.is_finite():
        raise NotExact("不是数字")
    sign, digits, power = number.as_tuple()
    exponent = int(power)
    if len(digits) + exponent > _LONGEST:
        raise NotExact("大得不合理")
    if exponent < -_SMALLEST:
        raise NotExact("小数位数过多")
    unscaled: int = int("".join(map(str, digits))) * 10 ** max(exponent, 0)
    return _whole_units(unscaled, max(-exponent, 0), scale, negative=bool(sign))


def _whole_units(unscaled: int, places: int, scale: int, *, negative: bool) -> int:
    if places <= scale:
        units: int = unscaled * 10 ** (scale - places)
    else:
        one: int = 10 ** (places - scale)
        units = round_div(unscaled, one)
        if abs(unscaled - units * one) * FORGIVEN > one:
            raise NotExact("小数位数过多")
    if units > MOST_UNITS:
        raise NotExact("大得不合理")
    return -units if negative else units
