"""The words in which a fact table is declared: columns, identities, refunds, tables.

Declarations are frozen and checked when they are made, so a slip fails at import. They must not read or write
anything themselves; loader, checks, templates and documents are written from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pyarrow as pa

from doudi.common.codes import CodeList, code_list

Kind = Literal["money", "date", "time", "code", "id", "text", "count", "number"]
Sensitivity = Literal["open", "personal", "identifying"]

SCHEMA_VERSION = 1
"""Raised when the inside form of any table changes; every batch in the store carries it."""

_ARROW: dict[Kind, pa.DataType] = {
    "money": pa.int64(),
    "date": pa.date32(),
    "time": pa.timestamp("s"),
    "code": pa.string(),
    "id": pa.string(),
    "text": pa.string(),
    "count": pa.int64(),
}


@dataclass(frozen=True)
class Column:
    """One column: its national name, what it holds, how it may be written by a sender.

    `required`: a file without it, or a row with it empty, is refused. `interface`: the same column in the
    interface specification. `aliases`: other headers that mean it beyond doubt. `signed`: money or a
    count that may be negative on any row. `sensitivity`: an `identifying` column is never kept in the
    store.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    codes: CodeList | None = None
    scale: int = 0
    required: bool = False
    interface: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    signed: bool = False
    sensitivity: Sensitivity = "open"
    unit: str = ""
    note: str = ""
    unsure: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name) or self.name.endswith("_fen"):
            raise ValueError(f"{self.name}: a national name is lower case and never ends in _fen")
        if not self.zh or not self.en:
            raise ValueError(f"{self.name}: needs its meaning in both languages")
        if (self.scale > 0) != (self.kind == "number"):
            raise ValueError(f"{self.name}: a scale belongs to a number and a number has one")

    @property
    def inside(self) -> str:
        """The column's name inside Doudi."""
        return f"{self.name}_fen" if self.kind == "money" else self.name

    @property
    def arrow(self) -> pa.DataType:
        """The column's type inside Doudi."""
        return pa.decimal128(18, self.scale) if self.kind == "number" else _ARROW[self.kind]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every header that means this column, the national name first."""
        return (self.name, *self.interface, self.zh, *self.aliases)


@dataclass(frozen=True)
class Identity:
    """`total` equals the sum of `parts` on every row; an empty cell of a part is nought.

    Without a total, or a part that is not among those a file `may_lack`, the identity cannot be checked.
    """

    name: str
    total: str
    parts: tuple[str, ...]
    zh: str
    may_lack: tuple[str, ...] = ()
    certain: bool = True
    note: str = ""


@dataclass(frozen=True)
class Refund:
    """How a row says that it takes another one back: by naming it, by a flag, or by a negative quantity."""

    original: str
    flag: str | None = None
    sign: str | None = None


@dataclass(frozen=True)
class Table:
    """One fact table. `keys` name a row; `order` is how the store sorts rows; `refund` allows negative rows.

    `open_prefix`: any further column whose name begins so is taken as money (named parts of a bill).
    """

    name: str
    zh: str
    en: str
    national: str
    grain: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    identities: tuple[Identity, ...] = ()
    refund: Refund | None = None
    open_prefix: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name}: a column is declared twice")
        headers = [spelling for column in self.columns for spelling in column.spellings]
        if twice := {header for header in headers if headers.count(header) > 1}:
            raise ValueError(f"{self.name}: headers mean two columns: {sorted(twice)}")
        named = [*self.keys, *self.order, *(n for i in self.identities for n in (i.total, *i.parts))]
        if self.refund:
            named += [n for n in (self.refund.original, self.refund.flag, self.refund.sign) if n]
        if unknown := sorted(set(named) - set(names)):
            raise ValueError(f"{self.name}: names undeclared columns {unknown}")

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> Column:
        return self.by_name[name]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Declared columns by national name."""
        return {column.name: column for column in self.columns}

    @property
    def money(self) -> tuple[Column, ...]:
        """The declared money columns."""
        return tuple(column for column in self.columns if column.kind == "money")

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns no file may lack."""
        return tuple(column for column in self.columns if column.required)

    def open_column(self, header: str) -> Column | None:
        """The column that a header outside the declaration stands for, if this table is open to it."""
        if self.open_prefix and re.fullmatch(re.escape(self.open_prefix) + r"[a-z0-9_]+", header):
            part = header.removeprefix(self.open_prefix)
            if not header.endswith("_fen"):
                return Column(header, "money", f"其中费用 {part}", f"named part of the bill: {part}")
        return None

    def schema(self, *, opened: tuple[Column, ...] = (), keep_identifying: bool = True) -> pa.Schema:
        """The inside form: declared columns in order, then opened ones by name."""
        columns = [*self.columns, *sorted(opened, key=lambda column: column.name)]
        return pa.schema(
            [(c.inside, c.arrow) for c in columns if keep_identifying or c.sensitivity != "identifying"]
        )


def money(name: str, zh: str, en: str, **more: Any) -> Column:
    """A sum in yuan at the edge, in fen inside."""
    return Column(name, "money", zh, en, unit="元", **more)


def code(name: str, zh: str, en: str, codes: str | None = None, **more: Any) -> Column:
    """A coded value; `codes` names its list, if one is known."""
    return Column(name, "code", zh, en, codes=code_list(codes) if codes else None, **more)


def ident(name: str, zh: str, en: str, **more: Any) -> Column:
    """An identifier, kept as text."""
    return Column(name, "id", zh, en, **more)


def day(name: str, zh: str, en: str, **more: Any) -> Column:
    """A date."""
    return Column(name, "date", zh, en, **more)


def moment(name: str, zh: str, en: str, **more: Any) -> Column:
    """A time of day on a date, to the second, without a zone."""
    return Column(name, "time", zh, en, **more)


def text(name: str, zh: str, en: str, **more: Any) -> Column:
    """Free text."""
    return Column(name, "text", zh, en, **more)


def count(name: str, zh: str, en: str, **more: Any) -> Column:
    """A whole number."""
    return Column(name, "count", zh, en, **more)


def number(name: str, zh: str, en: str, scale: int, **more: Any) -> Column:
    """An exact decimal with so many places."""
    return Column(name, "number", zh, en, scale=scale, **more)
