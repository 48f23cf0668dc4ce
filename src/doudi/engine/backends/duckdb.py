"""DuckDB brings claims to the loop: read, put into the inside form, sort by person and time, hand over in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from doudi.engine.settle.classes import Classifier
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.encode import NEEDED

#: What the result carries over or matches by, if the claims have it.
CARRIED = ("mdtrt_id", "init_setl_id", "ipt_days", "acct_pay_fen")
SORTED_BY = ("psn_no", "setl_time", "setl_id")
BATCH_ROWS = 1 << 18


def columns_used(compiled: Compiled, classifier: Classifier, available: Sequence[str]) -> list[str]:
    """The inside columns a settlement reads, in a fixed order; what is needed is listed even where it is not available."""
    wanted = [
        *NEEDED,
        *CARRIED,
        *classifier.columns,
        *(f"cost_{name}_fen" for name in compiled.costs),
        *(f"{name}_fen" for name in compiled.recorded),
    ]
    if classifier.institutions:
        wanted.append("fixmedins_code")
    return [name for name in dict.fromkeys(wanted) if name in NEEDED or name in available]


def sorted_batches(
    connection: duckdb.DuckDBPyConnection, relation: duckdb.DuckDBPyRelation, columns: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """The claims of a relation in the inside form, sorted by person, moment and id, in batches that may cut a person."""
    chosen = relation.project(", ".join(f'"{name}"' for name in columns)).order(", ".join(SORTED_BY))
    yield from chosen.to_arrow_reader(BATCH_ROWS)
