"""A result file written a block at a time: beside its place, hashed as it grows, its sums checked, then swapped in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from doudi.common.errors import EngineFault, InputFault
from doudi.common.money import yuan_text
from doudi.facts.edges import COMPRESSION, outside, replaced

#: Columns whose values hardly repeat: a dictionary of them would be built, overflow and be thrown away.
DISTINCT = frozenset(
    [
        "setl_id",
        "psn_no",
        "medfee_sumamt",
        "fulamt_ownpay_amt",
        "overlmt_selfpay",
        "preselfpay_amt",
        "inscp_amt",
        "psn_pay",
        "cash_payamt",
        "fund_payamt",
        "setl_proc_info",
    ]
)
SUFFIXES = (".parquet", ".csv")


class TableFile:
    """A file of one schema (inside form), handed out in the national form. Appears only if the block that opens it ends well."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        if path.suffix.lower() not in SUFFIXES:
            raise InputFault(
                f"不能写成 {path.suffix or '没有扩展名的文件'}",
                where=str(path),
                allowed="、".join(SUFFIXES),
                do="改用这些扩展名",
            )
        self.path, self.schema = path, schema
        self.rows = 0
        self.sums = {name: 0 for name in schema.names if name.endswith("_fen")}
        self._digest = hashlib.sha256()
        self._stack = ExitStack()
        self._writer: Any = None

    def __enter__(self) -> TableFile:
        beside = self._stack.enter_context(replaced(self.path))
        with self._told():
            file = _Hashed(beside, self._digest)
        self._sink = self._stack.enter_context(pa.PythonFile(file, mode="w"))
        edge = outside(self.schema.empty_table()).schema
        if self.path.suffix.lower() == ".csv":
            self._writer = pacsv.CSVWriter(self._sink, edge)
        else:
            self._writer = pq.ParquetWriter(
                self._sink,
                edge,
                compression=COMPRESSION,
                store_schema=False,
                use_dictionary=[name for name in edge.names if name not in DISTINCT],
                store_decimal_as_integer=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and self._writer is not None:
            with suppress(
                OSError
            ):  # what stopped the run is told, not that its end could not be written either
                self._writer.close()
        self._stack.__exit__(kind, error, trace)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what the machine says of a place that cannot be written to, or not any further."""
        try:
            yield
        except OSError as error:
            raise InputFault(
                f"写不进去（{error.strerror or error}）",
                where=str(self.path),
                do="核对磁盘空间和文件夹的权限，或换一个地方",
            ) from error

    def write(self, rows: pa.Table) -> None:
        """Add a block of rows in the inside form."""
        with self._told():
            self._writer.write_table(outside(rows))
        self.rows += len(rows)
        for name in self.sums:
            self.sums[name] += pc.sum(rows[name]).as_py() or 0

    def check_sums(self, expected_fen: Mapping[str, int]) -> None:
        """Refuse the file if a column does not add up to what was settled."""
        for name, fen in expected_fen.items():
            if self.sums[f"{name}_fen"] != fen:
                raise EngineFault(
                    f"{name} 各行之和 {yuan_text(self.sums[f'{name}_fen'])} 不等于结算总额 {yuan_text(fen)}",
                    where=str(self.path),
                    do="请保留输入并报告",
                )

    def finish(self) -> dict[str, Any]:
        """Close the file; what a manifest says of it."""
        with self._told():
            self._writer.close()
            self._writer = None
            self._sink.close()
        return {
            "file": self.path.name, "rows": self.rows, "sha256": self._digest.hexdigest(),
            "sums": {name.removesuffix("_fen"): yuan_text(fen) for name, fen in self.sums.items()},
        }  # fmt: skip


class _Hashed:
    """A file that feeds a digest with what is written to it."""

    def __init__(self, path: Path, digest: Any) -> None:
        self._file, self._digest = path.open("wb"), digest
        self.closed = False

    def write(self, data: Any) -> int:
        self._digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()
        self.closed = True
