"""Every row of the truth is found in its file where it is said to be, with what is said to be written there.

The files are read here with the reader libraries alone, not with what will be judged by them.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from lxml import html
from python_calamine import CalamineWorkbook

from doudi.common.identifiers import read_id
from doudi.sample.ledgers.make import Made
from doudi.sample.ledgers.rates import DAMAGES, IDENTITY
from doudi.sample.ledgers.score import load


def _sheets(folder: Path, one: dict[str, object]) -> dict[str, list[list[object]]]:
    path = folder / str(one["file"])
    if one["format"] == "csv":
        text = path.read_text(str(one["encoding"]))
        mark = "\t" if path.suffix == ".tsv" else ","
        return {"": list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))}
    if one["format"] == "html":
        page = html.fromstring(path.read_bytes())
        return {"表1": [[cell.text_content() for cell in row] for row in page.iter("tr")]}
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.fixture(scope="module")
def written(ledgers: Made) -> dict[tuple[str, str], list[list[object]]]:
    return {
        (one["file"], name): rows
        for one in [*ledgers.truth["files"], *ledgers.truth["earlier"]]
        for name, rows in _sheets(ledgers.folder, one).items()
    }


def test_every_planted_cell_is_written_where_the_truth_says(
    ledgers: Made, written: dict[tuple[str, str], list[list[object]]]
) -> None:
    cells = load(ledgers.folder).cells.to_pylist()
    assert len(cells) > 500
    for one in cells:
        found = written[one["file"], one["sheet"]][one["row"] - 1][one["column"] - 1]
        if one["damage"] in ("id_rounded", "date_serial") and not isinstance(found, str):
            assert abs(float(found) - float(one["written"])) < 1_000  # type: ignore[arg-type]
        elif one["damage"] != "error_cell":
            assert str(found) == (one["written"] or ""), one["damage"]


def test_every_clean_name_and_number_is_written_where_the_truth_says(
    ledgers: Made, written: dict[tuple[str, str], list[list[object]]]
) -> None:
    truth = load(ledgers.folder)
    damaged = {(one["file"], one["sheet"], one["row"], one["name"]) for one in truth.cells.to_pylist()}
    seen = 0
    for one in ledgers.truth["files"]:
        for sheet in one["sheets"]:
            read = truth.read[one["file"], sheet["name"]].to_pydict()
            for name in ("psn_name", "certno", "head_certno"):
                if name in sheet["columns"]:
                    column = sheet["columns"][name] - 1
                    for row, value in zip(read["__row"], read[name], strict=True):
                        if value and (one["file"], sheet["name"], row, name) not in damaged:
                            assert written[one["file"], sheet["name"]][row - 1][column] == value
                            seen += 1
    assert seen > 30_000


def test_rows_of_the_sheet_are_records_or_lines_with_a_name(ledgers: Made) -> None:
    for one in ledgers.truth["files"]:
        for sheet in one["sheets"]:
            assert sheet["rows"] + sum(sheet["left_out"].values()) == sheet["height"], one["file"]


def test_workbooks_open_in_another_library_with_their_merged_headers(ledgers: Made) -> None:
    path = next(path for path in ledgers.files if path.name.startswith("户籍人口"))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet["A1"].value.endswith("户籍人口花名册")
    assert "E3:G3" in {str(one) for one in sheet.merged_cells.ranges}
    assert book.sheetnames[-1] == "填表说明"


def test_spoilt_numbers_are_what_their_damage_says(ledgers: Made) -> None:
    states = {
        "id_rounded": "lost", "id_scientific": "lost", "id_15": "old", "id_check": "check", "id_short": "length",
        "id_chars": "chars", "id_birth": "birth", "id_certificate": "certificate", "id_missing": "missing", "id_swapped": "whole",
    }  # fmt: skip
    cells = [one for one in load(ledgers.folder).cells.to_pylist() if one["damage"] in states]
    for one in cells:
        was_number = one["damage"] == "id_rounded" and not one["file"].endswith(("csv", "tsv"))
        assert read_id(one["written"], was_number=was_number).state == states[one["damage"]], one["damage"]
        if one["damage"] in ("id_15", "id_certificate"):
            assert read_id(one["written"]).number == one["read"]
    assert set(states) <= {one["damage"] for one in cells} | {
        "id_certificate",
        "id_chars",
        "id_birth",
        "id_swapped",
    }


def test_a_row_has_one_damage_to_its_identity_at_most(ledgers: Made) -> None:
    rows = Counter(
        (one["file"], one["sheet"], one["row"])
        for one in load(ledgers.folder).cells.to_pylist()
        if one["damage"] in IDENTITY
    )
    assert max(rows.values()) == 1


def test_every_declared_damage_is_planted_somewhere(doubled: Made) -> None:
    rare = {"id_swapped_unseen", "money_wide", "id_chars", "number_bad", "yesno_bad", "name_bad"}
    assert {one.name for one in DAMAGES} - {
        name for name, many in doubled.truth["planted"].items() if many
    } <= rare


def test_a_person_has_one_number_among_the_true_people(ledgers: Made) -> None:
    persons = pq.read_table(ledgers.folder / "truth" / "persons.parquet")
    assert len(set(persons["certno"].to_pylist())) == persons.num_rows
