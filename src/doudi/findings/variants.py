"""A policy's tables with rules that it does not have: one rule changed for one claim, so that the loop can say what would
have been paid had it been settled so.

Only combos that some claim is in are kept, so that rows can be added cheaply. Knows how rules are laid out; not why one would
change them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.strings import frozen


@dataclass(frozen=True, order=True)
class Change:
    """One way in which a claim may have been settled otherwise; `layer` is -1 where it is not one layer's."""

    reason: str
    layer: int = -1
    value: int = 0
    dimension: str = ""

    @property
    def forgets_stay(self) -> bool:
        """Whether the claim counts as a stay of its own."""
        return self.reason == "deductible_twice"


Row = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


class Variants:
    """Combos as rows (layers in order, their rules, prepay steps), those of the claims first, then changed ones."""

    def __init__(self, compiled: Compiled, combos: Any) -> None:
        self.compiled, self.tables = compiled, compiled.tables
        unique, of_claim = np.unique(combos, return_inverse=True)
        self.of_claim = of_claim.astype(np.int32)
        self.origin: list[int] = [int(one) for one in unique]
        self.rows: list[Row] = [self.row_of(one) for one in self.origin]
        self.rules = [tuple(row) for row in self.tables.rules.tolist()]
        self.caps = [tuple(row) for row in self.tables.caps.tolist()]
        self.bands = [tuple(row) for row in self.tables.bands.tolist()]
        self._places: dict[Any, int] = {}
        self.whole = self._add("bands", (c.NEVER, c.PPM, 0, c.PPM))

    def row_of(self, combo: int) -> Row:
        """A combo of the policy."""
        n = int(self.tables.count[combo])
        return (
            tuple(self.tables.layer[combo, :n].tolist()),
            tuple(self.tables.rule[combo, :n].tolist()),
            tuple(self.tables.prepay[combo].tolist()),
        )

    def changed(self, combo: int, change: Change) -> int:
        """The number of a combo changed; -1 where the change does not concern it."""
        key = (combo, change)
        if key not in self._places:
            row = self._changed(combo, change)
            self._places[key] = -1 if row is None or row == self.rows[combo] else self.add_row(row)
        return self._places[key]

    def add_row(self, row: Row) -> int:
        """Add a combo."""
        self.rows.append(row)
        self.origin.append(-1)
        return len(self.rows) - 1

    def _changed(self, combo: int, change: Change) -> Row | None:
        layers, rules, prepay = self.rows[combo]
        if change.dimension or change.reason == "rate_of_another_date":
            return self._elsewhere(combo, change)
        if change.reason == "prepay_not_taken":
            return layers, rules, (-1,) * len(prepay)
        at = layers.index(change.layer)
        if change.reason == "layer_not_paid":
            return layers[:at] + layers[at + 1 :], rules[:at] + rules[at + 1 :], prepay
        rule = self._rule(list(self.rules[rules[at]]), change)
        return (
            None
            if rule is None
            else (layers, (*rules[:at], self._add("rules", tuple(rule)), *rules[at + 1 :]), prepay)
        )

    def _elsewhere(self, combo: int, change: Change) -> Row | None:
        """The row of another class of one dimension, or of another day."""
        origin, compiled = self.origin[combo], self.compiled
        if change.dimension:
            number = compiled.dimensions.index(change.dimension)
            size = len(compiled.pack.file.dimensions[change.dimension].classes) + 1
        else:
            number, size = -1, len(compiled.epochs)
        stride = compiled.strides[number + 1]
        return self.row_of(origin + (change.value - origin // stride % size) * stride)

    def _rule(self, rule: list[int], change: Change) -> list[int] | None:
        """A rule row changed; None where it has nothing to change."""
        reason = change.reason
        if reason == "waiting_ignored":
            rule[c.WAITING] = -1
            return rule
        if reason in ("cap_ignored", "cost_cap_ignored"):
            on = c.ON_PAYMENT if reason == "cap_ignored" else c.ON_COST
            return self.without_caps(rule, on) if rule[c.CAP_N] else None
        if not rule[c.DED_PER]:
            return None
        if reason == "deductible_not_taken":
            rule[c.DED_AMOUNT], rule[c.DED_SHARE], rule[c.SEQ_N], rule[c.DED_FLOOR] = 0, -1, 0, 0
        elif reason == "deductible_twice":
            rule[c.TRANSFER_DAYS] = -1
            if rule[c.DED_PER] == c.BY_YEAR:
                rule[c.DED_PER], rule[c.DED_UNIT], rule[c.DED_CEILING] = c.BY_BILL, 1, c.NEVER
        elif reason == "admission_number":
            rule[c.SEQ_OFF], rule[c.SEQ_N] = rule[c.SEQ_OFF] + change.value, 1
        else:
            rule[c.DED_CEILING] = c.NEVER
        return rule

    def without_caps(self, rule: list[int], on: int | None = None, *more: tuple[int, ...]) -> list[int]:
        """The rule with caps (of one kind) that limit nothing but still count, and further caps."""
        caps = [list(self.caps[k]) for k in range(rule[c.CAP_OFF], rule[c.CAP_OFF] + rule[c.CAP_N])]
        for cap in caps:
            if on is None or cap[c.CAP_ON] == on:
                cap[c.CAP_LIMIT] = c.NEVER
        rule[c.CAP_OFF] = len(self.caps)
        rule[c.CAP_N] = len(caps) + len(more)
        self.caps += [tuple(cap) for cap in caps] + list(more)
        return rule

    def paying(self, combo: int, sums: dict[int, int]) -> int:
        """A combo in which some layers (by number) pay given sums, whatever their rule, and count as they do."""
        layers, rules, prepay = self.rows[combo]
        changed = list(rules)
        for at, layer in enumerate(layers):
            if layer in sums:
                rule = list(self.rules[rules[at]])
                limit = (sums[layer], c.ON_PAYMENT, c.PER_BILL, c.ABOVE, 0, 0, 0, 0)
                rule = self.without_caps(rule, None, limit)
                rule[c.KIND], rule[c.BAND_OFF], rule[c.BAND_N] = c.SHARE_KIND, self.whole, 1
                rule[c.OF_TOTAL] = rule[c.CATCH_UP] = 0
                rule[c.UNIT] = 1
                changed[at] = self._add("rules", tuple(rule))
        return self.add_row((layers, tuple(changed), prepay))

    def _add(self, table: str, row: tuple[int, ...]) -> int:
        rows: list[tuple[int, ...]] = getattr(self, table)
        rows.append(row)
        return len(rows) - 1

    def finished(self) -> c.Tables:
        """The tables as they stand now, for the loop."""
        width = len(self.compiled.layers)
        layer, rule = (np.full((len(self.rows), width), -1, np.int32) for _ in range(2))
        for i, (layers, rules, _) in enumerate(self.rows):
            layer[i, : len(layers)], rule[i, : len(rules)] = layers, rules
        steps = self.tables.prepay.shape[1]
        prepay = np.array([row[2] for row in self.rows], np.int32).reshape(len(self.rows), steps)
        return self.tables._replace(
            count=frozen(np.array([len(row[0]) for row in self.rows], np.int32)),
            layer=frozen(layer),
            rule=frozen(rule),
            prepay=frozen(prepay),
            rules=frozen(np.array(self.rules, np.int64).reshape(-1, c.RULE_FIELDS)),
            bands=frozen(np.array(self.bands, np.int64).reshape(-1, c.BAND_FIELDS)),
            caps=frozen(np.array(self.caps, np.int64).reshape(-1, c.CAP_FIELDS)),
        )
