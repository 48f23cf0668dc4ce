"""Dates in three columns, the same again, groups named once: read as meant, and only where that is beyond doubt."""

from __future__ import annotations

from datetime import date

from doudi.common.identifiers import sample_id_number
from tests.ledgers.reading.kinds_made import KINDS
from tests.ledgers.reading.sheets import read

IDS = [sample_id_number(date(1980, 1, i + 1), 2 * i + 1) for i in range(12)]
HEADER = ["村", "姓名", "身份证号", "救助类别", "救助金额"]


def _rows(villages: list[str | None]) -> list[list[object]]:
    return [[village, "张伟", IDS[i], "A类", 500] for i, village in enumerate(villages)]


def _villages(reading) -> list[str | None]:
    return reading.table["village"].to_pylist()


def test_the_same_again_stands_for_what_is_above() -> None:
    assert _villages(read([HEADER, *_rows(["东村", "同上", "〃", "西村", "同上"])], KINDS)) == [
        "东村", "东村", "东村", "西村", "西村",
    ]  # fmt: skip


def test_the_same_again_below_nothing_stays_nothing() -> None:
    assert _villages(read([HEADER, *_rows(["东村", None, "同上"])], KINDS)) == ["东村", None, None]


def test_a_group_named_once_holds_for_its_rows_and_is_told() -> None:
    reading = read([HEADER, *_rows(["东村", None, None, "西村", None, None])], KINDS)
    assert _villages(reading) == ["东村"] * 3 + ["西村"] * 3
    assert "只写在每组的首行" in reading.doubt


def test_a_few_blanks_or_a_name_that_comes_again_make_no_groups() -> None:
    few: list[str | None] = ["东村", "东村二", "西村", None, "南村", "北村"]
    assert _villages(read([HEADER, *_rows(few)], KINDS)) == few
    again: list[str | None] = ["东村", None, "西村", None, "东村", None]
    assert _villages(read([HEADER, *_rows(again)], KINDS)) == again


def test_a_date_in_three_columns_is_one_date() -> None:
    lines = [
        ["姓名", "身份证号", "出生年", "出生月", "出生日", "救助类别"],
        ["张伟", IDS[0], 1980, 1, 1, "A类"],
        ["李芳", IDS[1], "1980", "01", "02", "A类"],
    ]
    reading = read(lines, KINDS)
    assert reading.table["brdy"].to_pylist() == [date(1980, 1, 1), date(1980, 1, 2)]
    assert reading.problems == ()
