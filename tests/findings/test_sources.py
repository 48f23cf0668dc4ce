"""Claims come to the loop alike from any file or the store: exact Parquet as it streams, the rest through the importers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from doudi.common.errors import DoudiError, Faults, InputFault
from doudi.engine.settle.person import OPEN
from doudi.facts.edges import write_csv, write_parquet
from doudi.facts.registry import TABLES
from doudi.findings import sources
from doudi.findings.sources import (
    ClaimsSource,
    claims_from_file,
    claims_from_store,
    connect,
    institutions_from_file,
    persons_from_file,
    persons_from_store,
    prior_from_file,
)
from doudi.store import Source, open_store
from tests.findings.small import bill, bills, table_of, write_claims

SETTLEMENTS = TABLES["settlements"]


def rows(source: ClaimsSource) -> list[dict[str, Any]]:
    """What a source gives, without what is empty everywhere."""
    table = source.relation.order("psn_no, setl_time, setl_id").to_arrow_table()
    filled = [name for name in table.column_names if table[name].null_count < len(table)]
    return table.select(sorted(filled)).to_pylist()


def national(folder: Path) -> pa.Table:
    return pq.read_table(write_claims(bills(), folder / "claims.parquet"))


def streamed(path: Path) -> bool:
    """Whether DuckDB reads the file itself."""
    return claims_from_file(connect(), path).path is not None


def test_every_kind_of_file_and_the_store_give_the_same_claims(tmp_path):
    table = table_of(bills())
    write_parquet(table, tmp_path / "a.parquet", SETTLEMENTS)
    write_parquet(table, tmp_path / "b.parquet", SETTLEMENTS, "interface")
    write_csv(table, tmp_path / "c.csv", SETTLEMENTS)
    write_csv(table, tmp_path / "d.csv", SETTLEMENTS, "zh", bom=True)
    store = open_store(tmp_path / "home")
    store.commit("settlements", table, [Source("c.csv", "0" * 64, rows=len(table))])
    wanted = rows(claims_from_file(connect(), tmp_path / "a.parquet"))
    assert len(wanted) == 62
    for name in ("b.parquet", "c.csv", "d.csv"):
        assert rows(claims_from_file(connect(), tmp_path / name)) == wanted
    found = claims_from_store(connect(threads=1), open_store(tmp_path / "home"))
    assert rows(found) == wanted
    assert found.name == f"snapshot:{store.current().id}"
    assert [streamed(tmp_path / name) for name in ("a.parquet", "b.parquet", "c.csv")] == [True, True, False]


def test_a_store_without_claims_says_how_to_get_them(tmp_path):
    with pytest.raises(InputFault, match="doudi claims import"):
        claims_from_store(connect(), open_store(tmp_path))
    assert persons_from_store(open_store(tmp_path)) is None


@pytest.mark.parametrize(
    ("column", "kind", "streams"),
    [
        ("medfee_sumamt", pa.decimal128(12, 2), True),
        ("medfee_sumamt", pa.decimal128(18, 3), False),
        ("medfee_sumamt", pa.decimal128(38, 2), False),
        ("medfee_sumamt", pa.float64(), False),
        ("medfee_sumamt", pa.string(), False),
        ("begndate", pa.timestamp("us"), True),
        ("begndate", pa.string(), False),
        ("setl_time", pa.timestamp("ns"), True),
        ("med_type", pa.large_string(), True),
        ("med_type", pa.int64(), False),
        ("ipt_days", pa.int16(), True),
        ("refd_setl_flag", pa.int64(), False),
        ("hosp_lv", pa.int8(), False),
    ],
)
def test_only_columns_of_exact_types_are_streamed_and_all_are_read_alike(tmp_path, column, kind, streams):
    claims = [{**claim, "hosp_lv": "05"} for claim in bills()]
    table = pq.read_table(write_claims(claims, tmp_path / "claims.parquet"))
    wanted = rows(claims_from_file(connect(), tmp_path / "claims.parquet"))
    at = table.column_names.index(column)
    path = tmp_path / "other.parquet"
    pq.write_table(table.set_column(at, column, table[column].cast(kind)), path)
    assert streamed(path) == streams
    assert rows(claims_from_file(connect(), path)) == wanted


def test_a_moment_with_a_zone_is_left_to_the_importers(tmp_path):
    table = national(tmp_path)
    at = table.column_names.index("setl_time")
    path = tmp_path / "a.parquet"
    pq.write_table(
        table.set_column(at, "setl_time", table["setl_time"].cast(pa.timestamp("ms", "UTC"))), path
    )
    assert not streamed(path)


def test_fractions_of_a_second_are_cut_off_not_rounded(tmp_path):
    table = national(tmp_path)
    at = table.column_names.index("setl_time")
    late = pc.add(table["setl_time"].cast(pa.timestamp("ms")), pa.scalar(900, pa.duration("ms")))
    pq.write_table(table.set_column(at, "setl_time", late), tmp_path / "a.parquet")
    assert streamed(tmp_path / "a.parquet")
    assert rows(claims_from_file(connect(), tmp_path / "a.parquet")) == rows(
        claims_from_file(connect(), tmp_path / "claims.parquet")
    )


@pytest.mark.parametrize("header", ["hosp_lv", "HOSP_LV", " hosp_lv", "医院等级"])
def test_headers_are_understood_as_the_importers_do(tmp_path, header):
    table = national(tmp_path)
    at = table.column_names.index("hosp_lv")
    path = tmp_path / "a.parquet"
    pq.write_table(table.set_column(at, header, pa.array(["05"] * 62)), path)
    assert streamed(path)
    assert {row["hosp_lv"] for row in rows(claims_from_file(connect(), path))} == {"05"}


def test_whole_yuan_are_yuan(tmp_path):
    table = national(tmp_path)
    at = table.column_names.index("medfee_sumamt")
    pq.write_table(table.set_column(at, "medfee_sumamt", pa.array([7] * len(table))), tmp_path / "a.parquet")
    assert {
        row["medfee_sumamt_fen"] for row in rows(claims_from_file(connect(), tmp_path / "a.parquet"))
    } == {700}


def test_named_costs_and_unknown_columns(tmp_path):
    table = (
        national(tmp_path)
        .append_column("cost_drugs", pa.array([3] * 62))
        .append_column("remark", pa.array(["x"] * 62))
    )
    pq.write_table(table, tmp_path / "a.parquet")
    found = rows(claims_from_file(connect(), tmp_path / "a.parquet"))
    assert {row["cost_drugs_fen"] for row in found} == {300}
    assert "remark" not in found[0]
    at = table.column_names.index("cost_drugs")
    pq.write_table(table.set_column(at, "cost_drugs", pa.array([0.1] * 62)), tmp_path / "b.parquet")
    assert not streamed(tmp_path / "b.parquet")
    assert {row["cost_drugs_fen"] for row in rows(claims_from_file(connect(), tmp_path / "b.parquet"))} == {
        10
    }


def test_a_column_in_both_spellings_is_left_to_the_importers_to_refuse(tmp_path):
    table = national(tmp_path)
    pq.write_table(table.append_column("inscp_scp_amt", table["inscp_amt"]), tmp_path / "a.parquet")
    with pytest.raises(InputFault, match="是同一列"):
        claims_from_file(connect(), tmp_path / "a.parquet")


def test_a_name_with_quotes_is_only_a_name(tmp_path):
    folder = tmp_path / 'it\'s "here"'
    folder.mkdir()
    assert len(rows(claims_from_file(connect(), write_claims(bills(), folder / "c'l.parquet")))) == 62


def test_what_is_wrong_with_a_file_is_told_all_at_once(tmp_path):
    claims = bills()
    for n in (3, 4):
        claims[n] |= {"med_type": ""}
    path = write_claims(claims, tmp_path / "a.csv")
    with pytest.raises(Faults) as caught:
        claims_from_file(connect(), path)
    assert len(caught.value.faults) == 2
    assert "med_type" in str(caught.value)


# ── What DuckDB cannot read while it streams ─────────────────────────────────────────────────────────


def test_the_importers_say_what_duckdb_could_not_read(tmp_path):
    path = write_claims([bill(1), bill(2, medfee_sumamt_fen=10**16)], tmp_path / "a.parquet")
    source = claims_from_file(connect(), path)
    assert source.path == path
    with pytest.raises(DoudiError, match="大得不合理"), source.reading():
        source.relation.fetchall()


def test_what_the_importers_can_read_is_told_as_it_is(tmp_path, monkeypatch):
    source = claims_from_file(connect(), write_claims(bills(), tmp_path / "a.parquet"))
    with pytest.raises(InputFault, match="读不出来"), source.reading():
        raise duckdb.InvalidInputException("something")
    with pytest.raises(InputFault, match="读不出来"), source.reading():
        raise pa.ArrowInvalid("something")


def test_a_fault_of_ours_is_not_blamed_on_the_file(tmp_path):
    source = claims_from_file(connect(), write_claims(bills(), tmp_path / "a.csv"))
    with pytest.raises(duckdb.BinderException), source.reading():
        raise duckdb.BinderException("something")
    with pytest.raises(ZeroDivisionError), source.reading():
        raise ZeroDivisionError


# ── What goes with the claims ────────────────────────────────────────────────────────────────────────


def written(folder: Path, text: str) -> Path:
    path = folder / "more.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_sums_at_the_start_are_fen_and_admissions_a_number(tmp_path):
    path = written(
        tmp_path, "psn_no,year,pool,item,amount\n1,2024,basic,base,1.23\n1,2024,basic,admissions,2\n"
    )
    assert prior_from_file(path)["amount"].to_pylist() == [123, 2]
    half = written(tmp_path, "psn_no,year,pool,item,amount\n1,2024,basic,admissions,1.5\n")
    with pytest.raises(InputFault, match="不是整数"):
        prior_from_file(half)


def test_an_institutions_level_holds_for_ever_where_no_days_are_given(tmp_path):
    text = "fixmedins_code,hosp_lv,begntime,endtime\nH1,05,2024-01-01,2024-06-30\nH2,,,\n"
    first, second = institutions_from_file(written(tmp_path, text))
    assert (first.from_, first.to) == (dt.date(2024, 1, 1), dt.date(2024, 6, 30))
    assert (second.hosp_lv, second.to) == ("", OPEN)
    assert second.from_ <= dt.date(1970, 1, 1)


def test_persons_come_from_a_file_or_the_store(tmp_path):
    path = written(tmp_path, "psn_no,brdy,psn_idet_type\n1,1960-01-01,低保对象\n")
    persons = persons_from_file(path)
    assert persons["psn_idet_type"].to_pylist() == ["低保对象"]
    store = open_store(tmp_path / "home")
    store.commit("persons", persons, [Source("more.csv", "0" * 64, rows=1)])
    kept = persons_from_store(open_store(tmp_path / "home"))
    assert kept is not None
    assert pc.equal(kept["brdy"], persons["brdy"]).to_pylist() == [True]


def test_a_file_that_is_no_parquet_is_left_to_the_importers(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_text("setl_id\n", encoding="utf-8")
    assert sources._exact(path) is None
