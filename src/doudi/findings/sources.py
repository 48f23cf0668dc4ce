"""Where a run's claims, persons and sums at the start come from: files in any declared spelling, or the store.

A Parquet file whose columns have exact types is read by DuckDB as it streams; anything else goes through the importers,
which say what is wrong in the sender's words. Nothing here settles.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from doudi.common.errors import Faults, InputFault
from doudi.engine.settle.people import EPOCH
from doudi.engine.settle.person import OPEN, Institution
from doudi.facts.declare import Column, Table
from doudi.facts.headers import match_headers
from doudi.facts.registry import TABLES
from doudi.store.importers.reading import read_file
from doudi.store.store import Store

SETTLEMENTS = TABLES["settlements"]


@dataclass(frozen=True)
class ClaimsSource:
    """Claims as a DuckDB relation in the inside form, and the name under which findings cite them.

    `path` is set where DuckDB reads the file itself.
    """

    relation: duckdb.DuckDBPyRelation
    name: str
    path: Path | None = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """While the relation is read: what DuckDB cannot read is told by the importers, which name row and value."""
        try:
            yield
        except (duckdb.Error, pa.ArrowException) as error:
            if self.path is None:
                raise
            _table(self.path, SETTLEMENTS)
            raise InputFault(
                "读不出来，文件可能已损坏", where=self.name, do="重新导出；或先用 doudi claims import 导入"
            ) from error


def connect(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory, with as many threads as asked for (all of them if not said)."""
    connection = duckdb.connect()
    # A bar would be written between the lines of whoever reads the output.
    connection.execute("SET enable_progress_bar = false")
    if threads:
        connection.execute(f"SET threads = {threads:d}")
    return connection


def claims_from_file(connection: duckdb.DuckDBPyConnection, path: Path) -> ClaimsSource:
    """Claims of one file (CSV or Parquet). Raises every fault of the file at once."""
    if path.suffix.lower() in (".parquet", ".pq") and path.is_file() and (select := _exact(path)) is not None:
        return ClaimsSource(connection.sql(select), path.name, path)
    return ClaimsSource(connection.from_arrow(_table(path, SETTLEMENTS)), path.name)


def claims_from_store(connection: duckdb.DuckDBPyConnection, store: Store) -> ClaimsSource:
    """Claims of the store's current snapshot."""
    snapshot = store.current()
    if not snapshot.batches.get("settlements"):
        raise InputFault(
            "数据目录中还没有结算数据",
            where=str(store.root),
            do="先用 doudi claims import 导入，或用 --in 指定文件",
        )
    return ClaimsSource(connection.from_arrow(store.read("settlements", snapshot)), f"snapshot:{snapshot.id}")


def persons_from_file(path: Path) -> pa.Table:
    """The persons file, in the inside form."""
    return _table(path, TABLES["persons"])


def persons_from_store(store: Store) -> pa.Table | None:
    """Persons of the store's current snapshot, if it holds any."""
    snapshot = store.current()
    return store.read("persons", snapshot).to_table() if snapshot.batches.get("persons") else None


def prior_from_file(path: Path) -> pa.Table:
    """The sums at the start, in fen; admissions as numbers."""
    table = _table(path, TABLES["prior"])
    numbers = pc.equal(table["item"], "admissions")
    whole = pc.equal(pc.multiply(pc.divide(table["amount_fen"], 100), 100), table["amount_fen"])
    if pc.any(pc.and_(numbers, pc.invert(whole))).as_py():
        raise InputFault("admissions 的 amount 不是整数", where=path.name, do="入院次数写整数，如 2")
    amount = pc.if_else(numbers, pc.divide(table["amount_fen"], 100), table["amount_fen"])
    return table.select(["psn_no", "year", "pool", "item"]).append_column("amount", amount)


def institutions_from_file(path: Path) -> list[Institution]:
    """Dated hospital levels from an institutions file."""
    rows = (
        _table(path, TABLES["institutions"])
        .select(["fixmedins_code", "hosp_lv", "begntime", "endtime"])
        .to_pylist()
    )
    return [
        Institution(r["fixmedins_code"], r["hosp_lv"] or "", r["begntime"].date() if r["begntime"] else EPOCH, r["endtime"].date() if r["endtime"] else OPEN)
        for r in rows
    ]  # fmt: skip


def _table(path: Path, table: Table) -> pa.Table:
    reading = read_file(path, table)
    if reading.faults.count:
        raise Faults(reading.faults.told, more=reading.faults.count - len(reading.faults.told))
    return reading.data


def _exact(path: Path) -> str | None:
    """A query that gives the file's rows in the inside form, or None where a column is missing or its type leaves doubt."""
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        return None
    matched = match_headers(schema.names, SETTLEMENTS)
    if matched.faults:
        return None
    parts = []
    for column, at in matched.places.items():
        if column.kind == "number":
            continue  # nothing that a settlement reads
        value = _exactly(column, '"' + schema.names[at].replace('"', '""') + '"', schema.types[at])
        if value is None:  # left out it would count as empty, and settle wrongly without a word
            return None
        parts.append(f'{value} AS "{column.inside}"')
    place = str(path).replace("'", "''")
    # Names and the place are quoted.
    return f"SELECT {', '.join(parts)} FROM read_parquet('{place}')"  # noqa: S608


def _exactly(column: Column, quoted: str, kind: pa.DataType) -> str | None:
    """A column in the inside form, as DuckDB says it; None where its type leaves doubt."""
    types = pa.types
    if column.kind == "money":
        exact = types.is_integer(kind) or (
            types.is_decimal(kind) and kind.scale <= 2 and kind.precision - kind.scale <= 15
        )
        return f"CAST({quoted} * 100 AS BIGINT)" if exact else None
    if column.kind == "count":
        return f"CAST({quoted} AS BIGINT)" if types.is_integer(kind) else None
    if column.kind == "date":
        return f"CAST({quoted} AS DATE)" if _is_moment(kind) else None
    if column.kind == "time":
        return f"CAST(date_trunc('second', {quoted}) AS TIMESTAMP_S)" if _is_moment(kind) else None
    return quoted if types.is_string(kind) or types.is_large_string(kind) else None


def _is_moment(kind: pa.DataType) -> bool:
    # With a zone, which day it is would depend on where this runs.
    return bool(pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None))
