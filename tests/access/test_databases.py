"""Where the register lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from doudi.access.databases import database_settings
from doudi.common.errors import InputFault

HOME = Path("home")


def test_without_an_address_it_is_a_file_in_the_home() -> None:
    chosen = database_settings(HOME, None)
    assert chosen["NAME"] == str(HOME / "register.sqlite3")
    assert chosen["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "postgresql://clerk:s%40fe@db.example:5433/register?sslmode=require",
            {"NAME": "register", "USER": "clerk", "PASSWORD": "s@fe", "HOST": "db.example", "PORT": "5433"}
            | {"OPTIONS": {"sslmode": "require"}},
        ),
        (
            "postgres:///register?host=/run/postgresql&user=clerk",
            {"NAME": "register", "USER": "clerk", "PASSWORD": "", "HOST": "/run/postgresql", "PORT": ""}
            | {"OPTIONS": {}},
        ),
    ],
)
def test_an_address_names_a_server(address: str, expected: dict[str, object]) -> None:
    chosen = database_settings(HOME, address)
    assert chosen == {"ENGINE": "django.db.backends.postgresql", **expected}


@pytest.mark.parametrize(
    "address", ["mysql://a:secret@b/c", "postgresql://a:secret@b", "postgresql://a:secret@b:port/c", "secret"]
)
def test_another_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(InputFault, match="postgresql://") as raised:
        database_settings(HOME, address)
    assert "secret" not in str(raised.value)
