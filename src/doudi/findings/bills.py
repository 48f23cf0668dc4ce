"""What the importers see to, seen to for claims that come past them: bills that add up, codes as the lists write them.

The loop settles whatever sums and codes it is given, and balances; on these it would balance and be wrong.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.errors import InputFault
from doudi.common.money import yuan_text
from doudi.facts.convert import convert
from doudi.facts.settlements import TABLE

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


def coded(block: pa.Table) -> pa.Table:
    """The block with its code columns as dictionaries, as the engine would make them: few values, each looked at once.

    Raises `InputFault` for a code that an import would have mended or refused: `5` for `05`, `21 ` for `21`.
    """
    for place, name in enumerate(block.column_names):
        column = TABLE.by_name.get(name)
        if column is None or column.kind != "code":
            continue
        values = block[name].cast(pa.string()).combine_chunks().dictionary_encode()
        block = block.set_column(place, name, values)
        given = values.dictionary
        read = convert(column, given)
        for value, good, bad in zip(given.to_pylist(), read.values.to_pylist(), read.bad, strict=True):
            if value and (bad or value != good):
                row = pc.index(values.cast(pa.string()), value).as_py()
                raise InputFault(
                    f"{name}（{column.zh}）的取值“{value}”" + ("不在代码表中" if bad else f"应写作“{good}”"),
                    where=f"setl_id={block['setl_id'][row].as_py()}",
                    allowed=column.codes.allowed() if column.codes else None,
                    do="更正这一列；或先用 doudi claims import 导入，由它逐行核对",
                )
    return block
