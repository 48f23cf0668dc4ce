"""One run of settlement as a person asks for it: which policy, which claims, what to write, what to compare with."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from doudi.common.errors import InputFault
from doudi.engine.backends.duckdb import columns_used, sorted_batches
from doudi.engine.settle.person import Institution
from doudi.engine.settle.run import Outcome, Settler
from doudi.facts.edges import replaced
from doudi.findings import adjust, against
from doudi.findings.settle import Summary, gather, settle_stream
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

#: Who brings the claims to the loop.
BACKENDS = (DUCKDB, SPARK) = ("duckdb", "spark")
#: The word for comparing with what the claims themselves record.
RECORDED = "recorded"
#: Under the data directory: by which policy the store was settled last.
_LAST = "last-settled.json"


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
    against: str | None = None
    findings: Path | None = None
    backend: str = DUCKDB
    threads: int | None = None


@dataclass(frozen=True)
class Result:
    """What a run paid; how that compares with the record, if asked; where the differences were written, if any."""

    summary: Summary
    comparison: against.Comparison | None = None
    adjustments: adjust.Adjustments | None = None
    findings: Path | None = None

    def to_dict(self) -> dict[str, Any]:
        """For machines."""
        beside = self.comparison or self.adjustments
        if beside is None:
            return self.summary.to_dict()
        findings = str(self.findings) if self.findings else None
        return self.summary.to_dict() | {"against": beside.to_dict() | {"findings": findings}}


@dataclass(frozen=True)
class People:
    """What claims are settled with, beside the policy."""

    persons: pa.Table | None
    prior: pa.Table | None
    institutions: list[Institution]


@dataclass(frozen=True)
class Opened:
    """A request with its policy chosen, its settler made and its claims at hand, but nothing settled."""

    pack: Pack
    settler: Settler
    people: People
    connection: duckdb.DuckDBPyConnection
    source: ClaimsSource
    rows: int
    total_fen: int

    def batches(self, extra: tuple[str, ...] = ()) -> Iterator[pa.RecordBatch]:
        """The claims sorted by person, with the columns the settlement reads and those asked for beside."""
        available = self.source.relation.columns
        used = columns_used(self.settler.compiled, self.settler.classifier, available)
        used += [name for name in extra if name in available and name not in used]
        with self.source.reading():
            yield from sorted_batches(self.connection, self.source.relation, used)

    def ids_met_twice(self, most: int = 5) -> list[str]:
        """The first setl_ids that the claims hold more than once."""
        counted = self.source.relation.aggregate("setl_id, count(*) AS times", "setl_id").filter("times > 1")
        return [setl_id for setl_id, _ in counted.order("setl_id").limit(most).fetchall()]


def open_claims(request: Request) -> tuple[duckdb.DuckDBPyConnection, ClaimsSource]:
    """The claims of a request, up to its day. Raises every fault of a file that the importers must read."""
    connection = connect(request.threads)
    if request.claims:
        source = claims_from_file(connection, request.claims)
    else:
        source = claims_from_store(connection, open_store(request.home))
    if request.as_of:
        until = source.relation.filter(f"CAST(setl_time AS DATE) <= DATE '{request.as_of}'")
        source = ClaimsSource(until, source.name, source.path)
    return connection, source


def read_people(request: Request) -> People:
    """Persons, sums at the start and hospital levels: from the request's files, else persons from the store."""
    if request.persons or request.claims:
        persons = persons_from_file(request.persons) if request.persons else None
    else:
        persons = persons_from_store(open_store(request.home))
    return People(
        persons,
        prior_from_file(request.prior) if request.prior else None,
        institutions_from_file(request.institutions) if request.institutions else [],
    )


