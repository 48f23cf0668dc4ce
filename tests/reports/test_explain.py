"""An explained bill: the same numbers as its JSON and no others, in both languages, short and full."""

from __future__ import annotations

import re

import pytest
from rich.console import Console

from doudi.reports.explain_auditor import auditor_lines
from doudi.reports.explain_citizen import citizen_lines
from doudi.reports.lines import Line, coloured, grouped, plain
from tests.engine.settle.example import claim, pack, refund, tagged
from tests.engine.told import random_traces, told

NUMBER = re.compile(r"\d+(?:\.\d+)?")
FOR = {"citizen": citizen_lines, "auditor": auditor_lines}
POLICY = """
    dimensions:
      category: {zh: 人员类别, classes: [{code: poor, zh: 低保, en: poor, when: {psn_idet_type: [低保对象]}}, {code: rest, zh: 其余, en: others}]}
      care: {zh: 待遇, classes: [{code: ward, zh: 住院, en: ward, when: {med_type: ["21"]}}, {code: clinic, zh: 门诊, en: clinic}]}
    order: [basic, clinic, aid]
    layers:
      basic: {zh: 基本医保, en: basic, fund: hifp_pay, when: {care: [ward]}, base: [inscp], ratio: r, per: year, deductible: {per: year, amount: d}, caps: [{limit: c}]}
      clinic: {zh: 门诊统筹, en: clinics, fund: hifp_pay, when: {care: [clinic]}, base: [inscp], ratio: r}
      aid: {zh: 医疗救助, en: aid, fund: maf_pay, when: {category: [poor]}, base: [inscp_left], ratio: r}
    parameters:
      r: {zh: 比例, unit: ratio, value: 60%}
      d: {zh: 起付标准, unit: yuan, value: 500}
      c: {zh: 限额, unit: yuan, value: 3000}
"""


def text(trace, whom, lang):
    return plain(list(FOR[whom](trace.to_dict(), lang)))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("whom", FOR)
def test_every_number_of_the_text_is_in_the_json(whom, lang):
    for _, traces, _ in random_traces(range(12)):
        for trace in traces:
            held = set(NUMBER.findall(trace.to_json()))
            assert set(NUMBER.findall(text(trace, whom, lang).replace(",", ""))) <= held


def test_the_citizen_reads_what_was_paid_and_why_the_rest_is_theirs():
    trace = told(pack(POLICY), claim(inscp=8000, own=200, total=8200, med_type="21"))[0]
    said = text(trace, "citizen", "zh")
    assert re.search(
        r"基本医保支付 +3,000\.00  起付线 500\.00 元由您付，其余按 60%，到封顶线：年度累计支付为止", said
    )
    assert re.search(r"您自己付 +5,200\.00  占总额 63\.41%", said)
    assert re.search(r"其中报销范围外和先行自付 +200\.00", said)
    assert "医疗救助：人员类别为“其余”，只适用于低保" in said
    assert "尚未向发布机关核实" in said


def test_the_citizen_is_not_told_of_layers_for_other_treatment():
    said = text(told(pack(POLICY), claim(inscp=8000, med_type="21"))[0], "citizen", "zh")
    assert "门诊统筹" not in said


def test_a_bill_that_no_layer_covers_is_said_so_in_one_line():
    policy = pack(POLICY.replace("[basic, clinic, aid]", "[basic]"))
    said = text(told(policy, claim(inscp=80, med_type="11"))[0], "citizen", "zh")
    assert "各项保障都不包括这笔费用" in said
    assert "这些保障这次没有支付" not in said


def test_the_auditor_reads_every_layer_and_its_parameters():
    trace = told(pack(POLICY), claim(inscp=8000, med_type="21"), person=tagged("低保对象"))[0]
    said = text(trace, "auditor", "zh")
    for part in (
        "1. 基本医保 [basic] hifp_pay",
        "7500.00 × 60% = 4500.00",
        "标准 500.00，此前已用 0.00，本次 500.00，尚余 0.00",
        "限额 3000.00，年内已用 0.00，尚可 3000.00",
        "限额 c：3000 元",
        "psn_idet_type=低保对象",
        "✓ 医疗费总额 = 基金支付总额 + 个人支付金额 + 医院负担",
        "门诊统筹 [clinic]：待遇为“住院”，只适用于门诊",
    ):
        assert part in said, part


def test_english_text_has_no_chinese_where_the_policy_gives_english():
    said = text(told(pack(POLICY), claim(inscp=8000, med_type="21"))[0], "citizen", "en")
    assert not re.search(r"[\u4e00-\u9fff]", said)
    assert "paid by basic" in said
    assert "you bear the deductible of 500.00; the rest at 60%" in said


def test_refunds_and_cancelled_claims_are_marked():
    once = claim(1, inscp=2000, med_type="21")
    original, back = told(pack(POLICY), once, refund(2, once))
    assert "已被 s02 冲销" in text(original, "citizen", "zh")
    assert "退费：冲销结算 s01" in text(back, "auditor", "zh")
    assert "Refund of s01" in text(back, "citizen", "en")


def test_recorded_payments_that_agree_or_differ_are_said_so():
    policy = pack(POLICY)
    agrees = told(policy, claim(inscp=2000, med_type="21", hifp_pay=900, psn_pay=1100))[0]
    assert "与结算系统记录的支付一致" in text(agrees, "citizen", "zh")
    differs = told(policy, claim(inscp=2000, med_type="21", hifp_pay=1000, psn_pay=1000))[0]
    assert "1000.00 → 900.00" in text(differs, "auditor", "zh")


def test_figures_stand_under_one_another_though_chinese_takes_two_columns():
    shown = plain([Line("甲乙", "1.00"), Line("abcd", "12345678.90"), Line("长" * 30, "2.00")]).splitlines()
    assert shown[0].index("1.00") - shown[1].index("12,345,678.90") == len("12,345,678.90") - len("1.00") - 2
    assert shown[2:] == ["长" * 30, f"{' ' * 46}{'2.00':>16}"]


def test_a_terminal_shows_the_same_words_in_colour():
    lines = [Line("题", style="title"), Line("行", "1234.50", "注"), Line(remark="只有注", depth=1)]
    assert coloured(lines).plain == plain(lines)
    console = Console(force_terminal=True, width=120, color_system="standard", file=None)
    with console.capture() as caught:
        console.print(coloured(lines), end="")
    assert "\x1b[1m" in caught.get()


@pytest.mark.parametrize(
    ("yuan", "shown"), [("0.00", "0.00"), ("-1234567.80", "-1,234,567.80"), ("999.99", "999.99")]
)
def test_thousands_are_marked(yuan, shown):
    assert grouped(yuan) == shown


def test_a_confirmed_policy_warns_of_nothing_and_cites_its_clause():
    confirmed = "    source: {document: 办法, clause: 第三条, confirmed: true}" + POLICY
    trace = told(pack(confirmed), claim(inscp=8000, med_type="21"))[0]
    assert "待核实" not in text(trace, "auditor", "zh")
    assert "§ 《办法》第三条" in text(trace, "auditor", "zh")
    assert "核实" not in text(trace, "citizen", "zh")
