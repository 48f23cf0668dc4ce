"""The page of a what-if: one file that needs nothing else, no script, no network; Chinese with English beneath.

Made of what `whatif_told` says and of nothing more. Django's template engine is used by itself, without settings.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from doudi.common.money import fen_from_text, round_div
from doudi.reports import charts
from doudi.reports.charts import Bar
from doudi.reports.lines import grouped

Data = Mapping[str, Any]
_TEMPLATES = Path(__file__).with_name("templates")
#: Stands for a count of few people, or one that would tell such a count.
HIDDEN = "＊"
_WAN = 1_000_000


def whatif_page(told: Data, printed_on: dt.date) -> str:
    """The whole page as HTML."""
    template = Engine(dirs=[str(_TEMPLATES)], autoescape=True).get_template("whatif.html")
    return str(template.render(Context(dict(_context(told, printed_on)), use_l10n=False, use_tz=False)))


def _context(told: Data, printed_on: dt.date) -> Iterator[tuple[str, Any]]:
    yield "told", told
    yield "printed_on", printed_on.isoformat()
    yield "claims", f"{told['claims']:,}"
    yield "people", f"{told['people']['with_claims']:,}"
    yield "whole", wan(told["medfee_sumamt"])
    yield "same_policy", told["before"]["id"] == told["after"]["id"]
    yield "cards", list(_cards(told))
    yield "lede", _lede(told)
    yield "changes", _changes(told)
    yield "layers", _layers(told)
    yield "funds", [_sum_row(one["zh"], one["column"], one) for one in told["funds"]]
    yield "sizes", _sizes(told)
    yield "groups", [_group(told, one) for one in told["groups"] if one["rows"]]
    yield "top", {way: list(_top(rows)) for way, rows in told["top"].items()}
    yield "unconfirmed", _unconfirmed(told)
    yield "fewest", told["fewest"]


# — figures —


def wan(yuan: str, signed: bool = False) -> str:
    """A sum for reading: in units of ten thousand yuan from there on, two decimals."""
    fen = fen_from_text(yuan)
    sign = "−" if fen < 0 else "+" if signed and fen > 0 else ""
    if abs(fen) < _WAN:
        return f"{sign}{grouped(yuan.lstrip('-'))} 元"
    whole, rest = divmod(round_div(abs(fen), _WAN // 100), 100)
    return f"{sign}{whole:,}.{rest:02d} 万元"


def exact(yuan: str, signed: bool = False) -> str:
    """A sum to the fen, thousands marked."""
    fen = fen_from_text(yuan)
    return ("−" if fen < 0 else "+" if signed and fen > 0 else "") + grouped(yuan.lstrip("-"))


def share(change: str, of: str) -> str:
    """A change in per cent of what it was, one decimal; nothing where there was nothing or nothing changes."""
    part, whole = fen_from_text(change), fen_from_text(of)
    if whole == 0 or part == 0:
        return ""
    tenths = round_div(1000 * part, whole)
    return f"{'−' if tenths < 0 else '+' if tenths > 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}%"


def people(count: int | None) -> str:
    """A count of people, or the mark that it is hidden."""
    return HIDDEN if count is None else f"{count:,}"


def _pair(pair: Data) -> dict[str, str]:
    return {
        "before": exact(pair["before"]),
        "after": exact(pair["after"]),
        "change": exact(pair["change"], signed=True),
        "way": _way(pair["change"]),
        "share": share(pair["change"], pair["before"]),
    }


def _way(change: str) -> str:
    fen = fen_from_text(change)
    return "up" if fen > 0 else "down" if fen < 0 else "same"


# — parts of the page —


def _cards(told: Data) -> Iterator[dict[str, str]]:
    totals = told["totals"]
    for key, zh, en in (
        ("fund_pay_sumamt", "各项基金支出", "Paid by funds"),
        ("psn_pay", "个人负担", "Borne by people"),
        ("ownpay_hosp_part", "医疗机构负担", "Borne by hospitals"),
    ):
        pair = totals[key]
        if key == "ownpay_hosp_part" and pair["before"] == pair["after"] == "0.00":
            continue
        percent = share(pair["change"], pair["before"])
        was = f"{wan(pair['before'])} → {wan(pair['after'])}" + (f"，{percent}" if percent else "")
        figure, unit = wan(pair["change"], signed=True).rsplit(" ", 1)
        yield {"zh": zh, "en": en, "figure": figure, "unit": unit, "note": was, "kind": key}
    for way, zh, en in (
        ("less", "负担减轻", "Bear less"),
        ("more", "负担加重", "Bear more"),
    ):
        one = told["people"][way]
        note = f"合计 {wan(one['amount'])}"
        said = f"不足 {told['fewest']}" if one["people"] is None else people(one["people"])
        yield {
            "zh": zh,
            "en": en,
            "figure": said,
            "unit": "人",
            "note": note,
            "kind": way,
        }


def _lede(told: Data) -> str:
    funds, person = (told["totals"][key]["change"] for key in ("fund_pay_sumamt", "psn_pay"))

    def said(who: str, change: str, more: str, less: str) -> str:
        fen = fen_from_text(change)
        return f"{who}不变" if fen == 0 else f"{who}{more if fen > 0 else less} {wan(change.lstrip('-'))}"

    parts = [said("基金", funds, "多支出", "少支出"), said("个人", person, "多负担", "少负担")]
    return "，".join(parts) + "。"


def _changes(told: Data) -> list[dict[str, Any]]:
    """What changed; classes that changed alike are one row."""
    alike: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    rows: dict[tuple[Any, ...], Data] = {}
    for one in told["changes"]:
        key = (one["name"], one["from"], one["to"], repr(one["before"]), repr(one["after"]))
        alike[key].append(one["classes"])
        rows.setdefault(key, one)
    kinds = {"value": "标准", "layer": "保障层", "rule": "规则", "order": "顺序", "general": "总则"}
    return [
        {**rows[key], "kind_zh": kinds[rows[key]["kind"]], "classes": [name for name in classes if name]}
        for key, classes in alike.items()
    ]


def _sum_row(zh: str, code: str, pair: Data, **more: Any) -> dict[str, Any]:
    return {"zh": zh, "code": code, **_pair(pair), **more}


def _layers(told: Data) -> dict[str, Any]:
    rows = told["layers"]
    bars = [
        Bar(
            one["zh"],
            f"{_short(one['before'])} → {wan(one['after'])}",
            fen_from_text(one["before"]),
            fen_from_text(one["after"]),
        )
        for one in rows
        if one["before"] != "0.00" or one["after"] != "0.00"
    ]
    marks = {(True, False): "取消 dropped", (False, True): "新设 new", (True, True): ""}
    return {
        "charts": _drawn(charts.pairs, bars, "各层支付，改前与改后"),
        "rows": [
            _sum_row(one["zh"], one["fund"], one, mark=marks[one["is_before"], one["is_after"]])
            for one in rows
        ],
    }


def _short(yuan: str) -> str:
    """The figure without its unit where that of the figure after it is the same."""
    return wan(yuan).removesuffix(" 万元").removesuffix(" 元")


def _drawn(draw: Any, bars: Sequence[Bar], described: str) -> dict[str, str]:
    """A chart for a page and for a phone."""
    widths = (("wide", charts.WIDE), ("narrow", charts.NARROW))
    return {name: charts.svg(draw(bars, described, width)) for name, width in widths}


def _sizes(told: Data) -> dict[str, Any]:
    rows, bars = [], []
    for one in reversed(told["sizes"]):
        low, high = (text and grouped(text).removesuffix(".00") for text in (one["from"], one["to"]))
        name = f"{low} 元以上" if high is None else f"不到 {high} 元" if low == "0" else f"{low}—{high} 元"
        shown = {way: people(one[way]["people"]) for way in ("less", "more")}
        sums = {
            way: "—" if one[way]["amount"] is None else exact(one[way]["amount"]) for way in ("less", "more")
        }
        rows.append({"name": name, "people": shown, "sums": sums})
        figure = f"减轻 {shown['less']} 人 · 加重 {shown['more']} 人"
        bars.append(Bar(name, figure, one["less"]["people"] or 0, one["more"]["people"] or 0))
    return {"rows": rows, "charts": _drawn(charts.diverging, bars, "按每人负担变化的大小，减轻与加重的人数")}


def _group(told: Data, group: Data) -> dict[str, Any]:
    rows, bars = [], []
    for one in group["rows"]:
        if one["hidden"]:
            rows.append({"zh": one["zh"], "hidden": True})
            bars.append(Bar(one["zh"], HIDDEN, 0, 0))
            continue
        change = one["totals"]["psn_pay"]["change"]
        fen = fen_from_text(change)
        said = "不变" if fen == 0 else f"{'多' if fen > 0 else '少'}负担 {wan(change.lstrip('-'))}"
        bars.append(Bar(one["zh"], said, max(-fen, 0), max(fen, 0)))
        rows.append({
            "zh": one["zh"],
            "people": people(one["people"]),
            "less": people(one["less"]),
            "more": people(one["more"]),
            "fund": _pair(one["totals"]["fund_pay_sumamt"]),
            "person": _pair(one["totals"]["psn_pay"]),
            "layers": [_sum_row(layer["zh"], "", layer) for layer in one["layers"]],
        })  # fmt: skip
    drawn = _drawn(charts.diverging, bars, f"按{group['zh']}，个人负担的变化")
    return {"zh": group["zh"], "en": group["en"], "rows": rows, "charts": drawn}


def _top(rows: Sequence[Data]) -> Iterator[dict[str, str]]:
    for one in rows:
        name = " · ".join(part for part in (one["category"], one["township"]) if part) or "全部"
        yield {
            "name": name,
            "people": f"{one['people']:,}",
            "amount": exact(one["amount"]),
            "mean": exact(one["mean"]),
        }


def _unconfirmed(told: Data) -> list[dict[str, Any]]:
    """Documents with the figures that stand on them."""
    named: dict[str, list[str]] = defaultdict(list)
    for one in told["unconfirmed"]:
        named[one["cite"]].append(f"{one['zh']}（{one['name']}）")
    return [{"cite": cite, "names": names} for cite, names in named.items()]
