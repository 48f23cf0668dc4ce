"""The oracle: one person's claims settled slowly and plainly, written from the manual (docs/policy-language.md) alone.

It is what the compiled settlement is checked against, so it shares no code with it and nothing here is made fast.
Whoever changes the meaning of a policy changes the manual first, then this, then the loop. Opens nothing.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from doudi.common.errors import InputFault
from doudi.engine.settle.oracle_bill import Bill, Pool, Year
from doudi.engine.settle.oracle_layer import settle_layer
from doudi.engine.settle.oracle_lookup import View, rounded
from doudi.engine.settle.person import Claim, Enrolment, Institution, Person, Prior, Settled, Tag
from doudi.policy.pack import Pack
from doudi.policy.schema import FUNDS

__all__ = ["Claim", "Enrolment", "Institution", "Person", "Prior", "Settled", "Tag", "settle"]

POOL_ITEMS = ("base", "above", "deductible", "paid", "admissions", "of")
NO_PRIOR: Prior = {}


def settle(
    pack: Pack,
    person: Person,
    claims: Sequence[Claim],
    prior: Prior = NO_PRIOR,
    institutions: Sequence[Institution] = (),
) -> list[Settled]:
    """Settle all claims of one person; one result per claim, refunds too, in the order in which they are taken.

    Raises `InputFault` or `PolicyFault` for a claim that cannot be settled.
    """
    _check_numbers(claims)
    views = sorted((View(pack, person, claim, institutions) for claim in claims), key=_turn)
    cancelled = _cancelled(views)
    settled: dict[str, Settled] = {}
    year, current = Year(), None
    for view in views:
        if view.text("init_setl_id"):
            continue
        view.check()
        if view.year != current:
            year, current = _new_year(pack, view.year, year, prior), view.year
        # A cancelled claim is settled as it stood and moves nothing: it gets accumulators of its own.
        mine = copy.deepcopy(year) if view.setl_id in cancelled else year
        settled[view.setl_id] = _settle_claim(view, mine)
    for view in views:
        original = view.text("init_setl_id")
        if original:
            settled[view.setl_id] = _negative(view.setl_id, settled[original])
    return [settled[view.setl_id] for view in views]


def _turn(view: View) -> tuple[int, dt.date, Any, str]:
    return view.year, view.day("order"), view.claim["setl_time"], view.setl_id


def _check_numbers(claims: Sequence[Claim]) -> None:
    for claim in claims:
        if not claim.get("setl_id"):
            raise InputFault("缺少 setl_id", do="每条结算都要有编号")
        for column in ("begndate", "enddate", "setl_time"):
            if claim.get(column) is None:
                raise InputFault(f"缺少 {column}", where=f"setl_id {claim['setl_id']}", do="补上日期")
    for number, times in Counter(claim["setl_id"] for claim in claims).items():
        if times > 1:
            raise InputFault("setl_id 重复", where=f"setl_id {number}", do="每条结算只出现一次")


def _cancelled(views: Sequence[View]) -> set[str]:
    """Numbers of the claims that a refund points to. Refuses a refund that is not the negation of its original."""
    found = {view.setl_id: view for view in views}
    cancelled: set[str] = set()
    for view in views:
        number = view.text("init_setl_id")
        if not number:
            continue
        original = found.get(number)
        if original is None or original.text("init_setl_id"):
            raise InputFault(
                f"退费所指的原结算 {number} 不在此人的结算中",
                where=view.where,
                do="补上原结算，或删去这条退费",
            )
        if number in cancelled:
            raise InputFault(f"原结算 {number} 被退费两次", where=view.where, do="只保留一条退费")
        for column in sorted({*view.claim, *original.claim}):
            if column.endswith("_fen") and int(view.claim.get(column) or 0) != -int(
                original.claim.get(column) or 0
            ):
                raise InputFault(
                    f"退费的 {column.removesuffix('_fen')} 不是原结算 {number} 的相反数",
                    where=view.where,
                    do="退费要整笔冲销原结算",
                )
        cancelled.add(number)
    return cancelled


def _new_year(pack: Pack, number: int, before: Year, prior: Prior) -> Year:
    """Accumulators at the start of a year: zero or as the prior file says; the last stays if the policy keeps them."""
    year = Year()
    for (of, pool, item), amount in prior.items():
        if of != number:
            continue
        if item == "used":
            year.used[pool] = amount
        elif item in POOL_ITEMS:
            setattr(year.pools.setdefault(pool, Pool()), item, amount)
        else:
            raise InputFault(f"期初数的项目“{item}”不认识", allowed="、".join([*POOL_ITEMS, "used"]))
    if pack.file.stays.new_year == "continue":
        year.stays = before.stays
    return year


def _settle_claim(view: View, year: Year) -> Settled:
    pack = view.pack
    bill = Bill(view, view.money("inscp_amt"), view.money("preselfpay_amt"))
    for number, step in enumerate(pack.file.prepay, 1):
        view.part = f"prepay {number}"
        if view.applies(step.when, step.unless):
            taken = min(rounded(view.ratio(step.ratio) * bill.sum(step.of)), bill.inscp)
            bill.inscp -= taken
            bill.prepay += taken
    for code in pack.order_on(view.day("rate")):
        view.part, layer = code, pack.layer(code)
        if not view.applies(layer.when, layer.unless):
            continue
        if layer.waiting is not None and not view.waiting_passed(layer.waiting):
            continue
        settle_layer(code, layer, bill, year)
    view.part = ""
    return _result(bill)


def _result(bill: Bill) -> Settled:
    pack, total = bill.view.pack, bill.view.money("medfee_sumamt")
    paid = {code: done.paid for code, done in bill.layers.items()}
    funds = dict.fromkeys(FUNDS, 0)
    for code, fen in paid.items():
        funds[pack.layer(code).fund] += fen
    psn_pay = total - sum(paid.values())
    steps = {
        "medfee_sumamt": total,
        "inscp": bill.inscp,
        "prepay": bill.prepay,
        **bill.steps,
        "total_paid": sum(paid.values()),
        "inscp_left": bill.inscp_left,
        **funds,
        "fund_pay_sumamt": sum(fen for fund, fen in funds.items() if fund != "ownpay_hosp_part"),
        "psn_pay": psn_pay,
    }
    return Settled(bill.view.setl_id, paid, psn_pay, steps)


def _negative(setl_id: str, original: Settled) -> Settled:
    def minus(sums: Mapping[str, int]) -> dict[str, int]:
        return {name: -fen for name, fen in sums.items()}

    return Settled(setl_id, minus(original.paid), -original.psn_pay_fen, minus(original.steps))
