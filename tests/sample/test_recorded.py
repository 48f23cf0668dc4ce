"""Recorded payments are right but for the planted mistakes: the loop differs from the file there and nowhere else."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest

from doudi.common.money import fen_from_text
from doudi.engine.settle.oracle import settle
from doudi.engine.settle.run import Settler, fund_sums
from doudi.policy.library import locate, root
from doudi.policy.pack import load
from doudi.sample.make import make
from doudi.sample.mistake_kinds import KINDS, plant
from doudi.sample.mistakes import PAID
from doudi.sample.order import Order
from doudi.sample.recorded import SEEN, Recorder, person_at
from doudi.sample.standing import NONE
from doudi.store.importers import read_file
from tests.sample.cast import register, rows_of, stretch

COUNTY = Order(people=20_000)
POLICY = locate(COUNTY.mix.policy, root()).path


@pytest.fixture(scope="module")
def against(tmp_path_factory: pytest.TempPathFactory):
    """A small county read back from its files, what its truth says, and the recorded sums less the loop's, by claim."""
    made = make(Order(people=3_000, seed=11), tmp_path_factory.mktemp("county") / "a")
    claims = read_file(made.folder / "settlements.csv").data
    persons = read_file(made.folder / "persons.csv").data
    settler = Settler(load(POLICY), persons)
    outcome = settler.settle(claims)
    policy = fund_sums(settler.compiled, outcome.paid) | {"psn_pay": outcome.left}
    known = claims["psn_pay_fen"].is_valid().to_numpy()
    wrong = {name: claims[f"{name}_fen"].fill_null(0).to_numpy() - policy[name] for name in PAID}
    return made, claims, known, wrong


def test_the_loop_differs_from_the_file_exactly_where_a_mistake_was_planted(against) -> None:
    made, claims, known, wrong = against
    differs = known & np.any([fen != 0 for fen in wrong.values()], axis=0)
    found = set(claims["setl_id"].filter(differs).to_pylist())
    assert len(found) > 20
    assert found == {one["setl_id"] for one in made.truth["mistakes"]}


def test_the_truth_tells_each_sum_that_is_wrong_and_by_how_much(against) -> None:
    made, claims, _, wrong = against
    row = {number: n for n, number in enumerate(claims["setl_id"].to_pylist())}
    for one in made.truth["mistakes"]:
        n = row[one["setl_id"]]
        told = {
            name: fen_from_text(one["recorded"][name]) - fen_from_text(fen)
            for name, fen in one["policy"].items()
        }
        assert told == {name: fen[n] for name, fen in wrong.items() if fen[n]}
        assert fen_from_text(one["difference"]) == -wrong["psn_pay"][n]
        assert one["zh"]


def test_no_mistake_is_planted_on_a_claim_that_was_taken_back(against) -> None:
    made, claims, _, _ = against
    back = set(claims["init_setl_id"].drop_null().to_pylist())
    refunds = set(claims["setl_id"].filter(pc.is_valid(claims["init_setl_id"])).to_pylist())
    assert not {one["setl_id"] for one in made.truth["mistakes"]} & (back | refunds)


def test_nothing_is_recorded_for_employees_and_everything_for_residents(against) -> None:
    _, claims, known, _ = against
    assert (np.array(claims["insutype"].to_pylist()) == "390").tolist() == known.tolist()


def test_a_county_of_twenty_thousand_holds_every_kind_of_mistake() -> None:
    recorder, part = Recorder(COUNTY, register(COUNTY), POLICY), stretch(COUNTY)
    wrong = np.where(part.people.employee, NONE, recorder.chosen(part))
    rows = np.flatnonzero(wrong[part.claims.person] != NONE)
    claims = rows_of(COUNTY, part).settlements({}).select(SEEN).take(rows).to_pylist()
    owner = part.claims.person[rows]
    found: dict[str, int] = dict.fromkeys(KINDS, 0)
    for place, numbers in groupby(range(len(claims)), key=lambda n: int(owner[n])):
        person, mine = person_at(part, place), [claims[n] for n in numbers]
        right = {one.setl_id: one for one in settle(recorder.pack, person, mine)}
        for one in plant(recorder.pack, person, mine, right, int(wrong[place])):
            found[one.kind] += 1
    print(found)
    assert all(found.values()), found


def test_small_counties_are_recorded_large_ones_not_unless_asked(tmp_path: Path) -> None:
    assert Order(people=50_000).records
    assert not Order(people=50_001).records
    assert Order(people=10_000_000, recorded="all").records
    assert not Order(people=1_000, recorded="none").records
