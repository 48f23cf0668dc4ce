"""Case files: their schema, what they leave out, and every fault with its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from doudi.common.dates import parse_time
from doudi.common.errors import DoudiError
from doudi.policy.cases import Case, is_step, load_case, read_case
from doudi.policy.faults import each
from doudi.policy.text import parse_document
from tests.policy.writing import PACK, changed, line_of

FILE = Path("suan.yaml")
INLINE = "".join(f"  {line}\n" for line in PACK.splitlines())
CASE = f"""\
doudi: case/1
id: shi-1
title: At the line
source: {{document: 试行办法}}
use_as: positive
policy:
{INLINE}person: {{brdy: 1960-05-01, psn_idet_type: [低保对象, {{is: 残疾人, from: 2025-06-01, to: 2025-12-31}}]}}
prior: [{{year: 2025, pool: basic, item: admissions, amount: 1}}, {{year: 2025, pool: "basic:1", item: used, amount: 8450.5}}]
claims:
  - {{enddate: 2025-03-09, hosp_lv: "05", med_type: "21", medfee_sumamt: 52000, inscp_amt: 50000, fulamt_ownpay_amt: 2000}}
  - {{begndate: 2025-04-01, enddate: 2025-04-09, inscp_amt: 100, cost_class_b: 10.5}}
expect:
  - {{claim: 1, step: basic.paid, is: 34790}}
  - {{claim: all, ratio: {{step: psn_pay, of: total}}, is: 0.45, printed_to: 0.01, how: truncated}}
"""
SUMS = """\
doudi: case/1
id: sum
title: A sum
use_as: arithmetic
checks:
  - {what: paid, formula: "(8000-650-700)*0.65", published: 3005, agrees: false}
