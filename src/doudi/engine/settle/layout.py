"""The names of the integer columns that `compile` fills and `kernel` reads. Numbers only; no behaviour.

A policy becomes flat tables: a claim's classes and day select a *combo*; a combo lists the layers that apply, in order,
each with a *rule* row; a rule row holds settings, or points into the tables of terms, bands, sequences and caps.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
U8 = npt.NDArray[np.uint8]

PPM: Final = 1_000_000
#: Stands for "no edge", "no limit"; larger than any sum the loop accepts.
NEVER: Final = 4_000_000_000_000_000
#: One person's sums in a year may not pass this (9,000 million yuan); keeps fen × ppm inside 64 bits.
MOST_FEN: Final = 9_000_000_000_00

# Components of a claim that sums are made of; named costs and layer results follow.
TOTAL, OWN, OVERLIMIT, PREPAY, INSCP, LEFT, INSCP_LEFT = range(7)
FIXED_COMPONENTS: Final = 7

# Rule row.
(
    KIND, BASE_OFF, BASE_N, YEARLY, MEASURED, BAND_OFF, BAND_N,
    DED_PER, DED_AMOUNT, DED_SHARE, DED_TERM_OFF, DED_TERM_N, DED_MIN, DED_MAX,
    SEQ_OFF, SEQ_N, DED_UNIT, DED_MODE, DED_FLOOR, DED_CEILING, TRANSFER_DAYS,
    CAP_OFF, CAP_N, POOL, UNIT, MODE, OF_TOTAL, CATCH_UP, WAITING, IN_SCOPE,
    AT_MOST, OF_OFF, OF_N, RECORDED, NEEDS_AGE,
    OUT_PAID, OUT_DEDUCTIBLE, OUT_COPAY, OUT_OVER, OUT_BASE,
    RULE_FIELDS,
) = range(41)  # fmt: skip
SHARE_KIND, GUARANTEE_KIND, RECORDED_KIND, UNKNOWN_KIND = range(4)
NO_DEDUCTIBLE, BY_ADMISSION, BY_BILL, BY_YEAR = range(4)
ABSOLUTE, ABOVE = range(2)
HALF_UP, HALF_EVEN, DOWN, UP = range(4)
MODES: Final = {"half_up": HALF_UP, "half_even": HALF_EVEN, "down": DOWN, "up": UP}

# Cap row.
CAP_LIMIT, CAP_ON, CAP_PER, CAP_MEASURED, CAP_POOL, RAISE_PER_YEAR, RAISE_AFTER, RAISE_MOST, CAP_FIELDS = (
    range(9)
)
ON_PAYMENT, ON_COST = range(2)
PER_YEAR, PER_BILL, PER_DAY = range(3)

# Term row.
TERM_COMPONENT, TERM_SIGN, TERM_PER_DAY, TERM_LIMIT, TERM_FIELDS = range(5)

# Band row.
BAND_TO, BAND_PPM, BAND_SLOPE, BAND_MOST, BAND_FIELDS = range(5)

# State of one pool in one year; CHAIN_* describe the last admission.
(
    S_BASE,
    S_ABOVE,
    S_DEDUCTIBLE,
    S_PAID,
    S_ADMISSIONS,
    S_OF,
    CHAIN_TAKEN,
    CHAIN_NUMBER,
    CHAIN_END,
    CHAIN_STAY,
    CHAIN_CLAIM,
    STATE_FIELDS,
) = range(12)
NO_CHAIN: Final = -(1 << 40)
PRIOR_ITEMS: Final = {
    "base": S_BASE,
    "above": S_ABOVE,
    "deductible": S_DEDUCTIBLE,
    "paid": S_PAID,
    "admissions": S_ADMISSIONS,
    "of": S_OF,
}

# Claim flags.
REFUND, CANCELLED = 1, 2

# Why a claim is refused.
OK, OUTSIDE_DATES, NO_VALUE, NO_AGE, TOO_LARGE, NEGATIVE_AMOUNT, BAD_REFUND, NO_ORIGINAL, ENDS_EARLY = range(
    9
)

# Detail row per claim and layer.
(
    D_RULE, D_BASE, D_STANDARD, D_BEFORE, D_DEDUCTIBLE, D_DED_LEFT, D_COUNTED, D_FROM, D_GROSS,
    D_CAP_ROOM, D_CAP_LEFT, D_PAID, D_COPAY, D_OVER, D_LEFT, D_ADMISSION, DETAIL_FIELDS,
) = range(17)  # fmt: skip


class Tables(NamedTuple):
    """One policy as integers; see the module's text. Shapes: combos × layers, rules × RULE_FIELDS, …"""

    count: I32  # type: ignore[assignment]  # layers that apply, per combo (a tuple's count method is not used)
    layer: I32  # combo × place in the order → layer number
    rule: I32  # combo × place in the order → rule row
    prepay: I32  # combo × prepay step → row of `prepays`, or -1 where the step does not apply
    prepays: I64  # rows (terms' offset, their number or -1 where a value is unknown, band of the ratio)
    rules: I64
    terms: I64
    bands: I64
    sequences: I64  # rows (is a fixed sum, value)
    caps: I64
    sizes: I64  # pools, cap pools, components, first named cost, interim joins stays, chain outlives the year


class Claims(NamedTuple):
    """Claims of whole persons in the order taken. All arrays have one row per claim."""

    person: U8  # 1 where a new person starts
    year: I32
    combo: I32  # -1: the rate day lies outside the policy
    begins: I32  # days since 1970-01-01
    ends: I32
    days: I32
    age: I32  # -1: unknown
    enrolled_days: I32  # since unbroken enrolment began; -1: not enrolled; NEVER_DAYS: no enrolment data
    enrolled_years: I32
    stay: I64  # fingerprint of mdtrt_id; 0: none
    flags: U8
    amounts: I64  # × 5: total, own, overlimit, prepay, inscp
    costs: I64  # × named cost columns
    recorded: I64  # × recorded columns the policy takes over
    prior: I32  # row of `prior_index` to start this person's year from, or -1; empty: no prior file
    prior_index: I64  # rows (offset, number) into `prior_rows`
    prior_rows: I64  # rows (pool, state field, amount); a pool below zero is cap pool -1 − pool


#: Columns of `Claims` with one row per claim (`prior` is empty where there is no prior file).
PER_CLAIM: Final = tuple(name for name in Claims._fields if name not in ("prior_index", "prior_rows"))
NEVER_DAYS: Final = 1 << 30
