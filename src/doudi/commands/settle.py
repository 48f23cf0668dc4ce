"""`doudi settle`: settle claims by a policy, or compare what was recorded with what the policy gives."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from doudi.commands import settings
from doudi.commands.progress import counting
from doudi.common.dates import parse_date
from doudi.common.errors import InputFault
from doudi.common.money import yuan_text
from doudi.findings.batch import Request, settle_batch
from doudi.findings.settle import Summary
from doudi.policy.library import find_policy
from doudi.policy.pack import Pack

Option = typer.Option


def command(
    policy: Annotated[str, Option("--policy", help="地名、政策编号或文件 · Place, id or file")],
    claims: Annotated[
        Path | None,
        Option("--in", help="结算数据（CSV、Parquet）；不写则用数据目录 · Claims; the store if left out"),
    ] = None,
    out: Annotated[
        Path | None,
        Option("--out", help="结果（.parquet 或 .csv），每笔结算一行 · Result, one row per settlement"),
    ] = None,
    detail: Annotated[
        Path | None, Option("--detail", help="明细，每笔结算每层一行 · One row per settlement and layer")
    ] = None,
    persons: Annotated[
        Path | None,
        Option("--persons", help="人员：身份、出生日期、参保 · Persons: categories, birth, enrolment"),
    ] = None,
    prior: Annotated[Path | None, Option("--prior", help="年初累计 · Sums at the start of the year")] = None,
    institutions: Annotated[
        Path | None, Option("--institutions", help="医药机构历史等级 · Dated hospital levels")
    ] = None,
    against: Annotated[
        str | None,
        Option("--against", help="recorded（已记录的支付）或以前的结果文件 · recorded, or an earlier result"),
    ] = None,
    findings: Annotated[
        Path | None, Option("--findings", help="差异清单写到这里 · Where differences are written")
    ] = None,
    backend: Annotated[str, Option("--backend", help="duckdb 或 spark")] = "duckdb",
    as_of: Annotated[
        str | None, Option("--as-of", help="只结算到这一天为止的记录 · Only claims settled up to this day")
    ] = None,
    as_json: Annotated[bool, Option("--json", help="输出 JSON · Print JSON")] = False,
) -> None:
    """按政策逐层结算，到分为止；每笔各层支付与个人负担之和必等于医疗费总额。

    Settle claims layer by layer, exact to the fen.
    """
    if backend not in ("duckdb", "spark"):
        raise InputFault(f"没有计算引擎“{backend}”", allowed="duckdb、spark", do="去掉 --backend 即用 duckdb")
    if out is None and against is None:
        raise InputFault("没有说结果写到哪里", do="加上 --out 文件，或用 --against recorded 只核对不写结果")
    request = Request(
        find_policy(policy, settings.policies()), claims, settings.home(), out, detail, persons, prior, institutions, against, findings, backend,
        _day(as_of),
    )  # fmt: skip
    with counting("结算 Settling") as progress:
        result = settle_batch(request, progress)
    if as_json:
        typer.echo(json.dumps(result.to_dict(), ensure_ascii=False, indent=1))
        return
    console = Console()
    show_summary(console, result.summary, request.pack)
    if result.comparison is not None:
        result.comparison.show(console)


def _day(text: str | None) -> dt.date | None:
    return parse_date(text, "--as-of") if text else None


def show_summary(console: Console, summary: Summary, pack: Pack) -> None:
    """What a run paid, layer by layer, for people."""
    table = Table(
        title=f"{pack.file.zh} · {summary.claims:,} 笔（冲正 {summary.refunds:,}），{summary.persons:,} 人",
        title_justify="left",
    )
    table.add_column("层 Layer")
    table.add_column("支付（元）Paid", justify="right")
    table.add_column("占总费用 Share", justify="right")
    total = summary.total_fen or 1
    for code, fen in summary.layers.items():
        table.add_row(f"{pack.layer(code).zh} {code}", _grouped(fen), _share(fen, total))
    table.add_row(
        "个人负担 psn_pay",
        _grouped(summary.psn_pay_fen),
        _share(summary.psn_pay_fen, total),
        end_section=True,
    )
    table.add_row("医疗费总额 medfee_sumamt", _grouped(summary.total_fen), "")
    console.print(table)
    if summary.unconfirmed:
        console.print(
            f"[yellow]本政策有 {len(summary.unconfirmed)} 个参数待核实[/]（doudi policy show {pack.id} 可见）：结果以此为前提。",
            highlight=False,
        )
    for file in summary.files.values():
        console.print(f"已写出 {file['file']}：{file['rows']:,} 行", highlight=False)


def _grouped(fen: int) -> str:
    whole, rest = yuan_text(fen).split(".")
    return f"{int(whole):,}.{rest}" if not whole.startswith("-0") else yuan_text(fen)


def _share(fen: int, total: int) -> str:
    tenths = (abs(fen) * 2000 + total) // (2 * total)
    return f"{'-' if fen < 0 else ''}{tenths // 10}.{tenths % 10}%"
