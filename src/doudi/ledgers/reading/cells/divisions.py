"""Divisions by code or by name: a code as it is, a name through the register where one is handed in.

A village's name is looked up within its township. This module must not know the register.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.reading.cells.column import Column, Wrong, spread
from doudi.ledgers.reading.cells.damage import NOTHING, is_damaged, is_error, undamaged
from doudi.ledgers.reading.plain import folded

#: Names (`town/village` or one name) → codes, null where unknown.
Divisions = Callable[[pa.Array], pa.Array]

_CODE = r"^[0-9]{6}([0-9]{3}([0-9]{3}([0-9]{2,3})?)?)?$"


def read_divisions(
    array: pa.Array, *, above: pa.Array | None, divisions: Divisions | None, code: bool
) -> Column:
    """A column of divisions. `above`: the division each lies in, as written; `code`: the inside form is a code."""
    if above is not None:
        path = pc.if_else(pc.is_valid(above), pc.binary_join_element_wise(above, array, "/"), array)
    else:
        path = array
    seen = path.dictionary_encode()
    known: dict[str, str | None] = {}
    distinct = seen.dictionary
    names = [text.rpartition("/")[2] if above is not None else text for text in distinct.to_pylist()]
    plain = pc.match_substring_regex(pa.array(names, pa.string()), _CODE)
    if divisions is not None and len(distinct):
        found = divisions(distinct)
        known = dict(zip(distinct.to_pylist(), found.to_pylist(), strict=True))
    results: list[Any] = []
    for text, name, is_code in zip(distinct.to_pylist(), names, plain.to_pylist(), strict=True):
        results.append(_one(text, name, known, is_code=bool(is_code), asked=divisions is not None, code=code))
    return spread(results, seen.indices, pa.string())


def _one(
    path: str, name: str, known: dict[str, str | None], *, is_code: bool, asked: bool, code: bool
) -> Any:
    plain = folded(name)
    if plain.lower() in NOTHING:
        return None
    if is_error(name):
        return Wrong("error_cell")
    if is_code:
        return plain
    if is_damaged(plain):
        return Wrong("text_damaged", fix=undamaged(plain))
    found = known.get(path)
    if code:
        if found:
            return found
        return Wrong("division_unknown") if asked or plain.isdigit() else plain
    return Wrong("division_unknown") if asked and not found else plain
