"""The sentences of a trace, in Chinese and in English: why a layer did not apply, how its deductible came about, what
clipped its payment. Stable codes, so that a machine need not read them. Computes nothing.
"""

from __future__ import annotations

from doudi.common.money import yuan_text
from doudi.engine.trace_model import Reason, Step
from doudi.policy import wording
from doudi.policy.pack import Pack
from doudi.policy.schema import ByClass, Term

AMOUNTS = {
    "total": "the whole bill",
    "own": "out of the catalogue",
    "overlimit": "above the price limit",
    "prepay": "prepay",
    "inscp": "in scope",
    "left": "left of the bill",
    "inscp_left": "in scope and left to the person",
}
OF_LAYERS = {
    "paid": "paid by {}",
    "deductible": "deductible of {}",
    "copay": "copayment under {}",
    "over": "above the caps of {}",
    "base": "counted by {}",
}


def yuan(fen: int) -> str:
    """A sum as sentences write it."""
    return yuan_text(fen)


def amount_en(pack: Pack, take: str) -> str:
    """One amount of manual §5 in English."""
    head, _, tail = take.partition(".")
    if head == "cost" and tail:
        return f"cost “{tail}”"
    if tail and tail in pack.file.layers:
        return OF_LAYERS[head].format(pack.layer(tail).en or tail)
    return AMOUNTS.get(take, take)


def class_en(pack: Pack, dimension: str, code: str | None) -> str:
    """A class in English: its name if it has one, else its code."""
    if code is None:
        return "none"
    found = pack.file.dimensions[dimension]
    return next((one.en for one in found.classes if one.code == code and one.en), code)


def classes_en(pack: Pack, chosen: ByClass) -> str:
    """A condition on classes in English."""
    return "; ".join(
        f"{d} is {' or '.join(class_en(pack, d, c) for c in codes)}" for d, codes in chosen.items()
    )


def off() -> Reason:
    """The layer is in the file and switched off."""
    return Reason(code="off", zh="这一层在政策中停用", en="the layer is switched off in the policy")


def not_in_order(day: str) -> Reason:
    """The layer is not in the order in force."""
    return Reason(
        code="not_in_order", zh=f"{day} 执行的各层中没有这一层", en=f"not among the layers in force on {day}"
    )


def class_not_covered(pack: Pack, dimension: str, code: str | None, when: ByClass) -> Reason:
    """The claim's class is not one that the layer covers."""
    mine = wording.class_name(pack, dimension, code) if code else "不属任何一类"
    covered = "、".join(wording.class_name(pack, dimension, one) for one in when[dimension])
    name = wording.dimension_name(pack, dimension)
    return Reason(
        code="class",
        dimension=dimension,
        zh=f"{name}为“{mine}”，只适用于{covered}",
        en=f"covers {classes_en(pack, {dimension: when[dimension]})}; this claim is {class_en(pack, dimension, code)}",
    )


def class_barred(pack: Pack, unless: ByClass) -> Reason:
    """The claim's classes are those that the layer leaves out."""
    return Reason(
        code="unless",
        zh=f"属除外情形：{wording.classes(pack, unless)}",
        en=f"left out: {classes_en(pack, unless)}",
    )


def waiting(days: int, needed: int) -> Reason:
    """The waiting period is not over, or the person is not enrolled."""
    if days < 0:
        return Reason(code="not_enrolled", zh="当日未参保，待遇等待期未满", en="not enrolled on the day")
    return Reason(
        code="waiting",
        zh=f"待遇等待期未满：连续参保 {days} 天，需满 {needed} 天",
        en=f"waiting period: enrolled {days} days without a break, {needed} needed",
    )


def step(code: str, amount: int, zh: str, en: str) -> Step:
    """A step of a deductible."""
    return Step(code=code, zh=zh, en=en, amount=amount)


def note(code: str, zh: str, en: str) -> Reason:
    """A remark on a layer."""
    return Reason(code=code, zh=zh, en=en)


def term_zh(pack: Pack, term: Term) -> str:
    """A term in Chinese, its limits with it."""
    return wording.total(pack, [term]).lstrip("－＋")
