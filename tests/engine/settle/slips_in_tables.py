"""Slips in the compiled tables and around the loop, as a programmer might make them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from doudi.engine.settle import layout as c
from doudi.engine.settle import run
from doudi.engine.settle.compile import Compiled
from doudi.policy.schema import FUNDS, Layer
from tests.engine.settle.planting import Change, Loop


def put(column: int, value: Any, wanted: Callable[[Layer], Any] | None = None) -> Change:
    def change(loop: Loop) -> None:
        loop.set(column, value, loop.of(wanted) if wanted else None)

    return change


def turn(column: int, old: int, new: int) -> Change:
    def change(loop: Loop) -> None:
        loop.set(column, new, loop.rules[:, column] == old)

    return change


def table(name: str, column: int, value: Callable[[Any], Any]) -> Change:
    """Change one column of a table, as a function of what stands there."""

    def change(loop: Loop) -> None:
        loop.parts[name][:, column] = value(loop.parts[name][:, column])

    return change


def takes(old: int, new: int) -> Change:
    """Sums take another amount."""
    return table("terms", c.TERM_COMPONENT, lambda now: np.where(now == old, new, now))


def caps(on: int, measured: int, per: int, new_per: int) -> Change:
    def change(loop: Loop) -> None:
        caps = loop.caps
        here = (caps[:, c.CAP_ON] == on) & (caps[:, c.CAP_PER] == per)
        if on == c.ON_COST:
            here &= caps[:, c.CAP_MEASURED] == measured
        caps[here, c.CAP_PER] = new_per

    return change


def cap_a_fen_off(on: int, measured: int, per: int) -> Change:
    def change(loop: Loop) -> None:
        caps = loop.caps
        here = (caps[:, c.CAP_ON] == on) & (caps[:, c.CAP_PER] == per) & (caps[:, c.CAP_LIMIT] < c.NEVER)
        if on == c.ON_COST:
            here &= caps[:, c.CAP_MEASURED] == measured
        caps[here, c.CAP_LIMIT] -= np.minimum(caps[here, c.CAP_LIMIT], 1)

    return change


def caps_apart(loop: Loop) -> None:
    """Each cap keeps its own count, though the policy lets several share."""
    pools = loop.sizes[1]
    loop.caps[:, c.CAP_POOL] = pools + np.arange(len(loop.caps))
    # The same row may serve two layers: give every rule rows of its own.
    rows = [loop.caps]
    at = len(loop.caps)
    for row, offset, number in loop.runs(c.CAP_OFF, c.CAP_N):
        mine = loop.caps[offset : offset + number].copy()
        layer_row = int(np.flatnonzero((loop.rules == row).all(1))[0])
        for k in range(number):
            mine[k, c.CAP_POOL] = pools + len(loop.caps) + layer_of(loop, layer_row) * 8 + k
        rows.append(mine)
        row[c.CAP_OFF] = at
        at += number
    loop.parts["caps"] = np.concatenate(rows)
    loop.sizes[1] = pools + len(loop.caps) + len(loop.compiled.layers) * 8


def layer_of(loop: Loop, rule: int) -> int:
    found = loop.layer[loop.rule == rule]
    return int(found[0]) if len(found) else 0


def pools_apart(loop: Loop) -> None:
    """Each layer keeps its own accumulators, though the policy lets several share."""
    pools = loop.sizes[0]
    for rule in range(len(loop.rules)):
        loop.rules[rule, c.POOL] = pools + layer_of(loop, rule)
    loop.sizes[0] = pools + len(loop.compiled.layers)


def cap_per_rule_first_only(loop: Loop) -> None:
    loop.rules[:, c.CAP_N] = np.minimum(loop.rules[:, c.CAP_N], 1)


def bands(change: Callable[[Any, int, int], None]) -> Change:
    """Change each rule's bands (handed as table, first row, number), once."""

    def all_(loop: Loop) -> None:
        done: set[tuple[int, int]] = set()
        for _, offset, number in loop.runs(c.BAND_OFF, c.BAND_N):
            if (offset, number) not in done:
                done.add((offset, number))
                change(loop.bands, offset, number)

    return all_


def never_closed(bands: Any, offset: int, number: int) -> None:
    bands[offset + number - 1, c.BAND_TO] = c.NEVER


def last_closed(bands: Any, offset: int, number: int) -> None:
    last = offset + number - 1
    if bands[last, c.BAND_TO] == c.NEVER:
        bands[last, c.BAND_TO] = bands[last - 1, c.BAND_TO] if number > 1 else 100_000


def edges_a_fen_off(bands: Any, offset: int, number: int) -> None:
    inner = slice(offset, offset + number - 1)
    bands[inner, c.BAND_TO] += 1


def one_band_a_little_off(bands: Any, offset: int, number: int) -> None:
    if number == 1:
        bands[offset, c.BAND_PPM] += 10


def entries(change: Callable[[Any, int, int], None]) -> Change:
    def all_(loop: Loop) -> None:
        done: set[tuple[int, int]] = set()
        for _, offset, number in loop.runs(c.SEQ_OFF, c.SEQ_N):
            if (offset, number) not in done:
                done.add((offset, number))
                change(loop.sequences, offset, number)

    return all_


def off_by_one(loop: Loop) -> None:
    longer = loop.rules[:, c.SEQ_N] > 1
    loop.rules[longer, c.SEQ_OFF] += 1
    loop.rules[longer, c.SEQ_N] -= 1


