"""The records of a sheet, column by column: values, faults, rows that cannot stand, and the table of those that do.

This module must not know where the header was or what was left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.importers.grid import ERROR, NUMBER, Grid
from doudi.ledgers.reading.agree import born_otherwise, sex_otherwise, too_late
from doudi.ledgers.reading.cells.column import Column, Wrong
from doudi.ledgers.reading.cells.divisions import Divisions
from doudi.ledgers.reading.cells.read import Around, read_column, without_errors
from doudi.ledgers.reading.duplicates import Same, same_rows
from doudi.ledgers.reading.header import Header
from doudi.ledgers.reading.mapping import Pairing
from doudi.ledgers.reading.places import DIVISION, divisions_of_rows
from doudi.ledgers.reading.problems import told
from doudi.ledgers.reading.result import ROW, CellProblem
from doudi.ledgers.reading.subject import naming_columns, stands_for
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind

#: The place of a column that the sheet does not have.
_NOWHERE = -1
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Body:
    """What is needed to read the records. `records`: their row indices; `source`: where a merged cell's text stands;
    `constants`: column → the value that holds for the whole sheet; `place`: the division the whole sheet is of."""

    grid: Grid
    columns: tuple[pa.Array, ...]
    header: Header
    kind: LedgerKind
    pairs: Mapping[int, Pairing]
    units: Mapping[int, str]
    records: Places
    as_of: date
    divisions: Divisions | None
    source: Mapping[int, Places] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    place: str | None = None


@dataclass(frozen=True)
class Read:
    """The accepted rows, the refused ones (row indices), every fault in order."""

    table: pa.Table
    refused: Places
    problems: tuple[CellProblem, ...]
    doubts: tuple[str, ...] = ()


def read_body(body: Body, missing: tuple[str, ...]) -> Read:
    """Read all records."""
    cells = _Cells(body)
    read = {c: cells.read(c) for c in _in_order(body)}
    by_name = {body.pairs[c].name: (c, column) for c, column in read.items()}
    _stand_in(body, by_name)
    for name, value in body.constants.items():
        kept = body.kind[name].column.arrow
        by_name[name] = (_NOWHERE, Column(pa.array([value] * len(body.records), kept)))
    _agree(body, by_name)
    refused = np.zeros(len(body.records), dtype=bool)
    report = _Report(body, cells)
    _required(body, by_name, report, refused)
    _named(body, by_name, report, refused)
    if missing and len(body.records):
        refused[:] = True
        for name in missing:
            report.whole(body.kind[name])
    table = _table(body, {name: column for name, (_, column) in by_name.items()})
    where = divisions_of_rows(cells.places, body.place, len(body.records))
    table = table.append_column(DIVISION, where)
    _duplicates(body, by_name, table, report, refused)
    for c, column in read.items():
        for place, wrong in column.wrong.items():
            report.cell(c, place, wrong)
    kept = table.filter(pa.array(~refused)) if refused.any() else table
    return Read(kept, body.records[refused], report.in_order())


def _in_order(body: Body) -> list[int]:
    """Columns others lean on first: the kind of document before the number, the township before the village."""
    first = {"psn_cert_type": 0, "town": 1, "village": 2}
    return sorted(body.pairs, key=lambda c: first.get(body.pairs[c].name, 9))


class _Cells:
    """The raw cells of the records."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.done: dict[str, pa.Array] = {}
        self.places: dict[str, pa.Array] = {}
        records = body.records
        solid = len(records) > 0 and int(records[-1] - records[0]) == len(records) - 1
        self.cut = (int(records[0]), len(records)) if solid else None
        self.taken = None if solid else pa.array(records)

    def text(self, c: int) -> pa.Array:
        """A column's cells."""
        column = self.body.columns[c]
        return column.slice(*self.cut) if self.cut else column.take(self.taken)

    def kinds(self, c: int) -> npt.NDArray[np.uint8]:
        """What each was in the file."""
        kinds = self.body.grid.kinds[c]
        if c in self.body.source:
            kinds = kinds[self.body.source[c]]
        return kinds[self.body.records]

    def read(self, c: int) -> Column:
        """One column in the inside form."""
        body = self.body
        column = body.kind[body.pairs[c].name]
        array, kinds = self.text(c), self.kinds(c)
        errors = kinds == ERROR
        bad: dict[int, Wrong] = {}
        if errors.any():
            array, bad = without_errors(array, pa.array(errors))
        around = Around(
            body.as_of,
            body.header.text(c),
            body.units.get(c, ""),
            body.divisions,
            self._above(column),
            self.done.get("psn_cert_type") if column.name == "certno" else None,
        )
        read = read_column(column, array, pa.array(kinds == NUMBER), around)
        read.wrong |= bad
        self.done[column.name] = _labels(column, read.values) if column.column.codes else array
        if "code" in read.beside:
            self.places[column.name] = read.beside["code"]
        return read

    def _above(self, column: LedgerColumn) -> pa.Array | None:
        """What a village or natural village lies in: the nearest that the row says, else what the sheet is of."""
        if column.name not in ("village", "natural_village"):
            return None
        here = [name for name in ("village", "town") if name in self.places and name != column.name]
        sheet = pa.array([self.body.place] * len(self.body.records), pa.string())
        if not here:
            return sheet if self.body.place else None
        return pc.coalesce(*(one for name in here for one in (self.places[name], self.done[name])), sheet)


