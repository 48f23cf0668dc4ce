"""What identifies a person stands sealed in the register and nowhere else: no log, no fault, no printed row.

One person is planted, with every identifying value a ledger holds, once in the right columns and once in the wrong
ones, and goes through reading, rehearsal, commit and undo.
"""

from __future__ import annotations

import csv
import io
import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from doudi.access.api import open_keys
from doudi.common.errors import DoudiError
from doudi.common.identifiers import sample_id_number
from doudi.ledgers import api
from doudi.ledgers.importers import workbook_of
from doudi.ledgers.models import Entry, Person
from doudi.ledgers.reading import read_file
from doudi.policy.ledgers.load import kinds
from tests.access import county as c
from tests.registers import Register

ID = sample_id_number(date(1971, 3, 7), 77)
NAME, PHONE, ACCOUNT, ADDRESS = "样奇特", "13899997777", "6217009977553311002", "样东镇东风村奇特巷7号"
PLANTED = (ID, NAME, PHONE, ACCOUNT, "奇特巷7号")
RIGHT = {
    "身份证号": ID,
    "姓名": NAME,
    "联系电话": PHONE,
    "银行账号": ACCOUNT,
    "家庭住址": ADDRESS,
    "性别": "男",
}
WRONG = {"身份证号": PHONE, "姓名": NAME, "联系电话": NAME, "银行账号": ADDRESS, "家庭住址": ID, "性别": ID}
DAMAGED = {
    "身份证号": ID[:-1] + "9",
    "姓名": NAME,
    "联系电话": PHONE + "00",
    "银行账号": "",
    "家庭住址": "",
    "性别": NAME,
}
KINDS = kinds()


def sheet(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(RIGHT))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def taken(register: Register, content: bytes) -> tuple[Any, ...]:
    """Read, rehearse and commit a list of the people on dibao."""
    ring = open_keys(register.home / "keys.json")
    reading = read_file(workbook_of(content, "名单.csv"), KINDS, as_of=c.NOW, kind="dibao")
    rehearsal = api.rehearse(reading, ring=ring, as_of=c.NOW, sender="民政局")
    return api.commit(
        rehearsal, ring=ring, home=register.home, original=content, by="clerk", known_at=c.KNOWN
    )


def holding(told: str) -> list[str]:
    return [value for value in PLANTED if value in told]


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that any logger says, however small."""
    with caplog.at_level(logging.NOTSET):
        for name in ("django", "django.db.backends", "django.db.backends.schema"):
            caplog.set_level(logging.NOTSET, logger=name)
        yield caplog


def test_nothing_is_logged_or_printed_from_reading_to_undo(
    register: Register, said: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    made = taken(register, sheet(RIGHT, WRONG, DAMAGED))
    assert made[0].accepted >= 1
    api.undo(made[0].id, by="clerk", known_at=c.KNOWN + timedelta(days=1))
    out, err = capfd.readouterr()
    assert holding(said.text + out + err) == []
    assert holding(repr(made)) == []


def test_no_file_of_the_register_holds_it_in_the_clear(sqlite_register: Register) -> None:
    taken(sqlite_register, sheet(RIGHT, DAMAGED))
    files = [file for file in sqlite_register.home.rglob("*") if file.is_file()]
    assert {"register.sqlite3", "keys.json"} < {file.name for file in files}
    for file in files:
        assert [value for value in PLANTED if value.encode() in file.read_bytes()] == [], file.name


def test_no_column_of_the_register_holds_it_in_the_clear(register: Register) -> None:
    taken(register, sheet(RIGHT, WRONG, DAMAGED))
    assert Entry.objects.exists()
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            assert holding(" ".join(plain(value) for value in row)) == [], model._meta.label


def plain(value: object) -> str:
    return value.tobytes().decode("utf-8", "replace") if isinstance(value, memoryview) else str(value)


def test_what_was_taken_in_is_there_all_the_same(register: Register) -> None:
    """The three tests above would hold for an empty register."""
    made = taken(register, sheet(RIGHT))
    ring = open_keys(register.home / "keys.json")
    assert holding(api.original(made[0].id, ring=ring, home=register.home).decode()) == list(PLANTED)
    entry = Entry.objects.get()
    assert holding(ring.unseal(entry.sealed).decode()) == list(PLANTED)


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_no_row_tells_its_content_when_printed(model: type[models.Model]) -> None:
    texts = (models.CharField, models.TextField, models.JSONField)
    row = model(**{field.name: ID for field in model._meta.concrete_fields if isinstance(field, texts)})
    if not isinstance(model._meta.pk, models.CharField):
        assert holding(f"{row!r} {row} {[row]}") == []


def twice() -> None:
    """Two people with one number."""
    same: dict[str, Any] = {"digest": ID.encode()[:16], "keep_until": c.NOW, "source_id": 1}
    Person.objects.bulk_create([Person(id=1, **same), Person(id=2, **same)])


def half_said() -> None:
    """An entry that lacks what it must have."""
    Entry.objects.bulk_create([Entry(id=1, facts=ID, sheet=NAME, kind=PHONE)])


def too_long() -> None:
    """Texts beyond what the columns take."""
    Entry.objects.bulk_create([Entry(id=1, facts=ID, sheet=NAME * 100, kind=PHONE)])


@pytest.mark.parametrize("do", [twice, half_said, too_long])
def test_no_refusal_of_the_database_tells_it(register: Register, do: Callable[[], None]) -> None:
    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        do()
    told = "".join(traceback.format_exception(raised.value))
    assert holding(told) == []
    assert ID[:16] not in told
    assert ID[:16].encode().hex() not in told


@pytest.mark.parametrize(
    "content",
    [
        f"{ID},{NAME}\n{PHONE},{ACCOUNT}\n".encode(),
        f"身份证号,姓名\n{ID}\n".encode() + b"\xff\xfe\x00",
        f"<table><tr><td>{ID}<td>{NAME}</table>".encode(),
        b"PK\x03\x04" + ID.encode(),
        b"%PDF-1.7 " + ID.encode(),
    ],
    ids=["no header", "broken text", "html", "broken zip", "pdf"],
)
def test_no_fault_of_a_file_tells_it(register: Register, content: bytes) -> None:
    told = ""
    try:
        taken(register, content)
    except DoudiError as fault:
        told = str(fault.to_dict()) + "".join(traceback.format_exception(fault))
    assert holding(told) == []


def test_the_connection_keeps_no_statements(register: Register) -> None:
    taken(register, sheet(RIGHT))
    assert connection.queries == []
