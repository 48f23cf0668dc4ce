"""A comparison of two policies as plain data for machines and pages: yuan as text, stable keys, small counts hidden.

Whatever a page shows stands here. `null` in place of a number means that it is hidden.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from doudi.common.money import round_div, yuan_text
from doudi.engine.settle.run import MONEY_FUNDS
from doudi.facts.settlements import TABLE as SETTLEMENTS
from doudi.findings.changes import Changed, Cited
from doudi.findings.groups import CATEGORY, TITLES, TOWN, Group
from doudi.findings.small import FEWEST, hidden
from doudi.findings.whatif import Sums, WhatIf
from doudi.policy import wording
from doudi.policy.meaning import fingerprint
from doudi.policy.pack import Pack
from doudi.policy.schema import FUNDS
from doudi.policy.usage import used_parameters

SCHEMA = "doudi/whatif@1"
#: Edges (fen) of the sizes of gains and losses that people are counted by.
EDGES = (1, 100_00, 500_00, 1_000_00, 5_000_00, 10_000_00)
TOP = 8
Data = dict[str, Any]


def told(found: WhatIf) -> Data:
    """A comparison for machines; the page is made of the same."""
    whole = found.whole
    layers = [
        dict(zip(codes, side[0].tolist(), strict=True))
        for codes, side in zip(found.layers, whole.paid, strict=True)
    ]
    funds = [_funds(pack, sums) for pack, sums in zip(found.packs, layers, strict=True)]
    return {
        "schema": SCHEMA,
        "before": _policy(found.packs[0]),
        "after": _policy(found.packs[1]),
        "source": found.source,
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "claims": int(whole.claims[0]),
        "medfee_sumamt": yuan_text(int(whole.total[0])),
        "totals": _totals(funds, whole.left[0].tolist()),
        "layers": list(_layers(found, layers)),
        "funds": [
            {
                "column": fund,
                "zh": SETTLEMENTS[fund].zh,
                "en": SETTLEMENTS[fund].en,
                **_pair(funds[0][fund], funds[1][fund]),
            }
            for fund in FUNDS
            if funds[0][fund] or funds[1][fund]
        ],
        "people": _people(found),
        "sizes": list(_sizes(found.change)),
        "groups": [_group(found, group, sums) for group, sums in found.groups],
        "top": {way: list(_top(found, sign)) for way, sign in (("less", -1), ("more", 1))},
        "changes": [_changed(one) for one in found.changed],
        "unconfirmed": list(_unconfirmed(found)),
        "fewest": FEWEST,
    }


def _policy(pack: Pack) -> Data:
    file = pack.file
    return {
        "id": file.id,
        "zh": file.zh,
        "en": file.en or file.id,
        "place": file.place,
        "fingerprint": fingerprint(pack),
    }


def _pair(before: int, after: int) -> Data:
    return {"before": yuan_text(before), "after": yuan_text(after), "change": yuan_text(after - before)}


def _funds(pack: Pack, layers: dict[str, int]) -> dict[str, int]:
    sums = dict.fromkeys(FUNDS, 0)
    for code, fen in layers.items():
        sums[pack.layer(code).fund] += fen
    return sums


def _totals(funds: Sequence[dict[str, int]], left: Sequence[int]) -> Data:
    money = [sum(side[fund] for fund in MONEY_FUNDS) for side in funds]
    return {
        "fund_pay_sumamt": _pair(*money),
        "ownpay_hosp_part": _pair(*(side["ownpay_hosp_part"] for side in funds)),
        "psn_pay": _pair(*left),
    }


def _layers(found: WhatIf, sums: Sequence[dict[str, int]]) -> Iterator[Data]:
    """Every layer of either policy, in the order of the one after the change."""
    for code in dict.fromkeys((*found.layers[1], *found.layers[0])):
        pack = found.packs[1] if code in found.layers[1] else found.packs[0]
        layer = pack.layer(code)
        values = _pair(*(side.get(code, 0) for side in sums))
        yield {
            "code": code, "zh": layer.zh, "en": layer.en or code, "fund": layer.fund, "fund_zh": wording.fund(layer.fund),
            "is_before": code in found.layers[0], "is_after": code in found.layers[1], **values,
        }  # fmt: skip


# — people —


def _people(found: WhatIf) -> Data:
    """How many bear less, more or the same. Where a count is hidden, those who bear the same are too, or they would tell it."""
    change = found.change
    less, more = change[change < 0], change[change > 0]
    few = any(0 < len(side) < FEWEST for side in (less, more))
    return {
        "with_claims": len(change),
        "less": {"people": _count(len(less)), "amount": yuan_text(int(-less.sum()))},
        "more": {"people": _count(len(more)), "amount": yuan_text(int(more.sum()))},
        "same": {"people": None if few else len(change) - len(less) - len(more)},
    }


def _count(people: int) -> int | None:
    return None if 0 < people < FEWEST else people


def _sizes(change: Any) -> Iterator[Data]:
    """People by how much less, or more, they bear."""
    ways = []
    for size in (-change, change):
        place = np.searchsorted(EDGES, size, side="right")
        counts = np.bincount(place, minlength=len(EDGES) + 1)[1:].tolist()
        sums = np.zeros(len(EDGES) + 1, np.int64)
        np.add.at(sums, place, size)
        shown = hidden(counts)
        ways.append([
            {"people": None, "amount": None} if hide else {"people": n, "amount": yuan_text(int(fen))}
            for n, fen, hide in zip(counts, sums[1:], shown, strict=True)
        ])  # fmt: skip
    for k, (less, more) in enumerate(zip(*ways, strict=True)):
        edge = EDGES[k + 1] if k + 1 < len(EDGES) else None
        low = "0.00" if k == 0 else yuan_text(EDGES[k])
        yield {"from": low, "to": None if edge is None else yuan_text(edge), "less": less, "more": more}


def _top(found: WhatIf, sign: int) -> Iterator[Data]:
    """Groups of category and township that gain, or lose, most together; those of few people are left out."""
    mine = np.flatnonzero(found.change * sign > 0)
    named = {group.name: group for group, _ in found.groups}
    towns = len(named[TOWN]) if TOWN in named else 1
    place = found.category[mine].astype(np.int64) * towns + (found.town[mine] if TOWN in named else 0)
    size = towns * (len(named[CATEGORY]) if CATEGORY in named else 1)
    counts = np.bincount(place, minlength=size)
    sums = np.zeros(size, np.int64)
    np.add.at(sums, place, found.change[mine] * sign)
    order = sorted((k for k in np.flatnonzero(counts >= FEWEST).tolist()), key=lambda k: (-int(sums[k]), k))
    for k in order[:TOP]:
        yield {
            "category": named[CATEGORY].zh[k // towns] if CATEGORY in named else "",
            "township": named[TOWN].zh[k % towns] if TOWN in named else "",
            "people": int(counts[k]),
            "amount": yuan_text(int(sums[k])),
            "mean": yuan_text(round_div(int(sums[k]), int(counts[k]))),
        }


# — groups —


def _group(found: WhatIf, group: Group, sums: Sums) -> Data:
    zh, en = TITLES[group.name]
    people = sums.people.tolist()
    whole, less, more = (hidden([row[k] for row in people]) for k in range(3))
    rows = [
        _row(found, group, sums, k, hide=whole[k], less=less[k], more=more[k])
        for k in range(len(group))
        if people[k][0]
    ]
    return {"name": group.name, "zh": zh, "en": en, "rows": rows}


def _row(found: WhatIf, group: Group, sums: Sums, k: int, *, hide: bool, less: bool, more: bool) -> Data:
    named = {"code": group.codes[k], "zh": group.zh[k], "hidden": hide}
    if hide:
        return named | dict.fromkeys(
            ("claims", "people", "less", "more", "medfee_sumamt", "totals", "layers")
        )
    layers = [
        dict(zip(codes, side[k].tolist(), strict=True))
        for codes, side in zip(found.layers, sums.paid, strict=True)
    ]
    funds = [_funds(pack, each) for pack, each in zip(found.packs, layers, strict=True)]
    people = sums.people[k].tolist()
    return named | {
        "claims": int(sums.claims[k]),
        "people": people[0],
        "less": None if less else people[1],
        "more": None if more else people[2],
        "medfee_sumamt": yuan_text(int(sums.total[k])),
        "totals": _totals(funds, sums.left[k].tolist()),
        "layers": [
            {"code": one["code"], "zh": one["zh"], **_pair(*(side.get(one["code"], 0) for side in layers))}
            for one in _layers(found, layers)
            if any(side.get(one["code"], 0) for side in layers)
        ],
    }


# — what changed —


def _changed(one: Changed) -> Data:
    return {
        "kind": one.kind, "name": one.name, "zh": one.zh, "classes": one.classes, "from": one.from_.isoformat(),
        "to": one.to.isoformat(), "before": _cited(one.before), "after": _cited(one.after),
    }  # fmt: skip


def _cited(one: Cited | None) -> Data | None:
    return None if one is None else {"text": one.text, "cite": one.cite, "confirmed": one.confirmed}


def _unconfirmed(found: WhatIf) -> Iterator[Data]:
    """Figures that either settlement used and nobody has confirmed, each once with its document."""
    seen: set[tuple[str, str]] = set()
    for pack in found.packs:
        for name in used_parameters(pack):
            for entry in pack.parameters[name].values:
                if _touches(entry.from_, entry.to, found) and not entry.source.confirmed:
                    cite = entry.source.cite()
                    if (name, cite) not in seen:
                        seen.add((name, cite))
                        yield {"name": name, "zh": pack.parameters[name].zh, "cite": cite}


def _touches(first: dt.date, last: dt.date, found: WhatIf) -> bool:
    return first <= found.last and last >= found.first
