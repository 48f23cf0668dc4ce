"""The county's claims are mixed as published extracts are, and hold every oddity that breaks a settlement.

Shares after one province (refunds 5.24 %, days in hospital 95 % empty) and one county in two years (stays 5.3 % of the rows
and 63 % of the money, pharmacies 47 %, chronic 4.9 %, outside 54.6 %, one-day stays 2.9 % of stays). That county's rows
add up to 92.6 %: the rest has no kind, so outpatient visits may lie anywhere from 35 to 43 %.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from doudi.sample.kinds import MED, Kind, Level
from doudi.sample.order import Order, day_number
from doudi.sample.person_rows import DAY
from tests.sample.cast import rows_of, stretch

COUNTY = Order(people=20_000)
PART = stretch(COUNTY)
CLAIMS = PART.claims
LIVE = ~CLAIMS.refund
STAYS = (Kind.STAY, Kind.BIRTH, Kind.TRANSFER)


def share(of: Any, among: Any = LIVE) -> float:
    """How much of some rows."""
    return float((of & among).sum() / among.sum())


def kinds(*which: Kind) -> Any:
    """Rows of some kinds."""
    return np.isin(CLAIMS.kind, which)


def money(of: Any) -> float:
    """How much of the money."""
    return float(CLAIMS.total[of & LIVE].sum() / CLAIMS.total[LIVE].sum())


@pytest.mark.parametrize(
    ("what", "found", "published", "within"),
    [
        ("refunds among all rows", float(CLAIMS.refund.mean()), 0.0524, 0.004),
        ("stays", share(kinds(*STAYS)), 0.053, 0.006),
        ("stays, of the money", money(kinds(*STAYS)), 0.63, 0.04),
        ("pharmacies", share(kinds(Kind.PHARMACY)), 0.471, 0.02),
        ("chronic visits", share(kinds(Kind.CHRONIC)), 0.049, 0.006),
        ("outpatient visits", share(kinds(Kind.OUTPATIENT, Kind.DRUGS, Kind.EMERGENCY)), 0.39, 0.04),
        ("outside the area", share(CLAIMS.level == Level.OUTSIDE), 0.546, 0.02),
        ("stays of at most a day", share(CLAIMS.end - CLAIMS.begin <= 1, LIVE & kinds(Kind.STAY)), 0.029, 0.008),
    ],
)  # fmt: skip
def test_the_mix_is_as_published(what: str, found: float, published: float, within: float) -> None:
    assert abs(found - published) <= within, f"{what}: {found:.4f}, published {published:.4f}"


def test_other_seeds_have_the_same_mix() -> None:
    other = stretch(Order(people=20_000, seed=99)).claims
    assert abs(other.refund.mean() - 0.0524) < 0.004
    assert abs(np.isin(other.kind, STAYS).mean() - kinds(*STAYS).mean()) < 0.004
    assert abs((other.level == Level.OUTSIDE).mean() - (CLAIMS.level == Level.OUTSIDE).mean()) < 0.01


def test_a_bill_is_the_sum_of_its_parts_and_nothing_is_negative_but_refunds() -> None:
    parts = CLAIMS.own + CLAIMS.over + CLAIMS.prepay + CLAIMS.in_scope
    assert (parts == CLAIMS.total).all()
    for sums in (CLAIMS.own, CLAIMS.over, CLAIMS.prepay, CLAIMS.in_scope):
        assert (sums[LIVE] >= 0).all()
        assert (sums[LIVE] > 0).mean() > 0.01


def test_a_refund_negates_its_original_once_and_comes_later() -> None:
    row = {int(key): n for n, key in enumerate(CLAIMS.key)}
    originals = [row[int(key)] for key in CLAIMS.original[CLAIMS.refund]]
    refunds = np.flatnonzero(CLAIMS.refund)
    assert len(set(originals)) == len(originals) == len(refunds)
    for name in ("total", "own", "over", "prepay", "in_scope"):
        sums = getattr(CLAIMS, name)
        assert (sums[refunds] == -sums[originals]).all()
    for name in ("person", "med", "institution", "begin", "end", "visit"):
        assert (getattr(CLAIMS, name)[refunds] == getattr(CLAIMS, name)[originals]).all()
    assert (CLAIMS.settled[refunds] > CLAIMS.settled[originals]).all()
    assert not CLAIMS.refund[originals].any()


def test_most_bills_that_were_taken_back_are_issued_again() -> None:
    back = CLAIMS.visit[CLAIMS.refund]
    again = np.isin(back, CLAIMS.visit[LIVE & (CLAIMS.key != CLAIMS.visit)])
    assert 0.5 < again.mean() < 0.7


def test_a_stay_over_new_year_may_be_settled_in_two_parts() -> None:
    first = np.flatnonzero(CLAIMS.interim & LIVE)
    assert len(first) > 20
    new_year = day_number(COUNTY.mix.last.replace(month=1, day=1))
    for n in first:
        rest = np.flatnonzero((CLAIMS.visit == CLAIMS.visit[n]) & LIVE & ~CLAIMS.interim)
        assert len(rest) == 1
        assert CLAIMS.end[n] == new_year - 1
        assert CLAIMS.begin[rest[0]] == new_year
        assert CLAIMS.settled[rest[0]] > CLAIMS.settled[n]
    over = LIVE & kinds(Kind.STAY) & (CLAIMS.begin < new_year) & (CLAIMS.end >= new_year)
    assert over.sum() > 10


def test_some_stays_go_on_at_a_larger_hospital_within_a_day() -> None:
    onward = np.flatnonzero(LIVE & kinds(Kind.TRANSFER) & (CLAIMS.key == CLAIMS.visit))
    assert len(onward) > 20
    assert set(CLAIMS.med[onward].tolist()) == {MED["23"], MED["9925"]}
    stays = LIVE & kinds(Kind.STAY)
    for n in onward:
        ends = CLAIMS.end[stays & (CLAIMS.person == CLAIMS.person[n])]
        assert ((CLAIMS.begin[n] - ends >= 0) & (CLAIMS.begin[n] - ends <= 1)).any()


def test_some_bills_are_handed_in_weeks_later() -> None:
    late = LIVE & CLAIMS.by_hand
    assert late.sum() > 100
    assert (CLAIMS.settled_day - CLAIMS.end)[late].min() > 7
    assert (
        (CLAIMS.settled_day - CLAIMS.end)[LIVE & ~CLAIMS.by_hand & (CLAIMS.key == CLAIMS.visit)] == 0
    ).all()


def test_some_are_at_several_institutions_in_a_day() -> None:
    seen = np.unique(np.stack([CLAIMS.person, CLAIMS.begin, CLAIMS.institution], 1)[LIVE], axis=0)
    days, times = np.unique(seen[:, :2], axis=0, return_counts=True)
    assert 500 < len(np.unique(days[times > 1][:, 0])) < 3_000


def test_nothing_happens_outside_the_window() -> None:
    order = Order(people=5_000, first=COUNTY.mix.earliest, last=COUNTY.mix.earliest.replace(month=3, day=31))
    claims = stretch(order).claims
    first, last = (day_number(day) for day in order.window)
    assert len(claims.key) > 2_000
    assert claims.begin.min() >= first
    assert claims.settled.max() < (last + 1) * DAY
    assert claims.end.max() <= last


def test_a_file_shows_the_oddities_of_real_feeds() -> None:
    rows = rows_of(COUNTY, PART)
    table = rows.settlements({})
    assert abs(table["ipt_days"].null_count / len(table) - 0.95) < 0.01
    assert table["mdtrt_cert_type"].unique().to_pylist() == ["02"]
    age = np.array([float(value) for value in table["age"].slice(0, 500).to_pylist()])
    born, day = table["brdy"].slice(0, 500).to_pylist(), table["enddate"].slice(0, 500).to_pylist()
    right = [d.year - b.year - ((d.month, d.day) < (b.month, b.day)) for b, d in zip(born, day, strict=True)]
    assert (age == np.array(right) + 1).all()


def test_a_hospital_that_was_raised_has_its_level_of_the_day() -> None:
    rows = rows_of(COUNTY, PART)
    listed = rows.places.institutions
    raised = next(n for n, one in enumerate(listed) if one.raised)
    level = np.array(rows.settlements({})["hosp_lv"].to_pylist())
    mine = CLAIMS.institution == raised
    before = CLAIMS.end < day_number(listed[raised].raised)
    assert set(level[mine & before]) == {listed[raised].hosp_lv}
    assert set(level[mine & ~before]) == {listed[raised].raised_to}


def test_no_key_stands_for_two_settlements() -> None:
    assert len(np.unique(CLAIMS.key)) == len(CLAIMS.key)
