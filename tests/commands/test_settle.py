"""`doudi settle` on the command line: whatever is wrong gives one clear message, a code, and nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.commands.shell import Called
from tests.findings.small import POLICY, bill, bills, names_in, refund_of, write_claims
from tests.store.importers.broken import BROKEN

Settle = Callable[..., Called]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with the small policy beside it."""
    (tmp_path / "small.yaml").write_text(POLICY, encoding="utf-8")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def settle(
    claims: str | Path, *words: str, policy: str = "../small.yaml", out: str = "out.parquet"
) -> Called:
    return Called("settle", "--policy", policy, "--in", str(claims), "--out", out, *words)


def refused(folder: Path, call: Callable[[], Called], code: int = 2) -> str:
    """The one message of a call that fails and leaves the folder as it was."""
    before = names_in(folder)
    called = call()
    assert called.code == code, called.out + called.err
    assert called.out == ""
    assert called.err.startswith("错误 error：")
    assert called.err.count("错误 error：") == 1
    assert "Traceback" not in called.err
    assert names_in(folder) == before
    return called.err


def test_it_settles_a_file_and_says_what_was_paid(folder):
    called = settle(write_claims(bills(), folder / "claims.csv"), "--detail", "detail.csv")
    assert called.code == 0, called.err
    assert "基本医疗保险 basic" in called.out
    assert names_in(folder) == {"claims.csv", "out.parquet", "out.parquet.manifest.json", "detail.csv"}


def test_for_machines_it_prints_the_manifest(folder):
    called = settle(write_claims(bills(), folder / "claims.parquet"), "--json")
    assert called.json == json.loads((folder / "out.parquet.manifest.json").read_text(encoding="utf-8"))


def test_for_machines_a_refusal_is_data_too(folder):
    called = settle("nowhere.csv", "--json")
    assert called.code == 2
    assert called.json["error"] == "InputFault"
    assert called.json["do"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_claims_file_is_refused_with_what_to_do(folder, name):
    file, make, words = BROKEN[name]
    make(folder / file)
    said = refused(folder, lambda: settle(file))
    for word in words:
        if name != "unknown headers":  # which table it is need not be asked here
            assert word in said


# ── Parquet of exact types is read without the importers: the same faults must be seen ───────────────


def spoilt(folder: Path, **columns: Any) -> Path:
    """Sound claims as Parquet with columns replaced (None takes one out)."""
    path = write_claims(bills(), folder / "claims.parquet")
    table = pq.read_table(path)
    for name, array in columns.items():
        place = table.column_names.index(name)
        table = table.remove_column(place) if array is None else table.set_column(place, name, array)
    pq.write_table(table, path)
    return path


def test_a_missing_column_is_named(folder):
    for name in ("psn_no", "setl_id", "begndate", "enddate", "setl_time", "medfee_sumamt", "inscp_amt"):
        path = spoilt(folder, **{name: None})
        said = refused(folder, lambda path=path: settle(path))
        assert name in said
        assert "doudi claims template" in said


def test_a_cell_left_empty_is_named_with_its_claim(folder):
    for name in ("psn_no", "begndate", "enddate", "setl_time", "medfee_sumamt", "overlmt_selfpay"):
        column = pq.read_table(write_claims(bills(), folder / "claims.parquet"))[name]
        empty = pa.chunked_array([column.combine_chunks()[:-1], pa.nulls(1, column.type)])
        path = spoilt(folder, **{name: empty})
        said = refused(folder, lambda path=path: settle(path))
        assert name in said
        assert "为空" in said


@pytest.mark.parametrize(
    ("kind", "says"),
    [(pa.float64(), ""), (pa.string(), ""), (pa.int64(), "")],
    ids=["float", "text", "whole yuan"],
)
def test_sums_of_another_type_are_read_where_they_are_exact(folder, kind, says):
    claims = [bill(n * 100) for n in range(3)]
    path = write_claims(claims, folder / "claims.parquet")
    table = pq.read_table(path)
    place = table.column_names.index("medfee_sumamt")
    pq.write_table(table.set_column(place, "medfee_sumamt", table["medfee_sumamt"].cast(kind)), path)
    assert settle(path).code == 0


def test_a_sum_that_is_not_exact_is_refused(folder):
    sums = pa.array([1000.001] * 62, pa.float64())
    path = spoilt(folder, medfee_sumamt=sums)
    assert "medfee_sumamt" in refused(folder, lambda: settle(path))
    path = spoilt(folder, medfee_sumamt=pa.array(["一千元"] * 62))
    assert "“一千元”" in refused(folder, lambda: settle(path))


def test_a_day_that_is_text_is_read_and_one_that_is_none_is_refused(folder):
    column = pq.read_table(write_claims(bills(), folder / "claims.parquet"))["begndate"]
    assert settle(spoilt(folder, begndate=column.cast(pa.string()))).code == 0
    (folder / "out.parquet").unlink()
    (folder / "out.parquet.manifest.json").unlink()
    path = spoilt(folder, begndate=pa.array(["2024-02-30"] * 62))
    said = refused(folder, lambda: settle(path))
    assert "2024-02-30" in said


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("hosp_lv", "5", "应写作“05”"),
        ("med_type", "21 ", "应写作“21”"),
        ("out_flag", "7", "不在代码表中"),
        ("out_flag", "是", "不在代码表中"),
    ],
)
def test_a_code_that_an_import_would_mend_or_refuse_is_refused_in_parquet(folder, column, value, says):
    (folder.parent / "small.yaml").write_text(
        POLICY.replace("order:", "  place:\n    classes: [{code: out, when: {out_flag: [\"1\"], hosp_lv: [\"05\"]}}]\norder:").replace(
            "zh: 补充", "unless: {place: [out]}, zh: 补充"
        ),
        encoding="utf-8",
    )  # fmt: skip
    claims = bills()
    for claim in claims:
        claim |= {"hosp_lv": "05", "out_flag": "0"}
    claims[9] |= {column: value}
    path = write_claims(claims, folder / "claims.parquet")
    said = refused(folder, lambda: settle(path))
    assert says in said
    assert "setl_id=S00009" in said


