"""`doudi demo`: the sample county settled and held against its record, its ledgers taken in, linked and reconciled."""

from __future__ import annotations

import json
import os
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from doudi.commands import demo_ledgers, settings
from doudi.commands.progress import counting
from doudi.commands.screen import put_table
from doudi.commands.settle import put_comparison, put_summary
from doudi.common.errors import StoreFault

if TYPE_CHECKING:
    from doudi.sample.order import Order

POLICY = "shili/resident"
STEPS = 9
TABLES = ("institutions", "persons", "visits", "diagnoses", "settlements")


def command(
    people: Annotated[int, typer.Option(help="样例县人数，1000 至 10000000 · How many people")] = 20_000,
    seed: Annotated[int, typer.Option(help="种子 · Seed")] = 1,
) -> None:
    """示范：样例县的费用结算（生成、导入、结算、比对、说明）和台账（生成、导入、认人、归类、核对）。

    The sample county from messy files to explained bills and reconciled ledgers.
    """
    from doudi.findings.batch import Request, settle_batch
    from doudi.sample.make import make
    from doudi.sample.order import Order
    from doudi.store import open_store
    from doudi.store.intake import take_in

    home = settings.home()
    started = time.monotonic()
    order = Order(people=people, seed=seed)
    folder = home / "sample" / "county"
    store = open_store(home)
    if store.current().batches.get("settlements"):
        _refuse_other_data(home, folder, order)

    with counting("1/9 生成样例县 Making the sample county") as tell:
        made = make(order, folder, settings.policies(), workers=os.cpu_count() or 1, tell=tell)
    _done(1, f"样例县 {order.size:,} 人（虚构，区划 990101，种子 {order.seed}）：{folder}", started)

    files = [folder / made.files[name] for name in TABLES if name in made.files]
    with counting("2/9 导入 Importing") as tell:
        taken = take_in(store, files, progress=lambda name, read, whole: tell(read, whole))
    rows = "，".join(f"{one.table} {one.rows:,}" for one in taken if not one.already) or "以前已导入"
    _done(2, f"导入数据目录（快照 {store.current().id}）：{rows}", started)

    request = Request(
        policy=POLICY,
        policies=settings.policies(),
        home=home,
        out=home / "settled.parquet",
        detail=home / "settled-detail.parquet",
        against="recorded",
    )
    with counting("3/9 结算并与记录核对 Settling") as tell:
        result = settle_batch(request, tell)
    _done(3, f"结算 {result.summary.claims:,} 笔并与记录核对", started)

    shown = _telling_bill(home / "settled-detail.parquet")
    _done(4, f"选出一笔示例账单 {shown}", started)
    print()
    put_summary(result.summary)
    print()
    if result.comparison is not None:
        put_comparison(result.comparison, result.findings)
        print(
            f"样例在记录中埋下 {len(made.truth['mistakes']):,} 笔差错（{folder / 'truth.json'}），可与上表对照。"
        )
    print()
    steps = count(5)
    demo_ledgers.run(home, order, lambda what: _done(next(steps), what, started))
    print()
    prefix = "" if home == Path("data") else f"DOUDI_HOME={home} "
    doudi = f"{prefix}.venv/bin/doudi"
    put_table(
        ("接着看 Open next", "说的是 What it shows"),
        [
            (f"{doudi} explain {shown} --for citizen", "这笔账单为什么付这么多：给本人看"),
            (f"{doudi} explain {shown}", "同一笔：每层的条款、起付线、分段、封顶，给审核看"),
            (f"{doudi} policy show {POLICY}", "所用政策：每个数字的出处，待核实的都标明"),
            (
                f"{doudi} simulate --policy {POLICY} --set cii.deductible=9000 --html {home}/what-if.html",
                "大病保险起付线改为 9000 元：花多少钱，谁受益",
            ),
            (f"{doudi} policy test", "已发布的算例，逐步核对到分"),
            *demo_ledgers.open_next(doudi, home),
        ],
    )
    print(f"共用 {time.monotonic() - started:.0f} 秒。")


def _done(step: int, what: str, started: float) -> None:
    print(f"{step}/{STEPS} {what}（{time.monotonic() - started:.0f} 秒）", flush=True)


def _refuse_other_data(home: Path, folder: Path, order: Order) -> None:
    """The demo's county is not mixed into other data, nor with a sample county of another size or seed."""
    try:
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        held = f"{truth['counts']['people']:,} 人、种子 {truth['seed']} 的样例县"
        same = (truth["counts"]["people"], truth["seed"]) == (order.size, order.seed)
    except (OSError, ValueError, KeyError):
        held, same = "结算数据", False
    if not same:
        do = f"另选目录（DOUDI_HOME=目录 doudi demo），或先移走 {home}"
        raise StoreFault(f"数据目录中已有{held}，示范不与之混在一起", where=str(home), do=do)


def _telling_bill(detail: Path) -> str:
    """A settlement through which most layers paid; the dearest of them, then the first by id."""
    import duckdb

    # The file is ours and the query has no words from outside.
    rows = (
        duckdb.connect()
        .execute(
            f"""SELECT setl_id FROM read_parquet('{detail}') WHERE fund_payamt > 0
        GROUP BY setl_id ORDER BY count(*) DESC, sum(fund_payamt) DESC, setl_id LIMIT 1"""  # noqa: S608
        )
        .fetchall()
    )
    return str(rows[0][0])
