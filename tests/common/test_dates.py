"""Dates: every spelling a ledger uses, and ages in completed years."""
# ruff: noqa: DTZ001 -- the moments of a ledger have no zone

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.dates import completed_years, parse_date, parse_time
from doudi.common.errors import InputFault


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2023-01-09",
            "2023/1/9",
            "2023.1.9",
            "20230109",
            "2023-1-09",
            " 2023/01/9 ",
            "２０２３－０１－０９",
        ),
        *("2023年1月9日", "2023年01月9", "2023-01-09 10:11:12", "2023-01-09T10:11:12", "20230109101112"),
        *("2023/1/9 8:05", "2023-01-09 10:11:12.537", "2023-01-09 00:00:00.0"),
    ],
)
def test_it_reads_every_spelling_of_a_day(text: str) -> None:
    assert parse_date(text) == date(2023, 1, 9)


def test_it_reads_the_time_of_day() -> None:
    assert parse_time("2023-01-09 10:11:12.9") == datetime(2023, 1, 9, 10, 11, 12)
    assert parse_time("2023/1/9 8:05") == datetime(2023, 1, 9, 8, 5)
    assert parse_time("20230109101112") == datetime(2023, 1, 9, 10, 11, 12)
    assert parse_time("20230109") == datetime(2023, 1, 9)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2023-02-30", "2023-13-01", "2023-1/9", "23-01-09", "2023-01-09 24:00:00", "1899-12-31"),
        *("44935", "44935.5", "2023-01", "2023年", "昨天", "0000-00-00", "2023-01-09 10", "2023" * 20),
    ],
)
def test_it_refuses_what_is_no_day_and_names_it(text: str) -> None:
    with pytest.raises(InputFault) as caught:
        parse_date(text, where="第 2 行 begndate")
    assert f"第 2 行 begndate：“{text[:20]}" in str(caught.value)
    assert "允许：" in str(caught.value)


@given(st.datetimes(min_value=datetime(1900, 1, 1)))
def test_written_moments_are_read_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert parse_time(moment.isoformat(sep=" ")) == moment
    assert parse_date(f"{moment.year}/{moment.month}/{moment.day}") == moment.date()


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1960, 3, 1), date(2026, 2, 28), 65),
        (date(1960, 3, 1), date(2026, 3, 1), 66),
        (date(2000, 2, 29), date(2023, 2, 28), 22),
        (date(2000, 2, 29), date(2023, 3, 1), 23),
        (date(2023, 1, 9), date(2023, 1, 9), 0),
    ],
)
def test_age_is_counted_in_completed_years(born: date, on: date, age: int) -> None:
    assert completed_years(born, on) == age
