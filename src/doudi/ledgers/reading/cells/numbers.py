"""Sums, counts and measured numbers, exact: the measure of the column or of the cell is worked in by integers."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.exact import NotExact, units_from_decimal, units_from_text
from doudi.facts.numbers import decimal_from_units, units_from_array
from doudi.ledgers.reading.cells.column import Column, Wrong
from doudi.ledgers.reading.cells.damage import NOTHING, is_error
from doudi.ledgers.reading.units import MEASURES, factor
from doudi.policy.ledgers.kind import LedgerColumn

_MOST = 2**62
_PLAIN_MONEY = re.compile(r"(?:人民币|RMB|CNY|¥|￥)?(.*?)(?:整|正)?", re.IGNORECASE)
_WITH_UNIT = re.compile(r"([-+(]*[\d,.]+[)]?)([^\d.,()]{1,5})")
_BRACKETED = re.compile(r"[(](\d[\d,]*(?:\.\d*)?)[)]")
_SPACED = re.compile(r"[-+]?\d{1,3}(?: \d{3})+(?:\.\d+)?")
_UNITS = frozenset(word for table in MEASURES.values() for word in table) | frozenset(
    [
        "人",
        "户",
        "口",
        "名",
        "个",
        "次",
        "台",
        "辆",
        "套",
        "间",
        "头",
        "只",
        "岁",
        "周岁",
        "天",
        "日",
        "年",
        "月",
        "个月",
        "栋",
        "处",
        "条",
        "学年",
        "学期",
        "份",
        "亩",
        "棵",
        "株",
        "h",
        "小时",
    ]
)
_CAPITAL = (
    dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True))
    | dict(zip("〇一二三四五六七八九", range(10), strict=True))
    | {"两": 2}
)
_CAPITAL_UNIT = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}


def read_numbers(array: pa.Array, column: LedgerColumn, unit: str, numbers: pa.Array) -> Column:
    """A column of money (fen), counts (whole) or decimals (units of the scale). `unit`: as written above or beside."""
    kind = column.column.kind
    money = kind == "money"
    scale = 2 if money else column.column.scale
    kept_in = "元" if money else column.column.unit
    times = factor(unit, kept_in) or Fraction(1)
    values, bad = _by_power(array, scale, times)
    result = Column(values)
    places = np.flatnonzero(bad)
    if len(places):
        was_number = numbers.to_numpy(zero_copy_only=False)
        odd = array.take(pa.array(places)).to_pylist()
        cache: dict[tuple[str, bool], Any] = {}
        read: list[int | None] = []
        for place, text in zip(places.tolist(), odd, strict=True):
            key = (text, bool(was_number[place]))
            if key not in cache:
                cache[key] = _one(text, scale, times, kept_in, money=money, number=key[1])
            found = cache[key]
            if isinstance(found, Wrong):
                result.wrong[place] = found
            read.append(None if isinstance(found, Wrong) else found)
        result.values = pc.replace_with_mask(values, pa.array(bad), pa.array(read, pa.int64()))
    _bound(result, column)
    if kind == "number":
        result.values = decimal_from_units(result.values, scale)
    return result


def _by_power(array: pa.Array, scale: int, times: Fraction) -> tuple[pa.Array, Any]:
    """Where the measure is a power of ten the decimal point moves; else what was read is multiplied, if exact."""
    power = _power_of_ten(times)
    if power is not None and scale + power >= 0:
        return units_from_array(array, scale + power)
    bad = pc.is_valid(array).to_numpy(zero_copy_only=False).copy()
    return pa.nulls(len(array), pa.int64()), bad


def _power_of_ten(times: Fraction) -> int | None:
    power = 0
    while times >= 10 and times.denominator == 1 and times.numerator % 10 == 0:
        times, power = times / 10, power + 1
    while times < 1 and times.numerator == 1 and times.denominator % 10 == 0:
        times, power = times * 10, power - 1
    return power if times == 1 else None


def _one(text: str, scale: int, times: Fraction, kept_in: str, *, money: bool, number: bool) -> Any:
    plain = (
        unicodedata.normalize("NFKC", text).strip().strip("'‘’`\"").replace("\u2212", "-").replace("—", "-")
    )
    wrong = "money_bad" if money else "number_bad"
    if _SPACED.fullmatch(plain):
        plain = plain.replace(" ", "")
    plain = "".join(plain.split())
    if plain.lower() in NOTHING or plain in {"-元", "/元"}:
        return None
    if is_error(text):
        return Wrong("error_cell")
    if number and "E" in plain.upper():
        try:
            return _exact(Decimal(plain), scale, times, wrong)
        except InvalidOperation:
            return Wrong(wrong)
    if money and (found := _PLAIN_MONEY.fullmatch(plain)):
        plain = found[1]
    negative = False
    if plain[:1] in "-+△▲" and plain[1:2] in "¥￥":
        plain = plain[0] + plain[2:]
    if plain[:1] in "△▲":
        plain = "-" + plain[1:]
    plain = plain.replace("口人", "口").replace("圆", "元")
    if (found := _WITH_UNIT.fullmatch(plain)) and (found[2] in _UNITS or found[2] == "%"):
        plain, own = found[1], found[2]
        if own == "%":
            times = Fraction(1) if kept_in == "%" else Fraction(1, 100)
        else:
            measured = factor(own, kept_in) if kept_in else Fraction(1)
            if measured is None:
                return Wrong(wrong, "unit")
            times = measured
    if found := _BRACKETED.fullmatch(plain):
        negative, plain = True, found[1]
    try:
        if times == 1:
            units = units_from_text(plain, scale)
        else:
            fine = units_from_text(plain, 8)
            whole = Fraction(fine, 10**8) * times * 10**scale
            if whole.denominator != 1:
                return Wrong(wrong, "places")
            units = whole.numerator
    except NotExact as why:
        counted = _in_capitals(plain, scale) if money else _in_words(plain, scale)
        return (
            counted
            if counted is not None
            else Wrong(wrong, "places" if "小数" in str(why) else _meant(plain))
        )
    return -units if negative else units


def _exact(value: Decimal, scale: int, times: Fraction, wrong: str) -> Any:
    try:
        units = units_from_decimal(value * times.numerator, scale)
    except NotExact:
        return Wrong(wrong, "places")
    return units // times.denominator if units % times.denominator == 0 else Wrong(wrong, "places")


def _meant(plain: str) -> str:
    if re.fullmatch(r"[\d.,]+[-~—至到][\d.,]+\D*", plain):
        return "range"
    if re.search("约|左右|多|余|以上|以下|大概|估", plain):
        return "about"
    return "letters" if re.search("[A-Za-z]", plain) else ""


def _in_capitals(plain: str, scale: int) -> int | None:
    """壹万贰仟叁佰元伍角整, in fen."""
    if not re.fullmatch("[零壹贰叁肆伍陆柒捌玖〇一二三四五六七八九两拾十佰百仟千万亿元圆块角分]+", plain):
        return None
    if not re.search("[拾十佰百仟千万亿元圆块]", plain):
        return None
    total = section = digit = 0
    fen, seen_yuan = 0, False
    for one in plain:
        if one in _CAPITAL:
            digit = _CAPITAL[one]
        elif one in _CAPITAL_UNIT:
            section, digit = section + (digit or 1) * _CAPITAL_UNIT[one], 0
        elif one in "万亿":
            total, section, digit = (total + section + digit) * (10**4 if one == "万" else 10**8), 0, 0
        elif one in "元圆块":
            total, section, digit, seen_yuan = total + section + digit, 0, 0, True
        elif one == "角":
            fen, digit = fen + digit * 10, 0
        else:
            fen, digit = fen + digit, 0
    if not seen_yuan:
        total, digit = total + section + digit, 0
    return (total * 100 + fen) * 10 ** (scale - 2) if scale >= 2 and not digit else None


_DIGITS = {one: i for i, one in enumerate("一二三四五六七八九", 1)} | {"两": 2}


def _in_words(plain: str, scale: int) -> int | None:
    """四, 十二, 二十: counts up to 99."""
    tens, ten, ones = plain.rpartition("十")
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS) or not (ten or ones):
        return None
    count = (_DIGITS[tens] if tens else 1) * 10 * bool(ten) + (_DIGITS[ones] if ones else 0)
    return int(count * 10**scale)


def _bound(result: Column, column: LedgerColumn) -> None:
    """Take out what lies beyond the column's bounds; a sum below nought where no sign is expected."""
    scale = 10**column.column.scale if column.column.kind == "number" else 1
    least = column.least * scale if column.least is not None else None
    if least is None and column.column.kind in ("money", "count") and not column.column.signed:
        least = 0
    most = column.most * scale if column.most is not None else _MOST
    outside = pc.greater(result.values, most)
    if least is not None:
        outside = pc.or_(outside, pc.less(result.values, least))
    if not pc.any(outside).as_py():
        return
    outside = outside.fill_null(False)
    for place in np.flatnonzero(outside.to_numpy(zero_copy_only=False)).tolist():
        result.wrong[place] = Wrong("number_out")
    result.values = pc.if_else(outside, None, result.values)
