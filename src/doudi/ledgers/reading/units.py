"""Measures written in a header or above a table, and what they make of a number. Exact, by integers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction

#: What one of each is, in the measure that columns are kept in: yuan, mu, person, metre, kilogram …
MEASURES: dict[str, dict[str, Fraction]] = {
    "元": {
        "元": Fraction(1),
        "人民币元": Fraction(1),
        "块": Fraction(1),
        "十元": Fraction(10),
        "百元": Fraction(100),
        "千元": Fraction(1000),
        "千": Fraction(1000),
        "百": Fraction(100),
        "万元": Fraction(10**4),
        "万": Fraction(10**4),
        "十万元": Fraction(10**5),
        "百万元": Fraction(10**6),
        "千万元": Fraction(10**7),
        "亿元": Fraction(10**8),
        "亿": Fraction(10**8),
        "角": Fraction(1, 10),
        "分": Fraction(1, 100),
    },
    "亩": {"亩": Fraction(1), "公顷": Fraction(15), "万亩": Fraction(10**4), "顷": Fraction(100)},
    "人": {"人": Fraction(1), "万人": Fraction(10**4), "口": Fraction(1), "名": Fraction(1), "人次": Fraction(1)},
    "米": {"米": Fraction(1), "m": Fraction(1), "公里": Fraction(1000), "千米": Fraction(1000), "km": Fraction(1000)},
    "公里": {"公里": Fraction(1), "千米": Fraction(1), "km": Fraction(1), "米": Fraction(1, 1000), "里": Fraction(1, 2)},
    "平方米": {"平方米": Fraction(1), "㎡": Fraction(1), "m2": Fraction(1), "平米": Fraction(1), "平方": Fraction(1)},
    "公斤": {
        "公斤": Fraction(1), "千克": Fraction(1), "kg": Fraction(1), "斤": Fraction(1, 2), "吨": Fraction(1000),
    },
    "吨": {"吨": Fraction(1), "t": Fraction(1), "公斤": Fraction(1, 1000), "千克": Fraction(1, 1000), "立方米": Fraction(1)},
    "个月": {"个月": Fraction(1), "月": Fraction(1), "年": Fraction(12)},
    "岁": {"岁": Fraction(1), "周岁": Fraction(1)},
    "天": {"天": Fraction(1), "日": Fraction(1)},
}  # fmt: skip
_SAME = {
    "㎡": "平方米",
    "m2": "平方米",
    "月": "个月",
    "周岁": "岁",
    "日": "天",
    "千克": "公斤",
    "口": "人",
    "人次": "人",
}
_PER = re.compile(r"[/每](?:人|户|年|月|天|日|年度|季|季度|次|人次|亩|月次|人年|人月|人/年|人/月).*$")
_IN_HEADER = re.compile(r"[(\[](?:单位[:,]?)?([^()\[\]]{1,10})[)\]]")
_AT_END = re.compile(
    r"(?:[/,:;、]|单位[:]?)(万元|千元|百元|亿元|元|亩|公顷|人|米|公里|平方米|㎡|吨|公斤|斤|个月)$"
)
_ABOVE = re.compile(r"(?:金额|计量|货币|数量|面积)?单位[:]([^()\[\]:]{1,30})")
_KNOWN = {word for table in MEASURES.values() for word in table}


def unit_in_header(text: str) -> str:
    """The measure a header names in brackets or behind a stroke; empty if none."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("m2", "㎡")
    for inner in reversed(_IN_HEADER.findall(plain)):
        for part in re.split("[,、;/:]", _PER.sub("", inner)):
            if _named(part):
                return part
    found = _AT_END.search(_PER.sub("", plain))
    return found[1] if found else ""


def units_above(texts: Iterable[str]) -> tuple[str, ...]:
    """The measures that the lines above a table name: 单位：万元、亩."""
    out: list[str] = []
    for text in texts:
        plain = "".join(unicodedata.normalize("NFKC", text).split())
        for found in _ABOVE.findall(plain):
            out += [part for part in map(_bare, re.split("[,、;/和及]", _PER.sub("", found))) if _named(part)]
    return tuple(dict.fromkeys(out))


def factor(unit: str, kept_in: str) -> Fraction | None:
    """What a number in `unit` is multiplied by to be in the column's own measure; None where that is not known."""
    unit, kept_in = _PER.sub("", unit), _PER.sub("", kept_in)
    if not unit or unit == kept_in:
        return Fraction(1)
    table = MEASURES.get(kept_in) or MEASURES.get(_SAME.get(kept_in, ""))
    return table.get(unit) if table else None


def fits(unit: str, kept_in: str) -> bool:
    """Whether a measure named above the table can be meant for a column."""
    return factor(unit, kept_in) is not None


def _bare(part: str) -> str:
    return re.sub(r"^(?:金额|人数|面积|户数|数量)[:]?", "", part)


def _named(part: str) -> bool:
    return part in _KNOWN or part == "㎡"
