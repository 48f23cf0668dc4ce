"""One person's claims settled by the compiled loop, with every step: the call behind a window, a trace and a case.

The same signature and the same steps as the oracle, so that they can be compared word for word.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from doudi.engine.settle import layout as c
from doudi.engine.settle.encode import AMOUNTS
from doudi.engine.settle.person import OPEN, Claim, Institution, Person, Prior, Settled
from doudi.engine.settle.run import MONEY_FUNDS, Settler, fund_sums, settle_encoded
from doudi.engine.settle.steps import layer_steps
from doudi.policy.pack import Pack

_DATES = ("begndate", "enddate")


def settle_person(
    pack: Pack,
    person: Person,
    claims: Sequence[Claim],
    prior: Prior | None = None,
    institutions: Sequence[Institution] = (),
) -> list[Settled]:
    """Settle all claims of one person. Returns one `Settled` per claim in the order taken.

    `claims` are in the inside form of `settlements`; `prior` in fen. Raises as `Settler.settle`.
    """
    if not claims:
        return []
    settler = Settler(pack, persons_table([person]), prior_table(person.psn_no, prior or {}), institutions)
    block = claims_table(claims, person.psn_no)
    encoded = settler.encode(block)
    outcome = settle_encoded(encoded, settler.compiled, block, detail=True)
    funds = fund_sums(settler.compiled, outcome.paid)
    out = []
    for i, row in enumerate(encoded.order.tolist()):
        steps = {
            "medfee_sumamt": int(encoded.claims.amounts[i, 0]),
            "inscp": int(outcome.parts[i, 0]),
            "prepay": int(outcome.parts[i, 1]),
        }
        # A refund's steps are its original's, negated, so they are told with the original's age.
        age = int(encoded.claims.age[encoded.original[i] if encoded.original[i] >= 0 else i])
        for k, code in enumerate(settler.compiled.layers):
            steps |= layer_steps(settler.compiled, code, outcome.detail[i, k], age)
        steps["total_paid"] = int(outcome.paid[i].sum())
        steps["inscp_left"] = int(outcome.parts[i, 2])
        steps |= {fund: int(sums[i]) for fund, sums in funds.items()}
        steps["fund_pay_sumamt"] = sum(steps[fund] for fund in MONEY_FUNDS)
        steps["psn_pay"] = int(outcome.left[i])
        paid = {
            code: int(outcome.paid[i, k])
            for k, code in enumerate(settler.compiled.layers)
            if outcome.detail[i, k, c.D_RULE] >= 0
        }
        out.append(Settled(block["setl_id"][row].as_py(), paid, steps["psn_pay"], steps))
    return out


def persons_table(persons: Sequence[Person]) -> pa.Table:
    """Persons as the table that `Settler` takes: one row per tag and per enrolment."""
    rows: list[dict[str, Any]] = []
    for person in persons:
        head = {"psn_no": person.psn_no, "brdy": person.brdy}
        rows.append(head)
        rows += [
            head | {tag.column: tag.value, "begntime": tag.from_, "endtime": tag.to} for tag in person.tags
        ]
        # An enrolment row names the first day without cover.
        rows += [
            head
            | {
                "psn_insu_date": e.from_,
                "paus_insu_date": None if e.to == OPEN else e.to + dt.timedelta(days=1),
            }
            for e in person.enrolments
        ]
    date = pa.date32()
    return pa.Table.from_pylist(rows, pa.schema([
        ("psn_no", pa.string()), ("brdy", date), ("psn_idet_type", pa.string()), ("rloc_type", pa.string()), ("begntime", date), ("endtime", date),
        ("psn_insu_date", date), ("paus_insu_date", date),
    ]))  # fmt: skip


def prior_table(psn_no: str, prior: Prior) -> pa.Table:
    """Sums at the start as the table that `Settler` takes."""
    rows = [
        {"psn_no": psn_no, "year": y, "pool": p, "item": i, "amount": a} for (y, p, i), a in prior.items()
    ]
    return pa.Table.from_pylist(
        rows,
        pa.schema(
            [
                ("psn_no", pa.string()),
                ("year", pa.int64()),
                ("pool", pa.string()),
                ("item", pa.string()),
                ("amount", pa.int64()),
            ]
        ),
    )


def claims_table(claims: Sequence[Mapping[str, Any]], psn_no: str) -> pa.Table:
    """Claims as a block of one person; what they leave out is empty or zero."""
    names = dict.fromkeys(
        ["psn_no", "setl_id", "mdtrt_id", "init_setl_id", *_DATES, "setl_time", "ipt_days", *AMOUNTS]
    )
    for claim in claims:
        names |= dict.fromkeys(claim)
    columns = {}
    for name in names:
        values = [claim.get(name) for claim in claims]
        if name == "psn_no":
            columns[name] = pa.array([psn_no] * len(claims), pa.string())
        elif name.endswith("_fen"):
            columns[name] = pa.array([v or 0 for v in values], pa.int64())
        elif name in _DATES:
            columns[name] = pa.array(values, pa.date32())
        elif name == "setl_time":
            columns[name] = pa.array([_moment(v) for v in values], pa.timestamp("s"))
        elif name == "ipt_days":
            columns[name] = pa.array(values, pa.int64())
        else:
            columns[name] = pa.array([None if v is None else str(v) for v in values], pa.string())
    return pa.table(columns)


def _moment(value: dt.date | dt.datetime | None) -> dt.datetime | None:
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, dt.time())
