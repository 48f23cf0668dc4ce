"""Claims as tables turned into the integers that the loop reads: order, days, classes, amounts, refunds.

Takes a block of whole persons, sorted by `psn_no`, in the inside form of `settlements`. Knows what a policy looks at
(from its compiled form) and nothing of what it pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from doudi.common.errors import InputFault
from doudi.engine.settle import layout as c
from doudi.engine.settle.calendar import completed_years, year_of
from doudi.engine.settle.classes import Classifier, classify, read_codes
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.people import EPOCH, UNKNOWN_DAY, People
from doudi.engine.settle.strings import changes, find_sorted, fingerprints, frozen, text_of
from doudi.policy.schema import DAYS

AMOUNTS = (
    "medfee_sumamt_fen",
    "fulamt_ownpay_amt_fen",
    "overlmt_selfpay_fen",
    "preselfpay_amt_fen",
    "inscp_amt_fen",
)
NEEDED = ("psn_no", "setl_id", "begndate", "enddate", "setl_time", *AMOUNTS)


@dataclass(frozen=True)
class Encoded:
    """A block ready for the loop. `order[i]` is the block row of claim `i`; `original[i]` is the claim that refund `i`
    reverses (in the loop's order), -1 for others; `bad[i]` is a status that forbids the refund."""

    claims: c.Claims
    order: Any
    original: Any
    bad: Any


def encode(block: pa.Table, compiled: Compiled, people: People, classifier: Classifier) -> Encoded:
    """Turn a block of claims into the loop's arrays. Raises `InputFault` for missing columns or values."""
    _check_columns(block)
    n = len(block)
    file = compiled.pack.file
    starts = np.zeros(n, np.uint8)
    psn = text_of(block["psn_no"])
    if (wrong := changes(psn, starts)) >= 0:
        raise InputFault("结算数据没有按人员编号排序", where=f"第 {wrong + 1} 行", do="先按 psn_no 排序")
    person = np.empty(n, np.int32)
    find_sorted(psn, starts, people.keys, people.count, person)
    days = {
        "admission": _date(block, "begndate"),
        "discharge": _date(block, "enddate"),
        "settlement": _settled(block),
    }
    dates = file.dates
    year = np.empty(n, np.int32)
    _years(days[dates.year], *file.year_starts, year)
    order = _order(starts, year, days[dates.order], block)
    if order is not None:
        block = block.take(pa.array(order))
        person, year = person[order], year[order]  # starts stay: persons keep their places and sizes
        days = {name: frozen(values[order]) for name, values in days.items()}
    else:
        order = np.arange(n)
    age, enrolled_days, enrolled_years = (np.empty(n, np.int32) for _ in range(3))
    _ages(person, days[dates.age], people.born, age)
    _enrolled(person, days[dates.enrolment], people.enrol_off, people.enrols, enrolled_days, enrolled_years)
    combo = np.empty(n, np.int32)
    _epochs(
        days[dates.rate],
        np.array([(day - EPOCH).days for day in compiled.epochs], np.int64),
        (compiled.pack.to - EPOCH).days,
        compiled.strides[0],
        combo,
    )
    codes = read_codes(block, classifier, days[dates.level])
    classify(
        classifier,
        codes,
        person,
        age,
        np.stack([days[day] for day in DAYS]),
        people.tag_off,
        people.tags,
        combo,
    )
    stays = np.zeros(n, np.int64)
    if "mdtrt_id" in block.column_names and file.stays.interim == "one_deductible":
        fingerprints(text_of(block["mdtrt_id"]), stays)
    amounts = np.stack([_money(block, name) for name in AMOUNTS], 1)
    costs = _wide(block, [f"cost_{name}_fen" for name in compiled.costs])
    recorded = _wide(block, [f"{name}_fen" for name in compiled.recorded])
    flags, original, bad = _refunds(block, starts, np.concatenate([amounts, costs, recorded], 1))
    bad[(original < 0) & (bad == c.OK) & (days["discharge"] < days["admission"])] = c.ENDS_EARLY
    prior = np.zeros(0, np.int32)
    if len(people.prior_rows):
        prior = np.empty(n, np.int32)
        _priors(person, year, people.prior_off, people.prior_years, prior)
    return Encoded(
        c.Claims(*(frozen(values) for values in (
            starts, year, combo, days["admission"], days["discharge"], _lengths(block, days, file.stays.days == "nights"), age, enrolled_days,
            enrolled_years, stays, flags, amounts, costs, recorded, prior, people.prior_years[:, 1:], people.prior_rows,
        ))),
        order, original, bad,
    )  # fmt: skip


def _check_columns(block: pa.Table) -> None:
    missing = [name.removesuffix("_fen") for name in NEEDED if name not in block.column_names]
    if missing:
        raise InputFault(
            f"结算数据缺少列 {'、'.join(missing)}", do="补上这些列；用 doudi claims template 查看模板"
        )
    for name in NEEDED:
        if block[name].null_count:
            row = int(np.flatnonzero(block[name].is_null().to_numpy())[0])
            raise InputFault(
                f"{name.removesuffix('_fen')} 为空",
                where=f"setl_id={block['setl_id'][row].as_py()}",
                do="补齐后再结算",
            )


def _date(block: pa.Table, name: str) -> Any:
    return frozen(block[name].cast(pa.date32()).cast(pa.int32()).to_numpy())


def _settled(block: pa.Table) -> Any:
    seconds = block["setl_time"].cast(pa.timestamp("s"), safe=False).cast(pa.int64()).to_numpy()
    return frozen((seconds // 86400).astype(np.int32))


def _money(block: pa.Table, name: str) -> Any:
    return (
        block[name].cast(pa.int64()).fill_null(0).to_numpy()
        if name in block.column_names
        else np.zeros(len(block), np.int64)
    )


def _wide(block: pa.Table, names: Sequence[str]) -> Any:
    return (
        np.stack([_money(block, name) for name in names], 1) if names else np.zeros((len(block), 0), np.int64)
    )


def _order(starts: Any, year: Any, day: Any, block: pa.Table) -> Any | None:
    """The order in which claims are taken, or None where the block stands in it already."""
    seconds = frozen(block["setl_time"].cast(pa.timestamp("s"), safe=False).cast(pa.int64()).to_numpy())
    setl = text_of(block["setl_id"])
    group = np.cumsum(starts)
    if _in_order(group, year, day, seconds, setl):
        return None
    rank = np.empty(len(block), np.int64)
    rank[pc.array_sort_indices(block["setl_id"].combine_chunks()).to_numpy()] = np.arange(len(block))
    return np.lexsort((rank, seconds, day, year, group))


@njit(cache=True, nogil=True)
def _in_order(group: Any, year: Any, day: Any, seconds: Any, setl: Any) -> bool:
    for i in range(1, group.shape[0]):
        if group[i] != group[i - 1]:
            continue
        if year[i] != year[i - 1]:
            if year[i] < year[i - 1]:
                return False
        elif day[i] != day[i - 1]:
            if day[i] < day[i - 1]:
                return False
        elif seconds[i] != seconds[i - 1]:
            if seconds[i] < seconds[i - 1]:
                return False
        elif _text_below(setl, i, i - 1):
            return False
    return True


@njit(cache=True, nogil=True)
def _text_below(text: Any, i: int, j: int) -> bool:
    a, b = text.offsets[i], text.offsets[j]
    n, m = text.offsets[i + 1] - a, text.offsets[j + 1] - b
    for k in range(min(n, m)):
        if text.data[a + k] != text.data[b + k]:
            return bool(text.data[a + k] < text.data[b + k])
    return bool(n < m)


@njit(cache=True, nogil=True)
def _years(day: Any, month: int, first: int, out: Any) -> None:
    for i in range(out.shape[0]):
        out[i] = year_of(day[i], month, first)


@njit(cache=True, nogil=True)
def _ages(person: Any, day: Any, born: Any, out: Any) -> None:
    for i in range(out.shape[0]):
        out[i] = -1
        if person[i] >= 0 and born[person[i]] != UNKNOWN_DAY:
            out[i] = max(completed_years(born[person[i]], day[i]), 0)


@njit(cache=True, nogil=True)
def _enrolled(person: Any, day: Any, offsets: Any, rows: Any, days: Any, years: Any) -> None:
    for i in range(days.shape[0]):
        days[i] = c.NEVER_DAYS
        years[i] = 0
        p = person[i]
        if p < 0 or offsets[p] == offsets[p + 1]:
            continue
        days[i] = -1
        for r in range(offsets[p], offsets[p + 1]):
            if rows[r, 1] <= day[i] <= rows[r, 2]:
                days[i] = day[i] - rows[r, 0]
                years[i] = completed_years(rows[r, 0], day[i])


@njit(cache=True, nogil=True)
def _epochs(day: Any, epochs: Any, last: int, stride: int, out: Any) -> None:
    n = epochs.shape[0]
    for i in range(out.shape[0]):
        out[i] = -1
        if day[i] <= last:
            for e in range(n):
                if day[i] >= epochs[e]:
                    out[i] = e * stride


@njit(cache=True, nogil=True)
def _priors(person: Any, year: Any, offsets: Any, years: Any, out: Any) -> None:
    for i in range(out.shape[0]):
        out[i] = -1
        if person[i] >= 0:
            for r in range(offsets[person[i]], offsets[person[i] + 1]):
                if years[r, 0] == year[i]:
                    out[i] = r


def _lengths(block: pa.Table, days: dict[str, Any], nights: bool) -> Any:
    span = days["discharge"] - days["admission"] + (0 if nights else 1)
    length = np.maximum(span, 1).astype(np.int32)
    if "ipt_days" in block.column_names:
        own = block["ipt_days"].cast(pa.int64()).fill_null(0).to_numpy()
        length = np.where(own > 0, own, length).astype(np.int32)
    return length


def _refunds(block: pa.Table, starts: Any, amounts: Any) -> tuple[Any, Any, Any]:
    n = len(block)
    flags, original, bad = np.zeros(n, np.uint8), np.full(n, -1, np.int64), np.zeros(n, np.uint8)
    if "init_setl_id" not in block.column_names:
        return flags, original, bad
    points = text_of(block["init_setl_id"].cast(pa.string()).fill_null(""))
    target = np.empty(n, np.int64)
    fingerprints(points, target)
    if target.any():
        own = np.empty(n, np.int64)
        fingerprints(text_of(block["setl_id"]), own)
        _match_refunds(starts, target, own, amounts, flags, original, bad)
    return flags, original, bad


@njit(cache=True, nogil=True)
def _match_refunds(
    starts: Any, target: Any, own: Any, amounts: Any, flags: Any, original: Any, bad: Any
) -> None:
    """Find each refund's original among the person's claims; both must be there, once, and cancel exactly."""
    first = 0
    n = starts.shape[0]
    for i in range(n):
        if starts[i]:
            first = i
        if target[i] == 0:
            continue
        flags[i] |= c.REFUND
        bad[i] = c.NO_ORIGINAL
        j = first
        while j < n and (j == first or not starts[j]):
            if own[j] == target[i] and j != i:
                bad[i] = c.OK
                original[i] = j
                if target[j] != 0 or flags[j] & c.CANCELLED:
                    bad[i] = c.BAD_REFUND
                for a in range(amounts.shape[1]):
                    if amounts[i, a] != -amounts[j, a]:
                        bad[i] = c.BAD_REFUND
                flags[j] |= c.CANCELLED
                break
            j += 1
