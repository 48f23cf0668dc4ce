"""Fee lines: price times quantity, and the lines of a settlement against its bill."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from doudi.facts.checks.found import Fen, Found
from doudi.facts.numbers import units_from_array


def prices(found: Found) -> None:
    """The sum of a line is its quantity times its price, rounded to the fen; feeds differ, so it is a notice."""
    exact = pc.multiply(found.data["cnt"], found.data["pric"])
    rounded = pc.round(exact, 2, round_mode="half_towards_infinity").cast(pa.decimal128(38, 10))
    expected, _ = units_from_array(rounded.combine_chunks(), 2)
    missed = pc.subtract(found.data["det_item_fee_sumamt_fen"], pa.chunked_array([expected]))
    wrong = pc.not_equal(missed, 0)
    found.add("line-by-price", "notice", wrong, "明细金额与数量 × 单价差 ", Fen(missed), " 元", amount=missed)


def sums(found: Found, lines: pa.Table) -> None:
    """The lines of a settlement add up to its bill; settlements without any line are not looked at."""
    by_id = lines.group_by("setl_id").aggregate([("det_item_fee_sumamt_fen", "sum")])
    place = pc.index_in(found.data["setl_id"], value_set=by_id["setl_id"])
    of_lines = by_id["det_item_fee_sumamt_fen_sum"].combine_chunks().take(place)
    missed = pc.subtract(found.data["medfee_sumamt_fen"], of_lines)
    wrong = pc.not_equal(missed, 0)
    found.add(
        "bill-by-lines", "error", wrong, "医疗费总额与费用明细之和差 ", Fen(missed), " 元", amount=missed
    )


def orphans(found: Found, settlements: pa.Table) -> None:
    """A line belongs to a settlement that is there."""
    lost = pc.invert(pc.is_in(found.data["setl_id"], value_set=settlements["setl_id"]))
    found.add("line-without-settlement", "error", lost, "费用明细的结算ID不在结算数据中")
