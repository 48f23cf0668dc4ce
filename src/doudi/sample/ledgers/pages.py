"""A list laid out on a sheet as clerks lay it out: title, who and when, unit, header of one or two lines, the rows, subtotals,
headers repeated where the printed page turns, total, notes, signature. It says which row of the sheet every record is in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from doudi.sample.draws import Ints
from doudi.sample.ledgers.cells import NUMBER, TEXT, Bytes, Header, Sheet


@dataclass(frozen=True)
class Page:
    """One sheet of a file. `line`: what stands under the title (单位, 填表日期). `sums`: columns that are added up.

    `each`: a column after each of whose values stands a subtotal. `pages`: rows after which the header comes again.
    `blank`: an empty line between header and rows, as templates leave one.
    """

    name: str
    sheet: Sheet
    title: str = ""
    line: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    each: str = ""
    total: str = ""
    pages: int = 0
    notes: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Book:
    """One file. `sheets`: its pages, and sheets that are no list (name, lines)."""

    file: str
    kind: str
    format: str
    sender: str
    pages: tuple[Page, ...]
    encoding: str = ""
    as_of: str = "2026-06-30"
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()
    separator: str = ","
    care: str = "department"


@dataclass
class Laid:
    """A page's cells by column, where its records are, what every other row is."""

    cells: list[npt.NDArray[np.object_]]
    how: list[Bytes]
    rows: Ints
    header_rows: tuple[int, ...]
    left_out: list[tuple[int, str]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Top, left, bottom, right, counted from nought."""

    @property
    def height(self) -> int:
        """How many rows the sheet has."""
        return len(self.cells[0])


def laid(page: Page) -> Laid:
    """Where everything goes."""
    sheet, names = page.sheet, list(page.sheet.fields)
    headers = [one.header for one in sheet.fields.values()]
    double = any(isinstance(header, tuple) for header in headers)
    top: list[tuple[str, list[tuple[int, str]]]] = []
    if page.title:
        top.append(("标题", [(0, page.title)]))
    if page.line:
        step = max(len(names) // len(page.line), 1)
        what = "单位" if any("单位" in text for text in page.line) else "标题"
        top.append((what, [(min(k * step, len(names) - 1), text) for k, text in enumerate(page.line)]))
    upper = [(c, header[0] if isinstance(header, tuple) else header) for c, header in enumerate(headers)]
    lower = [(c, header[1]) for c, header in enumerate(headers) if isinstance(header, tuple)]
    first_header = len(top)
    top.append(("表头", _without_repeats(upper, headers) if double else upper))
    if double:
        top.append(("表头", lower))
    place, inserted = _places(page, len(top))
    height = (int(place[-1]) + 1 if len(place) else len(top)) + _after(inserted, place)
    bottom = _bottom(page)
    out = Laid(
        cells=[np.full(height + len(bottom), None, object) for _ in names],
        how=[np.zeros(height + len(bottom), np.uint8) for _ in names],
        rows=place + 1,
        header_rows=tuple(first_header + 1 + k for k in range(1 + double)),
        left_out=[],
    )
    for c, one in enumerate(sheet.fields.values()):
        out.cells[c][place] = np.array(one.written.to_pylist(), object)
        out.how[c][place] = one.how
    for at, (what, cells) in enumerate(top):
        _line(out, at, what, cells)
    if page.title:
        out.merged.append((0, 0, 0, len(names) - 1))
    if double:
        out.merged += _spans(headers, first_header)
    for at, what, upto in inserted:
        if what == "重复表头":
            _line(out, at, what, top[first_header][1] if not double else upper)
        else:
            _line(out, at, what, [(0, what)], page, upto)
    for k, (what, cells) in enumerate(bottom):
        _line(out, height + k, what, cells, page if what == "合计" else None, slice(0, len(sheet)))
    return out


def _without_repeats(upper: list[tuple[int, str]], headers: Sequence[Header]) -> list[tuple[int, str]]:
    """Of headers that span columns only the first cell is filled."""
    kept, last = [], None
    for c, text in upper:
        spans = isinstance(headers[c], tuple)
        if not (spans and text == last):
            kept.append((c, text))
        last = text if spans else None
    return kept


def _spans(headers: Sequence[Header], top: int) -> list[tuple[int, int, int, int]]:
    """The merged cells of a header of two lines."""
    out: list[tuple[int, int, int, int]] = []
    c = 0
    while c < len(headers):
        header = headers[c]
        if isinstance(header, tuple):
            end = c
            while end + 1 < len(headers) and _under(headers[end + 1]) == header[0]:
                end += 1
            if end > c:
                out.append((top, c, top, end))
            c = end + 1
        else:
            out.append((top, c, top + 1, c))
            c += 1
    return out


def _under(header: Header) -> str | None:
    """The header that spans this one, if one does."""
    return header[0] if isinstance(header, tuple) else None


def _places(page: Page, top: int) -> tuple[Ints, list[tuple[int, str, slice]]]:
    """The rows of the records counted from nought, and the lines between and after them."""
    n = len(page.sheet)
    breaks: dict[int, list[tuple[str, slice]]] = {}
    if page.each and n:
        values = page.sheet.fields[page.each].written
        ends = np.flatnonzero(np.asarray(pc.not_equal(values[1:], values[:-1]).fill_null(False))) + 1
        starts = [0, *ends.tolist()]
        for start, end in zip(starts, [*ends.tolist(), n], strict=True):
            breaks.setdefault(end, []).append(("小计", slice(start, end)))
    if page.pages:
        for end in range(page.pages, n - 1, page.pages):
            breaks.setdefault(end, []).append(("重复表头", slice(0, 0)))
    shift = np.zeros(n + 1, np.int64)
    inserted: list[tuple[int, str, slice]] = []
    lines = 0
    for end in sorted(breaks):
        for what, upto in breaks[end]:
            inserted.append((top + end + lines, what, upto))
            lines += 1
        shift[end:] = lines
    return top + np.arange(n) + shift[:n], inserted


def _after(inserted: list[tuple[int, str, slice]], place: Ints) -> int:
    last = int(place[-1]) if len(place) else -1
    return sum(1 for at, _, _ in inserted if at > last)


def _bottom(page: Page) -> list[tuple[str, list[tuple[int, str]]]]:
    out: list[tuple[str, list[tuple[int, str]]]] = []
    if page.total:
        out.append(("合计", [(0, page.total)]))
    out += [
        (
            "空行" if not note else "签章" if note.startswith(("填表人", "负责人")) else "说明",
            [(0, note)] if note else [],
        )
        for note in page.notes
    ]
    return out


def _line(
    out: Laid,
    at: int,
    what: str,
    cells: list[tuple[int, str]],
    page: Page | None = None,
    upto: slice | None = None,
) -> None:
    for c, text in cells:
        out.cells[c][at], out.how[c][at] = text, TEXT
    if page is not None and upto is not None:
        for c, (name, one) in enumerate(page.sheet.fields.items()):
            if name in page.sums:
                part = one.read[upto].drop_null().to_pylist()
                total = sum(int(value) for value in part)
                money = any("." in (text or "") for text in one.written[upto][:50].to_pylist())
                out.cells[c][at] = (
                    f"{total / 100:.2f}" if money else str(total)
                )  # a sum of a list: shown, not reckoned with
                out.how[c][at] = NUMBER
    out.left_out.append((at + 1, what))


def lines(out: Laid) -> Iterator[list[str | None]]:
    """The rows from the top, as text."""
    for row in zip(*out.cells, strict=True):
        yield list(row)
