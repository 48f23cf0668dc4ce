"""What a changed policy would cost, and whom: the same claims settled twice, compared by layer, fund, class and township.

Claims are read and put into the loop's integers once; a changed figure costs only the loop. Counts of people and sums in
fen; nothing here names a person.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.encode import Encoded
from doudi.engine.settle.run import MONEY_FUNDS, Outcome, Settler, settle_encoded, whole_persons
from doudi.policy.changes import Change, changes
from doudi.policy.meaning import fingerprint
from doudi.policy.schema import FUNDS

THREADS = 2
#: Where the distribution of changes per person is cut, in yuan; a change of nothing is counted apart.
CUTS_YUAN = (-10_000, -5_000, -2_000, -1_000, -500, -100, 0, 100, 500, 1_000, 2_000, 5_000, 10_000)
TOWN = "town"


@dataclass(frozen=True)
class Line:
    """One layer, fund or purse: what it pays before and after, in fen."""

    code: str
    zh: str
    before: int
    after: int


@dataclass(frozen=True)
class Group:
    """The claims of one class or township. `funds` and `person` are (before, after) in fen; refunds count as claims."""

    code: str
    zh: str
    claims: int
    people: int
    total: int
    funds: tuple[int, int]
    person: tuple[int, int]


@dataclass(frozen=True)
class Spread:
    """How people fare: how many, and how many fen, from `low` to `high` yuan more to bear (None: no bound)."""

    low: int | None
    high: int | None
    people: int
    fen: int


@dataclass(frozen=True)
class Comparison:
    """Two policies over the same claims. A person who bears less gains."""

    before: tuple[str, str]  # id and fingerprint
    after: tuple[str, str]
    changes: tuple[Change, ...]
    claims: int
    people: int
    total: int
    layers: tuple[Line, ...]
    funds: tuple[Line, ...]
    groups: dict[str, tuple[Group, ...]]  # by dimension of the policy, and by `town`
    titles: dict[str, str]  # what each grouping is called
    gain: tuple[int, int]  # people, fen they bear less
    lose: tuple[int, int]  # people, fen they bear more
    same: int
    spread: tuple[Spread, ...]


@dataclass(frozen=True)
class Year:
    """Claims ready to be settled again: blocks as read, and the loop's integers for one policy."""

    settler: Settler
    persons: pa.Table | None
    blocks: tuple[pa.Table, ...]
    encoded: tuple[Encoded, ...]


def read_year(settler: Settler, persons: pa.Table | None, batches: Iterable[pa.RecordBatch]) -> Year:
    """Read a stream of claims sorted by person once."""
    blocks = tuple(whole_persons(batches))
    return Year(settler, persons, blocks, tuple(settler.encode(block) for block in blocks))


