"""Where the header is: the lines that map best to known headers and have values, not headers, below them.

No position is assumed: every window of one to four lines near the top is tried. Titles, units, notes and blank lines
may stand above. This module must not read cells below, except to see that they are values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from doudi.ledgers.reading.lines import Top, distinct, is_data, may_be_header
from doudi.ledgers.reading.plain import folded, header_forms
from doudi.ledgers.reading.vocabulary import Known, Vocabulary
from doudi.ledgers.reading.words import SERIAL, is_note, is_order, is_signature, is_total

MOST_LINES = 4
SEARCHED = 60
_BELOW = 4

Pieces = tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """What one header may be, in one kind."""

    known: Known
    sure: float
    key: str


@dataclass(frozen=True)
class Header:
    """A header found: its first line and how many (order lines 甲 乙 1 2 included), and each column's pieces."""

    first: int
    lines: int
    pieces: tuple[Pieces, ...]
    score: float
    by_kind: dict[str, float] = field(default_factory=dict)

    @property
    def after(self) -> int:
        """The first line below it."""
        return self.first + self.lines

    def text(self, column: int) -> str:
        """A column's header as it is told to people."""
        return "/".join(folded(piece) for piece in self.pieces[column])


def candidates(pieces: Pieces, words: Vocabulary) -> dict[str, list[Candidate]]:
    """Kind → the columns that a header may mean beyond likeness, the surest first."""
    out: dict[str, list[Candidate]] = {}
    for key, sure in header_forms(pieces).items():
        for kind, known in words.meanings.get(key, {}).items():
            out.setdefault(kind, []).append(Candidate(known, sure, key))
    for several in out.values():
        several.sort(key=lambda one: -one.sure)
    return out


def find_header(top: Top, words: Vocabulary) -> Header | None:
    """The best window; None where no line can be a header."""
    best: Header | None = None
    cache: dict[Pieces, dict[str, list[Candidate]]] = {}
    able = [may_be_header(line) for line in top.over]
    for first in range(min(top.rows, SEARCHED)):
        for lines in range(1, MOST_LINES + 1):
            last = first + lines - 1
            if last >= top.rows or not able[last]:
                break
            if distinct(top.text[last]) < 1 or (lines > 1 and not _groups(top, last - 1)):
                continue
            found = _scored(top, first, lines, words, cache)
            if found and (best is None or found.score > best.score + 1e-9):
                best = found
    return _with_order_lines(_with_other_language(_whole(best, top), top, words), top) if best else None


def compose(top: Top, first: int, lines: int) -> tuple[Pieces, ...]:
    """Each column's header from top to bottom; a group's text that was written once stands over all of its columns."""
    block = [list(line) for line in top.over[first : first + lines]]
    covered = {
        (r, c)
        for one in top.spans
        for r in range(max(one.top, first), min(one.bottom, first + lines - 1) + 1)
        for c in range(one.left, one.right + 1)
    }
    for r in range(lines - 1):
        carried: str | None = None
        for c in range(top.width):
            if block[r][c]:
                grouped = (first + r, c) not in covered and any(block[k][c] for k in range(r + 1, lines))
                carried = block[r][c] if grouped else None
            elif (first + r, c) in covered or not any(block[k][c] for k in range(r + 1, lines)):
                carried = None
            elif (carried and not any(block[k][c] for k in range(r))) or (
                carried and r and block[r - 1][c] == block[r - 1][c - 1]
            ):
                block[r][c] = carried
    out = []
    for c in range(top.width):
        pieces: list[str] = []
        for r in range(lines):
            text = block[r][c]
            if text and folded(text) and (not pieces or folded(pieces[-1]) != folded(text)):
                pieces.append(text)
        out.append(tuple(pieces))
    return tuple(out)


def is_serial(pieces: Pieces) -> bool:
    """Whether a header is that of a running number."""
    return bool(pieces) and folded(pieces[-1]).lower().strip("*") in SERIAL


def _groups(top: Top, line: int) -> bool:
    """Whether a line can stand above another of the same header: two texts or more, no title, no values."""
    return may_be_header(top.over[line]) and distinct(top.text[line]) >= 2


def _scored(
    top: Top, first: int, lines: int, words: Vocabulary, cache: dict[Pieces, dict[str, list[Candidate]]]
) -> Header | None:
    pieces = compose(top, first, lines)
    named = [c for c, one in enumerate(pieces) if one and not is_serial(one)]
    if not named:
        return None
    by_kind: dict[str, dict[str, float]] = {}
    for c in named:
        if pieces[c] not in cache:
            cache[pieces[c]] = candidates(pieces[c], words)
        for kind, several in cache[pieces[c]].items():
            for one in several[:1]:
                got = by_kind.setdefault(kind, {})
                worth = one.sure * words.weight(one.key)
                got[one.known.column] = max(got.get(one.known.column, 0.0), worth)
    below = _values_below(top, first + lines)
    scores = {kind: _score(sum(got.values()), len(got), len(named)) for kind, got in by_kind.items()}
    known = max(scores.values(), default=0.0)
    unlike = _unlike_header(top, first, lines)
    shape = min(len(named), 12) / 12 + (0.5 if any(is_serial(one) for one in pieces) else 0.0)
    score = known * (0.6 + 0.4 * below) + 0.3 * shape * below - unlike
    if known == 0.0 and (len(named) < 2 or below < 0.3):
        return None
    # Between two windows that map alike, the one with its groups is the header.
    grouped = sum(len(one) > 1 for one in pieces) / len(pieces)
    return Header(first, lines, pieces, score + 0.05 * grouped, scores)


