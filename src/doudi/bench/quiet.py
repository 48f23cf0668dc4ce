"""A DuckDB of the bench's own, silent: its progress bar would go to stdout, where figures go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def quiet(threads: int | None = None, spill: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection in memory, with so many threads, spilling to a folder of choice."""
    with duckdb.connect(config={"temp_directory": str(spill)} if spill else {}) as connection:
        connection.execute("SET enable_progress_bar = false")
        if threads:
            connection.execute(f"SET threads = {threads:d}")
        yield connection
