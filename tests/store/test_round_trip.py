"""What is handed out comes back the same: every table, CSV and Parquet, in every spelling."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.facts.edges import outside, write_csv, write_parquet
from doudi.facts.registry import TABLES
from doudi.store.importers import read_file, read_table
from tests.facts.strategies import facts_of

quick = settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(data=st.data(), spelling=st.sampled_from(["platform", "interface", "zh"]))
@pytest.mark.parametrize("name", TABLES)
def test_facts_come_back_the_same(name: str, data: st.DataObject, spelling: str, tmp_path: Path) -> None:
    table = TABLES[name]
    opened = ("cost_a", "cost_b") if table.open_prefix else ()
    facts = data.draw(facts_of(table, opened))
    write_csv(facts, tmp_path / "a.csv", table, spelling, bom=data.draw(st.booleans()))  # type: ignore[arg-type]
    write_parquet(facts, tmp_path / "a.parquet", table, spelling)  # type: ignore[arg-type]
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "gbk.csv").write_text(text, encoding="gb18030")
    for file in ("a.csv", "gbk.csv", "a.parquet"):
        reading = read_file(tmp_path / file)
        assert reading.table is table
        assert not reading.faults, str(reading.faults.as_error())
        assert reading.data.equals(facts), file
        assert reading.numbers.tolist() == list(range(2, 2 + facts.num_rows))


def test_parquet_columns_may_have_any_fitting_type(tmp_path: Path) -> None:
    facts = pa.table(
        {
            "setl_id": ["a"],
            "psn_no": pa.array([990101], pa.int64()),
            "med_type": pa.array(["21"]).dictionary_encode(),
            "begndate": pa.array([20230109], pa.int32()),
            "enddate": pa.array(["2023/1/9"]),
            "setl_time": pa.array([0], pa.timestamp("ns")),
            "medfee_sumamt": pa.array([1786.9499999999998]),
            "fulamt_ownpay_amt": pa.array([1], pa.int8()),
            "overlmt_selfpay": pa.array(["1,000.5"], pa.large_string()),
            "preselfpay_amt": pa.array(["0"]),
            "inscp_amt": pa.array([0], pa.decimal128(20, 6)),
        }
    )
    pq.write_table(facts, tmp_path / "a.parquet")
    data, faults = read_table(tmp_path / "a.parquet", "setl_d")
    assert not faults
    assert data["medfee_sumamt_fen"].to_pylist() == [178695]
    assert data["fulamt_ownpay_amt_fen"].to_pylist() == [100]
    assert data["overlmt_selfpay_fen"].to_pylist() == [100050]
    assert data["psn_no"].to_pylist() == ["990101"]
    assert str(data["begndate"][0]) == str(data["enddate"][0]) == "2023-01-09"


def test_tabs_part_cells_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "setl_id\tbkkp_sn\tfee_ocur_time\tcnt\tpric\tdet_item_fee_sumamt\n"
        "S1\t1\t2023-01-09\t2\t1.5\t1,003.00\n"
    )
    data, faults = read_table(tmp_path / "a.csv", "fee_lines")
    assert not faults
    assert data["det_item_fee_sumamt_fen"].to_pylist() == [100300]


def test_the_outside_form_has_no_fen(tmp_path: Path) -> None:
    for table in TABLES.values():
        assert not [n for n in outside(table.schema().empty_table()).column_names if n.endswith("_fen")]
