"""How two descriptions of a person are weighed: comparisons, their levels with shares m and u, thresholds. Read from YAML.

The shares are data that a county may put right; what each level means in a table is `engine.linkage`'s. Must not know
how a pair is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from doudi.common.errors import DoudiError
from doudi.policy.faults import at, raise_in_order, read_model
from doudi.policy.folder import root as policy_root
from doudi.policy.schema import Name, Part, Truth, reads
from doudi.policy.text import Document, read_document
from doudi.policy.values import BadValue

FOLDER: Final = "linkage"
COUNTED: Final = "counted"


@dataclass(frozen=True)
class Level:
    """How alike two values are: the share of pairs of one person (`m`) and of two people (`u`; None: counted in the
    register) that are so."""

    key: str
    zh: str
    m: Decimal
    u: Decimal | None


@dataclass(frozen=True)
class Comparison:
    """What is compared, from most alike to least; a value that is missing on either side weighs nothing."""

    key: str
    zh: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class LinkageModel:
    """All comparisons and what follows from a weight, in hundredths of a bit.

    `same`: a pair of at least this weight is one person, if no other person comes nearer than `margin`. `queued`: from
    here on a person decides. `share_registered`: of the records handed in so many are of somebody in the register.
    """

    name: str
    zh: str
    same: int
    margin: int
    queued: int
    share_registered: Decimal
    comparisons: tuple[Comparison, ...]

    def __getitem__(self, key: str) -> Comparison:
        return next(one for one in self.comparisons if one.key == key)


def linkage_model(name: str = "persons", root: Path | None = None) -> LinkageModel:
    """The declared model of this name (`root`: the folder of policies, else the shipped one)."""
    return read_linkage(read_document(policy_root(root) / FOLDER / f"{name}.yaml"))


def read_linkage(document: Document) -> LinkageModel:
    """A model from its document. Raises all faults at once."""
    file = read_model(_File, document)
    faults: list[DoudiError] = []
    for i, comparison in enumerate(file.comparisons):
        keys = [level.key for level in comparison.levels]
        if len(set(keys)) < len(keys):
            faults.append(at(document, ("comparisons", i), "有重名的等级", do="改名"))
        if sum(level.m for level in comparison.levels) > Decimal("1.1") and comparison.key != "number":
            faults.append(at(document, ("comparisons", i), "各等级的 m 之和超过 1", do="核对各等级的 m"))
    if not file.thresholds.queued <= file.thresholds.same:
        faults.append(at(document, ("thresholds",), "queued 应不大于 same", do="改正分数线"))
    raise_in_order(faults)
    return LinkageModel(
        name=file.name,
        zh=file.zh,
        same=file.thresholds.same,
        margin=file.thresholds.margin,
        queued=file.thresholds.queued,
        share_registered=file.share_registered,
        comparisons=tuple(
            Comparison(
                one.key, one.zh, tuple(Level(each.key, each.zh, each.m, each.u) for each in one.levels)
            )
            for one in file.comparisons
        ),
    )


def _share(raw: Any) -> Decimal:
    if isinstance(raw, str) and re.fullmatch(r"0?\.\d{1,12}|1", raw, re.ASCII) and Decimal(raw) > 0:
        return Decimal(raw)
    raise BadValue(f"“{raw}”不是份额", "大于 0、不大于 1 的小数，如 0.95")


def _share_or_counted(raw: Any) -> Decimal | None:
    return None if raw == COUNTED else _share(raw)


def _weight(raw: Any) -> int:
    if isinstance(raw, str) and re.fullmatch(r"-?\d{1,5}", raw, re.ASCII):
        return int(raw)
    raise BadValue(f"“{raw}”不是分数", "整数（百分之一比特），如 800")


Share = Annotated[Decimal, reads(_share)]
ShareOrCounted = Annotated[Decimal | None, reads(_share_or_counted)]
Weight = Annotated[int, reads(_weight)]


class _Level(Part):
    key: Name
    zh: str
    m: Share
    u: ShareOrCounted


class _Comparison(Part):
    key: Name
    zh: str
    levels: Annotated[list[_Level], Field(min_length=2)]


class _Thresholds(Part):
    same: Weight
    margin: Weight
    queued: Weight


class _File(Part):
    doudi: Literal["linkage/1"]
    name: Name
    zh: str
    confirmed: Truth = False
    thresholds: _Thresholds
    share_registered: Share
    comparisons: Annotated[list[_Comparison], Field(min_length=1)]
