"""Settings come from the environment, in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from doudi.commands import settings


def test_data_lie_where_doudi_home_says_or_in_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUDI_HOME", "/somewhere")
    assert settings.home() == Path("/somewhere")
    for nothing in ("", None):
        monkeypatch.setenv("DOUDI_HOME", "") if nothing == "" else monkeypatch.delenv("DOUDI_HOME")
        assert settings.home() == Path("data")


def test_policies_lie_where_doudi_policies_says_if_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOUDI_POLICIES", raising=False)
    assert settings.policies() is None
    monkeypatch.setenv("DOUDI_POLICIES", "")
    assert settings.policies() is None
    monkeypatch.setenv("DOUDI_POLICIES", "/policies")
    assert settings.policies() == Path("/policies")


@pytest.mark.parametrize(("said", "means"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_debugging_is_asked_for(monkeypatch: pytest.MonkeyPatch, said: str, means: bool) -> None:
    monkeypatch.setenv("DOUDI_DEBUG", said)
    assert settings.debugging() is means
