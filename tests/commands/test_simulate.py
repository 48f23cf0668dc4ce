"""`doudi simulate` on the command line: a comparison for people, for machines and as a page; one clear message otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.shell import Called
from tests.findings.small import POLICY, bills, names_in, write_claims


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small policy and some bills."""
    (tmp_path / "small.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "short.yaml").write_text(POLICY.replace("2025-12-31", "2024-01-31"), encoding="utf-8")
    write_claims(bills(), tmp_path / "claims.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def simulate(*words: str, policy: str = "small.yaml", claims: str = "claims.csv") -> Called:
    return Called("simulate", "--policy", policy, "--in", claims, *words)


def test_it_says_what_a_changed_number_comes_to(folder):
    called = simulate("--set", "r=100%")
    assert called.code == 0, called.err
    assert "个人负担 psn_pay" in called.out
    assert "60.5% → 100%" in called.out
    assert names_in(folder) == {"small.yaml", "short.yaml", "claims.csv"}


def test_for_machines_it_prints_the_comparison(folder):
    told = simulate("--set", "r=100%", "--json").json
    assert told["schema"] == "doudi/whatif@1"
    assert told["changes"][0]["after"]["text"] == "100%"
    assert told["source"] == "claims.csv"


def test_it_writes_a_page_beside(folder):
    called = simulate("--set", "r=100%", "--html", "page.html")
    assert called.code == 0, called.err
    assert "已写出 page.html" in called.out
    assert "<title>政策试算" in (folder / "page.html").read_text(encoding="utf-8")


def test_another_policy_takes_the_place_of_the_first(folder):
    (folder / "other.yaml").write_text(POLICY, encoding="utf-8")
    told = simulate("--with", "other.yaml", "--json").json
    assert told["changes"] == []
    assert told["totals"]["psn_pay"]["change"] == "0.00"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "没有说改什么"),
        (["--set", "ratoi=1%"], "没有参数 ratoi"),
        (["--set", "r"], "看不懂"),
        (["--set", "r=1%", "--year", "1999"], "没有要试算的记录"),
        (["--set", "r=1%", "--as-of", "x"], "x"),
        (["--set", "r=1%", "--html", "no/such/page.html"], "文件夹不存在"),
        (["--set", "r=1%", "--html", "claims.csv"], "以 .html 结尾"),
        (["--with", "nowhere"], "nowhere"),
        (["--with", "short.yaml"], "不管 2024-"),
    ],
)
def test_whatever_is_wrong_gives_one_message_and_nothing_written(folder, words, said):
    called = simulate(*words)
    assert called.code != 0
    assert said in called.err
    assert called.out == ""
    assert "Traceback" not in called.err
    assert names_in(folder) == {"small.yaml", "short.yaml", "claims.csv"}


def test_without_claims_or_an_earlier_run_it_asks_for_the_policy(folder):
    called = Called("simulate", "--set", "r=1%")
    assert called.code == 2
    assert "没有说现行是哪套政策" in called.err


def test_the_page_holds_what_the_json_says(folder):
    told = simulate("--set", "r=100%", "--html", "page.html", "--json").json
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert told["after"]["fingerprint"] in page
    assert told["before"]["fingerprint"] in page
