"""The record of who looked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from doudi.access.api import Gate, Subject, Viewer, openings, record_opening
from doudi.access.models import Opening
from doudi.common.errors import InputFault
from tests.access import county as c
from tests.registers import Register

STANDING = c.county().on(c.NOW)
CLERK = Gate(Viewer("clerk", "township", (c.EAST,)), STANDING)
AUDIT = Viewer("watcher", "audit")
PERSON = Subject("person", 12, c.ONE)
DAY = timedelta(days=1)


def test_an_opening_is_on_record_with_who_whose_what_and_why(register: Register) -> None:
    shown = record_opening(CLERK, PERSON, reason="入户核查", revealed=["psn_name", "tel"], at=c.KNOWN)
    assert shown == {"psn_name", "tel"}
    assert openings(AUDIT, c.KNOWN, c.KNOWN + DAY).to_pylist() == [
        {
            "at": c.KNOWN,
            "viewer": "clerk",
            "role": "township",
            "subject": "person",
            "subject_id": 12,
            "division": c.ONE,
            "reason": "入户核查",
            "revealed": ["psn_name", "tel"],
            "allowed": True,
        }
    ]


def test_a_refused_attempt_is_on_record_too(register: Register) -> None:
    with pytest.raises(InputFault, match="已记录"):
        record_opening(CLERK, Subject("person", 13, c.FAR + "9"), reason="看看", revealed=["tel"], at=c.KNOWN)
    assert openings(AUDIT, c.KNOWN, c.KNOWN + DAY)["allowed"].to_pylist() == [False]


@pytest.mark.parametrize("reason", ["", "  ", "核查990101199001011234", "来电13800001234"])
def test_a_reason_is_needed_and_names_no_number(register: Register, reason: str) -> None:
    with pytest.raises(InputFault, match="事由"):
        record_opening(CLERK, PERSON, reason=reason, revealed=[], at=c.KNOWN)
    assert not Opening.objects.exists()


@pytest.mark.parametrize("role", ["system", "security", "steward", "leader", "bureau"])
def test_the_audit_administrator_alone_reads_the_record(role: str) -> None:
    with pytest.raises(InputFault, match="访问记录"):
        openings(Viewer("v", role, ("*",)), c.KNOWN, c.KNOWN + DAY)  # type: ignore[arg-type]


def test_the_database_lets_nobody_change_a_row(register: Register) -> None:
    record_opening(CLERK, PERSON, reason="入户核查", revealed=["tel"], at=c.KNOWN)
    with pytest.raises(DatabaseError), transaction.atomic():
        Opening.objects.update(viewer="somebody else")
    with pytest.raises(DatabaseError), transaction.atomic():
        Opening.objects.all().delete()
    assert openings(AUDIT, c.KNOWN, c.KNOWN + DAY)["viewer"].to_pylist() == ["clerk"]


def test_a_row_past_its_day_may_go(register: Register) -> None:
    old = c.KNOWN.replace(year=1990)
    record_opening(CLERK, PERSON, reason="入户核查", revealed=["tel"], at=old)
    assert Opening.objects.get().keep_until == date(2000, 6, 30)
    Opening.objects.all().delete()
    assert not Opening.objects.exists()
