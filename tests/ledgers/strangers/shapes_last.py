"""The last shapes: marks for the same again, columns without a name, a date in three columns, and a hundred bad cells."""

from __future__ import annotations

import datetime as dt

from tests.ledgers.strangers.judged import Made, case
from tests.ledgers.strangers.page import Page
from tests.ledgers.strangers.people import VILLAGES, people
from tests.ledgers.strangers.written import exported, text, xls, xlsx


@case("低保.xlsx")
def the_same_again_written_as_a_word_or_a_mark() -> Made:
    page = Page("低保", "dibao")
    page.head("村", "姓名", "身份证号", "月保障金额", "开户银行")
    marks = (None, "同上", "〃", "″", "同上", "〃")
    for i, one in enumerate(people(24)):
        again = marks[i % 6]
        page.put(
            [again or VILLAGES[i // 6], one.name, one.certno, 500, again or "样例农商行"],
            psn_name=one.name, village=VILLAGES[i // 6], bank_name="样例农商行",
        )  # fmt: skip
    return xlsx(page), [page]


@case("低保.xlsx", chosen={"B": "certno"}, says=())
def a_column_of_numbers_without_a_header_once_named() -> Made:
    page = Page("低保", "dibao")
    page.head("姓名", None, "月保障金额", "低保类别")
    for one in people(20, 30):
        page.put([one.name, one.certno, 500, "A类"], psn_name=one.name, certno=one.certno)
    return xlsx(page), [page]


@case("低保.xlsx", says=("B列", "身份证号"))
def a_column_of_numbers_without_a_header_is_told() -> Made:
    page = Page("低保", "dibao")
    page.head("姓名", None, "月保障金额", "低保类别")
    for one in people(20, 60):
        page.put([one.name, one.certno, 500, "A类"], psn_name=one.name)
    return xlsx(page), [page]


@case("残疾人.xls")
def a_birth_in_three_columns() -> Made:
    page = Page("残疾人", "disability")
    page.head("姓名", "身份证号", "出生日期", None, None, "残疾类别", "残疾等级")
    page.head(None, None, "年", "月", "日", None, None)
    page.merge(1, 3, 1, 5)
    for column in (1, 2, 6, 7):
        page.merge(1, column, 2, column)
    for one in people(20, 90):
        page.put(
            [one.name, one.certno, one.born.year, one.born.month, one.born.day, "肢体", "二级"],
            psn_name=one.name, certno=one.certno, dis_kind="肢体", dis_level="二级",
        )  # fmt: skip
    return xls(page), [page]


@case("低保.xlsx")
def two_telephones_in_two_columns_and_a_header_merged_over_two() -> Made:
    page = Page("低保", "dibao")
    page.head("姓名", None, "身份证号", "联系电话1", "联系电话2", "月保障金额")
    page.merge(1, 1, 1, 2)
    for one in people(20, 120):
        page.put(
            [one.name, None, one.certno, one.tel, "13900000000", 500],
            psn_name=one.name,
            certno=one.certno,
            tel=one.tel,
        )
    return xlsx(page), [page]


@case("低保.xlsx")
def a_title_down_the_left_side() -> Made:
    page = Page("Sheet1", "dibao")
    page.head("低保花名册", "姓名", "身份证号", "月保障金额", "低保类别")
    for one in people(20, 150):
        page.put(
            [None, one.name, one.certno, 500, "B类"], psn_name=one.name, certno=one.certno, dibao_class="B类"
        )
    page.merge(1, 1, 21, 1)
    return xlsx(page), [page]


@case("低保.csv")
def headings_of_villages_with_their_counts() -> Made:
    page = Page("", "dibao")
    page.head("序号", "姓名", "身份证号", "月保障金额")
    for i, one in enumerate(people(24, 180), 1):
        if i % 6 == 1:
            page.leave(("标题", "小计", "说明"), f"{VILLAGES[i // 6]}（6户6人）")
        page.put([i, one.name, one.certno, "500"], psn_name=one.name, certno=one.certno)
    return text(page, "gbk"), [page]


@case("坏格.xlsx")
def a_hundred_bad_cells_among_a_thousand_clean_ones() -> Made:
    page = Page("医保", "resident_insurance")
    page.head(
        "姓名",
        "证件号码",
        "性别",
        "出生日期",
        "联系电话",
        "参保年度",
        "参保状态",
        "个人缴费金额",
        "参保日期",
        "缴费标志",
    )
    names = ("待查", "李*", "张三、李四", "王5", "#N/A", "锟斤拷", "某某")
    births = ("80.1.1", "1980-13-01", "19800230", "八零年", "1/2/1980")
    tels = ("1380000", "23800000000", "138000000001", "没有电话号", "1.38E+10")
    sums = ("四百元左右", "400-500", "4oo", "400.123", "-400")
    days = ("去年", "2026-02-31", "26.1.1", "31/12/2025")
    flags = ("也许", "已缴一半")
    folk = people(110, 210)
    for i, one in enumerate(folk):
        line: list[object] = [
            one.name, one.certno, one.sex, f"{one.born:%Y-%m-%d}", one.tel, 2026, "正常参保", 400, "2026-01-01", "已缴费",
        ]  # fmt: skip
        bad: dict[int, str] = {}
        wanted: dict[str, object] = {
            "psn_name": one.name, "certno": one.certno, "gend": one.code, "brdy": one.born, "tel": one.tel, "psn_clct_amt": 40_000,
            "psn_insu_date": dt.date(2026, 1, 1), "clct_flag": "已缴费", "insu_year": 2026,
        }  # fmt: skip
        k = i // 8
        match i % 8:
            case 0:
                line[0] = names[k % 7]
                bad[1] = {"#N/A": "error_cell", "锟斤拷": "text_damaged"}.get(names[k % 7], "name_bad")
                wanted["psn_name"] = None
            case 1:
                line[1] = (
                    one.certno[:17],
                    one.certno[:17] + "07",
                    one.certno[:10] + "1301" + one.certno[14:],
                    f"待补{k}",
                    "9.90101E+17",
                    "999999999999999999",
                )[k % 6]
                bad[2] = ("id_length", "id_length", "id_birth", "id_chars", "id_lost", "id_placeholder")[
                    k % 6
                ]
                wanted["certno"] = None
            case 2:
                line[2] = "女" if one.male else "男"
                bad[3], wanted["gend"] = "id_sex", None
            case 3:
                line[3] = births[k % 5]
                bad[4], wanted["brdy"] = "date_bad", None
            case 4:
                line[4] = tels[k % 5]
                bad[5], wanted["tel"] = "phone_bad", None
            case 5:
                line[7] = sums[k % 5]
                bad[8] = "number_out" if sums[k % 5] == "-400" else "money_bad"
                wanted["psn_clct_amt"] = None
            case 6:
                line[8] = days[k % 4]
                bad[9], wanted["psn_insu_date"] = "date_bad", None
            case _:
                line[9] = flags[k % 2]
                bad[10], wanted["clct_flag"] = "code_unknown", None
        page.put(line, bad, **wanted)
    return exported(page), [page]
