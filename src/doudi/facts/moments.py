"""Whole columns of days and moments: text, date and timestamp columns become date32 or timestamp[s].

The rule is that of `doudi.common.dates`. Ledgers repeat days, so odd spellings are read once per distinct
value. A timestamp with a zone is an instant and is written in China's one zone. This module must not know
what a column means.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.dates import EARLIEST, parse_time
from doudi.common.errors import InputFault
from doudi.facts.numbers import Mask

_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?$"
_CHINA = "+08:00"
_SECONDS = pa.timestamp("s")
_FIRST = pa.scalar(datetime.combine(EARLIEST, datetime.min.time()), _SECONDS)


def dates_from_array(array: pa.Array) -> tuple[pa.Array, Mask]:
    """Days, null where empty or bad, and the mask of the bad ones; a time of day is left out."""
    moments, bad = times_from_array(array)
    return moments.cast(pa.date32(), safe=False), bad


def times_from_array(array: pa.Array) -> tuple[pa.Array, Mask]:
    """Moments to the second, null where empty or bad, and the mask of the bad ones."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        array, kind = array.dictionary_decode(), kind.value_type
    if pa.types.is_integer(kind):  # 20230109
        array, kind = array.cast(pa.string()), pa.string()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        moments, bad = _from_text(array.cast(pa.string()))
    elif pa.types.is_date(kind):
        moments, bad = array.cast(_SECONDS), _mask(pa.nulls(len(array), pa.bool_()))
    elif pa.types.is_timestamp(kind):
        if kind.tz is not None:
            array = pc.local_timestamp(array.cast(pa.timestamp(kind.unit, _CHINA)))
        moments, bad = array.cast(_SECONDS, safe=False), _mask(pa.nulls(len(array), pa.bool_()))
    else:
        moments, bad = pa.nulls(len(array), _SECONDS), _mask(pc.is_valid(array))
    early = pc.less(moments, _FIRST)
    if pc.any(early).as_py():
        bad = bad | _mask(early)
        moments = pc.if_else(early, None, moments)
    return moments, bad


def _from_text(array: pa.Array) -> tuple[pa.Array, Mask]:
    iso = pc.match_substring_regex(array, _ISO)
    try:
        moments = pc.if_else(iso, array, None).cast(_SECONDS)
    except pa.ArrowInvalid:  # a day such as 30 February among them; found below, value by value
        iso = pc.if_else(pc.is_valid(iso), False, None)
        moments = pa.nulls(len(array), _SECONDS)
    rest = pc.invert(iso).fill_null(False)
    if not pc.any(rest).as_py():
        return moments, np.zeros(len(array), dtype=bool)
    seen = array.filter(rest).dictionary_encode()
    read = [_read(text) for text in seen.dictionary.to_pylist()]
    filled = pa.array([moment if isinstance(moment, datetime) else None for moment in read], _SECONDS)
    wrong = pa.array([moment is False for moment in read], pa.bool_())
    bad = np.zeros(len(array), dtype=bool)
    bad[_mask(rest)] = _mask(wrong.take(seen.indices))
    return pc.replace_with_mask(moments, rest, filled.take(seen.indices)), bad


def _read(text: str) -> datetime | bool | None:
    """The moment, None for nothing but space, False for anything else."""
    if not text.strip():
        return None
    try:
        return parse_time(text)
    except InputFault:
        return False


def _mask(array: pa.Array) -> Mask:
    mask: Mask = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
    return mask.copy()
