"""Findings are counted by rule, by village and over days; every finding is in exactly one count."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from doudi.findings.checks.counts import by_rule, by_village, over_time
from doudi.findings.checks.run import FAILED

CODES = ("990101001201", "990101001202", "990101002201", "99010100120101", "990101001", "990101", None)
finding = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(("a", "b", "c")),
        "person_id": st.none() | st.integers(1, 4),
        "division": st.sampled_from(CODES),
    }
)


def table(findings: list[dict[str, Any]]) -> pa.Table:
    rows = [{"severity": "error", "entry_id": n, **one} for n, one in enumerate(findings)]
    return pa.Table.from_pylist(rows, FAILED)


@given(st.lists(finding, max_size=30))
def test_every_finding_is_counted_once(findings: list[dict[str, Any]]) -> None:
    failed = table(findings)
    expected = Counter(one["rule"] for one in findings)
    told = by_rule(failed).to_pylist()
    assert {row["rule"]: row["findings"] for row in told} == expected
    for row in told:
        people = {one["person_id"] for one in findings if one["rule"] == row["rule"]} - {None}
        assert row["persons"] == len(people)
    assert [row["findings"] for row in told] == sorted(expected.values(), reverse=True)
    placed: Counter[tuple[str, str | None, str | None]] = Counter()
    for one in findings:
        code = one["division"] or ""
        key = (one["rule"], code[:9] if len(code) >= 9 else None, code[:12] if len(code) >= 12 else None)
        placed[key] += 1
    villages = by_village(failed).to_pylist()
    assert {(row["rule"], row["township"], row["village"]): row["findings"] for row in villages} == placed


def test_a_rule_that_finds_nothing_on_a_day_stands_at_nought() -> None:
    first, second = dt.date(2026, 5, 31), dt.date(2026, 6, 30)
    told = over_time(
        {second: table([]), first: table([{"rule": "a", "person_id": 1, "division": None}])}, ["a", "b"]
    )
    assert told.to_pylist() == [
        {"rule": "a", "2026-05-31": 1, "2026-06-30": 0},
        {"rule": "b", "2026-05-31": 0, "2026-06-30": 0},
    ]
