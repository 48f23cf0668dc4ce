"""Sheets as strangers lay them out: titles, groups, measures, totals, notes, tables below and beside."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.common.identifiers import sample_id_number
from tests.ledgers.reading.kinds_made import AID, KINDS
from tests.ledgers.reading.sheets import accounts_for, grid, read, workbook

from doudi.ledgers.reading import read_file  # isort: skip

IDS = [sample_id_number(date(1980, 1 + i // 28, i % 28 + 1), 2 * i + 1) for i in range(40)]
NAMES = ["张伟", "李芳", "王秀英", "赵敏", "孙静", "周强", "吴磊", "郑军", "冯洋", "陈勇"]


def people(first: int = 0, many: int = 3) -> list[list[object]]:
    return [[i + 1, NAMES[i % 10], IDS[i], "A类", 500] for i in range(first, first + many)]


HEADER = ["序号", "姓名", "身份证号", "救助类别", "救助金额"]


def left(reading) -> dict[int, str]:
    return {one.row: one.what for one in reading.left_out}


def test_a_header_of_one_line_at_the_top_is_found():
    lines = [HEADER, *people()]
    reading = read(lines, KINDS)
    assert (reading.kind, reading.header_rows, reading.accepted) == (AID, (1,), 3)
    assert [one.name for one in reading.mapping] == ["seq", "psn_name", "certno", "grade", "amt"]
    assert reading.problems == ()
    assert reading.doubt == ""
    accounts_for(reading, len(lines))


def test_titles_measures_and_blank_lines_above_are_named():
    lines = [
        ["示例县救助对象花名册"],
        ["填报单位：示例县民政局", None, None, None, "单位：万元"],
        [None],
        HEADER,
        [1, "张伟", IDS[0], "A类", "0.05"],
    ]
    reading = read(lines, KINDS, merged=[(0, 0, 0, 4)])
    assert left(reading) == {1: "标题", 2: "单位", 3: "空行", 4: "表头"}
    assert reading.unit == "万元"
    assert reading.table["amt_fen"].to_pylist() == [50_000]
    accounts_for(reading, len(lines))


def test_a_measure_in_the_header_goes_before_the_one_above():
    lines = [
        ["单位：万元"],
        ["姓名", "身份证号", "救助金额（元）", "工资性收入"],
        ["张伟", IDS[0], "500", "1.5"],
    ]
    reading = read(lines, KINDS)
    assert reading.table["amt_fen"].to_pylist() == [50_000]
    assert reading.table["wage_fen"].to_pylist() == [1_500_000]


@pytest.mark.parametrize(
    "merged", [[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)], []], ids=["merged", "written once"]
)
def test_a_group_above_its_columns_is_told_with_them(merged):
    lines = [
        ["姓名", "身份证号", "收入情况", None, None],
        [None, None, "工资性收入", "发放金额", None],
        ["张伟", IDS[0], "100", "20", None],
    ]
    reading = read(lines, KINDS, merged=merged)
    assert reading.header_rows == (1, 2)
    assert [one.header for one in reading.mapping][2] == "收入情况/工资性收入"
    assert [one.name for one in reading.mapping][:4] == ["psn_name", "certno", "wage", "amt"]
    accounts_for(reading, 3)


@pytest.mark.parametrize(
    "merged", [[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4), (0, 5, 1, 5)], []], ids=["merged", "written once"]
)
def test_a_line_below_a_group_is_header_too_though_nobody_knows_its_words(merged):
    lines = [
        ["姓名", "身份证号", "补贴", None, None, "备注"],
        [None, None, "一季度", "二季度", "三季度", None],
        ["张伟", IDS[0], 1, 2, 3, None],
        ["李芳", IDS[1], 1, 2, 3, None],
    ]
    reading = read(lines, KINDS, merged=merged)
    assert reading.header_rows == (1, 2)
    assert [one.header for one in reading.mapping][2:5] == ["补贴/一季度", "补贴/二季度", "补贴/三季度"]
    assert reading.accepted == 2


def test_the_same_word_under_two_groups_means_two_columns():
    lines = [
        ["户主信息", None, "家庭成员信息", None],
        ["姓名", "联系电话", "姓名", "身份证号"],
        ["张伟", "13812345678", "李芳", IDS[1]],
    ]
    reading = read(lines, KINDS, merged=[(0, 0, 0, 1), (0, 2, 0, 3)])
    row = reading.table.to_pylist()[0]
    assert (row["head_name"], row["psn_name"]) == ("张伟", "李芳")


def test_headers_with_breaks_stars_brackets_and_numbers_are_known():
    lines = [["*姓 名", "身份证\n号（必填）", "2、救助类别", "救助金额(元/月)"], ["张伟", IDS[0], "A类", "5"]]
    reading = read(lines, KINDS)
    assert [one.name for one in reading.mapping] == ["psn_name", "certno", "grade", "amt"]


def test_the_line_that_numbers_the_columns_belongs_to_the_header():
    lines = [HEADER, ["甲", "乙", "1", "2", "3"], *people()]
    reading = read(lines, KINDS)
    assert reading.header_rows == (1, 2)
    accounts_for(reading, len(lines))


@pytest.mark.parametrize(
    "total",
    [
        ["合计", None, None, None, "1500"],
        [None, "合 计", None, None, None],
        [None, "甲镇小计", None, None, 1500],
        ["总计", "3人", None, None, None],
        ["共计3人", None, None, None, None],
        [None, None, "合计：", None, 1500],
        ["合计", "—", "—", "/", 1500],
        ["合计人数：3", None, None, None, None],
        [None, "总人数：3人", None, None, None],
        ["甲镇合计", None, None, "3人", "1,500元"],
    ],
    ids=str,
)
@pytest.mark.parametrize("place", ["top", "middle", "end"])
def test_totals_are_left_out_wherever_they_stand(total, place):
    rows = people()
    rows.insert({"top": 0, "middle": 2, "end": 3}[place], total)
    lines = [HEADER, *rows]
    reading = read(lines, KINDS)
    assert reading.accepted == 3
    assert list(left(reading).values()) == ["表头", "小计" if "小计" in str(total) else "合计"]
    accounts_for(reading, len(lines))


def test_a_row_of_sums_without_a_label_is_a_total_and_another_number_alone_is_not():
    lines = [HEADER, *people(), [None, None, None, None, "1,500"]]
    assert left(read(lines, KINDS)) == {1: "表头", 5: "合计"}
    lines[-1][-1] = "1,501"
    assert read(lines, KINDS).refused == (5,)


def test_a_remark_that_speaks_of_a_total_does_not_lose_its_row():
    lines = [[*HEADER, "备注"], *[[*row, "合计"] for row in people()]]
    assert read(lines, KINDS).accepted == 3


def test_notes_and_signatures_below_are_named():
    lines = [
        HEADER,
        *people(),
        ["注：本表一式两份。"],
        ["填表人：某某", None, "审核人：某某", None, "填表日期：2026年6月30日"],
        ["（盖章）"],
        ["单位负责人：        填表人：        联系电话：        报出日期：   年  月  日"],
        [None, None, "分管领导签字："],
        ["金额大写：壹仟伍佰元整"],
        ["第 1 页，共 3 页"],
        ["2026年6月30日"],
    ]
    reading = read(lines, KINDS)
    assert [left(reading)[row] for row in range(5, 13)] == ["说明", *["签章"] * 4, "说明", "说明", "签章"]
    accounts_for(reading, len(lines))


def test_a_header_printed_again_is_no_record():
    lines = [["名册"], HEADER, *people(0, 2), ["名册"], HEADER, *people(2, 2)]
    reading = read(lines, KINDS)
    assert reading.accepted == 4
    assert left(reading) == {1: "标题", 2: "表头", 5: "标题", 6: "重复表头"}


def test_blank_rows_and_columns_and_prepared_numbers_are_no_records():
    rows = [[None, i, None, name, number] for i, name, number, *_ in people()]
    lines = [
        [None, "序号", None, "姓名", "身份证号"],
        rows[0],
        [None],
        rows[1],
        rows[2],
        [None, 4],
        [None, 5],
    ]
    reading = read(lines, KINDS)
    assert reading.accepted == 3
    assert left(reading) == {1: "表头", 3: "空行", 6: "空行", 7: "空行"}


def test_a_second_table_below_that_lists_nobody_is_told_and_not_read():
    lines = [
        HEADER,
        *people(),
        [None],
        ["附：各镇汇总"],
        ["乡镇", "户数", "人数"],
        ["甲镇", 1, 2],
        ["乙镇", 2, 3],
    ]
    reading = read(lines, KINDS)
    assert reading.accepted == 3
    assert {row: what for row, what in left(reading).items() if row > 5} == dict.fromkeys(
        (6, 7, 8, 9), "另一张表"
    )
    assert "另一张表" in reading.doubt
    accounts_for(reading, len(lines))


def test_two_ledgers_below_each_other_are_both_read_each_with_its_own_rows():
    lines = [
        ["一、第一批"],
        HEADER,
        *people(0, 3),
        [None],
        ["二、第二批"],
        HEADER[1:],
        *(one[1:] for one in people(3, 2)),
    ]
    first, second = read_file(workbook(grid(lines)), KINDS, as_of=date(2026, 6, 30)).sheets
    assert (first.accepted, first.rows_in, second.accepted, second.rows_in) == (3, 6, 2, 4)
    assert second.table["__row"].to_pylist() == [9, 10]
    assert first.doubt == second.doubt == ""


def test_tables_beside_each_other_are_both_read_and_told_apart_by_name():
    lines = [
        [*HEADER, None, *HEADER],
        *([*a, None, *b] for a, b in zip(people(0, 3), people(3, 3), strict=True)),
    ]
    first, second = read_file(workbook(grid(lines)), KINDS, as_of=date(2026, 6, 30)).sheets
    assert (first.name, second.name, second.sheet) == ("Sheet1", "Sheet1（G列起）", "Sheet1")
    assert (first.accepted, second.accepted) == (3, 3)
    assert second.table["certno"].to_pylist() == IDS[3:6]
    accounts_for(first, 4)
    accounts_for(second, 4)


def test_a_kind_given_is_that_of_the_same_list_gone_on_and_of_no_other_table():
    lines = [
        HEADER,
        *people(),
        [None],
        ["户号", "户主姓名", "住址", "面积"],
        ["1", "张伟", "东村", "80"],
        ["2", "李芳", "东村", "70"],
    ]
    sheets = read_file(workbook(grid(lines)), KINDS, kind="aid", as_of=date(2026, 6, 30)).sheets
    assert [one.accepted for one in sheets] == [3]
    assert sheets[0].left_out_by_name["另一张表"] == 3


def test_a_summary_beside_with_other_rows_is_told_and_not_read():
    lines = [[*HEADER, None, "乡镇", "村"], [*people()[0], None, "甲镇", 3], *people(1, 8)]
    reading = read(lines, KINDS)
    assert reading.accepted == 9
    assert reading.table["town"].null_count == 9
    assert "另一张表" in reading.doubt


def test_a_sheet_of_notes_is_left_out_by_name():
    reading = read([["填报说明"], ["一、本表由各乡镇填报。"], [None], ["二、号码按文本填写。"]], KINDS)
    assert reading.kind is None
    assert reading.left_out_by_name == {"说明": 3, "空行": 1}
    accounts_for(reading, 4)


def test_a_table_of_no_kind_is_refused_and_said_so():
    lines = [["序号", "统计项目", "数值"], [1, "车次", 30], [2, "航班", 50]]
    reading = read(lines, KINDS)
    assert reading.kind is None
    assert reading.refused == (2, 3)
    assert reading.doubt
    accounts_for(reading, 3)


def test_headings_of_villages_between_the_rows_are_no_records():
    lines = [["姓名", "身份证号"], ["一、东村"], ["张伟", IDS[0]], ["西村"], ["李芳", IDS[1]]]
    assert left(read(lines, KINDS)) == {1: "表头", 2: "标题", 4: "标题"}


def test_a_filled_in_example_is_no_record():
    lines = [HEADER, ["例", "张三", "990101198001010015", "A类", 5], *people()]
    reading = read(lines, KINDS)
    assert left(reading) == {1: "表头", 2: "示例"}
    assert reading.problems == ()


def test_merged_cells_of_a_household_hold_for_each_member():
    lines = [
        ["村", "户主姓名", "姓名", "身份证号"],
        ["东村", "张伟", "张伟", IDS[0]],
        [None, None, "李芳", IDS[1]],
    ]
    reading = read(lines, KINDS, merged=[(1, 0, 2, 0), (1, 1, 2, 1)])
    assert reading.table["village"].to_pylist() == ["东村", "东村"]
    assert reading.table["head_name"].to_pylist() == ["张伟", "张伟"]


def test_a_merged_sum_stands_on_its_first_row_alone_and_is_told():
    lines = [["姓名", "身份证号", "救助金额"], ["张伟", IDS[0], "500"], ["李芳", IDS[1], None]]
    reading = read(lines, KINDS, merged=[(1, 2, 2, 2)])
    assert reading.table["amt_fen"].to_pylist() == [50_000, None]
    assert "合并" in reading.doubt


def test_a_fault_in_a_merged_cell_is_told_once():
    lines = [["户主姓名", "姓名", "身份证号"], ["张*", "张伟", IDS[0]], [None, "李芳", IDS[1]]]
    reading = read(lines, KINDS, merged=[(1, 0, 2, 0)])
    assert [(one.row, one.code) for one in reading.problems] == [(2, "name_bad")]


def test_a_hidden_sheet_is_left_out_by_name():
    book = workbook(grid([HEADER, *people()], hidden=True))
    reading = read_file(book, KINDS, as_of=date(2026, 6, 30)).sheets[0]
    assert reading.left_out_by_name == {"隐藏工作表": 4}
    assert reading.doubt


def test_several_townships_in_one_file_are_read_each_for_itself():
    book = workbook(*(grid([HEADER, *people(i, 2)], name) for i, name in enumerate(("甲镇", "乙镇"))))
    readings = read_file(book, KINDS, as_of=date(2026, 6, 30)).sheets
    assert [one.accepted for one in readings] == [2, 2]


def test_an_empty_sheet_and_a_header_alone_are_readings_too():
    assert read([], KINDS).rows_in == 0
    reading = read([HEADER], KINDS)
    assert (reading.accepted, reading.rows_in) == (0, 1)
    assert "没有数据" in reading.doubt


def test_rows_and_columns_are_counted_as_in_the_sheet():
    one = grid([["姓名", "身份证号"], ["张伟", "12"]], first_row=5, first_column=3)
    reading = read_file(workbook(one), KINDS, as_of=date(2026, 6, 30)).sheets[0]
    assert reading.header_rows == (5,)
    assert reading.table["__row"].to_pylist() == [6]
    assert (reading.problems[0].row, reading.problems[0].column) == (6, 4)
    assert [one.column for one in reading.mapping] == [3, 4]


def test_a_place_is_no_person():
    lines = [["供水点名称", "所在村", "供水人口"], ["东山水站", "东村", 320], ["合计", None, 320]]
    reading = read(lines, KINDS)
    assert reading.kind.name == "water"
    assert reading.table["people"].to_pylist() == [320]
    assert left(reading) == {1: "表头", 3: "合计"}


def test_a_table_on_its_side_is_refused_with_what_to_do():
    lines = [[label, *(row[i] for row in people())] for i, label in enumerate(HEADER)]
    reading = read([*lines, ["民族", "汉族", "汉族", "汉族"]], KINDS)
    assert (reading.accepted, len(reading.refused)) == (0, 6)
    assert "转置" in reading.doubt


def test_rows_without_a_header_are_refused_until_columns_are_chosen_by_letter():
    lines = [row[1:3] for row in people()]
    reading = read(lines, KINDS)
    assert (reading.accepted, reading.refused) == (0, (1, 2, 3))
    assert "--column A=" in reading.doubt
    chosen = read(lines, KINDS, kind="aid", chosen={"A": "psn_name", "B": "certno"})
    assert (chosen.accepted, chosen.header_rows) == (3, ())
    assert chosen.table["certno"].to_pylist() == IDS[:3]
    accounts_for(chosen, 3)
