"""A policy with some figures changed, as someone asks "what if": `cii.deductible=9000`, `basic.ratio[l3]@2025-07-01=65%`.

The changed figures are marked as suppositions; everything else, and every check, stays as it was.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from doudi.common.errors import PolicyFault
from doudi.policy.faults import near, raise_in_order
from doudi.policy.linking import check_links
from doudi.policy.pack import DatedParameter, InForce, Pack
from doudi.policy.schema import Source
from doudi.policy.text import parse_document
from doudi.policy.values import BadValue, Value, read_date, read_value

_FORM = re.compile(r"\s*([a-z0-9_.]+)\s*(?:\[([^\]]*)\])?\s*(?:@\s*(\S+?))?\s*=\s*(.+)", re.ASCII | re.DOTALL)
EXAMPLE = "cii.deductible=9000、basic.ratio[l3]=65%、basic.ratio[l3]@2025-07-01=65%"
SUPPOSED = "假设，非现行规定"


def with_overrides(pack: Pack, changes: Sequence[str]) -> Pack:
    """The pack with each change made, in order. Raises `PolicyFault` naming what is wrong with a change."""
    for change in changes:
        pack = _with(pack, change)
    raise_in_order(check_links(pack, pack.documents[0], frozenset(), True))
    return pack


def _with(pack: Pack, change: str) -> Pack:
    match = _FORM.fullmatch(change)
    if not match:
        raise PolicyFault(f"看不懂的改动“{change}”", where="--set", allowed=EXAMPLE, do="写成 参数名=值")
    name, classes, day, raw = match.groups()
    parameter = pack.parameters.get(name)
    if parameter is None:
        known = sorted(pack.parameters)
        raise PolicyFault(
            f"政策 {pack.id} 没有参数“{name}”", where=change, allowed="、".join(known), do=near(name, known)
        )
    try:
        value = read_value(parameter.unit, parse_document(raw, Path("--set")).data)
        start = read_date(day) if day else pack.from_
    except BadValue as bad:
        raise PolicyFault(bad.what, where=change, allowed=bad.allowed, do="改正后再试") from None
    chosen = _chosen(pack, parameter, classes, change)
    values = tuple(
        part for entry in parameter.values for part in _split(entry, start, parameter.by, chosen, value)
    )
    if values == parameter.values:
        raise PolicyFault(f"改动没有改变任何值：{start} 以后 {name} 没有值", where=change, do="核对日期")
    return replace(pack, parameters={**pack.parameters, name: replace(parameter, values=values)})


def _chosen(pack: Pack, parameter: DatedParameter, classes: str | None, change: str) -> tuple[str, ...]:
    """The class named for each dimension of the parameter; `*` for all of one."""
    if classes is None:
        return ("*",) * len(parameter.by)
    chosen = tuple(part.strip() for part in classes.split(","))
    if len(chosen) != len(parameter.by):
        by = "、".join(parameter.by) or "（不分类）"
        raise PolicyFault(
            f"参数 {parameter.name} 按 {by} 分类",
            where=change,
            allowed=EXAMPLE,
            do="按维度顺序写类别，逗号隔开，* 表示全部",
        )
    for dimension, code in zip(parameter.by, chosen, strict=True):
        known = [one.code for one in pack.file.dimensions[dimension].classes]
        if code != "*" and code not in known:
            raise PolicyFault(
                f"{dimension} 没有类别“{code}”",
                where=change,
                allowed="、".join([*known, "*"]),
                do=near(code, known),
            )
    return chosen


def _split(
    entry: InForce, start: dt.date, by: Sequence[str], chosen: tuple[str, ...], value: Value
) -> list[InForce]:
    """An entry as it was before `start`, and changed from then on."""
    if entry.to < start:
        return [entry]
    source = entry.source.model_copy(update={"note": SUPPOSED, "confirmed": False})
    before = [replace(entry, to=start - dt.timedelta(days=1))] if entry.from_ < start else []
    table = _changed(entry.table, chosen, value) if entry.table is not None else None
    after = replace(
        entry,
        from_=max(entry.from_, start),
        table=table,
        value=value if entry.table is None else None,
        source=Source.model_validate(source),
    )
    return [*before, after]


def _changed(table: Any, chosen: tuple[str, ...], value: Value) -> Any:
    """A table with the cells of the chosen classes changed; a class that only `otherwise` covered gets a cell of its own."""
    if not chosen:
        return value
    first, rest = chosen[0], chosen[1:]
    inner: Mapping[str, Any] = table if isinstance(table, Mapping) else {}
    if first == "*":
        return {key: _changed(cell, rest, value) for key, cell in inner.items()} or {
            "otherwise": _changed({}, rest, value)
        }
    return {**inner, first: _changed(inner.get(first, inner.get("otherwise", {})), rest, value)}
