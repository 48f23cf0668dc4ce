"""Raw batches of a file, in order, each row with the number by which its sender knows it.

The header is row 1, so numbers are those a spreadsheet shows. Nothing is interpreted here: CSV cells are
text, and Parquet columns are what they are. This module must not know tables.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from doudi.common.errors import InputFault
from doudi.store.importers.shape import Shape

Numbers = npt.NDArray[np.int64]

_BLOCK = 1 << 24
_ROWS = 1 << 16


@dataclass
class Ragged:
    """Rows with too many or too few cells, by number; the reader cannot place their cells."""

    rows: dict[int, str] = field(default_factory=dict)
    expected: int = 0
    most: int = 100_000

    def keep(self, row: pacsv.InvalidRow) -> str:
        """For the CSV reader: remember the row and go on, unless the whole file is of another make."""
        if len(self.rows) >= self.most:
            return "error"
        self.rows[row.number] = row.text
        return "skip"


@dataclass(frozen=True)
class RawBatch:
    """Some rows: their numbers, their columns in the order of the header, and how far into the file they reach."""

    numbers: Numbers
    columns: list[pa.Array]
    read: int


def raw_batches(shape: Shape, ragged: Ragged) -> Iterator[RawBatch]:
    """All rows of a file; rows of the wrong length go to `ragged` instead."""
    return _parquet(shape) if shape.kind == "parquet" else _csv(shape, ragged)


def ahead(batches: Iterator[RawBatch]) -> Iterator[RawBatch]:
    """The same batches, the next one being parsed while this one is worked on."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


def _csv(shape: Shape, ragged: Ragged) -> Iterator[RawBatch]:
    names = [f"c{place}" for place in range(len(shape.headers))]
    ragged.expected = len(names)
    try:
        with pa.OSFile(str(shape.path)) as file:
            reader = pacsv.open_csv(
                file,
                read_options=pacsv.ReadOptions(
                    use_threads=False,  # rows of the wrong length are numbered only so
                    block_size=_BLOCK,
                    column_names=names,
                    skip_rows=shape.header_lines,
                    encoding="utf8" if shape.encoding == "utf-8" else shape.encoding,
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=shape.delimiter,
                    newlines_in_values=shape.quoted,
                    invalid_row_handler=ragged.keep,
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
            taken = 0
            for batch in reader:
                numbers = _numbers(taken, batch.num_rows, ragged, shape.header_lines)
                taken += batch.num_rows
                yield RawBatch(numbers, batch.columns, min(file.tell(), shape.bytes))
    except pa.ArrowInvalid as fault:
        if "Empty CSV file" in str(fault):
            return
        if len(ragged.rows) >= ragged.most:
            raise InputFault(
                f"格数与表头不符的行超过 {ragged.most} 行",
                where=shape.name,
                allowed=f"每行 {ragged.expected} 格，与表头用同一种分隔符",
                do="从来源系统重新导出",
            ) from None
        raise InputFault(
            "有的引号没有配对，读不出一行到哪里为止",
            where=shape.name,
            allowed="值内有引号时写两个引号，整个值再加引号",
            do="从来源系统重新导出",
        ) from None


def _numbers(taken: int, rows: int, ragged: Ragged, header_lines: int) -> Numbers:
    """Number the rows that stood, leaving room for those that did not."""
    stood = np.arange(taken, taken + rows, dtype=np.int64)
    fell = np.array(sorted(ragged.rows), dtype=np.int64) - header_lines - 1
    before = np.searchsorted(fell - np.arange(len(fell)), stood, side="right")
    return stood + before + header_lines + 1


def _parquet(shape: Shape) -> Iterator[RawBatch]:
    try:
        file = pq.ParquetFile(shape.path, memory_map=True)
        taken, rows = 0, max(file.metadata.num_rows, 1)
        for batch in file.iter_batches(batch_size=_ROWS):
            numbers = np.arange(taken, taken + batch.num_rows, dtype=np.int64) + 2
            taken += batch.num_rows
            yield RawBatch(numbers, batch.columns, shape.bytes * taken // rows)
    except (pa.ArrowException, OSError):
        raise InputFault(
            "Parquet 文件被截断或损坏", shape.name, do="重新导出或重新传送，核对文件大小"
        ) from None


def cells_of(text: str, delimiter: str, width: int) -> list[str]:
    """The cells of a row of the wrong length, cut or filled to the header's width."""
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        cells = [text]
    return [*cells, *[""] * width][:width]
