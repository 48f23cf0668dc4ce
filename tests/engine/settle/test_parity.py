"""Random policies × random claims: the loop agrees with the oracle to the fen, on every step of every claim.

A few hundred cases in every run; `--soak` settles 20,000 from a seed that differs each time (`DOUDI_SEEDS` sets the
number, `DOUDI_SEED` the first, so that a red run can be run again).
"""

from __future__ import annotations

import multiprocessing
import os
import random
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.engine.settle.claims import ALL_CLAIM_FEATURES
from tests.engine.settle.features import ALL_FEATURES
from tests.engine.settle.runs import Tally, look, look_at_files

FIRST = 1_000_000
CASES, FILES = 300, 40
AT_ONCE = 50
ONE_IN = 10  # of a long run's cases, that go through files too


def test_the_loop_agrees_with_the_oracle_on_every_step_one_by_one_in_a_block_and_in_tiny_batches():
    tally = look(range(FIRST, FIRST + CASES))
    assert not tally.faults
    assert tally.features == ALL_FEATURES
    assert tally.claim_features == ALL_CLAIM_FEATURES
    assert tally.payments > 10 * CASES


def test_files_settled_by_duckdb_agree_with_the_oracle_on_every_row():
    tally = look_at_files(range(FIRST, FIRST + FILES))
    assert not tally.faults
    assert tally.payments > 10 * FILES


@pytest.mark.soak
def test_a_long_run_agrees(capsys):
    seeds = int(os.environ.get("DOUDI_SEEDS") or 20_000)
    first = int(os.environ.get("DOUDI_SEED") or random.SystemRandom().randrange(10**9))
    starts = range(first, first + seeds, AT_ONCE)
    tally = Tally()
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = [range(start, min(start + AT_ONCE, first + seeds)) for start in starts]
        for seen in pool.map(look, parts):
            tally.add(seen)
        for seen in pool.map(look_at_files, [part[::ONE_IN] for part in parts]):
            tally.add(seen)
    with capsys.disabled():
        print(f"\nparity: seed {first}: {tally}")
    assert not tally.faults[:20]
    assert tally.features == ALL_FEATURES
    assert tally.claim_features == ALL_CLAIM_FEATURES
