"""Every refused value has a message that says what is allowed and what to do."""

from decimal import Decimal

import pyarrow as pa
import pytest

from doudi.facts.convert import convert, why_refused
from doudi.facts.declare import Column
from doudi.facts.fee_lines import TABLE as FEES
from doudi.facts.registry import TABLES
from doudi.facts.settlements import TABLE

WRONG = {
    "money": ["12元", 1786.951, True],
    "count": ["七", 1.5, "1.5"],
    "number": ["1.23456789", "x", 0.00000001],
    "date": ["2023-02-30", 44935.5],
    "time": ["昨天", "2023-01-09 25:00:00"],
    "id": ["3.7E+17", 1.5],
    "text": ["x" * 30_000],
}


def cases() -> list[tuple[Column, object]]:
    columns = {column.kind: column for table in TABLES.values() for column in table}
    found = [(columns[kind], value) for kind, values in WRONG.items() for value in values]
    return [
        *found,
        (TABLE["refd_setl_flag"], "3"),
        (TABLE["fixmedins_code"], "1E9"),
        (TABLE["med_type"], "9" * 300),
    ]


@pytest.mark.parametrize(("column", "value"), cases(), ids=str)
def test_what_is_refused_is_told_with_value_and_remedy(column: Column, value: object) -> None:
    assert convert(column, pa.array([value])).bad.tolist() == [True]
    message = str(why_refused(column, value, f"a.csv 第 2 行 {column.name}"))
    assert message.startswith(f"a.csv 第 2 行 {column.name}：")
    assert str(value)[:30] in message
    assert "请：" in message
    assert len(message) < 400


def test_every_kind_of_column_comes_out_in_its_declared_type() -> None:
    right = {
        "money": "1.20",
        "count": "7",
        "number": "0.5",
        "date": "2023/1/9",
        "time": "20230109",
        "code": "1",
    }
    for table in TABLES.values():
        for column in table:
            sent = "01" if column.codes and column.codes.width else right.get(column.kind, "x")
            value = next(iter(column.codes.values)) if column.codes and column.codes.values else sent
            converted = convert(column, pa.chunked_array([[value], [None]]))
            assert converted.values.type == column.arrow, column.name
            assert not converted.bad.any(), column.name
            assert converted.values.null_count == 1


def test_numbers_keep_their_declared_places() -> None:
    assert convert(FEES["pric"], pa.array(["12.3456789"])).bad.tolist() == [True]
    assert convert(FEES["pric"], pa.array(["12.345678"])).values.to_pylist() == [Decimal("12.345678")]
    assert convert(FEES["cnt"], pa.array([-2.5])).values.to_pylist() == [Decimal("-2.5000")]
