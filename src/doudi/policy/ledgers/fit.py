"""Whether the parts of a kind fit: names that lead nowhere, headers that mean two columns, tags that can never be.

Told with the line of the file; this module must not make or change a kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from doudi.common.errors import DoudiError
from doudi.policy.faults import at, near
from doudi.policy.ledgers.headers import header_key
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind
from doudi.policy.ledgers.schema import KindFile, TagPart
from doudi.policy.text import Document, Loc


def misfits(file: KindFile, kind: LedgerKind, document: Document) -> list[DoudiError]:
    """Every way in which the parts of a kind do not fit."""
    fit = _Fit(file, kind, document)
    return [*fit.names(), *fit.dates(), *fit.subject(), *fit.tags(), *fit.headers()]


class _Fit:
    def __init__(self, file: KindFile, kind: LedgerKind, document: Document) -> None:
        self.file, self.kind, self.document = file, kind, document
        self.places = {part.name or part.common: i for i, part in enumerate(file.columns)}

    def unknown(self, loc: Loc, names: Iterable[str]) -> Iterator[DoudiError]:
        for name in names:
            if name not in self.kind.by_name:
                do = near(name, self.kind.by_name) or "写一个本表的列名"
                yield at(self.document, loc, f"没有列“{name}”", "、".join(self.kind.by_name), do)

    def names(self) -> Iterator[DoudiError]:
        yield from self.unknown(("key",), self.kind.key)
        for word, name in (("since", self.kind.since), ("until", self.kind.until)):
            yield from self.unknown((word,), [name] if name else [])

    def dates(self) -> Iterator[DoudiError]:
        for word, name in (("since", self.kind.since), ("until", self.kind.until)):
            column = self.kind.by_name.get(name)
            if column and column.column.kind != "date":
                yield at(self.document, (word,), f"列“{name}”不是日期", "type: date 的列")

    def subject(self) -> Iterator[DoudiError]:
        """A row must be able to say whom it is about."""
        who = {"person": ("idcard", "name"), "household": ("household", "idcard", "name")}
        roles = who.get(self.kind.subject, ())
        if roles and not any(column.role in roles for column in self.kind):
            allowed = f"至少一列的 role 是 {'、'.join(roles)}"
            yield at(self.document, ("subject",), "没有一列能说明这一行是谁", allowed)
        if self.kind.makes_persons and not self.kind.of_role("idcard"):
            yield at(self.document, ("makes_persons",), "没有证件号码的台账不能新增人员", "一列 role: idcard")
        if self.kind.makes_households and not self.kind.of_role("household"):
            yield at(
                self.document, ("makes_households",), "没有户编号的台账不能新增家庭", "一列 role: household"
            )

    def tags(self) -> Iterator[DoudiError]:
        for i, tag in enumerate(self.file.tags):
            names = [*filter(None, (tag.by, *(tag.level or "").split("+"))), *tag.when]
            yield from self.unknown(("tags", i), dict.fromkeys(names))
            yield from self.never(i, tag)

    def never(self, i: int, tag: TagPart) -> Iterator[DoudiError]:
        """Values in `when` that the column never holds."""
        for name, values in tag.when.items():
            column = self.kind.by_name.get(name)
            held = ("1", "0") if column and column.role == "yesno" else column.values if column else ()
            for value in values:
                if held and value and value not in held:
                    what = f"列“{name}”没有取值“{value}”"
                    yield at(self.document, ("tags", i, "when", name), what, "、".join(held))

    def headers(self) -> Iterator[DoudiError]:
        owner: dict[str, LedgerColumn] = {}
        for column in self.kind:
            for text in column.texts:
                other = owner.setdefault(header_key(text), column)
                if other is not column:
                    place = self.places.get(column.name, self.places.get(other.name, 0))
                    one, two = (f"“{each.zh}”（{each.name}）" for each in (other, column))
                    what = f"表头“{text}”同时指{one}和{two}"
                    do = "一个表头只能指一列，删去或改写一处"
                    yield at(self.document, ("columns", place), what, do=do)
