"""Workbooks whose tables stand in odd places, or with lines between their rows."""

from __future__ import annotations

from tests.ledgers.strangers.judged import TOWNS, VILLAGE_CODES, Made, case
from tests.ledgers.strangers.page import Page
from tests.ledgers.strangers.people import VILLAGES, Person, people
from tests.ledgers.strangers.written import exported, ods, text, xls, xlsx

WORKED = "样例县农业农村局"


def _aid(page: Page, place: int, one: Person, amount: int = 500) -> None:
    page.put(
        [place, one.village, one.name, one.certno, amount],
        psn_name=one.name, certno=one.certno, village=one.village, month_amt=amount * 100,
    )  # fmt: skip


@case("低保.xlsx")
def sums_at_the_top_and_after_every_village() -> Made:
    page = Page("低保", "dibao")
    page.title("低保对象花名册", 5)
    page.head("序号", "村", "姓名", "身份证号", "月保障金额")
    page.leave("合计", "全县合计", None, "24人", None, 12000)
    for v, village in enumerate(VILLAGES):
        for i, one in enumerate(p for p in people(24) if p.village == village):
            _aid(page, v * 6 + i + 1, one)
        row = page.leave("小计", f"{village}小计", None, None, None, 3000)
        page.merge(row, 1, row, 4)
    return xlsx(page), [page]


@case("特困.xls")
def sums_called_so_in_another_column_than_the_first() -> Made:
    page = Page("特困", "destitute")
    page.head("序号", "乡镇", "村", "姓名", "身份证号码", "供养标准")
    for i, one in enumerate(people(20, 30), 1):
        page.put([i, "样西镇", one.village, one.name, one.certno, 915], psn_name=one.name, certno=one.certno)
        if i % 10 == 0:
            page.leave("小计", None, "样西镇", "小  计", None, None, 9150)
    page.leave("合计", None, None, None, None, "合    计：", 18300)
    page.leave("合计", None, None, None, "总计", "共20人", 18300)
    return xls(page), [page]


@case("常住人口.xlsx")
def notes_and_headings_between_the_rows() -> Made:
    page = Page("Sheet1", "residents")
    page.head("序号", "姓名", "身份证号", "人员去向", "联系电话")
    folk = people(24, 60)
    for i, one in enumerate(folk, 1):
        if i == 1:
            row = page.leave(("标题", "说明"), "一、上河村")
            page.merge(row, 1, row, 5)
        if i == 9:
            page.leave(("说明", "标题"), "以下为2026年二季度新增人员")
        if i == 13:
            page.leave("空行")
            page.leave("说明", "注：以上人员已与派出所核对，有出入的以公安户籍为准。")
            page.leave("空行")
        if i == 17:
            page.leave("重复表头", "序号", "姓名", "身份证号", "人员去向", "联系电话")
        page.put(
            [i, one.name, one.certno, "在家", one.tel], psn_name=one.name, certno=one.certno, tel=one.tel
        )
    page.leave("空行")
    page.leave(("签章", "说明"), "村支书（签字）：", None, "包村干部：", None, "2026年6月30日")
    return xlsx(page), [page]


