"""Whether the names in a policy point at something of the right kind, and its tables cover what they are asked.

Gathers every fault; raises none. Runs on the loaded meaning, so it knows nothing of YAML but where things stand.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from doudi.common.errors import DoudiError
from doudi.policy.faults import at
from doudi.policy.schema import FUNDS, ByClass, Dated, Layer, Parameter, Term
from doudi.policy.text import Document, Loc
from doudi.policy.values import BadValue, ShareOf, Value

if TYPE_CHECKING:
    from doudi.policy.pack import Pack

AMOUNTS = ("total", "own", "overlimit", "prepay", "inscp", "left", "inscp_left")
OF_LAYERS = ("paid", "deductible", "copay", "over", "base")


def read_parameter(document: Document, name: str, parameter: Parameter, faults: list[DoudiError]) -> list[tuple[Loc, Dated, Value | None, Any]]:
    """The dated entries of a parameter with their values read: (place, entry, value, table)."""
    out = []
    for loc, entry in parameter.dated():
        place: Loc = ("parameters", name, *loc)
        if parameter.by and entry.table is None and entry.value is not None:
            faults.append(at(document, place, f"参数按 {'、'.join(parameter.by)} 分类，要写 table", "table: {类别: 值, otherwise: 值}"))
            continue
        if not parameter.by and entry.table is not None:
            faults.append(at(document, place, "写了 table 却没有 by", "by: [维度名]"))
            continue
        if entry.table is None:
            out.append((loc, entry, _read(document, (*place, "value"), parameter, entry.value, faults), None))
        else:
            out.append((loc, entry, None, _read_table(document, (*place, "table"), parameter, entry.table, len(parameter.by), faults)))
    return out


def _read(document: Document, loc: Loc, parameter: Parameter, raw: Any, faults: list[DoudiError]) -> Value | None:
    try:
        return parameter.read(raw)
    except BadValue as bad:
        faults.append(at(document, (*loc, *bad.loc), bad.what, bad.allowed))
        return None


def _read_table(document: Document, loc: Loc, parameter: Parameter, raw: Any, depth: int, faults: list[DoudiError]) -> Any:
    if depth == 0:
        return _read(document, loc, parameter, raw, faults)
    if not isinstance(raw, dict):
        faults.append(at(document, loc, f"table 要按 {'、'.join(parameter.by)} 嵌套 {len(parameter.by)} 层", "{类别: 值, otherwise: 值}"))
        return {}
    return {key: _read_table(document, (*loc, key), parameter, value, depth - 1, faults) for key, value in raw.items()}


def check_links(pack: Pack, document: Document) -> list[DoudiError]:
    """Every name that points nowhere, is of the wrong kind, or leaves a class without a value."""
    check = _Check(pack, document)
    check.parameters()
    check.dimensions()
    check.orders()
    for i, step in enumerate(pack.file.prepay):
        check.classes(("prepay", i, "when"), step.when)
        check.classes(("prepay", i, "unless"), step.unless)
        check.terms(("prepay", i, "of"), step.of, ())
        check.named(("prepay", i, "ratio"), step.ratio, "ratio", True)
    for code, layer in pack.file.layers.items():
        check.layer(code, layer)
    return check.faults


class _Check:
    """One pass over one pack."""

    def __init__(self, pack: Pack, document: Document) -> None:
        self.pack, self.file, self.document = pack, pack.file, document
        self.faults: list[DoudiError] = []

    def say(self, loc: Loc, what: str, allowed: str | None = None, do: str | None = None) -> None:
        self.faults.append(at(self.document, loc, what, allowed, do))

    def unknown(self, loc: Loc, what: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, 1)
        self.say(loc, f"{what}“{name}”没有定义", "、".join(names[:30]) or "（尚无）", f"是否想写 {near[0]}" if near else None)

    def parameters(self) -> None:
        for name, parameter in self.pack.parameters.items():
            loc: Loc = ("parameters", name)
            for dimension in parameter.by:
                if dimension not in self.file.dimensions:
                    self.unknown((*loc, "by"), "维度", dimension, self.file.dimensions)
            for entry in parameter.values:
                for path, value in cells(entry.value, entry.table):
                    for depth, key in enumerate(path):
                        dimension = parameter.by[depth]
                        codes = self._codes(dimension)
                        if key != "otherwise" and codes is not None and key not in codes:
                            self.unknown((*loc,), f"{name} 的类别", key, [*codes, "otherwise"])
                    if isinstance(value, ShareOf):
                        self._share(loc, value, {name})

    def _share(self, loc: Loc, share: ShareOf, seen: set[str]) -> None:
        target = self.pack.parameters.get(share.of)
        if target is None:
            self.unknown(loc, "参数", share.of, self.pack.parameters)
        elif target.unit != "yuan":
            self.say(loc, f"{share.of} 的单位是 {target.unit}", "单位为 yuan 的参数")
        elif share.of in seen:
            self.say(loc, f"{share.of} 按比例取值时绕回了自己", do="改为直接写金额")
        else:
            for entry in target.values:
                for _, value in cells(entry.value, entry.table):
                    if isinstance(value, ShareOf):
                        self._share(loc, value, seen | {share.of})

    def _codes(self, dimension: str) -> list[str] | None:
        found = self.file.dimensions.get(dimension)
        return None if found is None else [c.code for c in found.classes]

    def dimensions(self) -> None:
        for name, dimension in self.file.dimensions.items():
            codes = [c.code for c in dimension.classes]
            for i, one in enumerate(dimension.classes):
                loc: Loc = ("dimensions", name, "classes", i)
                if one.code in codes[:i]:
                    self.say(loc, f"类别代码 {one.code} 重复", do="换一个代码")
                if one.code == "otherwise":
                    self.say(loc, "otherwise 是表中“其余”的写法，不能作类别代码", do="换一个代码")
                if one.when is None and one.unless is None and i < len(codes) - 1:
                    self.say(loc, "没有条件的类别会占去其余全部，后面的类别永远轮不到", do="把它移到最后")

    def orders(self) -> None:
        starts = [entry.from_ for entry in self.file.order]
        if len(set(starts)) != len(starts):
            self.say(("order",), "两个顺序从同一天开始", do="每天只有一个顺序")
        for entry in self.file.order:
            for code in entry.layers:
                if code not in self.file.layers:
                    self.unknown(("order",), "层", code, self.file.layers)
            if len(set(entry.layers)) != len(entry.layers):
                self.say(("order",), "同一层在顺序中出现两次", do="每层只写一次")

    def classes(self, loc: Loc, chosen: ByClass) -> None:
        for dimension, codes in chosen.items():
            known = self._codes(dimension)
            if known is None:
                self.unknown((*loc, dimension), "维度", dimension, self.file.dimensions)
                continue
            for code in codes:
                if code not in known:
                    self.unknown((*loc, dimension), f"{dimension} 的类别", code, known)

    def named(self, loc: Loc, name: str | None, unit: str, needed: bool) -> None:
        """The parameter exists, has the unit, and (for what is on) knows every value while the pack is in force."""
        if name is None:
            return
        parameter = self.pack.parameters.get(name)
        if parameter is None:
            self.unknown(loc, "参数", name, self.pack.parameters)
            return
        if parameter.unit != unit:
            self.say(loc, f"参数 {name} 的单位是 {parameter.unit}", f"单位为 {unit} 的参数")
        if not needed:
            return
        inside = [e for e in parameter.values if e.to >= self.pack.from_ and e.from_ <= self.pack.to]
        if not inside:
            self.say(loc, f"参数 {name} 在政策有效期内没有值", do="补上 from 与值，或把这一层写成 on: false")
        for entry in inside:
            if any(value is None for _, value in cells(entry.value, entry.table)):
                self.say(loc, f"参数 {name} 自 {entry.from_} 起的值未知（null），而这一层已启用", do="补上值，或把这一层写成 on: false")

    def terms(self, loc: Loc, terms: Iterable[Term], earlier: Iterable[str]) -> None:
        for i, term in enumerate(terms):
            place: Loc = (*loc, i)
            head, _, tail = term.take.partition(".")
            if head in OF_LAYERS and tail:
                if tail not in self.file.layers:
                    self.unknown(place, "层", tail, self.file.layers)
                elif tail not in earlier:
                    self.say(place, f"{term.take} 用到的层不在这一层之前", do="调整 order，或改用前面各层的数额")
            elif not (term.take in AMOUNTS or (head == "cost" and tail)):
                allowed = "、".join([*AMOUNTS, "cost.名称", *(f"{a}.层" for a in OF_LAYERS)])
                self.say(place, f"不认识的数额“{term.take}”", allowed)
            self.named((*place, "at_most_per_day"), term.at_most_per_day, "yuan", True)
            self.named((*place, "at_most"), term.at_most, "yuan", True)

    def layer(self, code: str, layer: Layer) -> None:
        loc: Loc = ("layers", code)
        needed = layer.on and any(code in entry.layers for entry in self.file.order)
        before = [set(e.layers[: e.layers.index(code)]) for e in self.file.order if code in e.layers]
        earlier = set.intersection(*before) if before else set(self.file.layers) - {code}
        self.classes((*loc, "when"), layer.when)
        self.classes((*loc, "unless"), layer.unless)
        self.terms((*loc, "base"), layer.base or [], earlier)
        self.terms((*loc, "of"), layer.of or [], earlier)
        for key, unit in (("ratio", "ratio"), ("bands", "bands"), ("at_most", "ratio"), ("waiting", "count")):
            self.named((*loc, key), getattr(layer, key), unit, needed)
        if layer.recorded is not None and layer.recorded not in FUNDS and not layer.recorded.startswith("cost."):
            self.say((*loc, "recorded"), f"不能照录 {layer.recorded}", "、".join([*FUNDS, "cost.名称"]))
        if layer.deductible is not None:
            ded, place = layer.deductible, (*loc, "deductible")
            for key, unit in (("amount", "yuan"), ("sequence", "sequence"), ("floor", "yuan"), ("year_ceiling", "yuan")):
                self.named((*place, key), getattr(ded, key), unit, needed)
            if ded.share is not None:
                self.terms((*place, "share", "of"), ded.share.of, earlier)
                self.named((*place, "share", "ratio"), ded.share.ratio, "ratio", needed)
                self.named((*place, "share", "at_least"), ded.share.at_least, "yuan", needed)
                self.named((*place, "share", "at_most"), ded.share.at_most, "yuan", needed)
            if ded.transfer is not None:
                self.classes((*place, "transfer", "when"), ded.transfer.when)
                self.named((*place, "transfer", "within_days"), ded.transfer.within_days, "count", needed)
        for i, cap in enumerate(layer.caps):
            place = (*loc, "caps", i)
            self.named((*place, "limit"), cap.limit, "yuan", needed)
            if cap.raise_ is not None:
                self.named((*place, "raise", "per_year"), cap.raise_.per_year, "yuan", needed)
                self.named((*place, "raise", "after_years"), cap.raise_.after_years, "count", needed)
                self.named((*place, "raise", "at_most"), cap.raise_.at_most, "ratio", needed)


def cells(value: Value | None, table: Any) -> Iterator[tuple[tuple[str, ...], Value | None]]:
    """Every value of a dated entry with the class codes that lead to it."""
    if table is None:
        yield (), value
        return
    for key, inner in table.items():
        if isinstance(inner, dict):
            for path, found in cells(None, inner):
                yield (key, *path), found
        else:
            yield (key,), inner
