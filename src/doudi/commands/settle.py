"""`doudi settle`: settle claims by a policy, or compare what was recorded with what the policy gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from doudi.commands import settings
from doudi.commands.progress import counting
from doudi.commands.screen import put_json, put_table
from doudi.common.dates import parse_date
from doudi.common.errors import InputFault
from doudi.common.money import yuan_text
from doudi.facts.settlements import FUNDS as FUND_COLUMNS

if TYPE_CHECKING:
    from doudi.findings.adjust import Adjustments
    from doudi.findings.against import Comparison
    from doudi.findings.settle import Summary


def command(
    policy: Annotated[str, typer.Option(help="地名、政策编号或文件 · A place, an id or a file")],
    claims: Annotated[
        Path | None,
        typer.Option("--in", help="结算数据（CSV、Parquet）；不写则用数据目录 · Claims; else the store"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="结果（.parquet、.csv），每笔结算一行 · Result, a row per settlement")
    ] = None,
    detail: Annotated[
        Path | None, typer.Option(help="明细，每笔结算每层一行 · A row per settlement and layer")
    ] = None,
    persons: Annotated[
        Path | None, typer.Option(help="人员：身份、出生日期、参保 · Persons: categories, birth, enrolment")
    ] = None,
    prior: Annotated[Path | None, typer.Option(help="期初累计 · Sums at the start of the year")] = None,
    institutions: Annotated[
        Path | None, typer.Option(help="医药机构历史等级 · Dated hospital levels")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="recorded|FILE",
            help="与已记录的支付核对；或与以前的结果比，列出各方应补应退 · Compare with the record, or with an earlier result",
        ),
    ] = None,
    findings: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="差异清单写到哪里，默认在数据目录 · Where differences go"),
    ] = None,
    backend: Annotated[str, typer.Option(help="duckdb、spark")] = "duckdb",
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="只结算到这一天为止的记录 · Only claims settled up to this day"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON")] = False,
) -> None:
    """按政策逐层结算，到分为止；每笔各层支付与个人负担之和必等于医疗费总额。

    Settle claims layer by layer, to the fen.
    """
    if backend not in ("duckdb", "spark"):
        raise InputFault(f"没有计算引擎“{backend}”", allowed="duckdb、spark", do="去掉 --backend 即用 duckdb")
    if out is None and against is None:
        raise InputFault("没有说结果写到哪里", do="加上 --out 文件；只核对、不要结果时写 --against recorded")
    from doudi.findings.batch import Request, settle_batch

    request = Request(
        policy=policy,
        policies=settings.policies(),
        home=settings.home(),
        claims=claims,
        out=out,
        detail=detail,
        persons=persons,
        prior=prior,
        institutions=institutions,
        against=against,
        findings=findings,
        backend=backend,
        as_of=parse_date(as_of, "--as-of") if as_of else None,
    )
    with counting("结算 Settling") as progress:
        result = settle_batch(request, progress)
    if as_json:
        put_json(result.to_dict())
        return
    put_summary(result.summary)
    if result.comparison is not None:
        put_comparison(result.comparison, result.findings)
    if result.adjustments is not None:
        put_adjustments(result.adjustments, result.findings)


def put_adjustments(adjustments: Adjustments, findings: Path | None) -> None:
    """What each fund and the persons owe or get back against an earlier result."""
    told = adjustments.to_dict()
    kinds = "，".join(f"{kind['zh']} {kind['claims']:,} 笔" for kind in told["kinds"])
    print(
        f"与以前的结果相比：{adjustments.claims:,} 笔中有变化的 {told['changed']:,} 笔"
        + (f"（{kinds}）" if kinds else "")
    )
    if not told["changed"]:
        return
    rows = [(name, sums["more"], sums["back"], sums["net"]) for name, sums in told["sums"].items()]
    put_table(("项目", "应补（元）more", "应退（元）back", "净额（元）net"), rows)
    print(f"逐笔清单：{findings}（同名 .csv 可在表格软件中打开）")


def put_comparison(comparison: Comparison, findings: Path | None) -> None:
    """How the record compares with the policy, by reason, for people."""
    told = comparison.to_dict()
    print(
        f"与记录核对：{comparison.compared:,} 笔有记录，{told['agreeing']:,} 笔相符，{comparison.differing:,} 笔不符"
        + (f"；{comparison.without_record:,} 笔没有记录" if comparison.without_record else "")
    )
    if not comparison.differing:
        return
    rows = []
    for reason in told["reasons"]:
        person = reason["differences"].get("psn_pay", "0.00")
        funds = sum(
            sums for name, sums in comparison.by_reason[reason["reason"]].items() if name in FUND_COLUMNS
        )
        rows.append((reason["zh"], reason["reason"], f"{reason['claims']:,}", yuan_text(funds), person))
    put_table(
        ("原因", "代码", "笔数", "基金多付（元）", "个人多付（元）"), rows, "记录比政策多付的（负数为少付）"
    )
    print(f"逐笔清单：{findings}（同名 .csv 可在表格软件中打开）")


def put_summary(summary: Summary) -> None:
    """What a run paid, layer by layer, for people."""
    total = summary.total_fen
    rows = [
        (f"{summary.names[code]} {code}", grouped(fen), share(fen, total))
        for code, fen in summary.layers.items()
    ]
    rows.append(("个人负担 psn_pay", grouped(summary.psn_pay_fen), share(summary.psn_pay_fen, total)))
    rows.append(("医疗费总额 medfee_sumamt", grouped(total), ""))
    title = f"{summary.claims:,} 笔（其中冲正 {summary.refunds:,}），{summary.persons:,} 人；政策 {summary.policy}"
    put_table(("层 Layer", "支付（元）Paid", "占比 Share"), rows, title)
    if summary.unconfirmed:
        print(
            f"本政策有 {len(summary.unconfirmed)} 个参数待核实，结果以此为前提；doudi policy show {summary.policy} 可见。"
        )
    for file in summary.files.values():
        print(f"已写出 {file['file']}（{file['rows']:,} 行）")


def grouped(fen: int) -> str:
    """Yuan with thousands parted, for tables."""
    whole, _, rest = yuan_text(abs(fen)).partition(".")
    return f"{'-' if fen < 0 else ''}{int(whole):,}.{rest}"


def share(fen: int, of: int) -> str:
    """A share in per cent with one decimal, rounded half up."""
    if of <= 0:
        return ""
    tenths = (2000 * abs(fen) + of) // (2 * of)
    return f"{'-' if fen < 0 else ''}{tenths // 10}.{tenths % 10}%"
