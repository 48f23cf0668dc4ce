"""Lists as CSV: what a spreadsheet program makes of their cells."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from doudi.commands.ledger_exports import write_compared
from doudi.commands.lists import plain, write_list
from doudi.findings.exports_compared import Change, Compared


@pytest.mark.parametrize("said", ["=1+1", "+86-199", "-1+2", "@SUM(A1)", "\t=1", "＝1", "=HYPERLINK(1)"])
def test_a_cell_never_starts_a_formula(said: str) -> None:
    assert plain(said) == f"'{said}"


@pytest.mark.parametrize("said", ["-12.50", "+3", "样东镇", "2026-06-30", "", None, -5])
def test_numbers_and_words_stay_as_they_are(said: object) -> None:
    assert plain(said) == said


def test_a_list_opens_in_chinese_and_is_there_whole(tmp_path: Path) -> None:
    write_list(tmp_path / "名单.csv", ("姓名", "金额"), [("=cmd|'/c calc'!A0", "-1.00")])
    assert (tmp_path / "名单.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "名单.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["姓名", "金额"], ["'=cmd|'/c calc'!A0", "-1.00"]]


def test_a_name_from_an_export_starts_no_formula_in_the_list_of_changes(tmp_path: Path) -> None:
    change = Change("members", "changed", "1", "@村", "psn_name", "姓名", "=1+1", "王建国", "name", "更名", "renamed",
                    "", 2, "", 2)  # fmt: skip
    write_compared([Compared("members", "成员", 1, 1, 1, 0, 0, (0, 0), (), (change,))], tmp_path / "变化.csv")
    assert "'=1+1" in (tmp_path / "变化.csv").read_text(encoding="utf-8-sig")
    assert "'@村" in (tmp_path / "变化.csv").read_text(encoding="utf-8-sig")
