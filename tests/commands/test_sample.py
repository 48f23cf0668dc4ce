"""`doudi sample make`: files, a word on what was planted and what to do next, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main

from doudi.commands.main import app

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call `doudi sample make …` with a data directory of its own; gives code, standard output, standard error."""
    monkeypatch.setenv("DOUDI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def call(*words: Any) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            typer.main.get_command(app).main(["sample", "make", *map(str, words)])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def test_it_says_where_the_files_are_and_what_to_do_next(run: Run, tmp_path: Path) -> None:
    code, out, err = run("--people", 1_000, "--seed", 3)
    assert (code, err) == (0, "")
    folder = tmp_path / "home" / "sample" / "county"
    assert (folder / "settlements.csv").exists()
    assert "埋下差错" in out
    assert "--against recorded" in out


def test_it_tells_machines_the_same(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("--people", 1_000, "--out", "b", "--format", "parquet", "--recorded", "none", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["files"]["settlements"] == "settlements.parquet"
    assert told["mistakes"] == 0
    assert (tmp_path / "b" / "settlements.parquet").exists()


def test_it_says_so_where_nothing_is_recorded(run: Run) -> None:
    assert "没有记支付" in run("--people", 1_000, "--recorded", "none")[1]


def test_one_year_can_be_asked_for(run: Run, tmp_path: Path) -> None:
    assert run("--people", 1_000, "--out", "b", "--recorded", "none", "--year", 2024)[0] == 0
    truth = json.loads((tmp_path / "b" / "truth.json").read_text(encoding="utf-8"))
    assert (truth["from"], truth["to"]) == ("2024-01-01", "2024-12-31")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--people", 0), "1,000 至 10,000,000"),
        (("--preset", "city"), "county、development-zone"),
        (("--year", 2025, "--from", "2025-01-01"), "只写一种"),
        (("--year", 2031), "2024-01-01 至 2026-06-30"),
        (("--from", "soon"), "2023-01-09"),
    ],
)
def test_what_cannot_be_made_is_one_message_and_leaves_nothing(
    words: tuple[Any, ...], said: str, run: Run, tmp_path: Path
) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert not (tmp_path / "home").exists()
