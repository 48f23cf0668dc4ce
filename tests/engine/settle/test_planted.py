"""The comparison with the oracle sees a slip in every family: each is planted once, and must turn parity red."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from doudi.common.errors import DoudiError
from doudi.engine.settle.compile import Compiled, compile_pack
from doudi.policy.pack import Pack
from tests.engine.settle.chooser import Seeded
from tests.engine.settle.claims import Case, seeded
from tests.engine.settle.features import ALL_FEATURES, features
from tests.engine.settle.parity import Result, by_oracle, by_window
from tests.engine.settle.planting import Slip, edited
from tests.engine.settle.policies import Data, load, policy_data
from tests.engine.settle.slips import SLIPS

NOTHING = Slip("", "nothing")
SEEDS = range(500)
#: So many cases of a family may agree by chance before the slip counts as unseen.
PATIENCE = 120


@cache
def case_of(seed: int) -> Case:
    return seeded(seed, people=2, claims=9)


@cache
def data_of(seed: int) -> Data:
    return policy_data(Seeded(seed))


@cache
def features_of(seed: int) -> frozenset[str]:
    return frozenset(features(case_of(seed).pack))


@cache
def right(seed: int) -> Result:
    return by_oracle(case_of(seed))


@cache
def compiled_of(seed: int) -> Compiled:
    return compile_pack(case_of(seed).pack)


@cache
def agrees(seed: int) -> bool:
    """Whether the honest loop agrees, so that what turns red is the slip."""
    with NOTHING.planted(lambda pack: compiled_of(seed)):
        return by_window(case_of(seed)) == right(seed)


def is_seen(slip: Slip, seed: int) -> bool:
    """Whether the comparison of a case is red with the slip in the loop."""
    case = case_of(seed)
    wrong: Any = None
    if slip.data is not None:
        other = edited(data_of(seed), slip.data)
        if other == data_of(seed):
            return False
        try:
            wrong = load(other)
        except DoudiError:
            return False  # such a policy cannot be: no slip

    def compiled(pack: Pack) -> Compiled:
        return compile_pack(wrong) if wrong is not None else compiled_of(seed)

    try:
        with slip.planted(compiled):
            return by_window(case) != right(seed)
    except DoudiError:
        return slip.refuses


def test_every_family_has_a_slip_planted():
    assert {slip.family for slip in SLIPS} == ALL_FEATURES


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.family}: {slip.what}")
def test_a_slip_turns_parity_red(slip):
    tried = 0
    for seed in SEEDS:
        if slip.family in features_of(seed) and agrees(seed):
            if is_seen(slip, seed):
                return
            tried += 1
            if tried == PATIENCE:
                break
    pytest.fail(f"{tried} cases agree, though {slip.family} is spoilt: {slip.what}")


def test_without_a_slip_parity_is_green():
    assert all(agrees(seed) for seed in range(20))
