"""The import contracts of .importlinter hold, and every package is in them with its reason."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.consistency.project import ROOT, SOURCE

CONTRACTS = (ROOT / ".importlinter").read_text(encoding="utf-8")


def test_the_import_contracts_hold() -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert " 0 broken" in ran.stdout


def test_every_package_has_its_paragraph_beside_the_layers() -> None:
    for package in sorted(path.parent.name for path in SOURCE.glob("*/__init__.py")):
        assert re.search(rf"^# (?:\w+ \| )?{package}\b", CONTRACTS, re.MULTILINE), package


def test_no_package_that_exists_is_still_in_parentheses() -> None:
    planned = set(re.findall(r"\((\w+)\)", CONTRACTS.partition("[importlinter:contract:layers]")[2]))
    assert planned
    assert not {package for package in planned if (SOURCE / package / "__init__.py").exists()}
