"""Which columns of a kind name the one a row is about. Must not know sheets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind, Role

_OWN: Final = {"idcard": "certno", "name": "psn_name", "household": "hh_no", "relation": "relation"}
_OF_OTHERS = re.compile("^(head|guardian|acct|dis|father|mother|spouse|legal|helper)_|contact|doctor")


def subject_column(kind: LedgerKind, role: Role) -> LedgerColumn | None:
    """The subject's column of a role: one in the key, the usual one, the head's where households are listed, else the
    first that is not plainly somebody else's."""
    several = kind.of_role(role)
    keyed = [column for column in several if column.name in kind.key]
    usual = [column for column in several if column.name == _OWN.get(role)]
    heads = [column for column in several if column.name.startswith("head_") and kind.subject == "household"]
    own = [column for column in several if not _OF_OTHERS.search(column.name)]
    return next(iter((*keyed, *usual, *heads, *own, *several)), None)


def naming_columns(kind: LedgerKind) -> tuple[str, ...]:
    """The columns of which one at least must be there: number or name; for a household its number too."""
    if kind.subject not in ("person", "household"):
        return ()
    roles: tuple[Role, ...] = (
        ("idcard", "name") if kind.subject == "person" else ("household", "idcard", "name")
    )
    return tuple(column.name for role in roles if (column := subject_column(kind, role)))


def stands_for(kind: LedgerKind, role: Role, headers: Mapping[str, str]) -> tuple[str, ...]:
    """The mapped columns (name → header) that may stand for the subject's own of a role: a disability certificate for
    the number, the head of household where the list has nobody else."""
    certificates = [
        name
        for name, header in headers.items()
        if kind[name].role == role == "idcard" and is_certificate(kind[name], header)
    ]
    heads = [name for name in headers if kind[name].role == role and name.startswith("head_")]
    others = any(kind[name].role == "name" and not _OF_OTHERS.search(name) for name in headers)
    return tuple(certificates) + (() if others else tuple(heads))


def is_certificate(column: LedgerColumn, header: str) -> bool:
    """Whether a column is for disability certificates: there 20 or 22 characters are right."""
    return "残疾" in column.zh or "残疾" in header
