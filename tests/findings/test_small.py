"""Few people are not told, and no sum tells them."""

import pytest

from doudi.findings.small import FEWEST, hidden


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([100, 20, 0], [False, False, False]),
        ([100, FEWEST, FEWEST - 1], [False, True, True]),
        ([100, 3, 4], [False, True, True]),
        ([3, 0], [True, False]),
        ([3], [True]),
        ([], []),
        ([1, 50, 20, 20], [True, False, True, False]),
    ],
)
def test_a_small_count_is_hidden_and_one_more_where_it_would_stand_alone(counts, expected):
    assert hidden(counts) == expected
