"""`doudi bench all`: every figure of one run, each beside what it is measured against."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from doudi.bench import machine
from doudi.bench.fresh import measured
from doudi.bench.ledgers import Ledgers, bench_ledgers
from doudi.bench.peers.compare import compare
from doudi.bench.settle import Setting, run_batch, run_loop, warm
from doudi.common.errors import DoudiError

RICHEST = Path(__file__).with_name("richest.yaml")
WHAT_IF = 1_000_000
SPARK = 500_000
#: Growth is shown from a tenth of the size asked for.
PARTS = (10, 5, 2, 1)


def bench_all(
    setting: Setting, claims: int = 10_000_000, environments: Path = Path(), *, people: int = 1_000_000
) -> dict[str, Any]:
    """Measure all there is to measure; what this machine lacks is named in place of its figure."""
    warm(setting)
    growth = [run_batch(setting, setting.county(claims // part), floor=part == 1) for part in PARTS]
    county = setting.county(min(claims, WHAT_IF))
    asked = {"claims": str(county.claims), "persons": str(county.persons), **setting.chosen}
    setting.say("试算 What-if")
    whatif = measured("doudi.bench.change:whatif", asked | {"threads": setting.threads})
    loop = run_loop(setting, county)
    stays = run_loop(setting, setting.stays(min(claims, WHAT_IF)))
    rich = replace(setting, policy=str(RICHEST))
    setting.say("最丰富的随机政策 The richest random policy")
    richest = run_batch(rich, county) | {"loop": run_loop(rich, county)}
    return {
        "machine": machine.facts(), "policy": setting.policy, "batch": growth[-1], "loop": loop, "loop_stays": stays, "whatif": whatif,
        "growth": growth, "linear": linear([one["claims"] for one in growth], [one["seconds"] for one in growth]), "richest": richest,
        "spark": _spark(setting, min(claims, SPARK)), "peers": _peers(setting, environments),
        "ledgers": bench_ledgers(Ledgers(setting.folder, setting.threads, setting.runs, setting.say), people),
    }  # fmt: skip


def linear(claims: list[int], seconds: list[float]) -> dict[str, float]:
    """The straight line through the sizes: seconds to begin with and per million claims, and the farthest any size lies from it."""
    slope, start = np.polyfit(np.array(claims) / 1e6, np.array(seconds), 1)
    line = start + slope * np.array(claims) / 1e6
    off = np.abs(np.array(seconds) / line - 1)
    return {
        "start": round(float(start), 3),
        "per_million": round(float(slope), 3),
        "off": round(float(off.max()), 3),
    }


def _spark(setting: Setting, claims: int) -> dict[str, Any]:
    if find_spec("pyspark") is None:
        return {"why": "没有安装 pyspark（pip install 'doudi[spark]'） · no pyspark"}
    county = setting.county(claims)
    setting.say(f"{claims:,} 笔：Spark")
    asked = {
        "claims": str(county.claims),
        "persons": str(county.persons),
        "threads": setting.threads,
        **setting.chosen,
    }
    try:
        return measured("doudi.bench.on_spark:parity", asked, tree=True)
    except DoudiError as fault:
        return {"why": str(fault)}


def _peers(setting: Setting, environments: Path) -> list[dict[str, Any]]:
    setting.say("同一条规则：OpenFisca、zen-engine、Decimal The same rule elsewhere")
    return [peer.to_dict() for peer in compare(environments)]
