"""`doudi ledger` over the register: check, reconcile, link, and two exports compared."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from doudi.commands.progress import counting
from doudi.commands.register import sit_down
from doudi.commands.screen import AsJson, put_json
from doudi.common.dates import parse_date

AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="看哪一天的情况，默认今天 · As of a day")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE.csv", help="清单写成 CSV · Write the list as CSV")
]
Engine = Annotated[str, typer.Option("--backend", help="duckdb、spark")]


def check(
    as_of: AsOf = None,
    rule: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="只看这些规则（可重复）· Only these rules")
    ] = None,
    months: Annotated[
        int, typer.Option(min=0, max=60, help="再往前看几个月末的数 · Counts at so many month-ends before")
    ] = 0,
    villages: Annotated[bool, typer.Option("--villages", help="按村列数 · Counts by village")] = False,
    out: Out = None,
    limit: Annotated[int, typer.Option(min=0, help="最多列多少条 · How many findings to list")] = 20,
    as_json: AsJson = False,
) -> None:
    """按一致性规则和台账之间的矛盾核对登记库：哪条规则、哪一行、谁来改、怎么改。

    Hold the register against the rules of consistency and the contradictions between ledgers.
    """
    desk = sit_down()
    desk.must_see_figures()
    from doudi.commands.ledger_checks import (
        checked,
        month_ends,
        put_checks,
        put_over_time,
        put_villages,
        told,
    )

    day = desk.day(as_of)
    days = [*month_ends(day, months), day]
    with counting("核对 Checking"):
        found = {one: checked(desk, one, rule or []) for one in days}
    now = found[day]
    if out:
        now.write(out)
    if as_json:
        return put_json(told(now, found))
    put_checks(now, limit)
    if villages:
        put_villages(now)
    if months:
        put_over_time(found)
    if out:
        print(f"已写出 {out}")


def reconcile(
    year: Annotated[int, typer.Option("--year", metavar="Y", help="参保年度 · Coverage year")],
    as_of: AsOf = None,
    place: Annotated[str, typer.Option(help="用哪里的参保政策 · Whose enrolment policy")] = "国家",
    state: Annotated[
        str, typer.Option(metavar="STATE", help="只列这种状态的人 · Only people in a state")
    ] = "",
    flag: Annotated[
        str, typer.Option(metavar="FLAG", help="只列有这个标记的人 · Only people with a flag")
    ] = "",
    township: Annotated[str, typer.Option(metavar="CODE", help="只列一个乡镇的人 · Only one township")] = "",
    village: Annotated[str, typer.Option(metavar="CODE", help="只列一个村的人 · Only one village")] = "",
    out: Out = None,
    backend: Engine = "duckdb",
    limit: Annotated[int, typer.Option(min=0, help="最多列多少人 · How many people to list")] = 20,
    as_json: AsJson = False,
) -> None:
    """五本台账归到一人一种参保状态：参保率、标记、按乡镇和村的名单，每行可查到依据的记载。

    Five ledgers reconciled into one state per person and year, with rates, flags and lists.
    """
    desk = sit_down()
    desk.must_see_figures()
    from doudi.commands.ledger_reconciled import put_reconciled, reconciled

    with counting("归类 Reconciling"):
        found = reconciled(desk, year=year, day=desk.day(as_of), place=place, engine=backend)
    listed = found.listed(state=state, flag=flag, township=township, village=village)
    if out:
        found.write(listed, out)
    if as_json:
        return put_json(found.to_dict(listed))
    put_reconciled(found, listed, limit if state or flag or township or village else 0)
    if out:
        print(f"已写出 {out}")


def link(
    as_of: AsOf = None,
    dry: Annotated[bool, typer.Option("--dry", help="只看，不记下认定 · Record nothing")] = False,
    queue: Annotated[
        int, typer.Option(min=0, help="列出多少条待人认定 · How many of the queue to list")
    ] = 10,
    explain: Annotated[
        int | None, typer.Option(metavar="ENTRY", help="说明一条待认定的记载 · Explain a queued entry")
    ] = None,
    chart: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="说明画成图 · The explanation as a chart")
    ] = None,
    decide: Annotated[
        str | None,
        typer.Option(
            metavar="ENTRY=PERSON", help="认定是这个人；ENTRY!PERSON 为不是 · Say who it is, or is not"
        ),
    ] = None,
    undo: Annotated[int | None, typer.Option(metavar="LINK", help="撤回一次认定 · Take a link back")] = None,
    as_json: AsJson = False,
) -> None:
    """把没有可用证件号码的记载认到人：有把握的直接认定，存疑的排队由人决定，先大额后小额。

    Find who the entries without a usable number are about; doubtful ones queue for a person.
    """
    desk = sit_down()
    desk.must_see_rows()
    from doudi.commands import ledger_links

    if undo is not None:
        return ledger_links.take_back(desk, undo)
    if decide is not None:
        return ledger_links.decide(desk, decide)
    with counting("比对 Linking"):
        found = ledger_links.find(desk, desk.day(as_of))
    if explain is not None:
        return ledger_links.explain(ledger_links.seen(desk, found), explain, chart, as_json)
    recorded = 0 if dry else ledger_links.record(desk, found)
    found = ledger_links.seen(desk, found)
    if as_json:
        return put_json(ledger_links.told(desk, found, recorded))
    ledger_links.put(found, recorded, queue)


def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="前一份导出")],
    after: Annotated[Path, typer.Argument(metavar="B", help="后一份导出")],
    first: Annotated[
        str | None, typer.Option("--first", metavar="DATE", help="前一份是哪天的 · The first file's day")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--last", metavar="DATE", help="后一份是哪天的，默认今天 · The second's")
    ] = None,
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help="不遮盖姓名号码；须写明事由，留有记录 · Do not mask names and numbers"),
    ] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="查看的事由 · Why")] = "",
    out: Out = None,
    limit: Annotated[int, typer.Option(min=0, help="最多列多少处 · How many changes to list")] = 30,
    as_json: AsJson = False,
) -> None:
    """国家系统前后两份导出相比：来了谁、走了谁、哪些项变了，可能因为什么。

    Two exports of the national system compared: came, left, changed, with the likely reason.
    """
    desk = sit_down()
    from doudi.commands.ledger_exports import compared, put_compared, told_compared, write_compared

    day = parse_date(last, "--last") if last else desk.today
    start = parse_date(first, "--first") if first else day - dt.timedelta(days=1)
    found = compared(desk, before, after, start, day, reveal=reveal, reason=reason)
    if out:
        write_compared(found, out)
    if as_json:
        return put_json(told_compared(found))
    put_compared(found, limit)
    if out:
        print(f"已写出 {out}")


COMMANDS = (check, reconcile, link, diff)
