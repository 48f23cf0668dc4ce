"""Killed at any moment, a settlement leaves no result or the whole one, and running again gives the same bytes.

A real run is killed (`kill -9`) 10 times here, 200 times in `make soak`, where the import goes before it in the same
process (DOUDI_KILLS sets another number). Death at each single step that touches the disk is in tests/store/test_crash.py
for the store; here it is tried for the result files.
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
from pathlib import Path

import pytest

from doudi.facts.edges import write_csv, write_parquet
from doudi.findings.batch import settle_batch
from doudi.store import open_store
from tests.facts.cast import TABLE, made_settlements
from tests.findings.small import POLICY, bills, names_in
from tests.findings.small import request as asked
from tests.store.test_crash import Death, dying_at

OUTS = ("out.parquet", "out.parquet.manifest.json", "detail.csv")

WORKER = """
import sys
from pathlib import Path
from doudi.findings.batch import Request, settle_batch
from doudi.store import open_store
from doudi.store.intake import take_in
folder, *files = map(Path, sys.argv[1:])
home = folder / "home"
print("ready", flush=True)
for file in files:
    take_in(open_store(home), [file])
claims = None if files else folder / "claims.parquet"
settle_batch(Request(str(folder / "small.yaml"), None, home, claims, folder / "out.parquet", folder / "detail.csv"))
print("done", flush=True)
"""


@contextmanager
def running(folder: Path, files: list[Path]) -> Iterator[subprocess.Popen[str]]:
    """A run in a process of its own, at the moment when it begins; gone when the block ends."""
    words = [sys.executable, "-c", WORKER, str(folder), *map(str, files)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def finished(folder: Path, files: list[Path]) -> float:
    """Run to the end; gives the seconds it took."""
    with running(folder, files) as process:
        since = time.monotonic()
        assert process.wait(timeout=120) == 0
        return time.monotonic() - since


def results(folder: Path) -> dict[str, bytes]:
    """The result files that are there."""
    return {name: (folder / name).read_bytes() for name in OUTS if (folder / name).exists()}


def prepared(folder: Path) -> Path:
    """A folder with the policy and claims to settle."""
    folder.mkdir()
    (folder / "small.yaml").write_text(POLICY, encoding="utf-8")
    write_parquet(made_settlements(12_000), folder / "claims.parquet", TABLE)
    return folder


def killed_at_random(folder: Path, files: list[Path], number: int, seed: int) -> None:
    """Kill a run so many times; in between nothing but whole files is seen, and at the end they are right."""
    seconds = finished(folder, files)
    seconds = min(seconds, finished(folder, files))
    whole = results(folder)
    assert len(whole) == 3
    print(f"seed {seed}")
    moments, seen, cut_short = random.Random(seed), set(), 0
    for name in OUTS:
        (folder / name).unlink()
    for _ in range(number):
        with running(folder, files) as process:
            time.sleep(moments.uniform(0, seconds))
            process.send_signal(signal.SIGKILL)
            cut_short += process.wait(timeout=60) == -signal.SIGKILL
        left = results(folder)
        assert left.items() <= whole.items()
        seen.add(len(left))
        if len(left) == len(whole):
            for name in OUTS:
                (folder / name).unlink()
    finished(folder, files)
    assert results(folder) == whole
    assert not [name for name in names_in(folder) if name.endswith(".part")], (
        "what killed runs left is not cleared"
    )
    assert cut_short > number // 3
    assert 0 in seen


def test_a_settlement_killed_at_random_moments_leaves_whole_files_or_none(tmp_path):
    killed_at_random(prepared(tmp_path / "here"), [], int(os.environ.get("DOUDI_KILLS") or 10), 20260630)


@pytest.mark.soak
def test_import_and_settlement_killed_at_random_moments_end_in_the_same_bytes(tmp_path):
    folder = prepared(tmp_path / "here")
    facts = made_settlements(24_000)
    (folder / "home").mkdir()
    files = [tmp_path / "a.csv", tmp_path / "b.parquet"]
    write_csv(facts.slice(0, 12_000), files[0])
    write_parquet(facts.slice(10_000, 14_000), files[1], TABLE)
    seed = random.SystemRandom().randrange(2**32)
    killed_at_random(folder, files, int(os.environ.get("DOUDI_KILLS") or 200), seed)
    open_store(folder / "home").verify()


def test_death_at_any_step_leaves_the_old_result_or_the_new(tmp_path, monkeypatch):
    def run(name: str) -> None:
        settle_batch(asked(tmp_path / name, bills(24)))

    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    settle_batch(asked(tmp_path / "old", bills(21)))
    old = {n: (tmp_path / "old" / n).read_bytes() for n in ("out.parquet", "detail.parquet")}
    run("new")
    new = {n: (tmp_path / "new" / n).read_bytes() for n in old}
    steps, outcomes = 0, set()
    while True:
        folder = tmp_path / f"at{steps}"
        folder.mkdir()
        wanted = asked(folder, bills(24))
        for name, content in old.items():
            (folder / name).write_bytes(content)
        with dying_at(steps, monkeypatch):
            try:
                settle_batch(wanted)
                break
            except Death:
                pass
        for name in old:
            now = (folder / name).read_bytes()
            assert now in (old[name], new[name])
            outcomes.add((name, now == new[name]))
        run(folder.name)
        assert {n: (folder / n).read_bytes() for n in new} == new
        assert not [name for name in names_in(folder) if name.endswith(".part")]
        steps += 1
    assert steps > 6
    assert len(outcomes) == 4
