"""Spark's workers settle as every other way does: the same rows, to the fen, the same faults in the same words."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from doudi.common.errors import DoudiError, EngineFault, Faults, InputFault, PolicyFault
from doudi.engine.backends.duckdb import SORTED_BY, columns_used, sorted_batches
from doudi.engine.backends.spark import _work, inside, settle_spark, settled_blocks
from doudi.engine.backends.spark_faults import Crossing, _read, retold
from doudi.engine.backends.spark_session import local_session
from doudi.engine.settle.results import RESULT_SCHEMA, result_rows
from doudi.engine.settle.run import Settler, whole_persons
from doudi.facts.edges import write_parquet
from doudi.facts.registry import TABLES
from tests.engine.settle.claims import Case, seeded
from tests.engine.settle.parity import block_of, settler_of

pytestmark = pytest.mark.requires("java")

#: Batches small enough to cut most persons in two.
TINY = {"spark.sql.execution.arrow.maxRecordsPerBatch": "7"}
SEEDS = range(3_000, 3_008)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Give a Spark that hands seven rows at a time to its workers."""
    with local_session(2, "1g", TINY, tmp_path_factory.mktemp("spark")) as session:
        yield session


def many(seed: int) -> Case:
    return seeded(seed, people=25, claims=10)


def by_duckdb(settler: Settler, block: pa.Table) -> pa.Table:
    """The same claims through DuckDB, as the batch settles them."""
    with duckdb.connect() as connection:
        columns = columns_used(settler.compiled, settler.classifier, block.column_names)
        blocks = whole_persons(sorted_batches(connection, connection.from_arrow(block), columns))
        return pa.concat_tables(result_rows(one, settler.settle(one), settler.compiled) for one in blocks)


def by_spark(spark: Any, settler: Settler, block: pa.Table) -> pa.Table:
    with retold():
        return settle_spark(spark.createDataFrame(block), settler, partitions=3).toArrow()


def in_order(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: row["setl_id"])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rows_are_those_that_duckdb_gives(spark: Any, seed: int) -> None:
    case = many(seed)
    settler, block = settler_of(case), block_of(case, seed)
    found = by_spark(spark, settler, block)
    assert found.schema.names == RESULT_SCHEMA.names
    assert in_order(found) == in_order(by_duckdb(settler, block))


def test_a_partition_is_not_settled_batch_by_batch() -> None:
    """Without holding the last person back the rows would differ: the batches of the tests above do cut persons in two."""
    case = many(SEEDS[0])
    settler, block = settler_of(case), block_of(case)
    ordered = block.sort_by([(name, "ascending") for name in SORTED_BY]).combine_chunks()
    whole = next(_work(Shared(settler), "rows", iter(ordered.to_batches(7))))
    cut: list[dict[str, Any]] = []
    for batch in ordered.to_batches(7):
        try:
            cut += next(_work(Shared(settler), "rows", iter([batch]))).to_pylist()
        except Crossing:  # a refund whose settlement stands in another batch
            cut += [{}] * len(batch)
    assert (
        sum(right != wrong for right, wrong in zip(whole.to_pylist(), cut, strict=True)) > len(ordered) // 20
    )


class Shared:
    """A broadcast, as a worker sees it."""

    def __init__(self, value: Settler) -> None:
        self.value = value


def test_blocks_come_whole_with_every_step(spark: Any, tmp_path: Path) -> None:
    case = many(3_100)
    settler, block = settler_of(case), block_of(case)
    frame = spark.createDataFrame(block)
    rows, persons = 0, []
    for part, outcome in settled_blocks(
        frame, settler, tmp_path, extra=["fixmedins_code"], detail=True, partitions=3
    ):
        again = settler.settle(part, detail=True)
        for name in ("paid", "left", "parts", "detail"):
            assert np.array_equal(getattr(outcome, name), getattr(again, name))
        rows += len(part)
        persons += sorted(set(part["psn_no"].to_pylist()))
    assert rows == len(block)
    assert sorted(persons) == sorted(set(block["psn_no"].to_pylist()))


