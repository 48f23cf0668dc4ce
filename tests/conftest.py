"""What every test shares: requirements of the machine, long runs, an empty DOUDI_HOME.

A test that needs something from outside Python says so with `@pytest.mark.requires("java")`. Where it
is missing the test is left out and the last lines of the run name it; under CI=true it fails, so that
a green run never hides one. No other way to leave a test out exists (tests/consistency keeps it so).
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.registers import _postgres, _sqlite_template, postgres_register, register, sqlite_register
from tests.requirements import REQUIREMENTS

__all__ = ["_postgres", "_sqlite_template", "postgres_register", "register", "sqlite_register"]

# The same examples in every ordinary run, so that a red run can be run again; `--soak` looks further.
settings.register_profile(
    "doudi", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", deadline=None, suppress_health_check=[HealthCheck.too_slow])


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--soak`: the long runs too, with fresh random examples."""
    parser.addoption("--soak", action="store_true", help="run tests marked soak, with fresh random examples")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how Hypothesis searches."""
    settings.load_profile("soak" if config.getoption("--soak") else "doudi")


@cache
def _why_missing(name: str) -> str | None:
    return REQUIREMENTS[name]()


def _unmet(item: pytest.Item) -> list[tuple[str, str]]:
    names = [name for mark in item.iter_markers("requires") for name in mark.args]
    unknown = [name for name in names if name not in REQUIREMENTS]
    if unknown:
        raise pytest.UsageError(
            f"{item.nodeid} requires {', '.join(unknown)}; tests/requirements.py knows {', '.join(REQUIREMENTS)}"
        )
    return [(name, reason) for name in names if (reason := _why_missing(name)) is not None]


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long runs unless asked for, and what this machine cannot run unless this is CI."""
    kept: list[pytest.Item] = []
    long_runs: list[pytest.Item] = []
    for item in items:
        if item.get_closest_marker("soak") and not config.getoption("--soak"):
            long_runs.append(item)
            continue
        unmet = _unmet(item)
        if unmet and not _in_ci():
            # A property travels with the report, from a worker process too.
            item.user_properties += [(_MISSING, f"{name}: {why}") for name, why in unmet]
            item.add_marker(pytest.mark.skip(reason="; ".join(why for _, why in unmet)))
        kept.append(item)
    if long_runs:
        config.hook.pytest_deselected(items=long_runs)
    items[:] = kept


_MISSING = "missing requirement"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Under CI=true fail a test whose requirement is missing, before its fixtures run."""
    unmet = _unmet(item)
    if unmet and _in_ci():
        pytest.fail(
            "under CI=true nothing may be missing: " + "; ".join(f"{name}: {why}" for name, why in unmet),
            pytrace=False,
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what could not run, last."""
    left_out = Counter(
        what
        for report in terminalreporter.stats.get("skipped", [])
        for kind, what in report.user_properties
        if kind == _MISSING
    )
    if not left_out:
        return
    terminalreporter.section("not run on this machine")
    for what, count in sorted(left_out.items()):
        terminalreporter.line(f"{count} test(s) need {what}")


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty DOUDI_HOME: no test may read or change what a person keeps in ./data."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DOUDI_HOME", str(home))
    return home
