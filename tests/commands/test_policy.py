"""`doudi policy`: every subcommand for people and for machines."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from rich.console import Console

from doudi.commands import policy_table, screen
from doudi.commands.policy_table import chinese, put_sheet
from doudi.policy.library import packs, root
from doudi.policy.show import lay_out
from doudi.policy.workbook import layout
from tests.commands.shell import Called
from tests.findings.test_cases import CASE
from tests.policy.test_cases import SUMS
from tests.policy.test_show import FULL
from tests.policy.workbook.test_round_trip import cell
from tests.policy.writing import PACK, changed, pack


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of policies of its own, set for the command."""
    folder = tmp_path / "policies"
    for name, text in (
        ("settlement/shili/resident.yaml", PACK),
        (
            "settlement/bie/resident.yaml",
            changed("id: shi\nzh: 试行政策\nplace: 示例县", "id: bie\nzh: 别市政策\nplace: 别市"),
        ),
        ("cases/a.yaml", CASE),
        ("cases/b.yaml", SUMS),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("DOUDI_POLICIES", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A terminal of 100 columns that keeps what is shown."""
    held = io.StringIO()
    monkeypatch.setattr(screen, "on_terminal", lambda: True)
    monkeypatch.setattr(policy_table, "on_terminal", lambda: True)
    monkeypatch.setattr(
        "rich.console.Console", lambda: Console(file=held, force_terminal=True, width=100, color_system=None)
    )
    return held


# — list —


def test_policies_are_listed_plainly_in_a_pipe(policies: Path) -> None:
    called = Called("policy", "list")
    assert called.code == 0
    head, *rows = [line.split("\t") for line in called.out.splitlines()]
    assert head == ["编号", "地区", "名称", "有效期", "核实/待核/未查到", "启用/停用", "位置"]
    assert rows[0] == ["bie", "别市", "别市政策", "2024-01-01 至 2026-12-31", "1/7/0", "2/0", "bie/resident"]
    assert rows[1][0] == "shi"


def test_policies_are_listed_for_machines(policies: Path) -> None:
    (policies / "settlement" / "z.yaml").write_text("a: [1", encoding="utf-8")
    listed = Called("policy", "list", "--json").json["policies"]
    assert listed[1] == {
        "id": "shi",
        "place": "示例县",
        "zh": "试行政策",
        "from": "2024-01-01",
        "to": "2026-12-31",
        "fault": None,
        "name": "shili/resident",
        "file": str(policies / "settlement" / "shili" / "resident.yaml"),
        "confirmed": 1,
        "unconfirmed": 7,
        "unknown": 0,
        "layers_on": 2,
        "layers_off": 0,
    }
    assert "没有成对" in listed[2]["fault"]
    assert "有错" in Called("policy", "list").out


def test_policies_are_listed_in_a_table_on_a_terminal(policies: Path, terminal: io.StringIO) -> None:
    assert Called("policy", "list").code == 0
    assert "现有政策" in terminal.getvalue()
    assert re.search(r"shi\s+示例县\s+试行政策", terminal.getvalue())


def test_a_folder_that_is_not_there_is_told(policies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUDI_POLICIES", "/none")
    called = Called("policy", "list")
    assert called.code == 2
    assert "找不到政策目录" in called.err


# — show —


def test_a_policy_is_shown_plainly_in_a_pipe(policies: Path) -> None:
    called = Called("policy", "show", "示例县")
    assert called.code == 0
    lines = called.out.splitlines()
    assert lines[:2] == ["试行政策　shi", "示例县　有效期 2024-01-01 至 2026-12-31"]
    assert "一、基本医疗保险　basic" in lines
    assert "  支付：60%〔1〕" in lines
    assert "  封顶线：年度累计支付：120000 元〔1〕〔待核实〕" in lines
    assert "〔1〕示例县医保局《试行办法》（试发〔2024〕1号），2024-01-01" in lines
    assert lines[-1].startswith("〔待核实〕：")


def test_a_policy_is_shown_as_of_a_day(policies: Path) -> None:
    said = Called("policy", "show", "shi", "--as-of", "2025-06-01").out
    assert "查阅日 2025-06-01" in said
    assert "一级 200 元；其余 600 元　第三条" in said
    assert "500 元" not in said
    assert "500 元" in Called("policy", "show", "shi", "--as-of", "2024-06-01").out


def test_a_policy_is_shown_for_machines(policies: Path) -> None:
    data = Called("policy", "show", "shi", "--json", "--as-of", "2025-06-01").json
    assert (data["id"], data["as_of"]) == ("shi", "2025-06-01")
    assert [section["code"] for section in data["sections"]] == ["general", "basic", "cii"]


def test_a_policy_file_is_shown_wherever_it_lies(policies: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(changed("to: 2026-12-31\n", ""), encoding="utf-8")
    assert "有效期 2024-01-01 起" in Called("policy", "show", "mine.yaml").out


def test_layers_that_are_off_are_marked(tmp_path: Path) -> None:
    (tmp_path / "full.yaml").write_text(FULL, encoding="utf-8")
    said = Called("policy", "show", str(tmp_path / "full.yaml")).out
    assert "五、戊层　e〔停用〕" in said
    assert "先行自付" in said


@pytest.mark.parametrize("name", ["nowhere", "none.yaml", "示例"])
def test_what_cannot_be_found_or_is_of_no_day_is_told(policies: Path, name: str) -> None:
    called = (
        Called("policy", "show", name, "--as-of", "someday")
        if name == "示例"
        else Called("policy", "show", name)
    )
    assert called.code in (2, 3)
    assert called.err.startswith("错误 error：")
    assert called.out == ""


def test_a_policy_is_handsome_on_a_terminal(terminal: io.StringIO) -> None:
    put_sheet(lay_out(pack(FULL)))
    shown = terminal.getvalue()
    assert "╭─ 一、甲层　a ─" in shown
    assert re.search(r"│ 支付\s+一级、其余 10%〔1〕", shown)
    assert "戊层　e〔停用〕" in shown
    assert "〔2〕示例县医保局《试行办法》" in shown
    assert max(len(line) for line in shown.splitlines()) <= 100


@pytest.mark.parametrize("listed", list(packs(root())), ids=lambda listed: listed.folder)
def test_every_shipped_policy_can_be_shown(listed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    put_sheet(lay_out(listed.pack))
    said = capsys.readouterr().out
    assert listed.pack.file.zh in said
    assert "〔1〕" in said


def test_numbers_of_layers_are_chinese() -> None:
    assert [chinese(n) for n in (1, 9, 10, 11, 19, 20, 21, 99)] == [
        "一",
        "九",
        "十",
        "十一",
        "十九",
        "二十",
        "二十一",
        "九十九",
    ]


# — check —


def test_right_files_are_right(policies: Path) -> None:
    called = Called("policy", "check", "示例县", str(policies / "cases" / "a.yaml"))
    assert called.code == 0
    assert called.out.count("没有问题") == 2


def test_all_faults_of_all_files_are_told_and_the_exit_code_is_three(policies: Path, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(
        changed("fund: hifp_pay", "fund: x").replace("unit: ratio", "unit: x"), encoding="utf-8"
    )
    (tmp_path / "two.yaml").write_text("a: [1", encoding="utf-8")
    called = Called("policy", "check", "one.yaml", "two.yaml", "shi")
    assert called.code == 3
    assert "one.yaml：2 处问题" in called.out
    assert "two.yaml：1 处问题" in called.out
    assert "one.yaml 第" in called.out
    data = Called("policy", "check", "--json", "one.yaml", "two.yaml", "shi").json
    assert data["faults"] == 3
    assert [(Path(f["file"]).name, f["ok"], len(f["faults"])) for f in data["files"]] == [
        ("one.yaml", False, 2),
        ("two.yaml", False, 1),
        ("resident.yaml", True, 0),
    ]
    assert Called("policy", "check", "--json", "one.yaml").code == 3


def test_more_faults_than_a_screen_holds_are_all_told(policies: Path, tmp_path: Path) -> None:
    keys = "".join(f"colour{i}: red\n" for i in range(50))
    (tmp_path / "many.yaml").write_text(PACK + keys, encoding="utf-8")
    assert Called("policy", "check", "many.yaml").out.count("不认识的键") == 50


# — test —


def test_cases_of_the_policies_are_run(policies: Path) -> None:
    called = Called("policy", "test")
    assert called.code == 0
    assert called.out.splitlines()[-1] == "共 2 例，相符 2，不符 0。"
    data = Called("policy", "test", "--json").json
    assert (data["cases"], data["passed"], data["failed"]) == (2, 2, 0)
    assert {"id", "ok", "step", "expected", "got"} <= set(data["items"][0])
    assert [item["id"] for item in data["items"]] == ["shi-1", "sum"]


def test_a_failing_case_comes_first_and_the_exit_code_is_one(policies: Path) -> None:
    (policies / "cases" / "b.yaml").write_text(
        SUMS.replace("agrees: false", "agrees: true"), encoding="utf-8"
    )
    called = Called("policy", "test")
    assert called.code == 1
    lines = called.out.splitlines()
    assert lines[1].startswith("不符\tsum\tpaid\t3005.00\t4322.50\t")
    assert lines[-1] == "共 2 例，相符 1，不符 1。"
    machine = Called("policy", "test", "--json")
    assert machine.code == 1
    assert machine.json["failed"] == 1
    assert [item["ok"] for item in machine.json["items"]] == [True, False]


def test_named_files_and_folders_are_run(policies: Path) -> None:
    assert Called("policy", "test", str(policies / "cases" / "b.yaml"), "--json").json["cases"] == 1
    assert Called("policy", "test", str(policies), "--json").json["cases"] == 2


def test_a_folder_without_cases_is_an_error(policies: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    called = Called("policy", "test", "empty", "--json")
    assert called.code == 2
    assert called.json["what"] == "没有算例"


def test_cases_are_shown_in_a_table_on_a_terminal(policies: Path, terminal: io.StringIO) -> None:
    assert Called("policy", "test").code == 0
    assert re.search(r"相符\s+shi-1\s+basic.paid\s+2040.00", terminal.getvalue())


# — workbook —


def test_a_policy_goes_to_a_workbook_and_back(policies: Path, tmp_path: Path) -> None:
    assert Called("policy", "export", "shi", "--out", "x.xlsx").out == "已写出 x.xlsx：试行政策（shi）\n"
    called = Called("policy", "import", "x.xlsx", "--out", "out")
    assert called.code == 0
    assert called.out == "已写出：\n  out/resident.yaml\n与现有的 shi 相同。\n"
    assert (tmp_path / "out" / "resident.yaml").is_file()


def test_what_was_changed_in_the_workbook_is_told(policies: Path, tmp_path: Path) -> None:
    Called("policy", "export", "shi", "--out", "x.xlsx")
    book = load_workbook("x.xlsx")
    cell(book, layout.PARAMETERS, "value", name="basic.ratio").value = 0.65
    book.save("x.xlsx")
    assert (
        "  支付比例 basic.ratio 自 2024-01-01 起：60% → 65%\n"
        in Called("policy", "import", "x.xlsx", "--out", "a").out
    )
    data = Called("policy", "import", "x.xlsx", "--out", "b", "--json").json
    assert data == {
        "id": "shi",
        "files": ["b/resident.yaml"],
        "compared": True,
        "changes": [{"what": "支付比例 basic.ratio 自 2024-01-01 起", "before": "60%", "after": "65%"}],
    }


def test_a_policy_that_is_new_is_compared_with_nothing(policies: Path, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text(changed("id: shi", "id: new"), encoding="utf-8")
    Called("policy", "export", "new.yaml", "--out", "x.xlsx")
    assert "未作比较" in Called("policy", "import", "x.xlsx", "--out", "a").out


def test_a_wrong_workbook_is_told_and_leaves_nothing(policies: Path, tmp_path: Path) -> None:
    Called("policy", "export", "shi", "--out", "x.xlsx")
    book = load_workbook("x.xlsx")
    cell(book, layout.PARAMETERS, "value", name="basic.ratio").value = "六成"
    book.save("x.xlsx")
    called = Called("policy", "import", "x.xlsx", "--out", "a", "--json")
    assert called.code == 3
    assert "单元格 N7" in called.json["where"]
    assert not (tmp_path / "a").exists()


def test_a_workbook_must_be_called_one(policies: Path) -> None:
    called = Called("policy", "export", "shi", "--out", "x.csv")
    assert called.code == 2
    assert ".xlsx" in called.err


def test_json_keeps_chinese_readable(policies: Path) -> None:
    assert "示例县" in Called("policy", "list", "--json").out
    assert json.loads(Called("policy", "list", "--json").out)
