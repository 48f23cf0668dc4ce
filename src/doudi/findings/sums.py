"""Exact sums by group over claims: integers only, in one pass. Knows nothing of what it adds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def add_by(codes: Any, values: Any, out: Any) -> None:
    """Add each row of `values` (rows × sums) to the row of `out` that its code names."""
    for i in range(codes.shape[0]):
        for k in range(values.shape[1]):
            out[codes[i], k] += values[i, k]


@njit(cache=True, nogil=True)
def people_by(starts: Any, codes: Any, change: Any, out: Any) -> None:
    """Count people by group: with a claim in it, bearing less, bearing more (columns of `out`).

    Rows are sorted by person, each of whom `starts` once; a person's change in a group is that of the person's claims in it.
    """
    groups = out.shape[0]
    sums = np.zeros(groups, np.int64)
    met = np.zeros(groups, np.uint8)
    touched = np.zeros(groups, np.int64)
    number = 0
    for i in range(codes.shape[0] + 1):
        if i == codes.shape[0] or starts[i] != 0:
            for k in range(number):
                g = touched[k]
                out[g, 0] += 1
                if sums[g] < 0:
                    out[g, 1] += 1
                elif sums[g] > 0:
                    out[g, 2] += 1
                sums[g] = 0
                met[g] = 0
            number = 0
            if i == codes.shape[0]:
                break
        g = codes[i]
        if met[g] == 0:
            met[g] = 1
            touched[number] = g
            number += 1
        sums[g] += change[i]
