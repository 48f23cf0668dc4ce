"""Decisions made by hand: corrections, memberships, tags, links and merges; each can be taken back and stays on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from doudi.common.errors import InputFault
from doudi.ledgers import api
from doudi.ledgers.models import Entry, Link
from tests.ledgers.cast import DIBAO, KINDS, POPULATION, TODAY, number, sheet
from tests.ledgers.test_commit import Clerk, on_dibao, villager


@pytest.fixture
def clerk(register):
    return Clerk(register)


def later(clerk: Clerk) -> dict[str, Any]:
    clerk.now += timedelta(minutes=1)
    return {"by": "丙", "known_at": clerk.now}


def verdict(entry: int, person: int, said: str, weight: int = 900) -> pa.Table:
    return pa.table(
        {"entry_id": [entry], "person_id": [person], "verdict": [said], "weight": [weight], "how": ["姓名"]}
    )


def people_of(clerk: Clerk) -> list[int | None]:
    return [one["person_id"] for one in clerk.sees(DIBAO)]


def test_a_correction_stands_in_for_its_entry_and_both_stay(clerk):
    clerk.takes(sheet(DIBAO, [on_dibao(1)]))
    before = clerk.now
    made = api.record_correction(
        1, DIBAO, {"amt_fen": 70000}, ring=clerk.ring, why="重复录入", **later(clerk)
    )
    assert [(one["entry_id"], one["amt_fen"]) for one in clerk.sees(DIBAO)] == [(made, 70000)]
    assert [one["amt_fen"] for one in clerk.sees(DIBAO, known_at=before)] == [50000]
    again = api.record_correction(1, DIBAO, {"amt_fen": 80000}, ring=clerk.ring, why="再核", **later(clerk))
    assert [(one["entry_id"], one["amt_fen"]) for one in clerk.sees(DIBAO)] == [(again, 80000)]
    assert Entry.objects.count() == 3


def test_a_corrected_number_leads_to_its_person(clerk):
    clerk.takes(sheet(POPULATION, [villager(1), villager(2)]))
    clerk.takes(sheet(DIBAO, [on_dibao(1)]))
    api.record_correction(3, DIBAO, {"certno": number(2)}, ring=clerk.ring, why="号码写错", **later(clerk))
    assert people_of(clerk) == [2]


def test_an_undone_correction_gives_way_to_its_entry(clerk):
    clerk.takes(sheet(DIBAO, [on_dibao(1)]))
    api.record_correction(1, DIBAO, {"amt_fen": 70000}, ring=clerk.ring, why="", **later(clerk))
    api.undo(2, **later(clerk))
    assert [one["amt_fen"] for one in clerk.sees(DIBAO)] == [50000]


def test_a_correction_of_no_column_is_refused(clerk):
    clerk.takes(sheet(DIBAO, [on_dibao(1)]))
    with pytest.raises(InputFault, match="没有这些列"):
        api.record_correction(1, DIBAO, {"amount": 1}, ring=clerk.ring, why="", **later(clerk))


def test_an_end_by_hand_ends_from_its_day_on(clerk):
    clerk.takes(sheet(DIBAO, [on_dibao(1)]))
    api.record_end(1, DIBAO, on=date(2026, 7, 5), why="停发", **later(clerk))
    assert len(clerk.sees(DIBAO, date(2026, 7, 4))) == 1
    assert clerk.sees(DIBAO, date(2026, 7, 5)) == []
    with pytest.raises(InputFault, match="早于"):
        api.record_end(1, DIBAO, on=date(2026, 1, 1), why="", **later(clerk))


def test_a_membership_by_hand_ends_the_one_before(clerk):
    clerk.takes(sheet(POPULATION, [villager(1, "H1"), villager(2, "H2")]))
    api.record_membership(1, 2, relation="儿媳", why="marriage", valid_from=date(2026, 7, 1), **later(clerk))
    assert [one["household_id"] for one in clerk.people(date(2026, 7, 1))] == [2, 2]
    api.record_membership(1, None, why="death", valid_from=date(2026, 7, 9), **later(clerk))
    assert [one["household_id"] for one in clerk.people(date(2026, 7, 9))] == [None, 2]
    told = api.memberships(as_of=date(2026, 8, 1), known_at=clerk.now).to_pylist()
    assert [(one["person_id"], one["household_id"], one["valid_to"]) for one in told] == [
        (1, 1, date(2026, 7, 1)),
        (1, 2, date(2026, 7, 9)),
        (2, 2, None),
    ]
    with pytest.raises(InputFault, match="变动原因"):
        api.record_membership(1, 1, why="因故", valid_from=TODAY, **later(clerk))
    with pytest.raises(InputFault, match="没有第 99 号户"):
        api.record_membership(1, 99, why="move", valid_from=TODAY, **later(clerk))


def test_a_tag_by_hand_holds_until_it_is_taken_away(clerk):
    clerk.takes(sheet(POPULATION, [villager(1)]))
    api.record_tag("优抚", person_id=1, valid_from=TODAY, document="民发〔2026〕1号", **later(clerk))
    api.record_tag("优抚", person_id=1, valid_from=date(2026, 7, 9), ended=True, **later(clerk))
    for day, number_of in ((TODAY, 1), (date(2026, 7, 8), 1), (date(2026, 7, 9), 0)):
        assert api.tags(KINDS, as_of=day, known_at=clerk.now).num_rows == number_of
    with pytest.raises(InputFault, match="其一"):
        api.record_tag("优抚", valid_from=TODAY, **later(clerk))


def test_the_newest_verdict_on_an_entry_and_a_person_counts(clerk):
    clerk.takes(sheet(POPULATION, [villager(1), villager(2)]))
    clerk.takes(sheet(DIBAO, [{"psn_name": "样某", "amt": 1}]))
    assert people_of(clerk) == [None]
    api.record_links(verdict(3, 1, "queued"), **later(clerk))
    assert people_of(clerk) == [None]
    (first,) = api.record_links(verdict(3, 1, "same"), **later(clerk))
    assert people_of(clerk) == [1]
    (second,) = api.record_links(verdict(3, 2, "same"), **later(clerk))
    assert people_of(clerk) == [2]
    api.undo_link(second, **later(clerk))
    assert people_of(clerk) == [1]
    api.record_links(verdict(3, 1, "different"), **later(clerk))
    assert people_of(clerk) == [None]
    assert [(one["person_id"], one["verdict"]) for one in api.links(clerk.now).to_pylist()] == [
        (1, "different")
    ]
    assert Link.objects.count() == 4
    with pytest.raises(InputFault, match="已撤销"):
        api.undo_link(second, **later(clerk))
    assert api.links(clerk.now).to_pylist()[0]["link_id"] != first
    with pytest.raises(InputFault, match="判断"):
        api.record_links(verdict(3, 1, "maybe"), **later(clerk))


def test_a_number_that_is_somebody_elses_is_denied(clerk):
    clerk.takes(sheet(POPULATION, [villager(1)]))
    clerk.takes(sheet(DIBAO, [on_dibao(1)]))
    assert people_of(clerk) == [1]
    api.record_links(verdict(2, 1, "different"), **later(clerk))
    assert people_of(clerk) == [None]


def test_a_merge_speaks_of_the_one_who_is_kept_until_it_is_undone(clerk):
    clerk.takes(sheet(POPULATION, [villager(1, "H1"), villager(2, "H2")]))
    clerk.takes(sheet(DIBAO, [on_dibao(1), on_dibao(2)]))
    merge = api.record_merge(1, 2, why="同一人两个号", **later(clerk))
    assert people_of(clerk) == [1, 1]
    assert [(one["merged_into"], one["household_id"]) for one in clerk.people()] == [(None, 2), (1, None)]
    assert api.find_person(clerk.ring, number(2), known_at=clerk.now) == 1
    with pytest.raises(InputFault, match="已并入"):
        api.record_merge(1, 2, why="", **later(clerk))
    with pytest.raises(InputFault, match="圈"):
        api.record_merge(2, 1, why="", **later(clerk))
    api.undo_merge(merge, **later(clerk))
    assert people_of(clerk) == [1, 2]
    assert api.merges(clerk.now).num_rows == 0


def test_a_person_is_found_by_number_while_anybody_speaks_of_them(clerk):
    record = clerk.takes(sheet(POPULATION, [villager(1), villager(2)]))
    dibao = clerk.takes(sheet(DIBAO, [on_dibao(2)]))
    assert api.find_person(clerk.ring, number(1).lower(), known_at=clerk.now) == 1
    assert api.find_person(clerk.ring, number(5), known_at=clerk.now) is None
    assert api.find_person(clerk.ring, "不是号码", known_at=clerk.now) is None
    clerk.undoes(record)
    assert api.find_person(clerk.ring, number(1), known_at=clerk.now) is None
    assert api.find_person(clerk.ring, number(2), known_at=clerk.now) == 2
    assert [one["person_id"] for one in clerk.people()] == [2]
    clerk.undoes(dibao)
    assert clerk.people() == []
    clerk.takes(sheet(POPULATION, [villager(1)]), salt="anew")
    assert [one["person_id"] for one in clerk.people()] == [1]


def test_a_history_tells_dated_entries_with_their_sources_masked(clerk):
    clerk.takes(sheet(POPULATION, [villager(1, since=date(2020, 1, 1))]), sender="公安局")
    record = clerk.takes(sheet(DIBAO, [on_dibao(1)]))
    api.record_correction(2, DIBAO, {"amt_fen": 70000}, ring=clerk.ring, why="核实", **later(clerk))
    clerk.undoes(record)
    told = api.history(KINDS, person_id=1, ring=clerk.ring, known_at=clerk.now)
    assert [(one.on, one.what, one.title, one.standing) for one in told] == [
        (date(2020, 1, 1), "户籍关系", "家庭成员", True),
        (date(2020, 1, 1), "记载", "population", True),
        (TODAY, "记载", "dibao", False),
        (TODAY, "更正", "dibao", True),
    ]
    assert told[1].source == "名单.xlsx，工作表“Sheet1”第 2 行（公安局）"
    assert told[3].source == "丙 人工登记"
    assert told[3].values["amt"] == "700.00"
    assert told[1].values["certno"].startswith("990101********")
    assert "样某" not in str(told)
    assert "certno" not in api.history(KINDS, person_id=1, known_at=clerk.now)[1].values
    open_told = api.history(KINDS, person_id=1, ring=clerk.ring, revealed=True, known_at=clerk.now)
    assert open_told[1].values["certno"] == number(1)


def test_a_households_history_tells_its_members_and_tags(clerk):
    clerk.takes(sheet(POPULATION, [villager(1), villager(2)]))
    api.record_tag("脱贫户", household_id=1, valid_from=TODAY, **later(clerk))
    told = api.history(KINDS, household_id=1, known_at=clerk.now)
    assert sorted(one.what for one in told) == ["户籍关系", "户籍关系", "标签", "记载", "记载"]


def test_a_link_brings_an_entry_into_a_history_and_a_merge_is_told(clerk):
    clerk.takes(sheet(POPULATION, [villager(1), villager(2)]))
    clerk.takes(sheet(DIBAO, [{"psn_name": "样某", "amt": 1}]))
    api.record_links(verdict(3, 1, "same"), **later(clerk))
    api.record_merge(2, 1, why="同一人", **later(clerk))
    told = api.history(KINDS, person_id=2, known_at=clerk.now)
    assert [one.title for one in told if one.entry == 3] == ["dibao"]
    assert [one.values["理由"] for one in told if one.what == "合并"] == ["同一人"]
