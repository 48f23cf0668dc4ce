"""Registers for tests: SQLite in a folder, PostgreSQL on a server of this run's own; each test a fresh, migrated one.

The migrated database is made once for each kind and copied for every test. The server runs as an ordinary user,
whoever runs the tests: PostgreSQL refuses the administrator. Django speaks to no database outside these fixtures.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import pytest

from tests.requirements import postgres_programs

os.environ["DJANGO_SETTINGS_MODULE"] = "doudi.config.settings"
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]  # a command that forgets to set it must fail in tests too

from doudi.access import register as opening  # noqa: E402 -- models load only after setup

NOWHERE: dict[str, object] = {"ENGINE": "django.db.backends.dummy"}
SQLITE = "sqlite"
POSTGRES = "postgres"
ORDINARY_USER = "nobody"
OWNER = "doudi"

opening.point_at(NOWHERE)


@dataclass(frozen=True)
class Register:
    """An empty, migrated register: where it lies, and the address under which another process opens it."""

    home: Path
    database: str | None

    @property
    def environment(self) -> dict[str, str]:
        """What a process of its own needs to open the same register."""
        told = {"DJANGO_SETTINGS_MODULE": "doudi.config.settings", "DOUDI_HOME": str(self.home)}
        return told | ({"DOUDI_DATABASE": self.database} if self.database else {})


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.requires(POSTGRES))])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """A fresh register that Django speaks to, once on each database."""
    with _fresh(request, request.param, tmp_path) as made:
        yield made


@pytest.fixture
def sqlite_register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """A fresh register on SQLite alone, for what cannot depend on the database."""
    with _fresh(request, SQLITE, tmp_path) as made:
        yield made


@pytest.fixture
def postgres_register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """A fresh register on PostgreSQL alone. A test that asks for it is marked `requires("postgres")`."""
    with _fresh(request, POSTGRES, tmp_path) as made:
        yield made


@contextmanager
def _fresh(request: pytest.FixtureRequest, kind: str, home: Path) -> Iterator[Register]:
    if kind == SQLITE:
        template: Path = request.getfixturevalue("_sqlite_template")
        shutil.copyfile(template, home / template.name)
        made = Register(home, None)
        dropped = None
    else:
        server: Server = request.getfixturevalue("_postgres")
        name = server.copy()
        made = Register(home, server.address(name))
        dropped = (server, name)
    opening.choose(made.home, made.database)
    try:
        yield made
    finally:
        opening.point_at(NOWHERE)
        if dropped:
            dropped[0].drop(dropped[1])


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("template")
    opening.open_register(home)
    opening.point_at(NOWHERE)  # closing the last connection brings the write-ahead log into the file
    return home / "register.sqlite3"


@dataclass
class Server:
    """A PostgreSQL server that listens on a socket in its own folder and nowhere else."""

    socket: Path
    made: int = 0

    def address(self, name: str) -> str:
        """How to reach one of its databases."""
        return f"postgresql:///{name}?host={self.socket}&user={OWNER}"

    def copy(self) -> str:
        """A new database, equal to the migrated template."""
        self.made += 1
        name = f"test{self.made}"
        self._do(f"CREATE DATABASE {name} TEMPLATE template_register STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever still speaks to it."""
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def _postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # Not pytest's folder: an ordinary user cannot pass through the administrator's, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="doudi-pg-"))
    try:
        with _running(folder) as server:
            server._do("CREATE DATABASE template_register")
            opening.open_register(tmp_path_factory.mktemp("template"), server.address("template_register"))
            opening.point_at(NOWHERE)
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(folder: Path) -> Iterator[Server]:
    programs = postgres_programs()
    assert programs is not None, "requires('postgres') was not asked for"
    run_as = _ordinary(folder)
    data = folder / "data"
    subprocess.run(
        [
            programs / "initdb",
            "-D",
            data,
            "-U",
            OWNER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        **run_as,
    )
    # Tests need no durability against a power cut; kill -9 of a client is what they try.
    quick = {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "shared_buffers": "128MB",
    }
    chosen = [f"-c{name}={value}" for name, value in quick.items()]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-clisten_addresses=", *chosen],
            stdout=log,
            stderr=log,
            cwd=folder,
            preexec_fn=_die_with_us,
            **run_as,
        )
    try:
        server = Server(folder)
        _wait_for(server, process, folder / "log")
        yield server
    finally:
        process.send_signal(signal.SIGINT)  # a fast shutdown: clients are cut off
        process.wait(timeout=30)


def _die_with_us() -> None:
    """Let the kernel stop the server when the run that started it was killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def _ordinary(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(ORDINARY_USER)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            psycopg.connect(server.address("postgres")).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL does not start: {log.read_text()}")
