"""Memory does not grow with the county."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_MAKE = """
import resource, sys
from pathlib import Path
from doudi.sample.make import make
from doudi.sample.order import Order

make(Order(people=int(sys.argv[1]), recorded="none"), Path(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def _peak_mib(people: int, folder: Path) -> int:
    ran = subprocess.run(
        [sys.executable, "-c", _MAKE, str(people), str(folder)], capture_output=True, text=True, check=True
    )
    return int(ran.stdout)


def test_twice_the_people_take_no_more_memory(tmp_path: Path) -> None:
    few, more = _peak_mib(40_000, tmp_path / "few"), _peak_mib(80_000, tmp_path / "more")
    assert more < few + 80, f"{few} MiB for 40,000 people, {more} MiB for 80,000"


@pytest.mark.soak
def test_a_million_people_fit_into_a_gibibyte(tmp_path: Path) -> None:
    assert _peak_mib(1_000_000, tmp_path / "million") < 1024
