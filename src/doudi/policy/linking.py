"""Whether the names in a policy point at something of the right kind.

Gathers every fault; raises none. Runs on the loaded meaning, so it knows nothing of YAML but where things
stand. A table need not name every class: a claim of a class without a value is refused when it is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from doudi.common.errors import DoudiError
from doudi.facts.settlements import TABLE as SETTLEMENTS
from doudi.policy.faults import at, near
from doudi.policy.schema import FUNDS, NAME, ByClass, Condition, Dated, Layer, Parameter, Term
from doudi.policy.text import Document, Loc
from doudi.policy.values import BadValue, Ratio, ShareOf, Unlimited, Value

if TYPE_CHECKING:
    from doudi.policy.pack import DatedParameter, Pack

AMOUNTS = ("total", "own", "overlimit", "prepay", "inscp", "left", "inscp_left")
OF_LAYERS = ("paid", "deductible", "copay", "over", "base")
#: What a dimension may look at: the claim's text columns, the person's tags, age.
COLUMNS = (
    "age",
    "psn_idet_type",
    *(c.name for c in SETTLEMENTS if c.kind in ("code", "id", "text") and c.sensitivity != "identifying"),
)
#: Where a parameter may say `none`.
LIMITS = ("limit", "year_ceiling", "at_most", "at_most_per_day")
_SHOWN = 60
_COST = re.compile(rf"cost\.{NAME}", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """A dated entry of a parameter as read: its place in the parameter, and its value or table."""

    loc: Loc
    dated: Dated
    value: Value | None
    table: Any


def read_parameter(
    document: Document, name: str, parameter: Parameter, faults: list[DoudiError]
) -> list[Entry]:
    """The dated entries of a parameter with their values read; adds to `faults` what cannot be."""
    out = []
    example = "table: {类别: 值, otherwise: 值}"
    for loc, dated in parameter.dated():
        place: Loc = ("parameters", name, *loc)
        if dated.table is not None and dated.value is not None:
            faults.append(at(document, place, "value 与 table 不能同时写", "只写其一"))
        elif parameter.by and dated.value is not None:
            what = f"参数按 {'、'.join(parameter.by)} 分类，要写 table"
            faults.append(at(document, place, what, example))
        elif dated.table is not None and not parameter.by:
            faults.append(at(document, place, "写了 table 却没有 by", "by: [维度名]"))
        elif dated.table is None:
            value = _read(document, (*place, "value"), parameter, dated.value, faults)
            out.append(Entry(loc, dated, value, None))
        else:
            levels = len(parameter.by)
            table = _read_table(document, (*place, "table"), parameter, dated.table, levels, faults)
            out.append(Entry(loc, dated, None, table))
    return out


def _read(
    document: Document, loc: Loc, parameter: Parameter, raw: Any, faults: list[DoudiError]
) -> Value | None:
    try:
        return parameter.read(raw)
    except BadValue as bad:
        faults.append(at(document, (*loc, *bad.loc), bad.what, bad.allowed))
        return None


def _read_table(
    document: Document, loc: Loc, parameter: Parameter, raw: Any, depth: int, faults: list[DoudiError]
) -> Any:
    if depth == 0:
        return _read(document, loc, parameter, raw, faults)
    if not isinstance(raw, dict) or not raw:
        what = f"table 要按 {'、'.join(parameter.by)} 嵌套 {len(parameter.by)} 层"
        faults.append(at(document, loc, what, "{类别: 值, otherwise: 值}"))
        return {}
    return {
        key: _read_table(document, (*loc, key), parameter, value, depth - 1, faults)
        for key, value in raw.items()
    }


def check_links(pack: Pack, document: Document, unread: Set[str], complete: bool) -> list[DoudiError]:
    """Every name that points nowhere or is of the wrong kind.

    `unread`: parameters whose faults have been told. `complete`: no parameter file is lacking.
    """
    check = _Check(pack, document, unread, complete)
    check.parameters()
    check.dimensions()
    check.orders()
    for i, step in enumerate(pack.file.prepay):
        check.classes(("prepay", i, "when"), step.when)
        check.classes(("prepay", i, "unless"), step.unless)
        check.terms(("prepay", i, "of"), step.of, (), True)
        check.named(("prepay", i, "ratio"), step.ratio, "ratio", True)
    for code, layer in pack.file.layers.items():
        check.layer(code, layer)
    check.cap_pools()
    return check.faults


class _Check:
    """One pass over one pack."""

    def __init__(self, pack: Pack, document: Document, unread: Set[str], complete: bool) -> None:
        self.pack, self.file, self.document = pack, pack.file, document
        self.unread, self.complete = unread, complete
        self.faults: list[DoudiError] = []

    def say(
        self,
        loc: Loc,
        what: str,
        allowed: str | None = None,
        do: str | None = None,
        document: Document | None = None,
    ) -> None:
        self.faults.append(at(document or self.document, loc, what, allowed, do))

    def unknown(
        self, loc: Loc, what: str, name: str, known: Iterable[str], document: Document | None = None
    ) -> None:
        names = sorted(known)
        shown = "、".join(names[:_SHOWN]) + ("……" if len(names) > _SHOWN else "")
        self.say(loc, f"{what}“{name}”没有定义", shown or "（尚无）", near(name, names), document)

    # — parameters: told where they stand, which may be another file —

    def parameters(self) -> None:
        for name, parameter in self.pack.parameters.items():
            for i, dimension in enumerate(parameter.by):
                if dimension not in self.file.dimensions:
                    loc = ("parameters", name, "by", i)
                    self.unknown(loc, "维度", dimension, self.file.dimensions, parameter.home)
                elif dimension in parameter.by[:i]:
                    self.say(("parameters", name, "by", i), f"维度 {dimension} 重复", document=parameter.home)
            told: set[tuple[str, str]] = set()
            for entry in parameter.values:
                for path, value in cells(entry.value, entry.table):
                    self._path(parameter, path, told)
                    if isinstance(value, ShareOf):
                        self._share(parameter, value, {name})

    def _path(self, parameter: DatedParameter, path: tuple[str, ...], told: set[tuple[str, str]]) -> None:
        for dimension, key in zip(parameter.by, path, strict=False):
            codes = self._codes(dimension)
            if key == "otherwise" or codes is None or key in codes or (dimension, key) in told:
                continue
            told.add((dimension, key))
            loc = _place_of_key(parameter, key)
            self.unknown(loc, f"{dimension} 的类别", key, [*codes, "otherwise"], parameter.home)

    def _share(self, parameter: DatedParameter, share: ShareOf, seen: set[str]) -> None:
        loc: Loc = ("parameters", parameter.name)
        target = self.pack.parameters.get(share.of)
        if target is None and not self.complete:
            return
        if target is None:
            self.unknown(loc, "参数", share.of, self.pack.parameters, parameter.home)
        elif any(isinstance(v, Unlimited) for e in target.values for _, v in cells(e.value, e.table)):
            what = f"{share.of} 有值写作 none（不设限），不能按比例取值"
            self.say(loc, what, "金额", document=parameter.home)
        elif target.unit != "yuan":
            what = f"{share.of} 的单位是 {target.unit}，不能按比例取值"
            self.say(loc, what, "单位为 yuan 的参数", document=parameter.home)
        elif share.of in seen:
            do = "改为直接写金额"
            self.say(loc, f"{share.of} 按比例取值时绕回了自己", do=do, document=parameter.home)
        else:
            for entry in target.values:
                for _, value in cells(entry.value, entry.table):
                    if isinstance(value, ShareOf):
                        self._share(parameter, value, seen | {share.of})

    # — classes and order —

    def _codes(self, dimension: str) -> list[str] | None:
        found = self.file.dimensions.get(dimension)
        return None if found is None else [c.code for c in found.classes]

    def dimensions(self) -> None:
        for name, dimension in self.file.dimensions.items():
            codes = [c.code for c in dimension.classes]
            for i, one in enumerate(dimension.classes):
                loc: Loc = ("dimensions", name, "classes", i)
                if one.code == "otherwise":
                    self.say(loc, "otherwise 是表中“其余”的写法，不能作类别代码", do="换一个代码")
                if one.when is None and one.unless is None and i < len(codes) - 1:
                    self.say(loc, "没有条件的类别会占去其余全部，后面的类别永远轮不到", do="把它移到最后")
                self.condition((*loc, "when"), one.when)
                self.condition((*loc, "unless"), one.unless)

    def condition(self, loc: Loc, condition: Condition | None) -> None:
        for column in condition or ():
            if column not in COLUMNS:
                self.unknown((*loc, column), "列", column, COLUMNS)

    def orders(self) -> None:
        days = [entry.from_ for entry in self.file.order]
        for i, entry in enumerate(self.file.order):
            if entry.from_ in days[:i]:
                self.say(("order", i), f"两个顺序都从 {entry.from_} 开始", do="每天只有一个顺序")
            for j, code in enumerate(entry.layers):
                dated: Loc = ("order", i, "layers", j)
                loc = dated if dated in self.document.lines else ("order", j)
                if code not in self.file.layers:
                    self.unknown(loc, "层", code, self.file.layers)
                if code in entry.layers[:j]:
                    self.say(loc, f"层 {code} 在顺序中出现两次", do="每层只写一次")

    def classes(self, loc: Loc, chosen: ByClass) -> None:
        for dimension, codes in chosen.items():
            known = self._codes(dimension)
            if known is None:
                self.unknown((*loc, dimension), "维度", dimension, self.file.dimensions)
                continue
            for code in codes:
                if code not in known:
                    self.unknown((*loc, dimension), f"{dimension} 的类别", code, known)

    # — what layers and prepay name —

    def named(self, loc: Loc, name: str | None, unit: str, needed: bool) -> None:
        """The parameter exists, has the unit, only a limit is `none`, and (for what is on) every value is known."""
        if name is None:
            return
        parameter = self.pack.parameters.get(name)
        if parameter is None:
            if self.complete:
                self.unknown(loc, "参数", name, self.pack.parameters)
            return
        if parameter.unit != unit:
            self.say(loc, f"参数 {name} 的单位是 {parameter.unit}", f"单位为 {unit} 的参数")
        values = [v for e in parameter.values for _, v in cells(e.value, e.table)]
        if loc[-1] not in LIMITS and any(isinstance(value, Unlimited) for value in values):
            self.say(loc, f"参数 {name} 有值写作 none（不设限），而这里不是限额", "金额", "改用另一个参数")
        if loc[-2:] == ("raise", "at_most") and any(isinstance(v, Ratio) and v.per_year_ppm for v in values):
            self.say(loc, f"参数 {name} 随年龄而变，提高封顶线的幅度不能随年龄", "固定的比例，如 20%")
        if not needed or name in self.unread:
            return
        inside = [e for e in parameter.values if e.to >= self.pack.from_ and e.from_ <= self.pack.to]
        if not inside:
            do = "补上 from 与值，或把这一层写成 on: false"
            self.say(loc, f"参数 {name} 在政策有效期内没有值", do=do)
        for entry in inside:
            if any(value is None for _, value in cells(entry.value, entry.table)):
                what = f"参数 {name} 自 {entry.from_} 起的值未知（null），而这里已启用"
                self.say(loc, what, do="补上值，或把这一层写成 on: false")

    def terms(self, loc: Loc, terms: Iterable[Term], earlier: Iterable[str], needed: bool) -> None:
        for i, term in enumerate(terms):
            place: Loc = (*loc, i)
            head, _, tail = term.take.partition(".")
            if head in OF_LAYERS and tail:
                if tail not in self.file.layers:
                    self.unknown(place, "层", tail, self.file.layers)
                elif tail not in earlier:
                    do = "调整 order，或改用前面各层的数额"
                    self.say(place, f"{term.take} 用到的层不在这里之前", do=do)
            elif term.take not in AMOUNTS and not _COST.fullmatch(term.take):
                allowed = "、".join([*AMOUNTS, "cost.名称", *(f"{a}.层" for a in OF_LAYERS)])
                self.say(place, f"不认识的数额“{term.take}”", allowed, near(term.take, AMOUNTS))
            self.named((*place, "at_most_per_day"), term.at_most_per_day, "yuan", needed)
            self.named((*place, "at_most"), term.at_most, "yuan", needed)

    def cap_pools(self) -> None:
        """Caps that share a pool limit the same thing."""
        kinds: dict[str, tuple[str, str]] = {}
        for code, layer in self.file.layers.items():
            for i, cap in enumerate(layer.caps):
                kind = (cap.on, cap.measured if cap.on == "cost" else "")
                if cap.pool is not None and kinds.setdefault(cap.pool, kind) != kind:
                    what = f"封顶池 {cap.pool} 有的限支付、有的限费用"
                    self.say(("layers", code, "caps", i, "pool"), what, "同一池的 on 与 measured 相同")

    def layer(self, code: str, layer: Layer) -> None:
        loc: Loc = ("layers", code)
        needed = layer.on and any(code in entry.layers for entry in self.file.order)
        before = [set(e.layers[: e.layers.index(code)]) for e in self.file.order if code in e.layers]
        earlier = set.intersection(*before) if before else set(self.file.layers) - {code}
        self.classes((*loc, "when"), layer.when)
        self.classes((*loc, "unless"), layer.unless)
        self.terms((*loc, "base"), layer.base or [], earlier, needed)
        self.terms((*loc, "of"), layer.of or [], earlier, needed)
        if layer.recorded and layer.recorded not in FUNDS and not _COST.fullmatch(layer.recorded):
            allowed = "、".join([*FUNDS, "cost.名称"])
            self.say((*loc, "recorded"), f"不能照录 {layer.recorded}", allowed)
        ded = layer.deductible
        if ded is not None and ded.share is not None:
            self.terms((*loc, "deductible", "share", "of"), ded.share.of, earlier, needed)
        if ded is not None and ded.transfer is not None:
            self.classes((*loc, "deductible", "transfer", "when"), ded.transfer.when)
        for place, name, unit in named_by(layer):
            self.named((*loc, *place), name, unit, needed)


def named_by(layer: Layer) -> Iterator[tuple[Loc, str | None, str]]:
    """Every parameter a layer may name, its terms apart: the place, the name and the unit that it must have."""
    yield ("ratio",), layer.ratio, "ratio"
    yield ("bands",), layer.bands, "bands"
    yield ("at_most",), layer.at_most, "ratio"
    yield ("waiting",), layer.waiting, "count"
    if (ded := layer.deductible) is not None:
        yield ("deductible", "amount"), ded.amount, "yuan"
        yield ("deductible", "sequence"), ded.sequence, "sequence"
        yield ("deductible", "floor"), ded.floor, "yuan"
        yield ("deductible", "year_ceiling"), ded.year_ceiling, "yuan"
        if ded.share is not None:
            yield ("deductible", "share", "ratio"), ded.share.ratio, "ratio"
            yield ("deductible", "share", "at_least"), ded.share.at_least, "yuan"
            yield ("deductible", "share", "at_most"), ded.share.at_most, "yuan"
        if ded.transfer is not None:
            yield ("deductible", "transfer", "within_days"), ded.transfer.within_days, "count"
    for i, cap in enumerate(layer.caps):
        yield ("caps", i, "limit"), cap.limit, "yuan"
        if cap.raise_ is not None:
            yield ("caps", i, "raise", "per_year"), cap.raise_.per_year, "yuan"
            yield ("caps", i, "raise", "after_years"), cap.raise_.after_years, "count"
            yield ("caps", i, "raise", "at_most"), cap.raise_.at_most, "ratio"


def _place_of_key(parameter: DatedParameter, key: str) -> Loc:
    """Where a class code first stands in a parameter's tables."""
    root: Loc = ("parameters", parameter.name)
    lines = parameter.home.lines if parameter.home else {}
    places = (loc for loc in lines if loc[:2] == root and loc[-1] == key and "table" in loc)
    return min(places, key=lines.__getitem__, default=root)


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
