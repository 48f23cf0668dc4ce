"""Which column of the sheet is which column of the ledger: exact, alias, remembered, by likeness, or as chosen.

Each side is used once. What is beyond doubt goes first; the rest is paired by likeness of header and by what the cells
look like, and a pairing that is not sure says so. This module must not know where a header stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doudi.ledgers.reading.header import Candidate, Header, candidates, is_serial
from doudi.ledgers.reading.likeness import best_pairs, likeness
from doudi.ledgers.reading.looks import looks_like
from doudi.ledgers.reading.plain import header_forms, key_of
from doudi.ledgers.reading.result import How
from doudi.ledgers.reading.vocabulary import Known, Vocabulary
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind

TAKEN = 0.60
SURE = 0.85
_MARGIN = 0.06
_VAGUE = 3

Samples = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Pairing:
    """A ledger column for a column of the sheet; `doubt`: why a person should look."""

    name: str
    how: How
    sure: float
    doubt: str = ""


def map_columns(
    header: Header,
    kind: LedgerKind,
    words: Vocabulary,
    samples: Samples,
    chosen: Mapping[str, str] | None = None,
    apart: frozenset[int] = frozenset(),
) -> dict[int, Pairing]:
    """Column of the sheet → its pairing. `apart`: columns of another table, left alone."""
    out: dict[int, Pairing] = {}
    closed = set(apart)
    for place, name in _as_chosen(header, kind, chosen or {}).items():
        closed.add(place)
        if name:
            out[place] = Pairing(name, "chosen", 1.0)
    _beyond_doubt(header, kind, words, samples, out, closed)
    _by_likeness(header, kind, words, samples, out, closed)
    return dict(sorted(out.items()))


def _as_chosen(header: Header, kind: LedgerKind, chosen: Mapping[str, str]) -> dict[int, str]:
    wanted = {key_of(text): name for text, name in chosen.items()}
    found: dict[int, str] = {}
    for place, pieces in enumerate(header.pieces):
        for key in (key_of(header.text(place)), *(header_forms(pieces))):
            if key in wanted and (not wanted[key] or wanted[key] in kind.by_name):
                if wanted[key] not in found.values() or not wanted[key]:
                    found.setdefault(place, wanted[key])
                break
    return found


def _beyond_doubt(
    header: Header,
    kind: LedgerKind,
    words: Vocabulary,
    samples: Samples,
    out: dict[int, Pairing],
    closed: set[int],
) -> None:
    """Known headers. Two that mean one column: the surer, then the one whose cells look right, then the first."""
    options: dict[int, list[Candidate]] = {}
    for place, pieces in enumerate(header.pieces):
        if place not in closed and pieces:
            several = candidates(pieces, words).get(kind.name, [])
            if several:
                options[place] = several
    used = {pairing.name for pairing in out.values()}
    names = [column.name for column in kind if column.name not in used]
    at = {name: i for i, name in enumerate(names)}
    places = list(options)
    gain = [[0.0] * len(names) for _ in places]
    known: dict[tuple[int, str], tuple[Known, float]] = {}
    for i, place in enumerate(places):
        for one in options[place]:
            if one.known.column in at and (place, one.known.column) not in known:
                known[place, one.known.column] = (one.known, one.sure)
                fit = looks_like(kind[one.known.column], samples[place])
                worth = one.sure + 0.05 * (fit if fit is not None else 0.5) + _FIRST[one.known.how]
                gain[i][at[one.known.column]] = 10 * worth - 0.001 * i
    for i, j in best_pairs(gain).items():
        found, sure = known[places[i], names[j]]
        out[places[i]] = Pairing(names[j], found.how, sure)
        closed.add(places[i])


_FIRST: dict[How, float] = {"exact": 0.04, "alias": 0.03, "remembered": 0.02, "likeness": 0.0, "chosen": 0.05}


def _by_likeness(
    header: Header,
    kind: LedgerKind,
    words: Vocabulary,
    samples: Samples,
    out: dict[int, Pairing],
    closed: set[int],
) -> None:
    used = {pairing.name for pairing in out.values()}
    columns = [column for column in kind if column.name not in used]
    places = [
        c
        for c, one in enumerate(header.pieces)
        if c not in closed and one and not is_serial(one) and samples[c]
    ]
    if not columns or not places:
        return
    table = [
        [
            _alike(header.pieces[c], column, words.texts[kind.name, column.name], samples[c])
            for column in columns
        ]
        for c in places
    ]
    gain = [[value if value >= TAKEN else 0.0 for value in row] for row in table]
    for i, j in best_pairs(gain).items():
        sure = table[i][j]
        others = [value for k, value in enumerate(table[i]) if k != j]
        others += [table[k][j] for k in range(len(places)) if k != i]
        near = max(others, default=0.0) > sure - _MARGIN
        why = "相近的列不止一个" if near else "只是相近" if sure < SURE else ""
        out[places[i]] = Pairing(columns[j].name, "likeness", sure, why)


def _alike(
    pieces: tuple[str, ...], column: LedgerColumn, texts: Sequence[str], sample: Sequence[str]
) -> float:
    leaf = key_of(pieces[-1])
    # 其他 or 金额 below a group says little without it.
    vague = leaf if len(pieces) > 1 and len(leaf) <= _VAGUE else None
    forms = [(form, sure) for form, sure in header_forms(pieces).items() if form != vague][:6]
    best = max(
        (likeness(form, text) * (0.9 + 0.1 * sure) for form, sure in forms for text in texts), default=0.0
    )
    if best < TAKEN * 0.8:
        return 0.0
    fit = looks_like(column, sample)
    if fit is None:
        return best * 0.95
    if fit < 0.3:
        return 0.0
    return min(1.0, best * (0.85 + 0.2 * fit))