@case("户籍人口.xlsx")
def villages_and_households_merged_down_over_their_rows() -> Made:
    page = Page("户籍", "population")
    page.head("村", "户号", "户主姓名", "姓名", "身份证号", "与户主关系", "民族")
    folk = people(24, 90)
    for i, one in enumerate(folk):
        head = folk[i // 4 * 4]
        first = i % 4 == 0
        village = VILLAGES[i // 12]
        page.put(
            [village if i % 12 == 0 else None, f"{i // 4 + 1:04d}" if first else None, head.name if first else None,
             one.name, one.certno, ("本人", "妻", "儿子", "女儿")[i % 4], "汉族"],
            village=village, hh_no=f"{i // 4 + 1:04d}", head_name=head.name, psn_name=one.name, certno=one.certno,
            relation=("户主", "配偶", "之子", "之女")[i % 4],
        )  # fmt: skip
        row = len(page.lines)
        if first:
            page.merge(row, 2, row + 3, 2)
            page.merge(row, 3, row + 3, 3)
        if i % 12 == 0:
            page.merge(row, 1, row + 11, 1)
    return xlsx(page), [page]


@case("低保家庭.ods")
def merged_households_with_one_sum_for_all_their_rows() -> Made:
    page = Page("低保家庭", "dibao")
    page.head("户主姓名", "家庭人口数", "姓名", "身份证号", "户月保障金额", "开户银行")
    folk = people(20, 120)
    for i, one in enumerate(folk):
        head, first = folk[i // 2 * 2], i % 2 == 0
        page.put(
            [head.name if first else None, 2 if first else None, one.name, one.certno, 1234.56 if first else None,
             "样例农商行" if first else None],
            head_name=head.name, psn_name=one.name, certno=one.certno, bank_name="样例农商行",
            month_amt=123_456 if first else None,
        )  # fmt: skip
        if first:
            row = len(page.lines)
            for column in (1, 2, 5, 6):
                page.merge(row, column, row + 1, column)
    return ods(page), [page]


@case("筛选后的名单.xlsx")
def hidden_rows_hidden_columns_and_a_filter() -> Made:
    page = Page("名单", "disability")
    page.head("序号", "姓名", "身份证号", "残疾类别", "残疾等级", "联系电话")
    for i, one in enumerate(people(20, 150), 1):
        row = page.put(
            [i, one.name, one.certno, "肢体", "二级", one.tel],
            psn_name=one.name, certno=one.certno, dis_kind="肢体", dis_level="二级", tel=one.tel,
        )  # fmt: skip
        if i % 3:
            page.hidden_rows.add(row)
    page.hidden_columns = {3, 6}
    page.filtered = True
    return xlsx(page), [page]


@case("五张表.xlsx")
def five_sheets_of_which_two_hold_a_ledger() -> Made:
    cover = Page("封面")
    for line in ("样例县2026年社会救助数据", WORKED, "二〇二六年六月"):
        cover.leave(("说明", "标题"), line)
    how = Page("填表说明")
    for line in (
        "填表说明",
        "1.本表由各乡镇填写，请勿改动表头。",
        "2.身份证号请设为文本格式后再填。",
        "3.金额单位为元。",
    ):
        how.leave("说明", line)
    one = Page("低保", "dibao")
    one.head("序号", "村", "姓名", "身份证号", "月保障金额")
    for i, who in enumerate(people(10, 180), 1):
        _aid(one, i, who)
    two = Page("特困", "destitute")
    two.head("序号", "村", "姓名", "身份证号", "供养方式")
    for i, who in enumerate(people(10, 200), 1):
        two.put([i, who.village, who.name, who.certno, "分散供养"], psn_name=who.name, certno=who.certno)
    empty = Page("Sheet5")
    return xlsx(cover, how, one, two, empty), [cover, how, one, two, empty]


@case("各村汇总和明细.xlsx")
def a_sheet_of_counts_beside_the_list_is_no_list() -> Made:
    counts = Page("汇总表")
    counts.leave("", "各村低保情况汇总表")
    for line in (
        ["序号", "村", "户数", "人数", "月发放资金（元）"],
        *([i, v, 3, 6, 3000] for i, v in enumerate(VILLAGES, 1)),
        ["合计", None, 12, 24, 12000],
    ):
        counts.lines.append(list(line))
    counts.left[2] = "表头"
    counts.refused = set(range(3, 8))
    full = Page("明细表", "dibao")
    full.head("序号", "村", "姓名", "身份证号", "月保障金额")
    for i, one in enumerate(people(12, 220), 1):
        _aid(full, i, one)
    return xlsx(counts, full), [counts, full]


@case("常住人口.xlsx", divisions=True)
def a_sheet_for_every_township_named_in_the_sheet_alone() -> Made:
    pages = []
    for t, town in enumerate(("样东镇", "样西镇", "样南乡")):
        page = Page(town, "residents")
        page.leave("标题", "2026年常住人口摸底表")
        page.head("序号", "村", "姓名", "身份证号", "人员去向")
        for i, one in enumerate(people(8, 240 + 10 * t), 1):
            page.put(
                [i, one.village, one.name, one.certno, "在家"],
                psn_name=one.name, certno=one.certno, village=one.village, __division=TOWNS[town] + VILLAGE_CODES[one.village],
            )  # fmt: skip
        pages.append(page)
    return xlsx(*pages), pages


@case("残疾人.xlsx", divisions=True)
def the_township_in_the_title_alone() -> Made:
    page = Page("Sheet1", "disability")
    page.title("样例县样东镇持证残疾人花名册（2026年）", 5)
    page.leave("单位", "填报单位：样东镇残联", None, None, "填报时间：2026.6.30")
    page.head("序号", "村", "姓名", "残疾人证号", "残疾等级")
    for i, one in enumerate(people(10, 280), 1):
        page.put(
            [i, one.village, one.name, one.certno + "42", "二级"],
            psn_name=one.name, certno=one.certno, dis_level="二级", __division=TOWNS["样东镇"] + VILLAGE_CODES[one.village],
        )  # fmt: skip
    return xlsx(page), [page]


@case("打印版名单.xlsx")
def one_list_printed_as_two_tables_side_by_side() -> Made:
    left, right = Page("名单", "deaths"), Page("名单", "deaths")
    names = ["序号", "姓名", "身份证号", "死亡日期"]
    lines: list[list[object]] = [["2026年上半年死亡人员名单"], [*names, None, *names]]
    folk = people(20, 300)
    for i in range(10):
        a, b = folk[i], folk[i + 10]
        lines.append([i + 1, a.name, a.certno, "2026-02-03", None, i + 11, b.name, b.certno, "2026-03-04"])
        left.expected[i + 3] = {"psn_name": a.name, "certno": a.certno}
        right.expected[i + 3] = {"psn_name": b.name, "certno": b.certno}
    for page in (left, right):
        page.lines = lines
        page.left = {1: "", 2: "表头"}
        page.headers = [2]
    return xlsx(left), [left, right]


@case("两类人员.xlsx")
def two_ledgers_one_below_the_other() -> Made:
    above = Page("Sheet1", "dibao")
    above.leave("标题", "一、低保对象")
    above.head("序号", "村", "姓名", "身份证号", "月保障金额")
    for i, one in enumerate(people(10, 330), 1):
        _aid(above, i, one)
    above.leave("空行")
    below = Page("Sheet1", "deaths")
    below.lines = list(above.lines)
    below.leave("标题", "二、死亡人员")
    below.head("序号", "死者姓名", "死者身份证号", "死亡日期")
    for i, one in enumerate(people(10, 350), 1):
        below.put([i, one.name, one.certno, "2026年5月6日"], psn_name=one.name, certno=one.certno)
    written = Page("Sheet1", lines=below.lines)
    return xlsx(written), [above, below]


@case("一户一表.xlsx", says=("转",))
def a_table_lying_on_its_side() -> Made:
    page = Page("户表")
    folk = people(6, 370)
    for line in (
        ["姓名", *(one.name for one in folk)],
        ["身份证号", *(one.certno for one in folk)],
        ["性别", *(one.sex for one in folk)],
        ["与户主关系", "户主", "配偶", "之子", "之儿媳", "之孙子", "之孙女"],
        ["民族", *["汉族"] * 6],
        ["联系电话", *(one.tel for one in folk)],
    ):
        page.lines.append(list(line))
        page.refused.add(len(page.lines))
    return xlsx(page), [page]


@case("续保名单.csv")
def pages_of_a_printout_each_with_its_title_and_header() -> Made:
    page = Page("", "dibao")
    folk = people(30, 380)
    for i, one in enumerate(folk, 1):
        if i % 10 == 1:
            if i == 1:
                page.leave("标题", "样例县低保花名册")
                page.head("序号", "村", "姓名", "身份证号", "月保障金额")
            else:
                page.leave("标题", "样例县低保花名册")
                page.leave("重复表头", "序号", "村", "姓名", "身份证号", "月保障金额")
        _aid(page, i, one)
        if i % 10 == 0:
            page.leave(("小计", "合计"), "本页小计", None, None, None, "5000")
            page.leave("说明", f"第{i // 10}页，共3页")
    return text(page, "gb18030"), [page]


@case("示例行.xlsx", kind="welfare_posts")
def an_example_row_and_an_instruction_row_below_the_header() -> Made:
    page = Page("填报表", "welfare_posts")
    page.head("序号", "姓名", "身份证号", "岗位名称", "月补助（元）")
    page.leave("", "填写说明", "与身份证一致", "18位", "从下拉列表选择", "只填数字")
    page.leave("示例", "示例", "张三", "990101199001011234", "保洁员", 800)
    for i, one in enumerate(people(14, 420), 1):
        page.put([i, one.name, one.certno, "保洁员", 800], psn_name=one.name, certno=one.certno)
    for i in range(15, 31):
        page.leave("空行", i)
    return exported(page), [page]


@case("表从D列开始.xlsx")
def a_table_that_starts_far_from_the_corner() -> Made:
    page = Page("Sheet1", "deaths")
    page.lines += [[] for _ in range(5)]  # a sheet begins with the first line that has a cell
    page.head(None, None, None, "姓名", "身份证号", "死亡日期", "村")
    for one in people(12, 450):
        page.put(
            [None, None, None, one.name, one.certno, "2026-01-02", one.village],
            psn_name=one.name,
            certno=one.certno,
        )
    return exported(page), [page]


@case("分组.csv")
def a_village_written_in_the_first_of_its_rows_alone() -> Made:
    page = Page("", "dibao")
    page.head("村", "户主姓名", "姓名", "身份证号", "月保障金额")
    for i, one in enumerate(people(24, 470)):
        page.put(
            [VILLAGES[i // 6] if i % 6 == 0 else None, None, one.name, one.certno, "500"],
            psn_name=one.name, certno=one.certno, village=VILLAGES[i // 6],
        )  # fmt: skip
    return text(page, "utf-8", mark=b"\xef\xbb\xbf"), [page]
