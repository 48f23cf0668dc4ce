"""Writing the workbook: one row per figure, per layer, per class, and a page to sign.

The same pack gives the same bytes. No cell is ever a formula, whatever a policy's text begins with.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from doudi.common.errors import InputFault
from doudi.policy import wording
from doudi.policy.linking import cells
from doudi.policy.meaning import fingerprint
from doudi.policy.pack import END, DatedParameter, InForce, Pack
from doudi.policy.schema import FUNDS
from doudi.policy.show import lay_out
from doudi.policy.workbook import layout, words
from doudi.policy.yaml_text import flow

LONGEST_CELL = 32_767
_GREY = Font(color="909090", size=8)
_BOLD = Font(bold=True)
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_WRAP = Alignment(wrap_text=True, vertical="top")
_MODIFIED = re.compile(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*")
_CHOICES = {
    "confirmed": list(layout.TRUTH.values()),
    "on": list(layout.ON.values()),
    "unit": list(words.EXAMPLES),
    "fund": list(FUNDS),
    "kind": ["share", "guarantee", "recorded"],
    "per": ["bill", "year"],
}

Row = Mapping[str, Any]


def write_workbook(pack: Pack, path: Path) -> None:
    """Write a pack as a workbook; the file is there whole or not at all."""
    book = Workbook()
    book.remove(book.worksheets[0])
    data = pack.documents[0].data
    _about(book.create_sheet(layout.ABOUT), pack, data)
    for title, rows in (
        (layout.PARAMETERS, _parameters(pack)),
        (layout.LAYERS, _layers(pack, data)),
        (layout.CLASSES, _classes(data)),
        (layout.PREPAY, data.get("prepay") or ()),
        (layout.ORDER, _orders(data)),
        (layout.FILES, _files(pack)),
    ):
        _sheet(book.create_sheet(title), layout.SHEETS[title], rows)
    held = io.BytesIO()
    book.save(held)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(_timeless(held.getvalue()))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


# — what stands in the rows —


def _about(sheet: Worksheet, pack: Pack, data: Row) -> None:
    _put(sheet["A1"], f"{pack.file.zh}（{pack.file.place}）", "text")
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A2"] = (
        "在各表中改数、改出处、改核实情况，打印签字；再用 doudi policy import 读回。灰色的字供程序使用，勿改。"
    )
    sheet["A2"].font = _GREY
    for number, row in enumerate(layout.ABOUT_ROWS, layout.HEADING_ROWS + 1):
        head, _, tail = row.key.partition(".")
        value = (data.get(head) or {}).get(tail) if tail else data.get(head)
        if row.kind == "shown":
            value = fingerprint(pack)
        _put(sheet.cell(number, 1), row.zh, "text")
        _put(sheet.cell(number, 2), value, row.kind)
        _put(sheet.cell(number, 3), row.key, "text")
        sheet.cell(number, 3).font = _GREY
    last = layout.HEADING_ROWS + len(layout.ABOUT_ROWS) + 2
    for number, who in enumerate(layout.SIGNATURES, last):
        _put(sheet.cell(number, 1), f"{who}：", "text")
        sheet.row_dimensions[number].height = 28
    for letter, width in (("A", 26), ("B", 60), ("C", 18)):
        sheet.column_dimensions[letter].width = width


def home_of(pack: Pack, path: Path) -> str:
    """Where a file stands, from the folder that holds all files of the pack."""
    root = os.path.commonpath([document.path.resolve().parent for document in pack.documents])
    return path.resolve().relative_to(root).as_posix()


def _files(pack: Pack) -> Iterator[Row]:
    yield {"path": home_of(pack, pack.path), "zh": "（政策本身，见“说明与签字”）"}
    for document in pack.documents[1:]:
        said = document.data
        source = said.get("source") or {}
        head = {key: said.get(key) for key in ("place", "zh", "en")}
        yield {"path": home_of(pack, document.path), **head, "about": said.get("note"), **source}


def _parameters(pack: Pack) -> Iterator[Row]:
    for parameter in pack.parameters.values():
        head = {
            "file": home_of(pack, parameter.home.path if parameter.home else pack.path),
            "name": parameter.name,
            "zh": parameter.zh if parameter.zh != parameter.name else None,
            "en": parameter.en,
            "about": parameter.note,
            "unit": parameter.unit,
            "by": "、".join(parameter.by),
        }
        for entry in parameter.values:
            yield from ({**head, **row} for row in _figures(pack, parameter, entry))
        if not parameter.values:
            yield head


def _figures(pack: Pack, parameter: DatedParameter, entry: InForce) -> Iterator[Row]:
    source = {key: getattr(entry.source, key) for key in (column.key for column in layout.SOURCE)}
    source["confirmed"] = "true" if entry.source.confirmed else "false"
    days = {"from": str(entry.from_), "to": None if entry.to == END else str(entry.to)}
    for path, value in cells(entry.value, entry.table):
        named = {
            key: f"{wording.class_name(pack, dimension, code)}（{code}）"
            for key, dimension, code in zip(layout.CLASS_KEYS, parameter.by, path, strict=False)
        }
        yield {**named, **days, "value": words.write(value), **source}


def _layers(pack: Pack, data: Row) -> Iterator[Row]:
    told = {
        section.code: "\n".join(
            f"{fact.label}：" + "\n　　".join(f"{line.text}{line.marks}".strip() for line in fact.lines)
            for fact in section.facts
        )
        for section in lay_out(pack).sections
    }
    for code, layer in data["layers"].items():
        on = layout.ON[str(layer.get("on") or "true").lower()]
        yield {**layer, "code": code, "on": on, "words": told[code]}


def _classes(data: Row) -> Iterator[Row]:
    for name, dimension in (data.get("dimensions") or {}).items():
        head = {"dimension": name, "dimension_zh": dimension.get("zh"), "dimension_en": dimension.get("en")}
        for one in dimension["classes"]:
            yield {**head, "date": dimension.get("date"), **one}


def _orders(data: Row) -> Iterator[Row]:
    order = data["order"]
    dated = order if isinstance(order[0], Mapping) else [{"layers": order}]
    yield from ({"from": one.get("from"), "layers": " → ".join(one["layers"])} for one in dated)


# — how they are put into cells —


def _sheet(sheet: Worksheet, columns: tuple[layout.Column, ...], rows: Iterable[Row]) -> None:
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.width
        head, key = sheet.cell(1, number), sheet.cell(2, number)
        _put(head, column.zh, "text")
        head.font, head.fill = _BOLD, _HEAD
        _put(key, column.key, "text")
        key.font = _GREY
        if choices := _CHOICES.get(column.key):
            rule = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            sheet.add_data_validation(rule)
            rule.add(f"{letter}{layout.HEADING_ROWS + 1}:{letter}2000")
    for number, row in enumerate(rows, layout.HEADING_ROWS + 1):
        for place, column in enumerate(columns, 1):
            _put(sheet.cell(number, place), row.get(column.key), column.kind)
    sheet.freeze_panes = f"C{layout.HEADING_ROWS + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _put(cell: Cell | Any, value: Any, kind: layout.Kind) -> None:
    """Put a value into a cell: a figure as a number where it is one, everything else as text."""
    if value is None or value == "":
        return
    shape = None
    if kind == "value":
        value, shape = value
    elif kind == "flow":
        value = flow(value)
    elif kind == "truth":
        value = layout.TRUTH[str(value).lower()]
    if shape is not None:
        cell.value, cell.number_format = value, shape
    else:
        text = str(value)
        if len(text) > LONGEST_CELL:
            raise InputFault(
                f"“{text[:20]}…”太长，放不进一个单元格",
                allowed=f"至多 {LONGEST_CELL} 字",
                do="改用 YAML 文件",
            )
        _put_text(cell, text)
    cell.alignment = _WRAP


def _put_text(cell: Cell | Any, text: str) -> None:
    """Text stays text: a leading = would make it a formula, and here or later run something."""
    try:
        cell.value = text
    except IllegalCharacterError:
        do = "删去不可见的控制字符"
        raise InputFault(f"“{text[:20]!r}”含有工作簿容不下的字符", allowed="可见的文字", do=do) from None
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = text[:1] in "=+-@"


def _timeless(book: bytes) -> bytes:
    """The same workbook without the moment of writing."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()
