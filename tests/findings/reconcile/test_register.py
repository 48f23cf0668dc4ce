"""From files taken into the register to states: through the register's api and the store, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from doudi.access.api import open_keys
from doudi.findings.reconcile import Reconciled
from doudi.findings.reconcile.register import reconcile_register, rules_for
from doudi.findings.snapshots import register_snapshot
from doudi.ledgers import api
from doudi.policy.enrolment import Enrolment, enrolment
from doudi.policy.ledgers.load import kinds
from doudi.store.ledgers import LedgerStore
from tests.ledgers.cast import NOW, TODAY, number, reading, sheet
from tests.registers import Register

D = dt.date
KINDS = kinds(None)
WHO = {name: number(serial) for serial, name in enumerate(["insured", "unpaid", "dead", "moved", "child"])}


class Office:
    """Somebody who takes lists in and asks for the states."""

    def __init__(self, home: Path) -> None:
        self.home, self.ring, self.now = home, open_keys(home / "keys.json"), NOW
        self.policy: Enrolment = enrolment(None, "示例县")

    def takes(self, kind: str, *rows: Mapping[str, Any]) -> api.ImportRecord:
        told, content = reading(sheet(KINDS[kind], [dict(row) for row in rows]))
        self.now += dt.timedelta(minutes=1)
        return api.commit(
            told,
            ring=self.ring,
            home=self.home,
            original=content,
            by="经办甲",
            known_at=self.now,
            as_of=TODAY,
        )[0]

    def asks(self, year: int = 2026, as_of: dt.date = TODAY) -> Reconciled:
        return reconcile_register(self.home, KINDS, self.policy, year=year, as_of=as_of, known_at=self.now)

    def states(self) -> dict[str, str]:
        found = self.asks().people
        by_id = dict(zip(found["person_id"].to_pylist(), found["state"].to_pylist(), strict=True))
        ids = {name: api.find_person(self.ring, certno, known_at=self.now) for name, certno in WHO.items()}
        return {name: by_id[id] for name, id in ids.items() if id in by_id}  # noqa: A001 -- that is its name


@pytest.fixture
def office(sqlite_register: Register) -> Office:
    return prepared(sqlite_register.home)


def prepared(home_folder: Path) -> Office:
    """A register of five people, two of whom are insured."""
    made = Office(home_folder)
    home = {"hh_no": "0001", "relation": "户主"}
    made.takes(
        "population",
        *(
            {"certno": WHO[name], "psn_name": "样某", "hsreg_stas": "正常"} | home
            for name in ("insured", "unpaid")
        ),
        {"certno": WHO["dead"], "hsreg_stas": "死亡注销", "cancel_date": D(2026, 3, 1)},
        {"certno": WHO["moved"], "hsreg_stas": "迁出", "cancel_date": D(2026, 3, 1)},
        {"certno": WHO["child"], "brdy": D(2026, 6, 1), "hsreg_stas": "正常"},
    )
    yearly = {"insu_year": 2026, "psn_insu_date": D(2026, 1, 1), "psn_insu_stas": "正常参保"}
    made.takes("resident_insurance", *({"certno": WHO[name]} | yearly for name in ("insured", "unpaid")))
    made.takes(
        "premium_payments",
        {
            "certno": WHO["insured"],
            "insu_year": 2026,
            "pay_amt": 40_000,
            "pay_date": D(2025, 11, 3),
            "receipt_no": "1",
        },
    )
    return made


def test_the_dead_and_the_moved_are_seen_though_their_rows_have_ended(register: Register) -> None:
    assert prepared(register.home).states() == {
        "insured": "insured_paid",
        "unpaid": "registered_unpaid",
        "dead": "dead",
        "moved": "moved_out",
        "child": "unknown",  # the register has the birth date of the number, 1970
    }


def test_an_unchanged_register_is_read_once_and_a_changed_one_again(office: Office) -> None:
    first = office.asks()
    folders = sorted((office.home / "store" / "ledgers").glob("*/manifest.json"))
    assert office.asks().snapshot == first.snapshot
    assert sorted((office.home / "store" / "ledgers").glob("*/manifest.json")) == folders
    office.takes("deaths", {"certno": WHO["insured"], "death_date": D(2026, 5, 1)})
    again = office.asks()
    assert again.snapshot != first.snapshot
    assert office.states()["insured"] == "dead"
    assert again.flags["flag"].to_pylist() == ["dead_insured"]


def test_what_is_undone_is_not_known_any_more(office: Office) -> None:
    told = office.takes("uninsured", {"certno": WHO["child"], "insu_year": 2026, "reason": "拒绝参保"})
    assert office.states()["child"] == "refused"
    office.now += dt.timedelta(minutes=1)
    api.undo(told.id, by="经办乙", known_at=office.now)
    assert office.states()["child"] == "unknown"


def test_the_year_is_asked_for_in_the_autumn_before(office: Office) -> None:
    found = office.asks(as_of=D(2025, 12, 1))
    assert found.day == D(2026, 1, 1)


def test_rows_of_nobody_known_are_counted(office: Office) -> None:
    office.takes("uninsured", {"certno": None, "psn_name": "样某", "insu_year": 2026, "reason": "其他"})
    assert office.asks().unlinked == {"uninsured": 1}


def test_the_snapshot_names_nobody(office: Office) -> None:
    kept = register_snapshot(office.home, KINDS, as_of=TODAY, known_at=office.now)
    assert kept.paths.keys() >= {"persons", "tags", "population", "dibao", "houses"}
    office.asks()
    naming = {c.name for kind in KINDS.values() for c in kind if c.sensitivity == "identifying"}
    files = sorted(LedgerStore(office.home).root.rglob("*.parquet"))
    assert files
    for path in files:
        assert not naming & set(pq.read_schema(path).names)
        assert not any(certno.encode() in path.read_bytes() for certno in WHO.values())


def test_the_dated_rules_are_read_for_the_coverage_year() -> None:
    policy = enrolment(None, "示例县")
    rules = rules_for(policy, 2025, D(2025, 6, 30))
    assert (rules.premium_fen, rules.newborn_days) == (40_000, 90)  # the "2024" notice
    assert rules.subsidies["特困"].full
    assert rules.subsidies["低保"].amount_fen == 32_000
    assert "脱贫人口" in rules.groups
    assert {(t.special, t.share) for t in rules.targets} == {(False, 9_800), (True, 10_000)}
    later = rules_for(policy, 2026, TODAY)
    assert later.premium_fen is None
    assert later.subsidies["低保"].amount_fen is None
    assert any("2026" in text for text in later.unconfirmed)


def test_a_place_that_says_nothing_has_plain_rules() -> None:
    rules = rules_for(Enrolment("无名县", ()), 2026, TODAY)
    assert (rules.subsidies, rules.groups, rules.targets, rules.newborn_days) == ({}, (), (), 90)
    assert rules.unconfirmed == ("2026参保年度的个人缴费标准未查到", "新生儿参保期限")
