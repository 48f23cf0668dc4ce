"""What one layer did with one claim, told step by step: terms, deductible, caps, bands, what clipped the payment.

Told from the loop's own steps and the sums that stood before (`trace_state`); each step of the story must lead to the
loop's number, or the trace is refused. It settles nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from doudi.common.errors import EngineFault
from doudi.common.money import round_div
from doudi.engine import trace_words as say
from doudi.engine.settle import layout as c
from doudi.engine.settle.steps import band_lengths
from doudi.engine.trace_deductible import deducted
from doudi.engine.trace_model import Banded, Capped, Guaranteed, Reason, Reckoning, Term
from doudi.engine.trace_state import Ledger
from doudi.engine.trace_sums import band_ratio, cap_limit, rounded, sum_terms, term_limit
from doudi.engine.trace_values import percent
from doudi.policy import schema, wording
from doudi.policy.pack import Pack


def reckoning(ledger: Ledger, i: int, k: int, parts: Any) -> Reckoning:
    """The story of layer number `k` for claim `i`, before the sums move."""
    pack = ledger.compiled.pack
    layer = pack.layer(ledger.compiled.layers[k])
    rule, row = ledger.rule(i, k), ledger.detail[i, k]
    days, age = int(ledger.claims.days[i]), int(ledger.claims.age[i])
    told = terms(pack, ledger, layer.base or _INSCP, int(rule[c.BASE_OFF]), parts, days)
    base, counted, gross, paid = (int(row[f]) for f in (c.D_BASE, c.D_COUNTED, c.D_GROSS, c.D_PAID))
    capped = _caps(ledger, i, k, layer, pack)
    room = None if row[c.D_CAP_ROOM] >= c.NEVER else int(row[c.D_CAP_ROOM])
    made = Reckoning(
        terms=told,
        base=base,
        deductible=deducted(ledger, i, k, parts),
        counted=counted,
        counted_from=int(row[c.D_FROM]),
        bands=_bands(ledger, row, age) if rule[c.KIND] == c.SHARE_KIND else (),
        guarantee=_guarantee(pack, ledger, i, k, layer, parts) if rule[c.KIND] == c.GUARANTEE_KIND else None,
        gross=gross,
        how=_how(layer, rule),
        caps=capped,
        cap_room=room,
        cap_left=None if room is None else int(row[c.D_CAP_LEFT]),
        clipped_by=_clipped(capped, room, gross, paid),
        clipped=gross - paid,
        paid=paid,
        copay=int(row[c.D_COPAY]),
        over=int(row[c.D_OVER]),
        left=int(row[c.D_LEFT]),
        notes=tuple(_notes(base, counted, row, room, int(parts[c.LEFT]))),
    )
    _prove(made, layer, int(parts[c.LEFT]))
    return made


_INSCP = (schema.Term(take="inscp"),)


def terms(
    pack: Pack, ledger: Ledger, named: Iterable[schema.Term], offset: int, parts: Any, days: int
) -> tuple[Term, ...]:
    """A sum's terms with their amounts; `offset` is where the compiled ones begin."""
    out = []
    for place, term in enumerate(named, offset):
        row = ledger.tables.terms[place]
        amount = int(parts[row[c.TERM_COMPONENT]])
        limit = term_limit(row, days)
        out.append(Term(
            take=term.take, zh=say.term_zh(pack, term), en=say.amount_en(pack, term.take), minus=term.minus, amount=amount,
            limit=None if limit >= c.NEVER else limit, counted=min(amount, limit),
        ))  # fmt: skip
    return tuple(out)


def _bands(ledger: Ledger, row: Any, age: int) -> tuple[Banded, ...]:
    start = int(row[c.D_FROM])
    out = []
    for number, (low, high, length, ratio) in enumerate(band_lengths(ledger.compiled, row, age), 1):
        at = min(max(start, low), high)
        out.append(Banded(
            number=number, from_=low, to=None if high >= c.NEVER else high, counted_from=at, counted_to=at + length,
            length=length, ratio=percent(ratio), payment=round_div(length * ratio, c.PPM),
        ))  # fmt: skip
    return tuple(out)


def _caps(ledger: Ledger, i: int, k: int, layer: schema.Layer, pack: Pack) -> tuple[Capped, ...]:
    """Caps in the order in which they work: cost from zero, cost above the deductible, payment."""
    rule, row = ledger.rule(i, k), ledger.detail[i, k]
    days, years = int(ledger.claims.days[i]), int(ledger.claims.enrolled_years[i])
    first = int(rule[c.CAP_OFF])
    places = {first + n: cap for n, cap in enumerate(layer.caps)}

    def order(place: int) -> tuple[bool, bool, int]:
        caps = ledger.tables.caps[place]
        return caps[c.CAP_ON] != c.ON_COST, caps[c.CAP_MEASURED] != c.ABSOLUTE, place

    x, y = int(row[c.D_BASE]), None
    money = int(row[c.D_GROSS])
    out = {}
    for place in sorted(places, key=order):
        cap, row_ = places[place], ledger.tables.caps[place]
        limit, room = cap_limit(row_, days, years), ledger.room(i, place)
        if row_[c.CAP_ON] != c.ON_COST:
            before, money = money, min(money, room)
            cut = before - money
        elif row_[c.CAP_MEASURED] == c.ABSOLUTE:
            before, x = x, min(x, room)
            cut = before - x
        else:
            y = x - int(row[c.D_DEDUCTIBLE]) if y is None else y
            before, y = y, min(y, room)
            cut = before - y
        whole = int(row_[c.CAP_LIMIT])
        if row_[c.CAP_PER] == c.PER_DAY and whole < c.NEVER:
            whole *= days
        out[place] = Capped(
            number=place - first + 1, on=cap.on, per=cap.per, zh=wording.cap(pack, cap), en=f"on {cap.on}, per {cap.per}", pool=cap.pool,
            limit=None if limit >= c.NEVER else limit, raised_by=0 if limit >= c.NEVER else limit - whole,
            days=days if cap.per == "day" else None, used=int(ledger.used[row_[c.CAP_POOL]]) if cap.per == "year" else None,
            room=None if room >= c.NEVER else room, cut=cut,
        )  # fmt: skip
    return tuple(out[place] for place in sorted(out))


