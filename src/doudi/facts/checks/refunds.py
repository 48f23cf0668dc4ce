"""Refunds: each takes back one settlement that is there, once, to the fen in every sum."""

from __future__ import annotations

from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from doudi.facts.checks.found import Fen, Found
from doudi.facts.declare import Table
from doudi.facts.rows import REFUND_FLAGS


def refunds(found: Found, table: Table) -> None:
    """All rules about refund rows of a table of settlements."""
    data = found.data
    back = pc.is_valid(data["init_setl_id"])
    flagged = pc.is_in(data["refd_setl_flag"], value_set=pa.array(REFUND_FLAGS))
    found.add("refund-names-none", "error", pc.and_not(flagged, back), "标为退费，但没有填原结算ID")
    if not pc.any(back).as_py():
        return
    if found.has("refd_setl_flag"):
        found.add(
            "refund-not-flagged", "notice", pc.and_not(back, flagged), "有原结算ID，但退费结算标志不是 1 或 2"
        )
    place = pc.index_in(data["init_setl_id"], value_set=data["setl_id"])
    lost = pc.and_(back, pc.is_null(place))
    originals, whole = data["init_setl_id"], data["medfee_sumamt_fen"]
    found.add("refund-of-unknown", "error", lost, "原结算 ", originals, " 不在数据中", amount=whole)
    _again(found, back)
    _exact(found, table, place)


def _again(found: Found, back: pa.ChunkedArray) -> None:
    """A settlement taken back twice, and a refund taken back in turn."""
    originals = found.data["init_setl_id"]
    counted = pc.value_counts(originals.filter(back))
    twice = counted.field(0).filter(pc.greater(counted.field(1), 1))
    again = pc.and_(back, pc.is_in(originals, value_set=twice))
    whole = found.data["medfee_sumamt_fen"]
    found.add("refunded-twice", "error", again, "原结算 ", originals, " 被退费不止一次", amount=whole)
    of_refund = pc.and_(back, pc.is_in(originals, value_set=found.data["setl_id"].filter(back)))
    found.add("refund-of-refund", "error", of_refund, "原结算 ", originals, " 本身是退费行")


def _exact(found: Found, table: Table, place: pa.ChunkedArray) -> None:
    """Every sum of a refund is the exact negation of its original's."""
    data, known = found.data, pc.is_valid(place)
    refund, original = data.filter(known), data.take(place.filter(known))
    names, differs = [], []
    for name in data.column_names:
        national = name.removesuffix("_fen")
        column = table.by_name.get(national) or table.open_column(national)
        if not name.endswith("_fen") or column is None or column.signed or not found.has(name):
            continue
        missed = pc.not_equal(_together(refund[name], original[name]), 0)
        differs.append(missed)
        names.append(pc.if_else(missed, f"、{column.zh}", ""))
    columns = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*names, ""), 1)
    whole = _together(refund["medfee_sumamt_fen"], original["medfee_sumamt_fen"])
    message = (
        "与原结算 ",
        refund["init_setl_id"],
        " 不是正负相抵：",
        columns,
        "；总额相差 ",
        Fen(whole),
        " 元",
    )
    inner = Found(refund)
    inner.add("refund-negates", "error", reduce(pc.or_, differs), *message, amount=whole)
    found.parts += inner.parts


def _together(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.Array:
    """Both sums added; in one piece, since the two were cut from different places."""
    return pc.add(one.combine_chunks().fill_null(0), other.combine_chunks().fill_null(0))
