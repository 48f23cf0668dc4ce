"""How a ledger kind is written in YAML, and what is wrong with one as it stands alone.

Holds the shape and the defaults that follow from a role. Whether two headers mean two columns, and what a shared column
adds, is `load`'s work. This module must not know any kind by name.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from doudi.common.codes import code_lists
from doudi.facts.declare import Kind as Type
from doudi.facts.declare import Sensitivity
from doudi.policy.ledgers.kind import Nature, Role, Subject
from doudi.policy.schema import NAME, Name, Number, Part, Truth, fault, named, reads
from doudi.policy.values import BadValue, read_fen, read_number

#: What a column of a role is, unless its file says otherwise.
TYPE_OF: dict[Role, Type] = {
    "": "text",
    "idcard": "id",
    "name": "text",
    "phone": "id",
    "account": "id",
    "address": "text",
    "division": "text",
    "household": "id",
    "relation": "code",
    "yesno": "code",
    "year": "count",
    "month": "date",
    "many": "code",
}
_WORDS: tuple[Type, ...] = ("id", "text", "code")
#: What a column of a role may be instead.
TYPES_OF: dict[Role, tuple[Type, ...]] = {
    **dict.fromkeys(("idcard", "name", "phone", "account", "address", "division", "household"), _WORDS),
    **dict.fromkeys(("relation", "yesno", "many"), ("code",)),
    "year": ("count",),
    "month": ("date",),
}
IDENTIFYING: tuple[Role, ...] = ("idcard", "name", "phone", "account", "address")
OPEN: tuple[Role, ...] = ("division", "year", "month")


def _header(raw: Any) -> Any:
    return {"text": raw} if isinstance(raw, str) else raw


def _year(raw: Any) -> int:
    if isinstance(raw, str) and re.fullmatch(r"(19|20)\d\d", raw, re.ASCII):
        return int(raw)
    raise BadValue(f"“{raw}”不是年份", "四位年份，如 2023")


Year = Annotated[int, reads(_year)]
Levels = Annotated[str, named(rf"{NAME}(\+{NAME})*", "列名，或用 + 连接的几个列名")]


class HeaderPart(Part):
    """A header with the years and the sender in which it was seen; a bare text is a header of any year."""

    text: str = Field(min_length=1)
    first: Year | None = None
    last: Year | None = None
    sender: str = ""

    @model_validator(mode="after")
    def _years(self) -> HeaderPart:
        if self.first and self.last and self.first > self.last:
            raise fault("first 晚于 last", "first 不晚于 last", ("first",))
        return self


class ColumnPart(Part):
    """A column; with `common`, what `common.yaml` says of it and what is added or said otherwise here."""

    name: Name | None = None
    common: Name | None = None
    zh: str | None = None
    en: str | None = None
    type: Type | None = None
    role: Role = ""
    unit: str = ""
    scale: Number = 0
    codes: str | None = None
    required: Truth = False
    sensitivity: Sensitivity | None = None
    headers: list[Annotated[HeaderPart, BeforeValidator(_header)]] = Field(default_factory=list)
    values: list[str] = Field(default_factory=list)
    spellings: dict[str, str] = Field(default_factory=dict)
    complete: Truth = True
    least: str | None = None
    most: str | None = None
    signed: Truth = False
    unsure: Truth = False
    note: str = ""

    @model_validator(mode="after")
    def _alone(self) -> ColumnPart:
        if (self.name is None) == (self.common is None):
            raise fault("一列要么写 name，要么写 common", "name: 列名；或 common: 公用列名")
        if self.codes is not None and self.codes not in code_lists():
            raise fault(f"没有代码表“{self.codes}”", "、".join(code_lists()), ("codes",))
        if self.type and self.type not in TYPES_OF.get(self.role, (self.type,)):
            raise fault(
                f"role: {self.role} 的列不能是 {self.type}", "、".join(TYPES_OF[self.role]), ("type",)
            )
        if self.role == "many" and self.name and not self.values:
            raise fault("role: many 的列要写 values", "values: [健康, 残疾]", ("values",))
        return self

    @property
    def inner_type(self) -> Type:
        """The type as written, or as its role and its lists imply."""
        if self.type:
            return self.type
        return "code" if not self.role and (self.values or self.codes) else TYPE_OF[self.role]

    def sensitivity_in(self, subject: Subject) -> Sensitivity:
        """As written; else what names a person is kept out, and what is said of people is personal."""
        if self.sensitivity:
            return self.sensitivity
        if self.role in IDENTIFYING:
            return "identifying"
        return "personal" if subject in ("person", "household") and self.role not in OPEN else "open"

    def bound(self, raw: str | None, key: str) -> int | None:
        """A bound in the column's own measure: fen for money, whole numbers elsewhere."""
        if raw is None:
            return None
        read = read_fen if self.inner_type == "money" else read_number
        try:
            return -read(raw[1:]) if raw.startswith("-") else read(raw)
        except BadValue as bad:
            raise BadValue(bad.what, bad.allowed, (key,)) from None


class TagPart(Part):
    """What a row says of its person or household: a tag by name, or the value of a column."""

    tag: str = ""
    by: Name | None = None
    when: dict[str, list[str]] = Field(default_factory=dict)
    level: Levels | None = None
    to: Literal["person", "household"] = "person"

    @model_validator(mode="after")
    def _one(self) -> TagPart:
        if bool(self.tag) == bool(self.by):
            raise fault("tag 和 by 要写且只写一个", "tag: 低保；或 by: 列名")
        return self


class OriginPart(Part):
    """Where a layout was seen."""

    issuer: str
    title: str
    number: str = ""
    date: str = ""
    note: str = ""
    confirmed: Truth = False


class CommonFile(Part):
    """`common.yaml`: columns that many kinds share."""

    doudi: Literal["ledger-columns/1"]
    columns: list[ColumnPart] = Field(min_length=1)


class KindFile(Part):
    """One kind. With `extends`, what a county adds to a kind of that name: headers, spellings, columns."""

    doudi: Literal["ledger/1"]
    name: Name
    extends: Truth = False
    zh: str = ""
    en: str = ""
    sender: str = ""
    subject: Subject | None = None
    nature: Nature = "list"
    key: list[Name] = Field(default_factory=list)
    since: Name | None = None
    until: Name | None = None
    makes_persons: Truth = False
    makes_households: Truth = False
    tags: list[TagPart] = Field(default_factory=list)
    origins: list[OriginPart] = Field(default_factory=list)
    retention_years: Number = 10
    note: str = ""
    columns: list[ColumnPart] = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> KindFile:
        if not self.extends:
            for key in ("zh", "en", "sender", "subject", "key", "note", "origins", "columns"):
                if not getattr(self, key):
                    raise fault(f"缺少“{key}”", f"每一类台账都要写 {key}")
            if not 1 <= self.retention_years <= 100:
                raise fault("保存年限超出范围", "1 至 100 年", ("retention_years",))
        return self
