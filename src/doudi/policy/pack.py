"""A settlement policy with everything it names: its file, its parameters, and where each stands.

`load` is the one way in. What comes out has passed every check that needs no claims (`linking`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doudi.common.errors import DoudiError, Faults, PolicyFault
from doudi.policy.faults import at, raise_in_order, read_model
from doudi.policy.linking import check_links, read_parameter
from doudi.policy.schema import Layer, PackFile, Parameter, ParameterFile, Part, Source
from doudi.policy.text import Document, read_document
from doudi.policy.values import Value

BEGINNING = dt.date(1900, 1, 1)
END = dt.date(9999, 12, 31)
Table = Mapping[str, Any]


@dataclass(frozen=True)
class InForce:
    """One dated value of a parameter: `value` for all classes, or `table` nested once per dimension of `by`.

    Both days are included. A None in place of a value is *not known*.
    """

    from_: dt.date
    to: dt.date
    value: Value | None
    table: Table | None
    source: Source


@dataclass(frozen=True)
class DatedParameter:
    """A parameter as loaded: what it is, and its values in order of date, never overlapping."""

    name: str
    zh: str
    unit: str
    by: tuple[str, ...]
    values: tuple[InForce, ...]

    def on(self, day: dt.date) -> InForce | None:
        """The entry in force on a day, if any."""
        for entry in self.values:
            if entry.from_ <= day <= entry.to:
                return entry
        return None


@dataclass(frozen=True)
class Pack:
    """A whole settlement policy. `file` is its text as meaning, `parameters` every parameter it may use."""

    file: PackFile
    path: Path
    parameters: Mapping[str, DatedParameter]
    documents: tuple[Document, ...] = field(repr=False, default=())

    @property
    def id(self) -> str:
        """The pack's name for machines."""
        return self.file.id

    @property
    def from_(self) -> dt.date:
        """First day a claim may be settled by this pack."""
        return self.file.from_

    @property
    def to(self) -> dt.date:
        """Last day a claim may be settled by this pack."""
        return self.file.to or END

    def order_on(self, day: dt.date) -> tuple[str, ...]:
        """Codes of the layers that are on, in the order in force on a day."""
        current: tuple[str, ...] = ()
        for entry in sorted(self.file.order, key=lambda e: e.from_):
            if entry.from_ <= day:
                current = tuple(code for code in entry.layers if self.file.layers[code].on)
        return current

    @property
    def active_layers(self) -> tuple[str, ...]:
        """Layers that are on and stand in some order, as first met."""
        seen: dict[str, None] = {}
        for entry in sorted(self.file.order, key=lambda e: e.from_):
            seen.update(dict.fromkeys(code for code in entry.layers if self.file.layers[code].on))
        return tuple(seen)

    @property
    def cost_columns(self) -> tuple[str, ...]:
        """Named cost columns the policy counts, in order of name."""
        return tuple(sorted({t.take[5:] for t in all_terms(self.file) if t.take.startswith("cost.")}
                            | {layer.recorded[5:] for layer in self.file.layers.values() if (layer.recorded or "").startswith("cost.")}))

    def layer(self, code: str) -> Layer:
        """One layer by its code."""
        return self.file.layers[code]


def all_terms(file: PackFile) -> list[Any]:
    """Every term of every sum in a pack file."""
    terms = [t for step in file.prepay for t in step.of]
    for layer in file.layers.values():
        terms += [*(layer.base or ()), *(layer.of or ())]
        if layer.deductible and layer.deductible.share:
            terms += layer.deductible.share.of
    return terms


def load(path: Path) -> Pack:
    """Read a settlement policy and the parameter files it uses.

    Raises `PolicyFault`, or `Faults` with every fault of every file at once.
    """
    return from_document(read_document(path))


def from_document(document: Document) -> Pack:
    """A pack from a document already parsed (a case may carry one inline)."""
    file = read_model(PackFile, document)
    faults: list[DoudiError] = []
    parameters: dict[str, DatedParameter] = {}
    documents = [document]
    _take(document, file, file.source, (file.from_, file.to), parameters, faults)
    for i, use in enumerate(file.uses):
        used = document.path.parent / use
        try:
            other = read_document(used)
            loaded = read_model(ParameterFile, other)
        except Faults as error:
            faults += error.faults
            continue
        except PolicyFault as error:
            missing = not used.is_file()
            faults.append(at(document, ("uses", i), f"找不到参数文件 {use}", do="核对相对于本文件的路径") if missing else error)
            continue
        documents.append(other)
        _take(other, loaded, loaded.source, (None, None), parameters, faults)
    pack = Pack(file, document.path, parameters, tuple(documents))
    faults += check_links(pack, document)
    raise_in_order(faults)
    return pack


def _take(document: Document, file: Part, source: Source, span: tuple[dt.date | None, dt.date | None],
          into: dict[str, DatedParameter], faults: list[DoudiError]) -> None:
    raw: dict[str, Parameter] = file.parameters  # type: ignore[attr-defined]
    for name, parameter in raw.items():
        if name in into:
            faults.append(at(document, ("parameters", name), f"参数 {name} 已在别处定义", do="只保留一处"))
            continue
        entries = read_parameter(document, name, parameter, faults)
        into[name] = DatedParameter(
            name, parameter.zh or name, parameter.unit, tuple(parameter.by),
            _in_order(document, name, parameter, entries, source, span, faults),
        )


def _in_order(document: Document, name: str, parameter: Parameter, entries: list[tuple[Any, Any, Any, Any]], source: Source,
              span: tuple[dt.date | None, dt.date | None], faults: list[DoudiError]) -> tuple[InForce, ...]:
    default = parameter.over(source)
    rows = []
    for loc, entry, value, table in entries:
        start = entry.from_ or (span[0] if parameter.values is None else None) or BEGINNING
        rows.append((start, entry.to, loc, value, table, entry.over(default)))
    rows.sort(key=lambda row: row[0])
    out: list[InForce] = []
    for i, (start, to, loc, value, table, cited) in enumerate(rows):
        following = rows[i + 1][0] if i + 1 < len(rows) else None
        last = to or (following - dt.timedelta(days=1) if following else END)
        if last < start or (following is not None and last >= following):
            faults.append(at(document, ("parameters", name, *loc), f"参数 {name} 的有效期重叠或颠倒（{start} 至 {last}）",
                             "起止日期先后有序、互不重叠", "改正 from 与 to"))
            continue
        out.append(InForce(start, last, value, table, cited))
    return tuple(out)