def _guarantee(pack: Pack, ledger: Ledger, i: int, k: int, layer: schema.Layer, parts: Any) -> Guaranteed:
    rule, pool = ledger.rule(i, k), ledger.pool(i, k)
    days, age = int(ledger.claims.days[i]), int(ledger.claims.age[i])
    of = sum_terms(ledger.tables.terms, int(rule[c.OF_OFF]), int(rule[c.OF_N]), parts, days)
    bears = int(ledger.detail[i, k, c.D_BASE])
    if rule[c.YEARLY]:
        of, bears = of + pool.of, bears + pool.base - pool.paid
    ratio = band_ratio(ledger.tables.bands, int(rule[c.AT_MOST]), age)
    return Guaranteed(
        ratio=percent(ratio),
        terms=terms(pack, ledger, layer.of or (), int(rule[c.OF_OFF]), parts, days),
        of=of,
        may_bear=rounded(of * ratio, int(rule[c.UNIT]), int(rule[c.MODE])),
        would_bear=bears,
    )


def _how(layer: schema.Layer, rule: Any) -> Reason:
    if rule[c.KIND] == c.RECORDED_KIND:
        return say.note(
            "recorded", f"照结算单所记的 {layer.recorded}", f"as the claim records in {layer.recorded}"
        )
    if rule[c.KIND] == c.GUARANTEE_KIND:
        span, en = ("年内", "in the year ") if rule[c.YEARLY] else ("", "")
        return say.note(
            "guarantee",
            f"{span}个人负担超过限额的部分",
            f"what the person would bear {en}above the share allowed",
        )
    if rule[c.CATCH_UP]:
        return say.note(
            "catch_up",
            "按现行规则算全年应付，减去年内已付",
            "the year's payment under the rule now in force, less what the year has been paid",
        )
    if rule[c.OF_TOTAL]:
        return say.note(
            "of_total",
            "全年应付取整，减去此前全年应付取整",
            "the year's payment rounded, less the year's payment before, rounded",
        )
    rounding = wording.rounding(layer.round.rounding)
    mode = layer.round.rounding.mode.replace("_", " ")
    unit = {1: "fen", 10: "jiao", 100: "yuan"}[layer.round.rounding.unit_fen]
    return say.note("bands", f"各段之和，{rounding}", f"sum of the bands, rounded {mode} to the {unit}")


def _clipped(caps: tuple[Capped, ...], room: int | None, gross: int, paid: int) -> Reason | None:
    if paid >= gross:
        return None
    if room is not None and paid == room:
        named = next(cap for cap in caps if cap.on == "payment" and cap.room == room)
        return say.note("cap", f"封顶线：{named.zh}", f"cap {named.number} on payment, per {named.per}")
    return say.note("left", "账单只剩这些", "no more is left of the bill")


def _notes(base: int, counted: int, row: Any, room: int | None, left: int) -> Iterable[Reason]:
    if base == 0:
        yield say.note("base_zero", "没有可计算的费用", "nothing to count")
    elif counted == 0 and row[c.D_DEDUCTIBLE] == base:
        yield say.note("below_deductible", "费用全部在起付线以内", "all of it is within the deductible")
    elif counted == 0:
        yield say.note("cost_cap_used", "费用限额已用完", "the cap on cost is used up")
    if room == 0 and row[c.D_GROSS] > 0:
        yield say.note("cap_used", "封顶线已用完", "the cap is used up")
    if left == 0:
        yield say.note("nothing_left", "账单已无剩余", "nothing is left of the bill")


def _prove(made: Reckoning, layer: schema.Layer, left: int) -> None:
    """Refuse a story whose sums do not lead to what was paid."""
    signed = sum(-t.counted if t.minus else t.counted for t in made.terms)
    cut = sum(cap.cut for cap in made.caps if cap.on == "cost")
    taken = made.deductible.now if made.deductible else 0
    holds = [max(signed, 0) == made.base, made.left == left - made.paid]
    if layer.kind == "share":
        holds += [made.base - taken - cut == made.counted, sum(b.length for b in made.bands) <= made.counted]
    if layer.kind == "guarantee" and made.guarantee is not None:
        holds.append(
            min(max(made.guarantee.would_bear - made.guarantee.may_bear, 0), made.base) == made.gross
        )
    if made.how.code == "bands":
        # Each band is rounded by itself for reading; the whole may differ by half a fen a band, and by its own unit.
        far = abs(sum(band.payment for band in made.bands) - made.gross)
        holds.append(far <= len(made.bands) + layer.round.rounding.unit_fen)
    limits = [left] + [cap.room for cap in made.caps if cap.on == "payment" and cap.room is not None]
    holds.append(made.paid == max(min([made.gross, *limits]), 0))
    if not all(holds):
        raise EngineFault("结算说明与结算结果不符", where=layer.zh, do="请保留输入并报告")
