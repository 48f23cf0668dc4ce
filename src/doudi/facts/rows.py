"""What no row of a table may hold, read off its declaration: gaps, negative sums, sums beyond belief.

Works on the inside form, a whole batch at a time. Whether rows agree with one another is
`doudi.facts.checks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.money import yuan_text
from doudi.facts.declare import Column, Table
from doudi.facts.numbers import Mask

#: No bill of one person comes near a hundred million yuan; such a sum is a wrong unit or a wrong column.
ABSURD_FEN = 10**10

REFUND_FLAGS = ("1", "2")


@dataclass(frozen=True)
class Refused:
    """Rows that cannot stand because of one column, and the message for each of them."""

    column: Column
    rows: Mask
    what: str
    allowed: str
    do: str


def refused_rows(batch: pa.Table, table: Table, columns: tuple[Column, ...]) -> Iterator[Refused]:
    """Every reason for which rows of a batch (inside form) cannot stand; `columns` are those the sender gave."""
    for column in columns:
        values = batch[column.inside]
        if column.required and values.null_count:
            yield _refused(column, pc.is_null(values), "为空", "不能为空", "补上这一格")
    refund = is_refund(batch, table)
    for column in columns:
        if column.kind not in ("money", "count"):
            continue
        values = batch[column.inside]
        low, high = pc.min_max(values).as_py().values()
        if low is None:
            continue
        if column.kind == "money" and max(-low, high) > ABSURD_FEN:
            yield _refused(
                column,
                pc.greater(pc.abs(values), ABSURD_FEN),
                "大得不合理",
                f"绝对值不超过 {yuan_text(ABSURD_FEN)} 元",
                "核对单位是否为元、是否串列",
            )
        if low < 0 and not column.signed:
            negative = pc.and_(pc.less(values, 0).fill_null(False), pa.array(~refund))
            if pc.any(negative).as_py():
                yield _refused(
                    column,
                    negative,
                    "不是退费行却为负",
                    "零或正数；只有退费行可以为负",
                    _how_to_refund(table),
                )


def is_refund(batch: pa.Table, table: Table) -> Mask:
    """Which rows say that they take another one back."""
    refund = table.refund
    marked = np.zeros(len(batch), dtype=bool)
    if refund is None:
        return marked
    if refund.original in batch.column_names:
        marked |= pc.is_valid(batch[refund.original]).to_numpy()
    if refund.flag in batch.column_names:
        marked |= pc.is_in(batch[refund.flag], value_set=pa.array(REFUND_FLAGS)).to_numpy()
    if refund.sign in batch.column_names:
        marked |= pc.less(batch[refund.sign], 0).fill_null(False).to_numpy()
    return marked


def _how_to_refund(table: Table) -> str:
    if table.refund is None:
        return "改正这一格"
    original = table.refund.original
    return f"若是退费，在 {original}（{table[original].zh}）填原单号；否则改正金额"


def _refused(column: Column, rows: pa.ChunkedArray, what: str, allowed: str, do: str) -> Refused:
    return Refused(column, rows.fill_null(False).to_numpy(), what, allowed, do)
