"""What a cancelled or late claim comes to: settled again, who owes and who gets back how much, claim by claim.

Both settlements are result rows (`engine.settle.results`); a difference is the new less the old. Nothing is settled here, and
nothing already paid is changed: an adjustment is a further row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from doudi.common.errors import InputFault
from doudi.common.money import yuan_text
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.results import result_rows
from doudi.engine.settle.run import Outcome
from doudi.facts.money import fen_from_array
from doudi.findings.recorded import COLUMNS

WHOLE = "medfee_sumamt"
_OF = "init_setl_id"
SUMS = (WHOLE, *COLUMNS)
SCHEMA = pa.schema([
    *((name, pa.string()) for name in ("setl_id", "psn_no", "kind", "of")),
    *((f"{name}_fen", pa.int64()) for name in SUMS),
])  # fmt: skip
KINDS: dict[str, tuple[str, str]] = {
    "cancelled": ("冲正：退回原结算的各项支付", "a refund: what its settlement paid goes back"),
    "late": ("补报的结算", "a claim that came late"),
    "changed": ("因年度累计变化重新计算", "settled anew since the year's sums changed"),
    "corrected": ("结算单本身已更正", "the claim itself was corrected"),
    "withdrawn": ("原有而现在没有的结算", "a claim that is no longer there"),
}


@dataclass(frozen=True)
class Adjustments:
    """What changes between two settlements.

    `rows` has one row per claim whose payments change (`SCHEMA`): the fund pays, or the person bears, so much more (negative: so
    much less) than before. `of` is the settlement that a refund takes back.
    """

    claims: int
    rows: pa.Table = field(repr=False)

    @cached_property
    def sums(self) -> dict[str, tuple[int, int]]:
        """By column: what is owed more, and what comes back (fen, both not negative)."""
        return {name: _both_ways(self.rows[f"{name}_fen"]) for name in SUMS}

    @cached_property
    def by_kind(self) -> dict[str, int]:
        """How many claims of each kind, in the order of `KINDS`."""
        counts = {one["values"]: one["counts"] for one in pc.value_counts(self.rows["kind"]).to_pylist()}
        return {kind: counts[kind] for kind in KINDS if kind in counts}

    def to_dict(self) -> dict[str, Any]:
        """For machines: yuan as text; keys are stable."""
        return {
            "claims": self.claims,
            "changed": len(self.rows),
            "kinds": [
                {"kind": kind, "zh": KINDS[kind][0], "en": KINDS[kind][1], "claims": n}
                for kind, n in self.by_kind.items()
            ],
            "sums": {
                name: {"more": yuan_text(more), "back": yuan_text(back), "net": yuan_text(more - back)}
                for name, (more, back) in self.sums.items()
                if more or back
            },
        }


def adjust(previous: pa.Table, current: pa.Table, claims: pa.Table | None = None) -> Adjustments:
    """Compare two settlements of the same people, row by row (by `setl_id`).

    `claims` may give `init_setl_id`, so that a refund names its settlement.
    """
    for table, name in ((previous, "上次结果"), (current, "本次结果")):
        _no_repeats(table["setl_id"], name)
    before, after = _sums(previous), _sums(current)
    place = _place(current["setl_id"], previous["setl_id"])
    known = place >= 0
    difference = after - np.where(known[:, None], before[place], 0)
    gone = np.ones(len(previous), bool)
    gone[place[known]] = False
    kind = np.where(known, np.where(difference[:, 0] != 0, "corrected", "changed"), "late")
    kind = np.where(~known & (after[:, 0] < 0), "cancelled", kind)
    # A row that is there on one side only is told even if its sums are nought.
    mine = np.flatnonzero((difference != 0).any(axis=1) | ~known)
    lost = np.flatnonzero(gone)
    rows = pa.concat_tables([
        _rows(current, mine, kind[mine], difference[mine], claims),
        _rows(previous, lost, np.full(len(lost), "withdrawn"), -before[lost], claims),
    ])  # fmt: skip
    return Adjustments(len(current), rows.combine_chunks())


def settled_anew(block: pa.Table, outcome: Outcome, compiled: Compiled) -> pa.Table:
    """The result rows of a block that `adjust` reads, with the settlement each refund takes back."""
    rows = result_rows(block, outcome, compiled).select(
        ["setl_id", "psn_no", *(f"{name}_fen" for name in SUMS)]
    )
    none = pa.nulls(len(block), pa.string())
    of = block[_OF].cast(pa.string()) if _OF in block.column_names else none
    return rows.append_column(_OF, of)


def read_results(path: Path) -> pa.Table:
    """A settlement's result file, written earlier, in the inside form. Raises `InputFault` if it is none."""
    try:
        if path.suffix.lower() == ".csv":
            text = pacsv.ConvertOptions(
                column_types={name: pa.string() for name in ("setl_id", "psn_no", *SUMS)}
            )
            table = pacsv.read_csv(path, convert_options=text)
        else:
            table = pq.read_table(path)
    except (OSError, pa.ArrowException):
        raise _not_results(path, "不能读取") from None
    missing = [name for name in ("setl_id", "psn_no", *SUMS) if name not in table.column_names]
    if missing:
        raise _not_results(path, f"缺少列 {'、'.join(missing)}")
    columns = [fen_from_array(table[name], name) for name in SUMS]
    names = ["setl_id", "psn_no", *(f"{name}_fen" for name in SUMS)]
    return pa.table(
        [table["setl_id"].cast(pa.string()), table["psn_no"].cast(pa.string()), *columns], names=names
    )


def _not_results(path: Path, what: str) -> InputFault:
    return InputFault(
        what,
        where=str(path),
        allowed="doudi settle --out 写出的结果（.parquet、.csv）",
        do="核对文件；用 --against 指明上次的结果",
    )


def _no_repeats(ids: pa.ChunkedArray, name: str) -> None:
    if len(pc.unique(ids)) != len(ids):
        raise InputFault("同一 setl_id 出现多次", where=name, do="核对是不是把两次结果合在了一起")


def _sums(table: pa.Table) -> Any:
    return np.stack([table[f"{name}_fen"].fill_null(0).to_numpy() for name in SUMS], axis=1)


def _place(ids: pa.ChunkedArray, among: pa.ChunkedArray) -> Any:
    """Where each id stands among others, -1 if it does not."""
    if ids.equals(among):  # two settlements of the same export, the usual case
        return np.arange(len(ids))
    return pc.index_in(ids, value_set=among.combine_chunks()).fill_null(-1).to_numpy().astype(np.int64)


def _rows(table: pa.Table, at: Any, kind: Any, difference: Any, claims: pa.Table | None) -> pa.Table:
    named = table.select(["setl_id", "psn_no"]).take(pa.array(at))
    of = pa.nulls(len(at), pa.string())
    if claims is not None and "init_setl_id" in claims.column_names and len(at):
        place = pc.index_in(named["setl_id"], value_set=claims["setl_id"].combine_chunks())
        of = claims["init_setl_id"].cast(pa.string()).take(place.combine_chunks())
    columns = [named["setl_id"], named["psn_no"], pa.array(kind.tolist(), pa.string()), of]
    return pa.Table.from_arrays(
        [*columns, *(pa.array(difference[:, k]) for k in range(len(SUMS)))], schema=SCHEMA
    )


def _both_ways(column: pa.ChunkedArray) -> tuple[int, int]:
    values = column.to_numpy()
    return int(values[values > 0].sum()), int(-values[values < 0].sum())
