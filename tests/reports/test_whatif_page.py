"""The page of a what-if: one file, no script, no network, and no sum that the JSON does not hold."""

from __future__ import annotations

import datetime as dt
import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from doudi.findings.whatif_told import told
from doudi.reports.whatif_page import HIDDEN, exact, share, wan, whatif_page
from tests.findings.test_whatif import changed, county, simulated

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Checked(HTMLParser):
    """Reads a page and keeps its words, its tags, and what was left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)


@cache
def data(people: int = 60):
    return told(simulated(changed("r[l3]@2024-02-01=55%", "a=60%", "d=700"), *county(people)))


@cache
def page(people: int = 60) -> str:
    return whatif_page(data(people), dt.date(2026, 6, 30))


def read(html: str) -> Checked:
    found = Checked()
    found.feed(html)
    found.close()
    return found


def test_it_is_well_formed_and_needs_nothing_else():
    found = read(page())
    assert found.open == []
    names = {tag for tag, _ in found.tags}
    assert not names & {"script", "link", "iframe", "img", "object"}
    for _, attributes in found.tags:
        assert not {name for name in attributes if name.startswith("on")}
        assert not {"src", "href"} & set(attributes)
    assert not re.search(r"@import|url\(\s*['\"]?(?!#)", page())


def test_the_same_comparison_gives_the_same_page():
    assert page() == whatif_page(json.loads(json.dumps(data())), dt.date(2026, 6, 30))


def test_it_says_what_changed_who_gains_and_on_which_documents():
    words = " ".join("".join(read(page()).words).split())
    for part in ("改了什么", "各层支付", "谁受益，谁多付", "按人员类别", "按医院等级", "按乡镇（街道）"):
        assert part in words, part
    assert "500 元" in words
    assert "《试算假设》d=700" in words
    assert "待核实" in words
    assert "打印于 2026-06-30" in words


def test_every_chinese_heading_has_its_english_beneath():
    headings = re.findall(r"<h[123]>(.*?)</h[123]>", page(), re.S)
    assert headings
    assert all(re.search(r'lang="en">[^<]*[A-Za-z]', one) for one in headings)


def test_every_exact_sum_of_the_page_is_in_the_json():
    held = {text.lstrip("-") for text in re.findall(r'"(-?\d+\.\d\d)"', json.dumps(data()))}
    shown = re.findall(r"<td[^>]*>[+−]?([\d,]+\.\d\d)\b", page())
    assert len(shown) > 50
    assert {text.replace(",", "") for text in shown} <= held


def test_hidden_counts_are_marked_and_not_told():
    html = page(12)
    assert data(12)["groups"][0]["rows"][0]["hidden"]
    assert f"低保：{HIDDEN}" in html


def test_what_people_wrote_is_text_and_not_markup():
    spoilt = json.loads(json.dumps(data()))
    spoilt["layers"][0]["zh"] = "<script>alert(1)</script>"
    spoilt["changes"][0]["zh"] = "<b>x</b>"
    html = whatif_page(spoilt, dt.date(2026, 6, 30))
    assert "<script" not in html
    assert "<b>x</b>" not in html


def test_two_policies_that_do_not_differ_make_a_page_that_says_so():
    html = whatif_page(told(simulated(changed("d=500"))) | {"changes": []}, dt.date(2026, 6, 30))
    assert "没有差别" in html
    assert "基金不变，个人不变。" in html


@pytest.mark.parametrize(
    ("yuan", "signed", "shown"),
    [
        ("0.00", True, "0.00 元"),
        ("9999.99", True, "+9,999.99 元"),
        ("-9999.99", False, "−9,999.99 元"),
        ("10000.00", False, "1.00 万元"),
        ("-118086.80", True, "−11.81 万元"),
        ("123456789.00", False, "12,345.68 万元"),
    ],
)
def test_large_sums_are_read_in_units_of_ten_thousand(yuan, signed, shown):
    assert wan(yuan, signed) == shown


@pytest.mark.parametrize(
    ("change", "of", "shown"),
    [("1.00", "8.00", "+12.5%"), ("-1.00", "3.00", "−33.3%"), ("0.00", "5.00", ""), ("5.00", "0.00", "")],
)
def test_a_share_is_in_per_cent_with_one_decimal(change, of, shown):
    assert share(change, of) == shown


def test_exact_sums_keep_their_fen():
    assert (exact("-1234.50"), exact("1234.50", True), exact("0.00", True)) == (
        "−1,234.50",
        "+1,234.50",
        "0.00",
    )
