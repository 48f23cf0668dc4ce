"""What was made: whose every row is, what must be found or read in every damaged cell, and what every other cell means.

`truth.json` is for people, the Parquet tables beside it are for scores.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from doudi.sample.ledgers.pages import Book, Laid, Page
from doudi.sample.ledgers.rates import DAMAGES

NOTE = (
    "样例县的人都不存在：身份证号以990101开头，全国没有这个区划；姓名是编的，电话是随机的。"
    "Nobody here exists: the area code 990101 is nobody's, the names are made up."
)


@dataclass
class Truth:
    """Grows with the files."""

    files: list[dict[str, Any]] = field(default_factory=list)
    rows: list[pa.Table] = field(default_factory=list)
    cells: list[pa.Table] = field(default_factory=list)
    read: dict[str, pa.Table] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, book: Book, laid: list[Laid], *, whole: bool = True) -> None:
        """A file as it was written; `whole`: with what every clean cell means."""
        sheets = []
        for page, out in zip(book.pages, laid, strict=True):
            sheets.append(self._page(book, page, out, whole))
        self.files.append(
            {"file": book.file, "kind": book.kind, "format": book.format, "sender": book.sender, "as_of": book.as_of,
             "encoding": book.encoding, "care": book.care, "sheets": sheets, "other_sheets": [name for name, _ in book.others]}
        )  # fmt: skip

    def _page(self, book: Book, page: Page, out: Laid, whole: bool) -> dict[str, Any]:
        sheet, n = page.sheet, len(page.sheet)
        codes = np.array(["", *(one.name for one in DAMAGES)], object)
        where = {"file": pa.array([book.file] * n), "sheet": pa.array([page.name] * n)}
        self.rows.append(
            pa.table(
                where
                | {
                    "row": pa.array(out.rows, pa.int32()),
                    "kind": pa.array([book.kind] * n),
                    "person": pa.array(sheet.person, pa.int64(), mask=sheet.person < 0),
                    "damage": pa.array(codes[sheet.damage].tolist()),
                }
            )
        )
        for place, name in enumerate(codes[1:], 1):
            self.counts[name] += int((sheet.damage == place).sum())
        for c, one in enumerate(sheet.fields.values(), 1):
            hit = np.flatnonzero(one.damage)
            if not len(hit):
                continue
            kinds = one.damage[hit]
            for place, many in zip(*np.unique(kinds, return_counts=True), strict=True):
                self.counts[DAMAGES[place - 1].name] += int(many)
            at = pa.array(hit)
            k = len(hit)
            self.cells.append(
                pa.table(
                    {
                        "file": pa.array([book.file] * k),
                        "sheet": pa.array([page.name] * k),
                        "row": pa.array(out.rows[hit], pa.int32()),
                        "column": pa.array([c] * k, pa.int32()),
                        "name": pa.array([one.name] * k),
                        "header": pa.array(
                            ["/".join(one.header) if isinstance(one.header, tuple) else one.header] * k
                        ),
                        "damage": pa.array(codes[kinds].tolist()),
                        "code": pa.array([DAMAGES[place - 1].code for place in kinds]),
                        "also": pa.array(
                            [list(DAMAGES[place - 1].also) for place in kinds], pa.list_(pa.string())
                        ),
                        "written": one.written.take(at),
                        "read": one.read.take(at),
                    }
                )
            )
        if whole:
            named = {one.name: one.read for one in sheet.fields.values() if one.name}
            self.read[f"{book.file}__{page.name}"] = pa.table(
                {"__row": pa.array(out.rows, pa.int32())} | named
            )
        return {
            "name": page.name, "header_rows": list(out.header_rows), "unit": page.unit, "rows": n,
            "columns": {one.name: c for c, one in enumerate(sheet.fields.values(), 1) if one.name},
            "left_out": dict(Counter(what for _, what in out.left_out)), "height": out.height,
        }  # fmt: skip

    def save(self, folder: Path) -> None:
        """Write the tables."""
        folder.mkdir()
        tables = {"rows": pa.concat_tables(self.rows), "cells": pa.concat_tables(self.cells)} | self.tables
        for name, table in tables.items():
            pq.write_table(table, folder / f"{name}.parquet", compression="zstd", store_schema=False)
        if self.read:
            (folder / "read").mkdir()
            for at, (name, table) in enumerate(self.read.items()):
                stem = f"{at:03d}"
                pq.write_table(
                    table.replace_schema_metadata({"file": name.split("__")[0], "sheet": name.split("__")[1]}),
                    folder / "read" / f"{stem}.parquet", compression="zstd",
                )  # fmt: skip


__all__ = ["NOTE", "Truth", "pc"]
