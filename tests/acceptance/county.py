"""A sample county taken the whole way: made, read, imported, linked, reconciled, checked, and scored against its truth."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.api import KeyRing, open_keys
from doudi.findings.checks.register import run_on_register
from doudi.findings.link import Links
from doudi.findings.link_register import links_on_register, record_found
from doudi.findings.reconcile import Reconciled
from doudi.findings.reconcile.register import reconcile_register
from doudi.ledgers import api
from doudi.ledgers.models import Person
from doudi.ledgers.reading.result import FileReading
from doudi.policy.checks.load import load_rules
from doudi.policy.enrolment import enrolment
from doudi.policy.folder import root
from doudi.policy.ledgers.load import kinds
from doudi.sample.ledgers import score
from doudi.sample.ledgers.make import Made, make
from doudi.sample.order import Order

KINDS = kinds()
STANDS = dt.date(2026, 6, 30)
NOW = dt.datetime(2026, 7, 1, 1, tzinfo=dt.UTC)
YEAR = 2026


@dataclass(frozen=True)
class Worked:
    """What came of a county at every step."""

    made: Made
    truth: score.Truth
    readings: dict[str, FileReading]
    links: Links
    recorded: int
    reconciled: Reconciled
    failed: pa.Table
    ring: KeyRing

    def cells(self) -> score.CellScore:
        """How well cells were read."""
        told, tables = [], {}
        for file, reading in self.readings.items():
            for sheet in reading.sheets:
                told += [(file, sheet.name, one.row, one.column, one.code) for one in sheet.problems]
                tables[file, sheet.name] = sheet.table
        return score.score_cells(self.truth, told, tables, divisions=True)

    def pairs(self) -> score.PairScore:
        """How well records were linked: over all pairs of records of the kinds that name a person."""
        return score.score_links(self.truth, self._answers, queued=self.links.queued)

    def placed(self) -> tuple[int, int, int]:
        """Of the records without a usable number whose person the register knows: how many, rightly placed, wrongly."""
        truth = self.truth.rows.select(["file", "sheet", "row", "person"]).to_pylist()
        person_of = {(one["file"], one["sheet"], one["row"]): one["person"] for one in truth}
        numbers = self.truth.persons["certno"].to_pylist()
        hard = right = wrong = 0
        for one in self._answers.to_pylist():
            person = person_of.get((one["file"], one["sheet"], one["row"]))
            known = self._numbers.get(numbers[person]) if person is not None else None
            if one["exact"] or known is None:
                continue
            hard += 1
            right += one["who"] == known
            wrong += one["who"] not in (known, None)
        return hard, right, wrong

    def states(self) -> score.StateScore:
        """How many people's states are right."""
        by_person = dict(
            zip(
                self.reconciled.people["person_id"].to_pylist(),
                self.reconciled.people["state"].to_pylist(),
                strict=True,
            )
        )
        return score.score_states(
            self.truth, {n: by_person[p] for n, p in self._numbers.items() if p in by_person}
        )

    def flagged(self, flag: str) -> score.PairScore:
        """How well a flag was set."""
        numbers = {person: number for number, person in self._numbers.items()}
        flags = self.reconciled.flags.filter(pc.equal(self.reconciled.flags["flag"], flag))
        return score.score_flags(
            self.truth, flag, {numbers[p] for p in flags["person_id"].to_pylist() if p in numbers}
        )

    def contradictions(self) -> dict[str, tuple[set[Any], set[Any]]]:
        """By rule, the rows that were found and those that were planted (file, sheet, row)."""
        sources = api.entry_sources(one for one in self.failed["entry_id"].to_pylist() if one > 0)
        found: dict[str, set[Any]] = {}
        for row in self.failed.to_pylist():
            source = sources.get(row["entry_id"])
            if source is not None:
                found.setdefault(row["rule"], set()).add((source.file, source.sheet, source.row))
        told = {}
        for rule, rows in self.made.truth["contradictions"].items():
            planted = {(file, sheet, row) for kind, file, sheet, row in rows if kind != "settlements"}
            told[rule] = (found.get(rule, set()), planted)
        return told

    @cached_property
    def _answers(self) -> pa.Table:
        found = {
            row["entry_id"]: row["person_id"]
            for row in self.links.found.to_pylist()
            if row["verdict"] == "same"
        }
        newcomers = dict(
            zip(self.links.newcomers["entry_id"].to_pylist(), self.links.newcomers["person_id"].to_pylist(), strict=True)
        )  # fmt: skip
        denied = {
            (row["entry_id"], row["person_id"])
            for row in self.links.found.to_pylist()
            if row["verdict"] == "different"
        }
        records = api.link_records(KINDS, ring=self.ring, as_of=STANDS, known_at=NOW)
        # Recorded links stand in the register by now: what was exact is what linkage was not asked about.
        entries, persons = records["entry_id"].to_pylist(), records["person_id"].to_pylist()
        asked = {*found, *self.links.queue["entry_id"].to_pylist()}
        loose = {one for one, person in zip(entries, persons, strict=True) if person is None} | asked
        sources = api.entry_sources(entries)
        rows = []
        for entry, person in zip(entries, persons, strict=True):
            who = found.get(entry, newcomers.get(entry, None if (entry, person) in denied else person))
            source = sources[entry]
            rows.append(
                {
                    "file": source.file,
                    "sheet": source.sheet,
                    "row": source.row,
                    "who": who,
                    "exact": entry not in loose,
                }
            )
        return pa.Table.from_pylist(rows)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """Identity number of the truth → the register's person."""
        numbers = self.truth.persons["certno"].combine_chunks()
        digests = self.ring.index_many(numbers).to_pylist()
        known = {bytes(digest): pk for digest, pk in Person.objects.values_list("digest", "pk") if digest}
        found = zip(numbers.to_pylist(), digests, strict=True)
        return {number: known[digest] for number, digest in found if digest in known}


def worked(order: Order, damage: int, home: Path) -> Worked:
    """Take a county the whole way, on the register that Django speaks to."""
    made = make(order, home / "ledgers-handed-over", damage=damage)
    ring = open_keys(home / "keys.json")
    readings = {}
    for one in made.truth["files"]:
        path, day = made.folder / one["file"], dt.date.fromisoformat(one["as_of"])
        handed = api.take_up(path, KINDS, as_of=day, known_at=NOW, sender=one["sender"])
        readings[one["file"]] = handed.reading
        api.commit(
            handed.reading, ring=ring, home=home, original=path, by="test", known_at=NOW, as_of=day, sender=one["sender"]
        )  # fmt: skip
    links = links_on_register(KINDS, ring=ring, policies=None, as_of=STANDS, known_at=NOW)
    recorded = record_found(links, KINDS, by="test", known_at=NOW)
    policy = enrolment(None, "示例县")
    reconciled = reconcile_register(home, KINDS, policy, year=YEAR, as_of=STANDS, known_at=NOW)
    rules = [rule for file in load_rules(root(), KINDS) for rule in file.rules]
    outcome, _ = run_on_register(rules, home, KINDS, on=STANDS, known_at=NOW)
    return Worked(made, score.load(made.folder), readings, links, recorded, reconciled, outcome.failed, ring)


def shares(score_: score.PairScore) -> str:
    """A pair score in a line."""
    return f"precision {score_.precision:.6f}, recall {score_.recall:.6f}, {score_.true:,} true pairs"
