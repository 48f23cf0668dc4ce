"""Counts of few people are hidden, and one more where the total would tell the one that is hidden."""

from __future__ import annotations

from collections.abc import Sequence

#: A count from 1 to one less than this is hidden.
FEWEST = 10


def hidden(counts: Sequence[int]) -> list[bool]:
    """Which counts of a list, whose sum is told elsewhere, must not be told."""
    found = [0 < count < FEWEST for count in counts]
    if found.count(True) == 1:
        rest = [(count, k) for k, count in enumerate(counts) if count and not found[k]]
        if rest:
            found[min(rest)[1]] = True
    return found
