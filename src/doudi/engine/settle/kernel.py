"""The statute as a compiled loop: one claim at a time, with the person's yearly accumulators (manual §7).

The same function serves a year in batch, Spark's workers, what-if runs and one bill at the window. It reads integers
only, keeps everything exact in int64 (`layout.MOST_FEN` bounds every sum), and writes payments, what is left, a status
per claim and, when asked, every step of every layer. It raises nothing: a refusal is a status.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from doudi.engine.settle.layout import (
    ABOVE,
    ABSOLUTE,
    AT_MOST,
    BAND_MOST,
    BAND_N,
    BAND_OFF,
    BAND_PPM,
    BAND_SLOPE,
    BAND_TO,
    BASE_N,
    BASE_OFF,
    BY_ADMISSION,
    BY_YEAR,
    CANCELLED,
    CAP_LIMIT,
    CAP_MEASURED,
    CAP_N,
    CAP_OFF,
    CAP_ON,
    CAP_PER,
    CAP_POOL,
    CATCH_UP,
    CHAIN_CLAIM,
    CHAIN_END,
    CHAIN_NUMBER,
    CHAIN_STAY,
    CHAIN_TAKEN,
    D_ADMISSION,
    D_BASE,
    D_BEFORE,
    D_CAP_LEFT,
    D_CAP_ROOM,
    D_COPAY,
    D_COUNTED,
    D_DED_LEFT,
    D_DEDUCTIBLE,
    D_FROM,
    D_GROSS,
    D_LEFT,
    D_OVER,
    D_PAID,
    D_RULE,
    D_STANDARD,
    DED_AMOUNT,
    DED_CEILING,
    DED_FLOOR,
    DED_MAX,
    DED_MIN,
    DED_MODE,
    DED_PER,
    DED_SHARE,
    DED_TERM_N,
    DED_TERM_OFF,
    DED_UNIT,
    GUARANTEE_KIND,
    HALF_EVEN,
    HALF_UP,
    IN_SCOPE,
    INSCP,
    INSCP_LEFT,
    KIND,
    LEFT,
    MEASURED,
    MODE,
    MOST_FEN,
    NEEDS_AGE,
    NEGATIVE_AMOUNT,
    NEVER,
    NO_AGE,
    NO_CHAIN,
    NO_VALUE,
    OF_N,
    OF_OFF,
    OF_TOTAL,
    OK,
    ON_COST,
    OUT_BASE,
    OUT_COPAY,
    OUT_DEDUCTIBLE,
    OUT_OVER,
    OUT_PAID,
    OUTSIDE_DATES,
    OVERLIMIT,
    OWN,
    PER_DAY,
    PER_YEAR,
    POOL,
    PPM,
    PREPAY,
    RAISE_AFTER,
    RAISE_MOST,
    RAISE_PER_YEAR,
    RECORDED,
    RECORDED_KIND,
    REFUND,
    S_ABOVE,
    S_ADMISSIONS,
    S_BASE,
    S_DEDUCTIBLE,
    S_OF,
    S_PAID,
    SEQ_N,
    SEQ_OFF,
    STATE_FIELDS,
    TERM_COMPONENT,
    TERM_LIMIT,
    TERM_PER_DAY,
    TERM_SIGN,
    TOO_LARGE,
    TOTAL,
    TRANSFER_DAYS,
    UNIT,
    UNKNOWN_KIND,
    UP,
    WAITING,
    YEARLY,
)  # fmt: skip


@njit(cache=True, nogil=True, inline="always")
def rounded(number: int, unit: int, mode: int) -> int:
    """A product of fen and ppm, rounded to a multiple of `unit` fen. `number` is not negative."""
    divisor = unit * PPM
    whole = number // divisor
    rest = number - whole * divisor
    if mode == HALF_UP:
        if 2 * rest >= divisor:
            whole += 1
    elif mode == HALF_EVEN:
        if 2 * rest > divisor or (2 * rest == divisor and whole % 2 == 1):
            whole += 1
    elif mode == UP and rest > 0:
        whole += 1
    return whole * unit


@njit(cache=True, nogil=True, inline="always")
def band_ratio(bands: Any, b: int, age: int) -> int:
    """A band's ratio in ppm for a person's age."""
    ratio = bands[b, BAND_PPM]
    if bands[b, BAND_SLOPE] != 0:
        ratio += bands[b, BAND_SLOPE] * age
        ratio = min(max(ratio, 0), bands[b, BAND_MOST])
    return ratio


@njit(cache=True, nogil=True, inline="always")
def stretch(bands: Any, off: int, n: int, start: int, end: int, age: int) -> int:
    """Sum over bands of ratio × length inside [start, end), in fen × ppm."""
    total = 0
    low = 0
    for b in range(off, off + n):
        high = bands[b, BAND_TO]
        a = max(start, low)
        z = min(end, high)
        if z > a:
            total += (z - a) * band_ratio(bands, b, age)
        if high >= end:
            break
        low = high
    return total


@njit(cache=True, nogil=True, inline="always")
def sum_terms(terms: Any, off: int, n: int, parts: Any, days: int) -> int:
    """A sum of a claim's amounts; a sum below zero is zero."""
    total = 0
    for t in range(off, off + n):
        amount = parts[terms[t, TERM_COMPONENT]]
        if terms[t, TERM_PER_DAY] >= 0:
            amount = min(amount, terms[t, TERM_PER_DAY] * days)
        total += terms[t, TERM_SIGN] * min(amount, terms[t, TERM_LIMIT])
    return max(total, 0)


