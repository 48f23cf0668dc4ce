"""Batches read back in the inside form: columns that a batch does not carry are empty in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq

from doudi.facts.declare import Table


def dataset_of(paths: Sequence[Path], table: Table) -> ds.Dataset:
    """Parquet files of one table as one lazy dataset, with every declared column and the named costs of any."""
    names = {name for path in paths for name in pq.read_schema(path).names}
    opened = {column for name in names if (column := table.open_column(name.removesuffix("_fen")))}
    schema = table.schema(opened=tuple(opened), keep_identifying=False)
    if not paths:
        return ds.dataset(schema.empty_table())
    return ds.dataset([str(path) for path in paths], format="parquet", schema=schema)
