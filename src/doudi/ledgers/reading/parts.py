"""A date written in three columns, year, month and day: read as the one date it is. Must not know kinds of ledgers."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.reading.header import Header, Pieces
from doudi.ledgers.reading.plain import folded

_SIGNS = ("年", "月", "日")


def whole_dates(header: Header, columns: tuple[pa.Array, ...]) -> tuple[Header, tuple[pa.Array, ...]]:
    """The header and the columns with every such date in the first of its three, the other two without a header."""
    pieces, out = list(header.pieces), list(columns)
    for c in range(len(pieces) - 2):
        name = _name(pieces[c : c + 3])
        if not name:
            continue
        out[c] = pc.binary_join_element_wise(*columns[c : c + 3], "-")
        pieces[c : c + 3] = [name, (), ()]
    return replace(header, pieces=tuple(pieces)), tuple(out)


def _name(three: list[Pieces]) -> Pieces:
    """What three headers are called together; nothing where they are not one date."""
    if not all(three):
        return ()
    leaves = [folded(one[-1]) for one in three]
    above = {tuple(map(folded, one[:-1])) for one in three}
    begun = {leaf[:-1] for leaf in leaves}
    if len(above) > 1 or len(begun) > 1 or tuple(leaf[-1:] for leaf in leaves) != _SIGNS:
        return ()
    prefix = begun.pop()
    return (f"{prefix}日期",) if prefix else three[0][:-1]
