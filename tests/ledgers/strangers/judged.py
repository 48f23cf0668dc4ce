"""A stranger's workbook, read by the product and held against its truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from doudi.ledgers.importers import workbook_of
from doudi.ledgers.reading import read_file
from doudi.ledgers.reading.result import ROW, FileReading, SheetReading
from doudi.policy.ledgers.kind import LedgerKind
from tests.ledgers.strangers.page import Page

AS_OF = date(2026, 6, 30)

TOWNS = {"样东镇": "990101101", "样西镇": "990101102", "样南乡": "990101203"}
VILLAGE_CODES = {"上河村": "201", "下河村": "202", "柳树村": "203", "石桥村": "204"}


class Somewhere:
    """A register of divisions in which every township has villages of the same four names."""

    def resolve(
        self, names: pa.Array, *, as_of: date, within: pa.Array | None = None, level: Any = None
    ) -> pa.Array:
        """Codes; a village of nobody knows which township is not found."""
        del as_of
        inside = within.to_pylist() if within is not None else [None] * len(names)
        return pa.array(
            [self._one(*each, level) for each in zip(names.to_pylist(), inside, strict=True)], pa.string()
        )

    def _one(self, name: str | None, within: str | None, level: Any) -> str | None:
        if name in TOWNS and level in (None, "township"):
            return TOWNS[name]
        town = TOWNS.get(within or "", within if within in TOWNS.values() else None)
        return town + VILLAGE_CODES[name] if town and name in VILLAGE_CODES and level != "township" else None


Made = tuple[bytes, Sequence[Page]]


@dataclass(frozen=True)
class Case:
    """A workbook and what a clerk would have to confirm to have it read: nothing, a kind, a column."""

    name: str
    file: str
    make: Callable[[], Made]
    kind: str | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    divisions: bool = False


CASES: list[Case] = []


def case(
    file: str,
    *,
    kind: str | None = None,
    chosen: Mapping[str, str] | None = None,
    says: tuple[str, ...] = (),
    divisions: bool = False,
) -> Callable[[Callable[[], Made]], Callable[[], Made]]:
    """Take a function for a case; its name says what is odd about the workbook. `says`: words its doubt must hold."""

    def take(make: Callable[[], Made]) -> Callable[[], Made]:
        CASES.append(Case(make.__name__, file, make, kind, chosen or {}, says, divisions))
        return make

    return take


@dataclass
class Verdict:
    """What was wrong, and the cells: told and bad, told and not bad, bad and not told; values read otherwise."""

    faults: list[str] = field(default_factory=list)
    right: int = 0
    false: int = 0
    missed: int = 0
    values: int = 0
    changed: int = 0
    doubts: tuple[str, ...] = ()
    people: list[str] = field(default_factory=list)


def read_case(one: Case, kinds: Mapping[str, LedgerKind]) -> tuple[FileReading, Sequence[Page]]:
    """The product's reading and the truth."""
    data, pages = one.make()
    reading = read_file(
        workbook_of(data, one.file),
        kinds,
        as_of=AS_OF,
        kind=one.kind,
        chosen=one.chosen or None,
        divisions=Somewhere() if one.divisions else None,
    )
    return reading, pages


def judge(one: Case, kinds: Mapping[str, LedgerKind]) -> Verdict:
    """Read a case and say everything that is not as it should be."""
    reading, pages = read_case(one, kinds)
    verdict = Verdict(doubts=tuple(sheet.doubt for sheet in reading.sheets if sheet.doubt))
    if len(reading.sheets) != len(pages):
        verdict.faults.append(f"{len(reading.sheets)} tables read, not {len(pages)}")
    for sheet, page in zip(reading.sheets, pages, strict=False):
        _judge_sheet(sheet, page, verdict)
        if sheet.kind and "certno" in sheet.table.column_names:
            verdict.people += sheet.table["certno"].drop_null().to_pylist()
    told = "；".join(verdict.doubts)
    verdict.faults += [f"nothing says “{word}”: {told}" for word in one.says if word not in told]
    return verdict


def _judge_sheet(sheet: SheetReading, page: Page, verdict: Verdict) -> None:
    say = verdict.faults.append
    kind = sheet.kind.name if sheet.kind else ""
    if kind != page.kind:
        say(f"{page.name}: kind “{kind}”, not “{page.kind}” ({sheet.doubt})")
    _judge_rows(sheet, page, say)
    if kind != page.kind:
        return
    if page.kind and sheet.header_rows != tuple(page.headers):
        say(f"{page.name}: header {sheet.header_rows}, not {tuple(page.headers)}")
    told = {(cell.row, cell.column, cell.code) for cell in sheet.problems}
    verdict.right += len(told & page.bad)
    verdict.false += len(told - page.bad)
    verdict.missed += len(page.bad - told)
    if told - page.bad:
        say(f"{page.name}: told, but clean: {sorted(told - page.bad)}")
    if page.bad - told:
        say(f"{page.name}: bad, but not told: {sorted(page.bad - told)}")
    if sheet.kind:
        _judge_values(sheet, sheet.kind, page, verdict)


def _judge_rows(sheet: SheetReading, page: Page, say: Callable[[str], None]) -> None:
    stands = set(sheet.table[ROW].to_pylist())
    left = {one.row: one.what for one in sheet.left_out}
    everything = sorted([*stands, *sheet.refused, *left])
    if sheet.rows_in != sheet.accepted + len(sheet.refused) + len(sheet.left_out) or len(everything) != len(
        set(everything)
    ):
        say(f"{page.name}: {sheet.rows_in} rows in do not add up")
    if stands != set(page.expected):
        say(f"{page.name}: stand {_both_ways(stands, set(page.expected))}")
    if set(sheet.refused) != page.refused:
        say(f"{page.name}: refused {_both_ways(set(sheet.refused), page.refused)}")
    if set(left) != set(page.left):
        say(f"{page.name}: left out {_both_ways(set(left), set(page.left))}")
    for row, what in left.items():
        fair = page.left.get(row, "")
        if fair and what not in ((fair,) if isinstance(fair, str) else fair):
            say(f"{page.name}: row {row} left out as {what}, not {fair}")


def _both_ways(got: set[int], wanted: set[int]) -> str:
    return f"too many {sorted(got - wanted)}, too few {sorted(wanted - got)}"


def _judge_values(sheet: SheetReading, kind: LedgerKind, page: Page, verdict: Verdict) -> None:
    rows: dict[int, dict[str, Any]] = {row[ROW]: row for row in sheet.table.to_pylist()}
    for at, expected in page.expected.items():
        for name, value in expected.items():
            if at not in rows:
                continue
            inside = name if name.startswith("__") else kind[name].column.inside
            verdict.values += 1
            if rows[at][inside] != value:
                verdict.changed += 1
                verdict.faults.append(f"{page.name}: row {at} {name} is {rows[at][inside]!r}, not {value!r}")
