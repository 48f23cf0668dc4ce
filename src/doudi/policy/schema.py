"""How the parts of a policy file are shaped: one description, used to check, to explain and to run from.

The models hold meaning already read (fen, parts per million, dates). Whether names point at something is
`linking`'s work; where a fault stands in the file is `faults`'s.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from doudi.facts.settlements import FUNDS as FUND_COLUMNS
from doudi.policy.values import (
    BadValue,
    Rounding,
    Unit,
    Value,
    one_of,
    read_date,
    read_number,
    read_rounding,
    read_truth,
    read_value,
)

NAME = r"[a-z][a-z0-9_]*"
PARAMETER = rf"{NAME}(\.{NAME})*"
#: Where a layer's payment may go: the national fund columns, or the hospital bears it.
FUNDS = (*FUND_COLUMNS, "ownpay_hosp_part")
DAYS = ("admission", "discharge", "settlement")
Day = Literal["admission", "discharge", "settlement"]
LOOKUPS = ("category", "level", "place", "rate", "age", "enrolment", "year", "order")


def fault(what: str, allowed: str, loc: tuple[str | int, ...] = ()) -> PydanticCustomError:
    """A schema fault that carries what would be allowed, and the way to it inside the value."""
    return PydanticCustomError("policy", "{what}", {"what": what, "allowed": allowed, "loc": loc})


def reads(read: Callable[[Any], Any]) -> BeforeValidator:
    """A field that a function reads from text; its `BadValue` becomes a fault at the field."""

    def validate(raw: Any) -> Any:
        try:
            return read(raw)
        except BadValue as bad:
            raise fault(bad.what, bad.allowed, bad.loc) from None

    return BeforeValidator(validate)


def named(pattern: str, allowed: str) -> BeforeValidator:
    """A field whose text must match a pattern."""

    def validate(raw: Any) -> Any:
        if not isinstance(raw, str) or not re.fullmatch(pattern, raw, re.ASCII):
            raise fault(f"“{raw}”不能作名称", allowed)
        return raw

    return BeforeValidator(validate)


def _month_day(raw: Any) -> Any:
    try:
        day = read_date(f"2001-{raw}")
    except BadValue:
        raise BadValue(f"“{raw}”不是每年都有的月日", "MM-DD，如 01-01") from None
    return day.month, day.day


Date = Annotated[dt.date, reads(read_date)]
Truth = Annotated[bool, reads(read_truth)]
Number = Annotated[int, reads(read_number)]
Name = Annotated[str, named(NAME, "小写字母、数字、下划线，以字母开头")]
ParameterName = Annotated[str, named(PARAMETER, "参数名，如 basic.deductible")]
RoundingRule = Annotated[Rounding, reads(read_rounding)]
ClassCode = Annotated[str, named(r"[a-z0-9_]+", "类别代码：小写字母、数字、下划线")]
Text = Annotated[str, named(r"(?s).+", "一个词或一句话")]


class Part(BaseModel):
    """A part of a policy file: unknown keys are faults, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Source(Part):
    """Where a number or a rule stands, and whether anybody has confirmed it."""

    document: str | None = None
    number: str | None = None
    issuer: str | None = None
    date: str | None = None
    clause: str | None = None
    url: str | None = None
    tier: str | None = None
    note: str | None = None
    confirmed: Truth | None = None

    def over(self, default: Source) -> Source:
        """This source, with what it leaves out taken from `default` (a remark is never inherited)."""
        mine = {k: v for k, v in self.model_dump(include=set(Source.model_fields)).items() if v is not None}
        base = {k: v for k, v in default.model_dump(include=set(Source.model_fields)).items() if k != "note"}
        return Source.model_construct(**{**base, **mine})

    def cite(self) -> str:
        """One line for people: issuer, document, number, clause."""
        number = f"（{self.number}）" if self.number else ""
        title = f"《{self.document}》" if self.document else ""
        return "".join(filter(None, [self.issuer, title, number, self.clause])) or "来源未注明"


class Dated(Source):
    """One value, or one table of values, and when it is in force."""

    from_: Date | None = Field(None, alias="from")
    to: Date | None = None
    value: Any = None
    table: dict[str, Any] | None = None


