"""The spellings of one name."""

from __future__ import annotations

import pytest

from doudi.access.place_names import EXACT, SHORT, Level, as_code, forms, plain, stem


@pytest.mark.parametrize(
    ("written", "one"),
    [
        (" 东 风 村 ", "东风村"),
        ("东风村（原红星）", "东风村原红星"),
        ("３组", "三组"),
        ("第3组", "三组"),
        ("第三组", "三组"),
        ("12组", "十二组"),
        ("20队", "二十队"),
        ("21村民小组", "二十一村民小组"),
        ("样东镇/东风村", "样东镇东风村"),
        ("第一中学村", "第一中学村"),
    ],
)
def test_a_name_has_one_spelling(written: str, one: str) -> None:
    assert plain(written) == one


@pytest.mark.parametrize(
    ("name", "level", "short"),
    [
        ("东风村民委员会", "village", "东风"),
        ("东风社区居委会", "village", "东风"),
        ("村", "village", "村"),
        ("样东街道办事处", "township", "样东"),
        ("样例自治县", "county", "样例"),
        ("三组", "natural_village", "三"),
    ],
)
def test_an_ending_of_the_level_is_taken_off(name: str, level: Level, short: str) -> None:
    assert stem(name, level) == short


def test_a_name_is_written_with_what_encloses_it_too() -> None:
    written = dict(forms("东风村", "village", ["样东镇", "样例县"]))
    assert written["东风村"] == written["样东镇东风村"] == written["样例县样东镇东风村"] == EXACT
    assert written["样东镇东风"] == SHORT
    assert "样东镇东风居委会" in written
    assert "样例县东风村" not in written


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("990101000000", "990101"),
        ("990101001000", "990101001"),
        ("990101001001", "990101001001"),
        ("９９０１０１", "990101"),
        ("990101001001-02", "99010100100102"),
        ("样东镇", None),
        ("3", None),
        ("", None),
    ],
)
def test_a_code_loses_its_filling(written: str, code: str | None) -> None:
    assert as_code(written) == code
