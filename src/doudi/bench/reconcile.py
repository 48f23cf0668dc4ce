"""The job behind the reconciliation line: the five ledgers of a made-up county, from the store snapshot to one row per person.

The ledgers are made column by column from a seed, as the register's views hand them over; nothing in them is anybody.
"""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from doudi.findings.engines import Engine
from doudi.findings.reconcile import Rules, Subsidy, Target, reconcile
from doudi.store.ledgers import LedgerStore, View

AS_OF = dt.date(2026, 6, 30)
YEAR = 2026
SEED = 990101
RULES = Rules(
    YEAR,
    40_000,
    {"特困": Subsidy(full=True), "低保": Subsidy(amount_fen=20_000), "脱贫人口": Subsidy(amount_fen=None)},
    ("特困", "低保", "低保边缘", "脱贫人口", "边缘易致贫户", "突发严重困难户", "重度残疾"),
    targets=(Target("户籍参保率", False, 9_800), Target("特殊人群参保率", True, 10_000)),
)
VIEW = View("bench", AS_OF, YEAR)
_DAY = np.datetime64("2026-06-30", "D")


def made(people: int) -> dict[str, pa.Table]:
    """The ledgers of so many people, as the views of the register give them."""
    rng = np.random.default_rng(SEED)
    person = np.arange(1, people + 1, dtype=np.int64)
    villages = np.array([f"990101{town:03d}{place:03d}" for town in range(1, 13) for place in range(1, 41)])
    village = pa.array(villages[rng.integers(0, len(villages), people)])
    household = person // 3
    born = _DAY - rng.integers(0, 90 * 365, people).astype("timedelta64[D]")
    entries = _Entries()

    def some(share: float, **columns: Any) -> pa.Table:
        """A ledger that so many of the people are in."""
        chosen = np.flatnonzero(rng.random(people) < share)
        filled = {
            name: column.take(pa.array(chosen))
            if isinstance(column, pa.Array)
            else pa.array([column] * len(chosen))
            for name, column in columns.items()
        }
        return pa.table({"entry_id": entries.next(len(chosen)), "person_id": person[chosen]} | filled)

    def drawn(*values: Any, shares: list[float]) -> pa.Array:
        return pa.array(
            np.array(values, dtype=object)[rng.choice(len(values), people, p=shares)], pa.string()
        )

    since, open_end = dt.date(2020, 1, 1), pa.nulls(people, pa.date32())
    groups = {
        "category": drawn("低保", "特困", "脱贫人口", shares=[0.5, 0.1, 0.4]),
        "valid_from": since,
        "valid_to": open_end,
    }
    special = some(0.06, **groups)
    tags = some(0.04, tag=drawn("残疾", "外地学生", "现役军人", "务工外出", shares=[0.4, 0.3, 0.1, 0.2]), level=drawn("肢体一级", "肢体三级", shares=[0.4, 0.6]), valid_from=since, valid_to=open_end)  # fmt: skip
    flag = drawn("已缴费", None, shares=[0.3, 0.7])
    reasons = drawn(
        "外地参保",
        "外地就学",
        "外地务工",
        "拒绝参保",
        "空挂户",
        "死亡",
        "其他",
        shares=[0.3, 0.2, 0.2, 0.1, 0.05, 0.05, 0.1],
    )
    return {
        "persons": pa.table({"person_id": person, "born": born, "household_id": household, "division": village}),
        "population": some(0.98, division=village, hsreg_stas=drawn("正常", "迁出", "死亡注销", shares=[0.985, 0.01, 0.005])),
        "residents": some(0.80, division=village, whereabouts=drawn("在家", "外出务工", "空挂户", shares=[0.85, 0.14, 0.01])),
        "resident_insurance": some(0.82, division=village, insu_year=YEAR, psn_insu_stas="正常参保", clct_flag=flag, psn_insu_date=dt.date(2026, 1, 1)),
        "employee_insurance": some(0.14, psn_insu_stas="正常参保", psn_insu_date=dt.date(2024, 5, 1)),
        "premium_payments": some(0.80, insu_year=YEAR, pay_amt_fen=40_000, pay_date=dt.date(2025, 11, 3)),
        "uninsured": some(0.05, insu_year=YEAR, reason=reasons),
        "enrolment_subsidies": some(0.05, insu_year=YEAR, subsidy_amt_fen=20_000),
        "deaths": some(0.006, death_date=dt.date(2026, 2, 11)),
        "special_groups": special,
        "special_groups_before": special,
        "tags": tags,
        "tags_before": tags,
    }  # fmt: skip


class _Entries:
    """Gives out entry numbers."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, count: int) -> pa.Array:
        self._last += count
        return pa.array(np.arange(self._last - count + 1, self._last + 1, dtype=np.int64))


def snapshot(people: int, home: str) -> dict[str, Any]:
    """Put so many people's ledgers into the store."""
    tables = made(people)
    begun = time.perf_counter()
    kept = LedgerStore(Path(home)).keep(VIEW, lambda: tables.items())
    return {
        "seconds": round(time.perf_counter() - begun, 3),
        "rows": sum(kept.rows.values()),
        "bytes": kept.bytes,
    }


def states(home: str, engine: Engine = "duckdb", threads: int | None = None) -> dict[str, Any]:
    """From the snapshot to one row per person with entries, flags, lists by village and rates."""
    begun = time.perf_counter()
    kept = LedgerStore(Path(home)).find(VIEW)
    if kept is None:
        raise FileNotFoundError(home)
    found = reconcile(kept.paths, RULES, as_of=AS_OF, engine=engine, threads=threads, snapshot=kept.id)
    return {
        "seconds": round(time.perf_counter() - begun, 3),
        "people": found.people.num_rows,
        "flags": found.flags.num_rows,
        "villages": found.places.num_rows,
        "shares": {f"{rate.base}/{rate.denominator}": rate.share for rate in found.rates},
    }
