"""The words for what is wrong with rows, and for what was taken with a remark.

Each function gives the wording for one kind of fault; what is a fault is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from doudi.common.errors import DoudiError, InputFault
from doudi.facts.declare import Column, Table
from doudi.facts.headers import Matched
from doudi.facts.rows import Refused
from doudi.store.importers.faults import Why
from doudi.store.importers.raw import Numbers

_NAMED = 1000
"""Of so many repeated keys it is told where else they stand."""


def refused(fault: Refused) -> Why:
    """A value that its column takes but this row may not have."""

    def why(value: object, where: str) -> DoudiError:
        shown = f"“{value}”" if value not in (None, "") else ""
        return InputFault(f"{fault.column.zh}{shown}{fault.what}", where, fault.allowed, fault.do)

    return why


def ragged(expected: int) -> Why:
    """A row whose cells cannot be placed."""

    def why(value: object, where: str) -> DoudiError:
        return InputFault(
            "格数与表头不符",
            where,
            allowed=f"每行 {expected} 格",
            do="值内有分隔符时给整个值加引号；从来源系统重新导出",
        )

    return why


def repeated(table: Table, cells: pa.Array, rows: Numbers) -> Why:
    """A key that stands for different contents in one file; every row of it is a fault."""
    named = "、".join(table[key].zh for key in table.keys)
    places: dict[object, list[str]] = {}
    if len(table.keys) == 1:
        for value, row in zip(cells.slice(0, _NAMED).to_pylist(), rows, strict=False):
            places.setdefault(value, []).append(str(row))

    def why(value: object, where: str) -> DoudiError:
        others = f"（第 {'、'.join(places[value][:5])} 行）" if value in places else ""
        return InputFault(
            f"{named}“{value}”重复而内容不同{others}",
            where,
            allowed="同一主键只有一行；内容完全相同的重复行会自动跳过",
            do="核对哪一行对，删去其余；退费应另有结算ID并填原结算ID",
        )

    return why


def notices(
    matched: Matched, new_codes: Mapping[Column, set[str]], repeats: int, blank: int
) -> tuple[str, ...]:
    """What was left out or taken with a remark, for people."""
    told = []
    if matched.left_out:
        told.append(f"未登记的列没有读入：{_some(list(matched.left_out), 20)}")
    for column, codes in new_codes.items():
        told.append(f"{column.zh}（{column.name}）有代码表以外的值，已照收：{_some(sorted(codes), 10)}")
    if repeats:
        told.append(f"{repeats} 行与前面的行完全相同，已跳过")
    if blank:
        told.append(f"{blank} 个空行已跳过")
    return tuple(told)


def _some(names: list[str], most: int) -> str:
    return "、".join(names[:most]) + ("…" if len(names) > most else "")
