"""A small policy to break: each test changes one place of it and reads what is said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from doudi.common.errors import DoudiError
from doudi.policy.faults import each
from doudi.policy.pack import Pack, from_document
from doudi.policy.text import parse_document

FILE = Path("shi.yaml")
PACK = """\
doudi: settlement/1
id: shi
zh: 试行政策
place: 示例县
from: 2024-01-01
to: 2026-12-31
source: {document: 试行办法, number: 试发〔2024〕1号, issuer: 示例县医保局, date: 2024-01-01}
dimensions:
  level:
    zh: 医院等级
    classes:
      - {code: l1, zh: 一级, when: {hosp_lv: ["08", "09"]}}
      - {code: l2, zh: 二级, when: {hosp_lv: ["05"]}}
  care:
    classes: [{code: inpatient, when: {med_type: ["21"]}}, {code: other}]
order: [basic, cii]
layers:
  basic:
    zh: 基本医疗保险
    fund: hifp_pay
    when: {care: [inpatient]}
    base: [inscp]
    deductible: {per: admission, amount: basic.deductible}
    ratio: basic.ratio
    caps: [{limit: basic.cap}]
  cii:
    zh: 大病保险
    fund: hifmi_pay
    per: year
    base: [inscp_left]
    deductible: {per: year, amount: cii.deductible}
    bands: cii.bands
parameters:
  basic.deductible:
    unit: yuan
    by: [level]
    values:
      - {from: 2024-01-01, to: 2024-12-31, clause: 第三条, table: {l1: 200, l2: 500}}
      - {from: 2025-01-01, clause: 第三条, table: {l1: 200, otherwise: 600}}
  basic.ratio: {zh: 支付比例, unit: ratio, value: 60%, confirmed: true}
  basic.cap: {unit: yuan, value: 120000}
  cii.deductible: {unit: yuan, value: 14000}
  cii.bands: {unit: bands, value: [{to: 100000, ratio: 60%}, {ratio: 70%}]}
"""


def changed(old: str, new: str, text: str = PACK) -> str:
    """The policy with one place changed; the place must be there, once."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def pack(text: str = PACK, path: Path = FILE) -> Pack:
    """A policy from its text."""
    return from_document(parse_document(text, path))


def faults(text: str, path: Path = FILE) -> Sequence[DoudiError]:
    """What is said of a policy that must not load."""
    with pytest.raises(DoudiError) as caught:
        pack(text, path)
    return each(caught.value)


def line_of(text: str, part: str) -> int:
    """The line on which a part of a text first stands."""
    return text[: text.index(part)].count("\n") + 1
