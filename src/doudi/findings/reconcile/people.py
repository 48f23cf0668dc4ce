"""One row per person: what the rows about somebody come to, the strongest proof, the flags beside it, the rows behind both.

`docs/reconciliation.md` sections 3 and 4, as Ibis expressions over the long table of `rows`. This module must not read
a ledger.
"""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from doudi.findings.reconcile import states as s
from doudi.findings.reconcile.rules import Rules

_PAIRS = pa.schema([("number", pa.int16()), ("what", pa.int16()), ("unless_paid", pa.bool_())])


def summed(facts: ir.Table) -> ir.Table:
    """What the rows about one person come to."""
    what = facts.what

    def number(*wanted: int) -> ir.IntegerScalar:
        return facts.count(where=what.isin(wanted) if len(wanted) > 1 else what == wanted[0])

    def place(*wanted: int) -> ir.StringScalar:
        return facts.word.min(where=what.isin(wanted))

    def money(wanted: int) -> ir.IntegerScalar:
        return facts.amount_fen.sum(where=what == wanted).fill_null(0).cast("int64")

    proofs = {
        f"proof_{n}": number(*proof.behind)
        for n, proof in enumerate(s.PROOFS, start=1)
        if n not in {s.INSURED_BY_REGISTRATION, s.NEWBORN, s.UNPAID, s.UNKNOWN}
    }
    held, above, below = what == s.HELD, facts.amount_fen > 0, facts.amount_fen < 0
    return facts.group_by("person_id").aggregate(
        **proofs,
        in_hukou=number(s.HUKOU) > 0,
        in_residence=number(s.LIVES) > 0,
        registered=number(s.REGISTERED),
        listed=number(s.REGISTERED, s.REGISTERED_ONCE),
        booked=facts.count(where=(what == s.REGISTERED) & facts.mark),
        unbooked=facts.count(where=(what == s.REGISTERED) & ~facts.mark),
        employed=number(s.EMPLOYED),
        one_place=facts.which.min(where=what == s.REGISTERED),
        other_place=facts.which.max(where=what == s.REGISTERED),
        one_employer=facts.which.min(where=what == s.EMPLOYED),
        other_employer=facts.which.max(where=what == s.EMPLOYED),
        paid_fen=money(s.PAYMENT),
        payments=facts.count(where=(what == s.PAYMENT) & above)
        - facts.count(where=(what == s.PAYMENT) & below),
        last_paid=facts.dated.max(where=(what == s.PAYMENT) & above),
        subsidised_fen=money(s.SUBSIDY),
        given=facts.count(where=(what == s.SUBSIDY) & above),
        taken_back=facts.count(where=(what == s.SUBSIDY) & below),
        least_given=facts.amount_fen.min(where=(what == s.SUBSIDY) & above),
        most_given=facts.amount_fen.max(where=(what == s.SUBSIDY) & above),
        died=facts.dated.min(where=what == s.DEATH),
        in_group=number(s.GROUP) > 0,
        held=number(s.HELD),
        held_in_full=facts.count(where=held & facts.mark),
        held_unknown=facts.count(where=held & ~facts.mark & facts.amount_fen.isnull()),
        held_fen=facts.amount_fen.max(where=held),
        told=facts.word.min(where=what.isin(s.TOLD)),
        told_rows=number(*s.TOLD),
        told_employee=number(s.TOLD_EMPLOYEE),
        at_hukou=place(*s.POPULATION),
        at_home=place(*s.RESIDENTS),
        at_registration=place(s.REGISTERED, s.REGISTERED_ONCE),
    )


def judged(persons: ir.Table, sums: ir.Table, rules: Rules, day: dt.date) -> ir.Table:
    """The proof that stands highest for each person, and what is needed of the person afterwards."""
    people = persons.filter(persons.merged_into.isnull()).select("person_id", "born", "division")
    joined = people.left_join(sums, "person_id").drop("person_id_right")
    counts = {
        name: joined[name].fill_null(0)
        for name, kind in joined.schema().items()
        if kind.is_integer() and name not in {"person_id", "least_given", "most_given", "held_fen"}
    }
    truths = {name: joined[name].fill_null(False) for name in ("in_hukou", "in_residence", "in_group")}
    whole = joined.mutate(**counts, **truths)
    premium = rules.premium_fen
    enough = (whole.held_in_full > 0) | (
        (whole.subsidised_fen >= premium) if premium is not None else ibis.literal(False)
    )
    settled = (whole.paid_fen > 0) | (whole.booked > 0) | ((whole.subsidised_fen > 0) & enough)
    first, last = day - dt.timedelta(days=rules.newborn_days), day
    newborn = (whole.born >= _date(first)) & (whole.born <= _date(last))
    holds = {
        s.INSURED_BY_REGISTRATION: (whole.registered > 0) & settled,
        s.MOVED: (whole[f"proof_{s.MOVED}"] > 0) & ~whole.in_residence,
        s.NEWBORN: newborn.fill_null(False),
        s.UNPAID: whole.registered > 0,
    }
    number = ibis.cases(
        *((holds[n] if n in holds else whole[f"proof_{n}"] > 0, n) for n in range(1, s.UNKNOWN)),
        else_=s.UNKNOWN,
    )
    full = ibis.literal(premium, "int64") if premium is not None else ibis.null("int64")
    due = ibis.cases(
        (whole.held_in_full > 0, full), (whole.held_unknown > 0, ibis.null("int64")), else_=whole.held_fen
    )
    early = (whole.died < _date(rules.first)).fill_null(False)
    return whole.mutate(
        number=number.cast("int16"),
        due_fen=due,
        settled=settled,
        early=early,
        entitled=(whole.registered > 0) & (whole.held > 0) & ~early,
        place=ibis.coalesce(whole.at_hukou, whole.at_home, whole.at_registration, whole.division),
    )


