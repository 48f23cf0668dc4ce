"""The batch is measured with its sums checked, and the check can fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doudi.bench import batch
from doudi.bench.county import County, make
from doudi.bench.settle import Setting, bench_settle

ROWS = 2_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def county(folder: Path) -> County:
    return make(ROWS, folder)


def settled(county: County, folder: Path) -> Path:
    out = folder / "settled.parquet"
    batch.settle(str(county.claims), str(county.persons), "示例县", str(out))
    return out


def test_the_report_has_the_promised_keys_and_balances(folder: Path) -> None:
    found = bench_settle(Setting(folder, runs=1), ROWS)
    promised = {"claims", "seconds", "floor_seconds", "ratio", "kernel_per_s", "peak_mb", "total_fen_equal"}
    assert promised <= set(found)
    assert found["claims"] == ROWS
    assert found["total_fen_equal"] is True
    assert found["kernel_per_s"] > 0
    assert found["ratio"] == pytest.approx(found["seconds"] / found["floor_seconds"], rel=0.05)
    assert not (folder / "out.parquet").exists()


def test_sums_are_added_up_from_the_files_alone(county: County, folder: Path) -> None:
    out = settled(county, folder)
    assert batch.sums(str(county.claims), str(out))["equal"] is True
    table = pq.read_table(out)
    place = table.column_names.index("psn_pay")
    off = table["psn_pay"].to_pylist()
    off[7] += type(off[7])("0.01")
    pq.write_table(table.set_column(place, "psn_pay", pa.array(off, table.schema.field(place).type)), out)
    told = batch.sums(str(county.claims), str(out))
    assert told["equal"] is False
    assert told["borne_fen"] - told["bills_fen"] == 1


def test_a_lost_row_is_seen(county: County, folder: Path) -> None:
    out = settled(county, folder)
    table = pq.read_table(out)
    zero = table["medfee_sumamt"].to_pylist().index(min(table["medfee_sumamt"].to_pylist(), key=abs))
    pq.write_table(pa.concat_tables([table.slice(0, zero), table.slice(zero + 1)]), out)
    assert batch.sums(str(county.claims), str(out))["equal"] is False


def test_the_floor_writes_what_the_batch_reads_and_what_it_adds(county: County, folder: Path) -> None:
    columns = batch.read_columns(str(county.claims), "示例县")
    out = folder / "floor.parquet"
    found = batch.floor(str(county.claims), str(out), columns)
    schema = pq.read_schema(out)
    assert len(schema.names) == found["columns"]
    assert set(columns) < set(schema.names)
    money = [name for name in schema.names if name.endswith("_fen")]
    assert {"out_hifp_pay_fen", "out_psn_pay_fen", "medfee_sumamt_fen"} <= set(money)
    assert all(schema.field(name).type == pa.int64() for name in money)
    rows = pq.read_table(out, columns=["psn_no", "setl_time", "setl_id"]).to_pylist()
    assert len(rows) == ROWS
    assert [tuple(row.values()) for row in rows] == sorted(tuple(row.values()) for row in rows)


def test_the_loop_settles_what_the_policy_has_layers_for(county: County) -> None:
    found: dict[str, Any] = batch.loop(str(county.claims), str(county.persons), "示例县", threads=2, runs=1)
    assert found["claims"] == ROWS
    assert found["cores"] == 2
    assert 0.1 < found["layers_per_claim"] < 11
