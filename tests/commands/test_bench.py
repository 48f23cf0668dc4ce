"""`doudi bench` tells machines a fixed set of keys and refuses sizes it cannot mean."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.shell import Called

SHELL = [sys.executable, "-c", "from doudi.commands.main import app; app()"]


def test_settle_prints_the_promised_keys(tmp_path: Path) -> None:
    called = Called("bench", "settle", "--claims", "1000", "--runs", "1", "--folder", str(tmp_path), "--json")
    assert called.code == 0, called.err
    promised = ["claims", "seconds", "floor_seconds", "ratio", "kernel_per_s", "peak_mb", "total_fen_equal"]
    assert list(called.json)[: len(promised)] == promised
    assert called.json["claims"] == 1000
    assert called.json["total_fen_equal"] is True
    assert called.json["machine"]["cores"] >= 1


@pytest.mark.parametrize("claims", ["10", "1000000000"])
def test_a_size_that_cannot_be_meant_is_refused(claims: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        [*SHELL, "bench", "all", "--claims", claims, "--folder", str(tmp_path)], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert ran.returncode == 2
    assert "--claims" in ran.stderr
    assert not list(tmp_path.iterdir())
