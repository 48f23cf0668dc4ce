"""The jobs behind the lines of import: a county's ledgers as plain files, read and checked, and taken into a fresh register.

The files are made once from a seed by the sample's own writer, damage included; nobody in them exists. The register
knows the county's divisions before anything is timed, so that names of places are looked up as they are at work.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from python_calamine import load_workbook

from doudi.sample.files import TRUTH
from doudi.sample.ledgers.big import make_big
from doudi.sample.ledgers.county import County
from doudi.sample.ledgers.enrolment import Enrolment
from doudi.sample.ledgers.five import population
from doudi.sample.ledgers.lists import divisions
from doudi.sample.ledgers.pages import laid
from doudi.sample.ledgers.rates import DAMAGES
from doudi.sample.ledgers.write import write
from doudi.sample.order import Order

if TYPE_CHECKING:
    from doudi.access.keys import KeyRing
    from doudi.ledgers.api import Handed, ImportRecord
    from doudi.policy.ledgers.kind import LedgerKind

AS_OF = dt.date(2026, 6, 30)
KNOWN_AT = dt.datetime(2026, 6, 30, 8, tzinfo=dt.UTC)
SEED = 990101
SENDER = "bench"
DIVISIONS, WORKBOOK = "divisions.xlsx", "population.xlsx"
SETTINGS = "doudi.config.settings"
_OPENED = 1_000


def make(people: int, folder: str) -> dict[str, Any]:
    """Write the ledgers of so many people into a folder, once, and a register there that knows the divisions."""
    begun, place = time.perf_counter(), Path(folder)
    if not (place / "register").exists():
        order = Order(people=people, seed=SEED)
        make_big(order, place)
        book = divisions(County(order))
        write(book, [(page.name, laid(page)) for page in book.pages], place / DIVISIONS)
        _register(place)
    told = json.loads((place / TRUTH).read_text(encoding="utf-8"))
    return {"seconds": round(time.perf_counter() - begun, 3), "files": told["files"]}


def make_workbook(people: int, folder: str) -> dict[str, Any]:
    """Write the register of so many people as the police hand it over, a sheet a township, and a register of ours."""
    begun, place = time.perf_counter(), Path(folder)
    if not (place / "register").exists():
        place.mkdir(parents=True, exist_ok=True)
        county = County(Order(people=people, seed=SEED))
        for name, book in (
            (WORKBOOK, population(county, Enrolment(county, 1), 1)),
            (DIVISIONS, divisions(county)),
        ):
            write(book, [(page.name, laid(page)) for page in book.pages], place / name)
        _register(place)
    return {"seconds": round(time.perf_counter() - begun, 3), "file": str(place / WORKBOOK)}


def read(file: str) -> dict[str, Any]:
    """A plain file read, its columns found, every cell checked; nothing is written. Whether it was read right."""
    desk = _Desk(Path(file).parent / "register")
    begun = time.perf_counter()
    handed = desk.take_up(Path(file))
    seconds = time.perf_counter() - begun
    return {"seconds": round(seconds, 3), **_read(handed, Path(file))}


def read_workbook(file: str) -> dict[str, Any]:
    """A workbook read, its columns found, every cell checked. Whether every row is accounted for."""
    desk = _Desk(Path(file).parent / "register")
    begun = time.perf_counter()
    sheets = desk.take_up(Path(file)).reading.sheets
    seconds = time.perf_counter() - begun
    right = all(one.rows_in == one.accepted + len(one.refused) + len(one.left_out) for one in sheets)
    right = right and all(one.accepted > 0.9 * one.rows_in for one in sheets if one.kind)
    cells = sum(one.rows_in * len(one.mapping) for one in sheets)
    return {
        "seconds": round(seconds, 3), "rows": sum(one.rows_in for one in sheets), "cells": cells, "bytes": Path(file).stat().st_size,
        "problems": sum(len(one.problems) for one in sheets), "right": right,
    }  # fmt: skip


def returned(file: str, out: str) -> dict[str, Any]:
    """The workbook handed back with its wrong cells marked. Whether the sender's cells stand in it as they were."""
    from doudi.ledgers.returning import return_workbook

    reading = _Desk(Path(file).parent / "register").take_up(Path(file)).reading
    begun = time.perf_counter()
    return_workbook(Path(file), reading, Path(out))
    seconds = time.perf_counter() - begun
    return {"seconds": round(seconds, 3), "right": _same_cells(file, out)}


