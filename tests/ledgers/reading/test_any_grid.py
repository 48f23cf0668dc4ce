"""Whatever a sheet holds: every row is accounted for once, clean values come back equal, damaged ones are told."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from doudi.common.identifiers import check_digit, sample_id_number
from doudi.ledgers.reading import read_file
from tests.ledgers.reading import oracle
from tests.ledgers.reading.kinds_made import KINDS
from tests.ledgers.reading.sheets import accounts_for, grid, read, workbook

AS_OF = date(2026, 6, 30)
WORDS = st.sampled_from(
    ["姓名", "身份证号", "救助金额", "序号", "村", "合计", "小计：", "注：见附件", "填表人：某某", "单位：万元", "张伟", "李芳", "A类", "500", "1", "#REF!",
     "2023-01-09", "是", "供水点名称", "一、东村", "例", "（盖章）", "户主", "-", " ", "\u200b", "\ufffd", "9.9E+17", "共3人", "x" * 90]
)  # fmt: skip
ANY = st.one_of(st.none(), WORDS, st.text(max_size=8), st.integers(-5, 10**18), st.floats(allow_nan=False))


@settings(max_examples=150)
@given(
    st.lists(st.lists(ANY, min_size=1, max_size=6), max_size=12),
    st.lists(st.tuples(*[st.integers(0, 12)] * 4), max_size=3),
    st.sampled_from([None, "aid", "water"]),
    st.booleans(),
)
def test_any_grid_accounts_for_every_row(lines, spans, kind, hidden):
    merged = [
        (t, c, max(t, b), max(c, r)) for t, c, b, r in spans if max(t, b) < len(lines) and max(c, r) < 6
    ]
    one = grid(lines, merged=merged, hidden=hidden)
    reading = read_file(workbook(one), KINDS, kind=kind, as_of=AS_OF).sheets[0]
    accounts_for(reading, one.rows)
    refusing = {problem.row for problem in reading.problems if problem.refuses and problem.row}
    assert refusing <= set(reading.refused)


NAMES = st.lists(
    st.sampled_from("王李张刘陈杨黄赵周吴伟芳娜秀英敏静丽强磊军洋勇艳杰"), min_size=2, max_size=3
).map("".join)
BORN = st.dates(date(1930, 1, 1), date(2025, 12, 31))
DAYS = st.dates(date(1950, 1, 1), date(2026, 6, 30))


def spaced(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(
        [name, f" {name} ", " ".join(name) if len(name) == 2 else name, name[0] + "\u3000" + name[1:]]
    )


def written_day(day: date) -> st.SearchStrategy[object]:
    return st.sampled_from(
        [
            day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day.year}/{day.month:02d}/{day.day:02d}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日",
            (day - date(1899, 12, 30)).days, str((day - date(1899, 12, 30)).days), f"{day.isoformat()} 00:00:00", f"{day.year} 年 {day.month} 月 {day.day} 日",
        ]
    )  # fmt: skip


def written_sum(fen: int) -> st.SearchStrategy[object]:
    yuan = f"{fen // 100}.{fen % 100:02d}"
    wide = "".join(chr(ord(one) + 0xFEE0) for one in yuan)
    return st.sampled_from(
        [
            yuan,
            f"{fen // 100:,}.{fen % 100:02d}",
            f"{yuan}元",
            f"￥{yuan}",
            fen / 100,
            wide,
            f" {yuan} ",
            f"{yuan} 元",
        ]
    )


def written_id(number: str) -> st.SearchStrategy[str]:
    return st.sampled_from(
        [number, f" {number}", number.lower(), f"'{number}", f"{number[:6]} {number[6:14]} {number[14:]}"]
    )


@st.composite
def clean_rows(draw):
    rows, truth = [], []
    serials = draw(st.lists(st.integers(1, 999), min_size=2, max_size=8, unique=True))
    for serial in serials:
        born, name, since = draw(BORN), draw(NAMES), draw(DAYS)
        number = sample_id_number(born, serial)
        fen = draw(st.integers(0, 9_999_999))
        yes, grade = draw(st.booleans()), draw(st.sampled_from(["A类", "B类"]))
        sex = "男" if serial % 2 else "女"
        phone = f"13{draw(st.integers(0, 999_999_999)):09d}"
        rows.append(
            [
                draw(spaced(name)), draw(written_id(number)), draw(st.sampled_from([sex, sex + "性", f" {sex}"])), draw(written_day(born)),
                draw(st.sampled_from([phone, int(phone), f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"+86{phone}"])),
                draw(st.sampled_from([grade, grade[0], grade.lower(), f"{grade[0]} 类"])), draw(st.sampled_from(["是", "√", 1, "有"] if yes else ["否", "×", 0, "无"])),
                draw(written_sum(fen)), draw(written_day(since)),
            ]
        )  # fmt: skip
        truth.append(
            [name, number, "1" if serial % 2 else "2", born, phone, grade, "1" if yes else "0", fen, since]
        )
    return rows, truth


HEADER = [
    "姓名",
    "身份证号",
    "性别",
    "出生日期",
    "联系电话",
    "救助类别",
    "是否外出",
    "救助金额",
    "享受开始时间",
]
INSIDE = ["psn_name", "certno", "gend", "brdy", "tel", "grade", "away", "amt_fen", "begndate"]


@settings(max_examples=80)
@given(clean_rows())
def test_clean_values_in_any_spelling_come_back_equal_and_untold(made):
    rows, truth = made
    reading = read([HEADER, *rows], KINDS)
    assert reading.problems == ()
    got = [[row[name] for name in INSIDE] for row in reading.table.to_pylist()]
    assert got == truth


def damaged(column: int, number: str, value: object) -> st.SearchStrategy[tuple[object, str]]:
    """A cell spoilt in a way that leaves doubt, and how it must be told."""
    wrong_check = number[:17] + ("1" if check_digit(number[:17]) != "1" else "2")
    ways: dict[int, list[tuple[object, str]]] = {
        0: [("张*", "name_bad"), ("张3", "name_bad"), ("锟斤拷", "text_damaged"), ("#N/A", "error_cell")],
        1: [(wrong_check, "id_check"), (number[:17], "id_length"), (float(number[:17] + "0"), "id_lost"), (number[:5] + "X" + number[6:], "id_chars"), (number[:10] + "1340" + number[14:], "id_birth")],
        2: [("男女", "code_unknown"), ("女" if number[16] in "13579" else "男", "id_sex")],
        3: [("1999-02-30", "date_bad"), ("99.1.1", "date_bad"), ("2199-01-01", "date_out"), ("1931-01-01", "id_born")],
        4: [("1381234567", "phone_bad"), ("1.38E+10", "phone_bad")],
        5: [("C类", "code_unknown")],
        6: [("不清楚", "yesno_bad")],
        7: [("约五百", "money_bad"), ("1.234", "money_bad"), ("100001", "number_out"), ("#DIV/0!", "error_cell")],
        8: [("1/2/2023", "date_bad"), ("2023年", "date_bad"), ("2023.13.1", "date_bad")],
    }  # fmt: skip
    return st.sampled_from(ways[column])


@settings(max_examples=80)
@given(clean_rows(), st.data())
def test_a_damaged_cell_is_told_alone_and_its_row_stands(made, data):
    rows, truth = made
    row, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 8))
    cell, code = data.draw(damaged(column, truth[row][1], truth[row][column]))
    if code == "id_born" and truth[row][3] == date(1931, 1, 1):
        return
    rows[row][column] = cell
    reading = read([HEADER, *rows], KINDS)
    assert [(one.row, one.column, one.code) for one in reading.problems] == [(row + 2, column + 1, code)]
    got = [[line[name] for name in INSIDE] for line in reading.table.to_pylist()]
    truth[row][column] = None
    assert got == truth


PLAIN = st.lists(
    st.sampled_from(["person", "total", "blank", "note", "header", "serial", "nobody"]),
    min_size=1,
    max_size=25,
)


@settings(max_examples=100)
@given(PLAIN)
def test_rows_are_sorted_as_the_plainest_reading_sorts_them(shapes):
    lines = [["序号", "姓名", "身份证号", "救助金额"]]
    for i, shape in enumerate(["person", *shapes]):
        number = sample_id_number(date(1950, 1, 1) + timedelta(days=i), i)
        lines.append(
            {
                "person": [i, "张伟", number, 5], "total": [None, "合 计", None, 5 * i], "blank": [None] * 4, "note": ["注：以上属实。", None, None, None],
                "header": lines[0], "serial": [i, None, None, None], "nobody": [i, None, None, 5],
            }[shape]
        )  # fmt: skip
    reading = read(lines, KINDS, kind="aid")
    accepted, refused, left = oracle.sort_rows(lines)
    assert reading.table["__row"].to_pylist() == accepted
    assert list(reading.refused) == refused
    assert {one.row: one.what for one in reading.left_out} == left
