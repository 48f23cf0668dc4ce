"""Divisions as they were known at a moment, and what stands on a day: who lies in whom, what became of the old.

Plain values without a database, so that reading a file can use them too. Names are dated; a division ends when
another takes its place. What was written under an old name or code leads to whoever stands there now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np
import pyarrow as pa

from doudi.access import place_names
from doudi.access.place_names import LEVELS, Level

How = Literal["merge", "split", "abolish"]

SCHEMA = pa.schema(
    [("code", pa.string()), ("name", pa.string()), ("level", pa.string()), ("parent", pa.string())]
    + [("since", pa.date32())]
    + [(level, pa.string()) for level in LEVELS]
)


@dataclass(frozen=True)
class Named:
    """From a day on a division has this name and lies in this parent."""

    code: str
    name: str
    level: Level
    parent: str | None
    since: date


@dataclass(frozen=True)
class Succeeded:
    """On a day a division went over into another (none: into nothing); `ends`: nothing was left of it."""

    gone: str
    into: str | None
    on: date
    how: How
    ends: bool = True


class Places:
    """All that is known of divisions. `on` gives what stands on a day."""

    def __init__(self, named: Iterable[Named], succeeded: Iterable[Succeeded] = ()) -> None:
        self.named: dict[str, list[Named]] = defaultdict(list)
        for name in sorted(named, key=lambda one: one.since):
            self.named[name.code].append(name)
        self.succeeded: dict[str, list[Succeeded]] = defaultdict(list)
        for one in sorted(succeeded, key=lambda one: (one.on, one.into or "")):
            self.succeeded[one.gone].append(one)
        self._days: dict[date, Standing] = {}

    def on(self, as_of: date) -> Standing:
        """What stands on a day."""
        if as_of not in self._days:
            self._days[as_of] = Standing(self, as_of)
        return self._days[as_of]

    def resolve(
        self, names: pa.Array, *, as_of: date, within: pa.Array | None = None, level: Level | None = None
    ) -> pa.Array:
        """Names or codes to the codes that stand on a day; see `Standing.resolve`."""
        return self.on(as_of).resolve(names, within=within, level=level)


class Standing:
    """The divisions of one day."""

    def __init__(self, places: Places, as_of: date) -> None:
        self.as_of = as_of
        self._places = places
        self.alive: dict[str, Named] = {}
        for code, names in places.named.items():
            begun = [name for name in names if name.since <= as_of]
            if begun and not self._ended(code, begun[-1].since):
                self.alive[code] = begun[-1]

    def _ended(self, code: str, named: date) -> bool:
        """Whether it went over into others since it was last named."""
        return any(named <= one.on <= self.as_of for one in self._endings(code))

    def _endings(self, code: str) -> list[Succeeded]:
        return [one for one in self._places.succeeded.get(code, ()) if one.ends]

    def leaves(self, code: str) -> frozenset[str]:
        """What stands where a division once was: itself, its successors, or nothing."""
        found: set[str] = set()
        seen: set[str] = set()
        ahead = [code]
        while ahead:
            here = ahead.pop()
            if here in seen:
                continue
            seen.add(here)
            if here in self.alive:
                found.add(here)
                continue
            ahead += [one.into for one in self._endings(here) if one.into and one.on <= self.as_of]
        return frozenset(found)

    def home(self, code: str) -> str | None:
        """The smallest division standing now that surely holds all that the code held."""
        return self._home(code, frozenset())

    def _home(self, code: str, seen: frozenset[str]) -> str | None:
        if code in seen:
            return None
        leaves = self.leaves(code)
        if len(leaves) == 1:
            return next(iter(leaves))
        if leaves:
            lines = [self.line(leaf) for leaf in leaves]
            return next((step for step in lines[0] if all(step in line for line in lines[1:])), None)
        names = self._places.named.get(code)
        if not names or names[-1].parent is None:
            return None
        return self._home(names[-1].parent, seen | {code})

    def line(self, code: str) -> tuple[str, ...]:
        """A standing division and all that enclose it, nearest first."""
        return self._lines.get(code, ())

    @cached_property
    def _lines(self) -> dict[str, tuple[str, ...]]:
        lines: dict[str, tuple[str, ...]] = {}
        for code in self.alive:
            line: list[str] = []
            here: str | None = code
            while here is not None and here not in line:
                line.append(here)
                parent = self.alive[here].parent
                here = None if parent is None else self.home(parent) if parent not in self.alive else parent
            lines[code] = tuple(line)
        return lines

    def __getstate__(self) -> Mapping[str, object]:
        return {"as_of": self.as_of, "_places": self._places, "alive": self.alive}

    @property
    def known(self) -> frozenset[str]:
        """Every code that any division has or had."""
        return frozenset(self._places.named)

    def at(self, code: str, level: Level) -> str | None:
        """The division of a level that a standing one lies in (or is)."""
        return next((step for step in self.line(code) if self.alive[step].level == level), None)

    def under(self, codes: Iterable[str]) -> frozenset[str]:
        """Every code, old ones too, whose place now lies within one of these divisions."""
        held = {home for code in codes if (home := self.home(code)) is not None}
        return frozenset(
            code
            for code in self._places.named
            if (home := self.home(code)) is not None and not held.isdisjoint(self.line(home))
        )

    def table(self) -> pa.Table:
        """The standing divisions by code, each with the ones that it lies in by level."""
        rows = [
            {"code": one.code, "name": one.name, "level": one.level, "since": one.since}
            | {"parent": self.line(one.code)[1] if len(self.line(one.code)) > 1 else None}
            | {level: self.at(one.code, level) for level in LEVELS}
            for one in sorted(self.alive.values(), key=lambda one: one.code)
        ]
        return pa.Table.from_pylist(rows, SCHEMA)

    def resolve(
        self,
        names: pa.Array | pa.ChunkedArray,
        *,
        within: pa.Array | pa.ChunkedArray | None = None,
        level: Level | None = None,
    ) -> pa.Array:
        """The code that stands for each name or code; null where there is none, or more than one.

        Names of earlier days lead to the successor. `within`: for each row the name or code of a division that
        must enclose the answer (null: any). `level`: answers of this level alone.
        """
        one, one_words = _encoded(names)
        other, other_words = _encoded(within) if within is not None else (np.zeros_like(one), [None])
        pairs, where = np.unique(one * len(other_words) + other, return_inverse=True)
        scopes = [
            self._candidates(word, None, None) if word and word.strip() else None for word in other_words
        ]
        found = [
            self._one(one_words[pair // len(other_words)], scopes[pair % len(other_words)], level)
            for pair in pairs.tolist()
        ]
        return pa.array(found, pa.string()).take(pa.array(where.reshape(-1)))

    def _one(self, name: str | None, scopes: frozenset[str] | None, level: Level | None) -> str | None:
        if not name or not name.strip():
            return None
        found = self._candidates(name, scopes, level)
        return next(iter(found)) if len(found) == 1 else None

    def _candidates(self, text: str, scopes: frozenset[str] | None, level: Level | None) -> frozenset[str]:
        """What a text may mean, of the surest kind alone."""
        code = place_names.as_code(text)
        if code is not None:
            return frozenset(leaf for leaf in self.leaves(code) if self._fits(leaf, scopes, level))
        best: dict[tuple[int, int], set[str]] = defaultdict(set)
        for rank, leaf in self._meant(place_names.plain(text), scopes):
            if level is None or self.alive[leaf].level == level:
                best[rank].add(leaf)
        return frozenset(best[min(best)]) if best else frozenset()

    def _meant(self, form: str, scopes: frozenset[str] | None) -> Iterator[tuple[tuple[int, int], str]]:
        """What a form may mean and how surely, within some divisions."""
        if scopes is None:
            for rank, leaves in self._forms.get(form, ()):
                yield from ((rank, leaf) for leaf in leaves)
            return
        if form not in self._enclosed:
            inside = self._enclosed[form] = defaultdict(list)
            for rank, leaf in self._meant(form, None):
                for step in self.line(leaf)[1:]:
                    inside[step].append((rank, leaf))
        for scope in scopes:
            yield from self._enclosed[form].get(scope, ())

    @cached_property
    def _enclosed(self) -> dict[str, dict[str, list[tuple[tuple[int, int], str]]]]:
        """By form and enclosing division what is meant: one name may stand for a hamlet in every village."""
        return {}

    def _fits(self, leaf: str, scopes: frozenset[str] | None, level: Level | None) -> bool:
        if level is not None and self.alive[leaf].level != level:
            return False
        return scopes is None or not scopes.isdisjoint(self.line(leaf)[1:])

    @cached_property
    def _forms(self) -> dict[str, list[tuple[tuple[int, int], frozenset[str]]]]:
        """Each way to write a name: how surely it is meant (its form, then its time), and what it leads to now."""
        found: dict[str, list[tuple[tuple[int, int], frozenset[str]]]] = defaultdict(list)
        for code, names in self._places.named.items():
            leaves = self.leaves(code)
            if not leaves:
                continue
            for name in names:
                time = self._time(name)
                for line in self._above(name):
                    for form, how in place_names.forms(name.name, name.level, line):
                        found[form].append(((how, time), leaves))
        return found

    def _time(self, name: Named) -> int:
        """0 for a name of the day, 1 for a former one, 2 for one still to come."""
        if name is self.alive.get(name.code):
            return 0
        return 1 if name.since <= self.as_of else 2

    def _above(self, name: Named) -> set[tuple[str, ...]]:
        """The names of what encloses a division: under the name's own parent, as named then and as named now."""
        return {self._names_above(name.parent, name.since), self._names_above(name.parent, self.as_of)}

    def _names_above(self, parent: str | None, day: date) -> tuple[str, ...]:
        line: list[str] = []
        seen: set[str] = set()
        while parent is not None and parent not in seen:
            seen.add(parent)
            names = self._places.named.get(parent)
            if not names:
                break
            then = [name for name in names if name.since <= day] or names[:1]
            line.append(place_names.plain(then[-1].name))
            parent = then[-1].parent
        return tuple(line)


def _encoded(texts: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, Sequence[str | None]]:
    """Texts as numbers into a list of the different ones; null is one of them."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    encoded = texts.dictionary_encode(null_encoding="encode")
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), encoded.dictionary.to_pylist()
