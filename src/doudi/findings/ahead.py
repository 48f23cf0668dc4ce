"""Work on blocks in threads, a few ahead or behind, in order: both cores busy, few blocks in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Block = TypeVar("Block")
Done = TypeVar("Done")


class Behind:
    """Calls made in order by one thread beside the caller's, a few behind; what one raises is raised by a later call or at the end."""

    def __init__(self, most: int = 2) -> None:
        self.most = most
        self._pool = ThreadPoolExecutor(1)
        self._pending: deque[Future[None]] = deque()

    def call(self, work: Callable[[Block], None], block: Block) -> None:
        """Let the thread do this next."""
        self._pending.append(self._pool.submit(work, block))
        while len(self._pending) > self.most:
            self._pending.popleft().result()

    def done(self) -> None:
        """Wait for all that was asked."""
        while self._pending:
            self._pending.popleft().result()

    def __enter__(self) -> Behind:
        return self

    def __exit__(self, *failure: object) -> None:
        self._pool.shutdown(cancel_futures=True)


def ahead(work: Callable[[Block], Done], blocks: Iterable[Block], threads: int = 2) -> Iterator[Done]:
    """What `work` makes of each block, in the order of the blocks."""
    with ThreadPoolExecutor(threads) as pool:
        pending: deque[Future[Done]] = deque()
        for block in blocks:
            pending.append(pool.submit(work, block))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
