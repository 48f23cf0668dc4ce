"""Meaning and fingerprint: the same whatever the layout, another as soon as anything is otherwise; changes in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from doudi.policy.changes import changes
from doudi.policy.meaning import fingerprint, meaning
from doudi.policy.pack import load
from tests.policy.test_pack import FIGURES, in_two_files
from tests.policy.writing import changed, pack


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 60%", "value: 0.60"),
        ("value: 120000", "value: '120,000.00'"),
        ("order: [basic, cii]", "order:\n  - {from: 1900-01-01, layers: [basic, cii]}"),
        ("    per: year\n", "    per: year\n    on: true\n    measured: absolute\n"),
        ("{unit: yuan, value: 14000}", "{unit: yuan, values: [{from: 2024-01-01, value: 14000}]}"),
        (
            "{unit: yuan, value: 14000}",
            "{zh: cii.deductible, unit: yuan, value: 14000, issuer: 示例县医保局}",
        ),
        ("to: 2024-12-31, clause", "clause"),
        ("base: [inscp]\n", "base: [{take: inscp, minus: false}]\n"),
        ("place: 示例县", "place: 示例县 # 虚构"),
        ("place: 示例县", "place: 示例县\nen: ''"),
    ],
)
def test_another_way_of_writing_means_the_same(old: str, new: str) -> None:
    other = pack(changed(old, new))
    assert meaning(other) == meaning(pack())
    assert fingerprint(other) == fingerprint(pack())
    assert changes(pack(), other) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value: 60%", "value: 61%", "支付比例 basic.ratio 自 2024-01-01 起：60% → 61%"),
        ("{l1: 200, l2: 500}", "{l1: 201, l2: 500}", "basic.deductible basic.deductible 自 2024-01-01 起 一级：200 元 → 201 元"),
        ("otherwise: 600", "l2: 600", "basic.deductible basic.deductible 自 2025-01-01 起 其余：600 元 → （无）"),
        ("confirmed: true", "confirmed: false", "支付比例 basic.ratio 自 2024-01-01 起，出处：示例县医保局《试行办法》（试发〔2024〕1号） 已核实 → 示例县医保局《试行办法》（试发〔2024〕1号） 待核实"),
        ("to: 2024-12-31, clause", "to: 2024-12-30, clause", "basic.deductible basic.deductible 自 2024-01-01 起，至：2024-12-31 → 2024-12-30"),
        ("{unit: yuan, value: 120000}", "{unit: yuan, value: none}", "basic.cap basic.cap 自 2024-01-01 起：120000 元 → 不设"),
        ("order: [basic, cii]", "order: [cii, basic]", "file.order"),
        ("    per: year\n", "    per: year\n    on: false\n", "layers.cii.on：（无） → False"),
        ("hosp_lv: [\"05\"]", "hosp_lv: [\"06\"]", "dimensions.level.classes.第2项.when.hosp_lv：05 → 06"),
        ("zh: 试行政策", "zh: 正式政策", "zh：试行政策 → 正式政策"),
        ("zh: 支付比例", "zh: 比例", "支付比例 basic.ratio 自 2024-01-01 起：60% → （无）"),
        ("base: [inscp]\n", "base: [inscp, -own]\n", "layers.basic.base.第2项.take：（无） → own"),
        ("per: admission, amount", "per: admission, round: {to: yuan}, amount", "layers.basic.deductible.round"),
    ],
)  # fmt: skip
def test_whatever_is_otherwise_changes_the_fingerprint_and_is_told(old: str, new: str, said: str) -> None:
    other = pack(changed(old, new))
    assert fingerprint(other) != fingerprint(pack())
    lines = [str(change) for change in changes(pack(), other)]
    assert any(line.startswith(said.removeprefix("file.")) or said in line for line in lines), lines


def test_where_a_parameter_stands_does_not_matter(tmp_path: Path) -> None:
    apart = load(in_two_files(tmp_path, FIGURES.replace("source:", "note: 文件说明\nsource:")))
    together = load(in_two_files(tmp_path))
    assert fingerprint(apart) == fingerprint(together)
    assert "uses" not in meaning(apart)["file"]


def test_a_changed_figure_is_the_only_change() -> None:
    (change,) = changes(pack(), pack(changed("value: 14000", "value: 15000")))
    assert (change.before, change.after) == ("14000 元", "15000 元")
    assert "cii.deductible" in change.what
