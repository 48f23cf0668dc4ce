"""Run rules over ledgers: every row that fails, with the rows of other ledgers it fails against.

Rows are tables with the columns of `ledgers.api.rows`, on any engine that Ibis speaks to. This module must not know
where they come from, nor what a rule is for.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import pyarrow as pa

from doudi.findings.checks.terms import expression
from doudi.findings.engines import Runner, Source
from doudi.policy.checks.condition import Field
from doudi.policy.checks.load import KEYS
from doudi.policy.checks.schema import Against, Rule

FAILED = pa.schema(
    [
        ("rule", pa.string()),
        ("severity", pa.string()),
        ("ledger", pa.string()),
        ("entry_id", pa.int64()),
        ("person_id", pa.int64()),
        ("household_id", pa.int64()),
        ("division", pa.string()),
        ("rows", pa.int64()),
        ("beside", pa.list_(pa.int64())),
    ]
)
"""One finding: the rule, the entry that fails, whose it is and where; `rows`: how many entries it stands for (one,
or a whole group's); `beside`: the entries of other ledgers it contradicts, in order of id."""


@dataclass(frozen=True)
class Outcome:
    """What running rules gave. `lacking`: rules that could not run, and the ledgers that nobody has handed in."""

    failed: pa.Table
    ran: tuple[str, ...]
    lacking: Mapping[str, tuple[str, ...]]


def run_rules(rules: Iterable[Rule], ledgers: Mapping[str, Source], on: dt.date, runner: Runner) -> Outcome:
    """Run rules in force on a day over ledgers (Arrow tables, or Parquet files); rows in order of rule, then entry."""
    found, ran, lacking = [], [], {}
    read: dict[str, Any] = {}
    for rule in rules:
        if not in_force(rule, on):
            continue
        if lack := tuple(sorted({rule.rows, *(one.ledger for one in rule.against)} - ledgers.keys())):
            lacking[rule.id] = lack
            continue
        ran.append(rule.id)
        for name in (rule.rows, *(one.ledger for one in rule.against)):
            if name not in read:
                read[name] = runner.read(ledgers[name])
        rows = runner.fetch(failing(rule, read, on))
        if "beside" not in rows.column_names:  # Spark knows no empty list of numbers
            rows = rows.append_column("beside", pa.array([[]] * rows.num_rows, pa.list_(pa.int64())))
        found.append(rows.select(FAILED.names).cast(FAILED).sort_by("entry_id"))
    failed = pa.concat_tables(found) if found else FAILED.empty_table()
    return Outcome(failed, tuple(ran), lacking)


def in_force(rule: Rule, on: dt.date) -> bool:
    """Whether a rule is applied on a day."""
    return (rule.from_ is None or rule.from_ <= on) and (rule.to is None or on <= rule.to)


def failing(rule: Rule, ledgers: Mapping[str, Any], on: dt.date) -> Any:
    """The rows that a rule finds, as an expression with the columns of `FAILED`; without `beside` where there is none."""
    rows = ledgers[rule.rows]
    if rule.where is not None:
        rows = rows.filter(expression(rule.where, lambda field: rows[field.name], on))
    if rule.together is not None:
        rows = _counted(rule, rows, on)
    for one in rule.against:
        rows = _held_against(rows, one, ledgers[one.ledger], on)
    if rule.fails is not None:
        rows = rows.filter(expression(rule.fails, lambda field: rows[_flat(field)], on))
    beside = [rows[_flat(Field("entry_id", one.name))] for one in rule.against if one.must == "exist"]
    return _told(rule, rows, beside)


def _flat(field: Field) -> str:
    return f"{field.ledger}__{field.name}" if field.ledger else field.name


def _counted(rule: Rule, rows: Any, on: dt.date) -> Any:
    together = rule.together
    assert together is not None  # noqa: S101 -- the caller looked
    named = [rows[name] for name in together.by]
    sums = {
        name: expression(term, lambda field: rows[field.name], on).ifelse(1, 0).sum()
        for name, term in together.counts.items()
    }
    sums |= {name: rows[column].nunique() for name, column in together.distinct.items()}
    groups = rows.group_by(named).aggregate(group_rows=rows.count(), **sums)
    return rows.join(groups, list(together.by)).select(
        rows, *(groups[name] for name in ("group_rows", *sums))
    )


def _held_against(rows: Any, one: Against, other: Any, on: dt.date) -> Any:
    if one.where is not None:
        other = other.filter(expression(one.where, lambda field: other[field.name], on))
    key = KEYS.get(one.by, one.by)
    if one.must == "miss":
        return rows.anti_join(other.select(key).distinct(), key)
    renamed = other.rename({f"{one.name}__{name}": name for name in other.columns})
    return rows.join(renamed, rows[key] == renamed[f"{one.name}__{key}"])


def _told(rule: Rule, rows: Any, beside: list[Any]) -> Any:
    group = rule.together if rule.once_per == "group" else None
    by = list(group.by) if group else ["entry_id"]
    own = {name: rows[name].min() for name in ("entry_id", "person_id", "household_id", "division")}
    others = {f"beside_{n}": other.collect(distinct=True) for n, other in enumerate(beside)}
    found = rows.group_by(by).aggregate(
        **{f"own_{name}": value for name, value in own.items()}, rows=rows["entry_id"].nunique(), **others
    )
    beside_all = (
        {"beside": reduce(operator.add, (found[name] for name in others)).unique().sort()} if others else {}
    )
    return found.select(
        rule=ibis.literal(rule.id),
        severity=ibis.literal(rule.severity),
        ledger=ibis.literal(rule.rows),
        **{name: found[f"own_{name}"] for name in own},
        rows=found["rows"],
        **beside_all,
    )
