"""Whole columns of exact numbers: text, decimal, integer and float columns become int64 units, vectorised.

The rule is that of `doudi.common.exact`, value by value; the fast paths below only ever take values on
which the two cannot differ. A float column stands only where every value is (to a ten-thousandth of a
unit) a whole number of units. This module must not know what a column means.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.exact import FORGIVEN, MOST_UNITS, NotExact, units_from_decimal, units_from_text

Mask = npt.NDArray[np.bool_]

_DIGITS = 16
_WIDE = pa.decimal128(37, 20)  # a difference needs one digit more, and 38 is the most
_WIDE_TEXT = r"^[+-]?([0-9]{1,17}(\.[0-9]{0,20})?|\.[0-9]{1,20})$"
_GROUPED = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$"


def units_from_array(array: pa.Array, scale: int) -> tuple[pa.Array, Mask]:
    """Return int64 units, null where the value is empty or bad, and the mask of the bad ones."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        array, kind = array.dictionary_decode(), kind.value_type
    if pa.types.is_null(kind):
        return pa.nulls(len(array), pa.int64()), _none(array)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _from_text(array.cast(pa.string()), scale)
    if pa.types.is_uint64(kind):  # the one integer type that int64 cannot hold
        return _from_decimals(array.cast(pa.decimal128(20, 0)), scale)
    if pa.types.is_integer(kind):
        return _from_integers(array, scale)
    if pa.types.is_floating(kind):
        return _from_floats(array.cast(pa.float64()), scale)
    if pa.types.is_decimal(kind):
        return _from_decimals(array, scale)
    return pa.nulls(len(array), pa.int64()), _known(array)


def decimal_from_units(values: pa.Array, scale: int, precision: int = 18) -> pa.Array:
    """Write int64 units as decimal128: the two words of each value are the number and its sign."""
    words = np.empty((len(values), 2), dtype=np.int64)
    words[:, 0] = pc.fill_null(values, 0).to_numpy(zero_copy_only=False)
    words[:, 1] = words[:, 0] >> 63
    missing = pc.is_null(values).to_numpy(zero_copy_only=False) if values.null_count else None
    return _with_nulls(pa.decimal128(precision, scale), len(values), pa.py_buffer(words), missing)


def _from_text(array: pa.Array, scale: int, *, cleaned: bool = False) -> tuple[pa.Array, Mask]:
    """Most values are plain; the rest is cleaned and tried again, then read wide, then one by one."""
    tail = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
    plain = pc.match_substring_regex(array, rf"^-?[0-9]{{1,{_DIGITS - scale}}}{tail}$")
    if pc.all(plain).as_py() is not False:  # nulls stay null
        return _low_words(array.cast(pa.decimal128(_DIGITS + 2, scale))), _none(array)
    rest = pc.invert(plain).fill_null(False)
    values = _low_words(pc.if_else(plain, array, None).cast(pa.decimal128(_DIGITS + 2, scale)))
    odd = array.filter(rest)
    filled, bad = _from_odd_text(odd, scale) if cleaned else _from_text(_clean(odd), scale, cleaned=True)
    return pc.replace_with_mask(values, rest, filled), _spread(rest, bad)


def _clean(array: pa.Array) -> pa.Array:
    """Full-width signs, space and thousands commas taken away; nothing left is null."""
    text = pc.replace_substring(pc.utf8_trim_whitespace(pc.utf8_normalize(array, "NFKC")), "\u2212", "-")
    grouped = pc.match_substring_regex(text, _GROUPED)
    text = pc.if_else(grouped, pc.replace_substring(text, ",", ""), text)
    return pc.if_else(pc.equal(text, ""), None, text)


def _from_odd_text(array: pa.Array, scale: int) -> tuple[pa.Array, Mask]:
    wide = pc.match_substring_regex(array, _WIDE_TEXT).fill_null(False)
    values, bad = _from_wide(pc.if_else(wide, array, None).cast(_WIDE), scale)
    odd = pc.and_(pc.is_valid(array), pc.invert(wide))
    if pc.any(odd).as_py():
        filled, bad_odd = _one_by_one(array.filter(odd), lambda text: units_from_text(text, scale))
        values = pc.replace_with_mask(values, odd, filled)
        bad |= _spread(odd, bad_odd)
    return values, bad


def _from_wide(array: pa.Array, scale: int) -> tuple[pa.Array, Mask]:
    """Decimals with more places than the scale: rounded, then held against what rounding moved."""
    rounded = pc.round(array, scale, round_mode="half_towards_infinity")
    moved = pc.abs(pc.subtract(array, rounded).cast(_WIDE))
    near = pc.less_equal(moved, pa.scalar(_one(scale) / FORGIVEN, _WIDE))
    small = pc.less_equal(pc.abs(rounded), pa.scalar(_one(scale) * MOST_UNITS, _WIDE))
    good = pc.and_(near, small)
    bad = pc.invert(good).fill_null(False).to_numpy(zero_copy_only=False)
    return _low_words(pc.if_else(good, rounded, None).cast(pa.decimal128(_DIGITS + 2, scale))), bad


