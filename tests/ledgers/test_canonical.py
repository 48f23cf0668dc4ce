"""Two rows say the same if and only if their content is equal; a row's key stays its own where a column is empty."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.access.keys import open_keys
from doudi.ledgers.canonical import canonical, distinct_keys, objects, tokens, usable
from doudi.ledgers.reading.places import DIVISION
from tests.ledgers.cast import (
    DEATHS,
    DIBAO,
    HOME,
    PLACE,
    POPULATION,
    WHO,
    _kind,
    ledger_column,
    number,
    sheet,
)

text = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from(['"', "\\", "{,", "a\nb", "\x7f", "样\u2028某"])
)


@pytest.fixture(scope="session")
def ring(tmp_path_factory):
    return open_keys(tmp_path_factory.mktemp("keys") / "keys.json")


@given(st.lists(st.tuples(text, text, st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1))), max_size=6))
def test_a_row_is_spelt_as_json_with_sorted_keys_and_no_gaps(rows):
    columns = {
        "b": pa.array([row[0] for row in rows], pa.string()),
        "a": pa.array([row[1] for row in rows], pa.string()),
        "c": pa.array([row[2] for row in rows], pa.int64()),
    }
    for told, (b, a, c) in zip(objects(columns, len(rows)).to_pylist(), rows, strict=True):
        wanted = {name: value for name, value in (("a", a), ("b", b), ("c", c)) if value is not None}
        assert json.loads(told) == wanted
        assert list(json.loads(told)) == sorted(wanted)


def test_a_kind_without_open_columns_says_nothing_openly(ring):
    assert objects({}, 2).to_pylist() == ["{}", "{}"]


def test_content_differs_where_a_value_does_even_a_sealed_one(ring):
    rows = [
        {"certno": number(1), "amt": 1},
        {"certno": number(1), "amt": 2},
        {"certno": number(1), "amt": 1, "psn_name": "样"},
    ]
    told = canonical(sheet(DIBAO, [*rows, rows[0]]), ring)
    assert pc.count_distinct(told["content"]).as_py() == 3
    assert told["content"][0] == told["content"][3]
    assert pc.count_distinct(told["key"]).as_py() == 1


def test_rows_of_two_kinds_never_share_a_key(ring):
    row = {"certno": number(1)}
    assert canonical(sheet(DIBAO, [row]), ring)["key"] != canonical(sheet(DEATHS, [row]), ring)["key"]


def test_without_a_number_a_row_is_told_by_what_else_tells_people_apart(ring):
    rows = [
        {"psn_name": "样某", "hh_no": "H1"},
        {"psn_name": "样某", "hh_no": "H2"},
        {"psn_name": "样某", "hh_no": "H1", "addr": "x"},
    ]
    keys = canonical(sheet(POPULATION, rows), ring)["key"].to_pylist()
    assert keys[0] == keys[2] != keys[1]


def test_a_repeated_key_is_told_apart_by_its_turn(ring):
    keys = canonical(sheet(DIBAO, [{"certno": number(1)}] * 3 + [{"certno": number(2)}]), ring)[
        "key"
    ].combine_chunks()
    told = distinct_keys(keys, ring)
    assert pc.count_distinct(told).as_py() == 4
    assert (told[0], told[3]) == (keys[0], keys[3])
    assert distinct_keys(keys, ring) == told


def test_what_happened_without_a_receipt_is_told_by_all_that_is_said_of_it(ring):
    paid = _kind(
        "paid",
        [*WHO, ledger_column("receipt", "id"), ledger_column("amt", "money")],
        nature="event",
        key=("certno", "receipt"),
    )
    rows = [{"certno": number(1), "amt": 1}, {"certno": number(1), "amt": 2}]
    assert pc.count_distinct(canonical(sheet(paid, rows), ring)["key"]).as_py() == 2
    with_receipt = [row | {"receipt": "R1"} for row in rows]
    assert pc.count_distinct(canonical(sheet(paid, with_receipt), ring)["key"]).as_py() == 1


def test_the_persons_own_number_counts_wherever_the_heads_stands(ring):
    head = ledger_column("head_certno", "id", "identifying", "idcard")
    kind = _kind("members", [head, *WHO, *HOME, *PLACE])
    told = canonical(sheet(kind, [{"head_certno": number(9), "certno": number(1)}]), ring)
    assert told["subject"][0].as_py() == ring.index(number(1))


def test_numbers_are_found_in_one_spelling():
    ending_x = next(number(at) for at in range(50) if number(at).endswith("X"))
    written = [f" {ending_x.lower()} ", number(1) + "11", number(1) + "1234", number(1)[:15], None]
    assert usable(pa.array(written)).to_pylist() == [ending_x, number(1), number(1), None, None]


def test_a_token_is_the_first_half_of_a_digest(ring):
    digests = ring.index_many(pa.array(["a", None, "b"]))
    told = tokens(digests.slice(1)).to_pylist()
    assert told == [None, int.from_bytes(ring.index("b")[:8], "big", signed=True)]


def test_the_place_that_reading_found_comes_before_a_code_in_a_cell(ring):
    one = sheet(
        DIBAO, [{"certno": number(1), "admdvs": "990101001001"}, {"certno": number(2), "admdvs": "样东镇"}]
    )
    assert canonical(one, ring)["division"].to_pylist() == ["990101001001", None]
    found = replace(one, table=one.table.append_column(DIVISION, pa.array(["990101", None])))
    assert canonical(found, ring)["division"].to_pylist() == ["990101", None]


def test_a_sheet_of_no_kind_has_no_rows(ring):
    with pytest.raises(ValueError, match="no kind"):
        canonical(replace(sheet(DIBAO, []), kind=None), ring)
