"""Reconciled on DuckDB, on Spark, and slowly by hand: the same states, flags and entries."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from doudi.engine.backends.spark_session import local_session
from doudi.findings.engines import FEW_PARTS, on_session, running
from doudi.findings.reconcile import Rules, reconcile
from doudi.findings.reconcile.run import Reconciled, reconcile_on
from tests.findings.reconcile import oracle
from tests.findings.reconcile.ledgers import AS_OF, RULES, Rows, arrow, ledgers, rules

_days = st.sampled_from([AS_OF, dt.date(2025, 11, 20), dt.date(2027, 2, 1), dt.date(2026, 1, 1)])


def assert_same(found: Reconciled, rows: Rows, chosen: Rules, as_of: dt.date) -> None:
    truth = oracle.reconcile(rows, chosen, as_of)
    told = found.people.to_pylist()
    assert len(told) == len(truth)
    for one, right in zip(told, truth, strict=True):
        place = one["village"] or one["township"]
        shared = {name: value for name, value in one.items() if name in right}
        assert shared == {name: value for name, value in right.items() if name in shared}
        assert place == right["place"]
    flags: dict[int, dict[str, Any]] = {right["person_id"]: {} for right in truth}
    for row in found.flags.to_pylist():
        flags[row["person_id"]][row["flag"]] = row["evidence"] or []
    assert flags == {right["person_id"]: right["behind_flags"] for right in truth}


@settings(max_examples=25)
@given(rows=ledgers(people=15), chosen=rules, as_of=_days)
def test_random_ledgers_are_reconciled_as_the_document_says(
    rows: Rows, chosen: Rules, as_of: dt.date
) -> None:
    assert_same(reconcile(arrow(rows), chosen, as_of=as_of), rows, chosen, as_of)


@pytest.mark.soak
@settings(max_examples=4000, suppress_health_check=list(HealthCheck))
@given(rows=ledgers(people=12), chosen=rules, as_of=_days)
def test_many_random_ledgers_are_reconciled_as_the_document_says(
    rows: Rows, chosen: Rules, as_of: dt.date
) -> None:
    assert_same(reconcile(arrow(rows), chosen, as_of=as_of), rows, chosen, as_of)


@pytest.mark.requires("java")
def test_spark_gives_the_same_rows_as_the_oracle(tmp_path: Path) -> None:
    @settings(max_examples=2, database=None, phases=[Phase.generate])  # shrinking would take Spark hours
    @given(rows=ledgers(people=40, least=40), chosen=rules, as_of=_days)
    def compare(rows: Rows, chosen: Rules, as_of: dt.date) -> None:
        assert_same(reconcile_on(spark, arrow(rows), chosen, as_of=as_of), rows, chosen, as_of)

    with local_session(2, folder=tmp_path, settings=FEW_PARTS) as session:
        spark = on_session(session, tmp_path)
        compare()


def test_tables_that_are_not_there_are_empty() -> None:
    found = reconcile({}, RULES, as_of=AS_OF)
    assert found.people.num_rows == found.flags.num_rows == found.places.num_rows == 0
    assert [rate.share for rate in found.rates] == [None] * len(found.rates)


def test_one_engine_serves_several_questions() -> None:
    person = {"persons": [{"person_id": 1}]}
    with running("duckdb", threads=1) as runner:
        for year in (2025, 2026):
            found = reconcile_on(runner, arrow(person), Rules(year), as_of=AS_OF)
            assert found.people["state"].to_pylist() == ["unknown"]
