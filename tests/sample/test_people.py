"""The sample's people cannot exist, are whole whatever stretch they come in, and hold every category, dated."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields

import numpy as np
import pytest

from doudi.common.identifiers import birth_and_sex, is_sample_id_number, why_not_id_number
from doudi.sample.order import EPOCH, Order, day_number
from doudi.sample.person_rows import persons_table
from doudi.sample.standing import NEVER, QUOTAS, TAGS, standing
from tests.sample.cast import register, stretch

COUNTY = Order(people=20_000)


def _persons(order: Order, first: int = 0, end: int | None = None):
    whole, part = register(order), stretch(order, first, end)
    return persons_table(part.people, part.standing, whole.places, whole.stands, whole.draws)


def test_every_identity_number_is_right_unique_and_nobodys() -> None:
    rows = _persons(COUNTY).select(["psn_no", "certno", "brdy", "gend", "psn_name"]).to_pylist()
    people = {row["psn_no"]: row for row in rows}
    assert len(people) == len({row["certno"] for row in people.values()}) == 20_000
    for row in people.values():
        assert is_sample_id_number(row["certno"])
        assert why_not_id_number(row["certno"], on=COUNTY.mix.last) is None
        assert birth_and_sex(row["certno"]) == (row["brdy"], row["gend"])
        assert 2 <= len(row["psn_name"]) <= 4


def test_ten_million_people_still_have_numbers_enough() -> None:
    order = Order(people=10_000_000)
    people = register(order).people(4_000_000, 4_200_000)
    assert len(set(zip(people.born.tolist(), people.serial.tolist(), strict=True))) == 200_000
    assert people.serial.max() <= 999


def test_a_person_is_the_same_whatever_stretch_they_come_in() -> None:
    whole, part = stretch(COUNTY), stretch(COUNTY, 700, 900)
    for one in fields(part.people):
        assert (getattr(whole.people, one.name)[700:900] == getattr(part.people, one.name)).all()
    for one in fields(part.standing):
        assert (getattr(whole.standing, one.name)[700:900] == getattr(part.standing, one.name)).all()
    mine = (whole.claims.person >= 700) & (whole.claims.person < 900)
    for one in fields(part.claims):
        shift = 700 if one.name == "person" else 0
        assert (getattr(whole.claims, one.name)[mine] - shift == getattr(part.claims, one.name) - 0).all()


@pytest.mark.parametrize("people", [1_000, 20_000])
def test_every_category_has_somebody(people: int) -> None:
    held = stretch(Order(people=people)).standing
    assert set(range(len(QUOTAS))) <= set(held.tag[:, 0].tolist())


def test_categories_are_dated_and_some_change_in_the_middle_of_a_year() -> None:
    held = stretch(COUNTY).standing
    first, last = (day_number(day) for day in COUNTY.window)
    has = held.tag[:, 0] >= 0
    start, end = held.tag_from[has, 0], held.tag_to[has, 0]
    assert ((start > first) & (start < last)).sum() > 100
    assert ((end > first) & (end < last)).sum() > 50
    assert (held.tag_from[:, 1] < NEVER).sum() > 20
    assert (start <= end).all()
    assert {(EPOCH + dt.timedelta(int(day))).month for day in start[start > first]} != {1}


def test_there_are_births_employees_and_gaps_in_enrolment() -> None:
    part = stretch(COUNTY)
    first = day_number(COUNTY.window[0])
    assert (part.people.born >= first).sum() > 100
    assert 0.10 < part.people.employee.mean() < 0.20
    assert 0.40 < (part.standing.insured[:, 1] < NEVER).mean() < 0.55
    gap = part.standing.insured[:, 1] < NEVER
    assert (part.standing.insured[gap, 1] > part.standing.paused[gap, 0]).all()


def test_nobody_is_treated_before_birth_or_while_not_insured() -> None:
    part = stretch(COUNTY)
    claims = part.claims
    assert (claims.begin >= part.people.born[claims.person]).all()
    assert part.standing.covered(claims.person, claims.begin).all()


def test_a_row_of_the_persons_file_holds_one_category_and_one_insurance_period() -> None:
    table, part = _persons(COUNTY, 0, 3_000), stretch(COUNTY, 0, 3_000)
    assert table.num_rows > 3_000
    tags = table["psn_idet_type"].drop_null().to_pylist()
    assert len(tags) == (part.standing.tag >= 0).sum()
    assert set(tags) <= set(TAGS)
    assert len(table["psn_insu_date"].drop_null()) == (part.standing.insured < NEVER).sum()
    assert table["rloc_type"].drop_null().unique().to_pylist() == ["备案"]
    assert len(table["rloc_type"].drop_null()) == (part.standing.filed_from < NEVER).sum()


def test_the_registered_poor_are_a_year_insured_at_a_time() -> None:
    held = standing(order := Order(preset="development-zone"), register(order).people(0, order.size))
    some = held.insured < NEVER
    assert ((held.paused - held.insured)[some] >= 365).all()
    assert np.isin((held.paused - held.insured)[some], (365, 366)).all()
