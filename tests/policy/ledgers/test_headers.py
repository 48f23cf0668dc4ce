"""Two texts with one key are one header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.policy.ledgers.headers import header_key


@pytest.mark.parametrize(
    "written",
    ["保障金额", " 保障 金额", "保障\n金额", "＊保障金额", "保障金额：", "保障金额（元）", "保障金额(万元)", "保障金额【元/月】", "保障金额（单位：元）"],
)  # fmt: skip
def test_blanks_marks_width_and_a_measure_at_the_end_do_not_matter(written: str) -> None:
    assert header_key(written) == "保障金额"


def test_a_bracket_that_is_no_measure_does() -> None:
    assert header_key("乡镇（街道）") != header_key("乡镇")
    assert header_key("公益性岗位（月数）") != header_key("公益性岗位")


def test_a_header_of_marks_alone_keeps_them() -> None:
    assert header_key("——") != ""


@given(st.text(max_size=12))
def test_a_key_is_its_own_key_but_for_measures(text: str) -> None:
    key = header_key(text)
    assert header_key(key) == key or header_key(key) in key
    assert header_key(f"  {text}\t") == key
