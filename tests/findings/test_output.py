"""A result file appears whole or not at all, and is what its manifest says."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doudi.common.errors import EngineFault, InputFault
from doudi.findings import output
from doudi.findings.output import TableFile

SCHEMA = pa.schema([("setl_id", pa.string()), ("psn_pay_fen", pa.int64())])
ROWS = pa.table({"setl_id": ["a", "b"], "psn_pay_fen": [150, -50]}, schema=SCHEMA)


def written(path: Path, then: Callable[[TableFile], object]) -> None:
    """Write a block, do something, write another and finish."""
    with TableFile(path, SCHEMA) as file:
        file.write(ROWS)
        then(file)
        file.write(ROWS)
        file.finish()


def interrupted(file: TableFile) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".CSV"])
def test_it_is_written_in_yuan_and_hashed_as_it_grows(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    with TableFile(path, SCHEMA) as file:
        file.write(ROWS)
        file.write(ROWS.slice(0, 0))
        file.write(ROWS)
        assert not path.exists()
        file.check_sums({"psn_pay": 200})
        said = file.finish()
    assert said == {
        "file": path.name,
        "rows": 4,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "sums": {"psn_pay": "2.00"},
    }
    if suffix == ".parquet":
        table = pq.read_table(path)
        assert table.schema.field("psn_pay").type == pa.decimal128(16, 2)
        assert [str(v) for v in table["psn_pay"].to_pylist()] == ["1.50", "-0.50"] * 2
    else:
        assert path.read_text(encoding="utf-8") == '"setl_id","psn_pay"\n' + '"a",1.50\n"b",-0.50\n' * 2


def test_without_rows_there_is_still_a_file_with_its_columns(tmp_path):
    with TableFile(tmp_path / "out.parquet", SCHEMA) as file:
        file.finish()
    assert pq.read_table(tmp_path / "out.parquet").column_names == ["setl_id", "psn_pay"]


@pytest.mark.parametrize("name", ["out.xlsx", "out", "out.parquet.gz"])
def test_another_kind_of_file_is_refused_before_anything_is_read(tmp_path, name):
    with pytest.raises(InputFault, match=r"\.parquet、\.csv"):
        TableFile(tmp_path / name, SCHEMA)


def test_a_folder_and_a_missing_folder_are_refused(tmp_path):
    (tmp_path / "out.csv").mkdir()
    for path in (tmp_path / "out.csv", tmp_path / "gone" / "out.csv"):
        with pytest.raises(InputFault, match="文件夹"), TableFile(path, SCHEMA):
            raise AssertionError


def test_sums_that_differ_are_refused(tmp_path):
    with pytest.raises(EngineFault, match=r"psn_pay 各行之和 1.00 不等于结算总额 1.01"):
        written(tmp_path / "out.csv", lambda file: file.check_sums({"psn_pay": 101}))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_whatever_goes_wrong_nothing_is_left_and_an_older_file_stays(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        written(path, interrupted)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_place_that_cannot_be_written_to_is_told(tmp_path):
    with pytest.raises(InputFault, match="写不进去"), TableFile(Path("/proc/out.csv"), SCHEMA):
        raise AssertionError


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, monkeypatch, suffix):
    def full(self: object, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InputFault, match="磁盘空间"):
        written(tmp_path / f"out{suffix}", lambda file: monkeypatch.setattr(output._Hashed, "write", full))
    assert not list(tmp_path.iterdir())
