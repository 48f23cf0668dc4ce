"""Claims that cannot be settled, told to the person who can mend them: which, why, what to do."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from doudi.common.errors import DoudiError, Faults, InputFault, PolicyFault
from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.encode import Encoded

MOST_TOLD = 20


def refuse(
    encoded: Encoded, compiled: Compiled, status: Any, culprit: Any, block: pa.Table | None
) -> NoReturn:
    """Raise the first refusals of a block, and say how many more there are."""
    reasons = np.where(encoded.bad != c.OK, encoded.bad, status)
    rows = np.flatnonzero(reasons != c.OK)
    faults = [
        _fault(int(reasons[i]), int(culprit[i]), compiled, _name(encoded, int(i), block))
        for i in rows[:MOST_TOLD]
    ]
    if len(rows) == 1:
        raise faults[0]
    raise Faults(faults, more=len(rows) - len(faults))


def _name(encoded: Encoded, row: int, block: pa.Table | None) -> str:
    if block is None:
        return f"第 {row + 1} 笔"
    return f"setl_id={block['setl_id'][int(encoded.order[row])].as_py()}"


def _fault(reason: int, culprit: int, compiled: Compiled, where: str) -> DoudiError:
    pack = compiled.pack
    if reason == c.OUTSIDE_DATES:
        return PolicyFault(
            f"结算不在政策 {pack.id} 的有效期内", where=where, allowed=f"{pack.from_} 至 {pack.to}（按{_DAYS[pack.file.dates.rate]}）",
            do="换用覆盖该日期的政策，或核对日期",
        )  # fmt: skip
    if reason == c.NO_VALUE:
        return PolicyFault(
            f"政策 {pack.id} 没有这一类的值：{compiled.reasons.get(culprit, '')}",
            where=where,
            do="在参数表中补上该类别，或写 otherwise",
        )
    if reason == c.NO_AGE:
        return InputFault(
            "待遇与年龄有关，而出生日期未知", where=where, do="在人员表（--persons）中补上 brdy"
        )
    if reason == c.TOO_LARGE:
        return InputFault(
            "个人年度累计金额过大",
            where=where,
            allowed=f"至多 {c.MOST_FEN // 100:,} 元",
            do="核对金额单位是否为元",
        )
    if reason == c.NEGATIVE_AMOUNT:
        return InputFault(
            "费用为负，而这不是冲正记录",
            where=where,
            allowed="冲正记录要在 init_setl_id 写明原结算",
            do="补上 init_setl_id，或更正金额",
        )
    if reason == c.ENDS_EARLY:
        return InputFault(
            "enddate 早于 begndate", where=where, allowed="enddate 不早于 begndate", do="改正日期后再结算"
        )
    if reason == c.BAD_REFUND:
        return InputFault(
            "冲正记录与原结算的金额不是正负相抵，或原结算被冲正两次", where=where, do="核对两条记录的各项费用"
        )
    return InputFault(
        "冲正记录指向的原结算不在数据中（或不是同一人）", where=where, do="把原结算一并导入后再结算"
    )


_DAYS = {"admission": "入院日", "discharge": "出院日", "settlement": "结算日"}
