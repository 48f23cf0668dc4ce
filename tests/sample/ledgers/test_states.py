"""True states follow the definition, every state is there, and what is planted between ledgers is found by its name."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from doudi.sample.ledgers.county import FATES, County
from doudi.sample.ledgers.enrolment import Enrolment
from doudi.sample.ledgers.make import Made
from doudi.sample.ledgers.score import load
from doudi.sample.ledgers.states import STATES, flags, states
from doudi.sample.order import Order


@pytest.fixture(scope="module")
def said() -> Enrolment:
    return Enrolment(County(Order(people=20_000)), 1)


def test_what_became_of_a_person_is_the_state_that_the_ledgers_prove(said: Enrolment) -> None:
    for fate, state in zip(said.county.fate.tolist(), states(said), strict=True):
        if fate:
            assert state == FATES[fate]


def test_every_state_has_somebody(said: Enrolment) -> None:
    assert set(Counter(states(said))) == set(STATES)
    assert set(FATES[1:]) <= set(STATES)


def test_whom_no_fate_befell_is_covered_dead_or_newly_born(said: Enrolment) -> None:
    left = {state for fate, state in zip(said.county.fate.tolist(), states(said), strict=True) if not fate}
    assert left == {"insured_paid", "employee", "dead", "newborn_grace"}


def test_every_flag_is_set_for_somebody_and_for_few(said: Enrolment) -> None:
    for name, mark in flags(said).items():
        assert 1 <= mark.sum() < 200, name


def test_the_participation_rate_is_a_likely_one(said: Enrolment) -> None:
    counts = Counter(states(said))
    covered = counts["insured_paid"] + counts["employee"]
    assert 0.95 < covered / (len(said.county) - counts["dead"] - counts["moved_out"]) < 0.99


def test_the_dead_stand_on_one_of_the_two_lists(said: Enrolment) -> None:
    dead = said.county.dead
    assert ((said.struck_off | said.death_listed) == dead).all()
    assert (dead & ~said.death_listed).any()
    assert (dead & ~said.struck_off).any()


def test_contradictions_are_named_and_their_rows_exist(ledgers: Made) -> None:
    rows = pq.read_table(ledgers.folder / "truth" / "rows.parquet")
    known = {(one["kind"], one["file"], one["sheet"], one["row"]) for one in rows.to_pylist()}
    planted = ledgers.truth["contradictions"]
    for rule, found in planted.items():
        for kind, file, sheet, row in found:
            assert kind == "settlements" or (kind, file, sheet, row) in known, rule
    for rule in ("dead-insured", "dead-on-post", "two-schemes", "dibao-with-company", "dibao-with-car", "two-posts",
                 "dead-visited", "unsafe-house-without-measure", "dead-reimbursed", "dibao-and-destitute"):  # fmt: skip
        assert planted[rule], rule


def test_the_two_exports_differ_by_what_the_truth_lists(ledgers: Made) -> None:
    changes = pq.read_table(ledgers.folder / "truth" / "changes.parquet").to_pylist()
    what = Counter((one["kind"], one["what"]) for one in changes)
    for kind in ("national_members", "national_households"):
        assert all(what[kind, one] for one in ("came", "left", "changed"))
    assert all(one["before"] != one["after"] for one in changes if one["what"] == "changed")
    reasons = {one["why"] for one in changes if one["column"] == "risk_cleared"}
    assert reasons == {"风险消除"}


def test_people_are_where_their_family_is(said: Enrolment) -> None:
    county = said.county
    other = county.another
    assert (county.people.home[other] == county.people.home).all()
    assert ((other == county.number) == (county.size_of_home == 1)).all()
    assert (np.sort(other) == county.number).all()


def test_a_year_before_brides_and_sons_were_elsewhere_and_the_dead_were_there(ledgers: Made) -> None:
    (one,) = ledgers.truth["earlier"]
    before = load(ledgers.folder).read[one["file"], ""].to_pylist()
    truth = load(ledgers.folder)
    rows = truth.rows.filter(pc.equal(truth.rows["file"], one["file"])).to_pylist()
    home = {row["person"]: read["hh_no"] for row, read in zip(rows, before, strict=True)}
    events = pq.read_table(ledgers.folder / "truth" / "events.parquet").to_pylist()
    for event in events:
        there = home.get(event["person"])
        assert (there is None) == (event["why"] == "birth" or event["person"] not in home)
        if event["why"] in ("marriage", "split") and there:
            assert there == f"9901{event['before'] + 1:08d}"
            assert event["before"] != event["home"]
    died = [one for one in truth.persons.to_pylist() if one["died"] and str(one["died"]) > "2025-06-30"]
    assert died
    assert all(one["person"] in home for one in died if str(one["brdy"]) <= "2025-06-30")


def test_every_household_a_year_before_had_one_head(ledgers: Made) -> None:
    (one,) = ledgers.truth["earlier"]
    read = load(ledgers.folder).read[one["file"], ""]
    heads = Counter(
        h for h, r in zip(read["hh_no"].to_pylist(), read["relation"].to_pylist(), strict=True) if r == "户主"
    )
    homes = set(read["hh_no"].to_pylist())
    assert max(heads.values()) <= 2  # a row repeated by mistake
    assert len(heads) / len(homes) > 0.99  # the head may have died before
