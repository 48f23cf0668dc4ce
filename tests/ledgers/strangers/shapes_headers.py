"""Workbooks whose headers are odd."""

from __future__ import annotations

from tests.ledgers.strangers.judged import Made, case
from tests.ledgers.strangers.page import Page
from tests.ledgers.strangers.people import people
from tests.ledgers.strangers.written import exported, text, xls, xlsx


@case("2026年6月低保.xlsx")
def a_header_of_three_lines_with_groups_below_a_merged_title() -> Made:
    page = Page("Sheet1", "dibao")
    page.title("样例县2026年6月农村最低生活保障金发放花名册", 12)
    page.leave("单位", "填报单位：样例县民政局", *[None] * 9, "单位：元")
    page.head(
        "序号",
        "所在乡镇",
        "所在村",
        "家庭基本情况",
        None,
        None,
        None,
        "享受待遇情况",
        None,
        None,
        None,
        "备注",
    )
    page.head(None, None, None, "户主", None, "家庭成员", None, "人数", None, "资金", None, None)
    page.head(
        None,
        None,
        None,
        "姓名",
        "身份证号",
        "姓名",
        "身份证号",
        "家庭人口",
        "保障人数",
        "类别",
        "月保障金",
        None,
    )
    for column in (1, 2, 3, 12):
        page.merge(3, column, 5, column)
    page.merge(3, 4, 3, 7)
    page.merge(3, 8, 3, 11)
    for left in (4, 6, 8, 10):
        page.merge(4, left, 4, left + 1)
    for i, one in enumerate(people(20), 1):
        head = people(1, (i - 1) // 2 * 2)[0]
        page.put(
            [i, "样东镇", one.village, head.name, head.certno, one.name, one.certno, 2, 2, "B类", 862.5, None],
            psn_name=one.name, certno=one.certno, head_name=head.name, head_certno=head.certno, month_amt=86_250,
            family_size=2, covered=2, dibao_class="B类", town="样东镇", village=one.village,
        )  # fmt: skip
    page.leave("合计", "合计", *[None] * 9, 17250)
    return xlsx(page), [page]


@case("常住.xls")
def four_lines_of_header_with_an_order_line_and_measures_in_their_own_line() -> Made:
    page = Page("常住人口", "residents")
    page.leave("标题", "样西镇常住人口摸底表")
    page.head("序号", "基本信息", None, None, None, "居住情况", None, None)
    page.head(None, "姓名", "公民身份号码", "性别", "年龄", "是否在家", None, "外出时间")
    page.head(None, None, None, None, "（岁）", "去向", "外出地", None)
    page.head("甲", "乙", "丙", "1", "2", "3", "4", "5")
    page.merge(1, 1, 1, 8)
    page.merge(2, 2, 2, 5)
    page.merge(2, 6, 2, 8)
    page.merge(3, 6, 3, 7)
    for i, one in enumerate(people(24, 40), 1):
        away = i % 3 == 0
        page.put(
            [i, one.name, one.certno, one.sex, 2026 - one.born.year, "外出务工" if away else "在家",
             "邻省样城" if away else None, "2026年2月" if away else None],
            psn_name=one.name, certno=one.certno, gend=one.code, age=2026 - one.born.year,
            whereabouts="外出务工" if away else "在家", away_place="邻省样城" if away else None,
        )  # fmt: skip
    return xls(page), [page]


@case("关于报送残疾人名单的函.xlsx")
def a_header_on_the_ninth_line_after_a_letter() -> Made:
    page = Page("附件1", "disability")
    page.leave("", "样例县残疾人联合会")
    page.leave("", "关于报送持证残疾人名单的函")
    page.leave("空行")
    page.leave("", "县乡村振兴局：")
    page.leave(
        "",
        "    根据《关于做好部门数据比对工作的通知》要求，现将我县持证残疾人名单报送你局，请查收。数据截止2026年6月30日，共计二十人。",
    )
    page.leave("", "    联系人：样同志，联系电话：0990-1234567。")
    page.leave("", None, None, None, None, None, "2026年6月30日")
    page.leave("空行")
    page.head("序号", "残疾人姓名", "残疾人证号", "残疾类别", "残疾等级", "发证日期", "联系电话")
    kinds = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
    levels = ("一级", "二级", "三级", "四级")
    for i, one in enumerate(people(20, 10), 1):
        kind, level = i % 7, i % 4
        number = f"{one.certno}{kind + 1}{level + 1}"
        page.put(
            [i, one.name, number + ("B1" if i % 5 == 0 else ""), kinds[kind], levels[level], "2021-05-06", one.tel],
            psn_name=one.name, certno=one.certno, dis_kind=kinds[kind], dis_level=levels[level], tel=one.tel,
        )  # fmt: skip
    page.leave(("签章", "说明"), None, None, None, None, "样例县残疾人联合会（盖章）")
    return xlsx(page), [page]


@case("户籍.xlsx")
def headers_with_line_breaks_stars_numbering_and_notes_in_brackets() -> Made:
    page = Page("户籍人口", "population")
    page.head(
        "1.户号\n（户口簿首页）", "*2.姓名", "3、公民身份\n号码*", "4.性 别", "⑤出生\n年月日", "（6）民族", "7．与户主\n关系（必填）",
        "8.户籍地址（详细到村民小组）", "9.户口性质（农业/非农业）", "联 系\n电 话",
    )  # fmt: skip
    for i, one in enumerate(people(30, 60)):
        page.put(
            [f"H{i // 3:05d}", one.name, one.certno, one.sex, one.born, "汉", ("户主", "配偶", "长子")[i % 3],
             f"样例县样东镇{one.village}{i % 4 + 1}组", "农业", one.tel],
            hh_no=f"H{i // 3:05d}", psn_name=one.name, certno=one.certno, gend=one.code, brdy=one.born, naty="汉族",
            relation=("户主", "配偶", "之子")[i % 3], hsreg_type="农业", tel=one.tel,
        )  # fmt: skip
    return xlsx(page), [page]


@case("export_resident_insurance.xlsx")
def headers_half_english_half_chinese() -> Made:
    page = Page("Export", "resident_insurance")
    page.head(
        "No.", "姓名 Name", "证件号码 ID Number", "性别 Gender", "参保年度 Year", "险种类型 Insurance Type",
        "参保状态 Status", "个人缴费金额 Premium (元)", "参保日期 Start Date", "联系电话 Tel",
    )  # fmt: skip
    for i, one in enumerate(people(25, 100), 1):
        page.put(
            [i, one.name, one.certno, one.sex, 2026, "城乡居民基本医疗保险", "正常参保", 400, "2026/01/01", one.tel],
            psn_name=one.name, certno=one.certno, gend=one.code, insu_year=2026, insutype="390",
            psn_insu_stas="正常参保", psn_clct_amt=40_000, tel=one.tel,
        )  # fmt: skip
    return exported(page), [page]


@case("系统导出.csv")
def national_field_names_with_their_chinese_below() -> Made:
    page = Page("", "resident_insurance")
    page.head(
        "psn_no",
        "psn_name",
        "certno",
        "gend",
        "brdy",
        "insu_year",
        "insutype",
        "psn_insu_stas",
        "psn_insu_date",
    )
    page.head(
        "人员编号",
        "人员姓名",
        "证件号码",
        "性别",
        "出生日期",
        "年度",
        "险种类型",
        "人员参保状态",
        "个人参保日期",
    )
    for i, one in enumerate(people(25, 130)):
        page.put(
            [f"9901{i:08d}", one.name, one.certno, one.code, f"{one.born:%Y-%m-%d}", "2026", "390", "1",
             "2026-01-01 00:00:00"],
            psn_no=f"9901{i:08d}", psn_name=one.name, certno=one.certno, gend=one.code, brdy=one.born,
            insu_year=2026, insutype="390", psn_insu_stas="正常参保",
        )  # fmt: skip
    return text(page, "utf-8"), [page]


@case("低保名单.xlsx")
def another_order_an_unknown_column_in_the_middle_and_a_blank_one() -> Made:
    page = Page("名单", "dibao")
    page.head(
        "月保障金额",
        "经办流转码",
        "身份证号码",
        None,
        "对象姓名",
        "享受开始时间",
        "信访维稳标识",
        "所在村",
        "低保类别",
        "备注",
    )
    for i, one in enumerate(people(22, 160)):
        page.put(
            [431.0, f"LZ-{i:03d}-{i * 7 % 10}", one.certno, None, one.name, "2024.3.1", "绿", one.village, "A", None],
            month_amt=43_100, certno=one.certno, psn_name=one.name, village=one.village, dibao_class="A类",
        )  # fmt: skip
    return xlsx(page), [page]


@case("死亡人员.xlsx")
def two_columns_called_alike() -> Made:
    page = Page("死亡", "deaths")
    page.head("序号", "姓名", "身份证号", "死亡日期", "备注", "村", "联系人", "联系电话", "备注")
    for i, one in enumerate(people(20, 190), 1):
        page.put(
            [i, one.name, one.certno, f"2026-03-0{i % 9 + 1}", "村医报告", one.village, "家属样", one.tel, "已销户"],
            psn_name=one.name, certno=one.certno, memo="村医报告", kin_tel=one.tel,
        )  # fmt: skip
    return xlsx(page), [page]


@case("缴费明细.xlsx")
def last_years_headers_with_the_year_written_in_them() -> Made:
    page = Page("缴费", "premium_payments")
    page.title("2026年度城乡居民基本医疗保险缴费明细", 6)
    page.head("缴费人姓名", "纳税人识别号", "所属乡镇", "2026年度缴费金额(元)", "缴费时间", "电子税票号")
    for i, one in enumerate(people(26, 220)):
        page.put(
            [one.name, one.certno, "样东镇", "400.00", f"2025-11-{i % 28 + 1:02d} 09:{i:02d}:00", f"3990{i:014d}"],
            psn_name=one.name, certno=one.certno, pay_amt=40_000, insu_year=2026, receipt_no=f"3990{i:014d}",
        )  # fmt: skip
    return xlsx(page), [page]


@case("名单无表头.xlsx", says=("表头", "列"))
def no_header_at_all() -> Made:
    page = Page("Sheet1")
    for one in people(20, 250):
        page.lines.append([one.name, one.certno, one.village, one.tel])
        page.refused.add(len(page.lines))
    return xlsx(page), [page]


@case(
    "学生.xlsx",
    kind="pupils",
    chosen={"娃娃姓名": "psn_name", "娃娃身份证": "certno", "在哪念书": "school_name", "念几年级": "grade"},
)
def headers_in_the_villages_own_words_once_confirmed() -> Made:
    page = Page("统计", "pupils")
    page.leave("标题", "全村念书娃娃统计")
    page.head("序号", "娃娃姓名", "娃娃身份证", "在哪念书", "念几年级", "家长", "家长电话")
    for i, one in enumerate(people(20, 280), 1):
        page.put(
            [i, one.name, one.certno, "样例县第一小学", "三年级", "样家长", one.tel],
            psn_name=one.name, certno=one.certno, school_name="样例县第一小学", grade="三年级", guardian_tel=one.tel,
        )  # fmt: skip
    return xlsx(page), [page]


@case("特殊人群.xlsx")
def a_header_split_into_rows_without_any_merged_cell() -> Made:
    page = Page("特殊人群", "special_groups")
    page.leave("标题", "样例县医疗救助资助参保特殊人群名册")
    page.head("乡镇", "村", "姓名", "身份", "性别", "人员", "认定", "认定", "是否", "资助标准")
    page.head(None, None, None, "证号", None, "类别", "部门", "日期", "参保", "（元/人）")
    kinds = {
        "特困供养": "特困",
        "低保户": "低保",
        "孤儿": "孤儿",
        "脱贫不稳定户": "脱贫不稳定户",
        "重残": "重度残疾",
    }
    for i, one in enumerate(people(25, 310)):
        word = list(kinds)[i % 5]
        page.put(
            ["样东镇", one.village, one.name, one.certno, one.sex, word, "民政", "2025-01-01", "是", 400],
            town="样东镇", psn_name=one.name, certno=one.certno, gend=one.code, category=kinds[word], insured="1",
            subsidy_std=40_000,
        )  # fmt: skip
    return xlsx(page), [page]
