"""Made-up facts of any size for tests: settlements that satisfy every identity, of people in area 990101."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.facts import settlements
from doudi.facts.conform import conform

TABLE = settlements.TABLE


def _ids(prefix: str, numbers: np.ndarray, width: int) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")


def made_settlements(rows: int, seed: int = 1, first: int = 0, *, refunds: bool = True) -> pa.Table:
    """Settlements in the inside form, sorted as the store sorts; one in twenty is taken back by a refund."""
    rng = np.random.default_rng(seed)
    back = rows // 21 if refunds else 0
    bills = rows - back
    person = np.sort(rng.integers(0, max(bills // 4, 1), bills))
    whole = rng.integers(100, 3_000_000, bills)
    own = rng.integers(0, 1000, bills) * whole // 4000
    over = rng.integers(0, 1000, bills) * whole // 8000
    pre = rng.integers(0, 1000, bills) * whole // 8000
    scope = whole - own - over - pre
    hifp, hifmi, maf = scope * 6 // 10, scope // 20, scope // 50
    person_pays = whole - hifp - hifmi - maf
    acct = person_pays // 3
    days = rng.integers(0, 365, bills)
    stay = rng.integers(0, 20, bills)
    begun = np.datetime64("2024-01-01") + days
    ended = begun + stay
    settled = ended.astype("datetime64[s]") + rng.integers(8 * 3600, 18 * 3600, bills)
    nought = np.zeros(bills, dtype=np.int64)
    data = {
        "setl_id": _ids("S", np.arange(first, first + bills), 10),
        "mdtrt_id": _ids("M", np.arange(first, first + bills), 10),
        "init_setl_id": pa.nulls(bills, pa.string()),
        "psn_no": _ids("990101", person, 9),
        "insutype": pa.array(np.where(person % 5, "390", "310")),
        "psn_type": pa.array(np.where(person % 5, "1501", "1101")),
        "fixmedins_code": _ids("H990101", person % 40, 5),
        "hosp_lv": pa.array(np.array(["02", "05", "08"])[person % 3]),
        "med_type": pa.array(np.array(["21", "11", "14"])[person % 3]),
        "out_flag": pa.array(np.where(person % 7, "0", "1")),
        "begndate": pa.array(begun),
        "enddate": pa.array(ended),
        "setl_time": pa.array(settled),
        "ipt_days": pa.array(stay),
        "medfee_sumamt_fen": whole,
        "fulamt_ownpay_amt_fen": own,
        "overlmt_selfpay_fen": over,
        "preselfpay_amt_fen": pre,
        "inscp_amt_fen": scope,
        "hifp_pay_fen": hifp,
        "hifmi_pay_fen": hifmi,
        "maf_pay_fen": maf,
        "othfund_pay_fen": nought,
        "fund_pay_sumamt_fen": hifp + hifmi + maf,
        "psn_pay_fen": person_pays,
        "acct_pay_fen": acct,
        "cash_payamt_fen": person_pays - acct,
        "ownpay_hosp_part_fen": nought,
        "refd_setl_flag": pa.repeat("0", bills),
        "cost_class_b_fen": pre,
    }
    table = conform(pa.table(data), TABLE)
    if back:
        taken = np.sort(rng.choice(bills, back, replace=False))
        table = pa.concat_tables([table, refunds_of(table.take(pa.array(taken)))])
    return table.sort_by([(name, "ascending") for name in TABLE.order]).combine_chunks()


def refunds_of(rows: pa.Table) -> pa.Table:
    """The refund rows that take `rows` back."""
    for place, name in enumerate(rows.column_names):
        if name.endswith("_fen"):
            rows = rows.set_column(place, name, pc.negate(rows[name]))
    original = rows["setl_id"]
    later = pc.add(rows["setl_time"], pa.scalar(86_400, pa.duration("s")))
    changed = {
        "init_setl_id": original,
        "setl_id": pc.binary_join_element_wise("R", original, ""),
        "setl_time": later,
        "refd_setl_flag": pa.repeat("1", rows.num_rows),
    }
    for name, column in changed.items():
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return rows.cast(pa.schema([(field.name, field.type) for field in rows.schema]))
