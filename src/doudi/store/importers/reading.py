"""Reading one file into the inside form: every good row, and every fault with its row, column and value.

All faults of a file are found in one reading. Memory holds the inside form and one raw batch, not the
file. This module must not write anything.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.errors import DoudiError, raise_all
from doudi.facts.conform import conform
from doudi.facts.convert import convert, why_refused
from doudi.facts.declare import Column, Table
from doudi.facts.headers import Matched, match_headers, recognise
from doudi.facts.numbers import Mask
from doudi.facts.registry import table_named
from doudi.facts.rows import refused_rows
from doudi.store.duplicates import repeats
from doudi.store.importers import telling
from doudi.store.importers.faults import FaultList, Why
from doudi.store.importers.raw import Numbers, Ragged, RawBatch, ahead, raw_batches
from doudi.store.importers.shape import LONGEST_LINE, Shape, shape_of
from doudi.store.manifest import Source

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Reading:
    """What a file held: the good rows in the inside form with their numbers, the faults, and notices for people."""

    shape: Shape
    table: Table
    matched: Matched
    data: pa.Table
    numbers: Numbers
    faults: FaultList
    notices: tuple[str, ...]
    total_rows: int

    @property
    def source(self) -> Source:
        """The file as a manifest names it."""
        rejected = self.faults.row_count
        return Source(self.shape.name, self.shape.sha256, rows=self.total_rows, rejected=rejected)


def read_table(path: Path, table: Table | str | None = None) -> tuple[pa.Table, list[DoudiError]]:
    """The good rows of a file in the inside form, and what is wrong with the others (told ones only)."""
    reading = read_file(path, table)
    return reading.data, list(reading.faults.told)


def read_file(
    path: Path,
    table: Table | str | None = None,
    *,
    shape: Shape | None = None,
    progress: Progress | None = None,
    longest_line: int = LONGEST_LINE,
) -> Reading:
    """Read a file as a table (recognised by its headers if not said); raise only if it cannot be read at all."""
    shape = shape or shape_of(path, longest_line)
    declared = table_named(table) if isinstance(table, str) else table or recognise(shape.headers, shape.name)
    matched = match_headers(shape.headers, declared, shape.name)
    raise_all(matched.faults)
    return _Reader(shape, matched).read(progress or (lambda _: None))


class _Reader:
    def __init__(self, shape: Shape, matched: Matched) -> None:
        self.shape, self.matched, self.table = shape, matched, matched.table
        self.columns = tuple(matched.places)
        self.given = pa.schema([(column.inside, column.arrow) for column in self.columns])
        self.faults = FaultList(shape.name)
        self.new_codes: dict[Column, set[str]] = {}
        self.blank = 0

    def read(self, progress: Progress) -> Reading:
        ragged = Ragged()
        parts: list[pa.Table] = []
        numbers: list[Numbers] = []
        total = 0
        with ThreadPoolExecutor(2) as pool:
            for raw in ahead(raw_batches(self.shape, ragged)):
                total += len(raw.numbers)
                good, kept = self._batch(raw, pool)
                parts.append(good)
                numbers.append(kept)
                progress(raw.read)
        if ragged.rows:
            numbers_of = np.array(sorted(ragged.rows), np.int64)
            cells = pa.array([ragged.rows[row] for row in sorted(ragged.rows)], pa.string())
            self.faults.add("", numbers_of, cells, telling.ragged(ragged.expected))
        data = conform(pa.concat_tables(parts) if parts else self.given.empty_table(), self.table)
        rows = np.concatenate(numbers) if numbers else np.zeros(0, np.int64)
        data, rows, repeated = self._without_repeats(data, rows)
        return Reading(
            shape=self.shape,
            table=self.table,
            matched=self.matched,
            data=data,
            numbers=rows,
            faults=self.faults,
            notices=telling.notices(self.matched, self.new_codes, repeated, self.blank),
            total_rows=total + len(ragged.rows),
        )

    def _batch(self, raw: RawBatch, pool: ThreadPoolExecutor) -> tuple[pa.Table, Numbers]:
        """Convert a batch column by column; take out rows that are blank or cannot stand."""
        places = self.matched.places
        converted = dict(
            zip(
                self.columns,
                pool.map(lambda column: convert(column, raw.columns[places[column]]), self.columns),
                strict=True,
            )
        )
        batch = pa.Table.from_arrays([result.values for result in converted.values()], schema=self.given)
        refused = np.zeros(len(raw.numbers), dtype=bool)
        for column, result in converted.items():
            if result.new_codes:
                self.new_codes.setdefault(column, set()).update(result.new_codes)
            if result.bad.any():
                self._tell(column, result.bad, raw, partial(why_refused, column))
                refused |= result.bad
        blank = self._blank_rows(batch, refused)
        for fault in refused_rows(batch, self.table, self.columns):
            rows = fault.rows & ~blank & ~converted[fault.column].bad
            if rows.any():
                self._tell(fault.column, rows, raw, telling.refused(fault))
                refused |= rows
        self.blank += int(blank.sum())
        good = ~(refused | blank)
        if good.all():
            return batch, raw.numbers
        return batch.filter(pa.array(good)), raw.numbers[good]

    def _blank_rows(self, batch: pa.Table, refused: Mask) -> Mask:
        """Rows without anything in them, which spreadsheets leave at the end."""
        names = [column.inside for column in self.columns]
        maybe = ~refused
        for name in names:
            if not maybe.any():
                break
            maybe &= pc.is_null(batch[name]).to_numpy()
        return maybe

    def _tell(self, column: Column, rows: Mask, raw: RawBatch, why: Why) -> None:
        place, at = self.matched.places[column], np.flatnonzero(rows)
        cells = raw.columns[place].take(pa.array(at))
        self.faults.add(self.shape.headers[place], raw.numbers[at], cells, why)

    def _without_repeats(self, data: pa.Table, rows: Numbers) -> tuple[pa.Table, Numbers, int]:
        """Take out rows that repeat an earlier one; rows of one key with different contents are faults, all of them."""
        repeated, differing = repeats(data, self.table)
        if not len(repeated) and not len(differing):
            return data, rows, 0
        if len(differing):
            first = self.table[self.table.keys[0]]
            cells = data[first.inside].take(pa.array(differing)).combine_chunks()
            why = telling.repeated(self.table, cells, rows[differing])
            self.faults.add(self.shape.headers[self.matched.places[first]], rows[differing], cells, why)
        keep = np.ones(data.num_rows, dtype=bool)
        keep[repeated] = keep[differing] = False
        return data.filter(pa.array(keep)), rows[keep], len(repeated)
