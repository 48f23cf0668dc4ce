"""What a header is taken for, which kind a sheet is, and what a person may decide about both."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doudi.common.errors import InputFault
from doudi.common.identifiers import sample_id_number
from doudi.ledgers.reading import read_file
from doudi.ledgers.reading.likeness import best_pairs, likeness
from tests.ledgers.reading.kinds_made import AID, KINDS, WATER
from tests.ledgers.reading.sheets import grid, read, workbook

IDS = [sample_id_number(date(1980, 1, i + 1), 2 * i + 1) for i in range(9)]


def hows(reading) -> dict[str, tuple[str | None, str | None]]:
    return {one.header: (one.name, one.how) for one in reading.mapping}


def test_a_header_is_exact_or_an_alias():
    reading = read([["姓名", "证件号码", "psn_name2"], ["张伟", IDS[0], "x"]], KINDS)
    assert hows(reading) == {
        "姓名": ("psn_name", "exact"),
        "证件号码": ("certno", "alias"),
        "psn_name2": (None, None),
    }


def test_a_header_of_no_declared_spelling_is_taken_by_likeness_and_told_where_unsure():
    reading = read([["姓名", "身份证件编号", "救助发放金额"], ["张伟", IDS[0], "500"]], KINDS)
    assert hows(reading)["身份证件编号"] == ("certno", "likeness")
    assert hows(reading)["救助发放金额"] == ("amt", "likeness")


@pytest.mark.parametrize("header", ["母亲姓名", "填表人", "联系人电话", "监护人身份证号"])
def test_somebody_elses_column_is_not_taken_for_the_persons(header):
    lines = [["姓名", "身份证号", header], ["张伟", IDS[0], "李芳"]]
    assert hows(read(lines, KINDS))[header] == (None, None)


def test_cells_that_cannot_be_what_a_header_likens_speak_against_it():
    lines = [["姓名", "身份证号", "享受开始"], *[["张伟", one, "很久以前"] for one in IDS[:4]]]
    assert hows(read(lines, KINDS))["享受开始"] == (None, None)


def test_what_a_person_chose_goes_before_everything_and_may_leave_a_column_alone():
    lines = [["姓名", "身份证号", "金额一", "备注"], ["张伟", IDS[0], "500", "无"]]
    reading = read(lines, KINDS, chosen={"金额一": "amt", "备 注": ""})
    assert hows(reading) == {
        "姓名": ("psn_name", "exact"),
        "身份证号": ("certno", "exact"),
        "金额一": ("amt", "chosen"),
        "备注": (None, None),
    }
    assert reading.table["amt_fen"].to_pylist() == [50_000]


def test_what_a_sender_meant_before_is_remembered():
    lines = [["姓名", "身份证号", "钱"], ["张伟", IDS[0], "500"]]
    assert hows(read(lines, KINDS))["钱"] == (None, None)
    assert hows(read(lines, KINDS, memory={"aid": {"钱": "amt"}}))["钱"] == ("amt", "remembered")


def test_each_ledger_column_is_used_once():
    lines = [["姓名", "身份证号", "证件号码", "公民身份号码"], ["张伟", IDS[0], IDS[0], IDS[0]]]
    names = [one.name for one in read(lines, KINDS).mapping]
    assert names.count("certno") == 1


def test_of_two_columns_of_one_meaning_the_one_with_the_right_cells_is_taken():
    lines = [["姓名", "证件号码", "公民身份号码"], *[["张伟", "略", one] for one in IDS[:3]]]
    assert hows(read(lines, KINDS))["公民身份号码"][0] == "certno"


def test_the_kind_is_the_one_whose_headers_are_there():
    assert read([["姓名", "身份证号", "救助类别"], ["张伟", IDS[0], "A类"]], KINDS).kind is AID
    assert read([["供水点名称", "供水人口"], ["东山水站", "7"]], KINDS).kind is WATER


def test_two_kinds_that_fit_alike_are_told_and_a_title_decides():
    import dataclasses

    both = {"aid": AID, "help": dataclasses.replace(AID, name="help", zh="帮扶对象")}
    lines = [["姓名", "身份证号", "救助类别"], ["张伟", IDS[0], "A类"]]
    assert "也像" in read(lines, both).doubt
    titled = read([["示例县帮扶对象名单"], *lines], both)
    assert (titled.kind.name, titled.doubt) == ("help", "")


def test_a_kind_that_is_given_is_not_guessed_and_must_be_known():
    lines = [["村", "供水点名称"], ["东村", "东山水站"]]
    assert read(lines, KINDS, kind="water").doubt == ""
    assert read(lines, KINDS, kind=WATER).kind is WATER
    assert read([["车次", "航班"], ["a", "b"]], KINDS, kind="water").kind is None
    with pytest.raises(InputFault, match="没有“nothing”"):
        read_file(workbook(grid(lines)), KINDS, kind="nothing", as_of=date(2026, 6, 30))


def test_a_required_year_may_stand_in_the_title_and_is_told():
    import dataclasses

    from doudi.policy.ledgers.kind import LedgerColumn

    columns = tuple(
        LedgerColumn(dataclasses.replace(one.column, required=True), "year")
        if one.name == "data_year"
        else one
        for one in AID.columns
    )
    yearly = {"aid": dataclasses.replace(AID, columns=columns)}
    lines = [["姓名", "身份证号", "救助类别"], ["张伟", IDS[0], "A类"]]
    reading = read([["示例县2025年度救助对象"], *lines], yearly)
    assert reading.table["data_year"].to_pylist() == [2025]
    assert "2025" in reading.doubt
    assert read(lines, yearly, sheet="2024年").table["data_year"].to_pylist() == [2024]
    assert read(lines, yearly).table["data_year"].to_pylist() == [2026]


def test_heads_of_household_stand_for_the_people_of_a_list_of_heads():
    reading = read([["户主姓名", "救助类别", "救助金额"], ["张伟", "A类", "5"]], KINDS)
    row = reading.table.to_pylist()[0]
    assert (row["head_name"], row["psn_name"]) == ("张伟", "张伟")


def test_likeness_is_one_way_and_never_more_than_sameness():
    assert likeness("证件号码", "证件号码") == 0.97
    assert likeness("户主姓名", "姓名") < 0.6
    assert likeness("发放日期", "发放金额") < 0.6
    assert likeness("", "姓名") == 0


@settings(max_examples=60)
@given(st.lists(st.lists(st.integers(0, 9).map(float), min_size=1, max_size=4), min_size=1, max_size=4))
def test_pairs_are_the_best_that_any_pairing_gives(gain):
    from itertools import permutations

    width = max(map(len, gain))
    table = [row + [0.0] * (width - len(row)) for row in gain]
    found = sum(table[i][j] for i, j in best_pairs(table).items())
    size = max(len(table), width)
    square = [row + [0.0] * (size - width) for row in table] + [[0.0] * size] * (size - len(table))
    best = max(sum(square[i][j] for i, j in enumerate(order)) for order in permutations(range(size)))
    assert found == best
