"""The whole register as of a day, kept in the store for whatever runs over all ledgers: checks, screens.

Nothing here knows what is looked for in it. What needs only some tables of its own choice keeps a view of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from doudi.access import api as access
from doudi.ledgers import api as register
from doudi.policy.ledgers.kind import LedgerKind
from doudi.store.ledgers import LedgerSnapshot, LedgerStore, View

Kinds = Mapping[str, LedgerKind]

_STRUCK_OFF = frozenset({"population"})
"""Kinds of which ended rows are seen too: whoever was struck off the register is compared with the lists of the dead."""


def register_snapshot(home: Path, kinds: Kinds, *, as_of: dt.date, known_at: dt.datetime) -> LedgerSnapshot:
    """Every ledger, and who is who, as of a day; an unchanged register is not read again."""

    def tables() -> Iterator[tuple[str, pa.Table]]:
        yield "persons", register.persons(kinds, as_of=as_of, known_at=known_at)
        yield "memberships", register.memberships(as_of=as_of, known_at=known_at)
        yield "tags", register.tags(kinds, as_of=as_of, known_at=known_at)
        yield "divisions", access.divisions(as_of=as_of, known_at=known_at)
        for name, kind in sorted(kinds.items()):
            if name != "divisions":
                yield name, register.rows(kind, as_of=as_of, known_at=known_at, ended=name in _STRUCK_OFF)

    view = View(register.state_token(known_at), as_of)
    return LedgerStore(home).keep(view, tables, identifying=identifying(kinds))


def identifying(kinds: Kinds) -> set[str]:
    """The columns of the kinds that name somebody, which the store refuses."""
    return {column.name for kind in kinds.values() for column in kind if column.sensitivity == "identifying"}
