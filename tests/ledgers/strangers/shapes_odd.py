"""Workbooks as real programs leave them: phonetic runs, escapes, formats down to the last row, 1904 days, hints."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import xlsxwriter

from tests.ledgers.strangers.judged import Made, case
from tests.ledgers.strangers.page import Page
from tests.ledgers.strangers.people import Person, people
from tests.ledgers.strangers.written import exported, packed, text, xlsx


def _dibao(page: Page, folk: list[Person]) -> Page:
    page.head("姓名", "身份证号", "月保障金额", "享受开始时间")
    for one in folk:
        page.put(
            [one.name, one.certno, 500, "2025-07-01"],
            psn_name=one.name, certno=one.certno, month_amt=50_000, begndate=dt.date(2025, 7, 1),
        )  # fmt: skip
    return page


@case("低保.xlsx")
def names_with_their_pronunciation_beside_them() -> Made:
    page = _dibao(Page("低保", "dibao"), people(15))
    with zipfile.ZipFile(io.BytesIO(exported(page))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    strings = parts["xl/sharedStrings.xml"].decode()
    for one in people(15):
        strings = strings.replace(
            f"<si><t>{one.name}</t></si>",
            f'<si><r><rPr><b/></rPr><t>{one.name[:1]}</t></r><r><t>{one.name[1:]}</t></r><rPh sb="0" eb="1"><t>yang</t></rPh><phoneticPr fontId="1"/></si>',
        )
    parts["xl/sharedStrings.xml"] = strings.encode()
    return packed(parts), [page]


@case("低保.xlsx")
def line_breaks_escaped_as_spreadsheets_escape_them() -> Made:
    page = Page("低保", "dibao")
    page.head("姓名_x000D_", "身份证号_x000D_\n", "月保障金额")
    for one in people(15, 20):
        page.put([one.name + "_x000D_\n", one.certno + "_x000D_", 500], psn_name=one.name, certno=one.certno)
    return xlsx(page), [page]


@case("低保.xlsx")
def formats_down_to_the_last_row() -> Made:
    page = _dibao(Page("低保", "dibao"), people(15, 40))
    book = openpyxl.load_workbook(io.BytesIO(xlsx(page)))
    sheet = book["低保"]
    sheet.cell(1_048_576, 1).number_format = "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), [page]


@case("低保.xlsx")
def days_counted_from_1904() -> Made:
    page = Page("低保", "dibao")
    page.head("姓名", "身份证号", "月保障金额", "享受开始时间")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": True})
    sheet, day = book.add_worksheet("低保"), book.add_format({"num_format": "yyyy/m/d"})
    sheet.write_row(0, 0, page.lines[0])
    for i, one in enumerate(people(15, 60), 1):
        sheet.write_row(i, 0, [one.name, one.certno, 500])
        sheet.write_datetime(i, 3, dt.datetime.fromisoformat("2025-07-01"), day)
        page.put([], psn_name=one.name, certno=one.certno, begndate=dt.date(2025, 7, 1))
    book.close()
    return out.getvalue(), [page]


@case("低保.csv")
def a_first_line_that_names_the_separator() -> Made:
    page = Page("", "dibao")
    page.leave("", "sep=;")
    _dibao(page, people(15, 80))
    return text(page, "utf-8", ";").replace(b"sep=;;;;", b"sep=;", 1).replace(b'"sep=;";;;', b"sep=;", 1), [
        page
    ]


@case("低保20260630.xls")
def tabs_under_the_name_of_a_workbook() -> Made:
    page = _dibao(Page("", "dibao"), people(15, 100))
    return text(page, "gbk", "\t"), [page]


@case("低保.xlsx")
def headers_that_say_how_to_fill_them_in() -> Made:
    page = Page("低保", "dibao")
    page.head(
        "姓名（须与身份证一致）", "身份证号码（18位）", "性别（男/女）", "出生年月（格式：1990.01）", "联系电话（手机或座机）", "月保障金额（元，保留两位小数）",
        "享受开始时间(年月日)", "与户主关系（户主、配偶、子女等）",
    )  # fmt: skip
    for one in people(15, 120):
        page.put(
            [one.name, one.certno, one.sex, f"{one.born:%Y.%m}", one.tel, "500.00", "20250701", "户主"],
            psn_name=one.name, certno=one.certno, gend=one.code, tel=one.tel, month_amt=50_000, relation="户主",
            begndate=dt.date(2025, 7, 1),
        )  # fmt: skip
    return xlsx(page), [page]


@case("低保.mht.xls")
def a_single_file_web_page() -> Made:
    page = Page("表1", "dibao")
    page.head("姓名", "身份证号", "月保障金额")
    rows = ["<tr><td>姓名</td><td>身份证号</td><td>月保障金额</td></tr>"]
    for one in people(15, 140):
        page.put([], psn_name=one.name, certno=one.certno, month_amt=50_000)
        rows.append(f"<tr><td>{one.name}</td><td>{one.certno}</td><td>500</td></tr>")
    body = f'<html><head><meta charset=3D"gb2312"></head><body><table>{"".join(rows)}</table></body></html>'
    coded = "".join(chr(b) if b < 128 else f"={b:02X}" for b in body.encode("gb2312"))
    folded = "=\r\n".join(_pieces(coded))
    mail = (
        'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary="----=_NextPart_01"\r\n\r\n'
        "------=_NextPart_01\r\nContent-Location: sheet001.htm\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        f'Content-Type: text/html; charset="gb2312"\r\n\r\n{folded}\r\n\r\n------=_NextPart_01--\r\n'
    )
    return mail.encode("ascii"), [page]


def _pieces(coded: str) -> list[str]:
    """Lines of at most seventy characters, never within `=XX`."""
    out, line = [], ""
    at = 0
    while at < len(coded):
        step = 3 if coded[at] == "=" else 1
        if len(line) + step > 70:
            out.append(line)
            line = ""
        line += coded[at : at + step]
        at += step
    return [*out, line]


@case("低保.xlsx")
def serial_numbers_in_chinese_and_totals_with_a_dash_for_a_number() -> Made:
    page = Page("低保", "dibao")
    page.head("编号", "姓名", "身份证号", "月保障金额")
    for i, one in enumerate(people(10, 160)):
        page.put(["一二三四五六七八九十"[i], one.name, one.certno, 500], psn_name=one.name, certno=one.certno)
    page.leave("合计", "合计", "—", "—", 5000)
    page.leave("说明", "备注：本表一式三份。")
    return xlsx(page), [page]


@case("户表.xlsx")
def one_household_a_row_with_its_head_and_its_place() -> Made:
    page = Page("农户", "houses")
    page.head("乡镇", "行政村", "户主姓名", "户主身份证号码", "房屋等级", "鉴定日期", "建筑面积（㎡）")
    for i, one in enumerate(people(15, 180)):
        page.put(
            ["样东镇", one.village, one.name, one.certno, "ABCD"[i % 4], "2026-05-01", 86.5],
            head_name=one.name, head_certno=one.certno,
        )  # fmt: skip
    return xlsx(page), [page]
