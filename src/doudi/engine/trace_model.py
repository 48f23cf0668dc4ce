"""The trace of one claim as data: every key that its JSON may hold, each with what it means.

`docs/reference/trace.schema.json` is made from this. Money is fen inside and two-decimal yuan text in JSON. This
module must not know how a claim is settled, nor how a trace is shown.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from doudi.common.money import fen_from_text, yuan_text

SCHEMA: Literal["doudi/trace@1"] = "doudi/trace@1"


class _Turns:
    """Marks a sum that has the opposite sign on a refund."""


def _fen(value: Any) -> Any:
    return fen_from_text(value) if isinstance(value, str) else value


_MONEY = (
    BeforeValidator(_fen),
    PlainSerializer(yuan_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+\.\d\d$", "description": "yuan"}),
)
Sum = Annotated[int, *_MONEY, _Turns()]
"""A sum of this claim, in fen; negative on a refund."""
Figure = Annotated[int, *_MONEY]
"""A sum of the policy or of the year so far, in fen; the same on a refund."""
Day = Literal["admission", "discharge", "settlement"]


class Part(BaseModel):
    """A part of a trace: closed and unchanging."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def turned(self) -> Self:
        """The same part of a refund: every sum negated, what the policy says left alone."""
        changed: dict[str, Any] = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, Part):
                changed[name] = value.turned()
            elif isinstance(value, tuple):
                changed[name] = tuple(v.turned() if isinstance(v, Part) else v for v in value)
            elif isinstance(value, int) and any(isinstance(mark, _Turns) for mark in _marks(field)):
                changed[name] = -value
        return self.model_copy(update=changed)


def _marks(field: Any) -> list[Any]:
    """Annotations of a field, also where it may be None."""
    inner = [
        mark for arg in getattr(field.annotation, "__args__", ()) for mark in getattr(arg, "__metadata__", ())
    ]
    return [*field.metadata, *inner]


class Reason(Part):
    """Why something is as it is: a stable code, and a sentence in each language."""

    code: str
    dimension: str | None = Field(
        default=None, description="the dimension whose class decided, where one did"
    )
    zh: str
    en: str


class Source(Part):
    """Where a number or rule stands."""

    cite: str = Field(description="one line: issuer, document, number, clause")
    document: str | None = None
    number: str | None = None
    issuer: str | None = None
    date: str | None = None
    clause: str | None = None
    url: str | None = None
    note: str | None = None


class Used(Part):
    """A parameter that was looked up, with the value in force."""

    name: str
    zh: str
    en: str | None
    unit: str
    day: dt.date = Field(description="the day looked up")
    classes: dict[str, str] = Field(description="the claim's classes that the table is keyed by")
    from_: dt.date = Field(
        serialization_alias="from",
        validation_alias=AliasChoices("from", "from_"),
        description="first day this value is in force",
    )
    to: dt.date | None = Field(description="last day; null while it is open")
    value_zh: str
    value_en: str
    yuan: Figure | None = Field(description="the sum it comes to, where it is one")
    confirmed: bool = Field(description="whether anybody has confirmed it with the issuer")
    source: Source


class Look(Part):
    """One column or tag that a class looks at, with what was found."""

    column: str
    found: tuple[str, ...]


class InClass(Part):
    """The class a claim fell into in one dimension."""

    dimension: str
    zh: str
    en: str
    code: str | None = Field(description="null: it fits no class")
    class_zh: str
    class_en: str
    by: Day = Field(description="which day of the claim counts for dated tags")
    day: dt.date
    looked_at: tuple[Look, ...]


class Term(Part):
    """One amount of a sum."""

    take: str
    zh: str
    en: str
    minus: bool
    amount: Sum
    limit: Figure | None = Field(description="what of it may be counted at most")
    counted: Sum


class Prepaid(Part):
    """A prepay step, before any layer."""

    zh: str
    en: str | None
    why_not: Reason | None = Field(description="null if it applied")
    terms: tuple[Term, ...]
    of: Sum
    ratio: str
    taken: Sum
    rule: Source
    parameters: tuple[Used, ...]


class Step(Part):
    """One step on the way to the deductible: what it stands at after the step."""

    code: str
    zh: str
    en: str
    amount: Sum


class Deducted(Part):
    """The deductible of a layer."""

    per: Literal["admission", "bill", "year"]
    admission: int | None = Field(description="number of the admission in the year")
    continues: Literal["interim", "transfer", "same_claim"] | None
    steps: tuple[Step, ...]
    standard: Sum
    before: Sum = Field(description="used earlier in the year")
    now: Sum
    left: Sum


class Banded(Part):
    """One band, and what of the claim fell into it."""

    number: int
    from_: Figure = Field(serialization_alias="from", validation_alias=AliasChoices("from", "from_"))
    to: Figure | None
    counted_from: Figure
    counted_to: Figure
    length: Sum
    ratio: str
    payment: Sum = Field(description="rounded by itself, for reading")


