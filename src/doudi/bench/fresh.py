"""A measurement in a process of its own: nothing warm, nothing left over, and its memory its own.

    python -m doudi.bench.fresh doudi.bench.batch:settle '{"claims": "…"}'

The child prints one JSON object; memory is the most that the process, and everything it started, held at once.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from doudi.bench.failed import BenchFailed

#: How often a process tree's memory is looked at, where its processes come and go.
_EVERY = 0.05


def measured(job: str, asked: Mapping[str, Any], *, tree: bool = False) -> dict[str, Any]:
    """Run `module:function` with keywords in a fresh Python; what it returns, and `peak_mb`.

    The kernel's own high-water mark serves for one process; with `tree` the processes it starts are watched as well (needs
    psutil, which the bench lock has). Raises `BenchFailed` with the child's last words.
    """
    command = [sys.executable, "-m", "doudi.bench.fresh", job, json.dumps(asked)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        watch = _Watch(child.pid) if tree else None
        said, cried = child.communicate()
        most = watch.stop() if watch else 0
    if child.returncode != 0:
        last = cried.strip().splitlines()
        raise BenchFailed(f"{job}: {last[-1] if last else child.returncode}")
    answer: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    answer["peak_mb"] = max(answer["peak_mb"], round(most / 1e6))
    return answer


def peak_mb() -> int:
    """The most memory this process has held, in MB (Linux; 0 where the kernel does not say)."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 // 1_000_000 for line in lines if line.startswith("VmHWM")), 0)


class _Watch:
    """Looks at a process tree's memory until told to stop."""

    def __init__(self, pid: int) -> None:
        self.most = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(pid,), daemon=True)
        self._thread.start()

    def _look(self, pid: int) -> None:
        try:
            psutil = importlib.import_module("psutil")
        except ImportError:
            return
        while not self._done.wait(_EVERY):
            held = 0
            try:
                root = psutil.Process(pid)
                for one in (root, *root.children(recursive=True)):
                    try:
                        # Shared pages counted once: Spark's workers are forks of one parent.
                        held += one.memory_full_info().pss
                    except psutil.Error:
                        continue
            except psutil.Error:
                return
            self.most = max(self.most, held)

    def stop(self) -> int:
        """The most that was seen."""
        self._done.set()
        self._thread.join()
        return self.most


def main(job: str, asked: str) -> None:
    """Run a job in this process and print its answer."""
    module, _, name = job.partition(":")
    begun = time.perf_counter()
    answer = getattr(importlib.import_module(module), name)(**json.loads(asked))
    told = answer | {"peak_mb": peak_mb(), "process_seconds": round(time.perf_counter() - begun, 4)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
