"""The ways in which one division's name is written, so that 东风村, 东风村委会, 样东镇东风村 and 东风 3 组 are understood.

Text alone: knows no register and no dates. Nothing is guessed by likeness here; a form either is one of a name's
ways to be written or it is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, Literal

Level = Literal["county", "township", "village", "natural_village"]
LEVELS: Final[tuple[Level, ...]] = ("county", "township", "village", "natural_village")
ZH: Final[dict[Level, str]] = {
    "county": "县",
    "township": "乡镇",
    "village": "村",
    "natural_village": "自然村",
}

_ENDINGS: Final[dict[Level, tuple[str, ...]]] = {
    "county": ("自治县", "县", "市", "区", "旗"),
    "township": ("人民政府", "街道办事处", "街道办", "街道", "民族乡", "苏木", "办事处", "镇", "乡"),
    "village": (
        "社区居民委员会",
        "社区居委会",
        "村民委员会",
        "居民委员会",
        "行政村",
        "村委会",
        "居委会",
        "嘎查",
        "社区",
        "村",
        "居",
    ),
    "natural_village": ("自然村", "自然屯", "村民小组", "小组", "组", "屯", "社"),
}
_SEPARATORS = re.compile(r"[\s/\\|>,，、;；:：·.\-—_()（）]+")
_COUNT = re.compile(r"第?(\d{1,2})(?=组|队|社|村|屯|小组|村民小组)", re.ASCII)
_ORDINAL = re.compile(r"第(?=[一二三四五六七八九十]+(?:组|队|社|村|屯|小组|村民小组))")
_DIGITS = "零一二三四五六七八九"
_CODE = re.compile(r"\d{6,15}(?:[A-Z0-9]{0,6})", re.ASCII)

EXACT, SHORT, LIKE = range(3)
"""How a form meets a name: as it is; without its ending; with another ending of the same level."""


def plain(name: str) -> str:
    """A name in its one spelling: full-width letters narrowed, blanks and separators gone, 第3组 as 三组."""
    text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", name)).upper()
    return _ORDINAL.sub("", _COUNT.sub(lambda match: _chinese(int(match[1])), text))


def stem(text: str, level: Level) -> str:
    """A plain name without what its level puts behind it; the name itself where nothing would be left."""
    for ending in _ENDINGS[level]:
        if text.endswith(ending) and len(text) > len(ending):
            return text.removesuffix(ending)
    return text


def forms(name: str, level: Level, above: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Every way to write a division, with how it meets the name; `above`: plain names of what encloses it, nearest first."""
    full = plain(name)
    short = stem(full, level)
    front = ""
    for part in ("", *above):
        front = part + front
        yield front + full, EXACT
        if short != full:
            yield front + short, SHORT
        for ending in _ENDINGS[level]:
            if short + ending != full:
                yield front + short + ending, LIKE


def as_code(text: str) -> str | None:
    """A code without the noughts that fill it up (990101001000 is 990101001); None where the text is no code."""
    code = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not _CODE.fullmatch(code):
        return None
    if len(code) == 12:
        for width in (6, 9):
            if set(code[width:]) == {"0"}:
                return code[:width]
    return code


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number < 10:
        return _DIGITS[number]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
