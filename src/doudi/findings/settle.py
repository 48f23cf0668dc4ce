"""Settling many claims: from files or the store, through the loop, to result files that balance or do not appear.

One row per settlement with the national fund columns; on request one row per settlement and layer in the shape of the
interface's `setldetail`. Results are written beside their place and swapped in, the manifest last.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.errors import EngineFault, InputFault
from doudi.common.money import yuan_text
from doudi.engine.settle.results import DETAIL_SCHEMA, RESULT_SCHEMA, detail_rows, result_rows
from doudi.engine.settle.run import Outcome, Settler, fund_sums, whole_persons
from doudi.engine.settle.strings import fingerprints, text_of
from doudi.facts.edges import replaced
from doudi.findings.ahead import Behind, ahead
from doudi.findings.bills import coded, refuse_unequal
from doudi.findings.output import TableFile
from doudi.policy.meaning import fingerprint
from doudi.policy.schema import FUNDS
from doudi.policy.usage import unconfirmed

BLOCK_ROWS = 250_000


@dataclass(frozen=True)
class Summary:
    """What a run did. Sums in fen; `layers` and `funds` in the policy's and the national order."""

    policy: str
    policy_fingerprint: str
    source: str
    claims: int
    refunds: int
    persons: int
    total_fen: int
    psn_pay_fen: int
    layers: dict[str, int]
    funds: dict[str, int]
    names: dict[str, str]
    unconfirmed: tuple[str, ...]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """For machines: yuan as text."""
        return {
            "policy": self.policy, "policy_fingerprint": self.policy_fingerprint, "source": self.source, "claims": self.claims,
            "refunds": self.refunds, "persons": self.persons, "medfee_sumamt": yuan_text(self.total_fen), "psn_pay": yuan_text(self.psn_pay_fen),
            "layers": {code: yuan_text(fen) for code, fen in self.layers.items()},
            "funds": {fund: yuan_text(fen) for fund, fen in self.funds.items()},
            "unconfirmed": list(self.unconfirmed), "files": self.files,
        }  # fmt: skip


OnBlock = Callable[[pa.Table, Outcome], None]
Given = tuple[pa.Table, Outcome | None]


def settle_stream(settler: Settler, batches: Iterable[pa.RecordBatch], **wants: Any) -> Summary:
    """Settle a stream of claims sorted by person, moment and id (inside form); `wants` as `gather`."""
    return gather(settler, ((block, None) for block in whole_persons(batches, BLOCK_ROWS)), **wants)


