"""Jobs on one county's files: the batch, the floor it is measured against, the loop alone, the check of sums.

The floor does what any engine must: read the input columns, sort by person and time, write input plus output columns as
int64 with the same compression. It settles nothing.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from doudi.bench.county import YEAR_END
from doudi.bench.quiet import quiet
from doudi.engine.backends.duckdb import SORTED_BY, columns_used, sorted_batches
from doudi.engine.settle import layout as c
from doudi.engine.settle.encode import Encoded
from doudi.engine.settle.kernel import settle_claims
from doudi.engine.settle.results import RESULT_SCHEMA
from doudi.engine.settle.run import Settler, whole_persons
from doudi.facts.edges import COMPRESSION
from doudi.findings.batch import Request, settle_batch
from doudi.findings.sources import claims_from_file, connect, persons_from_file
from doudi.policy.library import find_policy
from doudi.policy.pack import Pack

#: The loop alone is timed on at most so many claims, held encoded in memory.
LOOP_CLAIMS = 1_000_000
BLOCK = 25_000
#: What the floor writes for the columns a settlement adds: as many, as full and as varied, by the cheapest of sums.
_STAND_IN = {
    "hifp_pay": "CASE WHEN med_type IN ('14', '21', '23', '24', '9925') THEN {inscp} * 6 // 10 ELSE 0 END",
    "hifmi_pay": "CASE WHEN {inscp} > 1400000 THEN {inscp} // 5 ELSE 0 END",
    "psn_pay": "{total} - {inscp} * 6 // 10",
    "cash_payamt": "{total} - {inscp} * 6 // 10",
    "fund_pay_sumamt": "{inscp} * 6 // 10",
    "preselfpay_amt": "{prepay} + 1",
    "inscp_amt": "{inscp} - 1",
}


def settle(
    claims: str, persons: str, policy: str, out: str, policies: str | None = None, threads: int | None = None
) -> dict[str, Any]:
    """`doudi settle`, file to file, with every check it makes."""
    request = Request(
        policy,
        Path(policies) if policies else None,
        Path(out).parent,
        Path(claims),
        Path(out),
        persons=Path(persons),
        threads=threads,
    )
    begun = time.perf_counter()
    summary = settle_batch(request).summary
    return {"seconds": time.perf_counter() - begun, "claims": summary.claims, "total_fen": summary.total_fen, "psn_pay_fen": summary.psn_pay_fen,
            "layers": summary.layers}  # fmt: skip


def floor(claims: str, out: str, columns: Sequence[str], threads: int | None = None) -> dict[str, Any]:
    """Read, sort, write: the same columns read, those and the result's written."""
    money = {name for name in columns if name.endswith("_fen")}
    fen = {name: f"CAST({name.removesuffix('_fen')} * 100 AS BIGINT)" for name in money}
    values = {
        "inscp": fen["inscp_amt_fen"],
        "total": fen["medfee_sumamt_fen"],
        "prepay": fen["preselfpay_amt_fen"],
    }
    read = [f"{fen[name]} AS {name}" if name in money else name for name in columns]
    added = [name for name in RESULT_SCHEMA.names if name.endswith("_fen")]
    added = [name for name in added if name not in money or name.removesuffix("_fen") in _STAND_IN]
    stand_in = [_STAND_IN.get(name.removesuffix("_fen"), "0").format(**values) for name in added]
    wrote = [f"CAST({value} AS BIGINT) AS out_{name}" for name, value in zip(added, stand_in, strict=True)]
    select = f"SELECT {', '.join(read + wrote)} FROM read_parquet('{claims}') ORDER BY {', '.join(SORTED_BY)}"
    with quiet(threads) as connection:
        begun = time.perf_counter()
        connection.execute(f"COPY ({select}) TO '{out}' (FORMAT parquet, COMPRESSION {COMPRESSION})")
        return {"seconds": time.perf_counter() - begun, "columns": len(columns) + len(added)}


def pack_of(policy: str, policies: str | None) -> Pack:
    """The policy in force at the end of the made year."""
    return find_policy(policy, Path(policies) if policies else None, YEAR_END)


def read_columns(claims: str, policy: str, policies: str | None = None) -> list[str]:
    """The inside columns that the batch reads of these claims."""
    settler = Settler(pack_of(policy, policies))
    with connect() as connection:
        source = claims_from_file(connection, Path(claims))
        return columns_used(settler.compiled, settler.classifier, source.relation.columns)


def loop(
    claims: str, persons: str, policy: str, policies: str | None = None, threads: int = 1, runs: int = 5
) -> dict[str, Any]:
    """The compiled loop alone on encoded claims: claims a second on one core and on all, and layers met per claim."""
    settler = Settler(pack_of(policy, policies), persons_from_file(Path(persons)))
    blocks: list[Encoded] = []
    with connect() as connection:
        source = claims_from_file(connection, Path(claims))
        columns = columns_used(settler.compiled, settler.classifier, source.relation.columns)
        batches = sorted_batches(connection, source.relation.limit(LOOP_CLAIMS), columns)
        # Many small blocks, so that every core has its share to the end.
        small = (part for batch in batches for part in pa.Table.from_batches([batch]).to_batches(BLOCK))
        for block in whole_persons(small, BLOCK):
            blocks.append(settler.encode(block))
    ready = [(one, _room(len(one.claims.combo), len(settler.compiled.layers))) for one in blocks]
    rows = sum(len(one.claims.combo) for one in blocks)

    def run(part: tuple[Encoded, Any]) -> None:
        settle_claims(part[0].claims, settler.compiled.tables, *part[1])

    for part in ready:
        run(part)
    rates = {}
    for cores in sorted({1, threads}):
        seconds = []
        with ThreadPoolExecutor(cores) as pool:
            for _ in range(runs):
                begun = time.perf_counter()
                list(pool.map(run, ready))
                seconds.append(time.perf_counter() - begun)
        rates[cores] = int(rows / statistics.median(seconds))
    met = sum(int(settler.compiled.tables.count[one.claims.combo].sum()) for one in blocks)
    return {
        "claims": rows,
        "one_core_per_s": rates[1],
        "per_s": rates[threads],
        "cores": threads,
        "layers_per_claim": round(met / rows, 2),
    }


def _room(rows: int, layers: int) -> tuple[Any, ...]:
    """Where the loop writes for so many claims."""
    return (
        np.zeros((rows, layers), np.int64), np.zeros(rows, np.int64), np.zeros((rows, 3), np.int64), np.zeros(rows, np.uint8), np.zeros(rows, np.int32),
        np.zeros((0, layers, c.DETAIL_FIELDS), np.int64),
    )  # fmt: skip


def sums(claims: str, out: str) -> dict[str, Any]:
    """Whether the result bears exactly the bills: added up anew by DuckDB, from the two files alone."""
    with quiet() as connection:
        ask = "SELECT count(*), CAST(sum(CAST({} * 100 AS BIGINT)) AS VARCHAR) FROM read_parquet('{}')"
        bills = connection.execute(ask.format("medfee_sumamt", claims)).fetchall()[0]
        borne = connection.execute(
            ask.format("(fund_pay_sumamt + ownpay_hosp_part + psn_pay)", out)
        ).fetchall()[0]
    return {"rows": bills[0], "bills_fen": int(bills[1]), "borne_fen": int(borne[1]), "equal": bills == borne}
