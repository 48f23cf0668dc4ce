"""The manual's rule is a rule, and its list of functions is the whole list."""

from __future__ import annotations

import re
from pathlib import Path

from doudi.policy.checks.condition import FUNCTIONS
from doudi.policy.checks.load import read_rules
from doudi.policy.ledgers.load import kinds
from doudi.policy.library import check
from tests.consistency.project import ROOT

PAGE = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")


def test_the_manuals_rule_can_be_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(doudi: checks/1.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "neighbours.yaml"
    path.write_text(example, encoding="utf-8")
    assert [rule.id for rule in read_rules(path, kinds()).rules] == ["carer-over-age"]
    assert check(path) == ()
    path.write_text(example.replace("welfare_posts         #", "welfare_post         #"), encoding="utf-8")
    assert check(path)


def test_the_manual_names_every_function() -> None:
    named = set(re.findall(r"`(\w+)\(", PAGE))
    assert set(FUNCTIONS) <= named
