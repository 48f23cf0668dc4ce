"""Single people, each with a few rows: which state, which flags, which entries. Read beside `docs/reconciliation.md`.

All people of one question are reconciled together, once; each is a test of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from doudi.findings.engines import Runner, running
from doudi.findings.reconcile import FLAGS, STATES, Rules, Subsidy
from doudi.findings.reconcile.run import reconcile_on
from doudi.findings.reconcile.states import PROOFS
from tests.findings.reconcile.ledgers import AS_OF, PREMIUM, RULES, arrow

D = dt.date
Row = tuple[str, dict[str, Any]]
BARE = Rules(2026)
MIXED = Rules(
    2026,
    None,
    {"低保": Subsidy(amount_fen=None), "低保边缘": Subsidy(amount_fen=100), "特困": Subsidy(full=True)},
)


@dataclass(frozen=True)
class Person:
    """Rows about one person, numbered from one as entries, and what is to be told of the person."""

    fact: str
    rows: tuple[Row, ...]
    state: str | None = None
    flags: list[str] | None = None
    entries: list[int] | None = None
    rules: Rules = RULES
    as_of: dt.date = AS_OF
    own: dict[str, Any] = field(default_factory=dict)


def registered(**more: Any) -> Row:
    return "resident_insurance", {"insu_year": 2026} | more


def paid(fen: int = PREMIUM, **more: Any) -> Row:
    return "premium_payments", {"insu_year": 2026, "pay_amt_fen": fen, "pay_date": D(2025, 11, 3)} | more


def employed(**more: Any) -> Row:
    return "employee_insurance", more


def told(reason: str, **more: Any) -> Row:
    return "uninsured", {"insu_year": 2026, "reason": reason} | more


def group(category: str, **more: Any) -> Row:
    return "special_groups", {"category": category, "valid_from": D(2020, 1, 1)} | more


def given(fen: int) -> Row:
    return "enrolment_subsidies", {"insu_year": 2026, "subsidy_amt_fen": fen}


def tagged(tag: str, **more: Any) -> Row:
    return "tags", {"tag": tag} | more


def hukou(**more: Any) -> Row:
    return "population", more


def died(day: dt.date | None = None) -> Row:
    return "deaths", {"death_date": day or D(2026, 2, 1)}


HOME = ("residents", {"whereabouts": "在家"})
INSURED = (registered(), paid())
CANCELLED = {"hsreg_stas": "正常", "cancel_why": "死亡"}
PEOPLE = [
    Person("registered and paid is insured, by both rows", INSURED, "insured_paid", [], [1, 2]),
    Person("registered without money is unpaid", (registered(),), "registered_unpaid", [], [1]),
    Person("a payment paid back is no payment", (*INSURED, paid(-PREMIUM)), "registered_unpaid", [], [1, 2, 3]),
    Person(
        "what the 2024 notice asks for does not cover 2026",
        (registered(insu_year=2025), paid(insu_year=2025, pay_date=D(2024, 11, 3))),
        "unknown",
    ),
    Person(
        "what the 2024 notice asks for covers 2025",
        (registered(insu_year=2025), paid(insu_year=2025, pay_date=D(2024, 11, 3))),
        "insured_paid",
        rules=Rules(2025),
    ),
    Person("the system's own mark settles; no money is told", (registered(clct_flag="已缴费"),), "insured_paid", ["unproven_payment"], [1]),
    Person("a payment not booked is told", (registered(clct_flag="未缴费"), paid()), "insured_paid", ["unbooked_payment"], [1, 2]),
    Person("a subsidy in full settles", (registered(), given(PREMIUM), group("特困")), "insured_paid", [], [1, 2]),
    Person(
        "a part of the premium does not settle",
        (registered(), given(20_000), group("低保")),
        "registered_unpaid",
        ["special_uncovered"],
        [1, 2],
    ),
    Person("employees come before residents", (*INSURED, employed()), "employee", ["double_scheme"], [3]),
    Person(
        "what has paused, not begun or ended is no insurance",
        (employed(paus_insu_date=AS_OF), employed(psn_insu_date=D(2026, 7, 1)), employed(psn_insu_stas="终止参保")),
        "unknown",
        [],
        [],
    ),
    Person("what pauses tomorrow still counts", (employed(paus_insu_date=D(2026, 7, 1)),), "employee"),
    Person("two employers are told", (employed(emp_name="甲厂"), employed(emp_name="乙厂")), "employee", ["double_employee"], [1, 2]),
    Person("one employer told twice is one", (employed(emp_name="甲厂"), employed(emp_name="甲厂"), employed()), "employee", []),
    Person(
        "registered in two places is told",
        (registered(insu_admdvs="990101"), paid(), registered(insu_admdvs="990201")),
        "insured_paid",
        ["double_resident"],
        [1, 2, 3],
    ),
    Person("one registration told twice is one", (registered(insu_admdvs="990101"), paid(), registered(insu_admdvs="990101")), "insured_paid", []),
    Person("the dead stay dead however well insured", (died(), *INSURED), "dead", ["dead_insured"], [1]),
    Person("a word does not kill who is insured", (told("死亡"), *INSURED), "insured_paid", ["told_otherwise"], [2, 3]),
    Person("a word outweighs an unpaid registration", (told("死亡"), registered()), "dead", [], [1]),
    Person("told employee scheme, and it is so", (told("参加职工医保"), employed()), "employee", []),
    Person("a payment after death is told", (died(), paid(pay_date=D(2026, 2, 2))), "dead", ["dead_paid"]),
    Person("a payment before death is not", (died(), paid()), "dead", []),
    Person("who moved has moved", (hukou(hsreg_stas="迁出"),), "moved_out", [], [1]),
    Person("who moved but lives here has not", (hukou(hsreg_stas="迁出"), HOME), "unknown", [], [1, 2]),
    Person("a move noted by hand counts", (("memberships", {"household_id": None, "why": "move"}),), "moved_out", [], [1]),
    Person("a cancellation counts from its day", (hukou(**CANCELLED, cancel_date=AS_OF),), "dead", [], [1]),
    Person("and not before", (hukou(**CANCELLED, cancel_date=D(2026, 7, 1)),), "unknown"),
    Person("joined up, by the household register", (hukou(hsreg_stas="参军注销"),), "elsewhere_army", [], [1]),
    Person("tag army", (tagged("现役军人"),), "elsewhere_army", [], [1]),
    Person("tag prison", (tagged("服刑"),), "elsewhere_prison"),
    Person("tag abroad", (tagged("境外"),), "elsewhere_abroad"),
    Person("tag student elsewhere", (tagged("外地学生"),), "elsewhere_student"),
    Person("tag untraceable", (tagged("空挂户"),), "untraceable"),
    Person("working away is not being insured there", (tagged("务工外出"),), "unknown"),
    Person("a tag that has ended says nothing", (tagged("现役军人", valid_to=AS_OF),), "unknown"),
    Person("a tag that has not begun says nothing", (tagged("现役军人", valid_from=D(2026, 7, 1)),), "unknown"),
    Person("told working away, without a place", (told("外地务工"),), "unknown", [], [1]),
    Person("told working away, with a place", (told("外地务工", elsewhere_place="外地某市"),), "elsewhere_worker"),
    Person("told hardship is not told refusal", (told("经济困难"),), "unknown", [], [1]),
    Person("elsewhere beats an unpaid registration", (registered(), told("外地就学")), "elsewhere_student"),
    Person("elsewhere never beats a paid one", (*INSURED, told("外地就学")), "insured_paid", ["told_otherwise"]),
    Person("an open bill comes before a refusal", (registered(), told("拒绝参保")), "registered_unpaid"),
    Person("told refused", (told("拒绝参保"),), "refused"),
    Person("a reason for another year says nothing", (("uninsured", {"insu_year": 2025, "reason": "拒绝参保"}),), "unknown"),
    Person("a newborn on the last day of grace", (hukou(),), "newborn_grace", [], [1], own={"born": D(2026, 4, 1)}),
    Person("a newborn a day later", (hukou(),), "unknown", own={"born": D(2026, 3, 31)}),
    Person("a child born today", (hukou(),), "newborn_grace", own={"born": AS_OF}),
    Person("a child not born yet", (hukou(),), "unknown", own={"born": D(2026, 7, 1)}),
    Person(
        "in the autumn before, the state is that of New Year's Day",
        (registered(psn_insu_date=D(2026, 1, 1)), paid()),
        "insured_paid",
        as_of=D(2025, 11, 20),
    ),
    Person(
        "a household's tag counts for its members",
        (tagged("低保", household_id=7001, person_id=None),),
        "unknown",
        ["special_uncovered"],
        own={"household_id": 7001},
    ),
    Person("a severe disability is read from the grade", (tagged("残疾", level="肢体二级"),), None, ["special_uncovered"]),
    Person("a slight one is none", (tagged("残疾", level="肢体三级"),), None, []),
    Person("subsidised as due", (*INSURED, group("低保"), given(20_000)), None, []),
    Person("entitled, not subsidised", (*INSURED, group("低保")), None, ["subsidy_unpaid"]),
    Person("a fen short", (*INSURED, group("低保"), given(19_999)), None, ["subsidy_amount"]),
    Person("subsidised twice", (*INSURED, group("低保"), given(20_000), given(20_000)), None, ["subsidy_twice"]),
    Person("twice, and one taken back", (*INSURED, group("低保"), *[given(20_000)] * 2, given(-20_000)), None, []),
    Person("subsidised without a category", (*INSURED, given(20_000)), None, ["subsidy_unentitled"]),
    Person("an unknown sum accuses nobody of the amount", (*INSURED, group("脱贫人口"), given(12_345)), None, []),
    Person("an unknown sum is still owed", (*INSURED, group("脱贫人口")), None, ["subsidy_unpaid"]),
    Person("nothing due is not owed", (*INSURED, group("重度残疾")), None, []),
    Person("of two categories the larger sum", (*INSURED, group("低保"), group("低保边缘"), given(20_000)), None, []),
    Person("in full goes before a sum", (*INSURED, group("低保"), group("特困"), given(PREMIUM)), None, []),
    Person("a category held on New Year's Day", (*INSURED, group("低保", valid_to=D(2026, 3, 1)), given(20_000)), None, []),
    Person("without a rule nobody is accused", (*INSURED, group("低保"), given(1)), None, [], rules=BARE),
    Person("one unknown sum leaves the sum due unknown", (*INSURED, group("低保"), group("低保边缘"), given(99)), None, [], rules=MIXED),
    Person("in full of an unknown premium is unknown", (*INSURED, group("特困"), given(99)), None, [], rules=MIXED),
    Person("a known sum is held to", (*INSURED, group("低保边缘"), given(99)), None, ["subsidy_amount"], rules=MIXED),
    Person(
        "a subsidy for who died before the year",
        (died(D(2025, 12, 31)), registered(), group("低保"), given(20_000)),
        "dead",
        ["dead_insured", "subsidy_unentitled"],
    ),
    Person("a subsidy for who died in the year", (died(), registered(), group("低保"), given(20_000)), "dead", ["dead_insured"]),
    Person("a fen less than the premium", (registered(), paid(PREMIUM - 1)), "insured_paid", ["short_paid"]),
    Person("the same where no premium is known", (registered(), paid(PREMIUM - 1)), "insured_paid", [], rules=BARE),
    Person("a subsidy makes it up", (registered(), paid(20_000), group("低保"), given(20_000)), "insured_paid", []),
    Person("paid twice", (*INSURED, paid()), "insured_paid", ["paid_twice"]),
    Person("paid, not registered", (paid(),), "unknown", ["paid_unregistered"], []),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Runner]:
    with running("duckdb", threads=1) as runner:
        yield runner


@pytest.fixture(scope="module")
def reconciled(engine: Runner) -> dict[str, tuple[str, list[str], list[int]]]:
    """State, flags and entries of everybody, entries counted from each person's first."""
    found: dict[str, tuple[str, list[str], list[int]]] = {}
    questions: list[tuple[Rules, dt.date]] = []
    for person in PEOPLE:
        if (person.rules, person.as_of) not in questions:
            questions.append((person.rules, person.as_of))
    for rules, as_of in questions:
        asked = [person for person in PEOPLE if (person.rules, person.as_of) == (rules, as_of)]
        tables: dict[str, list[dict[str, Any]]] = {"persons": []}
        for number, person in enumerate(asked, start=1):
            tables["persons"].append({"person_id": number, "born": D(1980, 5, 1)} | person.own)
            for at, (table, row) in enumerate(person.rows, start=1):
                entry = {"entry_id": number * 100 + at, "person_id": number} | row
                tables.setdefault(table, []).append(entry)
        told_of = reconcile_on(engine, arrow(tables), rules, as_of=as_of).people.to_pylist()
        for person, one in zip(asked, told_of, strict=True):
            entries = [entry - one["person_id"] * 100 for entry in one["evidence"]]
            found[person.fact] = (one["state"], one["flags"], entries)
    return found


@pytest.mark.parametrize("person", PEOPLE, ids=[person.fact for person in PEOPLE])
def test_a_person(person: Person, reconciled: dict[str, tuple[str, list[str], list[int]]]) -> None:
    state, flags, entries = reconciled[person.fact]
    assert person.state in (None, state)
    assert person.flags in (None, flags)
    assert person.entries in (None, entries)


def test_every_person_has_a_fact_of_its_own() -> None:
    assert len({person.fact for person in PEOPLE}) == len(PEOPLE)


def test_every_state_and_every_flag_is_met() -> None:
    assert {person.state for person in PEOPLE} - {None} == STATES.keys()
    assert {flag for person in PEOPLE for flag in person.flags or []} == FLAGS.keys()


def test_every_state_has_a_proof_and_every_word_two_languages() -> None:
    assert {proof.state for proof in PROOFS} == STATES.keys()
    assert all(state.zh and state.en for state in STATES.values())
    assert all(flag.zh and flag.en and flag.behind for flag in FLAGS.values())
