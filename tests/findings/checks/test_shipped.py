"""Every rule that is shipped finds its own examples, by Ibis and by the plainest Python, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from doudi.facts.registry import TABLES
from doudi.findings.checks.run import run_rules
from doudi.policy.checks.load import EVERY_ROW, load_rules
from doudi.policy.checks.schema import Example, Rule
from doudi.policy.ledgers.load import kinds
from doudi.policy.library import root
from tests.findings.checks import plain
from tests.findings.checks.duck import duck

ON = dt.date(2026, 6, 30)
KINDS = kinds()
RULES: list[Rule] = [rule for file in load_rules(root(), KINDS) for rule in file.rules]
EXAMPLES = [(rule, example) for rule in RULES for example in rule.examples]
COMMON = {
    "entry_id": pa.int64(),
    "person_id": pa.int64(),
    "household_id": pa.int64(),
    "division": pa.string(),
    "import_id": pa.int64(),
    "valid_from": pa.date32(),
    "valid_to": pa.date32(),
    "known_at": pa.timestamp("s"),
}


def schema(ledger: str) -> pa.Schema:
    """What `ledgers.api.rows` gives of a ledger, with the stand-ins for sealed columns."""
    fields = dict(COMMON)
    columns = TABLES[ledger] if ledger in TABLES else [one.column for one in KINDS[ledger]]
    fields |= {one.inside: one.arrow for one in columns}
    if ledger in KINDS:
        for one in KINDS[ledger]:
            fields |= {f"{one.name}__token": pa.int64(), f"{one.name}__state": pa.string()}
    return pa.schema(list(fields.items()))


def read(kind: pa.DataType, value: Any) -> Any:
    if value is None or pa.types.is_string(kind):
        return value
    if pa.types.is_date(kind):
        return dt.date.fromisoformat(value)
    if pa.types.is_timestamp(kind):
        return dt.datetime.fromisoformat(value)
    return int(value)


def rows(rule: Rule, example: Example) -> dict[str, list[dict[str, Any]]]:
    ledgers = {rule.rows, *(one.ledger for one in rule.against)}
    assert example.rows.keys() <= ledgers
    made: dict[str, list[dict[str, Any]]] = {}
    for n, ledger in enumerate(sorted(ledgers)):
        known = schema(ledger)
        made[ledger] = [
            {
                "entry_id": n * 1000 + i,
                **{name: read(known.field(name).type, raw) for name, raw in one.items()},
            }
            for i, one in enumerate(example.rows.get(ledger, []))
        ]
    return made


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=[f"{rule.id}" for rule, _ in EXAMPLES])
def test_a_shipped_rule_finds_its_examples(rule: Rule, example: Example) -> None:
    made = rows(rule, example)
    expected = [made[rule.rows][int(n)]["entry_id"] for n in example.fail]
    tables = {name: pa.Table.from_pylist(some, schema(name)) for name, some in made.items()}
    failed = run_rules([rule], tables, ON, duck()).failed
    assert failed["entry_id"].to_pylist() == expected
    found = plain.failing(rule, made, ON)
    assert found == {(one["entry_id"], tuple(one["beside"])) for one in failed.to_pylist()}


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_shipped_rule_has_a_row_that_fails_and_one_that_does_not(rule: Rule) -> None:
    fails = sum(len(example.fail) for example in rule.examples)
    stands = sum(len(example.rows.get(rule.rows, [])) - len(example.fail) for example in rule.examples)
    assert fails
    assert stands


def test_numbers_are_used_once_over_all_files() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 40


def test_every_file_of_rules_is_loaded() -> None:
    folder = root() / "checks"
    assert {file.path.name for file in load_rules(root(), KINDS)} == {
        path.name for path in folder.glob("*.yaml")
    }


def test_what_every_row_carries_is_what_the_examples_carry() -> None:
    assert set(EVERY_ROW) == set(COMMON)