@njit(cache=True, nogil=True, inline="always")
def cap_limit(caps: Any, k: int, days: int, enrolled_years: int) -> int:
    """A cap's limit for this claim: by day, and raised by years enrolled."""
    limit = caps[k, CAP_LIMIT]
    if limit >= NEVER:
        return NEVER
    if caps[k, RAISE_PER_YEAR] > 0:
        years = max(enrolled_years - caps[k, RAISE_AFTER], 0)
        limit += min(caps[k, RAISE_PER_YEAR] * years, rounded(limit * caps[k, RAISE_MOST], 1, HALF_UP))
    if caps[k, CAP_PER] == PER_DAY:
        limit *= days
    return limit


@njit(cache=True, nogil=True, inline="always")
def cap_room(caps: Any, k: int, days: int, enrolled_years: int, used: Any) -> int:
    """What a cap leaves for this claim; NEVER where it has no limit."""
    room = cap_limit(caps, k, days, enrolled_years)
    if room < NEVER and caps[k, CAP_PER] == PER_YEAR:
        room = max(room - used[caps[k, CAP_POOL]], 0)
    return room


@njit(cache=True, nogil=True, inline="always")
def standard_deductible(
    rules: Any, r: int, tables: Any, parts: Any, days: int, age: int, number: int
) -> int:
    """A deductible after the number of the admission, its rounding and its floor (manual §6.1)."""
    full = rules[r, DED_AMOUNT]
    if rules[r, DED_SHARE] >= 0:
        of = sum_terms(tables.terms, rules[r, DED_TERM_OFF], rules[r, DED_TERM_N], parts, days)
        full = rounded(of * band_ratio(tables.bands, rules[r, DED_SHARE], age), 1, HALF_UP)
        full = min(max(full, rules[r, DED_MIN]), rules[r, DED_MAX])
    now = full
    if rules[r, SEQ_N] > 0:
        entry = rules[r, SEQ_OFF] + min(max(number, 1), rules[r, SEQ_N]) - 1
        if tables.sequences[entry, 0] != 0:
            now = rounded(tables.sequences[entry, 1] * PPM, rules[r, DED_UNIT], rules[r, DED_MODE])
        else:
            now = rounded(full * tables.sequences[entry, 1], rules[r, DED_UNIT], rules[r, DED_MODE])
    elif rules[r, DED_UNIT] > 1:
        now = rounded(full * PPM, rules[r, DED_UNIT], rules[r, DED_MODE])
    return min(max(now, rules[r, DED_FLOOR]), full)


