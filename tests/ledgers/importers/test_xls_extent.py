"""An old workbook that says it is, or reaches, larger than any can be is refused before room is made for it."""

from __future__ import annotations

import struct

import pytest

from doudi.common.errors import InputFault
from doudi.ledgers.importers import workbook_of
from tests.ledgers.importers.files_made import GOOD


def patched(kind: int, size: int, at: int, value: bytes) -> bytes:
    """A good file with bytes of its first record of a kind changed."""
    data = bytearray(GOOD["xls"]())
    where = data.index(struct.pack("<HH", kind, size)) + 4 + at
    data[where : where + len(value)] = value
    return bytes(data)


@pytest.mark.parametrize(
    ("kind", "size", "at", "value"),
    [
        (0x200, 14, 4, b"\xff\xff\xff\xff"),  # rows of the sheet
        (0x200, 14, 10, b"\xff\xff"),  # columns of the sheet
        (0x200, 14, 8, b"\xff\x00"),  # the first column after the last
        (0xFD, 10, 2, b"\xff\xff"),  # the column of a text cell
    ],
)
def test_an_impossible_extent_is_refused(kind: int, size: int, at: int, value: bytes) -> None:
    with pytest.raises(InputFault):
        workbook_of(patched(kind, size, at, value), "名单.xls")


def test_the_same_file_unchanged_is_read() -> None:
    assert workbook_of(GOOD["xls"](), "名单.xls").sheets
