"""The groups that a comparison is told by: category of person, hospital level, township. Codes for claims, names for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.strings import Text, find_sorted, text_of
from doudi.policy import wording
from doudi.policy.pack import Pack

CATEGORY, LEVEL, TOWN = "category", "level", "township"
TITLES = {
    CATEGORY: ("人员类别", "category of person"),
    LEVEL: ("医院等级", "hospital level"),
    TOWN: ("乡镇（街道）", "township"),
}
_COLUMNS = {CATEGORY: ("psn_idet_type",), LEVEL: ("hosp_lv", "dedc_hosp_lv")}
_PLACES = ("town", "village", "admdvs")


@dataclass(frozen=True)
class Group:
    """One way of grouping: its classes' codes and names; the last stands for claims that fit none."""

    name: str
    codes: tuple[str, ...]
    zh: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)


class Groups:
    """How claims are grouped, by the classes of one compiled policy and where people live."""

    def __init__(self, compiled: Compiled, persons: pa.Table | None) -> None:
        self.compiled = compiled
        self._towns = _Towns(persons)
        self._dimensions = {
            name: found for name in (CATEGORY, LEVEL) if (found := looking_at(compiled, name))
        }
        self.groups = [self._of_dimension(name) for name in self._dimensions]
        if self._towns.names:
            names = (*self._towns.names, "未登记")
            self.groups.append(Group(TOWN, (*self._towns.names, ""), names))

    def _of_dimension(self, name: str) -> Group:
        pack, dimension = self.compiled.pack, self._dimensions[name]
        codes = [one.code for one in pack.file.dimensions[dimension].classes]
        zh = [wording.class_name(pack, dimension, code) for code in codes]
        return Group(name, (*codes, ""), (*zh, "不属任何一类"))

    def codes(self, name: str, combo: Any, town: Any) -> Any:
        """Each claim's place among a group's classes."""
        if name == TOWN:
            return town
        compiled = self.compiled
        number = compiled.dimensions.index(self._dimensions[name])
        classes = compiled.pack.file.dimensions[self._dimensions[name]].classes
        place = (combo // compiled.strides[number + 1]) % (len(classes) + 1)
        # A code may stand in several lines; they are one class.
        first = [next(i for i, other in enumerate(classes) if other.code == one.code) for one in classes]
        return np.array([*first, len(classes)], np.int32)[place]

    def towns(self, psn_no: pa.ChunkedArray, starts: Any) -> Any:
        """Each claim's township, for claims sorted by person."""
        return self._towns.of(psn_no, starts)


def looking_at(compiled: Compiled, name: str) -> str | None:
    """The dimension of a policy that sorts by category or by level: the one so called, else one that looks at such columns."""

    def looks(pack: Pack, dimension: str) -> bool:
        classes = pack.file.dimensions[dimension].classes
        columns = {
            column for one in classes for condition in (one.when, one.unless) for column in condition or ()
        }
        return bool(columns & set(_COLUMNS[name]))

    found = [dimension for dimension in compiled.dimensions if looks(compiled.pack, dimension)]
    return name if name in found else next(iter(found), None)


class _Towns:
    """Where people live, by the last row of each person that says so."""

    def __init__(self, persons: pa.Table | None) -> None:
        self.names: tuple[str, ...] = ()
        self.keys, self.count, self.place = (
            Text(np.zeros(1, np.int64), np.zeros(0, np.uint8)),
            0,
            np.zeros(1, np.int32),
        )
        column = next((name for name in _PLACES if persons is not None and _filled(persons, name)), None)
        if persons is None or column is None:
            return
        known = persons.filter(pc.is_valid(persons[column]))
        names = known[column].cast(pa.string())
        listed = pc.unique(names).sort()
        self.names = tuple(listed.to_pylist())
        keys = pc.unique(known["psn_no"]).sort()
        self.place = np.full(len(keys) + 1, len(self.names), np.int32)
        self.place[pc.index_in(known["psn_no"], value_set=keys).to_numpy()] = pc.index_in(
            names, value_set=listed
        ).to_numpy()
        self.keys, self.count = text_of(keys), len(keys)

    def of(self, psn_no: pa.ChunkedArray, starts: Any) -> Any:
        found = np.full(len(psn_no), -1, np.int32)
        if self.count:
            find_sorted(text_of(psn_no), starts, self.keys, self.count, found)
        return self.place[found]  # -1 is the last place: not registered


def _filled(persons: pa.Table, name: str) -> bool:
    return name in persons.column_names and persons[name].null_count < len(persons)
