"""One person's year replayed from what the loop paid: the sums that stood before each layer of one claim.

The loop keeps these sums and forgets them; a trace needs them to say why. Everything here follows from the steps that
the loop wrote, and `trace_layer` checks that the story leads to the same payment. It settles nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from doudi.common.errors import EngineFault
from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.encode import Encoded
from doudi.engine.trace_sums import band_ratio, cap_room, rounded, sum_terms


@dataclass
class Chain:
    """The last admission of a pool, with its further parts and transfers."""

    taken: int = 0
    number: int = 0
    end: int = c.NO_CHAIN
    stay: int = 0
    claim: int = -1


@dataclass
class Pool:
    """The sums of one pool in one year."""

    base: int = 0
    above: int = 0
    deductible: int = 0
    paid: int = 0
    admissions: int = 0
    of: int = 0
    chain: Chain = field(default_factory=Chain)


_ITEMS = {
    c.S_BASE: "base",
    c.S_ABOVE: "above",
    c.S_DEDUCTIBLE: "deductible",
    c.S_PAID: "paid",
    c.S_ADMISSIONS: "admissions",
    c.S_OF: "of",
}


class Ledger:
    """The person's sums as they stand before the claim reached; `detail` is in the loop's order."""

    def __init__(self, compiled: Compiled, encoded: Encoded, detail: Any) -> None:
        self.compiled, self.encoded, self.detail = compiled, encoded, detail
        self.claims, self.tables = encoded.claims, compiled.tables
        self.pools = [Pool() for _ in compiled.pools]
        self.used = np.zeros(len(compiled.cap_pools), np.int64)
        self.year: int | None = None
        self.number = 0

    def go_to(self, target: int) -> None:
        """Let every claim before `target` move the sums; then open its year."""
        for i in range(target):
            if self.claims.flags[i] & c.REFUND:
                continue
            self._open(i)
            if self.claims.flags[i] & c.CANCELLED:
                continue
            self.number += 1
            parts = self.parts(i)
            for _ in self.prepay(i, parts):
                pass
            for k in self.order(i):
                self.move(i, k, parts)
        self._open(target)
        self.number += 1

    def order(self, i: int) -> list[int]:
        """Layer numbers that applied to a claim, in the order taken."""
        combo = int(self.claims.combo[i])
        places = [int(self.tables.layer[combo, p]) for p in range(int(self.tables.count[combo]))]
        return [k for k in places if self.detail[i, k, c.D_RULE] >= 0]

    def _open(self, i: int) -> None:
        if self.year == self.claims.year[i]:
            return
        outlives = self.tables.sizes[5] != 0 and self.year is not None
        self.year, self.number = int(self.claims.year[i]), 0
        self.pools = [Pool(chain=old.chain if outlives else Chain()) for old in self.pools]
        for pool in self.pools:
            pool.chain.claim = -1
        self.used[:] = 0
        if len(self.claims.prior) and self.claims.prior[i] >= 0:
            first, number = (int(v) for v in self.claims.prior_index[self.claims.prior[i]])
            for place, item, amount in self.claims.prior_rows[first : first + number].tolist():
                if place < 0:
                    self.used[-1 - place] += amount
                else:
                    pool, name = self.pools[place], _ITEMS[item]
                    setattr(pool, name, getattr(pool, name) + amount)

    def parts(self, i: int) -> Any:
        """A claim's amounts as they came, as sums are made of them."""
        parts = np.zeros(int(self.tables.sizes[2]), np.int64)
        parts[:5] = self.claims.amounts[i]
        first = int(self.tables.sizes[3])
        parts[first : first + self.claims.costs.shape[1]] = self.claims.costs[i]
        parts[c.LEFT], parts[c.INSCP_LEFT] = parts[c.TOTAL], parts[c.INSCP]
        return parts

    def prepay(self, i: int, parts: Any) -> Iterator[tuple[int | None, int, int, Any]]:
        """Take the prepay steps out of a claim's amounts, one by one; see `prepaid` for what each gives, then the amounts before it."""
        for step in range(self.tables.prepay.shape[1]):
            before = parts.copy()
            of, ratio, taken = self.prepaid(i, step, parts)
            parts[c.INSCP] -= taken
            parts[c.PREPAY] += taken
            parts[c.INSCP_LEFT] = parts[c.INSCP]
            yield of, ratio, taken, before

    def prepaid(self, i: int, step: int, parts: Any) -> tuple[int | None, int, int]:
        """Of a prepay step: the sum it is taken of (None if it does not apply), its ratio, what it takes."""
        row = int(self.tables.prepay[self.claims.combo[i], step])
        if row < 0:
            return None, 0, 0
        offset, number, band = (int(v) for v in self.tables.prepays[row])
        of = sum_terms(self.tables.terms, offset, number, parts, int(self.claims.days[i]))
        ratio = band_ratio(self.tables.bands, band, int(self.claims.age[i]))
        return of, ratio, min(rounded(of * ratio, 1, c.HALF_UP), int(parts[c.INSCP]))

    def rule(self, i: int, k: int) -> Any:
        """The rule row of a layer that applied."""
        return self.tables.rules[int(self.detail[i, k, c.D_RULE])]

    def pool(self, i: int, k: int) -> Pool:
        """The pool of a layer that applied."""
        return self.pools[int(self.rule(i, k)[c.POOL])]

    def room(self, i: int, cap: int) -> int:
        """What a cap leaves for a claim now."""
        return cap_room(
            self.tables.caps[cap], int(self.claims.days[i]), int(self.claims.enrolled_years[i]), self.used
        )

    def after_absolute_caps(self, i: int, k: int) -> int:
        """The base of a layer after cost caps measured from zero."""
        rule, x = self.rule(i, k), int(abs(self.detail[i, k, c.D_BASE]))
        for cap in range(int(rule[c.CAP_OFF]), int(rule[c.CAP_OFF] + rule[c.CAP_N])):
            if (
                self.tables.caps[cap, c.CAP_ON] == c.ON_COST
                and self.tables.caps[cap, c.CAP_MEASURED] == c.ABSOLUTE
            ):
                x = min(x, self.room(i, cap))
        return x

    def continues(self, i: int, k: int) -> str | None:
        """Whether an admission goes on: a part of the same stay, a transfer, or the same claim in another layer."""
        rule, chain = self.rule(i, k), self.pool(i, k).chain
        if rule[c.DED_PER] != c.BY_ADMISSION:
            return None
        if chain.claim == i:
            return "same_claim"
        if self.tables.sizes[4] and self.claims.stay[i] and self.claims.stay[i] == chain.stay:
            return "interim"
        return "transfer" if 0 <= int(self.claims.begins[i]) - chain.end <= rule[c.TRANSFER_DAYS] else None

    def move(self, i: int, k: int, parts: Any) -> None:
        """Let one layer of one claim move the sums, and the claim's amounts for later layers."""
        rule, row, pool = self.rule(i, k), self.detail[i, k], self.pool(i, k)
        days = int(self.claims.days[i])
        base = sum_terms(self.tables.terms, int(rule[c.BASE_OFF]), int(rule[c.BASE_N]), parts, days)
        if base != row[c.D_BASE]:
            raise EngineFault("结算说明与结算结果不符", where=self.compiled.layers[k], do="请保留输入并报告")
        paid, taken, counted = (int(row[f]) for f in (c.D_PAID, c.D_DEDUCTIBLE, c.D_COUNTED))
        x, continues = self.after_absolute_caps(i, k), self.continues(i, k)
        if rule[c.KIND] == c.GUARANTEE_KIND:
            pool.of += sum_terms(self.tables.terms, int(rule[c.OF_OFF]), int(rule[c.OF_N]), parts, days)
        pool.base += x
        pool.above += counted
        pool.deductible += taken
        pool.paid += paid
        for cap in range(int(rule[c.CAP_OFF]), int(rule[c.CAP_OFF] + rule[c.CAP_N])):
            limits = self.tables.caps[cap]
            if limits[c.CAP_PER] == c.PER_YEAR:
                cost = x if limits[c.CAP_MEASURED] == c.ABSOLUTE else counted
                self.used[limits[c.CAP_POOL]] += cost if limits[c.CAP_ON] == c.ON_COST else paid
        if rule[c.DED_PER] == c.BY_ADMISSION:
            number = int(row[c.D_ADMISSION])
            before = pool.chain.taken if continues else 0
            if not continues:
                pool.admissions = number
            pool.chain = Chain(before + taken, number, int(self.claims.ends[i]), int(self.claims.stay[i]), i)
        parts[c.LEFT] -= paid
        if rule[c.IN_SCOPE]:
            parts[c.INSCP_LEFT] = max(parts[c.INSCP_LEFT] - paid, 0)
        for field_, at in (
            (c.D_PAID, c.OUT_PAID),
            (c.D_DEDUCTIBLE, c.OUT_DEDUCTIBLE),
            (c.D_COPAY, c.OUT_COPAY),
            (c.D_OVER, c.OUT_OVER),
            (c.D_BASE, c.OUT_BASE),
        ):
            if rule[at] >= 0:
                parts[rule[at]] = row[field_]
