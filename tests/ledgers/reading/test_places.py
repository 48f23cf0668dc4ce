"""Rows placed in the register of divisions: by their cells, else by what the sheet is called."""

from __future__ import annotations

from datetime import date

from doudi.access.places import Named, Places
from doudi.common.identifiers import sample_id_number
from tests.ledgers.reading.kinds_made import KINDS
from tests.ledgers.reading.sheets import read

SINCE = date(2000, 1, 1)
COUNTY, EAST, WEST = "990101", "990101001", "990101002"
ONE, TWO, OTHER = "990101001001", "990101001002", "990101002001"
PLACES = Places(
    [
        Named(COUNTY, "样例县", "county", None, SINCE),
        Named(EAST, "东镇", "township", COUNTY, SINCE),
        Named(WEST, "西镇", "township", COUNTY, SINCE),
        Named(ONE, "红旗村", "village", EAST, SINCE),
        Named(TWO, "青山村", "village", EAST, SINCE),
        Named(OTHER, "红旗村", "village", WEST, SINCE),
    ]
)
IDS = [sample_id_number(date(1980, 1, i + 1), 2 * i + 1) for i in range(9)]


def placed(lines, **more):
    return read(lines, KINDS, divisions=PLACES, **more)


def test_a_village_is_looked_up_in_its_township():
    reading = placed(
        [
            ["姓名", "身份证号", "乡镇", "村"],
            ["张伟", IDS[0], "东镇", "红旗村"],
            ["李芳", IDS[1], "西镇", "红旗"],
        ]
    )
    assert reading.table["__division"].to_pylist() == [ONE, OTHER]
    assert reading.table["village"].to_pylist() == ["红旗村", "红旗"]
    assert reading.problems == ()


def test_a_village_that_its_township_does_not_have_is_told():
    reading = placed([["姓名", "身份证号", "乡镇", "村"], ["张伟", IDS[0], "西镇", "青山村"]])
    assert [(one.code, one.column) for one in reading.problems] == [("division_unknown", 4)]
    assert reading.table["__division"].to_pylist() == [WEST]


def test_a_sheet_of_a_township_places_its_villages():
    lines = [["姓名", "身份证号", "村"], ["张伟", IDS[0], "红旗村"], ["李芳", IDS[1], None]]
    assert placed(lines, sheet="东镇").table["__division"].to_pylist() == [ONE, EAST]
    titled = placed([["样例县西镇救助对象名单"], *lines])
    assert titled.table["__division"].to_pylist() == [OTHER, WEST]


def test_a_name_that_two_townships_have_is_no_fault_and_places_nobody():
    reading = placed([["姓名", "身份证号", "村"], ["张伟", IDS[0], "红旗村"], ["李芳", IDS[1], "青山村"]])
    assert reading.problems == ()
    assert reading.table["__division"].to_pylist() == [None, TWO]


def test_without_a_register_names_stay_and_nothing_is_told():
    reading = read([["姓名", "身份证号", "村"], ["张伟", IDS[0], "无名村"]], KINDS)
    assert reading.problems == ()
    assert reading.table["village"].to_pylist() == ["无名村"]
    assert reading.table["__division"].to_pylist() == [None]
