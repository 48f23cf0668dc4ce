"""The edge of the inside form: tables handed out as CSV or Parquet under national names, money in yuan.

The same table gives the same bytes. A file is written beside its place, forced to disk and renamed, so
that nobody ever sees half of one. This module must not know what a table is for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from doudi.common.errors import InputFault
from doudi.facts.declare import Table
from doudi.facts.money import decimal_from_fen

Spelling = Literal["platform", "interface", "zh"]

_BOM = b"\xef\xbb\xbf"
COMPRESSION = "zstd"


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a place beside `path` to write to; put it in place, whole and on disk, only if nothing went wrong."""
    if path.is_dir():
        raise InputFault("是一个文件夹，不能写成文件", where=str(path), do="给出文件名")
    if not path.parent.is_dir():
        raise InputFault("所在的文件夹不存在", where=str(path), do=f"先建立文件夹 {path.parent}")
    _clear_left_over(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        sync(beside)
        beside.replace(path)
        sync(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _clear_left_over(path: Path) -> None:
    """Take away what killed processes had begun to write for this place; they had no time to."""
    for other in path.parent.iterdir():
        owner = other.name.removeprefix(f".{path.name}.").removesuffix(".part")
        if other.name == f".{path.name}.{owner}.part" and owner.isdecimal() and not _is_running(int(owner)):
            other.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def sync(path: Path) -> None:
    """Force a file, or a folder's list of names, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def outside(data: pa.Table, table: Table | None = None, spelling: Spelling = "platform") -> pa.Table:
    """The national form of an inside table: `hifp_pay_fen` becomes `hifp_pay`, decimal(16,2) yuan."""
    columns, names = [], []
    for name, column in zip(data.column_names, data.columns, strict=True):
        national = name.removesuffix("_fen")
        columns.append(decimal_from_fen(column) if national != name else column)
        names.append(_spelt(national, table, spelling))
    return pa.table(columns, names=names)


def write_parquet(
    data: pa.Table, path: Path, table: Table | None = None, spelling: Spelling = "platform"
) -> None:
    """Hand out a table as Parquet, money as decimal(16,2) yuan."""
    with replaced(path) as beside:
        whole = outside(data, table, spelling).combine_chunks()  # pages follow chunks, bytes must not
        pq.write_table(whole, beside, compression=COMPRESSION, store_schema=False)


def write_csv(
    data: pa.Table,
    path: Path,
    table: Table | None = None,
    spelling: Spelling = "platform",
    *,
    bom: bool = False,
) -> None:
    """Hand out a table as CSV (UTF-8, comma), money with two decimals; `bom` is for spreadsheets."""
    with replaced(path) as beside, beside.open("wb") as out:
        if bom:
            out.write(_BOM)
        pacsv.write_csv(_as_text(outside(data, table, spelling)), out)


def _spelt(national: str, table: Table | None, spelling: Spelling) -> str:
    column = table.by_name.get(national) if table else None
    if column is None or spelling == "platform":
        return national
    if spelling == "zh":
        return column.zh
    return column.interface[0] if column.interface else national


def _as_text(data: pa.Table) -> pa.Table:
    """Moments as ledgers write them; the rest the CSV writer already writes so."""
    columns: Sequence[pa.ChunkedArray] = [
        pc.strftime(column, format="%Y-%m-%d %H:%M:%S") if pa.types.is_timestamp(column.type) else column
        for column in data.columns
    ]
    return pa.table(list(columns), names=data.column_names)
