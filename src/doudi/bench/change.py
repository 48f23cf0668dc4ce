"""The job behind the what-if line: one county-year under 示例县 as it is and with a higher critical-illness deductible."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from doudi.engine.backends.duckdb import sorted_batches
from doudi.findings.batch import Request, open_claims, read_people
from doudi.findings.whatif import Simulation
from doudi.findings.whatif_request import Question, run_whatif

CHANGE = ("cii.deductible[otherwise]=16000",)


def whatif(
    claims: str,
    persons: str,
    policy: str,
    policies: str | None = None,
    threads: int | None = None,
    runs: int = 3,
) -> dict[str, Any]:
    """Seconds to the comparison: from the files as `doudi simulate` reads them, and from claims sorted in memory; medians.

    The first run of each is not counted: it loads what is compiled.
    """
    where = Path(policies) if policies else None
    request = Request(
        policy, where, Path(claims).parent, Path(claims), persons=Path(persons), threads=threads
    )
    seconds: dict[str, list[float]] = {"file": [], "memory": []}
    for _ in range(runs + 1):
        begun = time.perf_counter()
        found = run_whatif(request, Question(overrides=CHANGE))
        seconds["file"].append(time.perf_counter() - begun)
    people = read_people(request)
    connection, source = open_claims(request)
    columns = Simulation(*found.packs, people.persons).columns(source.relation.columns)
    batches = list(sorted_batches(connection, source.relation, columns))
    for _ in range(runs + 1):
        begun = time.perf_counter()
        again = Simulation(*found.packs, people.persons).run(batches)
        seconds["memory"].append(time.perf_counter() - begun)
    told = {f"{name}_seconds": round(statistics.median(values[1:]), 3) for name, values in seconds.items()}
    left = [found.whole.left.sum(axis=0).tolist(), again.whole.left.sum(axis=0).tolist()]
    return {
        "claims": sum(len(batch) for batch in batches),
        "difference_fen": left[0][1] - left[0][0],
        "same": left[0] == left[1],
        **told,
    }