def test_a_setl_id_met_twice_in_parquet_is_named(folder):
    path = write_claims([*bills(), bill(0, person=2)], folder / "claims.parquet")
    assert "setl_id=S00000" in refused(folder, lambda: settle(path))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("columns", "code", "says"),
    [
        ({"medfee_sumamt_fen": -5, "inscp_amt_fen": -10_005}, 2, "为负"),
        ({"medfee_sumamt_fen": 10**16, "inscp_amt_fen": 10**16 - 10_000}, 2, "大"),
        ({"medfee_sumamt_fen": 1}, 2, "不等于"),
        ({"enddate": bill(0)["enddate"].replace(year=2023), "begndate": bill(0)["begndate"].replace(year=2023)}, 3, "不在政策 small 的有效期内"),
        ({"enddate": bill(9)["begndate"].replace(day=1), "begndate": bill(9)["begndate"].replace(day=9)}, 2, "早于"),
        ({"init_setl_id": "S99999"}, 2, "原结算"),
    ],
    ids=["negative", "absurd", "unequal", "outside the policy", "ends before it begins", "refund of nothing"],
)  # fmt: skip
def test_a_claim_that_cannot_be_settled_is_named(folder, suffix, columns, code, says):
    claims = bills()
    claims[9] |= columns
    path = write_claims(claims, folder / f"claims{suffix}")
    said = refused(folder, lambda: settle(path), code)
    assert says in said
    assert "S00009" in said or "第 11 行" in said


def test_half_a_refund_is_refused_and_so_is_a_second_one(folder):
    claim = bill(1)
    half = refund_of(claim, 2)
    half |= {"medfee_sumamt_fen": -50_000, "inscp_amt_fen": -40_000}
    path = write_claims([claim, half], folder / "a.parquet")
    said = refused(folder, lambda: settle(path))
    assert "setl_id=S00002" in said
    assert "正负相抵" in said
    twice = [claim, refund_of(claim, 2), refund_of(claim, 3)]
    write_claims(twice, path)
    said = refused(folder, lambda: settle(path))
    assert "setl_id=S00003" in said
    assert "两次" in said


def test_a_refund_may_not_be_of_somebody_else(folder):
    claim = bill(1)
    other = refund_of(claim, 2, psn_no=bill(1, person=2)["psn_no"])
    path = write_claims([claim, other], folder / "a.parquet")
    said = refused(folder, lambda: settle(path))
    assert "不是同一人" in said


