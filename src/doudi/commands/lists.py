"""Lists written as CSV for spreadsheet programs: whole or not at all, and no cell that would start a formula.

Knows nothing of what a list says.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from doudi.facts.edges import replaced

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def write_list(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a list where spreadsheet programs read it as it is."""
    with replaced(path) as beside, beside.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns)
        out.writerows([plain(cell) for cell in row] for row in rows)


def plain(cell: object) -> object:
    """The cell with an apostrophe before it where a spreadsheet program would work it out; a number stays one."""
    if isinstance(cell, str) and cell.startswith(_STARTS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
