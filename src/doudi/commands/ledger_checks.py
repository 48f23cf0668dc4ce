"""What `doudi ledger check` runs and how it is told: findings by rule, each with its record and whose turn it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doudi.commands import settings
from doudi.commands.lists import write_list
from doudi.commands.register import Desk
from doudi.commands.screen import put_table
from doudi.common.errors import InputFault

if TYPE_CHECKING:
    import pyarrow as pa

    from doudi.ledgers.api import EntrySource
    from doudi.policy.checks.schema import Rule

SEVERITY = {"error": "错误", "warning": "提示", "lead": "线索"}


@dataclass(frozen=True)
class Checked:
    """The findings of one day: `failed` whoever asks may see one by one, `counted` as numbers."""

    on: dt.date
    rules: Mapping[str, Rule]
    failed: pa.Table
    counted: pa.Table
    ran: Sequence[str]
    lacking: Mapping[str, Sequence[str]]
    sources: Mapping[int, EntrySource]
    settlements: Mapping[int, str]
    places: Mapping[str, str]

    def place(self, code: str | None) -> str:
        """A place by its name."""
        return self.places.get(code or "", code or "")

    def where(self, entry: int) -> str:
        """The record behind an entry: file, sheet and row, or the settlement's number."""
        if entry < 0:
            return f"结算 {self.settlements.get(entry, '')}"
        return str(self.sources.get(entry, "")) or f"记载 {entry}"

    def write(self, path: Path) -> None:
        """All findings as CSV."""
        columns = ("规则", "编号", "程度", "内容", "人员", "户", "区划", "记载", "对照", "谁来改", "建议")
        found = ((row, self.rules[row["rule"]]) for row in self.failed.to_pylist())
        rows = (
            (rule.id, rule.number, SEVERITY[rule.severity], rule.zh, row["person_id"], row["household_id"],
             self.place(row["division"]), self.where(row["entry_id"]),
             "；".join(self.where(one) for one in row["beside"]), rule.mends, rule.suggestion)
            for row, rule in found
        )  # fmt: skip
        write_list(path, columns, rows)


def checked(desk: Desk, on: dt.date, only: Sequence[str]) -> Checked:
    """Run the rules over the register as of a day."""
    from doudi.findings.checks.register import run_on_register
    from doudi.ledgers import api
    from doudi.policy.checks.load import load_rules
    from doudi.policy.folder import root

    files = load_rules(root(settings.policies()), desk.kinds)
    rules = {rule.id: rule for file in files for rule in file.rules}
    if unknown := sorted(set(only) - rules.keys()):
        raise InputFault(f"没有规则 {'、'.join(unknown)}", "--rule", "、".join(rules), "改用其中的编号")
    chosen = [rules[one] for one in only] if only else list(rules.values())
    outcome, settlements = run_on_register(chosen, desk.home, desk.kinds, on=on, known_at=desk.now)
    failed, counted = desk.gate.rows(outcome.failed), desk.gate.countable(outcome.failed)
    wanted = {one for one in failed["entry_id"].to_pylist() if one > 0}
    wanted |= {one for some in failed["beside"].to_pylist() for one in some}
    sources = api.entry_sources(wanted)
    return Checked(
        on, rules, failed, counted, outcome.ran, outcome.lacking, sources, settlements, _places(desk, on)
    )


def _places(desk: Desk, on: dt.date) -> dict[str, str]:
    """The names of places by their codes."""
    from doudi.access.api import divisions

    standing = divisions(as_of=on, known_at=desk.now)
    return dict(zip(standing["code"].to_pylist(), standing["name"].to_pylist(), strict=True))


def month_ends(day: dt.date, months: int) -> list[dt.date]:
    """The last days of so many months before a day's own, oldest first."""
    ends: list[dt.date] = []
    first = day.replace(day=1)
    for _ in range(months):
        last = first - dt.timedelta(days=1)
        ends.append(last)
        first = last.replace(day=1)
    return ends[::-1]


def told(now: Checked, found: Mapping[dt.date, Checked]) -> dict[str, Any]:
    """The findings for machines."""
    from doudi.findings.checks.counts import by_rule, by_village, over_time

    return {
        "as_of": str(now.on),
        "ran": list(now.ran),
        "lacking": {rule: list(ledgers) for rule, ledgers in now.lacking.items()},
        "rules": by_rule(now.counted).to_pylist(),
        "villages": by_village(now.counted).to_pylist(),
        "over_time": over_time({day: one.counted for day, one in found.items()}, now.ran).to_pylist(),
        "findings": [
            {
                **{name: row[name] for name in ("rule", "severity", "ledger", "person_id", "household_id", "division", "rows")},
                "record": _record(now, row["entry_id"]),
                "beside": [_record(now, one) for one in row["beside"]],
                "mends": now.rules[row["rule"]].mends,
                "suggestion": now.rules[row["rule"]].suggestion,
            }
            for row in now.failed.to_pylist()
        ],
    }  # fmt: skip


def _record(now: Checked, entry: int) -> dict[str, Any]:
    if entry < 0:
        return {"setl_id": now.settlements.get(entry)}
    source = now.sources.get(entry)
    return source.to_dict() if source else {"entry": entry}


def put_checks(now: Checked, limit: int) -> None:
    """Findings by rule, then the first of them."""
    from doudi.findings.checks.counts import by_rule

    counted = by_rule(now.counted).to_pylist()
    rows = [
        (row["rule"], SEVERITY[row["severity"]], now.rules[row["rule"]].zh, f"{row['findings']:,}",
         f"{row['persons']:,}", now.rules[row["rule"]].mends)
        for row in counted
    ]  # fmt: skip
    put_table(("规则", "程度", "内容", "处数", "人数", "谁来改"), rows, f"{now.on} 核对结果")
    print(f"运行 {len(now.ran)} 条规则，{len(counted)} 条有发现，共 {now.counted.num_rows:,} 处")
    if now.lacking:
        lacking = sorted({ledger for ledgers in now.lacking.values() for ledger in ledgers})
        print(f"{len(now.lacking)} 条没有运行：缺台账 {'、'.join(lacking)}")
    shown = now.failed.slice(0, limit).to_pylist()
    if shown:
        lines = [
            (row["rule"], str(row["person_id"] or ""), now.place(row["division"]), now.where(row["entry_id"]),
             "；".join(now.where(one) for one in row["beside"][:3]), now.rules[row["rule"]].suggestion)
            for row in shown
        ]  # fmt: skip
        put_table(("规则", "人员", "区划", "记载", "对照", "建议"), lines, f"前 {len(shown)} 处")


def put_villages(now: Checked) -> None:
    """Findings by rule and village."""
    from doudi.findings.checks.counts import by_village

    rows = [
        (
            row["rule"],
            now.place(row["township"]),
            now.place(row["village"]) or "未定",
            f"{row['findings']:,}",
            f"{row['persons']:,}",
        )
        for row in by_village(now.counted).to_pylist()
    ]
    put_table(("规则", "乡镇", "村", "处数", "人数"), rows, "按村")


def put_over_time(found: Mapping[dt.date, Checked]) -> None:
    """Findings by rule at the ends of months."""
    from doudi.findings.checks.counts import over_time

    rules = list(dict.fromkeys(rule for one in found.values() for rule in one.ran))
    table = over_time({day: one.counted for day, one in found.items()}, rules)
    rows = [
        [str(value) for value in row.values()]
        for row in table.to_pylist()
        if any(v for v in list(row.values())[1:])
    ]
    put_table(("规则", *table.column_names[1:]), rows, "历月变化")
