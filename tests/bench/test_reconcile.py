"""The timer of the reconciliation does what it times, at a small size."""

from __future__ import annotations

from pathlib import Path

import pytest

from doudi.bench import reconcile


def test_a_small_county_is_kept_and_reconciled(tmp_path: Path) -> None:
    kept = reconcile.snapshot(3_000, str(tmp_path))
    told = reconcile.states(str(tmp_path))
    assert kept["rows"] > 3_000
    assert told["people"] == 3_000
    assert told["flags"] > 0
    assert 0 < told["shares"]["hukou/due"] < 10_000


def test_the_same_county_is_made_again() -> None:
    assert reconcile.made(200) == reconcile.made(200)


def test_without_a_snapshot_there_is_nothing_to_time(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        reconcile.states(str(tmp_path))