def _score(worth: float, matched: int, named: int) -> float:
    return worth * (0.4 + 0.6 * matched / named)


def _values_below(top: Top, line: int) -> float:
    """How far the first lines below look like values: the share of their cells that do, most of the best line."""
    shares = []
    for texts in top.text[line : line + 2 * _BELOW]:
        cells = [text for text in texts if text and folded(text)]
        if not cells or (len(cells) < 2 and top.width > 1):
            continue
        shares.append(sum(map(is_data, cells)) / len(cells))
        if len(shares) == _BELOW:
            break
    return min(1.0, 2.5 * max(shares, default=0.0))


def _unlike_header(top: Top, first: int, lines: int) -> float:
    cells = [folded(text) for line in top.over[first : first + lines] for text in line if text]
    odd = sum(is_data(text) for text in cells)
    odd += 2 * sum(
        bool(is_total(text)) or is_signature(text) or (is_note(text) and len(text) > 6) for text in cells
    )
    return 2.0 * odd / max(1, len(cells))


def _with_other_language(found: Header, top: Top, words: Vocabulary) -> Header:
    """Take in the line below that says the same again, as exports do that write field names and their Chinese."""
    line = found.after
    if line >= top.rows or distinct(top.text[line]) < 2 or not may_be_header(top.over[line]):
        return found
    named = [c for c, pieces in enumerate(found.pieces) if pieces and top.text[line][c]]
    again = 0
    for c in named:
        first, second = found.pieces[c], (str(top.text[line][c]),)
        if folded(first[-1]) == folded(second[0]):
            return found  # the same words: a header repeated, which is told as such
        ours, theirs = candidates(first, words), candidates(second, words)
        again += any(
            {one.known.column for one in ours[kind]} & {one.known.column for one in theirs[kind]}
            for kind in ours.keys() & theirs.keys()
        )
    if again < 2 or again * 10 < 6 * len(named):
        return found
    pieces = compose(top, found.first, found.lines + 1)
    return Header(found.first, found.lines + 1, pieces, found.score, found.by_kind)


def _whole(found: Header, top: Top) -> Header:
    """The header with the lines that its merged cells reach into, and with a line that stands below its groups alone."""
    lines = found.lines
    for one in top.spans:
        inside = found.first <= one.top < found.after <= one.bottom < top.rows
        if inside and one.bottom - found.first < MOST_LINES:
            lines = max(lines, one.bottom - found.first + 1)
    last = found.first + lines
    if lines == found.lines and lines < MOST_LINES and last < top.rows and _below_groups(found, top, last):
        lines += 1
    if lines == found.lines:
        return found
    return Header(found.first, lines, compose(top, found.first, lines), found.score, found.by_kind)


def _below_groups(found: Header, top: Top, line: int) -> bool:
    """Whether a line's texts stand only where the header above is blank, or where a group begins."""
    filled = [c for c, text in enumerate(top.text[line]) if text and folded(text)]
    if len(filled) < 2 or any(is_data(top.text[line][c] or "") for c in filled):
        return False
    blank = [c for c in filled if not top.text[found.after - 1][c]]
    begins = [c for c in filled if c not in blank and c + 1 in blank]
    return bool(begins) and len(blank) + len(begins) == len(filled)


def _with_order_lines(found: Header, top: Top) -> Header:
    """Take in the line 甲 乙 1 2 3 and a line of measures alone, where they follow."""
    more = 0
    while found.after + more < top.rows:
        cells = [folded(text) for text in top.text[found.after + more] if text]
        if not cells or not (_numbers_columns(cells) or _measures_alone(cells)):
            break
        more += 1
    return (
        Header(found.first, found.lines + more, found.pieces, found.score, found.by_kind) if more else found
    )


def _numbers_columns(cells: Sequence[str]) -> bool:
    if len(cells) < 3 or not all(map(is_order, cells)):
        return False
    numbers = [int(text.strip("()")) for text in cells if text.strip("()").isdigit()]
    letters = len(cells) - len(numbers)
    rising = all(b - a == 1 for a, b in pairwise(numbers))
    return rising and (letters > 0 or (len(numbers) >= 3 and numbers[0] in (0, 1)))


def _measures_alone(cells: Sequence[str]) -> bool:
    return all(text.startswith(("(", "[")) and text.endswith((")", "]")) for text in cells)
