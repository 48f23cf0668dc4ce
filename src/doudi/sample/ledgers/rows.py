"""A list about some of the county's people, column after column under the sender's own headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.sample.draws import Ints, Mask
from doudi.sample.ledgers import spell
from doudi.sample.ledgers.cells import DATE, NUMBER, TEXT, Field, Header, Sheet
from doudi.sample.ledgers.county import County
from doudi.sample.ledgers.damage import Damager, Plan
from doudi.sample.text import named

POLICE = ("户主", "妻", "子", "女", "父亲", "母亲", "公公", "婆婆", "儿媳", "孙子", "孙女", "兄弟姐妹")
"""Relations as the police write them, in the order of `homes.RELATIONS`; the spouse of a wife is 夫."""
SEX, SEX_CODE = ("女", "男"), ("2", "1")


class Rows:
    """A list being made. `who`: numbers of people, one a row; `turn` tells several rows of one person apart."""

    def __init__(self, county: County, kind: str, who: Ints, turn: Ints | None = None) -> None:
        self.county, self.who = county, who
        turns = np.zeros_like(who) if turn is None else turn
        self.sheet = Sheet(kind, who, who * 64 + turns)

    def __len__(self) -> int:
        return len(self.who)

    def of(self, column: pa.Array) -> pa.Array:
        """A column of the county's, for these rows."""
        return column.take(pa.array(self.who))

    def add(
        self, name: str, header: Header, written: Any, read: Any = None, how: int = TEXT, at: str = ""
    ) -> Field:
        """A further column."""
        return self.sheet.add(name, header, written, read, how, at)

    def same(self, name: str, header: Header, value: str, read: str | None = None) -> Field:
        """One value on every row."""
        many = len(self)
        return self.add(name, header, pa.array([value] * many), pa.array([read or value] * many))

    def serial(self, header: Header = "序号") -> None:
        """The running number."""
        self.add("seq", header, spell.numbers(np.arange(1, len(self) + 1)), how=NUMBER)

    def identity(self, header: Header = "身份证号") -> None:
        """Identity numbers."""
        self.add("certno", header, self.of(self.county.certno))

    def named(self, header: Header = "姓名") -> None:
        """Names."""
        self.add("psn_name", header, self.of(self.county.name))

    def sex(self, header: Header = "性别", *, code: bool = False) -> None:
        """Sex in words or codes."""
        male = self.county.people.male[self.who].astype(np.int64)
        self.add("gend", header, named(male, SEX_CODE if code else SEX), named(male, SEX_CODE))

    def born(self, header: Header = "出生日期", style: str = "iso", how: int = TEXT) -> None:
        """Dates of birth."""
        self.day("brdy", header, self.county.people.born[self.who], style, how=how)

    def day(
        self,
        name: str,
        header: Header,
        days: Ints,
        style: str = "iso",
        empty: Mask | None = None,
        how: int = TEXT,
    ) -> None:
        """Dates."""
        self.add(name, header, spell.days(days, style, empty), spell.days(days, "iso", empty), how)

    def money(
        self, name: str, header: Header, fen: Ints, empty: Mask | None = None, how: int = NUMBER
    ) -> None:
        """Sums in yuan, read in fen."""
        self.add(name, header, spell.yuan(fen, empty), spell.numbers(fen, empty), how)

    def count(
        self, name: str, header: Header, many: Ints, empty: Mask | None = None, how: int = NUMBER
    ) -> None:
        """Whole numbers."""
        self.add(name, header, spell.numbers(many, empty), how=how)

    def word(
        self,
        name: str,
        header: Header,
        places: Ints,
        words: Sequence[str | None],
        read: Sequence[str | None] | None = None,
    ) -> None:
        """Words by their place in a list; `read`: what each means."""
        self.add(name, header, named(places, words), named(places, read or words))

    def yesno(self, name: str, header: Header, yes: Mask, how: tuple[str, str] = ("否", "是")) -> None:
        """是 or 否, read 1 or 0."""
        self.word(name, header, yes.astype(np.int64), how, ("0", "1"))

    def place(
        self, town: Header | None = "乡镇", village: Header | None = "村", natural: Header | None = None
    ) -> None:
        """Township, village, natural village."""
        county = self.county
        for name, header, column in (
            ("town", town, county.town),
            ("village", village, county.village),
            ("natural_village", natural, county.natural_village),
        ):
            if header is not None:
                self.add(name, header, self.of(column))

    def head(self, name: Header | None = "户主姓名", number: Header | None = None) -> None:
        """The head of the household."""
        if name is not None:
            self.add("head_name", name, self.of(self.county.of_head(self.county.name)))
        if number is not None:
            self.add("head_certno", number, self.of(self.county.of_head(self.county.certno)))

    def relation(self, header: Header = "与户主关系", *, police: bool = False) -> None:
        """Relation to the head."""
        county = self.county
        read = self.of(county.relation)
        if not police:
            self.add("relation", header, read)
            return
        places = county.people.relation[self.who]
        written = named(places, POLICE)
        husband = pa.array((places == 1) & county.people.male[self.who])
        self.add("relation", header, pc.if_else(husband, "夫", written), read)

    def phone(self, header: Header = "联系电话", *, some: int = 0) -> None:
        """Telephones; `some` in a million are not filled in."""
        column = self.of(self.county.phone)
        if some:
            none = self.county.draws.chance(f"{self.sheet.kind} no phone", self.sheet.key, some)
            column = pc.if_else(pa.array(none), None, column)
        self.add("tel", header, column)

    def address(self, header: Header = "家庭住址", name: str = "addr") -> None:
        """Addresses."""
        self.add(name, header, self.of(self.county.addr))

    def memo(self, header: Header = "备注") -> None:
        """Remarks, mostly none."""
        words = (None, "已核", "本人外出，电话核实", "户主代签", "证件复印件已留")
        self.word(
            "memo",
            header,
            self.county.draws.pick(f"{self.sheet.kind} memo", self.sheet.key, (90, 4, 2, 2, 2)),
            words,
        )

    def damaged(self, plan: Plan, what: str, times: int) -> Sheet:
        """The list as it is handed over."""
        family = None
        if len(np.unique(self.who)) == len(self.who):
            row_of = np.full(len(self.county), -1, np.int64)
            row_of[self.who] = np.arange(len(self.who))
            other = self.county.another[self.who]
            family = np.where(other == self.who, -1, row_of[other])
        former = self.of(self.county.former_village)
        plan = replace(plan, times=times, family=family, former=former)
        return Damager(self.sheet, plan, self.county.draws, what).done()


__all__ = ["DATE", "NUMBER", "TEXT", "Rows"]
