"""The workbook that comes back is the sender's own, with what is wrong beside it; and it is known when it returns."""

from __future__ import annotations

import csv
import io
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from doudi.common.errors import InputFault
from doudi.ledgers.importers import Workbook, workbook_of
from doudi.ledgers.returning import Marker, fresh_workbook, marker_of, return_workbook, stripped
from doudi.ledgers.returning.marks import LIST
from tests.ledgers.importers.files_made import GOOD, as_csv, as_openpyxl, as_xlsxwriter, parts_of, with_parts
from tests.ledgers.returning.readings import ADVICE, SAID, reading_of

RED = "FFFFC7CE"


def _returned(data: bytes, folder: Path, bad: list[tuple[int, int]], **how: object) -> tuple[Workbook, bytes]:
    workbook = workbook_of(data, "台账")
    out = folder / "back.xlsx"
    return_workbook(data, reading_of(workbook, bad, **how), out)  # type: ignore[arg-type]
    return workbook, out.read_bytes()


def _same_cells(a: Workbook, b: Workbook) -> bool:
    return [(one.name, one.hidden, one.merged) for one in a.sheets] == [
        (one.name, one.hidden, one.merged) for one in b.sheets
    ] and all(
        x.equals(y) and (k == m).all()
        for one, other in zip(a.sheets, b.sheets, strict=True)
        for x, y, k, m in zip(one.cells, other.cells, one.kinds, other.kinds, strict=True)
    )


def _styled() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(as_openpyxl()))
    sheet = book.worksheets[0]
    sheet["B3"].font, sheet["B3"].fill = Font(bold=True), PatternFill("solid", fgColor="FF00FF00")
    sheet["B3"].comment = Comment("原来的批注", "某人")
    sheet.column_dimensions["A"].width = 33
    sheet.freeze_panes = "A3"
    sheet["H2"].fill = PatternFill("solid", fgColor="FF0000FF")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_everything_else_of_an_xlsx_stays_byte_for_byte(tmp_path: Path) -> None:
    data = with_parts(
        as_xlsxwriter(), **{"xl__media__image1.png": b"\x89PNG", "xl__calcChain.xml": b"<calcChain/>"}
    )
    _, back = _returned(data, tmp_path, [(3, 1)])
    before, after = parts_of(data), parts_of(back)
    touched = {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    }
    assert {part for part in before if before[part] != after[part]} == touched


def test_sheets_order_styles_widths_and_formulas_are_the_senders(tmp_path: Path) -> None:
    _, back = _returned(_styled(), tmp_path, [(4, 2)])
    book = openpyxl.load_workbook(io.BytesIO(back))
    sheet = book.worksheets[0]
    assert book.sheetnames == ["台账", "代码", LIST]
    assert [one.sheet_state for one in book.worksheets] == ["visible", "hidden", "visible"]
    assert sheet["G3"].value == "=SUM(D3:D5)"
    assert (sheet["B3"].font.b, sheet["B3"].fill.fgColor.rgb) == (True, "FF00FF00")
    assert sheet.column_dimensions["A"].width == 33
    assert sheet.freeze_panes == "A3"
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:E1"]


def test_a_bad_cell_keeps_its_style_and_gets_a_fill_and_a_comment(tmp_path: Path) -> None:
    _, back = _returned(_styled(), tmp_path, [(3, 2), (4, 2), (5, 6)])
    sheet = openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]
    assert (sheet["B3"].font.b, sheet["B3"].fill.fgColor.rgb) == (True, RED)
    assert sheet["B4"].fill.fgColor.rgb == RED
    assert sheet["F5"].fill.fgColor.rgb == RED
    assert sheet["B5"].fill.fgColor.rgb != RED
    assert "原来的批注" in sheet["B3"].comment.text
    assert SAID in sheet["B3"].comment.text
    assert SAID in sheet["B4"].comment.text


def test_reason_and_suggestion_stand_at_the_right_end_and_row_numbers_hidden(tmp_path: Path) -> None:
    _, back = _returned(as_openpyxl(), tmp_path, [(3, 2)], refused=(5,))
    sheet = openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]
    assert [sheet.cell(2, column).value for column in (8, 9)] == ["问题", "建议"]
    assert [sheet.cell(3, column).value for column in (8, 9, 10)] == [f"第2列：{SAID}", ADVICE, 3]
    assert [sheet.cell(4, column).value for column in (8, 9, 10)] == [None, None, 4]
    assert sheet.cell(5, 8).value == "此行不能采用"
    assert sheet.column_dimensions["J"].hidden
    assert sheet["H2"].fill.fgColor.rgb != "FF0000FF"


def test_the_last_sheet_lists_what_was_found(tmp_path: Path) -> None:
    _, back = _returned(as_openpyxl(), tmp_path, [(3, 2), (4, 2)])
    rows = list(openpyxl.load_workbook(io.BytesIO(back))[LIST].iter_rows(values_only=True))
    assert rows[1][:7] == ("台账", "样例台账", "5", "3", "0", "1", "2")
    assert ("台账", "3", "第2列", "=1+1", SAID, ADVICE) in [row[:6] for row in rows]


