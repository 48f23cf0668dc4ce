"""Divisions by code or by name: a code as it is, a name through the register where one is handed in.

A village's name is looked up within its township. This module must not know the register.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.reading.cells.column import Column, Wrong, spread
from doudi.ledgers.reading.cells.damage import NOTHING, is_damaged, is_error, undamaged
from doudi.ledgers.reading.plain import folded


class Divisions(Protocol):
    """The register of divisions, as `access.places.Places` is: names or codes → the codes that stand on a day."""

    def resolve(
        self, names: pa.Array, *, as_of: date, within: pa.Array | None = None, level: Any = None
    ) -> pa.Array:
        """Null where a name is unknown or could be several; `within`: what must enclose each."""


#: The level that a column of a name must be of.
LEVELS: Final = {"town": "township", "village": "village", "natural_village": "natural_village"}

_CODE = r"^[0-9]{6}([0-9]{3}([0-9]{3}([0-9]{2,3})?)?)?$"
_BETWEEN = "\x1f"


def read_divisions(
    array: pa.Array,
    *,
    above: pa.Array | None,
    divisions: Divisions | None,
    level: str | None,
    as_of: date,
    code: bool,
) -> Column:
    """A column of divisions, and in `beside["code"]` the code of each.

    `above`: the division each lies in, as a code or as written; `code`: the inside form is a code, else the name.
    """
    paths = array if above is None else _joined(above, array)
    seen = paths.dictionary_encode()
    texts: list[str] = seen.dictionary.to_pylist()
    names = [text.rpartition(_BETWEEN)[2] for text in texts]
    upper = [text.rpartition(_BETWEEN)[0] or None for text in texts]
    known = _resolved(names, upper, divisions, level, as_of)
    coded = pc.match_substring_regex(pa.array(names, pa.string()), _CODE).to_pylist()
    placed = _known(upper, divisions, as_of)
    results = []
    for name, lies_in, found, is_code in zip(names, upper, known, coded, strict=True):
        # The same name may stand in two townships: without knowing which, an unknown name is no fault; nor is one
        # whose enclosing place is itself unknown, which is told there.
        asked = divisions is not None and (lies_in in placed or level not in ("village", "natural_village"))
        results.append(_one(name, found, is_code=bool(is_code), asked=asked, code=code))
    column = spread(results, seen.indices, pa.string())
    codes = [
        found or (folded(name) if is_code else None)
        for name, found, is_code in zip(names, known, coded, strict=True)
    ]
    column.beside["code"] = pa.array(codes, pa.string()).take(seen.indices)
    return column


def _joined(above: pa.Array, array: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(pc.fill_null(above, ""), array, _BETWEEN)


def _known(upper: list[str | None], divisions: Divisions | None, as_of: date) -> set[str | None]:
    """The enclosing places that the register knows."""
    said = sorted({one for one in upper if one})
    if divisions is None or not said:
        return set()
    found = divisions.resolve(pa.array(said, pa.string()), as_of=as_of)
    return {one for one, code in zip(said, found.to_pylist(), strict=True) if code}


def _resolved(
    names: list[str], upper: list[str | None], divisions: Divisions | None, level: str | None, as_of: date
) -> list[str | None]:
    if divisions is None or not names:
        return [None] * len(names)
    texts, within = pa.array(names, pa.string()), pa.array(upper, pa.string())
    found = divisions.resolve(texts, as_of=as_of, within=within, level=level)
    if level is not None and found.null_count:  # 东村三组 in the column of villages is a place all the same
        found = pc.coalesce(found, divisions.resolve(texts, as_of=as_of, within=within))
    codes: list[str | None] = found.to_pylist()
    return codes


def _one(name: str, found: str | None, *, is_code: bool, asked: bool, code: bool) -> Any:
    plain = folded(name)
    if plain.lower() in NOTHING:
        return None
    if is_error(name):
        return Wrong("error_cell")
    if is_code:
        return plain
    if is_damaged(plain):
        return Wrong("text_damaged", fix=undamaged(plain))
    if code and found:
        return found
    if (asked and not found) or (code and plain.isdigit()):
        return Wrong("division_unknown")
    return plain
