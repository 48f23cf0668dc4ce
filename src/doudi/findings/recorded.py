"""Recorded payments of a block beside computed ones: which columns an export carries, which rows, and the differences.

A claim without recorded payments is counted apart, never as a difference. Whole columns at a time; gives no reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.run import Outcome, fund_sums
from doudi.policy.schema import FUNDS

#: Columns compared: the fund columns in the national order, then what the person bears.
COLUMNS = (*FUNDS, "psn_pay")
PERSON = len(FUNDS)


@dataclass(frozen=True)
class Recorded:
    """Recorded and computed sums of a block (claims × `COLUMNS`, fen).

    `compared` marks the columns that the export carries, `carried` the claims that have a record, `deductible` the recorded
    `act_pay_dedc` (-1 where there is none), `balanced` whether the record adds up to the bill.
    """

    recorded: Any
    computed: Any
    compared: Any
    carried: Any
    balanced: Any
    deductible: Any

    @property
    def differences(self) -> Any:
        """Recorded less computed; nought where nothing is compared."""
        return (self.recorded - self.computed) * self.compared * self.carried[:, None]

    def take(self, rows: Any) -> Recorded:
        """The same for some claims."""
        return Recorded(
            self.recorded[rows],
            self.computed[rows],
            self.compared,
            self.carried[rows],
            self.balanced[rows],
            self.deductible[rows],
        )


def recorded_of(block: pa.Table, outcome: Outcome, compiled: Compiled) -> Recorded:
    """Lay recorded payments beside computed ones, row for row as the block stands.

    A column that is empty throughout is not compared. An empty value in a column that others fill is nought, since exports leave
    nought out. A row of noughts for a bill that is not nought was never recorded: somebody must have paid it.
    """
    n = len(block)
    values, given = np.zeros((n, len(COLUMNS)), np.int64), np.zeros((n, len(COLUMNS)), bool)
    for k, name in enumerate(COLUMNS):
        if f"{name}_fen" in block.column_names:
            column = block[f"{name}_fen"]
            given[:, k] = column.is_valid().to_numpy()
            values[:, k] = column.fill_null(0).to_numpy()
    total = block["medfee_sumamt_fen"].fill_null(0).to_numpy()
    compared = given.any(axis=0)
    carried = given.any(axis=1) & ((values != 0).any(axis=1) | (total == 0))
    # Only a record with the person's part can be held against the bill.
    balanced = ~given[:, PERSON] | (values.sum(axis=1) == total)
    return Recorded(
        values,
        computed_of(compiled, outcome.paid, outcome.left),
        compared,
        carried,
        balanced,
        _deductible(block),
    )


def computed_of(compiled: Compiled, paid: Any, left: Any) -> Any:
    """Computed sums by column, from payments per layer and what is left."""
    sums = fund_sums(compiled, paid)
    return np.stack([*(sums[fund] for fund in FUNDS), left], axis=1)


def first_column(compiled: Compiled, differences: Any) -> Any:
    """Of each row of differences (claims × `COLUMNS`) the first column that differs, in the order of the layers.

    What no layer pays into comes after them, what the person bears last.
    """
    paying = [COLUMNS.index(compiled.pack.layer(code).fund) for code in compiled.layers]
    order = np.array([*dict.fromkeys(paying), *(k for k in range(PERSON) if k not in paying), PERSON])
    return order[(differences != 0)[:, order].argmax(axis=1)]


def _deductible(block: pa.Table) -> Any:
    if "act_pay_dedc_fen" not in block.column_names:
        return np.full(len(block), -1, np.int64)
    return block["act_pay_dedc_fen"].fill_null(-1).to_numpy()
