"""The statute as a compiled loop: one claim at a time, with the person's yearly accumulators (manual §7).

The same function serves a year in batch, Spark's workers, what-if runs and one bill at the window. It reads integers
only, keeps everything exact in int64 (`layout.MOST_FEN` bounds every sum), and writes payments, what is left, a status
per claim and, when asked, every step of every layer. It raises nothing: a refusal is a status.

Tables are read as addresses (`pointers`), a row by the place of its first item: `rules[r + c.KIND]`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from doudi.engine.settle import layout as c
from doudi.engine.settle.pointers import address, addresses_of_claims, addresses_of_tables


@njit(cache=True, nogil=True)
def rounded(number: int, unit: int, mode: int) -> int:
    """A product of fen and ppm, rounded to a multiple of `unit` fen. `number` is not negative."""
    if unit == 1 and mode == c.HALF_UP:  # nearly always; and dividing by a constant is cheap
        return (number + c.PPM // 2) // c.PPM
    divisor = unit * c.PPM
    whole = number // divisor
    rest = number - whole * divisor
    if mode == c.HALF_UP:
        if 2 * rest >= divisor:
            whole += 1
    elif mode == c.HALF_EVEN:
        if 2 * rest > divisor or (2 * rest == divisor and whole % 2 == 1):
            whole += 1
    elif mode == c.UP and rest > 0:
        whole += 1
    return whole * unit


@njit(cache=True, nogil=True)
def band_ratio(bands: Any, b: int, age: int) -> int:
    """A band's ratio in ppm for a person's age; `b` is where the band's row lies."""
    ratio: int = bands[b + c.BAND_PPM]
    if bands[b + c.BAND_SLOPE] != 0:
        ratio += bands[b + c.BAND_SLOPE] * age
        ratio = min(max(ratio, 0), bands[b + c.BAND_MOST])
    return ratio


@njit(cache=True, nogil=True)
def stretch(bands: Any, off: int, n: int, start: int, end: int, age: int) -> int:
    """Sum over `n` bands from number `off` on of ratio × length inside [start, end), in fen × ppm."""
    total = 0
    low = 0
    for b in range(off * c.BAND_FIELDS, (off + n) * c.BAND_FIELDS, c.BAND_FIELDS):
        high = bands[b + c.BAND_TO]
        a = max(start, low)
        z = min(end, high)
        if z > a:
            total += (z - a) * band_ratio(bands, b, age)
        if high >= end:
            break
        low = high
    return total


@njit(cache=True, nogil=True)
def sum_terms(terms: Any, off: int, n: int, parts: Any, days: int) -> int:
    """A sum of `n` of a claim's amounts, terms from number `off` on; a sum below zero is zero."""
    total = 0
    for t in range(off * c.TERM_FIELDS, (off + n) * c.TERM_FIELDS, c.TERM_FIELDS):
        # Never so; but a loop that may end early is not turned into vectors, which for two terms cost more
        # than they save.
        if terms[t + c.TERM_SIGN] == 0:
            break
        amount = parts[terms[t + c.TERM_COMPONENT]]
        if terms[t + c.TERM_PER_DAY] >= 0:
            amount = min(amount, terms[t + c.TERM_PER_DAY] * days)
        total += terms[t + c.TERM_SIGN] * min(amount, terms[t + c.TERM_LIMIT])
    return max(total, 0)


@njit(cache=True, nogil=True)
def cap_limit(caps: Any, k: int, days: int, enrolled_years: int) -> int:
    """A cap's limit for this claim: by day, and raised by years enrolled; `k` is where the cap's row lies."""
    limit: int = caps[k + c.CAP_LIMIT]
    if limit >= c.NEVER:
        return c.NEVER
    if caps[k + c.RAISE_PER_YEAR] > 0:
        years = max(enrolled_years - caps[k + c.RAISE_AFTER], 0)
        limit += min(
            caps[k + c.RAISE_PER_YEAR] * years, rounded(limit * caps[k + c.RAISE_MOST], 1, c.HALF_UP)
        )
    if caps[k + c.CAP_PER] == c.PER_DAY:
        limit *= days
    return limit


