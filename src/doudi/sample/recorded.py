"""What institutions' systems are said to have paid: the plain oracle's sums, with known mistakes put in here and there.

Nothing is recorded for employees: the sample county has no policy for them. This module must never reach the compiled
settlement, which these sums will check.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa

from doudi.engine.settle.oracle import settle
from doudi.engine.settle.person import OPEN, Claim, Enrolment, Person, Tag
from doudi.policy.pack import Pack, load
from doudi.policy.schema import FUNDS
from doudi.sample.chunk import Chunk, chunk
from doudi.sample.claim_rows import ClaimRows
from doudi.sample.draws import Ints, Mask
from doudi.sample.kinds import Kind
from doudi.sample.mistake_kinds import plant
from doudi.sample.mistakes import PAID, Mistake, sums_of
from doudi.sample.order import EPOCH, Order
from doudi.sample.people import Register
from doudi.sample.standing import FILED, NEVER, NONE, TAGS

#: What of a settlement the oracle may look at.
SEEN = (
    "setl_id", "mdtrt_id", "init_setl_id", "insutype", "psn_type", "med_type", "hosp_lv", "out_flag", "dise_no",
    "begndate", "enddate", "setl_time", "ipt_days", "medfee_sumamt_fen", "fulamt_ownpay_amt_fen",
    "overlmt_selfpay_fen", "preselfpay_amt_fen", "inscp_amt_fen",
)  # fmt: skip


@dataclass(frozen=True)
class Payments:
    """Per claim of a chunk the sums of `PAID` in fen, which claims have them, and what was planted."""

    sums: Ints
    known: Mask
    mistakes: tuple[Mistake, ...]

    def columns(self) -> dict[str, pa.Array]:
        """The recorded columns of the settlements file."""
        by_name = {name: self.sums[:, place] for place, name in enumerate(PAID)}
        funds = [name for name in FUNDS if name != "ownpay_hosp_part"]
        zero = 0 * by_name["psn_pay"]
        sums = {name: by_name[name] for name in funds} | {
            "fund_pay_sumamt": sum((by_name[name] for name in funds), zero),
            "psn_pay": by_name["psn_pay"],
            "acct_pay": zero,
            "cash_payamt": by_name["psn_pay"],
            "ownpay_hosp_part": by_name["ownpay_hosp_part"],
        }
        return {f"{name}_fen": pa.array(fen, mask=~self.known) for name, fen in sums.items()}


def nothing(claims: int) -> Payments:
    """No payment recorded at all."""
    return Payments(np.zeros((claims, len(PAID)), np.int64), np.zeros(claims, bool), ())


class Recorder:
    """Records payments for stretches of a county; made once in each worker."""

    def __init__(self, order: Order, register: Register, policy: Path) -> None:
        self.order, self.register, self.pack = order, register, load(policy)

    def __call__(self, first: int, end: int) -> Payments:
        """The payments of the people numbered `first` to `end` - 1."""
        part = chunk(self.order, self.register, first, end)
        rows = ClaimRows(part, self.register.places, self.register.stands, self.register.draws)
        claims = rows.settlements({}).select(SEEN).to_pylist()
        sums = np.zeros((len(claims), len(PAID)), np.int64)
        mistakes: list[Mistake] = []
        wrong = self.chosen(part)
        for place, numbers in groupby(range(len(claims)), key=lambda n: int(part.claims.person[n])):
            mine = list(numbers)
            if part.people.employee[place]:
                continue
            person = person_at(part, place)
            found, put = _one(self.pack, person, [claims[n] for n in mine], int(wrong[place]))
            mistakes += put
            for n in mine:
                sums[n] = [found[claims[n]["setl_id"]][name] for name in PAID]
        return Payments(sums, ~part.people.employee[part.claims.person], tuple(mistakes))

    def chosen(self, part: Chunk) -> Ints:
        """For whom a mistake is planted: the kind to try first, NONE for nobody; for half of them the rarest kinds."""
        draws, number = self.register.draws, part.people.number
        chance = self.order.mix.mistakes * 1_000 * _likelier(part)
        kind = draws.below("kind of mistake", number, 1 << 20) * draws.chance("rare first", number, 500_000)
        kind *= ~_overtaken(part)
        return np.where(draws.chance("mistake", number, chance), kind, NONE)


def _likelier(part: Chunk) -> Ints:
    """How many times likelier a mistake is than with others: where the rarer kinds are possible."""
    held, claims = part.standing, part.claims
    many = np.bincount(claims.person[claims.kind == Kind.DRUGS], minlength=len(held.tag)) > 5
    back = np.bincount(claims.person[claims.refund & (claims.kind == Kind.STAY)], minlength=len(held.tag)) > 0
    tagged, ended = (held.tag != NONE).any(axis=1), (held.tag_to < NEVER).any(axis=1)
    return np.where(_overtaken(part) | ended, 50, np.where(back, 20, np.where(tagged | many, 6, 1)))


def _overtaken(part: Chunk) -> Mask:
    """Whose bill was taken back after another was settled that it may have changed."""
    claims = part.claims
    counts = np.isin(claims.kind, (Kind.STAY, Kind.TRANSFER, Kind.CHRONIC))
    so_far = np.cumsum(counts & ~claims.refund)
    by_key, refund = np.argsort(claims.key), np.flatnonzero(claims.refund & counts)
    original = by_key[np.searchsorted(claims.key, claims.original[refund], sorter=by_key)]
    return np.isin(
        np.arange(len(part.people.number)), claims.person[refund[so_far[refund] > so_far[original]]]
    )


def _one(
    pack: Pack, person: Person, claims: list[Claim], wrong: int
) -> tuple[dict[str, dict[str, int]], list[Mistake]]:
    right = {one.setl_id: one for one in settle(pack, person, claims)}
    planted = [] if wrong == NONE else plant(pack, person, claims, right, wrong)
    recorded = {setl_id: sums_of(one) for setl_id, one in right.items()}
    return recorded | {one.setl_id: dict(one.recorded) for one in planted}, planted


def person_at(part: Chunk, place: int) -> Person:
    """A person of a chunk as the oracle takes one."""
    held, people = part.standing, part.people
    periods = zip(held.insured[place], held.paused[place], strict=True)
    return Person(
        str(people.number[place]),
        _day(people.born[place]),
        tuple(_tags(part, place)),
        tuple(Enrolment(_day(start), _day(end - 1)) for start, end in periods if start < NEVER),
    )


def _tags(part: Chunk, place: int) -> Iterator[Tag]:
    held = part.standing
    for slot, tag in enumerate(held.tag[place]):
        if tag != NONE:
            yield Tag(
                "psn_idet_type", TAGS[tag], _day(held.tag_from[place, slot]), _day(held.tag_to[place, slot])
            )
    if held.filed_from[place] < NEVER:
        yield Tag("rloc_type", FILED, _day(held.filed_from[place]), _day(held.filed_to[place]))


def _day(number: int) -> dt.date:
    return OPEN if number >= NEVER - 1 else EPOCH + dt.timedelta(int(number))
