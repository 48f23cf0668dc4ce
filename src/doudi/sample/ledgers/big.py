"""The ledgers of insurance of a whole prefecture as plain text files: what a benchmark reads.

The same lists with the same damage as `make` writes, one header line, UTF-8, without what only people need. Written
column by column: a million people take well under two minutes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from doudi.sample.files import TRUTH, swapped
from doudi.sample.ledgers import five, welfare
from doudi.sample.ledgers.county import County
from doudi.sample.ledgers.enrolment import Enrolment
from doudi.sample.ledgers.make import people_tables
from doudi.sample.ledgers.pages import Book
from doudi.sample.ledgers.rates import DAMAGES
from doudi.sample.ledgers.truth import NOTE
from doudi.sample.order import Order


def make_big(order: Order, folder: Path, *, damage: int = 1) -> dict[str, Path]:
    """Write the ledgers of insurance and of deaths; kind → file (payments of the budget stand apart)."""
    county = County(order)
    said = Enrolment(county, damage)
    made: dict[str, str] = {}
    with swapped(folder) as building:
        (building / "truth").mkdir()
        for book in _books(county, said, damage):
            name = "budget_payments" if book.kind in made else book.kind
            made[name] = f"{name}.csv"
            rows = _write(book, building / made[name])
            pq.write_table(rows, building / "truth" / f"rows_{name}.parquet", compression="zstd")
        for name, table in people_tables(county, said).items():
            pq.write_table(table, building / "truth" / f"{name}.parquet", compression="zstd")
        told: dict[str, Any] = {
            "note": NOTE,
            "people": order.size,
            "seed": order.seed,
            "damage": damage,
            "files": made,
        }
        (building / TRUTH).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return {name: folder / file for name, file in made.items()}


def _books(county: County, said: Enrolment, damage: int) -> Iterator[Book]:
    yield five.population(county, said, damage, workbook=False)
    yield five.residents(county, said, damage)
    yield five.resident_insurance(county, said, damage)
    yield five.employee_insurance(county, said, damage, workbook=False)
    yield from five.payments(county, said, damage, workbook=False)
    yield five.uninsured(county, said, damage, workbook=False)
    yield five.special_groups(county, said, damage, workbook=False)
    yield five.subsidies(county, said, damage, workbook=False)
    yield welfare.deaths(county, said, damage)


def _write(book: Book, path: Path) -> pa.Table:
    """A book's lists in one file; the rows' people."""
    options = pacsv.WriteOptions(include_header=False, quoting_style="needed")
    codes = pa.array(["", *(one.name for one in DAMAGES)])
    rows, first = [], 2
    with path.open("wb") as out:
        for turn, page in enumerate(book.pages):
            sheet = page.sheet
            if turn == 0:
                heads = [
                    one.header[1] if isinstance(one.header, tuple) else one.header
                    for one in sheet.fields.values()
                ]
                # Sums of the list in ten thousand yuan: without a line above, the header says so.
                heads = [
                    f"{head}（万元）" if page.unit == "万元" and head == "金额" else head for head in heads
                ]
                out.write((",".join(heads) + "\n").encode())
            table = pa.table({f"c{n}": one.written for n, one in enumerate(sheet.fields.values())})
            pacsv.write_csv(table, out, options)
            n = len(sheet)
            rows.append(
                pa.table(
                    {
                        "row": pa.array(np.arange(first, first + n), pa.int32()),
                        "person": sheet.person,
                        "damage": codes.take(pa.array(sheet.damage)),
                    }
                )
            )
            first += n
    return pa.concat_tables(rows)
