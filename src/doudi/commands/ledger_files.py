"""`doudi ledger` on files: kinds, templates, rehearse, import, undo, and the workbook handed back."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from doudi.commands.ledger_told import (
    put_import,
    put_problems,
    put_sheets,
    title_of,
    told_reading,
    told_rehearsal,
)
from doudi.commands.progress import counting
from doudi.commands.register import Desk, ledger_kinds, sit_down
from doudi.commands.screen import AsJson, put_json, put_table
from doudi.common.errors import InputFault

if TYPE_CHECKING:
    from doudi.ledgers.api import Handed, Rehearsal

UNKNOWN = "用 --kind 指明，或用 --column 表头=列名 指定列；doudi ledger kinds 可查看各类台账"

File = Annotated[Path, typer.Argument(metavar="FILE", help="xlsx、xls、et、ods、csv、tsv 或网页表格")]
Kind = Annotated[
    str | None,
    typer.Option(metavar="KIND", help="是哪类台账，不写则按表头辨认 · Which kind; else by the headers"),
]
Sender = Annotated[str, typer.Option(metavar="NAME", help="报送单位；记住它的列名写法 · Who sent it")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="台账反映哪一天，默认今天 · The day it speaks of"),
]
Column = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="表头=列名", help="指定某列是什么（可重复）· Say what a column is"),
]
Complete = Annotated[
    bool,
    typer.Option(
        "--complete", help="这是全量名单：名单上没有的，到此为止 · The whole list: who is not on it has left"
    ),
]
Second = Annotated[
    Literal["keep", "refuse", "move"],
    typer.Option(
        "--second-household",
        help="已在另一户的人：保留原户、退回该行、或迁入 · People already in another household",
    ),
]
Limit = Annotated[int, typer.Option(min=0, help="最多显示多少处问题 · How many problems to show")]


def kinds(as_json: AsJson = False) -> None:
    """列出各类台账。

    List the kinds of ledgers.
    """
    known = ledger_kinds()
    if as_json:
        rows = [
            {
                "name": one.name, "zh": one.zh, "en": one.en, "sender": one.sender, "subject": one.subject,
                "nature": one.nature, "key": list(one.key),
                "columns": [
                    {"name": c.name, "zh": c.zh, "en": c.column.en, "kind": c.column.kind, "required": c.required,
                     "sensitivity": c.sensitivity, "headers": list(c.texts), "values": list(c.values)}
                    for c in one
                ],
            }
            for one in known.values()
        ]  # fmt: skip
        return put_json({"kinds": rows})
    columns = ("名称", "台账", "通常由谁报送", "列数", "必填")
    put_table(
        columns,
        [
            (one.name, one.zh, one.sender, str(len(one.columns)), "、".join(c.zh for c in one if c.required))
            for one in known.values()
        ],
        "台账种类",
    )


def template(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="台账名称，如 dibao 或 低保")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.xlsx", help="写到哪里，默认 当前目录/台账名.xlsx · Where to")
    ] = None,
) -> None:
    """空白样表：表头、可选值、填写说明。

    A blank workbook to fill in: headers, drop-downs, notes.
    """
    from doudi.facts.edges import replaced
    from doudi.ledgers.templates import template as blank
    from doudi.policy.ledgers.load import kind_named

    chosen = kind_named(kind, ledger_kinds())
    path = out or Path(f"{chosen.zh}.xlsx")
    with replaced(path) as beside:
        beside.write_bytes(blank(chosen))
    print(f"已写出 {path}")


def reference() -> None:
    """各类台账的列、表头写法、取值（docs/reference/ledgers.md 的内容）。

    Columns, headers and values of every kind.
    """
    from doudi.policy.ledgers.reference import page

    sys.stdout.write(page(ledger_kinds()))


def rehearse(
    file: File,
    kind: Kind = None,
    sender: Sender = "",
    as_of: AsOf = None,
    column: Column = None,
    complete: Complete = False,
    second_household: Second = "keep",
    limit: Limit = 20,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.xlsx", help="同时写出标明问题的工作簿 · Write the marked workbook too"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """试导：读成什么、收下退回几行、新增变化几行、哪些格有问题；什么都不写入。

    Rehearse an import: nothing is written.
    """
    desk = sit_down()
    from doudi.ledgers import api
    from doudi.ledgers.returning import return_workbook

    handed = _take_up(desk, file, kind, sender, as_of, column)
    found = None
    if any(sheet.kind for sheet in handed.reading.sheets):
        found = api.rehearse(
            handed.reading, ring=desk.ring, as_of=desk.day(as_of), sender=sender, complete=complete,
            second_household=second_household, marker=handed.marker,
        )  # fmt: skip
        found = _seen(desk, found)
    if out:
        return_workbook(file, handed.reading, out)
    if as_json:
        return put_json({**told_reading(handed.reading), **told_rehearsal(found)})
    put_sheets(handed.reading, found, desk.kinds)
    put_problems(handed.reading, limit)
    if found is None:
        print(f"没有一张工作表认得出是哪类台账：{UNKNOWN}")
    if out:
        print(f"已写出标明问题的工作簿 {out}")


def import_(
    file: File,
    kind: Kind = None,
    sender: Sender = "",
    as_of: AsOf = None,
    column: Column = None,
    complete: Complete = False,
    second_household: Second = "keep",
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """导入：一次全部写入或一行不写；同一文件再导不会多出数据；三十天内可整次撤销。

    Import a ledger: all of it or nothing; the same file again adds nothing; undone as a whole for 30 days.
    """
    desk = sit_down()
    from doudi.ledgers import api

    handed = _take_up(desk, file, kind, sender, as_of, column)
    if not any(sheet.kind for sheet in handed.reading.sheets):
        put_sheets(handed.reading, None, desk.kinds)
        raise InputFault("没有一张工作表认得出是哪类台账", str(file), do=UNKNOWN)
    for sheet in handed.reading.sheets:
        if sheet.rival and sheet.kind:
            both = f"{sheet.kind.name}（{sheet.kind.zh}）、{sheet.rival}（{desk.kinds[sheet.rival].zh}）"
            raise InputFault(
                "像两类台账，不能替您决定",
                f"{file} 工作表“{sheet.name}”",
                both,
                "用 --kind 指明是哪一类；可先 rehearse 看看",
            )
    with counting("导入 Importing"):
        made = api.commit(
            handed.reading, ring=desk.ring, home=desk.home, original=file, by=desk.clerk, known_at=desk.now,
            as_of=desk.day(as_of), sender=sender, complete=complete, second_household=second_household,
            marker=handed.marker,
        )  # fmt: skip
    if as_json:
        return put_json({**told_reading(handed.reading), "imports": [one.to_dict() for one in made]})
    put_sheets(handed.reading, None, desk.kinds)
    put_problems(handed.reading, limit)
    for one in made:
        put_import(one, desk.kinds)


def undo(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="导入编号 · The import's number")],
    as_json: AsJson = False,
) -> None:
    """撤销一次导入（三十天内）：它写入的一切不再有效，但仍留有记录。

    Undo a whole import; what it wrote stays on record and counts no more.
    """
    desk = sit_down()
    from doudi.ledgers import api

    desk.must_see_rows()
    made = api.import_record(number)
    if not desk.sees_all and made.by != desk.clerk:
        raise InputFault(f"第 {number} 号导入不是您做的", "DOUDI_USER", do="请当时的经办人或数据管理员撤销")
    undone = api.undo(number, by=desk.clerk, known_at=desk.now)
    put_json(undone.to_dict()) if as_json else put_import(undone, desk.kinds)


def imports(as_json: AsJson = False) -> None:
    """列出导入过的文件。

    List imports.
    """
    desk = sit_down()
    desk.must_see_figures()
    from doudi.ledgers import api

    made = api.imports()
    if as_json:
        return put_json({"imports": [one.to_dict() for one in made]})
    columns = ("编号", "台账", "报送单位", "文件", "反映日期", "收下", "退回", "状态")
    rows = [
        (str(one.id), title_of(one.kind, desk.kinds), one.sender, one.file_name, str(one.as_of), f"{one.accepted:,}",
         f"{one.refused:,}", "已撤销" if one.undone_at else "有效")
        for one in made
    ]  # fmt: skip
    put_table(columns, rows)


def returned(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="导入编号 · The import's number")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.xlsx", help="写到哪里，默认在数据目录 · Where to")
    ] = None,
) -> None:
    """把工作簿退回报送单位：原样，错格标色，旁注原因和建议；改好后直接导入。

    The sender's own workbook back, with what is wrong marked; corrected, it is imported as it is.
    """
    desk = sit_down()
    desk.must_see_rows()
    from doudi.access.api import Subject, record_opening
    from doudi.ledgers import api
    from doudi.ledgers.returning import return_workbook

    made = api.import_record(number)
    record_opening(
        desk.gate, Subject("import", number), reason="退回报送单位", revealed=["原件"], at=desk.now
    )
    original, handed = api.take_up_again(number, desk.kinds, ring=desk.ring, home=desk.home)
    path = out or desk.home / "returned" / f"{Path(made.file_name).stem}-退回.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    return_workbook(original, handed.reading, path)
    print(f"已写出 {path}：{sum(len(sheet.problems) for sheet in handed.reading.sheets):,} 处问题")


def _take_up(
    desk: Desk, file: Path, kind: str | None, sender: str, as_of: str | None, column: list[str] | None
) -> Handed:
    from doudi.ledgers import api
    from doudi.policy.ledgers.load import kind_named

    desk.must_see_rows()
    with counting(f"读 {file.name} Reading"):
        return api.take_up(
            file, desk.kinds, as_of=desk.day(as_of), known_at=desk.now, sender=sender,
            kind=kind_named(kind, desk.kinds) if kind else None, chosen=_chosen(column),
        )  # fmt: skip


def _seen(desk: Desk, found: Rehearsal) -> Rehearsal:
    """What would be: the register's own values only where whoever asks may see them."""
    kinds = (
        replace(one, changes=[change for change in one.changes if desk.gate.may_see(change.division)])
        for one in found.kinds
    )
    return replace(found, kinds=tuple(kinds))


def _chosen(column: list[str] | None) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for one in column or []:
        header, sign, name = one.rpartition("=")
        if not sign or not header:
            where, allowed = "--column", "表头=列名，如 --column 证件号=certno"
            raise InputFault(f"“{one}”写法不对", where, allowed, "改正后重试")
        chosen[header] = name
    return chosen


COMMANDS = (kinds, template, reference, rehearse, import_, imports, undo, returned)
