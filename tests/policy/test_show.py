"""A pack as a policy table: every rule in words, every figure with its days, clause and document."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doudi.policy.library import packs, root
from doudi.policy.pack import Pack
from doudi.policy.show import Sheet, lay_out
from tests.engine.settle.chooser import Seeded
from tests.engine.settle.policies import make_policy
from tests.policy.writing import changed, pack

FULL = """\
doudi: settlement/1
id: full
zh: 齐备政策
place: 示例县
note: 为试验而设
from: 2024-01-01
source: {document: 试行办法, number: 试发〔2024〕1号, issuer: 示例县医保局, date: 2024-01-01}
dates: {level: admission, order: discharge}
year_starts: 07-01
stays: {days: inclusive, interim: each, new_year: continue}
dimensions:
  level:
    zh: 医院等级
    classes:
      - {code: l1, zh: 一级, when: {hosp_lv: ["08", ""]}, unless: {out_flag: ["1"]}}
      - {code: l3, zh: 三级}
  age: {zh: 年龄段, classes: [{code: child, when: {age: {to: 17}}}, {code: grown, when: {age: {from: 18, to: 59}}}, {code: old, when: {age: {from: 60}, psn_idet_type: [低保对象]}}]}
prepay:
  - {zh: 未备案先行自付, unless: {level: [l1]}, of: [inscp], ratio: small, clause: 第五条, note: 暂行}
order: [{from: 2023-01-01, layers: [a, c]}, {from: 2025-01-01, layers: [a, b, c, d]}]
layers:
  a:
    zh: 甲层
    fund: hifp_pay
    fund_pay_type: "390100"
    clause: 第三条
    note: 甲层说明
    when: {level: [l1, l3]}
    unless: {age: [child]}
    base: [inscp, -own, {take: cost.bed, at_most_per_day: line, at_most: line}]
    deductible:
      per: admission
      amount: step
      sequence: seq
      round: {to: yuan, mode: down}
      floor: line
      year_ceiling: line
      transfer: {when: {level: [l3]}, within_days: days}
    ratio: small
    caps:
      - {limit: line, pool: both, raise: {per_year: line, after_years: days, at_most: small}}
      - {limit: line, on: cost, per: day}
    round: {to: jiao, mode: up}
    waiting: days
  b:
    zh: 乙层
    fund: hifmi_pay
    per: year
    base: [left, -paid.a, -deductible.a, -copay.a, -over.a, -base.a]
    deductible: {per: year, amount: line}
    bands: bands
    measured: above_deductible
    caps: [{limit: none_set, pool: both, per: year}]
    round: {of: total}
    pool: shared
  c: {zh: 丙层, fund: ownpay_hosp_part, kind: recorded, recorded: cost.given, counts_against: out_of_scope}
  d: {zh: 丁层, fund: maf_pay, kind: guarantee, base: [left], at_most: small, of: [total], per: year}
  e:
    zh: 戊层
    fund: othfund_pay
    on: false
    per: year
    base: [own]
    deductible: {per: bill, share: {ratio: small, of: [total], at_least: line, at_most: line}}
    ratio: later
    on_change: forward
  f: {zh: 己层, fund: othfund_pay, kind: recorded, recorded: hifp_pay}
  g: {zh: 庚层, fund: othfund_pay, per: year, base: [left], ratio: small, on_change: catch_up}
parameters:
  small: {zh: 小比例, unit: ratio, by: [level], table: {l1: 10%, otherwise: 10%}, confirmed: true}
  line: {zh: 金额线, unit: yuan, by: [age, level], table: {child: {l1: 1, l3: 2}, grown: {l1: 1, l3: 2}, otherwise: {otherwise: 3}}}
  step: {zh: 起付标准, unit: yuan, values: [{from: 2024-01-01, to: 2024-12-31, value: {share: 50%, of: income, years_back: 1}, note: 上年收入之半}, {from: 2025-01-01, value: {share: 10%, of: income, years_back: 2, round: {to: yuan}}, document: 另一办法}]}
  income: {zh: 可支配收入, unit: yuan, values: [{from: 2022-01-01, to: 2022-12-31, value: 30001}, {from: 2023-01-01, to: 2023-12-31, value: 32000.5}]}
  seq: {zh: 次数, unit: sequence, value: [100%, {yuan: 50}]}
  days: {zh: 天数线, unit: count, value: 90}
  bands: {zh: 分段, unit: bands, by: [level], table: {l1: [{to: 100, ratio: 1%}, {ratio: 2%}], l3: [{ratio: 3%}]}}
  none_set: {zh: 不封, unit: yuan, value: none}
  later: {zh: 以后, unit: ratio, values: [{from: 2030-01-01, value: null}]}
