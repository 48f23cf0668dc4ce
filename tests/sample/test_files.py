"""The files of a county are the same bytes every time, go through the importers without a fault, and name nobody real."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from doudi.common.errors import InputFault
from doudi.facts.settlements import FUNDS
from doudi.sample import make as making
from doudi.sample.kinds import AREA, NEIGHBOUR
from doudi.sample.make import Made, make
from doudi.sample.order import Order
from doudi.store.importers import read_file

SMALL = Order(people=2_000, seed=5, fee_lines=True)
TABLES = ("institutions", "persons", "settlements", "visits", "diagnoses", "fee_lines")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(SMALL, tmp_path_factory.mktemp("county") / "a")


@pytest.fixture(scope="module")
def read(made: Made) -> dict[str, pa.Table]:
    """Every file as the importers understand it."""
    readings = {name: read_file(made.folder / file) for name, file in made.files.items()}
    for name, reading in readings.items():
        assert reading.table.name == name
        assert reading.faults.count == 0, reading.faults.told
        assert reading.notices == (), name
    return {name: reading.data for name, reading in readings.items()}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_order_gives_the_same_bytes(made: Made, tmp_path: Path) -> None:
    assert _bytes(make(SMALL, tmp_path / "b").folder) == _bytes(made.folder)


def test_more_workers_give_the_same_bytes(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "WORTH_WORKERS", 0)
    assert _bytes(make(SMALL, tmp_path / "b", workers=2).folder) == _bytes(made.folder)


def test_the_size_of_a_stretch_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for format_ in ("csv", "parquet"):
        order = Order(people=1_500, recorded="none", format=format_)
        whole = make(order, tmp_path / f"whole {format_}")
        with monkeypatch.context() as patch:
            patch.setattr(making, "WITHOUT", 400)
            cut = make(order, tmp_path / f"cut {format_}")
        assert _bytes(cut.folder) == _bytes(whole.folder)


def test_another_seed_gives_another_county(made: Made, tmp_path: Path) -> None:
    other = make(Order(people=2_000, seed=6, recorded="none"), tmp_path / "b")
    assert (other.folder / "persons.csv").read_bytes() != (made.folder / "persons.csv").read_bytes()


def test_the_importers_find_no_fault(read: dict[str, pa.Table], made: Made) -> None:
    assert set(read) == set(TABLES)
    assert {name: len(table) for name, table in read.items()} == made.truth["rows"]


def test_parquet_holds_the_same_rows_with_exact_money(
    made: Made, read: dict[str, pa.Table], tmp_path: Path
) -> None:
    exact = make(Order(people=2_000, seed=5, format="parquet"), tmp_path / "b")
    schema = pq.read_schema(exact.folder / "settlements.parquet")
    assert schema.field("medfee_sumamt").type == pa.decimal128(16, 2)
    assert read_file(exact.folder / "settlements.parquet").data.equals(read["settlements"])


def test_nothing_lies_outside_the_made_up_area(made: Made, read: dict[str, pa.Table]) -> None:
    for path in made.folder.glob("*.csv"):
        numbers = re.findall(r"\b[1-9]\d{16}[\dXx]\b", path.read_text(encoding="utf-8"))
        assert all(number.startswith(AREA) for number in numbers), path.name
    divisions = {
        code
        for table in read.values()
        for column in ("admdvs", "insu_admdvs", "fix_blng_admdvs", "poolarea_no")
        if column in table.column_names
        for code in table[column].drop_null().unique().to_pylist()
    }
    assert {code[:6] for code in divisions} == {AREA, NEIGHBOUR}
    institutions = read["institutions"]["fixmedins_code"].to_pylist()
    assert all(re.fullmatch(rf"[HP]({AREA}|{NEIGHBOUR})\d{{5}}", code) for code in institutions)
    assert all("样" in name for name in read["institutions"]["fixmedins_name"].to_pylist())
    assert set(read["settlements"]["fixmedins_code"].unique().to_pylist()) <= set(institutions)


def test_every_settlement_has_its_visit_its_person_and_its_identities(read: dict[str, pa.Table]) -> None:
    settlements = read["settlements"]
    assert pc.all(pc.is_in(settlements["mdtrt_id"], read["visits"]["mdtrt_id"])).as_py()
    assert pc.all(pc.is_in(settlements["psn_no"], read["persons"]["psn_no"])).as_py()
    assert pc.all(pc.is_in(read["diagnoses"]["mdtrt_id"], read["visits"]["mdtrt_id"])).as_py()
    known = settlements.filter(pc.is_valid(settlements["psn_pay_fen"]))
    funds = known["hifp_pay_fen"]
    for name in FUNDS[1:]:
        funds = pc.add(funds, known[f"{name}_fen"])
    assert funds.equals(known["fund_pay_sumamt_fen"])
    borne = pc.add(pc.add(funds, known["psn_pay_fen"]), known["ownpay_hosp_part_fen"])
    assert borne.equals(known["medfee_sumamt_fen"])


def test_the_fee_lines_add_up_to_their_settlement(read: dict[str, pa.Table]) -> None:
    lines = read["fee_lines"]
    parts = {
        "det_item_fee_sumamt_fen": "medfee_sumamt_fen",
        **{
            f"{n}_fen": f"{n}_fen"
            for n in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt")
        },
    }
    sums = lines.group_by("setl_id").aggregate([(name, "sum") for name in parts]).sort_by("setl_id")
    bills = read["settlements"].sort_by("setl_id")
    assert sums["setl_id"].equals(bills["setl_id"])
    for line, bill in parts.items():
        assert sums[f"{line}_sum"].equals(bills[bill])
    for row in lines.slice(0, 3_000).to_pylist():
        assert row["cnt"] * row["pric"] * 100 == row["det_item_fee_sumamt_fen"]
    assert len(lines) > 4 * len(bills)


def test_pharmacies_and_clinics_mostly_record_no_diagnosis(read: dict[str, pa.Table]) -> None:
    visits, told = read["visits"], read["diagnoses"]["mdtrt_id"]
    bought = visits.filter(pc.equal(visits["med_type"], "41"))
    assert pc.sum(pc.is_in(bought["mdtrt_id"], told)).as_py() < 0.08 * len(bought)
    stayed = visits.filter(pc.is_in(visits["med_type"], pa.array(["21", "52"])))
    assert pc.all(pc.is_in(stayed["mdtrt_id"], told)).as_py()


def test_truth_counts_what_the_files_hold(made: Made, read: dict[str, pa.Table]) -> None:
    truth = json.loads((made.folder / "truth.json").read_text(encoding="utf-8"))
    assert truth == made.truth
    settlements = read["settlements"]
    assert truth["counts"]["claims"] == len(settlements)
    assert truth["counts"]["refunds"] == len(settlements["init_setl_id"].drop_null())
    assert truth["counts"]["recorded"] == len(settlements["psn_pay_fen"].drop_null())
    assert truth["counts"]["people"] == 2_000


def test_without_recording_the_payments_are_empty_not_nought(tmp_path: Path) -> None:
    made = make(Order(people=1_000, recorded="none"), tmp_path / "b")
    settlements = read_file(made.folder / "settlements.csv").data
    for name in (*FUNDS, "fund_pay_sumamt", "psn_pay", "ownpay_hosp_part"):
        assert settlements[f"{name}_fen"].null_count == len(settlements)
    assert made.truth["recorded"]["policy"] is None


def test_an_earlier_sample_is_replaced_but_no_other_folder(tmp_path: Path) -> None:
    order = Order(people=1_000, recorded="none")
    make(order, tmp_path / "b")
    make(order, tmp_path / "b")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "work.txt").write_text("mine")
    with pytest.raises(InputFault, match="不空"):
        make(order, tmp_path / "own")
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["work.txt"]


def test_a_run_that_fails_leaves_nothing_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order(people=1_000, recorded="none")
    before = _bytes(make(order, tmp_path / "b").folder)

    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(making, "as_json", fails)
    with pytest.raises(OSError, match="disk full"):
        make(Order(people=1_000, seed=2, recorded="none"), tmp_path / "b")
    assert _bytes(tmp_path / "b") == before
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
