"""A short text that is another one whenever anything visible at a moment is other."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import connection

from doudi.ledgers import bulk

_TABLES = ("import", "membership", "tag", "link", "personmerge")
_UNDONE = ("import", "link", "personmerge")


def state_token(known_at: datetime) -> str:
    """What names the register's state as known at a moment: sixteen hex digits, equal where nothing was added or undone.

    Entries come under imports, or with an undo, so that counting those is enough.
    """
    at = bulk.adapted(bulk.moment(known_at))
    asked = [f"SELECT count(*), max(id) FROM ledgers_{name} WHERE known_at <= %s" for name in _TABLES]  # noqa: S608
    asked += [f"SELECT count(*), sum(id) FROM ledgers_{name} WHERE undone_at <= %s" for name in _UNDONE]  # noqa: S608
    told: list[object] = []
    with connection.cursor() as cursor:
        for statement in asked:
            cursor.execute(statement, [at])
            told += [None if value is None else int(value) for value in cursor.fetchone()]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
