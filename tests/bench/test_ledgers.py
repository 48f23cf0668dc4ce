"""The timers of ledgers do what they time, at a small size, and see when a result is not right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from doudi.bench.fresh import measured
from doudi.bench.ledgers_told import WRONG, lines_of_ledgers
from doudi.bench.told import BREAKS, HOLDS

JOBS, FILES = "doudi.bench.ledgers_jobs", "doudi.bench.ledger_files"

READ = {
    "rows": 1_000_000,
    "seconds": 5.0,
    "per_s": 200_000,
    "bytes": 160_000_000,
    "peak_mb": 2_000,
    "right": True,
}
COMMITTED = {
    "rows": 1_000_000,
    "read_seconds": 5.0,
    "commit_seconds": 25.0,
    "per_s": 40_000,
    "peak_mb": 3_000,
    "bytes": 2 * 10**9,
    "right": True,
}
STATES = {
    "people": 1_000_000,
    "rows": 4_800_000,
    "seconds": 6.0,
    "peak_mb": 1_500,
    "right": True,
    "kept_seconds": 1.3,
    "kept_peak_mb": 900,
}
PAIRS: dict[str, Any] = {"people": 970_000, "records": 50_000, "seconds": 8.0, "per_s": 127_500, "loose_per_s": 6_250, "precision": 0.9999,
                         "recall": 0.99, "queued": 0.002, "peak_mb": 2_000, "splink": {"seconds": 10.0, "per_s": 102_000, "pairs": 90_000, "peak_mb": 2_100}}  # fmt: skip
BOOK = {"read": {"rows": 50_000, "seconds": 1.2, "peak_mb": 300, "right": True}, "reader": {"seconds": 0.5, "peak_mb": 200}, "read_ratio": 2.4,
        "returned": {"seconds": 3.0, "peak_mb": 400, "right": True}, "openpyxl": {"seconds": 12.0, "peak_mb": 900}, "returned_ratio": 0.25}  # fmt: skip
FOUND: dict[str, Any] = {
    "people": 1_000_000, "workbook": BOOK, "imports": [{"people": 1_000_000, "read": READ, "committed": COMMITTED, "second": COMMITTED}],
    "reconciled": [STATES], "linked": [PAIRS],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("bench") / "ledgers"
    measured(f"{JOBS}:make", {"people": 2_000, "folder": str(made)})
    return made


def test_a_plain_file_is_read_and_every_row_accounted_for(folder: Path) -> None:
    told = measured(f"{JOBS}:read", {"file": str(folder / "population.csv")})
    assert told["right"]
    assert told["kind"] == "population"
    assert told["rows"] > 1_900


def test_a_row_that_the_truth_does_not_know_is_seen(folder: Path) -> None:
    lines = (folder / "population.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "truth" / "rows_longer.parquet").write_bytes(
        (folder / "truth" / "rows_population.parquet").read_bytes()
    )
    longer = folder / "longer.csv"
    longer.write_text("".join([*lines, lines[1].replace("户主", "配偶")]), encoding="utf-8")
    assert not measured(f"{JOBS}:read", {"file": str(longer)})["right"]


def test_ledgers_are_taken_into_a_fresh_register_which_then_holds_them(folder: Path, tmp_path: Path) -> None:
    files = [str(folder / f"{name}.csv") for name in ("population", "resident_insurance")]
    told = measured(f"{JOBS}:taken_in", {"files": files, "home": str(tmp_path / "home")})
    assert [one["kind"] for one in told["parts"]] == ["population", "resident_insurance"]
    assert all(one["right"] and one["commit_seconds"] > 0 for one in told["parts"])
    assert not (tmp_path / "home").exists()


def test_a_workbook_is_read_and_handed_back_with_its_cells_as_they_were(tmp_path: Path) -> None:
    file = measured(f"{JOBS}:make_workbook", {"people": 1_000, "folder": str(tmp_path)})["file"]
    told, reader = (
        measured(f"{JOBS}:read_workbook", {"file": file}),
        measured(f"{FILES}:calamine_alone", {"file": file}),
    )
    assert told["right"]
    assert told["rows"] == reader["rows"]
    assert measured(f"{JOBS}:returned", {"file": file, "out": str(tmp_path / "back.xlsx")})["right"]


def test_what_holds_is_ticked() -> None:
    budgets = [one for one in lines_of_ledgers(FOUND) if one[4]]
    assert len(budgets) == 8
    assert {one[5] for one in budgets} == {HOLDS}


@pytest.mark.parametrize(
    ("broken", "figure"),
    [
        ({"imports": [FOUND["imports"][0] | {"read": READ | {"per_s": 99_999}}]}, "99,999 行/s"),
        ({"imports": [FOUND["imports"][0] | {"committed": COMMITTED | {"per_s": 29_999}}]}, "29,999 行/s"),
        ({"workbook": BOOK | {"read_ratio": 3.01}}, "1.20 s"),
        ({"workbook": BOOK | {"returned_ratio": 1.51}}, "3.00 s"),
        ({"reconciled": [STATES | {"seconds": 10.01}]}, "10.01 s"),
        ({"linked": [PAIRS | {"per_s": 99_999}]}, "99,999 条/s"),
    ],
)
def test_a_broken_budget_keeps_its_figure(broken: dict[str, Any], figure: str) -> None:
    (over,) = [one for one in lines_of_ledgers(FOUND | broken) if one[5] == BREAKS]
    assert over[1] == figure


@pytest.mark.parametrize(
    "wrong",
    [
        {"workbook": BOOK | {"read": BOOK["read"] | {"right": False}}},
        {"reconciled": [STATES | {"right": False}]},
        {"linked": [PAIRS | {"precision": 0.99}]},
    ],
)
def test_no_speed_is_told_of_what_came_out_wrong(wrong: dict[str, Any]) -> None:
    over = [one for one in lines_of_ledgers(FOUND | wrong) if one[1] == "—"]
    assert over
    assert all(one[2] == WRONG for one in over)


def test_a_small_county_has_no_budget_for_a_million() -> None:
    lines = [one for one in lines_of_ledgers(FOUND | {"people": 100_000}) if "reconciled" in one[0].lower()]
    assert {one[4] for one in lines} == {""}
