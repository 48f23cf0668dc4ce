"""`doudi bench settle`: the batch on one size, beside its floor and the loop alone, with its sums checked."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from doudi.bench import machine
from doudi.bench.batch import read_columns
from doudi.bench.county import County, make
from doudi.bench.fresh import measured

#: Runs up to this size are short: the median of three is taken.
SHORT = 2_000_000
WARM = 1_000
Say = Callable[[str], None]


@dataclass(frozen=True)
class Setting:
    """Where things lie and how they are run; the same for every measurement of one run."""

    folder: Path
    policy: str = "示例县"
    policies: Path | None = None
    threads: int | None = None
    runs: int | None = None
    say: Say = lambda _: None

    def county(self, claims: int) -> County:
        """So many claims; made once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.say(f"造 {claims:,} 笔 Making claims")
        return make(claims, self.folder)

    def stays(self, claims: int) -> County:
        """So many stays and nothing else: the dearest mix for the loop."""
        self.say(f"造 {claims:,} 笔住院 Making stays")
        return make(claims, self.folder, stays_only=True)

    def times(self, claims: int) -> int:
        """How often something of this size is run."""
        return self.runs or (3 if claims <= SHORT else 1)

    @property
    def chosen(self) -> dict[str, Any]:
        """The policy, for a job."""
        return {"policy": self.policy, "policies": str(self.policies) if self.policies else None}


def run_batch(setting: Setting, county: County, *, floor: bool = True) -> dict[str, Any]:
    """The batch and its floor by turns, each in a fresh process; medians, spread, memory, and whether the sums hold."""
    out, bare = setting.folder / "out.parquet", setting.folder / "floor.parquet"
    asked = {
        "claims": str(county.claims),
        "persons": str(county.persons),
        "out": str(out),
        "threads": setting.threads,
        **setting.chosen,
    }
    columns = read_columns(str(county.claims), **setting.chosen)
    batches, floors = [], []
    for _ in range(setting.times(county.rows)):
        if floor:
            setting.say(f"{county.rows:,} 笔：DuckDB 只读、排序、写 Floor")
            floors.append(
                measured(
                    "doudi.bench.batch:floor",
                    {
                        "claims": str(county.claims),
                        "out": str(bare),
                        "columns": columns,
                        "threads": setting.threads,
                    },
                )
            )
        setting.say(f"{county.rows:,} 笔：结算 Batch")
        batches.append(measured("doudi.bench.batch:settle", asked))
    sums = measured("doudi.bench.batch:sums", {"claims": str(county.claims), "out": str(out)})
    for path in (out, out.with_name(out.name + ".manifest.json"), bare):
        path.unlink(missing_ok=True)
    seconds = [one["seconds"] for one in batches]
    told = {
        "claims": county.rows, "seconds": _round(statistics.median(seconds)), "runs": len(seconds), "spread": spread(seconds),
        "peak_mb": max(one["peak_mb"] for one in batches),
        "total_fen_equal": sums["equal"] and all(one["total_fen"] == sums["bills_fen"] for one in batches) and sums["rows"] == county.rows,
    }  # fmt: skip
    if floors:
        least = statistics.median(one["seconds"] for one in floors)
        told |= {
            "floor_seconds": _round(least),
            "ratio": round(statistics.median(seconds) / least, 3),
            "floor_peak_mb": max(one["peak_mb"] for one in floors),
        }
    return told


def run_loop(setting: Setting, county: County) -> dict[str, Any]:
    """The loop alone."""
    setting.say("结算循环本身 The loop alone")
    asked = {
        "claims": str(county.claims),
        "persons": str(county.persons),
        "threads": setting.threads or machine.cores(),
        **setting.chosen,
    }
    return measured("doudi.bench.batch:loop", asked)


def warm(setting: Setting) -> None:
    """Settle a handful, so that what is compiled once on a machine is compiled."""
    county = setting.county(WARM)
    run_batch(setting, county, floor=False)


def bench_settle(setting: Setting, claims: int) -> dict[str, Any]:
    """Everything about the batch on one size."""
    warm(setting)
    county = setting.county(claims)
    batch, loop = run_batch(setting, county), run_loop(setting, county)
    first = ("claims", "seconds", "floor_seconds", "ratio")
    return {
        **{key: batch[key] for key in first}, "kernel_per_s": loop["per_s"], "peak_mb": batch["peak_mb"], "total_fen_equal": batch["total_fen_equal"],
        "kernel_one_core_per_s": loop["one_core_per_s"], "layers_per_claim": loop["layers_per_claim"], "floor_peak_mb": batch["floor_peak_mb"],
        "runs": batch["runs"], "spread": batch["spread"], "policy": setting.policy, "machine": machine.facts(),
    }  # fmt: skip


def spread(seconds: list[float]) -> float | None:
    """How far runs lie apart, as a part of their median; None of a single one."""
    return round((max(seconds) - min(seconds)) / statistics.median(seconds), 3) if len(seconds) > 1 else None


def _round(seconds: float) -> float:
    return round(seconds, 3)
