"""The linkage line: what it measures is right, and Splink is given the same to do."""

from doudi.bench.linkage import by_splink, linked, made
from doudi.common.identifiers import read_id


def test_what_is_measured_is_right_too() -> None:
    found = linked(4_000, 1_500)
    assert found["precision"] >= 0.999
    assert found["recall"] >= 0.98
    assert found["per_s"] > 0
    assert by_splink(4_000, 1_500)["pairs"] > 1_000


def test_the_same_county_is_made_each_time_and_nobody_in_it_exists() -> None:
    first, second = made(300, 50), made(300, 50)
    assert first[0].equals(second[0])
    assert first[1].equals(second[1])
    assert all(
        read_id(number).number and number.startswith("990101") for number in first[1]["certno"].to_pylist()
    )
    assert not any(
        read_id(number).number for number in first[0]["certno"].to_pylist() if not number.endswith("000")
    )
