"""Rehearse: what a file would change, told before anything is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat
from typing import Any

import numpy as np
import pyarrow as pa

from doudi.access.keys import KeyRing
from doudi.common.errors import InputFault
from doudi.ledgers import bulk
from doudi.ledgers.canonical import STATE, TOKEN, canonical, distinct_keys
from doudi.ledgers.marked import marked_rows
from doudi.ledgers.models import Import
from doudi.ledgers.planning import (
    CHANGED,
    CORRECTED,
    NEW,
    REFUSED,
    UNCHANGED,
    Plan,
    SecondHousehold,
    plan,
    second_places,
)
from doudi.ledgers.reading.result import FileReading, SheetReading
from doudi.ledgers.returning import Marker
from doudi.policy.ledgers.kind import LedgerKind

_SHOWN = 200
_PART = 50_000


@dataclass(frozen=True)
class Request:
    """How a file is to be taken in. `complete`: it is the whole list, what it lacks has ended.

    `second_household`: what becomes of a row that names another household than its person is in: the row is taken and
    the membership left (`keep`), the row is refused (`refuse`), or the person moves (`move`).
    """

    as_of: date
    sender: str = ""
    complete: bool = False
    second_household: SecondHousehold = "keep"
    marker: Marker | None = None


@dataclass(frozen=True)
class Change:
    """A row that says something else than the register: the columns that differ, before and after.

    Identifying columns are not among them: that they differ is told by `identifying`. `division`: where the register
    has it, for whoever may see what lies there.
    """

    sheet: str
    row: int
    was: Mapping[str, Any]
    becomes: Mapping[str, Any]
    identifying: bool
    division: str | None


@dataclass(frozen=True)
class KindRehearsal:
    """What would become of one kind's rows. accepted = new + unchanged + changed + corrected."""

    kind: str
    already: bool
    rows_in: int
    accepted: int
    refused: int
    left_out: Mapping[str, int]
    new: int
    unchanged: int
    changed: int
    corrected: int
    ended: int
    missing_from_list: int
    second_household: Sequence[tuple[str, int]]
    changes: Sequence[Change]


@dataclass(frozen=True)
class Rehearsal:
    """A file as it was read, how it is to be taken in, and what that would do. Hand it to `commit`."""

    reading: FileReading
    request: Request
    kinds: tuple[KindRehearsal, ...]


def rehearse(
    reading: FileReading,
    *,
    ring: KeyRing,
    as_of: date,
    sender: str = "",
    complete: bool = False,
    second_household: SecondHousehold = "keep",
    marker: Marker | None = None,
) -> Rehearsal:
    """Say what taking a file in would do; writes nothing."""
    request = Request(as_of, sender, complete, second_household, marker)
    return Rehearsal(
        reading,
        request,
        tuple(
            _told(kind, sheets, prepared(sheets, ring), request, reading.workbook.sha256)
            for kind, sheets in by_kind(reading)
        ),
    )


def by_kind(reading: FileReading) -> list[tuple[LedgerKind, list[SheetReading]]]:
    """A file's sheets by the kind they are of; sheets of no kind are left alone."""
    kinds: dict[str, tuple[LedgerKind, list[SheetReading]]] = {}
    for sheet in reading.sheets:
        if sheet.kind is not None:
            kinds.setdefault(sheet.kind.name, (sheet.kind, []))[1].append(sheet)
    if not kinds:
        raise InputFault(
            "没有一张表能认出是哪种台账", where=reading.workbook.name, do="用 --kind 说明是哪种台账"
        )
    return list(kinds.values())


def prepared(sheets: Sequence[SheetReading], ring: KeyRing) -> pa.Table:
    """The rows of one kind in a file, each under a key of its own."""
    parts = [
        replace(sheet, table=sheet.table.slice(start, _PART))
        for sheet in sheets
        for start in range(0, max(sheet.table.num_rows, 1), _PART)
    ]
    # Joining columns leaves the interpreter free to hash those of the part before.
    with ThreadPoolExecutor(2) as pool:
        rows = pa.concat_tables(pool.map(canonical, parts, repeat(ring))).combine_chunks()
    keys = rows["key"].combine_chunks()
    return rows.set_column(rows.column_names.index("key"), "key", distinct_keys(keys, ring))


def planned(kind: LedgerKind, rows: pa.Table, request: Request) -> Plan:
    """The plan for one kind's rows as the register stands now."""
    return plan(
        kind,
        rows,
        as_of=request.as_of,
        complete=request.complete and request.marker is None,
        second_household=request.second_household,
        marked=marked_rows(kind.name, request.marker),
    )


def same_import(kind: str, request: Request, sha256: str) -> Import | None:
    """The live import of the same kind out of the same bytes, from the same sender, for the same day."""
    same = {"kind": kind, "sender": request.sender, "sha256": sha256, "as_of": request.as_of}
    found: Import | None = Import.objects.filter(**same, undone_at=None).first()
    return found


def left_out(sheets: Sequence[SheetReading]) -> dict[str, int]:
    """How many rows of some sheets were left out as what."""
    total: dict[str, int] = {}
    for sheet in sheets:
        for name, number in sheet.left_out_by_name.items():
            total[name] = total.get(name, 0) + number
    return total


def _told(
    kind: LedgerKind, sheets: Sequence[SheetReading], rows: pa.Table, request: Request, sha256: str
) -> KindRehearsal:
    made = planned(kind, rows, request)
    refused = made.count(REFUSED)
    return KindRehearsal(
        kind=kind.name,
        already=same_import(kind.name, request, sha256) is not None,
        rows_in=sum(sheet.rows_in for sheet in sheets),
        accepted=len(rows) - refused,
        refused=sum(len(sheet.refused) for sheet in sheets) + refused,
        left_out=left_out(sheets),
        new=made.count(NEW),
        unchanged=made.count(UNCHANGED),
        changed=made.count(CHANGED),
        corrected=made.count(CORRECTED),
        ended=len(made.missing) if made.ends else 0,
        missing_from_list=len(made.missing),
        second_household=second_places(made),
        changes=_changes(made),
    )


def _changes(made: Plan) -> list[Change]:
    differing = np.flatnonzero((made.status == CHANGED) | (made.status == CORRECTED))[:_SHOWN]
    some = made.rows.take(pa.array(differing))
    schema = pa.schema([("id", pa.int64()), ("facts", pa.string()), ("division", pa.string())])
    asked = sorted(set(made.entry[differing].tolist()))
    query = "SELECT id, facts, division FROM ledgers_entry WHERE id IN ({among})"
    before = {row["id"]: row for row in bulk.read_among(query, asked, [], schema).to_pylist()}
    return [
        _change(
            sheet, row, json.loads(before[entry]["facts"]), json.loads(now), before[entry]["division"] or None
        )
        for sheet, row, now, entry in zip(
            some["sheet"].to_pylist(),
            some["row"].to_pylist(),
            some["facts"].to_pylist(),
            made.entry[differing].tolist(),
            strict=True,
        )
    ]


def _change(
    sheet: str, row: int, was: dict[str, Any], becomes: dict[str, Any], division: str | None
) -> Change:
    names = [name for name in sorted({*was, *becomes}) if was.get(name) != becomes.get(name)]
    shown = [name for name in names if not name.endswith((TOKEN, STATE))]
    return Change(
        sheet,
        row,
        {name: was.get(name) for name in shown},
        {name: becomes.get(name) for name in shown},
        identifying=not shown or len(shown) < len(names),
        division=division,
    )
