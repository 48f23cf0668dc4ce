"""How people are compared, as declared: what stands, and what is refused with its line."""

from decimal import Decimal
from pathlib import Path

import pytest

from doudi.common.errors import DoudiError
from doudi.policy.linkage import linkage_model, read_linkage
from doudi.policy.text import parse_document

TEXT = """doudi: linkage/1
name: small
zh: 小
thresholds: {same: 430, margin: 400, queued: 200}
share_registered: "0.95"
comparisons:
  - key: sex
    zh: 性别
    levels:
      - {key: same, zh: 相同, m: "0.99", u: counted}
      - {key: other, zh: 不同, m: "0.01", u: "0.5"}
"""


def test_a_model_is_read_as_it_is_declared() -> None:
    model = read_linkage(parse_document(TEXT, Path("small.yaml")))
    assert (model.same, model.margin, model.queued, model.share_registered) == (
        430,
        400,
        200,
        Decimal("0.95"),
    )
    assert [(level.key, level.m, level.u) for level in model["sex"].levels] == [
        ("same", Decimal("0.99"), None),
        ("other", Decimal("0.01"), Decimal("0.5")),
    ]


def test_the_shipped_model_stands() -> None:
    model = linkage_model()
    assert model.queued <= model.same
    assert {"name", "born", "number", "household"} <= {comparison.key for comparison in model.comparisons}


@pytest.mark.parametrize(
    ("was", "becomes", "told", "line"),
    [
        ('m: "0.99"', 'm: "1.5"', "不是份额", 10),
        ('u: "0.5"', 'u: "0"', "不是份额", 11),
        ("same: 430", "same: 4.3", "不是分数", 4),
        ("same: 430", "same: 100", "queued 应不大于 same", 4),
        ("key: other", "key: same", "重名", 7),
        ('m: "0.01"', 'm: "0.9"', "超过 1", 7),
        ("queued: 200}", "queued: 200, more: 1}", "more", 4),
        ("doudi: linkage/1", "doudi: ledger/1", "比对规则", 1),
    ],
)
def test_a_fault_is_told_with_its_line(was: str, becomes: str, told: str, line: int) -> None:
    assert was in TEXT
    with pytest.raises(DoudiError) as caught:
        read_linkage(parse_document(TEXT.replace(was, becomes, 1), Path("small.yaml")))
    assert told in str(caught.value)
    assert f"第 {line} 行" in str(caught.value)
