"""Names that do not fit the number beside them: which rows stand under somebody else's number.

Must not know whose number it is, nor what follows.
"""

from __future__ import annotations

from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.engine.linkage.levels import ELSE, LEVELS
from doudi.engine.linkage.names import encode

LEVEL_NAMES: Final = tuple(LEVELS["name"][1])


def name_levels(
    connection: duckdb.DuckDBPyConnection, one: pa.Array, other: pa.Array
) -> npt.NDArray[np.int8]:
    """How alike two columns of names are, row by row: places in LEVEL_NAMES; -1 where either is missing."""
    missing, levels = LEVELS["name"]
    table: dict[str, pa.Array] = {"row": pa.array(np.arange(len(one), dtype=np.int64))}
    for side, codes in zip("lr", encode(one, other), strict=True):
        names = pa.array(codes.columns["name"])
        table |= {f"{key}_{side}": pa.array(values) for key, values in codes.columns.items()}
        table[f"name_{side}"] = pc.if_else(pc.less(names, 0), None, names)
    connection.register("names_beside", pa.table(table))
    whens = " ".join(f"when {sql} then {k}" for k, sql in enumerate(levels.values()) if sql != ELSE)
    sql = f"select case when {missing} then -1 {whens} else {len(levels) - 1} end::tinyint as at from names_beside order by row"  # noqa: S608
    at: npt.NDArray[np.int8] = connection.sql(sql).to_arrow_table()["at"].to_numpy()
    return at
