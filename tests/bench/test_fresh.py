"""A measurement in a fresh process: its answer, its own memory, its last words when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from doudi.bench.failed import BenchFailed
from doudi.bench.fresh import measured

JOBS = """
def hold(mb):
    held = bytearray(mb * 1_000_000)
    held[::4096] = bytes([1]) * len(held[::4096])
    return {"held": len(held)}

def child(mb):
    import subprocess, sys
    code = f"import time; held = bytearray({mb} * 1_000_000); held[::4096] = bytes([1]) * len(held[::4096]); time.sleep(1)"
    subprocess.run([sys.executable, "-c", code], check=True)
    return {}

def fail():
    raise ValueError("no such luck")
"""


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a module of jobs that the fresh process can import."""
    (tmp_path / "made_up_jobs.py").write_text(JOBS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "made_up_jobs"


def test_memory_is_the_process_own(jobs: str) -> None:
    mb = 150
    here = bytearray(300_000_000)  # ours must not be counted as the child's
    found = measured(f"{jobs}:hold", {"mb": mb})
    assert found["held"] == mb * 1_000_000
    assert mb < found["peak_mb"] < 300
    assert len(here) == 300_000_000


def test_what_it_starts_is_counted_where_asked(jobs: str) -> None:
    assert measured(f"{jobs}:child", {"mb": 120})["peak_mb"] < 100
    assert measured(f"{jobs}:child", {"mb": 120}, tree=True)["peak_mb"] > 120


def test_a_failed_job_says_why(jobs: str) -> None:
    with pytest.raises(BenchFailed, match="no such luck"):
        measured(f"{jobs}:fail", {})
