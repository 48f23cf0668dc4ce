"""Workbooks whose cells are written in many ways: some leave no doubt, the others must be told."""

from __future__ import annotations

import datetime as dt

from tests.ledgers.strangers.judged import Made, case
from tests.ledgers.strangers.page import Formula, Page, Shown
from tests.ledgers.strangers.people import people, with_check, with_x
from tests.ledgers.strangers.written import exported, text, xlsx


@case("死亡.xlsx")
def dates_in_a_dozen_spellings() -> Made:
    page = Page("死亡", "deaths")
    page.head("姓名", "身份证号", "死亡日期", "火化日期")
    day = dt.date(2026, 3, 9)
    spellings = (
        "2026-03-09", "2026/3/9", "2026.3.9", "2026年3月9日", "20260309", "二〇二六年三月九日", "2026年03月09日 14:30",
        "2026-3-9 8:05:00", day, dt.datetime.fromisoformat("2026-03-09T15:20:00"), Shown(46090, "General"), Shown("46090", "@"),
        Shown(46090.6, "0.00"), " 2026.03.09 ", "2026．3．9", "２０２６-０３-０９", "2026 年 3 月 9 日", "2026、3、9",
    )  # fmt: skip
    folk = people(40)
    for one, how in zip(folk, spellings, strict=False):
        page.put([one.name, one.certno, how, None], psn_name=one.name, certno=one.certno, death_date=day)
    wrong = (
        ("去年冬天", "date_bad"),
        ("26.3.9", "date_bad"),
        ("9/3/2026", "date_bad"),
        ("2026-02-30", "date_bad"),
        ("2062-03-09", "date_out"),
    )
    for one, (how, code) in zip(folk[20:], wrong, strict=False):
        page.refuse([one.name, one.certno, how, None], {3: code})
    one = folk[30]
    page.refuse([one.name, one.certno, None, None], {3: "missing"})
    one = folk[31]
    page.put(
        [one.name, one.certno, "2026-03-09", "不详"], psn_name=one.name, death_date=day, cremated_on=None
    )
    one = folk[32]
    page.put(
        [one.name, one.certno, "2026-03-09", "已火化"], {4: "date_bad"}, death_date=day, cremated_on=None
    )
    return exported(page), [page]


@case("收入.xlsx")
def money_by_column_in_ten_thousands_thousands_and_yuan() -> Made:
    page = Page("收入", "special_groups")
    page.head("姓名", "身份证号", "人员类别", "资助标准（千元）")
    for i, one in enumerate(people(10)):
        page.put(
            [one.name, one.certno, "低保", 0.4 + i / 100], psn_name=one.name, subsidy_std=40_000 + i * 1000
        )
    return xlsx(page), [page]


@case("低保.xlsx")
def money_with_units_commas_and_words_for_nothing() -> Made:
    page = Page("低保", "dibao")
    page.head("姓名", "身份证号", "家庭月人均收入(万元)", "月保障金（元）", "人均补差")
    ways = (
        ("0.05", 50_000, "3,600元", 360_000, "1.2千", 120_000),
        ("0.0123", 12_300, "￥862.50", 86_250, "431", 43_100),
        ("500元", 50_000, "862.5元", 86_250, "肆佰叁拾壹元整", 43_100),
        ("0", 0, "0", 0, "0.00", 0),
        ("-", None, "-", None, "无", None),
        (0.08, 80_000, 1234.56, 123_456, 99.9, 9_990),
        ("0.1万", 100_000, "1 234.50", 123_450, "４３１．５", 43_150),
        (None, None, "￥1，234.5", 123_450, "431.0元", 43_100),
    )  # fmt: skip
    folk = people(30, 20)
    for one, (income, income_fen, sum_, sum_fen, head, head_fen) in zip(folk, ways, strict=False):
        page.put(
            [one.name, one.certno, income, sum_, head],
            certno=one.certno, income_pc_month=income_fen, month_amt=sum_fen, person_amt=head_fen,
        )  # fmt: skip
    wrong = (
        ("约500", "money_bad"),
        ("300-500", "money_bad"),
        ("不少于400", "money_bad"),
        ("-431", "number_out"),
        ("431.555", "money_bad"),
        ("五百左右", "money_bad"),
    )
    for one, (how, code) in zip(folk[10:], wrong, strict=False):
        page.put([one.name, one.certno, None, how, None], {4: code}, month_amt=None)
    return xlsx(page), [page]


