"""Who looks, and the one gate that every list, count, search, export and chart passes.

A row is seen where its place lies within the viewer's places, old codes included; a row without a place by the
steward alone. The three administrators (三员分立) see nobody. Values that identify are masked until their opening
is on record (`doudi.access.openings`). Knows no database and no pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.places import Standing
from doudi.common.errors import InputFault

RoleName = Literal[
    "village", "township", "bureau", "steward", "auditor", "leader", "system", "security", "audit"
]

EVERYWHERE: Final = "*"
"""In place of a division: all of them."""


@dataclass(frozen=True)
class Powers:
    """What a role may do within its places.

    `rows`: see records, masked. `opens`: have masked values shown, on record. `counts`: see numbers about people.
    `unplaced`: see what has no place too. `record`: read who opened what.
    """

    zh: str
    rows: bool = False
    opens: bool = False
    counts: bool = False
    unplaced: bool = False
    record: bool = False


ROLES: Final[Mapping[RoleName, Powers]] = MappingProxyType(
    {
        "village": Powers("村级经办", rows=True, opens=True, counts=True),
        "township": Powers("乡镇经办", rows=True, opens=True, counts=True),
        "bureau": Powers("部门经办", rows=True, opens=True, counts=True),
        "steward": Powers("数据管理", rows=True, opens=True, counts=True, unplaced=True),
        "auditor": Powers("审计监督", rows=True, opens=True, counts=True),
        "leader": Powers("领导", counts=True),
        "system": Powers("系统管理员"),
        "security": Powers("安全管理员"),
        "audit": Powers("审计管理员", record=True),
    }
)


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks: name, role, and the codes of the divisions that are theirs."""

    name: str
    role: RoleName
    divisions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.role not in get_args(RoleName):
            raise InputFault("没有这个角色", where=self.name, allowed="、".join(get_args(RoleName)))

    @property
    def powers(self) -> Powers:
        """What the role may do."""
        return ROLES[self.role]


@dataclass(frozen=True)
class Gate:
    """What one viewer may see among the divisions of one day."""

    viewer: Viewer
    standing: Standing

    @cached_property
    def divisions(self) -> frozenset[str]:
        """Every code, old ones too, that lies within the viewer's places."""
        own = self.viewer.divisions
        if EVERYWHERE in own:
            return self.standing.known
        return self.standing.under(own) | frozenset(own)

    def may_see(self, division: str | None) -> bool:
        """Whether the viewer may see a record of this place."""
        return self.viewer.powers.rows and self._within(division)

    def may_open(self, division: str | None) -> bool:
        """Whether masked values of this place may be shown once that is on record."""
        return self.viewer.powers.opens and self._within(division)

    def may_count(self, division: str | None) -> bool:
        """Whether the viewer may see a number about people of this place."""
        return self.viewer.powers.counts and self._within(division)

    def rows(self, table: pa.Table, column: str = "division") -> pa.Table:
        """The rows that the viewer may see."""
        return self._filtered(table, column) if self.viewer.powers.rows else table.slice(0, 0)

    def countable(self, table: pa.Table, column: str = "division") -> pa.Table:
        """The rows that may be counted for the viewer, whether or not they may be seen."""
        return self._filtered(table, column) if self.viewer.powers.counts else table.slice(0, 0)

    def _within(self, division: str | None) -> bool:
        if division and division in self.divisions:
            return True
        return self.viewer.powers.unplaced and not self._placed(division)

    def _placed(self, division: str | None) -> bool:
        return bool(division) and (division in self.standing.known or division in self.divisions)

    def _filtered(self, table: pa.Table, column: str) -> pa.Table:
        places = table[column].cast(pa.string())
        kept = pc.is_in(places, pa.array(sorted(self.divisions), pa.string()))
        if self.viewer.powers.unplaced:
            placed = pc.is_in(places, pa.array(sorted(self.standing.known | self.divisions), pa.string()))
            kept = pc.or_(kept, pc.invert(placed))
        return table.filter(kept)
