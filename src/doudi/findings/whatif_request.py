"""A what-if as a person asks for it: which policy, what is changed in it, which claims; found, read and run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from doudi.common.errors import InputFault, PolicyFault
from doudi.engine.backends.duckdb import sorted_batches
from doudi.findings.batch import Request, open_claims, read_people
from doudi.findings.overrides import Override, overridden, read_override
from doudi.findings.sources import ClaimsSource
from doudi.findings.whatif import Simulation, WhatIf
from doudi.policy import library
from doudi.policy.pack import Pack


@dataclass(frozen=True)
class Question:
    """What is changed: another policy (a place, an id or a file), numbers of it, or both; perhaps for one year's claims alone."""

    other: str | None = None
    overrides: tuple[str, ...] = ()
    year: int | None = None


def run_whatif(
    request: Request, question: Question, progress: Callable[[int, int], None] = lambda done, of: None
) -> WhatIf:
    """Settle the request's claims under its policy and under the changed one; `progress` hears (done, of) claims read.

    Raises every fault met; nothing is written.
    """
    if question.other is None and not question.overrides:
        raise InputFault("没有说改什么", do="用 --with 另一套政策，或 --set 参数名=值（可重复）")
    overrides = [read_override(text) for text in question.overrides]
    connection, source = open_claims(request)
    if question.year is not None:
        ended = source.relation.filter(f"year(enddate) = {question.year:d}")
        source = ClaimsSource(ended, source.name, source.path)
    with source.reading():
        rows, first, last = source.relation.aggregate("count(*), min(enddate), max(enddate)").fetchall()[0]
    if not rows:
        raise InputFault("没有要试算的记录", where=source.name, do="核对文件内容、--year 和 --as-of")
    before, after = _packs(request, question.other, overrides, request.as_of or last)
    for pack in (before, after):
        _covers(pack, first, last)
    people = read_people(request)
    simulation = Simulation(before, after, people.persons, people.prior, people.institutions)

    def batches() -> Iterator[pa.RecordBatch]:
        columns, done = simulation.columns(source.relation.columns), 0
        with source.reading():
            for batch in sorted_batches(connection, source.relation, columns):
                yield batch
                done += len(batch)
                progress(done, rows)

    return simulation.run(batches(), source.name)


def _packs(
    request: Request, other: str | None, overrides: Sequence[Override], day: dt.date
) -> tuple[Pack, Pack]:
    before = library.find_policy(request.policy, request.policies, day)
    after = library.find_policy(other, request.policies, day) if other else before
    return before, overridden(after, overrides)


def _covers(pack: Pack, first: dt.date, last: dt.date) -> None:
    """Say once, and not of every claim, that a policy is not for these days (where the day of discharge is the one that counts)."""
    if pack.file.dates.rate == "discharge" and not pack.from_ <= first <= last <= pack.to:
        raise PolicyFault(
            f"政策 {pack.id} 不管 {first} 至 {last} 的全部结算",
            allowed=f"{pack.from_} 至 {pack.to}",
            do="用 --year 只算其中一年，或换一套政策",
        )
