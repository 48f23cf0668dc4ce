"""`doudi ledger` and `doudi person`: a workbook rehearsed, imported, handed back, mended, undone; lists that open onto it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from doudi.common.identifiers import sample_id_number
from tests.commands.shell import Called
from tests.registers import Register

HEAD = ("序号", "乡镇", "村", "户号", "与户主关系", "姓名", "身份证号", "性别", "出生日期", "联系电话")
DAY = "2026-06-30"


def number(year: int, serial: int) -> str:
    return sample_id_number(dt.date(year, 5, 6), serial)


PEOPLE = [
    (1, "样东镇", "样东1村", "H1", "户主", "王建国", number(1970, 11), "男", "1970-05-06", "19900000001"),
    (2, "样东镇", "样东1村", "H1", "配偶", "李秀英", number(1972, 12), "女", "1972.5.6", "19900000002"),
    (3, "样东镇", "样东1村", "H1", "之子", "王小明", number(2001, 13), "男", 37017, "1990000000"),
    (4, "样东镇", "样东1村", "H2", "户主", "张 三", "9901011965050600", "男", "1965年5月6日", None),
]


def workbook(path: Path, rows: list[tuple[Any, ...]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名单"
    sheet.append(["样东镇户籍人口花名册"])
    sheet.append(["填表日期：2026年6月30日"])
    sheet.append(list(HEAD))
    for row in rows:
        sheet.append(list(row))
    sheet.append(["合计", None, None, None, None, f"{len(rows)}人"])
    book.save(path)
    return path


@pytest.fixture
def home(sqlite_register: Register, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register that the commands of a test open."""
    for name, value in sqlite_register.environment.items():
        if name.startswith("DOUDI"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("DOUDI_USER", "clerk")
    monkeypatch.setenv("DOUDI_TODAY", DAY)
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    return sqlite_register.home


def done(*words: object) -> Called:
    called = Called("ledger", *map(str, words))
    assert called.code == 0, called.err
    return called


def test_a_rehearsal_tells_every_row_and_cell_and_writes_nothing(home: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "户籍.xlsx", PEOPLE)
    told = done("rehearse", file, "--as-of", DAY, "--json").json
    (sheet,) = told["sheets"]
    assert sheet["kind"] == "population"
    assert sheet["header_rows"] == [3]
    assert sheet["mapping"]["身份证号"] == "certno"
    assert sheet["rows_in"] == sheet["accepted"] + sheet["refused"] + sheet["left_out"] == 8
    assert sheet["accepted"] == 4
    cells = {(cell["row"], cell["column"]): cell["code"] for cell in told["cells"]}
    assert cells == {(6, 10): "phone_bad", (7, 7): "id_length"}
    assert told["would"][0]["new"] == 4
    assert done("imports", "--json").json == {"imports": []}
    assert "试导" not in done("rehearse", file, "--as-of", DAY).err


def test_importing_twice_adds_nothing_and_undoing_takes_all_of_it_back(home: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "户籍.xlsx", PEOPLE)
    (first,) = done("import", file, "--as-of", DAY, "--sender", "派出所", "--json").json["imports"]
    assert (first["new"], first["already"]) == (4, False)
    (again,) = done("import", file, "--as-of", DAY, "--sender", "派出所", "--json").json["imports"]
    assert (again["id"], again["already"]) == (first["id"], True)
    assert "已撤销" in done("undo", first["id"]).out
    assert Called("ledger", "undo", str(first["id"])).code == 2
    assert Called("person", "show", "1").code == 2


def test_the_workbook_comes_back_marked_and_its_mended_row_alone_changes(home: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "户籍.xlsx", PEOPLE)
    (made,) = done("import", file, "--as-of", DAY, "--json").json["imports"]
    back = tmp_path / "退回.xlsx"
    done("returned", made["id"], "--out", back)
    book = openpyxl.load_workbook(back)
    sheet = book["名单"]
    assert sheet.cell(7, 7).fill.fill_type == "solid"
    assert sheet.cell(5, 7).fill.fill_type is None
    assert sheet.cell(3, 11).value == "问题"
    sheet.cell(7, 7).value = number(1965, 15)
    sheet.cell(6, 10).value = "19900000003"
    book.save(back)
    (mended,) = done("import", back, "--as-of", DAY, "--json").json["imports"]
    assert mended["accepted"] == 4
    assert mended["unchanged"] == 2
    shown = Called("person", "show", number(1965, 15), "--json").json
    assert {line["kind"] for line in shown["history"]} >= {"population"}


def test_a_person_is_masked_until_a_reason_is_on_record(home: Path, tmp_path: Path) -> None:
    done("import", workbook(tmp_path / "户籍.xlsx", PEOPLE), "--as-of", DAY)
    masked = Called("person", "show", number(1970, 11))
    assert masked.code == 0
    assert "户籍.xlsx" in masked.out
    for secret in ("王建国", number(1970, 11), "19900000001"):
        assert secret not in masked.out
    assert Called("person", "show", number(1970, 11), "--reveal").code == 2
    shown = Called("person", "show", number(1970, 11), "--reveal", "--reason", "入户核查")
    assert "王建国" in shown.out
    assert number(1970, 11) in shown.out


def test_administrators_see_nobody_and_the_audit_reads_who_looked(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done("import", workbook(tmp_path / "户籍.xlsx", PEOPLE), "--as-of", DAY)
    assert Called("person", "show", number(1970, 11), "--reveal", "--reason", "核查").code == 0
    monkeypatch.setenv("DOUDI_ROLE", "system")
    assert Called("person", "show", number(1970, 11)).code == 2
    for words in (("rehearse", str(tmp_path / "户籍.xlsx")), ("returned", "1"), ("link",), ("undo", "1")):
        assert Called("ledger", *words).code == 2
    for words in (("check", "--json"), ("reconcile", "--year", "2026")):
        assert "DOUDI_ROLE" in Called("ledger", *words).err
    assert Called("keys", "openings", "--since", "2020-01-01", "--until", "2099-01-01").code == 2
    monkeypatch.setenv("DOUDI_ROLE", "audit")
    told = Called("keys", "openings", "--since", "2020-01-01", "--until", "2099-01-01", "--json").json
    assert [(one["viewer"], one["reason"]) for one in told["openings"]] == [("clerk", "核查")]


def test_keys_are_rotated_and_everything_still_opens(home: Path, tmp_path: Path) -> None:
    (made,) = done("import", workbook(tmp_path / "户籍.xlsx", PEOPLE), "--as-of", DAY, "--json").json[
        "imports"
    ]
    rotated = Called("keys", "rotate", "--drop-old")
    assert rotated.code == 0, rotated.err
    assert "王建国" in Called("person", "show", number(1970, 11), "--reveal", "--reason", "核查").out
    done("returned", made["id"], "--out", tmp_path / "退回.xlsx")


def test_lost_keys_are_not_replaced_by_new_ones(home: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "户籍.xlsx", PEOPLE)
    done("import", file, "--as-of", DAY)
    keys = (home / "keys.json").rename(tmp_path / "kept elsewhere.json")
    called = Called("ledger", "import", str(file), "--as-of", DAY)
    assert called.code == 4
    assert "密钥文件不见了" in called.err
    assert not (home / "keys.json").exists()
    keys.rename(home / "keys.json")
    assert done("import", file, "--as-of", DAY, "--json").json["imports"][0]["already"]


def test_reconcile_gives_one_state_a_person_with_the_records_behind(home: Path, tmp_path: Path) -> None:
    done("import", workbook(tmp_path / "户籍.xlsx", PEOPLE), "--as-of", DAY)
    insured = tmp_path / "参保.csv"
    insured.write_text(
        "姓名,身份证号,参保年度,参保状态,缴费标志,参保日期\n"
        f"王建国,{number(1970, 11)},2026,正常参保,已缴费,2026-01-01\n",
        encoding="gbk",
    )
    done("import", insured, "--kind", "resident_insurance", "--as-of", DAY)
    told = done("reconcile", "--year", 2026, "--as-of", DAY, "--place", "示例县", "--json").json
    states = {one["person"]: one["state"] for one in told["persons"]}
    assert len(states) == 3
    assert sorted(states.values()) == ["insured_paid", "unknown", "unknown"]
    (paid,) = [one for one in told["persons"] if one["state"] == "insured_paid"]
    assert {one["file"] for one in paid["evidence"]} == {"参保.csv"}
    assert all(one["words"] for one in told["rates"])
    listed = done(
        "reconcile", "--year", 2026, "--as-of", DAY, "--state", "unknown", "--out", tmp_path / "名单.csv"
    )
    assert "未参保原因不明" in (tmp_path / "名单.csv").read_text(encoding="utf-8-sig")
    assert listed.code == 0
    assert Called("ledger", "reconcile", "--year", "2026", "--state", "nobody").code == 2


def test_check_names_the_rule_the_row_and_whose_turn_it_is(home: Path, tmp_path: Path) -> None:
    done("import", workbook(tmp_path / "户籍.xlsx", PEOPLE), "--as-of", DAY)
    for name, kind, text in (
        (
            "低保.csv",
            "dibao",
            f"姓名,身份证号,保障金额,开始享受时间\n王建国,{number(1970, 11)},500,2024-01-01\n",
        ),
        ("死亡.csv", "deaths", f"姓名,身份证号,死亡日期\n王建国,{number(1970, 11)},2026-05-01\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        done("import", tmp_path / name, "--kind", kind, "--as-of", DAY)
    told = done("check", "--as-of", DAY, "--months", 2, "--json").json
    (one,) = [finding for finding in told["findings"] if finding["rule"] == "dead-on-dibao"]
    assert one["record"]["file"] == "低保.csv"
    assert [record["file"] for record in one["beside"]] == ["死亡.csv"]
    assert one["mends"] == "县民政局"
    assert [row for row in told["over_time"] if row["rule"] == "dead-on-dibao"] == [
        {"rule": "dead-on-dibao", "2026-04-30": 0, "2026-05-31": 1, "2026-06-30": 1}
    ]
    out = tmp_path / "发现.csv"
    assert "已死亡，仍在低保名单" in done("check", "--as-of", DAY, "--villages", "--out", out).out
    assert "低保.csv" in out.read_text(encoding="utf-8-sig")
    assert Called("ledger", "check", "--rule", "no-such").code == 2


def test_a_link_is_found_decided_and_taken_back(home: Path, tmp_path: Path) -> None:
    done("import", workbook(tmp_path / "户籍.xlsx", PEOPLE), "--as-of", DAY)
    (tmp_path / "低保.csv").write_text(
        "姓名,身份证号,性别,出生日期,乡镇,村,保障金额,开始享受时间\n"
        "王建国,9.90101E+17,男,1970-05-06,样东镇,样东1村,500,2024-01-01\n",
        encoding="utf-8",
    )
    done("import", tmp_path / "低保.csv", "--kind", "dibao", "--as-of", DAY)
    told = done("link", "--as-of", DAY, "--dry", "--json").json
    assert told["recorded"] == 0
    pairs = [pair for pair in told["pairs"] if pair["record"]["file"] == "低保.csv"]
    entry = (
        pairs[0]["a"] if pairs else json.loads(done("check", "--json").out)["findings"][0]["record"]["entry"]
    )
    decided = done("link", "--decide", f"{entry}=1")
    assert "已记下" in decided.out
    link = decided.out.split("编号 ")[1].split("）")[0]
    assert any(one["kind"] == "dibao" for one in Called("person", "show", "1", "--json").json["history"])
    done("link", "--undo", link)
    assert not any(
        one["kind"] == "dibao" and one["standing"]
        for one in Called("person", "show", "1", "--json").json["history"]
    )
    assert Called("ledger", "link", "--decide", "nonsense").code == 2
    assert Called("ledger", "link", "--decide", "999999=1").code == 2


def test_two_exports_are_compared_before_anything_is_in_the_register(home: Path, tmp_path: Path) -> None:
    head = "人口编号,户编号,姓名,证件号码,与户主关系,是否享受低保,风险是否消除\n"
    first, last = tmp_path / "三月.csv", tmp_path / "六月.csv"
    first.write_text(
        f"{head}1,A,王建国,{number(1970, 11)},户主,否,否\n2,A,李秀英,{number(1972, 12)},配偶,否,否\n",
        encoding="utf-8",
    )
    last.write_text(f"{head}1,A,王建国,{number(1970, 11)},户主,是,否\n", encoding="utf-8")
    words = ("diff", first, last, "--first", "2026-03-31", "--last", DAY)
    (told,) = done(*words, "--json").json["compared"]
    assert {(change["what"], change["column"]) for change in told["changes"]} == {
        ("changed", "on_dibao"),
        ("left", ""),
    }
    assert "王建国" not in done(*words).out
    assert Called("ledger", *map(str, words), "--reveal").code == 2
    assert done(*words, "--reveal", "--reason", "核对").code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("rehearse", "没有.xlsx"), "打不开文件"),
        (("import", "说明.txt"), "认得出是哪类台账"),
        (("template", "没有这类"), "没有“没有这类”这类台账"),
        (("undo", "77"), "没有第 77 号导入"),
        (("returned", "77"), "没有第 77 号导入"),
        (("reconcile", "--year", "1066"), "参保年度 1066"),
    ],
)
def test_a_slip_is_told_in_one_message(home: Path, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    (tmp_path / "说明.txt").write_text("今年的工作总体平稳。\n请各村抓紧报送。\n", encoding="utf-8")
    called = Called("ledger", *[str(tmp_path / word) if "." in word else word for word in words])
    assert called.code == 2
    assert says in called.err


def test_kinds_and_templates_are_there_without_a_register(tmp_path: Path) -> None:
    kinds = done("kinds", "--json").json["kinds"]
    assert {"population", "dibao", "national_members"} <= {kind["name"] for kind in kinds}
    done("template", "低保", "--out", tmp_path / "低保.xlsx")
    assert openpyxl.load_workbook(tmp_path / "低保.xlsx").worksheets[0].cell(1, 1).value


def test_a_sheet_that_could_be_two_kinds_is_not_taken_in_before_somebody_says_which(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "名单.csv"
    people = "\n".join(f"王建国,{number(1970, n)},样东镇,样东1村" for n in range(11, 31))
    file.write_text(f"姓名,身份证号,乡镇,村\n{people}\n", encoding="utf-8")
    (sheet,) = done("rehearse", file, "--as-of", DAY, "--json").json["sheets"]
    assert sheet["rival"] or sheet["kind"] is None
    refused = Called("ledger", "import", str(file), "--as-of", DAY)
    assert refused.code == 2
    assert "--kind" in refused.err
    assert done("imports", "--json").json == {"imports": []}
    (made,) = done("import", file, "--as-of", DAY, "--kind", "residents", "--json").json["imports"]
    assert made["kind"] == "residents"


def test_a_doubtful_pair_is_explained_in_words_and_as_a_chart(home: Path, tmp_path: Path) -> None:
    done("import", workbook(tmp_path / "户籍.xlsx", PEOPLE), "--as-of", DAY)
    (tmp_path / "低保.csv").write_text(
        "姓名,性别,出生日期,乡镇,村,保障金额\n王建国,男,1970-05-06,样东镇,样东1村,500\n", encoding="utf-8"
    )
    done("import", tmp_path / "低保.csv", "--kind", "dibao", "--as-of", DAY)
    told = done("link", "--as-of", DAY, "--json").json
    (pair,) = [one for one in told["pairs"] if one["record"]["file"] == "低保.csv"]
    assert pair["verdict"] in ("same", "queued")
    again = done("link", "--as-of", DAY, "--json").json
    assert [(one["a"], one["b"]) for one in again["pairs"]] == [(one["a"], one["b"]) for one in told["pairs"]]
    assert again["recorded"] == 0


def two_places(home: Path, tmp_path: Path) -> Path:
    """A county of two villages; a list without numbers names somebody of each."""
    places = tmp_path / "区划.csv"
    rows = [
        ("990101", "样本县", "县", ""), ("990101001", "样东镇", "乡镇", "990101"),
        ("990101001201", "样东1村", "村", "990101001"), ("990101001202", "样东2村", "村", "990101001"),
    ]  # fmt: skip
    text = "\n".join(",".join(row) for row in [("区划代码", "名称", "级别", "上级代码"), *rows])
    places.write_text(text, encoding="utf-8")
    done("import", places, "--kind", "divisions", "--as-of", DAY)
    other = (
        5,
        "样东镇",
        "样东2村",
        "H9",
        "户主",
        "赵桂兰",
        number(1980, 16),
        "女",
        "1980-05-06",
        "19900000009",
    )
    done("import", workbook(tmp_path / "户籍.xlsx", [*PEOPLE, other]), "--as-of", DAY)
    listed = tmp_path / "低保.csv"
    listed.write_text(
        "姓名,性别,出生日期,乡镇,村,保障金额\n王建国,男,1970-05-06,样东镇,样东1村,500\n"
        "赵桂兰,女,1980-05-06,样东镇,样东2村,500\n",
        encoding="utf-8",
    )
    done("import", listed, "--kind", "dibao", "--as-of", DAY)
    return listed


def test_linkage_tells_decides_and_takes_back_within_a_clerks_own_village(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = two_places(home, tmp_path)
    words = ("link", "--as-of", DAY, "--json")
    pairs = [one for one in done(*words).json["pairs"] if one["record"]["file"] == listed.name]
    mine, theirs = sorted(pairs, key=lambda one: int(one["record"]["row"]))
    link = done("link", "--decide", f"{theirs['a']}={theirs['b']}").out.split("编号 ")[1]
    monkeypatch.setenv("DOUDI_ROLE", "village")
    monkeypatch.setenv("DOUDI_PLACE", "990101001201")
    told = done(*words).json
    assert {one["a"] for name in ("pairs", "queue", "among") for one in told[name]} == {mine["a"]}
    for said in (f"{theirs['a']}={theirs['b']}", f"{mine['a']}={theirs['b']}"):
        refused = Called("ledger", "link", "--decide", said)
        assert "不在您的范围内" in refused.err
    assert "不在您的范围内" in Called("ledger", "link", "--undo", link.split("）")[0]).err
    assert Called("ledger", "link", "--explain", str(theirs["a"])).code == 2
    assert Called("ledger", "link", "--decide", f"{mine['a']}={mine['b']}").code == 0


def test_a_leader_is_told_figures_and_no_records(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_places(home, tmp_path)
    done("link", "--as-of", DAY)
    dead = tmp_path / "死亡.csv"
    dead.write_text(f"姓名,身份证号,死亡日期\n王建国,{number(1970, 11)},2026-05-01\n", encoding="utf-8")
    done("import", dead, "--kind", "deaths", "--as-of", DAY)
    all_found = done("check", "--as-of", DAY, "--json").json
    assert all_found["findings"]
    monkeypatch.setenv("DOUDI_ROLE", "leader")
    monkeypatch.setenv("DOUDI_PLACE", "990101")
    told = done("check", "--as-of", DAY, "--json").json
    assert told["findings"] == []
    assert told["rules"] == all_found["rules"]
    monkeypatch.setenv("DOUDI_PLACE", "990199")
    assert "没有代码为 990199 的区划" in Called("ledger", "check").err


@pytest.mark.parametrize(
    "words",
    [
        ("ledger", "link", "--decide", "1=77"),
        ("ledger", "link", "--decide", f"1={10**22}"),
        ("ledger", "link", "--decide", f"{10**22}=1"),
        ("ledger", "link", "--undo", str(10**22)),
        ("person", "household", str(10**22)),
        ("person", "show", "0"),
    ],
)
def test_a_number_that_nobody_has_is_told_so(home: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    done("import", workbook(tmp_path / "户籍.xlsx", PEOPLE), "--as-of", DAY)
    called = Called(*words)
    assert called.code == 2
    assert "没有" in called.err


def test_a_rehearsal_tells_what_the_register_holds_only_of_a_clerks_own_village(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_places(home, tmp_path)
    rows = [(*PEOPLE[0][:4], "之子", *PEOPLE[0][5:])]
    rows.append(
        (5, "样东镇", "样东2村", "H9", "配偶", "赵桂兰", number(1980, 16), "女", "1980-05-06", "19900000009")
    )
    asked = workbook(tmp_path / "打听.xlsx", rows)
    (would,) = done("rehearse", asked, "--as-of", DAY, "--json").json["would"]
    assert {one["was"]["relation"] for one in would["changes"]} == {"户主"}
    assert len(would["changes"]) == 2
    told = done("rehearse", asked, "--as-of", DAY).out
    assert "与户主关系" in told
    assert "population" not in told
    monkeypatch.setenv("DOUDI_ROLE", "village")
    monkeypatch.setenv("DOUDI_PLACE", "990101001201")
    (would,) = done("rehearse", asked, "--as-of", DAY, "--json").json["would"]
    assert [one["row"] for one in would["changes"]] == [4]


def test_an_import_is_undone_by_who_made_it_or_by_the_steward(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done("import", workbook(tmp_path / "户籍.xlsx", PEOPLE), "--as-of", DAY)
    monkeypatch.setenv("DOUDI_ROLE", "bureau")
    monkeypatch.setenv("DOUDI_USER", "another")
    assert "不是您做的" in Called("ledger", "undo", "1").err
    monkeypatch.setenv("DOUDI_USER", "clerk")
    assert "已撤销" in done("undo", "1").out
    monkeypatch.setenv("DOUDI_ROLE", "system")
    assert Called("ledger", "imports").code == 2


def test_a_list_of_a_far_day_to_come_is_not_taken_in(home: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "户籍.xlsx", PEOPLE)
    for command in ("rehearse", "import"):
        called = Called("ledger", command, str(file), "--as-of", "2062-06-30")
        assert called.code == 2
        assert "2027-07-01" in called.err
    done("rehearse", file, "--as-of", "2027-01-01")


def test_a_file_of_no_kind_is_told_with_what_to_do(home: Path, tmp_path: Path) -> None:
    (tmp_path / "说明.csv").write_text("甲,乙\n今年,平稳\n", encoding="utf-8")
    told = done("rehearse", tmp_path / "说明.csv").out
    assert "没有一张工作表认得出是哪类台账" in told
    assert "--kind" in told
