"""Spark finds what DuckDB finds: the shipped rules over all their examples at once."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa
import pytest

from doudi.findings.checks.run import run_rules
from doudi.findings.engines import running
from tests.findings.checks.duck import duck
from tests.findings.checks.test_shipped import ON, RULES, rows, schema

#: One rule for each shape: a plain one, counts over a group, another ledger met and missed, itself, days and words.
SHAPES = (
    "child-able",
    "relation-against-sex",
    "one-phone-many-households",
    "labour-risk-but-able",
    "unstable-job-without-labour",
    "special-not-insured",
    "two-posts",
    "dead-reimbursed",
    "cleared-at-once",
    "able-without-development",
    "disabled-without-certificate",
)


@pytest.mark.requires("java")
def test_spark_and_duckdb_find_the_same_rows() -> None:
    chosen = [rule for rule in RULES if rule.id in SHAPES]
    assert len(chosen) == len(SHAPES)
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for n, rule in enumerate(chosen):
        for example in rule.examples:
            for ledger, some in rows(rule, example).items():
                held[ledger] += [{**row, "entry_id": row["entry_id"] + n * 100_000} for row in some]
    ledgers = {name: pa.Table.from_pylist(some, schema(name)) for name, some in held.items()}
    by_duck = run_rules(chosen, ledgers, ON, duck()).failed
    with running("spark") as spark:
        by_spark = run_rules(chosen, ledgers, ON, spark).failed
    assert by_duck.num_rows >= len(SHAPES)
    assert by_spark.to_pylist() == by_duck.to_pylist()
