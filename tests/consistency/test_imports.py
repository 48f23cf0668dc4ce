"""The import contracts of .importlinter hold, and every package is in them with its reason."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.consistency.project import ROOT, SOURCE, broken

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


def foreign_to_the_oracle(source: str) -> list[str]:
    """Find what a module of the oracle imports from the engine besides itself and the values it is called with."""
    imported = {
        (node.lineno, name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        )
        if name.startswith("doudi.engine")
    }
    allowed = re.compile(r"doudi\.engine(\.settle)?|doudi\.engine\.settle\.(oracle\w*|person)(\.\w+)?")
    return [f"{line}: {name}" for line, name in sorted(imported) if not allowed.fullmatch(name)]


@pytest.mark.parametrize(
    "planted",
    [
        "from doudi.engine.settle.kernel import settle_claims\n",
        "from doudi.engine.settle import layout\n",
        "import doudi.engine.trace\n",
    ],
)
def test_what_the_oracle_would_share_with_the_loop_is_seen(planted: str) -> None:
    assert foreign_to_the_oracle(planted)


def test_the_oracle_shares_no_code_with_the_loop() -> None:
    settle = SOURCE / "engine" / "settle"
    assert broken(foreign_to_the_oracle, [*settle.glob("oracle*.py"), settle / "person.py"]) == []
