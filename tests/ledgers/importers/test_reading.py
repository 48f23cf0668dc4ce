"""Every format gives the same cells; what a file is, is told from its bytes; places are those of the sheet."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from doudi.common.errors import InputFault
from doudi.ledgers.importers import Grid, Limits, Range, read_workbook, workbook_of
from doudi.ledgers.importers.grid import BOOL, DATE, EMPTY, ERROR, NUMBER, TEXT
from tests.ledgers.importers.files_made import (
    GOOD,
    HEADER,
    as_ods,
    as_openpyxl,
    as_xls,
    as_xml2003,
    csv_text,
    html_text,
    ods_of,
    ods_text,
)

NAMES = ["样一", "样二", "样三"]


def _below(grid: Grid, column: int, header: int) -> list[str | None]:
    return [None if cell is None else str(cell).strip() for cell in grid.cells[column].to_pylist()[header:]]


def _rows(data: bytes) -> Grid:
    return workbook_of(data, "样例").sheets[0]


@pytest.mark.parametrize(
    ("make", "form"), [(as_openpyxl, "xlsx"), (as_xls, "xls"), (as_ods, "ods"), (as_xml2003, "xml")]
)
def test_a_workbook_gives_its_cells_with_what_they_were(make, form: str) -> None:  # type: ignore[no-untyped-def]
    book = workbook_of(make(), "台账.dat")
    assert (book.format, [one.name for one in book.sheets], [one.hidden for one in book.sheets]) == (
        form,
        ["台账", "代码"],
        [False, True],
    )
    grid = book.sheets[0]
    assert [cells[1].as_py() for cells in grid.cells[:5]] == list(HEADER)
    assert _below(grid, 0, 2)[:3] == NAMES
    assert _below(grid, 1, 2)[:3] == ["990101198001011234", "990101199002021235", "99010120010303123X"]
    assert _below(grid, 2, 2)[:3] == ["1980-01-01", "1990-02-02", "2001-03-03"]
    assert _below(grid, 3, 2)[:3] == ["380", "1234.5", "0.1"]
    assert _below(grid, 4, 2)[:3] == ["TRUE", "FALSE", "TRUE"]
    assert [int(kinds[3]) for kinds in grid.kinds[:5]] == [TEXT, TEXT, DATE, NUMBER, BOOL]
    assert [int(kinds[0]) for kinds in grid.kinds[:5]] == [TEXT, EMPTY, EMPTY, EMPTY, EMPTY]
    assert grid.merged == (Range(0, 0, 0, 4),)
    assert (grid.first_row, grid.first_column) == (1, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_file_is_read_in_any_usual_encoding(encoding: str) -> None:
    book = workbook_of(csv_text().encode(encoding), "台账.xlsx")
    assert book.format == "csv"
    assert book.encoding.startswith(
        {"utf-8-sig": "UTF-8", "utf-16": "UTF-16"}.get(
            encoding, encoding.upper().replace("UTF-16-", "UTF-16")
        )
    )
    grid = book.sheets[0]
    assert _below(grid, 0, 0) == ["某县参保台账", "姓名", *NAMES, "合计"]
    assert grid.cells[4][1].as_py() == "是否\n参保"
    assert _below(grid, 3, 2) == ["380.00", "1,234.50", "0.10", None]


def test_big5_is_told_from_gb18030() -> None:
    text = "姓名,證號,備註\n" + "樣一,990101,無工作收入\n樣二,990102,東鎮人民政府\n" * 3
    book = workbook_of(text.encode("big5"), "台賬.csv")
    assert book.encoding == "Big5"
    assert book.sheets[0].cells[2][2].as_py() == "東鎮人民政府"


def test_text_that_is_damaged_is_read_and_said_to_be_so() -> None:
    data = csv_text().encode().replace("样二".encode(), b"\xe6\xa0\xb7\xe4\xba")
    book = workbook_of(data, "台账.csv")
    assert book.notices
    assert "损坏" in book.notices[0]
    assert _below(book.sheets[0], 0, 2) == ["样一", "样\ufffd", "样三", "合计"]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|", "，", "、"])
def test_any_usual_separator_is_found(separator: str) -> None:
    lines = [["姓名", "证号", "村", "备注"], ["样一", "990101", "东村", ""], ["样二", "990102", "西村", "好"]]
    grid = _rows("\n".join(separator.join(line) for line in lines).encode())
    assert [cells.to_pylist() for cells in grid.cells] == [
        ["姓名", "样一", "样二"],
        ["证号", "990101", "990102"],
        ["村", "东村", "西村"],
        ["备注", None, "好"],
    ]


def test_a_comma_is_the_separator_though_remarks_hold_others() -> None:
    grid = _rows("姓名,备注,额\n样一,老人；病、残，困难,3\n样二,孤儿；学、困，难,4\n".encode())
    assert grid.cells[1].to_pylist() == ["备注", "老人；病、残，困难", "孤儿；学、困，难"]


def test_a_comma_in_every_address_is_not_the_separator() -> None:
    grid = _rows("姓名\t住址\t额\n样一\t东镇,东村\t3\n样二\t西镇,西村\t4\n样三\t南镇,南村\t4\n".encode())
    assert grid.cells[1].to_pylist() == ["住址", "东镇,东村", "西镇,西村", "南镇,南村"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "big5"])
def test_a_long_text_is_brought_to_utf8_piece_by_piece(encoding: str) -> None:
    lines = [f"姓名{i},東村" for i in range(400_000)]
    grid = _rows("\n".join(["標題,村", *lines]).encode(encoding))
    assert grid.rows == 400_001
    assert (grid.cells[0][-1].as_py(), grid.cells[1][-1].as_py()) == ("姓名399999", "東村")


def test_a_field_kept_from_becoming_a_number_says_its_digits() -> None:
    grid = _rows('姓名,证号\n样一,="0123"\n样二,"=""0456"""\n'.encode())
    assert grid.cells[1].to_pylist() == ["证号", "0123", "0456"]


