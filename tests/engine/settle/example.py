"""Small policies and claims for worked examples: YAML as a policy writer writes it, money in yuan.

Must not know how anything is settled.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from textwrap import dedent
from typing import Any

from doudi.common.money import fen_from_text
from doudi.engine.settle.oracle import settle
from doudi.engine.settle.person import Claim, Institution, Person, Settled, Tag
from doudi.policy.pack import Pack, from_document
from doudi.policy.text import parse_document

HEAD = "doudi: settlement/1\nid: example\nzh: 例\nplace: 例\n"
MONEY = {
    "total": "medfee_sumamt_fen",
    "own": "fulamt_ownpay_amt_fen",
    "overlimit": "overlmt_selfpay_fen",
    "prepay": "preselfpay_amt_fen",
    "inscp": "inscp_amt_fen",
}
NOBODY = Person()


def pack(text: str, span: str = "from: 2020-01-01\nto: 2030-12-31\n") -> Pack:
    """A policy from its text, the first lines filled in."""
    return from_document(parse_document(HEAD + span + dedent(text), Path("example.yaml")))


def yuan(amount: Any) -> int:
    """Yuan, written as people do, in fen."""
    return fen_from_text(str(amount))


def claim(number: int = 1, begin: str = "2024-03-01", end: str | None = None, **columns: Any) -> Claim:
    """A claim; sums in yuan under the names of manual §5 (`total` defaults to `inscp`), other columns as given."""
    columns.setdefault("total", columns.get("inscp", 0))
    last = dt.date.fromisoformat(end or begin)
    made: dict[str, Any] = {
        "setl_id": f"s{number:02}",
        "begndate": dt.date.fromisoformat(begin),
        "enddate": last,
        "setl_time": dt.datetime.combine(last, dt.time(8, number)),
    }
    for name, value in columns.items():
        if name in MONEY:
            made[MONEY[name]] = yuan(value)
        elif name.startswith("cost_") or name.endswith("_pay") or name == "ownpay_hosp_part":
            made[f"{name}_fen"] = yuan(value)
        else:
            made[name] = value
    return made


def refund(number: int, of: Claim) -> Claim:
    """The refund of a claim: every sum negated."""
    back = {name: -value if name.endswith("_fen") else value for name, value in of.items()}
    return {**back, "setl_id": f"s{number:02}", "init_setl_id": of["setl_id"], "refd_setl_flag": "1"}


def tagged(*values: str, born: str | None = None, **dated: tuple[str, str]) -> Person:
    """A person with identity tags, some of them only for a time."""
    tags = [Tag("psn_idet_type", value) for value in values]
    for value, (first, last) in dated.items():
        tags.append(Tag("psn_idet_type", value, dt.date.fromisoformat(first), dt.date.fromisoformat(last)))
    return Person("p1", dt.date.fromisoformat(born) if born else None, tuple(tags))


def run(
    policy: Pack, *claims: Claim, person: Person = NOBODY, prior: Any = None, institutions: Any = ()
) -> list[Settled]:
    """Settle with the oracle."""
    listed: tuple[Institution, ...] = tuple(institutions)
    return settle(policy, person, claims, prior or {}, listed)


def each(settled: list[Settled], step: str) -> list[int]:
    """One step of every claim, in the order taken."""
    return [one.steps[step] for one in settled]


def yuans(*amounts: Any) -> list[int]:
    """Several sums in yuan, in fen."""
    return [yuan(amount) for amount in amounts]
