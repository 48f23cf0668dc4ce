"""Which parameters a policy really uses, and which of them nobody has confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from doudi.policy.linking import cells, named_by
from doudi.policy.pack import Pack
from doudi.policy.schema import Layer, Term
from doudi.policy.values import ShareOf


def layer_names(layer: Layer) -> list[str]:
    """Every parameter a layer names."""
    sums = [*(layer.base or ()), *(layer.of or ())]
    if layer.deductible is not None and layer.deductible.share is not None:
        sums += layer.deductible.share.of
    return [
        name for name in (*(name for _, name, _ in named_by(layer)), *term_names(sums)) if name is not None
    ]


def term_names(terms: Iterable[Term]) -> list[str]:
    """Every parameter that limits a term of a sum."""
    return [name for t in terms for name in (t.at_most_per_day, t.at_most) if name is not None]


def behind(pack: Pack, name: str) -> Iterator[str]:
    """The parameters of which a parameter is a share, directly or by way of others."""
    for entry in pack.parameters[name].values:
        for _, value in cells(entry.value, entry.table):
            if isinstance(value, ShareOf):
                yield value.of
                yield from behind(pack, value.of)


def used_parameters(pack: Pack) -> tuple[str, ...]:
    """Parameters that prepay and the layers that are on look up, in the order met."""
    names = [n for step in pack.file.prepay for n in (step.ratio, *term_names(step.of))]
    names += [n for code in pack.active_layers for n in layer_names(pack.layer(code))]
    out: dict[str, None] = {}
    for name in names:
        out.update(dict.fromkeys((name, *behind(pack, name))))
    return tuple(out)


def unconfirmed(pack: Pack) -> tuple[str, ...]:
    """Used parameters of which some value in force is not confirmed."""
    return tuple(
        name for name in used_parameters(pack)
        if any(not e.source.confirmed for e in pack.parameters[name].values if e.to >= pack.from_ and e.from_ <= pack.to)
    )  # fmt: skip
