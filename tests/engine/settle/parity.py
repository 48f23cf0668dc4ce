"""One random case through every way of settling it, and what each gives other than the oracle.

The loop one person at a time, all persons in one block in any row order, blocks cut from tiny batches; files are in
`tests/findings/on_disk.py`. Must not know what is right: only the oracle says.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from doudi.engine.settle import oracle
from doudi.engine.settle.person import Settled
from doudi.engine.settle.run import Outcome, Settler, fund_sums, whole_persons
from doudi.engine.settle.window import claims_table, persons_table, prior_table, settle_person
from tests.engine.settle.claims import Case

#: What a person's claims were paid, in the order taken, person by person.
Result = list[list[Settled]]
TINY = 7


def by_oracle(case: Case) -> Result:
    """What is right."""
    return [
        oracle.settle(case.pack, one.person, one.claims, one.prior, case.institutions) for one in case.people
    ]


def by_window(case: Case) -> Result:
    """The loop, one person at a time, with every step."""
    return [
        settle_person(case.pack, one.person, one.claims, one.prior, case.institutions) for one in case.people
    ]


def settler_of(case: Case) -> Settler:
    """The case's policy ready for all its people."""
    priors = [prior_table(one.person.psn_no, one.prior) for one in case.people if one.prior]
    return Settler(
        case.pack,
        persons_table([one.person for one in case.people]),
        pa.concat_tables(priors) if priors else None,
        case.institutions,
    )


def block_of(case: Case, seed: int = 0) -> pa.Table:
    """All claims as a block: persons sorted, each person's rows in any order."""
    chance = random.Random(seed)
    tables = []
    for one in sorted(case.people, key=lambda one: one.person.psn_no):
        claims = list(one.claims)
        chance.shuffle(claims)
        tables.append(claims_table(claims, one.person.psn_no))
    return pa.concat_tables(tables, promote_options="default").combine_chunks()


def batches_of(block: pa.Table) -> Iterable[pa.RecordBatch]:
    """The block in batches small enough to cut most persons in two."""
    return block.to_batches(max_chunksize=TINY)


Sums = Mapping[str, Mapping[str, int]]


def sums_of(result: Result) -> Sums:
    """Of each claim what a block tells without its steps: the claim's own sums, and what each layer paid."""
    return {
        one.setl_id: {
            "inscp": one.steps["inscp"], "prepay": one.steps["prepay"], "inscp_left": one.steps["inscp_left"], "psn_pay": one.psn_pay_fen,
            **{code: fen for code, fen in one.paid.items() if fen},
            **{fund: one.steps[fund] for fund in ("hifp_pay", "maf_pay", "othfund_pay", "ownpay_hosp_part")},
        }
        for person in result for one in person
    }  # fmt: skip


def sums_of_block(settler: Settler, block: pa.Table, outcome: Outcome) -> dict[str, dict[str, int]]:
    """The same from a block's outcome."""
    funds = fund_sums(settler.compiled, outcome.paid)
    found = {}
    for row, setl_id in enumerate(block["setl_id"].to_pylist()):
        inscp, prepay, inscp_left = (int(v) for v in outcome.parts[row])
        paid = zip(settler.compiled.layers, outcome.paid[row].tolist(), strict=True)
        found[setl_id] = {
            "inscp": inscp, "prepay": prepay, "inscp_left": inscp_left, "psn_pay": int(outcome.left[row]),
            **{code: fen for code, fen in paid if fen},
            **{fund: int(funds[fund][row]) for fund in ("hifp_pay", "maf_pay", "othfund_pay", "ownpay_hosp_part")},
        }  # fmt: skip
    return found


def by_block(case: Case, seed: int) -> Sums:
    """The loop, all persons in one block."""
    settler, block = settler_of(case), block_of(case, seed)
    return sums_of_block(settler, block, settler.settle(block))


def by_tiny_batches(case: Case, seed: int) -> Sums:
    """The loop, on blocks put together from batches of seven rows."""
    settler, found = settler_of(case), {}
    for block in whole_persons(batches_of(block_of(case, seed)), TINY):
        found |= sums_of_block(settler, block, settler.settle(block))
    return found


def differences(case: Case, seed: int = 0, right: Result | None = None) -> Iterator[str]:
    """Every way of settling that differs from the oracle, with the first claim and sums that do."""
    right = by_oracle(case) if right is None else right
    for wanted, got in zip(right, by_window(case), strict=True):
        yield from _first(
            "window",
            [(one.setl_id, _all(one)) for one in wanted],
            [(one.setl_id, _all(one)) for one in got],
        )
    sums = sums_of(right)
    for way, found in (("block", by_block(case, seed)), ("tiny batches", by_tiny_batches(case, seed))):
        yield from _first(way, sorted(sums.items()), sorted(found.items()))


def _all(one: Settled) -> dict[str, int]:
    return {**one.steps, "psn_pay_fen": one.psn_pay_fen, **{f"paid {k}": v for k, v in one.paid.items()}}


def _first(way: str, wanted: list[Any], got: list[Any]) -> Iterator[str]:
    if [setl_id for setl_id, _ in wanted] != [setl_id for setl_id, _ in got]:
        yield f"{way}: other claims, or another order"
        return
    for (setl_id, right), (_, found) in zip(wanted, got, strict=True):
        if right != found:
            apart = {
                key: (right.get(key), found.get(key))
                for key in (*right, *found)
                if right.get(key) != found.get(key)
            }
            yield f"{way}: {setl_id} (oracle, loop): {apart}"
            return


def payments(result: Result) -> int:
    """How many times a layer paid something."""
    return sum(fen != 0 for person in result for one in person for fen in one.paid.values())
