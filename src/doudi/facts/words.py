"""Whole columns of identifiers, codes and text, freed from what exports do to them.

Space around a value, full-width characters in codes and ids, a spreadsheet's `="0123"` and lost leading
zeros are mended; an identifier that a spreadsheet has turned into 3.7E+17 is lost and refused. This
module must not know what a column means.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.codes import CodeList
from doudi.facts.numbers import Mask

LONGEST_ID = 200
LONGEST_TEXT = 20_000

_SPOILT = r"^[0-9](\.[0-9]+)?[eE]\+?[0-9]+$"
_FORMULA = r'^="(.*)"$'
_EXACT_FLOAT = 2**53


def text_from_array(array: pa.Array) -> tuple[pa.Array, Mask]:
    """Free text without the space around it; nothing left is null."""
    values, bad = _as_text(array)
    values = _blank_is_null(pc.utf8_trim_whitespace(values))
    return _refuse(values, bad, pc.greater(pc.binary_length(values), LONGEST_TEXT))


def ids_from_array(array: pa.Array) -> tuple[pa.Array, Mask]:
    """Identifiers; bad where a spreadsheet has lost digits, or the text is far too long for one."""
    values, bad = _as_text(array)
    values = _tidy(values)
    too_long = pc.greater(pc.binary_length(values), LONGEST_ID)
    return _refuse(values, bad, pc.or_(pc.match_substring_regex(values, _SPOILT), too_long))


def codes_from_array(array: pa.Array, codes: CodeList | None) -> tuple[pa.Array, Mask, tuple[str, ...]]:
    """Codes as their list writes them; bad where a complete list refuses; and the new ones that were taken."""
    values, bad = _as_text(array)
    values = _tidy(values)
    values, bad = _refuse(values, bad, pc.greater(pc.binary_length(values), LONGEST_ID))
    if codes is None or not (codes.values or codes.width):
        return values, bad, ()
    seen = values.dictionary_encode()
    normal = [codes.normal(value) for value in seen.dictionary.to_pylist()]
    new = tuple(value for value in normal if codes.is_new(value))
    refused = pa.array([codes.refuses(value) for value in normal], pa.bool_())
    values = pa.array(normal, pa.string()).take(seen.indices)
    return *_refuse(values, bad, refused.take(seen.indices)), new


def _as_text(array: pa.Array) -> tuple[pa.Array, Mask]:
    kind, bad = array.type, np.zeros(len(array), dtype=bool)
    if pa.types.is_dictionary(kind):
        array, kind = array.dictionary_decode(), kind.value_type
    if pa.types.is_boolean(kind):
        return pc.if_else(array, "1", "0"), bad
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = array.cast(pa.float64())
        whole = pc.and_(
            pc.equal(pc.floor(numbers), numbers), pc.less(pc.abs(numbers), pa.scalar(float(_EXACT_FLOAT)))
        )
        bad = pc.invert(whole).fill_null(False).to_numpy(zero_copy_only=False).copy()
        return pc.if_else(whole, numbers, None).cast(pa.int64()).cast(pa.string()), bad
    if pa.types.is_nested(kind) or pa.types.is_temporal(kind):
        return pa.nulls(len(array), pa.string()), pc.is_valid(array).to_numpy(zero_copy_only=False).copy()
    return array.cast(pa.string()), bad


def _tidy(values: pa.Array) -> pa.Array:
    if not pc.all(pc.string_is_ascii(values)).as_py():
        values = pc.utf8_normalize(values, "NFKC")
    values = pc.utf8_trim_whitespace(values)
    if pc.any(pc.starts_with(values, '="')).as_py():
        values = pc.replace_substring_regex(values, _FORMULA, r"\1")
    return _blank_is_null(values)


def _blank_is_null(values: pa.Array) -> pa.Array:
    blank = pc.equal(values, "")
    return pc.if_else(blank, None, values) if pc.any(blank).as_py() else values


def _refuse(values: pa.Array, bad: Mask, refused: pa.Array) -> tuple[pa.Array, Mask]:
    if pc.any(refused).as_py():
        bad = bad | refused.fill_null(False).to_numpy(zero_copy_only=False)
        values = pc.if_else(refused.fill_null(False), None, values)
    return values, bad
