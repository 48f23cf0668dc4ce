"""`doudi claims`: facts into the store, held against themselves, and blank templates to fill in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from doudi.commands import settings
from doudi.commands.progress import counting
from doudi.commands.screen import AsJson, put_json, put_table

if TYPE_CHECKING:
    from doudi.store.intake import Taken

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="费用结算数据：导入、核对、样表 · Claims: import, check, templates",
)

AsTable = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="TABLE", help="是哪张表，不写则按表头辨认 · Which table; else by the headers"
    ),
]


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV（UTF-8、GBK）或 Parquet")],
    as_table: AsTable = None,
    keep_going: Annotated[
        bool,
        typer.Option(
            "--keep-going", help="收下好行，坏行写成退回文件 · Take the good rows, hand the bad ones back"
        ),
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="退回文件放哪里，默认在数据目录 · Where rejected rows are written"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """导入数据：一次运行的文件要么全部收下，要么一行不收；重复导入不会多出数据。

    Import files: all of a run, or nothing; importing again adds nothing.
    """
    from doudi.facts.registry import table_named
    from doudi.store import open_store
    from doudi.store.intake import take_in

    home = settings.home()
    store = open_store(home)
    table = table_named(as_table) if as_table else None
    folder = (rejects or home / "rejects") if keep_going else None
    with counting("读入 Reading") as progress:
        taken = take_in(
            store, files, table, rejects=folder, progress=lambda name, read, whole: progress(read, whole)
        )
    snapshot = store.current()
    if as_json:
        put_json(
            {"snapshot": snapshot.id if snapshot.batches else None, "files": [_told(one) for one in taken]}
        )
        return
    rows = [
        (one.name, one.table, *map(_count, (one.rows, one.new, one.skipped, one.rejected))) for one in taken
    ]
    put_table(("文件", "表", "行数", "新增", "已有", "退回"), rows)
    for one in taken:
        for notice in (*one.notices, *(["以前已导入，没有新数据"] if one.already else [])):
            print(f"{one.name}：{notice}")
        if one.rejects:
            print(f"{one.name}：{one.rejected} 行退回，见 {one.rejects}；改好后可直接导入该文件")
    print(f"快照 {snapshot.id}" if snapshot.batches else "数据目录仍为空")


@app.command()
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE…]", help="不写则核对数据目录 · Files; else what the store holds"),
    ] = None,
    as_table: AsTable = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="全部发现写成 CSV · Write all findings as CSV")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="最多显示多少条 · How many findings to show")] = 20,
    as_json: AsJson = False,
) -> None:
    """核对数据自身：金额恒等式、退费、日期、代码、年龄、明细；有错误时退出码为 1。

    Hold claims against themselves. Exit code 1 if there are errors, 0 with notices only.
    """
    from doudi.commands import claims_check
    from doudi.facts.registry import table_named

    table = table_named(as_table) if as_table else None
    source = claims_check.from_files(files, table) if files else claims_check.from_store(settings.home())
    checks = source.check()
    if out:
        claims_check.write(checks, out)
    claims_check.put(source.name, checks, limit, as_json)
    if any(one.errors for one in checks.values()):
        raise typer.Exit(1)


@app.command()
def template(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="表名，如 settlements 或 setl_d")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="写到文件，不写则显示 · Write to a file")
    ] = None,
    names: Annotated[
        Literal["platform", "interface", "zh"], typer.Option(help="列名写法 · How columns are called")
    ] = "platform",
    required: Annotated[bool, typer.Option("--required", help="只列必填列 · Required columns only")] = False,
) -> None:
    """空白样表：一行表头，往下填就能导入。

    A blank template: one header line to fill in under.
    """
    from doudi.facts.edges import replaced
    from doudi.facts.registry import table_named
    from doudi.facts.templates import header_line

    line = header_line(table_named(table), names, required_only=required)
    if out is None:
        sys.stdout.write(line)
        return
    with replaced(out) as beside:
        beside.write_text(line, encoding="utf-8-sig", newline="")
    print(f"已写出 {out}")


@app.command()
def reference() -> None:
    """各表的列、代码表与恒等式（docs/reference/facts.md 的内容）。

    Columns, code lists and identities of every table.
    """
    from doudi.facts.reference import page

    sys.stdout.write(page())


def _count(number: int) -> str:
    return f"{number:,}"


def _told(one: Taken) -> dict[str, object]:
    body = {
        name: getattr(one, name)
        for name in ("name", "table", "rows", "new", "skipped", "rejected", "already")
    }
    return {**body, "rejects": str(one.rejects) if one.rejects else None, "notices": list(one.notices)}
