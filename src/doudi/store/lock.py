"""One writer at a time: a lock that the system takes back when its holder dies, with the holder's pid for people."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from doudi.common.errors import StoreFault


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock at `path`; refuse at once if another process holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "未知"
            raise StoreFault(
                f"另一个程序（进程 {holder}）正在写入数据目录", where=str(path.parent), do="等它结束后再试"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)  # gives the lock back
