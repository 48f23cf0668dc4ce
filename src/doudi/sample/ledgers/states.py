"""The true state of every person for the coverage year, and the flags beside it: docs/reconciliation.md, applied to what the
generator knows.

Written from that page, sharing nothing with the code that reconciles.
"""

from __future__ import annotations

import numpy as np

from doudi.sample.draws import Mask
from doudi.sample.ledgers.enrolment import REASONS, SUBSIDIES, WHEREABOUTS, Enrolment
from doudi.sample.life import GRACE_DAYS

STATES = (
    "dead", "employee", "insured_paid", "moved_out", "elsewhere_army", "elsewhere_prison", "elsewhere_abroad",
    "elsewhere_student", "elsewhere_worker", "newborn_grace", "registered_unpaid", "untraceable", "refused", "unknown",
)  # fmt: skip


COVERED = (
    "insured_paid", "employee", "elsewhere_student", "elsewhere_worker", "elsewhere_army", "elsewhere_prison",
)  # fmt: skip
"""States that count as covered."""


def states(said: Enrolment) -> list[str]:
    """One state a person, by number."""
    county = said.county
    told = {word: said.reason == at for at, word in enumerate(REASONS)}
    seen = {word: said.whereabouts == at for at, word in enumerate(WHEREABOUTS)}
    dead = said.struck_off | said.death_listed
    moved = (said.struck_moved | told["迁出"] | seen["迁出"]) & ~said.lives_here
    young = (county.people.born <= county.stands) & (county.stands - county.people.born <= GRACE_DAYS)
    proofs: tuple[tuple[str, Mask], ...] = (
        ("dead", dead),
        ("employee", said.employed),
        ("insured_paid", said.registered & said.settled),
        ("dead", told["死亡"] | seen["死亡"]),
        ("moved_out", moved),
        ("elsewhere_army", told["参军"] | seen["参军"]),
        ("elsewhere_prison", told["服刑"] | seen["服刑"]),
        ("elsewhere_abroad", told["境外"] | seen["境外"]),
        ("elsewhere_student", told["外地就学"] | seen["外出就学"]),
        ("elsewhere_worker", told["外地参保"] | told["参加职工医保"]),
        ("newborn_grace", young),
        ("registered_unpaid", said.registered & ~said.settled),
        ("untraceable", told["空挂户"] | seen["空挂户"]),
        ("refused", told["拒绝参保"]),
    )
    place = np.select([proof for _, proof in proofs], list(range(len(proofs))), len(proofs))
    names = [*(name for name, _ in proofs), "unknown"]
    return [names[at] for at in place.tolist()]


def special(said: Enrolment) -> Mask:
    """Who is of a special group on the day, by their own category or their household's."""
    county = said.county
    home = county.people.home
    watched = (county.watched > 0) & (county.cleared_on[home] > county.stands)
    here = ~county.dead & ~said.struck_moved
    mine: Mask = county.tagged(*SUBSIDIES) | ((watched | county.once_poor[home]) & here)
    return mine


def flags(said: Enrolment) -> dict[str, Mask]:
    """The flags, each with whom it is set for."""
    county = said.county
    state = np.array(states(said))
    dead = said.struck_off | said.death_listed
    told = said.reason > 0
    employed_told = said.reason == REASONS.index("参加职工医保")
    fine = np.isin(state, ("employee", "insured_paid"))
    pay_after = said.pays & said.death_listed & (said.pay_day > county.died)
    return {
        "double_scheme": said.registered & said.employed,
        "double_resident": said.two_registrations,
        "double_employee": said.two_employers,
        "dead_insured": dead & (said.registered | said.employed),
        "dead_paid": pay_after,
        "told_otherwise": told & fine & ~(employed_told & (state == "employee")),
        "special_uncovered": special(said) & ~np.isin(state, (*COVERED, "dead", "moved_out")),
        "subsidy_unpaid": said.entitled & (said.subsidy_amt == 0),
        "subsidy_unentitled": said.subsidy_to_nobody | said.subsidy_after_death,
        "subsidy_twice": said.subsidy_twice,
        "paid_unregistered": said.pays & ~said.refunded & ~said.registered & ~dead,
        "paid_twice": said.paid_twice,
    }
