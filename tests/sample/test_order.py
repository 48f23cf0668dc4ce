"""An order that cannot be made is refused with what is allowed."""

from __future__ import annotations

import datetime as dt

import pytest

from doudi.common.errors import InputFault
from doudi.sample.order import Order


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"preset": "city"}, "county、development-zone"),
        ({"people": 999}, "1,000 至 10,000,000"),
        ({"people": 10_000_001}, "1,000 至 10,000,000"),
        ({"seed": -1}, "零或正整数"),
        ({"format": "xlsx"}, "csv、parquet"),
        ({"recorded": "some"}, "all、none、auto"),
        ({"first": dt.date(2023, 12, 31)}, "2024-01-01 至 2026-06-30"),
        ({"last": dt.date(2026, 7, 1)}, "2024-01-01 至 2026-06-30"),
        ({"first": dt.date(2025, 3, 1), "last": dt.date(2025, 2, 1)}, "先起后止"),
        ({"preset": "development-zone", "first": dt.date(2015, 12, 31)}, "2016-01-01 至 2020-12-31"),
    ],
)
def test_what_cannot_be_made_is_refused(asked: dict[str, object], word: str) -> None:
    with pytest.raises(InputFault, match=word):
        Order(**asked)  # type: ignore[arg-type]


def test_a_preset_brings_its_own_size_and_days() -> None:
    assert Order().size == 20_000
    assert Order().window == (dt.date(2025, 1, 1), dt.date(2026, 6, 30))
    assert Order(preset="development-zone").size == 2_478
    assert Order(preset="development-zone").window == (dt.date(2016, 1, 1), dt.date(2020, 12, 31))
