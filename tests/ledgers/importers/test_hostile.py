"""Files made to harm are refused with a message, quickly, in little memory; nobody's data is in the message."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from doudi.common.errors import InputFault
from doudi.ledgers.importers import Limits, workbook_of
from tests.ledgers.importers.fuzzing import became
from tests.ledgers.importers.hostile import HOSTILE, ODD, million_columns

SECONDS = 8


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_with_a_message(what: str) -> None:
    make, word = HOSTILE[what]
    data = make()
    start = time.process_time()
    with pytest.raises(InputFault) as caught:
        workbook_of(data, "样例.xlsx")
    assert word in str(caught.value)
    assert "样例.xlsx" in str(caught.value)
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("what", ODD)
def test_an_odd_file_ends_soon(what: str) -> None:
    data = ODD[what]()
    start = time.process_time()
    assert became(data) in ("read", "refused InputFault")
    assert time.process_time() - start < SECONDS


def test_no_hostile_file_takes_much_memory() -> None:
    """All of them in one process that may not have more; making them takes part of it too."""
    program = (
        "import resource\n"
        "from tests.ledgers.importers.fuzzing import became\n"
        "from tests.ledgers.importers.hostile import HOSTILE, ODD\n"
        "made = {what: make() for what, make in [*((k, v[0]) for k, v in HOSTILE.items()), *ODD.items()]}\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "for what, data in made.items():\n"
        "    became(data)\n"
        "print(len(made))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.stdout.strip() == str(len(HOSTILE) + len(ODD)), ran.stderr[-2000:]


def test_the_limits_are_those_that_are_declared() -> None:
    with pytest.raises(InputFault, match="至多 7 列"):
        workbook_of(million_columns(), "样例.xlsx", limits=Limits(columns=7))
    with pytest.raises(InputFault, match="至多 1 MiB"):
        workbook_of(b"a" * 1001, "样例.csv", limits=Limits(size=1000))
