"""A bill on its way through the layers, and the accumulators that it moves (manual §5, §8 `prior`).

Part of the oracle: slow on purpose, sharing nothing with the compiled settlement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from doudi.engine.settle.oracle_lookup import View
from doudi.policy.schema import Term


@dataclass
class Pool:
    """The yearly accumulators of a pool (manual §8, `prior`)."""

    base: int = 0
    above: int = 0
    deductible: int = 0
    paid: int = 0
    admissions: int = 0
    of: int = 0


@dataclass
class Stay:
    """The last stay a pool saw: the claim taken last, and the chain of parts and transfers that it ends."""

    setl_id: str
    mdtrt_id: str
    end: dt.date
    number: int
    borne: int = 0


@dataclass
class Year:
    """All accumulators of one person in one year: of pools, of caps, and the last stay by pool."""

    pools: dict[str, Pool] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    stays: dict[str, Stay] = field(default_factory=dict)


@dataclass
class Done:
    """What one layer did to one claim."""

    base: int
    deductible: int = 0
    paid: int = 0
    copay: int = 0
    over: int = 0


@dataclass
class Bill:
    """A claim while it passes through the layers."""

    view: View
    inscp: int
    prepay: int
    paid: int = 0
    paid_in_scope: int = 0
    layers: dict[str, Done] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """What no layer has paid yet."""
        return self.view.money("medfee_sumamt") - self.paid

    @property
    def inscp_left(self) -> int:
        """What is left of the in-scope amount."""
        return max(self.inscp - self.paid_in_scope, 0)

    def amount(self, name: str) -> int:
        """One of the amounts of manual §5."""
        if name == "total":
            return self.view.money("medfee_sumamt")
        if name == "own":
            return self.view.money("fulamt_ownpay_amt")
        if name == "overlimit":
            return self.view.money("overlmt_selfpay")
        if name in ("inscp", "prepay", "left", "inscp_left"):
            return int(getattr(self, name))
        kind, _, tail = name.partition(".")
        if kind == "cost":
            return self.view.money(f"cost_{tail}")
        return int(getattr(self.layers[tail], kind)) if tail in self.layers else 0

    def sum(self, terms: Iterable[Term]) -> int:
        """A sum of amounts, each limited as its term says; a sum below 0 counts as 0."""
        total = 0
        for term in terms:
            amount = self.amount(term.take)
            if term.at_most is not None:
                amount = limited(amount, self.view.limit(term.at_most))
            if term.at_most_per_day is not None:
                a_day = self.view.limit(term.at_most_per_day)
                amount = limited(amount, None if a_day is None else a_day * self.view.days)
            total += -amount if term.minus else amount
        return max(total, 0)


def limited(fen: int, limit: int | None) -> int:
    """A sum cut to a limit, if there is one."""
    return fen if limit is None else min(fen, limit)
