"""Persons' claims through the loop again, some of them changed: sums by column, and every step where asked.

Refuses nothing: a trial that cannot be settled is told by its status.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.kernel import settle_claims
from doudi.engine.settle.strings import frozen
from doudi.findings.recorded import computed_of

#: Claims whose steps are held at once.
MOST_DETAILED = 50_000


@dataclass
class Part:
    """The claims of some whole persons, and where each of the whole stands among them."""

    rows: Any
    place: Any
    claims: c.Claims

    def at(self, rows: Any) -> Any:
        """The places of claims of the whole."""
        return self.place[rows]


class Trials:
    """The loop over parts of some claims (in its order)."""

    def __init__(self, compiled: Compiled, claims: c.Claims) -> None:
        self.compiled, self.claims = compiled, claims
        self.person = np.cumsum(claims.person) - 1
        self.persons = int(self.person[-1]) + 1 if len(self.person) else 0
        self.tables = compiled.tables

    def part(self, of: Any) -> Part:
        """All claims of the persons that have the claims `of`."""
        wanted = np.zeros(self.persons, bool)
        wanted[self.person[of]] = True
        rows = np.flatnonzero(wanted[self.person])
        place = np.full(len(self.person), -1, np.int64)
        place[rows] = np.arange(len(rows))
        return Part(rows, place, self._take(rows))

    def settle(self, part: Part, combos: Any, stay: Any, at: Any) -> tuple[Any, Any]:
        """Sums by column and the loop's status of the claims `at` (places in the part), with combos and stays (of the part) put in
        place of the claims' own."""
        n, layers = len(part.rows), len(self.compiled.layers)
        paid, left, status = np.zeros((n, layers), np.int64), np.zeros(n, np.int64), np.zeros(n, np.uint8)
        self._run(part, combos, stay, paid, left, status, np.zeros((0, layers, c.DETAIL_FIELDS), np.int64))
        return computed_of(self.compiled, paid[at], left[at]), status[at]

    def steps(self, of: Any, combos: Any, stay: Any) -> Any:
        """Every step of some claims (claims × layers × steps); `of` rises, combos and stays are of the whole."""
        layers = len(self.compiled.layers)
        out = np.full((len(of), layers, c.DETAIL_FIELDS), -1, np.int64)
        for low, high in self._slices(of):
            part = self.part(of[low:high])
            n = len(part.rows)
            detail = np.full((n, layers, c.DETAIL_FIELDS), -1, np.int64)
            sums = np.zeros((n, layers), np.int64), np.zeros(n, np.int64), np.zeros(n, np.uint8)
            self._run(part, combos[part.rows], stay[part.rows], *sums, detail)
            out[low:high] = detail[part.at(of[low:high])]
        return out

    def _slices(self, of: Any) -> list[tuple[int, int]]:
        """Cuts of `of` whose persons have about `MOST_DETAILED` claims together."""
        size = np.bincount(self.person, minlength=self.persons)[self.person[of]]
        number = (np.cumsum(size) - 1) // MOST_DETAILED if len(of) else np.zeros(0, np.int64)
        cuts = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(of)]
        return [(low, high) for low, high in pairwise(cuts) if high > low]

    def _run(
        self, part: Part, combos: Any, stay: Any, paid: Any, left: Any, status: Any, detail: Any
    ) -> None:
        claims = part.claims._replace(combo=frozen(combos), stay=frozen(stay))
        n = len(part.rows)
        settle_claims(
            claims, self.tables, paid, left, np.zeros((n, 3), np.int64), status, np.zeros(n, np.int32), detail
        )

    def _take(self, rows: Any) -> c.Claims:
        values = {}
        for name in c.PER_CLAIM:
            value = getattr(self.claims, name)
            values[name] = value if name == "prior" and not len(value) else frozen(value[rows])
        return self.claims._replace(**values)
