"""Who is known for what: tags that ledgers give by their declared rules, and tags given by hand with a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers import bulk
from doudi.ledgers.chains import codes, day_numbers, integers, last_begun, number
from doudi.ledgers.identity import Identities
from doudi.ledgers.views import or_null, rows
from doudi.policy.ledgers.kind import LedgerKind, TagRule

SCHEMA = pa.schema(
    [
        ("person_id", pa.int64()),
        ("household_id", pa.int64()),
        ("tag", pa.string()),
        ("level", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("document", pa.string()),
        ("import_id", pa.int64()),
        ("entry_id", pa.int64()),
        ("kind", pa.string()),
    ]
)
_BY_HAND = pa.schema(
    [
        ("id", pa.int64()),
        ("person", pa.int64()),
        ("household", pa.int64()),
        ("tag", pa.string()),
        ("level", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("ended", pa.bool_()),
        ("document", pa.string()),
        ("source", pa.int64()),
    ]
)


def tags(kinds: Mapping[str, LedgerKind], *, as_of: date, known_at: datetime) -> pa.Table:
    """The tags that hold on a day: of a person or of a household, never both. `entry_id` is null for one given by hand.

    Tags of a ledger are read from its rows, so they follow every correction, end, link and undo of these.
    """
    parts = [
        part
        for kind in kinds.values()
        if kind.tags
        for part in _of_rows(kind, rows(kind, as_of=as_of, known_at=known_at))
    ]
    return pa.concat_tables([*parts, _by_hand(as_of, known_at)]).combine_chunks()


def _of_rows(kind: LedgerKind, table: pa.Table) -> Iterator[pa.Table]:
    for rule in kind.tags:
        told = table
        for name, values in rule.when.items():
            told = told.filter(
                pc.is_in(
                    pc.fill_null(told[name].cast(pa.string()), ""), value_set=pa.array(values, pa.string())
                )
            )
        subject = "household_id" if rule.to == "household" else "person_id"
        told = told.filter(told[subject].is_valid())
        if rule.by:
            told, named = _each(kind, rule, told)
        else:
            named = pa.array([rule.tag] * len(told), pa.string())
        ids = {"person_id": pa.nulls(len(told), pa.int64()), "household_id": pa.nulls(len(told), pa.int64())}
        ids[subject] = told[subject]
        level = _level(rule, told)
        yield pa.table(
            [
                ids["person_id"],
                ids["household_id"],
                named,
                level,
                told["valid_from"],
                told["valid_to"],
                pa.nulls(len(told), pa.string()),
                told["import_id"],
                told["entry_id"],
                pa.array([kind.name] * len(told), pa.string()),
            ],
            schema=SCHEMA,
        )


def _level(rule: TagRule, told: pa.Table) -> pa.ChunkedArray:
    """The grade: the values of its columns one after the other, empty where none is given."""
    if not rule.levels:
        return pa.nulls(len(told), pa.string())
    parts = [pc.fill_null(told[name].cast(pa.string()), "") for name in rule.levels]
    joined = pc.binary_join_element_wise(*parts, "") if len(parts) > 1 else parts[0]
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


def _each(kind: LedgerKind, rule: TagRule, told: pa.Table) -> tuple[pa.Table, pa.Array]:
    """A row for each tag that the column names; a cell may name several."""
    told = told.filter(told[rule.by].is_valid())
    values = told[rule.by].cast(pa.string()).combine_chunks()
    if kind[rule.by].role != "many":
        return told, values
    split = pc.split_pattern(values, ",")
    split = split.combine_chunks() if isinstance(split, pa.ChunkedArray) else split
    return told.take(pc.list_parent_indices(split)), pc.list_flatten(split)


def _by_hand(as_of: date, known_at: datetime) -> pa.Table:
    at = bulk.moment(known_at)
    table = bulk.read(
        f"""
        SELECT t.id, t.person_id, t.household_id, t.tag, t.level, {bulk.day("t.valid_from")}, {bulk.day("t.valid_to")},
               t.ended, t.document, t.source_id
        FROM ledgers_tag t JOIN ledgers_import i ON i.id = t.source_id
        WHERE t.known_at <= %s AND (i.undone_at IS NULL OR i.undone_at > %s)""",  # noqa: S608
        [at, at],
        _BY_HAND,
    )
    person = Identities(known_at).survivors(integers(table["person"]))
    owner = np.stack([person, integers(table["household"]), codes(table["tag"])])
    chain = np.unique(owner, axis=1, return_inverse=True)[1].reshape(-1)
    began = day_numbers(table["valid_from"])
    latest = last_begun(chain, began, integers(table["id"]), number(as_of))
    table = table.append_column("now", or_null(person)).take(pa.array(latest))
    over = pc.less_equal(table["valid_to"], pa.scalar(as_of)).fill_null(False)
    table = table.filter(pc.invert(pc.or_(table["ended"], over)))
    empty = pa.nulls(len(table), pa.int64())
    return pa.table(
        [
            table["now"],
            table["household"],
            table["tag"],
            table["level"],
            table["valid_from"],
            table["valid_to"],
            table["document"],
            table["source"],
            empty,
            pa.nulls(len(table), pa.string()),
        ],
        schema=SCHEMA,
    )
