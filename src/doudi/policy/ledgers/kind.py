"""What a kind of ledger is: its columns with headers and aliases, its key, its dates, what it says of people.

Templates, import, checks, sample data, listings and the reference page are all made from this. A kind is a fact
table plus what its senders write above the columns. Values are frozen; `load` makes them from YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from doudi.facts.declare import Column, Sensitivity, Table

Role = Literal[
    "",  # nothing beyond its type
    "idcard",  # a citizen's number, or a certificate that holds one (disability: 20 or 22 characters)
    "name",  # a person's name
    "phone",
    "account",  # a bank account or card
    "address",
    "division",  # code or name of a division, down to the village or natural village
    "household",  # the household's number, as its register has it
    "relation",  # relation to the head of household
    "yesno",  # 是 or 否, kept as 1 or 0
    "year",  # 2025
    "month",  # 202506
    "many",  # several values of the list in one cell: 残疾,长期慢性病
]
_USUAL: dict[Role, str] = {
    "idcard": "certno",
    "name": "psn_name",
    "household": "hh_no",
    "relation": "relation",
}
OF_OTHERS = re.compile("(head|guardian|acct|dis|father|mother|spouse|legal|helper)_|.*(contact|doctor)")
"""Columns that name somebody beside the one a row is about."""

Subject = Literal["person", "household", "place", "thing"]
Nature = Literal["list", "event"]


@dataclass(frozen=True)
class Header:
    """A header as some sender writes it; the years in which it did, where they are known (both included)."""

    text: str
    first: int | None = None
    last: int | None = None
    sender: str = ""


@dataclass(frozen=True)
class LedgerColumn:
    """One column. `column` holds name, type, unit, both meanings, national code list, `required`, sensitivity.

    `values`: what may stand here, the label as exported (empty: free, or the national list in `column.codes`);
    `complete`: another value is wrong, not new. `least`, `most`: bounds of a number, a sum (in fen) or a year.
    A cell that cannot be read leaves the row standing with this value empty, unless the column is required.
    """

    column: Column
    role: Role = ""
    headers: tuple[Header, ...] = ()
    values: tuple[str, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict, hash=False)
    complete: bool = True
    least: int | None = None
    most: int | None = None

    @property
    def name(self) -> str:
        """The national name, or ours where there is none."""
        return self.column.name

    @property
    def zh(self) -> str:
        """What it is called in Chinese."""
        return self.column.zh

    @property
    def required(self) -> bool:
        """Whether a row without it is refused."""
        return self.column.required

    @property
    def sensitivity(self) -> Sensitivity:
        """`identifying` values are sealed in the register and never reach the store."""
        return self.column.sensitivity

    @property
    def texts(self) -> tuple[str, ...]:
        """Every header that means this column beyond doubt, whatever year or sender."""
        return tuple(dict.fromkeys((*self.column.spellings, *(header.text for header in self.headers))))


@dataclass(frozen=True)
class TagRule:
    """A row of this kind gives its subject a tag: `tag` itself, or the value of the column `by`.

    `when`: column name → values under which the rule holds (empty: every row). `level`: the column that grades it, or several
    joined by `+`, whose values are written one after the other (肢体二级). `to`: person or household. The tag's dates
    are those of the row.
    """

    tag: str = ""
    by: str = ""
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    level: str = ""
    to: Literal["person", "household"] = "person"

    @property
    def levels(self) -> tuple[str, ...]:
        """The columns whose values, one after the other, are the grade."""
        return tuple(filter(None, self.level.split("+")))


@dataclass(frozen=True)
class Origin:
    """The document a layout was taken from, and whether a county has confirmed it."""

    issuer: str
    title: str
    number: str = ""
    date: str = ""
    note: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class LedgerKind:
    """One kind of ledger.

    `nature`: a `list` row holds until a later list or entry says otherwise; an `event` happened once.
    `key`: the columns that name a row among those of this kind (idcard and household columns stand for the subject
    they lead to). `since`, `until`: columns with the row's own dates; without them the import's day is its first.
    `makes_persons`: rows may add people to the register (the registered population does; a list of cars does not:
    what it cannot place is left to linkage). `retention_years`: how long an entry is kept after it ends.
    """

    name: str
    zh: str
    en: str
    sender: str
    subject: Subject
    nature: Nature
    key: tuple[str, ...]
    columns: tuple[LedgerColumn, ...]
    since: str = ""
    until: str = ""
    makes_persons: bool = False
    makes_households: bool = False
    tags: tuple[TagRule, ...] = ()
    origins: tuple[Origin, ...] = ()
    retention_years: int = 10
    note: str = ""

    def __iter__(self) -> Iterator[LedgerColumn]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> LedgerColumn:
        return self.by_name[name]

    @cached_property
    def by_name(self) -> dict[str, LedgerColumn]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    def of_role(self, role: Role) -> tuple[LedgerColumn, ...]:
        """The columns with a role, in order."""
        return tuple(column for column in self.columns if column.role == role)

    def own(self, role: Role) -> LedgerColumn | None:
        """The subject's column of a role: one in the key, the usual one, the head's where households are listed, else
        the first that is not plainly somebody else's."""
        several = self.of_role(role)
        keyed = [column for column in several if column.name in self.key]
        usual = [column for column in several if column.name == _USUAL.get(role)]
        heads = [
            column for column in several if column.name.startswith("head_") and self.subject == "household"
        ]
        own = [column for column in several if not OF_OTHERS.match(column.name)]
        return next(iter((*keyed, *usual, *heads, *own, *several)), None)

    @cached_property
    def table(self) -> Table:
        """The kind as a fact table: what the store keeps of it is `table.schema(keep_identifying=False)`."""
        return Table(
            name=self.name,
            zh=self.zh,
            en=self.en,
            national="",
            grain=self.note,
            keys=self.key,
            columns=tuple(column.column for column in self.columns),
            order=self.key,
        )
