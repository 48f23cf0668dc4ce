"""What `doudi claims check` reads and shows: facts from files or the store, findings by rule and one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from doudi.commands.screen import put_json, put_table
from doudi.common.errors import DoudiError, Faults, InputFault
from doudi.common.money import yuan_text
from doudi.facts.checks import Checked, check_fee_lines, check_settlements
from doudi.facts.declare import Table
from doudi.facts.edges import write_csv
from doudi.facts.registry import TABLES
from doudi.store import open_store
from doudi.store.importers import read_file

CHECKED = ("settlements", "fee_lines")
LEVELS = {"error": "错误", "notice": "提示"}


@dataclass(frozen=True)
class Source:
    """Tables to check, by name, and what to call where they come from."""

    name: str
    tables: Mapping[str, pa.Table]

    def check(self) -> dict[str, Checked]:
        """Every check that these tables allow."""
        settlements, lines = (self.tables.get(name) for name in CHECKED)
        checks: dict[str, Checked] = {}
        if settlements is not None:
            checks["settlements"] = check_settlements(settlements, lines)
        if lines is not None:
            checks["fee_lines"] = check_fee_lines(lines, settlements)
        return checks


def from_store(home: Path) -> Source:
    """What the store holds now."""
    store = open_store(home)
    snapshot = store.current()
    tables = {name: store.read(name, snapshot).to_table() for name in CHECKED if name in snapshot.batches}
    if not tables:
        raise InputFault(
            "数据目录中还没有结算数据", str(home), do="先用 doudi claims import 导入，或给出文件"
        )
    return Source(f"snapshot:{snapshot.id}", tables)


def from_files(files: Sequence[Path], table: Table | None) -> Source:
    """Files as they are, without taking them in; rows that cannot be read are faults, all told together."""
    read: dict[str, list[pa.Table]] = {}
    faults: list[DoudiError] = []
    more = 0
    for file in files:
        reading = read_file(file, table)
        told = reading.faults.told
        faults += told
        more += reading.faults.count - len(told)
        read.setdefault(reading.table.name, []).append(reading.data)
    if faults:
        raise Faults(faults, more=more)
    if not set(CHECKED) & set(read):
        raise InputFault("没有可核对的表", allowed="、".join(CHECKED), do="给出结算或费用明细文件")
    joined = {name: pa.concat_tables(parts, promote_options="default") for name, parts in read.items()}
    return Source("、".join(file.name for file in files), joined)


def write(checks: Mapping[str, Checked], path: Path) -> None:
    """All findings as one CSV."""
    parts = [
        one.findings.add_column(0, "table", pa.repeat(name, one.findings.num_rows))
        for name, one in checks.items()
    ]
    write_csv(pa.concat_tables(parts), path, bom=True)


def put(source: str, checks: Mapping[str, Checked], limit: int, as_json: bool) -> None:
    """Show findings, the first `limit` of them one by one."""
    if as_json:
        errors = sum(one.errors for one in checks.values())
        tables = {name: _told(one, limit) for name, one in checks.items()}
        put_json({"source": source, "errors": errors, "tables": tables})
        return
    for name, one in checks.items():
        title = f"{TABLES[name].zh} {one.rows:,} 行，发现 {one.findings.num_rows:,} 处，其中错误 {one.errors:,} 处"
        rules = [
            (LEVELS[r["level"]], r["rule"], f"{r['count']:,}", _yuan(r["amount_fen"])) for r in one.counts()
        ]
        print(title)
        if rules:
            put_table(("级别", "规则", "处数", "差额合计（元）"), rows=rules)
            found = one.findings.slice(0, limit).to_pylist()
            rows = [
                (r["setl_id"], r["line"] or "", r["rule"], _yuan(r["amount_fen"]), r["message"])
                for r in found
            ]
            put_table(("结算ID", "明细", "规则", "差额（元）", "说明"), rows)
        for rule, missing in one.not_run:
            print(f"没有核对 {rule}：数据中没有 {missing}")


def _told(one: Checked, limit: int) -> dict[str, object]:
    return {
        "rows": one.rows,
        "errors": one.errors,
        "rules": [_outside(row) for row in one.counts()],
        "not_run": [{"rule": rule, "missing": missing.split("、")} for rule, missing in one.not_run],
        "findings": [_outside(row) for row in one.findings.slice(0, limit).to_pylist()],
    }


def _outside(row: dict[str, object]) -> dict[str, object]:
    fen = row.pop("amount_fen")
    return {**row, "amount": yuan_text(fen) if isinstance(fen, int) else None}


def _yuan(fen: object) -> str:
    return yuan_text(fen) if isinstance(fen, int) else ""
