"""The job behind the Spark line: the same claims through Spark's workers and through DuckDB, row against row."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from doudi.bench.batch import pack_of
from doudi.bench.quiet import quiet
from doudi.engine.backends.duckdb import columns_used, sorted_batches
from doudi.engine.backends.spark import inside, settle_spark
from doudi.engine.backends.spark_faults import retold
from doudi.engine.backends.spark_session import local_session
from doudi.engine.settle.results import result_rows
from doudi.engine.settle.run import Settler, whole_persons
from doudi.facts.registry import TABLES
from doudi.findings.sources import claims_from_file, connect, persons_from_file


def parity(
    claims: str, persons: str, policy: str, policies: str | None = None, threads: int | None = None
) -> dict[str, Any]:
    """Rows that only one of the two gives (none, if all is well), and the seconds each took, its start not counted."""
    settler = Settler(pack_of(policy, policies), persons_from_file(Path(persons)))
    with connect(threads) as connection:
        source = claims_from_file(connection, Path(claims))
        columns = columns_used(settler.compiled, settler.classifier, source.relation.columns)
        begun = time.perf_counter()
        blocks = whole_persons(sorted_batches(connection, source.relation, columns))
        right = pa.concat_tables([result_rows(one, settler.settle(one), settler.compiled) for one in blocks])
        by_duckdb = time.perf_counter() - begun
    with TemporaryDirectory() as folder, local_session(threads, folder=Path(folder)) as spark:
        begun = time.perf_counter()
        with retold():
            found = settle_spark(inside(spark.read.parquet(claims), TABLES["settlements"]), settler).toArrow()
        by_spark = time.perf_counter() - begun
    return {
        "claims": len(right), "rows": len(found), "differing": apart(right, found), "duckdb_seconds": round(by_duckdb, 3),
        "spark_seconds": round(by_spark, 3),
    }  # fmt: skip


def apart(right: pa.Table, found: pa.Table) -> int:
    """How many rows stand in one table only."""
    with quiet() as connection:
        connection.register("a", right)
        connection.register("b", found)
        ask = "SELECT (SELECT count(*) FROM (FROM a EXCEPT ALL FROM b)) + (SELECT count(*) FROM (FROM b EXCEPT ALL FROM a))"
        return int(connection.execute(ask).fetchall()[0][0])
