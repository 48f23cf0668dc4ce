"""What was made and what was planted in it: the answers that a check of the program is held against."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from doudi import __version__
from doudi.common.money import yuan_text
from doudi.sample.calendar import year_of
from doudi.sample.chunk import Chunk
from doudi.sample.kinds import AREA, Kind, Level
from doudi.sample.mistakes import Mistake
from doudi.sample.order import Order
from doudi.sample.recorded import Payments
from doudi.sample.standing import NEVER, NONE, TAGS

PREMIUMS = {2016: 15_000, 2017: 18_000, 2018: 22_000, 2019: 25_000, 2020: 28_000}
"""A resident's own premium by year, in fen: the least that the State's notices set (人社部发〔2016〕43号, 人社部发〔2017〕36号,
医保发〔2018〕2号, 医保发〔2019〕30号, 医保发〔2020〕24号); what the development zone's budget paid for its poor is not printed by year."""


class Truth:
    """Counts that grow with the chunks."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.money: Counter[str] = Counter()
        self.categories: Counter[str] = Counter()
        self.premiums: Counter[int] = Counter()
        self.mistakes: list[Mistake] = []

    @property
    def people(self) -> int:
        """How many people have been made so far."""
        return self.counts["people"]

    def add(self, part: Chunk, paid: Payments) -> None:
        """Count a chunk."""
        claims, held, people = part.claims, part.standing, part.people
        live = ~claims.refund
        self.counts.update(
            people=len(people.number),
            employees=int(people.employee.sum()),
            filed_outside=int((held.filed_from < NEVER).sum()),
            with_a_gap_in_enrolment=int((held.insured[:, 1] < NEVER).sum()) if not self.order.mix.poor else 0,
            claims=len(claims.key),
            refunds=int(claims.refund.sum()),
            outside=int((live & (claims.level == Level.OUTSIDE)).sum()),
            interim_parts=int(claims.interim.sum()),
            by_hand=int((live & claims.by_hand).sum()),
            one_day_stays=int((live & (claims.kind == Kind.STAY) & (claims.end - claims.begin <= 1)).sum()),
            recorded=int(paid.known.sum()),
        )
        for kind in Kind:
            of = live & (claims.kind == kind)
            self.kinds[kind.name.lower()] += int(of.sum())
            self.money[kind.name.lower()] += int(claims.total[of].sum())
        for tag in held.tag[held.tag != NONE].tolist():
            self.categories[TAGS[tag]] += 1
        if self.order.mix.poor:
            self.premiums.update(year_of(held.insured[held.insured < NEVER]).tolist())
        self.mistakes += paid.mistakes

    def to_dict(self, rows: dict[str, int]) -> dict[str, Any]:
        """Everything, ready to be written; the same for the same order."""
        order = self.order
        told: dict[str, Any] = {
            "doudi": f"sample/{__version__}",
            "preset": order.preset,
            "zh": order.mix.zh,
            "seed": order.seed,
            "area": AREA,
            "stands_at": str(order.mix.last),
            "from": str(order.window[0]),
            "to": str(order.window[1]),
            "rows": dict(rows),
            "counts": dict(self.counts),
            "claims_by_kind": dict(self.kinds),
            "money_by_kind": {kind: yuan_text(fen) for kind, fen in self.money.items()},
            "categories": {tag: self.categories[tag] for tag in TAGS if self.categories[tag]},
            "recorded": {
                "policy": order.mix.policy if order.records else None,
                "claims": self.counts["recorded"],
                "by": "oracle" if order.records else "nobody",
                "note": "职工的结算不记支付：样例县没有职工政策"
                if order.records
                else "未记支付：各项基金支出为空",
            },
            "mistakes": [mistake.to_dict() for mistake in sorted(self.mistakes, key=lambda one: one.setl_id)],
        }
        if self.premiums:
            told["premium_subsidies"] = {
                "periods": sum(self.premiums.values()),
                "yuan": yuan_text(sum(PREMIUMS[year] * many for year, many in self.premiums.items())),
            }
        return told


def as_json(told: dict[str, Any]) -> str:
    """The text of truth.json."""
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
