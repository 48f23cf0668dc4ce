"""Sums that a published source prints, worked out exactly; nothing but numbers, + − × ÷, brackets, min and max.

Fractions throughout, so that 1/3 × 3 is 1. Every size is bounded: the text comes from a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from doudi.common.money import round_div
from doudi.policy.values import BadValue

How = Literal["rounded", "truncated"]

ALLOWED = "数、+ − × ÷、括号、min(…)、max(…)，如 (8000-650-700)*0.65"
LONGEST = 1000
DEEPEST = 40
_NUMBER = r"\d{1,18}(?:\.\d{1,12})?"
_WORD = re.compile(rf"\s*(?:({_NUMBER})|(min|max)\b|([-+*/(),]))", re.ASCII)
_SIGNS = str.maketrans("−–×÷（），＋－＊／", "--*/(),+-*/")


def read_exact(raw: object) -> Fraction:
    """A number as a source prints it: a sign, thousands commas and decimals, nothing else."""
    plain = raw.strip().translate(_SIGNS) if isinstance(raw, str) else ""
    if not re.fullmatch(rf"-?(?:\d{{1,3}}(?:,\d{{3}}){{1,5}}(?:\.\d{{1,12}})?|{_NUMBER})", plain, re.ASCII):
        raise BadValue(f"“{str(raw)[:40]}”不是数", "如 34790、-12.5、1,786.95")
    return Fraction(plain.replace(",", ""))


def work_out(formula: str) -> Fraction:
    """The value of a formula. Raises `BadValue`."""
    if len(formula) > LONGEST:
        raise BadValue("算式过长", f"至多 {LONGEST} 字")
    return _Reader(formula).whole()


def printed(value: Fraction, to: Fraction | None, how: How) -> Fraction:
    """A value as printed: rounded (half away from zero) or cut off to a whole number of `to`; None leaves it."""
    if to is None:
        return value
    parts = value / to
    return to * round_div(parts.numerator, parts.denominator, "half_up" if how == "rounded" else "down")


def show_exact(value: Fraction) -> str:
    """A number for people: at least two decimals, at most six."""
    text = f"{abs(round_div(value.numerator * 10**6, value.denominator)):07d}"
    sign, rest = "-" if value < 0 else "", text[-4:].rstrip("0")
    return f"{sign}{text[:-6]}.{text[-6:-4]}{rest}"


class _Reader:
    """Reads a formula from left to right, one level of binding per method."""

    def __init__(self, formula: str) -> None:
        self.words = self._split(formula.translate(_SIGNS).rstrip())
        self.at, self.depth = 0, 0

    def _split(self, text: str) -> list[str]:
        words, at = [], 0
        while at < len(text):
            match = _WORD.match(text, at)
            if match is None:
                raise BadValue(f"算式中不认识“{text[at:].strip()[:10]}”", ALLOWED)
            words.append(match[1] or match[2] or match[3])
            at = match.end()
        return [*words, ""]

    def whole(self) -> Fraction:
        value = self._sum()
        if self.words[self.at]:
            raise BadValue(f"算式在“{self.words[self.at]}”前已经完整", ALLOWED)
        return value

    def _sum(self) -> Fraction:
        value = self._product()
        while sign := self._take("+", "-"):
            right = self._product()
            value = value + right if sign == "+" else value - right
        return value

    def _product(self) -> Fraction:
        value = self._signed()
        while sign := self._take("*", "/"):
            right = self._signed()
            if sign == "/" and right == 0:
                raise BadValue("算式除以零", ALLOWED)
            value = value * right if sign == "*" else value / right
        return value

    def _signed(self) -> Fraction:
        sign = 1
        while taken := self._take("+", "-"):
            sign = -sign if taken == "-" else sign
        return sign * self._single()

    def _single(self) -> Fraction:
        word = self._take()
        if word[:1].isdigit():
            return Fraction(word)
        if word in ("min", "max"):
            self._need("(")
            values = [self._inside()]
            while self._take(","):
                values.append(self._inside())
            self._need(")")
            choose: Callable[[list[Fraction]], Fraction] = min if word == "min" else max
            return choose(values)
        if word == "(":
            value = self._inside()
            self._need(")")
            return value
        raise BadValue(f"算式在“{word or '末尾'}”处缺一个数", ALLOWED)

    def _inside(self) -> Fraction:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadValue("算式括号过深", f"至多 {DEEPEST} 层")
        value = self._sum()
        self.depth -= 1
        return value

    def _take(self, *wanted: str) -> str:
        """The next word if it is one of those wanted (or any, if none are named); else nothing."""
        word = self.words[self.at]
        if not word or (wanted and word not in wanted):
            return ""
        self.at += 1
        return word

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise BadValue(f"算式在“{self.words[self.at] or '末尾'}”处缺“{word}”", ALLOWED)
