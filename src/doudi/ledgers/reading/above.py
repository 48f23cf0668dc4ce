"""What the lines down to the end of the header are called: title, unit, note, blank, header.

This module must not know what stands below.
"""

from __future__ import annotations

from doudi.ledgers.reading import words
from doudi.ledgers.reading.header import Header
from doudi.ledgers.reading.lines import Top
from doudi.ledgers.reading.plain import folded

_LONG = 40


def lines_above(top: Top, header: Header) -> dict[int, str]:
    """Row index → name, for every line before the first that may be a record."""
    out: dict[int, str] = {}
    for r in range(header.after):
        texts = [folded(text) for text in top.text[r] if text and folded(text)]
        if not texts:
            out[r] = words.BLANK
        elif r >= header.first:
            out[r] = words.HEADER
        else:
            out[r] = _name(texts)
    return out


def _name(texts: list[str]) -> str:
    if any(words.is_unit_line(text) for text in texts):
        return words.UNIT
    if words.is_note(texts[0]) or max(map(len, texts)) > _LONG:
        return words.NOTE
    if all(words.is_signature(text) for text in texts):
        return words.SIGNATURE
    return words.TITLE
