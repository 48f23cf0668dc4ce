"""`doudi claims`: one clear message and a code for whoever calls, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import typer.main

from doudi.commands.main import app
from doudi.facts.edges import write_csv
from tests.facts.cast import made_settlements
from tests.store.importers.broken import BROKEN, ROW, text, with_cell

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call `doudi claims …` with a data directory of its own; gives code, standard output, standard error."""
    monkeypatch.setenv("DOUDI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def call(*words: Any) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            typer.main.get_command(app).main(["claims", *map(str, words)])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def test_import_then_check_says_what_was_taken_and_that_it_is_sound(run: Run, tmp_path: Path) -> None:
    write_csv(made_settlements(300), tmp_path / "a.csv")
    code, out, _ = run("import", tmp_path / "a.csv")
    assert code == 0
    assert "a.csv\tsettlements\t300\t300\t0\t0" in out
    code, out, _ = run("import", "a.csv", "--json")
    told = json.loads(out)
    assert told["files"][0]["already"]
    code, out, _ = run("check")
    assert code == 0
    assert "结算 300 行，发现 0 处" in out
    code, out, _ = run("check", "--json")
    assert json.loads(out)["source"] == f"snapshot:{told['snapshot']}"


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_ends_with_one_message_and_leaves_nothing(name: str, run: Run, tmp_path: Path) -> None:
    file, make, words = BROKEN[name]
    make(tmp_path / file)
    code, out, err = run("import", file)
    assert code == 2
    assert out == ""
    assert err.startswith("错误 error：")
    for word in words:
        assert word in err
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file() and path.name != "lock"]


def test_a_machine_gets_every_fault(run: Run, tmp_path: Path) -> None:
    text(with_cell("gend", "7"), with_cell("inscp_amt", "x", "S3"))(tmp_path / "a.csv")
    code, out, _ = run("import", "a.csv", "--json")
    told = json.loads(out)
    assert code == told["exit_code"] == 2
    assert [fault["where"] for fault in told["faults"]] == ["a.csv 第 2 行 gend", "a.csv 第 3 行 inscp_amt"]


def test_keep_going_names_the_file_of_rejects(run: Run, tmp_path: Path) -> None:
    text(ROW, with_cell("gend", "7"))(tmp_path / "a.csv")
    code, out, _ = run("import", "a.csv", "--keep-going")
    assert code == 0
    (back,) = (tmp_path / "home" / "rejects").iterdir()
    assert str(back) in out
    code, out, _ = run("import", "a.csv", "--keep-going", "--rejects", tmp_path / "elsewhere", "--json")
    assert json.loads(out)["files"][0]["rejects"] == str(tmp_path / "elsewhere" / back.name)


def test_check_ends_with_one_on_errors_and_lists_them(run: Run, tmp_path: Path) -> None:
    facts = made_settlements(300)
    place = facts.column_names.index("acct_pay_fen")
    spoilt = pa.array([1, *facts["acct_pay_fen"].to_pylist()[1:]], pa.int64())
    write_csv(facts.set_column(place, "acct_pay_fen", spoilt), tmp_path / "a.csv")
    code, out, _ = run("check", "a.csv", "--out", "found.csv", "--limit", 0)
    assert code == 1
    assert "错误\tperson-by-purse\t" in out
    header, row = (tmp_path / "found.csv").read_text(encoding="utf-8-sig").splitlines()[:2]
    assert header == '"table","rule","level","setl_id","line","amount","message"'
    assert row.startswith('"settlements","person-by-purse","error"')
    code, out, _ = run("check", "a.csv", "--json")
    told = json.loads(out)
    assert code == 1
    assert told["errors"] == told["tables"]["settlements"]["errors"]
    assert told["tables"]["settlements"]["findings"][0]["amount"].count(".") == 1
    # a check takes nothing in
    assert not (tmp_path / "home").exists()


def test_check_tells_what_it_needs(run: Run, tmp_path: Path) -> None:
    code, _, err = run("check")
    assert code == 2
    assert "doudi claims import" in err
    text("990101000000001", header="psn_no")(tmp_path / "p.csv")
    code, _, err = run("check", "p.csv")
    assert code == 2
    assert "settlements、fee_lines" in err
    text(with_cell("gend", "7"))(tmp_path / "a.csv")
    code, _, err = run("check", "a.csv")
    assert code == 2
    assert "第 2 行 gend" in err


def test_a_template_is_shown_or_written(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("template", "setl_d", "--required")
    assert code == 0
    assert out.startswith("setl_id,psn_no,")
    code, out, _ = run("template", "settlements", "--names", "zh", "--out", "t.csv")
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf" + "结算ID,".encode())
    assert run("check", "t.csv", "--as", "settlements")[0] == 0
    code, _, err = run("template", "nothing")
    assert code == 2
    assert "settlements（结算 setl_d）" in err


def test_the_reference_is_the_page(run: Run) -> None:
    code, out, _ = run("reference")
    assert code == 0
    assert out.startswith("# Fact tables")
