"""The manual of the ledgers: its examples work, and what it lists is what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from doudi.common.errors import DoudiError
from doudi.facts.declare import Kind
from doudi.policy.ledgers.build import common_columns, read_kind
from doudi.policy.ledgers.kind import Role
from doudi.policy.ledgers.load import kinds
from doudi.policy.ledgers.schema import ColumnPart, KindFile
from doudi.policy.text import parse_document, read_document

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "ledgers.md").read_text(encoding="utf-8")
SHIPPED = kinds()
COMMON = common_columns(read_document(ROOT / "policies" / "ledgers" / "common.yaml"))
WHOLE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
PARTS = re.findall(r"```yaml part\n(.*?)```", PAGE, re.DOTALL)


def test_a_whole_kind_of_the_manual_is_a_kind() -> None:
    kind = read_kind(parse_document(WHOLE[0], Path("small_loans.yaml")), COMMON, SHIPPED)
    assert (kind.name, kind["amount"].most, kind["tel"].role) == ("small_loans", 5_000_000, "phone")


def test_what_the_manual_adds_to_a_kind_is_added() -> None:
    kind = read_kind(parse_document(WHOLE[1], Path("dibao.yaml")), COMMON, SHIPPED)
    assert "补差金（户）" in kind["month_amt"].texts
    assert kind["dibao_class"].values[-1] == "E类"
    assert kind["reviewed_on"].zh == "复核日期"


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_kind_is_written_as_the_manual_writes_it(part: str) -> None:
    parse_document(part, Path("part.yaml"))


def test_every_key_type_and_role_is_in_the_manual() -> None:
    keys = [*KindFile.model_fields, *ColumnPart.model_fields]
    words = [*keys, *get_args(Kind), *(role for role in get_args(Role) if role)]
    assert [word for word in words if f"`{word}`" not in PAGE and f"{word}:" not in PAGE] == []


def test_the_shared_columns_are_those_that_the_manual_lists() -> None:
    listed = PAGE.split("There are:")[1].split("A `common.yaml`")[0]
    assert re.findall(r"`(\w+)`", listed) == list(COMMON)


def test_the_manual_s_message_is_the_one_that_is_told() -> None:
    text = WHOLE[0].replace("{common: tel}", "{common: guardian_certno, headers: [身份证号]}")
    with pytest.raises(
        DoudiError, match="表头“身份证号”同时指“身份证号”（certno）和“监护人身份证号”（guardian_certno）"
    ):
        read_kind(parse_document(text, Path("small_loans.yaml")), COMMON, SHIPPED)
