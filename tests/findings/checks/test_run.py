"""Rules over random ledgers: Ibis finds what the plainest Python finds, row for row."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doudi.findings.checks.run import run_rules
from doudi.policy.checks import condition
from doudi.policy.checks.condition import Among, Both, Call, Compare, Field, Literal, Not, Sum, Term, fields
from doudi.policy.checks.schema import Against, Counted, Example, Rule
from tests.findings.checks import plain
from tests.findings.checks.duck import duck

ON = dt.date(2026, 6, 30)
SCHEMA = pa.schema(
    [
        ("entry_id", pa.int64()),
        ("person_id", pa.int64()),
        ("household_id", pa.int64()),
        ("division", pa.string()),
        ("brdy", pa.date32()),
        ("labour", pa.string()),
        ("health", pa.string()),
        ("months", pa.int64()),
    ]
)
WORDS = ("普通劳动力", "无劳动力", "残疾", "长期慢性病", "")
days = st.dates(dt.date(1930, 1, 1), dt.date(2026, 7, 31))
maybe = st.none()
row = st.fixed_dictionaries(
    {
        "person_id": maybe | st.integers(1, 4),
        "household_id": maybe | st.integers(1, 3),
        "division": maybe | st.sampled_from(("990101001201", "990101001202")),
        "brdy": maybe | days,
        "labour": maybe | st.sampled_from(WORDS[:2]),
        "health": maybe | st.sampled_from(("残疾", "残疾,长期慢性病", "健康", "长期慢性病")),
        "months": maybe | st.integers(-3, 14),
    }
)


def ledger(first: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(row, max_size=7).map(
        lambda rows: [{"entry_id": first + n, **one} for n, one in enumerate(rows)]
    )


def terms(ledgers: tuple[str, ...], extra: tuple[str, ...] = ()) -> st.SearchStrategy[Term]:
    """Conditions that are true or false over rows, built up from comparisons of one type."""
    named = st.sampled_from(ledgers)

    def field(*names: str) -> st.SearchStrategy[Field]:
        return st.builds(Field, st.sampled_from(names), named)

    born = field("brdy")
    numbers = st.one_of(
        field("months"),
        st.integers(-5, 100).map(Literal),
        born.map(lambda one: Call("age", (one,))),
        born.map(lambda one: Call("days_since", (one,))),
        born.map(lambda one: Call("months_since", (one,))),
        born.map(lambda one: Call("year", (one,))),
        field("labour", "health").map(lambda one: Call("length", (one,))),
        *([st.sampled_from(extra).map(Field)] if extra else []),
    )
    sums = st.one_of(numbers, st.builds(Sum, st.sampled_from((1, -1)), field("months"), numbers))
    between = st.builds(Sum, st.just(-1), born, born)
    moved = st.builds(Sum, st.sampled_from((1, -1)), born, field("months"))
    signs = st.sampled_from(("==", "!=", "<", "<=", ">", ">="))
    words = field("labour", "health", "division")
    simple = st.one_of(
        st.builds(Compare, signs, sums, sums),
        st.builds(Compare, signs, between, numbers),
        st.builds(Compare, signs, born, days.map(Literal) | born | moved),
        st.builds(Compare, st.sampled_from(("==", "!=")), words, st.sampled_from(WORDS).map(Literal) | words),
        st.builds(Among, words, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(tuple)),
        st.builds(Among, field("months"), st.lists(st.integers(0, 12), min_size=1, max_size=3).map(tuple)),
        st.lists(words | born, min_size=1, max_size=3).map(lambda args: Call("empty", tuple(args))),
        st.lists(words | born, min_size=1, max_size=3).map(lambda args: Call("filled", tuple(args))),
        st.builds(
            lambda one, values: Call("has", (one, *map(Literal, values))),
            field("health"),
            st.lists(st.sampled_from(WORDS[2:4]), min_size=1, max_size=2),
        ),
        st.builds(
            lambda one, begin: Call("starts", (one, Literal(begin))), words, st.sampled_from(("残", "99"))
        ),
    )
    return st.recursive(
        simple,
        lambda below: (
            below.map(Not)
            | st.builds(Both, st.booleans(), st.lists(below, min_size=2, max_size=3).map(tuple))
        ),
        max_leaves=6,
    ).filter(lambda term: any(fields(term)))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    own = terms(("",))
    joined = draw(st.integers(0, 2))
    against = [
        Against.model_construct(
            ledger=draw(st.sampled_from(("b", "a"))),
            name=f"n{n}",
            by=draw(st.sampled_from(("person", "household", "division", "labour"))),
            must=draw(st.sampled_from(("exist", "exist", "miss"))),
            where=draw(maybe | own),
        )
        for n in range(joined)
    ]
    together = None
    if draw(st.booleans()):
        together = Counted.model_construct(
            by=draw(st.sampled_from((["household_id"], ["division", "labour"]))),
            counts={"able": draw(own)},
            distinct={"kinds": "health"},
        )
    known = ("", *(one.name for one in against if one.must == "exist"))
    fails = draw(terms(known, ("able", "kinds", "group_rows") if together else ()))
    return Rule.model_construct(
        id="R1",
        rows="a",
        severity="error",
        where=draw(maybe | own),
        against=against,
        together=together,
        fails=fails,
        once_per=draw(st.sampled_from(("row", "group"))) if together else "row",
        from_=None,
        to=None,
        examples=[Example.model_construct(says="", rows={}, fail=[])],
    )


SEEN: Counter[str] = Counter()


def walk(term: Term) -> Iterator[Term]:
    yield term
    for name in ("left", "right", "part"):
        if hasattr(term, name):
            yield from walk(getattr(term, name))
    for part in (*getattr(term, "parts", ()), *getattr(term, "args", ())):
        yield from walk(part)


def by_ibis(rule: Rule, ledgers: dict[str, list[dict[str, Any]]]) -> set[tuple[int, tuple[int, ...]]]:
    tables = {name: pa.Table.from_pylist(rows, SCHEMA) for name, rows in ledgers.items()}
    failed = run_rules([rule], tables, ON, duck()).failed
    assert failed["entry_id"].to_pylist() == sorted(failed["entry_id"].to_pylist())
    return {(one["entry_id"], tuple(one["beside"])) for one in failed.to_pylist()}


@settings(max_examples=40)
@given(rules(), ledger(1), ledger(101))
def test_ibis_finds_what_plain_python_finds(
    rule: Rule, a: list[dict[str, Any]], b: list[dict[str, Any]]
) -> None:
    for term in filter(None, (rule.fails, rule.where)):
        SEEN.update(one.name if isinstance(one, Call) else type(one).__name__ for one in walk(term))
    rows = {"a": a, "b": b}
    assert by_ibis(rule, rows) == plain.failing(rule, rows, ON)


def test_every_word_of_conditions_is_generated() -> None:
    """Runs after the test above in its file; alone, it fills `SEEN` itself."""

    @settings(max_examples=300, database=None)
    @given(rules())
    def draw(rule: Rule) -> None:
        for term in filter(None, (rule.fails, rule.where)):
            SEEN.update(one.name if isinstance(one, Call) else type(one).__name__ for one in walk(term))

    draw()
    nodes = {"Field", "Literal", "Among", "Compare", "Both", "Not", "Sum"}
    # `date` is read into a literal, never met in a tree.
    assert {*nodes, *condition.FUNCTIONS} - {"date"} <= SEEN.keys()


def test_a_rule_is_applied_only_while_it_is_in_force() -> None:
    rule = Rule.model_construct(
        id="R1", rows="a", severity="error", where=None, against=[], together=None, once_per="row",
        fails=Compare(">", Field("months"), Literal(0)), from_=dt.date(2026, 1, 1), to=dt.date(2026, 12, 31),
    )  # fmt: skip
    rows = pa.Table.from_pylist([{"entry_id": 1, "months": 3}], SCHEMA)
    for on, found in ((dt.date(2025, 12, 31), 0), (dt.date(2026, 1, 1), 1), (dt.date(2027, 1, 1), 0)):
        assert run_rules([rule], {"a": rows}, on, duck()).failed.num_rows == found


def test_a_rule_whose_ledger_nobody_handed_in_is_named_with_what_it_lacks() -> None:
    rule = Rule.model_construct(
        id="R1", rows="a", severity="error", where=None, together=None, once_per="row", from_=None, to=None,
        against=[Against.model_construct(ledger="b", name="b", by="person", must="exist", where=None)], fails=None,
    )  # fmt: skip
    rows = SCHEMA.empty_table()
    outcome = run_rules([rule], {"a": rows}, ON, duck())
    assert outcome.lacking == {"R1": ("b",)}
    assert outcome.ran == ()


@pytest.mark.parametrize("day", [dt.date(2024, 2, 29), dt.date(2026, 2, 28), dt.date(2026, 3, 1)])
def test_an_age_is_completed_years_also_for_the_leap_day(day: dt.date) -> None:
    born = dt.date(2004, 2, 29)
    table = ibis.memtable(pa.Table.from_pylist([{"entry_id": 1, "brdy": born}], SCHEMA))
    from doudi.findings.checks.terms import expression

    age = expression(Call("age", ()), lambda field: table[field.name], day)
    assert table.select(age=age).to_pyarrow()["age"].to_pylist() == [
        day.year - 2004 - ((day.month, day.day) < (2, 29))
    ]