def taken_in(files: list[str], home: str) -> dict[str, Any]:
    """Files read and committed one after another to a fresh register, each timed; what the register holds then."""
    place = Path(home)
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(Path(files[0]).parent / "register", place)
    desk, parts, spent = _Desk(place), [], 0.0
    for turn, file in enumerate(map(Path, files), 1):
        begun = time.perf_counter()
        handed = desk.take_up(file)
        read_at = time.perf_counter()
        made = desk.commit(handed, file, KNOWN_AT + dt.timedelta(minutes=turn))
        done = time.perf_counter()
        spent += done - read_at
        told = {"read_seconds": round(read_at - begun, 3), "commit_seconds": round(done - read_at, 3)}
        parts.append(told | {"kind": made.kind, "rows": made.accepted, "right": desk.holds(made, handed)})
    size = sum(one.stat().st_size for one in place.glob("register.sqlite3*"))
    shutil.rmtree(place)
    return {"parts": parts, "bytes": size, "seconds": round(spent, 3)}


class _Desk:
    """A register opened as a command opens it, with its kinds and keys."""

    def __init__(self, home: Path) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
        from doudi.access.register import open_register

        open_register(home)
        from doudi.access.api import open_keys
        from doudi.policy.ledgers.load import kinds

        self.home = home
        self.ring: KeyRing = open_keys(home / "keys.json")
        self.kinds: Mapping[str, LedgerKind] = kinds(None)

    def take_up(self, file: Path) -> Handed:
        from doudi.ledgers import api

        return api.take_up(file, self.kinds, as_of=AS_OF, known_at=KNOWN_AT, sender=SENDER)

    def commit(self, handed: Handed, file: Path, at: dt.datetime) -> ImportRecord:
        from doudi.ledgers import api

        (made,) = api.commit(
            handed.reading, ring=self.ring, home=self.home, original=file, by=SENDER, known_at=at, as_of=AS_OF, sender=SENDER,
        )  # fmt: skip
        return made

    def holds(self, made: ImportRecord, handed: Handed) -> bool:
        """Whether every accepted row of a file is in the register, and a thousand of them open to what was written."""
        from django.db import connection

        (sheet,) = handed.reading.sheets
        table = sheet.table
        every = max(len(table) // _OPENED, 1)
        wanted = {
            row["__row"]: row["psn_name"] for row in table.select(["__row", "psn_name"])[::every].to_pylist()
        }
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledgers_entry WHERE source_id = %s", [made.id])
            (written,) = cursor.fetchone()
            rows = ", ".join(map(str, wanted))
            asked = f"SELECT row, sealed FROM ledgers_entry WHERE source_id = %s AND row IN ({rows})"
            cursor.execute(asked, [made.id])
            found = {
                row: json.loads(self.ring.unseal(bytes(sealed))).get("psn_name")
                for row, sealed in cursor.fetchall()
            }
        return written == made.new == made.accepted == len(table) and found == wanted


def _register(folder: Path) -> None:
    """A register that knows the county's divisions and nothing else."""
    building = folder / "register.part"
    shutil.rmtree(building, ignore_errors=True)
    desk = _Desk(building)
    desk.commit(desk.take_up(folder / DIVISIONS), folder / DIVISIONS, KNOWN_AT - dt.timedelta(days=1))
    from django.db import connections

    connections.close_all()
    building.rename(folder / "register")


def _read(handed: Handed, file: Path) -> dict[str, Any]:
    """Whether each row of the file is accounted for, and whether the damage that was planted is told of."""
    (sheet,) = handed.reading.sheets
    truth = pq.read_table(file.parent / "truth" / f"rows_{file.stem}.parquet")
    must = pa.array([one.name for one in DAMAGES if one.code and "" not in one.also])
    planted = truth.filter(pc.is_in(truth["damage"], value_set=must))["row"]
    told = pa.array({one.row for one in sheet.problems}, pa.int32())
    found = pc.sum(pc.is_in(planted, value_set=told)).as_py() or 0
    records = sheet.accepted + len(sheet.refused)
    return {
        "rows": records,
        "kind": sheet.kind.name if sheet.kind else None,
        "bytes": file.stat().st_size,
        "problems": len(sheet.problems),
        "planted": len(planted),
        "told": found,
        "right": sheet.rows_in == records + len(sheet.left_out)
        and records == len(truth)
        and found >= 0.99 * len(planted),
    }


def _same_cells(file: str, out: str) -> bool:
    """Whether every cell of one workbook stands in another, which may have further columns and sheets."""
    before, after = load_workbook(file), load_workbook(out)
    for name in before.sheet_names:
        was, now = (one.get_sheet_by_name(name).to_python() for one in (before, after))
        if len(was) != len(now) or any(old != new[: len(old)] for old, new in zip(was, now, strict=True)):
            return False
    return True
