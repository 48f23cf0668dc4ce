"""A trace for the person whose bill it was: what each protection paid, what is theirs and why, in a dozen lines.

Prints nothing that the trace's JSON does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from doudi.reports.explain_words import Words
from doudi.reports.lines import Line

Data = Mapping[str, Any]
PERSONAL = ("psn_idet_type", "rloc_type", "out_flag", "age", "psn_type")


def citizen_lines(trace: Data, lang: str) -> Iterator[Line]:
    """The short explanation of a trace (as plain data)."""
    w = Words(lang)
    claim, totals = trace["claim"], trace["totals"]
    yield Line(
        w(f"这笔医疗费是怎么结算的：{claim['setl_id']}", f"How this bill was settled: {claim['setl_id']}"),
        style="title",
    )
    classes = [w.of(one, "class_") for one in trace["classes"] if one["code"]]
    stay = w(f"{claim['begndate']} 至 {claim['enddate']}", f"{claim['begndate']} to {claim['enddate']}")
    yield Line(" · ".join([stay, *classes]), style="quiet")
    yield from w.what_kind(claim)
    yield Line()
    whole = next(one["amount"] for one in claim["amounts"] if one["column"] == "medfee_sumamt")
    yield Line(w("医疗费总额", "The whole bill"), whole, style="head")
    for layer in trace["layers"]:
        if layer["reckoning"] and _money(layer["reckoning"]["paid"]):
            yield Line(
                w(f"{layer['zh']}支付", f"paid by {w.of(layer)}"),
                layer["reckoning"]["paid"],
                _how(w, layer["reckoning"]),
                depth=1,
            )
    yield Line(
        w("您自己付", "You pay"),
        totals["psn_pay"],
        w(f"占总额 {totals['psn_pay_share']}", f"{totals['psn_pay_share']} of the bill"),
        style="total",
    )
    yield Line(w("其中报销范围内", "of it in scope"), totals["psn_in_scope"], depth=1)
    if _money(totals["psn_outside"]):
        yield Line(
            w("其中报销范围外和先行自付", "of it out of scope or prepaid"), totals["psn_outside"], depth=1
        )
    yield from _nothing(w, trace)
    yield from w.differs(trace)
    if trace["unconfirmed"]:
        yield Line()
        yield Line(
            w(
                "所用标准中有尚未向发布机关核实的，结果仅供参考。",
                "Some figures used are not yet confirmed with their issuers.",
            ),
            style="warn",
        )


def _how(w: Words, story: Data) -> str:
    """In one phrase: what was left out first, and at which ratios the rest was paid."""
    said = []
    deductible = story["deductible"]
    if deductible and _money(deductible["now"]):
        said.append(
            w(f"起付线 {deductible['now']} 元由您付", f"you bear the deductible of {deductible['now']}")
        )
    ratios = list(dict.fromkeys(band["ratio"] for band in story["bands"] if _money(band["length"])))
    if ratios:
        said.append(
            w("其余按 ", "the rest at ") + w("、", ", ").join(ratios)
            if said
            else w("按 ", "at ") + w("、", ", ").join(ratios)
        )
    if story["clipped_by"]:
        said.append(w(f"到{story['clipped_by']['zh']}为止", story["clipped_by"]["en"]))
    return w("，", "; ").join(said)


def _nothing(w: Words, trace: Data) -> Iterator[Line]:
    """Layers that applied and paid nothing, or that are for other people or places; those for other treatment go without saying."""
    personal = {
        one["dimension"]
        for one in trace["classes"]
        if any(look["column"] in PERSONAL for look in one["looked_at"])
    }
    idle = []
    for layer in trace["layers"]:
        story, why = layer["reckoning"], layer["why_not"]
        if story and not _money(story["paid"]):
            reasons = [w.of(note) for note in story["notes"]] or [w("未达到支付条件", "nothing due")]
            idle.append(
                Line(f"{w.of(layer)}{w('：', ': ')}{w('；', '; ').join(reasons)}", style="quiet", depth=1)
            )
        elif why and (why["dimension"] in personal or why["code"] in ("waiting", "not_enrolled")):
            idle.append(Line(f"{w.of(layer)}{w('：', ': ')}{w.of(why)}", style="quiet", depth=1))
    if not any(layer["reckoning"] for layer in trace["layers"]):
        yield Line()
        yield Line(w("各项保障都不包括这笔费用", "No protection covers this bill"), style="head")
    elif idle:
        yield Line()
        yield Line(w("这些保障这次没有支付", "These paid nothing this time"), style="head")
        yield from idle


def _money(yuan: str) -> bool:
    return yuan.strip("-0.") != ""
