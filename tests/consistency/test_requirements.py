"""A test that the machine cannot run is named at the end, fails in CI, and is never lost in silence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import requirements
from tests.consistency.project import ROOT

NEEDS_JAVA = """
import pytest

@pytest.mark.requires("java")
def test_spark(): assert False, "it ran"

def test_plain(): pass

@pytest.mark.soak
def test_for_hours(): pass
"""


def run(folder: Path, source: str, *arguments: str, ci: str, path: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on one made-up module, with our conftest as its plugin and a PATH of choice."""
    (folder / "test_made_up.py").write_text(source, encoding="utf-8")
    environment = {**os.environ, "CI": ci, "PATH": path, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-c", os.devnull, "--rootdir", str(folder), *arguments, str(folder)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def no_java(tmp_path: Path) -> str:
    """Give a PATH on which nothing lies."""
    empty = tmp_path / "bin"
    empty.mkdir()
    return str(empty)


@pytest.fixture
def java_17(tmp_path: Path) -> str:
    """Give a PATH on which a java lies that says it is 17."""
    folder = tmp_path / "java17"
    folder.mkdir()
    java = folder / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"17.0.9\" 2023-10-17' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "by a worker"])
def test_what_cannot_run_is_named_in_the_last_lines(
    tmp_path: Path, no_java: str, workers: tuple[str, ...]
) -> None:
    ran = run(tmp_path, NEEDS_JAVA, *workers, ci="", path=no_java)
    assert ran.returncode == 0, ran.stdout
    *_, named, summary = ran.stdout.strip().splitlines()
    assert named.startswith("1 test(s) need java: no java on the PATH")
    assert "1 passed, 1 skipped" in summary


def test_what_cannot_run_is_a_failure_in_ci(tmp_path: Path, no_java: str) -> None:
    ran = run(tmp_path, NEEDS_JAVA, ci="true", path=no_java)
    assert ran.returncode == 1
    assert "under CI=true nothing may be missing: java: no java on the PATH" in ran.stdout
    assert "it ran" not in ran.stdout


def test_what_can_run_is_run(tmp_path: Path, java_17: str) -> None:
    ran = run(tmp_path, NEEDS_JAVA, ci="", path=java_17)
    assert ran.returncode == 1
    assert "it ran" in ran.stdout


def test_a_long_run_waits_for_soak(tmp_path: Path, no_java: str) -> None:
    assert "1 deselected" in run(tmp_path, NEEDS_JAVA, ci="", path=no_java).stdout
    asked = run(tmp_path, NEEDS_JAVA, "--soak", "-m", "soak", ci="", path=no_java)
    assert "1 passed" in asked.stdout


def test_a_requirement_nobody_knows_is_refused(tmp_path: Path, no_java: str) -> None:
    ran = run(tmp_path, NEEDS_JAVA.replace('"java"', '"jva"'), ci="", path=no_java)
    assert ran.returncode != 0
    assert "requires jva; tests/requirements.py knows java" in ran.stdout + ran.stderr


def postgres_of(folder: Path, version: str) -> Path:
    """Put programs that say they are PostgreSQL into a folder."""
    folder.mkdir()
    for name in ("initdb", "postgres"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n", encoding="utf-8")
        program.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("version", "reason"),
    [("16.4 (Debian 16.4-1)", None), ("13.1", "PostgreSQL 13 is there; the tests need 15")],
)
def test_postgres_is_looked_at_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, reason: str | None
) -> None:
    monkeypatch.setattr(requirements, "POSTGRES_PLACES", tmp_path / "nowhere")
    monkeypatch.setenv("PATH", str(postgres_of(tmp_path / "bin", version)))
    said = requirements.why_no_postgres()
    assert said is None if reason is None else said is not None and said.startswith(reason)


def test_the_newest_postgres_is_taken_and_none_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(requirements, "POSTGRES_PLACES", tmp_path)
    assert "apt-get install postgresql" in str(requirements.why_no_postgres())
    for version in ("9.6", "15", "17"):
        (tmp_path / version).mkdir()
        postgres_of(tmp_path / version / "bin", version)
    assert requirements.postgres_programs() == tmp_path / "17" / "bin"
