"""A policy with some of its numbers changed, as a person asks "what if": `cii.deductible=9000`, `basic.ratio[l3]@2026-07-01=65%`.

The changed pack passes the same checks as one from a file. Nothing is settled here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from doudi.common.errors import DoudiError, InputFault, raise_all
from doudi.policy.faults import near
from doudi.policy.linking import check_links
from doudi.policy.pack import BEGINNING, END, DatedParameter, InForce, Pack
from doudi.policy.schema import Source
from doudi.policy.text import parse_document
from doudi.policy.values import BadValue, Value, read_date, read_value

ALLOWED = "参数名=值；参数名[类别]=值；参数名@起始日=值；参数名@起始日..截止日=值"
_SHAPE = re.compile(
    r"\s*([a-z][a-z0-9_.]*)\s*(?:\[([^\]]*)\])?\s*(?:@\s*([\d-]+)(?:\.\.([\d-]+))?)?\s*=\s*(.+)", re.S
)
ANY = "*"


@dataclass(frozen=True)
class Override:
    """One number changed: the parameter, the classes of its table (`*`: every one), the days, the new value as written."""

    text: str
    name: str
    classes: tuple[str, ...]
    from_: dt.date
    to: dt.date
    value: str


def read_override(text: str) -> Override:
    """Read one `name[class]@from..to=value`. Raises `InputFault`."""
    match = _SHAPE.fullmatch(text)
    if not match:
        raise InputFault(
            f"看不懂“{text}”", where="--set", allowed=ALLOWED, do='例如 --set "basic.ratio[l3]=65%"'
        )
    name, classes, first, last, value = match.groups()
    try:
        from_ = read_date(first) if first else BEGINNING
        to = read_date(last) if last else END
    except BadValue as bad:
        raise InputFault(bad.what, where=f"--set {text}", allowed=bad.allowed) from None
    if to < from_:
        raise InputFault(f"起止日颠倒（{from_} 至 {to}）", where=f"--set {text}", do="起始日不晚于截止日")
    parts = tuple(part.strip() for part in classes.split(",")) if classes is not None else ()
    return Override(text.strip(), name, parts, from_, to, value.strip())


def overridden(pack: Pack, overrides: Iterable[Override]) -> Pack:
    """The pack with its numbers changed. Raises every fault of every override at once."""
    parameters = dict(pack.parameters)
    faults: list[DoudiError] = []
    for one in overrides:
        try:
            parameters[one.name] = _changed(pack, parameters, one)
        except DoudiError as fault:
            faults.append(fault)
    raise_all(faults)
    changed = replace(pack, parameters=parameters)
    # A value may be readable and still not fit where it is used, such as no limit for a deductible.
    raise_all([InputFault(fault.what, "--set", fault.allowed, fault.do) for fault in _new_faults(changed)])
    return changed


def _new_faults(pack: Pack) -> list[DoudiError]:
    return check_links(pack, pack.documents[0], frozenset(), True)


def _changed(pack: Pack, parameters: dict[str, DatedParameter], one: Override) -> DatedParameter:
    parameter = parameters.get(one.name)
    where = f"--set {one.text}"
    if parameter is None:
        names = "、".join(sorted(parameters))
        raise InputFault(f"政策 {pack.id} 没有参数 {one.name}", where, names, near(one.name, parameters))
    if one.classes and len(one.classes) != len(parameter.by):
        by = "、".join(parameter.by) or "不分类"
        raise InputFault(
            f"参数 {one.name} 的分类是 {by}", where, f"方括号内依次写 {by} 的类别，{ANY} 表示全部"
        )
    for dimension, code in zip(parameter.by, one.classes, strict=False):
        known = [c.code for c in pack.file.dimensions[dimension].classes] + ["otherwise", ANY]
        if code not in known:
            raise InputFault(f"{dimension} 没有类别 {code}", where, "、".join(known), near(code, known))
    value = _read(parameter, one)
    classes = one.classes or (ANY,) * len(parameter.by)
    first, last = max(one.from_, pack.from_), min(one.to, pack.to)
    if not any(max(entry.from_, first) <= min(entry.to, last) for entry in parameter.values):
        raise InputFault(f"参数 {one.name} 在这段时间没有值可改", where, do="核对起止日")
    return replace(parameter, values=tuple(_entries(parameter, one, classes, value)))


def _read(parameter: DatedParameter, one: Override) -> Value:
    where = f"--set {one.text}"
    raw = parse_document(f"value: {one.value}", Path("--set")).data
    try:
        return read_value(parameter.unit, raw["value"])
    except BadValue as bad:
        raise InputFault(f"{one.name}：{bad.what}", where, bad.allowed) from None


def _entries(
    parameter: DatedParameter, one: Override, classes: tuple[str, ...], value: Value
) -> Iterable[InForce]:
    """The dated values, cut where the change begins and ends, the part between them changed."""
    source = Source.model_construct(document="试算假设", clause=one.text, confirmed=False)
    for entry in parameter.values:
        for from_, to in _spans(entry, one):
            if not one.from_ <= from_ <= one.to:
                yield replace(entry, from_=from_, to=to)
            elif entry.table is None:
                yield InForce(from_, to, value, None, source)
            else:
                yield InForce(from_, to, None, _table(entry.table, classes, value), source)


def _spans(entry: InForce, one: Override) -> Iterator[tuple[dt.date, dt.date]]:
    """An entry's days before, within and after a change."""
    day = dt.timedelta(days=1)
    if entry.from_ < one.from_:
        yield entry.from_, min(entry.to, one.from_ - day)
    if entry.from_ <= one.to and one.from_ <= entry.to:
        yield max(entry.from_, one.from_), min(entry.to, one.to)
    if one.to < entry.to:
        yield max(entry.from_, one.to + day), entry.to


def _table(table: Any, classes: tuple[str, ...], value: Value) -> Any:
    """A table with the cells of some classes replaced; a class that only `otherwise` caught gets a cell of its own."""
    if not classes:
        return value
    code, *rest = classes
    keys = list(table) if code == ANY else [code]
    changed = dict(table)
    for key in keys:
        inner = table.get(key, table.get("otherwise", {} if rest else None))
        changed[key] = _table(inner, tuple(rest), value)
    return changed
