"""Claims as arrays while they are being made, one row a settlement.

A claim's `key` says whose it is, of which kind and the how-manieth, and is what draws about it hang on; `visit` is the
key of the first settlement of the same visit, `original` that of the settlement taken back (0: none). Money is fen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from doudi.sample.columns import Columns
from doudi.sample.draws import Ints, Mask

PERSON_SHIFT, KIND_SHIFT = 24, 16
TRANSFER, PART, REFUND, AGAIN = (1 << bit for bit in range(12, 16))
"""Added to a key for the settlement that grows out of a claim; no kind happens 4096 times to one person."""


@dataclass(frozen=True)
class Claims(Columns):
    """Some settlements. `person` is the person's place in the chunk, `institution` a place in `Places`."""

    key: Ints
    visit: Ints
    original: Ints
    person: Ints
    kind: Ints
    med: Ints
    disease: Ints
    institution: Ints
    level: Ints
    begin: Ints
    end: Ints
    settled: Ints
    """Seconds since 1970."""
    by_hand: Mask
    """Reimbursed at the counter, not at the institution."""
    interim: Mask
    """Settled before the stay was over."""
    total: Ints
    own: Ints
    over: Ints
    prepay: Ints
    in_scope: Ints

    @property
    def refund(self) -> Mask:
        """Which rows take another one back."""
        back: Mask = self.original != 0
        return back

    @property
    def settled_day(self) -> Ints:
        """The day of settlement."""
        return self.settled // 86_400

    def money(self, factor: Ints | int) -> dict[str, Ints]:
        """All sums times something."""
        return {name: getattr(self, name) * factor for name in ("total", "own", "over", "prepay", "in_scope")}

    def in_order(self) -> Claims:
        """By person, then time, then key: the order in which departments' files list one person's claims."""
        return self.take(np.lexsort((self.key, self.settled, self.person)))


def key_of(person: Ints, kind: Ints | int, number: Ints) -> Ints:
    """The key of a person's n-th claim of a kind; never 0."""
    return ((person + 1) << PERSON_SHIFT) | (np.int64(kind) << KIND_SHIFT) | number
