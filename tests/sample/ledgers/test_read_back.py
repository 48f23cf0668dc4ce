"""What departments hand over is read back: damage found, nothing clean told or changed, at the declared rates and at double them."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from doudi.ledgers.importers import read_workbook
from doudi.ledgers.reading import read_file
from doudi.policy.ledgers.load import kinds
from doudi.sample.ledgers.make import Made
from doudi.sample.ledgers.score import CellScore, Told, load, score_cells


def _read(made: Made) -> CellScore:
    declared = kinds()
    told: list[Told] = []
    tables: dict[tuple[str, str], pa.Table] = {}
    for one in made.truth["files"]:
        reading = read_file(
            read_workbook(made.folder / one["file"]), declared, as_of=date.fromisoformat(one["as_of"])
        )
        expected = {sheet["name"]: sheet for sheet in one["sheets"]}
        for sheet in reading.sheets:
            if sheet.name not in expected:
                assert sheet.accepted == 0, (one["file"], sheet.name)
                continue
            assert sheet.kind is not None, one["file"]
            assert sheet.kind.name == one["kind"], one["file"]
            assert list(sheet.header_rows) == expected[sheet.name]["header_rows"], one["file"]
            assert sheet.accepted + len(sheet.refused) + len(sheet.left_out) == sheet.rows_in
            assert sheet.rows_in == expected[sheet.name]["height"], one["file"]
            tables[one["file"], sheet.name] = sheet.table
            told += [(one["file"], sheet.name, cell.row, cell.column, cell.code) for cell in sheet.problems]
    assert len(tables) == sum(len(one["sheets"]) for one in made.truth["files"])
    return score_cells(load(made.folder), told, tables, divisions=False)


@pytest.mark.parametrize("rates", ["ledgers", "doubled"])
def test_damage_is_found_and_nothing_clean_is_told_or_changed(
    rates: str, request: pytest.FixtureRequest
) -> None:
    score = _read(request.getfixturevalue(rates))
    assert score.recall >= 0.99, score.lines()
    assert score.precision >= 0.99, score.lines()
    assert not score.changed, score.lines()
    assert not score.invented, score.lines()
    assert not score.lost_rows, score.lines()
