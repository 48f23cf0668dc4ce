"""The register of divisions: recorded with their days, read back as they were known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
import pytest

from doudi.access import api
from doudi.access.api import Said
from doudi.common.errors import InputFault
from tests.access import county as c
from tests.registers import Register

SAID = Said(c.KNOWN, "clerk", "样民〔2026〕1号", 7)
LATER = c.KNOWN + timedelta(days=1)


@pytest.fixture
def recorded(register: Register) -> Register:
    for name in c.NAMED:
        api.record_division(name.code, name.name, name.level, name.parent, said=SAID, since=name.since)
    api.merge_divisions([c.TWO], c.ONE, on=date(2021, 3, 1), said=SAID)
    api.split_division(c.WHOLE, [c.SOUTH_SIDE, c.NORTH_SIDE], on=date(2023, 1, 1), said=SAID)
    return register


def test_what_was_recorded_is_what_stands(recorded: Register) -> None:
    assert api.divisions(c.NOW, c.KNOWN).equals(c.county().on(c.NOW).table())


def test_names_are_resolved_in_bulk(recorded: Register) -> None:
    names, within = pa.array(["红星村", "东风村"]), pa.array([None, "样北镇"])
    found = api.resolve(names, as_of=c.NOW, known_at=c.KNOWN, within=within)
    assert found.to_pylist() == [c.ONE, f"{c.NORTH}001"]


def test_before_it_was_known_there_was_nothing(recorded: Register) -> None:
    assert api.divisions(c.NOW, c.KNOWN - timedelta(seconds=1)).num_rows == 0


def test_a_rename_holds_from_its_day(recorded: Register) -> None:
    api.rename_division(c.ONE, "新风村", on=date(2026, 2, 1), said=replace(SAID, known_at=LATER))
    names = {on: api.places(LATER).on(on).alive[c.ONE].name for on in (date(2026, 1, 31), date(2026, 2, 1))}
    assert list(names.values()) == ["东风村", "新风村"]
    assert api.places(c.KNOWN).on(c.NOW).alive[c.ONE].name == "东风村"


def test_a_name_said_again_for_the_same_day_replaces_the_first(recorded: Register) -> None:
    said = replace(SAID, known_at=LATER)
    api.record_division(c.ONE, "东方村", "village", c.EAST, said=said)
    assert api.places(LATER).on(c.NOW).alive[c.ONE].name == "东方村"
    assert api.places(c.KNOWN).on(c.NOW).alive[c.ONE].name == "东风村"


def test_an_abolished_division_is_gone(recorded: Register) -> None:
    api.abolish_division(c.FAR, on=c.NOW, said=SAID)
    assert c.FAR not in api.places(c.KNOWN).on(c.NOW).alive


def test_a_part_may_leave_and_the_rest_stay(recorded: Register) -> None:
    api.record_division(c.NEW, "新村", "village", c.EAST, said=SAID, since=c.NOW)
    api.split_division(c.ONE, [c.ONE, c.NEW], on=c.NOW, said=SAID)
    assert api.places(c.KNOWN).on(c.NOW).leaves(c.ONE) == {c.ONE}


def test_what_an_import_said_can_be_taken_back(recorded: Register) -> None:
    api.rename_division(c.ONE, "新风村", on=c.NOW, said=replace(SAID, source=8))
    assert api.withdraw_divisions(8, LATER) == 1
    assert api.places(LATER).on(c.NOW).alive[c.ONE].name == "东风村"
    assert api.places(c.KNOWN).on(c.NOW).alive[c.ONE].name == "新风村"  # as it was known then


@pytest.mark.parametrize(
    ("do", "what"),
    [
        (lambda: api.record_division("1", " ", "village", c.EAST, said=SAID), "代码和名称"),
        (lambda: api.record_division("1", "村", "city", c.EAST, said=SAID), "没有这个级别"),
        (lambda: api.record_division("1", "村", "village", "nowhere", said=SAID), "没有这个区划"),
        (lambda: api.record_division("1", "村", "village", c.ONE, said=SAID), "村不能属于村"),
        (lambda: api.rename_division("nowhere", "村", on=c.NOW, said=SAID), "没有这个区划"),
        (lambda: api.merge_divisions([c.TWO], c.ONE, on=c.NOW, said=SAID), "没有这个区划"),  # gone in 2021
        (lambda: api.merge_divisions([c.ONE], c.ONE, on=c.NOW, said=SAID), "并入自己"),
        (lambda: api.split_division(c.ONE, [], on=c.NOW, said=SAID), "拆分成哪些"),
        (lambda: api.abolish_division(c.TWO, on=c.NOW, said=SAID), "没有这个区划"),
    ],
)
def test_what_cannot_be_is_refused(recorded: Register, do: Callable[[], None], what: str) -> None:
    with pytest.raises(InputFault, match=what):
        do()
    assert api.divisions(c.NOW, c.KNOWN).equals(c.county().on(c.NOW).table())
