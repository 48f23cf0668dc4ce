"""Free text, account numbers and other numbers kept as text: taken as written, unless their characters are damaged."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.reading.cells.column import Column, Wrong, fill, only
from doudi.ledgers.reading.cells.damage import DAMAGED, ERRORS, MAYBE_UTF8, NOTHING, is_error, undamaged
from doudi.ledgers.reading.plain import folded

_UNREADABLE = re.compile("[\ufffd\x80-\x9f\ue000-\uf8ff]|锟斤拷|锟斤|烫烫|屯屯|\\?{3,}|[\u3400-\u9fff]\\?{2}")
_ODD = rf"{DAMAGED}|{MAYBE_UTF8}|{ERRORS}|[\x00-\x1f]"
_CERTAIN = 15
_SPOILT_NUMBER = re.compile(r"\d(\.\d+)?E\+?\d{2}", re.IGNORECASE)


def read_text(array: pa.Array) -> Column:
    """Text as written; line breaks within it become spaces."""
    odd = pc.match_substring_regex(array, _ODD).fill_null(False)
    return fill(pc.if_else(odd, None, array), array, odd, _one)


def _one(text: str) -> Any:
    if is_error(text):
        return Wrong("error_cell")
    if _UNREADABLE.search(text):
        return Wrong("text_damaged")
    if was := undamaged(text):
        return Wrong("text_damaged", fix=was)
    return re.sub(r"[\x00-\x1f]+", " ", text).strip() or None


def read_numbers_of_things(array: pa.Array, numbers: pa.Array) -> Column:
    """Numbers of accounts, households, licences, kept as text without space. Of a cell that was a number in the file
    only fifteen digits are certain; what a spreadsheet took away is told."""
    plain = pc.match_substring_regex(array, r"^[0-9A-Za-z]+([-/][0-9A-Za-z]+)*$").fill_null(False)
    plain = pc.and_(plain, pc.invert(pc.match_substring_regex(array, r"(?i)^\dE\d{2}$").fill_null(False)))
    rest = pc.and_(pc.is_valid(array), pc.invert(plain))
    column = fill(pc.if_else(plain, array, None), array, rest, _thing)
    wide = pc.and_(numbers, pc.greater(pc.utf8_length(array), _CERTAIN)).fill_null(False)
    if pc.any(wide).as_py():
        lost = only(array, wide, lambda text: Wrong("number_bad", "lost"), pa.string())
        column.values = pc.if_else(wide, None, column.values)
        column.wrong |= lost.wrong
    return column


def _thing(text: str) -> Any:
    plain = folded(text)
    if plain.lower() in NOTHING:
        return None
    if is_error(text):
        return Wrong("error_cell")
    if _SPOILT_NUMBER.fullmatch(plain):
        return Wrong("number_bad", "lost")
    if _UNREADABLE.search(text):
        return Wrong("text_damaged")
    return plain.strip("'‘’`").removesuffix(".0")
