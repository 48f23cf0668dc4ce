"""A detail row of the loop as named steps (manual §8), for people and for comparison with the oracle."""

from __future__ import annotations

from typing import Any

from doudi.common.money import round_div
from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled


def layer_steps(compiled: Compiled, code: str, row: Any, age: int) -> dict[str, int]:
    """The steps of one layer of one claim, in fen; empty where the layer did not apply."""
    if row[c.D_RULE] < 0:
        return {}
    rule = compiled.tables.rules[int(row[c.D_RULE])]
    steps = {"base": row[c.D_BASE], "deductible": row[c.D_DEDUCTIBLE], "counted": row[c.D_COUNTED]}
    if rule[c.KIND] == c.SHARE_KIND:
        steps |= {
            "deductible_standard": row[c.D_STANDARD],
            "deductible_before": row[c.D_BEFORE],
            "deductible_left": row[c.D_DED_LEFT],
        }
        for number, (_, _, length, ratio) in enumerate(band_lengths(compiled, row, age), 1):
            steps[f"band{number}"] = round_div(length * ratio, c.PPM)
    steps["gross"] = row[c.D_GROSS]
    if abs(row[c.D_CAP_ROOM]) != c.NEVER:
        steps |= {"cap_room": row[c.D_CAP_ROOM], "cap_left": row[c.D_CAP_LEFT]}
    steps |= {"paid": row[c.D_PAID], "copay": row[c.D_COPAY], "over": row[c.D_OVER], "left": row[c.D_LEFT]}
    return {f"{code}.{name}": int(value) for name, value in steps.items()}


def band_lengths(compiled: Compiled, row: Any, age: int) -> list[tuple[int, int, int, int]]:
    """Per band of a layer's rule: (from, to, length counted in it now, ratio in ppm); negative lengths on a refund."""
    rule = compiled.tables.rules[int(row[c.D_RULE])]
    sign = -1 if row[c.D_PAID] < 0 or row[c.D_COUNTED] < 0 else 1
    start = sign * int(row[c.D_FROM])
    end = start + sign * int(row[c.D_COUNTED])
    out, low = [], 0
    for b in range(int(rule[c.BAND_OFF]), int(rule[c.BAND_OFF] + rule[c.BAND_N])):
        high, ratio, slope, most = (int(v) for v in compiled.tables.bands[b])
        if slope:
            ratio = min(max(ratio + slope * age, 0), most)
        out.append((low, high, sign * max(min(end, high) - max(start, low), 0), ratio))
        low = high
    return out
