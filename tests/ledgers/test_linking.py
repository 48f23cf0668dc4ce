"""Rows that name nobody by number: whom they are about is said by links, which later rows of the same chain inherit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from doudi.common.errors import InputFault
from doudi.ledgers import api
from tests.ledgers.cast import KINDS, POPULATION, sheet
from tests.ledgers.test_commit import Clerk, villager
from tests.ledgers.test_record import later, verdict

NAMELESS: dict[str, Any] = {"psn_name": "样某", "hh_no": "H1", "relation": "子", "admdvs": "990101001001"}


@pytest.fixture
def clerk(register):
    return Clerk(register)


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


def test_a_verdict_on_an_entry_that_is_not_there_is_refused(clerk):
    clerk.takes(sheet(POPULATION, [villager(1)]))
    with pytest.raises(InputFault, match="不存在"):
        api.record_links(verdict(9, 1, "same"), kinds=KINDS, **later(clerk))
    assert api.links(clerk.now).num_rows == 0
