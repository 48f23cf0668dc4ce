"""Cells as Python holds them, as columns of text: nothing is lost, and a number can be had back from its text."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.ledgers.importers.columns import column_of, number_texts
from doudi.ledgers.importers.grid import BOOL, DATE, EMPTY, ERROR, NUMBER, TEXT

CELLS = st.one_of(
    st.text(max_size=5),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**53), 2**53),
    st.booleans(),
    st.dates(),
    st.none(),
)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_can_be_had_back_from_its_text(number: float) -> None:
    text = number_texts(np.array([number]))[0].as_py()
    assert float(text) == number
    if number == math.trunc(number) and abs(number) < 1e21:
        assert text.lstrip("-").isdigit()


@given(st.lists(CELLS, max_size=30))
def test_every_cell_keeps_its_place_and_says_what_it_was(cells: list[object]) -> None:
    text, kinds = column_of(cells)
    assert len(text) == len(kinds) == len(cells)
    for said, kind, cell in zip(text.to_pylist(), kinds.tolist(), cells, strict=True):
        if cell is None or cell == "":
            assert (said, kind) == (None, EMPTY)
        elif isinstance(cell, bool):
            assert (said, kind) == (str(cell).upper(), BOOL)
        elif isinstance(cell, str):
            assert (said, kind) == (cell, TEXT)
        elif isinstance(cell, dt.date):
            assert (said, kind) == (cell.isoformat(), DATE)
        else:
            assert kind == NUMBER
            assert float(said) == cell


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (1786.9499999999998, "1786.9499999999998"),
        (3.7012319850101e17, "370123198501010000"),
        (9.90101198001011e17, "990101198001011000"),
        (123456789012.5, "123456789012.5"),
        (-0.0, "0"),
        (dt.datetime.fromisoformat("2023-01-09"), "2023-01-09"),
        (dt.datetime.fromisoformat("2023-01-09 10:11:12.999900"), "2023-01-09 10:11:13"),
        (dt.time(9, 36), "09:36:00"),
        (dt.timedelta(hours=30, minutes=5), "30:05:00"),
    ],
)
def test_what_is_written(cell: object, said: str) -> None:
    assert column_of([cell])[0].to_pylist() == [said]


def test_a_number_that_is_none_is_an_error() -> None:
    text, kinds = column_of([1.0, float("nan"), float("inf")])
    assert text.to_pylist() == ["1", "#NUM!", "#NUM!"]
    assert kinds.tolist() == [NUMBER, ERROR, ERROR]