"""


def case(text: str = CASE, path: Path = FILE) -> Case:
    return read_case(parse_document(text, path))


def faults(text: str) -> Sequence[DoudiError]:
    with pytest.raises(DoudiError) as caught:
        case(text)
    return each(caught.value)


def test_claims_come_out_in_the_inside_form_with_what_they_leave_out_filled() -> None:
    first, second = case().claims
    assert first == {
        "setl_id": "S001",
        "mdtrt_id": "M001",
        "out_flag": "0",
        "begndate": dt.date(2025, 3, 9),
        "enddate": dt.date(2025, 3, 9),
        "setl_time": parse_time("2025-03-09"),
        "hosp_lv": "05",
        "med_type": "21",
        "medfee_sumamt_fen": 5_200_000,
        "inscp_amt_fen": 5_000_000,
        "fulamt_ownpay_amt_fen": 200_000,
        "overlmt_selfpay_fen": 0,
        "preselfpay_amt_fen": 0,
    }
    assert (second["medfee_sumamt_fen"], second["cost_class_b_fen"]) == (10_000, 1050)
    assert second["begndate"] == dt.date(2025, 4, 1)
    assert second["mdtrt_id"] != first["mdtrt_id"]


@pytest.mark.parametrize(
    ("given", "inscp", "total"),
    [
        ("medfee_sumamt: 100", 10_000, 10_000),
        ("medfee_sumamt: 100, inscp_amt: 80", 8_000, 10_000),
        ("medfee_sumamt: 100, inscp_amt: 80, preselfpay_amt: 5", 8_000, 10_000),
        ("medfee_sumamt: 100, preselfpay_amt: 10, overlmt_selfpay: 5", 8500, 10_000),
        ("inscp_amt: 100", 10_000, 10_000),
        ("inscp_amt: 100, fulamt_ownpay_amt: 20", 10_000, 12_000),
        ("fulamt_ownpay_amt: 20", 0, 2000),
        ("cost_a: 20", 0, 0),
    ],
)
def test_the_part_that_is_left_out_is_what_the_others_leave(given: str, inscp: int, total: int) -> None:
    text = changed("inscp_amt: 100, cost_class_b: 10.5", given, CASE)
    claim = case(text).claims[1]
    assert (claim["inscp_amt_fen"], claim["medfee_sumamt_fen"]) == (inscp, total)


def test_a_claim_may_say_everything_itself() -> None:
    more = 'setl_id: A, mdtrt_id: B, psn_no: P, out_flag: "1", setl_time: 2025-05-01 10:11:12, ipt_days: 8, hosp_lv: null'
    claim = case(changed("cost_class_b: 10.5", more, CASE)).claims[1]
    assert (claim["setl_id"], claim["mdtrt_id"], claim["psn_no"], claim["out_flag"]) == ("A", "B", "P", "1")
    assert claim["setl_time"] == parse_time("2025-05-01 10:11:12")
    assert claim["ipt_days"] == 8
    assert "hosp_lv" not in claim


def test_a_refund_may_be_negative() -> None:
    claim = case(
        changed("inscp_amt: 100, cost_class_b: 10.5", "inscp_amt: -100, init_setl_id: S001", CASE)
    ).claims[1]
    assert (claim["inscp_amt_fen"], claim["medfee_sumamt_fen"]) == (-10_000, -10_000)


def test_person_prior_and_expectations_are_read() -> None:
    read = case()
    assert [tag.is_ for tag in read.file.person.psn_idet_type] == ["低保对象", "残疾人"]
    assert read.file.person.psn_idet_type[1].from_ == dt.date(2025, 6, 1)
    assert read.prior == {(2025, "basic", "admissions"): 1, (2025, "basic:1", "used"): 845_050}
    first, second = read.file.expect
    assert (first.claim, first.is_, first.name) == (1, Fraction(34790), "basic.paid")
    assert (second.claim, second.name) == (0, "all:psn_pay/total")
    assert second.same(Fraction("0.459"), Fraction("0.45"))
    assert not second.same(Fraction("0.46"), Fraction("0.45"))
    third = case(changed("claim: 1, step", "claim: 2, step", CASE)).file.expect[0]
    assert third.name == "2:basic.paid"


def test_a_single_tag_needs_no_list() -> None:
    tags = "[低保对象, {is: 残疾人, from: 2025-06-01, to: 2025-12-31}]"
    assert [tag.is_ for tag in case(changed(tags, "低保对象", CASE)).file.person.psn_idet_type] == [
        "低保对象"
    ]


def test_a_policy_may_be_named_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "cases").mkdir()
    path = tmp_path / "cases" / "a.yaml"
    path.write_text(changed(f"policy:\n{INLINE}", "policy: ../pack.yaml\n", CASE), encoding="utf-8")
    loaded = load_case(path)
    assert loaded.pack is not None
    assert loaded.pack.id == "shi"


def test_sums_need_no_policy() -> None:
    read = case(SUMS)
    assert read.pack is None
    assert not read.file.checks[0].agrees


def test_a_settled_case_may_check_sums_as_well() -> None:
    assert case(CASE + SUMS[SUMS.index("checks") :]).file.checks


#: (what stands there, what is put in its place, a part of the line at fault, what is said, what is allowed or to do)
BROKEN = [
    ("use_as: positive", "use_as: maybe", "use_as", "“maybe”不在允许的取值内", "positive、negative、arithmetic"),
    ("id: shi-1", "id: 试 1", "id: 试", "“试 1”不能作名称", "字母"),
    ("title: At the line", "title: ''", "title", "title：", ""),
    ("title: At the line\n", "", "doudi: case/1", "缺少“title”", ""),
    ("title: At the line", "title: At the line\ncolour: x", "colour", "colour：不认识的键", "claims"),
    # — the policy —
    (f"policy:\n{INLINE}", "", "doudi: case/1", "use_as: positive 要有 policy", "claims"),
    (f"policy:\n{INLINE}", "policy: gone.yaml\n", "policy: gone", "找不到政策文件 gone.yaml", "相对于本文件"),
    (f"policy:\n{INLINE}", "policy: [a]\n", "policy: [a]", "policy 要写文件路径，或整份政策", "zibo"),
    ("    fund: hifp_pay", "    fund: hifp", "    fund: hifp", "layers.basic.fund：“hifp”不在允许", "hifp_pay"),
    # — the person —
    ("brdy: 1960-05-01", "brdy: 1960", "person:", "person.brdy：“1960”不是可用的日期", "YYYY-MM-DD"),
    ("brdy: 1960-05-01", "name: 张", "person:", "person.name：不认识的键", "brdy"),
    ("{is: 残疾人, from", "{is: 残疾人, form", "person:", "psn_idet_type.第2项.form：不认识的键", "是否想写 from"),
    ("{is: 残疾人, from: 2025-06-01", "{from: 2025-06-01", "person:", "psn_idet_type.第2项：缺少“is”", ""),
    # — prior —
    ("pool: basic, item", "pool: basc, item", "prior:", "层的累计没有“basc”", "是否想写 basic"),
    ('pool: "basic:1"', 'pool: "basic:2"', "prior:", "限额没有“basic:2”", "basic:1"),
    ("item: admissions", "item: stays", "prior:", "“stays”不在允许", "admissions"),
    ("amount: 1}", "amount: 1.5}", "prior:", "prior.第1项.amount：“1.5”不是整数", "整数"),
    ("amount: 8450.5", "amount: -1", "prior:", "prior.第2项.amount：", "金额|100 亿"),
    # — claims —
    ("  - {enddate: 2025-03-09, ", "  - {", "  - {hosp_lv", "claims.第1项：缺少 enddate", "出院"),
    ("begndate: 2025-04-01", "begndate: 2025-05-01", "begndate", "begndate 晚于 enddate", "核对日期"),
    ("enddate: 2025-03-09", "enddate: 2025/3/9", "2025/3/9", "claims.第1项.enddate：“2025/3/9”不是可用的日期", "YYYY"),
    ("cost_class_b: 10.5", "cost_class_b: x", "cost_class_b", "cost_class_b：“x”", "金额"),
    ("cost_class_b: 10.5", "cost_class_b: [1]", "cost_class_b", "cost_class_b：这里要写一个值", "金额"),
    ("cost_class_b: 10.5", "hosp_level: 1", "hosp_level", "claims.第2项.hosp_level：结算没有这一列", "是否想写 hosp_lv"),
    ("cost_class_b: 10.5", "certno: 1", "certno", "claims.第2项.certno：结算没有这一列", "国家字段名"),
    ("cost_class_b: 10.5", "ipt_days: x", "ipt_days", "ipt_days：“x”不是整数", "整数"),
    ("cost_class_b: 10.5", "setl_time: x", "setl_time", "setl_time：“x”不是日期", "日期"),
    ("inscp_amt: 50000", "inscp_amt: 49999", "medfee_sumamt: 52000", "四部分费用之和不等于 medfee_sumamt", "省去其一"),
    ("inscp_amt: 100, ", "inscp_amt: 100, medfee_sumamt: 90, ", "begndate", "四部分费用之和不等于 medfee_sumamt", "省去其一"),
    # — expectations —
    ("claim: 1, step", "claim: 3, step", "claim: 3", "expect.第1项.claim：没有第 3 笔", "1 至 2，或 all"),
    ("claim: 1, step", "claim: one, step", "claim: one", "“one”不是整数", "整数"),
    ("step: basic.paid", "step: basic.payd", "basic.payd,", "没有“basic.payd”这一步", "是否想写 basic.paid"),
    ("step: basic.paid", "step: base.paid", "base.paid", "没有“base.paid”这一步", "是否想写 basic.paid"),
    ("of: total}", "of: totl}", "totl", "没有“totl”这一步", "是否想写 total"),
    ("step: basic.paid, is", "is", "is: 34790", "要写 step 或 ratio 之一", "psn_pay"),
    ("is: 34790", "is: many", "is: many", "expect.第1项.is：“many”不是数", "34790"),
    ("is: 34790", "is: 34790, printed_to: 0", "printed_to: 0", "printed_to：“0”要大于零", "10、0.01"),
    ("is: 34790", "is: 34790, how: cut", "how: cut", "“cut”不在允许", "rounded、truncated"),
    ("is: 34790", "is: 34790, published: 1", "published: 1", "published 只用于 negative", "published"),
    ("use_as: positive", "use_as: negative", "is: 34790", "negative 的每条都要写 published", "published"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "place", "what", "todo"), BROKEN, ids=[broken[3] for broken in BROKEN]
)
def test_a_broken_case_is_told_with_its_line(old: str, new: str, place: str, what: str, todo: str) -> None:
    text = changed(old, new, CASE)
    said = [fault for fault in faults(text) if what in fault.what]
    assert len(said) == 1, [str(fault) for fault in faults(text)]
    assert said[0].where == f"{FILE} 第 {line_of(text, place)} 行"
    assert any(word in f"{said[0].allowed} {said[0].do}" for word in todo.split("|"))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("published: 3005, agrees", "agrees", "checks.第1项：缺少“published”"),
        ('"(8000-650-700)*0.65"', '"(8000"', "checks.第1项.formula：算式在“末尾”处缺“)”"),
        ("agrees: false", "agrees: perhaps", "agrees：“perhaps”不是 true 或 false"),
        ("title: A sum\n", "title: A sum\npolicy: x\n", "policy：use_as: arithmetic 不写 policy"),
        ("title: A sum\n", "title: A sum\nprior: []\n", "prior：use_as: arithmetic 不写 prior"),
        ("checks:\n  -", "claims:\n  -", "use_as: arithmetic 要有 checks"),
    ],
)
def test_broken_sums_are_told(old: str, new: str, what: str) -> None:
    assert what in "\n".join(fault.what for fault in faults(changed(old, new, SUMS)))


def test_a_wrong_figure_of_a_source_must_differ_from_the_right_one_as_printed() -> None:
    text = changed("use_as: positive", "use_as: negative", CASE)
    text = text[: text.index("expect:")]
    right = text + "expect:\n  - {claim: 1, step: psn_pay, is: 100, published: 110}\n"
    assert case(right).file.expect[0].published == 110
    (said,) = faults(right.replace("110}", "104, printed_to: 10}"))
    assert "is 与 published 相同" in said.what


def test_all_faults_of_a_case_are_told_at_once() -> None:
    text = changed("cost_class_b: 10.5", "cost_class_b: x", CASE)
    text = changed("step: basic.paid", "step: basic.pay", text)
    text = changed("pool: basic, item", "pool: basc, item", text)
    assert len(faults(text)) == 3


def test_faults_of_the_policy_do_not_hide_those_of_the_claims() -> None:
    text = changed("    fund: hifp_pay", "    fund: hifp", CASE)
    assert len(faults(changed("cost_class_b: 10.5", "cost_class_b: x", text))) == 2


def test_steps_are_columns_of_the_claim_or_parts_of_a_layer() -> None:
    pack = case().pack
    assert pack is not None
    for step in (
        "hifp_pay",
        "psn_pay",
        "fund_pay_sumamt",
        "total",
        "inscp_left",
        "basic.cap_room",
        "cii.band12",
    ):
        assert is_step(pack, step), step
    for step in ("", "hifp", "basic", "basic.band0", "basic.band", "gone.paid", "basic.paid.x"):
        assert not is_step(pack, step), step
