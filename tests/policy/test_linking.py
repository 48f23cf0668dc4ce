"""Names in a policy point at something of the right kind; what points nowhere is told where it stands."""

from __future__ import annotations

import pytest

from doudi.policy.linking import COLUMNS, cells
from doudi.policy.values import Ratio
from tests.policy.writing import FILE, changed, faults, line_of, pack

#: (what stands there, what is put in its place, a part of the line at fault, what is said, what is allowed or to do)
BROKEN = [
    # — parameters that are named —
    ("ratio: basic.ratio\n", "ratio: basic.rate\n", "basic.rate\n", "layers.basic.ratio：参数“basic.rate”没有定义", "是否想写 basic.ratio"),
    ("bands: cii.bands\n", "bands: basic.ratio\n", "bands: basic", "layers.cii.bands：参数 basic.ratio 的单位是 ratio", "单位为 bands"),
    ("{limit: basic.cap}", "{limit: basic.ratio}", "caps:", "caps.第1项.limit：参数 basic.ratio 的单位是 ratio", "单位为 yuan"),
    ("value: 60%", "value: null", "ratio: basic.ratio\n", "参数 basic.ratio 自 2024-01-01 起的值未知", "on: false"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, values: [{from: 2030-01-01, value: 1}]}", "deductible: {per: year", "参数 cii.deductible 在政策有效期内没有值", "补上 from"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, values: [{from: 2000-01-01, to: 2023-12-31, value: 1}]}", "deductible: {per: year", "参数 cii.deductible 在政策有效期内没有值", "补上 from"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, value: none}", "deductible: {per: year", "参数 cii.deductible 有值写作 none", "另一个参数"),
    ("amount: cii.deductible", "amount: gone", "amount: gone", "layers.cii.deductible.amount：参数“gone”没有定义", "basic.cap"),
    ("per: admission, amount: basic.deductible", "per: admission, amount: basic.deductible, sequence: basic.cap", "sequence", "deductible.sequence：参数 basic.cap 的单位是 yuan", "sequence"),
    ("per: admission, amount: basic.deductible", "per: admission, amount: basic.deductible, floor: basic.ratio", "floor", "deductible.floor：参数 basic.ratio 的单位是 ratio", "yuan"),
    ("per: admission, amount: basic.deductible", "per: admission, amount: basic.deductible, year_ceiling: basic.ratio", "year_ceiling", "deductible.year_ceiling：参数 basic.ratio 的单位", "yuan"),
    ("per: admission, amount: basic.deductible", "per: admission, share: {ratio: basic.cap, of: [total]}", "share", "deductible.share.ratio：参数 basic.cap 的单位是 yuan", "ratio"),
    ("per: admission, amount: basic.deductible", "per: admission, share: {ratio: basic.ratio, of: [totl]}", "share", "share.of.第1项：不认识的数额“totl”", "是否想写 total"),
    ("per: admission, amount: basic.deductible", "per: admission, share: {ratio: basic.ratio, of: [total], at_least: x, at_most: basic.cap}", "share", "share.at_least：参数“x”没有定义", "basic.cap"),
    ("per: admission, amount: basic.deductible", "per: admission, share: {ratio: basic.ratio, of: [total], at_most: x}", "share", "share.at_most：参数“x”没有定义", "basic.cap"),
    ("per: admission, amount: basic.deductible", "per: admission, amount: basic.deductible, transfer: {when: {care: [away]}}", "transfer", "transfer.when.care：care 的类别“away”没有定义", "inpatient、other"),
    ("per: admission, amount: basic.deductible", "per: admission, amount: basic.deductible, transfer: {when: {care: [other]}, within_days: basic.cap}", "transfer", "transfer.within_days：参数 basic.cap 的单位是 yuan", "count"),
    ("{limit: basic.cap}", "{limit: basic.cap, raise: {per_year: x, after_years: basic.cap, at_most: basic.cap}}", "raise", "raise.per_year：参数“x”没有定义", "basic.cap"),
    ("{limit: basic.cap}", "{limit: basic.cap, raise: {per_year: basic.cap, after_years: basic.cap, at_most: basic.ratio}}", "raise", "raise.after_years：参数 basic.cap 的单位是 yuan", "count"),
    ("{limit: basic.cap}", "{limit: basic.cap, raise: {per_year: basic.cap, after_years: x, at_most: basic.cap}}", "raise", "raise.at_most：参数 basic.cap 的单位是 yuan", "ratio"),
    ("    bands: cii.bands\n", "    bands: cii.bands\n    waiting: basic.cap\n", "waiting", "layers.cii.waiting：参数 basic.cap 的单位是 yuan", "count"),
    # — parameters as they stand —
    ("by: [level]", "by: [levl]", "by: [levl]", "basic.deductible.by.第1项：维度“levl”没有定义", "是否想写 level"),
    ("by: [level]", "by: [level, level]", "by: [level, level]", "by.第2项：维度 level 重复", ""),
    ("{l1: 200, l2: 500}", "{l1: 200, l3: 500}", "l3: 500", "table.l3：level 的类别“l3”没有定义", "otherwise"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, value: {share: 50%, of: gone}}", "cii.deductible: {", "参数“gone”没有定义", "basic.cap"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, value: {share: 50%, of: basic.ratio}}", "cii.deductible: {", "basic.ratio 的单位是 ratio，不能按比例取值", "yuan"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, value: {share: 50%, of: cii.deductible}}", "cii.deductible: {", "cii.deductible 按比例取值时绕回了自己", "写金额"),
    # — values —
    ("{unit: yuan, value: 14000}", "{unit: yuan, value: 一万四}", "cii.deductible: {", "parameters.cii.deductible.value：", "金额"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, value: 1, table: {l1: 1}}", "cii.deductible: {", "value 与 table 不能同时写", "只写其一"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, by: [level], value: 1}", "cii.deductible: {", "参数按 level 分类，要写 table", "otherwise"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, table: {l1: 1}}", "cii.deductible: {", "写了 table 却没有 by", "by: [维度名]"),
    ("{l1: 200, l2: 500}", "{}", "to: 2024-12-31", "table：table 要按 level 嵌套 1 层", "otherwise"),
    ("{l1: 200, l2: 500}", "{l1: {x: 200}, l2: 500}", "to: 2024-12-31", "table.l1.x：不认识“x”", "share"),
    ("by: [level]", "by: [level, care]", "to: 2024-12-31", "values.第1项.table.l1：table 要按 level、care 嵌套 2 层", "otherwise"),
    ("to: 2024-12-31, clause", "to: 2025-01-01, clause", "to: 2025-01-01", "有效期重叠或颠倒（2024-01-01 至 2025-01-01）", "互不重叠"),
    ("to: 2024-12-31, clause", "to: 2023-12-31, clause", "to: 2023-12-31", "有效期重叠或颠倒（2024-01-01 至 2023-12-31）", "互不重叠"),
    ("{from: 2025-01-01, clause", "{from: 2024-01-01, clause", "to: 2024-12-31", "有效期重叠或颠倒", "互不重叠"),
    # — classes —
    ("{care: [inpatient]}", "{care: [inpatent]}", "when: {care", "layers.basic.when.care：care 的类别“inpatent”没有定义", "是否想写 inpatient"),
    ("{care: [inpatient]}", "{cure: [inpatient]}", "when: {cure", "layers.basic.when.cure：维度“cure”没有定义", "是否想写 care"),
    ("    when: {care: [inpatient]}\n", "    unless: {care: [x]}\n", "unless", "layers.basic.unless.care：care 的类别“x”没有定义", "inpatient"),
    ("{code: other}]", "{code: otherwise}]", "otherwise}]", "otherwise 是表中“其余”的写法", "换一个代码"),
    ("[{code: inpatient, when: {med_type: [\"21\"]}}, ", "[{code: inpatient}, ", "code: inpatient}", "没有条件的类别会占去其余全部", "移到最后"),
    ("{hosp_lv: [\"05\"]}", "{hosp_level: [\"05\"]}", "hosp_level", "when.hosp_level：列“hosp_level”没有定义", "是否想写 hosp_lv"),
    ("{hosp_lv: [\"05\"]}}", "{hosp_lv: [\"05\"]}, unless: {certno: [x]}}", "certno", "unless.certno：列“certno”没有定义", "hosp_lv"),
    ("{hosp_lv: [\"05\"]}", "{medfee_sumamt: [\"05\"]}", "medfee", "列“medfee_sumamt”没有定义", "hosp_lv"),
    # — order —
    ("order: [basic, cii]", "order: [basic, ci]", "order:", "order.第2项：层“ci”没有定义", "是否想写 cii"),
    ("order: [basic, cii]", "order: [basic, cii, basic]", "order:", "order.第3项：层 basic 在顺序中出现两次", "只写一次"),
    ("order: [basic, cii]", "order:\n  - {from: 2024-01-01, layers: [basic]}\n  - {from: 2025-01-01, layers: [basic, c]}", "from: 2025-01-01, layers", "order.第2项.layers.第2项：层“c”没有定义", "basic、cii"),
    ("order: [basic, cii]", "order:\n  - {from: 2024-01-01, layers: [basic]}\n  - {from: 2024-01-01, layers: [cii]}", "layers: [cii]", "order.第2项：两个顺序都从 2024-01-01 开始", "只有一个顺序"),
    # — amounts —
    ("base: [inscp_left]", "base: [inscp_lft]", "inscp_lft", "base.第1项：不认识的数额“inscp_lft”", "是否想写 inscp_left"),
    ("base: [inscp_left]", "base: [cost.]", "cost.", "不认识的数额“cost.”", "cost.名称"),
    ("base: [inscp_left]", "base: [cost.Class-B]", "cost.", "不认识的数额“cost.Class-B”", "cost.名称"),
    ("base: [inscp_left]", "base: [inscp, -paid.base]", "paid.base", "base.第2项：层“base”没有定义", "是否想写 basic"),
    ("base: [inscp]\n", "base: [inscp, -paid.cii]\n", "paid.cii", "paid.cii 用到的层不在这里之前", "调整 order"),
    ("base: [inscp_left]", "base: [-paid.cii]", "paid.cii", "paid.cii 用到的层不在这里之前", "调整 order"),
    ("base: [inscp_left]", "base: [{take: inscp, at_most: gone}]", "gone", "base.第1项.at_most：参数“gone”没有定义", "basic.cap"),
    ("base: [inscp_left]", "base: [{take: inscp, at_most_per_day: basic.ratio}]", "at_most_per_day", "at_most_per_day：参数 basic.ratio 的单位是 ratio", "yuan"),
    ("    bands: cii.bands\n", "    bands: cii.bands\n    caps: [{limit: basic.cap, pool: a, on: cost}]\n  more: {zh: 又一层, fund: maf_pay, base: [left], ratio: basic.ratio, caps: [{limit: basic.cap, pool: a}]}\n", "more:", "封顶池 a 有的限支付、有的限费用", "相同"),
    ("base: [inscp_left]", "base: [paid.]", "paid.", "不认识的数额“paid.”", "paid.层"),
    ("base: [inscp_left]", "base: [paid]", "base: [paid]", "不认识的数额“paid”", "paid.层"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, values: [{from: 2023-01-01, to: 2024-01-01, value: null}, {from: 2024-01-02, value: 1}]}", "deductible: {per: year", "参数 cii.deductible 自 2023-01-01 起的值未知", "on: false"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, values: [{from: 2024-01-01, value: 1}, {from: 2026-12-31, value: null}]}", "deductible: {per: year", "参数 cii.deductible 自 2026-12-31 起的值未知", "on: false"),
    # — prepay —
    ("order: [basic, cii]\n", "order: [basic, cii]\nprepay:\n  - {zh: 先行, of: [inscp], ratio: gone}\n", "gone", "prepay.第1项.ratio：参数“gone”没有定义", "basic.ratio"),
    ("order: [basic, cii]\n", "order: [basic, cii]\nprepay:\n  - {zh: 先行, of: [paid.basic], ratio: basic.ratio}\n", "先行", "paid.basic 用到的层不在这里之前", "order"),
    ("order: [basic, cii]\n", "order: [basic, cii]\nprepay:\n  - {zh: 先行, when: {care: [x]}, of: [inscp], ratio: basic.ratio}\n", "先行", "prepay.第1项.when.care：care 的类别“x”没有定义", "inpatient"),
    ("order: [basic, cii]\n", "order: [basic, cii]\nprepay:\n  - {zh: 先行, unless: {x: [x]}, of: [inscp], ratio: basic.ratio}\n", "先行", "prepay.第1项.unless.x：维度“x”没有定义", "care"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "place", "what", "todo"), BROKEN, ids=[broken[3] for broken in BROKEN]
)
def test_a_name_that_leads_nowhere_is_told_with_its_line(
    old: str, new: str, place: str, what: str, todo: str
) -> None:
    text = changed(old, new)
    said = [fault for fault in faults(text) if what in fault.what]
    assert len(said) == 1, [str(fault) for fault in faults(text)]
    assert said[0].where == f"{FILE} 第 {line_of(text, place)} 行"
    assert todo in f"{said[0].allowed} {said[0].do}"


RECORDED = "    kind: recorded\n    recorded: {}\n    fund: hifmi_pay\n    zh: 大病保险\n"


def test_only_a_fund_or_a_named_cost_can_be_recorded() -> None:
    head = changed("    zh: 大病保险\n    fund: hifmi_pay\n    per: year\n", "RECORDED")
    head = changed("    deductible: {per: year, amount: cii.deductible}\n    bands: cii.bands\n", "", head)
    for right in ("hifp_pay", "cost.paid_before", "ownpay_hosp_part"):
        assert pack(head.replace("RECORDED", RECORDED.format(right))).layer("cii").recorded == right
    for wrong in ("psn_pay", "cost.", "inscp"):
        (said,) = faults(head.replace("RECORDED", RECORDED.format(wrong)))
        assert f"不能照录 {wrong}" in said.what
        assert "cost.名称" in (said.allowed or "")


def test_a_layer_that_is_off_may_lack_its_figures() -> None:
    text = changed("    fund: hifmi_pay\n", "    fund: hifmi_pay\n    on: false\n")
    text = changed("{unit: yuan, value: 14000}", "{unit: yuan, value: null}", text)
    text = changed("base: [inscp_left]", "base: [{take: inscp, at_most: cii.deductible}]", text)
    assert pack(text).active_layers == ("basic",)


def test_a_layer_in_no_order_may_lack_its_figures() -> None:
    text = changed("order: [basic, cii]", "order: [basic]")
    assert pack(changed("{unit: yuan, value: 14000}", "{unit: yuan, value: null}", text))


def test_a_value_not_known_before_or_after_the_policy_is_no_fault() -> None:
    values = "{unit: yuan, values: [{from: 2000-01-01, to: 2023-12-31, value: null}, {from: 2024-01-01, value: 1}]}"
    assert pack(changed("{unit: yuan, value: 14000}", values))


def test_a_layer_may_use_what_every_order_puts_before_it() -> None:
    text = changed(
        "order: [basic, cii]",
        "order:\n  - {from: 2024-01-01, layers: [basic, cii]}\n  - {from: 2025-01-01, layers: [ORDER]}",
    )
    text = changed("base: [inscp_left]", "base: [inscp, -paid.basic, -deductible.basic, -over.basic]", text)
    assert pack(text.replace("ORDER", "basic, cii"))
    assert len(faults(text.replace("ORDER", "cii, basic"))) == 3


def test_several_ways_into_one_class_are_no_fault() -> None:
    text = changed("code: l2, zh: 二级", "code: l1, zh: 二级")
    assert pack(changed("l2: 500", "otherwise: 500", text))


def test_a_share_of_a_share_is_followed_and_a_ring_is_seen() -> None:
    text = changed("{unit: yuan, value: 14000}", "{unit: yuan, value: {share: 50%, of: basic.cap}}")
    assert pack(text)
    ring = changed(
        "{unit: yuan, value: 120000}", "{unit: yuan, value: {share: 200%, of: cii.deductible}}", text
    )
    said = faults(ring)
    assert len(said) == 2
    assert all("绕回了自己" in fault.what for fault in said)


def test_a_share_of_what_has_no_limit_is_refused() -> None:
    text = changed("{unit: yuan, value: 120000}", "{unit: yuan, value: none}")
    assert pack(text)
    (said,) = faults(
        changed("{unit: yuan, value: 14000}", "{unit: yuan, value: {share: 50%, of: basic.cap}}", text)
    )
    assert "basic.cap 有值写作 none" in said.what


def test_what_could_not_be_read_is_told_once_and_not_where_it_is_named() -> None:
    (said,) = faults(changed("value: 60%", "value: 六成"))
    assert said.what.startswith("parameters.basic.ratio.value：")


def test_faults_of_every_kind_are_told_together() -> None:
    text = changed("ratio: basic.ratio\n", "ratio: gone\n")
    text = changed("order: [basic, cii]", "order: [basic, cii, x]", text)
    text = changed("value: 14000", "value: x", text)
    text = changed("{care: [inpatient]}", "{care: [x]}", text)
    assert len(faults(text)) == 4


def test_dimensions_look_at_text_columns_of_a_claim_and_at_tags_never_at_who_one_is() -> None:
    assert {"hosp_lv", "med_type", "out_flag", "rloc_type", "psn_idet_type", "age", "dise_no"} <= set(COLUMNS)
    assert not {"psn_name", "certno", "medfee_sumamt", "begndate", "ipt_days"} & set(COLUMNS)


def test_cells_walk_a_table_to_every_value() -> None:
    assert list(cells(Ratio(1), None)) == [((), Ratio(1))]
    table = {"a": {"x": Ratio(1), "otherwise": None}, "b": Ratio(2)}
    assert list(cells(None, table)) == [
        (("a", "x"), Ratio(1)),
        (("a", "otherwise"), None),
        (("b",), Ratio(2)),
    ]


def test_a_share_of_what_a_missing_file_may_hold_is_not_blamed() -> None:
    text = changed("{unit: yuan, value: 14000}", "{unit: yuan, value: {share: 50%, of: gone}}")
    (said,) = faults(changed("order: [basic, cii]\n", "order: [basic, cii]\nuses: [none.yaml]\n", text))
    assert "找不到参数文件" in said.what


def test_an_unknown_class_is_told_once_however_often_it_stands_in_the_tables() -> None:
    (said,) = faults(changed("{l1: 200, otherwise: 600}", "{l9: 200, l1: 1}", changed("l2: 500", "l9: 500")))
    assert "“l9”没有定义" in said.what


def test_a_class_that_only_leaves_some_out_may_stand_before_others() -> None:
    unless = '{code: inpatient, unless: {med_type: ["11"]}}'
    assert pack(changed('{code: inpatient, when: {med_type: ["21"]}}', unless))


def test_a_long_list_of_names_is_cut() -> None:
    def allowed(number: int) -> str:
        more = "".join(f"  extra{i:02}: {{unit: yuan, value: 1}}\n" for i in range(number - 5))
        (said,) = faults(changed("ratio: basic.ratio\n", "ratio: zzz\n") + more)
        return said.allowed or ""

    assert allowed(60).count("、") == 59
    assert "……" not in allowed(60)
    assert allowed(61).count("、") == 59
    assert allowed(61).endswith("……")


CII_CAP = "    bands: cii.bands\n    caps: [{limit: basic.cap, CAP}]\n"


@pytest.mark.parametrize(
    ("basic", "cii", "right"),
    [
        ("on: cost", "on: payment", True),  # without a pool each cap is for itself
        ("pool: a, measured: absolute", "pool: a", True),  # what a payment cap measures does not matter
        ("pool: a, on: cost", "pool: a, on: cost", True),
        ("pool: a, on: cost, measured: absolute", "pool: a, on: cost", False),
        ("pool: a, on: cost", "pool: b", True),
    ],
)
def test_caps_of_one_pool_limit_the_same_thing(basic: str, cii: str, right: bool) -> None:
    text = changed("{limit: basic.cap}", f"{{limit: basic.cap, {basic}}}")
    text = changed("    bands: cii.bands\n", CII_CAP.replace("CAP", cii), text)
    if right:
        assert pack(text)
    else:
        assert "封顶池 a" in faults(text)[0].what