class Parameter(Source):
    """A named number with its dated values; `read` holds them as meaning, in order of date."""

    zh: str | None = None
    en: str | None = None
    unit: Unit
    by: list[Name] = []
    values: list[Dated] | None = None
    value: Any = None
    table: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Parameter:
        if self.values is not None and (self.table is not None or self.value is not None):
            raise fault("values 与 value、table 不能同时写", "只写 values，或只写 value（table）")
        for i, entry in enumerate(self.values or ()):
            if entry.from_ is None:
                raise fault("values 的每一项都要写 from", "{from: 2024-01-01, value: …}", ("values", i))
        if len(self.by) > 4:
            raise fault("分类维度过多", "by 至多四个维度")
        return self

    def dated(self) -> list[tuple[tuple[str | int, ...], Dated]]:
        """The dated entries with their place in the parameter; the short form is one entry."""
        if self.values is not None:
            return [(("values", i), entry) for i, entry in enumerate(self.values)]
        return [((), Dated.model_construct(value=self.value, table=self.table))]

    def read(self, raw: Any) -> Value | None:
        """One raw value of this parameter's unit; None is `null`, not known. Raises `BadValue`."""
        return None if raw is None else read_value(self.unit, raw)


class AgeRange(Part):
    """Completed years, both ends included."""

    from_: Number | None = Field(None, alias="from")
    to: Number | None = None


def _age(raw: Any) -> AgeRange:
    allowed = "{from: 18, to: 59}，可只写其一"
    if not isinstance(raw, dict) or not raw or not set(raw) <= {"from", "to"}:
        raise BadValue("年龄要写成 from、to", allowed)
    ends = {}
    for key, number in raw.items():
        try:
            ends[key] = read_number(number)
        except BadValue as bad:
            raise BadValue(bad.what, bad.allowed, (key,)) from None
    if ends.get("from", 0) > ends.get("to", 999_999_999):
        raise BadValue(f"年龄 {ends['from']} 至 {ends['to']} 不含任何人", "from 不大于 to")
    return AgeRange.model_construct(from_=ends.get("from"), to=ends.get("to"))


def _condition(raw: Any) -> Any:
    if not isinstance(raw, dict) or not raw:
        raise BadValue("条件要写成 列: [值, …]", '{hosp_lv: ["01", "02"]}')
    out: dict[str, list[str] | AgeRange] = {}
    for column, values in raw.items():
        if column == "age":
            try:
                out[column] = _age(values)
            except BadValue as bad:
                raise BadValue(bad.what, bad.allowed, (column, *bad.loc)) from None
        elif isinstance(values, list) and values and all(isinstance(v, str) or v is None for v in values):
            out[column] = [v or "" for v in values]
        else:
            raise BadValue("条件的值要写成列表", '["01", "02"]', (column,))
    return out


Condition = Annotated[dict[str, list[str] | AgeRange], reads(_condition)]


class Class(Part):
    """One class of a dimension; without a condition it takes the rest."""

    code: ClassCode
    zh: str | None = None
    en: str | None = None
    when: Condition | None = None
    unless: Condition | None = None


class Dimension(Part):
    """How claims are sorted into classes; the first class that fits wins."""

    zh: str | None = None
    en: str | None = None
    date: Day | None = None
    classes: Annotated[list[Class], Field(min_length=1, max_length=60)]


class Term(Part):
    """One amount of a sum: which, plus or minus, and its limit."""

    take: str
    minus: Truth = False
    at_most_per_day: ParameterName | None = None
    at_most: ParameterName | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        if isinstance(raw, str):
            return {"take": raw.lstrip("+-").strip(), "minus": "true" if raw.startswith("-") else "false"}
        return raw


Terms = Annotated[list[Term], Field(min_length=1)]
ByClass = dict[Name, Annotated[list[ClassCode], Field(min_length=1)]]


class Prepay(Part):
    """A share that the person bears before any layer."""

    zh: str
    en: str | None = None
    clause: str | None = None
    document: str | None = None
    note: str | None = None
    when: ByClass = {}
    unless: ByClass = {}
    of: Terms
    ratio: ParameterName


class Transfer(Part):
    """Which claims are a transfer that bears only the difference."""

    when: ByClass
    within_days: ParameterName | None = None


class ShareDeductible(Part):
    """A deductible that is a share of the bill between a floor and a ceiling."""

    ratio: ParameterName
    of: Terms
    at_least: ParameterName | None = None
    at_most: ParameterName | None = None


