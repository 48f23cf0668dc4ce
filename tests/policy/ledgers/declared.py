"""A small kind to break: each test changes one place of it and reads what is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from doudi.common.errors import DoudiError
from doudi.policy.faults import each
from doudi.policy.ledgers.build import common_columns, read_kind
from doudi.policy.ledgers.kind import LedgerKind
from doudi.policy.text import parse_document

COMMON = """\
doudi: ledger-columns/1
columns:
  - {name: psn_name, zh: 姓名, en: name, role: name, headers: [人员姓名]}
  - {name: certno, zh: 身份证号, en: identity number, role: idcard, headers: [证件号码]}
  - {name: grade, zh: 等级, en: grade, values: [一级, 二级], spellings: {"1": 一级}}
"""
KIND = """\
doudi: ledger/1
name: loans
zh: 小额信贷
en: small loans
sender: 县农业农村局
subject: person
key: [certno, lent_on]
since: lent_on
until: due_on
retention_years: 5
note: one row per loan
tags: [{tag: 有贷款, level: grade, when: {grade: [一级]}}]
origins: [{issuer: 某县, title: 小额信贷台账}]
columns:
  - {common: psn_name}
  - {common: certno, headers: [借款人身份证号]}
  - {common: grade}
  - {name: amount, zh: 贷款金额, en: sum lent, type: money, least: "0", most: "50000", headers: [金额, {text: 放款金额, first: 2021, last: 2025, sender: 某银行}]}
  - {name: lent_on, zh: 放款日期, en: lent on, type: date}
  - {name: due_on, zh: 到期日期, en: due on, role: month}
  - {name: overdue, zh: 是否逾期, en: overdue, role: yesno, spellings: {逾期: "1"}}
  - {name: rate, zh: 年利率, en: rate, type: number, scale: 4, unit: "%", most: "24"}
"""


def kind_of(
    text: str = KIND, before: Mapping[str, LedgerKind] | None = None, common: str = COMMON
) -> LedgerKind:
    """The kind that a text declares, beside shared columns."""
    shared = common_columns(parse_document(common, Path("common.yaml")))
    return read_kind(parse_document(text, Path("loans.yaml")), shared, before or {})


def changed(old: str, new: str, text: str = KIND) -> str:
    """The text with one place changed."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def told(
    text: str = KIND, before: Mapping[str, LedgerKind] | None = None, common: str = COMMON
) -> Sequence[DoudiError]:
    """The faults of a text, in order of line."""
    with pytest.raises(DoudiError) as caught:
        kind_of(text, before, common)
    return each(caught.value)
