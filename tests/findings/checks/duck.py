"""One DuckDB for all tests of this folder: opening one for every example would take longer than the examples."""

from __future__ import annotations

import atexit
from functools import cache

from doudi.findings.engines import Runner, running


@cache
def duck() -> Runner:
    """The engine, open until the run ends."""
    held = running("duckdb")
    atexit.register(held.__exit__, None, None, None)
    return held.__enter__()
