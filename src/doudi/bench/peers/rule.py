"""The rule that every peer works out: critical-illness insurance on a person's yearly sum, by category.

Absolute bands counted from zero, the part below the deductible using up the first; poor people half the deductible and
five points more in each band; a yearly cap for the rest. The figures are those of 示例县.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

EDGES = (10_000_000, 20_000_000, 30_000_000)


class Category(NamedTuple):
    """One category's figures: deductible and cap in fen (-1: no cap), ratios of the bands in per cent."""

    deductible: int
    per_cent: tuple[int, ...]
    cap: int


CATEGORIES = (Category(1_400_000, (60, 65, 70, 75), 40_000_000), Category(700_000, (65, 70, 75, 80), -1))
"""Ordinary people, and the poor."""

RULE: dict[str, Any] = {"edges": EDGES, "categories": [one._asdict() for one in CATEGORIES]}

POLICY = """
doudi: settlement/1
id: bench-yearly-sum
zh: 大病保险一条规则（测速用）
place: 测速
from: 2025-01-01
to: 2025-12-31
source: {document: 测速, confirmed: false}
dimensions:
  category:
    classes: [{code: poor, when: {psn_type: ["poor"]}}, {code: ordinary}]
order: [cii]
layers:
  cii:
    zh: 大病保险
    fund: hifmi_pay
    base: [inscp]
    deductible: {per: bill, amount: cii.deductible}
    bands: cii.bands
    caps: [{limit: cii.cap, per: bill}]
parameters:
  cii.deductible: {unit: yuan, by: [category], table: {poor: 7000, ordinary: 14000}}
  cii.cap: {unit: yuan, by: [category], table: {poor: none, ordinary: 400000}}
  cii.bands:
    unit: bands
    by: [category]
    table:
      ordinary: [{to: 100000, ratio: 60%}, {to: 200000, ratio: 65%}, {to: 300000, ratio: 70%}, {ratio: 75%}]
      poor: [{to: 100000, ratio: 65%}, {to: 200000, ratio: 70%}, {to: 300000, ratio: 75%}, {ratio: 80%}]
"""


def rows(count: int, seed: int = 990101) -> tuple[Any, Any]:
    """Yearly sums in fen and categories (0, 1): most below the deductible or little above, a few in the millions of yuan."""
    rng = np.random.default_rng(seed)
    sums = np.exp(rng.normal(np.log(2_000_000), 1.3, count)).astype(np.int64)
    return np.minimum(sums, 500_000_000), (rng.random(count) < 0.1).astype(np.int64)


def write(folder: Path, sums: Any, categories: Any) -> None:
    """The rows as the peers read them: 64-bit little-endian integers."""
    (folder / "sums.i64").write_bytes(sums.astype("<i8").tobytes())
    (folder / "categories.i64").write_bytes(categories.astype("<i8").tobytes())


def read(path: Path) -> Any:
    """Integers that a peer wrote."""
    values = array("q")
    values.frombytes(path.read_bytes())
    return np.array(values, np.int64)


def right(sums: Any, categories: Any) -> Any:
    """What is right, in whole numbers: hundredths of a fen, rounded half up once. Decimal is held against it on its rows."""
    paid = np.zeros(len(sums), np.int64)
    for number, one in enumerate(CATEGORIES):
        mine = sums[categories == number]
        gross, low = np.zeros(len(mine), np.int64), 0
        for edge, per_cent in zip((*EDGES, int(sums.max(initial=0)) + 1), one.per_cent, strict=True):
            gross += np.maximum(np.minimum(mine, edge) - max(low, one.deductible), 0) * per_cent
            low = edge
        gross = (gross + 50) // 100
        paid[categories == number] = np.minimum(gross, one.cap) if one.cap >= 0 else gross
    return paid


def differing(wanted: Any, found: Any) -> tuple[int, int]:
    """On how many rows two results differ, and by how many fen at most."""
    apart = np.abs(wanted - found)
    return int((apart != 0).sum()), int(apart.max(initial=0))
