"""The random policies and claims are worth settling: every family is made, and every family makes a difference.

A comparison of two engines on random input proves nothing about a family that is never generated, or that never
changes a payment. Here each family is taken out of the policies that use it; the oracle must then pay otherwise.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from doudi.common.errors import DoudiError
from doudi.engine.settle.oracle import settle
from doudi.engine.settle.person import Settled
from doudi.policy.pack import Pack, from_document
from doudi.policy.text import parse_document
from tests.engine.settle.chooser import Seeded
from tests.engine.settle.claims import ALL_CLAIM_FEATURES, Case, cases, claim_features, seeded
from tests.engine.settle.features import ALL_FEATURES, features
from tests.engine.settle.policies import Data, load, policy_data

SEEDS = range(500)


@cache
def made() -> tuple[tuple[Data, Case], ...]:
    """The data and the case of each seed."""
    return tuple((policy_data(Seeded(seed)), seeded(seed, people=2, claims=9)) for seed in SEEDS)


def settled(pack: Pack, case: Case) -> list[list[Settled]]:
    return [settle(pack, one.person, one.claims, one.prior, case.institutions) for one in case.people]


@cache
def made_settled() -> tuple[list[list[Settled]], ...]:
    """What the oracle pays in each case."""
    return tuple(settled(case.pack, case) for _, case in made())


def test_every_family_of_the_language_is_generated():
    found = set().union(*(features(case.pack) for _, case in made()))
    assert found == ALL_FEATURES


def test_every_kind_of_person_and_claim_is_generated():
    found = set().union(*(claim_features(case) for _, case in made()))
    assert found == ALL_CLAIM_FEATURES


def test_every_random_case_can_be_settled_and_many_layers_pay():
    payments = [
        paid for people in made_settled() for person in people for one in person for paid in one.paid.values()
    ]
    assert sum(paid > 0 for paid in payments) > len(payments) // 4


@given(cases(people=2))
@hypothesis_settings(max_examples=30)
def test_hypothesis_draws_the_same_kind_of_case(case):
    assert features(case.pack) <= ALL_FEATURES
    assert claim_features(case) <= ALL_CLAIM_FEATURES
    settled(case.pack, case)


def test_random_data_written_as_yaml_is_the_same_policy():
    for data, case in made()[:10]:
        text = yaml.dump(data, allow_unicode=True, sort_keys=False, Dumper=_Plain)
        assert from_document(parse_document(text, Path("random.yaml"))).file == case.pack.file


class _Plain(yaml.SafeDumper):
    """Writes shared parts out in full, as people do."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# ── Taking families out ──────────────────────────────────────────────────────────────────────────────

Edit = Callable[[Data], None]


def layers(data: Data) -> Iterator[Data]:
    yield from data["layers"].values()


def deductibles(data: Data) -> Iterator[Data]:
    yield from (layer["deductible"] for layer in layers(data) if "deductible" in layer)


def caps(data: Data) -> Iterator[Data]:
    yield from (cap for layer in layers(data) for cap in layer.get("caps", ()))


def drop(parts: Callable[[Data], Iterator[Data]], *keys: str, only: Callable[[Data], Any] = bool) -> Edit:
    """Take keys out of parts of a policy."""

    def edit(data: Data) -> None:
        for part in parts(data):
            if only(part):
                for key in keys:
                    part.pop(key, None)

    return edit


def drop_caps(**of: str) -> Edit:
    """Take out the caps of one kind."""
    usual = {"on": "payment", "per": "year", "measured": "above_deductible"}

    def edit(data: Data) -> None:
        for layer in layers(data):
            if "caps" in layer:
                layer["caps"] = [
                    cap
                    for cap in layer["caps"]
                    if any((usual | cap)[key] != value for key, value in of.items())
                ]

    return edit


def terms(data: Data) -> Iterator[Data]:
    yield from (term for layer in layers(data) for term in layer.get("base", ()) if isinstance(term, dict))


def transfers(data: Data) -> Iterator[Data]:
    yield from (rule["transfer"] for rule in deductibles(data) if "transfer" in rule)


def shares(data: Data) -> Iterator[Data]:
    yield from (rule["share"] for rule in deductibles(data) if "share" in rule)