@case("身份证.xlsx")
def identity_numbers_as_people_type_them() -> Made:
    page = Page("名单", "dibao")
    page.head("序号", "姓名", "身份证号", "月保障金额")
    folk = people(40, 50)
    x = with_x(30)
    good = [
        lambda p: p.certno, lambda p: f" {p.certno} ", lambda p: f"{p.certno[:6]} {p.certno[6:14]} {p.certno[14:]}",
        lambda p: f"'{p.certno}", lambda p: p.certno.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}),
        lambda p: p.certno + ",", lambda p: p.certno + "，", lambda p: p.certno + "\n", lambda p: "\t" + p.certno,
        lambda p: "‘" + p.certno, lambda p: p.certno + "。", lambda p: f"{p.certno}（本人）", lambda p: f"身份证：{p.certno}",
        lambda p: p.certno + "\u200b", lambda p: f"{p.certno[:6]}-{p.certno[6:14]}-{p.certno[14:]}",
    ]  # fmt: skip
    for i, one in enumerate(folk[: len(good)]):
        page.put([i + 1, one.name, good[i](one), 500], psn_name=one.name, certno=one.certno, month_amt=50_000)
    page.put([16, x.name, x.certno.lower(), 500], psn_name=x.name, certno=x.certno)
    one = folk[20]
    page.put([17, one.name, int(one.certno), 500], {3: "id_lost"}, psn_name=one.name, certno=None)
    one = folk[21]
    page.put([18, one.name, one.old, 500], {3: "id_15"}, psn_name=one.name, certno=one.certno)
    one = folk[22]
    page.put(
        [19, one.name, one.certno + "44", 500], {3: "id_certificate"}, psn_name=one.name, certno=one.certno
    )
    one = folk[23]
    page.put(
        [20, one.name, one.certno + "44B1", 500], {3: "id_certificate"}, psn_name=one.name, certno=one.certno
    )
    one = folk[24]
    wrong = one.certno[:17] + ("0" if one.certno[17] != "0" else "1")
    page.put([21, one.name, wrong, 500], {3: "id_check"}, psn_name=one.name, certno=None)
    one = folk[25]
    page.put([22, one.name, one.certno[:17], 500], {3: "id_length"}, psn_name=one.name, certno=None)
    one = folk[26]
    page.put([23, one.name, one.certno[:10] + "13" + one.certno[12:], 500], {3: "id_birth"}, certno=None)
    one = folk[27]
    page.put([24, one.name, "待补", 500], {3: "id_chars"}, psn_name=one.name, certno=None)
    one = folk[28]
    page.put([25, one.name, f"{float(one.certno):.5E}", 500], {3: "id_lost"}, psn_name=one.name, certno=None)
    one = folk[29]
    page.put([26, one.name, one.certno[:6] + "****" + one.certno[10:], 500], {3: "id_chars"}, certno=None)
    one = folk[30]
    page.put([27, one.name, None, 500], psn_name=one.name, certno=None)
    page.refuse([28, None, None, 500], {3: "missing"})
    one = folk[31]
    page.put(
        [29, one.name, with_check("99010120270101123"), 500], {3: "id_birth"}, psn_name=one.name, certno=None
    )
    one = folk[32]
    page.put([30, one.name, one.certno + "/" + folk[33].certno, 500], {3: "id_chars"}, certno=None)
    return exported(page), [page]


