"""The policies at hand: which packs there are, and which one a place or a path means.

The folder is handed in or found beside the code; this module reads no settings.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from doudi.common.errors import DoudiError, PolicyFault
from doudi.policy.cases import read_case
from doudi.policy.checks.load import check_rules
from doudi.policy.enrolment import read_enrolment
from doudi.policy.faults import each, near
from doudi.policy.folder import SETTLEMENT
from doudi.policy.folder import root as root
from doudi.policy.ledgers.load import check_alone
from doudi.policy.linkage import read_linkage
from doudi.policy.linking import cells
from doudi.policy.pack import Pack, check_parameters, from_document, load
from doudi.policy.text import Document, read_document
from doudi.policy.values import BadValue, read_date

CASES = "cases"
_READERS: Mapping[str, Callable[[Document], object]] = {
    "settlement/1": from_document,
    "parameters/1": check_parameters,
    "case/1": read_case,
    "enrolment/1": read_enrolment,
    "ledger/1": check_alone,
    "ledger-columns/1": check_alone,
    "checks/1": check_rules,
    "linkage/1": read_linkage,
}


@dataclass(frozen=True)
class Listed:
    """A pack in the folder by what it calls itself; it is loaded when it is asked for."""

    path: Path
    root: Path
    document: Document | None
    fault: DoudiError | None = None

    @cached_property
    def pack(self) -> Pack:
        """The whole policy. Raises its faults."""
        if self.document is None:
            raise self.fault or PolicyFault("无法读取", str(self.path))
        return from_document(self.document)

    def said(self, key: str) -> str:
        """What its file says under a key, unchecked; empty if nothing."""
        data = self.document.data if self.document else None
        value = data.get(key) if isinstance(data, dict) else None
        return value if isinstance(value, str) else ""

    @property
    def folder(self) -> str:
        """Its place in the folder, as one may name it: `zibo/resident`."""
        return self.path.relative_to(self.root / SETTLEMENT).with_suffix("").as_posix()

    def answers(self, name: str) -> int:
        """How well a name fits: 3 names this one alone, 2 its place, 1 a part of its place or title, 0 not."""
        place, zh = self.said("place"), self.said("zh")
        if name in (self.said("id"), self.folder):
            return 3
        if name == place or name in self.folder.split("/")[:-1]:
            return 2
        return 1 if name in place or name in zh else 0

    def covers(self, day: dt.date) -> bool:
        """Whether it is in force on a day, by what its file says."""
        try:
            start, end = read_date(self.said("from")), self.said("to")
            return start <= day and (not end or day <= read_date(end))
        except BadValue:
            return False

    def __str__(self) -> str:
        span = f"{self.said('from')} 至 {self.said('to') or '今'}"
        return f"{self.said('id') or self.folder}（{self.said('place')} {self.said('zh')}，{span}）"


def packs(folder: Path) -> Iterator[Listed]:
    """Every pack in the folder, in order of path; one that cannot be read is listed with its fault."""
    for path in sorted((folder / SETTLEMENT).rglob("*.yaml")):
        try:
            yield Listed(path, folder, read_document(path))
        except DoudiError as error:
            yield Listed(path, folder, None, error)


def find_policy(name: str, chosen: Path | None = None, on: dt.date | None = None) -> Pack:
    """The one pack meant by a place, a folder, an id or a file; `chosen` is the folder of policies, if set.

    Of several for a place, the one that alone is in force `on` the day is taken. Raises `PolicyFault`.
    """
    if is_file(name):
        return load(Path(name))
    return locate(name, root(chosen), on).pack


def is_file(name: str) -> bool:
    """Whether a name means a file, there or not."""
    path = Path(name)
    return path.is_file() or path.suffix in (".yaml", ".yml")


def locate(name: str, folder: Path, on: dt.date | None = None) -> Listed:
    """The one in the folder that a place, a folder of it or an id means. Raises `PolicyFault`."""
    listed = list(packs(folder))
    best = max((one.answers(name) for one in listed), default=0)
    fitting = [one for one in listed if one.answers(name) == best] if best and name else []
    if on is not None:
        fitting = [one for one in fitting if one.covers(on)] or fitting
    if len(fitting) == 1:
        return fitting[0]
    choices = "；".join(map(str, fitting or listed)) or "（目录中没有政策）"
    if fitting:
        raise PolicyFault(f"“{name}”有 {len(fitting)} 套政策", allowed=choices, do="写出其中一个编号")
    known = [word for one in listed for word in (one.said("id"), one.said("place"), one.folder) if word]
    do = near(name, known) or "写地名、编号，或 YAML 文件的路径"
    raise PolicyFault(f"没有“{name}”的政策", allowed=choices, do=do)


@dataclass(frozen=True)
class Counts:
    """How far a pack's figures are known: values confirmed, not yet confirmed, not known; layers on and off."""

    confirmed: int
    unconfirmed: int
    unknown: int
    layers_on: int
    layers_off: int


def count(pack: Pack) -> Counts:
    """Count the values and layers of a pack."""
    values: Counter[str] = Counter()
    for parameter in pack.parameters.values():
        for entry in parameter.values:
            for _, value in cells(entry.value, entry.table):
                kind = "confirmed" if entry.source.confirmed else "unconfirmed"
                values["unknown" if value is None else kind] += 1
    on = len(pack.active_layers)
    off = len(pack.file.layers) - on
    return Counts(values["confirmed"], values["unconfirmed"], values["unknown"], on, off)


def check(path: Path) -> Sequence[DoudiError]:
    """Every fault of a file of any kind; none if it is right."""
    try:
        document = read_document(path)
        data: Any = document.data
        kind = str(data.get("doudi")) if isinstance(data, dict) else ""
        _READERS.get(kind, from_document)(document)
    except DoudiError as error:
        return each(error)
    return ()
