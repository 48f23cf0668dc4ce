"""The oracle of conditions and rules: row by row, three-valued, in the plainest Python. Written from the manual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from doudi.policy.checks.condition import Among, Both, Call, Compare, Field, Literal, Not, Sum, Term
from doudi.policy.checks.schema import Rule

Row = Mapping[str, Any]
KEYS = {"person": "person_id", "household": "household_id", "division": "division"}


def true(term: Term, get: Callable[[Field], Any], on: dt.date) -> bool | None:
    """True, False, or None where it cannot be said."""
    if isinstance(term, Not):
        found = true(term.part, get, on)
        return None if found is None else not found
    if isinstance(term, Both):
        said = [true(part, get, on) for part in term.parts]
        deciding = not term.all
        if deciding in said:
            return deciding
        return None if None in said else term.all
    if isinstance(term, Among):
        left = value(term.left, get, on)
        return None if left is None else left in term.values
    if isinstance(term, Compare):
        left, right = value(term.left, get, on), value(term.right, get, on)
        if left is None or right is None:
            return None
        return {
            "==": left == right,
            "!=": left != right,
            "<": left < right,
            "<=": left <= right,
            ">": left > right,
            ">=": left >= right,
        }[term.sign]
    found = value(term, get, on)
    return None if found is None else bool(found)


def value(term: Term, get: Callable[[Field], Any], on: dt.date) -> Any:
    """The value of a term; None where it cannot be said."""
    if isinstance(term, Literal):
        return term.value
    if isinstance(term, Field):
        return get(term)
    if isinstance(term, Sum):
        left, right = value(term.left, get, on), value(term.right, get, on)
        if left is None or right is None:
            return None
        if isinstance(left, dt.date) and isinstance(right, dt.date):
            return (left - right).days
        if isinstance(left, dt.date):
            right = dt.timedelta(days=right)
        return left + right if term.sign > 0 else left - right
    if isinstance(term, Call):
        args = [value(one, get, on) for one in (term.args or (Field("brdy"),))]
        if term.name == "empty":
            return all(one is None for one in args)
        if term.name == "filled":
            return all(one is not None for one in args)
        first, *rest = args
        if first is None:
            return None
        if term.name == "age":
            return on.year - first.year - ((on.month, on.day) < (first.month, first.day))
        if term.name == "days_since":
            return (on - first).days
        if term.name == "months_since":
            return (on.year - first.year) * 12 + on.month - first.month - (on.day < first.day)
        if term.name == "has":
            return any(one in first.split(",") for one in rest)
        if term.name == "length":
            return len(first)
        if term.name == "starts":
            return first.startswith(rest[0])
        if term.name == "year":
            return first.year
    return true(term, get, on)


def failing(rule: Rule, ledgers: Mapping[str, list[Row]], on: dt.date) -> set[tuple[int, tuple[int, ...]]]:
    """The entries that fail, each with the entries beside it."""
    rows = [row for row in ledgers[rule.rows] if rule.where is None or true(rule.where, _of(row), on)]
    if rule.together:
        rows = [{**row, **_counts(rule, row, rows, on)} for row in rows if _whole(rule, row)]
    found: dict[Any, tuple[set[int], set[int]]] = {}
    for row in rows:
        for beside in _beside(rule, row, ledgers, on):
            if rule.fails is None or true(rule.fails, _among({**beside, "": row}), on):
                by = rule.together.by if rule.once_per == "group" and rule.together else ["entry_id"]
                own, others = found.setdefault(tuple(row[name] for name in by), (set(), set()))
                own.add(row["entry_id"])
                others.update(one["entry_id"] for one in beside.values())
    return {(min(own), tuple(sorted(others))) for own, others in found.values()}


def _of(row: Row) -> Callable[[Field], Any]:
    return lambda field: row.get(field.name)


def _among(named: Mapping[str, Row]) -> Callable[[Field], Any]:
    return lambda field: named[field.ledger].get(field.name)


def _whole(rule: Rule, row: Row) -> bool:
    assert rule.together
    return all(row.get(name) is not None for name in rule.together.by)


def _counts(rule: Rule, row: Row, rows: list[Row], on: dt.date) -> dict[str, int]:
    assert rule.together
    mates = [one for one in rows if all(one.get(name) == row.get(name) for name in rule.together.by)]
    told = {
        name: sum(true(term, _of(one), on) is True for one in mates)
        for name, term in rule.together.counts.items()
    }
    for name, column in rule.together.distinct.items():
        told[name] = len({one.get(column) for one in mates} - {None})
    return {"group_rows": len(mates), **told}


def _beside(rule: Rule, row: Row, ledgers: Mapping[str, list[Row]], on: dt.date) -> list[dict[str, Row]]:
    ways: list[dict[str, Row]] = [{}]
    for one in rule.against:
        key = KEYS.get(one.by, one.by)
        met = [
            other
            for other in ledgers[one.ledger]
            if row.get(key) is not None
            and other.get(key) == row.get(key)
            and (one.where is None or true(one.where, _of(other), on))
        ]
        if one.must == "miss":
            ways = [] if met else ways
        else:
            ways = [{**way, one.name: other} for way in ways for other in met]
    return ways
