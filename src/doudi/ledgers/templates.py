"""The blank workbook of a ledger kind: headers, drop-downs, a page that says what may stand in each column.

Made from the declaration alone, so that what it asks for is what the reader takes. The same kind gives the same bytes.
Knows nothing of files that come back.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from doudi.common.money import yuan_text
from doudi.policy.ledgers.headers import header_key
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind

GUIDE, LISTS = "填写说明", "取值"
ROWS = 10_000
"""So many rows carry formats and drop-downs; rows below are read all the same."""

_INLINE = 255
_MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001 -- a workbook's properties have no zone
_FORMATS = {"date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm:ss", "money": "0.00", "count": "0"}
_ROLES = {
    "idcard": "18 位公民身份号码，按文本填写；残疾人证可填 20 或 22 位证号",
    "name": "姓名",
    "phone": "11 位手机号，或带区号的座机号",
    "account": "银行账号或卡号，按文本填写",
    "division": "名称或区划代码",
    "yesno": "是 或 否",
    "year": "四位年份，如 2026",
    "month": "年月，如 202606",
}
_TYPES = {
    "date": "日期，如 2026-06-30",
    "time": "日期和时间，如 2026-06-30 08:00:00",
    "money": "金额（元），至多两位小数",
    "count": "整数",
    "id": "编号，按文本填写",
    "code": "代码或文字",
    "text": "文字",
}


def template(kind: LedgerKind) -> bytes:
    """The blank workbook of a kind, as xlsx."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.set_properties({"title": kind.zh, "created": _MADE})
        sheet = book.add_worksheet(_sheet_name(kind.zh))
        guide = book.add_worksheet(GUIDE)
        lists = book.add_worksheet(LISTS)
        lists.hide()
        _Sheet(book, sheet, lists).write(kind)
        _guide(book, guide, kind)
    return held.getvalue()


def header(column: LedgerColumn) -> str:
    """The header that a template shows: the Chinese name, with the unit where a reader takes the two for one."""
    told = f"{column.zh}（{column.column.unit}）" if column.column.unit else column.zh
    return told if header_key(told) == header_key(column.zh) else column.zh


def choices(column: LedgerColumn) -> tuple[str, ...]:
    """What a drop-down offers: labels, the names of a national list, yes and no; nothing for a free column."""
    if column.role == "many":  # several of them may stand in one cell
        return ()
    if column.role == "yesno":
        return ("是", "否")
    if column.values:
        return column.values
    return tuple(filter(None, column.column.codes.values.values())) if column.column.codes else ()


def holds(column: LedgerColumn) -> str:
    """What may stand in a column, in a sentence for whoever fills it in."""
    if column.role == "many":
        return f"可填几项，用逗号隔开：{'、'.join(column.values)}"
    if (offered := choices(column)) and column.role != "yesno":
        more = "" if _closed(column) else "；也可填别的"
        return f"{'、'.join(offered)}{more}"
    if column.column.kind == "number":
        told = f"数，至多 {column.column.scale} 位小数"
    else:
        told = _ROLES.get(column.role) or _TYPES[column.column.kind]
    return told + _bounds(column)


def _closed(column: LedgerColumn) -> bool:
    """Whether nothing but what is offered may stand here."""
    codes = column.column.codes
    return column.complete and (
        column.role == "yesno" or bool(column.values) or bool(codes and codes.complete)
    )


def _bounds(column: LedgerColumn) -> str:
    if column.role == "year" or (column.least is None and column.most is None):
        return ""
    least, most = (_shown(column, bound) for bound in (column.least, column.most))
    if not most:
        return f"，不小于 {least}"
    return f"，{least} 至 {most}" if least else f"，不大于 {most}"


def _shown(column: LedgerColumn, bound: int | None) -> str:
    if bound is None:
        return ""
    return yuan_text(bound).removesuffix(".00") if column.column.kind == "money" else str(bound)


def _sheet_name(zh: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", "", zh)[:31]


class _Sheet:
    """The sheet to fill in: one row of headers, formats and drop-downs below."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Worksheet, lists: Worksheet) -> None:
        self.book, self.sheet, self.lists = book, sheet, lists
        self.lists_used = 0
        look = {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        self.head = book.add_format({**look, "bg_color": "#DCE6F1"})
        self.must = book.add_format({**look, "bg_color": "#FCE4D6"})
        self.formats: dict[str, Format] = {}

    def write(self, kind: LedgerKind) -> None:
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_row(0, 32)
        for at, column in enumerate(kind):
            told = header(column)
            width = max(10, min(28, 2 * len(told) + 2))
            self.sheet.set_column(at, at, 21 if column.role == "idcard" else width, self.format(column))
            self.sheet.write_string(0, at, told, self.must if column.required else self.head)
            self.sheet.write_comment(0, at, _comment(column), {"x_scale": 1.6, "author": "兜底"})
            if offered := choices(column):
                self.offer(at, offered, closed=_closed(column))

    def format(self, column: LedgerColumn) -> Format:
        number = _FORMATS.get(column.column.kind, "@")
        if column.column.kind == "number":
            number = "General"
        elif column.role == "month":
            number = "@"  # a sheet would take 202606 for a day in the year 2454
        if number not in self.formats:
            self.formats[number] = self.book.add_format({"num_format": number})
        return self.formats[number]

    def offer(self, at: int, offered: Sequence[str], *, closed: bool) -> None:
        """A drop-down; a long list stands on a hidden sheet. Only a complete list keeps other values out."""
        source: str | list[str] = list(offered)
        if len(",".join(offered)) > _INLINE or any("," in value for value in offered):
            letters = xlsxwriter.utility.xl_col_to_name(self.lists_used)
            self.lists.write_column(0, self.lists_used, offered)
            self.lists_used += 1
            source = f"={LISTS}!${letters}$1:${letters}${len(offered)}"
        rule = {
            "validate": "list",
            "source": source,
            "error_type": "stop" if closed else "information",
            "error_title": "不在取值内",
            "error_message": "请从下拉列表中选择" if closed else "列表里没有这个值，确认后可以保留",
        }
        self.sheet.data_validation(1, at, ROWS, at, rule)


def _comment(column: LedgerColumn) -> str:
    lines = [holds(column), *(["必填"] if column.required else [])]
    return "\n".join([*lines, *([column.column.note] if column.column.note else [])])[:1000]


def _guide(book: xlsxwriter.Workbook, sheet: Worksheet, kind: LedgerKind) -> None:
    """What each column means, beside the sheet to fill in."""
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 90, wrap)
    lines = [
        f"本表为“{kind.zh}”台账样表，由{kind.sender}填报。一行一条记录，不留空行，不写合计。",
        "身份证号、银行账号按文本填写；橙色表头为必填。表头可以换用下列别名，列的次序不限。",
    ]
    for column in kind:
        aliases = [header.text for header in column.headers]
        also = f" 也作：{'、'.join(aliases)}。" if aliases else ""
        lines.append(f"说明：{header(column)}——{holds(column)}。{'必填。' if column.required else ''}{also}")
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, bold if row == 0 else wrap)