def compare(year: Year, other: Settler) -> Comparison:
    """Settle a year by its own policy and by another, and compare. Raises whatever a claim raises under either."""
    base = year.settler
    encoded = (
        year.encoded
        if _alike(base.compiled, other.compiled)
        else tuple(other.encode(block) for block in year.blocks)
    )
    before = [_settled(e, base, block) for e, block in zip(year.encoded, year.blocks, strict=True)]
    after = [_settled(e, other, block) for e, block in zip(encoded, year.blocks, strict=True)]
    left = _joined([o.left for o in before]), _joined([o.left for o in after])
    total = _joined([_in_order(e, e.claims.amounts[:, 0]) for e in year.encoded])
    paid = tuple(_sum_layers(o, s.compiled) for o, s in ((before, base), (after, other)))
    funds = _fund_totals(before, base.compiled), _fund_totals(after, other.compiled)
    fund = tuple(
        _joined([_money(o.paid, s.compiled) for o in outcomes])
        for outcomes, s in ((before, base), (after, other))
    )
    person, towns, town_names = _persons(year)
    people = int(person[-1]) + 1 if len(person) else 0
    groups: dict[str, tuple[Group, ...]] = {}
    titles: dict[str, str] = {}
    for number, name in enumerate(base.compiled.dimensions):
        dimension = base.compiled.pack.file.dimensions[name]
        size = len(dimension.classes) + 1
        stride = base.compiled.strides[number + 1]
        chosen = _joined([_in_order(e, e.claims.combo // stride % size) for e in year.encoded])
        labels = [(c.code, c.zh or c.code) for c in dimension.classes] + [("-", "未归类")]
        groups[name] = _groups(chosen, labels, person, total, fund, left)
        titles[name] = dimension.zh or name
    if town_names:
        groups[TOWN] = _groups(
            towns[person], [(t, t or "未登记") for t in town_names], person, total, fund, left
        )
        titles[TOWN] = "乡镇"
    change = np.zeros(people, np.int64)
    np.add.at(change, person, left[1] - left[0])
    names = {code: s.compiled.pack.layer(code).zh for s in (other, base) for code in s.compiled.layers}
    return Comparison(
        before=(base.compiled.pack.id, fingerprint(base.compiled.pack)),
        after=(other.compiled.pack.id, fingerprint(other.compiled.pack)),
        changes=tuple(changes(base.compiled.pack, other.compiled.pack)),
        claims=len(total),
        people=people,
        total=int(total.sum()),
        layers=tuple(
            Line(code, zh, paid[0].get(code, 0), paid[1].get(code, 0))
            for code, zh in sorted(names.items(), key=lambda n: list(names).index(n[0]))
        ),
        funds=(
            *(Line(f, f, funds[0][f], funds[1][f]) for f in FUNDS if funds[0][f] or funds[1][f]),
            Line("psn_pay", "个人负担", int(left[0].sum()), int(left[1].sum())),
        ),
        groups=groups,
        titles=titles,
        gain=(int((change < 0).sum()), int(-change[change < 0].sum())),
        lose=(int((change > 0).sum()), int(change[change > 0].sum())),
        same=int((change == 0).sum()),
        spread=_spread(change),
    )


def _alike(a: Compiled, b: Compiled) -> bool:
    """Whether claims put into integers for one policy can be settled by the other as they are."""
    mine, theirs = a.pack.file, b.pack.file
    return (
        (a.epochs, a.strides, a.dimensions, a.costs, a.recorded, a.pools, a.cap_pools, a.pack.to)
        == (b.epochs, b.strides, b.dimensions, b.costs, b.recorded, b.pools, b.cap_pools, b.pack.to)
        and (mine.dates, mine.year_starts, mine.stays, mine.dimensions) == (theirs.dates, theirs.year_starts, theirs.stays, theirs.dimensions)
    )  # fmt: skip


def _settled(encoded: Encoded, settler: Settler, block: pa.Table) -> Outcome:
    """An outcome in the block's own order."""
    outcome = settle_encoded(encoded, settler.compiled, block, threads=THREADS)
    return Outcome(
        _in_order(encoded, outcome.paid), _in_order(encoded, outcome.left), outcome.parts, outcome.detail
    )


def _in_order(encoded: Encoded, values: Any) -> Any:
    """Values in the loop's order put back into the block's."""
    if (encoded.order[1:] > encoded.order[:-1]).all():
        return values
    out = np.empty_like(values)
    out[encoded.order] = values
    return out


def _joined(parts: list[Any]) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _sum_layers(outcomes: list[Outcome], compiled: Compiled) -> dict[str, int]:
    sums = sum((o.paid.sum(axis=0) for o in outcomes), np.zeros(len(compiled.layers), np.int64))
    return dict(zip(compiled.layers, sums.tolist(), strict=True))


def _fund_totals(outcomes: list[Outcome], compiled: Compiled) -> dict[str, int]:
    totals = dict.fromkeys(FUNDS, 0)
    for code, fen in _sum_layers(outcomes, compiled).items():
        totals[compiled.pack.layer(code).fund] += fen
    return totals


def _money(paid: Any, compiled: Compiled) -> Any:
    """What insurance and aid pay of each claim, the hospital's own part left out."""
    mine = [k for k, code in enumerate(compiled.layers) if compiled.pack.layer(code).fund in MONEY_FUNDS]
    return paid[:, mine].sum(axis=1)


def _persons(year: Year) -> tuple[Any, Any, list[str]]:
    """Per claim the person's place among all; per person the township's place among the named ones; their names."""
    person, ids, seen = [], [], 0
    for block, encoded in zip(year.blocks, year.encoded, strict=True):
        starts = encoded.claims.person
        person.append(np.cumsum(starts, dtype=np.int64) - 1 + seen)
        first = np.flatnonzero(starts)
        ids.append(block["psn_no"].take(pa.array(first)))
        seen += len(first)
    if year.persons is None or TOWN not in year.persons.column_names or not ids:
        return _joined(person), np.zeros(seen, np.int64), []
    known = year.persons.filter(pc.is_valid(year.persons[TOWN]))
    names = [*sorted(pc.unique(known[TOWN]).to_pylist()), ""]
    places = pc.index_in(
        pa.chunked_array(functools.reduce(operator.iadd, (i.chunks for i in ids), [])),
        value_set=known["psn_no"].combine_chunks(),
    )
    towns = pc.index_in(known[TOWN], value_set=pa.array(names[:-1], pa.string())).to_numpy()
    towns = np.append(towns.astype(np.int64), len(names) - 1)
    return _joined(person), towns[places.fill_null(len(towns) - 1).to_numpy()], names


def _groups(
    group: Any,
    labels: list[tuple[str, str]],
    person: Any,
    total: Any,
    fund: tuple[Any, ...],
    left: tuple[Any, ...],
) -> tuple[Group, ...]:
    out = np.zeros((len(labels), 7), np.int64)
    _tally(
        np.ascontiguousarray(group).astype(np.int64), person, total, fund[0], fund[1], left[0], left[1], out
    )
    rows = [
        Group(code, zh, n, people, whole, (f0, f1), (p0, p1))
        for (code, zh), (n, people, whole, f0, f1, p0, p1) in zip(labels, out.tolist(), strict=True)
        if n
    ]
    return tuple(rows)


@njit(cache=True, nogil=True)
def _tally(
    group: Any, person: Any, total: Any, fund0: Any, fund1: Any, left0: Any, left1: Any, out: Any
) -> None:
    """Sum claims by group; a person counts once in each (claims of one person stand together)."""
    last = np.full(out.shape[0], -1, np.int64)
    for i in range(group.shape[0]):
        g = group[i]
        out[g, 0] += 1
        if last[g] != person[i]:
            last[g] = person[i]
            out[g, 1] += 1
        out[g, 2] += total[i]
        out[g, 3] += fund0[i]
        out[g, 4] += fund1[i]
        out[g, 5] += left0[i]
        out[g, 6] += left1[i]


def _spread(change: Any) -> tuple[Spread, ...]:
    """People by how much more (or less) they bear, those without a change left out."""
    moved = change[change != 0]
    edges = [None, *CUTS_YUAN, None]
    rows = []
    for low, high in itertools.pairwise(edges):
        # Losses are cut above their edge, gains below it, so that an edge belongs to the smaller change.
        upper = (
            np.full(len(moved), True)
            if high is None
            else (moved <= high * 100 if high > 0 else moved < high * 100)
        )
        lower = (
            np.full(len(moved), True)
            if low is None
            else (moved > low * 100 if low >= 0 else moved >= low * 100)
        )
        inside = moved[upper & lower]
        rows.append(Spread(low, high, len(inside), int(inside.sum())))
    return tuple(rows)
