"""A second table beside the first: its columns are told and left alone, never read as if they were the first's.

Blank columns alone make no second table; a header that begins again does, and so does a block whose rows are not
the first block's rows. This module must not know kinds of ledgers beyond their headers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from doudi.ledgers.reading.header import Header, is_serial
from doudi.ledgers.reading.plain import folded
from doudi.ledgers.reading.vocabulary import Vocabulary

_ALIKE = 0.5


def columns_apart(
    header: Header, columns: Sequence[pa.Array], words: Vocabulary
) -> tuple[frozenset[int], str]:
    """The columns that belong to another table, and the sentence that says so."""
    del words
    first = _begins_again(header)
    if first is None:
        first = _other_rows(header, columns)
    if first is None:
        return frozenset(), ""
    return frozenset(range(first, len(columns))), (
        f"右侧自“{header.text(first)}”（第{first + 1}列）起是另一张表，没有读入；请分开后再导入"
    )


def _begins_again(header: Header) -> int | None:
    """Where three headers in a row, or the serial number and one more, come a second time in the same order."""
    texts = ["/".join(folded(piece) for piece in pieces) for pieces in header.pieces]
    seen: dict[str, int] = {}
    named = [c for c, text in enumerate(texts) if text]
    for place, c in enumerate(named):
        text = texts[c]
        if text in seen:
            was = named.index(seen[text])
            run = 0
            while (
                place + run < len(named)
                and was + run < place
                and texts[named[was + run]] == texts[named[place + run]]
            ):
                run += 1
            starts_anew = was == 0 or is_serial(header.pieces[c])
            if run >= 3 or (run >= 2 and starts_anew):
                return c
        else:
            seen[text] = c
    return None


def _other_rows(header: Header, columns: Sequence[pa.Array]) -> int | None:
    """The first column of a block behind a blank column, when the rows it fills are not those of the first block."""
    filled = [column.slice(header.after).is_valid().to_numpy(zero_copy_only=False) for column in columns]
    blank = [not header.pieces[c] and not filled[c].any() for c in range(len(columns))]
    edges = [c for c in range(1, len(columns)) if blank[c - 1] and not blank[c]]
    named = [c for c in range(len(columns)) if header.pieces[c]]
    if not named:
        return None
    for edge in edges:
        left = [c for c in range(edge) if not blank[c]]
        right = [c for c in range(edge, len(columns)) if not blank[c]]
        if len(left) < 2 or len(right) < 2 or not any(header.pieces[c] for c in left):
            continue
        ours, theirs = np.any([filled[c] for c in left], axis=0), np.any([filled[c] for c in right], axis=0)
        both = int((ours & theirs).sum())
        either = int((ours | theirs).sum())
        if either and both < _ALIKE * either:
            return edge
    return None
