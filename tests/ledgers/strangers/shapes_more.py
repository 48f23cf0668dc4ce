"""Further shapes: forms, requirement lines, long exports, sheets that go on, columns chosen by letter."""

from __future__ import annotations

import datetime as dt

from tests.ledgers.strangers.judged import Made, case
from tests.ledgers.strangers.page import Page, Shown
from tests.ledgers.strangers.people import VILLAGES, people
from tests.ledgers.strangers.written import exported, ods, text, xls, xlsx


@case("无表头.csv", kind="deaths", chosen={"A": "psn_name", "B": "certno", "D": "death_date"})
def no_header_but_columns_chosen_by_letter() -> Made:
    page = Page("", "deaths")
    for one in people(20):
        page.put(
            [one.name, one.certno, one.village, "2026.5.1"],
            psn_name=one.name,
            certno=one.certno,
            death_date=dt.date(2026, 5, 1),
        )
    return text(page, "gbk"), [page]


@case("入户表.xlsx")
def a_households_form_above_the_list_of_its_members() -> Made:
    page = Page("入户登记表", "population")
    page.title("样例县农户入户登记表", 6)
    page.leave("", "户主姓名", "样户主", "户编号", "H0001", "联系电话", "13800000001")
    page.leave("", "家庭住址", "样东镇上河村3组", None, "家庭人口", 5, None)
    page.leave("空行")
    page.head("姓名", "身份证号", "与户主关系", "性别", "出生日期", "民族")
    for one, relation, inside in zip(
        people(6, 20),
        ("户主", "妻子", "长子", "儿媳", "孙子", "孙女"),
        ("户主", "配偶", "之子", "之儿媳", "之孙子", "之孙女"),
        strict=True,
    ):
        page.put(
            [one.name, one.certno, relation, one.sex, one.born, "汉族"],
            psn_name=one.name,
            certno=one.certno,
            relation=inside,
            brdy=one.born,
        )
    page.leave(("签章", "说明"), "调查人签字：", None, "户主签字：", None, "年  月  日")
    return xlsx(page), [page]


@case("系统模板.xlsx")
def a_line_of_what_is_asked_below_the_header() -> Made:
    page = Page("Sheet1", "deaths")
    page.head("*姓名", "*身份证件号码", "*死亡日期", "死亡原因", "联系电话")
    page.leave(("说明", "表头"), "必填", "必填，18位", "必填，格式：YYYY-MM-DD", "选填", "选填，11位手机号")
    for one in people(20, 40):
        page.put(
            [one.name, one.certno, "2026-06-01", "因病", one.tel],
            psn_name=one.name,
            certno=one.certno,
            kin_tel=one.tel,
        )
    return exported(page), [page]


@case("危房.xlsx")
def a_list_that_goes_on_on_a_second_sheet_without_its_header() -> Made:
    first, second = Page("第1页", "dibao"), Page("第2页")
    first.head("姓名", "身份证号", "月保障金额")
    for one in people(12, 70):
        first.put([one.name, one.certno, 500], psn_name=one.name, certno=one.certno)
    for one in people(12, 90):
        second.lines.append([one.name, one.certno, 500])
        second.refused.add(len(second.lines))
    return xlsx(first, second), [first, second]


@case("三张并排.xlsx")
def three_tables_side_by_side_below_one_title_and_measure() -> Made:
    pages = [Page("名单", "dibao") for _ in range(3)]
    names = ["姓名", "身份证号", "月保障金"]
    lines: list[list[object]] = [["低保名单"], ["单位：百元"], [*names, None, *names, None, *names]]
    folk = people(24, 110)
    for i in range(8):
        line: list[object] = []
        for t, page in enumerate(pages):
            if t == 2 and i > 5:
                page.left[i + 4] = "空行"
                continue
            one = folk[t * 8 + i]
            line += [one.name, one.certno, 5, None]
            page.expected[i + 4] = {"psn_name": one.name, "certno": one.certno, "month_amt": 50_000}
        lines.append(line)
    for page in pages:
        page.lines = lines
        page.left |= {1: "", 2: "", 3: "表头"}
        page.headers = [3]
    return xlsx(pages[0]), pages


@case("三段.xls")
def the_same_list_in_three_parts_each_below_its_own_title() -> Made:
    pages: list[Page] = []
    lines: list[list[object]] = []
    place = 0
    for village in VILLAGES[:3]:
        page = Page("Sheet1", "disability")
        page.lines = lines
        page.leave(("标题", "说明"), f"{village}残疾人名单")
        page.head("姓名", "身份证号", "残疾等级")
        for one in people(6, 140 + place):
            page.put([one.name, one.certno, "三级"], psn_name=one.name, certno=one.certno, dis_level="三级")
        page.leave(("小计", "合计"), "小计", "6人")
        page.leave("空行")
        place += 6
        pages.append(page)
    lines.pop()
    del pages[-1].left[len(lines) + 1]
    whole = pages[0]
    for page in pages[1:]:
        whole.expected |= page.expected
        whole.left |= {row: "" if what == "表头" else what for row, what in page.left.items()}
    return xls(Page("Sheet1", lines=lines)), [whole]


