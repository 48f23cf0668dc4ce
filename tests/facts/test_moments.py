"""Columns of days and moments read as their values do, whatever type they come in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.dates import parse_time
from doudi.common.errors import InputFault
from doudi.facts.moments import dates_from_array, times_from_array

# ruff: noqa: DTZ001 -- the moments of a ledger have no zone

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 31)).map(lambda m: m.replace(microsecond=0))
TEXTS = st.one_of(
    MOMENTS.map(str),
    MOMENTS.map(lambda m: f"{m:%Y-%m-%d}"),
    MOMENTS.map(lambda m: f"{m.year}/{m.month}/{m.day} {m.hour}:{m.minute:02d}"),
    MOMENTS.map(lambda m: f"{m:%Y%m%d%H%M%S}"),
    st.sampled_from(
        ["", " ", "2023-02-30", "2023-02-30 10:00:00", "0001-01-01", "44935", "昨天", "2023-1-9"]
    ),
    st.text(alphabet="0123456789-/:. T年月日", max_size=20),
)


def one(text: str | None) -> datetime | str | None:
    if text is None or not text.strip():
        return None
    try:
        return parse_time(text)
    except InputFault:
        return "bad"


@given(st.lists(st.none() | TEXTS, max_size=12))
def test_a_text_column_reads_as_its_values_do(texts: list[str | None]) -> None:
    array = pa.array(texts, pa.string())
    values, bad = times_from_array(array)
    got = ["bad" if wrong else value for value, wrong in zip(values.to_pylist(), bad, strict=True)]
    assert got == [one(text) for text in texts]
    days, bad_days = dates_from_array(array.dictionary_encode())
    assert days.type == pa.date32()
    assert bad_days.tolist() == bad.tolist()
    assert days.to_pylist() == [m.date() if isinstance(m, datetime) else None for m in map(one, texts)]


def test_one_bad_day_does_not_spoil_the_good_ones() -> None:
    values, bad = dates_from_array(pa.array(["2023-01-09", "2023-02-30", None, "2023-01-10"]))
    assert values.to_pylist() == [date(2023, 1, 9), None, None, date(2023, 1, 10)]
    assert bad.tolist() == [False, True, False, False]


def test_dates_timestamps_and_whole_numbers_are_taken() -> None:
    noon = datetime(2023, 1, 9, 12, 0, 1, 500_000)
    for kind in ("s", "ms", "us", "ns"):
        values, bad = times_from_array(pa.array([noon.replace(microsecond=0), None], pa.timestamp(kind)))
        assert values.to_pylist() == [datetime(2023, 1, 9, 12, 0, 1), None]
        assert not bad.any()
    assert times_from_array(pa.array([noon]))[0].to_pylist() == [datetime(2023, 1, 9, 12, 0, 1)]
    assert dates_from_array(pa.array([date(2023, 1, 9)]))[0].to_pylist() == [date(2023, 1, 9)]
    assert dates_from_array(pa.array([date(2023, 1, 9)], pa.date64()))[0].to_pylist() == [date(2023, 1, 9)]
    assert dates_from_array(pa.array([20230109]))[0].to_pylist() == [date(2023, 1, 9)]


def test_an_instant_is_written_in_the_one_zone_of_china() -> None:
    midnight = datetime(2023, 1, 8, 16, 0, tzinfo=UTC)
    values, bad = dates_from_array(pa.array([midnight, midnight - timedelta(seconds=1)]))
    assert values.to_pylist() == [date(2023, 1, 9), date(2023, 1, 8)]
    assert not bad.any()


def test_a_foreign_type_and_a_day_too_early_are_bad() -> None:
    assert times_from_array(pa.array([44935.5, None]))[1].tolist() == [True, False]
    assert dates_from_array(pa.array([date(1899, 12, 31)]))[1].tolist() == [True]
    assert not dates_from_array(pa.nulls(2))[1].any()
