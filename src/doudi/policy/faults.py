"""Schema faults retold for the person who wrote the file: which line, what is allowed, what to do.

Knows pydantic's kinds of error so that nobody else has to.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from doudi.common.errors import DoudiError, Faults, PolicyFault
from doudi.policy.text import Document, Loc

Model = TypeVar("Model", bound=BaseModel)

_WORDS: dict[str, tuple[str, str | None]] = {
    "dict_type": ("这里要写一组键值", "键: 值"),
    "model_type": ("这里要写一组键值", "键: 值"),
    "model_attributes_type": ("这里要写一组键值", "键: 值"),
    "list_type": ("这里要写成列表", "[…, …]"),
    "string_type": ("这里要写文字", "一个词或一句话"),
    "too_short": ("项数太少", None),
    "too_long": ("项数太多", None),
}
_KINDS = {
    "settlement/1": "结算政策",
    "parameters/1": "参数文件",
    "case/1": "算例",
    "enrolment/1": "参保政策",
    "ledger/1": "台账类别",
    "ledger-columns/1": "台账公用列",
    "linkage/1": "比对规则",
    "checks/1": "核对规则",
}


def read_model(model: type[Model], document: Document) -> Model:
    """Check a whole document against its schema. Raises all faults at once, in order of line."""
    _check_kind(model, document)
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        faults = [_retell(model, item, document) for item in error.errors(include_url=False)]
        raise together(faults) from error


def at(
    document: Document, loc: Loc, what: str, allowed: str | None = None, do: str | None = None
) -> PolicyFault:
    """A fault at a place of a document, naming the place and its line."""
    place = ".".join(f"第{part + 1}项" if isinstance(part, int) else part for part in loc)
    return PolicyFault(
        f"{place}：{what}" if place else what,
        where=document.where(loc),
        allowed=allowed,
        do=do or "改正后用 doudi policy check 复查",
    )


def near(word: str, known: Iterable[str]) -> str | None:
    """What a person who wrote `word` may have meant, as something to do."""
    found = difflib.get_close_matches(word, sorted(known), 1)
    return f"是否想写 {found[0]}" if found else None


def each(error: DoudiError) -> Sequence[DoudiError]:
    """The faults that an error tells, one or many."""
    return error.faults if isinstance(error, Faults) else (error,)


def together(faults: Sequence[DoudiError]) -> DoudiError:
    """One fault as itself, several as one error, in which they stand as in their files."""
    return faults[0] if len(faults) == 1 else Faults(sorted(faults, key=_line))


def raise_in_order(faults: Sequence[DoudiError]) -> None:
    """Raise nothing, the one fault, or all of them together."""
    if faults:
        raise together(faults)


def _check_kind(model: type[BaseModel], document: Document) -> None:
    """Whether the file is of the kind that is asked for; told alone, since nothing else would fit then."""
    expected = get_args(model.model_fields["doudi"].annotation)[0]
    if not isinstance(document.data, dict):
        do = f"第一行写 doudi: {expected}，见手册第 1 节"
        raise PolicyFault("文件里没有 键: 值", document.where(()), do=do)
    if (said := document.data.get("doudi")) != expected:
        kind = _KINDS.get(str(said))
        what = f"这是{kind}，这里要的是{_KINDS[expected]}" if kind else f"第一行应当是 doudi: {expected}"
        raise PolicyFault(what, document.where(("doudi",)), f"doudi: {expected}", "核对所给的文件")


def _line(fault: DoudiError) -> tuple[str, int]:
    head, _, tail = (fault.where or "").rpartition(" 第 ")
    digits = tail.split(" ")[0]
    return head, int(digits) if digits.isdigit() else 0


def _retell(model: type[BaseModel], item: Any, document: Document) -> PolicyFault:
    loc = tuple(part for part in item["loc"] if part != "[key]")
    kind, context = item["type"], item.get("ctx", {})
    if kind == "policy":
        return at(document, (*loc, *context["loc"]), context["what"], context["allowed"])
    if kind == "extra_forbidden":
        known = _known_keys(model, loc)
        do = near(str(loc[-1]), known) or "删去这个键"
        return at(document, loc, "不认识的键", "、".join(known), do)
    if kind == "missing":
        return at(document, loc[:-1], f"缺少“{loc[-1]}”", do=f"补上 {loc[-1]}")
    what, allowed = _WORDS.get(kind, (item["msg"], None))
    if kind == "literal_error":
        what = f"“{_short(item['input'])}”不在允许的取值内"
        allowed = "、".join(re.findall(r"'([^']*)'", str(context["expected"])))
    if kind in ("too_short", "too_long"):
        least, most = context.get("min_length"), context.get("max_length")
        allowed = f"至少 {least} 项" if least else f"至多 {most} 项"
    return at(document, loc, what, allowed)


def _known_keys(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys the schema names at a place, found by walking the model along the place."""
    current: Any = model
    for part in loc[:-1]:
        current = _step(current, part)
    return [field.alias or name for name, field in current.model_fields.items()]


def _step(current: Any, part: str | int) -> Any:
    if isinstance(current, type) and issubclass(current, BaseModel):
        fields = current.model_fields.items()
        return _inner(next(field.annotation for name, field in fields if part in (name, field.alias)))
    return _inner(get_args(current)[-1])  # what a list or a mapping holds


def _inner(annotation: Any) -> Any:
    """The annotation without `Optional` and `Annotated` wrappings."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        args = [a for a in get_args(annotation) if a is not type(None)]
        annotation = args[0]
    return annotation


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"
