"""Identity numbers: GB 11643, and people who cannot exist."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.identifiers import (
    PROBLEM_CODES,
    IdCell,
    birth_and_sex,
    check_digit,
    is_sample_id_number,
    read_id,
    sample_id_number,
    why_not_id_number,
)

BIRTHS = st.dates(date(1900, 1, 1), date(2026, 6, 30))


@given(st.from_regex(r"\d{17}", fullmatch=True, alphabet="0123456789"))
def test_the_check_digit_follows_the_standard(first17: str) -> None:
    # GB 11643 refers to ISO 7064, MOD 11-2: with weights 2^17 ... 2^0 the whole number leaves 1.
    last = check_digit(first17)
    digits = [*map(int, first17), 10 if last == "X" else int(last)]
    assert sum(digit * 2**power for digit, power in zip(digits, range(17, -1, -1), strict=True)) % 11 == 1


def test_a_check_digit_needs_seventeen_digits() -> None:
    with pytest.raises(ValueError, match="17"):
        check_digit("123")


@given(BIRTHS, st.integers(0, 999))
def test_a_made_up_number_is_right_and_belongs_to_nobody(born: date, serial: int) -> None:
    number = sample_id_number(born, serial)
    assert why_not_id_number(number) is None
    assert why_not_id_number(number.lower()) is None
    assert is_sample_id_number(number)
    assert birth_and_sex(number) == (born, "1" if serial % 2 else "2")


@given(BIRTHS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_found(born: date, serial: int, at: int, by: int) -> None:
    number = sample_id_number(born, serial)
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert why_not_id_number(wrong)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("990101600301001", "15位旧号"),
        ("9.90101E+17", "科学计数"),
        ("9901011960030", "应为18位，现为13位"),
        ("99010119600301001A", "只能由17位数字"),
        ("990101196002300012", "不是日期"),
        ("990101100103010019", "出生日期不可能"),
        ("990101196003010010", "校验码"),
    ],
)
def test_it_says_what_is_wrong_without_repeating_the_number(number: str, why: str) -> None:
    reason = why_not_id_number(number)
    assert reason is not None
    assert why in reason
    assert number not in reason


def test_a_birth_after_the_day_asked_about_is_impossible() -> None:
    number = sample_id_number(date(2026, 7, 1), 1)
    assert why_not_id_number(number) is None
    assert "不可能" in (why_not_id_number(number, on=date(2026, 6, 30)) or "")


def test_a_serial_has_three_digits() -> None:
    with pytest.raises(ValueError, match="0-999"):
        sample_id_number(date(2000, 1, 1), 1000)


RIGHT = sample_id_number(date(1960, 3, 1), 101)


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        (RIGHT, "whole"),
        (f"\u202d{RIGHT}\u202c", "whole"),
        (f'="{RIGHT}"', "whole"),
        ("'" + RIGHT[:6] + " " + RIGHT[6:14] + " " + RIGHT[14:], "whole"),
        ("９" + RIGHT[1:], "whole"),
        ("990101600301101", "old"),
        ("990101600301101.0", "old"),
        ("990101600231101", "birth"),
        (RIGHT + "43", "certificate"),
        (RIGHT + "43B1", "certificate"),
        (RIGHT[:17] + ("0" if RIGHT[17] != "0" else "1") + "43", "check"),
        (RIGHT[:15] + "00043", "lost"),
        (RIGHT[:15] + "00000", "lost"),
        (RIGHT[:15] + "000", "lost"),
        ("9.9E+17", "lost"),
        ("9.90101E+14", "lost"),
        ("1.39E+10", "length"),
        ("13900000000", "length"),
        ("9" * 18, "placeholder"),
        ("999999196003011018", "placeholder"),
        ("0" * 18, "placeholder"),
        ("", "missing"),
        ("  ", "missing"),
        ("无", "missing"),
        (None, "missing"),
        ("张三", "chars"),
        ("①", "length"),
    ],
)
def test_it_says_what_a_cell_holds(cell: str | None, state: str) -> None:
    assert read_id(cell).state == state


def test_what_is_usable_carries_its_eighteen_characters() -> None:
    for cell, state in (
        (RIGHT, "whole"),
        (RIGHT.lower(), "whole"),
        (RIGHT + "43", "certificate"),
        (RIGHT + "43B1", "certificate"),
    ):
        assert (read_id(cell).number, read_id(cell).state) == (RIGHT, state)
    old = read_id(RIGHT[:6] + RIGHT[8:17])
    assert (old.number, old.fix, old.state) == (RIGHT, RIGHT, "old")
    assert (read_id(RIGHT[:17]).number, read_id(RIGHT[:17]).state) == ("", "length")


@given(BIRTHS, st.integers(0, 999))
def test_of_a_spoilt_number_only_the_certain_digits_are_known(born: date, serial: int) -> None:
    number = sample_id_number(born, serial)
    for cell in (
        f"{float(int(number[:15] + '000')):.14E}",
        f"{float(int(number[:15] + '000')):.5E}",
        "9.9E+17",
    ):
        known = read_id(cell).known
        assert known
        assert number.startswith(known)
    if check_digit(number[:15] + "00") != "0":
        assert read_id(number[:15] + "000") == IdCell("lost", known=number[:15])
    assert read_id(number, was_number=True).known == number[:15]


def test_words_that_break_a_number_off_leave_its_birth_known() -> None:
    assert read_id(RIGHT[:14] + "待查").known == RIGHT[:14]
    assert read_id(RIGHT[:15] + "待查").known == RIGHT[:15]
    assert read_id(RIGHT[:13] + "待查").known == ""
    assert read_id("99010119601340待查").known == ""


def test_letters_typed_for_digits_are_pointed_out_and_not_taken() -> None:
    number = sample_id_number(date(2000, 10, 10), 101)
    cell = read_id(number.replace("0", "O").replace("1", "l"))
    assert (cell.state, cell.number, cell.fix) == ("chars", "", number)
    assert read_id("O" + number[1:]).fix == ""


@given(st.text(max_size=80))
def test_any_text_is_something(text: str) -> None:
    cell = read_id(text)
    assert (cell.state in {"whole", "old", "certificate"}) == bool(cell.number)
    assert cell.state == "whole" or cell.state in PROBLEM_CODES
    assert (why_not_id_number(text) is None) == (cell.state == "whole")
