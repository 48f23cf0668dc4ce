"""Names of people: 张 三 is 张三, dots of long names are one dot; digits, masks and two people in a cell are wrong."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.reading.cells.column import Column, Wrong, fill
from doudi.ledgers.reading.cells.damage import MAYBE_UTF8, NOTHING, is_damaged, is_error, undamaged
from doudi.ledgers.reading.plain import folded

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_PLAIN = r"^[\x{3007}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}]{2,6}$"
_ODD_PLAIN = rf"{MAYBE_UTF8}|锟斤|烫烫|屯屯|^(无|暂无|没有|未知|不详|空白)$"
_DOTS = re.compile("[·•・．.‧∙●⋅ᆞ・˙]")
_CHINESE = re.compile(f"[{_HAN}]{{2,8}}|[{_HAN}]+(?:·[{_HAN}]+)+")
_LATIN = re.compile(r"[A-Za-z]+(?:[ .'·,-]+[A-Za-z]+)*\.?")
_REMARK = re.compile(rf"([{_HAN}·]{{2,}})[(]([^()]{{1,12}})[)]")
_LONGEST = 40


def read_names(array: pa.Array) -> Column:
    """A column of names."""
    plain = pc.match_substring_regex(array, _PLAIN).fill_null(False)
    plain = pc.and_(plain, pc.invert(pc.match_substring_regex(array, _ODD_PLAIN).fill_null(False)))
    rest = pc.and_(pc.is_valid(array), pc.invert(plain))
    return fill(pc.if_else(plain, array, None), array, rest, read_name)


def read_name(text: str) -> Any:
    """One name, None for nothing, or what is wrong with it."""
    plain = folded(text)
    if plain.lower() in NOTHING:
        return None
    if is_error(text):
        return Wrong("error_cell")
    if is_damaged(plain):
        return Wrong("text_damaged", fix=undamaged(plain))
    spaced = " ".join(unicodedata.normalize("NFKC", text).split())
    if _LATIN.fullmatch(spaced) and len(spaced) > 1:
        return spaced
    name = _DOTS.sub("·", plain.strip("'\"“”‘’`")).strip("·")
    if _CHINESE.fullmatch(name) and len(name) <= _LONGEST:
        return name
    if any(one.isdigit() for one in name):
        bare = re.sub(r"\d+", "", name)
        return Wrong("name_bad", "digits", bare if _CHINESE.fullmatch(bare) else "")
    if "*" in name or "＊" in text or "×" in name or "某" in name:
        return Wrong("name_bad", "masked")
    if found := _REMARK.fullmatch(name):
        return Wrong("name_bad", "remark", found[1], found[1])
    if re.search("[、,，;；/]", name):
        return Wrong("name_bad", "several")
    if len(name) < 2:
        return Wrong("name_bad", "short")
    return Wrong("name_bad", "chars")
