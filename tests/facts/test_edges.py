"""The edges: national names, yuan, the same bytes every time, never half a file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doudi.common.errors import InputFault
from doudi.facts import edges
from doudi.facts.conform import conform
from doudi.facts.settlements import TABLE
from tests.facts.cast import made_settlements

ROWS = pa.table(
    {
        "setl_id": ["a", '引"号', "逗,号"],
        "othfund_pay_fen": pa.array([123456, -5, None], pa.int64()),
        "begndate": pa.array([date(2023, 1, 9)] * 3),
        "setl_time": pa.array([datetime.fromisoformat("2023-01-09T10:11:12")] * 3, pa.timestamp("s")),
        "cost_x_fen": pa.array([0, 1, 2], pa.int64()),
    }
)


def test_csv_carries_national_names_and_yuan(tmp_path: Path) -> None:
    edges.write_csv(ROWS, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines() == [
        '"setl_id","othfund_pay","begndate","setl_time","cost_x"',
        '"a",1234.56,2023-01-09,"2023-01-09 10:11:12",0.00',
        '"引""号",-0.05,2023-01-09,"2023-01-09 10:11:12",0.01',
        '"逗,号",,2023-01-09,"2023-01-09 10:11:12",0.02',
    ]


def test_other_spellings_are_written_on_request(tmp_path: Path) -> None:
    edges.write_csv(ROWS, tmp_path / "a.csv", TABLE, "interface", bom=True)
    first = (tmp_path / "a.csv").read_bytes().splitlines()[0]
    assert first == b'\xef\xbb\xbf"setl_id","oth_pay","begndate","setl_time","cost_x"'
    edges.write_parquet(ROWS, tmp_path / "a.parquet", TABLE, "zh")
    assert pq.read_schema(tmp_path / "a.parquet").names[1] == "其它基金支付"


def test_parquet_carries_decimals_of_two_places(tmp_path: Path) -> None:
    edges.write_parquet(ROWS, tmp_path / "a.parquet")
    schema = pq.read_schema(tmp_path / "a.parquet")
    assert schema.field("othfund_pay").type == pa.decimal128(16, 2)
    assert not [name for name in schema.names if name.endswith("_fen")]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    data = made_settlements(3000)
    in_parts = pa.concat_tables([data.slice(0, 1000), data.slice(1000)])
    for name, write in {"csv": edges.write_csv, "parquet": edges.write_parquet}.items():
        write(data, tmp_path / f"a.{name}")
        write(in_parts, tmp_path / f"b.{name}")
        assert (tmp_path / f"a.{name}").read_bytes() == (tmp_path / f"b.{name}").read_bytes()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    unwritable = pa.table({"a": [[1]]})
    with pytest.raises(pa.ArrowInvalid):
        edges.write_csv(unwritable, path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_it_refuses_a_place_that_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="文件夹"):
        edges.write_csv(ROWS, tmp_path)
    with pytest.raises(InputFault, match="不存在"):
        edges.write_csv(ROWS, tmp_path / "none" / "a.csv")


def test_conforming_adds_what_is_missing_and_refuses_what_nobody_declared() -> None:
    whole = conform(ROWS, TABLE)
    assert whole.schema == TABLE.schema(opened=(TABLE.open_column("cost_x"),))  # type: ignore[arg-type]
    assert whole["maf_pay_fen"].null_count == 3
    with pytest.raises(ValueError, match="surprise"):
        conform(ROWS.append_column("surprise", pa.nulls(3)), TABLE)
