"""Rules about the source that a machine can see. Each is shown to see a planted break first."""

from __future__ import annotations

import pytest

from tests.consistency import project
from tests.consistency.project import EDGES, ROOT, SOURCE, broken, files_ending

MONEY = [
    path
    for path in files_ending(".py", under=SOURCE)
    if path.is_relative_to(SOURCE / "engine" / "settle")
    or path.is_relative_to(SOURCE / "policy")
    or path.is_relative_to(SOURCE / "common" / "money.py")
]
BELOW_THE_EDGES = [
    path for path in files_ending(".py", under=SOURCE) if path.relative_to(SOURCE).parts[0] not in EDGES
]
TESTS = [path for path in files_ending(".py", under=ROOT / "tests") if path.name != "conftest.py"]


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (project.missing_docstrings, "x = 1\n"),
        (project.missing_docstrings, '"""A module."""\ndef settle(): pass\n'),
        (
            project.missing_docstrings,
            '"""A module."""\nclass Layer:\n    """A layer."""\n    def pay(self): pass\n',
        ),
        (project.too_long, "x = 1\n" * 601),
        (project.floats, "rate = 0.6\n"),
        (project.floats, "def pay(x: float): ...\n"),
        (project.floats, "total = float(text)\n"),
        (project.floats, "import numpy as np\nx = np.zeros(3, np.float64)\n"),
        (project.floats, "sql = 'SELECT CAST(x AS DOUBLE)'\n"),
        (project.clock_or_environment, "import datetime\nd = datetime.date.today()\n"),
        (project.clock_or_environment, "from datetime import datetime\nd = datetime.now()\n"),
        (project.clock_or_environment, "from time import time\nd = time()\n"),
        (project.clock_or_environment, "import os\nhome = os.environ['DOUDI_HOME']\n"),
        (project.clock_or_environment, "from os import getenv\n"),
        (project.clock_or_environment, "from django.conf import settings\n"),
        (project.skips, "import pytest\n@pytest.mark." + "skipif(True, reason='')\ndef test(): ...\n"),
        (project.skips, "import pytest\ndef test(): pytest." + "skip('later')\n"),
        (project.skips, "import pytest\nspark = pytest.importorskip('pyspark')\n"),
        (project.skips, "from unittest import skip\n"),
        (project.left_open, "# TO" + "DO: the rest\n"),
        (project.left_open, "raise NotImplemented" + "Error\n"),
        (project.machine_traces, "see https://py" + "pi.org/simple\n"),
        (project.machine_traces, "--extra-index" + "-url x\n"),
        (project.machine_traces, "data in /ro" + "ot/data\n"),
        (project.machine_traces, "data in /wo" + "rk/main/data\n"),
        (project.machine_traces, f"data in {ROOT}/data\n"),
    ],
)
def test_a_planted_break_is_seen(rule: project.Rule, planted: str) -> None:
    assert rule(planted)


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (project.missing_docstrings, '"""A module."""\ndef _inner(): pass\n'),
        (project.missing_docstrings, '"""A module."""\nclass A:\n    """One."""\n    class Meta: pass\n'),
        (project.floats, "if isinstance(value, float): raise TypeError\nhalf = total // 2\n"),
        (project.clock_or_environment, "from datetime import date\nd = date(2026, 6, 30)\n"),
        (project.clock_or_environment, "import os\nos.environ['PYSPARK_PYTHON'] = python\n"),
        (project.skips, "rows.skip(3)\n"),
        (project.machine_traces, "run `make test`; see docs/notes.md and /tmp\n"),
    ],
)
def test_what_is_allowed_is_left_alone(rule: project.Rule, allowed: str) -> None:
    assert rule(allowed) == []


def test_every_module_and_public_function_says_what_it_is() -> None:
    assert broken(project.missing_docstrings, files_ending(".py", under=SOURCE)) == []


def test_no_module_is_longer_than_600_lines() -> None:
    assert broken(project.too_long, files_ending(".py")) == []


def test_no_floating_point_comes_near_money() -> None:
    assert broken(project.floats, MONEY) == []


def test_nothing_below_the_edges_reads_the_clock_or_the_environment() -> None:
    assert broken(project.clock_or_environment, BELOW_THE_EDGES) == []


def test_no_test_is_left_out_but_by_a_requirement_of_the_machine() -> None:
    assert broken(project.skips, TESTS) == []


def test_nothing_is_left_for_later() -> None:
    assert (
        broken(
            project.left_open,
            [*files_ending(".py", under=SOURCE), *files_ending(".py", under=ROOT / "tests")],
        )
        == []
    )
