"""Telephone numbers: mobile or with an area code, kept as digits; two numbers in a cell are kept with a comma."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.reading.cells.column import Column, Wrong, fill
from doudi.ledgers.reading.cells.damage import NOTHING, is_error
from doudi.ledgers.reading.plain import folded

_MOBILE = r"^1[3-9][0-9]{9}$"
_SPLIT = re.compile(r"[,，、;；/|]|或|和")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))([1-9]\d{6,7})(?:[-转](\d{1,6}))?")
_SERVICE = re.compile(r"[48]00\d{7}")
_REMARK = re.compile(r"[(][^()\d]{1,10}[)]$")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SPOILT = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)


def read_phones(array: pa.Array) -> Column:
    """A column of telephone numbers."""
    plain = pc.match_substring_regex(array, _MOBILE).fill_null(False)
    rest = pc.and_(pc.is_valid(array), pc.invert(plain))
    return fill(pc.if_else(plain, array, None), array, rest, _one)


def _one(text: str) -> Any:
    plain = folded(text).strip("'‘’`\"")
    if plain.lower() in NOTHING or not plain.strip("0"):
        return None
    if is_error(text):
        return Wrong("error_cell")
    if _SPOILT.fullmatch(plain):
        return Wrong("phone_bad", "lost")
    plain = _REMARK.sub("", plain)
    parts = [part for part in _SPLIT.split(plain) if part]
    if len(parts) == 1 and (two := re.fullmatch(r"\s*(1[3-9]\d{9})[\s-]*(1[3-9]\d{9})\s*", plain)):
        parts = [two[1], two[2]]
    read = [_number(part) for part in parts]
    if all(read) and read:
        return ",".join(dict.fromkeys(one for one in read if one))
    digits = re.sub(r"\D", "", plain)
    if len(parts) == 1 and digits == plain:
        return Wrong("phone_bad", "length" if len(digits) != 11 else "prefix")
    return Wrong("phone_bad")


def _number(part: str) -> str | None:
    bare = re.sub(r"[-()—_.·]", "", part.removesuffix(".0"))
    mobile = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", bare)
    mobile = re.sub(r"^0(?=1[3-9]\d{9}$)", "", mobile)
    if re.fullmatch(_MOBILE, mobile):
        return mobile
    wired = re.sub(r"[()—_.·]", "", re.sub(r"^\+?86-?(?=0)", "", part))
    extension = re.search(r"[-转](\d{1,6})$", wired)
    main = wired[: extension.start()] if extension and len(re.sub(r"\D", "", wired)) > 12 else wired
    if found := _LANDLINE.fullmatch(main.replace("-", "")):
        return f"{found[1]}-{found[2]}"
    if found := _LANDLINE.fullmatch(re.sub(r"\D", "", wired)):
        return f"{found[1]}-{found[2]}"
    return bare if _LOCAL.fullmatch(bare) or _SERVICE.fullmatch(bare) else None
