"""Two exports of the national system side by side: which rows came, which left, what changed, and the likely reason.

Works on files as they were read, so that no register is needed. Rows are matched by the system's own number (人口编号,
户编号), then by identity number. A column that one of the exports does not have is named and not compared. The result
holds values as exported, for whoever handed both files in; `masked` hides what identifies somebody.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.masking import mask
from doudi.access.places import Places
from doudi.common.errors import InputFault
from doudi.facts.money import decimal_from_fen
from doudi.findings.exports_reasons import HOUSEHOLDS, MEMBERS, Reason, Seen, What, likely
from doudi.ledgers.reading.result import ROW, FileReading
from doudi.policy.ledgers.kind import LedgerKind

KEYS = {MEMBERS: ("member_no", "certno"), HOUSEHOLDS: ("hh_no", "head_certno")}
"""The kinds that are compared, and what names a row in them: the system's own number, then the identity number."""
UNSAID = frozenset({"seq", "age", "data_year", "prov", "city"})
"""Columns that may differ without anything having happened."""
_PLACES = ("town", "village", "natural_village", "county")

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Export:
    """All sheets of one kind in one file, as of a day. `columns`: those that the file has."""

    kind: LedgerKind
    table: pa.Table
    sheets: tuple[str, ...]
    columns: frozenset[str]
    name: str
    as_of: dt.date


@dataclass(frozen=True)
class Change:
    """A row that came or left, or a field that changed. Rows counted from one in their sheet, None where there is none.

    `column` is empty for a whole row. `before` and `after` as text, sums in yuan.
    """

    kind: str
    what: What
    key: str
    place: str
    column: str
    header: str
    before: str | None
    after: str | None
    reason: str
    zh: str
    en: str
    sheet_before: str | None
    row_before: int | None
    sheet_after: str | None
    row_after: int | None


