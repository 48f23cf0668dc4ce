"""Where each row belongs: the smallest division that its cells, or its sheet's name and title, lead to.

This module must not know how names are written; the register handed in does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.reading.cells.divisions import Divisions
from doudi.ledgers.reading.plain import folded

#: The column of a reading's table with each row's division, null where it is not known.
DIVISION: Final = "__division"
_NAMED = re.compile("[\u4e00-\u9fff]{1,12}?(?:街道|办事处|社区|[镇乡村])")
_VILLAGE_DIGITS = 12


def place_of_sheet(divisions: Divisions | None, as_of: date, texts: Sequence[str]) -> str | None:
    """The township or village that the sheet's name, the title or the file's name speaks of; the first that is known.

    A text that names two leads nowhere.
    """
    if divisions is None:
        return None
    for text in texts:
        plain = folded(text)
        wanted = [plain, *dict.fromkeys(_NAMED.findall(plain))]
        for level in ("township", "village"):
            codes = divisions.resolve(pa.array(wanted, pa.string()), as_of=as_of, level=level)
            found: set[str] = set(codes.drop_null().to_pylist())
            if len(found) == 1:
                return found.pop()
    return None


def divisions_of_rows(codes: Mapping[str, pa.Array], sheet: str | None, count: int) -> pa.Array:
    """Each row's division. `codes`: what the columns town, village, natural_village and admdvs were resolved to."""
    nothing = pa.nulls(count, pa.string())
    given = codes.get("admdvs", nothing)
    exact = pc.if_else(pc.greater_equal(pc.utf8_length(given), _VILLAGE_DIGITS), given, None)
    return pc.coalesce(
        codes.get("natural_village", nothing),
        exact,
        codes.get("village", nothing),
        given,
        codes.get("town", nothing),
        pa.scalar(sheet, pa.string()),
    )
