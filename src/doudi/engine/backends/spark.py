"""Spark brings claims to the loop: hashed by person, sorted within partitions, settled in its workers (`mapInArrow`).

The loop, its preparation and its checks are the same as everywhere; only whole persons are handed to it (`whole_persons`
holds the last one back while batches come). The policy and the persons go to each worker once, as a broadcast.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from doudi.common.errors import DoudiError, InputFault
from doudi.engine.backends.duckdb import SORTED_BY, columns_used
from doudi.engine.backends.spark_faults import Crossing, retold
from doudi.engine.settle import layout as c
from doudi.engine.settle.results import RESULT_SCHEMA, result_rows
from doudi.engine.settle.run import Outcome, Settler, whole_persons
from doudi.facts.declare import Table

if TYPE_CHECKING:
    from pyspark import Broadcast
    from pyspark.sql import DataFrame

BLOCK_ROWS = 50_000
#: Columns that carry a block's outcome beside its claims; numpy's rows as lists.
_PAID, _LEFT, _PARTS, _STEPS = "_paid", "_left", "_parts", "_steps"
_INTEGERS = ("tinyint", "smallint", "int", "bigint")


def inside(frame: DataFrame, table: Table) -> DataFrame:
    """The declared columns of a frame in the inside form. Raises `InputFault` for a column whose type leaves doubt."""
    from pyspark.sql import functions as f

    spellings = {name: column for column in table for name in (column.name, *column.interface)}
    chosen: dict[str, Any] = {}
    for name, kind in frame.dtypes:
        column = spellings.get(name) or table.open_column(name)
        if column is None:
            continue
        exact = kind in _INTEGERS or (kind.startswith("decimal") and int(kind.rstrip(")").split(",")[1]) <= 2)
        value = f.col(f"`{name}`")
        if column.kind == "money" and exact:
            chosen[f"{column.name}_fen"] = (value * 100).cast("bigint")
        elif column.kind == "count" and kind in _INTEGERS:
            chosen[column.name] = value.cast("bigint")
        elif column.kind in ("date", "time") and kind in ("date", "timestamp", "timestamp_ntz"):
            chosen[column.name] = value.cast("date" if column.kind == "date" else "timestamp_ntz")
        elif column.kind in ("code", "id", "text") and kind == "string":
            chosen[column.name] = value
        elif column.required or column.kind == "money":
            raise InputFault(f"列 {name} 的类型 {kind} 不能直接用于 Spark", allowed="金额 decimal(16,2)，日期 date，编号 string",
                             do="先用 doudi claims import 导入，或去掉 --backend spark")  # fmt: skip
    return frame.select(*(value.alias(name) for name, value in chosen.items()))


def settle_spark(claims: DataFrame, settler: Settler, *, partitions: int | None = None) -> DataFrame:
    """One row per settlement, as `results.RESULT_SCHEMA`: the rows that any other backend gives, in no order.

    `claims` in the inside form. Nothing runs until the frame is asked for rows; ask within `spark_faults.retold`.
    """
    columns = columns_used(settler.compiled, settler.classifier, claims.columns)
    return _mapped(claims, settler, columns, partitions, _schema(RESULT_SCHEMA), "rows")


def settled_blocks(
    claims: DataFrame,
    settler: Settler,
    folder: Path,
    *,
    extra: Sequence[str] = (),
    detail: bool = False,
    partitions: int | None = None,
) -> Iterator[tuple[pa.Table, Outcome]]:
    """Blocks of whole persons with what the loop paid them, partition by partition; they pass through files in `folder`.

    Blocks hold the columns that the settlement reads, and `extra` where the claims have them. Raises what a claim raises.
    """
    columns = columns_used(settler.compiled, settler.classifier, claims.columns)
    columns += [name for name in extra if name in claims.columns and name not in columns]
    gives = "detail" if detail else "outcome"
    with retold():
        _mapped(claims, settler, columns, partitions, "block binary", gives).write.parquet(
            str(folder / "settled")
        )
    for part in sorted((folder / "settled").glob("part-*.parquet")):
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches(1):
                yield _unpacked(batch["block"][0].as_buffer(), len(settler.compiled.layers))
        part.unlink()


def _mapped(
    claims: DataFrame,
    settler: Settler,
    columns: Sequence[str],
    partitions: int | None,
    schema: str,
    gives: str,
) -> DataFrame:
    missing = [name.removesuffix("_fen") for name in columns if name not in claims.columns]
    if missing:
        raise InputFault(
            f"结算数据缺少列 {'、'.join(missing)}", do="补上这些列；用 doudi claims template 查看模板"
        )
    context = claims.sparkSession.sparkContext
    placed = (
        claims.select(*columns)
        .repartition(partitions or 2 * context.defaultParallelism, "psn_no")
        .sortWithinPartitions(*SORTED_BY)
    )
    return placed.mapInArrow(partial(_work, context.broadcast(settler), gives), schema)


def _work(
    settler: Broadcast[Settler], gives: str, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Settle one partition; runs in a worker."""
    try:
        for block in whole_persons(batches, BLOCK_ROWS):
            outcome = settler.value.settle(block, detail=gives == "detail")
            if gives == "rows":
                yield from result_rows(block, outcome, settler.value.compiled).combine_chunks().to_batches()
            else:
                yield pa.record_batch({"block": pa.array([_packed(block, outcome)], pa.binary())})
    except DoudiError as fault:
        raise Crossing(fault) from None


def _packed(block: pa.Table, outcome: Outcome) -> bytes:
    """A block and its outcome as one value: Spark would take many times as long to turn every number over."""
    table = block.append_column(_LEFT, pa.array(outcome.left))
    for name, values in ((_PAID, outcome.paid), (_PARTS, outcome.parts), (_STEPS, outcome.detail)):
        width = math.prod(values.shape[1:]) if len(values) else 0
        flat = pa.array(np.ascontiguousarray(values).reshape(-1))
        table = table.append_column(
            name, pa.FixedSizeListArray.from_arrays(flat, width) if width else pa.nulls(len(block))
        )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpacked(value: pa.Buffer, layers: int) -> tuple[pa.Table, Outcome]:
    table = pa.ipc.open_stream(value).read_all()

    def numbers(name: str, *shape: int) -> Any:
        column = table[name].combine_chunks()
        if pa.types.is_null(column.type):  # a policy without layers, or no steps asked for
            return np.zeros((0 if name == _STEPS else len(table), *shape), np.int64)
        return column.flatten().to_numpy().reshape(len(table), *shape)

    outcome = Outcome(
        numbers(_PAID, layers),
        table[_LEFT].to_numpy(),
        numbers(_PARTS, 3),
        numbers(_STEPS, layers, c.DETAIL_FIELDS),
    )
    return table.drop_columns([_PAID, _LEFT, _PARTS, _STEPS]), outcome


def _schema(schema: pa.Schema) -> str:
    kinds = {pa.string(): "string", pa.int64(): "bigint"}
    return ", ".join(f"`{field.name}` {kinds[field.type]}" for field in schema)
