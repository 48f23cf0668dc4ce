"""A database's refusal repeats no value."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from doudi.access.api import quiet
from doudi.access.models import Division, Opening
from tests.registers import Register

SECRET = "990101199001011234"


def null() -> None:
    Opening.objects.create(viewer=SECRET, reason=SECRET)


def twice() -> None:
    for _ in range(2):
        Division.objects.bulk_create([Division(code=SECRET, keep_until="2026-01-01")])


def too_long() -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO access_division (code, keep_until) VALUES (%s, %s)", [(SECRET * 3, SECRET)]
        )


@pytest.mark.parametrize("do", [null, twice, too_long])
def test_no_refusal_of_the_database_repeats_a_value(register: Register, do: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            do()
    except DatabaseError as error:
        told = "".join(traceback.format_exception(error)) + str(error) + repr(error)
        assert SECRET not in told
    else:
        # SQLite takes a text of any length and any kind.
        assert connection.vendor == "sqlite"
        assert do is too_long


def test_it_still_says_which_rule_was_broken(register: Register) -> None:
    with pytest.raises(IntegrityError, match=r"23502|NOT NULL"):
        null()


@pytest.mark.requires("postgres")
def test_what_goes_past_django_is_put_under_it(postgres_register: Register) -> None:
    copied = "COPY access_division (code, keep_until) FROM STDIN"
    with (
        pytest.raises(DatabaseError) as raised,
        connection.cursor() as cursor,
        quiet(),
        cursor.copy(copied) as copy,
    ):
        copy.write_row((SECRET * 3, "2026-01-01"))
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_our_own_faults_pass_through_it() -> None:
    with pytest.raises(KeyError), quiet():
        raise KeyError("ours")
