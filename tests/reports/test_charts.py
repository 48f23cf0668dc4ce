"""Charts: the same picture each time, readable without being laid out by a font, coloured for light and dark."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from doudi.common.errors import MissingPart
from doudi.reports import charts
from doudi.reports.charts import Bar

ROWS = [Bar("居民大病保险", "14.57 → 23.95 万元", 1457, 2395), Bar("医疗救助", "0.00 → 1.00 元", 0, 1)]
CSS = (Path(charts.__file__).with_name("templates") / "page.css").read_text(encoding="utf-8")
DRAWN = {"pairs": charts.pairs, "diverging": charts.diverging}


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("kind", DRAWN)
def test_a_chart_is_drawn_the_same_each_time_and_needs_nothing_else(kind):
    drawn = [charts.svg(DRAWN[kind](ROWS, "各层支付")) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert not re.search(r"<script|<image|@import|href=\"http|url\((?!#)", drawn[0])


@pytest.mark.parametrize("kind", DRAWN)
def test_every_name_and_figure_stands_in_the_chart(kind):
    assert texts(charts.svg(DRAWN[kind](ROWS, "各层支付"))) == [
        "居民大病保险",
        "医疗救助",
        "14.57 → 23.95 万元",
        "0.00 → 1.00 元",
    ]


def test_a_chart_says_in_words_what_it_shows():
    root = ET.fromstring(charts.svg(charts.pairs(ROWS, '各层 "支付" & 其他')))
    assert (root.get("role"), root.get("aria-label")) == ("img", '各层 "支付" & 其他')


def test_nothing_is_told_of_a_bar_but_its_words():
    assert "2395" not in re.sub(r' d="[^"]*"', "", charts.svg(charts.pairs(ROWS, "各层")))


def test_two_charts_on_one_page_do_not_share_names():
    ids = [set(re.findall(r'id="([^"]+)"', charts.svg(charts.pairs(ROWS[:k], "各层")))) for k in (1, 2)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_a_row_per_bar_decides_the_height_and_the_width_is_asked_for():
    root = ET.fromstring(charts.svg(charts.pairs(ROWS, "各层", charts.NARROW)))
    assert root.get("viewBox") == f"0 0 {charts.NARROW} {48 * 2}"


def test_a_long_name_is_cut_where_it_would_run_into_its_figure():
    name = "低保边缘家庭成员、防止返贫监测对象"
    wide, narrow = (
        texts(charts.svg(charts.diverging([Bar(name, "少负担 5,502.07 元", 1, 0)], "变化", width)))[0]
        for width in (charts.WIDE, charts.NARROW)
    )
    assert wide == name
    assert narrow.endswith("…")
    assert name.startswith(narrow[:-1])


def test_rows_of_nought_are_drawn_without_bars():
    assert texts(charts.svg(charts.diverging([Bar("一级", "不变", 0, 0)], "变化"))) == ["一级", "不变"]
    assert "<svg" in charts.svg(charts.pairs([], "各层"))


@pytest.mark.parametrize("colour", ["INK", "QUIET", "BEFORE", "AFTER", "LESS", "MORE"])
def test_every_colour_has_one_for_the_dark(colour):
    dark = CSS.partition("prefers-color-scheme: dark")[2]
    assert f'.chart [fill="{getattr(charts, colour)}"]' in dark


def test_chinese_is_drawn_with_the_fonts_at_hand_or_a_picture_of_pixels_is_refused():
    chart = charts.pairs(ROWS, "各层")
    if charts.draws_chinese():
        other = charts.png(charts.pairs([Bar("医疗机构减免", "", 1457, 2395), ROWS[1]], "各层"))
        assert charts.png(chart).startswith(b"\x89PNG")
        assert charts.png(chart) != other
    else:
        with pytest.raises(MissingPart):
            charts.png(chart)


def test_without_a_chinese_font_the_picture_is_refused_and_the_page_is_not(monkeypatch):
    monkeypatch.setattr(charts, "draws_chinese", lambda: False)
    with pytest.raises(MissingPart, match="没有中文字体"):
        charts.png(charts.pairs(ROWS, "各层"))
    assert "居民大病保险" in charts.svg(charts.pairs(ROWS, "各层"))