class Capped(Part):
    """One cap, and what room it left."""

    number: int
    on: Literal["payment", "cost"]
    per: Literal["year", "bill", "day"]
    zh: str
    en: str
    pool: str | None
    limit: Figure | None = Field(description="null: no limit for this class")
    raised_by: Figure
    days: int | None
    used: Figure | None = Field(description="used earlier in the year")
    room: Figure | None
    cut: Sum = Field(description="what this cap took away")


class Guaranteed(Part):
    """What a guarantee layer let the person bear."""

    ratio: str
    terms: tuple[Term, ...]
    of: Figure = Field(description="what the ratio is taken of; with a yearly layer, of the year")
    may_bear: Figure
    would_bear: Figure


class Reckoning(Part):
    """What a layer that applied did, in order."""

    terms: tuple[Term, ...]
    base: Sum
    deductible: Deducted | None
    counted: Sum
    counted_from: Figure
    bands: tuple[Banded, ...]
    guarantee: Guaranteed | None
    gross: Sum
    how: Reason = Field(description="how the gross payment came from what was counted")
    caps: tuple[Capped, ...]
    cap_room: Sum | None
    cap_left: Sum | None
    clipped_by: Reason | None
    clipped: Sum
    paid: Sum
    copay: Sum
    over: Sum
    left: Sum
    notes: tuple[Reason, ...]


class Layer(Part):
    """One layer of the policy: why it did not apply, or what it did."""

    place: int | None = Field(description="its place in the order in force; null if it is not in it")
    code: str
    zh: str
    en: str
    kind: Literal["share", "guarantee", "recorded"]
    per: Literal["bill", "year"]
    fund: str
    fund_zh: str
    fund_pay_type: str | None
    rule: Source
    why_not: Reason | None
    reckoning: Reckoning | None
    parameters: tuple[Used, ...]


class Fund(Part):
    """What one national fund column received."""

    column: str
    zh: str
    en: str
    amount: Sum


class Totals(Part):
    """The end of the bill."""

    funds: tuple[Fund, ...]
    fund_pay_sumamt: Sum
    ownpay_hosp_part: Sum
    total_paid: Sum
    psn_pay: Sum
    psn_pay_share: str = Field(description="of the bill, rounded to a hundredth of a point")
    inscp_left: Sum = Field(description="in scope and not paid by layers that count against it (manual §5)")
    psn_in_scope: Sum = Field(description="of what the person bears: in scope")
    psn_outside: Sum = Field(description="of what the person bears: out of scope, or prepay")


class Identity(Part):
    """A sum that must hold."""

    name: str
    zh: str
    en: str
    left: Sum
    right: Sum
    holds: bool


class Recorded(Part):
    """A recorded column beside what the policy gives."""

    column: str
    zh: str
    en: str
    recorded: Sum
    computed: Sum
    difference: Sum


class Amount(Part):
    """A sum that the claim carries."""

    column: str
    zh: str
    en: str
    amount: Sum


class Claim(Part):
    """The claim as it came; the person is masked."""

    setl_id: str
    person: str = Field(description="the end of the person's number")
    refund_of: str | None
    cancelled_by: str | None
    begndate: dt.date
    enddate: dt.date
    setl_time: str
    days: int
    age: int | None
    enrolled_years: int | None = Field(description="null: no enrolment known")
    year: int = Field(description="of the accumulators")
    number: int | None = Field(description="among the person's claims of the year, in the order taken")
    codes: dict[str, str] = Field(description="coded columns of the claim that the policy looks at")
    amounts: tuple[Amount, ...]


class Policy(Part):
    """The policy that was applied."""

    id: str
    zh: str
    en: str
    place: str
    fingerprint: str
    rate_day: dt.date
    rate_by: Day


class Trace(Part):
    """Why a claim was paid what it was paid."""

    schema_: Literal["doudi/trace@1"] = Field(
        serialization_alias="schema", validation_alias=AliasChoices("schema", "schema_")
    )
    policy: Policy
    claim: Claim
    classes: tuple[InClass, ...]
    prepay: tuple[Prepaid, ...]
    inscp: Sum = Field(description="in scope after the prepay steps")
    prepaid: Sum = Field(description="prepay after the prepay steps")
    layers: tuple[Layer, ...]
    totals: Totals
    identities: tuple[Identity, ...]
    recorded: tuple[Recorded, ...] = Field(description="empty where the claim carries no recorded payment")
    unconfirmed: tuple[str, ...] = Field(description="parameters used that nobody has confirmed")

    def to_json(self) -> str:
        """Canonical text: sorted keys, two-decimal yuan."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, indent=2) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return self.model_dump(mode="json", by_alias=True)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a trace as it is handed out."""
    made = _without_titles(Trace.model_json_schema(mode="serialization", by_alias=True))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **made}


def _without_titles(part: Any) -> Any:
    """The same schema without the names that pydantic makes from keys, which say nothing more."""
    if isinstance(part, dict):
        return {k: _without_titles(v) for k, v in part.items() if not (k == "title" and isinstance(v, str))}
    return [_without_titles(v) for v in part] if isinstance(part, list) else part


def page() -> str:
    """The text of docs/reference/trace.schema.json."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
