"""A pack as a Chinese policy table: its layers in order, each figure with its days, clause and document.

What comes out is plain lines with footnotes; whether they become a terminal's table, a pipe's text or JSON
is not known here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from doudi.policy import wording
from doudi.policy.figures import Figures, Line
from doudi.policy.meaning import fingerprint
from doudi.policy.pack import Pack
from doudi.policy.schema import Deductible, Layer, Prepay, Source
from doudi.policy.values import Rounding

OFF = "〔停用〕"


@dataclass(frozen=True)
class Fact:
    """One row of a section: what it is about, and its lines."""

    key: str
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    """A layer, or what comes before the layers."""

    code: str
    title: str
    facts: tuple[Fact, ...]
    on: bool = True


@dataclass(frozen=True)
class Sheet:
    """The whole table; `documents` are its footnotes, the first is number 1."""

    pack: Pack
    on: dt.date | None
    sections: tuple[Section, ...]
    documents: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        file = self.pack.file
        return {
            "id": file.id,
            "zh": file.zh,
            "en": file.en,
            "place": file.place,
            "from": str(file.from_),
            "to": file.to and str(file.to),
            "as_of": self.on and str(self.on),
            "fingerprint": fingerprint(self.pack),
            "sections": [_section(section) for section in self.sections],
            "documents": list(self.documents),
        }


def _section(section: Section) -> dict[str, Any]:
    facts = [
        {"key": fact.key, "label": fact.label, "lines": [line.to_dict() for line in fact.lines]}
        for fact in section.facts
    ]
    return {"code": section.code, "zh": section.title, "on": section.on, "facts": facts}


def lay_out(pack: Pack, on: dt.date | None = None) -> Sheet:
    """A pack as a table: every figure in force while the pack is, or only those in force `on` a day."""
    return _Layout(pack, on).sheet()


class _Layout:
    """One walk over a pack."""

    def __init__(self, pack: Pack, on: dt.date | None) -> None:
        self.pack, self.file, self.on = pack, pack.file, on
        self.figures = Figures(pack, on)

    def sheet(self) -> Sheet:
        sections = [self._general()]
        if self.file.prepay:
            facts = [self._prepay(i, step) for i, step in enumerate(self.file.prepay, 1)]
            sections.append(Section("prepay", "先行自付", tuple(facts)))
        active = self.pack.order_on(self.on) if self.on else self.pack.active_layers
        sections += [self._layer(code, True) for code in active]
        sections += [self._layer(code, False) for code in self.file.layers if code not in active]
        return Sheet(self.pack, self.on, tuple(sections), tuple(self.figures.documents))

    # — before the layers —

    def _general(self) -> Section:
        facts = [
            _words("order", "各层顺序", self._orders()),
            _words("dates", "以哪天为准", [self._days()]),
            _words("stays", "住院的计法", [self._stays()]),
        ]
        for name, dimension in self.file.dimensions.items():
            lines = []
            for one in dimension.classes:
                said = wording.columns(one.when) or "其余"
                said += f"（{wording.columns(one.unless)}的除外）" if one.unless else ""
                lines.append(f"{one.zh or one.code}：{said}")
            facts.append(_words(f"dimension.{name}", wording.dimension_name(self.pack, name), lines))
        if self.file.note:
            facts.append(_words("note", "说明", [self.file.note]))
        return Section("general", "总则", tuple(facts))

    def _orders(self) -> list[str]:
        orders = self.pack.orders
        if self.on is not None:
            orders = [one for one in orders if one.from_ <= self.on][-1:]
        lines = []
        for one in orders:
            since = f"{max(one.from_, self.file.from_)} 起：" if len(orders) > 1 else ""
            names = [self.pack.layer(code).zh for code in one.layers if self.pack.layer(code).on]
            lines.append(since + " → ".join(names))
        return lines

    def _days(self) -> str:
        by_day: dict[str, list[str]] = {}
        for key, zh in wording.LOOKUPS.items():
            by_day.setdefault(getattr(self.file.dates, key), []).append(zh)
        said = "；".join(f"{'、'.join(keys)}以{wording.DAYS[day]}为准" for day, keys in by_day.items())
        month, first = self.file.year_starts
        return f"{said}；年度自 {month} 月 {first} 日起"

    def _stays(self) -> str:
        stays = self.file.stays
        return "；".join(wording.STAYS[key][getattr(stays, key)] for key in ("days", "interim", "new_year"))

    def _prepay(self, number: int, step: Prepay) -> Fact:
        whom = wording.applies_to(self.pack, step.when, step.unless)
        lines = [Line(f"{whom}，按{wording.total(self.pack, step.of)}计"), *self.figures.lines(step.ratio)]
        return Fact(f"prepay.{number}", step.zh, (*lines, *self._cited(step)))

    # — one layer —

    def _layer(self, code: str, on: bool) -> Section:
        layer = self.pack.layer(code)
        kind = f"（{layer.fund_pay_type}）" if layer.fund_pay_type else ""
        per = {"bill": "每次结算", "year": "年度累计"}[layer.per]
        base = wording.total(self.pack, layer.base) if layer.base else wording.AMOUNTS["inscp"]
        caps = [
            line
            for cap in layer.caps
            for line in self.figures.lines(cap.limit, f"{wording.cap(self.pack, cap)}：")
        ]
        facts = (
            _words("when", "适用", [wording.applies_to(self.pack, layer.when, layer.unless)]),
            _words("fund", "资金", [f"{wording.fund(layer.fund)} {layer.fund}{kind}"]),
            _words("base", "计算基数", [f"{base}，{per}"]),
            Fact("deductible", "起付线", tuple(self._deductible(layer.deductible))),
            Fact("payment", "支付", tuple(self._payment(layer))),
            Fact("caps", "封顶线", tuple(caps)),
            Fact("waiting", "等待期", tuple(self.figures.lines(layer.waiting, "连续参保天数："))),
            _words("rules", "口径", self._rules(layer)),
            Fact("source", "依据", self._cited(layer)),
        )
        return Section(code, layer.zh, tuple(fact for fact in facts if fact.lines), on)

    def _deductible(self, one: Deductible | None) -> Iterator[Line]:
        if one is None:
            return
        lines = self.figures.lines
        per = {"admission": "每次住院", "bill": "每次结算", "year": "每年"}[one.per]
        yield from lines(one.amount, f"{per}：")
        if share := one.share:
            yield from lines(share.ratio, f"{per}，{wording.total(self.pack, share.of)}的比例：")
            yield from lines(share.at_least, "不低于：")
            yield from lines(share.at_most, "不高于：")
        yield from lines(one.sequence, "年内第一、二……次住院承担：")
        yield from lines(one.floor, "减低后不低于：")
        yield from lines(one.year_ceiling, "全年合计不高于：")
        if one.transfer:
            yield Line(f"转院只补差额：{wording.classes(self.pack, one.transfer.when)}")
            yield from lines(one.transfer.within_days, "距上次出院至多天数：")
        if one.round != Rounding():
            yield Line(wording.rounding(one.round))

    def _payment(self, layer: Layer) -> Iterator[Line]:
        if layer.recorded:
            recorded = layer.recorded
            name = wording.amount(self.pack, recorded) if "." in recorded else wording.fund(recorded)
            yield Line(f"照结算单所记的{name}支付")
        measured = {"absolute": "段界自零起计", "above_deductible": "段界自起付线起计"}[layer.measured]
        borne = f"个人至多负担{wording.total(self.pack, layer.of or ())}的："
        yield from self.figures.lines(layer.at_most, borne)
        yield from self.figures.lines(layer.ratio)
        if layer.bands:
            yield Line(measured)
            yield from self.figures.lines(layer.bands)

    def _rules(self, layer: Layer) -> list[str]:
        said = []
        if layer.round.rounding != Rounding() or layer.round.of_total:
            said.append(wording.rounding(layer.round.rounding))
        if layer.round.of_total:
            said.append("按年度合计取整")
        if layer.on_change == "catch_up":
            said.append("待遇变化时按新标准补算全年")
        if not layer.in_scope:
            said.append("支付不冲减政策范围内个人负担")
        if layer.pool:
            said.append(f"与累计池 {layer.pool} 的各层合并累计")
        return ["；".join(said)] if said else []

    def _cited(self, part: Layer | Prepay) -> tuple[Line, ...]:
        """The document and clause of a rule, and its remark."""
        source = Source(document=part.document, clause=part.clause).over(self.file.source)
        lines = [self.figures.cited(source)] if part.document or part.clause else []
        return (*lines, Line(part.note)) if part.note else tuple(lines)


def _words(key: str, label: str, lines: Sequence[str]) -> Fact:
    return Fact(key, label, tuple(Line(text) for text in lines))