@pytest.mark.parametrize("name", GOOD)
def test_what_comes_back_holds_the_cells_that_were_sent(name: str, tmp_path: Path) -> None:
    workbook, back = _returned(GOOD[name](), tmp_path, [(3, 1), (4, 2), (4, 3)])
    again = workbook_of(back, "台账")
    assert again.format == "xlsx"
    if name in ("openpyxl", "xlsxwriter"):
        assert _same_cells(workbook, stripped(again))
    else:
        shown = [[cells.to_pylist() for cells in one.cells] for one in stripped(again).sheets]
        assert shown == [[cells.to_pylist() for cells in one.cells] for one in workbook.sheets]


@pytest.mark.parametrize("name", GOOD)
def test_a_returned_workbook_is_known_and_each_row_is_the_one_it_was(name: str, tmp_path: Path) -> None:
    workbook, back = _returned(GOOD[name](), tmp_path, [(3, 1)])
    again = workbook_of(back, "台账")
    marker = marker_of(again)
    assert marker is not None
    assert marker.sha256 == workbook.sha256
    assert marker.rows[again.sheets[0].name, 4] == (workbook.sheets[0].name, 4)
    assert marker_of(workbook) is None
    assert stripped(workbook) is workbook


def test_rows_that_were_sorted_or_left_out_are_still_known(tmp_path: Path) -> None:
    _, back = _returned(as_openpyxl(), tmp_path, [(3, 2)])
    book = openpyxl.load_workbook(io.BytesIO(back))
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet["A3:J5"]]
    for at, row in enumerate([rows[2], rows[0]], 3):
        for column, value in enumerate(row, 1):
            sheet.cell(at, column, value)
    sheet.delete_rows(5)
    sheet.append(["样新"])
    out = io.BytesIO()
    book.save(out)
    marker = marker_of(workbook_of(out.getvalue(), "台账"))
    assert marker is not None
    assert marker.rows == {("台账", 3): ("台账", 5), ("台账", 4): ("台账", 3)}


def test_saved_as_csv_it_is_still_known(tmp_path: Path) -> None:
    workbook, back = _returned(as_openpyxl(), tmp_path, [(3, 2)])
    text = io.StringIO()
    csv.writer(text).writerows(
        openpyxl.load_workbook(io.BytesIO(back)).worksheets[0].iter_rows(values_only=True)
    )
    again = workbook_of(text.getvalue().encode("gb18030"), "台账.csv")
    marker = marker_of(again)
    assert marker is not None
    assert marker == Marker(workbook.sha256, {("", row): ("台账", row) for row in (3, 4, 5)})
    assert len(stripped(again).sheets[0].cells) == 7  # what the formula said is text in a CSV


def test_a_workbook_returned_twice_has_its_columns_once(tmp_path: Path) -> None:
    _, once = _returned(as_openpyxl(), tmp_path, [(3, 2)])
    mended = stripped(workbook_of(once, "台账"))
    return_workbook(once, reading_of(mended, [(4, 1)]), tmp_path / "twice.xlsx")
    again = workbook_of((tmp_path / "twice.xlsx").read_bytes(), "台账")
    assert [one.name for one in again.sheets] == ["台账", "代码", LIST]
    assert again.sheets[0].cells[7].to_pylist() == [None, "问题", None, f"第1列：{SAID}", None]
    marker = marker_of(again)
    assert marker is not None
    assert marker.sha256 == mended.sha256


@pytest.mark.parametrize("armed", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "=1+1"])
def test_nothing_that_is_handed_out_can_start_a_formula(armed: str, tmp_path: Path) -> None:
    data = f'标题,,\n姓名,备注\n样一,"{armed}"\n'.encode()
    _, back = _returned(data, tmp_path, [(3, 2)], value=armed)
    assert not any(
        b"<f" in xml.replace(b"<fill", b"").replace(b"<font", b"")
        for part, xml in parts_of(back).items()
        if "sheets/" in part
    )
    cell = openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]["B3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (armed, "s", True)


def test_a_sheet_written_by_another_library_is_edited_too(tmp_path: Path) -> None:
    """Every element under a prefix, cells without places, columns that reach to the end."""
    space = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rows = "".join(
        f"<x:row><x:c><x:v>{i}</x:v></x:c><x:c t='inlineStr'><x:is><x:t>样{i}</x:t></x:is></x:c></x:row>"
        for i in range(1, 6)
    )
    xml = f'<?xml version="1.0"?><x:worksheet {space}><x:cols><x:col min="1" max="16384" width="9"/></x:cols><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    data = with_parts(as_xlsxwriter(1), **{"xl__worksheets__sheet1.xml": xml.encode()})
    workbook, back = _returned(data, tmp_path, [(3, 2), (4, 1), (5, 3)])
    assert _same_cells(workbook, stripped(workbook_of(back, "台账")))
    sheet = openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]
    assert sheet["B3"].fill.fgColor.rgb == RED
    assert sheet["C3"].value == f"第2列：{SAID}"


