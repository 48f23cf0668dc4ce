"""Cells that no column can use: errors of a spreadsheet, text whose characters were read in the wrong code, blanks
spelled out. This module must not know kinds of values."""

from __future__ import annotations

import re
from typing import Final

from doudi.ledgers.reading.plain import folded

NOTHING: Final = frozenset(
    {"", "-", "--", "---", "—", "——", "/", "\\", "//", "无", "暂无", "没有", "空", "未知", "不详", "null", "none", "nan", "n/a", "na", "nil", "、", ".", "*", "（空）", "(空)", "(null)", "空白", "\\n"}
)  # fmt: skip
ERRORS: Final = r"^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$|^#+$|^Err:\d{3}$"
_ERROR = re.compile(ERRORS, re.IGNORECASE)
#: RE2: whatever only damaged text holds; the letters of Latin 1 and Latin Extended stand for bytes read as Western.
DAMAGED: Final = r"[\x{fffd}\x{0080}-\x{009f}\x{00c0}-\x{00d6}\x{00d8}-\x{00f6}\x{00f8}-\x{024f}\x{e000}-\x{f8ff}]|锟斤拷|锟斤|烫烫|屯屯|\?\?|[\x{3400}-\x{9fff}]\?|^\?|[\x{25a1}\x{25a0}\x{25af}]"
_DAMAGED = re.compile(
    "[\ufffd\x80-\x9fÀ-ÖØ-öø-ɏ\ue000-\uf8ff]|锟斤拷|锟斤|烫烫|屯屯|\\?\\?|[\u3400-\u9fff]\\?|^\\?|[□■▯]"
)


def _lead_of_three() -> str:
    """Characters whose GBK bytes could open a character of three bytes in UTF-8."""
    out = []
    for lead in range(0xE4, 0xEA):
        for trail in range(0x80, 0xC0):
            try:
                out.append(bytes((lead, trail)).decode("gbk"))
            except UnicodeDecodeError:
                continue
    return "".join(out)


#: RE2 class: a text that opens with one of these may be UTF-8 that was read as GBK (寮犱笁).
MAYBE_UTF8: Final = "^[" + "".join(rf"\x{{{ord(one):04x}}}" for one in _lead_of_three()) + "]"
_MAYBE_UTF8 = frozenset(_lead_of_three())
_LATIN = re.compile("[\x80-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{3,}")
_CHINESE = re.compile("[\u3400-\u9fff·（）()、，。]+")


def is_nothing(text: str) -> bool:
    """Whether a cell says in some way that it is empty."""
    return folded(text).lower() in NOTHING


def is_error(text: str) -> bool:
    """Whether a cell shows an error of a spreadsheet."""
    return bool(_ERROR.match(text.strip()))


def is_damaged(text: str) -> bool:
    """Whether characters of a text were lost or read in the wrong code."""
    return bool(_DAMAGED.search(text)) or undamaged(text) != ""


def undamaged(text: str) -> str:
    """The Chinese that a text was before its bytes were read in the wrong code; empty if it was not, or is lost."""
    if text[:1] in _MAYBE_UTF8:
        for cut in (len(text), len(text) - 1):
            try:
                was = text[:cut].encode("gb18030").decode("utf-8")
            except UnicodeError:
                continue
            if cut >= 2 and _CHINESE.fullmatch(was):
                return was if cut == len(text) else ""
    if _LATIN.search(text):
        for wrong in ("cp1252", "latin-1"):
            for right in ("utf-8", "gbk"):
                try:
                    was = text.encode(wrong).decode(right)
                except UnicodeError:
                    continue
                if _CHINESE.fullmatch(was):
                    return was
    return ""