@case("监测对象.xlsx")
def the_national_export_with_every_cell_as_text() -> Made:
    page = Page("Sheet0", "national_members")
    page.head(
        "省", "市", "县", "乡", "村", "户编号", "人口编号", "姓名", "性别", "出生日期", "证件类型", "证件号码", "民族", "户联系电话", "年度",
        "与户主关系", "文化程度", "健康状况", "是否享受低保", "居民医保", "户主姓名", "户主证件号码",
    )  # fmt: skip
    folk = people(30, 200)
    for i, one in enumerate(folk):
        head = folk[i // 3 * 3]
        page.put(
            ["样例省", "样例市", "样例县", "样东镇", one.village, f"99010100{i // 3:04d}", f"99010100{i:06d}", one.name, one.sex, f"{one.born:%Y%m%d}",
             "居民身份证", one.certno, "汉族", one.tel, "2026", ("户主", "配偶", "之子")[i % 3], "小学", "健康", "是" if i % 2 else "否", "是",
             head.name, head.certno],
            psn_name=one.name, certno=one.certno, gend=one.code, brdy=one.born, relation=("户主", "配偶", "之子")[i % 3], head_certno=head.certno,
        )  # fmt: skip
    return exported(page, constant=True), [page]


@case("公益岗.ods")
def numbers_dates_and_merged_titles_in_an_open_document() -> Made:
    page = Page("公益岗", "welfare_posts")
    page.title("2026年乡村公益性岗位花名册", 6)
    page.head("序号", "姓名", "身份证号", "岗位名称", "岗位补贴（元/月）", "上岗时间")
    for i, one in enumerate(people(20, 240), 1):
        page.put(
            [i, one.name, one.certno, "护林员", 800.5, dt.date(2026, 1, 1)],
            psn_name=one.name,
            certno=one.certno,
        )
    return ods(page), [page]


@case("慢病.csv")
def spaces_before_and_behind_every_cell_and_blank_lines_between() -> Made:
    page = Page("", "chronic_approvals")
    page.leave("空行")
    page.head(" 姓名 ", "　身份证号　", " 病种名称 ", " 审批日期 ")
    for i, one in enumerate(people(20, 270)):
        if i % 5 == 4:
            page.leave("空行", "", "", "", "")
        page.put(
            [f" {one.name}　", f"{one.certno}\t", " 高血压 ", " 2025/3/1 "],
            psn_name=one.name,
            certno=one.certno,
        )
    page.lines[0] = ["", "", "", ""]
    return text(page, "gb18030"), [page]


@case("学籍.xlsx")
def a_title_that_is_not_merged_and_a_unit_in_the_same_line() -> Made:
    page = Page("学籍", "pupils")
    page.leave(("标题", "单位"), "样例县第一小学在校学生资助名册", None, None, None, None, "单位：元")
    page.head("学校", "年级", "学生姓名", "学生身份证件号", "资助项目", "资助金额")
    for one in people(20, 300):
        page.put(
            ["样例县第一小学", "三年级", one.name, one.certno, "寄宿生生活补助", Shown(625, '#,##0.00"元"')],
            psn_name=one.name, certno=one.certno, aid_amt=62_500,
        )  # fmt: skip
    return xlsx(page), [page]


@case("车辆.xlsx")
def a_list_of_owners_with_several_rows_of_one_person() -> Made:
    page = Page("机动车", "vehicles")
    page.head("所有人", "身份证明号码", "号牌种类", "号牌号码", "初次登记日期")
    for i, one in enumerate(people(12, 330)):
        for k in range(2 if i % 3 == 0 else 1):
            page.put([one.name, one.certno, "小型汽车", f"样A{i:03d}{k}X", "2019-08-01"], certno=one.certno)
    return xlsx(page), [page]


@case("Book1.xlsx", kind="population")
def a_list_with_nothing_but_names_and_numbers_once_its_kind_is_said() -> Made:
    page = Page("Sheet1", "population")
    page.head("姓名", "身份证号")
    for one in people(20, 350):
        page.put([one.name, one.certno], psn_name=one.name, certno=one.certno)
    return xlsx(page), [page]


@case("空白.xlsx")
def sheets_without_anything() -> Made:
    pages = [Page("Sheet1"), Page("Sheet2")]
    return xlsx(*pages), pages


@case("只有表头.xlsx", says=("没有数据",))
def a_header_and_no_row() -> Made:
    page = Page("低保", "dibao")
    page.head("序号", "姓名", "身份证号", "月保障金额", "低保证号")
    return xlsx(page), [page]


@case("宽表.xlsx")
def forty_columns_of_which_five_are_known() -> Made:
    page = Page("Sheet1", "disability")
    more = [f"指标{i}" for i in range(1, 36)]
    page.head(
        "姓名",
        *more[:10],
        "身份证号",
        *more[10:20],
        "残疾类别",
        *more[20:30],
        "残疾等级",
        *more[30:],
        "发证日期",
    )
    for i, one in enumerate(people(20, 380)):
        page.put(
            [one.name, *range(10), one.certno, *range(10), "肢体残疾", *range(10), "2级", *range(5), "2020-01-01"],
            psn_name=one.name, certno=one.certno, dis_kind="肢体", dis_level="二级",
        )  # fmt: skip
        del i
    return xlsx(page), [page]