def test_another_original_than_the_one_that_was_read_is_refused(tmp_path: Path) -> None:
    reading = reading_of(workbook_of(as_csv(), "台账"))
    with pytest.raises(InputFault, match="原件"):
        return_workbook(as_openpyxl(), reading, tmp_path / "a.xlsx")


@given(
    cells=st.lists(
        st.lists(st.one_of(st.text(max_size=6), st.integers(-9999, 9999), st.none()), min_size=3, max_size=3),
        min_size=3,
        max_size=12,
    ),
    bad=st.sets(st.tuples(st.integers(1, 12), st.integers(1, 4)), max_size=8),
)
def test_whatever_is_marked_the_cells_stay(
    cells: list[list[object]], bad: set[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "证号", "村"])
    for at, row in enumerate(cells, 1):
        sheet.write_row(at, 0, row)
    book.close()
    data = out.getvalue()
    workbook, back = _returned(data, tmp_path_factory.mktemp("returned"), sorted(bad), header=1)
    assert _same_cells(workbook, stripped(workbook_of(back, "台账")))
    for part, content in parts_of(back).items():
        if part.endswith((".xml", ".rels", ".vml")):
            etree.fromstring(content)
    openpyxl.load_workbook(io.BytesIO(back))


ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]


def _everything() -> bytes:
    """A sheet with most of what a sheet can have."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, red = book.add_worksheet("台账"), book.add_format({"bg_color": "red"})
    sheet.write_row(1, 0, ["姓名", "证号", "金额"])
    for row in range(2, 9):
        sheet.write_row(row, 0, [f"样{row}", f"990101{row}", row])
    sheet.merge_range("A1:C1", "某县台账")
    sheet.set_column(0, 40, 12)
    sheet.conditional_format("C3:C9", {"type": "data_bar"})
    sheet.conditional_format("C3:C9", {"type": "cell", "criteria": ">", "value": 3, "format": red})
    sheet.data_validation("B3:B9", {"validate": "length", "criteria": "==", "value": 18})
    sheet.write_comment("A3", "原来的批注", {"author": "某人"})
    sheet.add_table("E2:F5", {"columns": [{"header": "甲"}, {"header": "乙"}]})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=台账!$C$3:$C$9"})
    sheet.insert_chart("H2", chart)
    sheet.set_header("&C样例")
    sheet.freeze_panes(2, 0)
    sheet.protect()
    book.close()
    return out.getvalue()


def test_a_sheet_with_everything_on_it_keeps_it_in_the_order_of_the_standard(tmp_path: Path) -> None:
    data = _everything()
    _, back = _returned(data, tmp_path, [(3, 1), (4, 2)])
    before, after = parts_of(data), parts_of(back)
    sheets = [etree.fromstring(parts["xl/worksheets/sheet1.xml"]) for parts in (before, after)]
    names = [[etree.QName(one).localname for one in sheet if isinstance(one.tag, str)] for sheet in sheets]
    assert set(names[0]) - {"dimension"} <= set(names[1])
    assert names[1] == sorted(names[1], key=ORDER.index)
    bounds = [(int(col.get("min", 0)), int(col.get("max", 0))) for col in sheets[1].iter("{*}col")]
    assert all(low <= high < following for (low, high), (following, _) in pairwise(bounds))
    assert before["xl/charts/chart1.xml"] == after["xl/charts/chart1.xml"]
    assert before["xl/tables/table1.xml"] == after["xl/tables/table1.xml"]
    sheet = openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]
    assert "原来的批注" in sheet["A3"].comment.text
    assert SAID in sheet["A3"].comment.text
    assert SAID in sheet["B4"].comment.text


def test_of_a_very_long_text_file_only_the_rows_to_mend_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh_workbook, "MOST_ROWS", 5)
    monkeypatch.setattr(fresh_workbook, "_MANY", 5)
    lines = ["标题", "姓名,证号", *(f"样{i},990101{i}" for i in range(3, 40))]
    _, back = _returned("\n".join(lines).encode("gb18030"), tmp_path, [(7, 2), (30, 1)])
    book = workbook_of(back, "台账")
    marker = marker_of(book)
    assert marker is not None
    assert stripped(book).sheets[0].cells[0].to_pylist() == ["标题", "姓名", "样7", "样30"]
    assert marker.rows == {("数据", 3): ("", 7), ("数据", 4): ("", 30)}
    sheet = openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]
    assert (sheet["B3"].fill.fgColor.rgb, sheet.column_dimensions["E"].hidden) == (RED, True)
    assert SAID in sheet["A4"].comment.text
