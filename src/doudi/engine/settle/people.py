"""Persons as the loop's preparation reads them: sorted, with their dated tags, enrolments and prior sums in flat arrays.

Built once per run from the persons table, for the tags and pools that one policy names; then read by every block.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from doudi.common.errors import InputFault
from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.strings import Text, frozen, text_of

TAG_COLUMNS = ("psn_idet_type", "rloc_type")
UNKNOWN_DAY = np.int32(-(1 << 30))
LAST_DAY = np.int32(1 << 30)
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class People:
    """Persons in order of `psn_no`; each `*_off` has one entry more than there are persons."""

    keys: Text
    count: int
    born: Any  # days, UNKNOWN_DAY
    tag_off: Any
    tags: Any  # rows (bit in the tag's mask, column, from, to)
    enrol_off: Any
    enrols: Any  # rows (first day of the unbroken enrolment, from, to)
    prior_off: Any
    prior_years: Any  # rows (year, offset, number)
    prior_rows: Any


def tag_bits(compiled: Compiled) -> dict[tuple[str, str], int]:
    """The tags that the policy's dimensions name, each with its bit; the bit of "" stands for any tag of the column."""
    bits: dict[tuple[str, str], int] = {}
    for name in compiled.dimensions:
        for one in compiled.pack.file.dimensions[name].classes:
            for condition in (one.when or {}, one.unless or {}):
                for column in TAG_COLUMNS:
                    for value in condition.get(column, []):
                        bits.setdefault((column, str(value)), len([k for k in bits if k[0] == column]))
    for column in TAG_COLUMNS:
        if sum(1 for k in bits if k[0] == column) > 62:
            raise InputFault(f"政策用到的 {column} 取值过多", allowed="至多 62 个", do="合并类别")
    return bits


def index_people(persons: pa.Table | None, prior: pa.Table | None, compiled: Compiled) -> People:
    """Index persons (inside form, any order, several rows a person) and prior sums (psn_no, year, pool, item, amount).

    Raises `InputFault` for contradictory birth dates and for prior rows that name no pool or item of the policy.
    """
    persons = persons if persons is not None else pa.table({"psn_no": pa.array([], pa.string())})
    prior = prior if prior is not None else pa.table({"psn_no": pa.array([], pa.string())})
    keys = pc.unique(
        pa.chunked_array(
            [*persons["psn_no"].cast(pa.string()).chunks, *prior["psn_no"].cast(pa.string()).chunks],
            pa.string(),
        )
    )
    keys = keys.take(pc.array_sort_indices(keys))
    place = _places(persons, keys)
    born = np.full(len(keys), UNKNOWN_DAY, np.int32)
    if "brdy" in persons.column_names:
        days = _days(persons["brdy"], UNKNOWN_DAY)
        known = days != UNKNOWN_DAY
        born[place[known]] = days[known]
        if (born[place[known]] != days[known]).any():
            raise InputFault("同一人有两个出生日期", where="人员表", do="核对后只保留一个")
    tag_off, tags = _tags(persons, place, len(keys), tag_bits(compiled))
    enrol_off, enrols = _enrolments(persons, place, len(keys))
    prior_off, years, rows = _prior(prior, _places(prior, keys), len(keys), compiled)
    return People(
        text_of(keys),
        len(keys),
        *(frozen(a) for a in (born, tag_off, tags, enrol_off, enrols, prior_off, years, rows)),
    )


def _places(table: pa.Table, keys: pa.Array) -> Any:
    return pc.index_in(table["psn_no"].cast(pa.string()), value_set=keys).to_numpy().astype(np.int64)


def _days(column: pa.ChunkedArray, missing: Any) -> Any:
    return column.cast(pa.date32()).cast(pa.int32()).fill_null(int(missing)).to_numpy().astype(np.int32)


def _column(table: pa.Table, name: str, missing: Any) -> Any:
    return (
        _days(table[name], missing) if name in table.column_names else np.full(len(table), missing, np.int32)
    )


def _grouped(place: Any, count: int, rows: Any, *order: Any) -> tuple[Any, Any]:
    """Rows sorted by person (then by `order`), and where each person's begin."""
    by = np.lexsort((*order[::-1], place))
    return np.concatenate([[0], np.cumsum(np.bincount(place, minlength=count))]).astype(np.int64), rows[by]


