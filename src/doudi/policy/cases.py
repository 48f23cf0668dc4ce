"""Cases: a person, their claims, and what a published source says was paid (manual §8), read and checked.

What comes out is plain: claims in the inside form of `settlements`, expectations as exact numbers. Running
them is `doudi.findings.cases`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from doudi.common.errors import DoudiError
from doudi.policy.case_claims import read_claims
from doudi.policy.faults import at, each, near, raise_in_order, read_model
from doudi.policy.formula import How, printed, read_exact, work_out
from doudi.policy.pack import Pack, from_document, load
from doudi.policy.schema import FUNDS, Date, Number, Part, Source, Text, Truth, fault, named, reads
from doudi.policy.text import Document, Loc, read_document
from doudi.policy.values import BadValue, read_fen, read_number

#: Steps of one layer (manual §8); `band1`, `band2` … besides.
LAYER_STEPS = (
    *("base", "deductible_standard", "deductible_before", "deductible", "deductible_left", "counted"),
    *("gross", "cap_room", "cap_left", "paid", "copay", "over", "left"),
)
CLAIM_STEPS = (
    *("total", "medfee_sumamt", "inscp", "prepay", "total_paid", "inscp_left"),
    *(*FUNDS, "fund_pay_sumamt", "psn_pay"),
)
POOL_ITEMS = ("base", "above", "deductible", "paid", "admissions", "of")


def _step_of(raw: Any) -> Fraction:
    if (value := read_exact(raw)) <= 0:
        raise BadValue(f"“{raw}”要大于零", "如 10、0.01")
    return value


def _tags(raw: Any) -> Any:
    items = raw if isinstance(raw, list) else [raw]
    return [{"is": item} if isinstance(item, str) else item for item in items]


def _which(raw: Any) -> int:
    """The number of a claim; 0 stands for all of them."""
    return 0 if raw == "all" else read_number(raw)


Exact = Annotated[Fraction, reads(read_exact)]


class CaseTag(Part):
    """Something true of the person for a time; both days included."""

    is_: Text = Field(alias="is")
    from_: Date | None = Field(None, alias="from")
    to: Date | None = None


class CasePerson(Part):
    """The person of a case, as one row of the persons file."""

    psn_no: Text | None = None
    brdy: Date | None = None
    psn_idet_type: Annotated[list[CaseTag], reads(_tags)] = Field(default_factory=list)
    rloc_type: Annotated[list[CaseTag], reads(_tags)] = Field(default_factory=list)
    psn_insu_date: Date | None = None
    paus_insu_date: Date | None = None


class PriorSum(Part):
    """One accumulator at the start of a year."""

    year: Number
    pool: Text
    item: Literal[(*POOL_ITEMS, "used")]  # type: ignore[valid-type]
    amount: Text

    @property
    def units(self) -> int:
        """The amount in fen, or the number of admissions."""
        return read_number(self.amount) if self.item == "admissions" else read_fen(self.amount)

    @model_validator(mode="after")
    def _readable(self) -> PriorSum:
        try:
            _ = self.units
        except BadValue as bad:
            raise fault(bad.what, bad.allowed, ("amount",)) from None
        return self


class Printing(Part):
    """How a number was printed."""

    printed_to: Annotated[Fraction, reads(_step_of)] | None = None
    how: How = "rounded"

    def same(self, one: Fraction, other: Fraction) -> bool:
        """Whether two numbers are printed alike."""
        return printed(one, self.printed_to, self.how) == printed(other, self.printed_to, self.how)


class OfStep(Part):
    """One step as a percentage of another."""

    step: Text
    of: Text


class Expect(Printing):
    """What a step of a claim must be; with `published`, what it must not be."""

    claim: Annotated[int, reads(_which)]
    step: Text | None = None
    ratio: OfStep | None = None
    is_: Exact = Field(alias="is")
    published: Exact | None = None

    @model_validator(mode="after")
    def _fits(self) -> Expect:
        if (self.step is None) == (self.ratio is None):
            raise fault("要写 step 或 ratio 之一", "step: psn_pay，或 ratio: {step: psn_pay, of: total}")
        if self.published is not None and self.same(self.is_, self.published):
            raise fault("is 与 published 相同，来源就没有算错", "两者不同，或删去 published", ("published",))
        return self

    @property
    def name(self) -> str:
        """The step for people; for a claim but the first, or all, with its number."""
        head = "all:" if self.claim == 0 else "" if self.claim == 1 else f"{self.claim}:"
        return head + (self.step or (f"{self.ratio.step}/{self.ratio.of}" if self.ratio else ""))


class Check(Printing):
    """A sum of the source, worked out again."""

    what: Text
    formula: Text
    published: Exact
    agrees: Truth = True

    @model_validator(mode="after")
    def _readable(self) -> Check:
        try:
            work_out(self.formula)
        except BadValue as bad:
            raise fault(bad.what, bad.allowed, ("formula",)) from None
        return self


class CaseFile(Part):
    """A case as its file says it."""

    doudi: Literal["case/1"]
    id: Annotated[str, named(r"[A-Za-z0-9][A-Za-z0-9._-]*", "字母、数字、点、连字符、下划线")]
    title: Text
    source: Source = Source()
    use_as: Literal["positive", "negative", "arithmetic"]
    policy: Any = None
    person: CasePerson = CasePerson()
    prior: list[PriorSum] = Field(default_factory=list)
    claims: list[dict[str, Any]] = Field(default_factory=list)
    expect: list[Expect] = Field(default_factory=list)
    checks: list[Check] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits(self) -> CaseFile:
        run = ("policy", "claims", "expect")
        needed = ("checks",) if self.use_as == "arithmetic" else run
        for key in needed:
            if not getattr(self, key):
                raise fault(f"use_as: {self.use_as} 要有 {key}", "、".join(needed))
        for key in (*run, "person", "prior"):
            if self.use_as == "arithmetic" and key in self.model_fields_set:
                raise fault(f"use_as: arithmetic 不写 {key}", "只写 checks", (key,))
        for i, entry in enumerate(self.expect):
            if (entry.published is None) == (self.use_as == "negative"):
                what = (
                    "negative 的每条都要写 published"
                    if entry.published is None
                    else "published 只用于 negative"
                )
                raise fault(what, "{claim, step, is, published}", ("expect", i))
        return self


@dataclass(frozen=True)
class Case:
    """A case that can be run: its file, its policy, and its claims in the inside form of `settlements`."""

    file: CaseFile
    path: Path
    pack: Pack | None = None
    claims: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @property
    def prior(self) -> dict[tuple[int, str, str], int]:
        """The sums at the start, as the engine takes them."""
        return {(row.year, row.pool, row.item): row.units for row in self.file.prior}


def read_case(document: Document) -> Case:
    """Check a case and the policy that it names or carries. Raises all faults at once."""
    file = read_model(CaseFile, document)
    if file.use_as == "arithmetic":
        return Case(file, document.path)
    faults: list[DoudiError] = []
    claims = read_claims(document, file.claims, faults)
    try:
        pack: Pack | None = _pack(document, file.policy)
    except DoudiError as error:
        pack = None
        faults += each(error)
    if pack is not None:
        _check_names(document, file, pack, faults)
    raise_in_order(faults)
    return Case(file, document.path, pack, tuple(claims))


def load_case(path: Path) -> Case:
    """Read one case file."""
    return read_case(read_document(path))


def _pack(document: Document, policy: Any) -> Pack:
    if isinstance(policy, dict):
        lines = {loc[1:]: line for loc, line in document.lines.items() if loc[:1] == ("policy",)}
        return from_document(Document(document.path, policy, lines))
    if not isinstance(policy, str):
        raise at(document, ("policy",), "policy 要写文件路径，或整份政策", "../settlement/zibo/resident.yaml")
    path = document.path.parent / policy
    if not path.is_file():
        raise at(document, ("policy",), f"找不到政策文件 {policy}", do="核对相对于本文件的路径")
    return load(path)


def _check_names(document: Document, file: CaseFile, pack: Pack, faults: list[DoudiError]) -> None:
    pools = {layer.pool or code for code, layer in pack.file.layers.items()}
    caps = {
        cap.pool or f"{code}:{i}"
        for code, layer in pack.file.layers.items()
        for i, cap in enumerate(layer.caps, 1)
    }
    for i, row in enumerate(file.prior):
        known = caps if row.item == "used" else pools
        if row.pool not in known:
            what = f"{'限额' if row.item == 'used' else '层的累计'}没有“{row.pool}”"
            faults.append(
                at(document, ("prior", i, "pool"), what, "、".join(sorted(known)), near(row.pool, known))
            )
    for i, entry in enumerate(file.expect):
        place: Loc = ("expect", i)
        if entry.claim > len(file.claims):
            faults.append(
                at(
                    document,
                    (*place, "claim"),
                    f"没有第 {entry.claim} 笔",
                    f"1 至 {len(file.claims)}，或 all",
                )
            )
        for step in (entry.step,) if entry.ratio is None else (entry.ratio.step, entry.ratio.of):
            if step is not None and not is_step(pack, step):
                known = {
                    *CLAIM_STEPS,
                    *(f"{code}.{part}" for code in pack.file.layers for part in LAYER_STEPS),
                }
                allowed = "、".join([*CLAIM_STEPS, *(f"层.{part}" for part in LAYER_STEPS), "层.band1"])
                faults.append(at(document, place, f"没有“{step}”这一步", allowed, near(step, known)))


def is_step(pack: Pack, step: str) -> bool:
    """Whether a policy's settlement can have a step of this name."""
    code, _, part = step.partition(".")
    if not part:
        return step in CLAIM_STEPS
    return code in pack.file.layers and (part in LAYER_STEPS or bool(re.fullmatch(r"band[1-9]\d?", part)))
