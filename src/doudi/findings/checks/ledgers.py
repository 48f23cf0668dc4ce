"""The ledgers that rules run over: kept views of the register, and settlements with the persons they belong to.

Settlements know a person by the national number; the insurance ledgers say whose number that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import ibis

from doudi.policy.checks.schema import Rule

#: The ledgers that carry the national person number beside a person of the register.
NUMBERED = ("resident_insurance", "employee_insurance", "chronic_approvals")
SETTLEMENTS = "settlements"


def named_by(rules: Iterable[Rule]) -> set[str]:
    """Every ledger that rules need; where they need settlements, also those that say whose number a number is."""
    named = {name for rule in rules for name in (rule.rows, *(one.ledger for one in rule.against))}
    return named | set(NUMBERED) if SETTLEMENTS in named else named


def opened(connection: Any, paths: Mapping[str, Path], settled: Any = None) -> dict[str, Any]:
    """The tables of a kept view as Ibis tables; `settled`: the store's settlements (an Arrow dataset), if any."""
    ledgers = {
        name: connection.read_parquet(path, table_name=f"ledger_{name}") for name, path in paths.items()
    }
    if settled is not None:
        persons = _numbers(ledgers)
        if persons is not None:
            connection.con.register("settled_facts", settled)
            ledgers[SETTLEMENTS] = _with_persons(connection.table("settled_facts"), persons)
    return ledgers


def _numbers(ledgers: Mapping[str, Any]) -> Any:
    """Person number → person, household, division; one line a number, the lowest person where several claim it."""
    said = [
        ledgers[name].filter(ledgers[name].psn_no.notnull() & ledgers[name].person_id.notnull())
        .select("psn_no", "person_id", "household_id", "division")
        for name in NUMBERED
        if name in ledgers
    ]  # fmt: skip
    if not said:
        return None
    rows = ibis.union(*said) if len(said) > 1 else said[0]
    first = rows.group_by("psn_no").aggregate(person_id=rows.person_id.min())
    homes = rows.group_by("person_id").aggregate(
        household_id=rows.household_id.min(), division=rows.division.min()
    )
    return first.join(homes, "person_id").select("psn_no", "person_id", "household_id", "division")


def _with_persons(settled: Any, persons: Any) -> Any:
    """Settlements as a ledger's rows: an entry number in order of setl_id, below nought so that none is an entry's."""
    numbered = settled.mutate(entry_id=-1 - ibis.row_number().over(ibis.window(order_by=settled.setl_id)))
    joined = numbered.join(persons, "psn_no", how="inner")
    return joined.mutate(valid_from=joined.begndate, valid_to=ibis.null("date"))
