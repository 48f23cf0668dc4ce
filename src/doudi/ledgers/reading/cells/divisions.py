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
    """A column of divisions. `above`: the division each lies in, as written; `code`: the inside form is a code."""
    paths = array
    if above is not None:
        paths = pc.binary_join_element_wise(pc.fill_null(above, ""), array, _BETWEEN)
    seen = paths.dictionary_encode()
    names = [text.rpartition(_BETWEEN)[2] for text in seen.dictionary.to_pylist()]
    plain = pa.array(names, pa.string())
    known: list[str | None] = [None] * len(names)
    if divisions is not None and names:
        within = None
        if above is not None:
            upper = [text.rpartition(_BETWEEN)[0] or None for text in seen.dictionary.to_pylist()]
            within = pa.array(upper, pa.string())
        known = divisions.resolve(plain, as_of=as_of, within=within, level=level).to_pylist()
    coded = pc.match_substring_regex(plain, _CODE).to_pylist()
    results = [
        _one(name, found, is_code=bool(is_code), asked=divisions is not None, code=code)
        for name, found, is_code in zip(names, known, coded, strict=True)
    ]
    return spread(results, seen.indices, pa.string())


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
