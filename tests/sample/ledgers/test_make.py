"""The same order makes the same bytes; every column is one that its kind declares; nobody in the files exists."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from doudi.common.errors import InputFault
from doudi.policy.ledgers.load import kinds
from doudi.sample.ledgers.make import FILES, Made, make
from doudi.sample.ledgers.rates import table
from doudi.sample.order import Order

SMALL = Order(people=1_000, seed=3)


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_order_makes_the_same_bytes(tmp_path: Path) -> None:
    one, other = (make(SMALL, tmp_path / name) for name in ("one", "other"))
    assert _digests(one.folder) == _digests(other.folder)


def test_another_seed_makes_other_people(tmp_path: Path) -> None:
    one = make(SMALL, tmp_path / "one")
    other = make(Order(people=1_000, seed=4), tmp_path / "other")
    same = set(_digests(one.folder).items()) & set(_digests(other.folder).items())
    assert {name for name, _ in same} <= {"说明.txt", "行政区划.xlsx", "truth/read/000.parquet"}


def test_a_new_sample_takes_the_place_of_an_older_one_only(tmp_path: Path) -> None:
    made = make(SMALL, tmp_path / "one")
    assert make(SMALL, tmp_path / "one").truth["planted"] == made.truth["planted"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("kept")
    with pytest.raises(InputFault, match="不是样例"):
        make(SMALL, tmp_path / "mine")


def test_only_once_and_twice_the_rates_are_made(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="--damage"):
        make(SMALL, tmp_path / "one", damage=3)
    with pytest.raises(InputFault, match="--preset"):
        make(Order(preset="development-zone"), tmp_path / "one")


def test_every_column_is_one_that_its_kind_declares(ledgers: Made) -> None:
    declared = kinds()
    for one in ledgers.truth["files"]:
        for sheet in one["sheets"]:
            unknown = set(sheet["columns"]) - {column.name for column in declared[one["kind"]]}
            assert not unknown, (one["file"], unknown)


def test_every_declared_kind_has_a_file_and_every_format_is_there(ledgers: Made) -> None:
    assert {one["kind"] for one in ledgers.truth["files"]} == set(kinds())
    assert {one["format"] for one in ledgers.truth["files"]} == {"xlsx", "xls", "et", "ods", "csv", "html"}
    assert {one["encoding"] for one in ledgers.truth["files"]} >= {"gbk", "gb18030", "utf-8-sig", "gb2312"}
    assert len(ledgers.files) == FILES
    assert all(path.exists() for path in ledgers.files)


def test_files_are_what_their_bytes_say_not_their_names(ledgers: Made) -> None:
    starts = {
        "xlsx": b"PK",
        "ods": b"PK",
        "xls": b"\xd0\xcf\x11\xe0",
        "et": b"\xd0\xcf\x11\xe0",
        "html": b"<html>",
    }
    for one in ledgers.truth["files"]:
        if one["format"] in starts:
            assert (ledgers.folder / one["file"]).read_bytes().startswith(starts[one["format"]]), one["file"]


def test_nobody_in_the_text_files_exists(ledgers: Made) -> None:
    numbers = 0
    for one in ledgers.truth["files"]:
        if one["format"] == "csv":
            text = (ledgers.folder / one["file"]).read_text(one["encoding"])
            found = re.findall(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dX](?!\d)", text)
            numbers += len(found)
            # One digit of a wrong number may be one of the area's.
            assert all(re.match(r"9901\d1", number) for number in found)
    assert numbers > 8_000


def test_the_truth_says_who_these_people_are_and_how_often_what_was_planted(
    ledgers: Made, doubled: Made
) -> None:
    told = json.loads((ledgers.folder / "truth.json").read_text(encoding="utf-8"))
    assert "不存在" in told["note"]
    assert (ledgers.folder / "说明.txt").read_text(encoding="utf-8").strip() == told["note"]
    once, twice = ({one["damage"]: one for one in made.truth["rates"]} for made in (ledgers, doubled))
    for name, one in once.items():
        assert one["why"]
        if one["ppm_department"] < 150_000:
            assert twice[name]["ppm_department"] == 2 * one["ppm_department"]


def test_double_the_rates_plant_about_double(ledgers: Made, doubled: Made) -> None:
    def many(made: Made) -> int:
        return sum(
            n
            for name, n in made.truth["planted"].items()
            if name not in ("village_old", "id_certificate_said")
        )

    assert 1.7 < many(doubled) / many(ledgers) < 2.3


def test_the_manual_prints_the_rates_that_are_used() -> None:
    page = (Path(__file__).parents[3] / "docs" / "sample-ledgers.md").read_text(encoding="utf-8")
    assert "\n".join(table()) in page
