"""One way to tell a person what is wrong: what, where, what is allowed, what to do.

Every fault that a user can meet is a `DoudiError`. Each family has its own exit code, so that a person who
has no logs still learns whose turn it is. Texts are Chinese first. This module must not know who shows them.

| exit code | family | whose turn it is |
|---|---|---|
| 1 | `DoudiError` itself, and a check that found something | read the message |
| 2 | `InputFault` | whoever handed in the file or the option |
| 3 | `PolicyFault` | whoever writes the policy |
| 4 | `StoreFault` | whoever looks after the data directory |
| 5 | `EngineFault` | us: a promise of the settlement did not hold, nothing was written |
| 6 | `MissingPart` | whoever installs: an optional part (Spark, Java …) is absent |
"""
# ruff: noqa: N818 -- a fault is named for whose it is, which "Error" at the end would not say

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

SHOWN = 20


class DoudiError(Exception):
    """A fault with a message for people; `what` alone is required."""

    exit_code = 1

    def __init__(
        self, what: str, where: str | None = None, allowed: str | None = None, do: str | None = None
    ) -> None:
        super().__init__(what)
        self.what, self.where, self.allowed, self.do = what, where, allowed, do

    def __str__(self) -> str:
        head = f"{self.where}：{self.what}" if self.where else self.what
        parts = [head.rstrip("。.")]
        if self.allowed:
            parts.append(f"允许：{self.allowed}".rstrip("。."))
        if self.do:
            parts.append(f"请：{self.do}".rstrip("。."))
        return "。".join(parts) + "。"

    def to_dict(self) -> dict[str, Any]:
        """The same message for machines; keys are stable."""
        return {
            "error": type(self).__name__,
            "what": self.what,
            "where": self.where,
            "allowed": self.allowed,
            "do": self.do,
            "exit_code": self.exit_code,
        }

    # Exceptions with keyword state do not survive a process boundary by default; workers need them to.
    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.what, self.where, self.allowed, self.do)


class InputFault(DoudiError):
    """A file, a row or an option that was handed in cannot be used as it is."""

    exit_code = 2


class PolicyFault(DoudiError):
    """A policy file says something that cannot be, or does not cover what it is asked."""

    exit_code = 3


class StoreFault(DoudiError):
    """The data directory is locked, damaged, or does not hold what is asked for."""

    exit_code = 4


class EngineFault(DoudiError):
    """A promise of the settlement did not hold; the run is refused."""

    exit_code = 5


class MissingPart(DoudiError):
    """An optional part is not installed."""

    exit_code = 6


class Faults(DoudiError):
    """Many faults told at once; prints the first few and says how many more there are.

    `more` counts faults that were seen but not kept (a file may hold millions of them).
    """

    def __init__(self, faults: Iterable[DoudiError], *, shown: int = SHOWN, more: int = 0) -> None:
        self.faults: Sequence[DoudiError] = tuple(faults)
        self.shown, self.more = shown, more
        if not self.faults:
            raise ValueError("Faults needs at least one fault")
        super().__init__(f"共 {len(self.faults) + more} 处问题")
        self.exit_code = self.faults[0].exit_code

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults[: self.shown]]
        left = len(self.faults) - len(lines) + self.more
        if left > 0:
            lines.append(f"还有 {left} 处。")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """All kept faults, and the number that were only counted."""
        return {
            "error": type(self).__name__,
            "what": self.what,
            "faults": [fault.to_dict() for fault in self.faults],
            "more": self.more,
            "exit_code": self.exit_code,
        }

    def __reduce__(self) -> tuple[Any, ...]:
        return _faults, (self.faults, self.shown, self.more)


def _faults(faults: Sequence[DoudiError], shown: int, more: int) -> Faults:
    return Faults(faults, shown=shown, more=more)


def raise_all(faults: Sequence[DoudiError]) -> None:
    """Raise nothing, the one fault, or all of them together."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Faults(faults)
