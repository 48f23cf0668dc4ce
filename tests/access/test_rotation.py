"""Everything sealed again, and nothing lost however the work was stopped."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from doudi.access.api import KeyRing, claim, drop_unused, open_keys, reseal, rotate_keys
from doudi.access.ciphers import key_number
from doudi.access.rotation import sealed_columns
from doudi.common.errors import StoreFault
from doudi.ledgers.models import Import
from tests.access import county as c
from tests.registers import Register

ROWS = 1_000
WORKER = """
import os
from pathlib import Path
from doudi.access.register import choose
home = Path(os.environ["DOUDI_HOME"])
choose(home, os.environ.get("DOUDI_DATABASE"))
from doudi.access.api import open_keys, rotate_keys
ring = open_keys(home / "keys.json")
print("ready", flush=True)
while True:
    rotate_keys(ring, batch=50)
"""


@pytest.fixture
def ring(register: Register) -> KeyRing:
    made = open_keys(register.home / "keys.json")
    sealed = made.seal_many([plain(number) for number in range(ROWS)])
    Import.objects.bulk_create(
        Import(
            id=number, kind="population", sender="s", as_of=c.NOW, known_at=c.KNOWN, by="clerk",
            report=one if number % 10 else None, keep_until=date(2036, 6, 30),
        )
        for number, one in enumerate(sealed)
    )  # fmt: skip
    return made


def plain(number: int) -> bytes:
    return f"990101{number:012}".encode()


def assert_whole(ring: KeyRing) -> set[int]:
    """Nothing is lost; tells which keys are in use."""
    rows = list(Import.objects.order_by("id").values_list("id", "report"))
    assert len(rows) == ROWS
    for number, sealed in rows:
        assert (sealed is None) == (number % 10 == 0)
        assert sealed is None or ring.unseal(sealed) == plain(number)
    return {key_number(bytes(sealed)) for _, sealed in rows if sealed}


def test_everything_is_sealed_with_the_new_key(register: Register, ring: KeyRing) -> None:
    done = rotate_keys(ring, cipher="sm4-gcm", batch=70)
    assert done["ledgers.Import.report"] == ROWS * 9 // 10
    assert assert_whole(ring) == {2}


def test_what_is_sealed_already_is_left_alone(register: Register, ring: KeyRing) -> None:
    assert sum(reseal(ring).values()) == 0


def test_files_and_the_like_are_sealed_again_too(register: Register, ring: KeyRing) -> None:
    def reseal_files(with_ring: KeyRing) -> int:
        assert with_ring.current.number == 2
        return 3

    assert rotate_keys(ring, further=[reseal_files])["reseal_files"] == 3


def test_old_keys_are_dropped_once_nothing_needs_them(register: Register, ring: KeyRing) -> None:
    ring.rotate()
    assert drop_unused(ring) == (1,)
    again = open_keys(register.home / "keys.json")
    assert again.numbers == (2,)
    assert assert_whole(again) == {2}


@pytest.mark.parametrize("kills", [4, pytest.param(100, marks=pytest.mark.soak)])
def test_killed_at_any_moment_nothing_is_lost(register: Register, ring: KeyRing, kills: int) -> None:
    chance = random.Random(kills)
    for _ in range(kills):
        with subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env={**os.environ, **register.environment},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.005, 0.15))
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        assert_whole(open_keys(register.home / "keys.json"))
    last = open_keys(register.home / "keys.json")
    assert last.current.number > 1
    reseal(last)
    assert assert_whole(last) == {last.current.number}
    leftovers = [one.name for one in register.home.iterdir() if one.name.startswith(".keys.json.")]
    assert len(leftovers) <= kills


def test_a_register_takes_its_own_keys_alone(register: Register, tmp_path: Path) -> None:
    own, other = open_keys(tmp_path / "own.json"), open_keys(tmp_path / "other.json")
    claim(own)
    claim(own)
    own.rotate()
    claim(open_keys(tmp_path / "own.json"))
    with pytest.raises(StoreFault, match="不是这个登记库的"):
        claim(other)


def test_every_sealed_column_is_found(register: Register) -> None:
    found = {f"{model._meta.label}.{field.name}" for model, field in sealed_columns()}
    assert {"ledgers.Import.report", "ledgers.Entry.sealed"} <= found
