"""Peers work out the same rule on the same rows; being right comes before being fast."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from doudi.bench.failed import BenchFailed
from doudi.bench.peers import compare, rule
from doudi.bench.peers.by_decimal import pay


def by_hand(fen: int, kind: int) -> int:
    one = rule.CATEGORIES[kind]
    ratios = [Decimal(per_cent) / 100 for per_cent in one.per_cent]
    cap = None if one.cap < 0 else Decimal(one.cap) / 100
    edges = [Decimal(edge) / 100 for edge in rule.EDGES]
    return int(pay(Decimal(fen) / 100, edges, (Decimal(one.deductible) / 100, ratios, cap)) * 100)


@pytest.mark.parametrize("kind", [0, 1])
def test_whole_numbers_and_decimal_agree_on_the_edges(kind: int) -> None:
    one = rule.CATEGORIES[kind]
    edges = [0, one.deductible, *rule.EDGES, 80_000_000, 500_000_000]
    sums = np.array([edge + step for edge in edges for step in range(-3, 4) if edge + step >= 0])
    right = rule.right(sums, np.full(len(sums), kind))
    assert right.tolist() == [by_hand(int(fen), kind) for fen in sums]


def test_half_a_fen_is_rounded_up() -> None:
    # 14,000.02 − 14,000.00 at 60 % is 1.2 fen; 7,000.10 − 7,000.00 at 65 % is 6.5 fen.
    assert rule.right(np.array([1_400_002, 700_010]), np.array([0, 1])).tolist() == [1, 7]


def test_doudi_and_decimal_are_right_and_fast_and_who_is_missing_is_named(tmp_path: Path) -> None:
    found = [peer.to_dict() for peer in compare.compare(tmp_path, rows=3_000, one_by_one=500)]
    by_name = {one["name"]: one for one in found}
    for name in ("Doudi, loop and checks", "Doudi, from a table", "Decimal"):
        assert by_name[name]["differs"] == 0
        assert by_name[name]["rows_per_s"] > 0
    for name in ("OpenFisca-core", "zen-engine"):
        assert "make bench" in by_name[name]["why"]
        assert by_name[name]["rows_per_s"] is None


def test_a_peer_that_differs_gets_no_speed() -> None:
    told = compare.Peer("x", "1", 10, 0.5, differs=3, most_fen=12).to_dict()
    assert told["rows_per_s"] is None
    assert (told["differs"], told["most_fen"]) == (3, 12)


def test_differences_are_counted_and_measured() -> None:
    assert rule.differing(np.array([1, 2, 3]), np.array([1, 5, 2])) == (2, 3)
    assert rule.differing(np.array([1]), np.array([1])) == (0, 0)


def peer_that(folder: Path, does: str) -> Path:
    """An environment whose Python does something else."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f"#!{sys.executable}\nimport sys, json, pathlib\nfolder = pathlib.Path(sys.argv[-2])\n{does}\n",
        encoding="utf-8",
    )
    python.chmod(0o755)
    return folder


def test_a_peer_in_its_own_environment_is_held_against_what_is_right(tmp_path: Path) -> None:
    does = """
(folder / 'paid.i64').write_bytes((folder / 'sums.i64').read_bytes())
print(json.dumps({'rows': 400, 'seconds': [2, 1, 3], 'version': 'odd 1'}))"""
    peer_that(tmp_path / ".venv-bench-zen", does)
    found = {peer.name: peer for peer in compare.compare(tmp_path, rows=400, one_by_one=400)}
    sums, categories = rule.rows(400)
    apart = np.abs(rule.right(sums, categories) - sums)
    assert found["zen-engine"].differs == int((apart != 0).sum())
    assert found["zen-engine"].most_fen == int(apart.max())
    assert found["zen-engine"].seconds == 2


def test_a_peer_that_breaks_says_so(tmp_path: Path) -> None:
    peer_that(tmp_path / ".venv-bench-openfisca", "raise SystemExit('no numpy')")
    with pytest.raises(BenchFailed, match="no numpy"):
        compare.compare(tmp_path, rows=100, one_by_one=100)


def test_rows_are_handed_over_exactly(tmp_path: Path) -> None:
    sums, categories = rule.rows(1_000)
    rule.write(tmp_path, sums, categories)
    assert rule.read(tmp_path / "sums.i64").tolist() == sums.tolist()
    assert (sums > 2**24).any(), "rows beyond what a 32-bit float holds to the fen"
    assert json.dumps(rule.RULE)
