"""Draws that depend on nothing but the seed, what is drawn, and for whom.

A draw is a hash of (seed, what, key), never the next number of a stream: chunks may have any size and be made
in any order, and adding one more thing to draw changes no other. All of it is integer arithmetic, so that
every machine makes the same bytes. This module must not know what it is used for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

MILLION = 1_000_000
_ONE = 1 << 32
_GOLDEN, _MIX1, _MIX2 = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def salt(seed: int, what: str) -> np.uint64:
    """A number that stands for a seed and a purpose."""
    return np.uint64(
        int.from_bytes(hashlib.blake2b(f"{seed}:{what}".encode(), digest_size=8).digest(), "big")
    )


def mixed(keys: Bits, with_: np.uint64) -> Bits:
    """Keys hashed under a salt (two rounds of splitmix64)."""
    z = (keys ^ with_) * _GOLDEN
    for _ in range(2):
        z = (z ^ (z >> np.uint64(30))) * _MIX1
        z = (z ^ (z >> np.uint64(27))) * _MIX2
        z = (z ^ (z >> np.uint64(31))) + with_
    return z


class Curve:
    """How a quantity is spread: (place in ten thousand, value) pairs, rising, straight between them."""

    def __init__(self, *points: tuple[int, int]) -> None:
        places, values = zip(*points, strict=True)
        if places[0] != 0 or places[-1] != 10_000 or any(a >= b for a, b in pairwise(places)):
            raise ValueError("a curve runs from 0 to 10000, rising")
        self._edges = np.array([place * _ONE // 10_000 for place in places], np.int64)
        self._values = np.array(values, np.int64)

    @cached_property
    def mean(self) -> int:
        """The mean of what is drawn, rounded down."""
        spans, values = np.diff(self._edges), self._values
        return int(((values[1:] + values[:-1]) * spans).sum() // (2 * _ONE))

    def at(self, place: Ints) -> Ints:
        """The values at places of 2^32."""
        k = np.searchsorted(self._edges, place, side="right") - 1
        k = np.minimum(k, len(self._edges) - 2)
        rise, run = self._values[k + 1] - self._values[k], self._edges[k + 1] - self._edges[k]
        values: Ints = self._values[k] + rise * (place - self._edges[k]) // run
        return values


class Draws:
    """The draws of one seed; `keys` say for whom or what."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._salts: dict[str, np.uint64] = {}

    def places(self, what: str, keys: Ints) -> Ints:
        """Numbers from 0 to 2^32 - 1."""
        return (self._hashed(what, keys) >> np.uint64(32)).view(np.int64)

    def _hashed(self, what: str, keys: Ints) -> Bits:
        if what not in self._salts:
            self._salts[what] = salt(self.seed, what)
        return mixed(keys.view(np.uint64), self._salts[what])

    def below(self, what: str, keys: Ints, bound: int | Ints) -> Ints:
        """Whole numbers from 0 to bound - 1."""
        found: Ints = (self.places(what, keys) * bound) >> 32
        return found

    def chance(self, what: str, keys: Ints, per_million: int | Ints) -> Mask:
        """Whether something happens that happens so many times in a million."""
        return self.below(what, keys, MILLION) < per_million

    def pick(self, what: str, keys: Ints, weights: Sequence[int]) -> Ints:
        """Places in a list of weights."""
        edges = np.cumsum(np.array(weights, np.int64))
        return np.searchsorted(edges, self.below(what, keys, int(edges[-1])), side="right")

    def along(self, what: str, keys: Ints, curve: Curve) -> Ints:
        """Values spread as a curve says."""
        return curve.at(self.places(what, keys))

    def shuffle(self, what: str, n: int) -> Shuffle:
        """A shuffle of the numbers below n."""
        return Shuffle(self.seed, what, n)


class Even(Draws):
    """Draws that leave less to luck: of n keys of a group, one falls into each n-th part of the places.

    Who gets which is as open as before, but what a group gets together is nearly the same under every seed. Keys are of a
    group if all `groups` agree. A group must be drawn for whole, or its members would get other places.
    """

    def __init__(self, seed: int, *groups: Ints | Mask) -> None:
        super().__init__(seed)
        self._group = np.zeros(len(groups[0]), np.int64)
        for one in groups:
            self._group = self._group * (int(one.max(initial=0)) + 1) + one

    def places(self, what: str, keys: Ints) -> Ints:
        """Numbers from 0 to 2^32 - 1: the upper half of a hash decides which part, the lower half where in it."""
        drawn = self._hashed(what, keys)
        order = np.lexsort((drawn, self._group))
        starts = np.flatnonzero(np.diff(self._group[order], prepend=-1))
        size = np.diff(starts, append=len(order))
        turn = np.arange(len(order)) - np.repeat(starts, size)
        within = (drawn[order] & np.uint64(_ONE - 1)).view(np.int64)
        places = np.empty_like(order)
        places[order] = ((turn << 32) + within) // np.repeat(size, size)
        return places


class Shuffle:
    """The numbers below n in another order, each found by itself: quotas can be met without a list of everybody.

    A Feistel network over the next even power of two; what falls beyond n is sent round again.
    """

    def __init__(self, seed: int, what: str, n: int) -> None:
        self.n = n
        self._half = np.uint64(max((max(n - 1, 1).bit_length() + 1) // 2, 1))
        self._salts = [salt(seed, f"{what}/{turn}") for turn in range(4)]

    def __call__(self, numbers: Ints) -> Ints:
        """Where each number goes."""
        found = self._round(numbers.astype(np.uint64))
        while (beyond := found >= np.uint64(self.n)).any():
            found[beyond] = self._round(found[beyond])
        return found.astype(np.int64)

    def _round(self, numbers: Bits) -> Bits:
        low: Any = (np.uint64(1) << self._half) - np.uint64(1)
        left, right = numbers >> self._half, numbers & low
        for one in self._salts:
            left, right = right, left ^ (mixed(right, one) & low)
        out: Bits = (left << self._half) | right
        return out
