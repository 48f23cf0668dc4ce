"""The lines of every bill: items, quantities and prices that add up, part by part, to the settlement.

A refund has the lines of its original, negated. The items mark themselves as samples; which may be charged together is no
matter here.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from doudi.facts.numbers import decimal_from_units
from doudi.sample.claim_rows import ClaimRows
from doudi.sample.draws import Draws, Ints
from doudi.sample.kinds import AREA, MED_TYPES, Kind
from doudi.sample.person_rows import DAY
from doudi.sample.text import digits, glued, named, times

ITEMS = (
    *(
        ("西药", "101", "09", 9),
        ("中成药", "101", "11", 6),
        ("中药饮片", "102", "10", 3),
        ("检验", "201", "04", 6),
    ),
    *(("检查", "201", "03", 5), ("治疗", "201", "05", 5), ("护理", "201", "07", 2), ("床位", "201", "01", 2)),
    *(("手术", "201", "06", 2), ("耗材", "301", "08", 6)),
)
"""Sorts of item: name, list_type, med_chrgitm_type, how many there are of the sort."""

FEWEST, MORE, A_NIGHT = (1, 1, 8), (3, 6, 10), 3
"""Lines of a purchase, a visit, a stay: at least, how many more, and for each night."""
COUNTS = (1, 1, 1, 2, 5, 10)
"""Quantities: each divides a price in fen into four more decimals."""
WIDEST = 5_000


def _items() -> list[tuple[str, str, str, str]]:
    return [
        (f"样{name}{n + 1}号", list_type, charge, f"SAMPLE{charge}{n + 1:04d}")
        for name, list_type, charge, many in ITEMS
        for n in range(many)
    ]


def fee_lines(rows: ClaimRows, draws: Draws) -> pa.Table:
    """The fee lines of a chunk's claims."""
    claims = rows.claims
    like = np.where(claims.refund, claims.original, claims.key)
    sort = np.where(
        rows.stay, 2, np.where(np.isin(claims.kind, (Kind.PHARMACY, Kind.CHRONIC_PHARMACY)), 0, 1)
    )
    lines = np.array(FEWEST)[sort] + draws.below("lines", like, np.array(MORE)[sort])
    lines += rows.stay * A_NIGHT * (claims.end - claims.begin)
    own = claims.own != 0
    count = lines + own  # what is outside the catalogue is a line of its own, the last
    claim = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    turn = np.arange(len(claim)) - first[claim]
    alone = own[claim] & (turn == count[claim] - 1)
    key = like[claim] * WIDEST + turn
    weight = (20 + draws.below("weight", key, 100)) * ~alone
    class_b = (draws.chance("class b", key, 400_000) | (turn == 0)) & ~alone
    scope = _shared(claims.in_scope, weight, claim, first)
    prepay = _shared(claims.prepay, weight * class_b, claim, first)
    over = np.where(turn == 0, claims.over[claim], 0)
    own_part = np.where(alone, claims.own[claim], 0)
    total = scope + prepay + over + own_part
    items = _items()
    item = draws.below("item", key, len(items))
    number = np.array(COUNTS)[draws.below("count", key, len(COUNTS))]
    sign = np.where(claims.refund, -1, 1)[claim]
    settlement = pa.array(claim)
    level = np.where(alone, 2, class_b.astype(np.int64))
    serial = rows.number("3", claims.key)
    return pa.table(
        {
            "setl_id": serial.take(settlement),
            "mdtrt_id": rows.visit_numbers.take(settlement),
            "bkkp_sn": glued("", digits(turn + 1, 4)),
            "init_feedetl_sn": glued("", digits(turn + 1, 4), empty=sign > 0),
            "fixmedins_code": rows.place["fixmedins_code"].take(settlement),
            "psn_no": rows.person["psn_no"].take(pa.array(claims.person[claim])),
            "insu_admdvs": named(0 * claim, [AREA]),
            "med_type": named(claims.med[claim], MED_TYPES),
            "fee_ocur_time": times(claims.begin[claim] * DAY + 30_000 + draws.below("minute", key, 400) * 60),
            "cnt": decimal_from_units(pa.array(sign * number * 10_000), 4),
            "pric": decimal_from_units(pa.array(sign * total * 10_000 // number), 6),
            "det_item_fee_sumamt_fen": pa.array(total),
            "fulamt_ownpay_amt_fen": pa.array(own_part),
            "overlmt_selfpay_fen": pa.array(over),
            "preselfpay_amt_fen": pa.array(prepay),
            "inscp_amt_fen": pa.array(scope),
            "chrgitm_lv": named(level, ["01", "02", "03"]),
            "list_type": named(item, [one[1] for one in items]),
            "med_list_codg": named(item, [one[3] for one in items]),
            "medins_list_name": named(item, [one[0] for one in items]),
            "med_chrgitm_type": named(item, [one[2] for one in items]),
            "vali_flag": named(0 * claim, ["1"]),
            "poolarea_no": named(0 * claim, [AREA]),
        }
    )


def _shared(sums: Ints, weight: Ints, claim: Ints, first: Ints) -> Ints:
    """Sums split over their lines by weight, to the fen: each line gets the step of a running share, rounded down."""
    running = np.concatenate([[0], np.cumsum(weight)])
    start = running[first]
    whole = (running[np.append(first[1:], len(weight))] - start)[claim]
    size, sign = np.abs(sums)[claim], np.sign(sums)[claim]
    upper, lower = (running[1:] - start[claim]), (running[:-1] - start[claim])
    parts: Ints = sign * (size * upper // whole - size * lower // whole)
    return parts
