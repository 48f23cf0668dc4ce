"""What the figures were measured on, told beside them."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("duckdb", "numba", "numpy", "pyarrow", "pyspark")


def facts() -> dict[str, Any]:
    """Cores, memory, system and the versions that matter."""
    return {
        "cores": cores(), "processor": _first("/proc/cpuinfo", "model name"), "memory_mb": _memory_mb(), "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 2), "python": platform.python_version(), **{name: found for name in PACKAGES if (found := _version(name))},
    }  # fmt: skip


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _first(file: str, key: str) -> str | None:
    path = Path(file)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), None)


def _memory_mb() -> int | None:
    total = _first("/proc/meminfo", "MemTotal")
    return int(total.split()[0]) * 1024 // 1_000_000 if total else None
