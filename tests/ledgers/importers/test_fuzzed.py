"""Good files with something broken in them are read or refused: never a traceback, a crash or a hang."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest

SECONDS = 6


def _ends(first: int, last: int) -> list[dict[str, object]]:
    """What became of each, in a process of its own: a crash there fails here, with the seed."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.ledgers.importers.fuzzing", str(first), str(last)],
        capture_output=True,
        text=True,
        timeout=60 + SECONDS * (last - first) // 20,
        check=False,
    )
    lines = ran.stdout.splitlines()
    assert ran.returncode == 0, f"after {lines[-1] if lines else 'nothing'}: {ran.stderr[-2000:]}"
    return [json.loads(line.split("}", 1)[1]) for line in lines]


def _check(ends: list[dict[str, object]]) -> None:
    slow = [one for one in ends if float(str(one["seconds"])) > SECONDS]
    assert not slow
    # A test that never reads and never refuses looks at nothing.
    told = {str(one["ended"]) for one in ends}
    assert {"returned", "refused InputFault"} <= told <= {"read", "returned", "refused InputFault"}


def test_broken_files_are_read_or_refused() -> None:
    ends = _ends(0, 60)
    assert len(ends) == 60
    _check(ends)


@pytest.mark.soak
def test_a_thousand_broken_files_are_read_or_refused() -> None:
    start = random.SystemRandom().randrange(10**9)
    _check(_ends(start, start + 1_000))
