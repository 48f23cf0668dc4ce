"""Why recorded payments differ from policy: each differing claim is settled again in every way that is known to go wrong,
and the way that gives what was recorded is its reason.

A person's claims are gone through in order. Once a claim has its reason, those after it are settled as if it had been settled
so; a later claim that then agrees only follows the earlier one. All persons at once, one claim of each at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.encode import Encoded
from doudi.findings.recorded import COLUMNS, PERSON, Recorded, first_column
from doudi.findings.trials import Part, Trials
from doudi.findings.variants import Change, Variants
from doudi.findings.ways import first_step, tenths, ways

#: Differences of no more than this in any column are rounding.
FEW_FEN = 5
#: Claims of one person that are looked at one after the other; those beyond stay without a reason.
MOST_ROUNDS = 60


@dataclass
class Found:
    """What was found of one differing claim (by its place in the loop's order).

    `change` is what explains it and `also` what would as well; `whole` whether it explains every column or the first alone;
    `follows` the claim that it follows.
    """

    row: int
    reason: str
    change: Change | None = None
    also: list[Change] = field(default_factory=list)
    whole: bool = False
    step: str = ""
    follows: int = -1


def find_reasons(compiled: Compiled, encoded: Encoded, recorded: Recorded) -> list[Found]:
    """A reason for every claim of some persons whose record differs; everything stands in the loop's order."""
    return _Finding(compiled, encoded, recorded).run()


class _Finding:
    """One search; used once."""

    def __init__(self, compiled: Compiled, encoded: Encoded, recorded: Recorded) -> None:
        self.compiled, self.encoded, self.recorded = compiled, encoded, recorded
        self.claims = encoded.claims
        self.trials, self.variants = Trials(compiled, self.claims), Variants(compiled, self.claims.combo)
        self.plain = self.variants.of_claim
        self.combos, self.stay = self.plain.copy(), self.claims.stay.copy()
        self.differs = (recorded.differences != 0).any(axis=1)
        self.open = self.differs.copy()
        self.found: dict[int, Found] = {}
        #: The last claim of each person that was found to differ by itself.
        self.earlier = np.full(self.trials.persons, -1, np.int64)
        self.fund_of = [COLUMNS.index(compiled.pack.layer(code).fund) for code in compiled.layers]

    def run(self) -> list[Found]:
        """Go through each person's differing claims, one after the other."""
        self._refunds()
        for _ in range(MOST_ROUNDS):
            pending = np.flatnonzero(self.open)
            if not len(pending):
                break
            self._round(pending)
        left = np.flatnonzero(self.open)
        columns = first_column(self.compiled, self.recorded.differences[left])
        for row, column in zip(left.tolist(), columns.tolist(), strict=True):
            self.found[row] = Found(row, "unknown", step=COLUMNS[column])
        return [self.found[row] for row in sorted(self.found)]

    def _refunds(self) -> None:
        """A refund differs as its original does, or it is not its negative."""
        for row in np.flatnonzero(self.differs & (self.claims.flags & c.REFUND != 0)).tolist():
            original = int(self.encoded.original[row])
            negated = (self.recorded.recorded[row] == -self.recorded.recorded[original]).all()
            if negated and self.differs[original]:
                self._tell(Found(row, "refund_of_a_difference", step="refund", follows=original))
            else:
                self._tell(Found(row, "refund_not_negative", step="refund"))

    def _tell(self, found: Found) -> None:
        self.found[found.row] = found
        self.open[found.row] = False

    # — one claim of each person —

    def _round(self, pending: Any) -> None:
        self.trials.tables = self.variants.finished()
        part = self.trials.part(pending)
        now, _ = self.trials.settle(part, self.combos[part.rows], self.stay[part.rows], part.at(pending))
        wrong = (self._against(now, pending) != 0).any(axis=1)
        targets = self._follow(pending, wrong)
        if not len(targets):
            return
        steps = self.trials.steps(targets, self.combos, self.stay)
        differences = self._against(now[np.searchsorted(pending, targets)], targets)
        first = first_column(self.compiled, differences)
        self._plain_reasons(targets, differences)
        for state, stay in ((self.combos, self.stay), (self.plain, self.claims.stay)):
            left = np.flatnonzero(self.open[targets])
            if state is self.plain:
                # What is not explained from the state as recorded may be from the state as it should have been.
                left = left[self.earlier[self.trials.person[targets[left]]] >= 0]
            for fund in np.unique(first[left]).tolist():
                mine = left[first[left] == fund]
                self._try(targets[mine], fund, steps[mine], state, stay)
        for k in np.flatnonzero(self.open[targets]).tolist():
            self._tell(self._by_ratio(int(targets[k]), int(first[k]), steps[k]))
        self._name_steps(targets, steps)
        for k, row in enumerate(targets.tolist()):
            self._settle_as_recorded(row, differences[k], steps[k])
            self.earlier[self.trials.person[row]] = row

    def _against(self, computed: Any, rows: Any) -> Any:
        return (self.recorded.recorded[rows] - computed) * self.recorded.compared

    def _follow(self, pending: Any, wrong: Any) -> Any:
        """Take claims that agree now for followers; the first of each person that does not is the next to explain."""
        person = self.trials.person[pending]
        number = np.cumsum(wrong)
        starts = np.concatenate([[True], person[1:] != person[:-1]])
        before = np.maximum.accumulate(np.where(starts, number - wrong, 0))
        mine = number - before  # how many of this person's are wrong, up to here
        for row in pending[(mine == 0)].tolist():
            self._tell(
                Found(
                    row,
                    "follows_earlier_difference",
                    step="state",
                    follows=int(self.earlier[self.trials.person[row]]),
                )
            )
        return pending[wrong & (mine == 1)]

    def _plain_reasons(self, targets: Any, differences: Any) -> None:
        """Reasons that need no settling: a record that does not add up, a few fen."""
        few = np.abs(differences).max(axis=1) <= FEW_FEN
        for k in np.flatnonzero(few | ~self.recorded.balanced[targets]).tolist():
            row = int(targets[k])
            self._tell(Found(row, "rounding" if self.recorded.balanced[row] else "record_unbalanced"))

    # — trying every way —

    def _try(self, targets: Any, fund: int, steps: Any, combos: Any, stay: Any) -> None:
        """Settle claims whose first difference is in one fund in every way; keep the likeliest that gives the record."""
        part = self.trials.part(targets)
        place = part.at(targets)
        right = self._deductible_is_right(targets, steps)
        uses: dict[Change, list[tuple[Any, int, int]]] = defaultdict(list)
        nothing = self.recorded.recorded[targets, fund] == 0
        kinds = np.stack([self.plain[targets], right, nothing], 1)
        kinds, of_kind = np.unique(kinds, axis=0, return_inverse=True)
        for kind, (combo, known, nought) in enumerate(kinds.tolist()):
            group = np.flatnonzero(of_kind.reshape(-1) == kind)
            for rank, (change, changed) in enumerate(self._ways(combo, fund, bool(known), bool(nought))):
                uses[change].append((group, changed, rank))
        self.trials.tables = self.variants.finished()
        matching: dict[int, list[tuple[bool, int, Change]]] = defaultdict(list)
        for change, groups in uses.items():
            tried = np.concatenate([group for group, _, _ in groups])
            ranks = np.concatenate([np.full(len(group), rank) for group, _, rank in groups])
            now, status = self._trial(part, place, change, groups, combos, stay, place[tried])
            same = self._against(now, targets[tried]) == 0
            for k in np.flatnonzero(same[:, fund] & (status == c.OK)).tolist():
                matching[int(tried[k])].append((not same[k].all(), int(ranks[k]), change))
        for k, found in matching.items():
            found.sort()
            partly, _, change = found[0]
            also = [other for part_, _, other in found[1:] if part_ == partly]
            self._tell(Found(int(targets[k]), change.reason, change, also, not partly))

    def _trial(
        self, part: Part, place: Any, change: Change, groups: Any, combos: Any, stay: Any, at: Any
    ) -> tuple[Any, Any]:
        trial, alone = combos[part.rows], stay[part.rows]
        for group, changed, _ in groups:
            trial[place[group]] = changed
            if change.forgets_stay:
                alone[place[group]] = 0
        return self.trials.settle(part, trial, alone, at)

    def _ways(self, combo: int, fund: int, right: bool, nothing: bool) -> Iterator[tuple[Change, int]]:
        """Ways that change something of a combo, with the combo they make of it."""
        layers = [k for k in self.variants.rows[combo][0] if self.fund_of[k] == fund]
        found = ways(self.variants, combo, layers, deductible_is_right=right, nothing=nothing)
        for change in dict.fromkeys(found):
            changed = self.variants.changed(combo, change)
            if changed >= 0 or change.forgets_stay:
                yield change, changed if changed >= 0 else combo

    def _deductible_is_right(self, targets: Any, steps: Any) -> Any:
        """Whether the deductible of the basic fund was recorded, and is what policy takes."""
        layers = [k for k, fund in enumerate(self.fund_of) if fund == 0]
        taken = np.where(steps[:, layers, c.D_RULE] >= 0, steps[:, layers, c.D_DEDUCTIBLE], 0).sum(axis=1)
        return (self.recorded.deductible[targets] >= 0) & (self.recorded.deductible[targets] == taken)

    def _by_ratio(self, row: int, fund: int, steps: Any) -> Found:
        """Nothing known gives the record; perhaps a plain other ratio of what was counted does."""
        applied = [k for k, of in enumerate(self.fund_of) if of == fund and steps[k, c.D_RULE] >= 0]
        if not applied:
            return Found(row, "unknown" if fund == PERSON else "not_due")
        recorded, counted = int(self.recorded.recorded[row, fund]), int(steps[applied[0], c.D_COUNTED])
        if len(applied) == 1 and (ratio := tenths(recorded, counted)):
            return Found(row, "ratio_other", Change("ratio_other", applied[0], ratio))
        return Found(row, "unknown", Change("unknown", applied[0]))

    def _name_steps(self, targets: Any, steps: Any) -> None:
        """The first step that differs: by settling each claim once more in the way that explains it."""
        combos, stay = self.combos.copy(), self.stay.copy()
        for row in targets.tolist():
            self._apply(self.found[row], combos, stay)
        after = self.trials.steps(targets, combos, stay)
        first = first_column(self.compiled, self.recorded.recorded[targets] - self.recorded.computed[targets])
        for k, row in enumerate(targets.tolist()):
            found = self.found[row]
            found.step = "record" if found.reason == "record_unbalanced" else first_step(
                self.compiled, found.change, int(first[k]), self.fund_of, steps[k], after[k]
            )  # fmt: skip

    # — the state that was recorded —

    def _apply(self, found: Found, combos: Any, stay: Any) -> None:
        if found.change is None or found.reason in ("unknown", "ratio_other"):
            return
        combo = self.variants.changed(int(self.plain[found.row]), found.change)
        combos[found.row] = combo if combo >= 0 else combos[found.row]
        if found.change.forgets_stay:
            stay[found.row] = 0

    def _settle_as_recorded(self, row: int, differences: Any, steps: Any) -> None:
        """Let later claims be settled as if this one had been settled the way it was recorded."""
        found = self.found[row]
        if found.whole:
            self._apply(found, self.combos, self.stay)
            return
        sums: dict[int, int] = {}
        for fund in np.flatnonzero(differences[:PERSON]).tolist():
            mine = [k for k in self.variants.rows[int(self.combos[row])][0] if self.fund_of[k] == fund]
            rest = int(abs(self.recorded.recorded[row, fund]))
            for k in mine:
                # In order, each as much as it would have paid; the last takes what is left.
                sums[k] = rest if k == mine[-1] else min(rest, int(max(steps[k, c.D_PAID], 0)))
                rest -= sums[k]
        if sums:
            self.combos[row] = self.variants.paying(int(self.combos[row]), sums)
