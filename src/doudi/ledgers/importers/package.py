"""A zip package opened without trust: its parts are counted and measured before anybody unpacks one.

What a part says of its own size is checked against what comes out. Knows nothing of sheets.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from doudi.common.errors import InputFault
from doudi.ledgers.importers.limits import Limits, mib

_CHUNK = 1 << 22
_LOCAL = struct.Struct("<4s5H3I2H")
_ENCRYPTED = 0x1


class Package:
    """The parts of a zip file by name. Making one refuses what no honest workbook does."""

    def __init__(self, data: bytes, name: str, limits: Limits) -> None:
        self.data, self.name, self.limits = data, name, limits
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                entries = [entry for entry in packed.infolist() if not entry.filename.endswith("/")]
        except (
            zipfile.BadZipFile,
            RuntimeError,
            ValueError,
            OverflowError,
            struct.error,
            OSError,
            EOFError,
        ):
            raise self.damaged() from None
        self.parts = {entry.filename: entry for entry in entries}
        self._check(entries)

    def damaged(self) -> InputFault:
        """The message for a package that does not hold together."""
        return InputFault(
            "文件已损坏或不完整，压缩包结构读不出来",
            self.name,
            do="请发送方用 Excel 或 WPS 打开后另存为 .xlsx 重发",
        )

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        limits = self.limits
        if len(entries) > limits.parts:
            raise InputFault(f"压缩包里有 {len(entries):,} 个部件", self.name, f"至多 {limits.parts:,} 个")
        if len({entry.filename.lower() for entry in entries}) < len(entries):
            raise InputFault(
                "压缩包里有重名的部件，不是正常保存的工作簿", self.name, do="请发送方另存为 .xlsx 重发"
            )
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise password(self.name)
        if sum(entry.compress_size for entry in entries) > len(self.data):
            raise InputFault("压缩包里的部件互相重叠，疑为压缩炸弹", self.name, do="不要打开，向发送方核实")
        if (opened := sum(entry.file_size for entry in entries)) > limits.opened:
            raise InputFault(
                f"解压后有 {mib(opened)}", self.name, f"至多 {mib(limits.opened)}", "分成几个文件"
            )
        for entry in entries:
            if entry.file_size > limits.free and entry.file_size > limits.ratio * max(1, entry.compress_size):
                raise self.bomb()

    def bomb(self) -> InputFault:
        """The message for a part that grows too much."""
        return InputFault(
            f"部件解压后膨胀超过 {self.limits.ratio} 倍，疑为压缩炸弹",
            self.name,
            f"大于 {mib(self.limits.free)} 的部件至多膨胀 {self.limits.ratio} 倍",
            "不要打开，向发送方核实",
        )

    def has(self, *starts: str) -> bool:
        """Whether a part's name starts so (small letters)."""
        return any(name.lower().startswith(starts) for name in self.parts)

    def read(self, part: str, most: int = 64 << 20) -> bytes:
        """A small part as a whole; empty where there is none."""
        if part not in self.parts:
            return b""
        if self.parts[part].file_size > most:
            raise InputFault(f"部件 {part} 解压后超过 {mib(most)}", self.name)
        return b"".join(self.chunks(part))

    def chunks(self, part: str) -> Iterator[bytes]:
        """A part unpacked piece by piece; the next piece is unpacked while this one is looked at."""
        pieces = self._inflate(part)
        if self.parts[part].file_size <= _CHUNK:
            yield from pieces
            return
        with ThreadPoolExecutor(1) as beside:
            waiting = beside.submit(next, pieces, None)
            while (piece := waiting.result()) is not None:
                waiting = beside.submit(next, pieces, None)
                yield piece

    def _inflate(self, part: str) -> Iterator[bytes]:
        entry = self.parts[part]
        head = self.data[entry.header_offset : entry.header_offset + _LOCAL.size]
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            raise self.damaged()
        start = entry.header_offset + _LOCAL.size + sum(_LOCAL.unpack(head)[-2:])
        packed = memoryview(self.data)[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_STORED:
            if len(packed) != entry.file_size:
                raise self.damaged()
            yield bytes(packed)
            return
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise InputFault(
                "用了少见的压缩方法，读不出来",
                self.name,
                "普通压缩（deflate）",
                "用 Excel 或 WPS 另存为 .xlsx",
            )
        machine, came, tail = zlib.decompressobj(-15), 0, packed
        while True:
            try:
                piece = machine.decompress(tail, _CHUNK)
            except zlib.error:
                raise self.damaged() from None
            came += len(piece)
            if came > entry.file_size:
                raise InputFault("部件解压后比自称的大，疑为压缩炸弹", self.name, do="不要打开，向发送方核实")
            if piece:
                yield piece
            tail = memoryview(machine.unconsumed_tail)
            if machine.eof or not (piece or tail):
                break
        if came != entry.file_size:
            raise self.damaged()


def password(name: str) -> InputFault:
    """The message for a file under a password."""
    return InputFault(
        "文件有打开密码，读不出内容", name, "没有密码的文件", "请发送方取消密码后重发，不要在邮件里发密码"
    )
