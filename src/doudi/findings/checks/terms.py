"""A rule's condition as an Ibis expression, for DuckDB and Spark alike.

Missing values make a comparison null; a filter keeps only what is true. This module must not know rules or ledgers.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import ibis

from doudi.policy.checks.condition import Among, Both, Call, Compare, Field, Literal, Not, Sum, Term

Columns = Callable[[Field], Any]
"""Gives the Ibis column that a field means."""

MANY = ","
"""What stands between the values of a column of several, in the inside form."""

_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def expression(term: Term, columns: Columns, on: dt.date) -> Any:
    """The condition over columns, on a day."""

    def walk(one: Term) -> Any:
        match one:
            case Field():
                return columns(one)
            case Literal(value=value):
                return ibis.literal(value)
            case Among(left=left, values=values):
                return walk(left).isin(list(values))
            case Compare(sign=sign, left=left, right=right):
                return _SIGNS[sign](walk(left), walk(right))
            case Both(all=all_, parts=parts):
                return reduce(operator.and_ if all_ else operator.or_, map(walk, parts))
            case Not(part=part):
                return ~walk(part)
            case Sum(sign=sign, left=left, right=right):
                return _sum(sign, walk(left), walk(right))
            case Call(name=name, args=args):
                return _CALLS[name](on, *map(walk, args or (Field("brdy"),)))

    return walk(term)


def _sum(sign: int, left: Any, right: Any) -> Any:
    """Numbers; days between two days; a day so many days later or earlier."""
    if left.type().is_date():
        if right.type().is_date():
            return left.delta(right, unit="day")
        right = right.as_interval("D")
    return left + right if sign > 0 else left - right


def _age(on: dt.date, born: Any) -> Any:
    today = on.year * 10_000 + on.month * 100 + on.day
    return (today - (born.year() * 10_000 + born.month() * 100 + born.day())) // 10_000


def _months(on: dt.date, since: Any) -> Any:
    whole = on.year * 12 + on.month - (since.year() * 12 + since.month())
    return whole - (since.day() > on.day).ifelse(1, 0)


def _has(on: dt.date, several: Any, *values: Any) -> Any:
    framed = ibis.literal(MANY) + several + MANY
    return reduce(operator.or_, (framed.contains(ibis.literal(MANY) + one + MANY) for one in values))


_CALLS: Mapping[str, Callable[..., Any]] = {
    "age": _age,
    "days_since": lambda on, since: ibis.literal(on).delta(since, unit="day"),
    "months_since": _months,
    "empty": lambda on, *those: reduce(operator.and_, (one.isnull() for one in those)),
    "filled": lambda on, *those: reduce(operator.and_, (one.notnull() for one in those)),
    "has": _has,
    "length": lambda on, one: one.length(),
    "starts": lambda on, one, begin: one.startswith(begin),
    "year": lambda on, day: day.year(),
}
