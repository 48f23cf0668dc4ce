"""Every declared kind goes into the register and comes out again, a county's own among them: no code, no migration."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from doudi.access.api import open_keys
from doudi.ledgers import api
from doudi.ledgers.importers import workbook_of
from doudi.ledgers.reading.file import read_file
from doudi.ledgers.reading.result import FileReading
from doudi.ledgers.templates import template
from doudi.policy.ledgers.kind import LedgerKind
from doudi.policy.ledgers.load import kinds
from tests.ledgers.cast import NOW, TODAY
from tests.ledgers.test_templates import KINDS, sensible
from tests.registers import Register

#: A county lies in no other division.
ABOVE = {"parent_admdvs", "parent_name", "successor_admdvs", "successor_name"}
MANUAL = Path(__file__).parents[2] / "docs" / "ledgers.md"


def filled(kind: LedgerKind) -> bytes:
    """The kind's template with one row, as a clerk would fill it in."""
    book = openpyxl.load_workbook(io.BytesIO(template(kind)))
    sheet = book.worksheets[0]
    for at, column in enumerate(kind, start=1):
        sheet.cell(2, at).value = None if column.name in ABOVE else sensible(column)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, kind: LedgerKind) -> FileReading:
    """A workbook read as a kind."""
    return read_file(workbook_of(content, f"{kind.zh}.xlsx"), {kind.name: kind}, as_of=TODAY, kind=kind)


def taken(register: Register, kind: LedgerKind, content: bytes, minutes: int = 1) -> api.ImportRecord:
    """A workbook committed to the register."""
    return api.commit(
        read(content, kind),
        ring=open_keys(register.home / "keys.json"),
        home=register.home,
        original=content,
        by="经办甲",
        known_at=NOW + timedelta(minutes=minutes),
        as_of=TODAY,
    )[0]


def test_a_county_declares_a_kind_in_its_own_folder_and_uses_it_at_once(register: Register) -> None:
    own = register.home / "ledgers.d"
    own.mkdir()
    found = re.search(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    (own / "small_loans.yaml").write_text(found[1], encoding="utf-8")
    kind = kinds(None, own)["small_loans"]
    content = filled(kind)
    record = taken(register, kind, content)
    assert (record.accepted, record.refused, record.new) == (1, 0, 1)
    rows = api.rows(kind, as_of=TODAY, known_at=NOW + timedelta(days=1), ended=True)
    assert rows.num_rows == 1
    assert rows["amount_fen"].to_pylist() == [1200]
    assert rows["lent_on"].to_pylist() == [date(2026, 5, 1)]
    assert "certno" not in rows.column_names
    assert taken(register, kind, content, minutes=2).id == record.id


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_row_of_any_kind_comes_back_as_it_was_read(sqlite_register: Register, name: str) -> None:
    kind = KINDS[name]
    content = filled(kind)
    record = taken(sqlite_register, kind, content)
    assert (record.accepted, record.refused) == (1, 0)
    want = read(content, kind).sheets[0].table
    got = api.rows(kind, as_of=TODAY, known_at=NOW + timedelta(days=1), ended=True)
    assert got.num_rows == 1
    for column in kind:
        if column.sensitivity != "identifying":
            inside = column.column.inside
            assert got[inside].to_pylist() == want[inside].to_pylist(), inside
