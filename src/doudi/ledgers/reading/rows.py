"""Which rows below a header are records, and what each of the others is: blank, total, note, signature, header again.

Only rows that may be something else are looked at one by one; a row with an identity number is a record. This module
must not read values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers.importers.grid import Range
from doudi.ledgers.reading import words
from doudi.ledgers.reading.cells.damage import is_nothing
from doudi.ledgers.reading.header import Header
from doudi.ledgers.reading.plain import folded, key_of
from doudi.ledgers.reading.vocabulary import Vocabulary

Mask = npt.NDArray[np.bool_]
_ID_DIGITS = 12
_EXAMPLES = 6
_DIFFERENT = 50_000
_NUMBER = re.compile(r"-?[\d,]*\d(?:\.\d+)?")
_PLAIN_NUMBER = r"^-?[0-9]{1,15}(\.[0-9]+)?$"
_CENT = 0.005
_RUNNING = re.compile(r"[\d.\-、()]{1,6}")
_NAME = r"^[\x{3400}-\x{9fff}· ]{2,12}$|^[A-Za-z .]{3,}$"
_APART = frozenset({words.BLANK, words.TITLE, words.NOTE, words.UNIT})


@dataclass(frozen=True)
class Shape:
    """A sheet below its header: trimmed columns, which of them are mapped and as what."""

    columns: tuple[pa.Array, ...]
    header: Header
    mapped: tuple[int, ...]
    idcards: tuple[int, ...]
    names: tuple[int, ...]
    serials: tuple[int, ...]
    apart: frozenset[int]
    spans: tuple[Range, ...]
    top: Sequence[Sequence[str | None]]


@dataclass
class Sorted:
    """`records`: row indices that are records; `left`: index → by what name it was left out."""

    records: npt.NDArray[np.int64]
    left: dict[int, str] = field(default_factory=dict)
    second: int | None = None


def sort_rows(shape: Shape, vocabulary: Vocabulary) -> Sorted:
    """Sort every row below the header."""
    total = len(shape.columns[0])
    start = shape.header.after
    body = [column.slice(start) for column in shape.columns]
    filled = [_valid(column) for column in body]
    own = [c for c in range(len(body)) if c not in shape.apart]
    counts = np.sum([filled[c] for c in own], axis=0) if own else np.zeros(total - start, dtype=int)
    anything = np.any(filled, axis=0) if filled else np.zeros(total - start, dtype=bool)
    is_record = counts > 0
    left: dict[int, str] = {}
    for i in np.flatnonzero(~is_record).tolist():
        left[start + i] = words.OTHER_TABLE if anything[i] else words.BLANK
    settled = _settled(shape, body)
    suspects = is_record & ~settled & _suspect(shape, body, filled, counts, is_record & ~settled, vocabulary)
    suspects |= is_record & _examples(body)
    judge = _Judge(shape, vocabulary)
    second: int | None = None
    for i in np.flatnonzero(suspects).tolist():
        what = judge.name_of(start + i, [column[i].as_py() for column in body])
        if what == words.OTHER_TABLE:
            second = i
            break
        if what:
            left[start + i] = what
            is_record[i] = False
    if second is None:
        second = _other_shape(shape, is_record, left, start, body)
    if second is not None:
        first = _with_title_above(second, start, left)
        for i in range(first, total - start):
            is_record[i] = False
            if left.get(start + i) != words.BLANK:
                left[start + i] = words.OTHER_TABLE
    records = np.flatnonzero(is_record) + start
    return Sorted(records, left, start + second if second is not None else None)


def _examples(body: Sequence[pa.Array]) -> Mask:
    """The first rows, where a form has its filled-in example."""
    marked = np.zeros(len(body[0]), dtype=bool)
    for i in range(min(len(marked), _EXAMPLES)):
        first = next((text for column in body if (text := column[i].as_py())), "")
        marked[i] = words.is_example(folded(first))
    return marked


def _valid(column: pa.Array) -> Mask:
    mask: Mask = pc.is_valid(column).to_numpy(zero_copy_only=False)
    return mask


def _settled(shape: Shape, body: Sequence[pa.Array]) -> Mask:
    """Rows that hold something as long as an identity number where one belongs."""
    settled = np.zeros(len(body[0]), dtype=bool)
    for c in shape.idcards:
        long = pc.greater_equal(pc.binary_length(body[c]), _ID_DIGITS).fill_null(False)
        digits = pc.match_substring_regex(body[c], r"[0-9]{8}|[0-9]E\+").fill_null(False)
        settled |= pc.and_(long, digits).to_numpy(zero_copy_only=False)
    return settled


def _suspect(
    shape: Shape,
    body: Sequence[pa.Array],
    filled: Sequence[Mask],
    counts: npt.NDArray[np.int64],
    asked: Mask,
    vocabulary: Vocabulary,
) -> Mask:
    """Rows worth a look: few cells, a telling word, a cell that is a header, nothing but a running number."""
    suspects = np.zeros(len(asked), dtype=bool)
    if not asked.any():
        return suspects
    places = np.flatnonzero(asked)
    take = pa.array(asked)
    usual = float(np.median(counts[asked]))
    suspects[places[counts[asked] <= max(2.0, usual / 3)]] = True
    own_mapped = [c for c in shape.mapped if c not in shape.serials]
    if own_mapped:
        something = np.any([filled[c] for c in own_mapped], axis=0)
        suspects |= asked & ~something
    lines = shape.top[: shape.header.after]
    titles = pa.array(sorted({text for line in lines for text in line if text}), pa.string())
    headers = np.zeros(len(places), dtype=np.int16)
    for c, column in enumerate(body):
        if c in shape.apart or not filled[c][asked].any():
            continue
        part = column.filter(take).dictionary_encode()
        texts = part.dictionary
        indices = pc.fill_null(part.indices, len(texts)).to_numpy(zero_copy_only=False)
        telling = pc.or_(pc.match_substring_regex(texts, words.SUSPECT), pc.is_in(texts, value_set=titles))
        if pc.any(telling).as_py():
            suspects[places[np.append(telling.to_numpy(zero_copy_only=False), False)[indices]]] = True
        if (
            len(texts) <= _DIFFERENT
        ):  # a column of so many different texts has no headers among them worth finding
            known = [len(text) <= 20 and key_of(text) in vocabulary.meanings for text in texts.to_pylist()]
            headers += np.array([*known, False])[indices]
    suspects[places[headers >= 2]] = True
    return suspects


class _Judge:
    """Names one row at a time, by the lines of the header and by words."""

    def __init__(self, shape: Shape, vocabulary: Vocabulary) -> None:
        self.shape, self.vocabulary = shape, vocabulary
        first, after = shape.header.first, shape.header.after
        self.header_lines = [self._key(line) for line in shape.top[first:after]]
        self.above = {folded(text) for line in shape.top[:first] for text in line if text}
        self.wide = {one.top: one for one in shape.spans if one.right - one.left >= 2 and one.top >= after}

    @staticmethod
    def _key(line: Sequence[str | None]) -> dict[int, str]:
        return {c: folded(text) for c, text in enumerate(line) if text}

    def name_of(self, row: int, cells: Sequence[str | None]) -> str | None:
        """By what name a row is left out; None for a record."""
        shape = self.shape
        texts = {c: folded(text) for c, text in enumerate(cells) if text and c not in shape.apart}
        texts = {c: text for c, text in texts.items() if text and not is_nothing(text)}
        if not texts:
            return words.BLANK
        first = next(iter(texts.values()))
        if words.is_example(first):
            return words.EXAMPLE
        if self._repeats_header(texts):
            return words.REPEATED
        if self._opens_other_table(texts):
            return words.OTHER_TABLE
        if words.is_instruction(list(texts.values())) and not self._numbered(texts):
            return words.NOTE
        leading = list(texts.items())[:4]
        if all(text in self.above for text in texts.values()):
            return words.UNIT if words.is_unit_line(first) else words.TITLE
        for c, text in leading:
            if (total := words.is_total(text)) and self._no_person(texts, c):
                return total
        if set(texts) <= set(shape.serials) and all(_RUNNING.fullmatch(text) for text in texts.values()):
            return words.BLANK
        person = any(map(str.isdigit, "".join(texts.get(c, "") for c in shape.idcards))) or any(
            c in texts
            and not words.is_signature(texts[c])
            and not words.is_note(texts[c])
            and len(texts[c]) <= 8
            for c in shape.names
        )
        if len(texts) <= 4 and not person:
            if any(words.is_signature(text) for text in texts.values()):
                return words.SIGNATURE
            if words.is_note(first):
                return words.NOTE
            if words.is_unit_line(first):
                return words.UNIT
        if not person and self._sums_up(row, texts):
            return words.TOTAL
        if len(texts) == 1:
            return self._alone(row, *next(iter(texts.items())))
        if words.is_signature(first) and sum(map(words.is_signature, texts.values())) * 2 >= len(texts):
            return words.SIGNATURE
        return None

    def _alone(self, row: int, column: int, text: str) -> str | None:
        """One cell in its row: a person's name stands; a heading, a note or a number in passing does not."""
        if column in self.shape.idcards and any(map(str.isdigit, text)) and not words.is_note(text):
            return None
        if column in self.shape.names and row not in self.wide and words.may_be_person(text):
            return None
        if words.is_note(text) or len(text) > 15 or any(mark in text for mark in "。；;，"):
            return words.NOTE
        return None if self._only_column(column) or _NUMBER.fullmatch(text) else words.TITLE

    def _sums_up(self, row: int, texts: dict[int, str]) -> bool:
        """Numbers alone, each what the cells above it come to: a row of sums that nobody labelled."""
        figures = texts
        if any(c in self.shape.serials for c in texts) or not all(map(_NUMBER.fullmatch, texts.values())):
            return False
        after = self.shape.header.after
        for c, text in figures.items():
            above = self.shape.columns[c].slice(after, row - after)
            plain = pc.replace_substring(above, ",", "")
            numbers = pc.if_else(pc.match_substring_regex(plain, _PLAIN_NUMBER), plain, None).cast(
                pa.float64()
            )
            if (
                len(above) - above.null_count < 2
                or abs((pc.sum(numbers).as_py() or 0.0) - float(text.replace(",", ""))) > _CENT
            ):
                return False
        return True

    def _only_column(self, column: int) -> bool:
        own = [c for c in self.shape.mapped if c not in self.shape.serials]
        return own == [column]

    def _numbered(self, texts: dict[int, str]) -> bool:
        """Whether a row holds something like an identity number."""
        return any(sum(map(str.isdigit, texts.get(c, ""))) >= _ID_DIGITS for c in self.shape.idcards)

    def _no_person(self, texts: dict[int, str], total_at: int) -> bool:
        """A row of sums holds no identity number, and no name but the word itself."""
        shape = self.shape
        if self._numbered(texts):
            return False
        return not any(
            c in texts
            and c != total_at
            and not texts[c].strip("()").replace(".", "").isdigit()
            and not words.is_total(texts[c])
            and len(texts[c]) <= 4
            and not texts[c].endswith(("人", "户"))
            for c in shape.names
        )

    def _repeats_header(self, texts: dict[int, str]) -> bool:
        for line in self.header_lines:
            same = sum(line.get(c) == text for c, text in texts.items())
            if same >= 2 and same * 10 >= 8 * len(texts):
                return True
            if same == len(texts) == 1 and len(line) <= 2:
                return True
        return False

    def _opens_other_table(self, texts: dict[int, str]) -> bool:
        """A line of headers that are not this table's: known ones, or words that end as headers do."""
        if len(texts) < 2 or any(any(map(str.isdigit, text)) for text in texts.values()):
            return False
        known = sum(key_of(text) in self.vocabulary.meanings for text in texts.values())
        alike = sum(
            words.like_header(text) or key_of(text) in self.vocabulary.meanings for text in texts.values()
        )
        if len(texts) <= 3:
            return known == len(texts) or (known >= 1 and alike == len(texts) > 2)
        return (known >= 3 and known * 10 >= 6 * len(texts)) or (known >= 1 and alike * 10 >= 8 * len(texts))


