"""A page has every record in one row, in order, and every other row has a name, whatever stands between them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from doudi.sample.ledgers import spell
from doudi.sample.ledgers.cells import NUMBER, TEXT, Sheet
from doudi.sample.ledgers.likeness import SHAPE, SOUND, mistaken
from doudi.sample.ledgers.pages import Book, Laid, Page, laid
from doudi.sample.ledgers.write import write
from doudi.sample.names import CHARACTERS, SURNAMES

GROUPS = st.lists(st.integers(1, 4), max_size=8)
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="￾￿"), min_size=1, max_size=12
)


def _sheet(groups: list[int]) -> Sheet:
    n = sum(groups)
    sheet = Sheet("dibao", np.arange(n), np.arange(n))
    sheet.add(
        "town",
        ("地址", "乡镇"),
        pa.array([f"镇{k}" for k, many in enumerate(groups) for _ in range(many)], pa.string()),
    )
    sheet.add("psn_name", ("人员", "姓名"), pa.array([f"人{k}" for k in range(n)], pa.string()))
    sheet.add("month_amt", "金额", spell.yuan(np.arange(n) * 150), spell.numbers(np.arange(n) * 150), NUMBER)
    return sheet


@given(
    groups=GROUPS,
    each=st.booleans(),
    pages=st.integers(0, 5),
    total=st.booleans(),
    title=st.booleans(),
    notes=st.integers(0, 3),
)
def test_every_record_stands_once_in_order_and_every_other_row_has_a_name(
    groups: list[int], each: bool, pages: int, total: bool, title: bool, notes: int
) -> None:
    page = Page(
        "一", _sheet(groups), "名册" if title else "", ("单位：元",) if title else (), ("month_amt",),
        "town" if each else "", "合计" if total else "", pages, ("", "注：无", "填表人：")[:notes],
    )  # fmt: skip
    out = laid(page)
    assert (np.diff(out.rows) > 0).all()
    others = [row for row, _ in out.left_out]
    assert sorted([*out.rows.tolist(), *others]) == list(range(1, out.height + 1))
    assert [out.cells[1][row - 1] for row in out.rows] == page.sheet.fields["psn_name"].written.to_pylist()
    assert sum(what == "小计" for _, what in out.left_out) == (len(groups) if each else 0)
    if total:
        at = next(row for row, what in out.left_out if what == "合计")
        assert float(out.cells[2][at - 1]) == sum(range(sum(groups))) * 1.5


@given(
    rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6),
    format_=st.sampled_from(["xlsx", "xls", "ods"]),
)
def test_any_text_comes_back_from_a_workbook(
    rows: list[tuple[str, str]], format_: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("write") / f"a.{format_}"
    cells = [np.array([row[c] for row in rows], object) for c in range(2)]
    how = [np.full(len(rows), TEXT, np.uint8) for _ in range(2)]
    sheet = Laid(cells, how, np.arange(1, len(rows) + 1), (), [])
    write(Book(path.name, "dibao", format_, "", ()), [("表", sheet)], path)
    found = CalamineWorkbook.from_path(path).get_sheet_by_name("表").to_python(skip_empty_area=False)
    if format_ == "ods":  # an OpenDocument reader folds spaces
        assert [["".join(str(one).split()) for one in row] for row in found] == [
            ["".join(one.split()) for one in row] for row in rows
        ]
    else:
        assert [[str(one) for one in row] for row in found] == [list(row) for row in rows]


def test_a_workbook_has_the_same_bytes_twice_and_opens_elsewhere(tmp_path: Path) -> None:
    page = Page("一", _sheet([2, 3]), "名册", ("单位：元",), ("month_amt",), total="合计")
    for name in ("a.xlsx", "b.xlsx"):
        write(
            Book(name, "dibao", "xlsx", "", (page,), others=(("说明", ("第一行",)),)),
            [("一", laid(page))],
            tmp_path / name,
        )
    data = (tmp_path / "a.xlsx").read_bytes()
    assert data == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["一", "说明"]
    assert book["一"]["C5"].value == 0
    assert book["一"]["A1"].font.bold


@given(
    st.sampled_from(SURNAMES),
    st.lists(st.sampled_from(CHARACTERS), min_size=1, max_size=2),
    st.integers(0, 7),
)
def test_a_mistaken_name_differs_in_one_character(surname: str, given_name: list[str], turn: int) -> None:
    name = surname + "".join(given_name)
    for table in (SOUND, SHAPE):
        other = mistaken(name, table, turn)
        assert len(other) == len(name)
        assert sum(a != b for a, b in zip(name, other, strict=True)) == (any(one in table for one in name))


def test_sums_and_days_are_spelt_exactly() -> None:
    fen = np.array([0, 5, 178_695, -40_000, 100])
    assert spell.yuan(fen).to_pylist() == ["0.00", "0.05", "1786.95", "-400.00", "1.00"]
    assert spell.wan(np.array([40_000, 5])).to_pylist() == ["0.040000", "0.000005"]
    assert spell.separated("1786.95") == "1,786.95"
    day = np.array([19_366])
    styles = {
        "iso": "2023-01-09",
        "dots": "2023.1.9",
        "cn": "2023年1月9日",
        "compact": "20230109",
        "serial": "44935",
        "slash": "2023/1/9",
        "month": "202301",
    }
    assert {style: spell.days(day, style)[0].as_py() for style in styles} == styles
