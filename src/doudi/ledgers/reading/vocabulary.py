"""Every header that any kind knows, by its key, and how telling it is: what the search for a header line looks up.

Made once per file from the kinds handed in. This module must not know grids.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from doudi.ledgers.reading.plain import key_of
from doudi.ledgers.reading.result import How
from doudi.policy.ledgers.kind import LedgerKind

#: kind → {header: column}, what one sender's headers were taken for before.
Memory = Mapping[str, Mapping[str, str]]

_GENERIC = re.compile(
    "名单|台账|登记|对象|认定|患者|持证|在校|查询|结果|信息|情况|人员|明细|花名册|数据|导出|系统|清单|记录|统计|汇总|表|册|（.*?）|\\(.*?\\)"
)


@dataclass(frozen=True)
class Known:
    """A column that a header means, in one kind."""

    column: str
    how: How


@dataclass
class Vocabulary:
    """Headers of all kinds. `meanings`: key → kind → column; `texts`: kind and column → its headers, each key once."""

    kinds: Mapping[str, LedgerKind]
    meanings: dict[str, dict[str, Known]] = field(default_factory=dict)
    texts: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def title_pairs(self) -> Counter[str]:
        """How many kinds have each pair of characters in their name."""
        return Counter(pair for kind in self.kinds.values() for pair in _pairs(_bare(kind)))

    def weight(self, key: str) -> float:
        """How much a header tells about the kind: half where every kind has it, up to one and a half."""
        several = len(self.meanings.get(key, ()))
        if not several:
            return 0.0
        many = len(self.kinds) + 1
        return 0.5 + math.log(many / several) / math.log(many)


def vocabulary(kinds: Mapping[str, LedgerKind], memory: Memory | None = None) -> Vocabulary:
    """All headers of the kinds, then what was remembered; a declared header goes before a remembered one."""
    words = Vocabulary(kinds)
    for kind in kinds.values():
        for column in kind:
            texts = column.texts
            words.texts[kind.name, column.name] = tuple(
                {key_of(text): text for text in reversed(texts)}.values()
            )
            for place, text in enumerate(texts):
                how: How = "exact" if text in (column.name, column.zh) or place == 0 else "alias"
                words.meanings.setdefault(key_of(text), {}).setdefault(kind.name, Known(column.name, how))
        for header, name in (memory or {}).get(kind.name, {}).items():
            if name in kind.by_name:
                known = words.meanings.setdefault(key_of(header), {})
                known.setdefault(kind.name, Known(name, "remembered"))
    return words


def title_hint(words: Vocabulary, kind: LedgerKind, text: str) -> float:
    """How much of the kind's Chinese name stands in a sheet's name, a file's name or a title: 0 to 1.

    The whole name is 1; else its pairs of characters count, those that few kinds share the most.
    """
    bare = _bare(kind)
    if not bare or not text:
        return 0.0
    if bare in text or kind.zh in text:
        return 1.0
    shared = words.title_pairs
    pairs = _pairs(bare)
    whole = sum(1 / shared[pair] for pair in pairs)
    return 0.8 * sum(1 / shared[pair] for pair in pairs if pair in text) / whole if whole else 0.0


def _bare(kind: LedgerKind) -> str:
    return _GENERIC.sub("", kind.zh) or kind.zh


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
