"""One key, one cipher: AES-256-GCM, or SM4-GCM where national cryptography is required.

A sealed value describes itself: version, cipher, key number (together its head, which is authenticated), a nonce,
then the text with its tag. Nonces are random; a key may seal some four thousand million values, a county's in
centuries. Knows no files and no database.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from doudi.common.errors import StoreFault

CipherName = Literal["aes-256-gcm", "sm4-gcm"]
CIPHERS: Final[dict[CipherName, tuple[int, int]]] = {"aes-256-gcm": (1, 32), "sm4-gcm": (2, 16)}
"""Each cipher's number in a sealed value and the bytes of its key."""

VERSION: Final = 1
HEAD: Final = 6
_NONCE: Final = 12
_TAG: Final = 16

Crypt = Callable[[bytes, bytes, bytes], bytes]


@dataclass(frozen=True)
class DataKey:
    """A key that seals, with its number and cipher. Its bytes are never shown."""

    number: int
    cipher: CipherName
    secret: bytes = field(repr=False)

    @property
    def head(self) -> bytes:
        """What every value sealed by this key begins with."""
        return bytes((VERSION, CIPHERS[self.cipher][0])) + self.number.to_bytes(4, "big")

    def seal_many(self, plain: Sequence[bytes]) -> list[bytes]:
        """Seal each value under a nonce of its own."""
        head, encrypt = self.head, self._pair[0]
        nonces = os.urandom(_NONCE * len(plain))
        cuts = range(0, len(nonces), _NONCE)
        return [
            head + (nonce := nonces[at : at + _NONCE]) + encrypt(nonce, one, head)
            for at, one in zip(cuts, plain, strict=True)
        ]

    def unseal(self, sealed: bytes) -> bytes:
        """Open a value that this key sealed; a changed one is refused."""
        try:
            return self._pair[1](sealed[HEAD : HEAD + _NONCE], sealed[HEAD + _NONCE :], sealed[:HEAD])
        except (InvalidTag, ValueError):
            raise StoreFault(
                "一条加密数据打不开：数据或密钥被改动过", do="从备份恢复登记库和密钥文件"
            ) from None

    @cached_property
    def _pair(self) -> tuple[Crypt, Crypt]:
        if self.cipher == "aes-256-gcm":
            box = AESGCM(self.secret)
            return box.encrypt, box.decrypt
        return self._sm4_encrypt, self._sm4_decrypt

    def _sm4_encrypt(self, nonce: bytes, plain: bytes, head: bytes) -> bytes:
        writing = Cipher(algorithms.SM4(self.secret), modes.GCM(nonce)).encryptor()
        writing.authenticate_additional_data(head)
        return writing.update(plain) + writing.finalize() + writing.tag

    def _sm4_decrypt(self, nonce: bytes, text: bytes, head: bytes) -> bytes:
        reading = Cipher(algorithms.SM4(self.secret), modes.GCM(nonce, text[-_TAG:])).decryptor()
        reading.authenticate_additional_data(head)
        return reading.update(text[:-_TAG]) + reading.finalize()


def key_number(sealed: bytes) -> int:
    """The number of the key that sealed a value."""
    if len(sealed) < HEAD + _NONCE + _TAG or sealed[0] != VERSION:
        raise StoreFault("一条加密数据不完整", do="从备份恢复登记库")
    return int.from_bytes(sealed[2:HEAD], "big")