"""


def told(sheet: Sheet) -> dict[str, list[str]]:
    return {
        f"{section.code}.{fact.key}": [f"{line.text}{line.marks}" for line in fact.lines]
        for section in sheet.sections
        for fact in section.facts
    }


@pytest.fixture
def full() -> Pack:
    return pack(FULL)


def test_every_rule_is_told_in_words(full: Pack) -> None:
    said = told(lay_out(full))
    assert said["general.order"] == ["2024-01-01 起：甲层 → 丙层", "2025-01-01 起：甲层 → 乙层 → 丙层 → 丁层"]
    assert said["general.dates"] == [
        "人员身份、医院等级、就医备案、年龄、连续参保以入院日为准；待遇标准、所属年度、结算先后以出院日为准；年度自 7 月 1 日起"
    ]
    assert said["general.stays"] == [
        "入院日、出院日都计天；中途结算各计一次起付线；跨年的住院接着计，不重新起付"
    ]
    assert said["general.dimension.level"] == ["一级：医院等级为08、空（异地标志为1的除外）", "三级：其余"]
    assert said["general.dimension.age"] == [
        "child：17 周岁及以下",
        "grown：18 至 59 周岁",
        "old：60 周岁及以上，人员身份为低保对象",
    ]
    assert said["general.note"] == ["为试验而设"]
    assert said["prepay.prepay.1"] == [
        "全部结算；但医院等级为一级的除外，按政策范围内费用计",
        "一级、其余 10%〔1〕",
        "　第五条〔1〕",
        "暂行",
    ]
    assert said["a.when"] == ["医院等级为一级、三级；但年龄段为child的除外"]
    assert said["a.fund"] == ["统筹基金支出 hifp_pay（390100）"]
    assert said["a.base"] == ["政策范围内费用－全自费费用＋“bed”费用（每日至多金额线，至多金额线），每次结算"]
    assert said["a.rules"] == ["取到角，进一"]
    assert said["a.source"] == ["　第三条〔1〕", "甲层说明"]
    assert said["a.waiting"] == ["连续参保天数：90〔1〕〔待核实〕"]
    assert said["b.base"] == [
        "各层支付后剩余的费用－甲层支付额－甲层起付线－甲层按比例自付额－甲层封顶线以上费用－甲层计算基数，年度累计"
    ]
    assert said["b.rules"] == ["取到分，四舍五入；按年度合计取整；与累计池 shared 的各层合并累计"]
    assert said["b.caps"] == ["年度累计支付（与甲层、乙层合并计算）：不设〔1〕〔待核实〕"]
    assert said["c.payment"] == ["照结算单所记的“given”费用支付"]
    assert said["c.base"] == ["政策范围内费用，每次结算"]
    assert said["c.rules"] == ["支付不冲减政策范围内个人负担"]
    assert said["d.payment"] == ["个人至多负担总费用的：一级、其余 10%〔1〕"]
    assert said["e.deductible"][0] == "每次结算，总费用的比例：一级、其余 10%〔1〕"
    assert said["e.payment"] == ["未查到〔1〕〔待核实〕"]
    assert said["f.payment"] == ["照结算单所记的统筹基金支出支付"]
    assert said["g.rules"] == ["待遇变化时按新标准补算全年"]


def test_figures_stand_by_class_those_alike_together(full: Pack) -> None:
    said = told(lay_out(full))
    assert said["a.deductible"] == [
        "每次住院：2024-01-01 至 2024-12-31：上年度可支配收入的 50%（16000.25 元）〔2〕〔待核实〕",
        "2025-01-01 起：2 年前可支配收入的 10%（3200 元）〔3〕〔待核实〕",
        "年内第一、二……次住院承担：100%、50 元（末项沿用）〔1〕〔待核实〕",
        "减低后不低于：child、grown：一级 1 元；三级 2 元〔1〕〔待核实〕",
        "其余：3 元〔1〕〔待核实〕",
        "全年合计不高于：child、grown：一级 1 元；三级 2 元〔1〕〔待核实〕",
        "其余：3 元〔1〕〔待核实〕",
        "转院只补差额：医院等级为三级",
        "距上次出院至多天数：90〔1〕〔待核实〕",
        "取到元，舍去尾数",
    ]
    assert said["b.payment"] == [
        "段界自起付线起计",
        "一级：0—100 元 1%；100以上 2%〔1〕〔待核实〕",
        "三级：0以上 3%〔1〕〔待核实〕",
    ]
    assert said["a.caps"][0] == (
        "年度累计支付（与甲层、乙层合并计算），连续参保满 天数线 后每多一年加 金额线，合计至多加 小比例："
        "child、grown：一级 1 元；三级 2 元〔1〕〔待核实〕"
    )
    assert said["a.caps"][2].startswith("每日计入的费用（起付线以上）：")


def test_documents_are_footnotes_with_their_remarks(full: Pack) -> None:
    assert lay_out(full).documents == (
        "示例县医保局《试行办法》（试发〔2024〕1号），2024-01-01",
        "示例县医保局《试行办法》（试发〔2024〕1号），2024-01-01。注：上年收入之半",
        "示例县医保局《另一办法》（试发〔2024〕1号），2024-01-01",
    )


def test_as_of_a_day_only_what_is_in_force_then_is_told(full: Pack) -> None:
    said = told(lay_out(full, dt.date(2025, 3, 1)))
    assert said["general.order"] == ["甲层 → 乙层 → 丙层 → 丁层"]
    assert said["a.deductible"][0] == "每次住院：2 年前可支配收入的 10%（3200 元）〔2〕〔待核实〕"
    assert said["e.payment"] == ["没有值〔待核实〕"]
    early = lay_out(full, dt.date(2024, 3, 1))
    assert [(s.code, s.on) for s in early.sections][2:5] == [("a", True), ("c", True), ("b", False)]


def test_a_share_looked_up_on_the_29th_of_february_goes_back_to_the_28th(full: Pack) -> None:
    said = told(lay_out(full, dt.date(2024, 2, 29)))
    assert said["a.deductible"][0].startswith("每次住院：上年度可支配收入的 50%（16000.25 元）")


def test_a_share_of_what_goes_by_class_has_no_amount() -> None:
    whole = "b: {unit: yuan, by: [level], table: {otherwise: 5}}"
    share = "basic.cap: {unit: yuan, value: {share: 50%, of: b}}"
    text = changed("basic.cap: {unit: yuan, value: 120000}", f"{whole}\n  {share}")
    assert told(lay_out(pack(text)))["basic.caps"] == ["年度累计支付：b的 50%〔1〕〔待核实〕"]


def test_a_share_of_what_is_not_known_that_day_has_no_amount() -> None:
    late = FULL.replace("from: 2023-01-01, to: 2023-12-31", "from: 2023-06-01, to: 2023-12-31")
    assert told(lay_out(pack(late)))["a.deductible"][0].endswith("上年度可支配收入的 50%〔2〕〔待核实〕")


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ("{unit: yuan, by: [level], table: {l1: 5}}", ["一级 5 元"]),
        ("{unit: yuan, by: [level], table: {otherwise: 5}}", ["5 元"]),
        ("{unit: yuan, by: [level], table: {l1: 5, l2: 5, otherwise: 6}}", ["一级、二级 5 元；其余 6 元"]),
        ("{unit: yuan, by: [level, care], table: {l1: {inpatient: 5, other: 6}}}", ["一级 inpatient 5 元；other 6 元"]),
        ("{unit: yuan, by: [level, care], table: {l1: {inpatient: 5}, l2: {inpatient: 6}}}", ["一级：inpatient 5 元", "二级：inpatient 6 元"]),
        ("{unit: yuan, values: [{from: 2023-01-01, to: 2024-01-01, value: 5}, {from: 2024-01-02, to: 2026-12-30, value: 6}, {from: 2026-12-31, value: 7}]}", ["2024-01-01 至 2024-01-01：5 元", "2024-01-02 至 2026-12-30：6 元", "2026-12-31 至 2026-12-31：7 元"]),
        ("{unit: yuan, values: [{from: 2023-01-01, to: 2023-12-31, value: 5}, {from: 2024-01-01, value: 6}, {from: 2027-01-01, value: 7}]}", ["6 元"]),
    ],
)  # fmt: skip
def test_a_figure_is_told_as_briefly_as_its_classes_and_days_allow(parameter: str, said: list[str]) -> None:
    lines = told(lay_out(pack(changed("{unit: yuan, value: 120000}", parameter))))["basic.caps"]
    assert [line.removeprefix("年度累计支付：").removesuffix("〔1〕〔待核实〕") for line in lines] == said


def test_a_pool_that_one_layer_has_alone_is_not_shared() -> None:
    text = changed("{limit: basic.cap}", "{limit: basic.cap, pool: alone}")
    assert told(lay_out(pack(text)))["basic.caps"] == ["年度累计支付：120000 元〔1〕〔待核实〕"]


def test_a_new_order_is_told_from_its_first_day(full: Pack) -> None:
    assert told(lay_out(full, dt.date(2024, 12, 31)))["general.order"] == ["甲层 → 丙层"]
    assert told(lay_out(full, dt.date(2025, 1, 1)))["general.order"] == ["甲层 → 乙层 → 丙层 → 丁层"]


def test_layers_that_are_off_come_last_and_say_so(full: Pack) -> None:
    sheet = lay_out(full)
    assert [(section.code, section.on) for section in sheet.sections] == [
        ("general", True),
        ("prepay", True),
        *((code, True) for code in "acbd"),
        *((code, False) for code in "efg"),
    ]


def test_the_table_for_machines_is_stable(full: Pack) -> None:
    data = lay_out(full, dt.date(2025, 3, 1)).to_dict()
    assert json.loads(json.dumps(data, ensure_ascii=False)) == data
    assert (data["id"], data["from"], data["to"], data["as_of"]) == ("full", "2024-01-01", None, "2025-03-01")
    assert len(data["fingerprint"]) == 16
    section = next(s for s in data["sections"] if s["code"] == "a")
    assert (section["zh"], section["on"]) == ("甲层", True)
    fact = next(f for f in section["facts"] if f["key"] == "deductible")
    assert fact["lines"][0] == {
        "text": "每次住院：2 年前可支配收入的 10%（3200 元）",
        "clause": None,
        "note": None,
        "document": 2,
        "parameter": "step",
        "from": "2025-01-01",
        "to": "9999-12-31",
        "confirmed": False,
    }


def test_a_source_without_any_name_has_no_footnote() -> None:
    text = changed(
        "source: {document: 试行办法, number: 试发〔2024〕1号, issuer: 示例县医保局, date: 2024-01-01}\n", ""
    )
    sheet = lay_out(pack(text))
    assert sheet.documents == ()
    assert told(sheet)["basic.payment"] == ["60%"]


@pytest.mark.parametrize("listed", list(packs(root())), ids=lambda listed: listed.folder)
def test_every_shipped_pack_is_told_without_raw_codes(listed) -> None:  # type: ignore[no-untyped-def]
    sheet = lay_out(listed.pack)
    assert len(sheet.sections) > len(listed.pack.file.layers)
    for section in sheet.sections:
        for fact in section.facts:
            for line in fact.lines:
                assert "None" not in line.text
                assert not any(name in line.text for name in ("inscp_left", "half_up", "admission"))


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.dates(dt.date(2023, 1, 1), dt.date(2027, 1, 1)))
def test_any_policy_can_be_told(seed: int, day: dt.date) -> None:
    made = make_policy(Seeded(seed))
    assert lay_out(made).documents == ()
    json.dumps(lay_out(made, day).to_dict())
