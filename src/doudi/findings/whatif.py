"""A year settled under two policies and compared: cost by layer and fund, by category, level and township, and who gains or loses.

Both settlements come from the same loop over the same claims, block by block. Counts of fewer than ten people are hidden where
the result is told (`whatif_told`); here everything is exact.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.errors import InputFault
from doudi.engine.backends.duckdb import columns_used
from doudi.engine.settle.classes import make_classifier
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.encode import Encoded, encode
from doudi.engine.settle.people import index_people
from doudi.engine.settle.person import Institution
from doudi.engine.settle.run import settle_encoded, whole_persons
from doudi.findings.ahead import ahead
from doudi.findings.alike import compile_alike
from doudi.findings.changes import Changed, changes
from doudi.findings.groups import CATEGORY, Group, Groups
from doudi.findings.sums import add_by, people_by
from doudi.policy.pack import Pack

BLOCK_ROWS = 250_000


@dataclass
class Sums:
    """Sums of some claims: the bills, both sides' payments by layer, and what people bear (fen)."""

    claims: Any  # those taken back not counted
    total: Any
    paid: tuple[Any, Any]  # groups × layers, before and after
    left: Any  # groups × (before, after)
    people: Any  # groups × (with a claim, bearing less, bearing more)


@dataclass(frozen=True)
class WhatIf:
    """A year under two policies, before and after a change.

    `groups` hold sums by class; `change` is what each person bears more (fen), with the person's class of category and township.
    """

    packs: tuple[Pack, Pack]
    layers: tuple[tuple[str, ...], tuple[str, ...]]
    source: str
    first: dt.date
    last: dt.date
    whole: Sums
    groups: list[tuple[Group, Sums]]
    change: Any
    category: Any
    town: Any
    changed: list[Changed] = field(repr=False)


#: What is added up of each claim: its number and bill, payments by layer before and after, what the person bears.
_KINDS = ("bills", "before", "after", "left")


@dataclass
class _Part:
    """What one block adds: sums by every group at once, people by each group, what each person bears more."""

    first: dt.date
    last: dt.date
    sums: dict[str, Any]
    people: list[Any]
    change: Any
    category: Any
    town: Any


class _Encoder:
    """What turns claims into integers for one policy, and for all that class claims alike."""

    def __init__(
        self,
        compiled: Compiled,
        persons: pa.Table | None,
        prior: pa.Table | None,
        institutions: Sequence[Institution],
    ) -> None:
        self.compiled = compiled
        self.people = index_people(persons, prior, compiled)
        self.classifier = make_classifier(compiled, institutions)

    def encode(self, block: pa.Table) -> Encoded:
        return encode(block, self.compiled, self.people, self.classifier)


