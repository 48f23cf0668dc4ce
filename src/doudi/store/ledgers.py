"""Views of the register kept as Parquet: typed columns, surrogate keys, no column that names a person.

    home/store/ledgers/<view>/<table>.parquet    one file a table, in order of entries
    home/store/ledgers/<view>/manifest.json      what was seen (register state, day, year), rows and digests
    home/store/ledgers/lock                      held while somebody writes

A view is named by what was asked and by the register's state, so the same question of an unchanged register finds
it again; its `id` is made from contents, so the same rows have the same id on every machine. It is built beside and
renamed: a half-written one is never seen. The tables are handed in; this module must not know the register.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from doudi.common.errors import StoreFault
from doudi.facts.edges import COMPRESSION, sync
from doudi.store.manifest import canonical, sha256_of, short_id

LAYOUT = 1
"""Raised when the same tables would be written otherwise."""

KEPT = 6
"""So many views stay; older ones give way."""

_ROWS_PER_GROUP = 1 << 17
_NAMING = frozenset(
    {"psn_name", "certno", "tel", "addr", "bank_acct", "head_name", "head_certno", "head_tel", "hsreg_addr"}
)
_TOLD = "从备份恢复数据目录，或删去 store/ledgers 后重新运行"


@dataclass(frozen=True)
class View:
    """What is asked of the register: the token of all that is known, the day, the coverage year (0: none).

    The moment of knowledge is in the token: as long as nothing new is known, it stays, whatever the clock says.
    """

    token: str
    as_of: dt.date
    year: int = 0

    @property
    def name(self) -> str:
        """The folder's name."""
        return short_id("ledgers", str(LAYOUT), self.token, self.as_of.isoformat(), str(self.year))


@dataclass(frozen=True)
class LedgerSnapshot:
    """A view that is there: its id, and where each table lies."""

    id: str
    folder: Path
    rows: Mapping[str, int]
    bytes: int

    @property
    def paths(self) -> dict[str, Path]:
        """The Parquet file of each table."""
        return {name: self.folder / f"{name}.parquet" for name in self.rows}

    def table(self, name: str) -> pa.Table:
        """A table in memory."""
        return pq.read_table(self.folder / f"{name}.parquet")


class LedgerStore:
    """The views kept under a data directory."""

    def __init__(self, home: Path) -> None:
        self.root = home / "store" / "ledgers"

    def find(self, view: View) -> LedgerSnapshot | None:
        """The view, if it has been kept."""
        folder = self.root / view.name
        path = folder / "manifest.json"
        if not path.exists():
            return None
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            tables: dict[str, dict[str, int]] = body["tables"]
            rows = {name: int(one["rows"]) for name, one in tables.items()}
            size = {name: int(one["bytes"]) for name, one in tables.items()}
            snapshot = LedgerSnapshot(str(body["id"]), folder, rows, sum(size.values()))
        except (ValueError, TypeError, KeyError):
            raise StoreFault("清单损坏", where=str(path), do=_TOLD) from None
        for name, file in snapshot.paths.items():
            if not file.exists() or file.stat().st_size != size[name]:
                raise StoreFault("台账快照缺失或不完整", where=str(file), do=_TOLD)
        return snapshot

    def keep(
        self,
        view: View,
        tables: Callable[[], Iterable[tuple[str, pa.Table]]],
        *,
        identifying: Collection[str] = (),
    ) -> LedgerSnapshot:
        """The view, made from `tables` if it is not there yet. Tables come one by one, so that one at a time is in memory.

        `identifying`: columns that name a person; a table that has one of them is refused, and nothing is kept.
        """
        if kept := self.find(view):
            return kept
        with self._writing():
            if kept := self.find(view):  # another process was quicker
                return kept
            staged = self.root / ".staging"
            staged.mkdir()
            told = {name: _write(staged, name, table, identifying) for name, table in tables()}
            lines = [f"{name} {one['sha256']}" for name, one in sorted(told.items())]
            body = {
                "id": short_id("ledgers", str(LAYOUT), *lines),
                "layout": LAYOUT,
                "register": view.token,
                "as_of": view.as_of.isoformat(),
                "year": view.year,
                "tables": told,
            }
            (staged / "manifest.json").write_text(canonical(body), encoding="utf-8")
            sync(staged / "manifest.json")
            sync(staged)
            staged.rename(self.root / view.name)
            sync(self.root)
            self._give_way(view.name)
        found = self.find(view)
        if found is None:  # pragma: no cover -- it was renamed into place above
            raise StoreFault("台账快照缺失", where=str(self.root), do=_TOLD)
        return found

    def verify(self, view: View) -> None:
        """Read every byte of a kept view against its digest."""
        snapshot = self.find(view)
        if snapshot is None:
            raise StoreFault("没有这一份台账快照", where=str(self.root), do="重新运行，会自动生成")
        body = json.loads((snapshot.folder / "manifest.json").read_text(encoding="utf-8"))
        for name, path in snapshot.paths.items():
            if sha256_of(path) != body["tables"][name]["sha256"]:
                raise StoreFault("内容与清单不符", where=str(path), do=_TOLD)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time; the next one waits. The system takes the lock back when its holder dies."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            shutil.rmtree(self.root / ".staging", ignore_errors=True)  # what a killed writer left
            yield
        finally:
            shutil.rmtree(self.root / ".staging", ignore_errors=True)
            os.close(handle)

    def _give_way(self, newest: str) -> None:
        """Take the oldest views away; who still reads one has its files open."""
        folders = [path for path in self.root.iterdir() if path.is_dir() and path.name != newest]
        folders.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
        for path in folders[KEPT - 1 :]:
            shutil.rmtree(path, ignore_errors=True)


def _write(folder: Path, name: str, table: pa.Table, identifying: Collection[str]) -> dict[str, int | str]:
    if named := sorted((_NAMING | set(identifying)) & set(table.column_names)):
        raise StoreFault(f"能认出本人的列不入库：{'、'.join(named)}", where=name, do="只交出代号和其余各列")
    path = folder / f"{name}.parquet"
    ordered = _in_order(
        table
    ).combine_chunks()  # the pages of a file follow the chunks, and its bytes must not
    pq.write_table(ordered, path, compression=COMPRESSION, row_group_size=_ROWS_PER_GROUP, store_schema=False)
    sync(path)
    return {"rows": ordered.num_rows, "bytes": path.stat().st_size, "sha256": sha256_of(path)}


def _in_order(table: pa.Table) -> pa.Table:
    """Rows in one order, whatever order a database gave them in: by entry or person, then by everything."""
    first = next((name for name in ("entry_id", "person_id", "code") if name in table.column_names), None)
    if first is None or table.num_rows < 2:
        return table
    column = table[first].combine_chunks()
    if column.null_count == 0 and pa.types.is_integer(column.type):
        values = column.to_numpy()
        if (np.diff(values) > 0).all():
            return table
        if len(np.unique(values)) == len(values):
            return table.take(pc.sort_indices(column))
    names = [first, *(n for n in table.column_names if n != first and not pa.types.is_nested(table[n].type))]
    return table.take(pc.sort_indices(table, sort_keys=[(n, "ascending", "at_start") for n in names]))
