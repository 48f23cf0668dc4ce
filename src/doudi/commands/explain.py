"""`doudi explain`: one settlement, layer by layer, with the clause behind each number."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from doudi.commands import settings
from doudi.commands.screen import on_terminal
from doudi.common.dates import parse_date
from doudi.common.errors import InputFault


def command(
    setl_id: Annotated[str, typer.Argument(metavar="SETL_ID", help="结算编号 · The settlement")],
    policy: Annotated[
        str | None, typer.Option(help="地名、编号或文件；不写则用上次结算的政策 · Else that of the last run")
    ] = None,
    claims: Annotated[
        Path | None, typer.Option("--in", help="结算数据；不写则用数据目录 · Claims; else the store")
    ] = None,
    persons: Annotated[Path | None, typer.Option(help="人员 · Persons")] = None,
    prior: Annotated[Path | None, typer.Option(help="期初累计 · Sums at the start of the year")] = None,
    institutions: Annotated[
        Path | None, typer.Option(help="医药机构历史等级 · Dated hospital levels")
    ] = None,
    reader: Annotated[
        Literal["citizen", "auditor"],
        typer.Option("--for", help="citizen 给本人看的简明版，auditor 给审核看的完整版 · Short or full"),
    ] = "auditor",
    lang: Annotated[Literal["zh", "en"], typer.Option(help="语言 · Language")] = "zh",
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="只看到这一天为止的记录 · Only claims up to this day")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON")] = False,
) -> None:
    """说明一笔结算：每层计入什么、起付线、分段、比例、封顶、依据条款、支付多少、还剩多少。

    Explain one settlement: what each layer counted, took, paid and left, by which clause.
    """
    from doudi.findings.batch import Request, last_policy
    from doudi.findings.one import trace_one
    from doudi.reports.explain_auditor import auditor_lines
    from doudi.reports.explain_citizen import citizen_lines
    from doudi.reports.lines import coloured, plain

    home = settings.home()
    chosen = policy or (None if claims else last_policy(home))
    if chosen is None:
        raise InputFault("没有说用哪套政策", do="加上 --policy 地名或文件；doudi policy list 列出现有政策")
    request = Request(
        policy=chosen,
        policies=settings.policies(),
        home=home,
        claims=claims,
        persons=persons,
        prior=prior,
        institutions=institutions,
        as_of=parse_date(as_of, "--as-of") if as_of else None,
    )
    trace = trace_one(request, setl_id)
    if as_json:
        print(trace.to_json(), end="")
        return
    tell = citizen_lines if reader == "citizen" else auditor_lines
    lines = list(tell(trace.to_dict(), lang))
    if on_terminal():
        from rich.console import Console

        Console(highlight=False, soft_wrap=True).print(coloured(lines), end="")
    else:
        print(plain(lines), end="")
