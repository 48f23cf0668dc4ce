"""Columns of money: yuan at the edge, int64 fen inside.

One amount at a time is `doudi.common.money`; this is the same rule for whole Arrow columns.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa

from doudi.common.errors import DoudiError, Faults, InputFault
from doudi.common.money import FEN, fen_from_decimal, fen_from_text
from doudi.facts.numbers import decimal_from_units, units_from_array

_TOLD = 20


def fen_from_array(array: pa.Array | pa.ChunkedArray, column: str, first_row: int = 1) -> pa.Array:
    """Turn yuan (text, decimal, integer or float) into int64 fen; refuse the rest, naming rows and values.

    `first_row` is the number by which the sender knows the first value.
    """
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    values, bad = units_from_array(whole, FEN)
    if bad.any():
        rows = np.flatnonzero(bad)
        faults = [
            not_money(whole[int(row)].as_py(), f"第 {first_row + row} 行 {column}") for row in rows[:_TOLD]
        ]
        raise Faults(faults, more=len(rows) - len(faults))
    return values


def decimal_from_fen(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Write fen as decimal(16,2) yuan, the form in which Parquet is handed out."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return decimal_from_units(whole, FEN, precision=16)


def not_money(value: object, where: str | None = None) -> DoudiError:
    """Say why a value that was refused is no money."""
    try:
        if isinstance(value, str | float):
            fen_from_text(str(value), where)
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            fen_from_decimal(value, where)
    except InputFault as fault:
        return fault
    return InputFault(f"“{value}”不能作金额：类型是 {type(value).__name__}", where, do="导出为数字或文本")
