"""The rule in plain Python with Decimal, as a careful person would write it: the right answer, and a speed.

Run by itself: `by_decimal.py FOLDER ROWS`; needs the standard library alone.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from array import array
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

FEN = Decimal("0.01")
Category = tuple[Decimal, list[Decimal], Decimal | None]


def pay(total: Decimal, edges: list[Decimal], category: Category) -> Decimal:
    """What the insurance pays on a yearly sum, in yuan."""
    deductible, ratios, cap = category
    paid, low = Decimal(0), Decimal(0)
    for edge, ratio in zip([*edges, None], ratios, strict=True):
        high = total if edge is None or edge > total else edge
        paid += max(high - max(low, deductible), Decimal(0)) * ratio
        if edge is None or edge >= total:
            break
        low = edge
    paid = paid.quantize(FEN, ROUND_HALF_UP)
    return min(paid, cap) if cap is not None else paid


def main(folder: Path, count: int) -> None:
    """Work out the first rows and say how long each of three goes took."""
    rule = json.loads((folder / "rule.json").read_text(encoding="utf-8"))
    edges = [Decimal(edge) / 100 for edge in rule["edges"]]
    categories: list[Category] = [
        (Decimal(one["deductible"]) / 100, [Decimal(p) / 100 for p in one["per_cent"]], None if one["cap"] < 0 else Decimal(one["cap"]) / 100)
        for one in rule["categories"]
    ]  # fmt: skip
    sums, kinds = array("q"), array("q")
    sums.frombytes((folder / "sums.i64").read_bytes())
    kinds.frombytes((folder / "categories.i64").read_bytes())
    asked = [
        (Decimal(fen) / 100, categories[kind]) for fen, kind in zip(sums[:count], kinds[:count], strict=True)
    ]
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        paid = [pay(total, edges, category) for total, category in asked]
        seconds.append(time.perf_counter() - begun)
    (folder / "paid.i64").write_bytes(array("q", [int(yuan * 100) for yuan in paid]).tobytes())
    told = {"rows": len(paid), "seconds": seconds, "version": f"Python {platform.python_version()}"}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
