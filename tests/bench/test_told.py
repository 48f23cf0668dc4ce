"""Figures for people: a budget that does not hold keeps its figure, who differs gets no speed, who is missing is named."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from doudi.bench.everything import RICHEST, linear
from doudi.bench.on_spark import apart
from doudi.bench.settle import spread
from doudi.bench.told import BREAKS, HOLDS, line_of_machine, lines_of_all, lines_of_settle
from doudi.policy.pack import load
from tests.engine.settle.features import features

BATCH = {"claims": 10_000_000, "seconds": 30.0, "floor_seconds": 24.0, "ratio": 1.25, "peak_mb": 4000, "floor_peak_mb": 3000, "total_fen_equal": True,
         "runs": 1, "spread": None}  # fmt: skip
LOOP = {"per_s": 45_000_000, "one_core_per_s": 24_000_000, "layers_per_claim": 0.3}
ALL: dict[str, Any] = {
    "batch": BATCH, "loop": LOOP, "loop_stays": LOOP, "whatif": {"claims": 1_000_000, "file_seconds": 0.9, "memory_seconds": 0.4},
    "growth": [BATCH], "linear": {"start": 0.5, "per_million": 3.0, "off": 0.02}, "richest": BATCH | {"loop": LOOP},
    "spark": {"claims": 500, "rows": 500, "differing": 0, "spark_seconds": 9.0, "duckdb_seconds": 1.0, "peak_mb": 1500},
    "peers": [
        {"name": "OpenFisca-core", "version": "46", "rows": 10, "differs": 3, "most_fen": 12, "rows_per_s": None, "why": None},
        {"name": "zen-engine", "version": "", "rows": 10, "differs": 0, "most_fen": 0, "rows_per_s": None, "why": "no .venv-bench-zen"},
        {"name": "Decimal", "version": "", "rows": 10, "differs": 0, "most_fen": 0, "rows_per_s": 400_000, "why": None},
    ],
}  # fmt: skip


def line(found: dict[str, Any], part: str) -> tuple[str, ...]:
    return next(one for one in lines_of_all(found) if part in one[0])


def test_what_holds_is_ticked() -> None:
    budgets = [one for one in lines_of_all(ALL) if one[4]]
    assert len(budgets) == 6
    assert {one[5] for one in budgets} == {HOLDS}


@pytest.mark.parametrize(
    ("broken", "part", "figure"),
    [
        ({"batch": BATCH | {"ratio": 1.51}}, "Batch", "30.00 s"),
        ({"loop": LOOP | {"per_s": 19_900_000}}, "Loop", "19.9 M 笔/s"),
        ({"whatif": ALL["whatif"] | {"file_seconds": 1.0}}, "What-if", "1.00 s"),
        ({"linear": ALL["linear"] | {"off": 0.11}}, "Growth", "0.50 + 3.00 s/百万 per million"),
        ({"batch": BATCH | {"total_fen_equal": False}}, "Sums", "否 no"),
        ({"spark": ALL["spark"] | {"differing": 2}}, "Spark", "2 行不同 rows differ"),
        ({"spark": ALL["spark"] | {"rows": 499}}, "Spark", "0 行不同 rows differ"),
    ],
)
def test_a_broken_budget_keeps_its_figure(broken: dict[str, Any], part: str, figure: str) -> None:
    found = line(ALL | broken, part)
    assert found[1] == figure
    assert found[5] == BREAKS


def test_who_differs_gets_no_speed() -> None:
    found = line(ALL, "OpenFisca")
    assert found[1] == "differs on 3 rows, at most 12 fen"
    assert "/s" not in "".join(found)


def test_who_is_missing_is_named() -> None:
    assert line(ALL, "zen")[1:3] == ("—", "no .venv-bench-zen")
    assert line(ALL | {"spark": {"why": "no pyspark"}}, "Spark")[1:3] == ("—", "no pyspark")


def test_one_size_has_its_lines_too() -> None:
    found = BATCH | {"kernel_per_s": 1_000_000, "kernel_one_core_per_s": 900_000, "layers_per_claim": 1.0}
    assert [one[5] for one in lines_of_settle(found) if one[4]] == [HOLDS, BREAKS, HOLDS]


def test_a_straight_line_is_straight_and_a_bent_one_is_not() -> None:
    sizes = [1_000_000, 2_000_000, 5_000_000, 10_000_000]
    straight = linear(sizes, [0.5 + 3 * n / 1e6 for n in sizes])
    assert straight == {"start": 0.5, "per_million": 3.0, "off": 0.0}
    assert linear(sizes, [(n / 1e6) ** 2 for n in sizes])["off"] > 0.1


def test_spread_is_told_of_more_than_one_run() -> None:
    assert spread([1.0]) is None
    assert spread([1.0, 1.1, 0.9]) == 0.2


def test_rows_in_one_table_only_are_counted() -> None:
    right = pa.table({"setl_id": ["a", "b", "b"], "n": [1, 2, 2]})
    assert apart(right, right.take(pa.array([2, 0, 1]))) == 0
    assert apart(right, right.slice(0, 2)) == 1
    assert apart(right, pa.table({"setl_id": ["a", "b", "b"], "n": [1, 2, 3]})) == 2


def test_the_richest_policy_still_uses_most_of_the_language() -> None:
    assert len(features(load(RICHEST))) >= 90


def test_the_machine_is_told_on_one_line() -> None:
    facts = {
        "cores": 2,
        "processor": None,
        "memory_mb": 25_000,
        "system": "Linux x86_64",
        "load": 0.1,
        "python": "3.11",
        "duckdb": "2.0",
    }
    assert line_of_machine(facts) == "2 核 cores；25 GB；Linux x86_64；load 0.1；python 3.11，duckdb 2.0"