def gather(
    settler: Settler, blocks: Iterable[Given], *, source: str, out: Path | None = None, detail: Path | None = None,
    expected: tuple[int, int] | None = None, twice: Callable[[], Sequence[str]] = tuple, on_block: OnBlock | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Summary:  # fmt: skip
    """Bring blocks of whole persons together: settle those that come without an outcome, check all, write what is asked for.

    `expected` is (rows, sum of medfee_sumamt in fen) counted apart from the stream: a row lost or doubled on the way is a fault.
    `twice` names ids that the claims hold twice; it is asked only if there are any (the stream keeps no more than fingerprints).
    `on_block` sees each block with its outcome, in order. `progress` hears how many claims are done. Raises whatever a claim or
    a promise raises; then no file appears.
    """
    compiled = settler.compiled
    totals = _Totals(np.zeros(len(compiled.layers), np.int64))
    with ExitStack() as stack:
        result_file = stack.enter_context(TableFile(out, RESULT_SCHEMA)) if out else None
        detail_file = stack.enter_context(TableFile(detail, DETAIL_SCHEMA)) if detail else None
        writing = stack.enter_context(Behind())

        def work(given: Given) -> _Done:
            block, settled = given
            known = coded(block)
            outcome = settled or settler.settle(known, detail=detail is not None)
            refuse_unequal(block)
            marks = np.empty(len(block), np.int64)
            fingerprints(text_of(block["setl_id"]), marks)
            rows = result_rows(block, outcome, compiled) if out else None
            return _Done(
                block, outcome, marks, rows, detail_rows(block, outcome, compiled) if detail else None
            )

        for done in ahead(work, blocks):
            if result_file is not None:
                writing.call(result_file.write, done.rows)
            if detail_file is not None:
                writing.call(detail_file.write, done.steps)
            if on_block is not None:
                on_block(done.block, done.outcome)
            totals.add(done, settler)
            progress(totals.claims)
        writing.done()
        totals.check(expected)
        if totals.has_twice():
            told = "、".join(f"setl_id={setl_id}" for setl_id in twice())
            raise InputFault(
                f"有重复的结算：{told}" if told else "有重复的 setl_id",
                where=source,
                do="每笔结算只保留一条；用 doudi claims check 查看全部",
            )
        files: dict[str, dict[str, Any]] = {}
        if result_file is not None:
            result_file.check_sums(totals.funds | {"medfee_sumamt": totals.total, "psn_pay": totals.left})
            files["out"] = result_file.finish()
        if detail_file is not None:
            detail_file.check_sums({"fund_payamt": int(totals.layers.sum())})
            files["detail"] = detail_file.finish()
    pack = compiled.pack
    summary = Summary(
        pack.id, fingerprint(pack), source, totals.claims, totals.refunds, totals.persons, totals.total, totals.left,
        dict(zip(compiled.layers, totals.layers.tolist(), strict=True)), totals.funds, {code: pack.layer(code).zh for code in compiled.layers},
        unconfirmed(pack), files,
    )  # fmt: skip
    if out:
        with replaced(manifest_of(out)) as beside:
            beside.write_text(
                json.dumps(summary.to_dict(), ensure_ascii=False, indent=1, sort_keys=True) + "\n",
                encoding="utf-8",
            )
    return summary


def manifest_of(out: Path) -> Path:
    """Where the manifest of a result file stands."""
    return out.with_name(out.name + ".manifest.json")


@dataclass(frozen=True)
class _Done:
    """One settled block and the rows made of it."""

    block: pa.Table
    outcome: Outcome
    marks: Any
    rows: pa.Table | None
    steps: pa.Table | None


class _Totals:
    """What the blocks add up to, and the fingerprints of the ids met."""

    def __init__(self, layers: Any) -> None:
        self.claims = self.refunds = self.persons = self.total = self.left = 0
        self.layers = layers
        self.funds = dict.fromkeys(FUNDS, 0)
        self.marks: list[Any] = []

    def add(self, done: _Done, settler: Settler) -> None:
        """Count a block."""
        block, outcome = done.block, done.outcome
        self.claims += len(block)
        if "init_setl_id" in block.column_names:
            self.refunds += pc.sum(pc.greater(pc.utf8_length(block["init_setl_id"].fill_null("")), 0)).as_py()
        self.persons += len(pc.unique(block["psn_no"]))
        self.total += pc.sum(block["medfee_sumamt_fen"]).as_py()
        self.left += int(outcome.left.sum())
        self.layers += outcome.paid.sum(axis=0)
        for fund, sums in fund_sums(settler.compiled, outcome.paid).items():
            self.funds[fund] += int(sums.sum())
        self.marks.append(done.marks)

    def check(self, expected: tuple[int, int] | None) -> None:
        """No claim lost, none doubled, and the layers and persons together bear exactly the bills."""
        if expected is not None and expected != (self.claims, self.total):
            raise EngineFault(
                f"读入 {expected[0]} 笔 {yuan_text(expected[1])} 元，结算了 {self.claims} 笔 {yuan_text(self.total)} 元",
                do="请保留输入并报告；本次没有写出任何结果",
            )
        if int(self.layers.sum()) + self.left != self.total:
            raise EngineFault(
                "各层支付与个人负担的总和不等于医疗费总额", do="请保留输入并报告；本次没有写出任何结果"
            )

    def has_twice(self) -> bool:
        """Whether an id was met twice, in one block or in two."""
        marks = np.sort(np.concatenate(self.marks)) if self.marks else np.zeros(0, np.int64)
        return bool((marks[1:] == marks[:-1]).any())
