"""A machine without Spark or Java is told what to install, in one message."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from doudi.common.errors import MissingPart
from doudi.engine.backends import spark_session
from doudi.engine.backends.spark_session import local_session


def start() -> str:
    with pytest.raises(MissingPart) as raised, local_session():
        pass
    return str(raised.value)


def test_without_pyspark_the_message_says_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    told = start()
    assert "pyspark" in told
    assert "pip install 'doudi[spark]'" in told


def with_java(folder: Path, says: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH on which only this java lies, and a pyspark that is there as far as anybody asks."""
    if says:
        java = folder / "java"
        java.write_text(f"#!/bin/sh\necho '{says}' >&2\n", encoding="utf-8")
        java.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setitem(sys.modules, "pyspark.sql", type(sys)("pyspark.sql"))
    monkeypatch.setattr(sys.modules["pyspark.sql"], "SparkSession", object, raising=False)
    monkeypatch.setitem(sys.modules, "pyspark", sys.modules.get("pyspark") or type(sys)("pyspark"))


def test_without_java_the_message_names_the_versions_that_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_java(tmp_path, None, monkeypatch)
    told = start()
    assert "没有 Java" in told
    assert f"{spark_session.OLDEST_JAVA} 至 {spark_session.NEWEST_JAVA}" in told


@pytest.mark.parametrize("says", ['openjdk version "11.0.2"', 'openjdk version "25"', "what?"])
def test_a_java_that_is_too_old_or_too_new_is_named(
    says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_java(tmp_path, says, monkeypatch)
    assert "不能运行 Spark" in start()
