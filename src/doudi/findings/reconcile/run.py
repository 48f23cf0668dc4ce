"""The reconciliation of one coverage year: tables in, one row per person out, with flags, entries and rates.

Works on the tables of a store snapshot or on tables handed in, on DuckDB or on Spark. It must not know the register,
nor the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from doudi.findings.engines import Engine, Runner, Source, running
from doudi.findings.reconcile import people as steps
from doudi.findings.reconcile.counts import Rate, by_place, rates
from doudi.findings.reconcile.places import place_table
from doudi.findings.reconcile.rows import KINDS, NEEDED, categories, facts, typed
from doudi.findings.reconcile.rules import Rules

PEOPLE = pa.schema(
    [
        ("person_id", pa.int64()),
        ("state", pa.string()),
        ("flags", pa.list_(pa.string())),
        ("village", pa.string()),
        ("township", pa.string()),
        ("in_hukou", pa.bool_()),
        ("in_residence", pa.bool_()),
        ("groups", pa.list_(pa.string())),
        ("schemes", pa.list_(pa.string())),
        ("paid_fen", pa.int64()),
        ("subsidised_fen", pa.int64()),
        ("due_fen", pa.int64()),
        ("told", pa.string()),
        ("evidence", pa.list_(pa.int64())),
    ]
)
FLAGGED = pa.schema([("person_id", pa.int64()), ("flag", pa.string()), ("evidence", pa.list_(pa.int64()))])


@dataclass(frozen=True)
class Reconciled:
    """What came of it. `people`: one row per person, by person_id. `flags`: one row per person and flag, with its entries.

    `places`: counts of states and flags by township and village. `unlinked`: rows of each kind that no person is known
    for. `unconfirmed`: what policy says that nobody has confirmed.
    """

    coverage_year: int
    day: dt.date
    people: pa.Table
    flags: pa.Table
    places: pa.Table
    rates: tuple[Rate, ...]
    unlinked: Mapping[str, int]
    unconfirmed: tuple[str, ...] = ()
    snapshot: str = ""


def reconcile(
    tables: Mapping[str, Source],
    rules: Rules,
    *,
    as_of: dt.date,
    engine: Engine = "duckdb",
    threads: int | None = None,
    snapshot: str = "",
) -> Reconciled:
    """Reconcile the ledgers for the coverage year of `rules`. A table that is missing counts as empty."""
    with running(engine, threads) as runner:
        return reconcile_on(runner, tables, rules, as_of=as_of, snapshot=snapshot)


def reconcile_on(
    runner: Runner, tables: Mapping[str, Source], rules: Rules, *, as_of: dt.date, snapshot: str = ""
) -> Reconciled:
    """The same on an engine that is already there."""
    day = rules.day(as_of)
    on = ibis.date(day.isoformat())
    known = {name: typed(runner.read(tables[name]) if name in tables else None, name) for name in NEEDED}
    known["categories"] = runner.keep(categories(known, rules, on))
    said = runner.keep(facts(known, rules, on))
    whole = runner.keep(steps.named(steps.judged(known["persons"], steps.summed(said), rules, day)))
    flags = runner.keep(steps.flagged(whole, rules))
    at = place_table(runner.fetch(runner.read(tables["divisions"])) if "divisions" in tables else None)
    rows = _rows(whole, flags, known["categories"], said, rules)
    told = _placed(runner.fetch(rows), at)
    behind = runner.fetch(steps.behind_flags(flags, said).order_by("person_id", "flag"))
    return Reconciled(
        coverage_year=rules.coverage_year,
        day=day,
        people=told,
        flags=_sorted(behind.select(FLAGGED.names).cast(FLAGGED), "person_id", "flag"),
        places=by_place(told),
        rates=rates(told, rules),
        unlinked=_unlinked(runner, known),
        unconfirmed=rules.unconfirmed,
        snapshot=snapshot,
    )


def _rows(whole: ir.Table, flags: ir.Table, held: ir.Table, said: ir.Table, rules: Rules) -> ir.Table:
    """One row per person, with lists."""
    texts = flags.group_by("person_id").aggregate(flags=flags.flag.collect().sort())
    groups = held.filter(held.now & held.category.isin(list(rules.groups) or [""]))
    groups = groups.select("person_id", "category").distinct()
    groups = groups.group_by("person_id").aggregate(groups=groups.category.collect().sort())
    evidence = steps.behind_states(whole, said)
    rows = whole.left_join(texts, "person_id").drop("person_id_right")
    rows = rows.left_join(groups, "person_id").drop("person_id_right")
    rows = rows.left_join(evidence, "person_id").drop("person_id_right")
    none = ibis.literal([], type="array<string>")
    schemes = ibis.cases(
        ((rows.employed > 0) & (rows.registered > 0), ibis.literal(["310", "390"], type="array<string>")),
        (rows.employed > 0, ibis.literal(["310"], type="array<string>")),
        (rows.registered > 0, ibis.literal(["390"], type="array<string>")),
        else_=none,
    )
    return rows.select(
        "person_id", "state", "in_hukou", "in_residence", "paid_fen", "subsidised_fen", "due_fen", "told", "place",
        flags=rows.flags.fill_null(none),
        groups=rows.groups.fill_null(none),
        schemes=schemes,
        evidence=rows.evidence.fill_null(ibis.literal([], type="array<int64>")),
    )  # fmt: skip


def _placed(rows: pa.Table, at: pa.Table) -> pa.Table:
    """With village and township, in order of persons."""
    rows = _sorted(rows, "person_id")
    index = pc.index_in(rows["place"], value_set=at["code"])
    place = {name: at[name].take(index) for name in ("village", "township")}
    # A code that no register of divisions knows: twelve digits are a village, the first nine its township.
    known = pc.is_valid(index)
    twelve = pc.equal(pc.utf8_length(rows["place"]), 12)
    town = pc.if_else(twelve, pc.utf8_slice_codeunits(rows["place"], 0, 9), pa.scalar(None, pa.string()))
    place["village"] = pc.if_else(known, place["village"], rows["place"])
    place["township"] = pc.if_else(known, place["township"], town)
    for name, column in place.items():
        rows = rows.append_column(name, column)
    return rows.select(PEOPLE.names).cast(PEOPLE).combine_chunks()


def _sorted(rows: pa.Table, *by: str) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in by])


def _unlinked(runner: Runner, known: Mapping[str, ir.Table]) -> dict[str, int]:
    counts = [
        known[kind]
        .filter(known[kind].person_id.isnull())
        .aggregate(rows=lambda rows: rows.count())
        .mutate(kind=ibis.literal(kind))
        for kind in KINDS
    ]
    found = runner.fetch(ibis.union(*counts)).to_pylist()
    return {
        row["kind"]: row["rows"]
        for row in sorted(found, key=lambda row: KINDS.index(row["kind"]))
        if row["rows"]
    }
