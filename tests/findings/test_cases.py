"""Running cases: each against its source and both settlements against each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from doudi.common.errors import InputFault, PolicyFault
from doudi.engine.settle import oracle
from doudi.engine.settle.person import OPEN, Enrolment, Person, Settled, Tag
from doudi.findings import cases
from doudi.findings.cases import (
    Outcome,
    find_cases,
    first_difference,
    person_of,
    run_all,
    run_case,
    run_document,
)
from doudi.policy.cases import CasePerson, read_case
from doudi.policy.library import CASES, root
from doudi.policy.text import parse_document
from tests.policy.test_cases import FILE, INLINE, SUMS
from tests.policy.writing import PACK, changed

# 4,000 in scope: (4,000 − 600) × 60 % = 2,040 from basic insurance; 1,960 is left, below the line of CII.
CASE = f"""\
doudi: case/1
id: shi-1
title: A plain bill
use_as: positive
policy:
{INLINE}claims:
  - {{enddate: 2025-03-09, hosp_lv: "05", med_type: "21", inscp_amt: 4000}}
  - {{enddate: 2025-04-09, hosp_lv: "05", med_type: "21", inscp_amt: 1000}}
expect:
  - {{claim: 1, step: basic.paid, is: 2040}}
  - {{claim: 2, step: basic.paid, is: 240}}
  - {{claim: all, step: basic.paid, is: 2280}}
  - {{claim: all, ratio: {{step: psn_pay, of: total}}, is: 54.4}}
