"""Adding to the store: rows that are new are sorted, written as a batch in staging, and moved to their place.

A row that is there already with the same content is skipped; one with the same key and other content is a
fault that names both sources. This module must not decide when a snapshot holds; the store swaps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from doudi.common.errors import Faults, InputFault
from doudi.facts.conform import conform
from doudi.facts.declare import Table
from doudi.facts.edges import COMPRESSION, sync
from doudi.facts.registry import TABLES
from doudi.store.batches import dataset_of
from doudi.store.duplicates import BETWEEN, Mask, Rows, clashes, repeats, row_keys
from doudi.store.manifest import Manifest, Source, manifest_of

if TYPE_CHECKING:
    from doudi.store.store import Store

_ROWS_PER_GROUP = 1 << 17
_TOLD = 20


@dataclass(frozen=True)
class Added:
    """What became of rows handed to the store."""

    table: str
    new: int
    skipped: int


@dataclass(frozen=True)
class Compared:
    """Rows held against each other and against the store: new ones, and keys with other content than before."""

    new: Mask
    differing: Rows
    origin: Mapping[str, str]


class Writer:
    """One swap in the making; from `Store.writing`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._batches: dict[str, list[Manifest]] = {}

    def compare(self, table: str, data: pa.Table) -> Compared:
        """Which rows the store does not hold yet, and which contradict it or each other."""
        declared = TABLES[table]
        data = conform(data, declared, keep_identifying=False)
        repeated, differing = repeats(data, declared)
        old, origin = self._overlapping(declared, data)
        new = np.ones(data.num_rows, dtype=bool)
        new[repeated] = new[differing] = False
        if old is None:
            return Compared(new, differing, {})
        known, clashing = clashes(declared, old, data)
        new[known] = new[clashing] = False
        names = dict(zip(row_keys(old, declared).to_pylist(), origin, strict=True)) if len(clashing) else {}
        return Compared(new, np.union1d(differing, clashing), names)

    def add(
        self, table: str, data: pa.Table, sources: Sequence[Source], compared: Compared | None = None
    ) -> Added:
        """Add the new rows (inside form), without columns that identify a person; refuse contradictions."""
        declared = TABLES[table]
        data = conform(data, declared, keep_identifying=False)
        compared = compared or self.compare(table, data)
        if len(compared.differing):
            some = pa.array(compared.differing[:_TOLD])
            keys = dict.fromkeys(row_keys(data.take(some), declared).to_pylist())
            told = [conflict(declared, key, compared.origin, _names(sources)) for key in keys]
            raise Faults(told, more=len(compared.differing) - len(some))
        new = int(compared.new.sum())
        if new:
            fresh = data if new == data.num_rows else data.filter(pa.array(compared.new))
            self._write(table, _sorted(_filled(fresh), declared.order), tuple(sources))
        return Added(table, new, data.num_rows - new)

    def finish(self) -> Mapping[str, tuple[str, ...]]:
        """Move the batches to their places, on disk; nothing refers to them yet."""
        for table, manifests in self._batches.items():
            for manifest in manifests:
                place = self._store.batch_folder(table, manifest.batch)
                place.parent.mkdir(parents=True, exist_ok=True)
                (self._store.staging() / manifest.batch).rename(place)
                sync(place.parent)
        if self._batches:
            sync(self._store.root / "batches")
            sync(self._store.root)
        return {table: tuple(m.batch for m in manifests) for table, manifests in self._batches.items()}

    def _overlapping(self, table: Table, data: pa.Table) -> tuple[pa.Table | None, list[str]]:
        """Rows of the store, and of this swap so far, whose keys come again; each with its source's name."""
        wanted = row_keys(data, table)
        parts: list[pa.Table] = []
        origin: list[str] = []
        for manifest in (*self._store.manifests(table.name), *self._batches.get(table.name, ())):
            staged = self._store.staging() / manifest.batch
            folder = staged if staged.exists() else self._store.batch_folder(table.name, manifest.batch)
            batch = dataset_of([folder / "data.parquet"], table)
            columns = [table[key].inside for key in table.keys] or batch.schema.names
            again = pc.is_in(row_keys(batch.to_table(columns=columns), table), value_set=wanted)
            if pc.any(again).as_py():
                parts.append(batch.to_table().filter(again))
                origin += [_names(manifest.sources)] * parts[-1].num_rows
        return (pa.concat_tables(parts, promote_options="default") if parts else None), origin

    def _write(self, table: str, data: pa.Table, sources: tuple[Source, ...]) -> None:
        staged = self._store.staging() / f"{table}.{len(self._batches.get(table, []))}"
        staged.mkdir()
        path = staged / "data.parquet"
        data = data.combine_chunks()  # the pages of a file follow the chunks, and its bytes must not
        pq.write_table(data, path, compression=COMPRESSION, row_group_size=_ROWS_PER_GROUP)
        manifest = manifest_of(table, data, path, sources)
        (staged / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
        for written in (path, staged / "manifest.json", staged):
            sync(written)
        staged.rename(staged.parent / manifest.batch)
        self._batches.setdefault(table, []).append(manifest)


def _filled(data: pa.Table) -> pa.Table:
    """Without columns that hold nothing; a reader sees them empty all the same."""
    return data.select([name for name in data.column_names if data[name].null_count < data.num_rows])


def _sorted(data: pa.Table, order: Sequence[str]) -> pa.Table:
    keys = [(name, "ascending", "at_start") for name in order if name in data.column_names]
    indices = pc.sort_indices(data, sort_keys=keys)
    in_order = np.array_equal(indices.to_numpy(), np.arange(data.num_rows))
    return data if in_order else data.take(indices)


def conflict(table: Table, key: str, origin: Mapping[str, str], where: str) -> InputFault:
    """The message for a key that stands for different contents; `origin` says where the store has it from."""
    before = f"在“{origin[key]}”中已有，内容不同" if key in origin else "出现多次，内容不同"
    return InputFault(
        f"{'、'.join(table.keys)} {key.replace(BETWEEN, ' ')} {before}",
        where,
        allowed="同一主键的内容必须相同（相同的会自动跳过）",
        do="核对哪一份对；若是更正，以退费行加新结算的方式提供",
    )


def _names(sources: Sequence[Source]) -> str:
    return "、".join(source.name for source in sources)