@dataclass(frozen=True)
class Compared:
    """What came of it for one kind. `same`: matched rows without any change. `repeated`: rows left out of the comparison,
    since their number stands twice in one file; `not_compared`: columns that only one file has.
    """

    kind: str
    zh: str
    before: int
    after: int
    matched: int
    same: int
    by_identity: int
    repeated: tuple[int, int]
    not_compared: tuple[str, ...]
    changes: tuple[Change, ...]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many changes of each kind for each reason."""
        return dict(sorted(Counter((c.what, c.reason) for c in self.changes).items()))


def exports_of(reading: FileReading, as_of: dt.date) -> dict[str, Export]:
    """The national exports in a file, by kind. Raises where it holds none."""
    found: dict[str, Export] = {}
    for name in KEYS:
        sheets = [sheet for sheet in reading.sheets if sheet.kind is not None and sheet.kind.name == name]
        if not sheets or sheets[0].kind is None:
            continue
        names = tuple(label for sheet in sheets for label in [sheet.sheet] * sheet.accepted)
        columns = frozenset(one.name for sheet in sheets for one in sheet.mapping if one.name)
        table = pa.concat_tables(
            [sheet.table for sheet in sheets], promote_options="default"
        ).combine_chunks()
        found[name] = Export(sheets[0].kind, table, names, columns, reading.workbook.name, as_of)
    if not found:
        raise InputFault(
            "不是监测系统的导出",
            where=reading.workbook.name,
            allowed="监测系统成员导出、监测系统农户导出",
            do="核对文件，或从监测系统重新导出",
        )
    return found


def compare_files(
    before: FileReading, after: FileReading, *, first: dt.date, last: dt.date, places: Places | None = None
) -> list[Compared]:
    """Compare every kind that both files hold: `first` and `last` are the days the files speak of."""
    if not first < last:
        raise InputFault(
            "前一份的日期不早于后一份", allowed="前一份在前", do="对调两份文件，或写明各自的日期"
        )
    old, new = exports_of(before, first), exports_of(after, last)
    both = [name for name in KEYS if name in old and name in new]
    if not both:
        raise InputFault("两份文件不是同一种导出", do="成员导出与成员导出比，农户导出与农户导出比")
    return [compare_exports(old[name], new[name], places) for name in both]


def compare_exports(before: Export, after: Export, places: Places | None = None) -> Compared:
    """Compare two exports of one kind. With `places` an old and a new name of one village are known to be one."""
    return _Comparison(before, after, places).result()


def masked(change: Change, kind: LedgerKind) -> Change:
    """The change without what identifies somebody."""
    if not change.column or kind[change.column].sensitivity != "identifying":
        return change
    role = kind[change.column].role
    before, after = (None if value is None else mask(role, value) for value in (change.before, change.after))
    return replace(change, before=before, after=after)


class _Comparison:
    def __init__(self, before: Export, after: Export, places: Places | None) -> None:
        self.before, self.after, self.kind, self.places = before, after, after.kind, places
        self.keys = KEYS[self.kind.name]
        self.names = {
            column.column.inside: column
            for column in self.kind
            if column.name in before.columns & after.columns
        }
        self._old, self._new = _Cells(before.table), _Cells(after.table)

    def result(self) -> Compared:
        old, new, by_identity, repeated = self._pairs()
        left = np.setdiff1d(np.arange(self.before.table.num_rows), np.concatenate([old, repeated[0]]))
        came = np.setdiff1d(np.arange(self.after.table.num_rows), np.concatenate([new, repeated[1]]))
        self._tell_households(old, new)
        changed = list(self._changed(old, new))
        changes = [*self._rows("left", left), *self._rows("came", came), *changed]
        only_one = self.before.columns ^ self.after.columns
        return Compared(
            kind=self.kind.name,
            zh=self.kind.zh,
            before=self.before.table.num_rows,
            after=self.after.table.num_rows,
            matched=len(old),
            same=len(old) - len({(c.sheet_after, c.row_after) for c in changed}),
            by_identity=by_identity,
            repeated=(len(repeated[0]), len(repeated[1])),
            not_compared=tuple(c.zh for c in self.kind if c.name in only_one and c.name not in UNSAID),
            changes=tuple(changes),
        )

    # --- which row is which --------------------------------------------------------------------------------------

    def _pairs(self) -> tuple[Rows, Rows, int, tuple[Rows, Rows]]:
        """Rows of both that are one thing, how many of them by identity number only, and rows whose number stands twice."""
        number, identity = self.keys
        first = [_column(export.table, number) for export in (self.before, self.after)]
        old, new = _matched(*first, *(np.arange(len(keys)) for keys in first))
        repeated = (_repeats(first[0]), _repeats(first[1]))
        rest = [
            np.setdiff1d(np.arange(len(keys)), np.concatenate([taken, twice]))
            for keys, taken, twice in zip(first, (old, new), repeated, strict=True)
        ]
        second = [_column(export.table, identity) for export in (self.before, self.after)]
        more_old, more_new = _matched(*second, *rest)
        pairs = np.concatenate([old, more_old]), np.concatenate([new, more_new])
        order = np.argsort(pairs[1], kind="stable")
        return pairs[0][order], pairs[1][order], len(more_old), repeated

    def _tell_households(self, old: Rows, new: Rows) -> None:
        """What the reasons need to know of households and places."""
        homes = [_column(export.table, "hh_no") for export in (self.before, self.after)]
        lists = [keys.to_pylist() for keys in homes]
        self._homes = (set(filter(None, lists[0])), set(filter(None, lists[1])))
        self._home_of = lists
        gone = Counter(lists[0][i] for i in np.setdiff1d(np.arange(len(lists[0])), old))
        fresh = Counter(lists[1][i] for i in np.setdiff1d(np.arange(len(lists[1])), new))
        self._moves = {home: (fresh[home], gone[home]) for home in gone.keys() | fresh.keys() if home}
        identity = [_column(export.table, self.keys[1]) for export in (self.before, self.after)]
        self._identities = [Counter(filter(None, keys.to_pylist())) for keys in identity]
        self._renamed = {name: self._renames(name, old, new) for name in _PLACES if name in self.names}

    def _renames(self, name: str, old: Rows, new: Rows) -> set[tuple[str, str]]:
        """Pairs of names that are one place: the register says so; or everybody (two at least) of the old name is under
        the new one; or both names are used for each other, as of a place whose rename not every clerk has followed.
        """
        befores = self.before.table[name].take(pa.array(old)).to_pylist()
        afters = self.after.table[name].take(pa.array(new)).to_pylist()
        pairs = Counter(
            (was, becomes)
            for was, becomes in zip(befores, afters, strict=True)
            if was is not None and becomes is not None
        )
        becoming: dict[str, Counter[str]] = defaultdict(Counter)
        for (was, becomes), people in pairs.items():
            becoming[was][becomes] += people
        differing = [(was, becomes) for was, becomes in pairs if was != becomes]
        found = {pair for pair in differing if pair[::-1] in pairs}
        found |= {pair for pair in differing if len(becoming[pair[0]]) == 1 and pairs[pair] > 1}
        return found | self._known_renames(differing)

    def _known_renames(self, pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        if self.places is None or not pairs:
            return set()
        codes = [
            self.places.resolve(pa.array(names, pa.string()), as_of=self.after.as_of).to_pylist()
            for names in zip(*pairs, strict=True)
        ]
        return {
            pair
            for pair, was, becomes in zip(pairs, *codes, strict=True)
            if was is not None and was == becomes
        }

    # --- what is told --------------------------------------------------------------------------------------------

    def _rows(self, what: What, rows: Rows) -> Iterator[Change]:
        for row in rows.tolist():
            side = 0 if what == "left" else 1
            home = self._home_of[side][row]
            cells = self._old.row(row) if side == 0 else self._new.row(row)
            other = self._identities[1 - side]
            seen = Seen(
                "",
                cells if side == 0 else {},
                cells if side == 1 else {},
                self.before.as_of,
                self.after.as_of,
                household=what if home and home not in self._homes[1 - side] else "",
                moved=(0, 0),
                elsewhere=other[cells.get(self.keys[1])] > 0 if cells.get(self.keys[1]) else False,
            )
            yield self._change(what, "", row if side == 0 else None, row if side == 1 else None, seen)

    def _changed(self, old: Rows, new: Rows) -> Iterator[Change]:
        found: list[tuple[int, str]] = []
        for name, column in self.names.items():
            if column.name in UNSAID:
                continue
            was = _plain(self.before.table[name]).take(pa.array(old))
            becomes = _plain(self.after.table[name]).take(pa.array(new))
            same = pc.or_(
                pc.fill_null(pc.equal(was, becomes), False), pc.and_(pc.is_null(was), pc.is_null(becomes))
            )
            found += [(i, name) for i in np.flatnonzero(~np.asarray(same)).tolist()]
        places = {name: n for n, name in enumerate(self.names)}
        for i, name in sorted(found, key=lambda one: (one[0], places[one[1]])):
            home = self._home_of[1][int(new[i])]
            seen = Seen(
                name.removesuffix("_fen"),
                self._old.row(int(old[i])),
                self._new.row(int(new[i])),
                self.before.as_of,
                self.after.as_of,
                moved=self._moves.get(home, (0, 0)),
                renamed=self._renamed.get(name, ()),
            )
            yield self._change("changed", name, int(old[i]), int(new[i]), seen)

    def _change(self, what: What, name: str, old: int | None, new: int | None, seen: Seen) -> Change:
        reason: Reason = likely(self.kind.name, what, seen)
        column = self.names[name] if name else None
        values = seen.after or seen.before
        number = next((str(values[key]) for key in self.keys[:1] if values.get(key)), "")
        return Change(
            kind=self.kind.name,
            what=what,
            key=number,
            place="".join(str(values.get(part) or "") for part in ("town", "village")),
            column=column.name if column else "",
            header=column.zh if column else "",
            before=_text(seen.old, name) if column else None,
            after=_text(seen.new, name) if column else None,
            reason=reason.code,
            zh=reason.zh,
            en=reason.en,
            sheet_before=self.before.sheets[old] if old is not None else None,
            row_before=self._old.number(old) if old is not None else None,
            sheet_after=self.after.sheets[new] if new is not None else None,
            row_after=self._new.number(new) if new is not None else None,
        )


class _Cells:
    """Rows as dictionaries by the declared name of the column, made when first asked for."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._rows: dict[int, dict[str, Any]] = {}

    def row(self, at: int) -> dict[str, Any]:
        if at not in self._rows:
            one = self._table.slice(at, 1).to_pylist()[0]
            self._rows[at] = {
                name.removesuffix("_fen"): (value if value != "" else None) for name, value in one.items()
            }
        return self._rows[at]

    def number(self, at: int) -> int:
        return int(self._table[ROW][at].as_py())


