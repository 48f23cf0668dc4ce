"""What a claim costs, and how its bill splits into what policies count: outside the catalogue, above the price limit, paid
first by the person, in scope.

The shapes are fixed here, in fen; the mix stretches them. This module must not know who pays.
"""

from __future__ import annotations

import numpy as np

from doudi.sample.claims import Claims
from doudi.sample.draws import Curve, Draws, Even, Ints, Mask
from doudi.sample.kinds import Kind
from doudi.sample.mix import Mix
from doudi.sample.people import SEVERE, People

A_DAY = (22_000, 28_000, 55_000, 95_000, 110_000)
"""A day in hospital by level, the last outside the area."""
SPREAD = Curve((0, 30), (1_000, 55), (5_000, 88), (8_000, 130), (9_500, 210), (9_900, 380), (10_000, 900))
BIRTH = Curve((0, 250_000), (5_000, 420_000), (9_000, 700_000), (10_000, 1_400_000))
VISIT = Curve(
    (0, 700),
    (2_500, 4_000),
    (5_000, 9_500),
    (7_500, 24_000),
    (9_000, 55_000),
    (9_800, 160_000),
    (10_000, 420_000),
)
PHARMACY = Curve((0, 600), (5_000, 6_500), (8_500, 20_000), (9_800, 55_000), (10_000, 150_000))
DRUGS = Curve((0, 1_500), (5_000, 6_800), (9_000, 15_000), (10_000, 24_000))
EMERGENCY = Curve((0, 6_000), (5_000, 31_000), (9_000, 90_000), (10_000, 400_000))
CHRONIC = Curve((0, 4_000), (5_000, 26_000), (9_000, 68_000), (10_000, 180_000))
SEVERE_VISIT = Curve((0, 30_000), (5_000, 260_000), (9_000, 560_000), (10_000, 1_300_000))

OWN = (400, 600, 900, 1_300, 1_600)
"""Outside the catalogue, in ten thousand of a stay's bill, by level."""
OWN_SMALL = {
    Kind.PHARMACY: 2_600,
    Kind.CHRONIC_PHARMACY: 400,
    Kind.CHRONIC: 250,
    Kind.DRUGS: 0,
    Kind.BIRTH: 1_200,
}
OWN_OTHERS = 900
OWN_SPREAD = Curve((0, 0), (2_000, 20), (5_000, 75), (8_000, 150), (9_700, 280), (10_000, 400))
PREPAY = Curve((0, 0), (2_500, 0), (5_000, 300), (9_000, 900), (10_000, 1_800))
OVER = Curve((0, 20), (8_000, 250), (10_000, 700))
OVER_CHANCE = 70_000
MOST_OWN, MOST_PREPAY = 6_500, 2_500
"""However the mix stretches them, something is left in scope."""

_KIND_CURVES = {
    Kind.PHARMACY: PHARMACY, Kind.OUTPATIENT: VISIT, Kind.DRUGS: DRUGS, Kind.EMERGENCY: EMERGENCY,
    Kind.CHRONIC: CHRONIC, Kind.CHRONIC_PHARMACY: CHRONIC, Kind.BIRTH: BIRTH,
}  # fmt: skip


def billed(claims: Claims, people: People, mix: Mix, draws: Draws) -> Claims:
    """The claims with their bills."""
    key = claims.key
    severe = people.illness[claims.person] == SEVERE
    nights = np.minimum((claims.end - claims.begin) // 5, 5)
    even = Even(
        draws.seed,
        people.together[claims.person],
        claims.kind,
        claims.level,
        severe,
        nights,
    )
    total = _totals(claims, severe, mix, even)
    some = ~np.isin(claims.kind, (Kind.PHARMACY, Kind.DRUGS))
    own_share = np.minimum(_own(claims, mix) * even.along("own", key, OWN_SPREAD) // 100, MOST_OWN)
    prepay_share = np.minimum(even.along("prepay", key, PREPAY) * mix.prepay_share // 100, MOST_PREPAY)
    own, prepay = total * own_share // 10_000, some * total * prepay_share // 10_000
    over = (
        some * total * draws.along("over", key, OVER) // 10_000 * draws.chance("has over", key, OVER_CHANCE)
    )
    return claims.but(total=total, own=own, over=over, prepay=prepay, in_scope=total - own - over - prepay)


def _totals(claims: Claims, severe: Mask, mix: Mix, draws: Draws) -> Ints:
    stay = np.isin(claims.kind, (Kind.STAY, Kind.TRANSFER))
    nights = np.maximum(claims.end - claims.begin, 1)
    percent = np.array(mix.stay_cost, np.int64)[claims.level]
    total = (
        nights * np.array(A_DAY, np.int64)[claims.level] * draws.along("spread", claims.key, SPREAD) // 100
    )
    percent = np.where(severe, percent * mix.severe_stay_cost // 100, percent)
    total = np.where(stay, total * percent // 100, 0)
    place = draws.places("bill", claims.key)
    for kind, curve in _KIND_CURVES.items():
        this = claims.kind == kind
        factor = mix.chronic_cost if kind in (Kind.CHRONIC, Kind.CHRONIC_PHARMACY) else mix.visit_cost
        total[this] = curve.at(place[this]) * factor // 100
    this = severe & (claims.kind == Kind.CHRONIC)
    total[this] = SEVERE_VISIT.at(place[this]) * mix.severe_cost // 100
    # The last digits of a bill are anything.
    return np.maximum(total + draws.below("fen", claims.key, 90), 100)


def _own(claims: Claims, mix: Mix) -> Ints:
    """The usual share outside the catalogue, in ten thousand."""
    share = np.array(OWN, np.int64)[claims.level]
    for kind in Kind:
        if kind not in (Kind.STAY, Kind.TRANSFER):
            share[claims.kind == kind] = OWN_SMALL.get(kind, OWN_OTHERS)
    return share * mix.own_share // 100
