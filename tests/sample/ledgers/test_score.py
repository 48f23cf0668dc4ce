"""The score of perfect answers is one, and each kind of fault shows in the figure that it belongs to."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from doudi.sample.ledgers.make import Made
from doudi.sample.ledgers.score import (
    Told,
    Truth,
    load,
    score_cells,
    score_flags,
    score_links,
    score_states,
)


@pytest.fixture(scope="module")
def truth(ledgers: Made) -> Truth:
    return load(ledgers.folder)


def _perfect(truth: Truth) -> tuple[list[Told], dict[tuple[str, str], pa.Table]]:
    told = [
        (one["file"], one["sheet"], one["row"], one["column"], one["code"])
        for one in truth.cells.to_pylist()
        if one["code"]
    ]
    told += [
        (one["file"], one["sheet"], one["row"], 1, one["damage"])
        for one in truth.rows.to_pylist()
        if one["damage"]
    ]
    return told, dict(truth.read)


def test_perfect_answers_score_one(truth: Truth) -> None:
    score = score_cells(truth, *_perfect(truth))
    assert (score.recall, score.precision) == (1, 1)
    assert not score.changed
    assert not score.invented
    assert not score.lost_rows
    assert score.planted.total() > 100


def test_a_damage_that_is_not_told_lowers_recall_alone(truth: Truth) -> None:
    told, tables = _perfect(truth)
    score = score_cells(truth, [one for one in told if one[4] != "id_check"], tables)
    assert score.recall < 1
    assert score.precision == 1
    assert score.found["id_check"] == 0
    assert {kind for kind, _ in score.missed} == {"id_check"}


def test_telling_a_clean_cell_lowers_precision_alone(truth: Truth) -> None:
    told, tables = _perfect(truth)
    file, sheet = next(iter(tables))
    score = score_cells(truth, [*told, (file, sheet, 3, 1, "money_bad")], tables)
    assert score.recall == 1
    assert score.false["money_bad"] == 1


def test_telling_the_wrong_thing_of_a_damaged_cell_counts_twice(truth: Truth) -> None:
    told, tables = _perfect(truth)
    at = next(k for k, one in enumerate(told) if one[4] == "phone_bad")
    told[at] = (*told[at][:4], "money_bad")
    score = score_cells(truth, told, tables)
    assert score.false["money_bad"] == 1
    assert score.planted["phone_bad"] - score.found["phone_bad"] == 1


def test_a_changed_an_emptied_and_a_lost_clean_row_are_seen(truth: Truth) -> None:
    told, tables = _perfect(truth)
    where = next(one for one in tables if one[0].startswith("职工"))
    table = tables[where]
    names = [
        "某人" if k == 0 else None if k == 1 else name for k, name in enumerate(table["psn_name"].to_pylist())
    ]
    tables[where] = table.set_column(
        table.schema.get_field_index("psn_name"), "psn_name", pa.array(names)
    ).slice(0, len(table) - 1)
    score = score_cells(truth, told, tables)
    assert score.changed["psn_name"] == 2
    assert score.lost_rows.total() == 1


def test_a_value_made_up_for_an_unreadable_cell_is_seen(truth: Truth) -> None:
    told, tables = _perfect(truth)
    cell = next(one for one in truth.cells.to_pylist() if one["damage"] == "date_damaged")
    where = (cell["file"], cell["sheet"])
    table = tables[where]
    name = cell["name"]
    values = pc.if_else(pc.equal(table["__row"], cell["row"]), "2020-01-01", table[name])
    tables[where] = table.set_column(table.schema.get_field_index(name), name, values)
    assert score_cells(truth, told, tables).invented.total() == 1


def _answers(truth: Truth, who: pa.ChunkedArray) -> pa.Table:
    return truth.rows.select(["file", "sheet", "row"]).append_column("who", who)


def test_true_links_score_one_and_one_wrong_link_lowers_precision(truth: Truth) -> None:
    right = score_links(truth, _answers(truth, truth.rows["person"]))
    assert (right.precision, right.recall) == (1, 1)
    merged = pc.if_else(pc.equal(truth.rows["person"], 11), 10, truth.rows["person"])
    wrong = score_links(truth, _answers(truth, merged))
    assert wrong.precision < 1
    assert wrong.recall == 1


def test_records_of_nobody_known_are_alone(truth: Truth) -> None:
    none = pc.if_else(pc.equal(truth.rows["person"], 10), None, truth.rows["person"])
    score = score_links(truth, _answers(truth, none))
    assert score.precision == 1
    assert score.recall < 1


def test_states_and_flags_are_held_against_the_truth(truth: Truth) -> None:
    numbers = truth.persons["certno"].to_pylist()
    said = dict(zip(numbers, truth.states["state"].to_pylist(), strict=True))
    assert score_states(truth, said).share == 1
    said[numbers[0]] = "dead" if said[numbers[0]] != "dead" else "unknown"
    assert score_states(truth, said).right == len(numbers) - 1
    del said[numbers[1]]
    assert score_states(truth, said).right == len(numbers) - 2
    marked = [
        number
        for number, mark in zip(numbers, truth.states["flag_dead_insured"].to_pylist(), strict=True)
        if mark
    ]
    assert score_flags(truth, "dead_insured", marked).recall == 1
    assert score_flags(truth, "dead_insured", [*marked, "x"]).precision < 1
