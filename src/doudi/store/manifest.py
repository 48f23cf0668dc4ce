"""What a batch says of itself: rows, sums, digest, sources, schema version.

A manifest holds no clock and no place, so the same batch has the same manifest everywhere. This module
must not know where batches lie.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.errors import StoreFault
from doudi.facts.declare import SCHEMA_VERSION


@dataclass(frozen=True, order=True)
class Source:
    """A file that facts came from: its name, the digest of its bytes, and how its rows fared."""

    name: str
    sha256: str
    rows: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class Manifest:
    """One batch of one table."""

    batch: str
    table: str
    schema_version: int
    rows: int
    sums_fen: dict[str, int]
    bytes: int
    sha256: str
    sources: tuple[Source, ...]

    def to_json(self) -> str:
        """Canonical text: sorted keys, one trailing newline."""
        return canonical(asdict(self))

    @classmethod
    def from_json(cls, text: str, where: str) -> Manifest:
        """Read a manifest back; a damaged one is the store's fault and says where."""
        try:
            body = json.loads(text)
            body["sources"] = tuple(Source(**source) for source in body["sources"])
            manifest = cls(**body)
        except (ValueError, TypeError, KeyError):
            raise StoreFault(
                "清单损坏", where=where, do="从备份恢复数据目录，或删去数据目录重新导入"
            ) from None
        if manifest.schema_version > SCHEMA_VERSION:
            raise StoreFault(
                f"由更新的程序写成（结构版本 {manifest.schema_version}，本程序认识到 {SCHEMA_VERSION}）",
                where=where,
                do="升级 doudi 再打开",
            )
        return manifest


def manifest_of(table: str, data: pa.Table, path: Path, sources: tuple[Source, ...]) -> Manifest:
    """Describe a batch written at `path`."""
    digest = sha256_of(path)
    return Manifest(
        batch=short_id(table, str(SCHEMA_VERSION), digest),
        table=table,
        schema_version=SCHEMA_VERSION,
        rows=data.num_rows,
        sums_fen={
            name.removesuffix("_fen"): pc.sum(data[name]).as_py() or 0
            for name in data.column_names
            if name.endswith("_fen")
        },
        bytes=path.stat().st_size,
        sha256=digest,
        sources=tuple(sorted(sources)),
    )


def sha256_of(path: Path) -> str:
    """Digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def short_id(*parts: str) -> str:
    """A name made from contents: 16 hex digits."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def canonical(body: dict[str, Any]) -> str:
    """JSON with one spelling."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
