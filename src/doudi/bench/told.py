"""Measurements as lines for people: what was measured, beside what, against which budget, and whether it holds.

A budget that does not hold keeps its figure; a peer that differs gets no speed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

COLUMNS = ("项目 Work", "测得 Measured", "对照 Beside", "比 Ratio", "预算 Budget", "")
Line = tuple[str, str, str, str, str, str]

RATIO, LOOP, WHAT_IF, LINEAR = 1.5, 20_000_000, 1.0, 0.1
HOLDS, BREAKS = "✓", "超出 over"


def lines_of_settle(found: dict[str, Any]) -> Iterator[Line]:
    """The batch on one size, its floor, the loop alone."""
    yield _batch(f"批量结算 Batch, {found['claims']:,} 笔", found)
    yield _loop(
        "结算循环 Loop alone",
        found["kernel_per_s"],
        found["kernel_one_core_per_s"],
        found["layers_per_claim"],
        True,
    )
    yield ("内存峰值 Peak memory", f"{found['peak_mb']:,} MB", f"{found['floor_peak_mb']:,} MB", "", "", "")
    yield _sums(found)


def lines_of_all(found: dict[str, Any]) -> Iterator[Line]:
    """Everything that one run measured."""
    batch, loop, stays, whatif, rich = (
        found[key] for key in ("batch", "loop", "loop_stays", "whatif", "richest")
    )
    yield _batch(f"批量结算 Batch, {batch['claims']:,} 笔", batch)
    yield _loop("结算循环 Loop alone", loop["per_s"], loop["one_core_per_s"], loop["layers_per_claim"], True)
    yield _loop(
        "　全为住院 stays only", stays["per_s"], stays["one_core_per_s"], stays["layers_per_claim"], False
    )
    yield ("内存峰值 Peak memory", f"{batch['peak_mb']:,} MB", f"{batch['floor_peak_mb']:,} MB", "", "", "")
    yield _sums(batch)
    seconds = whatif["file_seconds"]
    yield (f"试算 What-if, {whatif['claims']:,} 笔", _s(seconds), f"内存中 in memory {_s(whatif['memory_seconds'])}", "", f"< {WHAT_IF:g} s",
           _verdict(seconds < WHAT_IF))  # fmt: skip
    for one in found["growth"]:
        yield (
            f"　{one['claims']:,} 笔",
            _s(one["seconds"]),
            _noise(one),
            f"{one['seconds'] / one['claims'] * 1e6:.2f} s/百万",
            "",
            "",
        )
    linear = found["linear"]
    yield ("增长 Growth", f"{linear['start']:.2f} + {linear['per_million']:.2f} s/百万 per million", f"最多偏离 off by {linear['off']:.1%}", "", "线性 linear",
           _verdict(linear["off"] <= LINEAR))  # fmt: skip
    yield _batch(f"最丰富的随机政策 Richest random policy, {rich['claims']:,} 笔", rich, budget=False)
    yield _loop(
        "　结算循环 loop",
        rich["loop"]["per_s"],
        rich["loop"]["one_core_per_s"],
        rich["loop"]["layers_per_claim"],
        False,
    )
    yield _spark(found["spark"])
    yield from (_peer(one) for one in found["peers"])


def _batch(name: str, found: dict[str, Any], *, budget: bool = True) -> Line:
    holds = _verdict(found["ratio"] <= RATIO) if budget else ""
    return (
        name,
        _s(found["seconds"]),
        f"读、排序、写 floor {_s(found['floor_seconds'])}",
        f"{found['ratio']:.2f}",
        f"≤ {RATIO}" if budget else "",
        holds,
    )


def _loop(name: str, per_s: int, one_core: int, layers: float, budget: bool) -> Line:
    beside = f"一核 one core {_m(one_core)}，每笔 {layers} 层 layers"
    return (
        name,
        f"{_m(per_s)} 笔/s",
        beside,
        "",
        f"≥ {_m(LOOP)} 笔/s" if budget else "",
        _verdict(per_s >= LOOP) if budget else "",
    )


def _sums(found: dict[str, Any]) -> Line:
    return (
        "总额到分相等 Sums equal to the fen",
        "是 yes" if found["total_fen_equal"] else "否 no",
        "",
        "",
        "是 yes",
        _verdict(found["total_fen_equal"]),
    )


def _spark(found: dict[str, Any]) -> Line:
    if "why" in found:
        return ("Spark", "—", found["why"], "", "行行相同 same rows", "")
    same = found["differing"] == 0 and found["rows"] == found["claims"]
    measured = (
        f"{found['claims']:,} 行相同 same rows" if same else f"{found['differing']:,} 行不同 rows differ"
    )
    beside = (
        f"Spark {_s(found['spark_seconds'])}，DuckDB {_s(found['duckdb_seconds'])}，{found['peak_mb']:,} MB"
    )
    return ("Spark", measured, beside, "", "行行相同 same rows", _verdict(same))


def _peer(one: dict[str, Any]) -> Line:
    name = f"同一条规则 Same rule: {one['name']}"
    beside = " ".join(filter(None, (one["version"], f"{one['rows']:,} 行 rows")))
    if one["why"]:
        return (name, "—", one["why"], "", "", "")
    if one["differs"]:
        return (
            name,
            f"differs on {one['differs']:,} rows, at most {one['most_fen']:,} fen",
            beside,
            "",
            "",
            "",
        )
    return (name, f"{one['rows_per_s']:,} 行/s rows/s", beside, "", "", "")


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _m(rate: int) -> str:
    return f"{rate / 1e6:.1f} M"


def _noise(one: dict[str, Any]) -> str:
    return (
        f"{one['runs']} 次中位数 runs，相差 spread {one['spread']:.0%}"
        if one["spread"] is not None
        else "1 次 run"
    )


def _verdict(holds: bool) -> str:
    return HOLDS if holds else BREAKS


def line_of_machine(facts: dict[str, Any]) -> str:
    """The machine on one line."""
    known = [
        f"{name} {value}"
        for name, value in facts.items()
        if name not in ("cores", "processor", "memory_mb", "system", "load")
    ]
    memory = f"{facts['memory_mb'] // 1000} GB" if facts["memory_mb"] else ""
    head = (
        f"{facts['cores']} 核 cores",
        facts["processor"],
        memory,
        facts["system"],
        f"load {facts['load']}",
    )
    return "；".join(filter(None, (*head, "，".join(known))))
