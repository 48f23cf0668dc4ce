"""A small village for the register's tests: kinds declared here, people who cannot exist, sheets made without files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from doudi.common.identifiers import sample_id_number
from doudi.facts.declare import Column
from doudi.ledgers.importers.grid import Workbook
from doudi.ledgers.reading.result import ROW, CellProblem, FileReading, LeftOut, Mapped, SheetReading
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind, TagRule

TODAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 8, tzinfo=UTC)


def ledger_column(
    name: str, kind: Any, sensitivity: Any = "open", role: Any = "", **more: Any
) -> LedgerColumn:
    """A column called by its own name."""
    return LedgerColumn(Column(name, kind, name, name, sensitivity=sensitivity, **more), role=role)


WHO = (
    ledger_column("certno", "id", "identifying", "idcard"),
    ledger_column("psn_name", "text", "identifying", "name"),
)
HOME = (
    ledger_column("hh_no", "id", "personal", "household"),
    ledger_column("relation", "code", "personal", "relation"),
)
PLACE = (ledger_column("admdvs", "code", role="division"),)


def _kind(name: str, columns: Sequence[LedgerColumn], **more: Any) -> LedgerKind:
    told = {"zh": name, "en": name, "sender": name, "subject": "person", "nature": "list", "key": ("certno",)}
    return LedgerKind(name=name, columns=tuple(columns), **(told | more))


POPULATION = _kind(
    "population",
    [
        *WHO,
        *HOME,
        *PLACE,
        ledger_column("addr", "text", "identifying", "address"),
        ledger_column("since", "date"),
    ],
    since="since",
    makes_persons=True,
    makes_households=True,
)
DIBAO = _kind(
    "dibao",
    [
        *WHO,
        *PLACE,
        ledger_column("amt", "money"),
        ledger_column("grade", "code"),
        ledger_column("until", "date"),
    ],
    until="until",
    tags=(TagRule(tag="低保", level="grade"),),
)
DEATHS = _kind(
    "deaths",
    [*WHO, ledger_column("death_date", "date"), ledger_column("tel", "text", "personal", "phone")],
    since="death_date",
    nature="event",
)
KINDS = {kind.name: kind for kind in (POPULATION, DIBAO, DEATHS)}


def number(serial: int, born: date = date(1970, 1, 1)) -> str:
    """The citizen's number of somebody who cannot exist; a thousand of them were born on each day."""
    return sample_id_number(born + timedelta(days=serial // 1000), serial % 1000)


def sheet(
    kind: LedgerKind,
    rows: Sequence[dict[str, Any]],
    *,
    name: str = "Sheet1",
    problems: Sequence[CellProblem] = (),
    written: dict[int, str] | None = None,
) -> SheetReading:
    """Rows as reading gives them: every column of the kind, the identity cell's state, what was written there."""
    columns: dict[str, pa.Array] = {ROW: pa.array(range(2, len(rows) + 2), pa.int32())}
    for column in kind:
        columns[column.column.inside] = pa.array([row.get(column.name) for row in rows], column.column.arrow)
    if "certno" in kind.by_name:
        states = ["whole" if row.get("certno") else "wrong" for row in rows]
        columns["certno__state"] = pa.array(states, pa.string())
        columns["certno__written"] = pa.array(
            [(written or {}).get(at) for at in range(len(rows))], pa.string()
        )
    mapping = tuple(Mapped(at, f"列{one.name}", one.name, "exact") for at, one in enumerate(kind, start=1))
    return SheetReading(
        name,
        kind,
        (1,),
        mapping,
        "",
        pa.table(columns),
        (),
        (LeftOut(1, "表头"),),
        tuple(problems),
        len(rows) + 1,
    )


def content_of(*sheets: SheetReading, salt: str = "") -> bytes:
    """Bytes that stand for a file with these sheets."""
    told = [(one.name, one.table.to_pydict()) for one in sheets]
    return f"{salt}{told}".encode()


def reading(*sheets: SheetReading, salt: str = "", name: str = "名单.xlsx") -> tuple[FileReading, bytes]:
    """A file with some sheets, and its bytes."""
    content = content_of(*sheets, salt=salt)
    return FileReading(Workbook(name, hashlib.sha256(content).hexdigest(), "xlsx", ()), sheets), content
