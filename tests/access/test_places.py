"""Who lies in whom on a day, and what became of the old."""

from __future__ import annotations

import pickle
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.access.places import SCHEMA, Named, Places, Succeeded
from tests.access import county as c

PLACES = c.county()
TODAY = PLACES.on(c.NOW)


def asked(name: str, within: str | None = None, on: date = c.NOW) -> str | None:
    found = PLACES.resolve(pa.array([name]), as_of=on, within=pa.array([within], pa.string()))
    return found[0].as_py()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("name", "within", "code"),
    [
        ("红星村", None, c.ONE),  # merged
        ("李家湾村", None, c.THREE),  # renamed
        ("李家湾", "样东乡", c.THREE),  # in a township by its former name
        ("前进社区居委会", "样东", c.THREE),
        ("东风村", "样东镇", c.ONE),
        ("东风村", "样北镇", f"{c.NORTH}001"),
        ("东风村", None, None),  # there are two
        ("东风村", "样西镇", None),  # none there
        ("东风村", "没有镇", None),
        ("样北镇东风村", None, f"{c.NORTH}001"),
        ("样例县样东镇东风村第3组", None, c.GROUP),
        ("3组", "东风村", c.GROUP),
        ("远山村", "样西镇", None),  # moved away
        ("远山村", "样东镇", c.FAR),
        ("样西镇远山村", None, c.FAR),  # as it was written then
        ("河口村", None, None),  # split: nobody knows which part
        ("河南村", "样西镇", c.SOUTH_SIDE),
        (c.TWO, None, c.ONE),
        ("990101001000", None, c.EAST),
        ("样例县", None, c.COUNTY),
        ("", None, None),
    ],
)
def test_a_name_leads_to_what_stands_there_now(name: str, within: str | None, code: str | None) -> None:
    assert asked(name, within) == code


@pytest.mark.parametrize(
    ("name", "on", "code"),
    [
        ("红星村", date(2021, 2, 28), c.TWO),
        ("红星村", date(2021, 3, 1), c.ONE),
        ("河口村", date(2022, 12, 31), c.WHOLE),
        ("河南村", date(2022, 12, 31), None),  # not there yet
        ("前进社区", date(2019, 1, 1), c.THREE),  # a list printed later
    ],
)
def test_the_day_decides(name: str, on: date, code: str | None) -> None:
    assert asked(name, on=on) == code


def test_a_column_is_read_row_by_row() -> None:
    names = pa.chunked_array([["东风村", "东风村", None], ["红星", "东风村"]])
    within = pa.chunked_array([["样东镇", "样北镇"], ["样东镇", None, "样东镇"]])
    assert TODAY.resolve(names, within=within).to_pylist() == [c.ONE, f"{c.NORTH}001", None, c.ONE, c.ONE]


def test_a_level_may_be_asked_for() -> None:
    assert TODAY.resolve(pa.array(["样东"]), level="village").to_pylist() == [None]
    assert TODAY.resolve(pa.array(["样东"]), level="township").to_pylist() == [c.EAST]


def test_the_table_says_what_each_lies_in() -> None:
    table = TODAY.table()
    assert table.schema == SCHEMA
    rows = {row["code"]: row for row in table.to_pylist()}
    assert c.TWO not in rows
    assert c.WHOLE not in rows
    assert rows[c.FAR]["parent"] == rows[c.FAR]["township"] == c.EAST
    assert rows[c.GROUP]["village"] == c.ONE
    assert rows[c.GROUP]["county"] == c.COUNTY
    assert rows[c.COUNTY]["parent"] is None


def test_what_was_split_stays_at_what_encloses_the_parts() -> None:
    assert len(TODAY.leaves(c.WHOLE)) > 1
    assert TODAY.home(c.WHOLE) == c.WEST


def test_under_a_division_lie_its_old_codes_too() -> None:
    assert TODAY.under([c.ONE]) == {c.ONE, c.TWO, c.GROUP}
    assert c.WHOLE in TODAY.under([c.WEST])
    assert c.WHOLE not in TODAY.under([c.SOUTH_SIDE])
    assert TODAY.under([c.TWO]) == TODAY.under([c.ONE])
    assert TODAY.under(["000000"]) == frozenset()


def test_villages_of_a_township_that_went_over_follow_it() -> None:
    merged = Places(c.NAMED, [*c.SUCCEEDED, Succeeded(c.NORTH, c.EAST, date(2026, 1, 1), "merge")]).on(c.NOW)
    assert merged.line(f"{c.NORTH}001") == (f"{c.NORTH}001", c.EAST, c.COUNTY)
    assert merged.resolve(pa.array(["样北镇"])).to_pylist() == [c.EAST]


def test_a_division_without_a_successor_leaves_its_rows_to_what_enclosed_it() -> None:
    gone = Places(c.NAMED, [Succeeded(c.ONE, None, date(2026, 1, 1), "abolish")]).on(c.NOW)
    assert not gone.leaves(c.ONE)
    assert gone.home(c.ONE) == c.EAST


def test_a_code_used_again_stands_again() -> None:
    named = [*c.NAMED, Named(c.TWO, "新星村", "village", c.EAST, date(2025, 1, 1))]
    again = Places(named, c.SUCCEEDED).on(c.NOW)
    assert again.leaves(c.TWO) == {c.TWO}


def test_it_travels_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(PLACES)).on(c.NOW).table() == TODAY.table()


CODES = st.sampled_from(["a", "b", "c", "d", "e"])
DAYS = st.integers(0, 4).map(lambda n: date(2020 + n, 1, 1))
CHANGES = st.lists(
    st.builds(Succeeded, CODES, st.none() | CODES, DAYS, st.just("merge"), st.booleans()), max_size=8
)


@given(CHANGES, DAYS)
def test_any_list_of_changes_ends_at_what_stands(changes: list[Succeeded], on: date) -> None:
    """Rings of successors, too: a list with a mistake in it must not hang the reader."""
    named = [Named(code, code, "village", None, c.ALWAYS) for code in "abcde"]
    day = Places(named, changes).on(on)
    for code in "abcde":
        assert day.leaves(code) <= day.alive.keys()
        home = day.home(code)
        assert home is None or home in day.alive
        assert code not in day.alive or day.leaves(code) == {code}


@given(st.lists(st.tuples(CODES, CODES), max_size=8))
def test_any_parents_make_lines_that_end(parents: list[tuple[str, str]]) -> None:
    named = [Named(code, code, "village", None, c.ALWAYS) for code in "abcde"]
    named += [Named(code, code, "village", parent, date(2020, 1, 1)) for code, parent in parents]
    day = Places(named).on(c.NOW)
    for code in "abcde":
        line = day.line(code)
        assert line[0] == code
        assert len(set(line)) == len(line)
