"""The records of old workbooks: the shared strings are measured wherever they are cut."""

from __future__ import annotations

import io
import random

import pytest
import xlwt

from doudi.ledgers.importers.ole import MAGIC, BrokenFile, Compound
from doudi.ledgers.importers.xls import string_lengths
from tests.ledgers.importers.files_made import as_xls


def _strings(stream: bytes) -> list[bytes]:
    """The record of shared strings and those that continue it."""
    parts: list[bytes] = []
    at, last = 0, 0
    while at + 4 <= len(stream):
        kind, size = (
            int.from_bytes(stream[at : at + 2], "little"),
            int.from_bytes(stream[at + 2 : at + 4], "little"),
        )
        if kind == 0xFC or (kind == 0x3C and last == 0xFC):
            parts.append(stream[at + 4 : at + 4 + size])
        last = kind if kind != 0x3C else last
        at += 4 + size
    return parts


@pytest.mark.parametrize("seed", range(4))
def test_every_shared_string_is_measured_wherever_it_is_cut(seed: int) -> None:
    draw = random.Random(seed)
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    texts = [
        "".join(draw.choices("ab样字", k=draw.choice((0, 1, 30, 4000, 9000)))) + str(i) for i in range(60)
    ]
    for row, text in enumerate(texts):
        sheet.write(row, 0, text)
    out = io.BytesIO()
    book.save(out)
    stream = Compound(out.getvalue()).stream("workbook")
    assert stream is not None
    parts = _strings(stream)
    assert len(parts) > 3
    assert string_lengths(parts) == [len(text) for text in texts]


def test_strings_that_break_off_are_measured_as_far_as_they_go() -> None:
    assert string_lengths([]) == []
    assert string_lengths([b"\0" * 8 + b"\5\0\0ab"]) == [5]


def test_a_compound_file_gives_its_streams_by_name() -> None:
    file = Compound(as_xls())
    assert "workbook" in file.names
    assert file.stream("nothing") is None


@pytest.mark.parametrize("data", [b"", MAGIC, MAGIC + b"\0" * 600, b"PK\3\4" + b"\0" * 600])
def test_what_is_no_compound_file_is_told(data: bytes) -> None:
    with pytest.raises(BrokenFile):
        Compound(data)
