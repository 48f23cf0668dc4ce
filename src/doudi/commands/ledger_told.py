"""How what was read and imported is told: for a clerk as tables, for machines as data with stable keys.

The values of cells stand only in the list of what is wrong, which goes back to whoever sent them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from doudi.commands.screen import put_table

if TYPE_CHECKING:
    from doudi.ledgers.api import ImportRecord, Rehearsal
    from doudi.ledgers.reading.result import FileReading, SheetReading
    from doudi.policy.ledgers.kind import LedgerKind

SHOWN_CHANGES = 10
"""Rows that change, shown to a person; a machine gets all that were kept."""


def told_reading(reading: FileReading) -> dict[str, Any]:
    """A file as it was read: `sheets` with their mapping and counts, `cells` with what is wrong."""
    workbook = reading.workbook
    return {
        "file": workbook.name,
        "sha256": workbook.sha256,
        "format": workbook.format,
        "encoding": workbook.encoding or None,
        "notices": list(workbook.notices),
        "sheets": [_told_sheet(sheet) for sheet in reading.sheets],
        "cells": [
            {
                "sheet": one.sheet, "row": one.row, "column": one.column, "letter": letter(one.column),
                "header": one.header, "value": one.value, "code": one.code, "problem": one.problem,
                "suggestion": one.suggestion, "fix": one.fix or None, "refuses": one.refuses,
            }
            for sheet in reading.sheets
            for one in sheet.problems
        ],
    }  # fmt: skip


def _told_sheet(sheet: SheetReading) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "kind": sheet.kind.name if sheet.kind else None,
        "doubt": sheet.doubt or None,
        "rival": sheet.rival or None,
        "header_rows": list(sheet.header_rows),
        "unit": sheet.unit or None,
        "mapping": {one.header or letter(one.column): one.name for one in sheet.mapping},
        "columns": [
            {"column": one.column, "letter": letter(one.column), "header": one.header, "name": one.name,
             "how": one.how, "likeness": one.likeness, "unit": one.unit or None}
            for one in sheet.mapping
        ],
        "missing": list(sheet.missing),
        "rows_in": sheet.rows_in,
        "accepted": sheet.accepted,
        "refused": len(sheet.refused),
        "left_out": len(sheet.left_out),
        "refused_rows": list(sheet.refused),
        "left_out_rows": [{"row": one.row, "what": one.what} for one in sheet.left_out],
        "left_out_by_name": sheet.left_out_by_name,
    }  # fmt: skip


def told_rehearsal(found: Rehearsal | None) -> dict[str, Any]:
    """What an import would do, by kind; changes without what names a person."""
    return {
        "would": [
            {
                "kind": one.kind, "already": one.already, "new": one.new, "unchanged": one.unchanged,
                "changed": one.changed, "corrected": one.corrected, "ended": one.ended,
                "missing_from_list": one.missing_from_list,
                "second_household": [{"sheet": sheet, "row": row} for sheet, row in one.second_household],
                "changes": [
                    {"sheet": c.sheet, "row": c.row, "was": _plain(c.was), "becomes": _plain(c.becomes),
                     "identifying": c.identifying}
                    for c in one.changes
                ],
            }
            for one in (found.kinds if found else ())
        ]
    }  # fmt: skip


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, int | str) else str(value)
        for name, value in values.items()
    }


def title_of(kind: str, kinds: Mapping[str, LedgerKind]) -> str:
    """A kind as clerks call it; the name of one that is no longer declared."""
    return kinds[kind].zh if kind in kinds else kind


def put_sheets(reading: FileReading, found: Rehearsal | None, kinds: Mapping[str, LedgerKind]) -> None:
    """Sheets with their counts, what the columns were taken for, and what an import would do."""
    rows = [
        (sheet.name or reading.workbook.name, sheet.kind.zh if sheet.kind else "认不出", *map(_count, (sheet.rows_in, sheet.accepted)),
         _count(len(sheet.refused)), _left_out(sheet), sheet.unit or "元")
        for sheet in reading.sheets
    ]  # fmt: skip
    put_table(("工作表", "台账", "行数", "收下", "退回", "不算记录的行", "单位"), rows)
    for sheet in reading.sheets:
        name = sheet.name or reading.workbook.name
        if sheet.doubt:
            print(f"{name}：{sheet.doubt}")
        loose = [one for one in sheet.mapping if one.how == "likeness"]
        if loose:
            told = "，".join(f"{one.header}→{one.name}（{one.likeness}%）" for one in loose)
            print(f"{name}：按相近认的列：{told}；不对可用 --column 表头=列名 改")
        left = [one.header for one in sheet.mapping if one.name is None and one.header]
        if left:
            print(f"{name}：没有用到的列：{'、'.join(left)}")
    if found is None:
        return
    columns = ("台账", "新增", "不变", "变化", "更正", "到此为止", "会另立一户", "名单上缺")
    put_table(
        columns,
        [
            (title_of(one.kind, kinds), *map(_count, (one.new, one.unchanged, one.changed, one.corrected, one.ended,
                                     len(one.second_household), one.missing_from_list)))
            for one in found.kinds
        ],
        "导入后会怎样",
    )  # fmt: skip
    rows = [
        (
            c.sheet,
            str(c.row),
            _column(one.kind, name, kinds),
            _shown(c.was.get(name)),
            _shown(c.becomes.get(name)),
        )
        for one in found.kinds
        for c in one.changes[:SHOWN_CHANGES]
        for name in sorted({*c.was, *c.becomes})
    ]
    if rows:
        put_table(("工作表", "行", "列", "原为", "改为"), rows, "变化（前若干行；姓名号码等不显示）")


def _column(kind: str, name: str, kinds: Mapping[str, LedgerKind]) -> str:
    """A column as clerks call it, by the name that the register keeps it under."""
    return next((one.zh for one in kinds[kind] if one.column.inside == name), name)


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def put_problems(reading: FileReading, limit: int) -> None:
    """The first cells that are wrong, and how many there are."""
    problems = [one for sheet in reading.sheets for one in sheet.problems]
    if problems and limit:
        rows = [
            (
                one.sheet,
                f"{letter(one.column)}{one.row or ''}",
                one.header,
                one.value,
                one.problem,
                one.suggestion,
            )
            for one in problems[:limit]
        ]
        put_table(("工作表", "格", "列", "现在的值", "问题", "建议"), rows)
    if len(problems) > limit:
        print(f"共 {len(problems):,} 处问题，以上为前 {limit} 处；--out 可得到逐格标明的工作簿")
    elif not problems:
        print("没有发现有问题的格")


def put_import(one: ImportRecord, kinds: Mapping[str, LedgerKind]) -> None:
    """One import, in a line or two."""
    title = title_of(one.kind, kinds)
    if one.undone_at:
        print(f"导入 {one.id}（{title}，{one.file_name}）已撤销")
    elif one.already:
        print(f"以前已导入（编号 {one.id}，{title}），没有新数据")
    else:
        print(
            f"导入 {one.id}（{title}）：新增 {one.new:,}，不变 {one.unchanged:,}，变化 {one.changed:,}，"
            f"退回 {one.refused:,}；doudi ledger returned {one.id} 得到退回的工作簿"
        )


def letter(column: int) -> str:
    """A column's letters, as spreadsheets show them; columns are counted from one."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _left_out(sheet: SheetReading) -> str:
    return "，".join(f"{what} {many:,}" for what, many in sheet.left_out_by_name.items()) or "0"


def _count(number: int) -> str:
    return f"{number:,}"
