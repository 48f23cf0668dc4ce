"""What befalls claims on their way: transfers, several places on one day, late reimbursement, interim
settlement over New Year, refunds and bills issued again.

Each of these is in every real extract and each has broken a settlement somewhere. This module must not know prices.
"""

from __future__ import annotations

import numpy as np

from doudi.sample import claims as grown
from doudi.sample.calendar import year_end
from doudi.sample.claims import Claims
from doudi.sample.draws import Curve, Draws, Mask
from doudi.sample.events import NIGHTS
from doudi.sample.kinds import MED, Kind, Level
from doudi.sample.places import Places

TRANSFERRED = 25_000
SAME_DAY = 8_000
LATE_STAY, LATE_VISIT = 45_000, 3_000
INTERIM = 600_000
REFUNDED, AGAIN = 58_500, 600_000
"""Chances in a million: of a stay in the area, a small claim, one outside the area, a stay over New Year, any claim, a refund."""

LATE = Curve((0, 12), (5_000, 45), (9_000, 120), (10_000, 200))
REFUND_AFTER = Curve((0, 180), (4_000, 2_400), (7_000, 86_400), (9_000, 2_600_000), (10_000, 7_800_000))
"""Days until a bill is handed in at the counter; seconds until a bill is taken back."""

DAY = 86_400
SMALL = (Kind.PHARMACY, Kind.OUTPATIENT, Kind.DRUGS, Kind.EMERGENCY, Kind.CHRONIC_PHARMACY)


def transfers(claims: Claims, draws: Draws, places: Places) -> Claims:
    """Some stays in the area go on at a larger hospital, on the day of discharge or the next."""
    moved = claims.take(
        (claims.kind == Kind.STAY)
        & (claims.level < Level.THIRD)
        & draws.chance("transfer", claims.key, TRANSFERRED)
    )
    key = moved.key + grown.TRANSFER
    far = draws.chance("transfer far", key, 600_000)
    outside, third = places.groups["outside"], places.groups["third"]
    institution = np.where(far, outside[draws.below("transfer to", key, len(outside))], third[0])
    begin = moved.end + draws.chance("transfer day", key, 300_000)
    end = begin + np.maximum(draws.along("nights", key, NIGHTS), 1)
    onward = moved.but(
        key=key, visit=key, kind=0 * key + Kind.TRANSFER, med=np.where(far, MED["23"], MED["9925"]),
        institution=institution, level=np.where(far, np.int64(Level.OUTSIDE), np.int64(Level.THIRD)),
        begin=begin, end=end, settled=end * DAY + 27_000 + draws.below("second", key, 36_000),
    )  # fmt: skip
    return Claims.joined([claims, onward])


def same_day(claims: Claims, draws: Draws) -> Claims:
    """Some go to several places on one day: a small claim falls on the day of the one before it."""
    claims = claims.in_order()
    small = np.isin(claims.kind, SMALL)
    follows = np.zeros(len(small), bool)
    follows[1:] = small[1:] & small[:-1] & (claims.person[1:] == claims.person[:-1])
    follows &= draws.chance("same day", claims.key, SAME_DAY)
    follows[1:] &= ~follows[:-1]  # the one before must stay where it is
    before = np.maximum(np.arange(len(small)) - 1, 0)
    begin = np.where(follows, claims.begin[before], claims.begin)
    return claims.but(
        begin=begin,
        end=np.where(follows, begin, claims.end),
        settled=claims.settled + (begin - claims.begin) * DAY,
    )


def late(claims: Claims, draws: Draws) -> Claims:
    """Some bills from outside are handed in at the counter weeks later."""
    stay = np.isin(claims.kind, (Kind.STAY, Kind.TRANSFER))
    chance = np.where(claims.level == Level.OUTSIDE, np.where(stay, LATE_STAY, LATE_VISIT), 0)
    chance = np.where(np.isin(claims.kind, SMALL) & (claims.kind != Kind.OUTPATIENT), 0, chance)
    by_hand = draws.chance("late", claims.key, chance)
    return claims.but(
        by_hand=by_hand, settled=claims.settled + by_hand * draws.along("late days", claims.key, LATE) * DAY
    )


def interim(claims: Claims, goes_on: Mask, draws: Draws) -> Claims:
    """Some stays over New Year are settled in two parts, the first at the year's end, where insurance goes on."""
    eve = year_end(claims.begin)
    stay = np.isin(claims.kind, (Kind.STAY, Kind.TRANSFER)) & ~claims.by_hand
    cut = stay & goes_on & (claims.end > eve) & draws.chance("interim", claims.key, INTERIM)
    whole, eve = claims.take(cut), eve[cut]
    share = (eve - whole.begin + 1) * 100 // (whole.end - whole.begin + 1)
    first = {name: getattr(whole, name) * share // 100 for name in ("own", "over", "prepay", "in_scope")}
    rest = {name: getattr(whole, name) - fen for name, fen in first.items()}
    before = whole.but(
        **first, total=sum(first.values()), end=eve, settled=eve * DAY + 57_600 + whole.settled % 3_600,
        interim=np.ones(len(eve), bool),
    )  # fmt: skip
    after = whole.but(**rest, total=sum(rest.values()), key=whole.key + grown.PART, begin=eve + 1)
    return Claims.joined([claims.take(~cut), before, after])


def refunds(claims: Claims, draws: Draws, last: int) -> Claims:
    """Some claims are taken back, each by its exact negation; most of these bills are issued again, a little smaller."""
    alone = ~claims.interim & (claims.key == claims.visit)
    back = alone & draws.chance("refund", claims.key, REFUNDED)
    when = claims.settled + draws.along("refund after", claims.key, REFUND_AFTER)
    back &= when + 3_600 < (last + 1) * DAY
    taken, when = claims.take(back), when[back]
    refund = taken.but(key=taken.key + grown.REFUND, original=taken.key, settled=when, **taken.money(-1))
    again = draws.chance("again", taken.key, AGAIN)
    rest = taken.take(again)
    percent = 85 + draws.below("again share", rest.key, 15)
    sums = {name: fen * percent // 100 for name, fen in rest.money(1).items()}
    sums["total"] = sums["own"] + sums["over"] + sums["prepay"] + sums["in_scope"]
    issued = rest.but(
        key=rest.key + grown.AGAIN,
        settled=when[again] + 60 + draws.below("again after", rest.key, 3_000),
        **sums,
    )
    return Claims.joined([claims, refund, issued])
