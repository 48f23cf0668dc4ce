"""CSV, TSV and their kin: the separator is found, rows of any length are kept, cells stay as they were typed.

Arrow reads the rows; those longer or shorter than most are read one by one and put back in their place.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from doudi.common.errors import InputFault
from doudi.ledgers.importers.columns import text_column
from doudi.ledgers.importers.grid import Grid
from doudi.ledgers.importers.limits import Limits
from doudi.ledgers.importers.sheets import grid
from doudi.ledgers.importers.text import Text

_SAMPLE = 1 << 18
_LINES = 400
_BLOCK = 1 << 24
_LONGEST = 32_767
"""A cell holds no more in any spreadsheet; more is a quotation mark that was never closed."""
_INSIDE = "\x1f"
_SEPARATORS = (",", "\t", ";", "|", "，", "、", "；")


def read_delimited(text: Text, name: str, limits: Limits) -> tuple[tuple[Grid, ...], tuple[str, ...]]:
    """The one sheet of a text file, and what should be said about it."""
    data, notices = text.data, []
    if text.damaged:
        notices.append(f"有 {text.damaged:,} 个字符已损坏，读作“\ufffd”")
    separator, quoted = _separator(data)
    if len(separator.encode()) > 1:
        data = data.replace(separator.encode(), _INSIDE.encode())
    parse = _INSIDE if len(separator.encode()) > 1 else separator
    columns = _columns(data, parse, quoted, name, limits)
    if columns is None or (quoted and _runs_on(columns)):
        notices.append("引号不成对，引号按普通字符读")
        columns = _columns(data, parse, False, name, limits)
    if columns is None:
        raise InputFault("文本表格读不出来：行的结构前后不一", name, do="用 Excel 或 WPS 打开后另存为 .xlsx")
    del data, text
    cells = []
    while columns:  # one at a time: a column is let go as soon as it is done
        column = columns.pop(0)
        if parse == _INSIDE:
            column = pc.replace_substring(column, _INSIDE, separator)
        cells.append(text_column(_unprotected(column)))
    return (grid("", cells),), tuple(notices)


def _separator(data: bytes) -> tuple[str, bool]:
    """The sign between cells that most lines have the same number of, and whether cells may stand in quotes."""
    sample = data[:_SAMPLE].decode("utf-8", "replace")
    quoted = '"' in sample or b'"' in data
    best, score, width = ",", 0.0, 0
    for sign in _SEPARATORS:
        parse = _INSIDE if len(sign.encode()) > 1 else sign
        lines = csv.reader(io.StringIO(sample.replace(sign, parse), newline=""), delimiter=parse)
        counts: Counter[int] = Counter()
        try:
            for line, _ in zip(lines, range(_LINES), strict=False):
                counts[len(line)] += bool(line)
        except csv.Error:
            continue
        wide = {count: often for count, often in counts.items() if count > 1}
        if not wide:
            continue
        most, often = max(wide.items(), key=lambda one: one[1])
        share = often / max(1, sum(counts.values()))
        # Signs that also stand inside text come last in the list and must be clearly better; of two that serve
        # alike, the one that gives more columns (each address may hold one comma).
        margin = 0.25 if sign in "|，、；" and score else 0.05
        if share > score + margin or (share >= score - 0.05 and most > width > 0 and margin == 0.05):
            best, score, width = sign, share, most
    return best, quoted


def _columns(data: bytes, separator: str, quoted: bool, name: str, limits: Limits) -> list[pa.Array] | None:
    width = _usual_width(data, separator, quoted)
    odd: list[tuple[int, str]] = []

    def keep(row: pacsv.InvalidRow) -> str:
        odd.append((row.number, row.text))
        return "skip" if len(odd) <= limits.rows else "error"

    names = [str(place) for place in range(width)]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(use_threads=False, block_size=_BLOCK, column_names=names),
            parse_options=pacsv.ParseOptions(
                delimiter=separator,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows + len(odd) > limits.rows:
        raise InputFault(
            f"有 {table.num_rows + len(odd):,} 行", name, f"至多 {limits.rows:,} 行", "分成几个文件"
        )
    whole = []
    while table.num_columns:
        whole.append(table.column(0).combine_chunks())
        table = table.remove_column(0)
    return _with_odd(whole, odd, separator, quoted, name, limits) if odd else whole


def _usual_width(data: bytes, separator: str, quoted: bool) -> int:
    sample = data[:_SAMPLE].decode("utf-8", "replace")
    if len(data) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    counts = Counter(len(cells) for cells in _rows(sample, separator, quoted) if cells)
    return max(counts, key=lambda width: (counts[width], width)) if counts else 1


def _rows(text: str, separator: str, quoted: bool) -> list[list[str]]:
    lines = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
    try:
        return list(lines)
    except csv.Error:
        return [line.split(separator) for line in text.splitlines()]


def _with_odd(
    whole: list[pa.Array],
    odd: Sequence[tuple[int, str]],
    separator: str,
    quoted: bool,
    name: str,
    limits: Limits,
) -> list[pa.Array]:
    """Rows of another length put back where they stood."""
    rows = [(_rows(text, separator, quoted) or [[]])[0] for _, text in odd]
    width = max(len(whole), *map(len, rows))
    if width > limits.columns:
        raise InputFault(f"有一行分出 {width:,} 列", name, f"至多 {limits.columns:,} 列")
    total = len(whole[0]) + len(odd)
    is_odd = np.zeros(total, bool)
    is_odd[[number - 1 for number, _ in odd]] = True
    source = np.empty(total, np.int64)
    source[~is_odd] = np.arange(len(whole[0]))
    source[is_odd] = len(whole[0]) + np.arange(len(odd))
    order = pa.array(source)
    placed, length = [], len(whole[0])
    for place in range(width):
        usual = whole.pop(0) if whole else pa.nulls(length, pa.string())
        extra = pa.array([row[place] if place < len(row) else None for row in rows], pa.string())
        placed.append(pa.concat_arrays([usual, extra]).take(order))
    return placed


def _runs_on(columns: Sequence[pa.Array]) -> bool:
    lengths = [pc.max(pc.binary_length(column)).as_py() or 0 for column in columns]
    return max(lengths, default=0) > 3 * _LONGEST


def _unprotected(column: pa.Array) -> pa.Array:
    """`="0123"`, which keeps a spreadsheet from reading a number, says 0123."""
    if not pc.any(pc.starts_with(column, '="')).as_py():
        return column
    return pc.replace_substring_regex(column, r'(?s)^="(.*)"$', r"\1")
