"""Every header that any kind knows, by its key, and how telling it is: what the search for a header line looks up.

Made once per file from the kinds handed in. This module must not know grids.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from doudi.ledgers.reading.plain import key_of
from doudi.ledgers.reading.result import How
from doudi.policy.ledgers.kind import LedgerKind

#: kind → {header: column}, what one sender's headers were taken for before.
Memory = Mapping[str, Mapping[str, str]]

_GENERIC = re.compile(
    "名单|台账|登记|信息|情况|人员|明细|花名册|数据|导出|系统|清单|记录|统计|汇总|表|册|（.*?）|\\(.*?\\)"
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


def title_hint(kind: LedgerKind, texts: str) -> float:
    """How much of the kind's Chinese name stands in the sheet's name, the file's name or the title: 0 to 1."""
    bare = _GENERIC.sub("", kind.zh)
    if len(bare) < 2:
        return 1.0 if kind.zh and kind.zh in texts else 0.0
    pairs = [bare[i : i + 2] for i in range(len(bare) - 1)]
    return sum(pair in texts for pair in pairs) / len(pairs)
