"""The compound file in which .xls and .et keep their streams: its directory and streams, read without trust.

Also a password-protected .xlsx comes in one. Knows no records.
"""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # from here on a sector number is a sign, not a place


class BrokenFile(Exception):  # noqa: N818 -- worded by the caller
    """The chains of sectors do not hold together."""


class Compound:
    """Streams by name. Storages are there too, with empty content."""

    def __init__(self, data: bytes) -> None:
        try:
            self._open(data)
        except (struct.error, IndexError, ValueError, OverflowError):
            raise BrokenFile from None

    def _open(self, data: bytes) -> None:
        if data[:8] != MAGIC:
            raise BrokenFile
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small_shift != 6:
            raise BrokenFile
        self.data, self.sector = data, 1 << shift
        first_directory, _, self.cutoff, first_small, _, first_more, _ = struct.unpack_from(
            "<IIIIIII", data, 48
        )
        self.most = len(data) // self.sector + 1
        table = list(struct.unpack_from("<109I", data, 76))
        seen = 0
        while first_more < _END:
            numbers = struct.unpack(f"<{self.sector // 4}I", self._at(first_more))
            table += numbers[:-1]
            first_more, seen = numbers[-1], seen + 1
            if seen > self.most:
                raise BrokenFile
        fat = b"".join(self._at(number) for number in table if number < _END)
        self.fat = np.frombuffer(fat, "<u4")
        self.small_fat = np.frombuffer(self._chain(first_small, self.fat), "<u4")
        self.entries = self._directory(self._chain(first_directory, self.fat))
        root = next((entry for entry in self.entries if entry[1] == 5), None)
        self.small = self._chain(root[2], self.fat)[: root[3]] if root else b""

    def _directory(self, raw: bytes) -> list[tuple[str, int, int, int]]:
        entries = []
        for start in range(0, len(raw) - 127, 128):
            length, kind = struct.unpack_from("<HB", raw, start + 64)
            if kind not in (1, 2, 5):
                continue
            first, size = struct.unpack_from("<II", raw, start + 116)
            name = raw[start : start + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            entries.append((name, kind, first, size))
        return entries

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        piece = self.data[start : start + self.sector]
        if not piece:
            raise BrokenFile
        return piece.ljust(self.sector, b"\0")

    def _chain(self, number: int, fat: npt.NDArray[np.uint32]) -> bytes:
        pieces: list[bytes] = []
        while number < _END:
            pieces.append(self._at(number))
            if len(pieces) > self.most or number >= len(fat):
                raise BrokenFile
            number = int(fat[number])
        return b"".join(pieces)

    @property
    def names(self) -> frozenset[str]:
        """Every stream and storage, in small letters."""
        return frozenset(name.lower() for name, *_ in self.entries)

    def stream(self, name: str) -> bytes | None:
        """A stream's bytes; None where there is none of that name."""
        for found, kind, first, size in self.entries:
            if kind == 2 and found.lower() == name.lower():
                if size >= self.cutoff:
                    return self._chain(first, self.fat)[:size]
                return self._small_chain(first)[:size]
        return None

    def _small_chain(self, number: int) -> bytes:
        pieces: list[bytes] = []
        while number < _END:
            pieces.append(self.small[number * 64 : number * 64 + 64])
            if len(pieces) > len(self.small) // 64 + 1 or number >= len(self.small_fat):
                raise BrokenFile
            number = int(self.small_fat[number])
        return b"".join(pieces)
