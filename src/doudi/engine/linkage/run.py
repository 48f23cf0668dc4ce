"""The whole of it: records and people in, verdicts out, in one connection that lives in memory and closes behind itself.

Must not know of ledgers, entries or who decides.
"""

from __future__ import annotations

from collections.abc import Iterator
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


def link(loose: pa.Table, people: pa.Table, model: LinkageModel, *, on: date, threads: int = 2) -> Linked:
    """Place loose records among people, and what is left among itself."""
    records = encoded(loose, people, on=on)
    weights = made_ready(model, records)
    least = model.queued - model.margin
    with in_memory(threads) as connection:
        pairs = verdicts(connection, score(connection, records, weights, least=least), model)
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


def _handed_in(pairs: pa.Table, records: Encoded) -> pa.Table:
    """Rows turned back into the ids that were handed in."""
    for side in ("a", "b"):
        ids = records.ids.take(pairs[side].combine_chunks())
        pairs = pairs.set_column(pairs.column_names.index(side), side, ids)
    return pairs
