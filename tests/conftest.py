"""What every test shares: requirements of the machine, long runs, an empty DOUDI_HOME.

A test that needs something from outside Python says so with `@pytest.mark.requires("java")`. Where it
is missing the test is left out and the last lines of the run name it; under CI=true it fails, so that
a green run never hides one. No other way to leave a test out exists (tests/consistency keeps it so).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.requirements import REQUIREMENTS

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
    missing: dict[tuple[str, str], int] = {}
    for item in items:
        if item.get_closest_marker("soak") and not config.getoption("--soak"):
            long_runs.append(item)
            continue
        unmet = _unmet(item)
        if unmet and not _in_ci():
            for requirement in unmet:
                missing[requirement] = missing.get(requirement, 0) + 1
            item.add_marker(pytest.mark.skip(reason="; ".join(reason for _, reason in unmet)))
        kept.append(item)
    if long_runs:
        config.hook.pytest_deselected(items=long_runs)
    items[:] = kept
    config.stash[_MISSING] = missing


_MISSING = pytest.StashKey[dict[tuple[str, str], int]]()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Under CI=true fail a test whose requirement is missing, before its fixtures run."""
    unmet = _unmet(item)
    if unmet and _in_ci():
        pytest.fail(
            "under CI=true nothing may be missing: " + "; ".join(f"{name}: {why}" for name, why in unmet),
            pytrace=False,
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what could not run, last."""
    missing = config.stash.get(_MISSING, {})
    if not missing:
        return
    terminalreporter.section("not run on this machine")
    for (name, reason), count in sorted(missing.items()):
        terminalreporter.line(f"{name}: {count} test(s) left out: {reason}")


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give each test an empty DOUDI_HOME: no test may read or change what a person keeps in ./data."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DOUDI_HOME", str(home))
    yield home
