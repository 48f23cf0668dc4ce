"""The page of the ledger kinds is the declarations."""

from __future__ import annotations

from pathlib import Path

from doudi.policy.ledgers.load import kinds
from doudi.policy.ledgers.reference import page
from tests.policy.ledgers.declared import changed, kind_of

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "ledgers.md"


def test_the_page_is_current() -> None:
    told = "run: doudi ledger reference > docs/reference/ledgers.md"
    assert PAGE.read_text(encoding="utf-8") == page(kinds()), told


def test_a_kind_s_column_is_told_with_headers_values_bounds_and_marks() -> None:
    lines = page({"loans": kind_of()}).splitlines()
    row = next(line for line in lines if line.startswith("| `amount` |"))
    assert row == (
        "| `amount` | 贷款金额 | sum lent | 金额、放款金额（2021–2025）（某银行） | sum, yuan, 0 to 50000 | personal |"
    )
    assert "| `grade` | 等级 | grade |  | 一级、二级 | personal |" in lines
    assert "| `rate` | 年利率 | rate |  | number, 4 decimals, %, to 24 | personal |" in lines
    assert "- Tags: 有贷款, graded by `grade` where `grade` is 一级." in lines
    assert "- Origin: 某县《小额信贷台账》 (*not confirmed*)" in lines


def test_what_a_row_adds_and_what_a_tag_hangs_on_is_told() -> None:
    text = changed("note: one", "makes_persons: true\nnote: one")
    text = changed(
        "tag: 有贷款, level: grade, when: {grade: [一级]}",
        'by: grade, to: household, when: {overdue: ["0", ""]}',
        text,
    )
    text = changed(
        "subject: person",
        "subject: person\nnature: event",
        changed("since: lent_on\nuntil: due_on\n", "", text),
    )
    lines = page({"loans": kind_of(text)}).splitlines()
    assert "- Kept 5 years after it ends. Its rows add people to the register." in lines
    assert "- Tags: the value of `grade` where `overdue` is 0 or empty (of the household)." in lines
    assert "- Sender: 县农业农村局. About a person; an event, which happened once." in lines
    assert "- Key: `certno`、`lent_on`. Dated by the day of the list." in lines
