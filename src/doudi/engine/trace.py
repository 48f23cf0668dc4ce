"""Why one claim was paid what it was paid: every layer, in order, with the parameters and documents behind each number.

A trace settles the whole person with the compiled loop, replays the sums that the loop kept, and refuses itself if its
story does not lead to the loop's payment. This module must not know how a trace is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.errors import InputFault
from doudi.common.money import round_div
from doudi.engine import trace_words as say
from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import applies
from doudi.engine.settle.encode import Encoded
from doudi.engine.settle.run import MONEY_FUNDS, Settler, settle_encoded
from doudi.engine.trace_head import class_codes, days_of, head, in_classes
from doudi.engine.trace_layer import reckoning, terms
from doudi.engine.trace_model import (
    SCHEMA,
    Fund,
    Identity,
    Layer,
    Policy,
    Prepaid,
    Reason,
    Recorded,
    Totals,
    Trace,
)
from doudi.engine.trace_state import Ledger
from doudi.engine.trace_values import Values, percent, rule_source
from doudi.facts import declare
from doudi.facts.settlements import TABLE as SETTLEMENTS
from doudi.policy import wording
from doudi.policy.meaning import fingerprint
from doudi.policy.schema import FUNDS
from doudi.policy.usage import layer_names, term_names

Row = Mapping[str, Any]
RECORDED = (*FUNDS, "fund_pay_sumamt", "psn_pay")


def trace_claim(settler: Settler, block: pa.Table, setl_id: str) -> Trace:
    """The trace of one claim; `block` holds all claims of its person (inside form).

    Raises as `Settler.settle`, and `InputFault` where the claim is not there.
    """
    return next(_traces(settler, block, setl_id))


def trace_person(settler: Settler, block: pa.Table) -> list[Trace]:
    """The traces of all claims of one person, in the order taken."""
    return list(_traces(settler, block, None))


def _traces(settler: Settler, block: pa.Table, setl_id: str | None) -> Iterator[Trace]:
    if len(pc.unique(block["psn_no"])) > 1:
        raise ValueError("a trace is of one person's claims")
    encoded = settler.encode(block)
    outcome = settle_encoded(encoded, settler.compiled, block, detail=True)
    ids = block["setl_id"].to_pylist()
    wanted = [i for i, place in enumerate(encoded.order.tolist()) if setl_id in (None, ids[place])]
    if not wanted:
        raise InputFault(f"没有结算 {setl_id}", do="核对 setl_id")
    for i in wanted:
        yield _Telling(settler, block, encoded, outcome, i).trace()


class _Telling:
    """One claim being told; a refund is told as its original, every sum turned."""

    def __init__(self, settler: Settler, block: pa.Table, encoded: Encoded, outcome: Any, i: int) -> None:
        self.settler, self.compiled, self.pack = settler, settler.compiled, settler.compiled.pack
        self.block, self.encoded, self.outcome = block, encoded, outcome
        self.asked, self.refund = i, int(encoded.original[i]) >= 0
        self.i = int(encoded.original[i]) if self.refund else i
        self.row = self._row(self.i)
        self.combo = int(encoded.claims.combo[self.i])
        self.codes = {name: code for name, (_, code) in class_codes(self.compiled, self.combo).items()}
        rate = self.pack.file.dates.rate
        self.rate_by, self.rate_day = rate, days_of(self.row)[rate]
        self.values = Values(self.pack, self.rate_day, self.codes)
        self.ledger = Ledger(self.compiled, encoded, outcome.detail)

    def _row(self, i: int) -> Row:
        place = int(self.encoded.order[i])
        return {name: self.block[name][place].as_py() for name in self.block.column_names}

    def trace(self) -> Trace:
        self.ledger.go_to(self.i)
        prepay, parts = self._prepay()
        layers = self._layers(parts)
        totals = self._totals()
        used = [one for each in (prepay, layers) for part in each for one in part.parameters]
        made = Trace(
            schema_=SCHEMA,
            policy=Policy(
                id=self.pack.id, zh=self.pack.file.zh, en=self.pack.file.en or self.pack.id, place=self.pack.file.place,
                fingerprint=fingerprint(self.pack), rate_day=self.rate_day, rate_by=self.rate_by,
            ),
            claim=head(
                self.settler, self.row, self.encoded, self.i, cancelled_by=self._cancelled_by(),
                number=None if self.encoded.claims.flags[self.i] & c.CANCELLED else self.ledger.number,
            ),
            classes=in_classes(self.settler, self.row, self.combo, int(self.encoded.claims.age[self.i])),
            prepay=prepay,
            inscp=int(self.outcome.parts[self.i, 0]),
            prepaid=int(self.outcome.parts[self.i, 1]),
            layers=layers,
            totals=totals,
            identities=self._identities(totals),
            recorded=(),
            unconfirmed=tuple(dict.fromkeys(one.name for one in used if not one.confirmed)),
        )  # fmt: skip
        if self.refund:
            row = self._row(self.asked)
            claim = made.claim.turned().model_copy(update={
                "setl_id": row["setl_id"], "refund_of": row["init_setl_id"], "cancelled_by": None, "number": None,
                "setl_time": row["setl_time"].strftime("%Y-%m-%d %H:%M:%S"),
            })  # fmt: skip
            made = made.turned().model_copy(update={"claim": claim})
        return made.model_copy(update={"recorded": recorded(self._row(self.asked), made.totals)})

    def _cancelled_by(self) -> str | None:
        if not self.encoded.claims.flags[self.i] & c.CANCELLED:
            return None
        refund = int(np.flatnonzero(self.encoded.original == self.i)[0])
        return str(self._row(refund)["setl_id"])

    # — prepay —

    def _prepay(self) -> tuple[tuple[Prepaid, ...], Any]:
        ledger, out = self.ledger, []
        parts = ledger.parts(self.i)
        steps = enumerate(zip(self.pack.file.prepay, ledger.prepay(self.i, parts), strict=True))
        for number, (step, (of, ratio, taken, before)) in steps:
            why = None if of is not None else self._why_not_classes(step.when, step.unless)
            row = int(self.compiled.tables.prepay[self.combo, number])
            told = () if of is None else terms(
                self.pack, ledger, step.of, int(self.compiled.tables.prepays[row, 0]), before, int(ledger.claims.days[self.i]))  # fmt: skip
            used = () if of is None else self.values.used([step.ratio, *term_names(step.of)])
            out.append(Prepaid(
                zh=step.zh, en=step.en, why_not=why, terms=told, of=of or 0, ratio=percent(ratio), taken=taken,
                rule=rule_source(self.pack, step), parameters=used,
            ))  # fmt: skip
        return tuple(out), parts

    # — layers —

    def _layers(self, parts: Any) -> tuple[Layer, ...]:
        """Layers in the order in force, then those that are not in it, then those that are off."""
        order = self.pack.order_on(self.rate_day)
        rest = [code for code in self.compiled.layers if code not in order]
        off = [code for code in self.pack.file.layers if code not in (*order, *rest)]
        out = []
        for place, code in enumerate((*order, *rest, *off), 1):
            k = self.compiled.layers.index(code) if code in self.compiled.layers else -1
            applied = k >= 0 and self.outcome.detail[self.i, k, c.D_RULE] >= 0
            layer, story, used = self.pack.layer(code), None, layer_names(self.pack.layer(code))
            if applied:
                story = reckoning(self.ledger, self.i, k, parts)
                self.ledger.move(self.i, k, parts)
            why = None if applied else self._why_not(code)
            if not applied:
                used = (
                    [layer.waiting]
                    if why and why.code in ("waiting", "not_enrolled") and layer.waiting
                    else []
                )
            out.append(Layer(
                place=place if code in order else None, code=code, zh=layer.zh, en=layer.en or code, kind=layer.kind, per=layer.per,
                fund=layer.fund, fund_zh=wording.fund(layer.fund), fund_pay_type=layer.fund_pay_type, rule=rule_source(self.pack, layer),
                why_not=why, reckoning=story, parameters=self.values.used(used),
            ))  # fmt: skip
        return tuple(out)

    def _why_not(self, code: str) -> Reason:
        layer = self.pack.layer(code)
        if not layer.on:
            return say.off()
        if code not in self.pack.order_on(self.rate_day):
            return say.not_in_order(self.rate_day.isoformat())
        if why := self._why_not_classes(layer.when, layer.unless):
            return why
        needed = next(one.value_zh for one in self.values.used([layer.waiting or ""]))
        return say.waiting(int(self.encoded.claims.enrolled_days[self.i]), int(needed))

    def _why_not_classes(self, when: Any, unless: Any) -> Reason | None:
        if applies(when, unless, self.codes):
            return None
        for dimension, covered in when.items():
            if self.codes.get(dimension) not in covered:
                return say.class_not_covered(self.pack, dimension, self.codes.get(dimension), when)
        return say.class_barred(self.pack, unless)

    # — the end of the bill —

    def _totals(self) -> Totals:
        paid, left = self.outcome.paid[self.i], int(self.outcome.left[self.i])
        sums = dict.fromkeys(FUNDS, 0)
        for k, code in enumerate(self.compiled.layers):
            sums[self.pack.layer(code).fund] += int(paid[k])
        total, inscp_left = int(self.row["medfee_sumamt_fen"]), int(self.outcome.parts[self.i, 2])
        return Totals(
            funds=tuple(
                Fund(column=fund, zh=wording.fund(fund), en=SETTLEMENTS[fund].en, amount=fen)
                for fund, fen in sums.items()
                if fen
            ),
            fund_pay_sumamt=sum(sums[fund] for fund in MONEY_FUNDS),
            ownpay_hosp_part=sums["ownpay_hosp_part"],
            total_paid=int(paid.sum()),
            psn_pay=left,
            psn_pay_share=percent(round_div(left * 10_000, total) * 100 if total else 0),
            inscp_left=inscp_left,
            psn_in_scope=min(inscp_left, left),
            psn_outside=max(left - inscp_left, 0),
        )

    def _identities(self, totals: Totals) -> tuple[Identity, ...]:
        """The national identities on what was computed; that of the two purses needs the recorded account."""
        mine = {f"{fund}_fen": 0 for fund in FUNDS} | {
            f"{fund.column}_fen": fund.amount for fund in totals.funds
        }
        mine |= {"fund_pay_sumamt_fen": totals.fund_pay_sumamt, "psn_pay_fen": totals.psn_pay}
        out = []
        for identity in SETTLEMENTS.identities:
            if identity.name == "person-by-purse":
                continue
            values = [
                int(mine.get(f"{name}_fen", self.row.get(f"{name}_fen")) or 0)
                for name in (identity.total, *identity.parts)
            ]
            out.append(
                Identity(
                    name=identity.name,
                    zh=identity.zh,
                    en=_identity(identity),
                    left=values[0],
                    right=sum(values[1:]),
                    holds=values[0] == sum(values[1:]),
                )
            )
        return tuple(out)


def recorded(row: Row, totals: Totals) -> tuple[Recorded, ...]:
    """Recorded columns beside computed ones; nothing where the claim carries no recorded payment."""
    given = {name: int(row[f"{name}_fen"]) for name in RECORDED if row.get(f"{name}_fen") is not None}
    if not any(given.values()):
        return ()
    mine = {fund.column: fund.amount for fund in totals.funds}
    mine |= {"fund_pay_sumamt": totals.fund_pay_sumamt, "psn_pay": totals.psn_pay}
    return tuple(
        Recorded(
            column=name,
            zh=SETTLEMENTS[name].zh,
            en=SETTLEMENTS[name].en,
            recorded=fen,
            computed=mine.get(name, 0),
            difference=fen - mine.get(name, 0),
        )
        for name, fen in given.items()
        if fen or mine.get(name, 0)
    )


def _identity(identity: declare.Identity) -> str:
    return f"{SETTLEMENTS[identity.total].en} = {' + '.join(SETTLEMENTS[name].en for name in identity.parts)}"
