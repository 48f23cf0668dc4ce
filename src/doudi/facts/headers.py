"""Which column of a sender's file is which declared column, whatever spelling it uses.

Platform names, interface names and Chinese headers are understood, one by one, so that a file may mix
them; what nobody declared is left out and named. This module must not read files.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from doudi.common.errors import DoudiError, InputFault
from doudi.facts.declare import Column, Table
from doudi.facts.registry import TABLES


@dataclass(frozen=True)
class Matched:
    """Declared columns with the place of their header, headers left out, and what is wrong with the whole."""

    table: Table
    places: dict[Column, int]
    left_out: tuple[str, ...]
    faults: tuple[DoudiError, ...]

    @property
    def opened(self) -> tuple[Column, ...]:
        """Columns the table is open to that this file brings."""
        return tuple(column for column in self.places if column.name not in self.table.by_name)


def plain(header: str) -> str:
    """A header as it is compared: no space, no byte-order mark, half-width, lower case."""
    return "".join(unicodedata.normalize("NFKC", header).replace("\ufeff", "").split()).lower()


def match_headers(headers: Sequence[str], table: Table, where: str | None = None) -> Matched:
    """Match the headers of one file against a table."""
    by_spelling = {plain(spelling): column for column in table for spelling in column.spellings}
    places: dict[Column, int] = {}
    left_out: list[str] = []
    faults: list[DoudiError] = []
    for place, header in enumerate(headers):
        column = by_spelling.get(plain(header)) or table.open_column(plain(header))
        if column is None:
            left_out.append(header)
        elif column in places:
            faults.append(_twice(column, headers[places[column]], header, where))
        else:
            places[column] = place
    if missing := [column for column in table.required if column not in places]:
        faults.append(_missing(missing, left_out, table, where))
    return Matched(table, places, tuple(left_out), tuple(faults))


def recognise(headers: Sequence[str], where: str | None = None) -> Table:
    """The table that most of a file's headers belong to; whether it is complete is `match_headers`'s to say."""
    matches = [match_headers(headers, table) for table in TABLES.values()]
    best = max(matches, key=lambda match: (len(match.places), not match.faults, -len(match.table.columns)))
    if best.places:
        return best.table
    raise InputFault(
        "表头都不认识，看不出是哪张表",
        where,
        allowed="、".join(f"{table.name}（{table.zh}）" for table in TABLES.values()),
        do="第一行应为列名；空白样表用 doudi claims template 表名；或用 --as 指明是哪张表",
    )


def _twice(column: Column, first: str, second: str, where: str | None) -> DoudiError:
    return InputFault(
        f"“{first}”和“{second}”是同一列（{column.zh}），不能都有",
        where,
        allowed=f"只留一个：{'、'.join(column.spellings)}",
        do="删去其中一列",
    )


def _missing(missing: list[Column], left_out: list[str], table: Table, where: str | None) -> DoudiError:
    told = []
    for column in missing:
        near = get_close_matches(column.name, left_out, n=1, cutoff=0.8)
        told.append(f"{column.name}（{column.zh}）" + (f"——是不是“{near[0]}”？" if near else ""))
    return InputFault(
        f"按“{table.zh}”表读，缺少列 {'、'.join(told)}",
        where,
        allowed=f"“{table.zh}”必须有：{'、'.join(column.name for column in table.required)}",
        do=f"补上这些列；空白样表用 doudi claims template {table.name}；若是别的表，用 --as 指明",
    )
