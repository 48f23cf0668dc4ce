"""What one installation chose, read from the environment here and nowhere else, and handed down."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """Where data lie: DOUDI_HOME, else `data` in the current folder."""
    return Path(os.environ.get("DOUDI_HOME") or "data")


def policies() -> Path | None:
    """Where policies lie, if DOUDI_POLICIES says so."""
    chosen = os.environ.get("DOUDI_POLICIES")
    return Path(chosen) if chosen else None


def debugging() -> bool:
    """Whether a fault of the program should show its whole trace (DOUDI_DEBUG=1)."""
    return os.environ.get("DOUDI_DEBUG", "") not in ("", "0")
