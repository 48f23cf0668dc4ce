"""Tables of integers that grow by runs of rows while a policy is flattened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


class Rows:
    """A table that grows by runs of rows; a run that stands in it already is not added again."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows: list[list[int]] = []
        self._known: dict[Any, int] = {}

    def add(self, rows: Sequence[Sequence[Any]]) -> tuple[int, int]:
        """Where the run stands, and its length."""
        new = tuple(tuple(int(v) for v in row) for row in rows)
        if not new:
            return 0, 0
        if new not in self._known:
            self._known[new] = len(self.rows)
            self.rows += [list(row) for row in new]
        return self._known[new], len(new)

    def table(self) -> Any:
        """The rows as an array."""
        return np.array(self.rows, np.int64).reshape(-1, self.width)
