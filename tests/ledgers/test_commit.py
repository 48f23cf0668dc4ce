"""A file is taken in whole or not at all, once however often it comes, and says before what it would do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from doudi.access.api import KeyRing, open_keys
from doudi.common.errors import InputFault
from doudi.ledgers import api, originals
from doudi.ledgers.models import Entry, Household, Import, Membership, Person
from doudi.ledgers.reading.result import SheetReading
from tests.ledgers.cast import (
    DEATHS,
    DIBAO,
    KINDS,
    NOW,
    POPULATION,
    TODAY,
    number,
    reading,
    sheet,
)
from tests.registers import Register


class Clerk:
    """Somebody who takes files in, each a day later than the one before."""

    def __init__(self, register: Register) -> None:
        self.home = register.home
        self.ring: KeyRing = open_keys(register.home / "keys.json")
        self.now = NOW

    def takes(
        self, *sheets: SheetReading, salt: str = "", as_of: date = TODAY, **more: Any
    ) -> api.ImportRecord:
        told, content = reading(*sheets, salt=salt)
        self.now += timedelta(minutes=1)
        return api.commit(
            told,
            ring=self.ring,
            home=self.home,
            original=content,
            by="经办甲",
            known_at=self.now,
            as_of=as_of,
            **more,
        )[0]

    def rehearses(self, *sheets: SheetReading, as_of: date = TODAY, **more: Any) -> api.KindRehearsal:
        return api.rehearse(reading(*sheets)[0], ring=self.ring, as_of=as_of, **more).kinds[0]

    def undoes(self, record: api.ImportRecord) -> api.ImportRecord:
        self.now += timedelta(minutes=1)
        return api.undo(record.id, by="经办乙", known_at=self.now)

    def sees(self, kind: Any, as_of: date = TODAY, known_at: datetime | None = None) -> list[dict[str, Any]]:
        return api.rows(kind, as_of=as_of, known_at=known_at or self.now).to_pylist()

    def people(self, as_of: date = TODAY) -> list[dict[str, Any]]:
        return api.persons(KINDS, as_of=as_of, known_at=self.now).to_pylist()


@pytest.fixture
def clerk(register: Register) -> Clerk:
    return Clerk(register)


def villager(serial: int, home: str | None = "H1", **more: Any) -> dict[str, Any]:
    return {
        "certno": number(serial),
        "psn_name": "样某",
        "hh_no": home,
        "relation": "户主",
        "admdvs": "990101001001",
    } | more


def on_dibao(serial: int, amount: int = 50000, **more: Any) -> dict[str, Any]:
    return {
        "certno": number(serial),
        "psn_name": "样某",
        "admdvs": "990101001001",
        "amt": amount,
        "grade": "A",
    } | more


def test_rows_become_persons_households_and_entries(clerk):
    record = clerk.takes(sheet(POPULATION, [villager(1), villager(2, relation="配偶"), villager(3, "H2")]))
    assert (record.rows_in, record.accepted, record.refused, record.left_out) == (4, 3, 0, {"表头": 1})
    assert (record.new, record.unchanged, record.changed) == (3, 0, 0)
    people = clerk.people()
    assert [one["household_id"] for one in people] == [1, 1, 2]
    assert [one["relation"] for one in people] == ["户主", "配偶", "户主"]
    assert {one["division"] for one in people} == {"990101001001"}
    assert people[0]["born"] == date(1970, 1, 1)
    assert [one["sex"] for one in people] == ["1", "2", "1"]
    rows = clerk.sees(POPULATION)
    assert [(one["person_id"], one["hh_no"], one["row"]) for one in rows] == [
        (1, "H1", 2),
        (2, "H1", 3),
        (3, "H2", 4),
    ]
    assert "certno" not in rows[0]
    assert rows[0]["certno__token"] != rows[1]["certno__token"]


def test_what_identifies_is_nowhere_in_the_open(clerk):
    clerk.takes(sheet(POPULATION, [villager(1, addr="样例县样东镇1号")]))
    entry = Entry.objects.get()
    for secret in (number(1), "样某", "样东镇"):
        assert secret not in entry.facts
        assert secret.encode() not in bytes(entry.sealed)
    for file in (clerk.home / originals.FOLDER).iterdir():
        assert number(1).encode() not in file.read_bytes()


def test_the_same_file_again_adds_nothing(clerk):
    first = clerk.takes(sheet(POPULATION, [villager(1)]))
    again = clerk.takes(sheet(POPULATION, [villager(1)]))
    assert (again.id, again.already) == (first.id, True)
    assert (Import.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_later_file_writes_only_what_is_new_or_changed(clerk):
    clerk.takes(sheet(DIBAO, [on_dibao(1), on_dibao(2), on_dibao(3)]), as_of=date(2026, 5, 31))
    later = sheet(DIBAO, [on_dibao(1), on_dibao(2, 60000), on_dibao(4)])
    told = clerk.rehearses(later)
    record = clerk.takes(later)
    assert (told.new, told.unchanged, told.changed, told.missing_from_list, told.ended) == (1, 1, 1, 1, 0)
    assert (record.new, record.unchanged, record.changed, record.missing_from_list) == (1, 1, 1, 1)
    assert Entry.objects.count() == 5
    assert told.changes == [
        api.Change(
            "Sheet1", 3, {"amt_fen": 50000}, {"amt_fen": 60000}, identifying=False, division="990101001001"
        )
    ]
    assert [one["amt_fen"] for one in clerk.sees(DIBAO)] == [50000, 50000, 60000, 50000]
    assert [one["amt_fen"] for one in clerk.sees(DIBAO, date(2026, 6, 1))] == [50000, 50000, 50000]
    assert clerk.sees(DIBAO, date(2026, 5, 30)) == []


def test_a_rehearsal_writes_nothing(clerk):
    clerk.rehearses(sheet(POPULATION, [villager(1)]))
    assert not any(model.objects.exists() for model in (Import, Entry, Person, Household))


def test_a_rehearsal_can_be_committed_as_it_was_told(clerk):
    told, content = reading(sheet(DIBAO, [on_dibao(1)]))
    rehearsal = api.rehearse(told, ring=clerk.ring, as_of=TODAY, sender="民政局", complete=True)
    (record,) = api.commit(
        rehearsal, ring=clerk.ring, home=clerk.home, original=content, by="甲", known_at=NOW
    )
    assert (record.sender, record.complete, record.new) == ("民政局", True, 1)


def test_a_complete_list_ends_what_it_lacks_in_the_divisions_it_speaks_of(clerk):
    elsewhere = on_dibao(9, admdvs="990101002001")
    clerk.takes(sheet(DIBAO, [on_dibao(1), on_dibao(2), elsewhere]), as_of=date(2026, 5, 31))
    record = clerk.takes(sheet(DIBAO, [on_dibao(1)]), complete=True)
    assert (record.ended, record.missing_from_list) == (1, 1)
    assert len(clerk.sees(DIBAO)) == 2
    assert len(clerk.sees(DIBAO, date(2026, 6, 29))) == 3


def test_who_leaves_a_complete_list_of_households_leaves_the_household(clerk):
    clerk.takes(sheet(POPULATION, [villager(1), villager(2)]), as_of=date(2026, 5, 31))
    clerk.takes(sheet(POPULATION, [villager(1)]), complete=True)
    assert [one["household_id"] for one in clerk.people()] == [1, None]
    assert [one["household_id"] for one in clerk.people(date(2026, 6, 1))] == [1, 1]


def test_a_second_household_is_counted_and_the_membership_stays(clerk):
    clerk.takes(sheet(POPULATION, [villager(1, "H1")]), as_of=date(2026, 5, 31))
    moved = sheet(POPULATION, [villager(1, "H2")])
    assert clerk.rehearses(moved).second_household == [("Sheet1", 2)]
    record = clerk.takes(moved)
    assert (record.second_household, record.changed) == (1, 1)
    assert [one["household_id"] for one in clerk.people()] == [1]


def test_a_second_household_moves_the_person_if_that_is_confirmed(clerk):
    clerk.takes(sheet(POPULATION, [villager(1, "H1")]), as_of=date(2026, 5, 31))
    clerk.takes(sheet(POPULATION, [villager(1, "H2")]), second_household="move")
    told = api.memberships(as_of=TODAY, known_at=clerk.now).to_pylist()
    assert [(one["household_id"], one["valid_from"], one["valid_to"], one["why"]) for one in told] == [
        (1, date(2026, 5, 31), TODAY, "listed"),
        (2, TODAY, None, "move"),
    ]


def test_a_second_household_refuses_the_row_if_so_wished(clerk):
    clerk.takes(sheet(POPULATION, [villager(1, "H1")]), as_of=date(2026, 5, 31))
    record = clerk.takes(sheet(POPULATION, [villager(1, "H2"), villager(2, "H2")]), second_household="refuse")
    assert (record.rows_in, record.accepted, record.refused) == (3, 1, 1)
    assert [one["hh_no"] for one in clerk.sees(POPULATION)] == ["H1", "H2"]


def test_one_person_twice_in_a_file_is_a_second_household_too(clerk):
    record = clerk.takes(sheet(POPULATION, [villager(1, "H1"), villager(1, "H2")]))
    assert (record.new, record.second_household) == (2, 1)
    assert Membership.objects.count() == 1
    assert Person.objects.count() == 1


def test_a_row_without_a_usable_number_stands_unlinked(clerk):
    nameless = {"certno": None, "psn_name": "样某", "hh_no": "H1", "relation": "子"}
    record = clerk.takes(sheet(POPULATION, [villager(1), nameless], written={1: "99010119700101000"}))
    assert record.new == 2
    assert [one["person_id"] for one in clerk.sees(POPULATION)] == [1, None]
    again = clerk.takes(sheet(POPULATION, [nameless], written={0: "99010119700101000"}), salt="2")
    assert (again.new, again.unchanged) == (0, 1)
    told = api.link_records(KINDS, ring=clerk.ring, as_of=TODAY, known_at=clerk.now).to_pylist()
    assert [(one["certno"], one["certno_written"], one["relation"]) for one in told] == [
        (number(1), None, "户主"),
        (None, "99010119700101000", "子"),
    ]


def test_an_entry_that_came_before_its_person_is_attached_when_the_person_comes(clerk):
    clerk.takes(sheet(DIBAO, [on_dibao(1), on_dibao(2)]))
    assert [one["person_id"] for one in clerk.sees(DIBAO)] == [None, None]
    before = clerk.now
    clerk.takes(sheet(POPULATION, [villager(1)]))
    assert [one["person_id"] for one in clerk.sees(DIBAO)] == [1, None]
    assert [one["person_id"] for one in clerk.sees(DIBAO, known_at=before)] == [None, None]
    assert [one["how"] for one in api.links(clerk.now).to_pylist()] == ["exact"]


def test_what_happened_once_and_is_told_otherwise_is_corrected(clerk):
    clerk.takes(sheet(DEATHS, [{"certno": number(1), "psn_name": "样某", "death_date": date(2026, 6, 5)}]))
    record = clerk.takes(
        sheet(DEATHS, [{"certno": number(1), "psn_name": "样某", "death_date": date(2026, 6, 1)}])
    )
    assert record.changed == 1
    assert [one["death_date"] for one in clerk.sees(DEATHS)] == [date(2026, 6, 1)]


def test_rows_handed_back_corrected_stand_in_for_those_they_came_from(clerk):
    wrong = {"certno": None, "psn_name": "样某", "amt": 1, "grade": "A"}
    original = sheet(DIBAO, [on_dibao(1), wrong], written={1: "错的"})
    first = clerk.takes(original)
    mended = sheet(DIBAO, [on_dibao(2, 1, admdvs=None)], name="退回")
    marker = api.Marker(first.sha256, {("退回", 2): ("Sheet1", 3)})
    record = clerk.takes(mended, marker=marker)
    assert (record.new, record.changed) == (0, 1)
    assert [(one["amt_fen"], one["row"]) for one in clerk.sees(DIBAO)] == [(50000, 2), (1, 2)]
    assert Entry.objects.get(event="correction").corrects_id == 2
    clerk.undoes(record)
    assert [one["certno__token"] is None for one in clerk.sees(DIBAO)] == [False, True]


def test_rows_handed_back_need_their_file(clerk):
    with pytest.raises(InputFault, match="原文件没有导入"):
        clerk.takes(sheet(DIBAO, [on_dibao(1)]), marker=api.Marker("0" * 64, {}))


def test_tags_follow_the_rows_that_give_them(clerk):
    clerk.takes(sheet(POPULATION, [villager(1)]))
    record = clerk.takes(sheet(DIBAO, [on_dibao(1, until=date(2026, 7, 1)), on_dibao(7)]))

    def told(as_of: date = TODAY) -> list[tuple[Any, ...]]:
        found = api.tags(KINDS, as_of=as_of, known_at=clerk.now).to_pylist()
        return [(one["person_id"], one["tag"], one["level"]) for one in found]

    assert told() == [(1, "低保", "A")]
    assert told(date(2026, 7, 1)) == []
    clerk.undoes(record)
    assert told() == []


def test_rows_whose_last_day_has_passed_are_told_if_asked_for(clerk):
    clerk.takes(sheet(DIBAO, [on_dibao(1, until=date(2026, 7, 1))]))
    assert api.rows(DIBAO, as_of=date(2026, 7, 2), known_at=clerk.now).num_rows == 0
    assert api.rows(DIBAO, as_of=date(2026, 7, 2), known_at=clerk.now, ended=True).num_rows == 1


def test_several_sheets_of_one_kind_are_one_import(clerk):
    record = clerk.takes(sheet(DIBAO, [on_dibao(1)], name="东村"), sheet(DIBAO, [on_dibao(2)], name="西村"))
    assert (record.rows_in, record.new, [one["name"] for one in record.sheets]) == (4, 2, ["东村", "西村"])
    assert [one["sheet"] for one in clerk.sees(DIBAO)] == ["东村", "西村"]


def test_the_file_itself_is_kept_and_comes_back(clerk):
    _, content = reading(sheet(DIBAO, [on_dibao(1)]))
    record = clerk.takes(sheet(DIBAO, [on_dibao(1)]))
    assert api.original(record.id, ring=clerk.ring, home=clerk.home) == content
    clerk.ring.rotate()
    assert api.reseal_originals(clerk.ring, home=clerk.home) == 1
    assert api.reseal_originals(clerk.ring, home=clerk.home) == 0
    assert api.original(record.id, ring=clerk.ring, home=clerk.home) == content


def test_a_file_that_changed_since_it_was_read_is_refused(clerk):
    told, _ = reading(sheet(DIBAO, [on_dibao(1)]))
    with pytest.raises(InputFault, match="变了"):
        api.commit(told, ring=clerk.ring, home=clerk.home, original=b"x", by="甲", known_at=NOW, as_of=TODAY)
    assert not Import.objects.exists()


def test_a_file_of_no_kind_is_refused(clerk):
    told, content = reading(replace(sheet(DIBAO, [on_dibao(1)]), kind=None))
    with pytest.raises(InputFault, match="哪种台账"):
        api.commit(
            told, ring=clerk.ring, home=clerk.home, original=content, by="甲", known_at=NOW, as_of=TODAY
        )


def test_a_senders_headers_are_remembered_until_the_import_is_undone(clerk):
    record = clerk.takes(sheet(DIBAO, [on_dibao(1)]), sender="民政局")
    assert api.remembered("民政局")["dibao"]["列amt"] == "amt"
    assert api.remembered("别处") == {}
    clerk.undoes(record)
    assert api.remembered("民政局") == {}


def test_a_row_that_is_empty_in_every_column_of_a_sort_keeps_its_place() -> None:
    from doudi.ledgers.canonical import objects

    parts = {"memo": pa.array(["x", None, None]), "tel": pa.array([None, None, "1"])}
    assert objects(parts, 3).to_pylist() == ['{"memo":"x"}', "{}", '{"tel":"1"}']
    assert objects({"memo": pa.array([None, "x"])}, 2).to_pylist() == ["{}", '{"memo":"x"}']
