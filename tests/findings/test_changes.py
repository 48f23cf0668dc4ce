"""In what two policies differ: numbers by class and day with their documents, layers, order, and nothing that is the same."""

from __future__ import annotations

import datetime as dt

from doudi.findings.changes import changes
from doudi.findings.overrides import overridden, read_override
from tests.engine.settle.example import pack

TEXT = """
    source: {{document: 办法, clause: 第一条, confirmed: true}}
    dimensions: {{level: {{zh: 等级, classes: [{{code: l2, zh: 二级, when: {{hosp_lv: ["05"]}}}}, {{code: l3, zh: 三级, when: {{hosp_lv: ["03"]}}}}]}}}}
    prepay: {prepay}
    order: {order}
    layers:
      one: {{zh: 一, fund: hifp_pay, base: [inscp], ratio: r{caps}}}
      two: {{zh: 二, fund: hifmi_pay, {when}base: [inscp_left], ratio: r, deductible: {{per: bill, amount: d}}}}
    parameters:
      r: {{zh: 比例, unit: ratio, by: [level], values: [{{from: 2020-01-01, table: {{l2: 60%, l3: 50%}}}}, {{from: 2024-07-01, table: {{l2: {l2}, l3: 55%}}}}]}}
      d: {{zh: 起付线, unit: yuan, value: {{share: 10%, of: income}}}}
      income: {{zh: 可支配收入, unit: yuan, value: {income}}}
      c: {{zh: 限额, unit: yuan, value: 100}}
"""  # fmt: skip
USUAL = {"prepay": "[]", "order": "[one, two]", "caps": "", "when": "", "l2": "65%", "income": 30000}
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2024, 12, 31)


def policy(**changed):
    return pack(TEXT.format(**{**USUAL, **changed}))


def told(before, after):
    return [(one.kind, one.name, one.classes, one.from_, one.to, one.before and one.before.text, one.after and one.after.text)
            for one in changes(before, after, FIRST, LAST)]  # fmt: skip


def test_two_policies_alike_differ_in_nothing():
    assert told(policy(), policy()) == []


def test_a_changed_number_is_told_for_its_class_and_its_days():
    assert told(policy(), policy(l2="70%")) == [
        ("value", "r", "等级：二级", dt.date(2024, 7, 1), LAST, "65%", "70%")
    ]
    one = changes(policy(), policy(l2="70%"), FIRST, LAST)[0]
    assert (one.zh, one.before.cite, one.before.confirmed) == ("比例", "《办法》第一条", True)


def test_a_number_that_others_are_a_share_of_is_told_by_name():
    (one,) = told(policy(), policy(income=40000))
    assert one[1:3] + one[5:] == ("income", "", "30000 元", "40000 元")


def test_spans_that_differ_alike_are_one():
    after = overridden(policy(), [read_override("r[l3]=58%")])
    assert told(policy(), after) == [
        ("value", "r", "等级：三级", FIRST, dt.date(2024, 6, 30), "50%", "58%"),
        ("value", "r", "等级：三级", dt.date(2024, 7, 1), LAST, "55%", "58%"),
    ]
    after = overridden(policy(), [read_override("d@2024-03-01..2024-04-30=1")])
    assert told(policy(), after) == [
        ("value", "d", "", dt.date(2024, 3, 1), dt.date(2024, 4, 30), "可支配收入 的 10%", "1 元")
    ]


def test_a_change_outside_the_days_asked_about_is_not_told():
    after = overridden(policy(), [read_override("r@2025-01-01=1%")])
    assert told(policy(), after) == []


def test_a_layer_that_is_there_in_one_alone_is_told():
    found = told(policy(), policy(order="[one]"))
    assert ("layer", "two", "", FIRST, LAST, "设有这一层", None) in found
    assert ("order", "order", "", FIRST, LAST, "一 → 二", "一") in found


def test_a_changed_order_is_told_from_its_day():
    after = policy(order="[{from: 2020-01-01, layers: [one, two]}, {from: 2024-06-01, layers: [two, one]}]")
    assert told(policy(), after) == [("order", "order", "", dt.date(2024, 6, 1), LAST, "一 → 二", "二 → 一")]


def test_changed_rules_say_which_part_or_whom():
    assert told(policy(), policy(caps=", caps: [{limit: c}]"))[0] == (
        "rule",
        "one",
        "",
        FIRST,
        LAST,
        "封顶线",
        "封顶线",
    )
    whom = told(policy(), policy(when="when: {level: [l3]}, "))[0]
    assert whom[5:] == ("全部结算", "等级为三级")


def test_what_comes_before_the_layers_is_told():
    found = told(policy(), policy(prepay="[{zh: 外出, of: [inscp], ratio: r}]"))
    assert found == [("general", "prepay", "", FIRST, LAST, "见政策文件", "见政策文件")]


def test_a_class_that_only_one_policy_names_is_held_against_otherwise():
    after = pack(
        TEXT.format(**USUAL).replace("table: {l2: 65%, l3: 55%}", "table: {l2: 65%, otherwise: 55%}")
    )
    assert told(policy(), after) == []
