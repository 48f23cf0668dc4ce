"""From a ledger column to the reader of its kind of value. Knows every reader and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.reading.cells.codes import read_codes, read_many, read_yesno
from doudi.ledgers.reading.cells.column import Column, Wrong
from doudi.ledgers.reading.cells.dates import read_days, read_months, read_years
from doudi.ledgers.reading.cells.divisions import LEVELS, Divisions, read_divisions
from doudi.ledgers.reading.cells.identity import read_identity
from doudi.ledgers.reading.cells.names import read_names
from doudi.ledgers.reading.cells.numbers import read_numbers
from doudi.ledgers.reading.cells.phones import read_phones
from doudi.ledgers.reading.cells.text import read_numbers_of_things, read_text
from doudi.ledgers.reading.subject import is_certificate
from doudi.policy.ledgers.kind import LedgerColumn


@dataclass(frozen=True)
class Around:
    """What a reader may need beside the cells: the day, the register of divisions, the header, other columns."""

    as_of: date
    header: str = ""
    unit: str = ""
    divisions: Divisions | None = None
    above: pa.Array | None = None
    papers: pa.Array | None = None


def read_column(column: LedgerColumn, array: pa.Array, numbers: pa.Array, around: Around) -> Column:
    """One column in the inside form. `numbers`: which cells were numbers in the file."""
    read = _read(column, array, numbers, around)
    if read.values.type != column.column.arrow:
        read.values = pc.cast(read.values, column.column.arrow, safe=False)
    return read


def _read(column: LedgerColumn, array: pa.Array, numbers: pa.Array, around: Around) -> Column:
    kind, role = column.column.kind, column.role
    if role == "idcard":
        certificates = is_certificate(column, around.header)
        return read_identity(array, numbers, on=around.as_of, certificates=certificates, papers=around.papers)
    if role == "name":
        return read_names(array)
    if role == "phone":
        return read_phones(array)
    if role == "yesno":
        return read_yesno(array, column)
    if role == "many":
        return read_many(array, column)
    if role == "year":
        return read_years(array, numbers, column)
    if role == "month":
        return read_months(array, numbers, column.column.arrow)
    if role == "division":
        code = kind in ("id", "code")
        return read_divisions(
            array,
            above=around.above,
            divisions=around.divisions,
            level=LEVELS.get(column.name),
            as_of=around.as_of,
            code=code,
        )
    if kind in ("money", "count", "number"):
        return read_numbers(array, column, around.unit, numbers)
    if kind in ("date", "time"):
        return read_days(array, numbers)
    if kind == "code":
        return (
            read_codes(array, column)
            if column.values or column.column.codes or column.spellings
            else read_text(array)
        )
    return read_numbers_of_things(array, numbers) if kind == "id" or role == "account" else read_text(array)


def without_errors(array: pa.Array, errors: pa.Array) -> tuple[pa.Array, dict[int, Wrong]]:
    """The column without the cells that the file holds as errors, and those."""
    places = pc.indices_nonzero(errors).to_pylist()
    return pc.if_else(errors, None, array), {int(i): Wrong("error_cell") for i in places}
