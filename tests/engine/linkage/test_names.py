"""Names as numbers: which sound alike over all readings, which look alike, and that bits say what characters say."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.engine.linkage.contradict import LEVEL_NAMES, name_levels
from doudi.engine.linkage.levels import LEVELS
from doudi.engine.linkage.names import encode, tidy_name
from doudi.facts.characters import LOOK_ALIKES, SURNAMES

NAMES = st.text(st.sampled_from("王单解伟玮明朋晓小欧阳娜区□A"), max_size=5)


def at_level(level: str, one: str, other: str) -> bool:
    """Whether two names that differ in a character are as alike as a level says, be they more alike or not."""
    sides = zip("lr", encode(pa.array([f"小{one}"]), pa.array([f"小{other}"])), strict=True)
    columns = {f"{key}_{side}": values for side, codes in sides for key, values in codes.columns.items()}
    with duckdb.connect() as connection:
        connection.register("pair", pa.table(columns))
        ((found,),) = connection.sql(f"select {LEVELS['name'][1][level]} from pair").fetchall()
    return bool(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        "单善",
        "单丹",
        "解谢",
        "解姐",
        "翟宅",
        "区欧",
        "仇邱",
        "任人",
        "曾增",
        "查扎",
        "朴瓢",
        "盖葛",
        "黑贺",
        "费必",
        "伟玮",
    ],
)
def test_characters_sound_alike_if_any_reading_is_shared(one: str, other: str) -> None:
    assert at_level("sound", one, other)


@pytest.mark.parametrize(("one", "other"), ["王李", "伟强", "乐列", "江河", "明朋"])
def test_other_characters_do_not_sound_alike(one: str, other: str) -> None:
    assert not at_level("sound", one, other)


@pytest.mark.parametrize(("one", "other"), ["陈程", "刘牛", "张赞", "兰南", "生森"])
def test_sounds_that_many_do_not_tell_apart_are_near(one: str, other: str) -> None:
    assert not at_level("sound", one, other)
    assert at_level("near_sound", one, other)


@pytest.mark.parametrize(
    ("one", "other"), ["伟玮", "己已", "萍苹", "佳住", "未末", "明朋", "秀莠", "建健", "戌戍"]
)
def test_characters_look_alike_by_a_telling_part_or_because_we_say_so(one: str, other: str) -> None:
    assert at_level("shape", one, other)
    assert at_level("shape", other, one)


@pytest.mark.parametrize(("one", "other"), ["淑海", "江河", "桂林", "张李", "AB"])
def test_a_common_part_says_nothing(one: str, other: str) -> None:
    assert not at_level("shape", one, other)


def test_the_tables_of_characters_are_well_formed() -> None:
    assert all(len(character) == 1 and readings for character, readings in SURNAMES.items())
    assert all(
        reading.isascii() and reading.islower() for readings in SURNAMES.values() for reading in readings
    )
    assert all(len(set(group)) == len(group) > 1 for group in LOOK_ALIKES)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("张 三", "张三"),
        ("张　三", "张三"),
        ("古丽·买买提", "古丽买买提"),
        ("李四（小四）", "李四"),
        ("ａｂ", "AB"),
        ("·", ""),
    ],
)
def test_what_is_not_part_of_a_name_is_taken_away(written: str, meant: str) -> None:
    assert tidy_name(written) == meant


@given(st.lists(NAMES, min_size=1, max_size=8), st.lists(NAMES, min_size=1, max_size=8))
def test_equal_names_have_equal_numbers_and_no_others(first: list[str], second: list[str]) -> None:
    codes = encode(pa.array(first), pa.chunked_array([pa.array(second)]))
    numbers = [int(number) for one in codes for number in one.columns["name"]]
    texts = [tidy_name(text) for text in (*first, *second)]
    for number, text in zip(numbers, texts, strict=True):
        assert (number < 0) == (text == "")
        assert [other == number for other in numbers] == [other == text for other in texts]


def test_a_column_without_a_name_is_encoded_too() -> None:
    (codes,) = encode(pa.nulls(2, pa.string()))
    assert codes.columns["name"].tolist() == [-1, -1]
    assert not any(np.any(values) for key, values in codes.columns.items() if key != "name")


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("张伟", "张伟", "exact"),
        ("单伟", "善伟", "sound"),
        ("张伟明", "张玮名", "sound"),
        ("张□", "张伟", "sound"),
        ("张明", "张朋", "shape"),
        ("陈伟", "程伟", "near_sound"),
        ("张伟", "张建伟", "shorter"),
        ("张伟明", "张伟", "shorter"),
        ("张伟明", "张伟强", "one_other"),
        ("欧阳娜娜", "欧阳娜莉", "one_other"),
        ("张伟明", "李伟", "other"),
        ("张伟", "李强", "other"),
    ],
)
def test_how_alike_two_names_are(one: str, other: str, level: str) -> None:
    with duckdb.connect() as connection:
        at = name_levels(connection, pa.array([one, other, None]), pa.array([other, one, one]))
    assert [LEVEL_NAMES[k] for k in at[:2]] == [level, level]
    assert at[2] == -1
