"""Households have one head, couples, children of fitting age under their father's name; the last year left its traces."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from doudi.sample import homes
from doudi.sample.homes import Homes
from doudi.sample.names import SURNAMES, WEIGHTS, spelled
from doudi.sample.order import Order
from doudi.sample.people import DAYS_A_YEAR, People
from tests.sample.cast import register

COUNTY = Order(people=20_000)


@pytest.fixture(scope="module")
def both() -> tuple[People, Homes]:
    whole = register(COUNTY)
    return whole.people(0, COUNTY.size), whole.homes(0, COUNTY.size)


def test_every_household_has_one_head_and_at_most_one_spouse(both: tuple[People, Homes]) -> None:
    people, found = both
    heads = np.bincount(found.home[found.relation == homes.HEAD], minlength=COUNTY.size)
    spouses = np.bincount(found.home[found.relation == homes.SPOUSE], minlength=COUNTY.size)
    assert set(heads[np.unique(found.home)].tolist()) == {1}
    assert spouses.max() == 1
    assert (found.home[found.relation == homes.HEAD] == people.number[found.relation == homes.HEAD]).all()


def test_a_household_lives_in_one_village(both: tuple[People, Homes]) -> None:
    people, found = both
    assert (people.town == people.town[found.home]).all()
    assert (people.village == people.village[found.home]).all()


def test_spouses_are_of_different_sex_and_relations_fit_the_sex(both: tuple[People, Homes]) -> None:
    people, found = both
    spouse = found.relation == homes.SPOUSE
    assert (people.male[spouse] != people.male[found.home[spouse]]).all()
    for relation, male in (
        (homes.SON, True),
        (homes.DAUGHTER, False),
        (homes.MOTHER, False),
        (homes.GRANDSON, True),
    ):
        assert (people.male[found.relation == relation] == male).all()


def test_children_bear_their_fathers_name_and_their_mother_is_of_an_age_for_it(
    both: tuple[People, Homes],
) -> None:
    people, found = both
    child = found.father >= 0
    assert child.sum() > 3_000
    assert (found.surname[child] == found.surname[found.father[child]]).all()
    apart = (people.born[child] - people.born[found.mother[child]]) // DAYS_A_YEAR
    assert apart.min() >= 17
    assert apart.max() <= 47
    assert (people.male[found.father[child]]).all()


def test_households_are_of_the_usual_sizes(both: tuple[People, Homes]) -> None:
    sizes = Counter(np.bincount(both[1].home, minlength=COUNTY.size).tolist())
    del sizes[0]
    assert 2.3 < COUNTY.size / sum(sizes.values()) < 3.3
    assert max(sizes) <= 14


def test_there_are_twins_of_one_mother_and_one_day(both: tuple[People, Homes]) -> None:
    people, found = both
    child = found.mother >= 0
    births = Counter(zip(found.mother[child].tolist(), people.born[child].tolist(), strict=True))
    assert 40 < sum(many == 2 for many in births.values()) < 150
    assert max(births.values()) == 2


def test_the_last_year_left_births_marriages_splits_and_moves(both: tuple[People, Homes]) -> None:
    found = both[1]
    counts = Counter(homes.WHY[why] for why in found.why.tolist())
    assert all(counts[why] >= 20 for why in homes.WHY[1:])
    bride = found.why == homes.MARRIAGE
    assert (found.before[bride] != found.home[bride]).all()
    assert (found.surname[bride] == found.surname[found.before[bride]]).mean() > 0.5


def test_families_are_the_same_whatever_stretch_they_come_in(both: tuple[People, Homes]) -> None:
    part = register(COUNTY).homes(4_100, 4_300)
    for one in fields(part):
        assert (getattr(both[1], one.name)[4_100:4_300] == getattr(part, one.name)).all()


def test_names_repeat_as_real_ones_do_and_hard_readings_are_among_them(both: tuple[People, Homes]) -> None:
    found = both[1]
    names = Counter(spelled(found.surname, found.given).to_pylist())
    assert 12_000 < len(names) < 19_000
    assert names.most_common(1)[0][1] >= 6
    assert {"单", "解", "翟", "区"} <= {name[0] for name in names}
    assert {len(name) for name in names} <= {2, 3, 4}
    share = (found.surname == SURNAMES.index("王")).mean()
    assert abs(share - WEIGHTS[0] / sum(WEIGHTS)) < 0.03


def test_some_strangers_bear_one_name_and_are_of_an_age(both: tuple[People, Homes]) -> None:
    people, found = both
    groups: dict[tuple[int, int, bool], list[int]] = {}
    for k, key in enumerate(
        zip(found.surname.tolist(), found.given.tolist(), people.male.tolist(), strict=True)
    ):
        groups.setdefault(key, []).append(k)
    near = sum(
        abs(int(people.born[a] - people.born[b])) <= 60
        for group in groups.values()
        for a, b in pairwise(group)
    )
    assert 15 <= near < 200
