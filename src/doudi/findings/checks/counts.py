"""What rules found, counted: by rule, by rule and village, by rule and day.

Counts are of findings (one a row, or one a group of rows) and of the persons behind them. This module must not know
how they were found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

TOWNSHIP, VILLAGE = 9, 12
"""Digits of a township's and of a village's code (statistical division codes)."""


def by_rule(failed: pa.Table) -> pa.Table:
    """One row a rule that found something: rule, severity, findings, persons. Most findings first."""
    return _counted(failed, ["rule", "severity"]).sort_by([("findings", "descending"), ("rule", "ascending")])


def by_village(failed: pa.Table) -> pa.Table:
    """One row a rule and village: rule, severity, township, village, findings, persons; no place: both empty, last."""
    placed = failed.append_column("township", _cut(failed["division"], TOWNSHIP)).append_column(
        "village", _cut(failed["division"], VILLAGE)
    )
    found = _counted(placed, ["rule", "severity", "township", "village"])
    return found.sort_by([("rule", "ascending"), ("township", "ascending"), ("village", "ascending")])


def over_time(found: Mapping[dt.date, pa.Table], rules: Sequence[str]) -> pa.Table:
    """One row a rule, one column a day (ISO), findings in each; rules in the order given."""
    counts = {day: dict(_pairs(failed)) for day, failed in sorted(found.items())}
    columns: dict[str, pa.Array] = {"rule": pa.array(list(rules), pa.string())}
    for day, one in counts.items():
        columns[day.isoformat()] = pa.array([one.get(rule, 0) for rule in rules], pa.int64())
    return pa.table(columns)


def _pairs(failed: pa.Table) -> list[tuple[str, int]]:
    counted = _counted(failed, ["rule"])
    return list(zip(counted["rule"].to_pylist(), counted["findings"].to_pylist(), strict=True))


def _counted(failed: pa.Table, by: list[str]) -> pa.Table:
    counted = failed.group_by(by).aggregate([("entry_id", "count"), ("person_id", "count_distinct")])
    return counted.rename_columns(
        [
            {"entry_id_count": "findings", "person_id_count_distinct": "persons"}.get(n, n)
            for n in counted.column_names
        ]
    ).select([*by, "findings", "persons"])


def _cut(codes: pa.ChunkedArray, digits: int) -> pa.ChunkedArray:
    """The first digits of codes that have as many; null where a place is larger than that."""
    long = pc.greater_equal(pc.utf8_length(codes), digits)
    return pc.if_else(long, pc.utf8_slice_codeunits(codes, 0, digits), pa.scalar(None, pa.string()))