@njit(cache=True, nogil=True)
def cap_room(caps: Any, k: int, days: int, enrolled_years: int, used: Any) -> int:
    """What a cap leaves for this claim; NEVER where it has no limit."""
    room = cap_limit(caps, k, days, enrolled_years)
    if room < c.NEVER and caps[k + c.CAP_PER] == c.PER_YEAR:
        room = max(room - used[caps[k + c.CAP_POOL]], 0)
    return room


@njit(cache=True, nogil=True)
def standard_deductible(tables: Any, r: int, parts: Any, days: int, age: int, number: int) -> int:
    """A deductible after the number of the admission, its rounding and its floor (manual §6.1)."""
    rules, sequences = tables.rules, tables.sequences
    full: int = rules[r + c.DED_AMOUNT]
    if rules[r + c.DED_SHARE] >= 0:
        of = sum_terms(tables.terms, rules[r + c.DED_TERM_OFF], rules[r + c.DED_TERM_N], parts, days)
        full = rounded(
            of * band_ratio(tables.bands, rules[r + c.DED_SHARE] * c.BAND_FIELDS, age), 1, c.HALF_UP
        )
        full = min(max(full, rules[r + c.DED_MIN]), rules[r + c.DED_MAX])
    now = full
    if rules[r + c.SEQ_N] > 0:
        entry = 2 * (rules[r + c.SEQ_OFF] + min(max(number, 1), rules[r + c.SEQ_N]) - 1)
        if sequences[entry] != 0:
            now = rounded(sequences[entry + 1] * c.PPM, rules[r + c.DED_UNIT], rules[r + c.DED_MODE])
        else:
            now = rounded(full * sequences[entry + 1], rules[r + c.DED_UNIT], rules[r + c.DED_MODE])
    elif rules[r + c.DED_UNIT] > 1:
        now = rounded(full * c.PPM, rules[r + c.DED_UNIT], rules[r + c.DED_MODE])
    floor: int = rules[r + c.DED_FLOOR]
    return min(max(now, floor), full)


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
    n_pools, n_cap_pools, n_parts = tables.sizes[0], tables.sizes[1], tables.sizes[2]
    state = np.zeros(n_pools * c.STATE_FIELDS, np.int64)
    used = np.zeros(n_cap_pools, np.int64)
    sizes = (
        claims.combo.shape[0], tables.layer.shape[1], tables.prepay.shape[1], claims.costs.shape[1], claims.recorded.shape[1],
        n_pools, n_cap_pools, n_parts, tables.sizes[3],
    )  # fmt: skip
    modes = (tables.sizes[4] != 0, tables.sizes[5] != 0, claims.prior.shape[0] > 0, detail.shape[0] > 0)
    return _settle(
        addresses_of_claims(claims), addresses_of_tables(tables), sizes, modes, np.zeros(n_parts, np.int64), state, used, state.copy(), used.copy(),
        pay, left, parts_out, status, culprit, detail,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _settle(
    claims: Any, tables: Any, sizes: Any, modes: Any, parts_kept: Any, state_kept: Any, used_kept: Any, state_copy: Any, used_copy: Any,
    pay_out: Any, left_out: Any, parts_out: Any, status_out: Any, culprit_out: Any, detail_out: Any,
) -> int:  # fmt: skip
    # The caller holds every array whose address is taken here.
    n, n_layers, n_steps, n_costs, n_recorded, n_pools, n_cap_pools, n_parts, first_cost = sizes
    joins, outlives, has_prior, wants_detail = modes
    parts, state, used = address(parts_kept), address(state_kept), address(used_kept)
    state_before, used_before = address(state_copy), address(used_copy)
    pay, left, scope = address(pay_out), address(left_out), address(parts_out)
    status, culprit, detail = address(status_out), address(culprit_out), address(detail_out)
    rules, caps, terms, bands = tables.rules, tables.caps, tables.terms, tables.bands
    n_state = n_pools * c.STATE_FIELDS
    refused = 0
    year = 0
    starts = True
    for i in range(n):
        starts = starts or claims.person[i] != 0
        if claims.flags[i] & c.REFUND:
            continue
        if starts or claims.year[i] != year:
            if starts or not outlives:
                for k in range(n_state):
                    state[k] = 0
                for k in range(0, n_state, c.STATE_FIELDS):
                    state[k + c.CHAIN_END] = c.NO_CHAIN
            else:
                for k in range(0, n_state, c.STATE_FIELDS):
                    for f in range(c.S_OF + 1):
                        state[k + f] = 0
                    state[k + c.CHAIN_CLAIM] = 0
            for k in range(n_cap_pools):
                used[k] = 0
            if has_prior and claims.prior[i] >= 0:
                index = 2 * claims.prior[i]
                first = 3 * claims.prior_index[index]
                for row in range(first, first + 3 * claims.prior_index[index + 1], 3):
                    pool, field = claims.prior_rows[row], claims.prior_rows[row + 1]
                    amount = claims.prior_rows[row + 2]
                    if pool < 0:
                        used[-1 - pool] += amount
                    else:
                        state[pool * c.STATE_FIELDS + field] += amount
            year = claims.year[i]
            starts = False
        combo = claims.combo[i]
        if combo < 0:
            status[i] = c.OUTSIDE_DATES
            refused += 1
            continue
        cancelled = claims.flags[i] & c.CANCELLED != 0
        if cancelled:
            for k in range(n_state):
                state_before[k] = state[k]
            for k in range(n_cap_pools):
                used_before[k] = used[k]
        days = claims.days[i]
        age = claims.age[i]
        # What the bill is made of.
        negative = large = False
        for k in range(5):
            parts[k] = claims.amounts[5 * i + k]  # TOTAL, OWN, OVERLIMIT, PREPAY, INSCP
            negative = negative or parts[k] < 0
            large = large or parts[k] > c.MOST_FEN
        for k in range(n_costs):
            parts[first_cost + k] = claims.costs[i * n_costs + k]
            negative = negative or parts[first_cost + k] < 0
            large = large or parts[first_cost + k] > c.MOST_FEN
        for k in range(first_cost + n_costs, n_parts):
            parts[k] = 0
        if negative:
            status[i] = c.NEGATIVE_AMOUNT
            refused += 1
            continue
        if large:
            status[i] = c.TOO_LARGE
            refused += 1
            continue
        parts[c.LEFT] = parts[c.TOTAL]
        parts[c.INSCP_LEFT] = parts[c.INSCP]
        for s in range(n_steps):
            step = tables.prepay[combo * n_steps + s]
            if step < 0:
                continue
            if tables.prepays[3 * step + 1] < 0:
                status[i] = c.NO_VALUE
                culprit[i] = -1 - step
                break
            band = tables.prepays[3 * step + 2] * c.BAND_FIELDS
            if bands[band + c.BAND_SLOPE] != 0 and age < 0:
                status[i] = c.NO_AGE
                break
            of = sum_terms(terms, tables.prepays[3 * step], tables.prepays[3 * step + 1], parts, days)
            taken = min(rounded(of * band_ratio(bands, band, age), 1, c.HALF_UP), parts[c.INSCP])
            parts[c.INSCP] -= taken
            parts[c.PREPAY] += taken
            parts[c.INSCP_LEFT] = parts[c.INSCP]
        if status[i] != c.OK:
            refused += 1
            continue
        scope[3 * i] = parts[c.INSCP]
        scope[3 * i + 1] = parts[c.PREPAY]

        for place in range(tables.count[combo]):
            number_of_rule = tables.rule[combo * n_layers + place]
            r = number_of_rule * c.RULE_FIELDS
            if rules[r + c.WAITING] >= 0 and claims.enrolled_days[i] < rules[r + c.WAITING]:
                continue
            if rules[r + c.KIND] == c.UNKNOWN_KIND:
                status[i] = c.NO_VALUE
                culprit[i] = number_of_rule
                break
            if rules[r + c.NEEDS_AGE] != 0 and age < 0:
                status[i] = c.NO_AGE
                culprit[i] = number_of_rule
                break
            layer = tables.layer[combo * n_layers + place]
            own = rules[r + c.POOL] * c.STATE_FIELDS
            yearly = rules[r + c.YEARLY] != 0
            base = sum_terms(terms, rules[r + c.BASE_OFF], rules[r + c.BASE_N], parts, days)
            before = state[own + c.S_BASE]
            if before + base > c.MOST_FEN:
                status[i] = c.TOO_LARGE
                culprit[i] = number_of_rule
                break
            first_cap = rules[r + c.CAP_OFF] * c.CAP_FIELDS
            last_cap = first_cap + rules[r + c.CAP_N] * c.CAP_FIELDS
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
            if rules[r + c.KIND] == c.RECORDED_KIND:
                k = rules[r + c.RECORDED]
                gross = claims.recorded[i * n_recorded + k] if k >= 0 else parts[-2 - k]
                if gross < 0:
                    status[i] = c.NEGATIVE_AMOUNT
                    culprit[i] = r
                    break
            elif rules[r + c.KIND] == c.GUARANTEE_KIND:
                of = sum_terms(terms, rules[r + c.OF_OFF], rules[r + c.OF_N], parts, days)
                ratio = band_ratio(bands, rules[r + c.AT_MOST] * c.BAND_FIELDS, age)
                if yearly:
                    borne = state[own + c.S_BASE] - state[own + c.S_PAID] + base
                    gross = borne - rounded(
                        (state[own + c.S_OF] + of) * ratio, rules[r + c.UNIT], rules[r + c.MODE]
                    )
                else:
                    gross = base - rounded(of * ratio, rules[r + c.UNIT], rules[r + c.MODE])
                gross = min(max(gross, 0), base)
                state[own + c.S_OF] += of
            else:
                # 1. Cost caps on the base itself.
                for k in range(first_cap, last_cap, c.CAP_FIELDS):
                    if caps[k + c.CAP_ON] == c.ON_COST and caps[k + c.CAP_MEASURED] == c.ABSOLUTE:
                        room = cap_room(caps, k, days, claims.enrolled_years[i], used)
                        x = min(x, room)
                # 2. Deductible.
                per = rules[r + c.DED_PER]
                ded_before = state[own + c.S_DEDUCTIBLE]
                if per == c.BY_YEAR:
                    standard = rules[r + c.DED_AMOUNT]
                    ded_before = min(before, standard)
                    taken = min(before + x, standard) - ded_before
                    ded_left = standard - ded_before - taken
                elif per != 0:
                    number = state[own + c.S_ADMISSIONS] + 1
                    if per == c.BY_ADMISSION:
                        gap = claims.begins[i] - state[own + c.CHAIN_END]
                        continues = (
                            state[own + c.CHAIN_CLAIM]
                            == i + 1  # another layer of this pool has taken the same claim
                            or (joins and claims.stay[i] != 0 and claims.stay[i] == state[own + c.CHAIN_STAY])
                            or 0 <= gap <= rules[r + c.TRANSFER_DAYS]
                        )
                        if continues:
                            number = state[own + c.CHAIN_NUMBER]
                    standard = standard_deductible(tables, r, parts, days, age, number)
                    if continues:
                        standard = max(standard - state[own + c.CHAIN_TAKEN], 0)
                    standard = min(standard, max(rules[r + c.DED_CEILING] - state[own + c.S_DEDUCTIBLE], 0))
                    taken = min(standard, x)
                    ded_left = standard - taken
                # 3. Cost caps above the deductible.
                y = x - taken
                for k in range(first_cap, last_cap, c.CAP_FIELDS):
                    if caps[k + c.CAP_ON] == c.ON_COST and caps[k + c.CAP_MEASURED] == c.ABOVE:
                        room = cap_room(caps, k, days, claims.enrolled_years[i], used)
                        y = min(y, room)
                counted = y
                cut = base - taken - y
                # 4. The stretch on which bands are laid, and 5. the gross payment.
                if rules[r + c.MEASURED] == c.ABSOLUTE:
                    start = before + taken if yearly else taken
                elif not yearly:
                    start = 0
                elif per == c.BY_YEAR:
                    start = max(before - standard, 0)
                else:
                    start = state[own + c.S_ABOVE]
                off, n_bands = rules[r + c.BAND_OFF], rules[r + c.BAND_N]
                if rules[r + c.OF_TOTAL] != 0 or rules[r + c.CATCH_UP] != 0:
                    # `F` of the year: the bands from the deductible (or from zero) up to either end of the stretch.
                    zero = standard if rules[r + c.MEASURED] == c.ABSOLUTE else 0
                    gross = rounded(
                        stretch(bands, off, n_bands, zero, start + y, age),
                        rules[r + c.UNIT],
                        rules[r + c.MODE],
                    )
                    if rules[r + c.CATCH_UP] != 0:
                        gross = max(gross - state[own + c.S_PAID], 0)
                    else:
                        gross -= rounded(
                            stretch(bands, off, n_bands, zero, start, age),
                            rules[r + c.UNIT],
                            rules[r + c.MODE],
                        )
                        gross = min(max(gross, 0), y)
                else:
                    gross = min(
                        rounded(
                            stretch(bands, off, n_bands, start, start + y, age),
                            rules[r + c.UNIT],
                            rules[r + c.MODE],
                        ),
                        y,
                    )
            # 6. Payment caps, then what is left of the bill.
            paid = gross
            room_least = c.NEVER
            for k in range(first_cap, last_cap, c.CAP_FIELDS):
                if caps[k + c.CAP_ON] != c.ON_COST:
                    room = cap_room(caps, k, days, claims.enrolled_years[i], used)
                    room_least = min(room_least, room)
            paid = max(min(paid, room_least, parts[c.LEFT]), 0)
            # 7. What the layer leaves.
            over = cut + gross - paid
            copay = max(counted - gross, 0)
            if rules[r + c.KIND] == c.RECORDED_KIND:
                over = 0
                copay = max(base - paid, 0)
            # 8. Accumulators.
            state[own + c.S_BASE] = before + x
            state[own + c.S_ABOVE] += counted
            state[own + c.S_DEDUCTIBLE] += taken
            state[own + c.S_PAID] += paid
            for k in range(first_cap, last_cap, c.CAP_FIELDS):
                if caps[k + c.CAP_PER] == c.PER_YEAR:
                    amount = paid
                    if caps[k + c.CAP_ON] == c.ON_COST:
                        amount = x if caps[k + c.CAP_MEASURED] == c.ABSOLUTE else counted
                    used[caps[k + c.CAP_POOL]] += amount
            if rules[r + c.DED_PER] == c.BY_ADMISSION:
                if continues:
                    state[own + c.CHAIN_TAKEN] += taken
                else:
                    state[own + c.S_ADMISSIONS] = number
                    state[own + c.CHAIN_TAKEN] = taken
                    state[own + c.CHAIN_NUMBER] = number
                state[own + c.CHAIN_END] = claims.ends[i]
                state[own + c.CHAIN_STAY] = claims.stay[i]
                state[own + c.CHAIN_CLAIM] = i + 1
            pay[i * n_layers + layer] = paid
            parts[c.LEFT] -= paid
            if rules[r + c.IN_SCOPE] != 0:
                parts[c.INSCP_LEFT] = max(parts[c.INSCP_LEFT] - paid, 0)
            if rules[r + c.OUT_PAID] >= 0:
                parts[rules[r + c.OUT_PAID]] = paid
            if rules[r + c.OUT_DEDUCTIBLE] >= 0:
                parts[rules[r + c.OUT_DEDUCTIBLE]] = taken
            if rules[r + c.OUT_COPAY] >= 0:
                parts[rules[r + c.OUT_COPAY]] = copay
            if rules[r + c.OUT_OVER] >= 0:
                parts[rules[r + c.OUT_OVER]] = over
            if rules[r + c.OUT_BASE] >= 0:
                parts[rules[r + c.OUT_BASE]] = base
            if wants_detail:
                row = (i * n_layers + layer) * c.DETAIL_FIELDS
                detail[row + c.D_RULE] = number_of_rule
                detail[row + c.D_BASE] = base
                detail[row + c.D_STANDARD] = standard
                detail[row + c.D_BEFORE] = ded_before
                detail[row + c.D_DEDUCTIBLE] = taken
                detail[row + c.D_DED_LEFT] = ded_left
                detail[row + c.D_COUNTED] = counted
                detail[row + c.D_FROM] = start
                detail[row + c.D_GROSS] = gross
                detail[row + c.D_CAP_ROOM] = room_least
                detail[row + c.D_CAP_LEFT] = room_least - paid if room_least < c.NEVER else c.NEVER
                detail[row + c.D_PAID] = paid
                detail[row + c.D_COPAY] = copay
                detail[row + c.D_OVER] = over
                detail[row + c.D_LEFT] = parts[c.LEFT]
                detail[row + c.D_ADMISSION] = number
        if cancelled:
            for k in range(n_state):
                state[k] = state_before[k]
            for k in range(n_cap_pools):
                used[k] = used_before[k]
        if status[i] != c.OK:
            refused += 1
            continue
        left[i] = parts[c.LEFT]
        scope[3 * i + 2] = parts[c.INSCP_LEFT]
    return refused
