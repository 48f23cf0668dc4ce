"""In what two policies differ, for people: each number that changed with its classes, days and document; layers and their rules.

Compares meaning, not files. Settles nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from doudi.engine.trace_values import value_in_chinese
from doudi.policy import wording
from doudi.policy.linking import cells
from doudi.policy.pack import DatedParameter, InForce, Pack
from doudi.policy.schema import Layer, Source
from doudi.policy.usage import used_parameters
from doudi.policy.values import Value

OTHERWISE = "otherwise"
GENERAL = {
    "dimensions": "分类方法",
    "dates": "各项按哪一天",
    "year_starts": "年度起始日",
    "stays": "住院次数与天数的算法",
    "prepay": "先行自付",
}
PARTS = {
    "when": "适用范围", "unless": "适用范围", "base": "计算基数", "deductible": "起付线", "ratio": "支付比例", "bands": "支付比例",
    "caps": "封顶线", "fund": "资金", "per": "按次或按年", "round": "取整", "waiting": "等待期", "pool": "累计", "zh": "名称",
    "document": "文件", "clause": "条款",
}  # fmt: skip


@dataclass(frozen=True)
class Cited:
    """A value as people read it, with its document; not confirmed unless somebody has."""

    text: str
    cite: str
    confirmed: bool


@dataclass(frozen=True)
class Changed:
    """One thing that differs. `before` or `after` is None where it is not there."""

    kind: str  # value, layer, order, rule
    name: str
    zh: str
    classes: str
    from_: dt.date
    to: dt.date
    before: Cited | None
    after: Cited | None


def changes(before: Pack, after: Pack, first: dt.date, last: dt.date) -> list[Changed]:
    """What differs between two policies on some day from `first` to `last`."""
    found = [*_general(before, after, first, last), *_layers(before, after, first, last)]
    found += _orders(before, after, first, last)
    for name in dict.fromkeys((*used_parameters(before), *used_parameters(after))):
        found += _values(name, before, after, first, last)
    return found


def _general(before: Pack, after: Pack, first: dt.date, last: dt.date) -> Iterator[Changed]:
    """What a policy says before its layers."""
    for field, zh in GENERAL.items():
        if getattr(before.file, field) != getattr(after.file, field):
            told = [_cite(pack.file.source, "见政策文件") for pack in (before, after)]
            yield Changed("general", field, zh, "", first, last, *told)


def _layers(before: Pack, after: Pack, first: dt.date, last: dt.date) -> Iterator[Changed]:
    """Layers that are on in one policy alone, or whose rules differ."""
    for code in dict.fromkeys((*before.active_layers, *after.active_layers)):
        old, new = (pack.layer(code) if code in pack.active_layers else None for pack in (before, after))
        one = new or old
        if one is None or old == new:
            continue
        kind = "rule" if old and new else "layer"
        parts = "、".join(_parts(old, new)) if old and new else "设有这一层"
        told = [_layer(pack, layer, old, new, parts) for pack, layer in ((before, old), (after, new))]
        yield Changed(kind, code, one.zh, "", first, last, *told)


def _parts(old: Layer, new: Layer) -> list[str]:
    """Which parts of a layer differ."""
    fields = [name for name in Layer.model_fields if getattr(old, name) != getattr(new, name)]
    return list(dict.fromkeys(PARTS.get(name, "规则") for name in fields))


def _layer(pack: Pack, layer: Layer | None, old: Layer | None, new: Layer | None, parts: str) -> Cited | None:
    if layer is None:
        return None
    source = Source.model_construct(document=layer.document, clause=layer.clause).over(pack.file.source)
    whom = old and new and (old.when, old.unless) != (new.when, new.unless)
    return _cite(source, wording.applies_to(pack, layer.when, layer.unless) if whom else parts)


def _cite(source: Source, text: str) -> Cited:
    return Cited(text, source.cite(), bool(source.confirmed))


def _orders(before: Pack, after: Pack, first: dt.date, last: dt.date) -> Iterator[Changed]:
    days = sorted(
        {first, *(one.from_ for pack in (before, after) for one in pack.orders if first < one.from_ <= last)}
    )
    for day, to in zip(days, [*(d - dt.timedelta(days=1) for d in days[1:]), last], strict=True):
        old, new = before.order_on(day), after.order_on(day)
        if old != new:
            told = [
                _cite(pack.file.source, " → ".join(pack.layer(code).zh for code in order))
                for pack, order in ((before, old), (after, new))
            ]
            yield Changed("order", "order", "各层顺序", "", day, to, *told)


def _values(name: str, before: Pack, after: Pack, first: dt.date, last: dt.date) -> Iterator[Changed]:
    """The spans on which a parameter differs, class by class; neighbouring spans that differ alike are one."""
    old, new = before.parameters.get(name), after.parameters.get(name)
    days = {first}
    for parameter in (old, new):
        for entry in parameter.values if parameter else ():
            days |= {day for day in (entry.from_, _after(entry.to)) if first < day <= last}
    starts = sorted(days)
    open_: dict[str, Changed] = {}
    for start, to in zip(starts, [*(d - dt.timedelta(days=1) for d in starts[1:]), last], strict=True):
        for one in _on(name, (before, old), (after, new), start, to):
            held = open_.get(one.classes)
            alike = held and (held.before, held.after) == (one.before, one.after) and _after(held.to) == start
            if held and not alike:
                yield held
            open_[one.classes] = _joined(held, one) if held and alike else one
    yield from open_.values()


def _joined(held: Changed, one: Changed) -> Changed:
    return Changed(one.kind, one.name, one.zh, one.classes, held.from_, one.to, one.before, one.after)


def _after(day: dt.date) -> dt.date:
    return day if day == dt.date.max else day + dt.timedelta(days=1)


def _on(name: str, before: Any, after: Any, start: dt.date, to: dt.date) -> Iterator[Changed]:
    """What differs on the days from `start` to `to`, on which neither policy changes."""
    (pack, old), (other, new) = before, after
    values, others = _cells(old, start), _cells(new, start)
    if old and new and old.by == new.by:
        paths: Iterable[tuple[str, ...]] = product(*_codes(new.by, (pack, other), (*values, *others)))
    else:
        paths = dict.fromkeys((*others, *values))
    for path in paths:
        mine, theirs = _at(values, path), _at(others, path)
        if (mine and mine[0]) == (theirs and theirs[0]):
            continue
        of: DatedParameter = new if new and len(path) == len(new.by) else old
        named = "；".join(_class(code, d, other, pack) for d, code in zip(of.by, path, strict=True))
        yield Changed("value", name, of.zh, named, start, to, _shown(pack, mine), _shown(other, theirs))


def _codes(by: Sequence[str], packs: Sequence[Pack], paths: Sequence[tuple[str, ...]]) -> Iterator[list[str]]:
    """For each dimension the classes that a table names, and `otherwise` for those that none names."""
    for depth, dimension in enumerate(by):
        named = list(dict.fromkeys(path[depth] for path in paths if path[depth] != OTHERWISE))
        known = {
            one.code
            for pack in packs
            if dimension in pack.file.dimensions
            for one in pack.file.dimensions[dimension].classes
        }
        yield named if known <= {*named} else [*named, OTHERWISE]


def _class(code: str, dimension: str, *packs: Pack) -> str:
    """A class by the name that one of the policies gives it."""
    names = [
        f"{wording.dimension_name(p, dimension)}：{wording.class_name(p, dimension, code)}" for p in packs
    ]
    return next((name for name in names if not name.endswith(f"：{code}")), names[0])


Cell = tuple[Value | None, InForce]


def _cells(parameter: DatedParameter | None, day: dt.date) -> dict[tuple[str, ...], Cell]:
    entry = parameter.on(day) if parameter else None
    return {} if entry is None else {path: (value, entry) for path, value in cells(entry.value, entry.table)}


def _at(found: dict[tuple[str, ...], Cell], path: tuple[str, ...]) -> Cell | None:
    """A cell, or the one that `otherwise` gives for its classes."""
    if path in found or not path:
        return found.get(path)
    tries = [(*path[:k], OTHERWISE, *path[k + 1 :]) for k in range(len(path) - 1, -1, -1)]
    return next((found[one] for one in [*tries, (OTHERWISE,) * len(path)] if one in found), None)


def _shown(pack: Pack, cell: Cell | None) -> Cited | None:
    if cell is None or cell[0] is None:
        return None
    source = cell[1].source
    return Cited(value_in_chinese(pack, cell[0]), source.cite(), bool(source.confirmed))
