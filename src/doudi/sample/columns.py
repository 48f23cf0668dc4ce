"""Arrays of one length that belong together: what a stretch of people or claims is made of."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Self

import numpy as np

from doudi.sample.draws import Ints, Mask


class Columns:
    """Arrays of one length, taken and joined together."""

    def take(self, rows: Ints | Mask | slice) -> Self:
        """Some of the rows."""
        return type(self)(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})  # type: ignore[arg-type]

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        """All rows of several."""
        names = [one.name for one in fields(cls)]  # type: ignore[arg-type]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    def but(self, **changed: Any) -> Self:
        """The same rows with some columns replaced."""
        return type(self)(**{one.name: getattr(self, one.name) for one in fields(self)} | changed)  # type: ignore[arg-type]
