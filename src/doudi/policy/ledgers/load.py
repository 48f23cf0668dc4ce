"""Ledger kinds read from their folders, with all faults by line: what a county declares is checked before it is used.

A folder holds one YAML file a kind, and may hold `common.yaml` with columns that its kinds share. Folders given after
the first are a county's own: they add kinds, or add headers and columns to a kind (`extends: true`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from doudi.common.errors import DoudiError, InputFault
from doudi.policy.faults import each, near, raise_in_order
from doudi.policy.folder import root as policy_root
from doudi.policy.ledgers.build import common_columns, read_kind
from doudi.policy.ledgers.kind import LedgerKind
from doudi.policy.ledgers.schema import ColumnPart
from doudi.policy.text import Document, read_document

FOLDER, COMMON = "ledgers", "common.yaml"


def kinds(root: Path | None = None, *more: Path) -> Mapping[str, LedgerKind]:
    """Every kind by name: those of the policies (`root`, or the shipped ones), then those of a county's own folders.

    A folder in `more` that is not there is passed over. Raises the faults of all files at once.
    """
    out: dict[str, LedgerKind] = {}
    common: dict[str, ColumnPart] = {}
    faults: list[DoudiError] = []
    for folder in (policy_root(root) / FOLDER, *more):
        for path in _files(folder):
            try:
                document = read_document(path)
                if path.name == COMMON:
                    common |= common_columns(document)
                    continue
                kind = read_kind(document, common, out)
                out[kind.name] = kind
            except DoudiError as error:
                faults.extend(each(error))
    raise_in_order(faults)
    return dict(sorted(out.items()))


def kind_named(name: str, known: Mapping[str, LedgerKind]) -> LedgerKind:
    """The kind meant by its name, its Chinese title or a part of that. Raises `InputFault` with what there is."""
    if found := known.get(name):
        return found
    titled = [kind for kind in known.values() if name and name == kind.zh]
    titled = titled or [kind for kind in known.values() if name and name in kind.zh]
    if len(titled) == 1:
        return titled[0]
    words = [word for kind in known.values() for word in (kind.name, kind.zh)]
    what = f"“{name}”可指 {len(titled)} 类台账" if titled else f"没有“{name}”这类台账"
    allowed = "、".join(f"{kind.name}（{kind.zh}）" for kind in titled or known.values())
    raise InputFault(what, allowed=allowed, do=near(name, words) or "用 doudi ledger kinds 查看")


def check_alone(document: Document) -> None:
    """A file by itself, with the shared columns beside it and the shipped kinds behind it. Raises all its faults."""
    if document.path.name == COMMON:
        common_columns(document)
        return
    shipped = policy_root() / FOLDER
    inside = document.path.resolve().parent == shipped.resolve()
    common: dict[str, ColumnPart] = {}
    for path in dict.fromkeys((shipped / COMMON, document.path.parent / COMMON)):
        if path.is_file():
            common |= common_columns(read_document(path))
    read_kind(document, common, {} if inside else kinds())


def _files(folder: Path) -> Sequence[Path]:
    """The folder's files, the shared columns first."""
    return sorted(folder.glob("*.yaml"), key=lambda path: (path.name != COMMON, path.name))
