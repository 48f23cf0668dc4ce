"""The whole of it: records and people in, verdicts out, in one connection that lives in memory and closes behind itself.

Must not know of ledgers, entries or who decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from doudi.engine.linkage.decide import verdicts
from doudi.engine.linkage.records import Encoded, encoded
from doudi.engine.linkage.score import score
from doudi.engine.linkage.weights import Weights, made_ready
from doudi.policy.linkage import LinkageModel


@dataclass(frozen=True)
class Linked:
    """`pairs`: record `a`, person `b`, `weight` (hundredths of a bit), `verdict`, `second` (the next person's weight),
    parts `w_…` and levels `at_…`, by record. `among`: the same of records and records that nobody in the register is.
    """

    pairs: pa.Table
    among: pa.Table
    weights: Weights


def link(
    loose: pa.Table,
    people: pa.Table,
    model: LinkageModel,
    *,
    on: date,
    threads: int = 2,
    barred: Collection[tuple[int, int]] = (),
) -> Linked:
    """Place loose records among people, and what is left among itself.

    `barred`: record and person whom somebody has said to be two; who comes next is then the nearest.
    """
    records = encoded(loose, people, on=on)
    weights = made_ready(model, records)
    least = model.queued - model.margin
    with in_memory(threads) as connection:
        name = score(connection, records, weights, least=least)
        _bar(connection, name, records, barred)
        pairs = verdicts(connection, name, model)
        left = records.without(pairs["a"])
        among = verdicts(connection, score(connection, left, weights, least=least, among=True), model)
    return Linked(_handed_in(pairs, records), _handed_in(among, left), weights)


@contextmanager
def in_memory(threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that never writes to disk: what does not fit raises instead of spilling."""
    connection = duckdb.connect(":memory:", config={"threads": threads, "temp_directory": ""})
    try:
        connection.execute("set enable_progress_bar = false")
        yield connection
    finally:
        connection.close()


def _bar(
    connection: duckdb.DuckDBPyConnection, name: str, records: Encoded, barred: Collection[tuple[int, int]]
) -> None:
    if not barred:
        return
    ids = records.ids.to_pylist()
    row_of = [
        {each: k for k, each in enumerate(side)} for side in (ids[: records.loose], ids[records.loose :])
    ]
    known = [(a, b) for a, b in barred if a in row_of[0] and b in row_of[1]]
    rows = {"a": [row_of[0][a] for a, _ in known], "b": [row_of[1][b] + records.loose for _, b in known]}
    connection.register("barred", pa.table({side: pa.array(each, pa.int64()) for side, each in rows.items()}))
    connection.execute(f"delete from {name} where (a, b) in (select (a, b) from barred)")  # noqa: S608


def _handed_in(pairs: pa.Table, records: Encoded) -> pa.Table:
    """Rows turned back into the ids that were handed in."""
    for side in ("a", "b"):
        ids = records.ids.take(pairs[side].combine_chunks())
        pairs = pairs.set_column(pairs.column_names.index(side), side, ids)
    return pairs
