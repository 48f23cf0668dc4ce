"""What is said of a policy file that breaks its schema: the line, what is allowed, what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import ValidationError

from doudi.common.errors import Faults, PolicyFault
from doudi.policy.faults import each, near, raise_in_order, read_model
from doudi.policy.schema import Part
from doudi.policy.text import Document, parse_document
from tests.policy.writing import FILE, changed, faults, line_of, pack


def test_the_policy_that_is_broken_here_is_right() -> None:
    assert pack().id == "shi"


#: (what stands there, what is put in its place, a part of the line at fault, what is said, what is allowed)
BROKEN = [
    # — the kind of file —
    ("doudi: settlement/1", "doudi: parameters/1", "doudi:", "这是参数文件，这里要的是结算政策", "doudi: settlement/1"),
    ("doudi: settlement/1", "doudi: case/1", "doudi:", "这是算例", "doudi: settlement/1"),
    ("doudi: settlement/1", "doudi: settlement/2", "doudi:", "第一行应当是 doudi: settlement/1", "doudi: settlement/1"),
    ("doudi: settlement/1\n", "", "id: shi", "第一行应当是 doudi: settlement/1", "doudi: settlement/1"),
    # — keys —
    ("    fund: hifp_pay\n", "    fund: hifp_pay\n    fnd: x\n", "fnd: x", "layers.basic.fnd：不认识的键", "fund"),
    ("place: 示例县", "place: 示例县\ncolour: red", "colour", "colour：不认识的键", "dimensions"),
    ("hosp_lv: [\"05\"]}}", "hosp_lv: [\"05\"]}, wen: x}", "wen", "classes.第2项.wen：不认识的键", "when"),
    ("{limit: basic.cap}", "{limit: basic.cap, raised: x}", "raised", "caps.第1项.raised：不认识的键", "raise"),
    ("zh: 试行政策\n", "", "doudi:", "缺少“zh”", ""),
    ("    zh: 大病保险\n", "", "  cii:", "layers.cii：缺少“zh”", ""),
    ("{limit: basic.cap}", "{on: cost}", "caps:", "layers.basic.caps.第1项：缺少“limit”", ""),
    # — shapes —
    ("order: [basic, cii]\n", "order: [basic, cii]\nstays: nights\n", "stays", "stays：这里要写一组键值", "键: 值"),
    ("caps: [{limit: basic.cap}]", "caps: {limit: basic.cap}", "caps:", "layers.basic.caps：这里要写成列表", "["),
    ("base: [inscp]\n", "base: inscp\n", "base: inscp\n", "layers.basic.base：这里要写成列表", "["),
    ("base: [inscp]\n", "base: []\n", "base: []", "layers.basic.base：项数太少", "至少 1 项"),
    ("base: [inscp]\n", "base: [[inscp]]\n", "base: [[", "layers.basic.base.第1项：这里要写一组键值", "键: 值"),
    ("{care: [inpatient]}", "{care: []}", "when: {care", "layers.basic.when.care：项数太少", "至少 1 项"),
    ("    zh: 基本医疗保险\n", "    zh: [x]\n", "zh: [x]", "layers.basic.zh：这里要写文字", "一个词"),
    # — words and names —
    ("fund: hifp_pay", "fund: hifp", "fund: hifp", "“hifp”不在允许的取值内", "hifp_pay、cvlserv_pay"),
    ("per: admission", "per: stay", "per: stay", "deductible.per：“stay”不在允许的取值内", "admission、bill、year"),
    ("unit: ratio", "unit: percent", "percent", "basic.ratio.unit：“percent”不在允许的取值内", "yuan、ratio、bands"),
    ("id: shi", "id: SHI!", "id:", "id：“SHI!”不能作名称", "小写字母、数字和连字符"),
    ("  basic.cap: {", "  Basic.cap: {", "Basic.cap", "“Basic.cap”不能作名称", "参数名"),
    ("ratio: basic.ratio\n", "ratio: 60%\n", "ratio: 60%\n", "layers.basic.ratio：“60%”不能作名称", "basic.deductible"),
    ("code: l2", "code: L2", "code: L2", "classes.第2项.code：“L2”不能作名称", "类别代码"),
    # — days, truth, numbers —
    ("from: 2024-01-01\nto", "from: 2024/1/1\nto", "from: 2024/1/1", "from：“2024/1/1”不是可用的日期", "YYYY-MM-DD"),
    ("to: 2026-12-31", "to: 2023-12-31", "to: 2023-12-31", "to：有效期颠倒（2024-01-01 至 2023-12-31）", "to 不早于 from"),
    ("place: 示例县", "place: 示例县\nyear_starts: 02-29", "year_starts", "“02-29”不是每年都有的月日", "MM-DD"),
    ("place: 示例县", "place: 示例县\nyear_starts: 1月1日", "year_starts", "不是每年都有的月日", "MM-DD"),
    ("    fund: hifmi_pay\n", "    fund: hifmi_pay\n    on: no\n", "on: no", "layers.cii.on：“no”不是 true 或 false", "true 或 false"),
    ("confirmed: true", "confirmed: sure", "confirmed: sure", "confirmed：“sure”不是 true 或 false", "true 或 false"),
    # — conditions —
    ("{hosp_lv: [\"05\"]}", "{hosp_lv: 05}", "code: l2", "when.hosp_lv：条件的值要写成列表", "["),
    ("{hosp_lv: [\"05\"]}", "{hosp_lv: []}", "code: l2", "when.hosp_lv：条件的值要写成列表", "["),
    ("{hosp_lv: [\"05\"]}", "{hosp_lv: [[05]]}", "code: l2", "when.hosp_lv：条件的值要写成列表", "["),
    ("{hosp_lv: [\"05\"]}", "{}", "code: l2", "when：条件要写成 列: [值, …]", "hosp_lv"),
    ("{hosp_lv: [\"05\"]}", "{age: [1]}", "code: l2", "when.age：年龄要写成 from、to", "{from: 18, to: 59}"),
    ("{hosp_lv: [\"05\"]}", "{age: {}}", "code: l2", "when.age：年龄要写成 from、to", "{from: 18, to: 59}"),
    ("{hosp_lv: [\"05\"]}", "{age: {under: 1}}", "code: l2", "when.age：年龄要写成 from、to", "{from: 18, to: 59}"),
    ("{hosp_lv: [\"05\"]}", "{age: {to: x}}", "code: l2", "when.age.to：“x”不是整数", "0 以上"),
    ("{hosp_lv: [\"05\"]}", "{age: {from: 6, to: 5}}", "code: l2", "when.age：年龄 6 至 5 不含任何人", "from 不大于 to"),
    ("{hosp_lv: [\"05\"]}", "{age: [to]}", "code: l2", "when.age：年龄要写成 from、to", "{from: 18, to: 59}"),
    ("{hosp_lv: [\"05\"]}", "[hosp_lv]", "code: l2", "when：条件要写成 列: [值, …]", "hosp_lv"),
    ("id: shi", "id: [shi]", "id:", "不能作名称", "小写字母、数字和连字符"),
    # — order —
    ("order: [basic, cii]", "order: basic", "order:", "order：order 要写成层的列表", "[basic, cii]"),
    ("order: [basic, cii]", "order: []", "order:", "order：order 要写成层的列表", "[basic, cii]"),
    ("order: [basic, cii]", "order: [basic, {from: 2024-01-01}]", "order:", "order 要写成层的列表", "[basic, cii]"),
    ("order: [basic, cii]", "order: [{from: 2024-01-01}]", "order:", "order.第1项：缺少“layers”", ""),
    ("order: [basic, cii]", "order: [{from: 2024-01-02, layers: [basic]}]", "order:", "有一段没有层的顺序", "不晚于 2024-01-01"),
    # — parameters —
    ("{unit: yuan, value: 14000}", "{unit: yuan, value: 1, values: []}", "cii.deductible: {", "values 与 value、table 不能同时写", "只写 values"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, values: [{value: 1}]}", "cii.deductible: {", "values.第1项：values 的每一项都要写 from", "from"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, by: [a, b, c, d, e]}", "cii.deductible: {", "分类维度过多", "至多四个"),
    ("{unit: yuan, value: 14000}", "{unit: yuan, values: 3}", "cii.deductible: {", "values：这里要写成列表", "["),
    # — deductibles —
    ("amount: basic.deductible}", "}", "deductible: {per: admission", "起付线要写 amount 或 share 之一", "share"),
    ("{per: year, amount: cii.deductible}", "{per: year, amount: cii.deductible, floor: x}", "floor", "按年的起付线不能写 floor", "只写 amount"),
    ("{per: year, amount: cii.deductible}", "{per: year, amount: cii.deductible, round: {to: yuan}}", "round", "按年的起付线不能写 round", "只写 amount"),
    ("per: admission, amount: basic.deductible", "per: bill, amount: basic.deductible, sequence: x", "sequence", "sequence 和 transfer 只用于按住院次数", "per: admission"),
    ("{per: year, amount: cii.deductible}", "{per: year, amount: cii.deductible, round: {to: mao}}", "mao", "deductible.round.to：“mao”不在允许", "fen、jiao、yuan"),
    ("per: admission, amount: basic.deductible", "per: bill, amount: basic.deductible, transfer: {when: {care: [other]}}", "transfer", "sequence 和 transfer 只用于按住院次数", "per: admission"),
    # — layers —
    ("    ratio: basic.ratio\n", "", "  basic:\n    zh", "layers.basic：要写 ratio 或 bands 之一", "bands: 参数名"),
    ("    base: [inscp_left]\n", "", "  cii:\n    zh", "layers.cii：缺少 base", "inscp_left"),
    ("ratio: basic.ratio\n", "ratio: basic.ratio\n    recorded: hifp_pay\n", "  basic:\n    zh", "kind: share 的层不能写 recorded", "第 6 节"),
    ("    fund: hifmi_pay\n", "    fund: hifmi_pay\n    kind: guarantee\n", "  cii:\n    zh", "兜底层要写 base、at_most 和 of", "at_most"),
    ("    fund: hifmi_pay\n", "    fund: hifmi_pay\n    kind: guarantee\n    at_most: a\n    of: [total]\n", "  cii:\n    zh", "kind: guarantee 的层不能写 bands", "第 6 节"),
    ("    fund: hifmi_pay\n", "    fund: hifmi_pay\n    kind: recorded\n", "  cii:\n    zh", "照录的层要写 recorded", "hifp_pay"),
    ("    fund: hifmi_pay\n", "    fund: hifmi_pay\n    kind: recorded\n    recorded: hifp_pay\n", "  cii:\n    zh", "kind: recorded 的层不能写 bands", "第 6 节"),
    ("    deductible: {per: year, amount: cii.deductible}\n    bands: cii.bands\n", "    kind: recorded\n    recorded: hifp_pay\n    caps: [{limit: basic.cap}]\n", "  cii:\n    zh", "照录的层不能写 caps 或 waiting", "只写"),
    ("    deductible: {per: year, amount: cii.deductible}\n    bands: cii.bands\n", "    kind: recorded\n    recorded: hifp_pay\n    waiting: days\n", "  cii:\n    zh", "照录的层不能写 caps 或 waiting", "只写"),
    ("    per: year\n", "", "  cii:\n    zh", "起付线按年的层必须 per: year", "per: year"),
    ("ratio: basic.ratio\n", "ratio: basic.ratio\n    on_change: catch_up\n", "  basic:\n    zh", "of: total 和 catch_up 只用于按年", "per: year"),
    ("ratio: basic.ratio\n", "ratio: basic.ratio\n    round: {of: total}\n", "  basic:\n    zh", "of: total 和 catch_up 只用于按年", "per: year"),
    ("ratio: basic.ratio\n", "ratio: basic.ratio\n    round: {of: all}\n", "round: {of", "round.of：“all”不在允许", "difference、total"),
    ("ratio: basic.ratio\n", "ratio: basic.ratio\n    round: fen\n", "round: fen", "取整要写成一组键值", "half_up"),
    ("ratio: basic.ratio\n", "ratio: basic.ratio\n    round: {mode: near}\n", "round: {mode", "round.mode：“near”不在允许", "half_even"),
    # — caps —
    ("{limit: basic.cap}", "{limit: basic.cap, per: bill, pool: a}", "caps:", "只有按年的封顶才有 pool", "per: year"),
    ("{limit: basic.cap}", "{limit: basic.cap, pool: a}, {limit: basic.cap, pool: a}", "  basic:\n    zh", "同一层的两个封顶用了同一个 pool", "各用一个"),
    ("    bands: cii.bands\n", "    bands: cii.bands\n    round: {of: total}\n    caps: [{limit: basic.cap, on: cost}]\n", "  cii:\n    zh", "不能与费用封顶同用", "on: payment"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "what", "allowed"), BROKEN, ids=[f"{b[3]}" for b in BROKEN])
def test_a_broken_schema_is_told_with_its_line(
    old: str, new: str, place: str, what: str, allowed: str
) -> None:
    text = changed(old, new)
    said = [fault for fault in faults(text) if what in fault.what]
    assert len(said) == 1, [str(fault) for fault in faults(text)]
    assert said[0].where == f"{FILE} 第 {line_of(text, place)} 行"
    assert allowed in (said[0].allowed or "")
    assert said[0].do


def test_a_slip_of_the_pen_is_guessed_and_another_key_is_not() -> None:
    (slip,) = faults(changed("place: 示例县", "place: 示例县\nordr: x"))
    assert slip.do == "是否想写 order"
    (other,) = faults(changed("place: 示例县", "place: 示例县\nqqqq: x"))
    assert other.do == "删去这个键"
    assert near("basc", ["basic", "cii"]) == "是否想写 basic"
    assert near("zzz", ["basic"]) is None


def test_all_faults_of_a_file_are_told_at_once_from_top_to_bottom() -> None:
    text = changed("fund: hifp_pay", "fund: hifp")
    text = changed("unit: ratio", "unit: percent", text)
    text = changed("id: shi", "id: 试", text)
    text = changed("    per: year\n", "    per: yearly\n", text)
    lines = [int((fault.where or "").split()[-2]) for fault in faults(text)]
    assert lines == sorted(lines)
    assert len(lines) == 4


@pytest.mark.parametrize("written", ["", "[]", "just words"])
def test_a_file_that_is_no_mapping_is_told(written: str) -> None:
    (said,) = faults(written)
    assert "没有 键: 值" in said.what
    assert "doudi: settlement/1" in (said.do or "")


def test_faults_come_in_order_of_file_and_line_and_one_comes_alone() -> None:
    one, two, other = (
        PolicyFault("x", f"{file} 第 {line} 行") for file, line in (("a", 10), ("a", 9), ("b", 1))
    )
    with pytest.raises(Faults) as caught:
        raise_in_order([other, one, two])
    assert caught.value.faults == (two, one, other)
    with pytest.raises(PolicyFault) as alone:
        raise_in_order([one])
    assert alone.value is one
    raise_in_order([])
    assert each(caught.value) == caught.value.faults
    assert each(one) == (one,)


class _Odd(Part):
    doudi: Literal["case/1"]
    number: int


def test_an_error_without_words_of_ours_is_told_in_pydantics() -> None:
    with pytest.raises(PolicyFault, match="number：Input should be a valid integer"):
        read_model(_Odd, Document(FILE, {"doudi": "case/1", "number": "x"}))


def test_a_long_word_is_cut() -> None:
    (said,) = faults(changed("fund: hifp_pay", f"fund: {'x' * 400}"))
    assert len(said.what) < 100


def test_nothing_changes_after_reading() -> None:
    file = pack().file
    with pytest.raises(ValidationError):
        file.zh = "另一个"


def test_every_example_of_the_manual_is_plain_yaml() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "policy-language.md").read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in manual.split("```yaml\n")[1:]]
    assert len(blocks) > 5
    for block in blocks:
        parse_document(block, FILE)


GUARANTEE = changed(
    "    per: year\n    base: [inscp_left]\n    deductible: {per: year, amount: cii.deductible}\n    bands: cii.bands\n",
    "    kind: guarantee\n    base: [left]\n    at_most: basic.ratio\n    of: [total]\n",
)


@pytest.mark.parametrize("missing", ["    base: [left]\n", "    at_most: basic.ratio\n", "    of: [total]\n"])
def test_a_guarantee_needs_its_base_its_share_and_what_it_is_a_share_of(missing: str) -> None:
    assert pack(GUARANTEE).layer("cii").kind == "guarantee"
    (said,) = faults(changed(missing, "", GUARANTEE))
    assert "兜底层要写 base、at_most 和 of" in said.what


def test_what_is_just_allowed_is_taken() -> None:
    assert pack(changed("to: 2026-12-31", "to: 2024-01-01"))
    assert pack(changed('{hosp_lv: ["05"]}', "{age: {from: 5, to: 5}}"))
    assert pack(changed("{limit: basic.cap}", "{limit: basic.cap, per: bill}"))
    four = "by: [level, care, a, b], table: {otherwise: {otherwise: {otherwise: {otherwise: 1}}}}"
    text = changed("order:", "  a: {classes: [{code: x}]}\n  b: {classes: [{code: x}]}\norder:")
    assert pack(changed("{unit: yuan, value: 14000}", f"{{unit: yuan, {four}}}", text))


def test_a_sign_before_an_amount_takes_it_off() -> None:
    base = (
        pack(changed("base: [inscp]\n", "base: [inscp, -own, +overlimit, {take: prepay, minus: true}]\n"))
        .layer("basic")
        .base
    )
    assert [(term.take, term.minus) for term in base or ()] == [
        ("inscp", False),
        ("own", True),
        ("overlimit", False),
        ("prepay", True),
    ]


def test_a_word_of_forty_letters_is_told_whole() -> None:
    for length, shown in ((40, "x" * 40), (41, "x" * 40 + "…")):
        (said,) = faults(changed("fund: hifp_pay", f"fund: {'x' * length}"))
        assert f"“{shown}”" in said.what
