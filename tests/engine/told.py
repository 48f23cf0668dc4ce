"""Traces of worked examples and of random people, for tests of what is told about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from doudi.engine.settle.person import Claim, Person, Settled
from doudi.engine.settle.run import Settler
from doudi.engine.settle.window import claims_table, persons_table, prior_table, settle_person
from doudi.engine.trace import trace_person
from doudi.engine.trace_model import Layer, Reckoning, Trace
from doudi.policy.pack import Pack
from tests.engine.settle.claims import seeded

SEEDS = range(24)


def told(
    pack: Pack,
    *claims: Claim,
    person: Person | None = None,
    prior: Any = None,
    institutions: Sequence[Any] = (),
) -> list[Trace]:
    """The traces of one person's claims, in the order taken."""
    person = person or Person("p1")
    settler = Settler(pack, persons_table([person]), prior_table(person.psn_no, prior or {}), institutions)
    return trace_person(settler, claims_table(claims, person.psn_no))


def random_traces(seeds: Sequence[int] = SEEDS) -> Iterator[tuple[Pack, list[Trace], list[Settled]]]:
    """Traces of random people beside what the loop gives for them."""
    for seed in seeds:
        case = seeded(seed, people=1, claims=8)
        for one in case.people:
            traces = told(
                case.pack, *one.claims, person=one.person, prior=one.prior, institutions=case.institutions
            )
            settled = settle_person(case.pack, one.person, one.claims, one.prior, case.institutions)
            yield case.pack, traces, settled


def layer(trace: Trace, code: str) -> Layer:
    """One layer of a trace."""
    return next(one for one in trace.layers if one.code == code)


def story(trace: Trace, code: str) -> Reckoning:
    """What one layer that applied did."""
    found = layer(trace, code).reckoning
    assert found is not None
    return found