"""

Loop = Callable[..., list[Settled]]


def run(text: str = CASE, loop: Loop | None = None) -> Outcome:
    return run_case(read_case(parse_document(text, FILE)), loop)


def bent(change: Callable[[Settled], Settled | None]) -> Loop:
    """A loop that differs from the oracle by what `change` does to each claim."""

    def loop(*given: Any) -> list[Settled]:
        return [new for one in oracle.settle(*given) if (new := change(one)) is not None]

    return loop


def with_step(number: str, step: str, more: int) -> Callable[[Settled], Settled]:
    def change(one: Settled) -> Settled:
        if one.setl_id != number:
            return one
        return dataclasses.replace(one, steps={**one.steps, step: one.steps.get(step, 0) + more})

    return change


def test_a_case_that_holds_names_its_first_step() -> None:
    outcome = run()
    assert (outcome.ok, outcome.step, outcome.expected, outcome.got, outcome.why) == (
        True,
        "basic.paid",
        "2040.00",
        "2040.00",
        "",
    )
    assert outcome.to_dict() == {
        "id": "shi-1",
        "ok": True,
        "step": "basic.paid",
        "expected": "2040.00",
        "got": "2040.00",
        "title": "A plain bill",
        "file": str(FILE),
        "why": "",
    }


@pytest.mark.parametrize(
    ("old", "new", "step", "expected", "got"),
    [
        ("is: 2040}", "is: 2040.01}", "basic.paid", "2040.01", "2040.00"),
        ("is: 240}", "is: 250}", "2:basic.paid", "250.00", "240.00"),
        ("is: 2280}", "is: 2281}", "all:basic.paid", "2281.00", "2280.00"),
        ("is: 54.4}", "is: 54.5}", "all:psn_pay/total", "54.50", "54.40"),
        ("step: basic.paid, is: 2040", "step: cii.paid, is: 1", "cii.paid", "1.00", "0.00"),
        ("step: basic.paid, is: 2040", "step: psn_pay, is: 1", "psn_pay", "1.00", "1960.00"),
    ],
)
def test_a_case_that_fails_names_the_step_at_fault(
    old: str, new: str, step: str, expected: str, got: str
) -> None:
    outcome = run(changed(old, new, CASE))
    assert (outcome.ok, outcome.step, outcome.expected, outcome.got) == (False, step, expected, got)
    assert outcome.why == "与来源不符"


def test_a_figure_may_hold_as_printed() -> None:
    assert run(changed("is: 2040}", "is: 2000, printed_to: 100}", CASE)).ok
    assert not run(changed("is: 2040}", "is: 2100, printed_to: 100}", CASE)).ok
    assert run(changed("is: 54.4}", "is: 54, printed_to: 1, how: truncated}", CASE)).ok


def test_a_layer_that_did_not_apply_paid_nothing() -> None:
    text = changed("is: 240}", "is: 0}", CASE).replace(
        '2025-04-09, hosp_lv: "05", med_type: "21"', '2025-04-09, med_type: "11"'
    )
    text = text.replace("is: 2280", "is: 2040").replace("is: 54.4", "is: 59.2")
    assert run(text).ok


def test_a_share_of_nothing_is_no_share() -> None:
    text = changed("{step: psn_pay, of: total}", "{step: psn_pay, of: maf_pay}", CASE)
    outcome = run(text)
    assert (outcome.ok, outcome.got, outcome.why) == (False, "—", "除数为零，没有比例")


def test_a_sources_wrong_figure_must_not_come_out() -> None:
    text = changed("use_as: positive", "use_as: negative", CASE)
    text = text[: text.index("expect:")] + "expect:\n"
    wrong = run(text + "  - {claim: 1, step: basic.paid, is: 2040, published: 2400}\n")
    assert (wrong.ok, wrong.step, wrong.expected, wrong.got) == (True, "basic.paid", "2040.00", "2040.00")
    other = run(text + "  - {claim: 1, step: basic.paid, is: 2000, published: 2040}\n")
    assert (other.ok, other.why) == (False, "与来源不符")


def test_a_right_figure_that_is_printed_like_the_wrong_one_fails() -> None:
    text = changed("use_as: positive", "use_as: negative", CASE)
    text = (
        text[: text.index("expect:")]
        + "expect:\n  - {claim: 1, step: basic.paid, is: 2040, published: 2044}\n"
    )
    document = parse_document(text, FILE)
    case = read_case(document)
    expect = case.file.expect[0].model_copy(update={"printed_to": case.file.expect[0].is_ / 204})
    case = dataclasses.replace(case, file=case.file.model_copy(update={"expect": [expect]}))
    outcome = run_case(case)
    assert (outcome.ok, outcome.why) == (False, "竟与来源的错数 2044.00 相符")


def test_sums_are_worked_out() -> None:
    outcome = run(SUMS)
    assert (outcome.ok, outcome.step, outcome.expected, outcome.got) == (True, "paid", "≠ 3005.00", "4322.50")
    wrong = run(SUMS.replace("agrees: false", "agrees: true"))
    assert (wrong.ok, wrong.expected) == (False, "3005.00")
    assert "的得数与来源不符" in wrong.why
    same = run(SUMS.replace("3005", "4322.5"))
    assert (same.ok, same.expected) == (False, "≠ 4322.50")
    assert "竟与来源相符" in same.why
    assert run(SUMS.replace("3005, agrees: false", "4300, printed_to: 100")).ok


def test_sums_beside_a_settlement_count_too() -> None:
    assert run(CASE + SUMS[SUMS.index("checks") :]).ok
    outcome = run(CASE + SUMS[SUMS.index("checks") :].replace("false", "true"))
    assert (outcome.ok, outcome.step) == (False, "paid")


def test_a_disagreement_of_loop_and_oracle_fails_the_case_and_names_the_first_step() -> None:
    outcome = run(CASE, bent(with_step("S002", "basic.deductible", 1)))
    assert (outcome.ok, outcome.step, outcome.expected, outcome.got) == (
        False,
        "2:basic.deductible",
        "600.00",
        "600.01",
    )
    assert "请报告" in outcome.why


@pytest.mark.parametrize(
    "step", ["basic.paid", "cii.left", "hifp_pay", "psn_pay", "inscp_left", "fund_pay_sumamt"]
)
def test_no_step_escapes_the_comparison(step: str) -> None:
    assert run(CASE, bent(with_step("S001", step, -1))).step == f"1:{step}"


def test_money_that_only_one_of_them_pays_is_a_disagreement_and_an_empty_side_step_is_not() -> None:
    assert run(CASE, bent(with_step("S001", "gone.paid", 1))).step == "1:gone.paid"
    assert run(CASE, bent(with_step("S001", "basic.cap_left2", 1))).ok

    def without(one: Settled) -> Settled:
        return dataclasses.replace(one, steps={k: v for k, v in one.steps.items() if k != "basic.paid"})

    assert run(CASE, bent(without)).step == "1:basic.paid"


def test_claims_that_only_one_of_them_settles_are_a_disagreement() -> None:
    assert run(CASE, bent(lambda one: None if one.setl_id == "S002" else one)).step is not None
    assert not run(CASE, bent(lambda one: None if one.setl_id == "S002" else one)).ok
    twice: Sequence[Settled] = [Settled("S001", {}, 0), Settled("S001", {}, 0)]
    (told,) = first_difference(twice, twice[:1], ["S001"])
    assert (told.step, told.expected, told.got) == ("claims", "1", "2")


def test_the_compiled_loop_is_what_is_run() -> None:
    from doudi.engine.settle.window import settle_person

    assert cases._loop() is settle_person


def test_a_person_comes_with_tags_and_enrolment() -> None:
    person = person_of(
        CasePerson.model_validate(
            {
                "psn_no": "P",
                "brdy": "1960-05-01",
                "psn_idet_type": ["低保对象", {"is": "残疾人", "from": "2025-06-01", "to": "2025-12-31"}],
                "rloc_type": "备案",
                "psn_insu_date": "2020-01-01",
                "paus_insu_date": "2025-03-01",
            }
        )
    )
    assert person.psn_no == "P"
    assert [(tag.column, tag.value, str(tag.from_), str(tag.to)) for tag in person.tags] == [
        ("psn_idet_type", "低保对象", "1900-01-01", "9999-12-31"),
        ("psn_idet_type", "残疾人", "2025-06-01", "2025-12-31"),
        ("rloc_type", "备案", "1900-01-01", "9999-12-31"),
    ]
    assert [(str(e.from_), str(e.to)) for e in person.enrolments] == [("2020-01-01", "2025-02-28")]
    open_ended = person_of(CasePerson.model_validate({"psn_insu_date": "2020-01-01"}))
    assert open_ended.enrolments == (Enrolment(open_ended.enrolments[0].from_, OPEN),)
    assert person_of(CasePerson()) == Person("case")
    assert Tag("a", "b").to == OPEN


# — files —


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "b.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(SUMS, encoding="utf-8")
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "figures.yaml").write_text("doudi: parameters/1\nparameters: {}\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("doudi: case/1", encoding="utf-8")
    return tmp_path


def outcomes(*places: Path) -> list[tuple[str, bool]]:
    return [(one.id, one.ok) for one in run_all(find_cases(places))]


def test_a_folder_is_searched_for_cases_and_its_policies_are_passed_over(folder: Path) -> None:
    assert outcomes(folder) == [("sum", True), ("shi-1", True)]
    assert outcomes(folder / "a.yaml") == [("sum", True)]
    assert outcomes(folder / "deep", folder / "a.yaml") == [("shi-1", True), ("sum", True)]


def test_a_folder_without_cases_is_an_error_and_not_a_pass(tmp_path: Path, folder: Path) -> None:
    for place in (tmp_path / "none", folder / "deep" / "none"):
        place.mkdir()
        with pytest.raises(InputFault, match="没有算例"):
            find_cases([place])
    with pytest.raises(InputFault, match="没有算例"):
        find_cases([folder, tmp_path / "none"])


def test_a_file_with_faults_is_a_case_that_fails(folder: Path) -> None:
    (folder / "c.yaml").write_text("a: [1", encoding="utf-8")
    (folder / "d.yaml").write_text(
        changed("is: 2040}", "is: x}", CASE.replace("shi-1", "shi-2")), encoding="utf-8"
    )
    (folder / "e.yaml").write_text("colour: red", encoding="utf-8")
    assert outcomes(folder) == [("sum", True), ("c", False), ("shi-2", False), ("shi-1", True), ("e", False)]
    told = {one.id: one.why for one in run_all(find_cases([folder]))}
    assert "没有成对" in told["c"]
    assert "“x”不是数" in told["shi-2"]
    assert "第一行应当是 doudi: case/1" in told["e"]


def test_a_missing_file_and_a_policy_given_as_a_case_fail(folder: Path) -> None:
    (missing,) = run_all(find_cases([folder / "none.yaml"]))
    assert "找不到政策文件" in missing.why
    (policy,) = run_all(find_cases([folder / "pack.yaml"]))
    assert "这是结算政策，这里要的是算例" in policy.why


def test_an_id_that_is_used_twice_fails_the_second(folder: Path) -> None:
    (folder / "z.yaml").write_text(SUMS, encoding="utf-8")
    last = run_all(find_cases([folder]))[-1]
    assert (last.id, last.ok) == ("sum", False)
    assert str(folder / "a.yaml") in last.why


def test_the_same_file_named_twice_is_run_twice(folder: Path) -> None:
    assert outcomes(folder / "a.yaml", folder / "a.yaml") == [("sum", True), ("sum", True)]


def test_what_the_settlement_refuses_is_a_failure_with_its_reason() -> None:
    outcome = run_document(parse_document(changed("enddate: 2025-04-09", "enddate: 2030-04-09", CASE), FILE))
    assert not outcome.ok
    assert (outcome.id, outcome.title) == ("shi-1", "A plain bill")
    assert outcome.why
    with pytest.raises((PolicyFault, InputFault)):
        run(changed("enddate: 2025-04-09", "enddate: 2030-04-09", CASE))


def test_every_shipped_case_holds() -> None:
    told = run_all(find_cases([root() / CASES]))
    assert len(told) > 100
    assert [(one.id, one.step, one.why) for one in told if not one.ok] == []
