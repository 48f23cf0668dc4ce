"""The record of who had whose identifying values shown, when and why. Rows are added, never changed.

A refused attempt is on record too. The clock is the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import pyarrow as pa

from doudi.access.models import Opening
from doudi.access.retained import years_after
from doudi.access.viewers import Gate, Viewer
from doudi.common.errors import InputFault

RECORD_YEARS: Final = 10

SubjectKind = Literal["person", "household", "import", "list"]

_CITIZEN = re.compile(r"(?<!\d)\d{15}(?:\d{2}[\dXx])?(?!\d)|(?<!\d)1\d{10}(?!\d)", re.ASCII)
_SCHEMA = pa.schema(
    {
        "at": pa.timestamp("s", "UTC"),
        "viewer": pa.string(),
        "role": pa.string(),
        "subject": pa.string(),
        "subject_id": pa.int64(),
        "division": pa.string(),
        "reason": pa.string(),
        "revealed": pa.list_(pa.string()),
        "allowed": pa.bool_(),
    }
)


@dataclass(frozen=True)
class Subject:
    """Whose values: a person or household by surrogate key, an import, or a list of many (no key)."""

    kind: SubjectKind
    id: int | None = None
    division: str | None = None


def record_opening(
    gate: Gate, subject: Subject, *, reason: str, revealed: Sequence[str], at: datetime
) -> frozenset[str]:
    """Put on record that a viewer has columns shown, and tell which may be; refuse who may not.

    Call it outside a transaction: a refusal must stay on record.
    """
    reason = reason.strip()
    if not reason:
        raise InputFault("没有写明查看的事由", do="写明为什么要看，如“入户核查”")
    if _CITIZEN.search(reason):
        raise InputFault("事由里写了证件号或手机号", do="只写为什么要看，不写号码")
    viewer = gate.viewer
    allowed = gate.may_open(subject.division)
    Opening.objects.create(
        at=at,
        viewer=viewer.name,
        role=viewer.role,
        subject=subject.kind,
        subject_id=subject.id,
        division=subject.division or "",
        reason=reason,
        revealed=list(revealed),
        allowed=allowed,
        keep_until=years_after(at.date(), RECORD_YEARS),
    )
    if not allowed:
        raise InputFault(
            f"{viewer.powers.zh}不能查看这里的个人信息", do="请有权限的经办人查看，本次尝试已记录"
        )
    return frozenset(revealed)


def openings(viewer: Viewer, since: datetime, until: datetime) -> pa.Table:
    """The record between two moments, oldest first; for the audit administrator alone."""
    if not viewer.powers.record:
        raise InputFault(f"{viewer.powers.zh}不能查看访问记录", do="请审计管理员查看")
    rows = Opening.objects.filter(at__gte=since, at__lt=until).order_by("at", "pk")
    return pa.Table.from_pylist(list(rows.values(*_SCHEMA.names)), _SCHEMA)
