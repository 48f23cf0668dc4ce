"""Text as it is compared: cells without the space nobody sees, headers in every form that still means the same.

This module must not know kinds of ledgers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from doudi.policy.ledgers.headers import header_key

_UNSEEN = "[\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
_ODD_END = "^[ \\t\\r\\n\u00a0\u3000\u2000-\u200f\u202a-\u202e\u2060\ufeff]|[ \\t\\r\\n\u00a0\u3000\u2000-\u200f\u202a-\u202e\u2060\ufeff]$"
_NUMBERING = re.compile(
    r"^(?:[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)]?[.、．)]|[①-⑳]|其中[:：]?)\s*(?=\D)"
)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_YEAR = re.compile(r"^(?:19|20)\d\d(?:年度|年|-)?(?=\D)")
_FILLER = re.compile(r"(?:基本|详细|主要|个人)?(?:信息|情况|资料|内容|明细|项目)$")
_STARS = re.compile(r"[*★☆※＊●▲#?？!！]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.'’&/-]*")
_HAN = re.compile("[\u3400-\u9fff]{2}")
_TAIL_DIGIT = re.compile(r"(?<=\D)\d$")


def trimmed(array: pa.Array) -> pa.Array:
    """The column without blanks at either end of a cell; what is left empty is null."""
    if not pa.types.is_string(array.type):
        array = array.cast(pa.string())
    odd = pc.or_(pc.match_substring_regex(array, _ODD_END), pc.equal(array, ""))
    if not pc.any(odd).as_py():
        return array
    bare = pc.utf8_trim_whitespace(
        pc.replace_substring_regex(array.filter(odd.fill_null(False)), _UNSEEN, "")
    )
    bare = pc.if_else(pc.equal(bare, ""), None, bare)
    return pc.replace_with_mask(array, odd.fill_null(False), bare)


def folded(text: str) -> str:
    """One cell's text half-width, without any space; letters as they are."""
    return "".join(re.sub(_UNSEEN, "", unicodedata.normalize("NFKC", text)).split())


@lru_cache(maxsize=50_000)
def key_of(text: str) -> str:
    """`header_key`, remembered: the same headers come again in every window and for every kind."""
    return header_key(text)


@lru_cache(maxsize=20_000)
def header_forms(pieces: tuple[str, ...]) -> Mapping[str, float]:
    """Every key under which a header may be known, with how sure it is: whole path, last piece, without brackets.

    `pieces`: the lines of the header from top to bottom, blank ones left out.
    """
    clean = [_STARS.sub("", folded(piece)) for piece in pieces]
    clean = [piece for piece in clean if piece]
    if not clean:
        return {}
    leaf, above = clean[-1], clean[:-1]
    bases = [("".join(clean), 1.0)]
    if above:
        bare = [_FILLER.sub("", piece) for piece in above]
        bases += [
            ("".join(bare) + leaf, 0.99),
            (bare[-1] + leaf, 0.98),
            (above[-1] + leaf, 0.98),
            (leaf, 0.95),
        ]
        if _BRACKETS.fullmatch(leaf) or len(leaf) <= 1 or leaf in _ASIDES:
            bases.append(("".join(above), 0.96))
    forms: dict[str, float] = {}
    for base, sure in bases:
        for text, less in _loosened(base):
            key = key_of(text)
            if key and forms.get(key, 0.0) < sure * less:
                forms[key] = sure * less
    return forms


_ASIDES = frozenset({"元", "万元", "亩", "人", "户", "是/否", "必填", "选填", "名称", "填写", "内容"})


def _loosened(text: str) -> list[tuple[str, float]]:
    out = [(text, 1.0)]
    without = _BRACKETS.sub("", text)
    if without != text and without:
        out.append((without, 0.97))
        out += [
            (without + inner, 0.95)
            for inner in (a or b for a, b in _BRACKETS.findall(text))
            if len(inner) <= 8
        ]
    for form, sure in list(out):
        chinese = _LATIN.sub("", form)
        if chinese != form and _HAN.search(chinese):
            out.append((chinese, sure * 0.96))
            out.append((_BRACKETS.sub("", chinese), sure * 0.95))
    for form, sure in list(out):
        bare = _NUMBERING.sub("", form)
        undated = _YEAR.sub("", bare)
        for other in (bare, undated, _TAIL_DIGIT.sub("", undated)):
            if other and other != form:
                out.append((other, sure * (0.98 if other == bare else 0.94)))
    return out