def test_blocks_without_steps_say_so(spark: Any, tmp_path: Path) -> None:
    case = many(3_101)
    settler = settler_of(case)
    for part, outcome in settled_blocks(spark.createDataFrame(block_of(case)), settler, tmp_path):
        assert outcome.paid.shape == (len(part), len(settler.compiled.layers))
        assert len(outcome.detail) == 0


def test_a_claim_outside_the_policy_is_told_in_the_same_words(spark: Any) -> None:
    case = many(3_102)
    settler, block = settler_of(case), block_of(case)
    with pytest.raises(PolicyFault) as by_one:
        by_duckdb(settler, too_early(block, [7]))
    with pytest.raises(PolicyFault) as by_other:
        by_spark(spark, settler, too_early(block, [7]))
    assert str(by_other.value) == str(by_one.value)
    assert "setl_id=" in str(by_other.value)


def test_many_faults_cross_from_the_worker(spark: Any) -> None:
    case = seeded(3_103, people=1, claims=12)
    settler, block = settler_of(case), block_of(case)
    wrong = too_early(block, range(5))
    with pytest.raises(Faults) as by_one:
        by_duckdb(settler, wrong)
    with pytest.raises(Faults) as by_other:
        by_spark(spark, settler, wrong)
    assert str(by_other.value) == str(by_one.value)


def too_early(block: pa.Table, rows: Any) -> pa.Table:
    """Some claims moved to a day that no policy covers."""
    for name in ("begndate", "enddate", "setl_time"):
        values = block[name].to_pylist()
        early = dt.datetime.fromisoformat("2001-01-01") if name == "setl_time" else dt.date(2001, 1, 1)
        for row in rows:
            values[row] = early
        place = block.column_names.index(name)
        block = block.set_column(place, name, pa.array(values, block.schema.field(name).type))
    return block


def test_a_missing_column_is_named_before_anything_runs(spark: Any) -> None:
    case = many(3_104)
    block = block_of(case).drop_columns(["inscp_amt_fen"])
    with pytest.raises(InputFault, match="inscp_amt"):
        settle_spark(spark.createDataFrame(block), settler_of(case))


def test_our_own_slip_in_a_worker_is_one_line_without_java(spark: Any) -> None:
    def slip(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from batches
        raise ZeroDivisionError("by nothing")

    with pytest.raises(EngineFault) as raised, retold():
        spark.range(3).mapInArrow(slip, "id bigint").collect()
    assert "ZeroDivisionError: by nothing" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "apache" not in str(raised.value)


def test_workers_are_the_running_interpreter(spark: Any) -> None:
    def who(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for _ in batches:
            yield pa.record_batch({"python": [sys.executable]})

    found = spark.range(1, numPartitions=1).mapInArrow(who, "python string").collect()
    assert [row["python"] for row in found] == [sys.executable]


def test_a_file_in_the_national_form_is_read_as_it_stands(spark: Any, tmp_path: Path) -> None:
    block = block_of(many(3_105)).select(["psn_no", "setl_id", "begndate", "setl_time", "medfee_sumamt_fen"])
    block = block.append_column("cost_drugs_fen", block["medfee_sumamt_fen"])
    for spelling in ("platform", "interface"):
        path = tmp_path / f"{spelling}.parquet"
        write_parquet(block, path, TABLES["settlements"], spelling)
        frame = inside(spark.read.parquet(str(path)), TABLES["settlements"])
        moments = pa.array(block["setl_time"]).cast(pa.timestamp("us"))
        assert in_order(frame.toArrow()) == in_order(block.set_column(3, "setl_time", moments))


def test_money_that_may_be_inexact_is_refused(spark: Any) -> None:
    frame = spark.createDataFrame(pa.table({"setl_id": ["1"], "medfee_sumamt": [0.1]}))
    with pytest.raises(InputFault, match=r"medfee_sumamt.*double"):
        inside(frame, TABLES["settlements"])


def test_every_kind_of_fault_crosses_as_it_is() -> None:
    for fault in (
        InputFault("坏", "第 1 行", "好", "改"),
        Faults([PolicyFault("一"), InputFault("二")], more=3),
    ):
        back = _read(json.loads(str(Crossing(fault)).split(">", 1)[1].rsplit("<", 1)[0]))
        assert (type(back), str(back), back.exit_code) == (type(fault), str(fault), fault.exit_code)
        assert isinstance(back, DoudiError)
