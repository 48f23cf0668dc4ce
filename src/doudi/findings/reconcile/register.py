"""From the register and the dated parameters to what a reconciliation needs: a snapshot in the store, and its rules.

The one module of the reconciliation that knows the register; it goes through its api. Nothing here decides a state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from doudi.access import api as access
from doudi.findings.engines import Engine
from doudi.findings.reconcile.rows import KINDS, NEEDED
from doudi.findings.reconcile.rules import Rules, Subsidy, Target
from doudi.findings.reconcile.run import Reconciled, reconcile
from doudi.findings.snapshots import Kinds, identifying
from doudi.ledgers import api as register
from doudi.policy.enrolment import Enrolment
from doudi.store.ledgers import LedgerSnapshot, LedgerStore, View

_ENDED = frozenset({"population", "resident_insurance", "employee_insurance"})
"""Kinds of which rows that have ended by their own date are seen too: the dead and the moved are among them."""


def rules_for(policy: Enrolment, year: int, as_of: dt.date) -> Rules:
    """What policy says of a coverage year, and what of it nobody has confirmed."""
    plain = Rules(year)
    day = plain.day(as_of)
    newborn = policy.newborn_days(day)
    premium = policy.premium(year)
    subsidies = policy.subsidies(year)
    targets = policy.targets(day)
    doubtful = [
        *([] if premium and premium.own_fen is not None else [f"{year}参保年度的个人缴费标准未查到"]),
        *(
            [f"{year}参保年度的个人缴费标准"]
            if premium and premium.own_fen is not None and not premium.source.confirmed
            else []
        ),
        *(f"资助标准：{one.category}" for one in subsidies.values() if not one.confirmed),
        *(["新生儿参保期限"] if newborn is None or not newborn.confirmed else []),
        *(f"目标：{one.zh}" for one in targets if not one.confirmed),
    ]
    return Rules(
        coverage_year=year,
        premium_fen=policy.premium_fen(year),
        subsidies={name: Subsidy(one.full, one.amount_fen, one.confirmed) for name, one in subsidies.items()},
        groups=policy.groups(day),
        newborn_days=newborn.number if newborn else plain.newborn_days,
        targets=tuple(
            Target(one.zh, one.group == "special", one.share, one.denominator, one.document, one.confirmed)
            for one in targets
        ),
        unconfirmed=tuple(doubtful),
    )


def ledgers_of(
    home: Path, kinds: Kinds, *, year: int, as_of: dt.date, known_at: dt.datetime
) -> LedgerSnapshot:
    """The register as a reconciliation of `year` sees it, kept in the store; an unchanged register is not read again."""
    day = Rules(year).day(as_of)
    first = Rules(year).first

    def tables() -> Iterator[tuple[str, pa.Table]]:
        for name, table in whole():
            wanted = NEEDED.get(name, table.column_names)  # of nobody more than is needed
            yield name, table.select([column for column in wanted if column in table.column_names])

    def whole() -> Iterator[tuple[str, pa.Table]]:
        yield "persons", register.persons(kinds, as_of=day, known_at=known_at)
        yield "memberships", register.memberships(as_of=day, known_at=known_at)
        yield "tags", register.tags(kinds, as_of=day, known_at=known_at)
        yield "tags_before", register.tags(kinds, as_of=first, known_at=known_at)
        yield "divisions", access.divisions(as_of=day, known_at=known_at)
        for name in KINDS:
            yield name, register.rows(kinds[name], as_of=day, known_at=known_at, ended=name in _ENDED)
        yield "special_groups_before", register.rows(kinds["special_groups"], as_of=first, known_at=known_at)

    view = View(register.state_token(known_at), day, year)
    return LedgerStore(home).keep(view, tables, identifying=identifying(kinds))


def reconcile_register(
    home: Path,
    kinds: Kinds,
    policy: Enrolment,
    *,
    year: int,
    as_of: dt.date,
    known_at: dt.datetime,
    engine: Engine = "duckdb",
) -> Reconciled:
    """One state per person of the register for a coverage year, on the snapshot that the store keeps of it."""
    kept = ledgers_of(home, kinds, year=year, as_of=as_of, known_at=known_at)
    rules = rules_for(policy, year, as_of)
    return reconcile(kept.paths, rules, as_of=as_of, engine=engine, snapshot=kept.id)
