"""The parameters that a rule looked up, with the value in force on the day, since when, and the document it stands in.

Looks up exactly as compiling does, by the same code. Knows no claim.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from doudi.common.money import yuan_text
from doudi.engine.settle import layout as c
from doudi.engine.settle.values_on import NoValueError, ValuesOn, years_earlier
from doudi.engine.trace_model import Source, Used
from doudi.policy import schema, wording
from doudi.policy.pack import END, Pack
from doudi.policy.values import Band, Count, Ratio, Sequence, ShareOf, Unlimited, Value, Yuan, show_value

Classes = Mapping[str, str | None]


class Values:
    """What one claim looks up: the policy on a day, for its classes."""

    def __init__(self, pack: Pack, day: dt.date, classes: Classes) -> None:
        self.pack, self.day, self.classes = pack, day, classes
        self._get = ValuesOn(pack, day, classes)

    def used(self, names: Iterable[str]) -> tuple[Used, ...]:
        """The parameters of these names as they stand, each once, with those they are a share of."""
        found: dict[tuple[str, dt.date], Used] = {}
        for name in names:
            for one in self._with_index(name, self.day):
                found.setdefault((one.name, one.day), one)
        return tuple(found.values())

    def _with_index(self, name: str, day: dt.date) -> Iterator[Used]:
        parameter = self.pack.parameters[name]
        entry = parameter.on(day)
        if entry is None:
            return
        try:
            value = self._get.value(name, day)
            fen = self._get.fen(name, day) if parameter.unit == "yuan" else None
        except NoValueError:
            # The rule did not need it: the loop refuses a claim whose rule lacks a value.
            return
        yield Used(
            name=name,
            zh=parameter.zh,
            en=parameter.en,
            unit=parameter.unit,
            day=day,
            classes={d: self.classes.get(d) or "" for d in parameter.by},
            from_=max(entry.from_, self.pack.from_),
            to=None if min(entry.to, self.pack.to) == END else min(entry.to, self.pack.to),
            value_zh=value_in_chinese(self.pack, value),
            value_en=value_in_english(value),
            yuan=None if fen is None or fen >= c.NEVER else fen,
            confirmed=bool(entry.source.confirmed),
            source=source(entry.source),
        )
        if isinstance(value, ShareOf):
            yield from self._with_index(value.of, years_earlier(day, value.years_back))


def source(found: schema.Source) -> Source:
    """A source as a trace tells it."""
    keys = ("document", "number", "issuer", "date", "clause", "url", "note")
    return Source(cite=found.cite(), **{key: getattr(found, key) for key in keys})


def rule_source(pack: Pack, part: schema.Layer | schema.Prepay) -> Source:
    """Where a layer or a prepay step stands: what it says itself, the rest from the pack."""
    mine = schema.Source(document=part.document, clause=part.clause, note=part.note)
    return source(mine.over(pack.file.source))


def value_in_chinese(pack: Pack, value: Value) -> str:
    """A value as a Chinese table prints it; what it is a share of by its name."""
    text = show_value(value)
    return text.replace(value.of, wording.parameter(pack, value.of)) if isinstance(value, ShareOf) else text


def value_in_english(value: Value) -> str:
    """A value as an English table prints it."""
    if isinstance(value, Unlimited):
        return "no limit"
    if isinstance(value, Yuan):
        return _yuan(value.fen)
    if isinstance(value, ShareOf):
        back = {0: "", 1: " of the year before"}.get(value.years_back, f" of {value.years_back} years before")
        return f"{percent(value.ppm)} of {value.of}{back}"
    if isinstance(value, Ratio):
        return _ratio(value)
    if isinstance(value, Count):
        return str(value.number)
    if isinstance(value, Sequence):
        parts = [_ratio(e) if isinstance(e, Ratio) else _yuan(e.fen) for e in value.entries]
        return ", ".join(parts) + " (the last repeats)"
    return "; ".join(_bands(value))


def percent(ppm: int) -> str:
    """Parts per million as a percentage, exactly."""
    whole, rest = divmod(abs(ppm), c.PPM // 100)
    return f"{'-' if ppm < 0 else ''}{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"


def _bands(bands: tuple[Band, ...]) -> Iterator[str]:
    low = 0
    for band in bands:
        span = f"over {_yuan(low)}" if band.to_fen is None else f"{_yuan(low)}–{_yuan(band.to_fen)}"
        yield f"{span}: {_ratio(band.ratio)}"
        low = band.to_fen or 0


def _ratio(ratio: Ratio) -> str:
    text = percent(ratio.ppm)
    if ratio.per_year_ppm:
        text += f" + {percent(ratio.per_year_ppm)} × age"
        if ratio.at_most_ppm != c.PPM:
            text += f", at most {percent(ratio.at_most_ppm)}"
    return text


def _yuan(fen: int) -> str:
    return yuan_text(fen).removesuffix(".00")
