"""`doudi bench ledgers`: ledgers read, taken in, handed back, reconciled and linked, each beside what it is measured against.

Every measurement is one process that starts no other, so that its memory is its own and the system's high-water mark
tells it without looking in between; sizes a tenth, three tenths and the whole.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from doudi.bench import machine
from doudi.bench.fresh import measured
from doudi.bench.settle import Say

JOBS, FILES = "doudi.bench.ledgers_jobs", "doudi.bench.ledger_files"
#: Growth is shown from a tenth of the size asked for.
TENTHS = (1, 3, 10)
#: A workbook of one county's police; larger ones are plain files.
WORKBOOK = 50_000
#: Of twenty rows one has no number that can be used: what linkage is given.
LOOSE = 20
SHORT = 3

Found = dict[str, Any]


@dataclass(frozen=True)
class Ledgers:
    """Where things lie and how they are run."""

    folder: Path
    threads: int | None = None
    runs: int | None = None
    say: Say = lambda _: None

    def job(self, job: str, asked: Mapping[str, Any], times: int = 1) -> Found:
        """The run in the middle of so many; the most memory of all of them."""
        found = [measured(job, asked) for _ in range(self.runs or times)]
        middle = statistics.median_low([one["seconds"] for one in found])
        chosen = next(one for one in found if one["seconds"] == middle)
        right = {"right": all(one["right"] for one in found)} if "right" in chosen else {}
        return chosen | {"peak_mb": max(one["peak_mb"] for one in found), "runs": len(found)} | right


def bench_ledgers(setting: Ledgers, people: int) -> Found:
    """Everything about ledgers for so many people."""
    setting.folder.mkdir(parents=True, exist_ok=True)
    sizes = [max(people * tenth // TENTHS[-1], 1_000) for tenth in TENTHS]
    return {
        "people": people,
        "workbook": workbooks(setting, min(people, WORKBOOK)),
        "imports": [imported(setting, size, whole=size == sizes[-1]) for size in sizes],
        "reconciled": [reconciled(setting, size) for size in sizes],
        "linked": [linked(setting, size, beside=size == sizes[-1]) for size in sizes],
        "machine": machine.facts(),
    }


def workbooks(setting: Ledgers, people: int) -> Found:
    """A workbook read and handed back, beside its reader alone and openpyxl."""
    folder = setting.folder / f"workbook-{people}"
    setting.say(f"造 {people:,} 人的工作簿 Making a workbook")
    file = setting.job(f"{JOBS}:make_workbook", {"people": people, "folder": str(folder)})["file"]
    setting.say("读取、退回工作簿 Reading it and handing it back")
    reader = setting.job(f"{FILES}:calamine_alone", {"file": file}, SHORT)
    read = setting.job(f"{JOBS}:read_workbook", {"file": file}, SHORT)
    back = setting.job(f"{JOBS}:returned", {"file": file, "out": str(folder / "returned.xlsx")}, SHORT)
    saved = setting.job(f"{FILES}:by_openpyxl", {"file": file, "out": str(folder / "saved.xlsx")})
    read["right"] = read["right"] and read["rows"] == reader["rows"]
    return {
        "people": people, "read": read, "reader": reader, "read_ratio": _ratio(read, reader),
        "returned": back, "openpyxl": saved, "returned_ratio": _ratio(back, saved),
    }  # fmt: skip


def imported(setting: Ledgers, people: int, *, whole: bool) -> Found:
    """Plain files read and checked, and taken into a fresh register; at the whole size one more ledger after it."""
    folder = setting.folder / f"ledgers-{people}"
    setting.say(f"造 {people:,} 人的台账 Making ledgers")
    names = setting.job(f"{JOBS}:make", {"people": people, "folder": str(folder)})["files"]
    first = str(folder / names["population"])
    setting.say(f"{people:,} 人：读取并核查 Reading and checking")
    read = setting.job(f"{JOBS}:read", {"file": first}, SHORT)
    setting.say(f"{people:,} 人：写入登记库 Committing")
    files = [first, *([str(folder / names["resident_insurance"])] if whole else [])]
    took = setting.job(f"{JOBS}:taken_in", {"files": files, "home": str(folder / "home")})
    parts = [one | {"per_s": round(one["rows"] / one["commit_seconds"])} for one in took["parts"]]
    return {
        "people": people,
        "read": read | {"per_s": round(read["rows"] / read["seconds"])},
        "committed": parts[0] | {"peak_mb": took["peak_mb"], "bytes": took["bytes"]},
        "second": parts[1] if whole else None,
    }


def reconciled(setting: Ledgers, people: int) -> Found:
    """The five ledgers of so many people, from the snapshot to one state for each."""
    home = setting.folder / f"snapshot-{people}"
    setting.say(f"{people:,} 人：五本台账归类 Reconciling")
    kept = setting.job("doudi.bench.reconcile:snapshot", {"people": people, "home": str(home)})
    asked = {"home": str(home), "threads": setting.threads}
    found = setting.job("doudi.bench.reconcile:states", asked, SHORT)
    return found | {
        "right": found["people"] == people, "rows": kept["rows"], "kept_seconds": kept["seconds"],
        "kept_peak_mb": kept["peak_mb"],
    }  # fmt: skip


def linked(setting: Ledgers, people: int, *, beside: bool) -> Found:
    """Rows without a usable number among so many people; at the whole size Splink on the same records."""
    asked = {"people": people, "records": people // LOOSE, "threads": setting.threads or machine.cores()}
    setting.say(f"{people:,} 人：认人 Linking")
    found = setting.job("doudi.bench.linkage:linked", asked)
    found["splink"] = None
    if beside:
        setting.say(f"{people:,} 人：Splink 本身 Splink alone")
        found["splink"] = setting.job("doudi.bench.linkage:by_splink", asked)
    return found


def _ratio(one: Found, other: Found) -> float:
    return round(float(one["seconds"]) / float(other["seconds"]), 2)
