"""Blocks of claims through the loop: encode, settle, finish refunds, check, and hand back columns.

A `Settler` is made once per policy and persons; it serves batch engines block by block and the window claim by claim.
Blocks must hold whole persons; `whole_persons` cuts a sorted stream so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numba import njit

from doudi.common.errors import InputFault
from doudi.engine.settle import layout as c
from doudi.engine.settle.check import check_block
from doudi.engine.settle.classes import make_classifier
from doudi.engine.settle.compile import Compiled, compile_pack
from doudi.engine.settle.encode import Encoded, encode
from doudi.engine.settle.kernel import settle_claims
from doudi.engine.settle.people import index_people
from doudi.engine.settle.person import Institution
from doudi.engine.settle.refusal import refuse
from doudi.policy.pack import Pack
from doudi.policy.schema import FUNDS

#: Funds that are insurance or aid money, as against what the hospital bears itself.
MONEY_FUNDS = tuple(fund for fund in FUNDS if fund != "ownpay_hosp_part")


@dataclass(frozen=True)
class Outcome:
    """What a block's claims were paid, row for row as the block stands. Money in fen.

    `paid` is claims × layers (in the order of `Compiled.layers`), `left` what the person bears, `parts` claims × (inscp,
    prepay, inscp_left), `detail` claims × layers × steps if asked for, else empty.
    """

    paid: Any
    left: Any
    parts: Any
    detail: Any


class Settler:
    """A policy ready to settle claims of given persons."""

    def __init__(
        self,
        pack: Pack,
        persons: pa.Table | None = None,
        prior: pa.Table | None = None,
        institutions: Sequence[Institution] = (),
    ) -> None:
        self.compiled: Compiled = compile_pack(pack)
        self.people = index_people(persons, prior, self.compiled)
        self.classifier = make_classifier(self.compiled, institutions)

    def encode(self, block: pa.Table) -> Encoded:
        """A block of whole persons, sorted by psn_no, as the loop's integers."""
        return encode(block, self.compiled, self.people, self.classifier)

    def settle(self, block: pa.Table, *, detail: bool = False) -> Outcome:
        """Settle a block. Raises `InputFault`, `PolicyFault` for claims that cannot be settled, `EngineFault` if a promise fails."""
        encoded = self.encode(block)
        outcome = settle_encoded(encoded, self.compiled, block, detail=detail)
        if np.array_equal(encoded.order, np.arange(len(block))):
            return outcome
        back = np.empty(len(block), np.int64)
        back[encoded.order] = np.arange(len(block))
        return Outcome(
            outcome.paid[back],
            outcome.left[back],
            outcome.parts[back],
            outcome.detail[back] if detail else outcome.detail,
        )


def settle_encoded(
    encoded: Encoded,
    compiled: Compiled,
    block: pa.Table | None = None,
    *,
    detail: bool = False,
    threads: int = 1,
) -> Outcome:
    """Run the loop over encoded claims and check what comes out; results stand in the loop's order.

    `block` (in its own order) only names claims in messages.
    """
    n, layers = len(encoded.claims.combo), len(compiled.layers)
    paid = np.zeros((n, layers), np.int64)
    left = np.zeros(n, np.int64)
    parts = np.zeros((n, 3), np.int64)
    status, culprit = np.zeros(n, np.uint8), np.zeros(n, np.int32)
    steps = np.full((n if detail else 0, layers, c.DETAIL_FIELDS), -1, np.int64)

    def part(low: int, high: int) -> int:
        claims = _cut(encoded.claims, low, high)
        return int(
            settle_claims(
                claims,
                compiled.tables,
                paid[low:high],
                left[low:high],
                parts[low:high],
                status[low:high],
                culprit[low:high],
                steps[low:high] if detail else steps,
            )
        )

    bounds = _bounds(encoded.claims.person, threads)
    if len(bounds) == 2:
        refused = part(0, n)
    else:
        with ThreadPoolExecutor(threads) as pool:
            refused = sum(pool.map(part, bounds[:-1], bounds[1:]))
    if refused or encoded.bad.any():
        refuse(encoded, compiled, status, culprit, block)
    _finish_refunds(encoded.original, encoded.claims.amounts, paid, left, parts, steps)
    check_block(encoded, compiled, paid, left, parts)
    return Outcome(paid, left, parts, steps)


def _bounds(person: Any, threads: int) -> list[int]:
    """Cuts between persons that give each thread about the same number of claims."""
    n = len(person)
    cuts = [0]
    for k in range(1, threads):
        at = n * k // threads
        rest = np.flatnonzero(person[at:])
        if len(rest) and at + int(rest[0]) > cuts[-1]:
            cuts.append(at + int(rest[0]))
    return [*cuts, n] if n else [0, 0]


def _cut(claims: c.Claims, low: int, high: int) -> c.Claims:
    """The claims of some whole persons; prior sums are found by their place, so their tables stay whole."""
    parts = {name: getattr(claims, name)[low:high] for name in c.PER_CLAIM if len(getattr(claims, name))}
    return claims._replace(**parts)


@njit(cache=True, nogil=True)
def _finish_refunds(original: Any, amounts: Any, paid: Any, left: Any, parts: Any, steps: Any) -> None:
    """A refund is the exact negative of the settlement it points to, step by step."""
    for i in range(original.shape[0]):
        j = original[i]
        if j < 0:
            continue
        left[i] = -left[j]
        for k in range(paid.shape[1]):
            paid[i, k] = -paid[j, k]
        for k in range(3):
            parts[i, k] = -parts[j, k]
        if steps.shape[0] > 0:
            for k in range(paid.shape[1]):
                steps[i, k, 0] = steps[j, k, 0]
                for f in range(1, steps.shape[2]):
                    steps[i, k, f] = -steps[j, k, f]


def fund_sums(compiled: Compiled, paid: Any) -> dict[str, Any]:
    """Payments per national fund column (fen), from payments per layer."""
    sums = {fund: np.zeros(len(paid), np.int64) for fund in FUNDS}
    for k, code in enumerate(compiled.layers):
        sums[compiled.pack.layer(code).fund] += paid[:, k]
    return sums


def whole_persons(batches: Iterable[pa.RecordBatch | pa.Table], rows: int = 250_000) -> Iterator[pa.Table]:
    """Cut a stream sorted by person into blocks of about `rows` that never split a person.

    The last person of what has come so far is held back until the next batch shows that the person is complete.
    """
    held: list[pa.Table] = []
    size = 0
    for batch in batches:
        table = batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch])
        if not len(table):
            continue
        if table["psn_no"].null_count:
            raise InputFault("有记录的 psn_no 为空", where="结算数据", do="补齐人员编号后再结算")
        held.append(table)
        size += len(table)
        if size < rows:
            continue
        block = pa.concat_tables(held).combine_chunks()
        cut = _last_person(block)
        if cut:
            yield block.slice(0, cut).combine_chunks()
            held, size = [block.slice(cut)], len(block) - cut
        else:
            held = [block]
    if held:
        yield pa.concat_tables(held).combine_chunks()


def _last_person(block: pa.Table) -> int:
    """The row where the block's last person starts (0: one person only)."""
    last = block["psn_no"][len(block) - 1].as_py()
    low, high = 0, len(block) - 1
    while low < high:
        middle = (low + high) // 2
        if block["psn_no"][middle].as_py() < last:
            low = middle + 1
        else:
            high = middle
    return low
