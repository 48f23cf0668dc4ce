"""One grid as one reading: header, kind, mapping, rows and cells put together, every row accounted for.

The only module that knows all the steps; each of them stands in its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa

from doudi.ledgers.importers.grid import Grid
from doudi.ledgers.reading import words
from doudi.ledgers.reading.above import lines_above
from doudi.ledgers.reading.beside import columns_apart
from doudi.ledgers.reading.body import Body, read_body
from doudi.ledgers.reading.cells.divisions import Divisions
from doudi.ledgers.reading.constants import constants
from doudi.ledgers.reading.grouped import fill_again, fill_groups
from doudi.ledgers.reading.header import SEARCHED, Header, find_header, is_serial
from doudi.ledgers.reading.lines import Top, top_lines
from doudi.ledgers.reading.looks import ENOUGH
from doudi.ledgers.reading.mapping import SURE, Pairing, map_columns
from doudi.ledgers.reading.measures import measures
from doudi.ledgers.reading.merged import spread_down
from doudi.ledgers.reading.parts import whole_dates
from doudi.ledgers.reading.places import place_of_sheet
from doudi.ledgers.reading.plain import folded, trimmed
from doudi.ledgers.reading.recognise import Guess, recognise
from doudi.ledgers.reading.result import ROW, CellProblem, LeftOut, Mapped, SheetReading
from doudi.ledgers.reading.rows import Shape, Sorted, sort_rows
from doudi.ledgers.reading.strange import (
    NO_HEADER,
    ON_ITS_SIDE,
    header_above,
    lettered,
    on_its_side,
    records_without_header,
    start_of_table,
    unnamed_numbers,
)
from doudi.ledgers.reading.units import fits, units_above
from doudi.ledgers.reading.vocabulary import Vocabulary
from doudi.policy.ledgers.kind import LedgerKind

_EMPTY = pa.table({ROW: pa.array([], pa.int32())})


@dataclass(frozen=True)
class Wanted:
    """How sheets are to be read: what the caller gave beside the file."""

    words: Vocabulary
    kind: LedgerKind | None
    chosen: Mapping[str, str]
    as_of: date
    divisions: Divisions | None
    file_name: str


@dataclass(frozen=True)
class Cut:
    """Where other tables begin, in rows and columns of the grid from nought; nought: there is none. `above`: the
    table read begins here and another stands above it; `header`: its first header line."""

    above: int = 0
    right: int = 0
    below: int = 0
    header: int = 0


def left_whole(grid: Grid, what: str, doubt: str) -> SheetReading:
    """A grid of which nothing is read, every row left out by one name."""
    return _nothing(grid, (), what, doubt)


def read_part(grid: Grid, wanted: Wanted) -> tuple[SheetReading, Cut]:
    """Read the plainest table of a grid, and say where others are; no fault of the sheet raises."""
    columns = tuple(trimmed(column) for column in grid.cells)
    if not columns or not grid.rows:
        return _nothing(grid, (), "", ""), Cut()
    top = top_lines(columns, grid.merged, SEARCHED + 10)
    header = lettered(grid, wanted.chosen, find_header(top, wanted.words))
    if header is None:
        return _unknown(grid, columns, top, None, NO_HEADER), Cut()
    if on_its_side(columns, header, wanted.words):
        return _refused(grid, columns, ON_ITS_SIDE), Cut()
    above = header_above(top, header, wanted.words)
    if above is not None and above.pieces == header.pieces:
        header, above = above, None
    header, columns = whole_dates(header, columns)
    samples = [_sample(column, header.after) for column in columns]
    apart, beside = columns_apart(header, columns, wanted.words)
    guess = recognise(
        header,
        wanted.words,
        samples,
        apart,
        hint=(grid.name, _titles(top, header), wanted.file_name),
        given=wanted.kind,
        chosen=wanted.chosen,
    )
    cut = Cut(
        above=start_of_table(top, header) if above else 0,
        right=min(apart, default=0),
        header=header.first,
    )
    if guess.kind is None:
        return _unknown(grid, columns, top, header, guess.doubt), cut
    if grid.hidden:
        told = f"隐藏的工作表像是“{guess.kind.zh}”，没有读入；要读入请先取消隐藏"
        return _nothing(grid, (), words.HIDDEN, told), Cut()
    pairs = map_columns(header, guess.kind, wanted.words, samples, wanted.chosen, apart)
    sheet_units = units_above(text for line in top.text[: header.first] for text in line if text)
    reading, second = _read(grid, columns, top, header, guess, pairs, sheet_units, apart, beside, wanted)
    return reading, replace(cut, below=second or 0)


def _read(
    grid: Grid,
    columns: tuple[pa.Array, ...],
    top: Top,
    header: Header,
    guess: Guess,
    pairs: Mapping[int, Pairing],
    sheet_units: tuple[str, ...],
    apart: frozenset[int],
    beside: str,
    wanted: Wanted,
) -> tuple[SheetReading, int | None]:
    kind = guess.kind
    assert kind is not None  # noqa: S101 -- the caller has looked
    columns, source, split = spread_down(columns, grid.merged, header.after, _repeated(kind, pairs))
    shape = _shape(columns, top, header, kind, pairs, apart, grid)
    rows = sort_rows(shape, wanted.words)
    columns, source = fill_again(columns, rows.records, _repeatable(kind, pairs), source)
    columns, source, groups = fill_groups(columns, rows.records, _grouping(kind, pairs), source)
    found = measures(header, kind, pairs, sheet_units)
    pairs = {c: pair for c, pair in pairs.items() if c not in found.unread}
    missing = tuple(c.name for c in kind if c.required and c.name not in {p.name for p in pairs.values()})
    places = (("工作表名", grid.name), ("标题", _titles(top, header)), ("文件名", wanted.file_name))
    given, told = constants(kind, missing, places, wanted.as_of)
    missing = tuple(name for name in missing if name not in given)
    place = place_of_sheet(wanted.divisions, wanted.as_of, [text for _, text in places])
    body = Body(
        grid=grid,
        columns=columns,
        header=header,
        kind=kind,
        pairs=pairs,
        units=found.units,
        records=rows.records,
        as_of=wanted.as_of,
        divisions=wanted.divisions,
        source=source,
        constants=given,
        place=place,
    )
    read = read_body(body, missing)
    left = {**lines_above(top, header), **rows.left}
    doubts = [
        guess.doubt,
        *_doubts(header, kind, pairs),
        *found.doubts,
        *told,
        *_split(header, split),
        *_grouped(header, groups),
        unnamed_numbers(grid, header, [_sample(column, header.after) for column in columns], apart),
        beside,
        _below(rows, grid),
        *read.doubts,
    ]
    if missing:
        doubts.append("缺少必有的列：" + "、".join(f"“{kind[name].zh}”" for name in missing))
    if not len(rows.records):
        doubts.append("表头下面没有数据")
    unit = next((one for one in sheet_units if fits(one, "元")), "")
    reading = SheetReading(
        name=grid.name,
        kind=kind,
        header_rows=tuple(grid.first_row + r for r in range(header.first, header.after)),
        mapping=_mapping(grid, header, pairs, found.units),
        unit=unit,
        table=read.table,
        refused=tuple(grid.first_row + int(r) for r in read.refused),
        left_out=tuple(LeftOut(grid.first_row + r, what) for r, what in sorted(left.items())),
        problems=read.problems,
        rows_in=grid.rows,
        missing=missing,
        doubt="；".join(one for one in doubts if one),
        rival=guess.rival,
    )
    return reading, rows.second


def _shape(
    columns: tuple[pa.Array, ...],
    top: Top,
    header: Header,
    kind: LedgerKind,
    pairs: Mapping[int, Pairing],
    apart: frozenset[int],
    grid: Grid,
) -> Shape:
    serials = tuple(
        c
        for c in range(len(columns))
        if is_serial(header.pieces[c]) or (c in pairs and pairs[c].name == "seq")
    )
    return Shape(
        columns=columns,
        header=header,
        mapped=tuple(pairs),
        idcards=tuple(c for c, pair in pairs.items() if kind[pair.name].role == "idcard"),
        names=tuple(c for c, pair in pairs.items() if kind[pair.name].role == "name"),
        serials=serials,
        apart=apart,
        spans=grid.merged,
        top=top.text,
    )


def _mapping(
    grid: Grid, header: Header, pairs: Mapping[int, Pairing], units: Mapping[int, str]
) -> tuple[Mapped, ...]:
    out = []
    for c in range(len(header.pieces)):
        pair = pairs.get(c)
        out.append(
            Mapped(
                column=grid.first_column + c,
                header=header.text(c),
                name=pair.name if pair else None,
                how=pair.how if pair else None,
                likeness=round(pair.sure * 100) if pair else 0,
                unit=units.get(c, ""),
            )
        )
    return tuple(out)


def _doubts(header: Header, kind: LedgerKind, pairs: Mapping[int, Pairing]) -> list[str]:
    return [
        f"“{header.text(c)}”按“{kind[pair.name].zh}”读入（{pair.doubt}），请确认"
        for c, pair in pairs.items()
        if pair.doubt or (pair.how == "likeness" and pair.sure < SURE)
    ]


def _below(rows: Sorted, grid: Grid) -> str:
    if rows.second is None:
        return ""
    return f"第{grid.first_row + rows.second}行起是另一张表，没有读入；请分开后再导入"


def _repeated(kind: LedgerKind, pairs: Mapping[int, Pairing]) -> dict[int, bool]:
    """Mapped columns, and whether the text of a merged cell holds for each of its rows: a sum does not."""
    return {c: kind[pair.name].column.kind not in ("money", "count", "number") for c, pair in pairs.items()}


def _split(header: Header, columns: tuple[int, ...]) -> list[str]:
    return [f"“{header.text(c)}”有跨行合并的数，只记在合并的首行" for c in columns]


def _repeatable(kind: LedgerKind, pairs: Mapping[int, Pairing]) -> list[int]:
    """Mapped columns in which 同上 can be meant: not the person's own number and name."""
    own = {column.name for role in ("idcard", "name") if (column := kind.own(role))}
    return [c for c, pair in pairs.items() if pair.name not in own]


