"""The rules at hand: every file of `policies/checks`, held against the ledgers they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from doudi.common.errors import DoudiError
from doudi.facts.registry import TABLES
from doudi.policy.checks.condition import Term, fields
from doudi.policy.checks.schema import Rule, RuleFile
from doudi.policy.faults import at, each, near, raise_in_order, read_model
from doudi.policy.ledgers.kind import LedgerKind
from doudi.policy.ledgers.load import kinds as shipped_kinds
from doudi.policy.text import Document, Loc, read_document

FOLDER = "checks"
#: What `against … by` may say beside a column, and the column of every row that it means.
KEYS = {"person": "person_id", "household": "household_id", "division": "division"}
#: What every ledger's rows carry beside its own columns, as `ledgers.api.rows` gives them.
EVERY_ROW = (
    *("entry_id", "person_id", "household_id", "division", "import_id", "valid_from", "valid_to"),
    "known_at",
)


@dataclass(frozen=True)
class Rules:
    """One file's rules with where they stand."""

    path: Path
    zh: str
    en: str
    rules: tuple[Rule, ...]


def load_rules(root: Path, kinds: Mapping[str, LedgerKind]) -> tuple[Rules, ...]:
    """Every file of rules below a policies folder, in order of name. Raises all faults at once."""
    found: list[Rules] = []
    faults: list[DoudiError] = []
    for path in sorted((root / FOLDER).glob("*.yaml")):
        try:
            found.append(read_rules(path, kinds))
        except DoudiError as fault:
            faults += each(fault)
    raise_in_order(faults)
    return tuple(found)


def check_rules(document: Document) -> Rules:
    """A file by itself, against the shipped kinds. Raises all its faults."""
    return _read(document, shipped_kinds())


def read_rules(path: Path, kinds: Mapping[str, LedgerKind]) -> Rules:
    """One file. Raises its faults."""
    return _read(read_document(path), kinds)


def _read(document: Document, kinds: Mapping[str, LedgerKind]) -> Rules:
    file = read_model(RuleFile, document)
    faults = [fault for n, rule in enumerate(file.rules) for fault in _faults(document, n, rule, kinds)]
    ids = [rule.id for rule in file.rules]
    faults += [
        at(document, ("rules", n, "id"), f"编号 {one} 用了两次", do="改用别的编号")
        for n, one in enumerate(ids)
        if one in ids[:n]
    ]
    raise_in_order(faults)
    return Rules(document.path, file.zh, file.en, tuple(file.rules))


def columns_of(name: str, kinds: Mapping[str, LedgerKind]) -> set[str] | None:
    """What a condition may name of a ledger's rows: what the store keeps, and the stand-ins for what it does not.

    Fact tables (settlements) may be named too, with the inside names of their columns. None: there is no such ledger.
    """
    if name in TABLES:
        return {*(one.inside for one in TABLES[name] if one.sensitivity != "identifying"), *EVERY_ROW}
    if name not in kinds:
        return None
    names = {one.column.inside for one in kinds[name] if one.sensitivity != "identifying"}
    for one in kinds[name]:
        if one.role in ("idcard", "phone", "account"):
            names.add(f"{one.name}__token")
        if one.role == "idcard":
            names.add(f"{one.name}__state")
    return {*names, *EVERY_ROW}


def _faults(document: Document, n: int, rule: Rule, kinds: Mapping[str, LedgerKind]) -> Iterator[DoudiError]:
    loc: Loc = ("rules", n)
    ledgers = {"": rule.rows} | {one.name: one.ledger for one in rule.against}
    for place, name in (("rows", rule.rows), *(("against", one.ledger) for one in rule.against)):
        if columns_of(name, kinds) is None:
            known = {*kinds, *TABLES}
            yield at(document, (*loc, place), f"没有台账 {name}", "、".join(sorted(known)), near(name, known))
    for one in rule.against:
        if one.by in KEYS:
            continue
        for name in (rule.rows, one.ledger):
            columns = columns_of(name, kinds)
            if columns is not None and one.by not in columns:
                what = f"台账 {name} 没有可用的列 {one.by}"
                yield at(document, (*loc, "against"), what, "、".join((*KEYS, *sorted(columns))))
    counted = {"group_rows", *rule.together.counts, *rule.together.distinct} if rule.together else set()
    for part, term, own in _conditions(rule):
        for field in fields(term):
            ledger = own if own and not field.ledger else field.ledger
            kind = ledgers.get(ledger, "")
            columns = columns_of(kind, kinds)
            if columns is None or (not ledger and field.name in counted):
                continue
            if field.name not in columns:
                what = f"台账 {kind} 没有可用的列 {field.name}"
                yield at(document, (*loc, part), what, "、".join(sorted(columns)), near(field.name, columns))


def _conditions(rule: Rule) -> Iterator[tuple[str, Term, str]]:
    """Every condition of a rule, under which key it stands, and whose columns its bare names are."""
    if rule.fails:
        yield "fails", rule.fails, ""
    if rule.where:
        yield "where", rule.where, ""
    for one in rule.against:
        if one.where:
            yield "against", one.where, one.name
    if rule.together:
        for term in rule.together.counts.values():
            yield "together", term, ""
