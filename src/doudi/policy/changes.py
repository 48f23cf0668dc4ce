"""What differs between two policies, figure by figure and rule by rule, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from doudi.policy import wording
from doudi.policy.linking import cells
from doudi.policy.meaning import meaning
from doudi.policy.pack import Pack
from doudi.policy.values import show_value

ABSENT = "（无）"


@dataclass(frozen=True)
class Change:
    """One thing that was and is otherwise."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what}：{self.before} → {self.after}"


def changes(before: Pack, after: Pack) -> list[Change]:
    """Every difference in meaning, figures first."""
    return [
        *_compare(_figures(before), _figures(after)),
        *_compare(_rules(before), _rules(after)),
    ]


def _compare(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for what in dict.fromkeys((*before, *after)):
        old, new = before.get(what, ABSENT), after.get(what, ABSENT)
        if old != new:
            yield Change(what, old, new)


def _figures(pack: Pack) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, parameter in pack.parameters.items():
        for entry in parameter.values:
            head = f"{parameter.zh} {name} 自 {entry.from_} 起"
            for path, value in cells(entry.value, entry.table):
                classes = "、".join(
                    wording.class_name(pack, dimension, code)
                    for dimension, code in zip(parameter.by, path, strict=False)
                )
                out[f"{head} {classes}".rstrip()] = show_value(value)
            out[f"{head}，至"] = str(entry.to)
            confirmed = "已核实" if entry.source.confirmed else "待核实"
            out[f"{head}，出处"] = f"{entry.source.cite()} {confirmed} {entry.source.note or ''}".rstrip()
    return out


def _rules(pack: Pack) -> dict[str, str]:
    whole = meaning(pack)
    apart = {
        name: {key: value for key, value in parameter.items() if key != "values"}
        for name, parameter in whole["parameters"].items()
    }
    return dict(_leaves("", {**whole["file"], "parameters": apart}))


def _leaves(place: str, data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(f"{place}.{key}" if place else key, value)
    elif isinstance(data, list) and any(isinstance(item, (Mapping, list)) for item in data):
        for i, item in enumerate(data, 1):
            yield from _leaves(f"{place}.第{i}项", item)
    else:
        yield place, "、".join(map(str, data)) if isinstance(data, list) else str(data)
