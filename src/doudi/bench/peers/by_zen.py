"""The rule in zen-engine, as its editor makes it: a decision table chooses the figures, an expression node works them out.

Run with its own interpreter: `by_zen.py FOLDER ROWS`. A decision is asked claim by claim; it has no other way.
"""

from __future__ import annotations

import json
import sys
import time
from array import array
from importlib.metadata import version
from pathlib import Path
from typing import Any

import zen

MOST = 1e12  # stands for no edge and no cap


def decision(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule as a decision model."""
    edges = [edge / 100 for edge in rule["edges"]]
    outputs = ["deductible", "cap", *(f"r{k}" for k in range(len(edges) + 1))]
    table = []
    for number, one in enumerate(rule["categories"]):
        figures = [
            one["deductible"] / 100,
            one["cap"] / 100 if one["cap"] >= 0 else MOST,
            *(p / 100 for p in one["per_cent"]),
        ]
        table.append(
            {"_id": f"row{number}", "kind": str(number), **{f"o{k}": repr(v) for k, v in enumerate(figures)}}
        )
    bands = [
        f"max([min([total, {high}]) - max([{low}, deductible]), 0]) * r{k}"
        for k, (low, high) in enumerate(zip([0, *edges], [*edges, MOST], strict=True))
    ]
    expressions = [
        {"id": "gross", "key": "gross", "value": " + ".join(bands)},
        {"id": "paid", "key": "paid", "value": "min([round($.gross * 100) / 100, cap])"},
    ]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "content": {}},
        {"id": "figures", "type": "decisionTableNode", "name": "figures", "content": {
            "hitPolicy": "first", "inputs": [{"id": "kind", "name": "kind", "field": "kind"}],
            "outputs": [{"id": f"o{k}", "name": name, "field": name} for k, name in enumerate(outputs)],
            "rules": table, "passThrough": True, "inputField": None, "outputPath": None, "executionMode": "single",
        }},
        {"id": "sum", "type": "expressionNode", "name": "sum", "content": {"expressions": expressions}},
        {"id": "out", "type": "outputNode", "name": "out", "content": {}},
    ]  # fmt: skip
    ways = zip(("in", "figures", "sum"), ("figures", "sum", "out"), strict=True)
    edges_of = [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in ways]
    placed = [node | {"position": {"x": 0, "y": 0}} for node in nodes]
    return {"contentType": "application/vnd.gorules.decision", "nodes": placed, "edges": edges_of}


def main(folder: Path, count: int) -> None:
    """Ask the decision for each of the first rows, three times."""
    rule = json.loads((folder / "rule.json").read_text(encoding="utf-8"))
    sums, kinds = array("q"), array("q")
    sums.frombytes((folder / "sums.i64").read_bytes())
    kinds.frombytes((folder / "categories.i64").read_bytes())
    asked = [
        {"total": fen / 100, "kind": kind} for fen, kind in zip(sums[:count], kinds[:count], strict=True)
    ]
    engine = zen.ZenEngine()
    made = engine.create_decision(json.dumps(decision(rule)))
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        paid = [made.evaluate(one)["result"]["paid"] for one in asked]
        seconds.append(time.perf_counter() - begun)
    (folder / "paid.i64").write_bytes(array("q", [round(yuan * 100) for yuan in paid]).tobytes())
    told = {"rows": len(paid), "seconds": seconds, "version": f"zen-engine {version('zen-engine')}"}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
