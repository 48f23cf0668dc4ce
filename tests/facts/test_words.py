"""Identifiers, codes and text are freed from what exports do to them."""

from decimal import Decimal

import pyarrow as pa
import pytest

from doudi.common.codes import code_list
from doudi.facts.words import LONGEST_ID, codes_from_array, ids_from_array, text_from_array


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        *(
            (" S001 ", "S001"),
            ("\tS001", "S001"),
            ("Ｓ００１", "S001"),
            ('="0012"', "0012"),
            ("　S1　", "S1"),
        ),
        *(("", None), ("  ", None), (None, None), ("1E5", None), ("3.70301E+17", None), ("E10", "E10")),
    ],
)
def test_an_identifier_is_mended_or_refused(sent: str | None, kept: str | None) -> None:
    values, bad = ids_from_array(pa.array([sent], pa.string()))
    assert values.to_pylist() == [kept]
    assert bad.tolist() == [kept is None and bool((sent or "").strip())]


def test_whole_numbers_become_text_and_broken_ones_are_refused() -> None:
    assert ids_from_array(pa.array([370301, None]))[0].to_pylist() == ["370301", None]
    values, bad = ids_from_array(pa.array([11.0, 11.5, 9.9e17, float("nan"), None]))
    assert values.to_pylist() == ["11", None, None, None, None]
    assert bad.tolist() == [False, True, True, True, False]
    assert ids_from_array(pa.array([Decimal("12")], pa.decimal128(5, 0)))[0].to_pylist() == ["12"]


def test_types_that_are_no_text_are_refused() -> None:
    assert text_from_array(pa.array([[1], None]))[1].tolist() == [True, False]
    assert ids_from_array(pa.array([0], pa.timestamp("s")))[1].tolist() == [True]


def test_text_far_too_long_is_refused() -> None:
    assert ids_from_array(pa.array(["x" * (LONGEST_ID + 1), "x"]))[1].tolist() == [True, False]
    assert text_from_array(pa.array(["x" * 20_001, " x "]))[0].to_pylist() == [None, "x"]


def test_text_keeps_its_own_signs() -> None:
    assert text_from_array(pa.array(["　Ａ（１）", "1E5"]))[0].to_pylist() == ["Ａ（１）", "1E5"]


def test_a_code_is_written_as_its_list_writes_it() -> None:
    values, bad, new = codes_from_array(pa.array(["5", "05", "11", " 12 ", None]), code_list("hosp_lv"))
    assert values.to_pylist() == ["05", "05", "11", "12", None]
    assert not bad.any()
    assert new == ("12",)


def test_a_complete_list_refuses_and_says_nothing_is_new() -> None:
    values, bad, new = codes_from_array(pa.array(["1", "7", ""]), code_list("gend"))
    assert values.to_pylist() == ["1", None, None]
    assert bad.tolist() == [False, True, False]
    assert new == ()


def test_codes_may_come_as_numbers_truths_or_a_dictionary() -> None:
    assert codes_from_array(pa.array([1, 0]), code_list("yn01"))[0].to_pylist() == ["1", "0"]
    assert codes_from_array(pa.array([True, None]), code_list("yn01"))[0].to_pylist() == ["1", None]
    assert codes_from_array(pa.array(["1"]).dictionary_encode(), code_list("yn01"))[0].to_pylist() == ["1"]


def test_a_code_without_a_list_is_only_tidied() -> None:
    values, bad, new = codes_from_array(pa.array([" 低保对象 ", "１２"]), None)
    assert values.to_pylist() == ["低保对象", "12"]
    assert not bad.any()
    assert new == ()
