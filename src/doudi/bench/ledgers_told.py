"""Measurements of ledgers as lines for people, as `told` has them: a figure whose result is not right is not told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from doudi.bench.told import BREAKS, HOLDS, Line, lines_of_all

READ_RATIO, RETURNED_RATIO = 3.0, 1.5
READ_PER_S, COMMITTED_PER_S = 100_000, 30_000
RECONCILED_SECONDS, LINKED_PER_S = 10.0, 100_000
MILLION = 1_000_000
PRECISION, RECALL = 0.999, 0.98
WRONG = "结果不对 result is not right"

Found = dict[str, Any]


def lines_of_everything(found: Found) -> Iterator[Line]:
    """What one run of `bench all` measured."""
    yield from lines_of_all(found)
    yield from lines_of_ledgers(found["ledgers"])


def lines_of_ledgers(found: Found) -> Iterator[Line]:
    """Everything about ledgers: the whole size with its budgets, then how it grew."""
    whole, states, pairs = found["imports"][-1], found["reconciled"][-1], found["linked"][-1]
    yield _read(whole, budget=True)
    yield _committed(
        whole["committed"], "登记人口写入新登记库 Population, fresh register", whole["committed"], budget=True
    )
    if whole["second"]:
        yield _committed(whole["second"], "　再写居民参保 then resident insurance", None, budget=True)
    yield from _workbook(found["workbook"])
    yield _states(states, budget=found["people"] >= MILLION)
    yield _memory(
        "　快照写成 snapshot written", states["kept_peak_mb"], _s(states["kept_seconds"]), states["rows"]
    )
    yield from _pairs(pairs)
    for size in found["imports"]:
        yield _read(size, budget=False)
        yield _committed(
            size["committed"], f"　写入 committed, {size['people']:,} 人", size["committed"], budget=False
        )
    yield from (_states(one, budget=False) for one in found["reconciled"])
    yield from (_linked(one, budget=False) for one in found["linked"])


def _read(found: Found, *, budget: bool) -> Line:
    one = found["read"]
    name = "读取核查 CSV Read and checked" if budget else "　读取核查 read and checked"
    beside = f"{_s(one['seconds'])}，{one['bytes'] / 1e6:.0f} MB，内存 memory {one['peak_mb']:,} MB"
    least = f"≥ {READ_PER_S:,} 行/s" if budget else ""
    return _line(
        f"{name}, {one['rows']:,} 行",
        f"{one['per_s']:,} 行/s",
        beside,
        "",
        least,
        one["per_s"] >= READ_PER_S,
        one["right"],
    )


def _committed(one: Found, name: str, memory: Found | None, *, budget: bool) -> Line:
    told = [
        _s(one["commit_seconds"]),
        f"连同读取 with reading {_s(one['read_seconds'] + one['commit_seconds'])}",
    ]
    if memory:
        told += [f"内存 memory {memory['peak_mb']:,} MB", f"库 register {memory['bytes'] / 1e6:,.0f} MB"]
    least = f"≥ {COMMITTED_PER_S:,} 行/s" if budget else ""
    rate = f"{one['per_s']:,} 行/s"
    return _line(
        f"{name}, {one['rows']:,} 行",
        rate,
        "，".join(told),
        "",
        least,
        one["per_s"] >= COMMITTED_PER_S,
        one["right"],
    )


def _workbook(found: Found) -> Iterator[Line]:
    read, reader, back, saved = (found[key] for key in ("read", "reader", "returned", "openpyxl"))
    beside = f"calamine {_s(reader['seconds'])}，内存 memory {read['peak_mb']:,} / {reader['peak_mb']:,} MB"
    ratio = found["read_ratio"]
    yield _line(f"读取核查工作簿 Workbook read and checked, {read['rows']:,} 行", _s(read["seconds"]), beside, f"{ratio:.2f}",
                f"≤ {READ_RATIO:g}", ratio <= READ_RATIO, read["right"])  # fmt: skip
    beside = f"openpyxl {_s(saved['seconds'])}，内存 memory {back['peak_mb']:,} / {saved['peak_mb']:,} MB"
    ratio = found["returned_ratio"]
    yield _line("退回工作簿 Workbook handed back", _s(back["seconds"]), beside, f"{ratio:.2f}", f"≤ {RETURNED_RATIO:g}",
                ratio <= RETURNED_RATIO, back["right"])  # fmt: skip


def _states(one: Found, *, budget: bool) -> Line:
    name = "五本台账归类 Reconciled" if budget else "　归类 reconciled"
    beside = f"{one['rows']:,} 行台账 rows，内存 memory {one['peak_mb']:,} MB"
    most = f"≤ {RECONCILED_SECONDS:g} s" if budget else ""
    return _line(
        f"{name}, {one['people']:,} 人",
        _s(one["seconds"]),
        beside,
        "",
        most,
        one["seconds"] <= RECONCILED_SECONDS,
        one["right"],
    )


def _memory(name: str, mb: int, measured: str, rows: int) -> Line:
    return (name, measured, f"{rows:,} 行 rows，内存 memory {mb:,} MB", "", "", "")


def _pairs(one: Found) -> Iterator[Line]:
    yield _linked(one, budget=True)
    right = f"精确率 precision {one['precision']:.4f}，召回率 recall {one['recall']:.4f}，待人工 queued {one['queued']:.2%}"
    yield ("　认得对不对 how right", right, "", "", f"≥ {PRECISION}，≥ {RECALL}", _verdict(_right(one)))
    if splink := one["splink"]:
        ratio = f"{one['seconds'] / splink['seconds']:.2f}"
        beside = (
            f"{splink['per_s']:,} 条/s，{splink['pairs']:,} 对 pairs，内存 memory {splink['peak_mb']:,} MB"
        )
        yield ("　Splink 本身 alone", _s(splink["seconds"]), beside, ratio, "", "")


def _linked(one: Found, *, budget: bool) -> Line:
    """A record is a person to be found or a row to be placed: the linkage reads and compares both."""
    name = "认人 Linked" if budget else "　认人 linked"
    beside = f"{_s(one['seconds'])}，待认 to be placed {one['loose_per_s']:,} 行/s，内存 memory {one['peak_mb']:,} MB"
    least = f"≥ {LINKED_PER_S:,} 条/s" if budget else ""
    title = f"{name}, {one['records']:,} 行对 against {one['people']:,} 人"
    return _line(
        title, f"{one['per_s']:,} 条/s", beside, "", least, one["per_s"] >= LINKED_PER_S, _right(one)
    )


def _right(one: Found) -> bool:
    return bool(one["precision"] >= PRECISION and one["recall"] >= RECALL)


def _line(name: str, measured: str, beside: str, ratio: str, budget: str, holds: bool, right: bool) -> Line:
    if not right:
        return (name, "—", WRONG, "", budget, BREAKS)
    return (name, measured, beside, ratio, budget, _verdict(holds) if budget else "")


def _verdict(holds: bool) -> str:
    return HOLDS if holds else BREAKS


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"
