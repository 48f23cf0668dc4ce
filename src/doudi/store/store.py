"""The store: open it, read a snapshot of it, add to it in one swap.

A writer builds beside, forces everything to disk, and renames; killed at any moment it leaves the old
state or the new one. Reading takes no lock: batches never change, and a snapshot once taken stays
readable. This module must not know what the tables mean beyond their declaration.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from doudi.common.errors import StoreFault
from doudi.facts.edges import replaced, sync
from doudi.facts.registry import TABLES
from doudi.store.batches import dataset_of
from doudi.store.lock import held
from doudi.store.manifest import Manifest, Source, sha256_of
from doudi.store.snapshot import EMPTY, Snapshot
from doudi.store.writer import Writer


def open_store(home: Path) -> Store:
    """The store under a data directory; made when first written to."""
    return Store(home / "store")


class Store:
    """Batches and snapshots under one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._manifests: dict[tuple[str, str], Manifest] = {}

    # --- reading ---------------------------------------------------------------------------------------------

    def current(self) -> Snapshot:
        """The snapshot that holds now; an empty one for a new store."""
        pointer = self.root / "CURRENT"
        return self._load(pointer.read_text().strip()) if pointer.exists() else EMPTY

    def snapshot(self, id: str) -> Snapshot:  # noqa: A002 -- that is its name everywhere else
        """A snapshot by id, or by a beginning of it that only one has."""
        found = sorted((self.root / "snapshots").glob(f"{id}*.json")) if id.isalnum() else []
        if len(found) != 1:
            raise StoreFault(
                f"没有快照“{id}”" if not found else f"“{id}”对应不止一个快照",
                where=str(self.root),
                allowed="、".join(known.id for known in self.snapshots()) or "尚无快照",
                do="写出完整的快照编号",
            )
        return self._load(found[0].stem)

    def snapshots(self) -> list[Snapshot]:
        """All snapshots, oldest first."""
        chain = [self.current()]
        while parent := chain[-1].parent:
            chain.append(self._load(parent))
        return [snapshot for snapshot in reversed(chain) if snapshot.batches]

    def manifests(self, table: str, snapshot: Snapshot | None = None) -> list[Manifest]:
        """The manifests of a table's batches."""
        held_now = snapshot or self.current()
        return [self._manifest(table, batch) for batch in held_now.batches.get(table, ())]

    def read(self, table: str, snapshot: Snapshot | str | None = None) -> ds.Dataset:
        """A table as of a snapshot, in the inside form, as a lazy dataset: read-only, DuckDB queries it as it is."""
        taken = self.snapshot(snapshot) if isinstance(snapshot, str) else snapshot or self.current()
        return dataset_of([self._data(manifest) for manifest in self.manifests(table, taken)], TABLES[table])

    def has_source(self, table: str, sha256: str) -> bool:
        """Whether a file with these bytes has been taken in whole."""
        return any(
            source.sha256 == sha256 and not source.rejected
            for manifest in self.manifests(table)
            for source in manifest.sources
        )

    def verify(self) -> None:
        """Read every byte of the current snapshot against its digest."""
        for table in self.current().batches:
            for manifest in self.manifests(table):
                path = self._data(manifest)
                if sha256_of(path) != manifest.sha256:
                    raise StoreFault("内容与清单不符", where=str(path), do="从备份恢复数据目录")

    # --- writing ---------------------------------------------------------------------------------------------

    def commit(self, table: str, data: pa.Table, sources: Sequence[Source]) -> Snapshot:
        """Add one table's rows (inside form) in a swap of their own."""
        with self.writing() as writer:
            writer.add(table, data, sources)
        return self.current()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Add to any number of tables; all of it holds when the block ends, or nothing if it does not end well."""
        self.root.mkdir(parents=True, exist_ok=True)
        with held(self.root / "lock"):
            self._clean()
            writer = Writer(self)
            try:
                yield writer
                added = writer.finish()
                if added:
                    self._swap(self.current().with_batches(added))
            finally:
                shutil.rmtree(self.root / "staging", ignore_errors=True)

    def _swap(self, snapshot: Snapshot) -> None:
        folder = self.root / "snapshots"
        folder.mkdir(exist_ok=True)
        with replaced(folder / f"{snapshot.id}.json") as beside:
            beside.write_text(snapshot.to_json(), encoding="utf-8")
        sync(self.root)
        with replaced(self.root / "CURRENT") as beside:
            beside.write_text(snapshot.id + "\n", encoding="utf-8")

    def _clean(self) -> None:
        """Take away what a killed writer left: nothing of it was ever part of a snapshot."""
        shutil.rmtree(self.root / "staging", ignore_errors=True)
        chain = self.snapshots()
        known = {(table, batch) for s in chain for table, ids in s.batches.items() for batch in ids}
        for folder in (self.root / "batches").glob("*/*"):
            if (folder.parent.name, folder.name) not in known:
                shutil.rmtree(folder, ignore_errors=True)
        kept = {f"{snapshot.id}.json" for snapshot in chain}
        for path in (self.root / "snapshots").glob("*"):
            if path.name not in kept:
                path.unlink()
        for path in self.root.glob(".CURRENT.*.part"):
            path.unlink()

    # --- places ----------------------------------------------------------------------------------------------

    def batch_folder(self, table: str, batch: str) -> Path:
        """Where a batch lies."""
        return self.root / "batches" / table / batch

    def staging(self) -> Path:
        """A place of this process for what is being written."""
        folder = self.root / "staging" / str(os.getpid())
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _load(self, snapshot: str) -> Snapshot:
        path = self.root / "snapshots" / f"{snapshot}.json"
        if not path.exists():
            raise StoreFault("快照缺失", where=str(path), do="从备份恢复数据目录")
        return Snapshot.from_json(path.read_text(encoding="utf-8"), str(path))

    def _manifest(self, table: str, batch: str) -> Manifest:
        if (table, batch) not in self._manifests:
            path = self.batch_folder(table, batch) / "manifest.json"
            if not path.exists():
                raise StoreFault("批次缺失", where=str(path), do="从备份恢复数据目录")
            self._manifests[table, batch] = Manifest.from_json(path.read_text(encoding="utf-8"), str(path))
        return self._manifests[table, batch]

    def _data(self, manifest: Manifest) -> Path:
        path = self.batch_folder(manifest.table, manifest.batch) / "data.parquet"
        if not path.exists() or path.stat().st_size != manifest.bytes:
            raise StoreFault("批次的数据缺失或不完整", where=str(path), do="从备份恢复数据目录")
        return path
