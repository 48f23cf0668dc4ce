"""Office Open XML: what may not be in it is refused from its parts, then calamine reads the cells.

Formulas are not run: a cell is what its file says it last showed.
"""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from typing import NoReturn

from doudi.common.errors import InputFault
from doudi.ledgers.importers.calamine import read_sheets
from doudi.ledgers.importers.grid import Grid
from doudi.ledgers.importers.limits import Limits
from doudi.ledgers.importers.package import Package
from doudi.ledgers.importers.sheets import Errors
from doudi.ledgers.importers.xml_cells import Doctype, Encoded, Endless, Seen, declares, look

_STRINGS = "xl/sharedstrings.xml"
_LONG = 1024
_ITEM = re.compile(rb"</(?:\w+:)?si\s*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
_LINKS = re.compile(
    rb"""Type\s*=\s*["'][^"']*/(externalLink\w*|oleObject|attachedTemplate|connections|frame)["']"""
)


def read_xlsx(package: Package, limits: Limits) -> tuple[Grid, ...]:
    """The sheets of a workbook whose package was already opened."""
    _refuse_active(package)
    seen = _look_through(package, limits)
    return read_sheets(package.data, package.name, limits, _errors_by_sheet(package, seen))


def _refuse_active(package: Package) -> None:
    name = package.name
    types = package.read("[Content_Types].xml")
    if (
        package.has("xl/vbaproject", "xl/macrosheets", "xl/vba")
        or b"macroEnabled" in types
        or b"vbaProject" in types
    ):
        raise macros(name)
    if package.has("xl/externallinks/"):
        raise links(name)
    if package.has("xl/connections.xml", "xl/querytables/", "customdata/"):
        raise InputFault(
            "工作簿带有外部数据连接", name, "只含数据的工作簿", "在“数据-连接”里删除连接，或复制为数值后另存"
        )
    for part in package.parts:
        if part.lower().endswith(".rels"):
            for relation in _RELATION.findall(package.read(part)):
                if b"External" in relation and (kind := _LINKS.search(relation)) and kind[1]:
                    raise links(name)


def macros(name: str) -> InputFault:
    """The message for a workbook with macros, whatever its format."""
    return InputFault(
        "工作簿带有宏，宏可能含病毒，不读取",
        name,
        "不含宏的工作簿",
        "另存为“Excel 工作簿(.xlsx)”，不选“启用宏”",
    )


def links(name: str) -> InputFault:
    """The message for a workbook that takes values from other files."""
    return InputFault(
        "工作簿链接到别的文件，链接的值可能过时，也可能外泄",
        name,
        "不含外部链接的工作簿",
        "在“数据-编辑链接”里断开链接后另存",
    )


def echoes(name: str, limits: Limits) -> InputFault:
    """The message for a few long texts in very many cells."""
    return InputFault(
        "少数很长的文字在成千上万个单元格里重复，展开后过大", name, f"文字合计至多 {limits.text:,} 字节"
    )


def _look_through(package: Package, limits: Limits) -> dict[str, Seen]:
    """Every part that is XML, whatever it is called: a workbook may name any of them as its sheet."""
    long_strings = _strings(package)
    found: dict[str, Seen] = {}
    for part, entry in package.parts.items():
        if part.lower() == _STRINGS:
            continue
        first = next(package.chunks(part), b"")
        if not first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
            if part.lower().endswith((".xml", ".rels")) and first:
                raise package.damaged()
            continue
        try:
            declares(first)
        except (Doctype, Encoded) as why:
            refuse_xml(package.name, why)
        try:
            seen = look(partial(package.chunks, part), entry.file_size, limits, frozenset(long_strings))
        except Endless:
            raise package.damaged() from None
        found[part] = seen
        check_reach(package.name, part, seen.rows, seen.columns, limits)
    text = sum(long_strings[at] * count for seen in found.values() for at, count in seen.shared.items())
    if text > limits.text:
        raise echoes(package.name, limits)
    return found


def refuse_xml(name: str, why: Exception) -> NoReturn:
    """Word what was wrong with a part that is XML."""
    if isinstance(why, Doctype):
        raise InputFault(
            "部件里声明了文档类型或实体（可用来读取别的文件），不读取", name, do="不要打开，向发送方核实"
        ) from None
    raise InputFault(
        "部件不是 UTF-8 编码，不是正常保存的工作簿", name, do="用 Excel 或 WPS 另存为 .xlsx"
    ) from None


def check_reach(name: str, where: str, rows: int, columns: int, limits: Limits) -> None:
    """Refuse a sheet whose cells reach too far, before a reader lays it out."""
    advice = "删除数据以外的空白行和列（选中后右键“删除”，不是清除内容），另存后重发"
    if columns > limits.columns:
        raise InputFault(
            f"部件 {where} 的单元格到了第 {columns:,} 列", name, f"至多 {limits.columns:,} 列", advice
        )
    if rows > limits.rows or rows * columns > limits.cells:
        raise InputFault(
            f"部件 {where} 的单元格铺开有 {rows:,} 行 × {columns:,} 列",
            name,
            f"至多 {limits.cells:,} 个单元格",
            advice,
        )


def _strings(package: Package) -> dict[int, int]:
    """The shared strings that are long, by number: each use of one copies it."""
    part = next((name for name in package.parts if name.lower() == _STRINGS), None)
    if part is None:
        return {}
    long_strings: dict[int, int] = {}
    at, left = 0, b""
    for piece in package.chunks(part):
        try:
            declares(piece)
        except (Doctype, Encoded) as why:
            refuse_xml(package.name, why)
        items = _ITEM.split(left + piece) if b":si" in piece else (left + piece).split(b"</si>")
        left = items.pop()
        if len(left) > _LONG or max(map(len, items), default=0) > _LONG:
            long_strings |= {at + i: len(item) for i, item in enumerate(items) if len(item) > _LONG}
        at += len(items)
    return long_strings


def _errors_by_sheet(package: Package, seen: dict[str, Seen]) -> dict[str, Errors]:
    """Error cells under the name of their sheet: calamine gives them as empty."""
    if not any(one.errors for one in seen.values()):
        return {}
    book = package.read("xl/workbook.xml")
    targets = {}
    for relation in _RELATION.findall(package.read("xl/_rels/workbook.xml.rels")):
        if (key := _attribute(relation, b"Id")) and (target := _attribute(relation, b"Target")):
            targets[key] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    found: dict[str, Errors] = {}
    for sheet in re.findall(rb"<(?:\w+:)?sheet\s[^<>]*>", book):
        name, key = _attribute(sheet, b"name"), _attribute(sheet, rb"\w+:id")
        if name and key and (one := seen.get(targets.get(key, ""))) and one.errors:
            found[name] = one.errors
    return found


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"\s" + name + rb"""\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return unescape((match[1] or match[2] or b"").decode("utf-8", "replace")) if match else ""
