"""Opening a register: made, migrated, opened again, by several programs at once."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections

from doudi.access import register as opening
from doudi.common.errors import StoreFault
from tests.registers import NOWHERE, Register

OPEN = """
import os
from pathlib import Path
from doudi.access.register import open_register
open_register(Path(os.environ["DOUDI_HOME"]), os.environ.get("DOUDI_DATABASE"))
from django.db import connection
print(len(connection.introspection.table_names()))
"""


def started(register: Register) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OPEN],
        env={**os.environ, **register.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_is_empty_and_migrated(register: Register) -> None:
    assert "access_ringmark" in connection.introspection.table_names()


def test_models_and_migrations_agree(register: Register) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_programs_that_start_together_wait_for_the_one_that_makes_it(register: Register) -> None:
    call_command("migrate", "access", "zero", verbosity=0)
    call_command("migrate", "ledgers", "zero", verbosity=0)
    assert "access_ringmark" not in connection.introspection.table_names()
    connections.close_all()
    programs = [started(register) for _ in range(3)]
    said = [program.communicate(timeout=60) for program in programs]
    assert [program.returncode for program in programs] == [0, 0, 0], said
    assert "access_ringmark" in connection.introspection.table_names()
    assert len({out for out, _ in said}) == 1


def test_a_new_home_is_made(tmp_path: Path) -> None:
    try:
        opening.open_register(tmp_path / "new" / "home")
        assert connection.settings_dict["NAME"] == str(tmp_path / "new" / "home" / "register.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
        files = {
            file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "new" / "home").iterdir()
        }
        assert {"register.sqlite3", "register.sqlite3-wal"} <= files.keys()
        assert set(files.values()) == {0o600}
    finally:
        opening.point_at(NOWHERE)


def test_two_homes_are_kept_apart(tmp_path: Path) -> None:
    from doudi.access.models import Division

    try:
        opening.open_register(tmp_path / "one")
        Division.objects.create(code="990101", keep_until="2100-01-01")
        opening.open_register(tmp_path / "two")
        assert not Division.objects.exists()
        opening.open_register(tmp_path / "one")
        assert Division.objects.exists()
    finally:
        opening.point_at(NOWHERE)


@pytest.mark.requires("postgres")
def test_a_server_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    try:
        with pytest.raises(StoreFault, match="登记库打不开") as raised:
            opening.open_register(tmp_path, f"postgresql://clerk:secret@/register?host={tmp_path}")
        assert "secret" not in str(raised.value)
        assert raised.value.__suppress_context__
    finally:
        opening.point_at(NOWHERE)


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    try:
        with pytest.raises(StoreFault, match="登记库打不开"):
            opening.open_register(tmp_path / "file" / "home")
    finally:
        opening.point_at(NOWHERE)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "register.sqlite3").write_bytes(b"not a database, though long enough to look at" * 100)
    try:
        with pytest.raises(StoreFault, match="登记库打不开"):
            opening.open_register(tmp_path)
    finally:
        opening.point_at(NOWHERE)
