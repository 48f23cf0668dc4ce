"""One source of choices for random policies and claims: Hypothesis where a failure should shrink, a seed in long runs.

Everything is made of `number`, so that the same generator serves both; the simplest choice is always the lowest.
"""

from __future__ import annotations

import datetime as dt
import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Chooser(ABC):
    """Chooses numbers; all other choices are numbers in disguise."""

    @abstractmethod
    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred; the simplest is False."""
        return self.number(1, 100) > 100 - percent

    def pick(self, options: Sequence[T]) -> T:
        """One of several; the simplest is the first."""
        return options[self.number(0, len(options) - 1)]

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """Several different ones, in the order in which they were drawn."""
        rest = list(options)
        return [
            rest.pop(self.number(0, len(rest) - 1)) for _ in range(self.number(least, min(most, len(rest))))
        ]

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        """A day, both ends included."""
        return first + dt.timedelta(days=self.number(0, (last - first).days))


class Seeded(Chooser):
    """Choices from a seed: fast, and the same every time."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        """As `Chooser.number`; cheaper than `randint`."""
        return low + int(self._random.random() * (high - low + 1))


class Drawn(Chooser):
    """Choices drawn by Hypothesis, which can make a failing case smaller."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        """As `Chooser.number`."""
        return int(self._draw(st.integers(low, high)))
