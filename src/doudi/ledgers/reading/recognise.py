"""Which kind of ledger a sheet is: by how well its headers map, helped by its title; two that are near are said so.

This module must not read rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doudi.ledgers.reading.constants import value_in
from doudi.ledgers.reading.header import Header, is_serial
from doudi.ledgers.reading.looks import looks_like
from doudi.ledgers.reading.mapping import Pairing, Samples, map_columns
from doudi.ledgers.reading.vocabulary import Vocabulary, title_hint
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind

_TRIED = 8
_HINTS = (1.8, 1.8, 1.4)  # the sheet's name, its title, the file's name
_VALUE_HINT = 1.2
_HEADER_HINT = 0.25
_NEAR = 0.12
_STRANGE = 0.2
_LEAST_SHARE = 0.25
_NAMED = frozenset({"person", "household"})
_NAMING = frozenset({"idcard", "name", "household"})
_MANY = 4  # so many known columns, name and number among them, make a ledger of the widest sheet
_COMMON = frozenset({"seq", "memo"})


@dataclass(frozen=True)
class Guess:
    """The kind, why a person should look, and the kind that fits nearly as well."""

    kind: LedgerKind | None
    doubt: str = ""
    rival: str = ""


def recognise(
    header: Header,
    words: Vocabulary,
    samples: Samples,
    apart: frozenset[int],
    *,
    hint: tuple[str, str, str],
    given: LedgerKind | None,
    chosen: Mapping[str, str],
) -> Guess:
    """The kind given, if anything fits it; else the best of all."""
    if given is not None:
        pairs = map_columns(header, given, words, samples, chosen, apart)
        if any(pair.name not in _COMMON for pair in pairs.values()):
            return Guess(given)
        return Guess(None, f"没有一列像“{given.zh}”的列")
    headers = "，".join(header.text(c) for c in range(len(header.pieces)) if c not in apart)
    hints = {
        kind.name: _hint(words, kind, hint) + _HEADER_HINT * title_hint(words, kind, headers)
        for kind in words.kinds.values()
    }
    ranked = sorted(
        words.kinds.values(), key=lambda kind: -(header.by_kind.get(kind.name, 0.0) + hints[kind.name])
    )
    scored: list[tuple[float, LedgerKind]] = []
    first = header.by_kind.get(ranked[0].name, 0.0) + hints[ranked[0].name]
    for kind in ranked[:_TRIED]:
        if header.by_kind.get(kind.name, 0.0) + hints[kind.name] < first / 2 and len(scored) > 1:
            break
        pairs = map_columns(header, kind, words, samples, chosen, apart)
        if _enough(header, kind, pairs, apart) and (
            hints[kind.name] >= 1 or not _lacking(kind, pairs, _told(kind, hint))
        ):
            scored.append((_score(header, kind, pairs, samples, _told(kind, hint)) + hints[kind.name], kind))
    scored.sort(key=lambda one: (-one[0], one[1].name))
    if not scored:
        return Guess(None, "认不出是哪一类台账")
    best, kind = scored[0]
    if len(scored) > 1 and scored[1][0] > best * (1 - _NEAR) and scored[1][0] > best - 1.2:
        return Guess(kind, f"按“{kind.zh}”读入，也像“{scored[1][1].zh}”，请指明", scored[1][1].name)
    return Guess(kind)


def _hint(words: Vocabulary, kind: LedgerKind, hint: tuple[str, str, str]) -> float:
    """What the titles say: the kind's name, or a value of a column that every row must have (孤儿, 优抚)."""
    named = max(worth * title_hint(words, kind, text) for worth, text in zip(_HINTS, hint, strict=True))
    return max(named, _VALUE_HINT if _told(kind, hint) else 0.0)


def _told(kind: LedgerKind, hint: tuple[str, str, str]) -> frozenset[str]:
    """The required columns whose value a title says."""
    return frozenset(
        column.name for column in kind if column.required and any(value_in(column, text) for text in hint)
    )


def _named(header: Header, apart: frozenset[int]) -> int:
    return sum(bool(one) and not is_serial(one) and c not in apart for c, one in enumerate(header.pieces))


def _enough(header: Header, kind: LedgerKind, pairs: Mapping[int, Pairing], apart: frozenset[int]) -> bool:
    own = [pair for pair in pairs.values() if pair.name not in _COMMON]
    sure = [pair for pair in own if pair.how != "likeness"]
    required = {column.name for column in kind if column.required}
    if kind.subject in _NAMED and not any(kind[pair.name].role in _NAMING for pair in own):
        return False  # a table that names nobody counts people, it does not list them
    share = len(own) / max(1, _named(header, apart))
    if not sure and len(own) < 3:
        return False
    many = len(sure) >= _MANY and all(
        any(kind[p.name].role == role for p in sure) for role in ("idcard", "name")
    )
    return (share >= _LEAST_SHARE or many) and (len(own) >= 2 or required == {pair.name for pair in own})


def _lacking(kind: LedgerKind, pairs: Mapping[int, Pairing], told: frozenset[str]) -> list[str]:
    """The required columns that neither a header nor a title gives; without them every row would be refused."""
    names = {pair.name for pair in pairs.values()} | told
    return [
        column.name
        for column in kind
        if column.required and column.role != "year" and column.name not in names
    ]


def _score(
    header: Header,
    kind: LedgerKind,
    pairs: Mapping[int, Pairing],
    samples: Samples,
    told: frozenset[str],
) -> float:
    """What the headers say beyond doubt, then what is likely. A required column that is absent speaks against it, and
    so do cells that are nothing their column can hold."""
    names = {pair.name for pair in pairs.values()} | told
    likely = sum(0.6 * pair.sure for pair in pairs.values() if pair.how in ("likeness", "chosen"))
    absent = len(_lacking(kind, pairs, told))
    keyed = all(name in names for name in kind.key)
    strange = sum(_strange(kind[pair.name], samples[c]) for c, pair in pairs.items())
    return header.by_kind.get(kind.name, 0.0) + likely + (0.4 if keyed else 0.0) - absent - 1.5 * strange


def _strange(column: LedgerColumn, sample: Sequence[str]) -> bool:
    """Whether a list of values knows hardly any of the cells, or a column of words holds figures."""
    fit = looks_like(column, sample)
    return column.column.kind == "code" and bool(column.values) and fit is not None and fit < _STRANGE
