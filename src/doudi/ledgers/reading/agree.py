"""Cells that contradict the identity number in their row: a right number has its check digit, a typed date has none.

The cell that contradicts is told and left empty. This module must not know sheets.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.facts.id_numbers import births
from doudi.ledgers.reading.cells.column import Column, Wrong
from doudi.policy.ledgers.kind import LedgerColumn


def sex_otherwise(column: Column, numbers: pa.Array, declared: LedgerColumn) -> None:
    """Take out sexes that are not what the number says. Unknown sexes contradict nothing."""
    digit = pc.utf8_slice_codeunits(numbers, 16, 17)
    odd = pc.is_in(digit, value_set=pa.array(list("13579")))
    codes = {
        "1": "1",
        "2": "2",
        **{label: code for label, code in (("男", "1"), ("女", "2")) if label in declared.values},
    }
    back = {code: label for label, code in codes.items()} if declared.values else {"1": "男", "2": "女"}
    known = pc.is_in(column.values, value_set=pa.array(list(codes)))
    male = pc.is_in(column.values, value_set=pa.array([text for text, code in codes.items() if code == "1"]))
    against = pc.and_(pc.and_(known, pc.is_valid(numbers)), pc.not_equal(male, odd)).fill_null(False)
    for place in np.flatnonzero(against.to_numpy(zero_copy_only=False)).tolist():
        column.wrong[place] = Wrong("id_sex", fix=back["1" if odd[place].as_py() else "2"])
    column.values = pc.if_else(against, None, column.values)


def born_otherwise(column: Column, numbers: pa.Array) -> None:
    """Take out births that are not what the number says; where only a month is written only that must agree."""
    told = births(pc.utf8_slice_codeunits(numbers, 6, 14))
    against = pc.not_equal(column.values, told).fill_null(False)
    if not pc.any(against).as_py():
        return
    loose = column.beside.get("month_only")
    for place in np.flatnonzero(against.to_numpy(zero_copy_only=False)).tolist():
        here: date = column.values[place].as_py()
        right: date = told[place].as_py()
        if (
            loose is not None
            and loose[place].as_py()
            and (here.year, here.month) == (right.year, right.month)
        ):
            continue
        column.wrong[place] = Wrong("id_born", fix=right.isoformat())
    wrong = np.zeros(len(column.values), dtype=bool)
    wrong[[place for place, why in column.wrong.items() if why.code == "id_born"]] = True
    column.values = pc.if_else(pa.array(wrong), None, column.values)


def too_late(column: Column, as_of: date) -> None:
    """Take out days that have not come yet, of what can only have happened."""
    late = pc.greater(column.values, pa.scalar(as_of, pa.date32())).fill_null(False)
    if not pc.any(late).as_py():
        return
    for place in np.flatnonzero(late.to_numpy(zero_copy_only=False)).tolist():
        column.wrong[place] = Wrong("date_out")
    column.values = pc.if_else(late, None, column.values)
