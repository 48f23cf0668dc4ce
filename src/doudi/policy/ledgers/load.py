"""Ledger kinds read from their folder, with all faults by line: what a county declares is checked before it is used.

A folder holds one YAML file a kind, and may hold `common.yaml` with columns that its kinds share. Folders given after
the first are a county's own: they add kinds, or add headers and columns to a kind (`extends: true`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from doudi.common.codes import code_list
from doudi.common.errors import DoudiError, PolicyFault
from doudi.facts.declare import Column
from doudi.policy.faults import at, each, near, raise_in_order, read_model
from doudi.policy.folder import root as policy_root
from doudi.policy.ledgers.headers import header_key
from doudi.policy.ledgers.kind import Header, LedgerColumn, LedgerKind, Origin, TagRule
from doudi.policy.ledgers.schema import ColumnPart, CommonFile, KindFile, TagPart
from doudi.policy.text import Document, Loc, read_document
from doudi.policy.values import BadValue

FOLDER, COMMON = "ledgers", "common.yaml"
Common = Mapping[str, ColumnPart]


def kinds(root: Path | None = None, *more: Path) -> Mapping[str, LedgerKind]:
    """Every kind by name: those of the policies (`root`, or the shipped ones), then those of a county's own folders.

    A folder in `more` that is not there is passed over. Raises the faults of all files at once.
    """
    out: dict[str, LedgerKind] = {}
    common: dict[str, ColumnPart] = {}
    faults: list[DoudiError] = []
    for folder in (policy_root(root) / FOLDER, *more):
        for path in _files(folder):
            try:
                document = read_document(path)
                if path.name == COMMON:
                    common |= common_columns(document)
                    continue
                kind = read_kind(document, common, out)
                out[kind.name] = kind
            except DoudiError as error:
                faults.extend(each(error))
    raise_in_order(faults)
    return dict(sorted(out.items()))


def kind_named(name: str, known: Mapping[str, LedgerKind]) -> LedgerKind:
    """The kind meant by its name or its Chinese title. Raises `PolicyFault` with what there is."""
    if found := known.get(name):
        return found
    titled = [kind for kind in known.values() if name and name == kind.zh]
    titled = titled or [kind for kind in known.values() if name and name in kind.zh]
    if len(titled) == 1:
        return titled[0]
    words = [word for kind in known.values() for word in (kind.name, kind.zh)]
    what = f"“{name}”可指 {len(titled)} 类台账" if titled else f"没有“{name}”这类台账"
    allowed = "、".join(f"{kind.name}（{kind.zh}）" for kind in titled or known.values())
    raise PolicyFault(what, allowed=allowed, do=near(name, words) or "用 doudi ledger kinds 查看")


def common_columns(document: Document) -> dict[str, ColumnPart]:
    """The shared columns of a `common.yaml`."""
    file = read_model(CommonFile, document)
    out: dict[str, ColumnPart] = {}
    faults: list[DoudiError] = []
    for i, part in enumerate(file.columns):
        name = part.name or ""
        if not name or name in out or not part.zh or not part.en:
            faults.append(at(document, ("columns", i), "公用列要有 name、zh、en，且不重名", do="补上或改名"))
        out[name] = part
    raise_in_order(faults)
    return out


def read_kind(document: Document, common: Common, before: Mapping[str, LedgerKind] = {}) -> LedgerKind:
    """One kind from its file. `before`: kinds known so far, of which `extends` names one. Raises all its faults."""
    file = read_model(KindFile, document)
    base = before.get(file.name)
    if file.extends and base is None:
        known = "、".join(before)
        raise at(document, ("extends",), f"没有可以补充的“{file.name}”", known, near(file.name, before))
    if base and not file.extends:
        do = f"换一个 name；若要在“{base.zh}”上补充表头，写 extends: true"
        raise at(document, ("name",), f"已有名为 {file.name} 的台账（{base.zh}）", do=do)
    faults: list[DoudiError] = []
    columns = _columns(file, document, common, base, faults)
    kind = _kind(file, base, columns)
    if not faults:
        faults += _misfits(file, kind, document)
    raise_in_order(faults)
    return kind


def check_alone(document: Document) -> None:
    """A file by itself, with the shared columns beside it and the shipped kinds behind it. Raises all its faults."""
    beside = document.path.parent / COMMON
    if document.path.name == COMMON:
        common_columns(document)
        return
    shipped = policy_root() / FOLDER
    common: dict[str, ColumnPart] = {}
    for path in dict.fromkeys((shipped / COMMON, beside)):
        if path.is_file():
            common |= common_columns(read_document(path))
    inside = document.path.resolve().parent == shipped.resolve()
    read_kind(document, common, {} if inside else kinds())


def _files(folder: Path) -> Sequence[Path]:
    """The folder's files, the shared columns first."""
    return sorted(folder.glob("*.yaml"), key=lambda path: (path.name != COMMON, path.name))


def _kind(file: KindFile, base: LedgerKind | None, columns: tuple[LedgerColumn, ...]) -> LedgerKind:
    tags = tuple(TagRule(t.tag, t.by or "", _when(t), t.level or "", t.to) for t in file.tags)
    origins = tuple(Origin(**origin.model_dump()) for origin in file.origins)
    given: LedgerKind | KindFile = base or file
    return LedgerKind(
        name=file.name,
        zh=file.zh or given.zh,
        en=file.en or given.en,
        sender=file.sender or given.sender,
        subject=given.subject or "thing",
        nature=given.nature,
        key=tuple(given.key),
        columns=columns,
        since=given.since or "",
        until=given.until or "",
        makes_persons=given.makes_persons,
        makes_households=given.makes_households,
        tags=(*(base.tags if base else ()), *tags),
        origins=(*(base.origins if base else ()), *origins),
        retention_years=given.retention_years,
        note=file.note or given.note,
    )


