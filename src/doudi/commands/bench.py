"""`doudi bench`: how fast, beside what, on this machine."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doudi.commands import settings
from doudi.commands.screen import AsJson, put_json, put_table
from doudi.common.errors import InputFault

if TYPE_CHECKING:
    from doudi.bench.settle import Setting

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="测速 · Measure speed"
)

MOST, MOST_PEOPLE = 100_000_000, 10_000_000
Claims = Annotated[int, typer.Option(help="结算笔数 · Number of claims")]
People = Annotated[int, typer.Option(help="台账人数 · People in the ledgers")]
Policy = Annotated[str, typer.Option(help="地名、政策编号或文件 · A place, an id or a file")]
Folder = Annotated[
    Path | None,
    typer.Option(help="造出的数据放哪里，默认在临时目录 · Where made data is kept; else a temporary folder"),
]
Threads = Annotated[
    int | None, typer.Option(min=1, help="线程数，默认全部核 · Threads; all cores if not said")
]
Runs = Annotated[int | None, typer.Option(min=1, help="每项跑几次，取中位数 · Runs of each, median taken")]


@app.command("settle")
def settle(
    claims: Claims = 1_000_000,
    policy: Policy = "示例县",
    folder: Folder = None,
    threads: Threads = None,
    runs: Runs = None,
    as_json: AsJson = False,
) -> None:
    """批量结算一种规模：与“只读、排序、写”相比，核对总额，结算循环本身的速度。

    The batch on one size, beside reading, sorting and writing alone.
    """
    from doudi.bench.settle import bench_settle
    from doudi.bench.told import lines_of_settle

    _put(bench_settle(_setting(folder, policy, threads, runs), _checked(claims)), lines_of_settle, as_json)


@app.command("ledgers")
def ledgers(
    people: People = 1_000_000,
    folder: Folder = None,
    threads: Threads = None,
    runs: Runs = None,
    as_json: AsJson = False,
) -> None:
    """台账：读取、写入登记库、退回工作簿、五本台账归类、认人，各与对照相比，从十分之一到全部规模。

    Ledgers read, taken in, handed back, reconciled and linked, each beside its yardstick, from a tenth of the size up.
    """
    from doudi.bench.ledgers import Ledgers, bench_ledgers
    from doudi.bench.ledgers_told import lines_of_ledgers

    setting = Ledgers(_folder(folder), threads, runs, _say)
    _put(bench_ledgers(setting, _checked_people(people)), lines_of_ledgers, as_json)


@app.command("all")
def all_(
    claims: Claims = 10_000_000,
    people: People = 1_000_000,
    policy: Policy = "示例县",
    folder: Folder = None,
    threads: Threads = None,
    runs: Runs = None,
    as_json: AsJson = False,
) -> None:
    """一次运行给出全部数字：批量、试算、增长、内存、Spark，同一条规则在其他软件里的结果，以及台账。

    Every figure in one run.
    """
    from doudi.bench.everything import bench_all
    from doudi.bench.ledgers_told import lines_of_everything

    setting = _setting(folder, policy, threads, runs)
    found = bench_all(setting, _checked(claims), Path.cwd(), people=_checked_people(people))
    _put(found, lines_of_everything, as_json)


def _checked(claims: int) -> int:
    if not 1_000 <= claims <= MOST:
        raise InputFault(f"--claims {claims} 太小或太大", allowed=f"1,000 至 {MOST:,}", do="改用范围内的笔数")
    return claims


def _checked_people(people: int) -> int:
    if not 10_000 <= people <= MOST_PEOPLE:
        allowed = f"10,000 至 {MOST_PEOPLE:,}"
        raise InputFault(f"--people {people} 太小或太大", allowed=allowed, do="改用范围内的人数")
    return people


def _setting(folder: Path | None, policy: str, threads: int | None, runs: int | None) -> Setting:
    from doudi.bench.settle import Setting

    return Setting(_folder(folder), policy, settings.policies(), threads, runs, _say)


def _folder(folder: Path | None) -> Path:
    return folder or Path(tempfile.gettempdir()) / "doudi-bench"


def _say(what: str) -> None:
    if sys.stderr.isatty():
        print(what, file=sys.stderr, flush=True)


def _put(found: dict[str, Any], lines: Any, as_json: bool) -> None:
    if as_json:
        put_json(found)
        return
    from doudi.bench.told import COLUMNS, line_of_machine

    put_table(COLUMNS, list(lines(found)))
    print(line_of_machine(found["machine"]))
