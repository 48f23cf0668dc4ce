"""A list while it is being made: columns with what is written, what must be read, and what was done to each cell.

A sheet knows whose every row is. It must not know files: where a row ends up in a workbook is a page's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.sample.draws import Ints, Mask
from doudi.sample.ledgers.rates import BY_NAME

TEXT, NUMBER, DATE, ERROR = 1, 2, 3, 5
"""How a cell stands in its file, as `Grid` counts it: text, a number, a date, an error."""

Bytes = npt.NDArray[np.uint8]
Header = str | tuple[str, str]
"""A header, or one under a header that spans several columns."""


def texts(values: pa.Array | Sequence[str | None]) -> pa.Array:
    """Values as a column of text."""
    return values if isinstance(values, pa.Array) else pa.array(values, pa.string())


@dataclass
class Field:
    """One column. `name`: the ledger column (empty: none of the declared). `read`: the inside value as text."""

    name: str
    header: Header
    written: pa.Array
    read: pa.Array
    how: Bytes
    damage: Bytes

    def take(self, rows: Ints) -> Field:
        """Some of the rows."""
        at = pa.array(rows)
        return Field(
            self.name,
            self.header,
            self.written.take(at),
            self.read.take(at),
            self.how[rows],
            self.damage[rows],
        )

    def put(
        self,
        rows: Mask,
        written: pa.Array,
        damage: str = "",
        read: pa.Array | bool | None = True,
        how: int = TEXT,
    ) -> None:
        """Write other texts into some cells, in order. `read`: True if the same value is still read, None if none is."""
        mask = pa.array(rows)
        self.written = pc.replace_with_mask(self.written, mask, texts(written))
        if read is not True:
            new = pa.nulls(int(rows.sum()), pa.string()) if read is None else texts(read)
            self.read = pc.replace_with_mask(self.read, mask, new)
        self.how[rows] = how
        if damage:
            self.damage[rows] = BY_NAME[damage]


@dataclass
class Sheet:
    """One list. `person`: the number of whom each row is about (-1: nobody). `key`: what draws about a row hang on."""

    kind: str
    person: Ints
    key: Ints
    fields: dict[str, Field] = field(default_factory=dict)
    damage: Bytes = field(default_factory=lambda: np.zeros(0, np.uint8))

    def __post_init__(self) -> None:
        if len(self.damage) != len(self.person):
            self.damage = np.zeros(len(self.person), np.uint8)

    def __len__(self) -> int:
        return len(self.person)

    def add(
        self, name: str, header: Header, written: pa.Array | Sequence[str | None],
        read: pa.Array | Sequence[str | None] | None = None, how: int = TEXT, at: str = "",
    ) -> Field:  # fmt: skip
        """A further column; what is read is what is written unless said otherwise."""
        column = texts(written)
        one = Field(
            name, header, column, column if read is None else texts(read),
            np.full(len(self), how, np.uint8), np.zeros(len(self), np.uint8),
        )  # fmt: skip
        self.fields[at or name] = one
        return one

    def take(self, rows: Ints) -> Sheet:
        """Some of the rows, in that order; a row may come twice."""
        return Sheet(
            self.kind, self.person[rows], self.key[rows],
            {at: one.take(rows) for at, one in self.fields.items()}, self.damage[rows],
        )  # fmt: skip
