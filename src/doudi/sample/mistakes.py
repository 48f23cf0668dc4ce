"""What a planted mistake is, and one person's claims as the kinds of mistake look at them.

This module must not know which kinds there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doudi.common.money import yuan_text
from doudi.engine.settle.oracle import settle
from doudi.engine.settle.person import Claim, Person, Settled
from doudi.policy.pack import Pack
from doudi.policy.schema import FUNDS

PAID = (*FUNDS, "psn_pay")
"""The sums that are recorded; the others follow from them."""

Sums = Mapping[str, int]
Right = Mapping[str, Settled]


@dataclass(frozen=True)
class Mistake:
    """One wrong recorded payment: what the policy gives, what was recorded. Sums in fen."""

    setl_id: str
    kind: str
    zh: str
    policy: Sums
    recorded: Sums

    def to_dict(self) -> dict[str, Any]:
        """For truth.json: yuan as text; `difference` is what the funds and the hospital paid too much."""
        changed = [name for name in PAID if self.policy[name] != self.recorded[name]]
        return {
            "setl_id": self.setl_id,
            "kind": self.kind,
            "zh": self.zh,
            "policy": {name: yuan_text(self.policy[name]) for name in changed},
            "recorded": {name: yuan_text(self.recorded[name]) for name in changed},
            "difference": yuan_text(self.policy["psn_pay"] - self.recorded["psn_pay"]),
        }


@dataclass(frozen=True)
class Case:
    """One person's claims with what the policy gives for each."""

    pack: Pack
    person: Person
    claims: Sequence[Claim]
    right: Right

    @property
    def open_claims(self) -> Iterator[Claim]:
        """Claims that stand: neither refunds nor taken back, latest first."""
        back = {claim["init_setl_id"] for claim in self.claims}
        return (
            claim
            for claim in reversed(self.claims)
            if not claim["init_setl_id"] and claim["setl_id"] not in back
        )

    def again(self, changed: Claim | None = None, **more: Any) -> Right:
        """What the oracle says to the person's claims, one of them or something else being changed."""
        claims = [
            changed if changed and claim["setl_id"] == changed["setl_id"] else claim for claim in self.claims
        ]
        found = settle(self.pack, more.pop("person", self.person), more.pop("claims", claims), **more)
        return {one.setl_id: one for one in found}


def sums_of(settled: Settled) -> dict[str, int]:
    """The recorded sums of one settlement."""
    return {name: settled.steps[name] for name in PAID}
