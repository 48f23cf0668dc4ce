"""Columns of text as the loop's preparation reads them: offsets and bytes, compared and fingerprinted without objects."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numba import njit

from doudi.engine.settle.layout import I64, U8


def frozen(array: Any) -> Any:
    """The same numbers, contiguous and read-only: compiled code is made once for that, not once for every kind of array."""
    view = np.ascontiguousarray(array).view()
    view.setflags(write=False)
    return view


class Text(NamedTuple):
    """A column of UTF-8: text `i` is `data[offsets[i]:offsets[i+1]]`; a null is empty."""

    offsets: I64
    data: U8


def text_of(column: pa.ChunkedArray | pa.Array) -> Text:
    """The buffers of a text column, without copying where it is one chunk already."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], pa.string())
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        array = array.cast(pa.string())
    width: Any = np.int64 if pa.types.is_large_string(array.type) else np.int32
    _, offsets, data = array.buffers()
    if len(array) == 0 or offsets is None:
        return Text(frozen(np.zeros(1, np.int64)), frozen(np.zeros(0, np.uint8)))
    places = np.frombuffer(offsets, width, count=len(array) + 1, offset=array.offset * width().itemsize)
    content = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return Text(frozen(places.astype(np.int64)), frozen(content))


@njit(cache=True, nogil=True)
def compare(a: Any, i: int, b: Any, j: int) -> int:
    """Order of two texts by their bytes: below, equal or above zero."""
    start_a, start_b = a.offsets[i], b.offsets[j]
    n, m = a.offsets[i + 1] - start_a, b.offsets[j + 1] - start_b
    for k in range(min(n, m)):
        x, y = a.data[start_a + k], b.data[start_b + k]
        if x != y:
            return -1 if x < y else 1
    return 0 if n == m else (-1 if n < m else 1)


@njit(cache=True, nogil=True)
def changes(text: Any, out: Any) -> int:
    """Mark each row that differs from the row before; returns the first row that is out of order, or -1."""
    wrong = -1
    for i in range(out.shape[0]):
        order = compare(text, i - 1, text, i) if i else -1
        out[i] = order != 0
        if order > 0 and wrong < 0:
            wrong = i
    return wrong


@njit(cache=True, nogil=True)
def fingerprints(text: Any, out: Any) -> None:
    """A 64-bit FNV-1a fingerprint of each text; 0 for an empty one."""
    for i in range(out.shape[0]):
        start, end = text.offsets[i], text.offsets[i + 1]
        h = np.uint64(14695981039346656037)
        for k in range(start, end):
            h = (h ^ np.uint64(text.data[k])) * np.uint64(1099511628211)
        out[i] = np.int64(0) if start == end else np.int64(h >> np.uint64(1)) + 1


@njit(cache=True, nogil=True)
def find_sorted(needles: Any, starts: Any, keys: Any, n_keys: int, out: Any) -> None:
    """For each needle row that starts a group (`starts`), its place among sorted keys, or -1; copied to the group's rows."""
    at = 0
    found = np.int32(-1)
    for i in range(out.shape[0]):
        if starts[i]:
            if at == 0 and n_keys > 0:
                # The first needle may stand far down the keys.
                low, high = 0, n_keys
                while low < high:
                    middle = (low + high) // 2
                    if compare(keys, middle, needles, i) < 0:
                        low = middle + 1
                    else:
                        high = middle
                at = low
            while at < n_keys and compare(keys, at, needles, i) < 0:
                at += 1
            found = np.int32(at) if at < n_keys and compare(keys, at, needles, i) == 0 else np.int32(-1)
        out[i] = found
