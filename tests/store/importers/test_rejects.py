"""Rejected rows go back in their sender's columns, and come in again once mended."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from doudi.store.importers import read_file, write_rejects
from tests.store.importers.broken import HEADER, ROW, text, with_cell


def returned(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_rejected_row_comes_back_whole_with_what_is_wrong_beside_it(tmp_path: Path) -> None:
    bad = with_cell("inscp_amt", "12元").replace("2024-01-12,", "2024-13-12,", 1)
    text(ROW, bad, "S3,short", ROW + ",one,more")(tmp_path / "a.csv")
    reading = read_file(tmp_path / "a.csv")
    assert write_rejects(reading, tmp_path / "back.csv") == 3
    rows = returned(tmp_path / "back.csv")
    assert list(rows[0])[:14] == HEADER.split(",")
    assert rows[0]["inscp_amt"] == "12元"
    assert rows[0]["退回_行"] == "3"
    assert rows[0]["退回_列"] == "enddate；inscp_amt"
    assert rows[0]["退回_值"] == "2024-13-12；12元"
    assert "2023-01-09" in rows[0]["退回_允许"]
    assert "；按元填写" in rows[0]["退回_建议"]
    assert rows[1]["setl_id"] == "S3"
    assert rows[1]["退回_值"] == "S3,short"
    assert rows[2]["退回_值"].endswith(",one,more")


def test_mended_rows_are_taken_in_as_they_are(tmp_path: Path) -> None:
    text(ROW, with_cell("inscp_amt", "12元"))(tmp_path / "a.csv")
    write_rejects(read_file(tmp_path / "a.csv"), tmp_path / "back.csv")
    mended = (tmp_path / "back.csv").read_text(encoding="utf-8-sig").replace('"12元"', '"12"', 1)
    (tmp_path / "mended.csv").write_text(mended, encoding="utf-8-sig")
    reading = read_file(tmp_path / "mended.csv")
    assert not reading.faults
    assert reading.data["inscp_amt_fen"].to_pylist() == [1200]


def test_a_file_may_be_handed_back_twice(tmp_path: Path) -> None:
    text(with_cell("inscp_amt", "12元"))(tmp_path / "a.csv")
    write_rejects(read_file(tmp_path / "a.csv"), tmp_path / "back.csv")
    write_rejects(read_file(tmp_path / "back.csv"), tmp_path / "again.csv")
    (row,) = returned(tmp_path / "again.csv")
    assert row["退回_行"] == row["退回_行_前次"] == "2"


def test_rejects_of_parquet_are_text_too(tmp_path: Path) -> None:
    cells = dict(zip(HEADER.split(","), ROW.split(","), strict=True))
    columns = {name: pa.array([value, value]) for name, value in cells.items()}
    columns |= {"setl_id": pa.array(["S1", "S2"]), "medfee_sumamt": pa.array([1786.95, 1786.951])}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    reading = read_file(tmp_path / "a.parquet")
    assert reading.data["setl_id"].to_pylist() == ["S1"]
    write_rejects(reading, tmp_path / "back.csv")
    (row,) = returned(tmp_path / "back.csv")
    assert (row["setl_id"], row["medfee_sumamt"], row["退回_行"]) == ("S2", "1786.951", "3")


def test_the_same_rejects_have_the_same_bytes(tmp_path: Path) -> None:
    text(*(with_cell("inscp_amt", "x", f"S{n}") for n in range(500)))(tmp_path / "a.csv")
    for name in ("one.csv", "two.csv"):
        write_rejects(read_file(tmp_path / "a.csv"), tmp_path / name)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
