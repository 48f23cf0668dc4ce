"""Rules are held against the ledgers they name; every slip is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from doudi.common.errors import DoudiError
from doudi.facts.declare import Column
from doudi.policy.checks.load import load_rules, read_rules
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind

GOOD = """\
doudi: checks/1
id: some
zh: 一些规则
en: some rules
rules:
  - id: young-worker
    zh: 未满16周岁却有劳动能力
    en: under 16 and able to work
    rows: members
    severity: error
    fails: age() < 16 and labour != '无劳动力'
    mends: 村
    suggestion: 核对出生日期
    examples:
      - says: 十岁
        rows: {members: [{brdy: 2016-01-01, labour: 普通劳动力}]}
        fail: [0]
"""


def column(name: str, kind: str = "text", **more: object) -> LedgerColumn:
    role = more.pop("role", "")
    return LedgerColumn(Column(name, kind, "列", "column", **more), role=role)  # type: ignore[arg-type]


KINDS = {
    "members": LedgerKind(
        "members", "成员", "members", "局", "person", "list", ("certno",),
        (
            column("certno", "id", sensitivity="identifying", role="idcard"),
            column("brdy", "date"),
            column("labour"),
        ),
    )
}  # fmt: skip


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "some.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rule_is_read_with_its_condition(tmp_path: Path) -> None:
    rules = read_rules(written(tmp_path, GOOD), KINDS)
    assert [rule.id for rule in rules.rules] == ["young-worker"]


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("labour !=", "labor !=", "没有可用的列 labor"),
        ("labour !=", "certno !=", "没有可用的列 certno"),
        ("rows: members\n", "rows: member\n", "没有台账 member"),
        ("severity: error", "severity: bad", "severity"),
        ("age() < 16 and", "age() < 16 &&", "条件写得不完整"),
        ("    fails: age() < 16 and labour != '无劳动力'\n", "", "没有说什么情况"),
        ("fails: age()", "once_per: group\n    fails: age()", "once_per"),
        ("labour != '无", "x.labour != '无", "没有名为 x 的台账"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    assert was in GOOD
    with pytest.raises(DoudiError) as told:
        read_rules(written(tmp_path, GOOD.replace(was, becomes)), KINDS)
    assert says in str(told.value)
    assert "some.yaml" in str(told.value)


def test_a_number_given_twice_is_refused(tmp_path: Path) -> None:
    twice = GOOD + GOOD[GOOD.index("  - id") :]
    with pytest.raises(DoudiError, match="用了两次"):
        read_rules(written(tmp_path, twice), KINDS)


def test_what_stands_in_for_a_sealed_column_may_be_named(tmp_path: Path) -> None:
    text = GOOD.replace("labour != '无劳动力'", "certno__state == 'lost' and filled(certno__token)")
    assert read_rules(written(tmp_path, text), KINDS).rules


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "checks"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_text(GOOD.replace("labour !=", "labor !="), encoding="utf-8")
    with pytest.raises(DoudiError) as told:
        load_rules(tmp_path, KINDS)
    assert "a.yaml" in str(told.value)
    assert "b.yaml" in str(told.value)
