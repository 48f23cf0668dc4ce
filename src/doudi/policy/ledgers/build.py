"""A kind made from one file: shared columns filled in, defaults taken, an extended kind added to.

Whether the parts fit together is `fit`'s to say. This module must not read files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from doudi.common.codes import code_list
from doudi.common.errors import DoudiError
from doudi.facts.declare import Column
from doudi.policy.faults import at, near, raise_in_order, read_model
from doudi.policy.ledgers.fit import misfits
from doudi.policy.ledgers.kind import Header, LedgerColumn, LedgerKind, Origin, Subject, TagRule
from doudi.policy.ledgers.schema import ColumnPart, CommonFile, KindFile, TagPart
from doudi.policy.text import Document, Loc
from doudi.policy.values import BadValue

Common = Mapping[str, ColumnPart]
#: What a file may say of a kind that it extends; the rest is the kind's own.
MAY_ADD = {"doudi", "name", "extends", "zh", "en", "sender", "note", "tags", "origins", "columns"}
MAY_ADD_TO_COLUMN = {"name", "common", "headers", "spellings", "values"}


def common_columns(document: Document) -> dict[str, ColumnPart]:
    """The shared columns of a `common.yaml`. Raises all its faults."""
    file = read_model(CommonFile, document)
    out: dict[str, ColumnPart] = {}
    faults: list[DoudiError] = []
    for i, part in enumerate(file.columns):
        name = part.name or ""
        if not name or name in out or not part.zh or not part.en:
            do = "补上 name、zh、en，或改名"
            faults.append(at(document, ("columns", i), "公用列要有 name、zh、en，且不重名", do=do))
        out[name] = part
    raise_in_order(faults)
    return out


def read_kind(document: Document, common: Common, before: Mapping[str, LedgerKind]) -> LedgerKind:
    """One kind from its file. `before`: kinds known so far, of which `extends` names one. Raises all its faults."""
    file = read_model(KindFile, document)
    base = before.get(file.name)
    if file.extends and base is None:
        what = f"没有可以补充的“{file.name}”"
        raise at(document, ("name",), what, "、".join(before), near(file.name, before))
    if base and not file.extends:
        do = f"换一个 name；若要在“{base.zh}”上补充表头，写 extends: true"
        raise at(document, ("name",), f"已有名为 {file.name} 的台账（{base.zh}）", do=do)
    faults: list[DoudiError] = []
    if base:
        for key in sorted(file.model_fields_set - MAY_ADD):
            faults.append(
                at(document, (key,), f"补充台账时不能改写 {key}", do=f"删去这个键，沿用“{base.zh}”的")
            )
    columns = _columns(file, document, common, base, faults)
    kind = _added(base, file, columns) if base else _new(file, columns)
    faults += misfits(file, kind, document) if not faults else []
    raise_in_order(faults)
    return kind


def _new(file: KindFile, columns: tuple[LedgerColumn, ...]) -> LedgerKind:
    return LedgerKind(
        name=file.name,
        zh=file.zh,
        en=file.en,
        sender=file.sender,
        subject=file.subject or "thing",
        nature=file.nature,
        key=tuple(file.key),
        columns=columns,
        since=file.since or "",
        until=file.until or "",
        makes_persons=file.makes_persons,
        makes_households=file.makes_households,
        tags=tuple(map(_tag, file.tags)),
        origins=_origins(file),
        retention_years=file.retention_years,
        note=file.note,
    )


def _added(base: LedgerKind, file: KindFile, columns: tuple[LedgerColumn, ...]) -> LedgerKind:
    return replace(
        base,
        zh=file.zh or base.zh,
        en=file.en or base.en,
        sender=file.sender or base.sender,
        note=file.note or base.note,
        columns=columns,
        tags=(*base.tags, *map(_tag, file.tags)),
        origins=(*base.origins, *_origins(file)),
    )


def _tag(tag: TagPart) -> TagRule:
    when = {column: tuple(values) for column, values in tag.when.items()}
    return TagRule(tag.tag, tag.by or "", when, tag.level or "", tag.to)


def _origins(file: KindFile) -> tuple[Origin, ...]:
    return tuple(Origin(**origin.model_dump()) for origin in file.origins)


def _columns(
    file: KindFile, document: Document, common: Common, base: LedgerKind | None, faults: list[DoudiError]
) -> tuple[LedgerColumn, ...]:
    """The kind's columns in order; what cannot be one is told."""
    subject: Subject = base.subject if base else file.subject or "thing"
    out: dict[str, LedgerColumn] = dict(base.by_name) if base else {}
    mine: set[str] = set()
    for i, part in enumerate(file.columns):
        loc: Loc = ("columns", i)
        name = part.name or part.common or ""
        if name in mine:
            faults.append(at(document, loc, f"列“{name}”写了两次", do="删去一处，或改名"))
            continue
        mine.add(name)
        shared = common.get(part.common or "")
        try:
            if name in out:
                out[name] = _more(out[name], part)
            elif part.common and shared is None:
                do = near(part.common, common) or "先在 common.yaml 里写明"
                what = f"没有公用列“{part.common}”"
                faults.append(at(document, (*loc, "common"), what, "、".join(common), do))
            else:
                out[name] = column(_over(part, shared), subject)
        except BadValue as bad:
            faults.append(at(document, (*loc, *bad.loc), bad.what, bad.allowed))
    return tuple(out.values())


