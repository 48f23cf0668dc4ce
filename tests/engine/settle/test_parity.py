"""Random policies × random claims: the loop agrees with the oracle to the fen, on every step of every claim.

A few hundred cases in every run; `--soak` settles 20,000 from a seed of its own (`DOUDI_SEEDS`, `DOUDI_SEED`).
"""

from __future__ import annotations

import pytest

from doudi.engine.settle import run
from tests.engine.settle.claims import ALL_CLAIM_FEATURES, claim_features, seeded
from tests.engine.settle.features import ALL_FEATURES, features
from tests.engine.settle.parity import by_oracle, differences, payments

SEEDS = range(1_000_000, 1_000_240)


@pytest.fixture
def compiled_once(monkeypatch):
    """Compile a policy once for all ways of settling one case: most of the time goes there."""
    last = {}
    compile_pack = run.compile_pack

    def once(pack):
        if last.get("pack") is not pack:
            last.update(pack=pack, compiled=compile_pack(pack))
        return last["compiled"]

    monkeypatch.setattr(run, "compile_pack", once)


def test_the_loop_agrees_with_the_oracle_on_every_step(compiled_once):
    met, held, paid = set(), set(), 0
    for seed in SEEDS:
        case = seeded(seed, people=3, claims=8)
        right = by_oracle(case)
        assert not list(differences(case, seed, right)), f"seed {seed}"
        met |= features(case.pack)
        held |= claim_features(case)
        paid += payments(right)
    assert met == ALL_FEATURES
    assert held == ALL_CLAIM_FEATURES
    assert paid > 1000