def open_request(request: Request) -> Opened:
    """Find the policy and read what the claims are settled with. Raises every fault met, before anything is written."""
    connection, source = open_claims(request)
    sums = "count(*), CAST(CAST(coalesce(sum(medfee_sumamt_fen), 0) AS HUGEINT) AS VARCHAR), max(enddate)"
    with source.reading():
        rows, total, last = source.relation.aggregate(sums).fetchall()[0]
    if not rows:
        raise InputFault("没有要结算的记录", where=source.name, do="核对文件内容和 --as-of 日期")
    pack = library.find_policy(request.policy, request.policies, request.as_of or last)
    people = read_people(request)
    settler = Settler(pack, people.persons, people.prior, people.institutions)
    return Opened(pack, settler, people, connection, source, rows, int(total))


def settle_batch(request: Request, progress: Callable[[int, int], None] = lambda done, of: None) -> Result:
    """Settle all claims of a request and write what it asks for; `progress` hears (done, of).

    With `against: recorded` each block is compared with its record on the way; with an earlier result, what each fund and person owes or
    gets back is listed. A run over the store leaves word of its policy for
    `last_policy`.
    """
    _refuse_writing_over(request)
    opened = open_request(request)
    compared: list[against.Comparison] = []
    anew: list[pa.Table] = []
    previous = (
        None if request.against in (None, RECORDED) else adjust.read_results(Path(str(request.against)))
    )

    def look(block: pa.Table, outcome: Outcome) -> None:
        if previous is not None:
            anew.append(adjust.settled_anew(block, outcome, opened.settler.compiled))
        else:
            compared.append(against.compare(block, outcome, opened.settler, opened.source.name))

    wants = request.against == RECORDED
    extra = against.READS if wants else ()
    asked: dict[str, Any] = {
        "source": opened.source.name,
        "out": request.out,
        "detail": request.detail,
        "expected": (opened.rows, opened.total_fen),
        "twice": opened.ids_met_twice,
        "on_block": look if request.against else None,
        "progress": lambda done: progress(done, opened.rows),
    }
    if request.backend == SPARK:
        from doudi.findings.by_spark import blocks_by_spark  # Spark is an extra: loaded where it is asked for

        with blocks_by_spark(
            opened.source,
            opened.settler,
            whole=request.as_of is None,
            extra=extra,
            detail=request.detail is not None,
            threads=request.threads,
        ) as blocks:
            summary = gather(opened.settler, blocks, **asked)
    else:
        summary = settle_stream(opened.settler, opened.batches(extra), **asked)
    folder = request.findings or request.home / "findings"
    comparison = against.combine(compared) if wants else None
    current = pa.concat_tables(anew) if anew else None
    adjustments = None
    if previous is not None and current is not None:
        adjustments = adjust.adjust(previous, current, current)
    findings = None
    if comparison is not None and comparison.differing:
        findings = against.write_findings("against", comparison.rows, folder)
    elif adjustments is not None and len(adjustments.rows):
        findings = against.write_findings("adjust", adjustments.rows, folder)
    if request.claims is None:
        with replaced(request.home / _LAST) as beside:
            beside.write_text(
                json.dumps({"policy": request.policy}, ensure_ascii=False) + "\n", encoding="utf-8"
            )
    return Result(summary, comparison, adjustments, findings)


def _refuse_writing_over(request: Request) -> None:
    """Raise `InputFault` where a result would take the place of what is read, or of the other result."""
    taken = {
        path.resolve(): name
        for name, path in (
            ("--in", request.claims),
            ("--persons", request.persons),
            ("--prior", request.prior),
            ("--institutions", request.institutions),
            ("--policy", Path(request.policy)),
            ("--against", Path(request.against) if request.against else None),
        )
        if path is not None
    }
    for name, path in (("--out", request.out), ("--detail", request.detail)):
        if path is None:
            continue
        if other := taken.get(path.resolve()):
            raise InputFault(f"{name} 与 {other} 是同一个文件", where=str(path), do="换一个文件名")
        taken[path.resolve()] = name


def last_policy(home: Path) -> str | None:
    """The policy by which the store was settled last, as it was asked for."""
    try:
        return str(json.loads((home / _LAST).read_text(encoding="utf-8"))["policy"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
