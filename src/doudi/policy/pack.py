"""A settlement policy with everything it names: its file, its parameters, and where each stands.

`load` is the one way in. What comes out has passed every check that needs no claims (`linking`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doudi.common.errors import DoudiError
from doudi.policy.faults import at, each, raise_in_order, read_model, together
from doudi.policy.linking import Entry, check_links, read_parameter
from doudi.policy.schema import DatedOrder, Layer, PackFile, Parameter, ParameterFile, Source, Term
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
    """A parameter as loaded: what it is, and its values in order of date, never overlapping.

    `home` is the document that it stands in; two parameters that mean the same are equal wherever they stand.
    """

    name: str
    zh: str
    unit: str
    by: tuple[str, ...]
    values: tuple[InForce, ...]
    en: str | None = None
    note: str | None = None
    home: Document | None = field(default=None, repr=False, compare=False)

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

    @property
    def orders(self) -> list[DatedOrder]:
        """The orders of layers, the earliest first."""
        return sorted(self.file.order, key=lambda entry: entry.from_)

    def order_on(self, day: dt.date) -> tuple[str, ...]:
        """Codes of the layers that are on, in the order in force on a day."""
        current: tuple[str, ...] = ()
        for entry in self.orders:
            if entry.from_ <= day:
                current = tuple(code for code in entry.layers if self.file.layers[code].on)
        return current

    @property
    def active_layers(self) -> tuple[str, ...]:
        """Layers that are on and stand in some order, as first met."""
        seen: dict[str, None] = {}
        for entry in self.orders:
            seen.update(dict.fromkeys(code for code in entry.layers if self.file.layers[code].on))
        return tuple(seen)

    @property
    def cost_columns(self) -> tuple[str, ...]:
        """Named cost columns the policy counts, in order of name."""
        taken = [term.take for term in all_terms(self.file)]
        taken += [layer.recorded for layer in self.file.layers.values() if layer.recorded]
        return tuple(sorted({name.removeprefix("cost.") for name in taken if name.startswith("cost.")}))

    def layer(self, code: str) -> Layer:
        """One layer by its code."""
        return self.file.layers[code]


def all_terms(file: PackFile) -> list[Term]:
    """Every term of every sum in a pack file."""
    terms = [term for step in file.prepay for term in step.of]
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
    faults: list[DoudiError] = []
    parameters = _Parameters(faults)
    documents = [document]
    file: PackFile | None = None
    try:
        file = read_model(PackFile, document)
        parameters.take(document, file.parameters, file.source, file.from_)
        uses = file.uses
    except DoudiError as error:  # go on, so that the faults of the files it uses are told at once
        faults += each(error)
        uses = _uses_as_written(document.data)
    for i, use in enumerate(uses):
        used = document.path.parent / use
        if not used.is_file():
            what = f"找不到参数文件 {use}"
            faults.append(at(document, ("uses", i), what, do="核对相对于本文件的路径"))
            continue
        try:
            other = read_document(used)
            held = read_model(ParameterFile, other)
        except DoudiError as error:
            faults += each(error)
        else:
            documents.append(other)
            parameters.take(other, held.parameters, held.source, BEGINNING)
    if file is None:
        raise together(faults)
    pack = Pack(file, document.path, parameters.found, tuple(documents))
    # What could not be read is told once, where it stands, and not again wherever it is named.
    complete = len(documents) == 1 + len(uses)
    faults += check_links(pack, document, parameters.unread, complete)
    raise_in_order(faults)
    return pack


def check_parameters(document: Document) -> dict[str, DatedParameter]:
    """The parameters of a file by itself, without a pack to name them. Raises its faults."""
    faults: list[DoudiError] = []
    held = read_model(ParameterFile, document)
    parameters = _Parameters(faults)
    parameters.take(document, held.parameters, held.source, BEGINNING)
    raise_in_order(faults)
    return parameters.found


def _uses_as_written(data: Any) -> list[str]:
    uses = data.get("uses") if isinstance(data, dict) else None
    return [use for use in uses if isinstance(use, str)] if isinstance(uses, list) else []


class _Parameters:
    """Parameters gathered from one document after another."""

    def __init__(self, faults: list[DoudiError]) -> None:
        self.faults = faults
        self.found: dict[str, DatedParameter] = {}
        self.unread: set[str] = set()

    def take(
        self, document: Document, parameters: Mapping[str, Parameter], source: Source, start: dt.date
    ) -> None:
        """Add a document's parameters; a value in the short form is in force from `start`."""
        for name, parameter in parameters.items():
            if (before := self.found.get(name)) and before.home:
                where = before.home.where(("parameters", name))
                what = f"参数 {name} 已在别处定义（{where}）"
                self.faults.append(at(document, ("parameters", name), what, do="只保留一处"))
                continue
            told = len(self.faults)
            entries = read_parameter(document, name, parameter, self.faults)
            self.found[name] = DatedParameter(
                name,
                parameter.zh or name,
                parameter.unit,
                tuple(parameter.by),
                self._in_order(document, name, parameter, entries, source, start),
                parameter.en,
                parameter.note if parameter.values is not None else None,
                document,
            )
            if len(self.faults) > told:
                self.unread.add(name)

    def _in_order(
        self,
        document: Document,
        name: str,
        parameter: Parameter,
        entries: list[Entry],
        source: Source,
        start: dt.date,
    ) -> tuple[InForce, ...]:
        entries = sorted(entries, key=lambda entry: entry.dated.from_ or start)
        starts = [entry.dated.from_ or start for entry in entries]
        out: list[InForce] = []
        for i, (entry, begins) in enumerate(zip(entries, starts, strict=True)):
            following = starts[i + 1] if i + 1 < len(starts) else None
            ends = entry.dated.to or (following - dt.timedelta(days=1) if following else END)
            if ends < begins or (following and ends >= following):
                what = f"参数 {name} 的有效期重叠或颠倒（{begins} 至 {ends}）"
                place = ("parameters", name, *entry.loc)
                self.faults.append(at(document, place, what, "起止日期先后有序、互不重叠", "改正 from 与 to"))
                continue
            # In the short form the parameter's own remark is the value's.
            mine = parameter if parameter.values is None else entry.dated.over(parameter)
            out.append(InForce(begins, ends, entry.value, entry.table, mine.over(source)))
        return tuple(out)
