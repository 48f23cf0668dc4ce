"""What one row per person comes to: rates with their denominators in words, counts by village, lists of persons.

`docs/reconciliation.md` sections 5 and 6. This module must not know how a state was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.findings.reconcile.rules import Base, Denominator, Rules, Target
from doudi.findings.reconcile.states import FLAGS, STATES

Mask = npt.NDArray[np.bool_]

_BASES: dict[Base, tuple[str, str]] = {
    "hukou": ("户籍人口", "registered population"),
    "residents": ("常住人口", "residents"),
    "special": ("特殊人群", "special groups"),
}
_DENOMINATORS: dict[Denominator, tuple[str, str]] = {
    "whole": ("全部（不含死亡、户口迁出）", "all but the dead and those moved out"),
    "due": (
        "应参保（不含死亡、户口迁出、现役军人、服刑、境外）",
        "all but the dead, those moved out, in the army, in prison, abroad",
    ),
}
_INSURED = ("居民、职工在本地参保缴费和在外地参保", "insured and paid here, or insured elsewhere")
_COVERED = ("参保缴费、外地参保、现役军人或服刑", "insured here or elsewhere, in the army or in prison")


@dataclass(frozen=True)
class Rate:
    """A participation rate: how many of how many, and in words of whom. `share` in basis points, cut off; None of nobody."""

    base: Base
    denominator: Denominator
    of: int
    insured: int
    target: Target | None = None

    @property
    def share(self) -> int | None:
        """Basis points: 9799 is 97.99 %, and 97.999 % is that too."""
        return self.insured * 10_000 // self.of if self.of else None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is none, or nobody to count."""
        return self.insured * 10_000 >= self.target.share * self.of if self.target and self.of else None

    @property
    def words(self) -> tuple[str, str]:
        """Numerator and denominator in Chinese and in English."""
        whom, who = _BASES[self.base]
        above, over = _COVERED if self.base == "special" else _INSURED
        below, under = _DENOMINATORS[self.denominator]
        return f"{above} ÷ {whom}{below}", f"{over} / {who}, {under}"


def rates(people: pa.Table, rules: Rules) -> tuple[Rate, ...]:
    """The rates of these persons, each with the target it is held against."""
    counts = _Counts(people)
    found = []
    for base in _BASES:
        for denominator in _DENOMINATORS:
            if base == "special" and denominator == "due":
                continue
            below, above = counts.of(base, denominator)
            target = next(
                (
                    one
                    for one in rules.targets
                    if one.special == (base == "special") and (one.special or one.denominator == denominator)
                ),
                None,
            )
            found.append(Rate(base, denominator, int(below.sum()), int(above.sum()), target))
    return tuple(found)


def by_place(people: pa.Table) -> pa.Table:
    """One row per township and village: persons, how many in each state and under each flag, and what rates are made of.

    Persons without a place come last, with both empty.
    """
    places = people.select(["township", "village"]).group_by(["township", "village"]).aggregate([])
    places = places.sort_by([("township", "ascending"), ("village", "ascending")])
    group = pc.index_in(_joined(people), value_set=_joined(places)).to_numpy()
    size = places.num_rows

    def count(mask: Mask) -> pa.Array:
        return pa.array(np.bincount(group[mask], minlength=size).astype(np.int64))

    counts = _Counts(people)
    columns = {"township": places["township"], "village": places["village"]}
    columns["people"] = count(np.ones(people.num_rows, dtype=bool))
    columns |= {name: count(counts.state(name)) for name in STATES}
    columns |= {name: count(mask) for name, mask in _flag_masks(people)}
    for base in _BASES:
        below, above = counts.of(base, "whole" if base == "special" else "due")
        columns |= {f"{base}_due": count(below), f"{base}_insured": count(above)}
    return pa.table(columns)


def listed(
    people: pa.Table, *, state: str = "", flag: str = "", township: str = "", village: str = ""
) -> pa.Table:
    """The persons in a state or under a flag, of a township or village, in order of place: the list that is handed down."""
    mask = np.ones(people.num_rows, dtype=bool)
    if state:
        mask &= _mask(pc.equal(people["state"], state))
    if flag:
        mask &= dict(_flag_masks(people))[flag]
    for name, wanted in (("township", township), ("village", village)):
        if wanted:
            mask &= _mask(pc.equal(people[name], wanted))
    order = [("township", "ascending"), ("village", "ascending"), ("person_id", "ascending")]
    return people.filter(pa.array(mask)).sort_by(order)


class _Counts:
    """Masks over persons."""

    def __init__(self, people: pa.Table) -> None:
        self._states = people["state"]
        self._bases = {
            "hukou": _mask(people["in_hukou"]),
            "residents": _mask(people["in_residence"]),
        }
        some = _mask(pc.greater(pc.list_value_length(people["groups"]), 0))
        self._bases["special"] = some & (self._bases["hukou"] | self._bases["residents"])

    def state(self, *names: str) -> Mask:
        return _mask(pc.is_in(self._states, value_set=pa.array(names, pa.string())))

    def of(self, base: Base, denominator: Denominator) -> tuple[Mask, Mask]:
        """Who is in the denominator, and who of them in the numerator."""
        within = [s.name for s in STATES.values() if (s.due if denominator == "due" else s.counted)]
        above = [s.name for s in STATES.values() if (s.covered if base == "special" else s.insured)]
        below = self._bases[base] & self.state(*within)
        return below, below & self.state(*above)


def _flag_masks(people: pa.Table) -> Sequence[tuple[str, Mask]]:
    """Which persons carry which flag."""
    lists = people["flags"].combine_chunks()
    owners, names = pc.list_parent_indices(lists).to_numpy(), pc.list_flatten(lists)
    masks = []
    for flag in FLAGS:
        mask = np.zeros(people.num_rows, dtype=bool)
        mask[owners[_mask(pc.equal(names, flag))]] = True
        masks.append((flag, mask))
    return masks


def _joined(table: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(
        pc.fill_null(table["township"], ""), pc.fill_null(table["village"], ""), "\x1f"
    )


def _mask(column: pa.Array | pa.ChunkedArray) -> Mask:
    found: Mask = (
        pc.fill_null(column, False).to_numpy(zero_copy_only=False)
        if isinstance(column, pa.Array)
        else pc.fill_null(column, False).to_numpy()
    )
    return found.astype(bool)