def _from_decimals(array: pa.Array, scale: int) -> tuple[pa.Array, Mask]:
    if array.type.scale <= scale and array.type.precision - array.type.scale <= _DIGITS + 2 - scale:
        values = _low_words(array.cast(pa.decimal128(_DIGITS + 2, scale)))
        bad = pc.greater(pc.abs(values), MOST_UNITS).fill_null(False).to_numpy(zero_copy_only=False)
        return pc.if_else(pa.array(bad), None, values), bad
    try:
        return _from_wide(array.cast(_WIDE), scale)
    except pa.ArrowInvalid:  # some value has too many digits for the wide form
        return _one_by_one(array, lambda value: units_from_decimal(value, scale))


def _from_integers(array: pa.Array, scale: int) -> tuple[pa.Array, Mask]:
    most = MOST_UNITS // 10**scale
    inside = pc.and_(pc.less_equal(array, pa.scalar(most)), pc.greater_equal(array, pa.scalar(-most)))
    bad = pc.invert(inside).fill_null(False).to_numpy(zero_copy_only=False)
    whole = pc.if_else(inside, array, None).cast(pa.int64())
    return pc.multiply(whole, pa.scalar(10**scale, pa.int64())), bad


def _from_floats(array: pa.Array, scale: int) -> tuple[pa.Array, Mask]:
    known = _known(array)
    numbers = pc.fill_null(array, 0.0).to_numpy(zero_copy_only=False)
    sane = np.isfinite(numbers) & (np.abs(numbers) < MOST_UNITS / 10**scale)
    kept = np.where(sane, numbers, 0.0)
    units = np.rint(kept * 10.0**scale)
    missed = np.abs(kept - units / 10.0**scale)
    blur, forgiven = np.spacing(np.abs(kept)), 1 / (FORGIVEN * 10**scale)
    good = sane & (missed + blur <= forgiven)
    values = pa.array(units.astype(np.int64), mask=~(good & known))
    unsure = pa.array(sane & known & ~good & (missed - blur <= forgiven))
    bad = known & ~good
    if pc.any(unsure).as_py():  # nearer the limit than a float can tell: decided on the exact binary value
        filled, bad_unsure = _one_by_one(array.filter(unsure), lambda value: units_from_decimal(value, scale))
        values = pc.replace_with_mask(values, unsure, filled)
        bad[unsure.to_numpy(zero_copy_only=False)] = bad_unsure
    return values, bad


def _one_by_one(array: pa.Array, read: Callable[[Any], int]) -> tuple[pa.Array, Mask]:
    seen = array.dictionary_encode() if not pa.types.is_decimal(array.type) else None
    units: list[int | None] = []
    for value in (seen.dictionary if seen is not None else array).to_pylist():
        try:
            units.append(None if value is None else read(value))
        except NotExact:
            units.append(None)
    values = pa.array(units, pa.int64())
    values = values.take(seen.indices) if seen is not None else values
    return values, _known(array) & pc.is_null(values).to_numpy(zero_copy_only=False)


def _low_words(array: pa.Array) -> pa.Array:
    """The unscaled integers of a decimal128 column whose values are known to fit int64."""
    buffer = array.buffers()[1]
    words = np.frombuffer(buffer, dtype=np.int64)[2 * array.offset : 2 * (array.offset + len(array)) : 2]
    missing = pc.is_null(array).to_numpy(zero_copy_only=False) if array.null_count else None
    return pa.array(np.ascontiguousarray(words), mask=missing)


def _with_nulls(kind: pa.DataType, length: int, data: pa.Buffer, missing: Mask | None) -> pa.Array:
    if missing is None:
        return pa.Array.from_buffers(kind, length, [None, data])
    valid = pa.array(~missing).buffers()[1]
    return pa.Array.from_buffers(kind, length, [valid, data])


def _one(scale: int) -> Decimal:
    return Decimal(1).scaleb(-scale)


def _known(array: pa.Array) -> Mask:
    mask: Mask = pc.is_valid(array).to_numpy(zero_copy_only=False)
    return mask.copy()


def _none(array: pa.Array) -> Mask:
    return np.zeros(len(array), dtype=bool)


def _spread(where: pa.Array, bad: Mask) -> Mask:
    """Put the mask of a filtered part back to its places in the whole."""
    whole = np.zeros(len(where), dtype=bool)
    whole[where.to_numpy(zero_copy_only=False)] = bad
    return whole
