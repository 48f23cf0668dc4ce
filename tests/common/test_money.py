"""Money: every spelling a ledger uses becomes exact fen, everything else is refused by name."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.errors import InputFault
from doudi.common.money import (
    MOST_FEN,
    ROUNDING_MODES,
    fen_from_decimal,
    fen_from_text,
    round_div,
    yuan_text,
)

FEN = st.integers(-MOST_FEN, MOST_FEN)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1786.95", 178695),
        ("1,786.95", 178695),
        ("1,234,567", 123456700),
        ("１７８６．９５", 178695),
        ("１，７８６．９５", 178695),
        ("1786.9499999999998", 178695),
        ("1786.9500000000003", 178695),
        (" 1786.95 ", 178695),
        ("-1786.95", -178695),
        ("\u22121786.95", -178695),
        ("+0.5", 50),
        (".5", 50),
        ("5.", 500),
        ("0", 0),
        ("-0.00", 0),
        ("0.000001", 0),
        ("0.009999", 1),
        ("99999999999999.99", MOST_FEN),
    ],
)
def test_it_reads_every_spelling_a_ledger_uses(text: str, fen: int) -> None:
    assert fen_from_text(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "-", "NaN", "inf", "-Infinity", "1e3", "1E-2", "12元", "¥12", "=A1+1", "1,78"),
        *("17,86.95", "1786.951", "0.0000011", "0.0099989", "1.2.3", "--1", "1 786.95", "٣", "(12.00)"),
        *("0x10", "无", "100000000000000", "9" * 30, "1" * 1000),
    ],
)
def test_it_refuses_what_is_not_an_amount_and_names_it(text: str) -> None:
    with pytest.raises(InputFault) as caught:
        fen_from_text(text, where="第 3 行 medfee_sumamt")
    message = str(caught.value)
    assert text[:40] in message
    assert "第 3 行 medfee_sumamt" in message
    assert "允许：" in message
    assert "请：" in message
    assert len(message) < 300


@given(FEN)
def test_text_and_fen_round_trip(fen: int) -> None:
    assert fen_from_text(yuan_text(fen)) == fen
    assert fen_from_decimal(Decimal(yuan_text(fen))) == fen


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=8))
def test_an_amount_counts_only_within_a_millionth_of_a_yuan(amount: Decimal) -> None:
    exact = Fraction(amount) * 100
    nearest = round(exact)
    if abs(exact - nearest) <= Fraction(1, 10_000):
        assert fen_from_text(f"{amount:f}") == fen_from_decimal(amount) == nearest
    else:
        with pytest.raises(InputFault):
            fen_from_text(f"{amount:f}")
        with pytest.raises(InputFault):
            fen_from_decimal(amount)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+50", "1E+999999", "1E-5000"])
def test_it_refuses_decimals_that_are_no_amount(value: str) -> None:
    with pytest.raises(InputFault):
        fen_from_decimal(Decimal(value))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half_up", [-3, -2, -2, -1, 0, 1, 2, 2, 3]),
        ("half_even", [-2, -2, -2, -1, 0, 1, 2, 2, 2]),
        ("down", [-2, -2, -1, 0, 0, 0, 1, 2, 2]),
        ("up", [-3, -2, -2, -1, 0, 1, 2, 2, 3]),
    ],
)
def test_each_mode_rounds_the_way_its_name_says(mode: str, expected: list[int]) -> None:
    numerators = [-10, -8, -6, -3, 0, 3, 6, 8, 10]
    assert [round_div(n, 4, mode) for n in numerators] == expected  # type: ignore[arg-type]


@given(st.integers(), st.integers().filter(bool), st.sampled_from(ROUNDING_MODES))
def test_rounding_is_within_one_and_mirrors(numerator: int, denominator: int, mode: str) -> None:
    rounded = round_div(numerator, denominator, mode)  # type: ignore[arg-type]
    exact = Fraction(numerator, denominator)
    assert abs(rounded - exact) < 1
    assert round_div(-numerator, denominator, mode) == -rounded  # type: ignore[arg-type]
    if mode.startswith("half"):
        assert abs(rounded - exact) <= Fraction(1, 2)
    if mode == "half_even":
        assert rounded == round(exact)


def test_an_unknown_mode_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="half_up"):
        round_div(1, 2, "nearest")  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        round_div(1, 0)
