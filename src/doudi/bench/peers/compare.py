"""Doudi and its peers on the same rows: who is right to the fen, and how fast those are that are.

What is right is worked out in whole numbers, and plain Decimal held against it. A peer that differs gets no speed: a figure that is wrong is not made better by haste.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from doudi.bench.failed import BenchFailed
from doudi.bench.peers import rule
from doudi.engine.settle.run import Settler, settle_encoded
from doudi.policy.pack import from_document
from doudi.policy.text import parse_document

ALL_ROWS = 1_000_000
#: Those that are asked row by row get fewer rows; the first of the same.
ONE_BY_ONE = 20_000


@dataclass(frozen=True)
class Peer:
    """One way of working the rule out; `seconds` is the median of three, `why` says why there is none."""

    name: str
    version: str
    rows: int
    seconds: float | None
    differs: int = 0
    most_fen: int = 0
    why: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """For machines; a speed only where every row is right."""
        right = self.seconds is not None and not self.differs
        return {
            "name": self.name, "version": self.version, "rows": self.rows, "differs": self.differs, "most_fen": self.most_fen,
            "rows_per_s": int(self.rows / self.seconds) if right and self.seconds else None, "why": self.why,
        }  # fmt: skip


def compare(environments: Path, rows: int = ALL_ROWS, one_by_one: int = ONE_BY_ONE) -> list[Peer]:
    """Work the rule out in every way there is here; `environments` holds `.venv-bench-openfisca` and `.venv-bench-zen`."""
    sums, categories = rule.rows(rows)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rule.json").write_text(json.dumps(rule.RULE), encoding="utf-8")
        rule.write(folder, sums, categories)
        right = rule.right(sums, categories)
        peers = [
            _peer(
                "OpenFisca-core", "by_openfisca", environments / ".venv-bench-openfisca", folder, rows, right
            ),
            _peer(
                "zen-engine", "by_zen", environments / ".venv-bench-zen", folder, min(one_by_one, rows), right
            ),
            _run("Decimal", "by_decimal", Path(sys.executable), folder, min(one_by_one, rows), right),
        ]
    return [*_doudi(sums, categories, right), *peers]


def _peer(name: str, script: str, environment: Path, folder: Path, rows: int, right: Any) -> Peer:
    python = environment / "bin" / "python"
    if not python.exists():
        return Peer(name, "", rows, None, why=f"no {environment.name}; make bench makes it")
    return _run(name, script, python, folder, rows, right)


def _run(name: str, script: str, python: Path, folder: Path, rows: int, right: Any) -> Peer:
    """One peer's script in its own interpreter (-P: its neighbours here are not on its path)."""
    path = Path(__file__).with_name(f"{script}.py")
    ran = subprocess.run(
        [str(python), "-P", str(path), str(folder), str(rows)], capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        last = ran.stderr.strip().splitlines()
        raise BenchFailed(f"{name}: {last[-1] if last else ran.returncode}")
    told = json.loads(ran.stdout.strip().splitlines()[-1])
    paid = rule.read(folder / "paid.i64")
    (folder / "paid.i64").unlink()
    return Peer(
        name, told["version"], rows, statistics.median(told["seconds"]), *rule.differing(right[:rows], paid)
    )


def _doudi(sums: Any, categories: Any, right: Any) -> list[Peer]:
    """Doudi twice: the loop alone, and from a table of claims to checked results."""
    settler = Settler(from_document(parse_document(rule.POLICY, Path("bench.yaml"))))
    block = _claims(sums, categories)
    seconds: dict[str, list[float]] = {"loop": [], "table": []}
    for _ in range(4):
        begun = time.perf_counter()
        encoded = settler.encode(block)
        settled = time.perf_counter()
        outcome = settle_encoded(encoded, settler.compiled, block)
        ended = time.perf_counter()
        seconds["table"].append(ended - begun)
        seconds["loop"].append(ended - settled)
    found = outcome.paid[:, 0]
    differs = rule.differing(right, found)
    return [
        Peer(f"Doudi, {what}", "", len(sums), statistics.median(seconds[way][1:]), *differs)
        for way, what in (("loop", "loop and checks"), ("table", "from a table"))
    ]


def _claims(sums: Any, categories: Any) -> pa.Table:
    """Each yearly sum as one bill of one person."""
    count = len(sums)
    number = np.char.zfill(np.arange(count).astype("U9"), 9)
    day = pa.array(np.full(count, np.datetime64("2025-06-30")), pa.date32())
    zero, names = pa.array(np.zeros(count, np.int64)), pa.array(["ordinary", "poor"])
    return pa.table({
        "psn_no": pa.array(number), "setl_id": pa.array(number), "psn_type": pa.DictionaryArray.from_arrays(pa.array(categories), names),
        "begndate": day, "enddate": day, "setl_time": day.cast(pa.timestamp("s")), "medfee_sumamt_fen": pa.array(sums), "inscp_amt_fen": pa.array(sums),
        "fulamt_ownpay_amt_fen": zero, "overlmt_selfpay_fen": zero, "preselfpay_amt_fen": zero,
    })  # fmt: skip
