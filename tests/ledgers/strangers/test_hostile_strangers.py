"""What a stranger sends by mistake or on purpose: refused with a message that names no cell, or read as plain text."""

from __future__ import annotations

import pytest

from doudi.common.errors import InputFault
from doudi.ledgers.importers import workbook_of
from doudi.ledgers.reading import read_file
from tests.ledgers.strangers.judged import AS_OF
from tests.ledgers.strangers.page import Page
from tests.ledgers.strangers.people import people, person
from tests.ledgers.strangers.written import exported, repacked, xlsx


def _page() -> Page:
    page = Page("低保", "dibao")
    page.head("姓名", "身份证号", "月保障金额", "备注")
    for one in people(20):
        page.put([one.name, one.certno, 500, None])
    return page


REFUSED = {
    "macro": lambda: repacked(xlsx(_page()), xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0"),
    "external link": lambda: repacked(
        xlsx(_page()), xl__externalLinks__externalLink1_dot_xml=b"<externalLink/>"
    ),
    "query": lambda: repacked(exported(_page()), xl__connections_dot_xml=b"<connections/>"),
    "cut short": lambda: xlsx(_page())[:3000],
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(200),
    "letter": lambda: b"%PDF-1.7\n" + bytes(200),
    "nothing": lambda: b"",
    "mail in mail": lambda: (
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a0\n\n"
        + b"".join(
            b"--a%d\nContent-Type: multipart/mixed; boundary=a%d\n\n" % (i, i + 1) for i in range(3000)
        )
    ),
    "mail without a table": lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n\n<p>no</p>",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_used_is_refused_and_the_message_repeats_no_cell(what: str) -> None:
    with pytest.raises(InputFault) as told:
        workbook_of(REFUSED[what](), "低保.xlsx")
    said = str(told.value)
    assert "低保.xlsx" in said
    assert not any(one.certno in said or one.name in said for one in people(20))


def test_text_that_would_be_a_formula_stays_text(kinds) -> None:
    page = Page("低保", "dibao")
    page.head("姓名", "身份证号", "月保障金额", "备注")
    one = person(3)
    page.lines.append([one.name, one.certno, 500, None])
    data = exported(page)
    data = (
        exported(Page("低保", "dibao", [*page.lines[:1], [one.name, one.certno, 500, "=cmd|' /C calc'!A0"]]))
        if data
        else data
    )
    sheet = read_file(workbook_of(data, "低保.xlsx"), kinds, as_of=AS_OF).sheets[0]
    assert sheet.table["memo"].to_pylist() == ["=cmd|' /C calc'!A0"]
