"""Good files with something broken in them, by seed: bytes of the file, bytes of a part, its numbers, its tags.

Run as a program it reads each in turn and prints what became of it, so that a crash of the process is seen too.
"""

from __future__ import annotations

import json
import random
import re
import resource
import shutil
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from doudi.common.errors import DoudiError
from doudi.ledgers.importers import Workbook, workbook_of
from doudi.ledgers.returning import marker_of, return_workbook
from tests.ledgers.importers.files_made import GOOD, parts_of, zipped
from tests.ledgers.returning.readings import reading_of

PERSONAL = ("99010", "样一", "样二", "样三")
"""What stands in cells of every file and must not be in a message."""
MEMORY = 6 << 30
_NUMBERS = (b"0", b"-1", b"1", b"65535", b"65536", b"1048577", b"4294967295", b"9" * 20, b"1e400", b"")
_WORDS = (
    b"<",
    b"&",
    b'"',
    b"&#x0;",
    b"&amp;",
    b"<![CDATA[",
    b"-->",
    b"</row>",
    b"<c/>",
    b"\xff\xfe",
    b"\0",
    b"\r\n",
    b"\x81",
)


@cache
def _good(name: str) -> bytes:
    return GOOD[name]()


def broken(seed: int) -> tuple[str, bytes]:
    """The format and bytes of one broken file; the same seed gives the same file."""
    draw = random.Random(seed)
    name = draw.choice(sorted(GOOD))
    data = _good(name)
    if name in ("openpyxl", "xlsxwriter", "ods") and draw.random() < 0.75:
        parts = parts_of(data)
        part = draw.choice(sorted(parts))
        parts[part] = _mutated(parts[part], draw)
        if draw.random() < 0.1:
            del parts[part]
        return name, zipped(parts)
    return name, _mutated(data, draw)


def _mutated(data: bytes, draw: random.Random) -> bytes:
    gentle = (_flip, _flip, _number, _field)
    ways = gentle if draw.random() < 0.6 else (*gentle, _cut, _repeat, _word, _swap)
    for _ in range(draw.choice((1, 1, 2, 5, 20))):
        data = draw.choice(ways)(data, draw)
    return data


def _flip(data: bytes, draw: random.Random) -> bytes:
    if not data:
        return data
    at = draw.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]


def _cut(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + (b"" if draw.random() < 0.5 else data[at + draw.randrange(64) :])


def _repeat(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + data[at : at + draw.randrange(1, 200)] * draw.choice((2, 3, 50)) + data[at:]


def _number(data: bytes, draw: random.Random) -> bytes:
    found = list(re.finditer(rb"[0-9]+", data))
    if not found:
        return data
    one = draw.choice(found)
    return data[: one.start()] + draw.choice(_NUMBERS) + data[one.end() :]


def _word(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + draw.choice(_WORDS) + data[at:]


def _swap(data: bytes, draw: random.Random) -> bytes:
    a, b = sorted((draw.randrange(len(data) + 1), draw.randrange(len(data) + 1)))
    return data[:a] + data[b:] + data[a:b]


def _field(data: bytes, draw: random.Random) -> bytes:
    if len(data) < 8:
        return data
    at = draw.randrange(len(data) - 4)
    return (
        data[:at]
        + draw.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\1\0\0\0"))
        + data[at + 4 :]
    )


def became(data: bytes, back: Path | None = None) -> str:
    """What reading ends in: `read`, or a fault's first words; anything else is our mistake and passes through."""
    try:
        workbook = workbook_of(data, "样例")
    except DoudiError as fault:
        told = f"{fault} {fault.__cause__ or ''}"
        return (
            f"quoted {told}" if any(said in told for said in PERSONAL) else f"refused {type(fault).__name__}"
        )
    assert all(len(cells) == sheet.rows for sheet in workbook.sheets for cells in sheet.cells)
    return "returned" if back and _comes_back(data, workbook, back) else "read"


def _comes_back(data: bytes, workbook: Workbook, out: Path) -> bool:
    """What could be read can be handed back, and is then read and known again."""
    if not workbook.sheets or sum(sheet.rows * len(sheet.cells) for sheet in workbook.sheets) > 100_000:
        return False
    return_workbook(data, reading_of(workbook, [(3, 1), (4, 3)]), out)
    again = workbook_of(out.read_bytes(), "样例")
    marker = marker_of(again)
    assert marker is None or marker.sha256 == workbook.sha256
    return marker is not None


def main(first: int, last: int) -> None:
    """Read the broken files of a range of seeds; one line of JSON each, written before the next is begun."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    back = Path(tempfile.mkdtemp()) / "back.xlsx"
    for seed in range(first, last):
        name, data = broken(seed)
        sys.stdout.write(json.dumps({"seed": seed, "format": name}))
        sys.stdout.flush()
        start = time.perf_counter()
        ended = became(data, back)
        sys.stdout.write(
            json.dumps({"ended": ended, "seconds": round(time.perf_counter() - start, 2)}) + "\n"
        )
        sys.stdout.flush()
    shutil.rmtree(back.parent)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