@njit(cache=True, nogil=True)
def settle_claims(
    claims: Any, tables: Any, pay: Any, left: Any, parts_out: Any, status: Any, culprit: Any, detail: Any
) -> int:
    """Settle whole persons in the order given.

    Writes `pay` (claims × layers, fen; zero where a layer did not apply), `left` (fen),
    `parts_out` (claims × inscp, prepay, inscp_left), `status`, `culprit` (the rule row behind a status) and, if it has
    rows, `detail` (claims × layers × DETAIL_FIELDS; D_RULE is -1 where a layer did not apply). Refund rows are left alone. Returns the
    number of claims refused.
    """
    n_pools, n_parts, first_cost = tables.sizes[0], tables.sizes[2], tables.sizes[3]
    joins, outlives = tables.sizes[4] != 0, tables.sizes[5] != 0
    n_costs = claims.costs.shape[1]
    n_steps = tables.prepay.shape[1]
    rules, caps, terms, bands = tables.rules, tables.caps, tables.terms, tables.bands
    wants_detail = detail.shape[0] > 0
    parts = np.zeros(n_parts, np.int64)
    state = np.zeros((n_pools, STATE_FIELDS), np.int64)
    used = np.zeros(tables.sizes[1], np.int64)
    state_before, used_before = state.copy(), used.copy()
    has_prior = claims.prior.shape[0] > 0
    refused = 0
    year = 0
    starts = True
    for i in range(claims.combo.shape[0]):
        starts = starts or claims.person[i] != 0
        if claims.flags[i] & REFUND:
            continue
        if starts or claims.year[i] != year:
            for p in range(n_pools):
                for f in range(S_OF + 1):
                    state[p, f] = 0
                state[p, CHAIN_CLAIM] = 0
                if starts or not outlives:
                    state[p, CHAIN_TAKEN] = 0
                    state[p, CHAIN_NUMBER] = 0
                    state[p, CHAIN_END] = NO_CHAIN
                    state[p, CHAIN_STAY] = 0
            for k in range(used.shape[0]):
                used[k] = 0
            if has_prior and claims.prior[i] >= 0:
                first = claims.prior_index[claims.prior[i], 0]
                for row in range(first, first + claims.prior_index[claims.prior[i], 1]):
                    pool = claims.prior_rows[row, 0]
                    if pool < 0:
                        used[-1 - pool] += claims.prior_rows[row, 2]
                    else:
                        state[pool, claims.prior_rows[row, 1]] += claims.prior_rows[row, 2]
            year = claims.year[i]
            starts = False
        combo = claims.combo[i]
        if combo < 0:
            status[i] = OUTSIDE_DATES
            refused += 1
            continue
        cancelled = claims.flags[i] & CANCELLED != 0
        if cancelled:
            state_before[:] = state
            used_before[:] = used
        days = claims.days[i]
        age = claims.age[i]
        # What the bill is made of.
        negative = False
        for a in range(5):
            negative = negative or claims.amounts[i, a] < 0
        parts[TOTAL] = claims.amounts[i, 0]
        parts[OWN] = claims.amounts[i, 1]
        parts[OVERLIMIT] = claims.amounts[i, 2]
        parts[PREPAY] = claims.amounts[i, 3]
        parts[INSCP] = claims.amounts[i, 4]
        for k in range(n_costs):
            parts[first_cost + k] = claims.costs[i, k]
            negative = negative or claims.costs[i, k] < 0
        for k in range(first_cost + n_costs, n_parts):
            parts[k] = 0
        if negative:
            status[i] = NEGATIVE_AMOUNT
            refused += 1
            continue
        if parts[TOTAL] > MOST_FEN or parts[INSCP] > MOST_FEN:
            status[i] = TOO_LARGE
            refused += 1
            continue
        parts[LEFT] = parts[TOTAL]
        parts[INSCP_LEFT] = parts[INSCP]
        for s in range(n_steps):
            step = tables.prepay[combo, s]
            if step < 0:
                continue
            if tables.prepays[step, 1] < 0:
                status[i] = NO_VALUE
                culprit[i] = -1 - step
                break
            band = tables.prepays[step, 2]
            if bands[band, BAND_SLOPE] != 0 and age < 0:
                status[i] = NO_AGE
                break
            of = sum_terms(terms, tables.prepays[step, 0], tables.prepays[step, 1], parts, days)
            taken = min(rounded(of * band_ratio(bands, band, age), 1, HALF_UP), parts[INSCP])
            parts[INSCP] -= taken
            parts[PREPAY] += taken
            parts[INSCP_LEFT] = parts[INSCP]
        if status[i] != OK:
            refused += 1
            continue
        parts_out[i, 0] = parts[INSCP]
        parts_out[i, 1] = parts[PREPAY]

        for place in range(tables.count[combo]):
            r = tables.rule[combo, place]
            if rules[r, WAITING] >= 0 and claims.enrolled_days[i] < rules[r, WAITING]:
                continue
            if rules[r, KIND] == UNKNOWN_KIND:
                status[i] = NO_VALUE
                culprit[i] = r
                break
            if rules[r, NEEDS_AGE] != 0 and age < 0:
                status[i] = NO_AGE
                culprit[i] = r
                break
            layer = tables.layer[combo, place]
            pool = rules[r, POOL]
            yearly = rules[r, YEARLY] != 0
            base = sum_terms(terms, rules[r, BASE_OFF], rules[r, BASE_N], parts, days)
            before = state[pool, S_BASE]
            if before + base > MOST_FEN:
                status[i] = TOO_LARGE
                culprit[i] = r
                break
            counted = base
            taken = 0
            standard = 0
            gross = 0
            start = 0
            ded_before = 0
            ded_left = 0
            number = 0
            continues = False
            cut = 0
            x = base
            if rules[r, KIND] == RECORDED_KIND:
                k = rules[r, RECORDED]
                gross = claims.recorded[i, k] if k >= 0 else parts[-2 - k]
            elif rules[r, KIND] == GUARANTEE_KIND:
                of = sum_terms(terms, rules[r, OF_OFF], rules[r, OF_N], parts, days)
                ratio = band_ratio(bands, rules[r, AT_MOST], age)
                if yearly:
                    borne = state[pool, S_BASE] - state[pool, S_PAID] + base
                    gross = borne - rounded((state[pool, S_OF] + of) * ratio, rules[r, UNIT], rules[r, MODE])
                else:
                    gross = base - rounded(of * ratio, rules[r, UNIT], rules[r, MODE])
                gross = min(max(gross, 0), base)
                state[pool, S_OF] += of
            else:
                # 1. Cost caps on the base itself.
                for k in range(rules[r, CAP_OFF], rules[r, CAP_OFF] + rules[r, CAP_N]):
                    if caps[k, CAP_ON] == ON_COST and caps[k, CAP_MEASURED] == ABSOLUTE:
                        room = cap_room(caps, k, days, claims.enrolled_years[i], used)
                        x = min(x, room)
                # 2. Deductible.
                per = rules[r, DED_PER]
                ded_before = state[pool, S_DEDUCTIBLE]
                if per == BY_YEAR:
                    standard = rules[r, DED_AMOUNT]
                    ded_before = min(before, standard)
                    taken = min(before + x, standard) - ded_before
                    ded_left = standard - ded_before - taken
                elif per != 0:
                    number = state[pool, S_ADMISSIONS] + 1
                    if per == BY_ADMISSION:
                        gap = claims.begins[i] - state[pool, CHAIN_END]
                        continues = (
                            state[pool, CHAIN_CLAIM] == i + 1  # another layer of this pool has taken the same claim
                            or (joins and claims.stay[i] != 0 and claims.stay[i] == state[pool, CHAIN_STAY])
                            or 0 <= gap <= rules[r, TRANSFER_DAYS]
                        )
                        if continues:
                            number = state[pool, CHAIN_NUMBER]
                    standard = standard_deductible(rules, r, tables, parts, days, age, number)
                    if continues:
                        standard = max(standard - state[pool, CHAIN_TAKEN], 0)
                    standard = min(standard, max(rules[r, DED_CEILING] - state[pool, S_DEDUCTIBLE], 0))
                    taken = min(standard, x)
                    ded_left = standard - taken
                # 3. Cost caps above the deductible.
                y = x - taken
                for k in range(rules[r, CAP_OFF], rules[r, CAP_OFF] + rules[r, CAP_N]):
                    if caps[k, CAP_ON] == ON_COST and caps[k, CAP_MEASURED] == ABOVE:
                        room = cap_room(caps, k, days, claims.enrolled_years[i], used)
                        y = min(y, room)
                counted = y
                cut = base - taken - y
                # 4. The stretch on which bands are laid, and 5. the gross payment.
                if rules[r, MEASURED] == ABSOLUTE:
                    start = before + taken if yearly else taken
                elif not yearly:
                    start = 0
                elif per == BY_YEAR:
                    start = max(before - standard, 0)
                else:
                    start = state[pool, S_ABOVE]
                off, n = rules[r, BAND_OFF], rules[r, BAND_N]
                if rules[r, OF_TOTAL] != 0 or rules[r, CATCH_UP] != 0:
                    # `f` of the year's sum: nothing up to the deductible, the bands above it.
                    zero = standard if rules[r, MEASURED] == ABSOLUTE else 0
                    fore = max(before - standard, 0)
                    gross = rounded(
                        stretch(
                            bands, off, n, zero, zero + max(before + taken + y - standard, 0), age
                        ),
                        rules[r, UNIT],
                        rules[r, MODE],
                    )
                    if rules[r, CATCH_UP] != 0:
                        gross = max(gross - state[pool, S_PAID], 0)
                    else:
                        gross -= rounded(
                            stretch(bands, off, n, zero, zero + fore, age), rules[r, UNIT], rules[r, MODE]
                        )
                        gross = min(max(gross, 0), y)
                else:
                    gross = min(
                        rounded(stretch(bands, off, n, start, start + y, age), rules[r, UNIT], rules[r, MODE]),
                        y,
                    )
            # 6. Payment caps, then what is left of the bill.
            paid = gross
            room_least = NEVER
            for k in range(rules[r, CAP_OFF], rules[r, CAP_OFF] + rules[r, CAP_N]):
                if caps[k, CAP_ON] != ON_COST:
                    room = cap_room(caps, k, days, claims.enrolled_years[i], used)
                    room_least = min(room_least, room)
            paid = max(min(paid, room_least, parts[LEFT]), 0)
            # 7. What the layer leaves.
            over = cut + gross - paid
            copay = max(counted - gross, 0)
            if rules[r, KIND] == RECORDED_KIND:
                over = 0
                copay = max(base - paid, 0)
            # 8. Accumulators.
            state[pool, S_BASE] = before + x
            state[pool, S_ABOVE] += counted
            state[pool, S_DEDUCTIBLE] += taken
            state[pool, S_PAID] += paid
            for k in range(rules[r, CAP_OFF], rules[r, CAP_OFF] + rules[r, CAP_N]):
                if caps[k, CAP_PER] == PER_YEAR:
                    amount = paid
                    if caps[k, CAP_ON] == ON_COST:
                        amount = x if caps[k, CAP_MEASURED] == ABSOLUTE else counted
                    used[caps[k, CAP_POOL]] += amount
            if rules[r, DED_PER] == BY_ADMISSION:
                if continues:
                    state[pool, CHAIN_TAKEN] += taken
                else:
                    state[pool, S_ADMISSIONS] = number
                    state[pool, CHAIN_TAKEN] = taken
                    state[pool, CHAIN_NUMBER] = number
                state[pool, CHAIN_END] = claims.ends[i]
                state[pool, CHAIN_STAY] = claims.stay[i]
                state[pool, CHAIN_CLAIM] = i + 1
            pay[i, layer] = paid
            parts[LEFT] -= paid
            if rules[r, IN_SCOPE] != 0:
                parts[INSCP_LEFT] = max(parts[INSCP_LEFT] - paid, 0)
            if rules[r, OUT_PAID] >= 0:
                parts[rules[r, OUT_PAID]] = paid
            if rules[r, OUT_DEDUCTIBLE] >= 0:
                parts[rules[r, OUT_DEDUCTIBLE]] = taken
            if rules[r, OUT_COPAY] >= 0:
                parts[rules[r, OUT_COPAY]] = copay
            if rules[r, OUT_OVER] >= 0:
                parts[rules[r, OUT_OVER]] = over
            if rules[r, OUT_BASE] >= 0:
                parts[rules[r, OUT_BASE]] = base
            if wants_detail:
                detail[i, layer, D_RULE] = r
                detail[i, layer, D_BASE] = base
                detail[i, layer, D_STANDARD] = standard
                detail[i, layer, D_BEFORE] = ded_before
                detail[i, layer, D_DEDUCTIBLE] = taken
                detail[i, layer, D_DED_LEFT] = ded_left
                detail[i, layer, D_COUNTED] = counted
                detail[i, layer, D_FROM] = start
                detail[i, layer, D_GROSS] = gross
                detail[i, layer, D_CAP_ROOM] = room_least
                detail[i, layer, D_CAP_LEFT] = room_least - paid if room_least < NEVER else NEVER
                detail[i, layer, D_PAID] = paid
                detail[i, layer, D_COPAY] = copay
                detail[i, layer, D_OVER] = over
                detail[i, layer, D_LEFT] = parts[LEFT]
                detail[i, layer, D_ADMISSION] = number
        if cancelled:
            state[:] = state_before
            used[:] = used_before
        if status[i] != OK:
            refused += 1
            continue
        left[i] = parts[LEFT]
        parts_out[i, 2] = parts[INSCP_LEFT]
    return refused
