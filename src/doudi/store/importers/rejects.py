"""Handing back the rows that could not stand, in their sender's own columns, with what is wrong beside them.

The file can be mended and imported as it is: the added columns begin with 退回 and are left out on the way
in. This module must not judge rows.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from doudi.facts.edges import replaced
from doudi.store.importers.raw import Numbers, Ragged, cells_of, raw_batches
from doudi.store.importers.reading import Reading
from doudi.store.importers.shape import Shape

ADDED = {"row": "退回_行", "column": "退回_列", "value": "退回_值", "allowed": "退回_允许", "do": "退回_建议"}

_BETWEEN = "；"
_BOM = b"\xef\xbb\xbf"


def write_rejects(reading: Reading, path: Path) -> int:
    """Write the rejected rows of a reading as CSV; returns how many there are."""
    told = _by_row(reading.faults.table())
    numbers = told["row"].to_numpy()
    raw = _raw_rows(reading.shape, numbers)
    columns = [*raw, *(told[name] for name in ADDED)]
    names = [*_distinct(reading.shape.headers), *ADDED.values()]
    with replaced(path) as beside, beside.open("wb") as out:
        out.write(_BOM)
        pacsv.write_csv(pa.table(columns, names=names), out)
    return len(numbers)


def _by_row(faults: pa.Table) -> pa.Table:
    """One row per rejected row, its faults side by side."""
    texts = [name for name in ADDED if name != "row"]
    grouped = faults.group_by("row", use_threads=False).aggregate([(name, "list") for name in texts])
    joined = {name: pc.binary_join(pc.fill_null(grouped[f"{name}_list"], []), _BETWEEN) for name in texts}
    return pa.table({"row": grouped["row"], **joined}).sort_by("row")


def _raw_rows(shape: Shape, numbers: Numbers) -> list[pa.Array]:
    """The cells of the numbered rows, read again from the file."""
    width = len(shape.headers)
    ragged = Ragged()
    found: list[Numbers] = []
    parts: list[list[pa.Array]] = [[] for _ in range(width)]
    for batch in raw_batches(shape, ragged):
        wanted = np.isin(batch.numbers, numbers)
        if wanted.any():
            found.append(batch.numbers[wanted])
            for place, column in enumerate(batch.columns):
                parts[place].append(_as_text(column.filter(pa.array(wanted))))
    fallen = [cells_of(text, shape.delimiter, width) for text in ragged.rows.values()]
    if fallen:
        found.append(np.array(list(ragged.rows), dtype=np.int64))
        for place in range(width):
            parts[place].append(pa.array([cells[place] for cells in fallen], pa.string()))
    order = pa.array(np.argsort(np.concatenate(found), kind="stable"))
    return [pa.concat_arrays(part).take(order) for part in parts]


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_string(column.type):
        return column
    return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())


def _distinct(headers: tuple[str, ...]) -> list[str]:
    """Columns of an earlier return are numbered, so that a file can be handed back twice."""
    return [f"{header}_前次" if header in ADDED.values() else header for header in headers]