def _tags(persons: pa.Table, place: Any, count: int, bits: dict[tuple[str, str], int]) -> tuple[Any, Any]:
    start, end = _column(persons, "begntime", UNKNOWN_DAY), _column(persons, "endtime", LAST_DAY)
    parts, places = [], []
    for number, column in enumerate(TAG_COLUMNS):
        named = {value: bit for (col, value), bit in bits.items() if col == column}
        if column not in persons.column_names or not named:
            continue
        held = persons[column].cast(pa.string()).fill_null("")
        found = (
            pc.index_in(held, value_set=pa.array(list(named), pa.string())).fill_null(len(named)).to_numpy()
        )
        mask = np.array([*(np.int64(1) << bit for bit in named.values()), 0], np.int64)[found]
        if "" in named:
            mask |= np.int64(1) << named[""]
        rows = np.flatnonzero(pc.not_equal(held, "").to_numpy() & (mask != 0))
        parts.append(
            np.stack([mask[rows], np.full(len(rows), number), start[rows], end[rows]], 1).astype(np.int64)
        )
        places.append(place[rows])
    rows = np.concatenate(parts) if parts else np.zeros((0, 4), np.int64)
    at = np.concatenate(places) if places else np.zeros(0, np.int64)
    return _grouped(at, count, rows, rows[:, 2])


def _enrolments(persons: pa.Table, place: Any, count: int) -> tuple[Any, Any]:
    start = _column(persons, "psn_insu_date", UNKNOWN_DAY)
    end = _column(persons, "paus_insu_date", LAST_DAY)
    rows = np.flatnonzero(start != UNKNOWN_DAY)
    table = np.stack(
        [start[rows], start[rows], np.where(end[rows] == LAST_DAY, LAST_DAY, end[rows] - 1)], 1
    ).astype(np.int64)
    offsets, table = _grouped(place[rows], count, table, table[:, 1])
    _chain(offsets, table)
    return offsets, table


@njit(cache=True, nogil=True)
def _chain(offsets: Any, rows: Any) -> None:
    """Let periods that touch or overlap share the first day of their unbroken enrolment; an empty period joins nothing."""
    for p in range(offsets.shape[0] - 1):
        first = reach = -(1 << 40)
        for r in range(offsets[p], offsets[p + 1]):
            if rows[r, 2] < rows[r, 1]:
                continue
            if rows[r, 1] > reach + 1:
                first = rows[r, 1]
            rows[r, 0] = first
            reach = max(reach, rows[r, 2])


def _prior(prior: pa.Table, place: Any, count: int, compiled: Compiled) -> tuple[Any, Any, Any]:
    out = []
    for row, at in zip(prior.to_pylist(), place, strict=True):
        pool, item = row["pool"], row["item"]
        if item == "used" and pool in compiled.cap_pools:
            out.append((at, row["year"], -1 - compiled.cap_pools.index(pool), 0, row["amount"]))
        elif item in c.PRIOR_ITEMS and pool in compiled.pools:
            out.append((at, row["year"], compiled.pools.index(pool), c.PRIOR_ITEMS[item], row["amount"]))
        else:
            raise InputFault(
                f"期初累计中的 {pool}.{item} 在政策里没有", where="期初表",
                allowed=f"累计池 {'、'.join(compiled.pools)} 的 {'、'.join(c.PRIOR_ITEMS)}；封顶池 {'、'.join(compiled.cap_pools)} 的 used",
                do="核对 pool 与 item 两列",
            )  # fmt: skip
    out.sort()
    table = np.array(out, np.int64).reshape(-1, 5)
    years: list[tuple[int, int, int]] = []
    offsets = np.zeros(count + 1, np.int64)
    for r, (at, year, *_) in enumerate(table.tolist()):
        if r and table[r - 1, 0] == at and table[r - 1, 1] == year:
            years[-1] = (year, years[-1][1], years[-1][2] + 1)
        else:
            years.append((year, r, 1))
            offsets[at + 1] += 1
    return np.cumsum(offsets), np.array(years, np.int64).reshape(-1, 3), np.ascontiguousarray(table[:, 2:])