def named(people: ir.Table) -> ir.Table:
    """The state by its name."""
    names = [(n, proof.state) for n, proof in enumerate(s.PROOFS, start=1)]
    return people.mutate(state=people.number.cases(*names, else_="unknown"))


def flagged(people: ir.Table, rules: Rules) -> ir.Table:
    """Persons and their flags, one row each."""
    p, premium = people, rules.premium_fen
    short = (p.paid_fen + p.subsidised_fen < premium) if premium is not None else ibis.literal(False)
    on_record = p.proof_1 > 0
    rightless = (p.held == 0) | (p.listed == 0) | p.early
    unentitled = (p.given > 0) & rightless if rules.subsidies else ibis.literal(False)
    wrong = (p.least_given != p.due_fen) | (p.most_given != p.due_fen)
    uncovered = [name for name, state in s.STATES.items() if state.counted and not state.covered]
    expected = (p.state == "employee") & (p.told_rows == p.told_employee)
    holds: dict[str, ir.BooleanValue] = {
        "double_scheme": (p.registered > 0) & (p.employed > 0),
        "double_resident": p.one_place != p.other_place,
        "double_employee": p.one_employer != p.other_employer,
        "dead_insured": on_record & ((p.registered > 0) | (p.employed > 0)),
        "dead_paid": p.last_paid > p.died,
        "told_otherwise": (p.told_rows > 0) & p.state.isin(["employee", "insured_paid"]) & ~expected,
        "special_uncovered": p.in_group & p.state.isin(uncovered),
        "paid_unregistered": (p.paid_fen > 0) & (p.registered == 0) & ~on_record,
        "paid_twice": p.payments > 1,
        "short_paid": (p.registered > 0) & (p.paid_fen > 0) & (p.held_in_full == 0) & short,
        "unproven_payment": (p.registered > 0) & (p.booked > 0) & (p.paid_fen <= 0) & (p.subsidised_fen <= 0),
        "unbooked_payment": (p.registered > 0) & (p.paid_fen > 0) & (p.unbooked > 0) & (p.booked == 0),
        "subsidy_unpaid": p.entitled & (p.given == 0) & (p.due_fen != 0).fill_null(True),
        "subsidy_unentitled": unentitled,
        "subsidy_amount": (p.given > 0) & ~rightless & wrong,
        "subsidy_twice": p.given - p.taken_back > 1,
    }
    return ibis.union(
        *(
            people.filter(holds[name].fill_null(False)).select("person_id", flag=ibis.literal(name))
            for name in s.FLAGS
        )
    )


def behind_states(people: ir.Table, facts: ir.Table) -> ir.Table:
    """The entries behind each person's state, sorted, one list a person."""
    pairs = [
        (n, what, what in proof.unless_paid)
        for n, proof in enumerate(s.PROOFS, start=1)
        for what in (*proof.behind, *proof.unless_paid)
    ]
    table = ibis.memtable(pa.table([list(column) for column in zip(*pairs, strict=True)], schema=_PAIRS))
    rows = facts.filter(facts.entry_id.notnull()).select("person_id", "what", "entry_id")
    chosen = (
        people.select("person_id", "number", "paid_fen")
        .join(rows, "person_id")
        .join(table, ["number", "what"])
    )
    chosen = chosen.filter(~chosen.unless_paid | (chosen.paid_fen <= 0))
    return _listed(chosen.select("person_id", "entry_id").distinct(), ["person_id"])


def behind_flags(flags: ir.Table, facts: ir.Table) -> ir.Table:
    """The entries behind each flag of each person, sorted, one list a flag."""
    pairs = [(flag.name, what) for flag in s.FLAGS.values() for what in flag.behind]
    schema = pa.schema([("flag", pa.string()), ("what", pa.int16())])
    table = ibis.memtable(pa.table([list(column) for column in zip(*pairs, strict=True)], schema=schema))
    rows = facts.filter(facts.entry_id.notnull()).select("person_id", "what", "entry_id")
    chosen = flags.join(rows, "person_id").join(table, ["flag", "what"])
    lists = _listed(chosen.select("person_id", "flag", "entry_id").distinct(), ["person_id", "flag"])
    return flags.left_join(lists, ["person_id", "flag"]).select("person_id", "flag", "evidence")


def _listed(rows: ir.Table, by: list[str]) -> ir.Table:
    # Sorted afterwards: Ibis cannot ask Spark for an ordered aggregation.
    return rows.group_by(by).aggregate(evidence=rows.entry_id.collect().sort())


def _date(day: dt.date) -> ir.DateScalar:
    return ibis.date(day.isoformat())
