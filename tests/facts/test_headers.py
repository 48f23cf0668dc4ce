"""Headers: platform and interface names and Chinese, mixed as the sender likes, never two for one column."""

import pytest

from doudi.common.errors import InputFault
from doudi.facts.headers import match_headers, recognise
from doudi.facts.registry import TABLES
from doudi.facts.settlements import TABLE

PLATFORM = [column.name for column in TABLE]
INTERFACE = [column.interface[0] if column.interface else column.name for column in TABLE]
CHINESE = [column.zh for column in TABLE]


@pytest.mark.parametrize("headers", [PLATFORM, INTERFACE, CHINESE], ids=["platform", "interface", "zh"])
def test_each_spelling_is_understood(headers: list[str]) -> None:
    matched = match_headers(headers, TABLE)
    assert [column.name for column in matched.places] == PLATFORM
    assert not matched.faults
    assert not matched.left_out


def test_spellings_may_be_mixed_and_untidy() -> None:
    headers = ["\ufeffSETL_ID", " 人员编号", "inscp_scp_amt", "ＨＩＦＰ＿ＰＡＹ", "cost_class_b", "老列"]
    matched = match_headers(headers, TABLE)
    assert [column.name for column in matched.places] == [
        "setl_id",
        "psn_no",
        "inscp_amt",
        "hifp_pay",
        "cost_class_b",
    ]
    assert matched.left_out == ("老列",)
    assert [column.name for column in matched.opened] == ["cost_class_b"]


@pytest.mark.parametrize(
    "pair", [("othfund_pay", "oth_pay"), ("psn_pay", "个人支付金额"), ("setl_id", "setl_id")]
)
def test_two_spellings_of_one_column_are_an_error(pair: tuple[str, str]) -> None:
    headers = [name for name in PLATFORM if name != pair[0]]
    matched = match_headers([*headers, *pair], TABLE, "a.csv")
    assert len(matched.faults) == 1
    assert f"a.csv：“{pair[0]}”和“{pair[1]}”是同一列" in str(matched.faults[0])


def test_two_columns_of_one_named_cost_are_an_error() -> None:
    assert match_headers([*PLATFORM, "cost_x", "COST_X"], TABLE).faults


def test_missing_columns_are_named_all_at_once_with_a_guess() -> None:
    headers = [name for name in PLATFORM if name not in ("medfee_sumamt", "enddate")]
    (fault,) = match_headers([*headers, "medfee_sumatm"], TABLE, "a.csv").faults
    assert "medfee_sumamt（医疗费总额）——是不是“medfee_sumatm”？" in str(fault)
    assert "enddate（结束日期）" in str(fault)
    assert "doudi claims template settlements" in str(fault)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_recognised_by_its_own_headers(name: str) -> None:
    table = TABLES[name]
    assert recognise([column.name for column in table]) is table
    assert recognise([column.zh for column in table]) is table


def test_a_settlements_file_with_a_column_missing_is_still_one_of_settlements() -> None:
    # not of persons, although every column that persons require is there
    assert recognise([name for name in PLATFORM if name != "inscp_amt"]) is TABLE


def test_unknown_headers_are_refused_with_a_way_out() -> None:
    with pytest.raises(InputFault, match="--as"):
        recognise(["甲", "乙"], "a.csv")
