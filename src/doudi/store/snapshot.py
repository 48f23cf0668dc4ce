"""A snapshot: which batches of which tables hold together, named by what they contain.

Snapshots form a chain; each names the one before it, but its id depends on its contents alone. This
module must not know where snapshots lie.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from doudi.common.errors import StoreFault
from doudi.store.manifest import canonical, short_id


@dataclass(frozen=True)
class Snapshot:
    """Batch ids by table, sorted; the snapshot before; how many came before it."""

    batches: Mapping[str, tuple[str, ...]]
    parent: str | None = None
    number: int = 0
    id: str = field(init=False)

    def __post_init__(self) -> None:
        ordered = {table: tuple(sorted(set(ids))) for table, ids in sorted(self.batches.items()) if ids}
        object.__setattr__(self, "batches", ordered)
        lines = [f"{table} {batch}" for table, ids in ordered.items() for batch in ids]
        object.__setattr__(self, "id", short_id("snapshot", *lines))

    def with_batches(self, added: Mapping[str, tuple[str, ...]]) -> Snapshot:
        """The snapshot after this one, with further batches."""
        tables = {*self.batches, *added}
        merged = {table: (*self.batches.get(table, ()), *added.get(table, ())) for table in tables}
        return Snapshot(merged, parent=self.id if self.batches else None, number=self.number + 1)

    def to_json(self) -> str:
        """Canonical text."""
        return canonical(
            {"id": self.id, "number": self.number, "parent": self.parent, "batches": dict(self.batches)}
        )

    @classmethod
    def from_json(cls, text: str, where: str) -> Snapshot:
        """Read a snapshot back; its id must be that of its contents."""
        try:
            body = json.loads(text)
            batches = {table: tuple(ids) for table, ids in body["batches"].items()}
            snapshot = cls(batches, body["parent"], body["number"])
            if snapshot.id != body["id"]:
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError):
            raise StoreFault(
                "快照损坏", where=where, do="从备份恢复数据目录，或删去数据目录重新导入"
            ) from None
        return snapshot


EMPTY = Snapshot({})
"""What a new store holds."""