class Simulation:
    """Two policies ready to settle the same claims; used for one run."""

    def __init__(
        self,
        before: Pack,
        after: Pack,
        persons: pa.Table | None = None,
        prior: pa.Table | None = None,
        institutions: Sequence[Institution] = (),
    ) -> None:
        self.packs = before, after
        self.old, self.new, self.alike = compile_alike(before, after)
        sides = [self.old] if self.alike else [self.old, self.new]
        self.encoders = [_Encoder(one, persons, prior, institutions) for one in sides]
        self.groups = Groups(self.old, persons)
        self.size = math.prod(len(group) for group in self.groups.groups)
        self.parts: list[_Part] = []

    def columns(self, available: Sequence[str]) -> list[str]:
        """The inside columns that either settlement reads, in a fixed order."""
        used = [columns_used(one.compiled, one.classifier, available) for one in self.encoders]
        return list(dict.fromkeys(name for names in used for name in names))

    def run(
        self, batches: Iterable[pa.RecordBatch | pa.Table], source: str = "", rows: int = BLOCK_ROWS
    ) -> WhatIf:
        """Settle claims (inside form, sorted by person) under both policies and compare.

        Raises whatever either settlement raises; a claim that one of the policies cannot settle is a fault, not a gap.
        """
        self.parts = list(ahead(self.part, whole_persons(batches, rows)))
        return self.finished(source)

    def part(self, block: pa.Table) -> _Part:
        """Settle one block under both policies and add it up."""
        encoded = self.encoders[0].encode(block)
        before = settle_encoded(encoded, self.old, block)
        paid, left = self._after(block, encoded)
        starts, combo = encoded.claims.person, encoded.claims.combo
        # Persons keep their places in the loop's order, so that the block's own rows say who they are.
        town = self.groups.towns(block["psn_no"], starts)
        change = left - before.left
        values = (
            np.stack([np.where(encoded.original >= 0, -1, 1), encoded.claims.amounts[:, 0]], axis=1),
            before.paid,
            paid,
            np.stack([before.left, left], axis=1),
        )
        codes = [self.groups.codes(group.name, combo, town) for group in self.groups.groups]
        joint = np.zeros(len(block), np.int64)
        for group, code in zip(self.groups.groups, codes, strict=True):
            joint = joint * len(group) + code
        sums = {}
        for kind, each in zip(_KINDS, values, strict=True):
            sums[kind] = np.zeros((self.size, each.shape[1]), np.int64)
            add_by(joint, each, sums[kind])
        people = [np.zeros((size, 3), np.int64) for size in (1, *map(len, self.groups.groups))]
        for code, out in zip([np.zeros(len(block), np.int32), *codes], people, strict=True):
            people_by(starts, code, change, out)
        first = np.flatnonzero(starts)
        # A person is told by the category of the last claim.
        last = np.append(first[1:], len(block)) - 1
        named = dict(zip((group.name for group in self.groups.groups), codes, strict=True))
        category = named.get(CATEGORY, np.zeros(len(block), np.int32))[last]
        days = pc.min_max(block["enddate"]).as_py()
        each = np.add.reduceat(change, first)
        return _Part(days["min"], days["max"], sums, people, each, category, town[last])

    def _after(self, block: pa.Table, encoded: Encoded) -> tuple[Any, Any]:
        """Payments and what is left under the second policy, in the order of the first."""
        if self.alike:
            outcome = settle_encoded(encoded, self.new, block)
            return outcome.paid, outcome.left
        other = self.encoders[1].encode(block)
        outcome = settle_encoded(other, self.new, block)
        back = np.empty(len(block), np.int64)
        back[other.order] = np.arange(len(block))
        at = back[encoded.order]
        return outcome.paid[at], outcome.left[at]

    def finished(self, source: str) -> WhatIf:
        """All blocks together. Raises `InputFault` where there are none."""
        if not self.parts:
            raise InputFault("没有要试算的记录", where=source or None, do="核对文件内容和日期")
        first, last = min(part.first for part in self.parts), max(part.last for part in self.parts)
        shape = [len(group) for group in self.groups.groups]
        cubes = {
            kind: np.sum([part.sums[kind] for part in self.parts], axis=0).reshape(*shape, -1)
            for kind in _KINDS
        }
        people = [
            np.sum(counts, axis=0) for counts in zip(*(part.people for part in self.parts), strict=True)
        ]
        whole = _over(cubes, None, people[0])
        groups = [(group, _over(cubes, k, people[k + 1])) for k, group in enumerate(self.groups.groups)]
        change, category, town = (
            np.concatenate([getattr(part, name) for part in self.parts])
            for name in ("change", "category", "town")
        )
        changed = changes(*self.packs, first, last)
        layers = self.old.layers, self.new.layers
        return WhatIf(self.packs, layers, source, first, last, whole, groups, change, category, town, changed)


def _over(cubes: dict[str, Any], axis: int | None, people: Any) -> Sums:
    """Sums by the classes of one group (None: all together), over all others."""
    flat = {}
    for kind, cube in cubes.items():
        others = tuple(k for k in range(cube.ndim - 1) if k != axis)
        flat[kind] = cube.sum(axis=others).reshape(-1, cube.shape[-1])
    bills = flat["bills"]
    return Sums(bills[:, 0], bills[:, 1], (flat["before"], flat["after"]), flat["left"], people)
