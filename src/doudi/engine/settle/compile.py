"""A policy's meaning flattened to the integer tables that the loop reads.

Every look-up that depends only on day and classes is done here, once: the calendar is cut where any value changes
(*epochs*), and each layer gets one rule row per epoch and per combination of the classes it looks at.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from doudi.common.errors import PolicyFault
from doudi.engine.settle import layout as c
from doudi.engine.settle.rows import Rows
from doudi.engine.settle.values_on import Chosen, NoValueError, ValuesOn, years_earlier, years_later
from doudi.policy.linking import cells
from doudi.policy.pack import END, Pack, all_terms
from doudi.policy.schema import ByClass, Cap, Deductible, Layer, Prepay, Raise, Term
from doudi.policy.usage import behind, layer_names, term_names, used_parameters
from doudi.policy.values import PPM, Band, ShareOf, Yuan

MOST_COMBOS = 4_000_000


@dataclass(frozen=True)
class Compiled:
    """The tables of one policy and what is needed to fill claims into them and to read results back."""

    pack: Pack
    tables: c.Tables
    layers: tuple[str, ...]
    pools: tuple[str, ...]
    cap_pools: tuple[str, ...]
    costs: tuple[str, ...]
    recorded: tuple[str, ...]
    dimensions: tuple[str, ...]
    strides: tuple[int, ...]  # of the epoch, then of each dimension
    epochs: tuple[dt.date, ...]
    reasons: Mapping[int, str] = field(repr=False)  # rule row (or -1 − prepay row) → why it has no value


def compile_pack(pack: Pack) -> Compiled:
    """Flatten a policy. Raises `PolicyFault` when its classes multiply beyond what can be tabled."""
    return _Compiler(pack).run()


class _Compiler:
    """Collects rows while walking the layers; used once."""

    def __init__(self, pack: Pack) -> None:
        self.pack, self.file = pack, pack.file
        self.layers = pack.active_layers
        self.pools = tuple(dict.fromkeys(self.file.layers[code].pool or code for code in self.layers))
        self.cap_pools = tuple(
            dict.fromkeys(
                cap_pool(code, i, cap)
                for code in self.layers
                for i, cap in enumerate(self.file.layers[code].caps)
            )
        )
        self.costs = pack.cost_columns
        self.recorded = tuple(dict.fromkeys(
            layer.recorded for code in self.layers
            if (layer := self.file.layers[code]).recorded is not None and not layer.recorded.startswith("cost.")
        ))  # fmt: skip
        self.components = self._components()
        self.rules = Rows(c.RULE_FIELDS)
        self.reasons: dict[int, str] = {}
        self.terms = Rows(c.TERM_FIELDS)
        self.bands = Rows(c.BAND_FIELDS)
        self.sequences = Rows(2)
        self.caps = Rows(c.CAP_FIELDS)

    def _components(self) -> dict[str, int]:
        names = ["total", "own", "overlimit", "prepay", "inscp", "left", "inscp_left"]
        names += [f"cost.{name}" for name in self.costs]
        names += sorted(
            {t.take for t in all_terms(self.file) if "." in t.take and not t.take.startswith("cost.")}
        )
        return {name: i for i, name in enumerate(names)}

    def run(self) -> Compiled:
        epochs = self._epochs()
        used = self._used_dimensions()
        sizes = [len(epochs)] + [len(self.file.dimensions[d].classes) + 1 for d in used]
        if math.prod(sizes) > MOST_COMBOS:
            raise PolicyFault(
                "政策的分类组合过多，无法展开",
                where=str(self.pack.path),
                allowed=f"至多 {MOST_COMBOS} 种组合",
                do="合并类别，或减少同时使用的维度",
            )
        shape = tuple(sizes)
        applied = (
            np.stack([self._layer_rules(code, epochs, used, shape) for code in self.layers], axis=-1).reshape(
                -1, len(self.layers)
            )
            if self.layers
            else np.full((int(np.prod(shape)), 0), -1, np.int32)
        )
        order = np.concatenate(
            [np.repeat(self._order(day)[None, :], int(np.prod(shape[1:])), 0) for day in epochs]
        )
        count, layer, rule = _in_order(applied, order)
        prepay, prepays = self._prepay(epochs, used, shape)
        strides = tuple(int(np.prod(shape[i + 1 :])) for i in range(len(shape)))
        stays = self.file.stays
        tables = c.Tables(
            count, layer, rule, prepay, prepays,
            self.rules.table(), self.terms.table(), self.bands.table(),
            self.sequences.table(), self.caps.table(),
            np.array([len(self.pools), len(self.cap_pools), len(self.components), c.FIXED_COMPONENTS,
                      stays.interim == "one_deductible", stays.new_year == "continue"], np.int64),
        )  # fmt: skip
        return Compiled(
            self.pack,
            tables,
            self.layers,
            self.pools,
            self.cap_pools,
            self.costs,
            self.recorded,
            tuple(used),
            strides,
            tuple(epochs),
            self.reasons,
        )

    # — what the policy looks at —

    def _epochs(self) -> list[dt.date]:
        days = {self.pack.from_} | {entry.from_ for entry in self.file.order}

        def changes(name: str, years: int) -> None:
            for entry in self.pack.parameters[name].values:
                for day in (entry.from_, entry.to + dt.timedelta(days=1) if entry.to < END else END):
                    if day.year + years < 9999:
                        days.add(years_later(day, years))
                for _, value in cells(entry.value, entry.table):
                    if isinstance(value, ShareOf):
                        changes(value.of, years + value.years_back)

        for name in used_parameters(self.pack):
            changes(name, 0)
        return sorted(day for day in days if self.pack.from_ <= day <= self.pack.to)

    def _used_dimensions(self) -> list[str]:
        used: set[str] = set()
        for step in self.file.prepay:
            used |= set(step.when) | set(step.unless)
        for code in self.layers:
            used |= _conditions(self.file.layers[code])
        for name in used_parameters(self.pack):
            used |= set(self.pack.parameters[name].by)
        return [d for d in self.file.dimensions if d in used]

    # — one layer —

    def _spread(
        self,
        mine: set[str],
        names: Sequence[str],
        epochs: Sequence[dt.date],
        used: Sequence[str],
        shape: tuple[int, ...],
        build: Callable[[dt.date, Chosen], int],
    ) -> Any:
        """A row number per combo, built once for each day and classes that can make a difference."""
        for name in names:
            for parameter in (name, *behind(self.pack, name)):
                mine = mine | set(self.pack.parameters[parameter].by)
        codes = [
            [*(k.code for k in self.file.dimensions[d].classes), None] if d in mine else [] for d in used
        ]
        found = np.full([len(epochs), *(len(k) or 1 for k in codes)], -1, np.int32)
        axes = [(i, d) for i, d in enumerate(used) if d in mine]
        alike: dict[Any, int] = {}
        for e, day in enumerate(epochs):
            same = alike.setdefault((self.pack.order_on(day), *self._in_force(names, day)), e)
            if same != e:
                found[e] = found[same]
                continue
            for place in product(*(range(len(k) or 1) for k in codes)):
                found[(e, *place)] = build(day, {d: codes[i][place[i]] for i, d in axes})
        return np.broadcast_to(found, shape)

    def _in_force(self, names: Sequence[str], day: dt.date) -> Iterator[int]:
        """Which dated entries the names mean on a day, shares of others included."""
        for name in names:
            entry = self.pack.parameters[name].on(day)
            yield id(entry)
            for _, value in cells(entry.value, entry.table) if entry else ():
                if isinstance(value, ShareOf):
                    yield from self._in_force([value.of], years_earlier(day, value.years_back))

    def _layer_rules(
        self, code: str, epochs: Sequence[dt.date], used: Sequence[str], shape: tuple[int, ...]
    ) -> Any:
        layer = self.file.layers[code]

        def build(day: dt.date, classes: Chosen) -> int:
            if code not in self.pack.order_on(day) or not applies(layer.when, layer.unless, classes):
                return -1
            return self._rule(code, layer, day, classes)

        return self._spread(_conditions(layer), layer_names(layer), epochs, used, shape, build)

    def _order(self, day: dt.date) -> Any:
        """For an epoch: the layers' numbers in the order in force, then those not in it."""
        now = [self.layers.index(code) for code in self.pack.order_on(day)]
        return np.array(now + [i for i in range(len(self.layers)) if i not in now], np.int32)

    def _rule(self, code: str, layer: Layer, day: dt.date, classes: Chosen) -> int:
        row = [0] * c.RULE_FIELDS
        row[c.POOL] = self.pools.index(layer.pool or code)
        for name, at in (
            ("paid", c.OUT_PAID),
            ("deductible", c.OUT_DEDUCTIBLE),
            ("copay", c.OUT_COPAY),
            ("over", c.OUT_OVER),
            ("base", c.OUT_BASE),
        ):
            row[at] = self.components.get(f"{name}.{code}", -1)
        row[c.IN_SCOPE] = layer.in_scope
        try:
            self._fill(row, layer, code, day, classes)
        except NoValueError as reason:
            # Nothing else of the row is read; the number keeps rows with other reasons apart.
            row[c.KIND], row[c.BASE_OFF] = c.UNKNOWN_KIND, len(self.reasons)
            at = self.rules.add([row])[0]
            self.reasons[at] = f"层 {code}：{reason}"
            return at
        return self.rules.add([row])[0]

    def _fill(self, row: list[int], layer: Layer, code: str, day: dt.date, classes: Chosen) -> None:
        get = ValuesOn(self.pack, day, classes)
        row[c.YEARLY] = layer.per == "year"
        row[c.BASE_OFF], row[c.BASE_N] = self._terms(layer.base or _INSCP, get)
        row[c.WAITING] = get.number(layer.waiting) if layer.waiting else -1
        row[c.UNIT], row[c.MODE] = layer.round.rounding.unit_fen, c.MODES[layer.round.rounding.mode]
        row[c.OF_TOTAL], row[c.CATCH_UP] = layer.round.of_total, layer.on_change == "catch_up"
        row[c.MEASURED] = c.ABOVE if layer.measured == "above_deductible" else c.ABSOLUTE
        row[c.RECORDED] = -1
        row[c.CAP_OFF], row[c.CAP_N] = self._caps(layer, code, get)
        row[c.DED_CEILING] = row[c.DED_MAX] = c.NEVER
        row[c.TRANSFER_DAYS] = -1
        if layer.kind == "recorded":
            row[c.KIND] = c.RECORDED_KIND
            column = str(layer.recorded)
            named_cost = column.startswith("cost.")
            row[c.RECORDED] = -2 - self.components[column] if named_cost else self.recorded.index(column)
        elif layer.kind == "guarantee":
            row[c.KIND] = c.GUARANTEE_KIND
            at_most = get.ratio(layer.at_most)
            row[c.AT_MOST] = self._bands((Band(None, at_most),))[0]
            row[c.NEEDS_AGE] = at_most.per_year_ppm != 0
            row[c.OF_OFF], row[c.OF_N] = self._terms(layer.of or (), get)
        else:
            bands = get.bands(layer.bands) if layer.bands else (Band(None, get.ratio(layer.ratio)),)
            row[c.BAND_OFF], row[c.BAND_N] = self._bands(bands)
            row[c.NEEDS_AGE] = any(band.ratio.per_year_ppm for band in bands)
            if layer.deductible is not None:
                self._deductible(row, layer.deductible, get, classes)

    def _deductible(self, row: list[int], ded: Deductible, get: ValuesOn, classes: Chosen) -> None:
        row[c.DED_PER] = {"admission": c.BY_ADMISSION, "bill": c.BY_BILL, "year": c.BY_YEAR}[ded.per]
        row[c.DED_SHARE] = -1
        if ded.share is not None:
            ratio = get.ratio(ded.share.ratio)
            row[c.DED_SHARE] = self._bands((Band(None, ratio),))[0]
            row[c.NEEDS_AGE] |= ratio.per_year_ppm != 0
            row[c.DED_TERM_OFF], row[c.DED_TERM_N] = self._terms(ded.share.of, get)
            row[c.DED_MIN] = get.fen(ded.share.at_least) if ded.share.at_least else 0
            row[c.DED_MAX] = get.fen(ded.share.at_most) if ded.share.at_most else c.NEVER
        else:
            row[c.DED_AMOUNT] = get.fen(ded.amount)
        row[c.DED_UNIT], row[c.DED_MODE] = ded.round.unit_fen, c.MODES[ded.round.mode]
        row[c.DED_FLOOR] = get.fen(ded.floor) if ded.floor else 0
        if ded.year_ceiling:
            row[c.DED_CEILING] = get.fen(ded.year_ceiling)
        if ded.sequence:
            entries = get.sequence(ded.sequence).entries
            row[c.SEQ_OFF], row[c.SEQ_N] = self.sequences.add(
                [[isinstance(e, Yuan), e.fen if isinstance(e, Yuan) else e.ppm] for e in entries],
            )
        if ded.transfer is not None and applies(ded.transfer.when, {}, classes):
            row[c.TRANSFER_DAYS] = get.number(ded.transfer.within_days) if ded.transfer.within_days else 0

    def _terms(self, terms: Sequence[Term], get: ValuesOn) -> tuple[int, int]:
        return self.terms.add( [
            [self.components[t.take], -1 if t.minus else 1,
             get.fen(t.at_most_per_day) if t.at_most_per_day else -1, get.fen(t.at_most) if t.at_most else c.NEVER]
            for t in terms
        ])  # fmt: skip

    def _bands(self, bands: Sequence[Band]) -> tuple[int, int]:
        return self.bands.add( [
            [c.NEVER if b.to_fen is None else b.to_fen, b.ratio.ppm, b.ratio.per_year_ppm, min(b.ratio.at_most_ppm, PPM)] for b in bands
        ])  # fmt: skip

    def _caps(self, layer: Layer, code: str, get: ValuesOn) -> tuple[int, int]:
        rows = []
        for i, cap in enumerate(layer.caps):
            up: Raise | None = cap.raise_
            raised = (
                [get.fen(up.per_year), get.number(up.after_years), get.ratio(up.at_most).ppm]
                if up
                else [0, 0, 0]
            )
            rows.append([
                get.fen(cap.limit), c.ON_COST if cap.on == "cost" else c.ON_PAYMENT, {"year": c.PER_YEAR, "bill": c.PER_BILL, "day": c.PER_DAY}[cap.per],
                c.ABSOLUTE if cap.measured == "absolute" else c.ABOVE, self.cap_pools.index(cap_pool(code, i, cap)), *raised,
            ])  # fmt: skip
        return self.caps.add(rows)

    def _prepay(
        self, epochs: Sequence[dt.date], used: Sequence[str], shape: tuple[int, ...]
    ) -> tuple[Any, Any]:
        columns, rows = [], Rows(3)

        def build(step: Prepay, day: dt.date, classes: Chosen) -> int:
            if not applies(step.when, step.unless, classes):
                return -1
            get = ValuesOn(self.pack, day, classes)
            try:
                row = [*self._terms(step.of, get), self._bands((Band(None, get.ratio(step.ratio)),))[0]]
            except NoValueError as reason:
                self.reasons[-1 - len(rows.rows)] = f"{step.zh}：{reason}"
                row = [len(rows.rows), -1, 0]
            return rows.add([row])[0]

        for step in self.file.prepay:
            names = [step.ratio, *term_names(step.of)]
            columns.append(
                self._spread(
                    set(step.when) | set(step.unless), names, epochs, used, shape, partial(build, step)
                ).reshape(-1)
            )
        combos = int(np.prod(shape))
        return np.stack(columns, axis=-1) if columns else np.zeros((combos, 0), np.int32), rows.table()


_INSCP = (Term(take="inscp"),)


def cap_pool(code: str, place: int, cap: Cap) -> str:
    """The name under which a cap's use in the year is kept (manual §6.2)."""
    return cap.pool or f"{code}:{place + 1}"


def applies(when: ByClass, unless: ByClass, classes: Chosen) -> bool:
    """Whether a condition on classes holds."""
    if any(classes.get(d) not in codes for d, codes in when.items()):
        return False
    return not (unless and all(classes.get(d) in codes for d, codes in unless.items()))


def _conditions(layer: Layer) -> set[str]:
    used = set(layer.when) | set(layer.unless)
    if layer.deductible is not None and layer.deductible.transfer is not None:
        used |= set(layer.deductible.transfer.when)
    return used


def _in_order(applied: Any, order: Any) -> tuple[Any, Any, Any]:
    """Per combo, the layers that apply moved to the front in the order in force."""
    rules = np.take_along_axis(applied, order, 1)
    front = np.argsort(rules < 0, axis=1, kind="stable")
    count = (rules >= 0).sum(1).astype(np.int32)
    return (
        count,
        np.ascontiguousarray(np.take_along_axis(order, front, 1)),
        np.ascontiguousarray(np.take_along_axis(rules, front, 1)),
    )
