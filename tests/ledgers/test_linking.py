"""Rows that name nobody by number: whom they are about is said by links, which later rows of the same chain inherit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from doudi.common.errors import InputFault
from doudi.ledgers import api
from tests.ledgers.cast import DIBAO, KINDS, POPULATION, TODAY, number, sheet
from tests.ledgers.test_commit import Clerk, on_dibao, villager
from tests.ledgers.test_record import later, verdict

NAMELESS: dict[str, Any] = {"psn_name": "样某", "hh_no": "H1", "relation": "子", "admdvs": "990101001001"}


@pytest.fixture
def clerk(register):
    return Clerk(register)


def groups(*of: tuple[int, int]) -> pa.Table:
    return pa.table({"entry_id": [entry for entry, _ in of], "group": [group for _, group in of]})


def test_people_whom_only_their_rows_speak_of_are_made_known(clerk):
    clerk.takes(sheet(POPULATION, [NAMELESS]))
    clerk.takes(sheet(DIBAO, [on_dibao(1), on_dibao(2)]))
    made = api.record_persons(groups((1, -1), (2, -1), (3, -2)), kinds=KINDS, **later(clerk))
    assert made == {-1: 1, -2: 2}
    assert [one["person_id"] for one in clerk.sees(POPULATION)] == [1]
    assert [one["person_id"] for one in clerk.sees(DIBAO)] == [1, 2]
    assert [(one["household_id"], one["relation"]) for one in clerk.people()] == [(1, "子"), (None, None)]
    assert api.find_person(clerk.ring, number(1), known_at=clerk.now) == 1


def test_somebody_made_known_is_the_same_person_when_the_register_lists_the_number(clerk):
    clerk.takes(sheet(DIBAO, [on_dibao(1)]))
    api.record_persons(groups((1, -1)), kinds=KINDS, **later(clerk))
    clerk.takes(sheet(POPULATION, [villager(1)]))
    assert [one["person_id"] for one in clerk.sees(POPULATION)] == [1]
    assert api.record_persons(groups((1, -9)), kinds=KINDS, **later(clerk)) == {-9: 1}


def test_people_made_known_go_when_that_is_undone(clerk):
    clerk.takes(sheet(POPULATION, [NAMELESS]))
    api.record_persons(groups((1, -1)), kinds=KINDS, **later(clerk))
    (made,) = [one for one in api.imports(by_hand=True) if one.kind == "persons"]
    clerk.undoes(made)
    assert clerk.people() == []
    assert [one["person_id"] for one in clerk.sees(POPULATION)] == [None]
    assert api.memberships(as_of=TODAY, known_at=clerk.now).num_rows == 0


def test_a_link_puts_a_person_without_a_household_into_the_rows_own(clerk):
    clerk.takes(sheet(POPULATION, [villager(1, None), NAMELESS]))
    (link,) = api.record_links(verdict(2, 1, "same"), kinds=KINDS, **later(clerk))
    assert [(one["household_id"], one["relation"]) for one in clerk.people()] == [(1, "子")]
    api.undo_link(link, **later(clerk))
    assert [one["household_id"] for one in clerk.people()] == [None]


def test_a_changed_row_without_a_number_stays_with_its_person(clerk):
    clerk.takes(sheet(POPULATION, [villager(1), NAMELESS]), as_of=date(2026, 5, 31))
    api.record_links(verdict(2, 1, "same"), **later(clerk))
    clerk.takes(sheet(POPULATION, [villager(1), NAMELESS | {"addr": "样例县2号"}]))
    told = clerk.sees(POPULATION)
    assert [(one["person_id"], one["entry_id"]) for one in told] == [(1, 1), (1, 3)]
    assert api.links(clerk.now).to_pylist()[-1]["how"] == "same row"


def test_a_link_goes_along_when_a_row_is_said_again(clerk):
    first = clerk.takes(sheet(POPULATION, [villager(1), NAMELESS]), as_of=date(2026, 5, 31))
    api.record_links(verdict(2, 1, "same"), **later(clerk))
    clerk.takes(sheet(POPULATION, [villager(1), NAMELESS]))
    clerk.undoes(first)
    assert [one["person_id"] for one in clerk.sees(POPULATION)] == [1, 1]


def test_entries_that_are_not_there_make_nobody_known(clerk):
    with pytest.raises(InputFault, match="不存在"):
        api.record_persons(groups((9, -1)), kinds=KINDS, **later(clerk))
    assert api.imports(by_hand=True) == []
