"""Bills that are not the sum of their parts, refused at the batch's edge: a settlement on them would balance and be wrong.

The loop itself settles whatever sums it is given; what a bill is made of is a matter of the facts.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.errors import InputFault
from doudi.common.money import yuan_text

WHOLE = "medfee_sumamt"
PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt")
MOST_TOLD = 5


def refuse_unequal(block: pa.Table) -> None:
    """Raise `InputFault` where the parts of a bill do not add up to it; names the first, each with its difference."""
    apart = block[f"{WHOLE}_fen"]
    for name in PARTS:
        apart = pc.subtract(apart, block[f"{name}_fen"])
    wrong = pc.not_equal(apart, 0)
    count = pc.sum(wrong).as_py()
    if not count:
        return
    rows = pa.table({"setl_id": block["setl_id"], "fen": apart}).filter(wrong).slice(0, MOST_TOLD).to_pylist()
    told = "、".join(f"setl_id={row['setl_id']} 相差 {yuan_text(row['fen'])} 元" for row in rows)
    raise InputFault(
        f"医疗费总额不等于各部分之和：{told}" + (f" 等，至少 {count} 笔" if count > len(rows) else ""),
        allowed=f"{WHOLE} = {' + '.join(PARTS)}",
        do="更正后再结算；用 doudi claims check 查看全部",
    )
