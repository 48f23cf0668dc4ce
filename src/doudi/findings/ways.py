"""Ways in which a claim may have been settled otherwise than policy says, the likeliest first; and the step that first shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled
from doudi.findings.reasons import class_reason
from doudi.findings.recorded import COLUMNS
from doudi.findings.variants import Change, Variants

#: Steps of a layer in the order in which they are taken, and what people call them.
STEPS = (
    (c.D_BASE, "base"),
    (c.D_STANDARD, "deductible"),
    (c.D_DEDUCTIBLE, "deductible"),
    (c.D_COUNTED, "cost_cap"),
    (c.D_GROSS, "ratio"),
    (c.D_PAID, "cap"),
)
#: Classes that are mistaken often, the likeliest first.
LIKELY = ("category_not_applied", "level_wrong", "place_wrong", "category_wrong")
#: Below this (fen) a payment says too little about its ratio.
LEAST_COUNTED = 10_000


def ways(
    variants: Variants, combo: int, layers: Sequence[int], *, deductible_is_right: bool, nothing: bool
) -> Iterator[Change]:
    """What may have gone wrong with a claim of a combo; `layers` are those that pay into the fund that differs first.

    `deductible_is_right`: the deductible was recorded itself and is what policy takes. `nothing`: that fund's record is nought.
    """
    taken = ("deductible_not_taken", "deductible_twice", "year_ceiling_ignored")
    deductible = [Change(reason, k) for k in layers for reason in taken]
    deductible += [
        Change("admission_number", k, n) for k in layers for n in range(_admissions(variants, combo, k))
    ]
    classes = _classes(variants, combo)
    caps = ("cap_ignored", "cost_cap_ignored", "waiting_ignored")
    rest = [Change("prepay_not_taken"), *(one for one in classes if one.reason in LIKELY)]
    rest += [Change("rate_of_another_date", value=e) for e in range(len(variants.compiled.epochs))]
    rest += [Change(reason, k) for k in layers for reason in caps]
    rest += [one for one in classes if one.reason not in LIKELY]
    unpaid = [Change("layer_not_paid", k) for k in layers]
    if nothing:
        # A record of nought agrees with whatever pays nothing: then the plain reading goes first.
        yield from (one for one in rest if one.reason == "category_not_applied")
        yield from unpaid
    yield from (*rest, *deductible) if deductible_is_right else (*deductible, *rest)
    yield from unpaid


def _admissions(variants: Variants, combo: int, layer: int) -> int:
    layers, rules, _ = variants.rows[combo]
    return int(variants.rules[rules[layers.index(layer)]][c.SEQ_N])


def _classes(variants: Variants, combo: int) -> list[Change]:
    """Every other class of every dimension, each once, the likeliest reasons first."""
    origin, pack = variants.origin[combo], variants.compiled.pack
    found = []
    for name, stride in zip(variants.compiled.dimensions, variants.compiled.strides[1:], strict=True):
        codes = [one.code for one in pack.file.dimensions[name].classes]
        own = origin // stride % (len(codes) + 1)
        seen = {codes[own]} if own < len(codes) else set()
        for place, code in enumerate(codes):
            if code not in seen:
                seen.add(code)
                found.append(Change(class_reason(pack, name, place), value=place, dimension=name))
    return sorted(found, key=lambda one: LIKELY.index(one.reason) if one.reason in LIKELY else len(LIKELY))


def tenths(paid: int, counted: int) -> int:
    """The ratio, in tenths of a per cent, that gives a payment exactly; 0 where there is none or the sum is too small to tell."""
    if counted < LEAST_COUNTED or paid <= 0:
        return 0
    guess = (2000 * paid + counted) // (2 * counted)
    return guess if guess <= 1000 and (2 * counted * guess + 1000) // 2000 == paid else 0


def first_step(
    compiled: Compiled, change: Change | None, fund: int, fund_of: Sequence[int], before: Any, after: Any
) -> str:
    """The first step that differs between a claim settled by policy and settled the way that explains it."""
    if change is not None and change.reason == "prepay_not_taken":
        return "prepay"
    for k, code in enumerate(compiled.layers):
        applied = before[k, c.D_RULE] >= 0, after[k, c.D_RULE] >= 0
        if applied[0] != applied[1]:
            return f"{code}.applies"
        if applied[0]:
            for place, name in STEPS:
                if before[k, place] != after[k, place]:
                    return f"{code}.{name}"
    if change is not None and change.reason == "ratio_other":
        return f"{compiled.layers[change.layer]}.ratio"
    mine = [
        code
        for code, of, row in zip(compiled.layers, fund_of, before, strict=True)
        if of == fund and row[c.D_RULE] >= 0
    ]
    return f"{mine[0]}.paid" if mine else COLUMNS[fund]
