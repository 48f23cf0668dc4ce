"""Faults on their way from Spark's workers to the person who asked: the same message, without Java's or Python's traces.

A worker can only raise text through Java; a fault crosses as JSON inside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from doudi.common import errors
from doudi.common.errors import DoudiError, EngineFault, Faults

_OPEN, _CLOSE = "<doudi-fault>", "</doudi-fault>"
_KEPT = 300


class Crossing(Exception):  # noqa: N818 -- named for what it does
    """A `DoudiError` as text that survives Java."""

    def __init__(self, fault: DoudiError) -> None:
        super().__init__(_OPEN + json.dumps(fault.to_dict()) + _CLOSE)


@contextmanager
def retold() -> Iterator[None]:
    """Raise what a worker raised; anything else that Spark throws becomes one `EngineFault`."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as thrown:
        said = str(thrown)
        found = re.search(re.escape(_OPEN) + "(.*?)" + re.escape(_CLOSE), said, re.DOTALL)
        if found:
            raise _read(json.loads(found[1])) from None
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        told = next(
            (line for line in lines if re.match(r"[\w.]*(Error|Exception|Fault)\b", line)),
            lines[0] if lines else "",
        )
        raise EngineFault(
            f"Spark 没有做完：{told[:_KEPT]}", do="请保留输入并报告；也可去掉 --backend spark 用 DuckDB 结算"
        ) from thrown


def _read(told: dict[str, Any]) -> DoudiError:
    if "faults" in told:
        return Faults([_read(one) for one in told["faults"]], more=told["more"])
    kind: type[DoudiError] = getattr(errors, told["error"])
    return kind(told["what"], told["where"], told["allowed"], told["do"])
