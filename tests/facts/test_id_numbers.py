"""Identity numbers a column at a time: the same answers as cell by cell, and what only the company of others tells."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doudi.common.identifiers import check_digit, read_id, sample_id_number
from doudi.facts.id_numbers import LOST, STATES, WHOLE, read_ids

ON = date(2026, 6, 30)
RIGHT = st.builds(sample_id_number, st.dates(date(1900, 1, 1), date(2027, 1, 1)), st.integers(0, 999))
SPOILT = RIGHT.map(lambda number: number[:15] + "000")
CELLS = st.one_of(
    st.none(),
    RIGHT,
    SPOILT,
    RIGHT.map(lambda number: number + "43"),
    RIGHT.map(lambda number: number[:6] + number[8:17]),
    RIGHT.map(lambda number: number.lower() + " "),
    RIGHT.map(lambda number: f"{int(number[:17])}.0"),
    st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True, alphabet="0123456789X"),
    st.from_regex(r"[0-9]\.[0-9]{0,15}E\+1[47]", fullmatch=True, alphabet="0123456789.E+"),
    st.sampled_from(["9" * 18, "1" * 18, "999999199001011234", "123456789012345678"]),
    st.text(max_size=25),
)


@settings(max_examples=300)
@given(st.lists(CELLS, max_size=20))
def test_a_column_is_read_as_its_cells_are(cells: list[str | None]) -> None:
    column = read_ids(pa.array(cells, pa.string()), on=ON, together=False)
    for k, cell in enumerate(cells):
        one = read_id(cell, on=ON)
        assert STATES[column.state[k]] == one.state
        assert column.number[k].as_py() == (one.number or None)
        assert column.known[k].as_py() == (one.known or None)


def test_a_slice_and_chunks_are_read_where_they_stand() -> None:
    numbers = [sample_id_number(date(1990, 1, day), day) for day in range(1, 20)]
    whole = pa.array(["x", *numbers])
    assert read_ids(whole[1:], on=ON).number.to_pylist() == numbers
    assert read_ids(pa.chunked_array([whole[1:5], whole[5:]]), on=ON).number.to_pylist() == numbers
    assert read_ids(whole.dictionary_encode(), on=ON).number.to_pylist() == [None, *numbers]


def test_numbers_kept_as_floating_point_are_lost_even_where_the_check_digit_fits() -> None:
    right = next(
        number
        for serial in range(0, 1000, 100)
        for day in range(1, 28)
        if (number := sample_id_number(date(1990, 3, day), serial)).endswith("000")
    )
    column = read_ids(pa.array([float(right), float(990101900301001), None]), on=ON)
    assert [STATES[one] for one in column.state] == ["lost", "old", "missing"]
    assert column.known.to_pylist() == [right[:15], None, None]


def test_a_birth_and_a_sex_are_read_from_usable_numbers_alone() -> None:
    boy, girl = sample_id_number(date(2010, 2, 28), 1), sample_id_number(date(1931, 12, 31), 2)
    column = read_ids(pa.array([boy, girl, "1"]), on=ON)
    assert column.born.to_pylist() == [date(2010, 2, 28), date(1931, 12, 31), None]
    assert column.sex.to_pylist() == ["1", "2", None]


@pytest.mark.parametrize(("spoilt", "state"), [(0, WHOLE), (40, WHOLE), (80, LOST)])
def test_a_right_number_ending_in_000_is_believed_only_in_good_company(spoilt: int, state: int) -> None:
    born = [date(1950 + k // 300, 1 + k % 12, 1 + k % 28) for k in range(600)]
    good = [
        number
        for k, day in enumerate(born)
        if not (number := sample_id_number(day, 101 + k % 80)).endswith("00")
    ]
    doubtful = next(
        first + "0" for day in born if check_digit(first := sample_id_number(day, 500)[:17]) == "0"
    )
    wrong = [number[:15] + "000" for number in good if check_digit(number[:15] + "00") != "0"][:spoilt]
    column = read_ids(pa.array([*good, *wrong, doubtful]), on=ON)
    assert column.state[-1] == state
    assert column.number[len(column.state) - 1].as_py() == (doubtful if state == WHOLE else None)
    assert int((column.state == LOST).sum()) == spoilt + (state == LOST)


def test_impossible_days_are_found_by_arithmetic_too() -> None:
    firsts = [
        f"990101{day}001" for day in ("19000229", "20000229", "20001301", "20000431", "18491231", "20260701")
    ]
    column = read_ids(pa.array([first + check_digit(first) for first in firsts]), on=ON)
    assert np.flatnonzero(column.is_("birth")).tolist() == [0, 2, 3, 4, 5]
    assert column.names[1].as_py() == "whole"
