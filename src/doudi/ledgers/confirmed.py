"""Rows that said what was known already: kept by import, so that undoing an earlier one does not take them along."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from doudi.ledgers.models import Import

_SCHEMA = pa.schema([("entry", pa.int64()), ("sheet", pa.string()), ("row", pa.int32())])


def packed(entries: pa.Array, sheets: pa.Array, rows: pa.Array) -> bytes | None:
    """The rows as bytes for `Import.confirmed`; None where there are none."""
    if len(entries) == 0:
        return None
    sink = pa.BufferOutputStream()
    table = pa.table([entries, sheets.cast(pa.string()), rows], schema=_SCHEMA)
    with pa.ipc.new_stream(sink, _SCHEMA, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def confirmed(source: Import) -> pa.Table:
    """(entry, sheet, row) of every row of an import that an earlier entry had said already."""
    if source.confirmed is None:
        return _SCHEMA.empty_table()
    return pa.ipc.open_stream(pa.py_buffer(bytes(source.confirmed))).read_all()


def confirmed_rows(source: Import) -> Iterator[tuple[int, str, int]]:
    """The same, one by one."""
    for batch in confirmed(source).to_batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