def _grouping(kind: LedgerKind, pairs: Mapping[int, Pairing]) -> list[int]:
    """Mapped columns that may name the group a row is in: places, households, their heads."""
    own = {column.name for role in ("idcard", "name") if (column := kind.own(role))}
    return [
        c
        for c, pair in pairs.items()
        if kind[pair.name].role in ("division", "household")
        or (pair.name in ("head_name", "head_certno") and pair.name not in own)
    ]


def _grouped(header: Header, columns: tuple[int, ...]) -> list[str]:
    return [f"“{header.text(c)}”只写在每组的首行，已填到以下各行，请确认" for c in columns]


def _titles(top: Top, header: Header) -> str:
    return " ".join(text for line in top.text[: header.first] for text in line if text)


def _sample(column: pa.Array, start: int) -> list[str]:
    part = column.slice(start, 400).drop_null()
    step = max(1, len(part) // ENOUGH)
    texts: list[str] = part.to_pylist()
    return texts[::step][:ENOUGH]


def _nothing(grid: Grid, header_rows: tuple[int, ...], what: str, doubt: str) -> SheetReading:
    left = tuple(LeftOut(grid.first_row + r, what) for r in range(grid.rows))
    return SheetReading(grid.name, None, header_rows, (), "", _EMPTY, (), left, (), grid.rows, (), doubt)


def _refused(grid: Grid, columns: tuple[pa.Array, ...], doubt: str) -> SheetReading:
    """A table that cannot be read as it stands: each of its rows is refused."""
    filled = np.any([column.is_valid().to_numpy(zero_copy_only=False) for column in columns], axis=0)
    refused = tuple(grid.first_row + r for r in np.flatnonzero(filled).tolist())
    left = tuple(LeftOut(grid.first_row + r, words.BLANK) for r in np.flatnonzero(~filled).tolist())
    return SheetReading(grid.name, None, (), (), "", _EMPTY, refused, left, (), grid.rows, (), doubt)


def _unknown(
    grid: Grid, columns: tuple[pa.Array, ...], top: Top, header: Header | None, doubt: str
) -> SheetReading:
    """A sheet of no kind: notes are left out by name; a table is refused, and why is said."""
    filled = np.sum([column.is_valid().to_numpy(zero_copy_only=False) for column in columns], axis=0)
    if grid.hidden:
        return _nothing(grid, (), words.HIDDEN, "")
    start = header.after if header else 0
    known = header is not None and max(header.by_kind.values(), default=0.0) > 0
    tabular = known or (header is not None and len(columns) >= 2 and bool((filled[start:] >= 2).any()))
    if header is None and records_without_header(columns):
        return _refused(grid, columns, doubt)
    if not tabular or header is None:
        left = tuple(
            LeftOut(grid.first_row + r, words.NOTE if filled[r] else words.BLANK) for r in range(grid.rows)
        )
        several = int((filled >= 3).sum()) >= 3
        return SheetReading(
            grid.name, None, (), (), "", _EMPTY, (), left, (), grid.rows, (), doubt if several else ""
        )
    above = lines_above(top, header)
    left_out = [LeftOut(grid.first_row + r, what) for r, what in sorted(above.items())]
    left_out += [LeftOut(grid.first_row + r, words.BLANK) for r in range(start, grid.rows) if not filled[r]]
    refused = tuple(grid.first_row + r for r in range(start, grid.rows) if filled[r])
    mapping = tuple(
        Mapped(grid.first_column + c, header.text(c), None, None, 0) for c in range(len(header.pieces))
    )
    rows = tuple(grid.first_row + r for r in range(header.first, header.after))
    problems: tuple[CellProblem, ...] = ()
    return SheetReading(
        grid.name, None, rows, mapping, "", _EMPTY, refused, tuple(left_out), problems, grid.rows, (), doubt
    )


def name_of_file(name: str) -> str:
    """A file's name as a hint: without its ending."""
    return folded(name.rpartition(".")[0] or name)
