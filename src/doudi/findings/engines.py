"""Where Ibis expressions over ledgers run: DuckDB on one machine, Spark where a province outgrows it.

An engine reads tables (Arrow tables, or Parquet files of a snapshot), keeps intermediate results, and hands results back
as Arrow. It knows no rule; the same expressions must give the same rows on both.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Protocol, TypeAlias

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from doudi.engine.backends.spark_session import local_session

Engine = Literal["duckdb", "spark"]
Source: TypeAlias = pa.Table | Path


FEW_PARTS = {"spark.sql.shuffle.partitions": "8"}
"""On one machine two hundred parts, Spark's own choice, are two hundred small tasks at every step."""


class Runner(Protocol):
    """What reconciliation and checks ask of an engine."""

    def read(self, source: Source) -> ibis.Table:
        """A table to build expressions on."""

    def keep(self, table: ibis.Table) -> ibis.Table:
        """The same rows, computed once."""

    def fetch(self, table: ibis.Table) -> pa.Table:
        """The rows, as Arrow."""


@contextmanager
def _old_names() -> Iterator[None]:
    """Ibis 12 still calls DuckDB 2.0 by names that DuckDB has marked as old."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"fetch_\w+\(\) is deprecated", DeprecationWarning)
        yield


class _Duck:
    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._numbers = count()

    @_old_names()
    def read(self, source: Source) -> ibis.Table:
        if isinstance(source, Path):
            return self.connection.read_parquet(source)
        return ibis.memtable(source)

    @_old_names()
    def keep(self, table: ibis.Table) -> ibis.Table:
        return self.connection.create_table(f"kept_{next(self._numbers)}", table, temp=True)

    @_old_names()
    def fetch(self, table: ibis.Table) -> pa.Table:
        return self.connection.to_pyarrow(table)


class _Spark:
    """Everything passes through Parquet: Ibis would hand rows over by way of pandas, which turns whole numbers with gaps into floats."""

    def __init__(self, connection: Any, session: Any, folder: Path) -> None:
        self.connection, self.session, self.folder = connection, session, folder
        self._numbers = count()

    def read(self, source: Source) -> ibis.Table:
        if isinstance(source, Path):
            return self.connection.read_parquet(str(source))
        path = self._place()
        pq.write_table(source, path)
        return self.connection.read_parquet(str(path))

    def keep(self, table: ibis.Table) -> ibis.Table:
        return self.connection.read_parquet(str(self._written(table)))

    def fetch(self, table: ibis.Table) -> pa.Table:
        return pq.read_table(self._written(table))

    def _written(self, table: ibis.Table) -> Path:
        path = self._place()
        from ibis.backends.pyspark.datatypes import PySparkSchema

        self.connection._run_pre_execute_hooks(table)  # tables held in memory are made known
        frame = self.session.sql(self.connection.compile(table))
        # Spark gives an empty list no type at all; the expression says which it has.
        for field in PySparkSchema.from_ibis(table.schema()):
            if "void" in frame.schema[field.name].dataType.simpleString():
                frame = frame.withColumn(field.name, frame[field.name].cast(field.dataType))
        frame.write.parquet(str(path))
        return path

    def _place(self) -> Path:
        return self.folder / f"{next(self._numbers)}.parquet"


@contextmanager
def running(engine: Engine, threads: int | None = None) -> Iterator[Runner]:
    """Give an engine of one's own while the block lasts. Raises `MissingPart` where Spark or Java is not there."""
    if engine == "duckdb":
        connection = ibis.duckdb.connect(**({"threads": threads} if threads else {}))
        try:
            connection.raw_sql("SET enable_progress_bar = false")
            yield _Duck(connection)
        finally:
            connection.disconnect()
        return
    with (
        TemporaryDirectory(prefix="doudi-spark-") as place,
        local_session(threads, settings=FEW_PARTS, folder=Path(place)) as session,
    ):
        yield on_session(session, Path(place))


def on_session(session: Any, folder: Path) -> Runner:
    """The engine on a Spark session that somebody else holds; `folder` takes what it writes."""
    return _Spark(ibis.pyspark.connect(session), session, folder)
