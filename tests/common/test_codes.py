"""Code lists: a complete one refuses, an incomplete one takes and tells."""

from doudi.common.codes import code_list, code_lists


def test_a_complete_list_refuses_an_unknown_value() -> None:
    assert code_list("gend").refuses("3")
    assert not code_list("gend").refuses("2")
    assert not code_list("gend").is_new("3")


def test_an_incomplete_list_takes_an_unknown_value_with_a_notice() -> None:
    assert not code_list("med_type").refuses("990303")
    assert code_list("med_type").is_new("990303")
    assert not code_list("med_type").is_new("21")


def test_a_list_without_values_knows_nothing() -> None:
    assert not code_list("psn_idet_type").refuses("低保对象")
    assert not code_list("psn_idet_type").is_new("低保对象")


def test_a_dropped_leading_zero_comes_back() -> None:
    assert code_list("hosp_lv").normal("5") == "05"
    assert code_list("hosp_lv").normal("11") == "11"
    assert code_list("hosp_lv").normal("三级") == "三级"
    assert code_list("med_type").normal("5") == "5"


def test_every_list_says_what_it_is_in_both_languages() -> None:
    for codes in code_lists().values():
        assert codes.zh
        assert codes.en
        assert codes.values or not codes.complete, codes.name


def test_allowed_values_are_named() -> None:
    assert code_list("out_flag").allowed().startswith("0 本地、1 参保地")
