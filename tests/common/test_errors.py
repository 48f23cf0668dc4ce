"""Errors: one clear message with what, where, what is allowed and what to do."""

import json
import pickle

import pytest

from doudi.common.errors import (
    DoudiError,
    EngineFault,
    Faults,
    InputFault,
    MissingPart,
    PolicyFault,
    StoreFault,
    raise_all,
)


def test_a_message_says_what_where_allowed_and_what_to_do() -> None:
    fault = InputFault("“abc”不是金额", where="a.csv 第 3 行", allowed="金额（元）", do="按元填写。")
    assert str(fault) == "a.csv 第 3 行：“abc”不是金额。允许：金额（元）。请：按元填写。"
    assert str(DoudiError("出错了")) == "出错了。"


def test_each_family_has_its_own_exit_code() -> None:
    families = [DoudiError, InputFault, PolicyFault, StoreFault, EngineFault, MissingPart]
    assert [family.exit_code for family in families] == [1, 2, 3, 4, 5, 6]


def test_many_faults_are_told_at_once_and_the_rest_counted() -> None:
    faults = Faults([InputFault(f"第 {n} 处") for n in range(5)], shown=2, more=10)
    assert str(faults) == "第 0 处。\n第 1 处。\n还有 13 处。"
    assert faults.exit_code == InputFault.exit_code


def test_faults_are_json_for_machines() -> None:
    faults = Faults([PolicyFault("甲", where="x.yaml, line 6"), PolicyFault("乙")])
    told = json.loads(json.dumps(faults.to_dict()))
    assert [fault["what"] for fault in told["faults"]] == ["甲", "乙"]
    assert told["exit_code"] == 3


def test_faults_survive_a_process_boundary() -> None:
    one = pickle.loads(pickle.dumps(InputFault("甲", where="乙", do="丙")))
    many = pickle.loads(pickle.dumps(Faults([one, StoreFault("丁")], more=3)))
    assert str(one) == "乙：甲。请：丙。"
    assert str(many).endswith("还有 3 处。")


def test_raise_all_raises_nothing_one_or_all() -> None:
    raise_all([])
    with pytest.raises(InputFault, match="甲"):
        raise_all([InputFault("甲")])
    with pytest.raises(Faults, match="甲。\n乙。"):
        raise_all([InputFault("甲"), InputFault("乙")])


def test_no_faults_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Faults([])
