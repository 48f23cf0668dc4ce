"""Which columns of a kind name the one a row is about. Must not know sheets."""

from __future__ import annotations

from collections.abc import Mapping

from doudi.policy.ledgers.kind import OF_OTHERS, LedgerColumn, LedgerKind, Role


def naming_columns(kind: LedgerKind) -> tuple[str, ...]:
    """The columns of which one at least must be there: number or name; for a household its number too."""
    if kind.subject not in ("person", "household"):
        return ()
    roles: tuple[Role, ...] = (
        ("idcard", "name") if kind.subject == "person" else ("household", "idcard", "name")
    )
    return tuple(column.name for role in roles if (column := kind.own(role)))


def stands_for(kind: LedgerKind, role: Role, headers: Mapping[str, str]) -> tuple[str, ...]:
    """The mapped columns (name → header) that may stand for the subject's own of a role: a disability certificate for
    the number, the head of household where the list has nobody else."""
    certificates = [
        name
        for name, header in headers.items()
        if kind[name].role == role == "idcard" and is_certificate(kind[name], header)
    ]
    heads = [name for name in headers if kind[name].role == role and name.startswith("head_")]
    others = any(kind[name].role == "name" and not OF_OTHERS.match(name) for name in headers)
    return tuple(certificates) + (() if others else tuple(heads))


def is_certificate(column: LedgerColumn, header: str) -> bool:
    """Whether a column is for disability certificates: there 20 or 22 characters are right."""
    return "残疾" in column.zh or "残疾" in header
