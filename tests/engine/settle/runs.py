"""Many random cases, each settled in every way and compared with the oracle, counted so that a run can say what it saw."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from doudi.engine.settle import run
from doudi.policy.pack import Pack
from doudi.policy.schema import FUNDS
from tests.engine.settle.chooser import Seeded
from tests.engine.settle.claims import Case, claim_features, seeded
from tests.engine.settle.features import features
from tests.engine.settle.parity import by_oracle, differences, payments
from tests.engine.settle.policies import policy_data
from tests.findings.on_disk import fit_for_files, settle_files, written

PEOPLE, CLAIMS = 3, 8


@dataclass
class Tally:
    """What a run of cases saw."""

    cases: int = 0
    files: int = 0
    claims: int = 0
    payments: int = 0
    features: set[str] = field(default_factory=set)
    claim_features: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in what another run saw."""
        self.cases += other.cases
        self.files += other.files
        self.claims += other.claims
        self.payments += other.payments
        self.features |= other.features
        self.claim_features |= other.claim_features
        self.faults += other.faults

    def __str__(self) -> str:
        return (
            f"{self.cases:,} cases ({self.files:,} through files), {self.claims:,} claims, {self.payments:,} payments by a layer, "
            f"{len(self.features)} families of policies, {len(self.claim_features)} of claims, {len(self.faults)} differences"
        )


def look(seeds: Sequence[int]) -> Tally:
    """Settle the cases of these seeds by the loop in every way, and compare each with the oracle."""
    tally = Tally()
    with compiled_once():
        for seed in seeds:
            case = seeded(seed, PEOPLE, CLAIMS)
            right = by_oracle(case)
            _count(tally, case, right)
            tally.faults += [f"seed {seed}: {fault}" for fault in differences(case, seed, right)]
    return tally


def look_at_files(seeds: Sequence[int]) -> Tally:
    """Settle the cases of these seeds from files to files by DuckDB, and compare every row with the oracle."""
    tally = Tally()
    for seed in seeds:
        case = fit_for_files(seeded(seed, PEOPLE, CLAIMS))
        right = by_oracle(case)
        _count(tally, case, right)
        tally.files += 1
        with tempfile.TemporaryDirectory() as folder:
            request = written(
                case, policy_data(Seeded(seed)), Path(folder), ".csv" if seed % 4 == 0 else ".parquet", seed
            )
            _, found = settle_files(request)
        wanted = {one.setl_id: _row(one) for person in right for one in person}
        if found.keys() != wanted.keys():
            tally.faults.append(f"seed {seed}: files: other claims")
            continue
        tally.faults += [
            f"seed {seed}: files: {setl_id}: (oracle, file) {apart}"
            for setl_id, row in wanted.items()
            if (
                apart := {k: (v, found[setl_id].get(k)) for k, v in row.items() if found[setl_id].get(k) != v}
            )
            or sum("." in name for name in found[setl_id]) != sum("." in name for name in row)
        ]
    return tally


def _row(one: Any) -> dict[str, int]:
    """What a claim's rows in the result files must say of it."""
    steps = one.steps
    return {
        "medfee_sumamt": steps["medfee_sumamt"], "inscp_amt": steps["inscp"], "preselfpay_amt": steps["prepay"], "psn_pay": one.psn_pay_fen,
        "fund_pay_sumamt": steps["fund_pay_sumamt"], **{fund: steps[fund] for fund in FUNDS},
        **{f"{code}.paid": fen for code, fen in one.paid.items()}, **{f"{code}.base": steps[f"{code}.base"] for code in one.paid},
    }  # fmt: skip


def _count(tally: Tally, case: Case, right: Any) -> None:
    tally.cases += 1
    tally.claims += sum(len(one.claims) for one in case.people)
    tally.payments += payments(right)
    tally.features |= features(case.pack)
    tally.claim_features |= claim_features(case)


@contextmanager
def compiled_once() -> Iterator[None]:
    """Compile a policy once for all ways of settling one case: most of the time would go there."""
    last: dict[str, Any] = {}
    compile_pack = run.compile_pack

    def once(pack: Pack) -> Any:
        if last.get("pack") is not pack:
            last.update(pack=pack, compiled=compile_pack(pack))
        return last["compiled"]

    with mock.patch.object(run, "compile_pack", once):
        yield
