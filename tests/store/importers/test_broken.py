"""Broken files: one clear message each, with where and what to do; good rows apart from bad ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from doudi.common.errors import DoudiError, InputFault
from doudi.store.importers import read_file, shape_of
from doudi.store.importers.raw import Ragged, raw_batches
from tests.store.importers.broken import BROKEN, HEADER, ROW, text, with_cell


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_gets_a_message_that_says_what_to_do(name: str, tmp_path: Path) -> None:
    file, make, words = BROKEN[name]
    make(tmp_path / file)
    with pytest.raises(DoudiError) as caught:
        raise read_file(tmp_path / file).faults.as_error()
    message = str(caught.value)
    assert caught.value.exit_code == InputFault.exit_code
    assert file in message
    assert "请：" in message
    for word in words:
        assert word in message
    assert "Arrow" not in message
    assert "Traceback" not in message


def test_the_file_the_broken_ones_are_made_from_is_whole(tmp_path: Path) -> None:
    text(ROW, with_cell("gend", "2"))(tmp_path / "a.csv")
    reading = read_file(tmp_path / "a.csv")
    assert reading.table.name == "settlements"
    assert not reading.faults
    assert reading.data.num_rows == 2


def test_good_rows_stand_beside_bad_ones_with_their_numbers(tmp_path: Path) -> None:
    rows = [with_cell("inscp_amt", value, f"S{n}") for n, value in enumerate(["1", "x", "2", "-3", "", "4"])]
    rows.insert(1, "S9,too,short")
    text(*rows)(tmp_path / "a.csv")
    reading = read_file(tmp_path / "a.csv")
    assert reading.data["setl_id"].to_pylist() == ["S0", "S2", "S5"]
    assert reading.numbers.tolist() == [2, 5, 8]
    assert reading.faults.table()["row"].to_pylist() == [3, 4, 6, 7]
    assert [str(fault).split("：")[0] for fault in reading.faults.told] == [
        "a.csv 第 3 行",
        "a.csv 第 4 行 inscp_amt",
        "a.csv 第 6 行 inscp_amt",
        "a.csv 第 7 行 inscp_amt",
    ]
    assert reading.source.rejected == 4
    assert reading.source.rows == 7


def test_every_row_of_a_repeated_key_is_refused_unless_all_are_the_same(tmp_path: Path) -> None:
    same, other = with_cell("gend", "2", "S1"), with_cell("gend", "1", "S3")
    text(ROW, with_cell("gend", "1"), same, other, other)(tmp_path / "a.csv")
    reading = read_file(tmp_path / "a.csv")
    assert reading.data["setl_id"].to_pylist() == ["S2", "S3"]
    assert reading.faults.table()["row"].to_pylist() == [2, 4]
    assert "1 行与前面的行完全相同，已跳过" in reading.notices


def test_unknown_columns_and_new_codes_are_told_but_taken(tmp_path: Path) -> None:
    rows = [with_cell("med_type", "990303"), ",".join([""] * 14)]
    text(*(row + ",x" for row in rows), header=HEADER + ",内部列")(tmp_path / "a.csv")
    reading = read_file(tmp_path / "a.csv")
    assert not reading.faults
    assert any("内部列" in notice for notice in reading.notices)
    assert any("990303" in notice for notice in reading.notices)
    # the row with nothing but an unknown column is blank
    assert any("1 个空行" in notice for notice in reading.notices)


def test_a_file_with_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    text()(tmp_path / "a.csv")
    reading = read_file(tmp_path / "a.csv")
    assert reading.data.num_rows == 0
    assert not reading.faults


def test_a_bad_value_in_every_row_is_told_once_over_and_counted(tmp_path: Path) -> None:
    text(*(with_cell("inscp_amt", "x", f"S{n}") for n in range(3000)))(tmp_path / "a.csv")
    error = read_file(tmp_path / "a.csv").faults.as_error()
    assert len(str(error).splitlines()) == 21
    assert "还有 2980 处" in str(error)


def test_a_file_of_another_make_is_refused_without_keeping_all_of_it(tmp_path: Path) -> None:
    text(*["a\tb\tc"] * 50)(tmp_path / "a.csv")
    reading = read_file(tmp_path / "a.csv")
    assert reading.faults.count == 50
    with pytest.raises(InputFault, match="超过 20 行"):
        list(raw_batches(reading.shape, Ragged(most=20)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_are_lines(end: str, tmp_path: Path) -> None:
    lines = [HEADER, *(with_cell("gend", "1", f"S{n}") for n in range(2000))]
    (tmp_path / "a.csv").write_bytes(end.join(lines).encode())
    assert read_file(tmp_path / "a.csv", longest_line=500).data.num_rows == 2000
    with pytest.raises(InputFault, match="超过 50 字节（从第 1 个字节起）"):
        shape_of(tmp_path / "a.csv", longest_line=50)


def test_a_long_line_is_found_wherever_it_starts(tmp_path: Path) -> None:
    for before in (0, 1, (1 << 22) - 130, (1 << 22) - 1, 1 << 22, (1 << 22) + 7):
        body = b"x\n" * (before // 2) + b"y" * (before % 2) + b"\n" + b"z" * 200 + b"\nend\n"
        (tmp_path / "a.csv").write_bytes(body)
        with pytest.raises(InputFault, match="超过 199 字节"):
            shape_of(tmp_path / "a.csv", longest_line=199)
        assert shape_of(tmp_path / "a.csv", longest_line=200).kind == "csv"


def test_a_line_of_two_gigabytes_does_not_eat_memory(tmp_path: Path) -> None:
    # a sparse file; what matters is that it is refused before its end is looked for
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.write(HEADER.encode() + b"\n" + b"1" * (6 << 20))
        file.truncate(2 << 30)
    code = (
        "import sys, pathlib; from doudi.store.importers import read_file\n"
        "import resource; used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: read_file(pathlib.Path(sys.argv[1]))\n"
        "except Exception as fault: print(type(fault).__name__, fault)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.startswith("InputFault a.csv：有一行超过 1048576 字节")
    assert int(run.stdout.split()[-1]) < 100_000  # kilobytes
