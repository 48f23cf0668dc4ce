"""Many rows into the register and out of it, whole columns at a time; one writer at a time.

Below Django's models, since a million of them would take minutes: SQLite is handed tuples, PostgreSQL a COPY. What is
written has gone through the same columns; names and tables come from the models alone, never from data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import OperationalError, connection, models, transaction

from doudi.access.api import quiet
from doudi.common.errors import InputFault, StoreFault

_WRITERS = 0x6C656467  # "ledg": the number that writing programs agree on
_STEP = 50_000
_ASKED = 500
_LARGE = 100_000
_CACHE_KIB = 262_144

Column = Any
"""A sequence or Arrow array with a value for each row, or one value for all of them."""


@contextmanager
def writing() -> Iterator[None]:
    """One transaction, the only one that writes: all of it holds in the end, or nothing."""
    try:
        with transaction.atomic(durable=True):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS])
            yield
    except OperationalError as error:
        if "locked" not in str(error):
            raise
        raise StoreFault("登记库正被另一个程序写入", do="等它结束后再试") from None


def moment(at: datetime) -> datetime:
    """A moment as the register keeps it: UTC, to the second."""
    if at.tzinfo is None:
        raise InputFault("时刻没有时区", allowed="带时区的时刻，如 2026-06-30T08:00:00+00:00")
    return at.astimezone(UTC).replace(microsecond=0)


def adapted(value: Any) -> Any:
    """A day or a moment as this database wants it in a raw question."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def next_id(model: type[models.Model]) -> int:
    """The first key nobody has; ask inside `writing` only."""
    return int(model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def insert(model: type[models.Model], rows: int, columns: Mapping[str, Column]) -> None:
    """Add so many rows; `columns` by field name, those left out have the model's default, else nothing in them."""
    if rows == 0:
        return
    missing = [one for one in model._meta.concrete_fields if one.name not in columns]
    whole = {**columns, **{one.name: one.get_default() for one in missing}}
    if rows > 1:  # the key varies then
        whole = {name: _one_value(column) for name, column in whole.items()}
    varying = {name: column for name, column in whole.items() if _varies(column)}
    same = {name: adapted(column) for name, column in whole.items() if name not in varying}
    quoted = [connection.ops.quote_name(model._meta.get_field(name).column) for name in (*varying, *same)]
    into = f"{connection.ops.quote_name(model._meta.db_table)} ({', '.join(quoted)})"
    connection.ensure_connection()
    with quiet():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                constant = tuple(same.values())
                for row in _tuples(varying, rows):
                    copy.write_row(row + constant)
        else:
            _insert_into_sqlite(into, rows, varying, list(same.values()))


def _insert_into_sqlite(into: str, rows: int, varying: Mapping[str, Column], same: Sequence[Any]) -> None:
    """What is the same for every row stands in the statement: binding it a million times takes a fifth of the time."""
    raw = connection.connection
    written = [raw.execute("SELECT quote(?)", [value]).fetchone()[0] for value in same]
    values = ", ".join([*(["?"] * len(varying)), *written])
    before = raw.execute("PRAGMA cache_size").fetchone()[0]
    if rows >= _LARGE:  # the indexes of a large table are met everywhere at once
        raw.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    try:
        raw.executemany(f"INSERT INTO {into} VALUES ({values})", _tuples(varying, rows))  # noqa: S608 -- quoted by SQLite
    finally:
        raw.execute(f"PRAGMA cache_size = {before}")


def read(statement: str, parameters: Sequence[Any], schema: pa.Schema) -> pa.Table:
    """A question's answer as a table. Days and moments are asked for as text (`day`, `instant`)."""
    batches: list[pa.RecordBatch] = []
    with connection.cursor() as cursor:
        cursor.execute(statement, [adapted(value) for value in parameters])
        while found := cursor.fetchmany(_STEP):
            arrays = [
                _array(values, field.type)
                for values, field in zip(zip(*found, strict=True), schema, strict=True)
            ]
            batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema).combine_chunks()


def read_among(
    statement: str, values: Sequence[Any], parameters: Sequence[Any], schema: pa.Schema
) -> pa.Table:
    """The same for a statement with `IN ({among})` before its other parameters, asked for some hundred at a time."""
    parts = []
    for start in range(0, len(values), _ASKED):
        some = values[start : start + _ASKED]
        marks = ", ".join(["%s"] * len(some))
        parts.append(read(statement.format(among=marks), [*some, *parameters], schema))
    return pa.concat_tables(parts).combine_chunks() if parts else schema.empty_table()


def day(column: str) -> str:
    """A date column as text, past the drivers' conversions."""
    return f"CAST({column} AS text)"


def instant(column: str) -> str:
    """A moment column as text in UTC, to the second."""
    if connection.vendor == "postgresql":
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
    return f"substr({column}, 1, 19)"


def _tuples(columns: Mapping[str, Column], rows: int) -> Iterator[tuple[Any, ...]]:
    for start in range(0, rows, _STEP):
        size = min(_STEP, rows - start)
        yield from zip(*(_values(column, start, size) for column in columns.values()), strict=False)


def _one_value(column: Column) -> Column:
    """A column with the same value throughout as that value."""
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        return column
    if column.null_count == len(column):
        return None
    if column.null_count or not pc.all(pc.equal(column, column[0])).as_py():
        return column
    return column[0].as_py()


def _varies(column: Column) -> bool:
    return isinstance(column, pa.Array | pa.ChunkedArray | range | list | tuple)


def _values(column: Column, start: int, size: int) -> Any:
    if isinstance(column, pa.Array | pa.ChunkedArray):
        part = column.slice(start, size)
        return (part.cast(pa.string()) if pa.types.is_date(part.type) else part).to_pylist()
    return column[start : start + size]


def _array(values: tuple[Any, ...], wanted: pa.DataType) -> pa.Array:
    if pa.types.is_date(wanted) or pa.types.is_timestamp(wanted):
        return pc.cast(pa.array(values, pa.string()), wanted)
    if pa.types.is_fixed_size_binary(wanted):
        # An end has no content: an empty digest is none.
        return pa.array([bytes(value) if value else None for value in values], wanted)
    if pa.types.is_binary(wanted):
        return pa.array([None if value is None else bytes(value) for value in values], wanted)
    if pa.types.is_boolean(wanted):
        return pa.array([None if value is None else bool(value) for value in values], wanted)
    return pa.array(values, wanted)
