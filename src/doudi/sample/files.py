"""The files of a county, written chunk by chunk: CSV or Parquet under national names, money in yuan.

They grow in a folder beside the one that was asked for, which takes its place when all of them are whole. This module
must not know what the rows mean.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from doudi.common.errors import InputFault
from doudi.facts.edges import COMPRESSION, outside, sync
from doudi.sample.order import Format

TRUTH = "truth.json"
ROW_GROUP = 200_000
"""Rows of a Parquet row group: the same however the rows came."""


@contextmanager
def swapped(folder: Path) -> Iterator[Path]:
    """A folder to build in; it takes the place of `folder`, an earlier sample at most, only if nothing went wrong."""
    if folder.exists() and not folder.is_dir():
        raise InputFault("不是文件夹", str(folder), do="用 --out 指定一个文件夹")
    if folder.exists() and any(folder.iterdir()) and not (folder / TRUTH).exists():
        raise InputFault(
            "文件夹不空，且不是样例数据",
            str(folder),
            "空文件夹，或以前生成的样例（含 truth.json）",
            "用 --out 指定另一个文件夹",
        )
    building, old = (folder.with_name(f".{folder.name}.{what}") for what in ("part", "old"))
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        yield building
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        building.rename(folder)
        sync(folder.parent)
    finally:
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(building, ignore_errors=True)


class Files:
    """The growing files of one county, by table name."""

    def __init__(self, folder: Path, format_: Format) -> None:
        self.folder, self.format = folder, format_
        self.rows: dict[str, int] = {}
        self._writers: dict[str, _CsvFile | _ParquetFile] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()

    def path(self, name: str) -> Path:
        """Where a table is written. Persons and institutions are short and always CSV."""
        return self.folder / f"{name}.{'csv' if name in ('persons', 'institutions') else self.format}"

    def write(self, name: str, data: pa.Table) -> None:
        """Add rows, inside form, to a table's file."""
        national = outside(data)
        if name not in self._writers:
            kind = _CsvFile if self.path(name).suffix == ".csv" else _ParquetFile
            self._writers[name] = kind(self.path(name))
        self._writers[name].write(national)
        self.rows[name] = self.rows.get(name, 0) + len(data)


class _CsvFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pacsv.CSVWriter | None = None

    def write(self, data: pa.Table) -> None:
        if self._writer is None:
            # No value holds a comma or a quote.
            plain = pacsv.WriteOptions(quoting_style="none")
            self._writer = pacsv.CSVWriter(self._path, data.schema, write_options=plain)
        self._writer.write_table(data)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class _ParquetFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self._held: list[pa.Table] = []

    def write(self, data: pa.Table) -> None:
        self._held.append(data)
        while sum(map(len, self._held)) >= ROW_GROUP:
            self._flush(ROW_GROUP)

    def _flush(self, rows: int) -> None:
        whole = pa.concat_tables(self._held)
        group, self._held = whole.slice(0, rows).combine_chunks(), [whole.slice(rows)]
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._path, group.schema, compression=COMPRESSION, store_schema=False
            )
        self._writer.write_table(group, row_group_size=ROW_GROUP)

    def close(self) -> None:
        if self._held:
            self._flush(ROW_GROUP)
        if self._writer is not None:
            self._writer.close()