# ── Everything else on the command line ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--policy", "亚特兰蒂斯"], 3, "亚特兰蒂斯"),
        (["--policy", "broken.yaml"], 3, "broken.yaml"),
        (["--policy", "gone.yaml"], 3, "gone.yaml"),
        (["--out", "out.xlsx"], 2, ".parquet、.csv"),
        (["--out", "out"], 2, ".parquet、.csv"),
        (["--out", "gone/out.csv"], 2, "文件夹不存在"),
        (["--out", "a.folder.csv"], 2, "文件夹"),
        (["--detail", "detail.txt"], 2, ".parquet、.csv"),
        (["--detail", "gone/detail.csv"], 2, "文件夹不存在"),
        (["--detail", "out.parquet"], 2, "--detail"),
        (["--persons", "gone.csv"], 2, "gone.csv"),
        (["--persons", "broken.yaml"], 2, "broken.yaml"),
        (["--prior", "gone.csv"], 2, "gone.csv"),
        (["--institutions", "gone.csv"], 2, "gone.csv"),
        (["--as-of", "昨天"], 2, "“昨天”"),
        (["--as-of", "2024-02-30"], 2, "没有这一天"),
        (["--as-of", "1999-01-01"], 2, "--as-of"),
        (["--backend", "abacus"], 2, "abacus"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused_with_what_is_allowed(folder, words, code, says):
    write_claims(bills(), folder / "claims.parquet")
    (folder / "broken.yaml").write_text("doudi: settlement/1\nlayers: 3\n", encoding="utf-8")
    (folder / "a.folder.csv").mkdir()
    said = refused(folder, lambda: settle("claims.parquet", *words), code)
    assert says in said


def test_without_out_nothing_is_settled(folder):
    write_claims(bills(), folder / "claims.parquet")
    said = refused(folder, lambda: Called("settle", "--policy", "../small.yaml", "--in", "claims.parquet"))
    assert "--out" in said


def test_without_claims_it_says_how_to_get_them(folder):
    said = refused(folder, lambda: Called("settle", "--policy", "../small.yaml", "--out", "out.csv"))
    assert "doudi claims import" in said


@pytest.mark.parametrize("word", ["claims.parquet", "small.csv"])
def test_it_does_not_write_over_what_it_reads(folder, word):
    write_claims(bills(), folder / word)
    said = refused(folder, lambda: settle(word, out=word))
    assert word in said
    assert settle(word).code == 0


PRIOR = "psn_no,year,pool,item,amount\n"
PERSONS = "psn_no,brdy,psn_idet_type,begntime,endtime,psn_insu_date,paus_insu_date\n"
WHO = bill(1)["psn_no"]


@pytest.mark.parametrize(
    ("option", "text", "says"),
    [
        ("--prior", f"{PRIOR}{WHO},2024,basics,base,100.00\n", "basics"),
        ("--prior", f"{PRIOR}{WHO},2024,basic,bases,100.00\n", "bases"),
        ("--prior", f"{PRIOR}{WHO},2024,basic,base,百元\n", "“百元”"),
        ("--prior", f"{PRIOR}{WHO},2024,basic,base,-1.00\n", "负"),
        ("--prior", f"{PRIOR}{WHO},2024,basic,admissions,1.5\n", "admissions"),
        ("--prior", f"{PRIOR}{WHO},2024,basic,base,1.00\n{WHO},2024,basic,base,2.00\n", "重复"),
        ("--persons", f"{PERSONS}{WHO},2024-13-01,,,,,\n", "2024-13-01"),
        ("--persons", f"{PERSONS}{WHO},1950-01-01,,,,,\n{WHO},1951-01-01,,,,,\n", "出生日期"),
        ("--persons", f"{PERSONS},1950-01-01,,,,,\n", "psn_no"),
        ("--persons", "name,age\n张三,7\n", "psn_no"),
        ("--institutions", "fixmedins_code,hosp_lv,begntime\n,05,2024-01-01\n", "fixmedins_code"),
    ],
)  # fmt: skip
def test_a_broken_second_file_is_refused(folder, option, text, says):
    write_claims(bills(), folder / "claims.parquet")
    (folder / "more.csv").write_text(text, encoding="utf-8")
    assert says in refused(folder, lambda: settle("claims.parquet", option, "more.csv"))
