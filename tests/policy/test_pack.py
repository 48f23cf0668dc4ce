"""A pack as loaded: parameters dated and sourced, from one file or several, each fault in its own file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from doudi.common.errors import Faults, PolicyFault
from doudi.policy.pack import BEGINNING, END, InForce, check_parameters, load
from doudi.policy.schema import Source
from doudi.policy.text import parse_document
from doudi.policy.values import Yuan
from tests.policy.writing import PACK, changed, faults, line_of, pack

FIGURES = """\
doudi: parameters/1
place: 示例县
source: {document: 大病保险通知, issuer: 市医保局, confirmed: true}
parameters:
  cii.deductible: {zh: 起付标准, unit: yuan, value: 14000, clause: 第二条}
  cii.bands:
    unit: bands
    by: [level]
    note: 整个参数的说明
    values:
      - from: 2024-01-01
        note: 这一值的备注
        confirmed: false
        table:
          otherwise: [{to: 100000, ratio: 60%}, {ratio: 70%}]
"""


def in_two_files(folder: Path, figures: str = FIGURES, uses: str = "[params/cii.yaml]") -> Path:
    text = changed("order: [basic, cii]\n", f"order: [basic, cii]\nuses: {uses}\n")
    text = changed("  cii.deductible: {unit: yuan, value: 14000}\n", "", text)
    text = changed("  cii.bands: {unit: bands, value: [{to: 100000, ratio: 60%}, {ratio: 70%}]}\n", "", text)
    (folder / "params").mkdir(exist_ok=True)
    (folder / "params" / "cii.yaml").write_text(figures, encoding="utf-8")
    path = folder / "pack.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def on(values: tuple[InForce, ...]) -> list[tuple[str, str]]:
    return [(str(entry.from_), str(entry.to)) for entry in values]


def test_a_later_value_ends_an_open_one_before_it() -> None:
    text = changed("to: 2024-12-31, clause", "clause")
    values = pack(text).parameters["basic.deductible"].values
    assert on(values) == [("2024-01-01", "2024-12-31"), ("2025-01-01", str(END))]


def test_values_stand_in_order_of_date_however_they_are_written() -> None:
    text = changed("{from: 2024-01-01, to: 2024-12-31, clause", "{from: 2027-01-01, clause")
    assert on(pack(text).parameters["basic.deductible"].values) == [
        ("2025-01-01", "2026-12-31"),
        ("2027-01-01", str(END)),
    ]


def test_both_ends_of_a_value_are_in_force_and_a_gap_is_none() -> None:
    text = changed("to: 2024-12-31, clause", "to: 2024-06-30, clause")
    parameter = pack(text).parameters["basic.deductible"]
    first, second = parameter.values
    assert parameter.on(dt.date(2024, 1, 1)) is first
    assert parameter.on(dt.date(2024, 6, 30)) is first
    assert parameter.on(dt.date(2024, 7, 1)) is None
    assert parameter.on(dt.date(2024, 12, 31)) is None
    assert parameter.on(dt.date(2025, 1, 1)) is second
    assert parameter.on(dt.date(2023, 12, 31)) is None


def test_the_short_form_is_in_force_from_the_packs_first_day() -> None:
    (entry,) = pack().parameters["basic.cap"].values
    assert (entry.from_, entry.to, entry.value) == (dt.date(2024, 1, 1), END, Yuan(12_000_000))


def test_the_short_form_of_a_parameter_file_is_in_force_without_limit(tmp_path: Path) -> None:
    (entry,) = load(in_two_files(tmp_path)).parameters["cii.deductible"].values
    assert (entry.from_, entry.to) == (BEGINNING, END)


def test_a_source_is_taken_from_the_value_then_the_parameter_then_the_file(tmp_path: Path) -> None:
    parameters = load(in_two_files(tmp_path)).parameters
    deductible = parameters["cii.deductible"].values[0].source
    assert deductible.cite() == "市医保局《大病保险通知》第二条"
    assert deductible.confirmed is True
    bands = parameters["cii.bands"].values[0].source
    assert (bands.confirmed, bands.note, bands.issuer) == (False, "这一值的备注", "市医保局")
    basic = parameters["basic.deductible"].values[0].source
    assert basic.cite() == "示例县医保局《试行办法》（试发〔2024〕1号）第三条"
    assert not basic.confirmed


def test_a_remark_belongs_to_what_it_stands_at_and_is_not_inherited(tmp_path: Path) -> None:
    figures = FIGURES.replace("value: 14000,", "value: 14000, note: 短写的备注,")
    figures = figures.replace("confirmed: true}", "confirmed: true, note: 文件的备注}")
    parameters = load(in_two_files(tmp_path, figures)).parameters
    assert parameters["cii.deductible"].values[0].source.note == "短写的备注"
    assert parameters["cii.deductible"].note is None
    assert parameters["cii.bands"].note == "整个参数的说明"
    assert pack().parameters["basic.cap"].values[0].source.note is None


def test_a_source_that_says_nothing_is_told_so() -> None:
    assert Source().cite() == "来源未注明"


def test_a_parameter_knows_its_home_and_is_equal_wherever_it_stands(tmp_path: Path) -> None:
    loaded = load(in_two_files(tmp_path)).parameters
    assert {p.home.path.name for p in loaded.values() if p.home} == {"pack.yaml", "cii.yaml"}
    assert loaded["basic.cap"] == pack().parameters["basic.cap"]


def test_a_fault_in_a_parameter_file_names_that_file_and_its_line(tmp_path: Path) -> None:
    figures = FIGURES.replace("by: [level]", "by: [levels]")
    with pytest.raises(PolicyFault) as caught:
        load(in_two_files(tmp_path, figures))
    assert (
        caught.value.where == f"{tmp_path / 'params' / 'cii.yaml'} 第 {line_of(figures, 'by: [levels]')} 行"
    )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("value: 14000", "value: {share: 50%, of: gone}", "参数“gone”没有定义"),
        ("value: 14000", "value: {share: 50%, of: cii.bands}", "不能按比例取值"),
        ("value: 14000", "value: {share: 50%, of: cii.deductible}", "绕回了自己"),
        ("otherwise: [", "l9: [", "level 的类别“l9”没有定义"),
        ("value: 14000", "value: x", "“x”"),
        ("unit: yuan", "unit: euro", "“euro”不在允许"),
    ],
)
def test_every_fault_about_a_used_parameter_stands_in_the_used_file(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    figures = FIGURES.replace(old, new)
    with pytest.raises(PolicyFault) as caught:
        load(in_two_files(tmp_path, figures))
    assert what in caught.value.what
    assert caught.value.where == f"{tmp_path / 'params' / 'cii.yaml'} 第 {line_of(figures, new)} 行"


def test_a_name_given_twice_is_told_with_both_places(tmp_path: Path) -> None:
    figures = FIGURES + "  basic.cap: {unit: yuan, value: 1}\n"
    with pytest.raises(PolicyFault) as caught:
        load(in_two_files(tmp_path, figures))
    assert "cii.yaml" in (caught.value.where or "")
    assert "参数 basic.cap 已在别处定义" in caught.value.what
    assert "pack.yaml 第" in caught.value.what


def test_a_missing_parameter_file_is_told_once_and_its_names_are_not_blamed(tmp_path: Path) -> None:
    path = in_two_files(tmp_path, uses="[params/none.yaml]")
    with pytest.raises(PolicyFault) as caught:
        load(path)
    text = path.read_text(encoding="utf-8")
    assert caught.value.where == f"{path} 第 {line_of(text, 'uses')} 行"
    assert "找不到参数文件 params/none.yaml" in caught.value.what


def test_faults_of_pack_and_parameter_files_are_told_at_once(tmp_path: Path) -> None:
    path = in_two_files(tmp_path, FIGURES.replace("value: 14000", "value: x").replace("60%", "160%"))
    path.write_text(
        path.read_text(encoding="utf-8").replace("fund: hifp_pay", "fund: hifp"), encoding="utf-8"
    )
    with pytest.raises(Faults) as caught:
        load(path)
    files = [(fault.where or "").split(" ")[0].rsplit("/", 1)[-1] for fault in caught.value.faults]
    assert sorted(files) == ["cii.yaml", "cii.yaml", "pack.yaml"]


def test_a_used_file_that_is_no_parameter_file_or_no_yaml_is_told(tmp_path: Path) -> None:
    for figures, what in (("doudi: settlement/1", "这是结算政策，这里要的是参数文件"), ("a: [1", "没有成对")):
        with pytest.raises(PolicyFault, match=what):
            load(in_two_files(tmp_path, figures))
    with pytest.raises(Faults, match="重复出现"):
        load(in_two_files(tmp_path, "a: 1\na: 2\na: 3"))


def test_uses_that_are_no_list_of_names_do_not_hide_other_faults(tmp_path: Path) -> None:
    assert len(faults(changed("order: [basic, cii]\n", "order: [basic, cii]\nuses: {a: b}\n"))) == 1
    assert len(faults(changed("order: [basic, cii]\n", "order: [basic, cii]\nuses: [[a], b.yaml]\n"))) == 2


def test_the_order_on_a_day_leaves_out_what_is_off() -> None:
    text = changed(
        "order: [basic, cii]",
        "order:\n  - {from: 2025-07-01, layers: [cii, basic]}\n  - {from: 2024-01-01, layers: [basic]}",
    )
    loaded = pack(text)
    assert loaded.order_on(dt.date(2024, 1, 1)) == ("basic",)
    assert loaded.order_on(dt.date(2025, 6, 30)) == ("basic",)
    assert loaded.order_on(dt.date(2025, 7, 1)) == ("cii", "basic")
    assert loaded.active_layers == ("basic", "cii")
    off = pack(changed("    fund: hifp_pay\n", "    fund: hifp_pay\n    on: false\n", text))
    assert off.order_on(dt.date(2025, 7, 1)) == ("cii",)
    assert off.active_layers == ("cii",)


def test_a_policy_without_a_last_day_is_in_force_for_good() -> None:
    assert pack(changed("to: 2026-12-31\n", "")).to == END
    assert pack().to == dt.date(2026, 12, 31)


def test_cost_columns_are_those_that_any_sum_counts() -> None:
    text = changed("base: [inscp]\n", "base: [inscp, cost.drugs]\n")
    text = changed("amount: basic.deductible", "share: {ratio: basic.ratio, of: [cost.bed]}", text)
    text = changed(
        "order: [basic, cii]\n",
        "order: [basic, cii]\nprepay: [{zh: 先行, of: [cost.class_b], ratio: basic.ratio}]\n",
        text,
    )
    text = changed(
        "parameters:\n",
        "  other: {zh: 其他, fund: othfund_pay, kind: recorded, recorded: cost.other}\n"
        "  floor: {zh: 兜底, fund: maf_pay, kind: guarantee, base: [left], at_most: basic.ratio, of: [cost.all]}\n"
        "parameters:\n",
        text,
    )
    assert pack(text).cost_columns == ("all", "bed", "class_b", "drugs", "other")


def test_in_scope_is_what_is_not_wholly_of_amounts_outside() -> None:
    def scope(base: str, more: str = "") -> bool:
        return pack(changed("base: [inscp]\n", f"base: {base}\n{more}")).layer("basic").in_scope

    assert scope("[inscp]")
    assert scope("[own, inscp]")
    assert not scope("[own, overlimit, prepay, cost.drugs]")
    assert scope("[own]", "    counts_against: in_scope\n")
    assert not scope("[inscp]", "    counts_against: out_of_scope\n")


def test_a_parameter_file_can_be_checked_by_itself() -> None:
    found = check_parameters(parse_document(FIGURES, Path("cii.yaml")))
    assert set(found) == {"cii.deductible", "cii.bands"}
    broken = FIGURES.replace("value: 14000", "value: x").replace("60%", "160%")
    with pytest.raises(Faults):
        check_parameters(parse_document(broken, Path("cii.yaml")))


def test_the_shipped_order_of_keys_does_not_matter() -> None:
    head, _, tail = PACK.partition("parameters:\n")
    first, _, rest = head.partition("layers:\n")
    assert pack(first + "parameters:\n" + tail + "layers:\n" + rest).parameters == pack().parameters
