"""Which columns of a kind name the one a row is about. Must not know sheets."""

from __future__ import annotations

from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind, Role

_OF_OTHERS = ("head_", "guardian_", "acct_", "dis_", "father", "mother", "spouse", "contact", "legal")


def subject_column(kind: LedgerKind, role: Role) -> LedgerColumn | None:
    """The subject's column of a role: one in the key, else the first that is not plainly somebody else's."""
    several = kind.of_role(role)
    keyed = [column for column in several if column.name in kind.key]
    own = [column for column in several if not column.name.startswith(_OF_OTHERS)]
    return next(iter((*keyed, *own, *several)), None)


def naming_columns(kind: LedgerKind) -> tuple[str, ...]:
    """The columns of which one at least must be there: number or name; for a household its number too."""
    if kind.subject not in ("person", "household"):
        return ()
    roles: tuple[Role, ...] = (
        ("idcard", "name") if kind.subject == "person" else ("household", "idcard", "name")
    )
    return tuple(column.name for role in roles if (column := subject_column(kind, role)))
