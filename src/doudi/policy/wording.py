"""A policy's parts in Chinese words: sums, conditions, deductibles, caps, rounding. Looks nothing up but names."""

from __future__ import annotations

from collections.abc import Iterable

from doudi.facts.settlements import TABLE as SETTLEMENTS
from doudi.policy.pack import Pack
from doudi.policy.schema import AgeRange, ByClass, Cap, Condition, Term
from doudi.policy.values import Rounding

AMOUNTS = {
    "total": "总费用",
    "own": "全自费费用",
    "overlimit": "超限价费用",
    "prepay": "先行自付费用",
    "inscp": "政策范围内费用",
    "left": "各层支付后剩余的费用",
    "inscp_left": "政策范围内个人负担",
}
OF_LAYERS = {
    "paid": "{}支付额",
    "deductible": "{}起付线",
    "copay": "{}按比例自付额",
    "over": "{}封顶线以上费用",
    "base": "{}计算基数",
}
DAYS = {"admission": "入院日", "discharge": "出院日", "settlement": "结算日"}
LOOKUPS = {
    "category": "人员身份",
    "level": "医院等级",
    "place": "就医备案",
    "rate": "待遇标准",
    "age": "年龄",
    "enrolment": "连续参保",
    "year": "所属年度",
    "order": "结算先后",
}
STAYS = {
    "days": {"nights": "按夜数计天，至少 1 天", "inclusive": "入院日、出院日都计天"},
    "interim": {"one_deductible": "同一次住院的中途结算合计一次起付线", "each": "中途结算各计一次起付线"},
    "new_year": {"again": "跨年后重新计起付线", "continue": "跨年的住院接着计，不重新起付"},
}
TO = {1: "分", 10: "角", 100: "元"}
MODES = {"half_up": "四舍五入", "half_even": "四舍六入五成双", "down": "舍去尾数", "up": "进一"}
OTHERWISE = "其余"
TAGS = {"psn_idet_type": "人员身份", "rloc_type": "异地备案"}


def fund(column: str) -> str:
    """A fund by its national name."""
    return SETTLEMENTS[column].zh


def parameter(pack: Pack, name: str | None) -> str:
    """A parameter by its Chinese name."""
    found = pack.parameters.get(name or "")
    return found.zh if found else str(name)


def amount(pack: Pack, take: str) -> str:
    """One amount of manual §5."""
    head, _, tail = take.partition(".")
    if head == "cost":
        return f"“{tail}”费用"
    if tail:
        return OF_LAYERS[head].format(pack.layer(tail).zh)
    return AMOUNTS[take]


def total(pack: Pack, terms: Iterable[Term]) -> str:
    """A sum of amounts."""
    out = ""
    for i, term in enumerate(terms):
        sign = "－" if term.minus else "＋" if i else ""
        limits = [f"每日至多{parameter(pack, term.at_most_per_day)}"] if term.at_most_per_day else []
        limits += [f"至多{parameter(pack, term.at_most)}"] if term.at_most else []
        out += sign + amount(pack, term.take) + (f"（{'，'.join(limits)}）" if limits else "")
    return out


def class_name(pack: Pack, dimension: str, code: str) -> str:
    """A class by its Chinese name."""
    if code == "otherwise":
        return OTHERWISE
    found = pack.file.dimensions.get(dimension)
    named = (one.zh for one in (found.classes if found else []) if one.code == code)
    return next(named, None) or code


def dimension_name(pack: Pack, dimension: str) -> str:
    """A dimension by its Chinese name."""
    found = pack.file.dimensions.get(dimension)
    return (found.zh if found else None) or dimension


def classes(pack: Pack, chosen: ByClass) -> str:
    """A condition on classes."""
    return "；".join(
        f"{dimension_name(pack, dimension)}为{'、'.join(class_name(pack, dimension, c) for c in codes)}"
        for dimension, codes in chosen.items()
    )


def applies_to(pack: Pack, when: ByClass, unless: ByClass) -> str:
    """Whom or what a layer or a step applies to."""
    said = classes(pack, when) or "全部结算"
    return said + (f"；但{classes(pack, unless)}的除外" if unless else "")


def columns(condition: Condition | None) -> str:
    """A class's condition on columns."""
    said = []
    for column, allowed in (condition or {}).items():
        if isinstance(allowed, AgeRange):
            said.append(_age(allowed))
            continue
        name = TAGS.get(column) or (SETTLEMENTS[column].zh if column in SETTLEMENTS.by_name else column)
        said.append(f"{name}为{'、'.join(value or '空' for value in allowed)}")
    return "，".join(said)


def _age(age: AgeRange) -> str:
    if age.from_ is None:
        return f"{age.to} 周岁及以下"
    return f"{age.from_} 周岁及以上" if age.to is None else f"{age.from_} 至 {age.to} 周岁"


def rounding(rule: Rounding) -> str:
    """To which unit and which way."""
    return f"取到{TO[rule.unit_fen]}，{MODES[rule.mode]}"


def cap(pack: Pack, one: Cap) -> str:
    """What a cap limits, without its amount."""
    what = "支付" if one.on == "payment" else "计入的费用"
    what += "（起付线以上）" if one.on == "cost" and one.measured == "above_deductible" else ""
    per = {"year": "年度累计", "bill": "每次", "day": "每日"}[one.per]
    said = f"{per}{what}"
    if one.pool:
        shared = [
            layer.zh for layer in pack.file.layers.values() if any(c.pool == one.pool for c in layer.caps)
        ]
        said += f"（与{'、'.join(shared)}合并计算）" if len(shared) > 1 else ""
    if up := one.raise_:
        said += (
            f"，连续参保满 {parameter(pack, up.after_years)} 后每多一年加 {parameter(pack, up.per_year)}，"
            f"合计至多加 {parameter(pack, up.at_most)}"
        )
    return said