def _labels(column: LedgerColumn, codes: pa.Array) -> pa.Array:
    """Codes of a national list as their names."""
    names = column.column.codes.values if column.column.codes else {}
    seen = codes.dictionary_encode()
    return pa.array([names.get(code, code) for code in seen.dictionary.to_pylist()], pa.string()).take(
        seen.indices
    )


class _Report:
    """Faults as they are told; one for each cell, though several rows may share a merged one."""

    def __init__(self, body: Body, cells: _Cells) -> None:
        self.body, self.cells = body, cells
        self.told: dict[tuple[int, int, str], CellProblem] = {}
        self.refusing: set[tuple[int, int]] = set()

    def cell(self, c: int, place: int, wrong: Wrong, *, refuses: bool = False) -> None:
        """One cell."""
        body = self.body
        at = int(body.records[place])
        source = int(body.source[c][at]) if c in body.source else at
        column = body.kind[body.pairs[c].name]
        words = told(wrong.code, column.zh, wrong)
        refuses = refuses or (c, place) in self.refusing
        self.told[source, c, wrong.code] = CellProblem(
            sheet=body.grid.name,
            row=body.grid.first_row + source,
            column=body.grid.first_column + c,
            header=body.header.text(c),
            value=body.grid.cells[c][source].as_py() or "",
            code=wrong.code,
            problem=words.problem,
            suggestion=words.suggestion,
            fix=wrong.fix,
            refuses=refuses,
        )

    def whole(self, column: LedgerColumn) -> None:
        """A column that is not there."""
        words = told("missing", column.zh)
        self.told[-1, len(self.told), column.name] = CellProblem(
            self.body.grid.name,
            0,
            0,
            column.zh,
            "",
            "missing",
            f"没有“{column.zh}”这一列",
            words.suggestion,
            refuses=True,
        )

    def in_order(self) -> tuple[CellProblem, ...]:
        """By row, then column."""
        return tuple(sorted(self.told.values(), key=lambda one: (one.row, one.column, one.code)))


ByName = dict[str, tuple[int, Column]]


def _stand_in(body: Body, by_name: ByName) -> None:
    """Where a sheet names its subject in other columns alone: certificate numbers hold the person's number, and a
    list of heads of household is about the heads."""
    for role in ("idcard", "name"):
        own = body.kind.own(role)
        if own is None or own.name in by_name:
            continue
        for name in stands_for(body.kind, role, {n: body.header.text(c) for n, (c, _) in by_name.items()}):
            c, column = by_name[name]
            beside = {}
            if role == "idcard":
                beside = {"state": column.beside["state"], "written": column.beside["written"]}
            by_name[own.name] = (c, Column(column.values, {}, beside))
            break