def rounds(data: Data) -> Iterator[Data]:
    yield from (layer["round"] for layer in layers(data) if "round" in layer)


def whole(data: Data) -> Iterator[Data]:
    yield data


def dimensions(data: Data) -> Iterator[Data]:
    yield from data["dimensions"].values()


def classes(data: Data) -> Iterator[Data]:
    # Menus are shared between policies: edits work on a deep copy.
    yield from (one for dimension in dimensions(data) for one in dimension["classes"] if "when" in one)


def nested(value: Any) -> Iterator[Data]:
    """Every mapping inside."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from nested(inner)


def values(data: Data) -> Iterator[Data]:
    yield from nested(data["parameters"])


def per_bill(data: Data) -> None:
    for layer in layers(data):
        if layer.get("deductible", {}).get("per") != "year":
            layer.pop("on_change", None)
            layer.get("round", {}).pop("of", None)
            layer.pop("per", None)


def by_bill(data: Data) -> None:
    for rule in deductibles(data):
        if rule["per"] == "admission":
            rule.pop("sequence", None)
            rule.pop("transfer", None)
            rule["per"] = "bill"


def no_fixed_sums(data: Data) -> None:
    for part in values(data):
        if part.get("unit") == "sequence":
            _each_value(
                part,
                lambda value: [e for e in value if isinstance(e, str)] if isinstance(value, list) else value,
            )


def open_bands(data: Data) -> None:
    for part in values(data):
        if part.get("unit") == "bands":
            _each_value(part, lambda value: [*value, {"ratio": "60%"}] if "to" in value[-1] else value)


def first_band(data: Data) -> None:
    for part in values(data):
        if part.get("unit") == "bands":
            _each_value(part, lambda value: [{"ratio": value[0]["ratio"]}])


def _each_value(part: Any, change: Callable[[Any], Any]) -> None:
    """Change every value of a parameter, wherever it stands."""
    for key in ("value", "table"):
        if key in part:
            part[key] = _changed(part[key], change)
    for entry in part.get("values", ()):
        _each_value(entry, change)


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    is_table = isinstance(value, dict) and "start" not in value
    return {key: _changed(inner, change) for key, inner in value.items()} if is_table else change(value)


def no_limits(data: Data) -> None:
    for part in values(data):
        for key, value in part.items():
            if value == "none":
                part[key] = "1000"


def undated(data: Data) -> None:
    for name, part in data["parameters"].items():
        if "values" in part and not name.startswith("index."):
            del part["values"][1:]
            part["values"][0].pop("to", None)


def one_class(data: Data) -> None:
    """Every class of a table has the value of the first."""
    for part in data["parameters"].values():
        for entry in [part, *part.get("values", ())]:
            table = entry.get("table")
            while isinstance(table, dict) and table and part["by"]:
                first = next(iter(table.values()))
                table.update(dict.fromkeys(table, first))
                table = first if len(part["by"]) > 1 and isinstance(first, dict) else None


def no_age(data: Data) -> None:
    for part in values(data):
        if "per_year_of_age" in part:
            part["per_year_of_age"] = "0%"


def on(data: Data) -> None:
    for layer in layers(data):
        known = data["parameters"].get(layer.get("ratio", ""), {"value": "1"})
        if layer.get("on") == "false" and "null" not in repr(known) and "None" not in repr(known):
            del layer["on"]


def first_order(data: Data) -> None:
    if isinstance(data["order"][0], dict):
        data["order"] = data["order"][0]["layers"]


def forwards(data: Data) -> None:
    for layer in layers(data):
        layer.pop("on_change", None)


FAMILIES: dict[str, Edit] = {
    "deductible": drop(layers, "deductible", only=lambda layer: "on_change" not in layer),
    "deductible.admission": by_bill,
    "deductible.sequence": drop(deductibles, "sequence"),
    "deductible.sequence.fixed_sum": no_fixed_sums,
    "deductible.floor": drop(deductibles, "floor"),
    "deductible.round": drop(deductibles, "round"),
    "deductible.year_ceiling": drop(deductibles, "year_ceiling"),
    "deductible.transfer": drop(deductibles, "transfer"),
    "deductible.transfer.within_days": drop(transfers, "within_days"),
    "deductible.share.at_least": drop(shares, "at_least"),
    "deductible.share.at_most": drop(shares, "at_most"),
    "stays.days": drop(lambda data: iter([data.get("stays", {})]), "days"),
    "stays.interim": drop(lambda data: iter([data.get("stays", {})]), "interim"),
    "stays.new_year": drop(lambda data: iter([data.get("stays", {})]), "new_year"),
    "layer.per_year": per_bill,
    "layer.measured": drop(layers, "measured"),
    "layer.catch_up": forwards,
    "layer.waiting": drop(layers, "waiting"),
    "layer.pool": drop(layers, "pool"),
    "layer.when": drop(layers, "when"),
    "layer.unless": drop(layers, "unless"),
    "layer.counts_against": drop(layers, "counts_against"),
    "layer.off": on,
    "order.dated": first_order,
    "round.to": drop(rounds, "to"),
    "round.mode": drop(rounds, "mode"),
    "round.total": drop(rounds, "of"),
    "guarantee.year": drop(layers, "per", only=lambda layer: layer.get("kind") == "guarantee"),
    "guarantee.caps": drop(layers, "caps", only=lambda layer: layer.get("kind") == "guarantee"),
    "guarantee.round": drop(layers, "round", only=lambda layer: layer.get("kind") == "guarantee"),
    "recorded.base": drop(layers, "base", only=lambda layer: layer.get("kind") == "recorded"),
    **{
        f"cap.{on}.{per}": drop_caps(on=on, per=per, **({} if on == "payment" else {"measured": measured}))
        for on, measured in (("payment", ""), ("cost", "above_deductible"), ("cost", "absolute"))
        for per in ("year", "bill", "day")
        if on == "payment"
    },
    **{
        f"cap.{measured}.{per}": drop_caps(on="cost", per=per, measured=measured)
        for measured in ("above_deductible", "absolute")
        for per in ("year", "bill", "day")
    },
    "cap.pool": drop(caps, "pool"),
    "cap.raise": drop(caps, "raise"),
    "limit.none": no_limits,
    "term.at_most": drop(terms, "at_most"),
    "term.at_most_per_day": drop(terms, "at_most_per_day"),
    "term.minus": drop(terms, "minus"),
    "prepay": drop(whole, "prepay"),
    "prepay.conditional": drop(lambda data: iter(data.get("prepay", ())), "when", "unless"),
    "bands": first_band,
    "bands.closed": open_bands,
    "ratio.by_age": no_age,
    "ratio.by_age.at_most": drop(values, "at_most"),
    "share_of.years_back": drop(values, "years_back"),
    "share_of.round": drop(values, "round"),
    "parameter.dated": undated,
    "table": one_class,
    "year_starts": drop(whole, "year_starts"),
    "dimension.date": drop(dimensions, "date"),
    "class.unless": drop(classes, "unless"),
    **{
        f"dates.{name}": drop(lambda data: iter([data.get("dates", {})]), name)
        for name in ("category", "level", "place", "rate", "age", "enrolment", "year", "order")
    },
}
#: How many of the cases must come out otherwise, for the family to count as looked at.
ENOUGH = 2
#: What changes only what is shown of a layer, and what later layers count.
SHOWN_ONLY = {"recorded.base"}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_policy_without_the_family_pays_otherwise(family):
    differing = 0
    for (data, case), usual in zip(made(), made_settled(), strict=True):
        without = copy.deepcopy(data)
        FAMILIES[family](without)
        if without == data:
            continue
        try:
            other = settled(load(without), case)
        except DoudiError:
            continue
        differing += _shown(other) != _shown(usual) if family in SHOWN_ONLY else _paid(other) != _paid(usual)
        if differing == ENOUGH:
            return
    pytest.fail(f"only {differing} of {len(made())} cases depend on {family}")


def _paid(people: list[list[Settled]]) -> list[Any]:
    return [one.paid for person in people for one in person]


def _shown(people: list[list[Settled]]) -> list[Any]:
    return [one.steps for person in people for one in person]
