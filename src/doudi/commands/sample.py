"""`doudi sample make`: the seeded sample county, as departments would hand it over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from doudi.commands import settings
from doudi.commands.progress import counting
from doudi.commands.screen import put_json, put_table
from doudi.common.dates import parse_date
from doudi.common.errors import InputFault

if TYPE_CHECKING:
    from doudi.sample.make import Made
    from doudi.sample.order import Order

app = typer.Typer(no_args_is_help=True)


@app.callback()
def root() -> None:
    """样例县：人都不存在（区划 990101），数据按种子生成，埋下的差错记在 truth.json。

    The sample county: nobody in it exists; the truth planted in it is in truth.json.
    """


@app.command("make")
def make(
    people: Annotated[int | None, typer.Option(help="人数，1000 至 10000000 · How many people")] = None,
    seed: Annotated[int, typer.Option(help="种子，同一种子得到同样的文件 · Seed")] = 1,
    preset: Annotated[str, typer.Option(help="county、development-zone")] = "county",
    out: Annotated[
        Path | None, typer.Option(help="文件夹；不写则在数据目录下 · Folder, else in DOUDI_HOME")
    ] = None,
    year: Annotated[int | None, typer.Option(help="只要这一年的结算 · Claims of one year")] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="DATE", help="结算起 · First day")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DATE", help="结算止 · Last day")] = None,
    format_: Annotated[str, typer.Option("--format", help="csv、parquet")] = "csv",
    fee_lines: Annotated[bool, typer.Option(help="是否生成费用明细 · Whether to make fee lines")] = False,
    recorded: Annotated[
        str, typer.Option(help="已记支付：all、none、auto（不超过 5 万人时记）· Recorded payments")
    ] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON")] = False,
) -> None:
    """生成样例县的人员、结算、就诊、诊断、机构文件（平台字段名，金额为元）和 truth.json。

    Make the sample county's files under national names, in yuan, and the truth planted in them.
    """
    if year is not None and (from_ or to):
        raise InputFault("--year 不能与 --from、--to 同用", do="只写一种")
    from doudi.sample.make import make as make_county
    from doudi.sample.order import Order

    first, last = (f"{year}-01-01", f"{year}-12-31") if year is not None else (from_, to)
    order = Order(
        preset=preset,
        people=0 if people is None else _checked(people),
        seed=seed,
        first=parse_date(first, "--from") if first else None,
        last=parse_date(last, "--to") if last else None,
        format=format_,  # type: ignore[arg-type]  # Order refuses others, in our words
        fee_lines=fee_lines,
        recorded=recorded,  # type: ignore[arg-type]
    )
    with counting("生成样例县 Making the sample county") as progress:
        made = make_county(
            order,
            out or settings.home() / "sample" / preset,
            settings.policies(),
            workers=os.cpu_count() or 1,
            tell=progress,
        )
    if as_json:
        put_json({"folder": str(made.folder), "files": made.files, **_without_list(made)})
    else:
        _put(order, made)


def _checked(people: int) -> int:
    """Nought would silently mean the preset's own number."""
    if people <= 0:
        raise InputFault(f"人数 {people} 不行", "--people", "1,000 至 10,000,000 的整数", "改用其中一个人数")
    return people


def _without_list(made: Made) -> dict[str, object]:
    return {key: len(value) if key == "mistakes" else value for key, value in made.truth.items()}


def _put(order: Order, made: Made) -> None:
    rows = [(f"{made.folder / name}", f"{made.truth['rows'][table]:,}") for table, name in made.files.items()]
    put_table(("文件 File", "行数 Rows"), rows, f"{made.truth['zh']}，{order.size:,} 人，种子 {order.seed}")
    if order.records:
        print(
            f"已记支付 {made.truth['recorded']['claims']:,} 笔（政策 {order.mix.policy}），其中埋下差错 {len(made.truth['mistakes']):,} 笔，"
            f"见 {made.folder / 'truth.json'}"
        )
        claims, persons = (made.folder / made.files[name] for name in ("settlements", "persons"))
        print(
            f"接着：doudi settle --policy {order.mix.policy} --in {claims} --persons {persons} --against recorded"
        )
    else:
        print("没有记支付（各项基金支出为空）：人数多时由 oracle 逐笔计算太慢；要记请加 --recorded all")


@app.command("ledgers")
def ledgers(
    people: Annotated[int, typer.Option(help="人数 · How many people")] = 20_000,
    seed: Annotated[int, typer.Option(help="种子，同一种子得到同样的文件 · Seed")] = 1,
    damage: Annotated[int, typer.Option(help="1：一般的差错率；2：加倍 · Damage: 1, or 2 for double")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="文件夹；不写则在数据目录下 · Folder, else in DOUDI_HOME")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON")] = False,
) -> None:
    """生成样例县各部门报送的台账：各种格式、各种差错，真相另存于 truth.json 和 truth 文件夹。

    Make the ledgers of every department as they are handed over, damage included, with the truth beside.
    """
    from doudi.sample.ledgers.make import make as make_ledgers
    from doudi.sample.order import Order

    folder = out or settings.home() / "sample" / "ledgers"
    with counting("生成台账 Making ledgers") as tell:
        made = make_ledgers(Order(people=people, seed=seed), folder, damage=damage, tell=tell)
    if as_json:
        return put_json({"folder": str(folder), **made.truth})
    columns = ("文件", "台账", "行数")
    rows = [
        (one["file"], one["kind"], f"{sum(sheet['rows'] for sheet in one['sheets']):,}")
        for one in made.truth["files"]
    ]
    put_table(columns, rows)
    planted = made.truth["planted"]
    rates = [
        (one["zh"], f"{one['ppm_department']:,}", f"{planted[one['damage']]:,}", one["why"])
        for one in made.truth["rates"]
    ]
    put_table(
        ("差错", "每百万", "埋下", "由来"),
        rates,
        "部门报送的台账的差错率（估计；系统导出的少，村里手填的多）",
    )
    print(f"已写入 {folder}：{people:,} 人（虚构，区划 990101，种子 {seed}），差错倍数 {damage}")
