"""Known mistakes for recorded payments: each is what would have been paid, had one thing been seen wrongly.

A mistake is found by asking the oracle about facts or a history that are slightly false, and taking its answer for one claim
(for a refund that nobody followed up, for the claims after it). It is planted only where that changes a payment, never
on a claim that was taken back. This module must not know percentages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from doudi.engine.settle.oracle import settle
from doudi.engine.settle.person import OPEN, Claim, Person, Settled, Tag
from doudi.policy.pack import Pack
from doudi.sample.mistakes import Case, Mistake, Right, sums_of

Found = Iterator[tuple[str, Settled]]

WRONG_LEVELS = {"11": "06", "09": "06", "06": "02", "03": "06", "05": "02", "02": "06", "01": "06"}
"""The level that is put in the place of a hospital's own."""


def _different(case: Case, setl_id: str, wrong: Settled, more: bool | None = None) -> bool:
    """Whether an answer pays differently; with `more`, whether it pays more (or less)."""
    if sums_of(wrong) == sums_of(case.right[setl_id]):
        return False
    return more is None or (
        wrong.psn_pay_fen != case.right[setl_id].psn_pay_fen
        and (wrong.psn_pay_fen < case.right[setl_id].psn_pay_fen) == more
    )


def _alone(case: Case, more: bool, step: str) -> Found:
    """One claim settled as if it were the year's first."""
    for claim in case.open_claims:
        number = claim["setl_id"]
        wrong = settle(case.pack, case.person, [claim])[0]
        if _different(case, number, wrong, more) and any(
            wrong.steps[name] > case.right[number].steps.get(name, 0)
            for name in wrong.steps
            if name.endswith(step)
        ):
            yield number, wrong
            return


def deductible_twice(case: Case) -> Found:
    """A deductible taken that was used up or no longer due."""
    return _alone(case, False, ".deductible")


def cap_ignored(case: Case) -> Found:
    """Paid although the year's cap was reached."""
    return _alone(case, True, ".cap_room")


def level_wrong(case: Case) -> Found:
    """Settled at the ratio and deductible of another hospital level; of a stay, if there is one."""
    for claim in sorted(case.open_claims, key=lambda one: one["begndate"] == one["enddate"]):
        number, other = claim["setl_id"], WRONG_LEVELS.get(claim["hosp_lv"])
        if other is None or not any(case.right[number].paid.values()):
            continue
        wrong = case.again({**claim, "hosp_lv": other})[number]
        if _different(case, number, wrong):
            yield number, wrong
            return


def category_missed(case: Case) -> Found:
    """Settled as an ordinary person's although a category was held."""
    yield from _other_person(case, replace(case.person, tags=_tags(case, "rloc_type")))


def category_kept(case: Case) -> Found:
    """Settled by a category that had ended."""
    if all(tag.to == OPEN for tag in _tags(case, "psn_idet_type")):
        return
    kept = tuple(
        replace(tag, to=OPEN) if tag.column == "psn_idet_type" else tag for tag in case.person.tags[:1]
    )
    yield from _other_person(case, replace(case.person, tags=(*kept, *_tags(case, "rloc_type"))))


def _tags(case: Case, column: str) -> tuple[Tag, ...]:
    return tuple(tag for tag in case.person.tags if tag.column == column)


def _other_person(case: Case, person: Person) -> Found:
    if person.tags == case.person.tags:
        return
    other = case.again(person=person)
    for claim in case.open_claims:
        if _different(case, claim["setl_id"], other[claim["setl_id"]]):
            yield claim["setl_id"], other[claim["setl_id"]]
            return


def referral_missed(case: Case) -> Found:
    """A referred or filed patient settled as one who went outside on his own."""
    person = replace(case.person, tags=_tags(case, "psn_idet_type"))
    for claim in case.open_claims:
        if claim["out_flag"] != "1":
            continue
        wrong = case.again(
            {**claim, "med_type": "27" if claim["med_type"] in ("23", "24") else claim["med_type"]},
            person=person,
        )
        if _different(case, claim["setl_id"], wrong[claim["setl_id"]]):
            yield claim["setl_id"], wrong[claim["setl_id"]]
            return


def cii_deductible_missed(case: Case) -> Found:
    """Critical-illness insurance paid from the first yuan."""
    layers = [code for code, layer in case.pack.file.layers.items() if layer.fund == "hifmi_pay"]
    for claim in case.open_claims:
        number, steps = claim["setl_id"], case.right[claim["setl_id"]].steps
        for code in layers:
            standard = steps.get(f"{code}.deductible_standard", 0)
            if steps.get(f"{code}.deductible", 0) == 0:
                continue
            year = claim["enddate"].year
            wrong = case.again(prior={(year, code, "base"): standard})[number]
            if _different(case, number, wrong, more=True):
                yield number, wrong
                return


def refund_not_followed(case: Case) -> Found:
    """A claim was taken back; those settled in between were left as they stood."""
    for refund in case.claims:
        original = refund["init_setl_id"]
        if not original:
            continue
        stale = case.again(claims=[claim for claim in case.claims if claim is not refund])
        start = next(claim["setl_time"] for claim in case.claims if claim["setl_id"] == original)
        found = [
            (claim["setl_id"], stale[claim["setl_id"]])
            for claim in case.open_claims
            if start < claim["setl_time"] < refund["setl_time"]
            and _different(case, claim["setl_id"], stale[claim["setl_id"]])
        ]
        if found:
            yield from found
            return


KINDS: Mapping[str, tuple[str, Callable[[Case], Found]]] = {
    "refund_not_followed": ("冲正后未重算其后的结算", refund_not_followed),
    "category_kept": ("身份已终止仍按原身份结算", category_kept),
    "category_missed": ("未按困难身份结算", category_missed),
    "cap_ignored": ("超过年度限额仍支付", cap_ignored),
    "referral_missed": ("已转诊或备案仍按未转诊先行自付", referral_missed),
    "deductible_twice": ("重复扣起付线", deductible_twice),
    "cii_deductible_missed": ("大病保险未扣起付线", cii_deductible_missed),
    "level_wrong": ("按错误的医院等级结算", level_wrong),
}
"""Every kind with its Chinese name, the rarest first."""


def plant(pack: Pack, person: Person, claims: Sequence[Claim], right: Right, first: int) -> list[Mistake]:
    """Mistakes for one person: of the first kind, from kind number `first` on, that changes a payment."""
    case, names = Case(pack, person, claims, right), list(KINDS)
    for turn in range(len(names)):
        kind = names[(first + turn) % len(names)]
        zh, find = KINDS[kind]
        found = [
            Mistake(setl_id, kind, zh, sums_of(right[setl_id]), sums_of(wrong))
            for setl_id, wrong in find(case)
        ]
        if found:
            return found
    return []
