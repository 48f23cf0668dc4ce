"""What every run must keep, checked on what came out (not on how it was made): the bill balances, nobody pays back,
no cap is passed, what is in scope never grows. A block that breaks a promise is refused whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from doudi.common.errors import EngineFault
from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.encode import Encoded

BALANCED, UNBALANCED, NEGATIVE, OVER_CAP, SCOPE = range(5)
_SAY = {
    UNBALANCED: "各层支付与个人负担之和不等于医疗费总额",
    NEGATIVE: "出现负的支付",
    OVER_CAP: "支付超过封顶线",
    SCOPE: "政策范围内费用与先行自付之和变了",
}


def check_block(encoded: Encoded, compiled: Compiled, paid: Any, left: Any, parts: Any) -> None:
    """Raise `EngineFault` at the first claim that breaks a promise. Arrays stand in the loop's order."""
    claims = encoded.claims
    where, what = _check(claims.amounts, claims.flags, paid, left, parts)
    if what == BALANCED:
        where, what = _check_caps(claims, compiled.tables, paid)
    if what != BALANCED:
        raise EngineFault(
            f"结算自检不通过：{_SAY[what]}",
            where=f"块内第 {where + 1} 笔",
            do="请保留输入并报告；本次没有写出任何结果",
        )


@njit(cache=True, nogil=True)
def _check(amounts: Any, flags: Any, paid: Any, left: Any, parts: Any) -> tuple[int, int]:
    for i in range(paid.shape[0]):
        sign = -1 if flags[i] & c.REFUND else 1
        total = left[i]
        for k in range(paid.shape[1]):
            if sign * paid[i, k] < 0:
                return i, NEGATIVE
            total += paid[i, k]
        if sign * left[i] < 0:
            return i, NEGATIVE
        if total != amounts[i, 0]:
            return i, UNBALANCED
        if parts[i, 0] + parts[i, 1] != amounts[i, 4] + amounts[i, 3]:
            return i, SCOPE
    return 0, BALANCED


@njit(cache=True, nogil=True)
def _check_caps(claims: Any, tables: Any, paid: Any) -> tuple[int, int]:
    """Yearly payment caps, summed anew from payments alone: money in a cap's pool after a claim is within the limit then in force,
    unless it was above it before."""
    pools = tables.sizes[1]
    sums = np.zeros(pools, np.int64)
    year = 0
    starts = True
    for i in range(paid.shape[0]):
        starts = starts or claims.person[i] != 0
        if claims.flags[i] & c.REFUND:
            continue
        if starts or claims.year[i] != year:
            sums[:] = 0
            year = claims.year[i]
            starts = False
        for place in range(tables.count[claims.combo[i]]):
            rule = tables.rules[tables.rule[claims.combo[i], place]]
            amount = paid[i, tables.layer[claims.combo[i], place]]
            for k in range(rule[c.CAP_OFF], rule[c.CAP_OFF] + rule[c.CAP_N]):
                if tables.caps[k, c.CAP_ON] != c.ON_PAYMENT:
                    continue
                limit = tables.caps[k, c.CAP_LIMIT]
                if limit >= c.NEVER:
                    continue
                if tables.caps[k, c.RAISE_PER_YEAR] > 0:
                    limit += limit * tables.caps[k, c.RAISE_MOST] // c.PPM + 1
                if tables.caps[k, c.CAP_PER] == c.PER_DAY:
                    limit *= claims.days[i]
                if amount > limit:
                    return i, OVER_CAP
                if tables.caps[k, c.CAP_PER] == c.PER_YEAR:
                    pool = tables.caps[k, c.CAP_POOL]
                    if amount > 0 and sums[pool] + amount > limit:
                        return i, OVER_CAP
                    if not claims.flags[i] & c.CANCELLED:
                        sums[pool] += amount
    return 0, BALANCED
