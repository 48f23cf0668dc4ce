"""One column from a sender's form into the inside form, and the reason for each value that was refused.

This module must not know files; rows are numbered by whoever reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from doudi.common import dates
from doudi.common.errors import DoudiError, InputFault
from doudi.common.exact import NotExact, units_from_decimal, units_from_text
from doudi.facts.declare import Column
from doudi.facts.moments import dates_from_array, times_from_array
from doudi.facts.money import not_money
from doudi.facts.numbers import Mask, decimal_from_units, units_from_array
from doudi.facts.words import codes_from_array, ids_from_array, text_from_array

_SHOWN = 40


@dataclass(frozen=True)
class Converted:
    """A column in the inside form: null where empty or bad, which values were bad, which codes were new."""

    values: pa.Array
    bad: Mask
    new_codes: tuple[str, ...] = ()


def convert(column: Column, array: pa.Array | pa.ChunkedArray) -> Converted:
    """Bring one column into the inside form."""
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if column.kind in ("money", "count"):
        return Converted(*units_from_array(whole, 2 if column.kind == "money" else 0))
    if column.kind == "number":
        units, bad = units_from_array(whole, column.scale)
        return Converted(decimal_from_units(units, column.scale), bad)
    if column.kind == "date":
        return Converted(*dates_from_array(whole))
    if column.kind == "time":
        return Converted(*times_from_array(whole))
    if column.kind == "code":
        return Converted(*codes_from_array(whole, column.codes))
    return Converted(*(ids_from_array if column.kind == "id" else text_from_array)(whole))


def why_refused(column: Column, value: object, where: str) -> DoudiError:
    """The message for one value that `convert` found bad."""
    shown = str(value) if len(str(value)) <= _SHOWN else str(value)[:_SHOWN] + "…"
    if column.kind == "money":
        return not_money(value, where)
    if column.kind in ("count", "number"):
        return _not_a_number(column, value, shown, where)
    if column.kind in ("date", "time"):
        try:
            dates.parse_time(str(value), where)
        except InputFault as fault:
            return fault
        return InputFault(f"“{shown}”不能作{column.zh}", where, dates.ALLOWED, "改为文本或日期类型再导出")
    if column.codes and column.codes.complete and len(str(value)) <= _SHOWN:
        return InputFault(
            f"“{shown}”不在{column.codes.zh}的代码表内",
            where,
            allowed=column.codes.allowed(),
            do="改为表内的代码",
        )
    if column.kind == "id":
        return InputFault(
            f"“{shown}”不能作{column.zh}",
            where,
            "原样的编号文本",
            "从来源系统按文本格式重新导出，勿用表格软件另存",
        )
    return InputFault(f"“{shown}”不能作{column.zh}", where, "不超长的文本", "从来源系统重新导出")


def _not_a_number(column: Column, value: object, shown: str, where: str) -> DoudiError:
    why = "类型不对"
    try:
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            units_from_decimal(value, column.scale)
        elif isinstance(value, str):
            units_from_text(value, column.scale)
    except NotExact as fault:
        why = str(fault)
    return InputFault(
        f"“{shown}”不能作{column.zh}：{why}",
        where,
        allowed=f"最多 {column.scale} 位小数的数" if column.scale else "整数",
        do="只填数字，去掉单位和说明文字",
    )
