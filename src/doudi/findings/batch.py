"""One run of settlement as a person asks for it: which policy, which claims, what to write, what to compare with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from doudi.common.errors import InputFault
from doudi.engine.backends.duckdb import columns_used, sorted_batches
from doudi.engine.settle.run import Settler
from doudi.findings.settle import Summary, settle_stream
from doudi.findings.sources import (
    ClaimsSource,
    claims_from_file,
    claims_from_store,
    connect,
    institutions_from_file,
    persons_from_file,
    persons_from_store,
    prior_from_file,
)
from doudi.policy import library
from doudi.policy.pack import Pack
from doudi.store.store import open_store


@dataclass(frozen=True)
class Request:
    """What is asked. `policy` is a place, an id or a file; without `claims` the store under `home` is settled."""

    policy: str
    policies: Path | None
    home: Path
    claims: Path | None = None
    out: Path | None = None
    detail: Path | None = None
    persons: Path | None = None
    prior: Path | None = None
    institutions: Path | None = None
    as_of: dt.date | None = None
    threads: int | None = None


@dataclass(frozen=True)
class Opened:
    """A request with its policy chosen, its settler made and its claims at hand, but nothing settled."""

    pack: Pack
    settler: Settler
    connection: duckdb.DuckDBPyConnection
    source: ClaimsSource
    rows: int
    total_fen: int

    def batches(self, extra: tuple[str, ...] = ()) -> Any:
        """The claims sorted by person, with the columns the settlement reads and those asked for beside."""
        available = self.source.relation.columns
        used = columns_used(self.settler.compiled, self.settler.classifier, available)
        used += [name for name in extra if name in available and name not in used]
        return sorted_batches(self.connection, self.source.relation, used)


def open_request(request: Request) -> Opened:
    """Find the policy and read what the claims are settled with. Raises every fault met, before anything is written."""
    connection = connect(request.threads)
    store = open_store(request.home)
    source = (
        claims_from_file(connection, request.claims)
        if request.claims
        else claims_from_store(connection, store)
    )
    relation = source.relation
    missing = [
        name
        for name in ("psn_no", "setl_id", "enddate", "setl_time", "medfee_sumamt_fen")
        if name not in relation.columns
    ]
    if missing:
        names = "、".join(name.removesuffix("_fen") for name in missing)
        raise InputFault(
            f"缺少列 {names}",
            where=source.name,
            do="补上这些列；用 doudi claims template settlements 查看模板",
        )
    if request.as_of:
        relation = relation.filter(f"CAST(setl_time AS DATE) <= DATE '{request.as_of}'")
        source = ClaimsSource(relation, source.name)
    rows, total, last = relation.aggregate(
        "count(*), CAST(coalesce(sum(medfee_sumamt_fen), 0) AS HUGEINT)::VARCHAR, max(enddate)"
    ).fetchall()[0]
    if not rows:
        raise InputFault("没有要结算的记录", where=source.name, do="核对文件内容和 --as-of 日期")
    pack = library.find_policy(request.policy, request.policies, request.as_of or last)
    persons = (
        persons_from_file(request.persons)
        if request.persons
        else None
        if request.claims
        else persons_from_store(store)
    )
    settler = Settler(
        pack, persons, prior_from_file(request.prior) if request.prior else None,
        institutions_from_file(request.institutions) if request.institutions else (),
    )  # fmt: skip
    return Opened(pack, settler, connection, source, rows, int(total))


def settle_batch(request: Request, progress: Callable[[int, int], None] = lambda done, of: None) -> Summary:
    """Settle all claims of a request and write what it asks for; `progress` hears (done, of)."""
    opened = open_request(request)
    return settle_stream(
        opened.settler, opened.batches(), source=opened.source.name, out=request.out, detail=request.detail,
        expected=(opened.rows, opened.total_fen), progress=lambda done: progress(done, opened.rows),
    )  # fmt: skip