def never_rising(sequences: Any, offset: int, number: int) -> None:
    shares = [row for row in range(offset, offset + number) if not sequences[row, 0]]
    sequences[shares, 1] = sorted(sequences[shares, 1], reverse=True)
    if sequences[offset, 0]:
        sequences[offset] = (0, c.PPM)


def read_as_share(sequences: Any, offset: int, number: int) -> None:
    sequences[offset : offset + number, 0] = 0


def deductible_from_nowhere(loop: Loop) -> None:
    rows = loop.of(lambda layer: layer.kind == "share" and layer.deductible is None)
    rows = rows[loop.rules[rows, c.KIND] == c.SHARE_KIND]
    for column, value in (
        (c.DED_PER, c.BY_BILL), (c.DED_SHARE, -1), (c.DED_AMOUNT, 1), (c.DED_UNIT, 1), (c.SEQ_N, 0), (c.DED_CEILING, c.NEVER),
    ):  # fmt: skip
        loop.set(column, value, rows)


def ceiling_of_nothing(loop: Loop) -> None:
    rows = loop.of(lambda layer: layer.deductible is not None and layer.deductible.year_ceiling)
    loop.set(c.DED_CEILING, 0, rows[loop.rules[rows, c.DED_CEILING] == c.NEVER])


def least_and_most_swapped(loop: Loop) -> None:
    rows = loop.of(lambda layer: layer.deductible is not None and layer.deductible.share)
    loop.rules[np.ix_(rows, [c.DED_MIN, c.DED_MAX])] = loop.rules[np.ix_(rows, [c.DED_MAX, c.DED_MIN])]


def zeros_to_one(loop: Loop) -> None:
    for column in (c.WAITING, c.TRANSFER_DAYS):
        loop.set(column, 1, loop.rules[:, column] == 0)
    loop.caps[loop.caps[:, c.RAISE_AFTER] == 0, c.RAISE_AFTER] = 1


def flip(old: int, yearly: int) -> Change:
    def change(loop: Loop) -> None:
        here = (loop.rules[:, c.KIND] == c.SHARE_KIND) & (loop.rules[:, c.MEASURED] == old)
        here &= loop.rules[:, c.YEARLY] == yearly
        loop.set(c.MEASURED, 1 - old, here)

    return change


def guarantee(column: int, value: int) -> Change:
    return lambda loop: loop.set(column, value, loop.rules[:, c.KIND] == c.GUARANTEE_KIND)


def guarantee_to_the_fen(loop: Loop) -> None:
    guarantee(c.UNIT, 1)(loop)
    guarantee(c.MODE, c.HALF_UP)(loop)


def rounds(old: int, new: int) -> Change:
    def change(loop: Loop) -> None:
        loop.set(c.MODE, new, (loop.rules[:, c.KIND] == c.SHARE_KIND) & (loop.rules[:, c.MODE] == old))

    return change


def prepay(change: Callable[[Any], Any]) -> Change:
    def all_(loop: Loop) -> None:
        loop.parts["prepay"][:] = change(loop.parts["prepay"])

    return all_


def unconditional(prepay: Any) -> Any:
    out = prepay.copy()
    for step in range(out.shape[1]):
        known = out[out[:, step] >= 0, step]
        out[out[:, step] < 0, step] = known[0] if len(known) else -1
    return out


def first_step_only(prepay: Any) -> Any:
    out = prepay.copy()
    out[:, 1:] = -1
    return out


def ratios(change: Callable[[Any], Any], where: Callable[[Any], Any] = lambda bands: slice(None)) -> Change:
    def all_(loop: Loop) -> None:
        here = where(loop.bands)
        loop.bands[here, c.BAND_PPM] = change(loop.bands[here, c.BAND_PPM])

    return all_


def steady(bands: Any) -> Any:
    return bands[:, c.BAND_SLOPE] == 0


# ── Around the loop ──────────────────────────────────────────────────────────────────────────────────


def last_wins(compiled: Compiled, paid: Any) -> dict[str, Any]:
    """Of each fund what the last of its layers paid."""
    last = {compiled.pack.layer(code).fund: paid[:, k] for k, code in enumerate(compiled.layers)}
    return {fund: np.zeros(len(paid), np.int64) for fund in FUNDS} | last


def into_another(fund: str) -> Callable[[Compiled, Any], dict[str, Any]]:
    other = FUNDS[FUNDS.index(fund) - 1]

    def sums(compiled: Compiled, paid: Any) -> dict[str, Any]:
        honest = run.fund_sums(compiled, paid)
        return {**honest, fund: honest[other], other: honest[fund]}

    return sums


def a_day_late(epochs: Any) -> Any:
    return (epochs[0], *(day + dt.timedelta(days=1) for day in epochs[1:]))


def last_day_lost(people: Any) -> Any:
    tags = people.tags.copy()
    tags[:, 3] -= 1
    tags.setflags(write=False)
    return replace(people, tags=tags)


def no_level(block: Any) -> Any:
    return block.drop_columns([name for name in ("hosp_lv",) if name in block.column_names])


def no_filing(block: Any) -> Any:
    return block.drop_columns([name for name in ("rloc_type",) if name in block.column_names])


def kept(array: Any) -> Any:
    array.setflags(write=False)
    return array


def day_more(claims: c.Claims) -> c.Claims:
    return claims._replace(days=kept(claims.days + 1))


def by_its_base(layer: Layer) -> bool:
    return layer.counts_against is None and not layer.in_scope


def counts(name: str) -> Callable[[Layer], Any]:
    return lambda layer: layer.counts_against == name
