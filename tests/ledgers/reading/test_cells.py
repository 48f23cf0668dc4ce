"""Cells one by one: every spelling that leaves no doubt gives its value, everything else is told by its code."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.common.identifiers import sample_id_number
from tests.ledgers.reading.kinds_made import KINDS
from tests.ledgers.reading.sheets import Cell, read

ID = sample_id_number(date(1980, 1, 1), 1)
DAY = date(2023, 1, 9)


def cell(header: str, value: Cell):
    """What a cell under a header is read as, and the codes it is told with."""
    lines = [
        ["姓名", "身份证号", header],
        ["张伟", ID, value],
        ["李芳", sample_id_number(date(1981, 1, 1), 1), None],
    ]
    reading = read(lines, KINDS, kind="aid")
    name = next(one.name for one in reading.mapping if one.column == 3)
    kind = reading.kind
    row = reading.table.to_pylist()[0]
    return row[kind[name].column.inside], [(one.code) for one in reading.problems]


@pytest.mark.parametrize(
    "text",
    [
        "2023.1.9", "2023-1-9", "2023/01/09", "20230109", "2023年1月9日", "2023 年 1 月 9 日", "２０２３．１．９", "2023。1。9",
        "2023-01-09 10:11:12", "2023-01-09T00:00:00", "2023/1/9 0:00", "'2023-01-09", "2023–1–9", "2023 1 9", "44935", 44935,
        20230109, "二〇二三年一月九日", "2023年元月9号",
    ],
)  # fmt: skip
def test_a_day_in_any_plain_spelling_is_that_day(text):
    assert cell("享受开始时间", text) == (DAY, [])


@pytest.mark.parametrize("text", ["2023/01", "2023年1月", "202301", "2023.1", "2023年01月份"])
def test_a_month_alone_is_its_first_day(text):
    assert cell("享受开始时间", text) == (date(2023, 1, 1), [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("23.1.9", "date_bad"), ("1/9/2023", "date_bad"), ("2023-02-30", "date_bad"), ("2023-13-01", "date_bad"), ("2023年", "date_bad"),
        (2023.1, "date_bad"), ("2023-01-09至2024-01-09", "date_bad"), ("去年", "date_bad"), ("2023\n1.9", "date_bad"), (99999, "date_bad"),
        ("2203-01-09", "date_out"), ("1823-01-09", "date_out"), ("#REF!", "error_cell"), ("#N/A", "error_cell"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_told_and_left_empty(text, code):
    assert cell("享受开始时间", text) == (None, [code])


@pytest.mark.parametrize("text", ["长期", "-", "无", "/", " ", "9999-12-31", None])
def test_an_open_end_and_a_spelled_blank_are_nothing(text):
    assert cell("享受开始时间", text) == (None, [])


def test_a_birth_after_the_day_of_the_file_is_told():
    assert cell("出生日期", "2026-07-01") == (None, ["date_out"])


@pytest.mark.parametrize(
    ("header", "text", "value"),
    [("年度", "2025年度", 2025), ("年度", 2025, 2025), ("年度", "2025-03-01", 2025), ("月份", "202506", date(2025, 6, 1)), ("月份", "2025-06-17", date(2025, 6, 1)), ("月份", "2025年6月份", date(2025, 6, 1))],
)  # fmt: skip
def test_years_and_months_are_read(header, text, value):
    assert cell(header, text) == (value, [])


@pytest.mark.parametrize(
    ("header", "text"), [("年度", "25"), ("年度", "1905-07-17"), ("月份", "6月"), ("月份", "20256")]
)
def test_a_year_or_month_with_something_missing_is_told(header, text):
    assert cell(header, text) == (None, ["date_bad"])


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1234.5", 123_450), ("1,234.50", 123_450), ("１２３４．５", 123_450), ("1，234.50元", 123_450), ("￥1,234.5", 123_450), ("1 234.50", 123_450),
        ("1234.5元整", 123_450), ("(1,234.50)", -123_450), ("（400）", -40_000), ("－400", -40_000), ("△400", -40_000), ("1.2万元", 1_200_000),
        ("壹万贰仟元整", 1_200_000), ("400圆", 40_000), (1786.9499999999998, 178_695), (400, 40_000), ("0", 0), ("-", None), ("无", None), ("", None),
    ],
)  # fmt: skip
def test_a_sum_in_any_plain_spelling_is_exact_fen(text, fen):
    header = "救助金额"
    value, codes = cell(header, text)
    if fen is not None and fen < 0:  # no refunds in this kind: read, and told to be out of bounds
        assert (value, codes) == (None, ["number_out"])
    else:
        assert (value, codes) == (fen, [])


@pytest.mark.parametrize(
    "text",
    [
        "约3000",
        "3000-5000",
        "3000/月",
        "1234.567",
        "abc",
        "12O0",
        "1.234,50",
        "1,23,456",
        "1.2E+05",
        "400.0.0",
        "五百来块",
    ],
)
def test_what_is_no_sum_is_told_and_left_empty(text):
    assert cell("救助金额", text) == (None, ["money_bad"])


@pytest.mark.parametrize(
    ("header", "text", "fen"),
    [
        ("救助金额（万元）", "0.05", 50_000), ("救助金额(万元)", 0.1234, 123_400), ("救助金额（千元）", "1.5", 150_000), ("救助金额/万元", "1", 1_000_000),
        ("救助金额（元/月）", "5", 500), ("救助金额（万元）", "12元", 1_200), ("救助金额（百元）", "1,2", None),
    ],
)  # fmt: skip
def test_a_measure_in_the_header_moves_the_point_exactly(header, text, fen):
    assert cell(header, text)[0] == fen


@pytest.mark.parametrize(
    ("text", "value"),
    [("4", 4), ("4人", 4), ("4口人", 4), ("４", 4), ("4.0", 4), (4.0, 4), ("四", 4), ("十二", 12)],
)
def test_a_count_with_its_word_is_a_count(text, value):
    assert cell("家庭人口", text) == (value, [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3.5", "number_bad"),
        ("3+1", "number_bad"),
        ("多", "number_bad"),
        ("-1", "number_out"),
        ("31", "number_out"),
    ],
)
def test_what_is_no_count_is_told(text, code):
    assert cell("家庭人口", text) == (None, [code])


def test_a_measure_that_cannot_be_turned_into_the_columns_own_leaves_it_unread_and_says_so():
    reading = read([["姓名", "身份证号", "承包地面积（平方米）"], ["张伟", ID, "666.7"]], KINDS)
    assert reading.table["land"].to_pylist() == [None]
    assert "平方米" in reading.doubt


def test_a_number_that_may_be_january_or_october_is_told_and_other_months_are_not():
    assert cell("享受开始时间", 2023.9) == (date(2023, 9, 1), [])
    assert cell("享受开始时间", 2023.12) == (date(2023, 12, 1), [])


def test_a_measured_number_keeps_its_places_and_its_own_measure():
    assert str(cell("承包地面积", "3.5亩")[0]) == "3.50"
    assert str(cell("承包地面积（公顷）", "0.2")[0]) == "3.00"
    assert cell("承包地面积", "3.555") == (None, ["number_bad"])


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        13812345678,
        "138 1234 5678",
        "138-1234-5678",
        "+86 13812345678",
        "13812345678（儿子）",
        "１３８１２３４５６７８",
    ],
)
def test_a_mobile_number_in_any_spelling_is_its_digits(text):
    assert cell("联系电话", text) == ("13812345678", [])


@pytest.mark.parametrize(
    ("text", "value"),
    [("0530-5234567", "0530-5234567"), ("(0530)5234567", "0530-5234567"), ("010-65234567", "010-65234567"), ("5234567", "5234567"), ("13812345678、13912345678", "13812345678,13912345678"), ("无", None), ("0", None)],
)  # fmt: skip
def test_wired_and_double_numbers_are_read(text, value):
    assert cell("联系电话", text) == (value, [])


@pytest.mark.parametrize(
    "text", ["1381234567", "138123456789", "1.38E+10", "12345678901", "138****5678", "张三13812345678"]
)
def test_what_is_no_phone_is_told(text):
    assert cell("联系电话", text) == (None, ["phone_bad"])


@pytest.mark.parametrize(
    ("text", "value"),
    [("张三", "张三"), ("张 三", "张三"), ("张　三", "张三"), ("欧阳 修文", "欧阳修文"), ("阿依古丽.买买提", "阿依古丽·买买提"), ("阿依古丽•买买提", "阿依古丽·买买提"), ("李䶮", "李䶮"), ("John Smith", "John Smith"), ("Nguyễn Văn An", "Nguyễn Văn An"), ("José", "José"), ("无", None)],
)  # fmt: skip
def test_a_name_is_one_name_however_it_is_spaced(text, value):
    assert cell("户主姓名", text) == (value, [])


@pytest.mark.parametrize(
    ("text", "code"),
    [("张3", "name_bad"), ("张*", "name_bad"), ("张某", "name_bad"), ("张", "name_bad"), ("张三、李四", "name_bad"), ("张三 李四", "name_bad"), ("张e", "name_bad"), ("张?", "text_damaged"), ("张□", "text_damaged"), ("锟斤拷", "text_damaged"), ("寮犱笁", "text_damaged"), ("ÕÅÈý", "text_damaged"), ("#N/A", "error_cell")],
)  # fmt: skip
def test_what_is_no_name_is_told(text, code):
    assert cell("户主姓名", text) == (None, [code])


def test_a_name_with_a_remark_stands_and_is_told():
    assert cell("户主姓名", "张三（已故）") == ("张三", ["name_bad"])


@pytest.mark.parametrize("text", ["是", "√", "1", 1, "Y", "有", "TRUE", "☑是□否", "已享受", "是（2023年起）"])
def test_any_word_for_yes_is_yes(text):
    assert cell("是否外出", text) == ("1", [])


@pytest.mark.parametrize("text", ["否", "×", "0", 0, "N", "无", "False", "□是☑否", "未享受", "没有"])
def test_any_word_for_no_is_no(text):
    assert cell("是否外出", text) == ("0", [])


@pytest.mark.parametrize("text", ["是/否", "不清楚", "2", "○"])
def test_neither_yes_nor_no_is_told(text):
    assert cell("是否外出", text) == (None, ["yesno_bad"])


@pytest.mark.parametrize("text", ["A类", "A", "a类", "Ａ类", "A 类", "甲", "（A类）"])
def test_a_label_in_any_spelling_is_the_label(text):
    assert cell("救助类别", text) == ("A类", [])


def test_another_label_is_told_with_what_may_stand():
    lines = [["姓名", "身份证号", "救助类别"], ["张伟", ID, "C类"]]
    told = read(lines, KINDS).problems[0]
    assert told.code == "code_unknown"
    assert "A类、B类" in told.suggestion


@pytest.mark.parametrize("text", ["男", "1", "男性", "1-男", 1, "1.男"])
def test_a_national_code_is_known_by_code_and_by_name(text):
    assert cell("性别", text) == ("1", [])


@pytest.mark.parametrize(
    "text", ["残疾,长期慢性病", "长期慢性病、残疾", "残疾；长期慢性病", "残疾 长期慢性病", "残疾+长期慢性病"]
)
def test_several_values_in_a_cell_come_in_the_order_of_the_list(text):
    assert cell("健康状况", text) == ("残疾,长期慢性病", [])


def test_free_text_is_kept_and_damaged_text_is_told():
    assert cell("备注", "新增，见附件（二）") == ("新增，见附件（二）", [])
    assert cell("备注", "寮犱笁鏉庡洓") == (None, ["text_damaged"])
    assert cell("备注", "é·￥??") == (None, ["text_damaged"]) or cell("备注", "caf\u00e9") == (
        "caf\u00e9",
        [],
    )


def test_sex_and_birth_that_contradict_the_number_are_told_with_what_it_says():
    lines = [["姓名", "身份证号", "性别", "出生日期"], ["张伟", ID, "女", "1980-01-02"]]
    reading = read(lines, KINDS)
    assert [(one.code, one.fix) for one in reading.problems] == [("id_sex", "男"), ("id_born", "1980-01-01")]
    assert reading.accepted == 1


def test_a_birth_written_as_a_month_agrees_with_any_day_of_it():
    lines = [["姓名", "身份证号", "出生年月"], ["张伟", sample_id_number(date(1980, 1, 17), 1), "1980.01"]]
    assert read(lines, KINDS).problems == ()


@pytest.mark.parametrize(
    ("text", "code", "usable"),
    [
        (ID[:15] + "000", "id_lost", False), ("9.90101E+17", "id_lost", False), (9.90101198001e17, "id_lost", False), (ID[:17], "id_length", False),
        (ID[:17] + ("5" if ID[17] != "5" else "6"), "id_check", False), (ID[:6] + "19801301" + ID[14:], "id_birth", False), ("张伟", "id_chars", False),
        (ID[:6] + ID[8:17], "id_15", True), (ID + "42", "id_certificate", True), ("999999999999999999", "id_placeholder", False),
    ],
)  # fmt: skip
def test_a_number_is_told_for_what_it_is(text, code, usable):
    reading = read(
        [["姓名", "身份证号"], ["张伟", text], ["李芳", sample_id_number(date(1990, 2, 2), 2)]], KINDS
    )
    assert [one.code for one in reading.problems] == [code]
    row = reading.table.to_pylist()[0]
    assert row["certno"] == (ID if usable else None)
    assert (row["certno__written"] is None) == usable
    assert reading.accepted == 2


@pytest.mark.parametrize(
    "text",
    [
        ID.lower(),
        f" {ID} ",
        f"'{ID}",
        f"{ID[:6]} {ID[6:14]} {ID[14:]}",
        "".join(chr(ord(one) + 0xFEE0) for one in ID),
    ],
)
def test_a_number_that_is_only_written_otherwise_is_no_fault(text):
    reading = read([["姓名", "身份证号"], ["张伟", text]], KINDS)
    assert reading.problems == ()
    assert reading.table["certno"].to_pylist() == [ID]


def test_a_certificate_column_holds_certificates_and_names_the_person():
    reading = read(
        [["姓名", "残疾人证件号码"], ["张伟", ID + "42"]],
        KINDS,
        kind="aid",
        chosen={"残疾人证件号码": "certno"},
    )
    assert reading.problems == ()
    assert reading.table["certno"].to_pylist() == [ID]


def test_a_row_that_names_nobody_is_refused():
    reading = read(
        [["姓名", "身份证号", "救助金额"], [None, ID[:17], "5"], [None, None, "7"], ["李芳", None, "7"]],
        KINDS,
    )
    assert reading.refused == (2, 3)
    assert [(one.row, one.code, one.refuses) for one in reading.problems] == [
        (2, "id_length", True),
        (3, "missing", True),
    ]
    assert reading.table["__row"].to_pylist() == [4]


def test_a_row_without_a_required_cell_is_refused_and_a_sheet_without_the_column_altogether():
    rows = [["东村", 3], ["西村", 4]]
    reading = read(
        [["供水点名称", "所在村", "供水人口"], [None, "东村", 320], ["西山水站", "西村", 7]], KINDS
    )
    assert reading.refused == (2,)
    absent = read([["所在村", "供水人口"], *rows], KINDS, kind="water")
    assert absent.missing == ("point",)
    assert absent.refused == (2, 3)
    assert [(one.row, one.code) for one in absent.problems] == [(0, "missing")]
    assert "供水点名称" in absent.doubt


def test_a_row_twice_is_refused_once_and_two_stories_of_one_person_are_both_told():
    lines = [
        ["序号", "姓名", "身份证号", "救助金额"],
        [1, "张伟", ID, "5"],
        [2, "张伟", ID, "5.00"],
        [3, "张伟", ID, "6"],
    ]
    reading = read(lines, KINDS)
    assert reading.refused == (3,)
    assert [(one.row, one.code) for one in reading.problems] == [
        (2, "duplicate_key"),
        (3, "duplicate_row"),
        (4, "duplicate_key"),
    ]


def test_what_a_spreadsheet_left_of_two_numbers_makes_no_two_people_one():
    lines = [["姓名", "身份证号"], ["张伟", "9.90101E+17"], ["李芳", "9.90101E+17"], ["张伟", "9.90101E+17"]]
    reading = read(lines, KINDS)
    assert [one.code for one in reading.problems] == ["id_lost", "id_lost", "duplicate_row", "id_lost"]


def test_every_code_has_a_sentence_and_a_suggestion():
    from doudi.common.identifiers import PROBLEM_CODES
    from doudi.ledgers.reading.problems import PROBLEMS

    assert set(PROBLEM_CODES.values()) <= set(PROBLEMS)
    assert all(one.problem and one.suggestion for one in PROBLEMS.values())


def test_a_long_number_that_a_spreadsheet_held_as_a_number_is_told():
    import dataclasses

    from doudi.facts.declare import ident
    from doudi.policy.ledgers.kind import LedgerColumn
    from tests.ledgers.reading.kinds_made import AID

    account = LedgerColumn(ident("bank_acct", "银行账号", "account", sensitivity="identifying"), "account")
    kinds = {"aid": dataclasses.replace(AID, columns=(*AID.columns, account))}
    lines = [
        ["姓名", "身份证号", "银行账号"],
        ["张伟", ID, 6228480000000000000.0],
        ["李芳", None, "6228 4800 0000 0000 001"],
    ]
    reading = read(lines, kinds)
    assert [(one.row, one.code) for one in reading.problems] == [(2, "number_bad")]
    assert reading.table["bank_acct"].to_pylist() == [None, "6228480000000000001"]


def test_two_events_of_one_person_stand_where_what_tells_them_apart_is_not_there():
    import dataclasses

    from tests.ledgers.reading.kinds_made import AID

    paid = dataclasses.replace(AID, nature="event", key=("certno", "begndate"))
    lines = [["姓名", "身份证号", "救助金额"], ["张伟", ID, "5"], ["张伟", ID, "6"], ["张伟", ID, "6"]]
    assert [one.code for one in read(lines, {"aid": paid}).problems] == ["duplicate_row"]
    assert [one.code for one in read(lines, KINDS).problems] == ["duplicate_key"] * 2 + ["duplicate_row"]
