"""The kinds of value a parameter may have, and how they are read from text: exact, each fault with its place.

Ratios are integers in parts per million, money is fen. Nothing here looks anything up.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeVar

from doudi.common.errors import DoudiError
from doudi.common.money import ROUNDING_MODES, RoundingMode, fen_from_text, yuan_text

PPM = 1_000_000
Unit = Literal["yuan", "ratio", "bands", "sequence", "count"]
RoundTo = Literal["fen", "jiao", "yuan"]
ROUND_FEN: dict[str, int] = {"fen": 1, "jiao": 10, "yuan": 100}
MOST_FEN = 10**12
MOST_BANDS = 16
#: Before this no policy of ours began; a share may look back only so far that its day stays a date.
EARLIEST = dt.date(1900, 1, 1)
MOST_YEARS_BACK = 30

_RATIO = re.compile(r"(-?\d{1,9}(?:\.\d{1,20})?)\s*(%?)", re.ASCII)
_T = TypeVar("_T")


class BadValue(ValueError):  # noqa: N818 -- it becomes a fault, which is named for whose it is
    """A value that cannot be read; `loc` leads to it from where reading began."""

    def __init__(self, what: str, allowed: str, loc: tuple[str | int, ...] = ()) -> None:
        super().__init__(what)
        self.what, self.allowed, self.loc = what, allowed, loc


@dataclass(frozen=True)
class Rounding:
    """To which unit (in fen) and which way."""

    unit_fen: int = 1
    mode: RoundingMode = "half_up"


@dataclass(frozen=True)
class Yuan:
    """A fixed sum, in fen."""

    fen: int


@dataclass(frozen=True)
class Unlimited:
    """`none`: there is no limit. Only limits may have it."""


@dataclass(frozen=True)
class ShareOf:
    """A share of another yuan parameter, as in force some years back, rounded."""

    ppm: int
    of: str
    years_back: int = 0
    rounding: Rounding = Rounding()


@dataclass(frozen=True)
class Ratio:
    """Parts per million; by age `ppm + per_year_ppm × age`, at most `at_most_ppm`, never outside 0..100 %."""

    ppm: int
    per_year_ppm: int = 0
    at_most_ppm: int = PPM


@dataclass(frozen=True)
class Band:
    """A ratio up to an edge (fen); the last band may be open (`to_fen` is None)."""

    to_fen: int | None
    ratio: Ratio


@dataclass(frozen=True)
class Sequence:
    """What part of a deductible the 1st, 2nd … admission bears, or a fixed sum; the last entry repeats."""

    entries: tuple[Ratio | Yuan, ...]


@dataclass(frozen=True)
class Count:
    """A whole number of days, years or times."""

    number: int


Value = Yuan | Unlimited | ShareOf | Ratio | tuple[Band, ...] | Sequence | Count


def read_fen(raw: Any) -> int:
    """A sum in yuan, not negative, as fen."""
    allowed = "金额（元），如 11000 或 8450.5"
    if not isinstance(raw, str):
        raise BadValue("这里要写一个金额", allowed)
    try:
        fen = fen_from_text(raw)
    except DoudiError as error:
        raise BadValue(error.what, allowed) from None
    if not 0 <= fen <= MOST_FEN:
        raise BadValue(f"金额 {raw} 超出范围", "0 至 100 亿元")
    return fen


def read_ppm(raw: Any, least: int = 0, most: int = PPM) -> int:
    """A ratio (`60%` or `0.6`) in parts per million; exact, or a fault."""
    match = _RATIO.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if not match:
        raise BadValue(f"“{_cut(raw)}”不是比例", "60% 或 0.6")
    exact = Fraction(match[1]) * (PPM // 100 if match[2] else PPM)
    if exact.denominator != 1:
        raise BadValue(f"比例 {raw} 的小数位过多", "化为小数后至多六位")
    if not least <= exact <= most:
        raise BadValue(f"比例 {raw} 超出范围", f"{_percent(least)} 至 {_percent(most)}")
    return int(exact)


def read_date(raw: Any) -> dt.date:
    """A day as YYYY-MM-DD."""
    allowed = "YYYY-MM-DD，如 2024-01-01，不早于 1900 年"
    try:
        if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", raw, re.ASCII):
            day = dt.date.fromisoformat(raw)
            if day >= EARLIEST:
                return day
    except ValueError:
        pass
    raise BadValue(f"“{_cut(raw)}”不是可用的日期", allowed)


def read_truth(raw: Any) -> bool:
    """`true` or `false`."""
    if isinstance(raw, str) and raw.lower() in ("true", "false"):
        return raw.lower() == "true"
    raise BadValue(f"“{_cut(raw)}”不是 true 或 false", "true 或 false")


def read_number(raw: Any) -> int:
    """A whole number from 0 up."""
    if isinstance(raw, str) and re.fullmatch(r"\d{1,9}", raw, re.ASCII):
        return int(raw)
    raise BadValue(f"“{_cut(raw)}”不是整数", "0 以上的整数，至多九位")


def read_rounding(raw: Any) -> Rounding:
    """`{to: yuan, mode: half_up}`."""
    entry = _mapping(raw, {"to", "mode"}, "{to: fen|jiao|yuan, mode: half_up|half_even|down|up}")
    to = one_of(entry.get("to") or "fen", tuple(ROUND_FEN), "to")
    mode: Any = one_of(entry.get("mode") or "half_up", ROUNDING_MODES, "mode")
    return Rounding(ROUND_FEN[to], mode)


def one_of(raw: Any, words: tuple[str, ...], key: str) -> str:
    """One of a few words, standing under `key`."""
    if raw not in words:
        raise BadValue(f"“{_cut(raw)}”不在允许的取值内", "、".join(words), (key,))
    return str(raw)


def read_value(unit: str, raw: Any) -> Value:
    """Read one value of a unit. Raises `BadValue` with the place inside the value."""
    if unit == "yuan":
        return _yuan(raw)
    if unit == "ratio":
        return _ratio(raw)
    if unit == "bands":
        return _bands(raw)
    if unit == "sequence":
        return _sequence(raw)
    return Count(read_number(raw))


def show_ratio(ratio: Ratio) -> str:
    """A ratio as people write it."""
    text = _percent(ratio.ppm)
    if ratio.per_year_ppm or ratio.at_most_ppm != PPM:
        text += f"＋年龄×{_percent(ratio.per_year_ppm)}"
        if ratio.at_most_ppm != PPM:
            text += f"，至多 {_percent(ratio.at_most_ppm)}"
    return text


def show_value(value: Value | None) -> str:
    """A value as a Chinese policy table prints it."""
    if value is None:
        return "未查到"
    if isinstance(value, Yuan):
        return f"{_short_yuan(value.fen)} 元"
    if isinstance(value, Unlimited):
        return "不设"
    if isinstance(value, ShareOf):
        back = {0: "", 1: "上年度"}.get(value.years_back, f"{value.years_back} 年前")
        return f"{back} {value.of} 的 {_percent(value.ppm)}".strip()
    if isinstance(value, Ratio):
        return show_ratio(value)
    if isinstance(value, Count):
        return str(value.number)
    if isinstance(value, Sequence):
        parts = [show_ratio(e) if isinstance(e, Ratio) else f"{_short_yuan(e.fen)} 元" for e in value.entries]
        return "、".join(parts) + "（末项沿用）"
    low, parts = "0", []
    for band in value:
        high = "以上" if band.to_fen is None else f"—{_short_yuan(band.to_fen)} 元"
        parts.append(f"{low}{high} {show_ratio(band.ratio)}")
        low = "" if band.to_fen is None else _short_yuan(band.to_fen)
    return "；".join(parts)


def _percent(ppm: int) -> str:
    whole, rest = divmod(abs(ppm), PPM // 100)
    return f"{'-' if ppm < 0 else ''}{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"


def _cut(raw: Any) -> str:
    text = "空" if raw is None else str(raw)
    return text if len(text) <= 40 else text[:40] + "…"


def _short_yuan(fen: int) -> str:
    return yuan_text(fen).removesuffix(".00")


def _mapping(raw: Any, keys: set[str], allowed: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise BadValue("这里要写一组键值", allowed)
    for key in raw:
        if key not in keys:
            raise BadValue(f"不认识“{key}”", allowed, (key,))
    return raw


def _within(key: str | int, read: Callable[[Any], _T], raw: Any) -> _T:
    """Read a part, its key put before the place of any fault."""
    try:
        return read(raw)
    except BadValue as fault:
        raise BadValue(fault.what, fault.allowed, (key, *fault.loc)) from None


def _yuan(raw: Any) -> Yuan | Unlimited | ShareOf:
    if raw == "none":
        return Unlimited()
    if not isinstance(raw, dict):
        return Yuan(read_fen(raw))
    entry = _mapping(
        raw,
        {"share", "of", "years_back", "round"},
        "{share: 50%, of: 参数名, years_back: 1, round: {to: yuan}}",
    )
    if not isinstance(entry.get("of"), str) or "share" not in entry:
        raise BadValue("按比例取值要写 share 和 of", "{share: 50%, of: 参数名}")
    back = _within("years_back", read_number, entry["years_back"]) if "years_back" in entry else 0
    if back > MOST_YEARS_BACK:
        raise BadValue(f"years_back {back} 过大", f"0 至 {MOST_YEARS_BACK}", ("years_back",))
    return ShareOf(
        _within("share", lambda r: read_ppm(r, most=100 * PPM), entry["share"]),
        entry["of"],
        back,
        _within("round", read_rounding, entry["round"]) if "round" in entry else Rounding(),
    )


def _ratio(raw: Any) -> Ratio:
    if not isinstance(raw, dict):
        return Ratio(read_ppm(raw))
    entry = _mapping(
        raw, {"base", "per_year_of_age", "at_most"}, "{base: 75%, per_year_of_age: 0.2%, at_most: 97%}"
    )
    if "base" not in entry or "per_year_of_age" not in entry:
        raise BadValue("随年龄的比例要写 base 和 per_year_of_age", "{base: 75%, per_year_of_age: 0.2%}")
    return Ratio(
        _within("base", read_ppm, entry["base"]),
        _within("per_year_of_age", lambda r: read_ppm(r, least=-PPM), entry["per_year_of_age"]),
        _within("at_most", read_ppm, entry["at_most"]) if "at_most" in entry else PPM,
    )


def _bands(raw: Any) -> tuple[Band, ...]:
    if not isinstance(raw, list) or not raw:
        raise BadValue("分段要写成列表", "[{to: 100000, ratio: 60%}, {ratio: 75%}]")
    if len(raw) > MOST_BANDS:
        raise BadValue("分段过多", f"至多 {MOST_BANDS} 段")
    bands: list[Band] = []
    for i, item in enumerate(raw):
        band = _within(i, _band, item)
        last = bands[-1].to_fen if bands else 0
        if last is None or (band.to_fen is not None and band.to_fen <= last):
            allowed = "[{to: 100000, …}, {to: 200000, …}, {…}]"
            raise BadValue("分段的上限必须逐段升高，且只有最后一段可以不写 to", allowed, (i,))
        bands.append(band)
    return tuple(bands)


def _band(raw: Any) -> Band:
    entry = _mapping(raw, {"to", "ratio"}, "{to: 100000, ratio: 60%}")
    if "ratio" not in entry:
        raise BadValue("这一段缺少 ratio", "{to: 100000, ratio: 60%}")
    to = entry.get("to")
    return Band(None if to is None else _within("to", read_fen, to), _within("ratio", _ratio, entry["ratio"]))


def _sequence(raw: Any) -> Sequence:
    if isinstance(raw, dict):
        entry = _mapping(raw, {"start", "step"}, "{start: 100%, step: -10%}")
        if "start" not in entry or "step" not in entry:
            raise BadValue("递减要写 start 和 step", "{start: 100%, step: -10%}")
        start = _within("start", read_ppm, entry["start"])
        step = _within("step", lambda r: read_ppm(r, least=-PPM, most=-1000), entry["step"])
        return Sequence((*(Ratio(ppm) for ppm in range(start, 0, step)), Ratio(0)))
    if not isinstance(raw, list) or not raw:
        raise BadValue("住院次数的写法应是列表", "[100%, 50%, 0%] 或 [100%, 50%, {yuan: 100}]")
    return Sequence(tuple(_within(i, _part_borne, item) for i, item in enumerate(raw)))


def _part_borne(raw: Any) -> Ratio | Yuan:
    if not isinstance(raw, dict):
        return Ratio(read_ppm(raw))
    return Yuan(_within("yuan", read_fen, _mapping(raw, {"yuan"}, "{yuan: 100}").get("yuan")))
