"""A trace for whoever checks it: every term, step, band and cap of every layer, with parameter, document and clause.

Prints nothing that the trace's JSON does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from doudi.reports.explain_words import Words
from doudi.reports.lines import Line

Data = Mapping[str, Any]
DAYS = {
    "admission": ("入院日", "admission"),
    "discharge": ("出院日", "discharge"),
    "settlement": ("结算日", "settlement"),
}
CONTINUES = {
    "interim": ("同一次住院的后续部分", "a further part of one stay"),
    "transfer": ("转院", "a transfer"),
    "same_claim": ("本次结算的另一层已计", "counted by another layer of this claim"),
}


def auditor_lines(trace: Data, lang: str) -> Iterator[Line]:
    """The full explanation of a trace (as plain data)."""
    w = Words(lang)
    yield from _head(w, trace)
    yield from _classes(w, trace)
    yield from _prepay(w, trace)
    for layer in trace["layers"]:
        if layer["reckoning"]:
            yield from _layer(w, layer)
    yield from _idle(w, trace["layers"])
    yield from _totals(w, trace)
    yield from w.differs(trace)


def _head(w: Words, trace: Data) -> Iterator[Line]:
    claim, policy = trace["claim"], trace["policy"]
    yield Line(w(f"结算说明 {claim['setl_id']}", f"Settlement {claim['setl_id']} explained"), style="title")
    yield Line(f"{w.of(policy)}（{policy['place']}，{policy['id']}，{policy['fingerprint']}）", style="quiet")
    rate = w(
        f"待遇标准按{DAYS[policy['rate_by']][0]} {policy['rate_day']}",
        f"rates as on {policy['rate_day']} ({policy['rate_by']})",
    )
    yield Line(rate, style="quiet")
    yield from w.what_kind(claim)
    said = [
        w(f"人员 {claim['person']}", f"person {claim['person']}"),
        w(
            f"{claim['begndate']} 至 {claim['enddate']}，{claim['days']} 天",
            f"{claim['begndate']} to {claim['enddate']}, {claim['days']} days",
        ),
        w(f"结算 {claim['setl_time']}", f"settled {claim['setl_time']}"),
    ]
    if claim["age"] is not None:
        said.append(w(f"{claim['age']} 周岁", f"age {claim['age']}"))
    if claim["enrolled_years"] is not None:
        said.append(w(f"连续参保 {claim['enrolled_years']} 年", f"enrolled {claim['enrolled_years']} years"))
    yield Line(w("，", ", ").join(said))
    number = claim["number"]
    of_year = w(
        f"{claim['year']} 年度" + (f"第 {number} 笔" if number else ""),
        f"year {claim['year']}" + (f", claim {number}" if number else ""),
    )
    codes = " ".join(f"{column}={value or '-'}" for column, value in claim["codes"].items())
    yield Line(f"{of_year}；{codes}", style="quiet")
    for one in claim["amounts"]:
        if one["amount"].strip("-0.") or one["column"] == "medfee_sumamt":
            yield Line(f"{w.of(one)} {one['column']}", one["amount"], depth=1)


def _classes(w: Words, trace: Data) -> Iterator[Line]:
    if trace["classes"]:
        yield Line()
        yield Line(w("分类", "Classes"), style="head")
    for one in trace["classes"]:
        looked = "，".join(
            f"{look['column']}={'、'.join(found for found in look['found'] if found) or '-'}"
            for look in one["looked_at"]
        )
        day = w(f"{DAYS[one['by']][0]} {one['day']}", f"{one['by']} {one['day']}")
        name = f"{w.of(one)}{w('：', ': ')}{w.of(one, 'class_')}" + (
            f" [{one['code']}]" if one["code"] else ""
        )
        yield Line(name, remark=f"{looked}（{day}）", depth=1)


def _prepay(w: Words, trace: Data) -> Iterator[Line]:
    if not trace["prepay"]:
        return
    yield Line()
    yield Line(w("先行自付", "Prepay"), style="head")
    for step in trace["prepay"]:
        if step["why_not"]:
            yield Line(f"{w.of(step)}{w('：', ': ')}{w.of(step['why_not'])}", style="quiet", depth=1)
            continue
        yield Line(w.of(step), step["taken"], f"{step['of']} × {step['ratio']}", depth=1)
        yield from _terms(w, step["terms"], 2)
        yield from _parameters(w, step, 2)
    yield Line(w("其后政策范围内费用", "in scope after it"), trace["inscp"], depth=1)
    yield Line(w("其后先行自付合计", "prepay after it"), trace["prepaid"], depth=1)


def _layer(w: Words, layer: Data) -> Iterator[Line]:
    story = layer["reckoning"]
    yield Line()
    yield Line(f"{layer['place']}. {w.of(layer)} [{layer['code']}] {layer['fund']}", style="head")
    yield Line(w("计算基数", "counted base"), story["base"], depth=1)
    yield from _terms(w, story["terms"], 2)
    for cap in story["caps"]:
        if cap["on"] == "cost":
            yield from _cap(w, cap)
    yield from _deductible(w, story)
    if layer["kind"] == "share":
        yield Line(
            w("计入费用", "counted above it"),
            story["counted"],
            w(f"自 {story['counted_from']} 起", f"from {story['counted_from']}"),
            depth=1,
        )
    for band in story["bands"]:
        if not band["length"].strip("-0."):
            continue
        span = f"{band['from']}–{band['to'] or '…'}"
        part = f"{band['length']} × {band['ratio']} = {band['payment']}"
        yield Line(
            w(f"第 {band['number']} 段 {span}", f"band {band['number']}: {span}"), remark=part, depth=2
        )
    if told := story["guarantee"]:
        yield from _terms(w, told["terms"], 2)
        share = f"{told['of']} × {told['ratio']}"
        yield Line(w("个人至多负担", "the person bears at most"), told["may_bear"], share, depth=2)
        yield Line(w("否则将负担", "would bear otherwise"), told["would_bear"], depth=2)
    yield Line(w("应付", "gross payment"), story["gross"], w.of(story["how"]), depth=1)
    for cap in story["caps"]:
        if cap["on"] == "payment":
            yield from _cap(w, cap)
    if story["clipped_by"]:
        yield Line(w("限额扣减", "clipped"), story["clipped"], w.of(story["clipped_by"]), depth=1)
    yield Line(
        w("支付", "paid"),
        story["paid"],
        f"{layer['fund_zh'] if w.lang == 'zh' else layer['fund']}",
        style="total",
        depth=1,
    )
    yield Line(w("按比例自付", "copayment"), story["copay"], depth=2)
    if story["over"].strip("-0."):
        yield Line(w("封顶线以上", "above the caps"), story["over"], depth=2)
    yield Line(w("账单剩余", "left of the bill"), story["left"], depth=1)
    for note in story["notes"]:
        yield Line(w.of(note), style="quiet", depth=1)
    yield from _parameters(w, layer, 1)


def _terms(w: Words, terms: Any, depth: int) -> Iterator[Line]:
    for term in terms:
        sign = w("减 ", "less ") if term["minus"] else ""
        limit = ""
        if term["limit"] is not None:
            limit = w(
                f"原 {term['amount']}，至多 {term['limit']}", f"of {term['amount']}, at most {term['limit']}"
            )
        yield Line(f"{sign}{w.of(term)} {term['take']}", term["counted"], limit, style="quiet", depth=depth)


def _deductible(w: Words, story: Data) -> Iterator[Line]:
    told = story["deductible"]
    if not told:
        return
    said = []
    if told["admission"] is not None:
        said.append(w(f"年内第 {told['admission']} 次住院", f"admission {told['admission']} of the year"))
    if told["continues"]:
        said.append(w(*CONTINUES[told["continues"]]))
    yield Line(w("起付线", "deductible"), told["now"], w("，", ", ").join(said), depth=1)
    for step in told["steps"]:
        yield Line(w.of(step), step["amount"], style="quiet", depth=2)
    parts = [
        ("标准", "standard", "standard"),
        ("此前已用", "used before", "before"),
        ("本次", "now", "now"),
        ("尚余", "left", "left"),
    ]
    yield Line(
        remark=w("，", ", ").join(f"{w(zh, en)} {told[key]}" for zh, en, key in parts), style="quiet", depth=2
    )


def _cap(w: Words, cap: Data) -> Iterator[Line]:
    limit = cap["limit"] if cap["limit"] is not None else w("不设限", "no limit")
    said = [w(f"限额 {limit}", f"limit {limit}")]
    if cap["raised_by"].strip("-0."):
        said.append(w(f"含连续参保增加 {cap['raised_by']}", f"{cap['raised_by']} for years enrolled in it"))
    if cap["days"] is not None:
        said.append(w(f"{cap['days']} 天", f"{cap['days']} days"))
    if cap["used"] is not None:
        said.append(w(f"年内已用 {cap['used']}", f"{cap['used']} used in the year"))
    if cap["room"] is not None:
        said.append(w(f"尚可 {cap['room']}", f"room {cap['room']}"))
    if cap["cut"].strip("-0."):
        said.append(w(f"扣减 {cap['cut']}", f"{cap['cut']} cut"))
    name = w(f"封顶 {cap['number']}：{cap['zh']}", f"cap {cap['number']}: {cap['en']}")
    yield Line(name, remark=w("，", ", ").join(said), style="quiet", depth=1)


def _parameters(w: Words, part: Data, depth: int) -> Iterator[Line]:
    """Each parameter used, its value, since when, and where it stands."""
    for one in part["parameters"]:
        to = one["to"] or w("今", "now")
        span = w(f"{one['from']} 至 {to}", f"{one['from']} to {to}")
        sum_ = f" = {one['yuan']}" if one["yuan"] is not None and "%" in one["value_zh"] else ""
        mark = "" if one["confirmed"] else w("〔待核实〕", " [unconfirmed]")
        value = f"{one['value_zh'] if w.lang == 'zh' else one['value_en']}{sum_}"
        yield Line(
            f"· {w.of(one)} {one['name']}：{value}",
            remark=f"{span}；{one['source']['cite']}{mark}",
            style="quiet",
            depth=depth,
        )
    rule = part["rule"]
    if rule["clause"] or rule["document"]:
        yield Line(f"§ {rule['cite']}", style="quiet", depth=depth)


def _idle(w: Words, layers: Any) -> Iterator[Line]:
    idle = [layer for layer in layers if layer["why_not"]]
    if idle:
        yield Line()
        yield Line(w("没有适用的层", "Layers that did not apply"), style="head")
    for layer in idle:
        yield Line(
            f"{w.of(layer)} [{layer['code']}]{w('：', ': ')}{w.of(layer['why_not'])}", style="quiet", depth=1
        )
        yield from (line for line in _parameters(w, {**layer, "rule": {"clause": None, "document": None}}, 2))


def _totals(w: Words, trace: Data) -> Iterator[Line]:
    totals = trace["totals"]
    yield Line()
    yield Line(w("合计", "Totals"), style="head")
    for fund in totals["funds"]:
        yield Line(f"{w.of(fund)} {fund['column']}", fund["amount"], depth=1)
    yield Line("fund_pay_sumamt " + w("基金支付总额", "all funds"), totals["fund_pay_sumamt"], depth=1)
    yield Line(
        "psn_pay " + w("个人支付", "the person"),
        totals["psn_pay"],
        totals["psn_pay_share"],
        style="total",
        depth=1,
    )
    yield Line(w("其中政策范围内", "of it in scope"), totals["psn_in_scope"], depth=2)
    yield Line(w("其中范围外和先行自付", "of it out of scope or prepaid"), totals["psn_outside"], depth=2)
    for one in trace["identities"]:
        mark = "✓" if one["holds"] else "✗"
        yield Line(f"{mark} {w.of(one)}", remark=f"{one['left']} = {one['right']}" if one["holds"] else f"{one['left']} ≠ {one['right']}",
                   style="quiet" if one["holds"] else "warn", depth=1)  # fmt: skip
    if trace["unconfirmed"]:
        yield Line(
            w("所用标准中未经核实的：", "Not confirmed: ") + w("、", ", ").join(trace["unconfirmed"]),
            style="warn",
            depth=1,
        )
