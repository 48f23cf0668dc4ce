"""The measure in which each mapped column of numbers is written: its header's own, else the one above the table.

A measure that cannot be turned into the column's own leaves the column unread: a wrong area is worse than none. This
module must not read cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from doudi.ledgers.reading.header import Header
from doudi.ledgers.reading.mapping import Pairing
from doudi.ledgers.reading.units import factor, fits, unit_in_header
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind

#: Measures of one thing: between two of them a number without a factor means something else.
_OF_ONE_THING: Final = (
    frozenset({"亩", "万亩", "公顷", "顷", "平方米", "㎡", "平米", "平方"}),
    frozenset({"米", "公里", "千米", "里", "km", "m"}),
    frozenset({"斤", "公斤", "千克", "吨", "kg", "t", "立方米"}),
)


@dataclass(frozen=True)
class Measures:
    """Column → measure; columns that cannot be read in theirs; what to say of both."""

    units: dict[int, str]
    unread: frozenset[int]
    doubts: tuple[str, ...]


def measures(
    header: Header, kind: LedgerKind, pairs: Mapping[int, Pairing], above: tuple[str, ...]
) -> Measures:
    """The measures of the mapped columns. `above`: those that the lines above the table name."""
    units: dict[int, str] = {}
    unread: set[int] = set()
    doubts: list[str] = []
    for c, pair in pairs.items():
        column = kind[pair.name]
        kept_in = _kept_in(column)
        if column.column.kind not in ("money", "number", "count"):
            continue
        own = next((unit for piece in reversed(header.pieces[c]) if (unit := unit_in_header(piece))), "")
        if own and kept_in and factor(own, kept_in) is None:
            if any(own in one and kept_in in one for one in _OF_ONE_THING) or column.column.kind == "money":
                unread.add(c)
                doubts.append(
                    f"“{header.text(c)}”的单位“{own}”折不成“{kept_in}”，没有读入；请按“{kept_in}”填报"
                )
            continue
        if not own and column.column.kind == "money":
            own = next((unit for unit in above if fits(unit, kept_in)), "")
        if own and kept_in:
            units[c] = own
    return Measures(units, frozenset(unread), tuple(doubts))


def _kept_in(column: LedgerColumn) -> str:
    return "元" if column.column.kind == "money" else column.column.unit
