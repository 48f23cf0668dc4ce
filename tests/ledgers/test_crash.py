"""Killed at any moment the register is as before a step or as after it; two clerks at once do each thing once.

A real process is killed (`kill -9`) a few times here, 200 times in `make soak` (DOUDI_KILLS sets another number).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from doudi.access.api import open_keys
from doudi.ledgers import api
from doudi.ledgers.models import Entry, Household, Import, Link, Membership, Person
from tests.ledgers.cast import DIBAO, NOW, POPULATION, TODAY
from tests.ledgers.test_bitemporal import clear
from tests.ledgers.worker import steps
from tests.registers import Register

PEOPLE = 400


@contextmanager
def clerk(register: Register, salt: str = "", until: int = 9) -> Iterator[subprocess.Popen[str]]:
    """A clerk at the moment before the work begins; gone when the block ends."""
    words = [sys.executable, "-m", "tests.ledgers.worker", str(PEOPLE), salt, str(until)]
    environment = os.environ | register.environment
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, text=True, env=environment, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def begins(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def finished(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    told = process.stdout.read().splitlines()
    assert process.wait(timeout=120) == 0
    return told


def fingerprint() -> tuple[int, ...]:
    """How much the register holds of what; another one after every step.

    Counted in one view of the register: the server may still be finishing what a killed clerk had asked it to keep.
    """
    models = (Import, Person, Household, Entry, Membership, Link)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return (*(model.objects.count() for model in models), Import.objects.exclude(undone_at=None).count())


def seen() -> list[object]:
    at = NOW.replace(year=2027)
    told = [api.rows(kind, as_of=TODAY, known_at=at).to_pylist() for kind in (POPULATION, DIBAO)]
    return [*told, api.memberships(as_of=TODAY, known_at=at).to_pylist()]


def killed_at_random(register: Register, number: int, seed: int) -> None:
    """Kill clerks; the register is always between two steps, every import has its file, and it ends as if nobody died."""
    ring = open_keys(register.home / "keys.json")
    between = [fingerprint()]
    for step in steps(register.home, PEOPLE):
        step()
        between.append(fingerprint())
    assert len(set(between)) == len(between) - 1, "a rehearsal writes nothing, every other step something"
    whole = seen()
    clear()
    with clerk(register) as process:
        begins(process)
        since = time.monotonic()
        finished(process)
        seconds = time.monotonic() - since
    assert seen() == whole
    clear()
    print(f"seed {seed}")
    moments, states, cut_short = random.Random(seed), set(), 0
    for _ in range(number):
        with clerk(register) as process:
            begins(process)
            time.sleep(moments.uniform(0, seconds))
            process.send_signal(signal.SIGKILL)
            cut_short += process.wait(timeout=60) == -signal.SIGKILL
        state = fingerprint()
        assert state in between
        states.add(state)
        for one in api.imports():
            assert api.original(one.id, ring=ring, home=register.home)
        if state == between[-1]:
            clear()
    with clerk(register) as process:
        begins(process)
        finished(process)
    assert seen() == whole
    assert cut_short
    if number >= 20:
        assert len(states) > 1


def test_a_register_whose_clerks_are_killed_is_between_two_steps(register):
    killed_at_random(register, int(os.environ.get("DOUDI_KILLS") or 4), 20260630)


@pytest.mark.soak
def test_a_register_whose_clerks_are_killed_often_is_between_two_steps(register):
    killed_at_random(
        register, int(os.environ.get("DOUDI_KILLS") or 200), random.SystemRandom().randrange(2**32)
    )


def test_two_clerks_with_one_file_take_it_in_once(register):
    with clerk(register, until=2) as one, clerk(register, until=2) as other:
        begins(one)
        begins(other)
        told = [finished(one), finished(other)]
    for step in zip(*told, strict=True):
        assert sorted(step) == ["done [False]", "done [True]"]
    assert [(one.kind, one.new) for one in api.imports()] == [("population", PEOPLE), ("dibao", PEOPLE // 2)]
    assert Entry.objects.count() == PEOPLE * 3 // 2


def test_two_clerks_with_two_files_do_not_lose_a_row(register):
    with clerk(register, "a", until=2) as one, clerk(register, "b", until=2) as other:
        begins(one)
        begins(other)
        finished(one)
        finished(other)
    assert Import.objects.count() == 4
    assert Person.objects.count() == PEOPLE
    told = api.rows(DIBAO, as_of=TODAY, known_at=NOW.replace(year=2027))
    assert (told.num_rows, told["person_id"].null_count) == (PEOPLE // 2, 0)
    (second,) = [one for one in api.imports() if one.kind == "population"][1:]
    assert second.changed == second.second_household == PEOPLE
