"""Taking files in: all of a run or nothing, or the good rows with the bad ones handed back."""

from __future__ import annotations

from pathlib import Path

import pytest

from doudi.common.errors import DoudiError
from doudi.facts.edges import write_csv, write_parquet
from doudi.store import Store, open_store
from doudi.store.intake import take_in
from tests.facts.cast import TABLE, made_settlements
from tests.store.importers.broken import BROKEN, ROW, text, with_cell
from tests.store.test_store import bytes_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "home")


def test_files_of_any_spelling_and_format_become_one_store(store: Store, tmp_path: Path) -> None:
    facts = made_settlements(600)
    write_csv(facts.slice(0, 200), tmp_path / "a.csv", TABLE, "interface")
    write_csv(facts.slice(200, 200), tmp_path / "b.csv", TABLE, "zh", bom=True)
    write_parquet(facts.slice(400), tmp_path / "c.parquet")
    taken = take_in(store, [tmp_path / name for name in ("a.csv", "b.csv", "c.parquet")])
    assert [(one.new, one.skipped) for one in taken] == [(200, 0)] * 3
    assert len(store.snapshots()) == 1
    assert sorted(store.read("settlements").to_table()["setl_id"].to_pylist()) == sorted(
        facts["setl_id"].to_pylist()
    )


def test_importing_again_adds_nothing_under_any_name_or_format(store: Store, tmp_path: Path) -> None:
    facts = made_settlements(600)
    write_csv(facts, tmp_path / "a.csv")
    write_parquet(facts, tmp_path / "b.parquet")
    take_in(store, [tmp_path / "a.csv"])
    before = bytes_of(store.root)
    (tmp_path / "a.csv").rename(tmp_path / "renamed.csv")
    (again,) = take_in(store, [tmp_path / "renamed.csv"])
    assert again.already
    (other,) = take_in(store, [tmp_path / "b.parquet"])
    assert (other.already, other.new, other.skipped) == (False, 0, 600)
    assert bytes_of(store.root) == before


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_in_a_run_keeps_every_file_of_it_out(name: str, store: Store, tmp_path: Path) -> None:
    file, make, _ = BROKEN[name]
    write_csv(made_settlements(100), tmp_path / "good.csv")
    make(tmp_path / file)
    with pytest.raises(DoudiError) as caught:
        take_in(store, [tmp_path / "good.csv", tmp_path / file])
    assert file in str(caught.value)
    assert bytes_of(tmp_path / "home") == {}


def test_faults_of_all_files_are_told_at_once(store: Store, tmp_path: Path) -> None:
    text(with_cell("gend", "7"))(tmp_path / "a.csv")
    text(with_cell("inscp_amt", "x"))(tmp_path / "b.csv")
    with pytest.raises(DoudiError) as caught:
        take_in(store, [tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "none.csv"])
    assert [line.split("：")[0] for line in str(caught.value).splitlines()] == [
        "a.csv 第 2 行 gend", "b.csv 第 2 行 inscp_amt", str(tmp_path / "none.csv"),
    ]  # fmt: skip


def test_keeping_going_takes_the_good_rows_and_hands_the_bad_ones_back(store: Store, tmp_path: Path) -> None:
    text(ROW, with_cell("inscp_amt", "x"), with_cell("gend", "2", "S3"))(tmp_path / "a.csv")
    (one,) = take_in(store, [tmp_path / "a.csv"], rejects=tmp_path / "back")
    assert (one.rows, one.new, one.rejected) == (3, 2, 1)
    assert one.rejects is not None
    assert one.rejects.parent == tmp_path / "back"
    # the same file again: nothing new, the same row handed back in the same bytes
    before, handed = bytes_of(store.root), one.rejects.read_bytes()
    (again,) = take_in(store, [tmp_path / "a.csv"], rejects=tmp_path / "back")
    assert (again.new, again.skipped, again.rejected) == (0, 2, 1)
    assert (bytes_of(store.root), one.rejects.read_bytes()) == (before, handed)
    # and mended it goes in
    mended = tmp_path / "mended.csv"
    mended.write_text(
        one.rejects.read_text(encoding="utf-8-sig").replace('"x"', '"1.00"', 1), encoding="utf-8"
    )
    (last,) = take_in(store, [mended])
    assert (last.new, last.rejected) == (1, 0)


def test_rows_that_contradict_the_store_are_faults_with_their_numbers(store: Store, tmp_path: Path) -> None:
    text(ROW)(tmp_path / "a.csv")
    text(with_cell("gend", "2"), with_cell("gend", "2", "S1"))(tmp_path / "b.csv")
    take_in(store, [tmp_path / "a.csv"])
    before = bytes_of(store.root)
    with pytest.raises(DoudiError) as caught:
        take_in(store, [tmp_path / "b.csv"])
    assert "b.csv 第 3 行 setl_id：setl_id S1 在“a.csv”中已有，内容不同" in str(caught.value)
    assert bytes_of(store.root) == before
    (one,) = take_in(store, [tmp_path / "b.csv"], rejects=tmp_path)
    assert (one.new, one.rejected) == (1, 1)


def test_names_and_document_numbers_stay_outside(store: Store, tmp_path: Path) -> None:
    header = "psn_no,psn_name,certno,gend,brdy"
    text("990101000000001,张三,990101196003010015,1,1960-03-01", header=header)(tmp_path / "p.csv")
    (one,) = take_in(store, [tmp_path / "p.csv"])
    assert one.table == "persons"
    assert any("人员姓名、证件号码" in notice for notice in one.notices)
    assert not any(
        "张三".encode() in body or b"990101196003010015" in body for body in bytes_of(store.root).values()
    )


def test_progress_reaches_the_end_of_every_file(store: Store, tmp_path: Path) -> None:
    write_csv(made_settlements(3000), tmp_path / "a.csv")
    seen: list[tuple[str, int, int]] = []
    take_in(store, [tmp_path / "a.csv"], progress=lambda *told: seen.append(told))
    size = (tmp_path / "a.csv").stat().st_size
    assert seen[-1] == ("a.csv", size, size)