class Deductible(Part):
    """What a layer leaves to the person first (manual §6.1)."""

    per: Literal["admission", "bill", "year"]
    amount: ParameterName | None = None
    share: ShareDeductible | None = None
    sequence: ParameterName | None = None
    round: RoundingRule = Rounding()
    floor: ParameterName | None = None
    year_ceiling: ParameterName | None = None
    transfer: Transfer | None = None

    @model_validator(mode="after")
    def _fits(self) -> Deductible:
        if (self.amount is None) == (self.share is None):
            raise fault("起付线要写 amount 或 share 之一", "amount: 参数名，或 share: {ratio, of, …}")
        if self.per == "year":
            extra = [
                k
                for k in ("share", "sequence", "floor", "year_ceiling", "transfer")
                if getattr(self, k) is not None
            ]
            if extra or self.round != Rounding():
                named = "、".join(extra or ["round"])
                raise fault(f"按年的起付线不能写 {named}", "per: year 只写 amount")
        if self.per == "bill" and (self.sequence is not None or self.transfer is not None):
            raise fault("sequence 和 transfer 只用于按住院次数的起付线", "per: admission")
        return self


class Raise(Part):
    """A cap raised by years of unbroken enrolment."""

    per_year: ParameterName
    after_years: ParameterName
    at_most: ParameterName


class Cap(Part):
    """A limit on money paid or on cost counted (manual §6.2)."""

    limit: ParameterName
    on: Literal["payment", "cost"] = "payment"
    per: Literal["year", "bill", "day"] = "year"
    measured: Literal["above_deductible", "absolute"] = "above_deductible"
    pool: Name | None = None
    raise_: Raise | None = Field(None, alias="raise")

    @model_validator(mode="after")
    def _fits(self) -> Cap:
        if self.pool is not None and self.per != "year":
            raise fault("只有按年的封顶才有 pool", "per: year")
        return self


def _payment_rounding(raw: Any) -> Any:
    if not isinstance(raw, dict):
        raise BadValue("取整要写成一组键值", "{to: fen, mode: half_up, of: difference}")
    of = one_of(raw.get("of") or "difference", ("difference", "total"), "of")
    rounding = read_rounding({key: value for key, value in raw.items() if key != "of"})
    return PaymentRounding(rounding=rounding, of_total=of == "total")


class PaymentRounding(Part):
    """How a payment is rounded: the difference of this claim, or the year's total."""

    rounding: Rounding = Rounding()
    of_total: bool = False


class Layer(Part):
    """One layer of protection (manual §6)."""

    zh: str
    en: str | None = None
    document: str | None = None
    clause: str | None = None
    note: str | None = None
    fund: Literal[FUNDS]  # type: ignore[valid-type]
    fund_pay_type: str | None = None
    on: Truth = True
    when: ByClass = {}
    unless: ByClass = {}
    kind: Literal["share", "guarantee", "recorded"] = "share"
    base: Terms | None = None
    per: Literal["bill", "year"] = "bill"
    deductible: Deductible | None = None
    ratio: ParameterName | None = None
    bands: ParameterName | None = None
    measured: Literal["absolute", "above_deductible"] = "absolute"
    caps: list[Cap] = []
    round: Annotated[PaymentRounding, reads(_payment_rounding)] = PaymentRounding()
    on_change: Literal["forward", "catch_up"] = "forward"
    waiting: ParameterName | None = None
    counts_against: Literal["in_scope", "out_of_scope"] | None = None
    pool: Name | None = None
    at_most: ParameterName | None = None
    of: Terms | None = None
    recorded: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> Layer:
        yearly = self.per == "year" and (self.deductible is None or self.deductible.per == "year")
        if self.kind == "share":
            if (self.ratio is None) == (self.bands is None):
                raise fault("要写 ratio 或 bands 之一", "ratio: 参数名，或 bands: 参数名")
            if self.base is None:
                raise fault("缺少 base：这一层在什么费用上计算", "base: [inscp_left] 等，见手册第 5 节")
            self._bar("at_most", "of", "recorded")
        elif self.kind == "guarantee":
            if self.at_most is None or self.of is None or self.base is None:
                raise fault("兜底层要写 base、at_most 和 of", "at_most: 参数名, of: [total], base: [left]")
            self._bar("ratio", "bands", "deductible", "recorded")
        else:
            if self.recorded is None:
                raise fault("照录的层要写 recorded", "recorded: hifp_pay 或 cost.名称")
            self._bar("ratio", "bands", "deductible", "at_most", "of")
            if self.caps or self.waiting:
                raise fault("照录的层不能写 caps 或 waiting", "只写 recorded、base、fund")
        if self.deductible is not None and self.deductible.per == "year" and self.per != "year":
            raise fault("起付线按年的层必须 per: year", "per: year")
        if (self.round.of_total or self.on_change == "catch_up") and not (yearly and self.kind == "share"):
            raise fault("of: total 和 catch_up 只用于按年、且起付线按年（或没有）的层", "per: year")
        on_cost = any(cap.on == "cost" for cap in self.caps)
        if on_cost and (self.round.of_total or self.on_change == "catch_up" or self.kind == "guarantee"):
            raise fault("of: total、catch_up 和兜底层不能与费用封顶同用", "on: payment")
        pools = [cap.pool for cap in self.caps if cap.pool is not None]
        if len(set(pools)) != len(pools):
            raise fault("同一层的两个封顶用了同一个 pool", "每个封顶各用一个 pool")
        return self

    def _bar(self, *keys: str) -> None:
        for key in keys:
            if getattr(self, key) is not None:
                raise fault(f"kind: {self.kind} 的层不能写 {key}", "见手册第 6 节")

    @property
    def in_scope(self) -> bool:
        """Whether the payment lowers what is left in scope."""
        if self.counts_against is not None:
            return self.counts_against == "in_scope"
        outside = ("own", "overlimit", "prepay")
        terms = self.base or []
        return not terms or not all(t.take in outside or t.take.startswith("cost.") for t in terms)


