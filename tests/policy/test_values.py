"""Values: read exactly, each fault with its place, and shown as people write them."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.policy.values import (
    PPM,
    BadValue,
    Band,
    Count,
    Ratio,
    Rounding,
    Sequence,
    ShareOf,
    Unlimited,
    Value,
    Yuan,
    read_date,
    read_fen,
    read_number,
    read_ppm,
    read_rounding,
    read_truth,
    read_value,
    show_ratio,
    show_value,
)

RATIOS = st.integers(0, PPM)


@pytest.mark.parametrize(
    ("raw", "fen"),
    [
        ("11000", 1_100_000),
        ("11,000", 1_100_000),
        ("8450.5", 845_050),
        ("0", 0),
        ("１２", 1200),
        ("10000000000", 10**12),
    ],
)
def test_a_sum_is_read_to_the_fen(raw: str, fen: int) -> None:
    assert read_fen(raw) == fen


@pytest.mark.parametrize("raw", ["-1", "10000000000.01", "1.005", "x", "", None, ["1"], {"a": "1"}, "1e5"])
def test_what_is_no_sum_is_refused(raw: Any) -> None:
    with pytest.raises(BadValue) as caught:
        read_fen(raw)
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("raw", "ppm"),
    [
        ("60%", 600_000),
        ("0.6", 600_000),
        ("83.5%", 835_000),
        ("0.835", 835_000),
        ("0", 0),
        ("100 %", PPM),
        ("0.000001", 1),
    ],
)
def test_a_ratio_is_read_exactly(raw: str, ppm: int) -> None:
    assert read_ppm(raw) == ppm


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        ("0.0000001", "小数位过多"),
        ("0.60000000000000000001", "小数位过多"),
        ("100.01%", "超出范围"),
        ("1.01", "超出范围"),
        ("-1%", "超出范围"),
        ("六成", "不是比例"),
        ("60％", "不是比例"),
        (None, "“空”不是比例"),
        (["60%"], "不是比例"),
        ("9" * 200, "不是比例"),
    ],
)
def test_what_is_no_ratio_is_refused(raw: Any, what: str) -> None:
    with pytest.raises(BadValue, match=what) as caught:
        read_ppm(raw)
    assert len(str(caught.value)) < 80


@given(st.fractions(min_value=0, max_value=1, max_denominator=10**8))
def test_a_ratio_of_up_to_six_decimals_is_taken_and_no_other(exact: Fraction) -> None:
    # written out with so many places that nothing is lost, where that is possible
    if (10**12) % exact.denominator:
        return
    written = f"{exact.numerator * 10**12 // exact.denominator:013d}"
    text = f"{written[:-12]}.{written[-12:]}"
    if PPM % exact.denominator:
        with pytest.raises(BadValue, match="小数位过多"):
            read_ppm(text)
    else:
        assert Fraction(read_ppm(text), PPM) == exact


@given(RATIOS)
def test_a_shown_ratio_is_read_back(ppm: int) -> None:
    assert read_ppm(show_ratio(Ratio(ppm))) == ppm


def test_days_are_iso_and_not_before_1900() -> None:
    assert read_date("2024-02-29") == dt.date(2024, 2, 29)
    assert read_date("1900-01-01") == dt.date(1900, 1, 1)
    for raw in (
        "2023-02-29",
        "2024-13-01",
        "24-01-01",
        "2024-1-1",
        "1899-12-31",
        "20240101",
        "",
        None,
        ["x"],
        "２０２４-01-01",
    ):
        with pytest.raises(BadValue, match="不是可用的日期"):
            read_date(raw)


def test_truth_is_true_or_false() -> None:
    assert read_truth("true") is True
    assert read_truth("False") is False
    for raw in ("yes", "1", "", None, []):
        with pytest.raises(BadValue, match="不是 true 或 false"):
            read_truth(raw)


def test_numbers_are_whole_and_not_endless() -> None:
    assert read_number("30") == 30
    for raw in ("-1", "1.0", "1234567890", "", None, "３", "1e3"):
        with pytest.raises(BadValue, match="不是整数"):
            read_number(raw)


def test_rounding_defaults_to_the_fen_half_up() -> None:
    assert read_rounding({}) == Rounding(1, "half_up")
    assert read_rounding({"to": "yuan", "mode": "down"}) == Rounding(100, "down")
    for raw, loc in (
        ({"to": "cent"}, ("to",)),
        ({"mode": "near"}, ("mode",)),
        ({"too": "fen"}, ("too",)),
        ("fen", ()),
    ):
        with pytest.raises(BadValue) as caught:
            read_rounding(raw)
        assert caught.value.loc == loc


@pytest.mark.parametrize(
    ("unit", "raw", "value"),
    [
        ("yuan", "200", Yuan(20_000)),
        ("yuan", "none", Unlimited()),
        ("yuan", {"share": "50%", "of": "index.income"}, ShareOf(500_000, "index.income")),
        (
            "yuan",
            {"share": "250%", "of": "a", "years_back": "1", "round": {"to": "yuan"}},
            ShareOf(2_500_000, "a", 1, Rounding(100, "half_up")),
        ),
        ("ratio", "60%", Ratio(600_000)),
        ("ratio", {"base": "75%", "per_year_of_age": "0.2%"}, Ratio(750_000, 2000)),
        (
            "ratio",
            {"base": "75%", "per_year_of_age": "-0.2%", "at_most": "97%"},
            Ratio(750_000, -2000, 970_000),
        ),
        ("bands", [{"ratio": "60%"}], (Band(None, Ratio(600_000)),)),
        (
            "bands",
            [
                {"to": "100000", "ratio": "60%"},
                {"to": None, "ratio": {"base": "70%", "per_year_of_age": "1%"}},
            ],
            (Band(10_000_000, Ratio(600_000)), Band(None, Ratio(700_000, 10_000))),
        ),
        ("bands", [{"to": "1", "ratio": "0%"}], (Band(100, Ratio(0)),)),
        ("sequence", ["100%", "50%", {"yuan": "100"}], Sequence((Ratio(PPM), Ratio(500_000), Yuan(10_000)))),
        ("sequence", {"start": "100%", "step": "-50%"}, Sequence((Ratio(PPM), Ratio(500_000), Ratio(0)))),
        ("sequence", {"start": "0%", "step": "-10%"}, Sequence((Ratio(0),))),
        ("count", "30", Count(30)),
    ],
)
def test_a_value_of_each_unit_is_read(unit: str, raw: Any, value: Value) -> None:
    assert read_value(unit, raw) == value


@pytest.mark.parametrize(
    ("unit", "raw", "loc", "what"),
    [
        ("yuan", {"share": "50%"}, (), "share 和 of"),
        ("yuan", {"of": "a"}, (), "share 和 of"),
        ("yuan", {"share": "x", "of": "a"}, ("share",), "不是比例"),
        ("yuan", {"share": "10001%", "of": "a"}, ("share",), "0% 至 10000%|超出范围"),
        ("yuan", {"share": "5%", "of": "a", "back": "1"}, ("back",), "不认识“back”"),
        ("yuan", {"share": "5%", "of": "a", "years_back": "x"}, ("years_back",), "不是整数"),
        ("yuan", {"share": "5%", "of": "a", "years_back": "31"}, ("years_back",), "过大"),
        ("yuan", {"share": "5%", "of": "a", "round": {"to": "x"}}, ("round", "to"), "不在允许"),
        ("ratio", {"base": "75%"}, (), "base 和 per_year_of_age"),
        ("ratio", {"per_year_of_age": "1%"}, (), "base 和 per_year_of_age"),
        ("ratio", {"base": "x", "per_year_of_age": "1%"}, ("base",), "不是比例"),
        ("ratio", {"base": "1%", "per_year_of_age": "1%", "at_most": "101%"}, ("at_most",), "超出范围"),
        ("bands", "60%", (), "分段要写成列表"),
        ("bands", [], (), "分段要写成列表"),
        ("bands", [{"to": "1"}], (0,), "缺少 ratio"),
        ("bands", ["60%"], (0,), "一组键值"),
        ("bands", [{"to": "0", "ratio": "1%"}], (0,), "逐段升高"),
        ("bands", [{"to": "2", "ratio": "1%"}, {"to": "2", "ratio": "1%"}], (1,), "逐段升高"),
        ("bands", [{"ratio": "1%"}, {"to": "2", "ratio": "1%"}], (1,), "逐段升高"),
        ("bands", [{"to": "1", "ratio": "1%"}, {"ratio": "x"}], (1, "ratio"), "不是比例"),
        ("bands", [{"to": "x", "ratio": "1%"}], (0, "to"), "不是"),
        ("bands", [{"to": "1", "ratio": "1%", "form": "0"}], (0, "form"), "不认识“form”"),
        ("bands", [{"ratio": "1%"}] * 17, (), "分段过多"),
        ("sequence", "100%", (), "应是列表"),
        ("sequence", [], (), "应是列表"),
        ("sequence", ["100%", "x"], (1,), "不是比例"),
        ("sequence", [{"yuan": "x"}], (0, "yuan"), "不是"),
        ("sequence", [{"fen": "1"}], (0, "fen"), "不认识“fen”"),
        ("sequence", {"start": "100%"}, (), "start 和 step"),
        ("sequence", {"step": "-10%"}, (), "start 和 step"),
        ("sequence", {"start": "x", "step": "-1%"}, ("start",), "不是比例"),
        ("sequence", {"start": "100%", "step": "0%"}, ("step",), "超出范围"),
        ("sequence", {"start": "100%", "step": "10%"}, ("step",), "超出范围"),
        ("count", "1.5", (), "不是整数"),
    ],
)
def test_a_wrong_value_tells_its_place(unit: str, raw: Any, loc: tuple[str | int, ...], what: str) -> None:
    with pytest.raises(BadValue, match=what) as caught:
        read_value(unit, raw)
    assert caught.value.loc == loc
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "未查到"),
        (Yuan(1_100_000), "11000 元"),
        (Yuan(845_050), "8450.50 元"),
        (Unlimited(), "不设"),
        (ShareOf(500_000, "cii.line"), "cii.line 的 50%"),
        (ShareOf(500_000, "cii.line", 1), "上年度 cii.line 的 50%"),
        (ShareOf(500_000, "cii.line", 3), "3 年前 cii.line 的 50%"),
        (Ratio(835_000), "83.5%"),
        (Ratio(750_000, 2000, 970_000), "75%＋年龄×0.2%，至多 97%"),
        (Ratio(750_000, -2000), "75%＋年龄×-0.2%"),
        (Ratio(750_000, 0, 700_000), "75%＋年龄×0%，至多 70%"),
        (Count(30), "30"),
        (Sequence((Ratio(PPM), Yuan(10_000))), "100%、100 元（末项沿用）"),
        ((Band(10_000_000, Ratio(600_000)), Band(None, Ratio(750_000))), "0—100000 元 60%；100000以上 75%"),
    ],
)
def test_values_are_shown_as_a_policy_table_prints_them(value: Value | None, shown: str) -> None:
    assert show_value(value) == shown


def test_the_largest_that_is_allowed_is_taken() -> None:
    assert read_value("yuan", {"share": "5%", "of": "a", "years_back": "30"}) == ShareOf(50_000, "a", 30)
    bands = read_value("bands", [{"to": str(edge), "ratio": "1%"} for edge in range(1, 17)])
    assert isinstance(bands, tuple)
    assert len(bands) == 16


def test_a_bad_value_is_its_words_and_long_ones_are_cut() -> None:
    assert str(BadValue("甲", "乙", ("丙",))) == "甲"
    for length, shown in ((40, "x" * 40), (41, "x" * 40 + "…")):
        with pytest.raises(BadValue) as caught:
            read_ppm("x" * length)
        assert str(caught.value) == f"“{shown}”不是比例"
