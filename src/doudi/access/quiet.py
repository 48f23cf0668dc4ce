"""Keeps personal data out of what a database says when it refuses something.

PostgreSQL repeats the failing row, SQLite sometimes a value. Every statement that Django sends passes here; what
goes past Django (COPY) is put under `quiet` by whoever sends it. What is left names the constraint, table and
column, which is what a maintainer needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError
from django.db.backends.signals import connection_created

_NAMED = ("sqlstate", "constraint_name", "table_name", "column_name", "datatype_name")
# SQLite's messages that name columns and never values.
_PLAIN = (
    "UNIQUE constraint failed",
    "NOT NULL constraint failed",
    "FOREIGN KEY",
    "CHECK constraint",
    "no such",
)
_STATES = (
    "database is locked",
    "disk I/O error",
    "database disk image is malformed",
    "attempt to write a readonly",
)


@contextmanager
def quiet() -> Iterator[None]:
    """Raise a database's refusal without the values that it repeats."""
    try:
        yield
    except DatabaseError as error:
        raise type(error)(_told(error)) from None
    except Exception as error:
        if not _is_driver(error):
            raise
        raise DatabaseError(_told(error)) from None


def keep_quiet() -> None:
    """Let every connection that is opened from now on pass its statements through `quiet`."""
    connection_created.connect(_wrap, dispatch_uid="doudi.access.quiet")


def _wrap(connection: Any, **_: object) -> None:
    if _quietly not in connection.execute_wrappers:
        connection.execute_wrappers.append(_quietly)


def _quietly(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    with quiet():
        return execute(sql, params, many, context)


def _is_driver(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in ("sqlite3", "psycopg")


def _told(error: Exception) -> str:
    diag = getattr(error.__cause__ or error, "diag", None)
    if diag is not None:
        named = [f"{name}={value}" for name in _NAMED if (value := getattr(diag, name))]
        return " ".join(named) or type(error).__name__
    said = str(error)
    if said.startswith(_PLAIN) or said.startswith(_STATES):
        return said
    return type(error.__cause__ or error).__name__
