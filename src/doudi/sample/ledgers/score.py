"""How well somebody read, linked and reconciled the sample county: their answers held against the truth.

Plain data in, counts out. Answers name cells by file, sheet and row; no value of a cell leaves this module.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROW = "__row"
OF_THE_ROW = frozenset({"id_sex", "id_born", "duplicate_row", "duplicate_key"})
"""Codes that may be told at any cell of the row."""
DOUBTED = frozenset({"id_sex", "id_born", "division_unknown"})
"""Codes of cells that say something which may be left standing or not."""
EXAMPLES = 20

Cell = tuple[str, str, int, int]
Told = tuple[str, str, int, int, str]
"""File, sheet, row, column (both counted from one), code."""


@dataclass(frozen=True)
class Truth:
    """The tables beside `truth.json`."""

    rows: pa.Table
    cells: pa.Table
    read: Mapping[tuple[str, str], pa.Table]
    persons: pa.Table
    states: pa.Table


def load(folder: Path) -> Truth:
    """The truth about the ledgers made in `folder`."""
    inside = folder / "truth"
    read = {}
    for path in sorted((inside / "read").glob("*.parquet")):
        table = pq.read_table(path)
        of = table.schema.metadata or {}
        read[of[b"file"].decode(), of[b"sheet"].decode()] = table
    names = ("rows", "cells", "persons", "states")
    rows, cells, persons, states = (pq.read_table(inside / f"{name}.parquet") for name in names)
    return Truth(rows, cells, read, persons, states)


@dataclass
class CellScore:
    """`found` of `planted` by kind of damage; what was told and should not have been; clean cells that were changed."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    told: int = 0
    false: Counter[str] = field(default_factory=Counter)
    compared: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    lost_rows: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, Cell]] = field(default_factory=list)
    wrong: list[tuple[str, Cell]] = field(default_factory=list)
    differs: list[tuple[str, Cell]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Of what was planted and must be told, the share that was."""
        return self.found.total() / max(self.planted.total(), 1)

    @property
    def precision(self) -> float:
        """Of what was told, the share that was planted."""
        return 1 - self.false.total() / max(self.told, 1)

    def lines(self) -> list[str]:
        """The score by kind, for people."""
        out = [
            f"recall {self.recall:.5f}  precision {self.precision:.5f}  told {self.told}  compared {self.compared}"
        ]
        out += [f"  {kind}: {self.found[kind]}/{many}" for kind, many in sorted(self.planted.items())]
        for what, counts in (
            ("false", self.false), ("changed", self.changed), ("invented", self.invented), ("lost rows", self.lost_rows),
        ):  # fmt: skip
            out += [f"  {what} {kind}: {many}" for kind, many in sorted(counts.items())]
        return out


def score_cells(
    truth: Truth, told: Iterable[Told], tables: Mapping[tuple[str, str], pa.Table], *, divisions: bool = True
) -> CellScore:
    """What readings told about cells (`told`) and the rows they accepted (`tables`: `__row` and inside columns).

    Only files named in `tables` count. Without `divisions` nobody can know that a village does not exist.
    """
    score = CellScore()
    files = {file for file, _ in tables}
    codes, cells = _expected(truth, files, divisions)
    twice = {
        (one["file"], one["sheet"], one["row"])
        for one in truth.rows.select(["file", "sheet", "row", "damage"]).to_pylist()
        if one["damage"] == "duplicate_row"
    }
    reported: dict[tuple[str, str, int], list[tuple[int, str]]] = defaultdict(list)
    for file, sheet, row, column, code in told:
        if file not in files:
            continue
        score.told += 1
        reported[file, sheet, row].append((column, code))
        wanted = codes.get((file, sheet, row), ())
        right = any(code in may and (column == at or code in OF_THE_ROW or at == 0) for at, may, _ in wanted)
        if not right and (file, sheet, row) not in twice:
            score.false[code] += 1
            _keep(score.wrong, code, (file, sheet, row, column))
    for (file, sheet, row), wanted in codes.items():
        for at, may, damage in wanted:
            if "" in may:
                continue
            score.planted[damage] += 1
            said = reported.get((file, sheet, row), ())
            if any(code in may and (column == at or code in OF_THE_ROW or at == 0) for column, code in said):
                score.found[damage] += 1
            else:
                _keep(score.missed, damage, (file, sheet, row, at))
    for where, table in tables.items():
        if where in truth.read:
            _values(score, where, truth.read[where], table, cells, twice)
    return score


Wanted = dict[tuple[str, str, int], list[tuple[int, frozenset[str], str]]]


def _expected(
    truth: Truth, files: set[str], divisions: bool
) -> tuple[Wanted, dict[tuple[str, str, int, str], tuple[str, bool]]]:
    """What must be told by row; and by cell name the damage and whether a value is still read."""
    codes: Wanted = defaultdict(list)
    cells: dict[tuple[str, str, int, str], tuple[str, bool]] = {}
    for one in truth.cells.to_pylist():
        file, sheet, row = one["file"], one["sheet"], one["row"]
        if file not in files:
            continue
        cells[file, sheet, row, one["name"]] = (one["code"], one["read"] is not None)
        unseen = one["code"] == "division_unknown" and not divisions
        if one["code"] and not unseen:
            may = frozenset({one["code"], *one["also"]})
            codes[file, sheet, row].append((one["column"], may, one["damage"]))
        elif one["also"] or unseen:
            codes[file, sheet, row].append(
                (one["column"], frozenset({"", one["code"], *one["also"]}), one["damage"])
            )
    for one in truth.rows.filter(pc.not_equal(truth.rows["damage"], "")).to_pylist():
        if one["file"] in files:
            codes[one["file"], one["sheet"], one["row"]].append(
                (0, frozenset({one["damage"]}), one["damage"])
            )
    return codes, cells


def _values(
    score: CellScore, where: tuple[str, str], truth: pa.Table, table: pa.Table,
    cells: Mapping[tuple[str, str, int, str], tuple[str, bool]], twice: set[tuple[str, str, int]],
) -> None:  # fmt: skip
    rows = np.array(truth[ROW])
    got = np.array(table[ROW])
    place = {int(row): at for at, row in enumerate(got.tolist())}
    at = np.array([place.get(int(row), -1) for row in rows.tolist()], np.int64)
    refused = {
        row
        for (file, sheet, row, _), (code, reads) in cells.items()
        if (file, sheet) == where and code and not reads
    }
    swapped = {
        row
        for (file, sheet, row, _), (code, _) in cells.items()
        if (file, sheet) == where and code == "id_born"
    }
    for row in rows[at < 0].tolist():
        if (*where, row) not in twice and row not in refused:
            score.lost_rows[where[0]] += 1
    kept = at >= 0
    inside = {name.removesuffix("_fen"): name for name in table.column_names}
    for name in truth.column_names:
        if name == ROW or name not in inside:
            continue
        mine = as_text(table[inside[name]].take(pa.array(at[kept])))
        wanted = truth[name].combine_chunks().filter(pa.array(kept))
        score.compared += len(mine)
        same = pc.fill_null(pc.equal(mine, wanted), False)
        same = pc.or_(same, pc.and_(pc.is_null(mine), pc.is_null(wanted)))
        for k in np.flatnonzero(~np.asarray(same)).tolist():
            row = int(rows[kept][k])
            damage, readable = cells.get((*where, row, name), ("", True))
            # What contradicts or cannot be read may be left empty; what can be read may not.
            may_be_empty = (
                not readable or damage in DOUBTED or (row in swapped and name in ("gend", "brdy", "certno"))
            )
            if may_be_empty and not mine[k].is_valid:
                continue
            kind = score.changed if readable else score.invented
            kind[name] += 1
            _keep(score.differs, name, (*where, row, 0))


def as_text(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column of an accepted table as the truth writes it: days as 2026-06-30, sums in fen, numbers without end zeros."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_decode()
    if pa.types.is_decimal(whole.type):
        return pa.array(
            [None if one is None else format(one.normalize(), "f") for one in whole.to_pylist()], pa.string()
        )
    return whole.cast(pa.string())


def _keep(kept: list[tuple[str, Cell]], kind: str, cell: Cell) -> None:
    if sum(1 for one, _ in kept if one == kind) < EXAMPLES:
        kept.append((kind, cell))


@dataclass(frozen=True)
class PairScore:
    """Pairs of records: how many there are, how many were said to be one person, how many of these are."""

    true: int
    said: int
    right: int
    queued: int = 0
    records: int = 0

    @property
    def precision(self) -> float:
        """Of the pairs said to be one person, the share that is."""
        return self.right / max(self.said, 1)

    @property
    def recall(self) -> float:
        """Of the true pairs, the share that was said."""
        return self.right / max(self.true, 1)


def score_links(truth: Truth, answers: pa.Table, *, queued: int = 0) -> PairScore:
    """`answers`: file, sheet, row, who (anything that is the same for records of one person; null: nobody known).

    Counted over all pairs of records that the answers hold; rows that are plain repetitions are left out.
    """
    real = truth.rows.filter(
        pc.and_(pc.not_equal(truth.rows["damage"], "duplicate_row"), pc.is_valid(truth.rows["person"]))
    )
    person = {
        (one["file"], one["sheet"], one["row"]): one["person"]
        for one in real.select(["file", "sheet", "row", "person"]).to_pylist()
    }
    both: Counter[tuple[object, int]] = Counter()
    alone = 0
    for one in answers.select(["file", "sheet", "row", "who"]).to_pylist():
        who = person.get((one["file"], one["sheet"], one["row"]))
        if who is None:
            continue
        alone += one["who"] is None
        both[("alone", alone) if one["who"] is None else ("who", one["who"]), who] += 1
    said, true = Counter[object](), Counter[int]()
    for (group, who), many in both.items():
        said[group] += many
        true[who] += many
    real_pairs, said_pairs, right = (
        sum(many * (many - 1) // 2 for many in counts)
        for counts in (true.values(), said.values(), both.values())
    )
    return PairScore(real_pairs, said_pairs, right, queued, both.total())


@dataclass(frozen=True)
class StateScore:
    """People whose state is right, of all; `confused`: (true, said) → how many."""

    people: int
    right: int
    confused: Mapping[tuple[str, str | None], int]

    @property
    def share(self) -> float:
        """The share that is right."""
        return self.right / max(self.people, 1)


def score_states(truth: Truth, said: Mapping[str, str]) -> StateScore:
    """`said`: identity number → state."""
    numbers = truth.persons["certno"].to_pylist()
    states = truth.states["state"].to_pylist()
    confused = Counter(
        (state, said.get(number))
        for number, state in zip(numbers, states, strict=True)
        if said.get(number) != state
    )
    return StateScore(len(states), len(states) - confused.total(), confused)


def score_flags(truth: Truth, flag: str, said: Iterable[str]) -> PairScore:
    """A flag: the identity numbers for which it was set, against those for whom it is true."""
    true = set(truth.persons["certno"].filter(truth.states[f"flag_{flag}"].combine_chunks()).to_pylist())
    mine = set(said)
    return PairScore(len(true), len(mine), len(true & mine))
