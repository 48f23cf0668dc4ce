"""Random facts for any declared table, in the inside form, such as the loader takes."""
# ruff: noqa: DTZ001 -- the moments of a ledger have no zone

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from doudi.facts.conform import conform
from doudi.facts.declare import Column, Table
from doudi.facts.rows import ABSURD_FEN

IDS = st.text("ABCXYZ0123456789_-", min_size=1, max_size=12)
TEXT = st.text(st.characters(codec="gb18030", exclude_categories=("C", "Z")), min_size=1, max_size=8).map(
    str.strip
)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda m: m.replace(microsecond=0))


def values_of(column: Column) -> st.SearchStrategy[Any]:
    """What one cell of a column may hold."""
    if column.kind == "money":
        return st.integers(-ABSURD_FEN if column.signed else 0, ABSURD_FEN)
    if column.kind == "count":
        return st.integers(0, 10**6)
    if column.kind == "number":
        return st.integers(0, 10**9).map(lambda units: Decimal(units).scaleb(-column.scale))
    if column.kind == "date":
        return MOMENTS.map(datetime.date)
    if column.kind == "time":
        return MOMENTS
    if column.codes and column.codes.values:
        return st.sampled_from(sorted(column.codes.values))
    return IDS if column.kind in ("id", "code") else TEXT.filter(bool)


@st.composite
def facts_of(draw: st.DrawFn, table: Table, opened: tuple[str, ...] = ()) -> pa.Table:
    """A few rows of a table with unique keys; any optional cell may be empty."""
    rows = draw(st.integers(1, 6))
    columns = [*table, *(column for name in opened if (column := table.open_column(name)))]
    data: dict[str, pa.Array] = {}
    for column in columns:
        cells = values_of(column)
        if column is table.columns[0]:
            drawn = draw(st.lists(cells, min_size=rows, max_size=rows, unique=True))
        elif column.required:
            drawn = draw(st.lists(cells, min_size=rows, max_size=rows))
        else:
            drawn = draw(
                st.lists(st.none() | cells, min_size=rows, max_size=rows)
                if rows < 4
                else st.just([None] * rows)
            )
        data[column.inside] = pa.array(drawn, column.arrow)
    return conform(pa.table(data), table)