class Dates(Part):
    """Which day counts for each look-up."""

    category: Day = "admission"
    level: Day = "discharge"
    place: Day = "admission"
    rate: Day = "discharge"
    age: Day = "admission"
    enrolment: Day = "admission"
    year: Day = "discharge"
    order: Day = "settlement"


class Stays(Part):
    """How days and parts of one stay are counted."""

    days: Literal["nights", "inclusive"] = "nights"
    interim: Literal["one_deductible", "each"] = "one_deductible"
    new_year: Literal["again", "continue"] = "again"


class DatedOrder(Part):
    """The order of layers from a day on."""

    from_: Date = Field(alias="from")
    layers: list[Name]


def _order(raw: Any) -> Any:
    if isinstance(raw, list) and raw and all(isinstance(item, str) for item in raw):
        return [{"from": "1900-01-01", "layers": raw}]
    if isinstance(raw, list) and raw and all(isinstance(item, dict) for item in raw):
        return raw
    raise BadValue("order 要写成层的列表", "[basic, cii] 或 [{from: 2024-01-01, layers: [basic, cii]}]")


class ParameterFile(Part):
    """A file of parameters."""

    doudi: Literal["parameters/1"]
    place: str | None = None
    zh: str | None = None
    en: str | None = None
    note: str | None = None
    source: Source = Source()
    parameters: dict[ParameterName, Parameter]


class PackFile(Part):
    """A settlement policy as its file says it."""

    doudi: Literal["settlement/1"]
    id: Annotated[str, named(r"[a-z0-9][a-z0-9-]*", "小写字母、数字和连字符")]
    zh: str
    en: str | None = None
    note: str | None = None
    place: str
    from_: Date = Field(alias="from")
    to: Date | None = None
    source: Source = Source()
    uses: list[str] = []
    dates: Dates = Dates()
    year_starts: Annotated[tuple[int, int], reads(_month_day)] = (1, 1)
    stays: Stays = Stays()
    dimensions: dict[Name, Dimension] = {}
    prepay: list[Prepay] = []
    order: Annotated[list[DatedOrder], reads(_order)]
    layers: dict[Name, Layer]
    parameters: dict[ParameterName, Parameter] = {}

    @model_validator(mode="after")
    def _forward(self) -> PackFile:
        if self.to is not None and self.to < self.from_:
            raise fault(f"有效期颠倒（{self.from_} 至 {self.to}）", "to 不早于 from", ("to",))
        if min(entry.from_ for entry in self.order) > self.from_:
            allowed = f"第一个顺序的 from 不晚于 {self.from_}"
            raise fault("政策生效后有一段没有层的顺序", allowed, ("order", 0, "from"))
        return self
