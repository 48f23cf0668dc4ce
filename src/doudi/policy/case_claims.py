"""The claims of a case: national names in yuan become the inside form of `settlements`, what is left out filled.

The rules of filling are the manual's (§8), so that a case says no more than its source does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from doudi.common.dates import parse_time
from doudi.common.errors import DoudiError
from doudi.common.money import fen_from_text
from doudi.facts.declare import Column
from doudi.facts.settlements import TABLE as SETTLEMENTS
from doudi.policy.faults import at, near
from doudi.policy.text import Document, Loc
from doudi.policy.values import BadValue, read_date, read_number

#: The parts of a bill, in fen; together they are the whole.
PARTS = ("fulamt_ownpay_amt_fen", "overlmt_selfpay_fen", "preselfpay_amt_fen", "inscp_amt_fen")
TOTAL, IN_SCOPE, OWN = "medfee_sumamt_fen", "inscp_amt_fen", "fulamt_ownpay_amt_fen"
_COLUMNS = {c.name: c for c in SETTLEMENTS if c.kind != "number" and c.sensitivity != "identifying"}


def read_claims(
    document: Document, rows: Sequence[Mapping[str, Any]], faults: list[DoudiError]
) -> list[dict[str, Any]]:
    """The claims of a case in the inside form; adds to `faults` what cannot be read."""
    claims = []
    for i, row in enumerate(rows):
        claim: dict[str, Any] = {}
        for name, raw in row.items():
            column = _COLUMNS.get(name) or SETTLEMENTS.open_column(name)
            if column is None:
                allowed = "国家字段名（docs/reference/facts.md），或 cost_名称"
                what = "结算没有这一列"
                faults.append(at(document, ("claims", i, name), what, allowed, near(name, _COLUMNS)))
            elif raw is not None:
                _take(document, ("claims", i, name), column, raw, claim, faults)
        if row.get("enddate") is None:
            faults.append(at(document, ("claims", i), "缺少 enddate", do="补上出院（结束）日期"))
        _fill(claim, i + 1)
        if claim.get("begndate") and claim["begndate"] > claim.get("enddate", claim["begndate"]):
            faults.append(at(document, ("claims", i, "begndate"), "begndate 晚于 enddate", do="核对日期"))
        if sum(claim[part] for part in PARTS) != claim[TOTAL]:
            what = "四部分费用之和不等于 medfee_sumamt"
            allowed = "全自费、超限价、先行自付、符合范围相加等于总额"
            faults.append(at(document, ("claims", i), what, allowed, "改正，或省去其一由系统补足"))
        claims.append(claim)
    return claims


def _take(
    document: Document, loc: Loc, column: Column, raw: Any, claim: dict[str, Any], faults: list[DoudiError]
) -> None:
    try:
        if not isinstance(raw, str):
            raise BadValue("这里要写一个值", "文字、日期或金额")
        claim[column.inside] = _read(column, raw)
    except BadValue as bad:
        faults.append(at(document, loc, bad.what, bad.allowed))
    except DoudiError as error:
        faults.append(at(document, loc, error.what, error.allowed, error.do))


def _read(column: Column, raw: str) -> Any:
    if column.kind == "money":
        return fen_from_text(raw)
    if column.kind == "date":
        return read_date(raw)
    if column.kind == "time":
        return parse_time(raw)
    return read_number(raw) if column.kind == "count" else raw


def _fill(claim: dict[str, Any], number: int) -> None:
    claim.setdefault("setl_id", f"S{number:03d}")
    claim.setdefault("mdtrt_id", f"M{number:03d}")
    claim.setdefault("out_flag", "0")
    if ended := claim.get("enddate"):
        claim.setdefault("begndate", ended)
        claim.setdefault("setl_time", dt.datetime.combine(ended, dt.time()))
    if TOTAL in claim and IN_SCOPE in claim and OWN not in claim:
        # What a page calls the bill and what it calls in scope: the rest is out of the catalogue.
        rest = claim[TOTAL] - sum(claim.get(part, 0) for part in PARTS)
        if rest * claim[TOTAL] > 0:
            claim[OWN] = rest
    others = sum(claim.get(part, 0) for part in PARTS if part != IN_SCOPE)
    if IN_SCOPE not in claim:
        claim[IN_SCOPE] = claim[TOTAL] - others if TOTAL in claim else 0
    for part in PARTS:
        claim.setdefault(part, 0)
    claim.setdefault(TOTAL, others + claim[IN_SCOPE])
