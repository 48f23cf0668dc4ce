"""Opening a register: made, migrated, opened again, by several programs at once."""

from __future__ import annotations

from django.db import connection

from tests.registers import Register


def test_it_is_empty_and_migrated(register: Register) -> None:
    assert "access_ringmark" in connection.introspection.table_names()
