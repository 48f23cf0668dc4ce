"""Numbers turned into identifiers of one width, a whole column at a time.

Digits are written straight into the bytes of an Arrow column: identifiers are most of what a sample file holds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.sample.calendar import day_in_month, month_number, year_of
from doudi.sample.draws import Ints, Mask

Bytes = npt.NDArray[np.uint8]
_ZERO = np.uint8(ord("0"))
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
_CHECK = np.frombuffer(b"10X98765432", np.uint8)


def digits(numbers: Ints, width: int) -> Bytes:
    """The decimal digits of numbers, as characters, zeros in front."""
    out = np.empty((len(numbers), width), np.uint8)
    rest = numbers.copy()
    for place in range(width - 1, -1, -1):
        out[:, place] = rest % 10
        rest //= 10
    return out + _ZERO


def glued(head: str, *parts: Bytes, empty: Mask | None = None) -> pa.Array:
    """Parts side by side behind a fixed head, as text; null where `empty`."""
    rows = len(parts[0])
    front = np.broadcast_to(np.frombuffer(head.encode(), np.uint8), (rows, len(head)))
    data = np.ascontiguousarray(np.hstack([front, *parts]))
    offsets = np.arange(rows + 1, dtype=np.int32) * data.shape[1]
    whole = pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))
    return whole if empty is None else pc.if_else(pa.array(~empty), whole, None)


def named(places: Ints, words: Sequence[str | None]) -> pa.Array:
    """Words by their place in a list; an empty word is null."""
    return pa.array([word or None for word in words], pa.string()).take(pa.array(places))


def identity_numbers(area: str, born: Ints, serial: Ints) -> pa.Array:
    """GB 11643 identity numbers with their check character."""
    front = np.broadcast_to(np.frombuffer(area.encode(), np.uint8), (len(born), len(area)))
    birthday = year_of(born) * 10_000 + (month_number(born) % 12 + 1) * 100 + day_in_month(born)
    body = np.hstack([front, digits(birthday, 8), digits(serial, 3)])
    check = _CHECK[((body - _ZERO).astype(np.int64) @ _WEIGHTS) % 11]
    return glued("", body, check[:, None])


def dates(days: Ints, empty: Mask | None = None) -> pa.Array:
    """Days since 1970 as dates."""
    return pa.array(days.astype(np.int32), mask=empty).cast(pa.date32())


def times(seconds: Ints, empty: Mask | None = None) -> pa.Array:
    """Seconds since 1970 as moments."""
    return pa.array(seconds, mask=empty).cast(pa.timestamp("s"))
