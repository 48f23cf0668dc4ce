"""What `doudi ledger diff` reads and tells: two exports of the national system, change by change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doudi.commands.lists import write_list
from doudi.commands.register import Desk
from doudi.commands.screen import put_table

if TYPE_CHECKING:
    from doudi.findings.exports_compared import Compared

WHAT = {"came": "新增", "left": "减少", "changed": "变化"}


def compared(
    desk: Desk, before: Path, after: Path, first: dt.date, last: dt.date, *, reveal: bool, reason: str
) -> list[Compared]:
    """Read two files and compare them; what names a person is masked unless it is to be shown, which is on record."""
    desk.must_see_rows()
    from doudi.access.api import Subject, places, record_opening
    from doudi.findings.exports_compared import compare_files, masked
    from doudi.ledgers.importers import read_workbook
    from doudi.ledgers.reading import read_file

    kinds = desk.kinds
    old, new = (
        read_file(read_workbook(path), kinds, as_of=day) for path, day in ((before, first), (after, last))
    )
    found = compare_files(old, new, first=first, last=last, places=places(desk.now))
    if reveal:
        record_opening(desk.gate, Subject("list"), reason=reason, revealed=["国家系统导出"], at=desk.now)
        return found
    return [replace(one, changes=tuple(masked(c, kinds[one.kind]) for c in one.changes)) for one in found]


def told_compared(found: Sequence[Compared]) -> dict[str, Any]:
    """For machines."""
    return {
        "compared": [
            {
                **{name: getattr(one, name) for name in ("kind", "zh", "before", "after", "matched", "same", "by_identity")},
                "repeated": list(one.repeated),
                "not_compared": list(one.not_compared),
                "counts": [{"what": what, "reason": why, "changes": n} for (what, why), n in one.counts().items()],
                "changes": [asdict(change) for change in one.changes],
            }
            for one in found
        ]
    }  # fmt: skip


def write_compared(found: Sequence[Compared], path: Path) -> None:
    """All changes as CSV."""
    columns = ("导出", "变动", "编号", "所在", "列", "原为", "现为", "可能的原因", "原表行", "新表行")
    rows = (
        (
            one.zh,
            WHAT.get(c.what, c.what),
            c.key,
            c.place,
            c.header,
            c.before,
            c.after,
            c.zh,
            c.row_before,
            c.row_after,
        )
        for one in found
        for c in one.changes
    )
    write_list(path, columns, rows)


def put_compared(found: Sequence[Compared], limit: int) -> None:
    """Counts by reason, then the first changes."""
    for one in found:
        print(
            f"{one.zh}：前 {one.before:,} 行，后 {one.after:,} 行，对上 {one.matched:,} 行（按证件号 {one.by_identity:,}），"
            f"没有变化 {one.same:,} 行"
        )
        if any(one.repeated):
            print(f"编号重复、没有比的：前 {one.repeated[0]:,} 行，后 {one.repeated[1]:,} 行")
        if one.not_compared:
            print(f"只有一份有的列，没有比：{'、'.join(one.not_compared)}")
        words: dict[tuple[str, str], str] = {(c.what, c.reason): c.zh for c in one.changes}
        rows = [(WHAT.get(what, what), words[what, why], f"{n:,}") for (what, why), n in one.counts().items()]
        put_table(("变动", "可能的原因", "处数"), rows)
        lines = [
            (WHAT.get(c.what, c.what), c.key, c.place, c.header, c.before or "", c.after or "", c.zh)
            for c in one.changes[:limit]
        ]
        if lines:
            put_table(
                ("变动", "编号", "所在", "列", "原为", "现为", "可能的原因"), lines, f"前 {len(lines)} 处"
            )