def _column(table: pa.Table, name: str) -> pa.Array:
    """A column of keys."""
    column = _plain(table[name])
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Nothing written and nothing there are the same."""
    if not pa.types.is_string(column.type):
        return column
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _repeats(keys: pa.Array) -> Rows:
    """Rows whose key stands in the column twice."""
    counts = pc.value_counts(keys.drop_null())
    twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    return np.flatnonzero(np.asarray(pc.is_in(keys, value_set=twice, skip_nulls=True))).astype(np.int64)


def _matched(old: pa.Array, new: pa.Array, old_rows: Rows, new_rows: Rows) -> tuple[Rows, Rows]:
    """Rows, among those given, whose key stands once in each."""
    a, b = old.take(pa.array(old_rows)), new.take(pa.array(new_rows))
    skip_a, skip_b = _repeats(a), _repeats(b)
    index = pc.index_in(a, value_set=b, skip_nulls=True)
    good = np.asarray(pc.is_valid(index))
    at = np.asarray(pc.fill_null(index, 0)).astype(np.int64)
    good[skip_a] = False
    good &= ~np.isin(at, skip_b)
    return old_rows[good], new_rows[at[good]]


def _text(value: Any, name: str) -> str | None:
    if value is None:
        return None
    if name.endswith("_fen"):
        return str(decimal_from_fen(pa.array([value], pa.int64()))[0].as_py())
    return str(value)


def by_place(found: Sequence[Compared]) -> dict[tuple[str, str], int]:
    """How many changes in each place for each reason."""
    return dict(sorted(Counter((c.place, c.reason) for one in found for c in one.changes).items()))