@case("联系人.xlsx")
def names_and_telephones_as_people_type_them() -> Made:
    page = Page("名单", "residents")
    page.head("姓名", "身份证号", "联系电话", "人员去向")
    folk = people(40, 100)
    good = (
        ("张 三", "张三", "13800001234", "13800001234"),
        ("张　三", "张三", "138 0000 1234", "13800001234"),
        ("古丽·买买提", "古丽·买买提", "138-0000-1235", "13800001235"),
        ("古丽•买买提", "古丽·买买提", "+86 13800001236", "13800001236"),
        ("古丽.买买提", "古丽·买买提", "13800001237/13900001237", "13800001237,13900001237"),
        ("欧阳 修文", "欧阳修文", "13800001238、0990-1234567", "13800001238,0990-1234567"),
        ("李四\n", "李四", "0990-1234568", "0990-1234568"),
        ("王五", "王五", 13800001239, "13800001239"),
        ("赵六六", "赵六六", "13800001240（儿子）", "13800001240"),
        ("〇一", "〇一", "无", None),
        ("Maria Lopez", "Maria Lopez", "86-13800001241", "13800001241"),
        ("夏侯惇", "夏侯惇", "13800001242 13900001242", "13800001242,13900001242"),
    )  # fmt: skip
    for one, (name, as_read, tel, tel_read) in zip(folk, good, strict=False):
        page.put([name, one.certno, tel, "在家"], psn_name=as_read, certno=one.certno, tel=tel_read)
    wrong_names = (
        ("张三（户主）", "张三"),
        ("李四1", None),
        ("王*", None),
        ("张三、李四", None),
        ("赵", None),
        ("陈某某", None),
    )
    for one, (name, as_read) in zip(folk[15:], wrong_names, strict=False):
        page.put(
            [name, one.certno, one.tel, "在家"],
            {1: "name_bad"},
            psn_name=as_read,
            certno=one.certno,
            tel=one.tel,
        )
    wrong_tels: tuple[object, ...] = ("1380000123", "138000012345", "23800001234", "不知道", 1.38e9)
    for one, tel in zip(folk[25:], wrong_tels, strict=False):
        page.put([one.name, one.certno, tel, "在家"], {3: "phone_bad"}, psn_name=one.name, tel=None)
    return xlsx(page), [page]


