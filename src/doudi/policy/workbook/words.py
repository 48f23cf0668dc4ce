"""Figures in a cell: numbers where Excel can hold them exactly, else words that a clerk can read and write.

`write` and `read` are each other's inverse; the manual's own spelling (`[{to: …}]`) is read as well.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from doudi.common.errors import DoudiError
from doudi.policy import wording
from doudi.policy.text import parse_document
from doudi.policy.values import (
    PPM,
    ROUND_FEN,
    BadValue,
    Count,
    Ratio,
    Rounding,
    ShareOf,
    Value,
    Yuan,
    read_fen,
    read_ppm,
    show_ratio,
    show_value,
)

UNKNOWN, UNLIMITED = "未查到", "不设"
EXAMPLES = {
    "yuan": "金额，如 11000；不设；上年度 index.income 的 50%",
    "ratio": "比例，如 60%；75%＋年龄×0.2%，至多 97%",
    "bands": "0—100000 元 60%；100000—200000 元 65%；200000以上 75%",
    "sequence": "100%、50%、0%；末项也可写 100 元",
    "count": "整数，如 30",
}
_UNITS = {wording.TO[fen]: key for key, fen in ROUND_FEN.items()}
_MODES = {zh: key for key, zh in wording.MODES.items()}
_SHARE = re.compile(
    r"(?:(?P<last>上年度)|(?P<back>\d+)\s*年前)?\s*(?P<of>[a-z][a-z0-9_.]*)\s*的\s*(?P<share>[^，\s]+)"
    rf"(?:，取到(?P<to>[{''.join(_UNITS)}])，(?P<mode>{'|'.join(_MODES)}))?"
)
_BY_AGE = re.compile(
    r"(?P<base>\S+?)\s*[＋+]\s*年龄\s*[×xX*]\s*(?P<each>[^，,\s]+)(?:[，,]\s*至多\s*(?P<most>\S+))?"
)
_CLOSED = re.compile(r"(?P<low>[\d.,]+)\s*[—–~-]+\s*(?P<to>[\d.,]+)(?:\s*元\s*|\s+)(?P<ratio>\S.*)")
_OPEN = re.compile(r"(?P<low>[\d.,]+)\s*元?以上\s*(?P<ratio>\S.*)")
_SUM = re.compile(r"(?P<yuan>[\d.,]+)\s*元")


def write(value: Value | None) -> tuple[str | Decimal | int, str | None]:
    """A figure as a cell's content and, for a number, its format."""
    if isinstance(value, Yuan):
        return Decimal(value.fen) / 100, "#,##0.00" if value.fen % 100 else "#,##0"
    if isinstance(value, Ratio) and not value.per_year_ppm and value.at_most_ppm == PPM:
        places = len(show_ratio(value).rstrip("%").partition(".")[2])
        return Decimal(value.ppm) / PPM, f"0.{'0' * places}%" if places else "0%"
    if isinstance(value, Count):
        return value.number, "0"
    if isinstance(value, ShareOf):
        back = {0: "", 1: "上年度 "}.get(value.years_back, f"{value.years_back} 年前 ")
        rule = "" if value.rounding == Rounding() else f"，{wording.rounding(value.rounding)}"
        return f"{back}{value.of} 的 {show_ratio(Ratio(value.ppm))}{rule}", None
    return show_value(value), None


def read(unit: str, text: str) -> Any:
    """A figure's words as plain data of the policy language. Raises `BadValue`."""
    said = text.strip()
    if said == UNKNOWN:
        return None
    if said == UNLIMITED:
        return "none"
    if said[:1] in ("{", "["):
        return flow(said)
    if unit == "yuan" and (match := _SHARE.fullmatch(said)):
        return _share(match)
    if unit == "bands":
        return _bands(said)
    if unit == "sequence":
        parts = said.removesuffix("（末项沿用）").split("、")
        return [
            {"yuan": m["yuan"]} if (m := _SUM.fullmatch(part.strip())) else part.strip() for part in parts
        ]
    return _ratio(said) if unit == "ratio" else said.removesuffix("元").rstrip()


def flow(text: str) -> Any:
    """YAML on one line as plain data. Raises `BadValue`."""
    try:
        return parse_document(text, Path("单元格")).data
    except DoudiError as error:
        raise BadValue(error.what, "成对的括号、逗号后的空格") from None


def _share(match: re.Match[str]) -> dict[str, Any]:
    out: dict[str, Any] = {"share": match["share"], "of": match["of"]}
    if match["last"] or match["back"]:
        out["years_back"] = match["back"] or "1"
    if match["to"]:
        out["round"] = {"to": _UNITS[match["to"]], "mode": _MODES[match["mode"]]}
    return out


def _ratio(said: str) -> Any:
    match = _BY_AGE.fullmatch(said)
    if not match:
        return show_ratio(Ratio(read_ppm(said)))
    most = {"at_most": match["most"]} if match["most"] else {}
    return {"base": match["base"], "per_year_of_age": match["each"], **most}


def _bands(said: str) -> list[dict[str, Any]]:
    bands: list[dict[str, Any]] = []
    edge = 0
    for part in re.split("[；;]", said):
        match = _CLOSED.fullmatch(part.strip()) or _OPEN.fullmatch(part.strip())
        if match is None:
            raise BadValue(f"“{part.strip()[:40]}”不是一段", EXAMPLES["bands"])
        if read_fen(match["low"]) != edge:
            raise BadValue(f"这一段从 {match['low']} 起，与前一段不相接", EXAMPLES["bands"])
        top = match.groupdict().get("to")
        edge = read_fen(top) if top else -1
        bands.append({**({"to": top} if top else {}), "ratio": _ratio(match["ratio"])})
    return bands
