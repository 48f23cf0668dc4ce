"""The store: batches with manifests, snapshots named by contents, one writer, nothing half-written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from doudi.common.errors import DoudiError, InputFault, StoreFault
from doudi.facts.conform import conform
from doudi.store import Source, Store, open_store
from tests.facts.cast import TABLE, made_settlements

ONE = Source("2024-01.csv", "a" * 64, rows=500)
TWO = Source("2024-02.csv", "b" * 64, rows=500)


def bytes_of(home: Path) -> dict[str, bytes]:
    """Every file of a store but the lock."""
    files = (path for path in home.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def test_what_is_committed_is_read_back_without_identifying_columns(store: Store) -> None:
    facts = made_settlements(500)
    named = facts.set_column(facts.column_names.index("psn_name"), "psn_name", pa.repeat("张三", 500))
    store.commit("settlements", named, [ONE])
    data = store.read("settlements").to_table()
    assert data.equals(conform(facts, TABLE, keep_identifying=False))
    assert "psn_name" not in data.column_names
    assert not any("张三".encode() in content for content in bytes_of(store.root).values())


def test_an_empty_store_has_empty_tables_and_no_snapshots(store: Store) -> None:
    assert store.snapshots() == []
    assert store.read("settlements").count_rows() == 0
    assert "hifp_pay_fen" in store.read("settlements").schema.names
    assert not store.root.exists()


def test_duckdb_reads_a_table_where_it_lies(store: Store) -> None:
    facts = made_settlements(500)
    store.commit("settlements", facts, [ONE])
    settlements = store.read("settlements")
    total = duckdb.sql("select sum(medfee_sumamt_fen)::bigint from settlements").fetchall()
    assert settlements.count_rows() == 500
    assert total == [(pc.sum(facts["medfee_sumamt_fen"]).as_py(),)]


def test_a_manifest_says_rows_sums_digest_and_sources(store: Store) -> None:
    facts = made_settlements(500)
    store.commit("settlements", facts, [ONE])
    (manifest,) = store.manifests("settlements")
    assert manifest.rows == 500
    assert manifest.sums_fen["medfee_sumamt"] == pc.sum(facts["medfee_sumamt_fen"]).as_py()
    assert manifest.sources == (ONE,)
    assert len(manifest.sha256) == 64
    store.verify()


def test_the_same_facts_have_the_same_names_and_bytes_everywhere(tmp_path: Path) -> None:
    facts = made_settlements(500)
    turned = facts.take(pa.array(range(499, -1, -1)))
    for home, data in {
        "a": facts,
        "b": turned,
        "c": pa.concat_tables([turned.slice(0, 7), turned.slice(7)]),
    }.items():
        open_store(tmp_path / home).commit("settlements", data, [ONE])
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b") == bytes_of(tmp_path / "c")


def test_rows_that_are_there_already_add_nothing(store: Store) -> None:
    facts = made_settlements(500)
    first = store.commit("settlements", facts, [ONE])
    before = bytes_of(store.root)
    assert store.commit("settlements", facts, [TWO]) == first
    assert store.commit("settlements", facts.slice(100, 50), [TWO]) == first
    assert bytes_of(store.root) == before


def test_only_the_new_rows_of_an_overlapping_file_are_added(store: Store) -> None:
    facts = made_settlements(500)
    store.commit("settlements", facts.slice(0, 300), [ONE])
    with store.writing() as writer:
        added = writer.add("settlements", facts.slice(200), [TWO])
    assert (added.new, added.skipped) == (200, 100)
    assert (
        store.read("settlements")
        .to_table()
        .sort_by("setl_id")["setl_id"]
        .equals(facts.sort_by("setl_id")["setl_id"])
    )


def test_other_content_under_a_known_key_names_both_sources(store: Store) -> None:
    facts = made_settlements(500)
    store.commit("settlements", facts, [ONE])
    before = bytes_of(store.root)
    place = facts.column_names.index("hifp_pay_fen")
    changed = facts.set_column(place, "hifp_pay_fen", pc.add(facts["hifp_pay_fen"], 1)).slice(0, 30)
    with pytest.raises(DoudiError) as caught:
        store.commit("settlements", changed, [TWO])
    assert "2024-01.csv" in str(caught.value)
    assert "2024-02.csv" in str(caught.value)
    assert "还有 10 处" in str(caught.value)
    assert caught.value.exit_code == InputFault.exit_code
    assert bytes_of(store.root) == before


def test_a_value_that_was_empty_is_other_content(store: Store) -> None:
    facts = made_settlements(21, refunds=False)
    store.commit("settlements", facts, [ONE])
    place = facts.column_names.index("dise_no")
    with pytest.raises(DoudiError, match="内容不同"):
        store.commit("settlements", facts.set_column(place, "dise_no", pa.repeat("M01", 21)), [TWO])


def test_files_of_one_run_are_held_against_each_other(store: Store) -> None:
    facts = made_settlements(100)
    with store.writing() as writer:
        writer.add("settlements", facts, [ONE])
        added = writer.add("settlements", facts, [TWO])
    assert (added.new, added.skipped) == (0, 100)
    place = facts.column_names.index("hifp_pay_fen")
    changed = facts.set_column(place, "hifp_pay_fen", pc.add(facts["hifp_pay_fen"], 1))
    with pytest.raises(DoudiError, match=r"2024-01\.csv"), store.writing() as writer:
        writer.add("settlements", changed, [TWO])


def test_a_key_twice_in_one_commit_is_refused(store: Store) -> None:
    facts = made_settlements(21, refunds=False)
    place = facts.column_names.index("setl_id")
    with pytest.raises(DoudiError, match="出现多次，内容不同"):
        store.commit("settlements", facts.set_column(place, "setl_id", pa.repeat("S1", 21)), [ONE])
    same = pa.concat_tables([facts, facts])
    store.commit("settlements", same, [ONE])
    assert store.read("settlements").count_rows() == 21


def test_nothing_holds_if_the_run_does_not_end_well(store: Store) -> None:
    store.commit("settlements", made_settlements(21), [ONE])
    before = bytes_of(store.root)

    def run() -> None:
        with store.writing() as writer:
            writer.add("settlements", made_settlements(21, seed=2, first=1000), [TWO])
            raise RuntimeError("the file after this one was broken")

    with pytest.raises(RuntimeError):
        run()
    assert bytes_of(store.root) == before


def test_snapshots_stay_readable_and_name_the_one_before(store: Store) -> None:
    first = store.commit("settlements", made_settlements(21), [ONE])
    second = store.commit("settlements", made_settlements(42, seed=2, first=1000), [TWO])
    assert [snapshot.id for snapshot in store.snapshots()] == [first.id, second.id]
    assert second.parent == first.id
    assert store.read("settlements", first).count_rows() == 21
    assert store.read("settlements", first.id[:6]).count_rows() == 21
    assert store.read("settlements").count_rows() == 63


def test_an_unknown_snapshot_is_refused_with_the_known_ones(store: Store) -> None:
    first = store.commit("settlements", made_settlements(21), [ONE])
    for asked in ("ffffffff", "../CURRENT", "*", ""):
        with pytest.raises(StoreFault) as caught:
            store.read("settlements", asked) if asked else store.snapshot(asked)
        assert first.id in str(caught.value)


def test_a_source_is_known_by_its_bytes_unless_rows_of_it_were_left_out(store: Store) -> None:
    left_out = Source("c.csv", "c" * 64, rows=22, rejected=1)
    store.commit("settlements", made_settlements(21), [ONE])
    store.commit("settlements", made_settlements(21, first=100), [left_out])
    assert store.has_source("settlements", ONE.sha256)
    assert not store.has_source("settlements", left_out.sha256)
    assert not store.has_source("visits", ONE.sha256)


def test_named_costs_of_one_batch_are_empty_in_the_others(store: Store) -> None:
    plain = made_settlements(21).drop_columns(["cost_class_b_fen"])
    store.commit("settlements", plain, [ONE])
    store.commit("settlements", made_settlements(21, first=100), [TWO])
    data = store.read("settlements").to_table()
    assert data.schema.names[-1] == "cost_class_b_fen"
    assert data["cost_class_b_fen"].null_count == 21


def test_a_second_writer_is_refused_and_told_who_holds_the_lock(store: Store) -> None:
    with store.writing():
        code = "import sys, pathlib; from doudi.store import open_store\nwith open_store(pathlib.Path(sys.argv[1])).writing(): pass"
        run = subprocess.run([sys.executable, "-c", code, store.root.parent], capture_output=True, text=True)
    assert run.returncode != 0
    assert f"进程 {os.getpid()}" in run.stderr


def test_leftovers_of_a_killed_writer_are_cleaned_away(store: Store) -> None:
    store.commit("settlements", made_settlements(21), [ONE])
    before = bytes_of(store.root)
    for leftover in ("staging/123/x/data.parquet", "batches/settlements/0123456789abcdef/data.parquet"):
        (store.root / leftover).parent.mkdir(parents=True)
        (store.root / leftover).write_bytes(b"half")
    (store.root / "snapshots" / ".0123.json.77.part").write_bytes(b"half")
    (store.root / ".CURRENT.77.part").write_bytes(b"half")
    with store.writing():
        pass
    assert bytes_of(store.root) == before


@pytest.mark.parametrize(
    "how", ["data gone", "data cut", "manifest gone", "manifest garbled", "snapshot garbled", "newer"]
)
def test_damage_is_named_with_its_place(store: Store, how: str) -> None:
    store.commit("settlements", made_settlements(21), [ONE])
    (data,) = store.root.glob("batches/*/*/data.parquet")
    (snapshot,) = store.root.glob("snapshots/*.json")
    manifest = data.with_name("manifest.json")
    match how:
        case "data gone":
            data.unlink()
        case "data cut":
            data.write_bytes(data.read_bytes()[:-1])
        case "manifest gone":
            manifest.unlink()
        case "manifest garbled":
            manifest.write_text("{")
        case "snapshot garbled":
            snapshot.write_text(
                snapshot.read_text()
                .replace('"number": 1', '"number": "x"')
                .replace(data.parent.name, "0" * 16)
            )
        case "newer":
            manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema_version": 99}))
    with pytest.raises(StoreFault) as caught:
        open_store(store.root.parent).read("settlements")
    assert str(store.root) in str(caught.value)
    assert "请：" in str(caught.value)


def test_a_changed_byte_is_found_by_verifying(store: Store) -> None:
    store.commit("settlements", made_settlements(21), [ONE])
    (data,) = store.root.glob("batches/*/*/data.parquet")
    body = bytearray(data.read_bytes())
    body[100] ^= 1
    data.write_bytes(body)
    with pytest.raises(StoreFault, match="内容与清单不符"):
        store.verify()


@pytest.mark.parametrize("lost", [0, 1])
def test_a_broken_chain_of_snapshots_is_named(lost: int, store: Store) -> None:
    first = store.commit("settlements", made_settlements(21), [ONE])
    second = store.commit("settlements", made_settlements(21, first=100), [TWO])
    (store.root / "snapshots" / f"{(first, second)[lost].id}.json").unlink()
    with pytest.raises(StoreFault, match="快照缺失"):
        store.snapshots()


def test_persons_may_have_many_rows_and_repeat_none(store: Store) -> None:
    persons = pa.table({"psn_no": ["a", "a", "b"], "psn_idet_type": ["低保对象", "特困人员", None]})
    store.commit("persons", persons, [ONE])
    store.commit("persons", persons.slice(1), [TWO])
    assert store.read("persons").count_rows() == 3
