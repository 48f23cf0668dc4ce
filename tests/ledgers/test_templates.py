"""The blank workbook of every kind: it reads back as that kind, filled in or not, in its words or another header."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from doudi.common.identifiers import sample_id_number
from doudi.ledgers.importers.workbook import read_workbook
from doudi.ledgers.reading.file import read_file
from doudi.ledgers.reading.result import SheetReading
from doudi.ledgers.templates import GUIDE, LISTS, choices, header, holds, template
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind
from doudi.policy.ledgers.load import kinds
from tests.policy.ledgers.declared import changed, kind_of

KINDS = kinds()
DAY = dt.date(2026, 6, 30)
BORN = dt.date(1985, 3, 7)
PERSON = {"certno": sample_id_number(BORN, 11), "gend": "男", "brdy": BORN.isoformat(), "age": "41"}


@pytest.fixture(params=sorted(KINDS), name="kind")
def _kind(request: pytest.FixtureRequest) -> LedgerKind:
    return KINDS[request.param]


def opened(kind: LedgerKind) -> openpyxl.Workbook:
    """The template as a spreadsheet program would open it."""
    return openpyxl.load_workbook(io.BytesIO(template(kind)))


def first(book: openpyxl.Workbook) -> Worksheet:
    """Its sheet to fill in."""
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def read(path: Path, kind: LedgerKind | None = None) -> SheetReading:
    """The first sheet of a file as read back; the kind is recognised unless it is given."""
    return read_file(read_workbook(path), KINDS, as_of=DAY, kind=kind).sheets[0]


def test_a_blank_template_reads_back_as_its_kind_without_a_problem(kind: LedgerKind, tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    path.write_bytes(template(kind))
    reading = read_file(read_workbook(path), KINDS, as_of=DAY)
    sheet = reading.sheets[0]
    assert sheet.kind == kind
    assert [mapped.name for mapped in sheet.mapping] == [column.name for column in kind]
    assert {mapped.how for mapped in sheet.mapping} == {"exact"}
    assert (sheet.missing, sheet.doubt, sheet.accepted) == ((), "表头下面没有数据", 0)
    assert [one for every in reading.sheets for one in every.problems] == []


def sensible(column: LedgerColumn) -> str:
    """A cell that a clerk could write in a column."""
    if found := PERSON.get(column.name):
        return found
    by_role = {
        "idcard": PERSON["certno"],
        "name": "样小川",
        "phone": "13800000000",
        "account": "6222000000000000",
        "year": "2026",
        "month": "202605",
        "household": "99010100001",
        "many": column.values[0] if column.values else "",
    }
    if column.role in by_role:
        return by_role[column.role]
    if offered := choices(column):
        return offered[0]
    least = (column.least or 0) // (100 if column.column.kind == "money" else 1)
    by_type = {
        "date": "2026-05-01",
        "money": str(max(least, 12)),
        "count": str(max(least, 3)),
        "number": str(max(least, 2)),
    }
    return by_type.get(column.column.kind, "甲")


def test_a_template_filled_in_is_accepted_whole(kind: LedgerKind, tmp_path: Path) -> None:
    book = opened(kind)
    sheet = first(book)
    for at, column in enumerate(kind, start=1):
        sheet.cell(2, at).value = sensible(column)
    book.save(tmp_path / "filled.xlsx")
    reading = read(tmp_path / "filled.xlsx")
    assert [(one.header, one.code, one.problem) for one in reading.problems] == []
    assert (reading.kind, reading.rows_in, reading.accepted) == (kind, 2, 1)
    empty = [column.name for column in kind if reading.table[column.column.inside][0].as_py() is None]
    assert empty == []


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
def test_any_known_header_is_taken_for_its_column(data: st.DataObject, tmp_path: Path) -> None:
    kind = KINDS[data.draw(st.sampled_from(sorted(KINDS)))]
    column = data.draw(st.sampled_from(kind.columns))
    book = opened(kind)
    at = kind.columns.index(column) + 1
    first(book).cell(1, at).value = data.draw(st.sampled_from(column.texts))
    path = tmp_path / f"{kind.name}.xlsx"
    book.save(path)
    assert read(path, kind).mapping[at - 1].name == column.name


def test_the_same_kind_gives_the_same_bytes(kind: LedgerKind) -> None:
    assert template(kind) == template(kind)


def drop_downs(kind: LedgerKind) -> Mapping[str, str | None]:
    """What the drop-downs of a template offer, and how they insist."""
    rules = first(opened(kind)).data_validations.dataValidation
    return {str(rule.formula1): rule.errorStyle for rule in rules}


def test_a_column_of_values_has_a_drop_down_and_only_a_complete_list_insists() -> None:
    offered = drop_downs(KINDS["disability"])
    assert offered['"视力,听力,言语,肢体,智力,精神,多重"'] in (None, "stop")
    assert offered['"有效,注销,过期,冻结"'] == "information"
    assert drop_downs(KINDS["premium_payments"])['"是,否"'] in (None, "stop")


def test_a_list_too_long_for_a_drop_down_stands_on_a_hidden_sheet() -> None:
    values = [f"第{number}类贷款用途" for number in range(40)]
    kind = kind_of(
        changed("zh: 到期日期,", f"values: [{', '.join(values)}], zh: 用途,")
        .replace("role: month", "complete: false")
        .replace("until: due_on\n", "")
    )
    lists = opened(kind)[LISTS]
    assert lists.sheet_state == "hidden"
    assert [cell.value for cell in lists["A"]] == values
    assert drop_downs(kind)[f"{LISTS}!$A$1:$A$40"] == "information"


def test_numbers_that_are_names_and_months_are_text() -> None:
    kind = KINDS["national_members"]
    sheet = first(opened(kind))
    wanted = {
        "certno": "@",
        "tel": "@",
        "hh_no": "@",
        "risk_found": "@",
        "brdy": "yyyy-mm-dd",
        "net_income_pc": "0.00",
    }
    for name, told in wanted.items():
        at = kind.columns.index(kind[name]) + 1
        spans = sheet.column_dimensions.values()
        assert [span.number_format for span in spans if (span.min or 0) <= at <= (span.max or 0)] == [told], (
            name
        )


def test_what_is_required_is_coloured_and_every_header_explained() -> None:
    kind = KINDS["premium_payments"]
    cells = first(opened(kind))[1]
    assert {cell.fill.fgColor.rgb for cell, column in zip(cells, kind, strict=True) if column.required} == {
        "FFFCE4D6"
    }
    assert all(cell.comment for cell in cells)


def test_the_guide_says_what_may_stand_and_what_else_a_header_may_be() -> None:
    guide = opened(KINDS["dibao"])[GUIDE]
    lines = [str(row[0].value) for row in guide.iter_rows()]
    assert lines[0] == "本表为“低保对象”台账样表，由县民政局填报。一行一条记录，不留空行，不写合计。"
    assert any(
        line.startswith("说明：保障金额（元）——金额（元），至多两位小数，0 至 100000。 也作：户月保障金额、")
        for line in lines
    )


@pytest.mark.parametrize(
    ("kind", "column", "told", "shown"),
    [
        ("dibao", "dibao_class", "A类、B类、C类、D类；也可填别的", "低保类别"),
        ("dibao", "month_amt", "金额（元），至多两位小数，0 至 100000", "保障金额（元）"),
        ("premium_payments", "pay_amt", "金额（元），至多两位小数，-100000 至 100000", "缴费金额（元）"),
        ("premium_payments", "refund_flag", "是 或 否", "退费标志"),
        ("national_members", "health", "可填几项，用逗号隔开：健康、长期慢性病、患有大病、残疾", "健康状况"),
        ("national_members", "work_months", "整数，0 至 12", "务工时间（月）"),
        ("national_members", "risk_found", "年月，如 202606", "风险识别时间"),
        ("national_households", "arable", "数，至多 2 位小数，0 至 100000", "耕地面积（亩）"),
        ("water_points", "capacity", "数，至多 2 位小数，0 至 100000000", "供水能力（立方米/日）"),
        ("uninsured", "insu_year", "四位年份，如 2026", "未参保年度"),
    ],
)
def test_a_column_is_told_in_a_sentence(kind: str, column: str, told: str, shown: str) -> None:
    assert holds(KINDS[kind][column]) == told
    assert header(KINDS[kind][column]) == shown


def test_a_unit_that_no_reader_takes_off_a_header_is_not_put_there() -> None:
    assert header(kind_of(changed('unit: "%"', "unit: 度"))["rate"]) == "年利率"


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ('least: "0"', "金额（元），至多两位小数，不小于 0"),
        ('most: "50.5"', "金额（元），至多两位小数，不大于 50.50"),
        ("note: 本金", "金额（元），至多两位小数"),
    ],
)
def test_only_the_bounds_that_there_are_are_told(bounds: str, told: str) -> None:
    assert holds(kind_of(changed('least: "0", most: "50000"', bounds))["amount"]) == told
