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
_ODD_PLAIN = rf"{MAYBE_UTF8}|锟斤|烫烫|屯屯|某|^(无|暂无|没有|未知|不详|空白|待查|待定|待补|空户|测试|姓名)$"
_DOTS = re.compile("[·•・．.‧∙●⋅ᆞ・˙]")
_CHINESE = re.compile(f"[{_HAN}]{{2,8}}|[{_HAN}]+(?:·[{_HAN}]+)+")
_LETTERS = "[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]+"
_LATIN = re.compile(rf"{_LETTERS}(?:[ .'·,-]+{_LETTERS})*\.?")
_REMARK = re.compile(rf"([{_HAN}·]{{2,}})[(]([^()]{{1,12}})[)]")
_LONGEST = 40
_NOBODY = frozenset({"待查", "待定", "待补", "空户", "测试", "姓名"})
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_DOUBLE = frozenset(
    {
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "令狐",
        "慕容",
        "夏侯",
        "司徒",
        "长孙",
        "宇文",
    }
)


def read_names(array: pa.Array) -> Column:
    """A column of names."""
    plain = pc.match_substring_regex(array, _PLAIN).fill_null(False)
    plain = pc.and_(plain, pc.invert(pc.match_substring_regex(array, _ODD_PLAIN).fill_null(False)))
    rest = pc.and_(pc.is_valid(array), pc.invert(plain))
    return fill(pc.if_else(plain, array, None), array, rest, read_name)


def _two_people(text: str) -> bool:
    """Two names with a blank or a line break between: 张三 李四; not 欧阳 修文, not 张 三."""
    parts = text.split()
    if len(parts) < 2 or any(len(part) < 2 for part in parts):
        return False
    return parts[0] not in _DOUBLE and all(part[0] in _SURNAMES for part in parts) and len(parts) <= 4


def read_name(text: str) -> Any:
    """One name, None for nothing, or what is wrong with it."""
    plain = folded(text)
    if plain.lower() in NOTHING:
        return None
    if is_error(text):
        return Wrong("error_cell")
    if was := undamaged(text):
        return Wrong("text_damaged", fix=was)
    spaced = " ".join(unicodedata.normalize("NFKC", text).split())
    if _LATIN.fullmatch(spaced) and len(spaced) > 1:
        return spaced
    if is_damaged(plain):
        return Wrong("text_damaged")
    name = _DOTS.sub("·", plain.strip("'\"“”‘’`")).strip("·")
    if "某" in name:
        return Wrong("name_bad", "masked")
    if name in _NOBODY:
        return Wrong("name_bad")
    if _two_people(text):
        return Wrong("name_bad", "several")
    if _CHINESE.fullmatch(name) and len(name) <= _LONGEST:
        return name
    if any(one.isdigit() for one in name):
        bare = re.sub(r"\d+", "", name)
        return Wrong("name_bad", "digits", bare if _CHINESE.fullmatch(bare) else "")
    if "*" in name or "＊" in text or "×" in name:
        return Wrong("name_bad", "masked")
    if found := _REMARK.fullmatch(name):
        return Wrong("name_bad", "remark", found[1], found[1])
    if re.search("[、,，;；/]", name):
        return Wrong("name_bad", "several")
    if len(name) < 2:
        return Wrong("name_bad", "short")
    return Wrong("name_bad", "chars")
