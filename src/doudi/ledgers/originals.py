"""Files as they were handed over: sealed, compressed, named by the digest of their bytes, never changed.

A file is on the disk before the import that names it is committed, so an import always has its file; a file that no
import names is harmless and is taken up again when it comes once more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from doudi.access.ciphers import key_number
from doudi.access.keys import KeyRing
from doudi.common.errors import InputFault, StoreFault
from doudi.facts.edges import replaced
from doudi.ledgers.records import import_row

FOLDER = Path("ledgers") / "files"
_PIECE = 8 << 20
_LENGTH = 8


def keep(original: Path | bytes, sha256: str, *, ring: KeyRing, home: Path) -> None:
    """Put a file away, forced to the disk; nothing to do where it lies already."""
    if _digest(original) != sha256:
        raise InputFault("文件在读取以后变了", do="重新读取文件再导入")
    path = _place(home, sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, _pieces(original), ring)


def fetch(sha256: str, *, ring: KeyRing, home: Path) -> bytes:
    """A file's bytes as they came."""
    path = _place(home, sha256)
    if not path.exists():
        raise StoreFault("原文件不在数据目录里", where=str(path), do="从备份恢复数据目录")
    content = b"".join(_read(path, ring))
    if hashlib.sha256(content).hexdigest() != sha256:
        raise StoreFault("原文件损坏", where=str(path), do="从备份恢复数据目录")
    return content


def original(import_id: int, *, ring: KeyRing, home: Path) -> bytes:
    """The file an import was made of, as it came."""
    row = import_row(import_id)
    if not row.sha256:
        raise InputFault(
            f"第 {import_id} 号不是从文件导入的", do="用 doudi ledger imports 查看从文件导入的编号"
        )
    return fetch(row.sha256, ring=ring, home=home)


def reseal_originals(ring: KeyRing, *, home: Path) -> int:
    """Seal every file that an older key sealed with the current one; tells how many. May be stopped and run again."""
    done = 0
    for path in sorted((home / FOLDER).glob("*")):
        if len(path.name) == 2 * hashlib.sha256().digest_size and not _is_current(path, ring):
            _write(path, _read(path, ring), ring)
            done += 1
    return done


def _place(home: Path, sha256: str) -> Path:
    return home / FOLDER / sha256


def _digest(original: Path | bytes) -> str:
    if isinstance(original, bytes):
        return hashlib.sha256(original).hexdigest()
    with original.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pieces(original: Path | bytes) -> Iterator[bytes]:
    if isinstance(original, bytes):
        yield from (original[start : start + _PIECE] for start in range(0, len(original), _PIECE))
        return
    with original.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _write(path: Path, pieces: Iterator[bytes], ring: KeyRing) -> None:
    with replaced(path) as beside, beside.open("wb") as file:
        beside.chmod(0o600)
        for piece in pieces:
            compressed = pa.compress(piece, codec="zstd", asbytes=True)
            sealed = ring.seal(len(piece).to_bytes(_LENGTH, "big") + compressed)
            file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)


def _sealed(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while head := file.read(_LENGTH):
            yield file.read(int.from_bytes(head, "big"))


def _read(path: Path, ring: KeyRing) -> Iterator[bytes]:
    for sealed in _sealed(path):
        plain = ring.unseal(sealed)
        yield pa.decompress(
            plain[_LENGTH:], int.from_bytes(plain[:_LENGTH], "big"), codec="zstd", asbytes=True
        )


def _is_current(path: Path, ring: KeyRing) -> bool:
    return all(key_number(sealed) == ring.current.number for sealed in _sealed(path))