def _agree(body: Body, by_name: ByName) -> None:
    own = body.kind.own("idcard")
    numbers = by_name[own.name][1].values if own and own.name in by_name else None
    if "brdy" in by_name:
        too_late(by_name["brdy"][1], body.as_of)
        if numbers is not None:
            born_otherwise(by_name["brdy"][1], numbers)
    if numbers is not None and "gend" in by_name:
        sex_otherwise(by_name["gend"][1], numbers, body.kind["gend"])
    since = body.kind.since
    if body.kind.nature == "event" and since in by_name and pa.types.is_date(by_name[since][1].values.type):
        too_late(by_name[since][1], body.as_of)


def _required(body: Body, by_name: ByName, report: _Report, refused: npt.NDArray[np.bool_]) -> None:
    for name, (c, column) in by_name.items():
        if not body.kind[name].required or c not in body.pairs or body.pairs[c].name != name:
            continue
        empty = column.values.is_null().to_numpy(zero_copy_only=False)
        for place in np.flatnonzero(empty).tolist():
            refused[place] = True
            report.refusing.add((c, place))
            column.wrong.setdefault(place, Wrong("missing"))


def _named(body: Body, by_name: ByName, report: _Report, refused: npt.NDArray[np.bool_]) -> None:
    """A row that names nobody cannot stand."""
    wanted = naming_columns(body.kind)
    here = [by_name[name] for name in wanted if name in by_name]
    # A column that stands in for another shares its place; faults are told in the column the sheet has.
    real = [by_name[body.pairs[c].name] for c, _ in here]
    if not wanted or not len(body.records):
        return
    unnamed = np.ones(len(body.records), dtype=bool)
    for _, column in here:
        unnamed &= column.values.is_null().to_numpy(zero_copy_only=False)
    for place in np.flatnonzero(unnamed & ~refused).tolist():
        refused[place] = True
        if not real:
            continue
        c, column = next(((c, column) for c, column in real if place in column.wrong), real[0])
        column.wrong.setdefault(place, Wrong("missing"))
        report.refusing.add((c, place))


def _table(body: Body, columns: dict[str, Column]) -> pa.Table:
    """Every column of the kind, null where the sheet has none; beside a number its state and what was written."""
    count = len(body.records)
    names, arrays = [ROW], [pa.array(body.records + body.grid.first_row, pa.int32())]
    for column in body.kind:
        here = columns.get(column.name)
        names.append(column.column.inside)
        arrays.append(here.values if here else pa.nulls(count, column.column.arrow))
        if column.role == "idcard":
            for what in ("state", "written"):
                names.append(f"{column.name}__{what}")
                beside = here.beside.get(what) if here else None
                arrays.append(
                    beside.cast(pa.string()) if beside is not None else pa.nulls(count, pa.string())
                )
    return pa.Table.from_arrays(arrays, names=names)


def _duplicates(
    body: Body, by_name: ByName, table: pa.Table, report: _Report, refused: npt.NDArray[np.bool_]
) -> None:
    keyed = [name for name in body.kind.key if name in by_name]
    here = [by_name[name][0] for name in keyed if by_name[name][0] != _NOWHERE]
    if not here:
        return
    c = here[0]
    for one in same_rows(body.kind, table, keyed, refused):
        first, again = (int(body.records[place]) + body.grid.first_row for place in (one.first, one.again))
        if one.same:
            refused[one.again] = True
            report.cell(c, one.again, Wrong("duplicate_row", f"第{first}行"), refuses=True)
        else:
            report.cell(c, one.first, Wrong("duplicate_key", f"第{again}行"))
            report.cell(c, one.again, Wrong("duplicate_key", f"第{first}行"))


__all__ = ["Body", "Read", "Same", "read_body"]
