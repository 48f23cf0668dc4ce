"""What each level weighs, in whole hundredths of a bit: declared shares, and those counted in the register.

Whole numbers add up the same everywhere, so that a pair's parts always make its sum. Must not know how pairs are found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from doudi.engine.linkage.levels import BY_FREQUENCY, COUNTED_IN, LEVELS
from doudi.engine.linkage.records import Encoded, counted
from doudi.policy.linkage import LinkageModel

HUNDREDTHS: Final = 100
LEAST_SHARE: Final = 1e-9


@dataclass(frozen=True)
class Weights:
    """A model made ready for the people of one register.

    `shares`: for each comparison the shares m and u of its levels, in the order declared.
    """

    model: LinkageModel
    people: int
    shares: dict[str, tuple[tuple[float, float], ...]]

    @property
    def chance(self) -> float:
        """That a record and a person drawn at random are the same."""
        return min(0.5, float(self.model.share_registered) / max(self.people, 2))

    @property
    def prior(self) -> int:
        """What a pair weighs before anything is compared."""
        return round(HUNDREDTHS * math.log2(self.chance / (1 - self.chance)))

    @cached_property
    def levels(self) -> dict[str, tuple[int, ...]]:
        """For each comparison what its levels weigh."""
        return {
            key: tuple(round(HUNDREDTHS * math.log2(m / u)) for m, u in shares)
            for key, shares in self.shares.items()
        }


def made_ready(model: LinkageModel, records: Encoded) -> Weights:
    """Count in the register what the model leaves to be counted.

    Raises ValueError where the levels declared are not those that `levels` means: that is a fault of ours.
    """
    people, shares = records.people, {}
    for comparison in model.comparisons:
        declared, meant = [level.key for level in comparison.levels], list(LEVELS[comparison.key][1])
        if declared != meant:
            raise ValueError(f"levels of {comparison.key}: declared {declared}, meant {meant}")
        shares[comparison.key] = tuple(
            (
                float(level.m),
                max(
                    LEAST_SHARE,
                    float(level.u)
                    if level.u is not None
                    else counted(people[COUNTED_IN[comparison.key, level.key]]),
                ),
            )
            for level in comparison.levels
        )
    return Weights(model, len(people), shares)


def name_weights(weights: Weights, records: Encoded) -> npt.NDArray[np.int32]:
    """What the very name of each row weighs where two names are the same: the rarer in the register, the more.

    A name that nobody in the register has counts as one that a single person has.
    """
    names = pc.fill_null(records.table["name"], -1).to_numpy(zero_copy_only=False)
    known = names[records.loose :]
    counts = np.bincount(known[known >= 0], minlength=int(names.max(initial=0)) + 1)
    place = list(LEVELS[BY_FREQUENCY[0]][1]).index(BY_FREQUENCY[1])
    share = weights.shares[BY_FREQUENCY[0]][place][0]
    distinct = np.unique(np.maximum(counts, 1))
    of_count = np.zeros(int(distinct.max(initial=1)) + 1, dtype=np.int32)
    for count in distinct.tolist():
        of_count[count] = round(HUNDREDTHS * math.log2(share * max(weights.people, 1) / count))
    weighed: npt.NDArray[np.int32] = of_count[np.maximum(counts, 1)][np.maximum(names, 0)]
    return weighed