def _over(written: ColumnPart, shared: ColumnPart | None) -> ColumnPart:
    """A column that says `common`: the shared one, with headers and spellings added and the rest said otherwise."""
    if shared is None:
        return written
    said = {key: getattr(written, key) for key in written.model_fields_set - MAY_ADD_TO_COLUMN}
    said["headers"] = [*shared.headers, *written.headers]
    said["spellings"] = {**shared.spellings, **written.spellings}
    said["values"] = written.values or shared.values
    return shared.model_copy(update=said)


def _more(known: LedgerColumn, part: ColumnPart) -> LedgerColumn:
    """A column of a kind that is extended: headers, spellings and values are added, nothing else changes."""
    if other := sorted(part.model_fields_set - MAY_ADD_TO_COLUMN):
        allowed = "headers、spellings、values"
        raise BadValue(f"补充已有的列时不能改写 {'、'.join(other)}", allowed, (other[0],))
    values = (*known.values, *(value for value in part.values if value not in known.values))
    if part.values and not known.values:
        raise BadValue(f"列“{known.name}”没有取值表", "headers、spellings", ("values",))
    more = replace(
        known,
        headers=(*known.headers, *_headers(part)),
        values=values,
        spellings={**known.spellings, **part.spellings},
    )
    _check_spellings(more)
    return more


def column(part: ColumnPart, subject: Subject) -> LedgerColumn:
    """One column from its own words. Raises `BadValue`."""
    name = part.name or part.common or ""
    if not part.zh or not part.en:
        raise BadValue(f"列“{name}”缺少中英文名称", "zh: …、en: …")
    if name.endswith("_fen"):
        raise BadValue("列名不以 _fen 结尾", "元为单位的名称，如 pay_amt", ("name",))
    kind = part.inner_type
    if (part.scale > 0) != (kind == "number"):
        raise BadValue("小数位 scale 与 type: number 要同时写", "type: number、scale: 2", ("scale",))
    if (part.values or part.codes) and kind != "code":
        raise BadValue(f"有取值的列不能是 {kind}", "不写 type，或写 type: code", ("type",))
    declared = Column(
        name=name,
        kind=kind,
        zh=part.zh,
        en=part.en,
        codes=code_list(part.codes) if part.codes else None,
        scale=part.scale,
        required=part.required,
        signed=part.signed,
        sensitivity=part.sensitivity_in(subject),
        unit=part.unit or ("元" if kind == "money" else ""),
        note=part.note,
        unsure=part.unsure,
    )
    least, most = part.bound(part.least, "least"), part.bound(part.most, "most")
    if least is not None and most is not None and least > most:
        raise BadValue("least 大于 most", "least 不大于 most", ("least",))
    made = LedgerColumn(
        column=declared,
        role=part.role,
        headers=_headers(part),
        values=tuple(part.values),
        spellings=dict(part.spellings),
        complete=part.complete,
        least=least,
        most=most,
    )
    _check_spellings(made)
    return made


def _check_spellings(made: LedgerColumn) -> None:
    """Every spelling leads to a value, and none of them is one."""
    inside = [*made.values] or [*(made.column.codes.values if made.column.codes else ())]
    inside = ["1", "0"] if made.role == "yesno" else inside
    for spelling, value in made.spellings.items():
        if value not in inside:
            raise BadValue(f"spellings 指向的“{value}”不在取值内", "、".join(inside), ("spellings", spelling))
        if spelling in made.values and spelling != value:
            raise BadValue(f"“{spelling}”本身就是一个取值", "别的写法", ("spellings", spelling))


def _headers(part: ColumnPart) -> tuple[Header, ...]:
    return tuple(Header(h.text, h.first, h.last, h.sender) for h in part.headers)
