"""Killed at any moment, the store holds the old state or the new one, and running again ends in the same bytes.

Two ways: death at each single step that touches the disk, one after another; and `kill -9` of a real import at random
moments, 15 times here and 200 in `make soak` (DOUDI_KILLS sets another number).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from doudi.facts.edges import write_csv, write_parquet
from doudi.store import Source, open_store
from tests.facts.cast import TABLE, made_settlements
from tests.store.test_store import bytes_of

TOUCHES = ("rename", "replace", "unlink", "rmdir", "mkdir", "fsync")


class Death(BaseException):
    """The process is gone: nothing after it happens, cleaning up included."""


@contextmanager
def dying_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Die at the given step that touches the disk (before it takes effect); gives how many steps were made."""
    made = 0

    def mortal(touch: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: Any, **named: Any) -> Any:
            nonlocal made
            made += 1
            if made > step:
                raise Death
            return touch(*words, **named)

        return call

    with monkeypatch.context() as patched:
        for name in TOUCHES:
            patched.setattr(os, name, mortal(getattr(os, name)))
        yield lambda: made


def test_death_at_any_step_leaves_the_old_state_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = made_settlements(60), made_settlements(60, seed=2, first=1000)
    one, two = Source("a.csv", "a" * 64, 60), Source("b.csv", "b" * 64, 60)

    def begun(name: str) -> Path:
        open_store(tmp_path / name).commit("settlements", first, [one])
        return tmp_path / name

    old = open_store(begun("clean")).current()
    new = open_store(tmp_path / "clean").commit("settlements", second, [two])
    whole = bytes_of(tmp_path / "clean")
    steps, outcomes = 0, set()
    while True:
        home = begun(f"at{steps}")
        with dying_at(steps, monkeypatch) as made:
            try:
                open_store(home).commit("settlements", second, [two])
                break
            except Death:
                assert made() > steps
        survivor = open_store(home)
        survivor.verify()
        state = survivor.current()
        assert state in (old, new)
        assert survivor.read("settlements").count_rows() == (60 if state == old else 120)
        outcomes.add(state.id)
        survivor.commit("settlements", second, [two])
        assert bytes_of(home) == whole
        shutil.rmtree(home)
        steps += 1
    assert steps > 12
    assert outcomes == {old.id, new.id}


WORKER = """
import sys
from pathlib import Path
from doudi.store import open_store
from doudi.store.intake import take_in
home, *files = map(Path, sys.argv[1:])
print("ready", flush=True)
for file in files:
    take_in(open_store(home), [file])
"""


@contextmanager
def importing(home: Path, files: list[Path]) -> Iterator[subprocess.Popen[str]]:
    """An import in a process of its own, at the moment when it begins; gone when the block ends."""
    words = [sys.executable, "-c", WORKER, str(home), *map(str, files)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def finished(home: Path, files: list[Path]) -> float:
    """Run an import to its end; gives the seconds it took."""
    with importing(home, files) as process:
        since = time.monotonic()
        assert process.wait(timeout=60) == 0
        return time.monotonic() - since


def made_files(folder: Path) -> list[Path]:
    """Four files: two that are new, one that overlaps them, one with nothing new."""
    facts = made_settlements(24_000)
    files = [folder / name for name in ("a.csv", "b.parquet", "c.csv", "d.csv")]
    write_csv(facts.slice(0, 8000), files[0])
    write_parquet(facts.slice(8000, 8000), files[1], TABLE, "interface")
    write_csv(facts.slice(14_000, 10_000), files[2])
    write_csv(facts.slice(0, 3000), files[3])
    return files


def kill_again_and_again(folder: Path, kills: int, seed: int) -> None:
    """Import, kill, look, go on importing; begin from nothing whenever all is in."""
    print(f"seed {seed}")
    moments = random.Random(seed)
    files, home = made_files(folder), folder / "home"
    finished(folder / "clean", files)
    seconds = min(finished(folder / f"timed{n}", files) for n in range(2))
    whole = bytes_of(folder / "clean")
    states = [snapshot.id for snapshot in open_store(folder / "clean").snapshots()]
    assert len(states) == 3
    seen, in_time = set(), 0
    for _ in range(kills):
        with importing(home, files) as process:
            time.sleep(moments.uniform(0, seconds))
            process.send_signal(signal.SIGKILL)
            in_time += process.wait(timeout=60) == -signal.SIGKILL
        store = open_store(home)
        store.verify()
        state = store.current()
        assert [snapshot.id for snapshot in store.snapshots()] == states[: state.number]
        seen.add(state.number)
        if state.number == len(states):
            finished(home, files)
            assert bytes_of(home) == whole
            shutil.rmtree(home)
    finished(home, files)
    assert bytes_of(home) == whole
    assert in_time, "no kill ever came in time"
    assert len(seen) > 1, "every kill came at the same stage"


def test_an_import_killed_at_random_moments_ends_in_the_same_bytes(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, int(os.environ.get("DOUDI_KILLS", "15")), seed=20260630)


@pytest.mark.soak
def test_an_import_killed_two_hundred_times_ends_in_the_same_bytes(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, 200, seed=random.SystemRandom().randrange(2**32))
