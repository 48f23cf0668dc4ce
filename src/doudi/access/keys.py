"""The installation's keys: the file they lie in, sealing with the newest, the keyed index.

The index key is made once and never changes: everything is found by it. Data keys are added by `rotate`; old ones
stay until nothing is sealed with them any more (`doudi.access.rotation`). Whoever has the file can read everything,
so it is refused when others than its owner may read it, and it should be kept on another disk than the register.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, get_args

import pyarrow as pa

from doudi.access.ciphers import CIPHERS, CipherName, DataKey, key_number
from doudi.common.errors import InputFault, StoreFault

FILE = "keys.json"
INDEX_BYTES: Final = 16
_BLOCK: Final = 64  # of SHA-256


class KeyRing:
    """Seals and unseals bytes, and turns a text into what it is found by."""

    def __init__(self, path: Path, index_key: bytes, keys: Sequence[DataKey]) -> None:
        self._path = path
        self._index_key = index_key
        self._keys = {key.number: key for key in keys}
        padded = index_key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def __repr__(self) -> str:
        return f"KeyRing({len(self._keys)} keys, newest {self.current.number} {self.current.cipher})"

    def __reduce__(self) -> Any:
        raise TypeError("keys travel in their file alone: hand the path on and open it there")

    @property
    def current(self) -> DataKey:
        """The key that seals now."""
        return self._keys[max(self._keys)]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Every key's number, oldest first."""
        return tuple(sorted(self._keys))

    @property
    def mark(self) -> bytes:
        """What tells this ring from another without giving anything away: a register keeps it."""
        return hmac.digest(self._index_key, b"doudi register", "sha256")[:INDEX_BYTES]

    def seal(self, plain: bytes) -> bytes:
        """Seal a value; twice the same value gives two different results."""
        return self.seal_many((plain,))[0]

    def seal_many(self, plain: Sequence[bytes]) -> list[bytes]:
        """Seal many values at once."""
        return self.current.seal_many(plain)

    def unseal(self, sealed: bytes) -> bytes:
        """Open a value, whichever of our keys sealed it."""
        sealed = bytes(sealed)  # drivers hand out memoryviews
        return self._key(key_number(sealed)).unseal(sealed)

    def unseal_many(self, sealed: Sequence[bytes]) -> list[bytes]:
        """Open many values."""
        return [self.unseal(one) for one in sealed]

    def index(self, text: str) -> bytes:
        """The sixteen bytes by which a text is found; the same text always gives the same ones.

        Bring the text to its one spelling first: a number's `x` is `X`, no blanks.
        """
        return self._digest(text.encode())

    def index_many(self, texts: pa.Array | pa.ChunkedArray) -> pa.Array:
        """The same for a whole column: fixed_size_binary(16); null stays null."""
        return pa.array(
            [None if text is None else self._digest(text.encode()) for text in texts.to_pylist()],
            pa.binary(INDEX_BYTES),
        )

    def rotate(self, cipher: CipherName | None = None) -> int:
        """Add a data key, of another cipher if so wished, and seal with it from now on; tells its number."""
        self.reload()
        number = max(self._keys) + 1
        self._keys[number] = _new_key(number, cipher or self.current.cipher)
        self._write()
        return number

    def drop(self, number: int) -> None:
        """Forget a key for ever. What it sealed is lost: `rotation.drop_unused` looks first."""
        if number == self.current.number:
            raise ValueError("the key that seals now cannot be dropped")
        del self._keys[number]
        self._write()

    def reload(self) -> None:
        """Read the file again: another program may have added a key."""
        self._keys |= open_keys(self._path)._keys

    def _key(self, number: int) -> DataKey:
        if number not in self._keys:
            self.reload()
        try:
            return self._keys[number]
        except KeyError:
            raise StoreFault(
                f"密钥文件里没有第 {number} 号密钥", where=str(self._path), do="放回原来的密钥文件"
            ) from None

    def _digest(self, text: bytes) -> bytes:
        # HMAC-SHA256 written out: the states after both pads are copied, which is twice as fast as starting over.
        inner = self._inner.copy()
        inner.update(text)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()[:INDEX_BYTES]

    def _write(self) -> None:
        _replace(self._path, _told(self._index_key, tuple(self._keys.values())))


def open_keys(path: Path, cipher: CipherName = "aes-256-gcm") -> KeyRing:
    """The ring in a file; the file is made, for its owner alone, where there is none.

    `cipher` is what a new file's first key is made for; an old file keeps what it has until `rotate`.
    """
    if cipher not in get_args(CipherName):
        raise InputFault("没有这种加密算法", where="DOUDI_CIPHER", allowed="、".join(get_args(CipherName)))
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _create(path, _told(secrets.token_bytes(32), (_new_key(1, cipher),)))
    return _read(path)


def _new_key(number: int, cipher: CipherName) -> DataKey:
    return DataKey(number, cipher, secrets.token_bytes(CIPHERS[cipher][1]))


def _told(index_key: bytes, keys: Sequence[DataKey]) -> str:
    told = {
        "version": 1,
        "index": index_key.hex(),
        "keys": [{"number": key.number, "cipher": key.cipher, "secret": key.secret.hex()} for key in keys],
    }
    return json.dumps(told, indent=1) + "\n"


def _read(path: Path) -> KeyRing:
    if path.stat().st_mode & 0o077:
        raise StoreFault("别人也能读密钥文件", where=str(path), do=f"chmod 600 {path}")
    try:
        told = json.loads(path.read_text(encoding="ascii"))
        keys = [DataKey(key["number"], key["cipher"], bytes.fromhex(key["secret"])) for key in told["keys"]]
        index_key = bytes.fromhex(told["index"])
        right = told["version"] == 1 and len(index_key) == 32 and keys
        right = right and all(len(key.secret) == CIPHERS[key.cipher][1] for key in keys)
    except (ValueError, KeyError, TypeError):
        right = False
    if not right:
        # `from None`: the parser's message would quote the file.
        raise StoreFault("密钥文件读不懂", where=str(path), do="放回备份的密钥文件") from None
    return KeyRing(path, index_key, keys)


def _create(path: Path, text: str) -> None:
    """Put a new file in place whole; where another program was first, its file stands."""
    with _beside(path, text) as new:
        try:
            os.link(new, path)
        except FileExistsError:
            return
        _settle(path.parent)


def _replace(path: Path, text: str) -> None:
    with _beside(path, text) as new:
        new.replace(path)
        _settle(path.parent)


class _beside:  # noqa: N801 -- used as a statement
    """A whole file on the disk beside where it belongs, gone at the end if nobody took it."""

    def __init__(self, path: Path, text: str) -> None:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # for its owner alone
        self._path = Path(name)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)

    def __enter__(self) -> Path:
        return self._path

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
