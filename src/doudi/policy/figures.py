"""A policy's figures as lines: each value with its classes, its days, its clause and the document it stands in.

Documents are numbered as they are met, for footnotes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from doudi.common.money import round_div
from doudi.policy import wording
from doudi.policy.pack import END, InForce, Pack
from doudi.policy.schema import Source
from doudi.policy.values import PPM, Ratio, ShareOf, Value, Yuan, show_ratio, show_value

UNCONFIRMED = "〔待核实〕"


@dataclass(frozen=True)
class Line:
    """One line: words, and for a figure its parameter, days, clause, footnote and whether it is confirmed."""

    text: str
    parameter: str | None = None
    from_: dt.date | None = None
    to: dt.date | None = None
    source: Source | None = None
    document: int | None = None

    @property
    def marks(self) -> str:
        """What follows the words: the clause, the footnote, and that nobody has confirmed it."""
        clause = f"　{self.source.clause}" if self.source and self.source.clause else ""
        note = f"〔{self.document}〕" if self.document else ""
        return f"{clause}{note}{UNCONFIRMED if self.parameter and not self.confirmed else ''}"

    @property
    def confirmed(self) -> bool:
        """Whether somebody has confirmed the figure."""
        return bool(self.source and self.source.confirmed)

    def to_dict(self) -> dict[str, Any]:
        """For machines; a line of words alone has no more than its text."""
        out: dict[str, Any] = {"text": self.text}
        if self.source is not None:
            out |= {"clause": self.source.clause, "note": self.source.note, "document": self.document}
        if self.parameter is not None:
            days = {"from": self.from_ and str(self.from_), "to": self.to and str(self.to)}
            out |= {"parameter": self.parameter, **days, "confirmed": self.confirmed}
        return out


class Figures:
    """The figures of one pack, all while it is in force, or those in force `on` one day."""

    def __init__(self, pack: Pack, on: dt.date | None) -> None:
        self.pack, self.on = pack, on
        self.documents: dict[str, int] = {}

    def lines(self, name: str | None, lead: str = "") -> Iterator[Line]:
        """A parameter: a line per dated value, and per group of classes where values are long."""
        if name is None:
            return
        parameter = self.pack.parameters[name]
        entries = [entry for entry in parameter.values if self._in_force(entry)]
        for entry in entries:
            since = f"{self._span(entry)}：" if len(entries) > 1 else ""
            document = self.number(entry.source)
            for text in self._texts(entry, parameter.by, parameter.unit):
                yield Line(lead + since + text, name, entry.from_, entry.to, entry.source, document)
                lead = since = ""
        if not entries:
            yield Line(f"{lead}没有值", name)

    def cited(self, source: Source) -> Line:
        """A document by its footnote, with the clause."""
        return Line("", source=source, document=self.number(source))

    def number(self, source: Source) -> int | None:
        """The footnote of a document with the remark on the figure; None if it names none."""
        head = f"{source.issuer or ''}{f'《{source.document}》' if source.document else ''}"
        number = f"（{source.number}）" if source.number else ""
        tier = f"来源级别 {source.tier}" if source.tier else None
        said = "，".join(filter(None, [head + number, source.date, tier, source.url]))
        said += f"。注：{source.note}" if source.note else ""
        return self.documents.setdefault(said, len(self.documents) + 1) if said else None

    def _in_force(self, entry: InForce) -> bool:
        if self.on is not None:
            return entry.from_ <= self.on <= entry.to
        return entry.to >= self.pack.from_ and entry.from_ <= self.pack.to

    def _span(self, entry: InForce) -> str:
        start, end = max(entry.from_, self.pack.from_), min(entry.to, self.pack.to)
        return f"{start} 起" if end == END else f"{start} 至 {end}"

    def _texts(self, entry: InForce, by: tuple[str, ...], unit: str) -> list[str]:
        """The value, or a line per outer class; classes with the same value stand together."""
        day = self.on or max(entry.from_, self.pack.from_)
        if entry.table is None:
            return [self._value(entry.value, day)]
        rows = self._rows(entry.table, by, day)
        if len(rows) == 1 or (len(by) == 1 and unit in ("yuan", "ratio", "count")):
            return [_joined(rows)]
        return [f"{names}：{text}" for names, text in rows]

    def _rows(self, table: Mapping[str, Any], by: tuple[str, ...], day: dt.date) -> list[tuple[str, str]]:
        grouped: dict[str, list[str]] = {}
        for code, inner in table.items():
            if isinstance(inner, Mapping):
                text = _joined(self._rows(inner, by[1:], day))
            else:
                text = self._value(inner, day)
            grouped.setdefault(text, []).append(wording.class_name(self.pack, by[0], code))
        return [("、".join(names), text) for text, names in grouped.items()]

    def _value(self, value: Value | None, day: dt.date) -> str:
        if not isinstance(value, ShareOf):
            return show_value(value)
        back = {0: "", 1: "上年度"}.get(value.years_back, f"{value.years_back} 年前")
        said = f"{back}{wording.parameter(self.pack, value.of)}的 {show_ratio(Ratio(value.ppm))}"
        fen = self._fen(value, day)
        return said if fen is None else f"{said}（{show_value(Yuan(fen))}）"

    def _fen(self, value: Value | None, day: dt.date) -> int | None:
        """What a share comes to; None where that depends on the class, or is not known."""
        if isinstance(value, Yuan):
            return value.fen
        if not isinstance(value, ShareOf):
            return None
        leap = (day.month, day.day) == (2, 29)
        then = day.replace(year=day.year - value.years_back, day=28 if leap else day.day)
        entry = self.pack.parameters[value.of].on(then)
        whole = self._fen(entry.value, then) if entry else None
        if whole is None:
            return None
        unit = value.rounding.unit_fen
        return round_div(whole * value.ppm, PPM * unit, value.rounding.mode) * unit


def _joined(rows: list[tuple[str, str]]) -> str:
    """Groups of classes on one line; what holds for all needs no name."""
    if len(rows) == 1 and rows[0][0] == wording.OTHERWISE:
        return rows[0][1]
    return "；".join(f"{names} {text}" for names, text in rows)
