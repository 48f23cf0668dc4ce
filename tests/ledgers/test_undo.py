"""An import can be undone for thirty days: views leave it out from then on, and what others said as well stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from doudi.common.errors import InputFault
from doudi.ledgers import api
from doudi.ledgers.models import Entry, Person
from tests.ledgers.cast import DEATHS, DIBAO, POPULATION, TODAY, number, sheet
from tests.ledgers.test_commit import Clerk, on_dibao, villager


@pytest.fixture
def clerk(register):
    return Clerk(register)


def test_what_an_import_brought_is_gone_from_then_on_and_there_before(clerk):
    record = clerk.takes(sheet(POPULATION, [villager(1)]))
    before = clerk.now
    told = clerk.undoes(record)
    assert (told.undone_by, told.undone_at) == ("经办乙", clerk.now)
    assert (
        clerk.sees(POPULATION),
        clerk.people(),
        api.memberships(as_of=TODAY, known_at=clerk.now).num_rows,
    ) == ([], [], 0)
    assert len(clerk.sees(POPULATION, known_at=before)) == 1
    assert (Entry.objects.count(), Person.objects.count()) == (1, 1)
    assert api.imports()[0].undone_at == clerk.now


def test_an_undone_file_can_be_taken_in_again(clerk):
    record = clerk.takes(sheet(POPULATION, [villager(1)]))
    clerk.undoes(record)
    again = clerk.takes(sheet(POPULATION, [villager(1)]))
    assert (again.already, again.new) == (False, 1)
    assert [one["person_id"] for one in clerk.people()] == [1]
    assert Person.objects.count() == 1


def test_an_import_is_undone_once_and_within_thirty_days(clerk):
    record = clerk.takes(sheet(DIBAO, [on_dibao(1)]))
    with pytest.raises(InputFault, match="30 天"):
        api.undo(record.id, by="乙", known_at=clerk.now + timedelta(days=30, seconds=1))
    clerk.undoes(record)
    with pytest.raises(InputFault, match="撤销"):
        clerk.undoes(record)
    with pytest.raises(InputFault, match="没有第 99 号"):
        api.undo(99, by="乙", known_at=clerk.now)


def test_a_later_list_that_said_the_same_goes_on_standing(clerk):
    first = clerk.takes(sheet(POPULATION, [villager(1), villager(2)]), as_of=date(2026, 5, 31))
    clerk.takes(sheet(POPULATION, [villager(2)], name="六月"))
    clerk.undoes(first)
    (row,) = clerk.sees(POPULATION)
    assert (row["person_id"], row["import_id"], row["sheet"], row["row"], row["valid_from"]) == (
        2,
        2,
        "六月",
        2,
        TODAY,
    )
    assert [one["person_id"] for one in clerk.people() if one["household_id"]] == [2]
    assert clerk.sees(POPULATION, date(2026, 6, 1)) == []


def test_a_list_that_came_late_does_not_talk_over_a_later_day(clerk):
    clerk.takes(sheet(DIBAO, [on_dibao(1)]), as_of=date(2026, 4, 30))
    clerk.takes(sheet(DIBAO, [on_dibao(1)], name="六月"))
    clerk.takes(sheet(DIBAO, [on_dibao(1, 60000)]), as_of=date(2026, 5, 31))
    by_day = [clerk.sees(DIBAO, day)[0]["amt_fen"] for day in (date(2026, 5, 1), date(2026, 6, 1), TODAY)]
    assert by_day == [50000, 60000, 50000]


def test_what_happened_is_what_the_last_list_says_that_stands(clerk):
    def died(day: int, name: str = "样某") -> dict[str, object]:
        return {"certno": number(1), "psn_name": name, "death_date": date(2026, 6, day)}

    first = clerk.takes(sheet(DEATHS, [died(5)]))
    second = clerk.takes(sheet(DEATHS, [died(1)]))
    third = clerk.takes(sheet(DEATHS, [died(1)], name="再报"))
    assert third.unchanged == 1
    clerk.undoes(second)
    assert [(one["death_date"], one["import_id"]) for one in clerk.sees(DEATHS)] == [
        (date(2026, 6, 1), third.id)
    ]
    clerk.undoes(third)
    assert [(one["death_date"], one["import_id"]) for one in clerk.sees(DEATHS)] == [
        (date(2026, 6, 5), first.id)
    ]


def test_a_move_is_undone_with_its_import(clerk):
    clerk.takes(sheet(POPULATION, [villager(1, "H1")]), as_of=date(2026, 5, 31))
    record = clerk.takes(sheet(POPULATION, [villager(1, "H2")]), second_household="move")
    assert [one["household_id"] for one in clerk.people()] == [2]
    clerk.undoes(record)
    assert [one["household_id"] for one in clerk.people()] == [1]
