"""Columns of numbers: the vectorised reading is the scalar reading, value by value."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.errors import DoudiError
from doudi.common.exact import MOST_UNITS, NotExact, units_from_decimal, units_from_text
from doudi.facts.money import decimal_from_fen, fen_from_array, not_money
from doudi.facts.numbers import decimal_from_units, units_from_array

SCALES = st.sampled_from([0, 1, 2, 4, 6])
AMOUNT_TEXT = st.one_of(
    st.integers(-MOST_UNITS * 2, MOST_UNITS * 2).map(lambda n: f"{Decimal(n) / 100:f}"),
    st.integers(-MOST_UNITS, MOST_UNITS).map(lambda n: f"{Decimal(n) / 100:,f}"),
    st.decimals(allow_nan=False, allow_infinity=False, places=9).map(lambda d: f"{d:f}"),
    st.floats(-1e9, 1e9).map(lambda x: repr(round(x, 2) * (1 + 2**-52))),
    st.from_regex(
        r"[+-]?[0-9]{0,4}(,[0-9]{3}){0,2}(\.[0-9]{0,3})?", fullmatch=True, alphabet="+-,.0123456789"
    ),
    st.text(alphabet="0123456789０１２３４５６７８９.．,，+-－\u2212 eE", max_size=24),
    st.sampled_from(
        [
            "",
            " ",
            "NaN",
            "inf",
            "-",
            ".",
            "1e3",
            "0" * 30 + "1",
            "1." + "0" * 30,
            "12元",
            "9" * 30,
            "1" * 18,
            "1" * 18 + ".5",
        ]
    ),
)


def one(text: str, scale: int) -> int | str | None:
    if not text.strip():
        return None
    try:
        return units_from_text(text, scale)
    except NotExact:
        return "bad"


def same(array: pa.Array, scale: int, expected: list[int | str | None]) -> None:
    values, bad = units_from_array(array, scale)
    got = ["bad" if wrong else value for value, wrong in zip(values.to_pylist(), bad, strict=True)]
    assert values.type == pa.int64()
    assert got == expected


@given(st.lists(st.none() | AMOUNT_TEXT, max_size=12), SCALES)
def test_a_text_column_reads_as_its_values_do(texts: list[str | None], scale: int) -> None:
    expected = [None if text is None else one(text, scale) for text in texts]
    same(pa.array(texts, pa.string()), scale, expected)
    same(pa.array(["9", *texts, "x"], pa.string()).slice(1, len(texts)), scale, expected)
    same(pa.array(texts, pa.string()).dictionary_encode(), scale, expected)


@given(
    st.lists(
        st.none() | st.floats() | st.integers(-(10**11), 10**11).map(lambda fen: fen / 100 * (1 + 2**-52)),
        max_size=12,
    ),
    SCALES,
)
def test_a_float_column_stands_on_the_exact_binary_value(numbers: list[float | None], scale: int) -> None:
    def exact(number: float | None) -> int | str | None:
        try:
            return None if number is None else units_from_decimal(number, scale)
        except NotExact:
            return "bad"

    same(pa.array(numbers, pa.float64()), scale, [exact(number) for number in numbers])


@given(
    st.lists(st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=8), max_size=8),
    st.sampled_from([pa.decimal128(38, 8), pa.decimal256(60, 8), pa.decimal128(38, 12)]),
    SCALES,
)
def test_a_decimal_column_is_exact(numbers: list[Decimal | None], kind: pa.DataType, scale: int) -> None:
    numbers = [
        n if n is None or abs(n) < 10**25 else n.scaleb(-20).quantize(Decimal("1e-8")) for n in numbers
    ]

    def exact(number: Decimal | None) -> int | str | None:
        try:
            return None if number is None else units_from_decimal(number, scale)
        except NotExact:
            return "bad"

    same(pa.array(numbers, kind), scale, [exact(number) for number in numbers])


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), max_size=8), SCALES)
def test_an_integer_column_counts_whole_yuan(numbers: list[int | None], scale: int) -> None:
    most = MOST_UNITS // 10**scale
    same(
        pa.array(numbers, pa.int64()),
        scale,
        [None if n is None else n * 10**scale if abs(n) <= most else "bad" for n in numbers],
    )


def test_narrow_and_unsigned_integers_count_too() -> None:
    same(pa.array([1, None, 127], pa.int8()), 2, [100, None, 12700])
    same(pa.array([1, 2**64 - 1], pa.uint64()), 2, [100, "bad"])


def test_a_short_float_is_too_coarse_for_money() -> None:
    same(pa.array([1786.95, 0.5], pa.float32()), 2, ["bad", 50])


def test_an_empty_or_foreign_column_is_null_or_bad() -> None:
    same(pa.nulls(2), 2, [None, None])
    same(pa.array([True, None]), 2, ["bad", None])


@given(st.lists(st.none() | st.integers(-MOST_UNITS, MOST_UNITS), max_size=9))
def test_fen_are_written_as_exact_decimals_and_read_back(fen: list[int | None]) -> None:
    written = decimal_from_fen(pa.array(fen, pa.int64()))
    assert written.type == pa.decimal128(16, 2)
    assert written.to_pylist() == [None if n is None else Decimal(n).scaleb(-2) for n in fen]
    assert fen_from_array(written, "x").to_pylist() == fen
    assert fen_from_array(pa.chunked_array([written, written]), "x").to_pylist() == fen + fen
    assert decimal_from_units(pa.array(fen, pa.int64()), 6).validate(full=True) is None


def test_it_names_row_column_and_value_of_what_is_no_money() -> None:
    column = pa.chunked_array([["1786.95"], ["12元", "", "NaN"]])
    with pytest.raises(DoudiError) as caught:
        fen_from_array(column, "hifp_pay", first_row=2)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("第 3 行 hifp_pay：“12元”不能作金额")
    assert lines[1].startswith("第 5 行 hifp_pay：“NaN”")


def test_it_tells_the_first_faults_and_counts_the_rest() -> None:
    with pytest.raises(DoudiError, match="还有 980 处"):
        fen_from_array(pa.array(["x"] * 1000), "hifp_pay")


@pytest.mark.parametrize("value", [float("nan"), 1786.951, 1e18, "abc", True, Decimal("0.001")])
def test_every_refused_value_has_its_reason(value: object) -> None:
    assert str(not_money(value, "第 1 行")).startswith(f"第 1 行：“{value}”")


def test_a_planted_float_slip_is_seen() -> None:
    # rounding a float to the fen without looking, as a careless loader does, must not pass for reading it
    careless = np.rint(np.array([1786.951]) * 100).astype(int)
    values, bad = units_from_array(pa.array([1786.951]), 2)
    assert careless.tolist() == [178695]
    assert bad.tolist() == [True]
    assert values.to_pylist() == [None]