def _other_shape(
    shape: Shape, is_record: Mask, left: dict[int, str], start: int, body: Sequence[pa.Array]
) -> int | None:
    """A block of rows, apart from the first, whose cells are no identity numbers and no names where the first
    block's were."""
    cuts = sorted(i - start for i, what in left.items() if what in _APART)
    if not cuts or not (shape.idcards or shape.names):
        return None
    fits = _fits(shape, body)
    edges = [0, *(cut + 1 for cut in cuts), len(is_record)]
    rich = False
    for first, last in pairwise(edges):
        rows = np.flatnonzero(is_record[first:last]) + first
        if not len(rows):
            continue
        share = float(fits[rows].mean())
        if not rich:
            rich = share >= 0.8
            if not rich:
                return None
        elif share <= 0.2 and len(rows) >= 2:
            return int(rows[0])
    return None


def _fits(shape: Shape, body: Sequence[pa.Array]) -> Mask:
    """Rows with something like a number where numbers stand; without one, with something like a name, or with
    neither: a row that names nobody is a faulty row, not another table's."""
    fits = _settled(shape, body)
    blank = np.all([~_valid(body[c]) for c in shape.idcards], axis=0) if shape.idcards else ~fits
    nobody = blank
    for c in shape.names:
        named = pc.match_substring_regex(body[c], _NAME).fill_null(False).to_numpy(zero_copy_only=False)
        fits = fits | (blank & named)
        nobody = nobody & ~_valid(body[c])
    return fits | nobody


def _with_title_above(second: int, start: int, left: dict[int, str]) -> int:
    first = second
    while first > 0 and left.get(start + first - 1) in (words.TITLE, words.NOTE, words.UNIT):
        first -= 1
    return first
