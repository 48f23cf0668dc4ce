"""`doudi simulate`: a year settled again under a changed policy, and what that comes to for funds and people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from doudi.commands import settings
from doudi.commands.progress import counting
from doudi.commands.screen import put_json, put_table
from doudi.common.dates import parse_date
from doudi.common.errors import InputFault


def command(
    policy: Annotated[
        str | None, typer.Option(help="现行政策：地名、编号或文件；不写则用上次结算的政策 · The policy now")
    ] = None,
    other: Annotated[
        str | None,
        typer.Option("--with", metavar="POLICY", help="改用这套政策 · Another policy in its place"),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME[CLASS]@FROM..TO=VALUE",
            help="改一个数，可重复：cii.deductible=9000，basic.ratio[l3]@2026-07-01=65% · Change a number",
        ),
    ] = None,
    claims: Annotated[
        Path | None,
        typer.Option("--in", help="结算数据（CSV、Parquet）；不写则用数据目录 · Claims; else the store"),
    ] = None,
    persons: Annotated[Path | None, typer.Option(help="人员 · Persons")] = None,
    prior: Annotated[Path | None, typer.Option(help="期初累计 · Sums at the start of the year")] = None,
    institutions: Annotated[
        Path | None, typer.Option(help="医药机构历史等级 · Dated hospital levels")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="只算出院日在这一年的结算 · Claims that ended in this year")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="只算到这一天为止的结算 · Only claims settled up to this day"),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="写成网页（单个文件，可打印）· Write a page")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON")] = False,
) -> None:
    """换一套政策（或改几个数）把一年的结算再算一遍：各层、各项基金、各类人、各乡镇、各级医院多支少支，谁受益谁多付。

    Settle a year again under a changed policy and compare.
    """
    from doudi.facts.edges import replaced
    from doudi.findings.batch import Request, last_policy
    from doudi.findings.whatif_request import Question, run_whatif
    from doudi.findings.whatif_told import told

    home = settings.home()
    chosen = policy or (None if claims else last_policy(home))
    if chosen is None:
        raise InputFault(
            "没有说现行是哪套政策", do="加上 --policy 地名或文件；doudi policy list 列出现有政策"
        )
    request = Request(
        policy=chosen, policies=settings.policies(), home=home, claims=claims, persons=persons, prior=prior,
        institutions=institutions, as_of=parse_date(as_of, "--as-of") if as_of else None,
    )  # fmt: skip
    if html is not None and html.suffix.lower() not in (".html", ".htm"):
        # Whatever is named here is written over: a slip must not cost anybody their claims.
        raise InputFault(f"不能把网页写成 {html.name}", "--html", "文件名以 .html 结尾", "改一个文件名")
    question = Question(other, tuple(sets or ()), year)
    with ExitStack() as stack:
        beside = stack.enter_context(replaced(html)) if html is not None else None
        with counting("试算 Simulating") as progress:
            result = told(run_whatif(request, question, progress))
        if beside is not None:
            from doudi.reports.whatif_page import whatif_page

            today = dt.date.today()  # noqa: DTZ011 -- the day on this desk is what a printed page says
            beside.write_text(whatif_page(result, today), encoding="utf-8")
    if as_json:
        put_json(result)
        return
    put_result(result)
    if html is not None:
        print(f"已写出 {html}")


def put_result(result: Mapping[str, Any]) -> None:
    """The comparison for people at a terminal: layers, then groups."""
    from doudi.reports.whatif_page import HIDDEN, exact, people, share

    def row(name: str, pair: Mapping[str, str]) -> tuple[str, ...]:
        change = exact(pair["change"], signed=True)
        return (
            name,
            exact(pair["before"]),
            exact(pair["after"]),
            change,
            share(pair["change"], pair["before"]),
        )

    totals = result["totals"]
    rows = [row(f"{one['zh']} {one['code']}", one) for one in result["layers"]]
    rows += [
        row("基金支出合计 fund_pay_sumamt", totals["fund_pay_sumamt"]),
        row("个人负担 psn_pay", totals["psn_pay"]),
    ]
    columns = ("改前（元）Before", "改后 After", "变化 Change", "")
    put_table(("层 Layer", *columns), rows, f"{result['claims']:,} 笔，{result['from']} 至 {result['to']}")
    for group in result["groups"]:
        shown = [
            (one["zh"], HIDDEN, HIDDEN, HIDDEN, HIDDEN)
            if one["hidden"]
            else row(one["zh"], one["totals"]["psn_pay"])
            for one in group["rows"]
        ]
        put_table((f"{group['zh']} {group['en']}", *columns), shown, "个人负担 psn_pay")
    less, more = (people(result["people"][way]["people"]) for way in ("less", "more"))
    print(f"负担减轻 {less} 人，加重 {more} 人（{HIDDEN}：不足 {result['fewest']} 人，不显示）。")
    for one in result["changes"]:
        before, after = (side["text"] if side else "没有" for side in (one["before"], one["after"]))
        of = f"（{one['classes']}）" if one["classes"] else ""
        print(f"· {one['zh']} {one['name']}{of}：{before} → {after}，{one['from']} 至 {one['to']}")
    if result["unconfirmed"]:
        print(f"所用标准有 {len({one['name'] for one in result['unconfirmed']})} 个待核实，结果以此为前提。")
