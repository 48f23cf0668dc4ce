"""A table brought to the whole inside form of its declaration: every column, in order, of the declared type."""

from __future__ import annotations

import pyarrow as pa

from doudi.facts.declare import Table


def conform(data: pa.Table, table: Table, *, keep_identifying: bool = True) -> pa.Table:
    """Order the columns as declared, adding missing ones empty; a column nobody declared is our own slip."""
    national = {name: name.removesuffix("_fen") for name in data.column_names}
    opened = tuple(column for name in national.values() if (column := table.open_column(name)))
    schema = table.schema(opened=opened, keep_identifying=keep_identifying)
    known = set(table.schema(opened=opened).names)
    if foreign := [name for name in data.column_names if name not in known]:
        raise ValueError(f"{table.name}: columns {foreign} are not declared")
    columns = [
        data[field.name].cast(field.type)
        if field.name in data.column_names
        else pa.nulls(data.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