@case("家庭成员.xlsx")
def relations_ticks_and_codes_with_their_words() -> Made:
    page = Page("成员", "special_groups")
    page.head("姓名", "身份证号", "性别", "与户主关系", "人员类别", "是否参保")
    relations = (
        ("本人", "户主"), ("户  主", "户主"), ("妻", "配偶"), ("丈夫", "配偶"), ("长子", "之子"), ("儿子", "之子"), ("次女", "之女"),
        ("孙女", "之孙女"), ("父亲", "之父"), ("奶奶", "之祖母"), ("儿媳妇", "之儿媳"), ("女儿", "之女"),
    )  # fmt: skip
    yes = (
        ("√", "1"),
        ("×", "0"),
        ("Y", "1"),
        ("N", "0"),
        ("1", "1"),
        ("0", "0"),
        (1, "1"),
        (0, "0"),
        ("是", "1"),
        ("否", "0"),
        (True, "1"),
        ("", None),
    )
    male = ("1|男", "1-男", "1 男", "男", "男性", "1")
    female = ("2|女", "2-女", "2 女", "女", "女性", "2")
    folk = people(24, 150)
    for i, one in enumerate(folk[:12]):
        sex = (male if one.male else female)[i // 2]
        page.put(
            [one.name, one.certno, sex, relations[i][0], "01脱贫不稳定户" if i % 2 else "脱贫不稳定户", yes[i][0]],
            psn_name=one.name, certno=one.certno, gend=one.code, relation=relations[i][1], category="脱贫不稳定户",
            insured=yes[i][1],
        )  # fmt: skip
    one = folk[13]
    page.put(
        [one.name, one.certno, one.sex, "户主", "低保", "待核实"],
        {6: "yesno_bad"},
        insured=None,
        category="低保",
    )
    one = folk[14]
    page.put(
        [one.name, one.certno, "女" if one.male else "男", "户主", "低保", "是"], {3: "id_sex"}, gend=None
    )
    one = folk[15]
    page.put([one.name, one.certno, "人", "户主", "低保", "是"], {3: "code_unknown"}, gend=None, insured="1")
    return xlsx(page), [page]


@case("民族.xlsx")
def nations_and_household_kinds_as_codes_and_short_words() -> Made:
    page = Page("户籍", "population")
    page.head("户号", "姓名", "公民身份号码", "性别", "出生日期", "民族", "户口性质")
    nations = (
        ("01汉族", "汉族"),
        ("汉", "汉族"),
        ("1", "汉族"),
        ("01", "汉族"),
        ("汉族(01)", "汉族"),
        ("03-回族", "回族"),
        ("回", "回族"),
        ("土家", "土家族"),
    )
    for i, one in enumerate(people(24, 180)):
        word, nation = nations[i % len(nations)]
        born = (one.born, f"{one.born:%Y%m%d}", f"{one.born:%Y.%m}")[i % 3]
        page.put(
            [f"{i // 2:03d}", one.name, one.certno, one.sex, born, word, "农业家庭户口" if i % 2 else "居民家庭户"],
            psn_name=one.name, certno=one.certno, gend=one.code, naty=nation,
        )  # fmt: skip
    one = people(1, 210)[0]
    page.put(
        ["999", one.name, one.certno, one.sex, "1900-01-02", "汉", None],
        {5: "id_born"},
        brdy=None,
        naty="汉族",
    )
    return xlsx(page), [page]


@case("公式.xlsx")
def formulas_that_worked_and_formulas_that_did_not() -> Made:
    page = Page("缴费", "premium_payments")
    page.head("姓名", "身份证号", "缴费年度", "缴费金额", "缴费日期", "备注")
    folk = people(24, 230)
    for i, one in enumerate(folk[:20]):
        page.put(
            [Formula(f'=VLOOKUP(B{i + 2},名单!A:B,2,0)', one.name), one.certno, Formula("=2025+1", 2026), Formula("=200+200", 400),
             Formula("=TODAY()", 46000 + i), Formula("=IF(1,\"已缴\")", "已缴")],
            psn_name=one.name, certno=one.certno, insu_year=2026, pay_amt=40_000,
            pay_date=dt.date(1899, 12, 30) + dt.timedelta(days=46000 + i), memo="已缴",
        )  # fmt: skip
    one = folk[20]
    page.put(
        [Formula("=VLOOKUP(B22,名单!A:B,2,0)", "#N/A"), one.certno, 2026, 400, None, None],
        {1: "error_cell"},
        psn_name=None,
        certno=one.certno,
        pay_amt=40_000,
    )
    one = folk[21]
    page.refuse([one.name, one.certno, 2026, Formula("=D99/0", "#DIV/0!"), None, None], {4: "error_cell"})
    one = folk[22]
    page.put(
        [one.name, one.certno, 2026, 400, Formula("=#REF!A1", "#REF!"), None],
        {5: "error_cell"},
        pay_date=None,
    )
    return exported(page), [page]


@case("乱码.csv")
def some_cells_were_read_in_the_wrong_code_before_they_were_sent() -> Made:
    page = Page("", "residents")
    page.head("姓名", "身份证号", "村", "人员去向")
    folk = people(24, 260)
    for one in folk[:20]:
        page.put([one.name, one.certno, one.village, "在家"], psn_name=one.name, village=one.village)
    one = folk[20]
    page.put(
        ["张伟".encode().decode("gbk", "replace"), one.certno, one.village, "在家"],
        {1: "text_damaged"},
        certno=one.certno,
    )
    one = folk[21]
    page.put(
        ["锟斤拷锟", one.certno, one.village, "在家"], {1: "text_damaged"}, psn_name=None, certno=one.certno
    )
    one = folk[22]
    page.put(["??", one.certno, one.village, "在家"], {1: "text_damaged"}, psn_name=None, certno=one.certno)
    return text(page, "utf-8"), [page]


@case("重复.xlsx")
def the_same_person_twice() -> Made:
    page = Page("低保", "dibao")
    page.head("序号", "姓名", "身份证号", "月保障金额")
    folk = people(20, 290)
    for i, one in enumerate(folk, 1):
        page.put([i, one.name, one.certno, 500], psn_name=one.name, certno=one.certno)
    page.refuse([21, folk[3].name, folk[3].certno, 500], {3: "duplicate_row"})
    page.put([22, folk[5].name, folk[5].certno, 600], {3: "duplicate_key"}, month_amt=60_000)
    page.bad.add((7, 3, "duplicate_key"))
    return xlsx(page), [page]


@case("户主.xlsx")
def a_list_of_heads_of_household_alone() -> Made:
    page = Page("危房", "houses")
    page.head("序号", "镇", "村", "户主姓名", "户主身份证号", "房屋鉴定等级", "鉴定时间")
    for i, one in enumerate(people(20, 320), 1):
        page.put(
            [i, "样东镇", one.village, one.name, one.certno, "ABCD"[i % 4] + "级", "2026-04"],
            head_name=one.name, head_certno=one.certno,
        )  # fmt: skip
    return xlsx(page), [page]
