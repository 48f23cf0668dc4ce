"""Make a sample county: stretch after stretch, in order, with payments recorded beside.

Memory holds a few stretches at a time, whatever the size of the county. Progress goes to whoever asked; nothing is
shown here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa

from doudi.policy import library
from doudi.sample.chunk import Chunk, chunk
from doudi.sample.claim_rows import ClaimRows
from doudi.sample.fee_lines import fee_lines
from doudi.sample.files import TRUTH, Files, swapped
from doudi.sample.order import Order
from doudi.sample.people import TOGETHER, Register
from doudi.sample.person_rows import persons_table
from doudi.sample.places import institutions_table, places
from doudi.sample.recorded import Payments, Recorder, nothing
from doudi.sample.truth import Truth, as_json
from doudi.sample.visit_rows import VisitRows

Tell = Callable[[int, int], None]
Part = tuple[Chunk, Payments, dict[str, pa.Table]]

WITH_PAYMENTS, WITHOUT = TOGETHER, 20_000
"""People made at a time, with recorded payments and without. Parquet's pages follow these, so they never change with
the machine."""
WORTH_WORKERS = 4_000
"""People below whom starting further processes takes longer than it saves."""


@dataclass(frozen=True)
class Made:
    """What was made and where."""

    folder: Path
    files: dict[str, str]
    truth: dict[str, Any]


def make(
    order: Order,
    folder: Path,
    policies: Path | None = None,
    *,
    workers: int = 1,
    tell: Tell = lambda done, of: None,
) -> Made:
    """Make the county that was ordered, in `folder`; `policies` are found beside the code if not given."""
    register = Register(order, places(order.size, order.mix.last.year))
    policy = library.locate(order.mix.policy, library.root(policies)).path if order.records else None
    truth = Truth(order)
    with swapped(folder) as building:
        with Files(building, order.format) as files:
            files.write("institutions", institutions_table(register.places))
            for part, paid, tables in _ahead(_tables(order, register, policy, workers)):
                for name, rows in tables.items():
                    files.write(name, rows)
                truth.add(part, paid)
                tell(truth.people, order.size)
        told = truth.to_dict(files.rows)
        (building / TRUTH).write_text(as_json(told), encoding="utf-8")
    return Made(folder, {name: files.path(name).name for name in files.rows}, told)


def _tables(order: Order, register: Register, policy: Path | None, workers: int) -> Iterator[Part]:
    """Stretch by stretch: the people and claims, the payments recorded for them, the rows of every file."""
    step = WITH_PAYMENTS if policy else WITHOUT
    bounds = [(first, min(first + step, order.size)) for first in range(0, order.size, step)]
    places_, draws, stands = register.places, register.draws, register.stands
    for (first, end), recorded in zip(bounds, _paid(order, register, policy, bounds, workers), strict=True):
        part = chunk(order, register, first, end)
        paid = recorded or nothing(len(part.claims.key))
        rows = ClaimRows(part, places_, stands, draws)
        visits = VisitRows(rows, draws)
        tables = {
            "persons": persons_table(part.people, part.standing, places_, stands, draws),
            "settlements": rows.settlements(paid.columns()),
            "visits": visits.visits(),
            "diagnoses": visits.diagnoses(),
        }
        yield part, paid, tables | ({"fee_lines": fee_lines(rows, draws)} if order.fee_lines else {})


def _ahead(parts: Iterator[Part]) -> Iterator[Part]:
    """The same, the next one being made while this one is written."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = pool.submit(next, parts, None)
            yield part


def _paid(
    order: Order, register: Register, policy: Path | None, bounds: list[tuple[int, int]], workers: int
) -> Iterator[Payments | None]:
    """The payments of each stretch, in order; made in other processes where that is worth it."""
    if policy is None:
        yield from (None for _ in bounds)
    elif workers < 2 or order.size < WORTH_WORKERS:
        record = Recorder(order, register, policy)
        yield from (record(first, end) for first, end in bounds)
    else:
        # Fresh interpreters: a fork of a process that has threads may hang.
        with ProcessPoolExecutor(workers, get_context("spawn"), _start, (order, policy)) as pool:
            pending: deque[Future[Payments]] = deque()
            for first, end in bounds:
                pending.append(pool.submit(_record, first, end))
                if len(pending) > 3 * workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()


_RECORDERS: list[Recorder] = []


def _start(order: Order, policy: Path) -> None:
    """Get a worker ready."""
    _RECORDERS[:] = [Recorder(order, Register(order, places(order.size, order.mix.last.year)), policy)]


def _record(first: int, end: int) -> Payments:
    return _RECORDERS[0](first, end)
