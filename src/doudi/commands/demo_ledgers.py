"""The ledger half of `doudi demo`: the departments' messy files made, taken in, handed back, linked, reconciled, checked.

Everything goes through the same calls as `doudi ledger`; the demo only chooses what to show.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from doudi.commands.ledger_checks import Checked, checked
from doudi.commands.ledger_reconciled import Shown, reconciled
from doudi.commands.progress import counting
from doudi.commands.register import Desk, sit_down
from doudi.commands.screen import put_table

if TYPE_CHECKING:
    from doudi.findings.link import Links
    from doudi.sample.ledgers.make import Made
    from doudi.sample.order import Order

PLACE, YEAR = "示例县", 2026
Done = Callable[[str], None]


@dataclass
class Taken:
    """What the files came to."""

    files: int = 0
    rows: int = 0
    accepted: int = 0
    refused: int = 0
    left_out: int = 0
    problems: int = 0
    worst: tuple[int, str, int] = (0, "", 0)
    """Most problems in one file: how many, its name, its import."""


def run(home: Path, order: Order, done: Done) -> None:
    """Go through the ledgers of a county, telling each step."""
    from doudi.sample.ledgers.make import make

    folder = home / "sample" / "ledgers"
    with counting("生成各部门台账 Making ledgers") as tell:
        made = make(order, folder, tell=tell)
    done(f"各部门台账 {len(made.files)} 个文件（xlsx、xls、et、ods、csv、网页表格，内含差错）：{folder}")
    desk = sit_down()
    taken = _take_in(desk, made)
    done(
        f"试导并导入 {taken.files} 个文件：{taken.rows:,} 行 = 收下 {taken.accepted:,} + 退回 {taken.refused:,}"
        f" + 不算记录 {taken.left_out:,}；指出 {taken.problems:,} 个有问题的格"
    )
    day = dt.date.fromisoformat(made.truth["stands_at"])
    links, recorded = _link(desk, day)
    done(f"认人 {recorded:,} 条（没有可用证件号的记载），待人认定 {links.queued:,} 条")
    shown = reconciled(desk, year=YEAR, day=day, place=PLACE, engine="duckdb")
    done(f"五本台账归类：{shown.people.num_rows:,} 人，一人一种参保状态")
    found = checked(desk, day, [])
    done(f"按 {len(found.ran)} 条规则核对，发现 {found.failed.num_rows:,} 处")
    print()
    _put(shown, found)


def open_next(doudi: str, home: Path) -> list[tuple[str, str]]:
    """What to open of the ledgers."""
    folder = home / "sample" / "ledgers"
    exports = f"{folder}/监测系统成员信息导出_2026年3月.xlsx {folder}/监测系统成员信息导出_2026年6月.xlsx"
    return [
        (f"{doudi} ledger rehearse {folder}/户籍人口花名册（2026年6月）.xlsx --as-of 2026-06-30",
         "试导一个工作簿：表头、单位、合计自动认出，逐格指出问题"),
        (f"{doudi} ledger returned 2", "把工作簿退回报送单位：原样标出错格，改好再导"),
        (f"{doudi} ledger reconcile --year {YEAR} --as-of 2026-06-30 --place {PLACE} --flag special_uncovered",
         "应保未保的特殊人群，每人的依据在哪个文件哪一行"),
        (f"{doudi} ledger check --as-of 2026-06-30 --villages", "台账间的矛盾，按村列数"),
        (f"{doudi} ledger link --as-of 2026-06-30", "待人认定的记载，先大额后小额"),
        (f"{doudi} ledger diff {exports} --first 2026-03-31 --last 2026-06-30", "国家系统三月和六月的说法有何不同"),
        (f"{doudi} person show 1", "一个人的全部记载和来源（已遮盖）"),
    ]  # fmt: skip


def _take_in(desk: Desk, made: Made) -> Taken:
    from doudi.ledgers import api

    taken = Taken()
    with counting("导入台账 Importing ledgers") as tell:
        for number, (path, told) in enumerate(zip(made.files, made.truth["files"], strict=True), 1):
            day = dt.date.fromisoformat(told["as_of"])
            handed = api.take_up(path, desk.kinds, as_of=day, known_at=desk.now, sender=told["sender"])
            imports = api.commit(
                handed.reading, ring=desk.ring, home=desk.home, original=path, by=desk.clerk, known_at=desk.now,
                as_of=day, sender=told["sender"],
            )  # fmt: skip
            taken.files += 1
            problems = 0
            for sheet in handed.reading.sheets:
                taken.rows += sheet.rows_in
                taken.accepted += sheet.accepted
                taken.refused += len(sheet.refused)
                taken.left_out += len(sheet.left_out)
                problems += len(sheet.problems)
            taken.problems += problems
            taken.worst = max(taken.worst, (problems, path.name, imports[0].id))
            tell(number, len(made.files))
    return taken


def _link(desk: Desk, day: dt.date) -> tuple[Links, int]:
    from doudi.commands.ledger_links import find, record

    links = find(desk, day)
    return links, record(desk, links)


def _put(shown: Shown, found: Checked) -> None:
    from doudi.findings.checks.counts import by_rule
    from doudi.findings.reconcile import FLAGS, STATES

    counts = shown.people["state"].value_counts().to_pylist()
    rows = [
        (STATES[one["values"]].zh, f"{one['counts']:,}")
        for one in sorted(counts, key=lambda one: -one["counts"])
    ]
    put_table(("参保状态", "人数"), rows[:8])
    flags = shown.found.flags["flag"].value_counts().to_pylist()
    rows = [
        (FLAGS[one["values"]].zh, f"{one['counts']:,}")
        for one in sorted(flags, key=lambda one: -one["counts"])
    ]
    put_table(("标记", "人数"), rows[:6])
    rules = by_rule(found.counted).to_pylist()[:8]
    put_table(
        ("规则", "处数", "谁来改"),
        [
            (found.rules[one["rule"]].zh, f"{one['findings']:,}", found.rules[one["rule"]].mends)
            for one in rules
        ],
    )
