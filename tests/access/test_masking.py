"""What is shown of a value that identifies somebody."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.access.masking import MASKS, mask, mask_column
from doudi.policy.ledgers.kind import Role

ID = "990101199001011234"


@pytest.mark.parametrize(
    ("role", "value", "shown"),
    [
        ("idcard", ID, "990101********1234"),
        ("idcard", f" {ID} ", "990101********1234"),
        ("idcard", "990101900101123", "990101*****1123"),
        ("idcard", ID + "43", "990101**********3443"),
        ("idcard", "9.90101199001011E+17", "***"),
        ("idcard", "1234", "***"),
        ("name", "样明", "样*"),
        ("name", "样小明", "样**"),
        ("name", "样样小明", "样**"),
        ("name", "样", "*"),
        ("name", "", ""),
        ("phone", "13800001234", "138****1234"),
        ("phone", "0999-1234567", "**********67"),
        ("phone", "110", "***"),
        ("account", "6217000010001234567", "***************4567"),
        ("account", "12345", "***"),
        ("address", "样例县样东镇东风村3号", "样例县样东镇***"),
        ("address", "样例县某处", "样例县***"),
        ("address", "镇上", "***"),
        ("address", "", ""),
        ("", "样A12345", "***"),
        ("", " ", ""),
    ],
)
def test_as_little_as_is_needed_is_shown(role: Role, value: str, shown: str) -> None:
    assert mask(role, value) == shown


@given(st.sampled_from([*MASKS, ""]), st.text(st.sampled_from("0123456789X样东镇县村A "), max_size=30))
def test_no_more_than_ten_characters_of_anything_but_an_address_are_shown(role: Role, value: str) -> None:
    shown = mask(role, value)
    if role != "address":
        assert len(shown.replace("*", "")) <= min(10, max(len(value.strip()) - 1, 0))


def test_a_column_is_masked_and_empty_cells_stay_empty() -> None:
    masked = mask_column("name", pa.chunked_array([["样明", None], ["样小明"]]))
    assert masked.to_pylist() == ["样*", None, "样**"]
