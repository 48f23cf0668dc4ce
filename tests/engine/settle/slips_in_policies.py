"""Policies read wrongly: slips in what is looked up once, when a policy is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.engine.settle.planting import Edit
from tests.engine.settle.policies import DAYS, Data


def layers(data: Data) -> Iterator[Data]:
    """The layers of a policy's plain data."""
    yield from data["layers"].values()


def recorded(data: Data) -> Iterator[Data]:
    yield from (layer for layer in layers(data) if layer.get("kind") == "recorded")


def classes(data: Data) -> Iterator[Data]:
    """The classes of all its dimensions."""
    yield from (one for dimension in data["dimensions"].values() for one in dimension["classes"])


def conditions(data: Data) -> Iterator[Data]:
    """What the classes ask for."""
    yield from (one[key] for one in classes(data) for key in ("when", "unless") if key in one)


def nested(value: Any) -> Iterator[Data]:
    """Every mapping inside a value."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from nested(inner)


def drop(parts: Callable[[Data], Iterator[Data]], *keys: str) -> Edit:
    def edit(data: Data) -> None:
        for part in parts(data):
            for key in keys:
                part.pop(key, None)

    return edit


def a_year_late(data: Data) -> None:
    for condition in conditions(data):
        for end, year in condition.get("age", {}).items():
            condition["age"][end] = str(int(year) + 1)


def rename(column: str, old: str, new: str) -> Edit:
    def edit(data: Data) -> None:
        for condition in conditions(data):
            if column in condition:
                condition[column] = [new if word == old else word for word in condition[column]]

    return edit


def empty_never_fits(data: Data) -> None:
    for condition in conditions(data):
        for column, words in condition.items():
            if column != "age":
                condition[column] = [word or "-" for word in words]


def first_way_only(data: Data) -> None:
    for dimension in data["dimensions"].values():
        seen: list[Data] = []
        for one in dimension["classes"]:
            if one["code"] not in [other["code"] for other in seen]:
                seen.append(one)
        dimension["classes"] = seen


def last_takes_the_rest(data: Data) -> None:
    for dimension in data["dimensions"].values():
        dimension["classes"][-1].pop("when", None)
        dimension["classes"][-1].pop("unless", None)


def precedence_reversed(data: Data) -> None:
    for dimension in data["dimensions"].values():
        ruled = [one for one in dimension["classes"] if {"when", "unless"} & one.keys()]
        rest = [one for one in dimension["classes"] if not {"when", "unless"} & one.keys()]
        dimension["classes"] = ruled[::-1] + rest


def all_on(data: Data) -> None:
    for layer in layers(data):
        known = repr(data["parameters"].get(layer.get("ratio", ""), ""))
        if layer.get("on") == "false" and "None" not in known:
            del layer["on"]


def all_in_order(data: Data) -> None:
    orders = (
        [entry["layers"] for entry in data["order"]]
        if isinstance(data["order"][0], dict)
        else [data["order"]]
    )
    for order in orders:
        order += [code for code in data["layers"] if code not in order]


def first_order(data: Data) -> None:
    if isinstance(data["order"][0], dict):
        data["order"] = data["order"][0]["layers"]


def order_swapped(data: Data) -> None:
    for order in (
        [e["layers"] for e in data["order"]] if isinstance(data["order"][0], dict) else [data["order"]]
    ):
        order.reverse()


def ends(data: Data) -> None:
    data["to"] = "2024-06-30"


def shares(key: str, change: Callable[[Data], None], only: Callable[[str], bool] = lambda name: True) -> Edit:
    """Change the shares of an index inside parameters that have a key."""

    def edit(data: Data) -> None:
        for name, parameter in data["parameters"].items():
            if only(name):
                for part in nested(parameter):
                    if "share" in part and key in part:
                        change(part)

    return edit


def less(part: Data) -> None:
    part["share"] = "1%" if part["share"] != "1%" else "2%"


def first_class_for_all(data: Data) -> None:
    for entry in data["parameters"].get("index.wage", {}).get("values", ()):
        entry["table"] = dict.fromkeys(entry["table"], next(iter(entry["table"].values())))


def tables(depth: int) -> Edit:
    """The outermost look-up of a table of so many dimensions gives the neighbour's value."""

    def edit(data: Data) -> None:
        for parameter in data["parameters"].values():
            if len(parameter.get("by", ())) == depth:
                for entry in [parameter, *parameter.get("values", ())]:
                    if "table" in entry:
                        keys, values = list(entry["table"]), list(entry["table"].values())
                        entry["table"] = dict(zip(keys, values[1:] + values[:1], strict=True))

    return edit


def otherwise_is_the_first(data: Data) -> None:
    for parameter in data["parameters"].values():
        for part in nested(parameter):
            if "otherwise" in part:
                part["otherwise"] = next(iter(part.values()))


def terms_limited(data: Data) -> None:
    """In a term `none` is read as nothing."""
    steps = [*layers(data), *data.get("prepay", ())]
    named = {
        term[key] for step in steps for term in [*step.get("base", ()), *step.get("of", ())] if isinstance(term, dict)
        for key in ("at_most", "at_most_per_day") if key in term
    }  # fmt: skip
    for name in named:
        for part in nested(data["parameters"][name]):
            for key, value in part.items():
                if value == "none":
                    part[key] = "0"


def dated(name: str) -> Edit:
    """Another day counts for a look-up."""
    usual = {
        "order": "settlement",
        "category": "admission",
        "place": "admission",
        "age": "admission",
        "enrolment": "admission",
    }

    def edit(data: Data) -> None:
        now = data["dates"].get(name, usual.get(name, "discharge"))
        data["dates"][name] = DAYS[DAYS.index(now) - 1]

    return edit


def dimension_days(data: Data) -> None:
    for dimension in data["dimensions"].values():
        if "date" in dimension:
            dimension["date"] = DAYS[DAYS.index(dimension["date"]) - 1]
