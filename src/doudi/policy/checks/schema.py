"""How a file of rules is shaped: one description, used to check, to run and to print.

A rule names the ledger whose rows may fail, the ledgers it is held against, and the condition that fails. Each rule
carries rows on which it must fail and rows on which it must not: the tests run them on every engine.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from doudi.policy.checks.condition import Term, fields, read_condition
from doudi.policy.schema import Date, Name, Part, Source, Text, Truth, fault, named, reads

Condition = Annotated[Term, reads(read_condition)]
RuleId = Annotated[
    str, named(r"[A-Za-z0-9][A-Za-z0-9_./-]*", "规则编号：字母、数字、下划线、点、斜线、连字符")
]
Severity = Literal["error", "warning", "lead"]


class Against(Part):
    """Another ledger that the rows are held against, by person, household, division, or a column that both have.

    `exists`: a row of it must be there for the rule to fail (its columns may be named in `fails`); `missing`: none.
    """

    ledger: Name
    name: Name
    by: Name = "person"
    must: Literal["exist", "miss"] = "exist"
    where: Condition | None = None


class Counted(Part):
    """Counts over the rows that belong together, which `fails` may name: rows for which each condition is true."""

    by: Annotated[list[Name], Field(min_length=1)]
    counts: dict[Name, Condition] = Field(default_factory=dict)
    distinct: dict[Name, Name] = Field(default_factory=dict)


class Example(Part):
    """Rows by ledger, as a test's ledger would hold them; and which rows of the rule's own ledger fail (from 0)."""

    says: Text
    rows: dict[Name, list[dict[str, Any]]]
    fail: list[Any] = Field(default_factory=list)


class Rule(Part):
    """One rule.

    `number`: as the issuer numbers it. `mends`: who can put it right. `once_per`: one finding for each household
    (or group), not for each row. `from`, `to`: when it is applied, both days included.
    """

    id: RuleId
    number: str = ""
    zh: Text
    en: Text
    rows: Name
    severity: Severity
    where: Condition | None = None
    against: list[Against] = Field(default_factory=list)
    together: Counted | None = None
    fails: Condition | None = None
    once_per: Literal["row", "group"] = "row"
    mends: Text
    suggestion: Text
    source: Source | None = None
    confirmed: Truth = False
    from_: Date | None = Field(None, alias="from")
    to: Date | None = None
    examples: Annotated[list[Example], Field(min_length=1)]

    @model_validator(mode="after")
    def _says_something(self) -> Rule:
        if self.fails is None and not self.against:
            raise fault("规则没有说什么情况算不通过", "写 fails，或写 against", ("fails",))
        if self.once_per == "group" and self.together is None:
            raise fault("once_per: group 要有 together", "写 together，或去掉 once_per", ("once_per",))
        known = sorted(one.name for one in self.against if one.must == "exist")
        named_in = sorted({field.ledger for field in fields(self.fails)}) if self.fails else []
        for ledger in named_in:
            if ledger and ledger not in known:
                what = f"fails 里没有名为 {ledger} 的台账"
                raise fault(what, "、".join(known) or "先在 against 中给台账取名", ("fails",))
        return self


class RuleFile(Part):
    """A file of rules that belong together."""

    doudi: Literal["checks/1"]
    id: Name
    zh: Text
    en: Text
    source: Source | None = None
    rules: Annotated[list[Rule], Field(min_length=1)]
