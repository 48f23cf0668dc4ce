"""Workbooks in odd files: encodings, separators, web pages, wrong endings."""

from __future__ import annotations

from tests.ledgers.strangers.judged import Made, case
from tests.ledgers.strangers.page import Page, Shown
from tests.ledgers.strangers.people import people
from tests.ledgers.strangers.written import exported, ods, text, xls, xlsx


def _plain(name: str, first: int, many: int = 20) -> Page:
    """Twenty people on dibao, nothing odd."""
    page = Page(name, "dibao")
    page.head("序号", "所在村", "姓名", "身份证号", "月保障金额", "享受开始时间", "备注")
    for i, one in enumerate(people(many, first), 1):
        page.put(
            [i, one.village, one.name, one.certno, "1,500.50" if i % 2 else "500", "2025-07-01", None],
            psn_name=one.name, certno=one.certno, village=one.village, month_amt=150_050 if i % 2 else 50_000,
        )  # fmt: skip
    return page


@case("低保gbk.csv")
def commas_in_gbk() -> Made:
    page = _plain("", 0)
    return text(page, "gbk"), [page]


@case("低保utf16.txt")
def tabs_in_utf_16_as_a_spreadsheet_saves_unicode_text() -> Made:
    page = _plain("", 20)
    return text(page, "utf-16-le", "\t", mark=b"\xff\xfe"), [page]


@case("低保.csv")
def tabs_in_big_endian_utf_16() -> Made:
    page = _plain("", 40)
    return text(page, "utf-16-be", "\t", mark=b"\xfe\xff"), [page]


@case("低保big5.csv")
def commas_in_big5() -> Made:
    page = Page("", "dibao")
    page.head("序號", "姓名", "身份證號", "月保障金額", "備註")
    for i, one in enumerate(people(20, 60), 1):
        name = one.name.translate(
            str.maketrans("赵钱孙陈褚卫蒋韩杨许郑冯吴兰强丽华国军", "趙錢孫陳褚衛蔣韓楊許鄭馮吳蘭強麗華國軍")
        )
        page.put([i, name, one.certno, "500", None], certno=one.certno, month_amt=50_000)
    return text(page, "big5"), [page]


@case("低保.csv")
def semicolons_behind_a_byte_order_mark() -> Made:
    page = _plain("", 80)
    return text(page, "utf-8", ";", mark=b"\xef\xbb\xbf"), [page]


@case("低保.txt")
def enumeration_commas_between_cells() -> Made:
    page = Page("", "dibao")
    page.head("序号", "姓名", "身份证号", "月保障金额")
    for i, one in enumerate(people(20, 100), 1):
        page.put([i, one.name, one.certno, 500], psn_name=one.name, certno=one.certno, month_amt=50_000)
    return text(page, "utf-8", "、", end="\n"), [page]


@case("低保.txt")
def strokes_between_cells_and_around_every_line() -> Made:
    page = Page("", "dibao")
    page.head("", "姓名", "身份证号", "月保障金额", "")
    for one in people(20, 120):
        page.put(["", one.name, one.certno, 500, ""], psn_name=one.name, certno=one.certno, month_amt=50_000)
    return text(page, "gbk", "|"), [page]


@case("低保.csv")
def quotes_commas_and_line_breaks_inside_cells() -> Made:
    page = Page("", "dibao")
    page.title("低保花名册,样例县", 1)
    page.merged.clear()
    page.head("姓名", "身份证\n号码", "月保障金\n额（元）", '家庭"详细"住址', "备注")
    for i, one in enumerate(people(20, 140)):
        page.put(
            [one.name, one.certno + "\t", "1,500.5", f'样东镇,{one.village}"{i}"组\n门牌{i}', "核对无误\n可发放"],
            psn_name=one.name, certno=one.certno, month_amt=150_050,
        )  # fmt: skip
    page.leave("合计", "合计", "20人", "30,010.00")
    return text(page, "utf-8"), [page]


@case("低保.csv")
def every_cell_written_as_a_formula_of_text() -> Made:
    page = Page("", "dibao")
    page.head("姓名", "身份证号", "月保障金额")
    for one in people(20, 160):
        page.put([one.name, f'="{one.certno}"', "500"], psn_name=one.name, certno=one.certno)
    return text(page, "gb18030"), [page]


@case("低保.xls")
def a_web_page_with_nested_markup_and_cells_over_rows_and_columns() -> Made:
    layout, page = Page("表1", ""), Page("表2", "dibao")
    page.leave("标题", "低保")
    page.head()
    page.head()
    page.lines = [["样例县低保花名册"], ["序号", "村", "姓名", "身份证号", "月保障金额"], []]
    page.headers = [2, 3]
    rows = []
    folk = people(20, 180)
    for i, one in enumerate(folk):
        page.put([], psn_name=one.name, certno=one.certno, village=one.village, month_amt=50_050)
        same = [p for p in folk if p.village == one.village]
        village = f'<td rowspan="{len(same)}"><div><b>{one.village}</b></div></td>' if same[0] is one else ""
        rows.append(
            f"<tr class=x{i % 2}><td>{i + 1}</td>{village}<td><font color=red><span>{one.name}&nbsp;</span></font></td>"
            f"<td x:str style='vnd.ms-excel.numberformat:@'>{one.certno[:6]}<wbr>{one.certno[6:]}</td>"
            f"<td align=right>500.50<!-- ok --></td></tr>"
        )
    body = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset="gbk"><style>td{color:red}</style>'
        "</head><body><center><table border=1><thead><tr><th colspan=5>样例县低保花名册</th></tr>"
        "<tr><th rowspan=2>序号</th><th rowspan=2>村</th><th colspan=2>保障对象</th><th rowspan=2>月保障<br/>金额</th></tr>"
        f"<tr><th>姓名</th><th>身份证号</th></tr></thead><tbody>{''.join(rows)}</tbody></table></center></body></html>"
    )
    del layout
    page.name = "表1"
    return body.encode("gbk"), [page]


@case("特困.et")
def a_workbook_of_wps() -> Made:
    page = _plain("特困", 220)
    return xls(page), [page]


@case("低保.ods")
def an_open_document() -> Made:
    page = _plain("低保", 240)
    return ods(page), [page]


@case("低保.xls")
def a_new_workbook_under_the_old_name() -> Made:
    page = _plain("低保", 260)
    return xlsx(page), [page]


@case("低保.xlsx")
def a_text_file_named_as_a_workbook() -> Made:
    page = _plain("", 280)
    return text(page, "gb18030"), [page]


@case("低保.csv")
def a_workbook_named_as_a_text_file() -> Made:
    page = _plain("低保", 300)
    return exported(page, constant=True), [page]


@case("低保.xlsx")
def numbers_kept_as_text_and_texts_kept_as_numbers() -> Made:
    page = Page("低保", "dibao")
    page.head("序号", "姓名", "身份证号", "月保障金额", "享受开始时间", "银行账号", "家庭人口数")
    for i, one in enumerate(people(20, 320), 1):
        page.put(
            [str(i), one.name, Shown(one.certno, "@"), Shown("500", "@"), Shown("45839", "@"), f"6217 0000 {i:04d} 1234 567", Shown(3.0, "0")],
            psn_name=one.name, certno=one.certno, month_amt=50_000, bank_acct=f"62170000{i:04d}1234567", family_size=3,
        )  # fmt: skip
    return xlsx(page), [page]
