"""Work on blocks in threads, a few ahead, results in order: both cores busy, few blocks in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Block = TypeVar("Block")
Done = TypeVar("Done")


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
