"""Which families of the policy language a policy uses: the names by which a test says what it has looked at.

`ALL_FEATURES` is written out, not gathered, so that a family which no generator makes any more is missed.
Must not know how policies are made up nor how they are settled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from doudi.policy.pack import Pack
from doudi.policy.schema import FUNDS, LOOKUPS, Cap, Deductible, Dimension, Layer, Term
from doudi.policy.values import Count, Ratio, Sequence, ShareOf, Unlimited, Yuan

#: Every family that the schema can express.
ALL_FEATURES = frozenset(
    [
        *[
            "amount.base",
            "amount.copay",
            "amount.cost",
            "amount.deductible",
            "amount.inscp",
            "amount.inscp_left",
            "amount.left",
            "amount.over",
            "amount.overlimit",
            "amount.own",
            "amount.paid",
            "amount.prepay",
            "amount.total",
            "bands.by_age",
            "bands.closed",
            "bands.one",
            "bands.open",
            "bands.several",
            "cap.absolute.bill",
            "cap.absolute.day",
            "cap.absolute.year",
            "cap.above_deductible.bill",
            "cap.above_deductible.day",
            "cap.above_deductible.year",
            "cap.payment.bill",
            "cap.payment.day",
            "cap.payment.year",
            "cap.none",
            "cap.pool.own",
            "cap.pool.between_layers",
            "cap.raise",
            "cap.several",
            "class.age",
            "class.empty",
            "class.level",
            "class.several_ways",
            "class.tag",
            "class.rloc_type",
            "class.unless",
            "class.no_last",
            "count.zero",
            "deductible.admission",
            "deductible.bill",
            "deductible.ceiling.none",
            "deductible.floor",
            "deductible.none",
            "deductible.round",
            "deductible.sequence",
            "deductible.sequence.fixed_sum",
            "deductible.sequence.rising",
            "deductible.share",
            "deductible.share.at_least",
            "deductible.share.at_most",
            "deductible.transfer",
            "deductible.transfer.within_days",
            "deductible.year",
            "deductible.year_ceiling",
            "dimension.date",
            "fund.shared",
            "guarantee.bill",
            "guarantee.caps",
            "guarantee.round",
            "guarantee.year",
            "layer.catch_up",
            "layer.counts_in_scope",
            "layer.counts_out_of_scope",
            "layer.off",
            "layer.out_of_scope_by_base",
            "layer.pool",
            "layer.pool.shared",
            "layer.unless",
            "layer.unused",
            "layer.waiting",
            "layer.when",
            "measured.above_deductible.bill",
            "measured.above_deductible.year",
            "measured.absolute.bill",
            "measured.absolute.year",
            "order.dated",
            "pack.open_end",
            "parameter.dated",
            "parameter.dated_table",
            "prepay",
            "prepay.conditional",
            "prepay.several",
            "ratio",
            "ratio.by_age",
            "ratio.by_age.at_most",
            "ratio.by_age.falling",
            "ratio.nothing",
            "ratio.whole",
            "recorded.base",
            "recorded.cost",
            "recorded.fund",
            "round.difference",
            "round.down",
            "round.half_even",
            "round.half_up",
            "round.jiao",
            "round.total",
            "round.up",
            "round.yuan",
            "share_of",
            "share_of.nested",
            "share_of.round",
            "share_of.table",
            "share_of.years_back",
            "stays.continue",
            "stays.each",
            "stays.inclusive",
            "table.1",
            "table.2",
            "table.3",
            "table.4",
            "table.otherwise",
            "term.at_most",
            "term.at_most_per_day",
            "term.minus",
            "term.none",
            "year_starts",
        ],
        *(f"dates.{lookup}" for lookup in LOOKUPS),
        *(f"fund.{fund}" for fund in FUNDS),
    ]
)


def features(pack: Pack) -> set[str]:
    """The families a policy uses in what is switched on."""
    return set(_features(pack))


def _features(pack: Pack) -> Iterator[str]:
    file = pack.file
    active = [file.layers[code] for code in pack.active_layers]
    yield from (f"dates.{name}" for name in file.dates.model_fields_set)
    stays = file.stays
    for feature, used in {
        "year_starts": file.year_starts != (1, 1),
        "pack.open_end": file.to is None,
        "order.dated": len(file.order) > 1,
        "stays.inclusive": stays.days == "inclusive",
        "stays.each": stays.interim == "each",
        "stays.continue": stays.new_year == "continue",
        "prepay": bool(file.prepay),
        "prepay.several": len(file.prepay) > 1,
        "prepay.conditional": any(step.when or step.unless for step in file.prepay),
        "layer.off": any(not layer.on for layer in file.layers.values()),
        "layer.unused": any(not any(code in e.layers for e in file.order) for code in file.layers),
        "fund.shared": len({layer.fund for layer in active}) < len(active),
    }.items():
        if used:
            yield feature
    for dimension in file.dimensions.values():
        yield from _dimension(dimension)
    for step in file.prepay:
        yield from _terms(pack, step.of)
        yield from _value(pack, step.ratio)
    pools = [layer.pool or code for code, layer in file.layers.items() if code in pack.active_layers]
    if len(set(pools)) < len(pools):
        yield "layer.pool.shared"
    named = [cap.pool for layer in active for cap in layer.caps if cap.pool]
    if len(set(named)) < len(named):
        yield "cap.pool.between_layers"
    for layer in active:
        yield from _layer(pack, layer)


def _dimension(dimension: Dimension) -> Iterator[str]:
    if dimension.date is not None:
        yield "dimension.date"
    codes = [one.code for one in dimension.classes]
    if len(set(codes)) < len(codes):
        yield "class.several_ways"
    if dimension.classes[-1].when or dimension.classes[-1].unless:
        yield "class.no_last"
    names = {
        "age": "class.age",
        "hosp_lv": "class.level",
        "psn_idet_type": "class.tag",
        "rloc_type": "class.rloc_type",
    }
    for one in dimension.classes:
        if one.unless is not None:
            yield "class.unless"
        for column, wanted in {**(one.when or {}), **(one.unless or {})}.items():
            if column in names:
                yield names[column]
            if isinstance(wanted, list) and "" in wanted:
                yield "class.empty"


def _layer(pack: Pack, layer: Layer) -> Iterator[str]:
    yield f"fund.{layer.fund}"
    for feature, used in {
        "layer.when": layer.when,
        "layer.unless": layer.unless,
        "layer.pool": layer.pool,
        "layer.waiting": layer.waiting,
        "layer.counts_in_scope": layer.counts_against == "in_scope",
        "layer.counts_out_of_scope": layer.counts_against == "out_of_scope",
        "layer.out_of_scope_by_base": layer.counts_against is None and not layer.in_scope,
        "layer.catch_up": layer.on_change == "catch_up",
        "cap.several": len(layer.caps) > 1,
    }.items():
        if used:
            yield feature
    yield from _terms(pack, [*(layer.base or []), *(layer.of or [])])
    yield from _value(pack, layer.waiting)
    for cap in layer.caps:
        yield from _cap(pack, cap)
    if layer.kind == "guarantee":
        yield f"guarantee.{layer.per}"
        yield from ["guarantee.caps"] if layer.caps else []
        yield from ["guarantee.round"] if "round" in layer.model_fields_set else []
        yield from _value(pack, layer.at_most)
    elif layer.kind == "recorded":
        yield "recorded.cost" if str(layer.recorded).startswith("cost.") else "recorded.fund"
        yield from ["recorded.base"] if layer.base else []
    else:
        yield f"measured.{layer.measured}.{layer.per}"
        yield from _value(pack, layer.bands or layer.ratio)
        yield from _deductible(pack, layer.deductible) if layer.deductible else ["deductible.none"]
        rounding = layer.round.rounding
        yield "round.total" if layer.round.of_total else "round.difference"
        yield f"round.{rounding.mode}"
        yield from _unit(rounding.unit_fen)


def _unit(fen: int) -> list[str]:
    return {1: [], 10: ["round.jiao"], 100: ["round.yuan"]}[fen]


def _deductible(pack: Pack, rule: Deductible) -> Iterator[str]:
    yield f"deductible.{rule.per}"
    for name in ("floor", "year_ceiling", "sequence", "share", "transfer"):
        if getattr(rule, name) is not None:
            yield f"deductible.{name}"
    if "round" in rule.model_fields_set:
        yield "deductible.round"
    for parameter in (rule.amount, rule.floor, rule.sequence):
        yield from _value(pack, parameter)
    if rule.year_ceiling is not None and any(
        isinstance(v, Unlimited) for v in _values(pack, rule.year_ceiling)
    ):
        yield "deductible.ceiling.none"
    if rule.share is not None:
        yield from _terms(pack, rule.share.of)
        yield from _value(pack, rule.share.ratio)
        for name in ("at_least", "at_most"):
            if getattr(rule.share, name) is not None:
                yield f"deductible.share.{name}"
    if rule.transfer is not None and rule.transfer.within_days is not None:
        yield "deductible.transfer.within_days"


def _cap(pack: Pack, cap: Cap) -> Iterator[str]:
    yield f"cap.{'payment' if cap.on == 'payment' else cap.measured}.{cap.per}"
    if cap.pool is not None:
        yield "cap.pool.own"
    if cap.raise_ is not None:
        yield "cap.raise"
        yield from _value(pack, cap.raise_.at_most)
    if any(isinstance(value, Unlimited) for value in _values(pack, cap.limit)):
        yield "cap.none"
    yield from _value(pack, cap.limit)


def _terms(pack: Pack, terms: list[Term]) -> Iterator[str]:
    for term in terms:
        yield f"amount.{term.take.partition('.')[0]}"
        if term.minus:
            yield "term.minus"
        for name in ("at_most", "at_most_per_day"):
            parameter = getattr(term, name)
            if parameter is None:
                continue
            yield f"term.{name}"
            if any(isinstance(value, Unlimited) for value in _values(pack, parameter)):
                yield "term.none"
            yield from _value(pack, parameter)


def _values(pack: Pack, name: str) -> Iterator[Any]:
    for entry in pack.parameters[name].values:
        yield from [entry.value] if entry.table is None else _cells(entry.table)


def _cells(table: Any) -> Iterator[Any]:
    for inner in table.values():
        yield from _cells(inner) if isinstance(inner, dict) else [inner]


def _keys(table: Any) -> Iterator[str]:
    for key, inner in table.items():
        yield key
        yield from _keys(inner) if isinstance(inner, dict) else []


def _value(pack: Pack, name: str | None) -> Iterator[str]:
    """How a parameter is written: its dates, its tables and its kinds of value."""
    if name is None:
        return
    parameter = pack.parameters[name]
    if len(parameter.values) > 1:
        yield "parameter.dated_table" if parameter.by else "parameter.dated"
    if parameter.by:
        yield f"table.{len(parameter.by)}"
        if any("otherwise" in _keys(entry.table) for entry in parameter.values):
            yield "table.otherwise"
    for value in _values(pack, name):
        if isinstance(value, ShareOf):
            yield from _share_of(pack, value)
        elif isinstance(value, Ratio):
            yield "ratio"
            yield from _ratio(value)
        elif isinstance(value, Sequence):
            yield from _sequence(value)
        elif isinstance(value, Count):
            yield from ["count.zero"] if value.number == 0 else []
        elif isinstance(value, tuple):
            yield "bands.open" if value[-1].to_fen is None else "bands.closed"
            yield "bands.several" if len(value) > 1 else "bands.one"
            yield from ["bands.by_age"] if any(band.ratio.per_year_ppm for band in value) else []
        else:
            assert isinstance(value, Yuan | Unlimited | None), value


def _ratio(ratio: Ratio) -> Iterator[str]:
    if ratio.per_year_ppm:
        yield "ratio.by_age"
        yield from ["ratio.by_age.at_most"] if ratio.at_most_ppm < 1_000_000 else []
        yield from ["ratio.by_age.falling"] if ratio.per_year_ppm < 0 else []
    elif ratio.ppm in (0, 1_000_000):
        yield "ratio.whole" if ratio.ppm else "ratio.nothing"


def _sequence(sequence: Sequence) -> Iterator[str]:
    shares = [entry.ppm for entry in sequence.entries if isinstance(entry, Ratio)]
    if len(shares) < len(sequence.entries):
        yield "deductible.sequence.fixed_sum"
    if shares != sorted(shares, reverse=True) or isinstance(sequence.entries[0], Yuan):
        yield "deductible.sequence.rising"


def _share_of(pack: Pack, share: ShareOf) -> Iterator[str]:
    yield "share_of"
    of = pack.parameters[share.of]
    if of.by:
        yield "share_of.table"
    if any(isinstance(value, ShareOf) for value in _values(pack, share.of)):
        yield "share_of.nested"
    if share.years_back:
        yield "share_of.years_back"
    if share.rounding.unit_fen > 1 or share.rounding.mode != "half_up":
        yield "share_of.round"
