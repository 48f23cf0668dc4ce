"""Draws depend on the seed, the purpose and the key alone, are spread as asked, and are the same on every machine."""

from __future__ import annotations

import numpy as np
import pytest

from doudi.sample.draws import Curve, Draws, Even

KEYS = np.arange(200_000, dtype=np.int64)


def test_a_draw_is_the_same_whatever_is_drawn_beside_it() -> None:
    whole = Draws(7).below("day", KEYS, 365)
    assert (Draws(7).below("day", KEYS[1_000:1_010], 365) == whole[1_000:1_010]).all()


def test_other_seeds_and_other_purposes_draw_otherwise() -> None:
    one = Draws(7).places("day", KEYS)
    assert (one == Draws(8).places("day", KEYS)).mean() < 0.001
    assert (one == Draws(7).places("hour", KEYS)).mean() < 0.001


def test_the_numbers_are_these_on_every_machine() -> None:
    found = Draws(1).below("golden", np.arange(6, dtype=np.int64), 1_000_000)
    assert found.tolist() == [564606, 377371, 907192, 77533, 564322, 341360]


def test_chances_and_weights_come_out_as_asked() -> None:
    draws = Draws(1)
    assert abs(draws.chance("rare", KEYS, 52_400).mean() - 0.0524) < 0.002
    shares = np.bincount(draws.pick("level", KEYS, (1, 0, 3))) / len(KEYS)
    assert np.allclose(shares, (0.25, 0, 0.75), atol=0.005)


def test_a_curve_is_drawn_with_its_quantiles_and_its_mean() -> None:
    curve = Curve((0, 0), (5_000, 100), (9_000, 1_000), (10_000, 50_000))
    drawn = Draws(1).along("bill", KEYS, curve)
    assert drawn.min() >= 0
    assert drawn.max() <= 50_000
    assert abs(np.quantile(drawn, 0.5) - 100) <= 2
    assert abs(np.quantile(drawn, 0.9) - 1_000) <= 40
    assert abs(drawn.mean() - curve.mean) < 0.02 * curve.mean


def test_a_curve_that_does_not_run_from_end_to_end_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 10000"):
        Curve((0, 1), (5_000, 2))


def test_even_draws_fall_once_into_each_part_of_a_group() -> None:
    group, half = KEYS[:1_000] % 3, KEYS[:1_000] % 2 == 0
    places = Even(7, group, half).places("bill", KEYS[:1_000])
    for one in range(3):
        for side in (True, False):
            mine = np.sort(places[(group == one) & (half == side)])
            assert (mine * len(mine) >> 32 == np.arange(len(mine))).all()


def test_even_draws_are_the_same_whatever_other_groups_are_there() -> None:
    group = KEYS[:1_000] // 100
    whole = Even(7, group).places("bill", KEYS[:1_000])
    part = slice(300, 500)
    assert (Even(7, group[part]).places("bill", KEYS[part]) == whole[part]).all()


def test_who_gets_which_even_draw_is_left_to_the_seed_and_the_purpose() -> None:
    group = KEYS[:1_000] // 1_000
    one = Even(7, group).places("bill", KEYS[:1_000])
    for other in (Even(8, group).places("bill", KEYS[:1_000]), Even(7, group).places("day", KEYS[:1_000])):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.1


def test_even_draws_do_not_favour_a_side_even_in_small_groups() -> None:
    places = Even(7, KEYS // 2).places("bill", KEYS) / 2**32
    assert abs(places.mean() - 0.5) < 0.002
    assert abs(places.var() - 1 / 12) < 0.002


@pytest.mark.parametrize("n", [1, 2, 3, 1_000, 4_096, 99_991])
def test_a_shuffle_meets_every_number_once(n: int) -> None:
    found = Draws(3).shuffle("people", n)(np.arange(n, dtype=np.int64))
    assert (np.sort(found) == np.arange(n)).all()


def test_a_shuffle_leaves_no_neighbours_together() -> None:
    found = Draws(3).shuffle("people", 10_000)(np.arange(10_000, dtype=np.int64))
    assert abs(np.corrcoef(found[1:], found[:-1])[0, 1]) < 0.05
