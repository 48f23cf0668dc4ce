"""What a ledger says on a day, as it was known at a moment."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pajson

from doudi.ledgers import bulk
from doudi.ledgers.canonical import DIGEST, STATE, TOKEN
from doudi.ledgers.chains import Rows, holding, integers
from doudi.ledgers.identity import Identities
from doudi.policy.ledgers.kind import LedgerKind

LIVE = "e.known_at <= %s AND i.known_at <= %s AND (i.undone_at IS NULL OR i.undone_at > %s)"
"""An entry `e` of an import `i` that was known, and not undone, at a moment handed in three times."""

CHAINED = [
    ("id", pa.int64()),
    ("key", DIGEST),
    ("event", pa.string()),
    ("corrects", pa.int64()),
    ("valid_from", pa.date32()),
    ("valid_to", pa.date32()),
    ("person", pa.int64()),
    ("household", pa.int64()),
    ("division", pa.string()),
]
_FOUND = pa.schema(
    [
        *CHAINED,
        ("import", pa.int64()),
        ("sheet", pa.string()),
        ("row", pa.int32()),
        ("known_at", pa.timestamp("s")),
        ("facts", pa.string()),
    ]
)
_BLOCK = 4 << 20
_PART = 200_000


def rows(kind: LedgerKind, *, as_of: date, known_at: datetime, ended: bool = False) -> pa.Table:
    """The rows of one kind that held on a day, as known at a moment; with `ended` also those whose own last day has
    passed (not those of which a list or somebody said that there is nothing any more).

    Columns: entry_id, person_id, household_id, division, import_id, sheet, row, valid_from, valid_to, known_at (UTC),
    then the kind's open and personal columns by their inside names, and for identity, phone and account columns
    `<name>__token` and `<name>__state`. `person_id` follows links and merges; null where nobody is known.
    """
    table = found(kind.name, known_at=known_at)
    table = table.take(pa.array(holding(table, as_of, lapsed=ended)))
    ids = integers(table["id"])
    person = Identities(known_at).persons(ids, integers(table["person"]))
    head = {
        "entry_id": table["id"],
        "person_id": or_null(person),
        "household_id": table["household"],
        "division": pc.if_else(
            pc.equal(table["division"], ""), pa.scalar(None, pa.string()), table["division"]
        ),
        "import_id": table["import"],
        "sheet": table["sheet"],
        "row": table["row"],
        "valid_from": table["valid_from"],
        "valid_to": table["valid_to"],
        "known_at": table["known_at"],
    }
    told = facts(kind, table["facts"])
    return pa.table(head | {name: told[name] for name in told.column_names if name not in head})


def found(kind: str, *, known_at: datetime) -> pa.Table:
    """Every entry of a kind that was known at a moment and not undone, whatever its day."""
    at = bulk.moment(known_at)
    return bulk.read(
        f"""
        SELECT e.id, e.key, e.event, e.corrects_id, {bulk.day("e.valid_from")}, {bulk.day("e.valid_to")},
               e.person_id, e.household_id, e.division, e.source_id, e.sheet, e.row, {bulk.instant("e.known_at")}, e.facts
        FROM ledgers_entry e JOIN ledgers_import i ON i.id = e.source_id WHERE i.kind = %s AND {LIVE}""",  # noqa: S608
        [kind, at, at, at],
        _FOUND,
    )


def facts_schema(kind: LedgerKind) -> pa.Schema:
    """The columns of a kind that an entry tells openly."""
    told: list[tuple[str, pa.DataType]] = []
    for column in kind:
        if column.sensitivity != "identifying":
            told.append((column.column.inside, column.column.arrow))
        if column.role in ("idcard", "phone", "account"):
            told.append((column.name + TOKEN, pa.int64()))
        if column.role == "idcard":
            told.append((column.name + STATE, pa.string()))
    return pa.schema(told)


def facts(kind: LedgerKind, told: pa.ChunkedArray) -> pa.Table:
    """The open and personal columns of entries; empty where an entry does not say."""
    schema = facts_schema(kind)
    if len(told) == 0 or not schema.names:
        return schema.empty_table()
    plain = [(one.name, one.type if pa.types.is_integer(one.type) else pa.string()) for one in schema]
    parts = [
        parsed(told.slice(start, _PART).to_pylist(), pa.schema(plain)).cast(schema)
        for start in range(0, len(told), _PART)
    ]
    return pa.concat_tables(parts)


def parsed(texts: Sequence[str], schema: pa.Schema) -> pa.Table:
    """Rows of JSON as columns; what a row does not say is null, what the schema does not name is left out."""
    read = pajson.read_json(
        io.BytesIO("\n".join(texts).encode()),
        read_options=pajson.ReadOptions(block_size=_BLOCK),
        parse_options=pajson.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
    return read.select(schema.names)


def or_null(ids: Rows) -> pa.Array:
    """Keys as a column, nought as null."""
    return pa.array(ids, mask=ids == 0)