def test_rows_of_any_length_stay_where_they_were() -> None:
    grid = _rows("标题\n姓名,证号,村\n样一,1,东\n\n样二,2\n样三,3,西,多,余\n合计\n".encode())
    assert grid.cells[0].to_pylist() == ["标题", "姓名", "样一", None, "样二", "样三", "合计"]
    assert grid.cells[4].to_pylist() == [None, None, None, None, None, "余", None]


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file() -> None:
    lines = ["姓名,村", *(f"样{i},东村" for i in range(30_000))]
    lines[4] = '样4,"东村'
    book = workbook_of("\n".join(lines).encode(), "台账.csv")
    assert book.sheets[0].rows == 30_001
    assert "引号" in book.notices[0]


def test_blank_rows_and_columns_at_the_end_are_cut() -> None:
    grid = _rows("姓名,村,,\n样一,东,,\n,,,\n,,,\n".encode())
    assert (grid.rows, len(grid.cells)) == (2, 2)


def test_a_web_page_named_xls_gives_its_table_with_merged_cells() -> None:
    book = workbook_of(html_text().encode("gb18030"), "参保.xls")
    grid = book.sheets[0]
    assert (book.format, book.encoding) == ("html", "GB18030")
    assert grid.merged == (Range(0, 0, 0, 4), Range(1, 0, 2, 0), Range(1, 1, 2, 1), Range(1, 2, 1, 4))
    assert [cells[2].as_py() for cells in grid.cells] == [None, None, "出生日期", "缴费\n金额", "是否参保"]
    assert _below(grid, 0, 3) == NAMES


def test_a_sheet_that_begins_lower_down_says_where() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["C5"] = "姓名"
    book.active["D6"] = "样一"
    book.active.merge_cells("C5:D5")
    grid = _rows(_saved(book))
    assert (grid.first_row, grid.first_column, grid.rows) == (5, 3, 2)
    assert grid.merged == (Range(0, 0, 0, 1),)


def test_numbers_come_as_the_shortest_digits_that_give_them_back() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    numbers = [
        44927,
        3.7012319850101e17,
        990101198501011000,
        0.1,
        1e-7,
        -3,
        0.00012,
        1e22,
    ]
    for row, number in enumerate(numbers, 1):
        book.active.cell(row, 1, number)
    assert _rows(_saved(book)).cells[0].to_pylist() == [
        "44927",
        "370123198501010000",
        "990101198501011000",
        "0.1",
        "0.0000001",
        "-3",
        "0.00012",
        "1E+22",
    ]


def test_a_cell_whose_formula_failed_is_an_error_and_not_empty() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台 & 账"
    sheet["A1"], sheet["B3"], sheet["AB2"] = "姓名", "#N/A", "#REF!"
    grid = _rows(_saved(book))
    assert (grid.cells[1][2].as_py(), int(grid.kinds[1][2])) == ("#N/A", ERROR)
    assert (grid.cells[27][1].as_py(), int(grid.kinds[27][1])) == ("#REF!", ERROR)
    old = workbook_of(as_xls(), "台账.xls").sheets[0]
    assert (old.cells[6][4].as_py(), int(old.kinds[6][4])) == ("#N/A", ERROR)
    cell = '<table:table-cell calcext:value-type="error" office:value-type="string"><text:p>#N/A</text:p></table:table-cell>'
    xml = _rows(as_xml2003())
    assert (xml.cells[6][7].as_py(), int(xml.kinds[6][7]), xml.rows) == ("#N/A", ERROR, 8)
    ods = _rows(
        ods_of(
            f'<table:table table:name="a"><table:table-row>{ods_text("x")}{cell}</table:table-row></table:table>'
        )
    )
    assert (ods.cells[1][0].as_py(), int(ods.kinds[1][0])) == ("#N/A", ERROR)


def test_a_formula_gives_what_it_last_showed_and_is_not_run() -> None:
    grid = _rows(as_openpyxl())
    assert all("SUM" not in str(cell) for cells in grid.cells for cell in cells.to_pylist())


@pytest.mark.parametrize("name", GOOD)
def test_the_name_of_a_file_says_nothing(name: str, tmp_path: Path) -> None:
    for ending in (".xlsx", ".xls", ".csv", ".et", ".txt", ""):
        path = tmp_path / f"a{ending}"
        path.write_bytes(GOOD[name]())
        assert read_workbook(path).sheets[0].rows > 3


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="打不开"):
        read_workbook(tmp_path / "没有.xlsx")


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(InputFault, match="至多 2 行"):
        workbook_of(csv_text().encode(), "a.csv", limits=Limits(rows=2))


def _saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
