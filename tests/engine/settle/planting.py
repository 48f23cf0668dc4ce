"""Errors planted into the loop: what a slip may spoil, and the loop with a slip in it.

A slip spoils the compiled tables, the encoded claims, the persons, the sums per fund, or (for look-ups that are done
once, when a policy is read) the policy that the loop is given. The oracle keeps the truth.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import numpy as np

from doudi.engine.settle import layout as c
from doudi.engine.settle import run, window
from doudi.engine.settle.compile import Compiled
from doudi.policy.schema import Layer
from tests.engine.settle.policies import Data

Change = Callable[["Loop"], None]
Edit = Callable[[Data], None]


@dataclass(frozen=True)
class Slip:
    """One planted error. One of `tables`, `data`, `claims`, `people`, `funds` and `block` says what it spoils."""

    family: str
    what: str
    tables: Change | None = None
    data: Edit | None = None
    claims: Callable[[c.Claims], c.Claims] | None = None
    people: Callable[[Any], Any] | None = None
    funds: Callable[[Compiled, Any], dict[str, Any]] | None = None
    block: Callable[[Any], Any] | None = None
    epochs: Callable[[Any], Any] | None = None
    refuses: bool = False  # the loop then refuses what it should settle

    def compiled(self, honest: Compiled) -> Compiled:
        """The tables of a policy with this slip in them."""
        if self.epochs is not None:
            return replace(honest, epochs=self.epochs(honest.epochs))
        if self.tables is None:
            return honest
        loop = Loop(honest)
        self.tables(loop)
        return replace(honest, tables=loop.tables())

    @contextmanager
    def planted(self, compile_pack: Callable[[Any], Compiled]) -> Iterator[None]:
        """The loop with this slip in it; `compile_pack` gives the tables without."""
        encode, index_people = run.encode, run.index_people

        def spoilt_encode(block: Any, *rest: Any) -> Any:
            encoded = encode(self.block(block) if self.block else block, *rest)
            return replace(encoded, claims=self.claims(encoded.claims)) if self.claims else encoded

        with ExitStack() as stack:
            for module, name, spoilt in (
                (run, "compile_pack", lambda pack: self.compiled(compile_pack(pack))),
                (run, "encode", spoilt_encode),
                (run, "index_people", lambda *all_: (self.people or _same)(index_people(*all_))),
                (window, "fund_sums", self.funds or run.fund_sums),
            ):
                stack.enter_context(mock.patch.object(module, name, spoilt))
            yield


def _same(value: Any) -> Any:
    return value


class Loop:
    """A policy's tables, free to be spoilt."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.parts = {name: array.copy() for name, array in compiled.tables._asdict().items()}
        self._writeable = {name: array.flags.writeable for name, array in compiled.tables._asdict().items()}

    def __getattr__(self, name: str) -> Any:
        return self.__dict__["parts"][name]

    def tables(self) -> c.Tables:
        """The tables as they are now, as free or frozen as the loop knows them."""
        for name, array in self.parts.items():
            array.setflags(write=self._writeable[name])
        return c.Tables(**self.parts)

    def of(self, wanted: Callable[[Layer], Any]) -> Any:
        """The rule rows of the layers that are wanted."""
        rows: set[int] = set()
        for number, code in enumerate(self.compiled.layers):
            if wanted(self.compiled.pack.layer(code)):
                there = (self.layer == number) & (self.rule >= 0)
                rows |= set(np.unique(self.rule[there]).tolist())
        return np.array(sorted(rows), int)

    def set(self, column: int, value: Any, where: Any = None) -> None:
        """Set a column of the rules (of some rows)."""
        rows = slice(None) if where is None else where
        self.rules[rows, column] = value

    def runs(self, offset: int, number: int) -> Iterator[tuple[Any, int, int]]:
        """Each rule row with where its run in another table begins, and its length."""
        for row in self.rules:
            if row[number] > 0:
                yield row, int(row[offset]), int(row[number])


def edited(data: Data, edit: Edit) -> Data:
    """A policy's plain data, read wrongly."""
    other = copy.deepcopy(data)
    edit(other)
    return other
