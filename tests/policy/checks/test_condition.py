"""Conditions are read as they are written, and what cannot be said is refused with what can."""

from __future__ import annotations

import datetime as dt

import pytest

from doudi.policy.checks.condition import (
    Among,
    Both,
    Call,
    Compare,
    Field,
    Literal,
    Not,
    fields,
    read_condition,
)
from doudi.policy.values import BadValue


def test_a_condition_is_read_as_a_tree() -> None:
    assert read_condition("age() < 16 and not labour in ('无劳动力',)") == Both(
        True,
        (
            Compare("<", Call("age", ()), Literal(16)),
            Not(Among(Field("labour"), ("无劳动力",))),
        ),
    )


def test_a_column_of_another_ledger_is_named_by_it() -> None:
    assert read_condition("d.death_date < date('2026-01-01')") == Compare(
        "<", Field("death_date", "d"), Literal(dt.date(2026, 1, 1))
    )


def test_an_age_without_a_column_is_that_of_the_birth_date() -> None:
    assert list(fields(read_condition("age() > 60 or filled(x, y)"))) == [
        Field("brdy"),
        Field("x"),
        Field("y"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age(",
        "__import__('os')",
        "x.y.z == 1",
        "a == 1.5",
        "a == True",
        "1 < a < 3",
        "a in b",
        "a in ()",
        "a is None",
        "lambda: 1",
        "[a for a in b]",
        "a if b else c",
        "has(a, b)",
        "date('2026-02-30') < a",
        "empty()",
        "a ** 2",
        "1 == 1",
        "f'{a}'",
        "a := 1",
        "not " * 60 + "a",
        "a" * 3000,
    ],
)
def test_what_cannot_be_said_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as told:
        read_condition(text)
    assert told.value.allowed
