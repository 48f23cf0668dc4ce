"""Opening the register: Django started, the database chosen, its tables brought up to date.

An edge sets DJANGO_SETTINGS_MODULE and calls `open_register` before it imports anything that has models. Programs
that start together wait for the one that is migrating.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DEFAULT_DB_ALIAS

from doudi.access.databases import FILE, database_settings
from doudi.common.errors import MissingPart, StoreFault

_LOCK = 0x646F756469  # "doudi": the number that migrating programs agree on


def open_register(home: Path, database: str | None = None) -> None:
    """Make the register in `home` (or at the PostgreSQL address `database`) the one that models speak to."""
    choose(home, database)
    try:
        if connection.vendor == "sqlite":
            _own_file(home)
        connection.ensure_connection()
        behind = _behind()
    except (DatabaseError, OSError):
        # What the driver says may hold the address with its password.
        raise StoreFault(
            "登记库打不开",
            where=_where(),
            do="看数据目录是否可写、磁盘是否已满，数据库服务是否在运行、地址是否正确",
        ) from None
    if behind:
        with _alone(home):
            call_command("migrate", verbosity=0, interactive=False)


def choose(home: Path, database: str | None = None) -> None:
    """Start Django and point it at a register, without opening or changing it."""
    chosen = database_settings(home, database)
    if "postgresql" in chosen["ENGINE"]:
        _need_driver()
    django.setup()
    point_at(chosen)


def point_at(chosen: dict[str, object]) -> None:
    """Let Django speak to another database from now on, in this thread and in those that start later."""
    connections.close_all()
    connections.settings = connections.configure_settings({DEFAULT_DB_ALIAS: chosen})
    if hasattr(connections._connections, DEFAULT_DB_ALIAS):
        del connections[DEFAULT_DB_ALIAS]


def _own_file(home: Path) -> None:
    """Make the file for its owner alone; what SQLite puts beside it is made like it."""
    home.mkdir(parents=True, exist_ok=True)
    os.close(os.open(home / FILE, os.O_RDWR | os.O_CREAT, 0o600))


def _behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        return
    handle = os.open(home / "register.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # gives the lock back


def _need_driver() -> None:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise MissingPart("没有安装 PostgreSQL 的驱动", do="pip install 'doudi[postgres]'") from None


def _where() -> str:
    chosen = connection.settings_dict
    return str(chosen["NAME"]) if connection.vendor == "sqlite" else f"PostgreSQL {chosen['NAME']}"
