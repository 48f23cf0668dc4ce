"""What a block of claims was paid, as tables: one row per settlement, or one per settlement and layer.

In the inside form; the edge turns fen into yuan. Row for row as the block stands.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.run import MONEY_FUNDS, Outcome, fund_sums
from doudi.policy.schema import FUNDS

_AS_GIVEN = ("medfee_sumamt_fen", "fulamt_ownpay_amt_fen", "overlmt_selfpay_fen")
_COMPUTED = (
    "preselfpay_amt_fen",
    "inscp_amt_fen",
    *(f"{fund}_fen" for fund in FUNDS),
    "fund_pay_sumamt_fen",
    "psn_pay_fen",
    "acct_pay_fen",
    "cash_payamt_fen",
)
RESULT_SCHEMA = pa.schema(
    [
        ("setl_id", pa.string()),
        ("psn_no", pa.string()),
        *((name, pa.int64()) for name in (*_AS_GIVEN, *_COMPUTED)),
    ]
)
DETAIL_SCHEMA = pa.schema([
    ("setl_id", pa.string()), ("srt_no", pa.int64()), ("layer", pa.string()), ("fund_pay_type", pa.string()), ("fund_pay_type_name", pa.string()),
    ("inscp_amt_fen", pa.int64()), ("crt_payb_lmt_amt_fen", pa.int64()), ("fund_payamt_fen", pa.int64()), ("setl_proc_info", pa.string()),
])  # fmt: skip


def result_rows(block: pa.Table, outcome: Outcome, compiled: Compiled) -> pa.Table:
    """One row per settlement: the bill's parts, the national fund columns, and what the person bears.

    `preselfpay_amt` and `inscp_amt` are as the policy's prepay steps left them. The personal account pays what the claim records, at
    most what the person bears.
    """
    sums = fund_sums(compiled, outcome.paid)
    columns: dict[str, Any] = {name: block[name] for name in ("setl_id", "psn_no", *_AS_GIVEN)}
    columns |= {"preselfpay_amt_fen": outcome.parts[:, 1], "inscp_amt_fen": outcome.parts[:, 0]}
    columns |= {f"{fund}_fen": values for fund, values in sums.items()}
    columns["fund_pay_sumamt_fen"] = np.sum([sums[fund] for fund in MONEY_FUNDS], axis=0)
    columns["psn_pay_fen"] = outcome.left
    account = np.zeros(len(block), np.int64)
    if "acct_pay_fen" in block.column_names:
        recorded = block["acct_pay_fen"].fill_null(0).to_numpy()
        account = np.sign(outcome.left) * np.minimum(
            np.abs(outcome.left), np.maximum(recorded * np.sign(outcome.left), 0)
        )
    columns |= {"acct_pay_fen": account, "cash_payamt_fen": outcome.left - account}
    return pa.Table.from_arrays(
        [
            pa.chunked_array([v])
            if isinstance(v, pa.Array)
            else v
            if isinstance(v, pa.ChunkedArray)
            else pa.chunked_array([pa.array(v)])
            for v in (columns[name] for name in RESULT_SCHEMA.names)
        ],
        schema=RESULT_SCHEMA,
    )


def detail_rows(block: pa.Table, outcome: Outcome, compiled: Compiled) -> pa.Table:
    """One row per settlement and layer that applied, in the order of the policy's layers."""
    rows, layers = np.nonzero(outcome.detail[:, :, c.D_RULE] >= 0)
    steps = outcome.detail[rows, layers]
    files = [compiled.pack.layer(code) for code in compiled.layers]
    number = np.arange(len(rows)) - np.searchsorted(rows, rows) + 1
    room = steps[:, c.D_CAP_ROOM]

    def named(values: list[str | None]) -> pa.Array:
        return pa.array(values, pa.string()).take(pa.array(layers))

    info = pc.binary_join_element_wise(
        "起付",
        _yuan(steps[:, c.D_DEDUCTIBLE]),
        "；计入",
        _yuan(steps[:, c.D_COUNTED]),
        "；自付",
        _yuan(steps[:, c.D_COPAY]),
        "；超限",
        _yuan(steps[:, c.D_OVER]),
        "",
    )
    return pa.Table.from_arrays([
        block["setl_id"].take(pa.array(rows)).combine_chunks(), pa.array(number), named(list(compiled.layers)), named([f.fund_pay_type for f in files]),
        named([f.zh for f in files]), pa.array(steps[:, c.D_BASE]), pa.array(room, mask=np.abs(room) == c.NEVER), pa.array(steps[:, c.D_PAID]), info,
    ], schema=DETAIL_SCHEMA)  # fmt: skip


def _yuan(fen: Any) -> pa.Array:
    whole = pa.array(fen, pa.int64()).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, pa.scalar("0.01", pa.string()).cast(pa.decimal128(3, 2))).cast(pa.string())
