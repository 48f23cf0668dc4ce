"""Figures in a cell: written as a clerk writes them, and read back as the same figure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.money import ROUNDING_MODES
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
    read_value,
)
from doudi.policy.workbook import words
from doudi.policy.workbook.cells import cell_text

PPMS = st.integers(0, PPM)
RATIOS = PPMS.map(Ratio) | st.builds(Ratio, PPMS, st.integers(-PPM, PPM), PPMS)
ROUNDINGS = st.builds(Rounding, st.sampled_from([1, 10, 100]), st.sampled_from(ROUNDING_MODES))
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}(\.[a-z][a-z0-9_]{0,8}){0,2}", fullmatch=True)
FEN = st.integers(0, 10**12)
SHARES = st.builds(ShareOf, st.integers(0, 100 * PPM), NAMES, st.integers(0, 30), ROUNDINGS)


@st.composite
def bands(draw: st.DrawFn) -> tuple[Band, ...]:
    edges = sorted(draw(st.sets(st.integers(1, 10**9), max_size=6)))
    ratios = draw(st.lists(RATIOS, min_size=len(edges) + 1, max_size=len(edges) + 1))
    closed = [Band(edge, ratio) for edge, ratio in zip(edges, ratios, strict=False)]
    return tuple(closed if edges and draw(st.booleans()) else [*closed, Band(None, ratios[-1])])


SEQUENCES = st.lists(PPMS.map(Ratio) | FEN.map(Yuan), min_size=1, max_size=6).map(
    lambda e: Sequence(tuple(e))
)
VALUES = st.one_of(
    st.tuples(st.just("yuan"), FEN.map(Yuan) | SHARES | st.just(Unlimited())),
    st.tuples(st.just("ratio"), RATIOS),
    st.tuples(st.just("bands"), bands()),
    st.tuples(st.just("sequence"), SEQUENCES),
    st.tuples(st.just("count"), st.integers(0, 999_999_999).map(Count)),
)


def through_a_cell(unit: str, value: Value) -> Value:
    content, _ = words.write(value)
    held = float(content) if isinstance(content, Decimal) else content  # what a spreadsheet makes of a number
    return read_value(unit, words.read(unit, cell_text(held)))


@given(VALUES)
def test_a_written_figure_is_read_back(case: tuple[str, Value]) -> None:
    unit, value = case
    assert through_a_cell(unit, value) == value


@pytest.mark.parametrize(
    ("value", "content", "shape"),
    [
        (Yuan(1_100_000), Decimal(11000), "#,##0"),
        (Yuan(845_050), Decimal("8450.5"), "#,##0.00"),
        (Ratio(600_000), Decimal("0.6"), "0%"),
        (Ratio(835_000), Decimal("0.835"), "0.0%"),
        (Ratio(750_000, 2000), "75%＋年龄×0.2%", None),
        (Ratio(1), Decimal("0.000001"), "0.0000%"),
        (Count(30), 30, "0"),
        (None, "未查到", None),
        (Unlimited(), "不设", None),
        (ShareOf(500_000, "index.income", 1), "上年度 index.income 的 50%", None),
        (ShareOf(500_000, "a", 0, Rounding(100, "down")), "a 的 50%，取到元，舍去尾数", None),
        (
            ShareOf(500_000, "a", 2, Rounding(10, "half_even")),
            "2 年前 a 的 50%，取到角，四舍六入五成双",
            None,
        ),
        (Ratio(750_000, 2000, 970_000), "75%＋年龄×0.2%，至多 97%", None),
        (
            (Band(10_000_000, Ratio(600_000)), Band(None, Ratio(750_000))),
            "0—100000 元 60%；100000以上 75%",
            None,
        ),
        (Sequence((Ratio(PPM), Yuan(10_000))), "100%、100 元（末项沿用）", None),
    ],
)
def test_figures_are_numbers_where_a_spreadsheet_can_hold_them_else_words(
    value: Value | None, content: Any, shape: str | None
) -> None:
    assert words.write(value) == (content, shape)


@pytest.mark.parametrize(
    ("unit", "said", "value"),
    [
        ("yuan", "11,000", Yuan(1_100_000)),
        ("yuan", "11000元", Yuan(1_100_000)),
        ("yuan", " 11000.00 元 ", Yuan(1_100_000)),
        ("yuan", "不设", Unlimited()),
        ("yuan", "上年度index.income的50%", ShareOf(500_000, "index.income", 1)),
        ("yuan", "{share: 50%, of: a, years_back: 2}", ShareOf(500_000, "a", 2)),
        ("ratio", "60%", Ratio(600_000)),
        ("ratio", "0.6", Ratio(600_000)),
        ("ratio", "75%+年龄*0.2%", Ratio(750_000, 2000)),
        ("ratio", "{base: 75%, per_year_of_age: 0.2%}", Ratio(750_000, 2000)),
        (
            "bands",
            "0-100,000元60%；100,000以上75%",
            (Band(10_000_000, Ratio(600_000)), Band(None, Ratio(750_000))),
        ),
        ("bands", "0—5 元 60%;5—9 元 70%", (Band(500, Ratio(600_000)), Band(900, Ratio(700_000)))),
        ("bands", "[{to: 5, ratio: 60%}, {ratio: 1}]", (Band(500, Ratio(600_000)), Band(None, Ratio(PPM)))),
        ("bands", "0以上 60%", (Band(None, Ratio(600_000)),)),
        ("sequence", "100%、50%、0%", Sequence((Ratio(PPM), Ratio(500_000), Ratio(0)))),
        ("sequence", "{start: 100%, step: -50%}", Sequence((Ratio(PPM), Ratio(500_000), Ratio(0)))),
        ("sequence", "100%、 100元", Sequence((Ratio(PPM), Yuan(10_000)))),
        ("count", "30", Count(30)),
    ],
)
def test_what_clerks_type_is_understood(unit: str, said: str, value: Value) -> None:
    assert read_value(unit, words.read(unit, said)) == value


def test_not_known_is_nothing() -> None:
    assert words.read("yuan", "未查到") is None


@pytest.mark.parametrize(
    ("unit", "said", "what"),
    [
        ("bands", "60%", "“60%”不是一段"),
        ("bands", "0—100 元 60%；200以上 75%", "从 200 起，与前一段不相接"),
        ("bands", "5—100 元 60%", "从 5 起，与前一段不相接"),
        ("bands", "0以上 60%；100以上 70%", "不相接"),
        ("bands", "0—100 元 六成", "“六成”不是比例"),
        ("bands", "[{to: 5", "没有成对"),
        ("ratio", "六成", "“六成”不是比例"),
        ("ratio", "75%＋年龄×多少", "不是比例"),
        ("sequence", "100%，50%", "不是比例"),
        ("count", "三十", "不是整数"),
        ("count", "30.5", "不是整数"),
        ("yuan", "一万", "一万"),
        ("yuan", "上年度 index.income 的一半", "“一半”不是比例"),
    ],
)
def test_what_cannot_be_read_is_told(unit: str, said: str, what: str) -> None:
    with pytest.raises(BadValue, match=what) as caught:
        read_value(unit, words.read(unit, said))
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("held", "text"),
    [
        (1786.9499999999998, "1786.95"),
        (0.30000000000000004, "0.3"),
        (11000.0, "11000"),
        (1e21, "1000000000000000000000"),
        (8450.5, "8450.5"),
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (30, "30"),
        (True, "true"),
        (dt.date(2024, 1, 1), "2024-01-01"),
        ("0.10", "0.10"),
    ],
)
def test_a_cell_is_read_as_it_would_be_typed(held: Any, text: str) -> None:
    assert cell_text(held) == text


def test_a_moment_in_a_cell_is_its_day() -> None:
    assert cell_text(dt.datetime.fromisoformat("2024-01-01T10:00:00")) == "2024-01-01"