def _when(tag: TagPart) -> dict[str, tuple[str, ...]]:
    return {column: tuple(values) for column, values in tag.when.items()}


def _columns(
    file: KindFile, document: Document, common: Common, base: LedgerKind | None, faults: list[DoudiError]
) -> tuple[LedgerColumn, ...]:
    """The kind's columns in order; what cannot be one is told."""
    subject = (base or file).subject or "thing"
    out: dict[str, LedgerColumn] = dict(base.by_name) if base else {}
    mine: set[str] = set()
    for i, written in enumerate(file.columns):
        loc: Loc = ("columns", i)
        shared = common.get(written.common or "")
        if written.common and shared is None:
            do = near(written.common, common) or f"先在 {COMMON} 里写明"
            faults.append(
                at(document, (*loc, "common"), f"没有公用列“{written.common}”", "、".join(common), do)
            )
            continue
        part = _over(written, shared)
        name = part.name or ""
        if name in mine:
            faults.append(at(document, (*loc, "name"), f"列“{name}”写了两次", do="删去一处，或改名"))
            continue
        mine.add(name)
        try:
            out[name] = _more(out[name], part) if name in out else _column(part, subject)
        except BadValue as bad:
            faults.append(at(document, (*loc, *bad.loc), bad.what, bad.allowed))
        except ValueError as error:
            faults.append(at(document, loc, str(error), do="改正这一列"))
    return tuple(out.values())


def _over(written: ColumnPart, shared: ColumnPart | None) -> ColumnPart:
    """A column that says `common`: the shared one, with headers and spellings added and the rest said otherwise."""
    if shared is None:
        return written
    said = {key: getattr(written, key) for key in written.said - {"common", "headers", "spellings"}}
    added = {
        "headers": [*shared.headers, *written.headers],
        "spellings": {**shared.spellings, **written.spellings},
    }
    return shared.model_copy(update=said | added)


def _more(column: LedgerColumn, part: ColumnPart) -> LedgerColumn:
    """A column of a kind that is extended: headers, spellings and values are added, nothing else changes."""
    if other := part.said - {"name", "headers", "spellings", "values"}:
        raise BadValue(
            f"补充已有的列时不能改写 {'、'.join(sorted(other))}", "headers、spellings、values", (min(other),)
        )
    return LedgerColumn(
        column=column.column,
        role=column.role,
        headers=(*column.headers, *_headers(part)),
        values=(*column.values, *part.values),
        spellings={**column.spellings, **part.spellings},
        complete=column.complete,
        least=column.least,
        most=column.most,
    )


def _column(part: ColumnPart, subject: str) -> LedgerColumn:
    if not part.zh or not part.en:
        raise BadValue(f"列“{part.name}”缺少中英文名称", "zh: …、en: …", ("name",))
    kind = part.inner_type
    column = Column(
        name=part.name or "",
        kind=kind,
        zh=part.zh,
        en=part.en,
        codes=code_list(part.codes) if part.codes else None,
        scale=part.scale,
        required=part.required,
        signed=part.signed,
        sensitivity=part.sensitivity_in(subject),  # type: ignore[arg-type]
        unit=part.unit or ("元" if kind == "money" else ""),
        note=part.note,
        unsure=part.unsure,
    )
    least, most = part.bound(part.least, "least"), part.bound(part.most, "most")
    if least is not None and most is not None and least > most:
        raise BadValue("least 大于 most", "least 不大于 most", ("least",))
    spelled = {*part.values, *(column.codes.values if column.codes else ())}
    if spelled and (wrong := [value for value in part.spellings.values() if value not in spelled]):
        raise BadValue(f"spellings 指向的“{wrong[0]}”不在取值内", "、".join(sorted(spelled)), ("spellings",))
    return LedgerColumn(
        column=column,
        role=part.role,
        headers=_headers(part),
        values=tuple(part.values),
        spellings=dict(part.spellings),
        complete=part.complete,
        least=least,
        most=most,
    )


def _headers(part: ColumnPart) -> tuple[Header, ...]:
    return tuple(Header(h.text, h.first, h.last, h.sender) for h in part.headers)


def _misfits(file: KindFile, kind: LedgerKind, document: Document) -> list[DoudiError]:
    """Names that lead nowhere, and headers that mean two columns."""
    faults: list[DoudiError] = []

    def must(loc: Loc, names: Iterable[str]) -> None:
        for name in names:
            if name not in kind.by_name:
                do = near(name, kind.by_name) or "写一个本表的列名"
                faults.append(at(document, loc, f"没有列“{name}”", "、".join(kind.by_name), do))

    must(("key",), kind.key)
    for word, name in (("since", kind.since), ("until", kind.until)):
        must((word,), [name] if name else [])
        if name in kind.by_name and kind[name].column.kind != "date":
            faults.append(at(document, (word,), f"列“{name}”不是日期", "type: date 的列"))
    for i, tag in enumerate(file.tags):
        must(("tags", i), filter(None, (tag.by, *(tag.level or "").split("+"))))
        must(("tags", i, "when"), tag.when)
    owner: dict[str, LedgerColumn] = {}
    places = {part.name or part.common: i for i, part in enumerate(file.columns)}
    for column in kind:
        for text in column.texts:
            other = owner.setdefault(header_key(text), column)
            if other is not column:
                loc: Loc = ("columns", places.get(column.name, places.get(other.name, 0)))
                what = f"表头“{text}”同时指“{other.zh}”（{other.name}）和“{column.zh}”（{column.name}）"
                faults.append(at(document, loc, what, do="一个表头只能指一列，删去或改写一处"))
    return faults
