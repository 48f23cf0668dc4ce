"""What taking a file in would do: which rows are new, said already, changed; who would be in two households.

A rehearsal shows it; a commit makes it again under the lock and carries it out. Reads the register, writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers import state
from doudi.ledgers.chains import (
    NO_END,
    Mask,
    Rows,
    codes,
    day_numbers,
    deciding,
    in_force,
    integers,
    number,
    truths,
)
from doudi.ledgers.marked import MarkedRow
from doudi.policy.ledgers.kind import LedgerKind

SecondHousehold = Literal["keep", "refuse", "move"]
NEW, UNCHANGED, CHANGED, CORRECTED, REFUSED = range(5)
STAY, LISTED, MOVED = range(3)


@dataclass
class Plan:
    """One kind out of one file, beside what the register holds.

    By row of `rows` (`canonical`): `status`; `entry`, the one that holds now (nought: none); `corrects`;
    `valid_from` as a day number; `person`, `household` as known now; `membership`, what becomes of it; `second`,
    whether it would put a person into another household than the person is in. `missing`: entries that hold and are
    not in the file, where the file may speak of them; `ends`: whether they end with it.
    """

    kind: LedgerKind
    rows: pa.Table
    status: npt.NDArray[np.int8]
    entry: Rows
    corrects: Rows
    valid_from: Rows
    person: Rows
    household: Rows
    membership: npt.NDArray[np.int8]
    second: Mask
    missing: pa.Table
    ends: bool
    leaving: pa.Table = field(default_factory=lambda: state.MEMBERSHIP.empty_table())

    def count(self, status: int) -> int:
        """How many rows have a status."""
        return int(np.count_nonzero(self.status == status))


def plan(
    kind: LedgerKind,
    rows: pa.Table,
    *,
    as_of: date,
    complete: bool,
    second_household: SecondHousehold,
    marked: Mapping[tuple[str, int], MarkedRow],
) -> Plan:
    """Compare rows with the register. `marked`: by sheet and row, the entry that a row handed back is to correct."""
    listing = kind.nature == "list"
    chain = state.chains(kind.name, rows["key"], whole=listing and not marked)
    since = np.maximum(day_numbers(rows["since"], number(as_of)), 0 if listing else -NO_END)
    given = truths(rows["since"].is_valid())
    asked = np.where(given, np.maximum(since, number(as_of)), number(as_of))
    found = _compared(chain, rows, asked if listing else np.full(len(rows), NO_END, np.int64))

    known = np.r_[integers(chain["id"]), 0]
    began = np.r_[day_numbers(chain["valid_from"]), -NO_END]
    ended = np.r_[truths(pc.equal(chain["event"], "end")), True]
    root = np.r_[integers(chain["corrects"]), 0]
    same = _same_content(chain, rows, found) & ~ended[found]
    status = np.where(ended[found], NEW, np.where(same, UNCHANGED, CHANGED)).astype(np.int8)
    # What began stays begun: a change without a later day of its own counts from the day of the list.
    from_now = np.where(given & (since > began[found]), since, number(as_of))
    valid_from = np.where(found == len(chain), np.where(given, since, number(as_of)), from_now)
    corrects = np.zeros(len(rows), np.int64)
    if not listing:  # an event happened once: told otherwise, it is told right
        again = status == CHANGED
        corrects[again] = np.where(root[found] > 0, root[found], known[found])[again]
        valid_from[again] = np.where(given, since, began[found])[again]
    entry = known[found]
    _mark(rows, marked, status, entry, corrects, valid_from)

    person = state.persons_of(rows["subject"])
    household = state.households_of(rows["number"])
    made = Plan(
        kind, rows, status, entry, corrects, valid_from, person, household,
        np.zeros(len(rows), np.int8), np.zeros(len(rows), bool),
        _missing(chain, rows, as_of, entry) if listing and not marked else state.CHAIN.empty_table(), complete and listing,
    )  # fmt: skip
    if kind.makes_households:
        _place_in_households(made, as_of, second_household)
    return made


def _compared(chain: pa.Table, rows: pa.Table, asked: Rows) -> Rows:
    """For each row the place of the entry that decides its chain on the row's day; `len(chain)` where there is none."""
    none = len(chain)
    if none == 0:
        return np.zeros(len(rows), np.int64)
    both = codes(pa.concat_arrays([_flat(chain["key"]), _flat(rows["key"])]))
    ids = integers(chain["id"])
    force = np.flatnonzero(in_force(ids, integers(chain["corrects"])))
    # Entries and questions in one line by chain and day, a question behind what began on its day: the answer is the
    # entry before it.
    chained = np.r_[both[:none][force], both[none:]]
    day = np.r_[day_numbers(chain["valid_from"])[force], asked]
    turn = np.r_[ids[force], np.full(len(rows), np.iinfo(np.int64).max)]
    order = np.lexsort((turn, day, chained))
    is_entry = order < len(force)
    before = np.maximum.accumulate(np.where(is_entry, np.arange(len(order)), -1))
    same = (before >= 0) & (chained[order[before]] == chained[order])
    answer = np.where(same, np.r_[force, none][np.minimum(order[before], len(force))], none)
    result = np.full(len(rows), none, np.int64)
    result[order[~is_entry] - len(force)] = answer[~is_entry]
    return result


def _same_content(chain: pa.Table, rows: pa.Table, found: Rows) -> Mask:
    told = _flat(chain["content"]).take(
        pa.array(np.where(found < len(chain), found, -1), mask=found == len(chain))
    )
    return truths(pc.equal(told, _flat(rows["content"])))


def _mark(
    rows: pa.Table, marked: Mapping[tuple[str, int], MarkedRow], status: npt.NDArray[np.int8],
    entry: Rows, corrects: Rows, valid_from: Rows,
) -> None:  # fmt: skip
    """Rows that were handed back corrected speak of the entry they came from, under whatever key."""
    if not marked:
        return
    places = zip(rows["sheet"].to_pylist(), rows["row"].to_pylist(), rows["content"].to_pylist(), strict=True)
    for at, (sheet, row, content) in enumerate(places):
        was = marked.get((sheet, row))
        if was is None:
            continue
        entry[at], valid_from[at] = was.entry, number(was.valid_from)
        status[at] = UNCHANGED if was.content == content else CORRECTED
        corrects[at] = 0 if was.content == content else was.root


def _missing(chain: pa.Table, rows: pa.Table, as_of: date, entry: Rows) -> pa.Table:
    """Entries that hold on the day and that the file, though it speaks of their division, does not name."""
    if len(chain) == 0:
        return chain
    latest = deciding(chain, as_of)
    holds = chain.take(pa.array(latest))
    holds = holds.filter(pc.and_(pc.not_equal(holds["event"], "end"), _after(holds["valid_to"], as_of)))
    named = pc.or_(
        pc.is_in(holds["key"], value_set=_flat(rows["key"])), pc.is_in(holds["id"], value_set=pa.array(entry))
    )
    spoken = pc.is_in(holds["division"], value_set=pc.unique(rows["division"].fill_null("")))
    return holds.filter(pc.and_(pc.invert(named), spoken))


def _after(days: pa.ChunkedArray, as_of: date) -> pa.ChunkedArray:
    return pc.greater(days, pa.scalar(as_of)).fill_null(True)


def _place_in_households(made: Plan, as_of: date, option: SecondHousehold) -> None:
    """Who comes into which household; who is in another one already."""
    rows = made.rows
    listed = truths(pc.and_(rows["number"].is_valid(), rows["subject"].is_valid()))
    now = state.memberships(made.person, as_of)
    someone = codes(rows["subject"].fill_null(b"\0" * 16))
    home = codes(rows["number"].fill_null(""))
    relation = codes(pa.concat_arrays([_flat(rows["relation"].fill_null("")), _flat(now["relation"])]))

    place = _first_place(integers(now["person"]), made.person)
    current = np.r_[integers(now["household"]), 0][place]
    named = np.r_[relation[len(rows) :], -1][place]
    # Within the file the first row of a person says where the person is.
    first = np.full(int(someone.max(initial=0)) + 1, -1, np.int64)
    at = np.flatnonzero(listed)
    first[someone[at][::-1]] = at[::-1]
    leader = np.where(listed, first[someone], -1)
    follower = listed & (leader != np.arange(len(rows)))
    elsewhere = np.where(follower, home[leader] != home, (current > 0) & (current != made.household))
    made.second = listed & elsewhere
    if option == "refuse":
        made.status[made.second] = REFUSED
    fresh = listed & ~follower & (current == 0)
    other_relation = listed & ~follower & ~made.second & (current > 0) & (named != relation[: len(rows)])
    made.membership[fresh | other_relation] = LISTED
    if option == "move":
        made.membership[made.second & ~follower] = MOVED
    if made.ends:
        left = state.memberships(integers(made.missing["person"]), as_of)
        home_of = dict(
            zip(made.missing["person"].to_pylist(), made.missing["household"].to_pylist(), strict=True)
        )
        gone = [
            home_of.get(p) == h and h is not None
            for p, h in zip(left["person"].to_pylist(), left["household"].to_pylist(), strict=True)
        ]
        stays = pc.is_in(left["person"], value_set=pa.array(made.person))
        made.leaving = left.filter(pc.and_(pa.array(gone, pa.bool_()), pc.invert(stays)))


def _first_place(keys: Rows, asked: Rows) -> Rows:
    """Where each asked key stands among distinct keys; their number where it does not."""
    if len(keys) == 0:
        return np.zeros(len(asked), np.int64)
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], asked)
    place = np.minimum(place, len(keys) - 1)
    return np.where(keys[order][place] == asked, order[place], len(keys))


def _flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    flat = column.combine_chunks()
    return flat.combine_chunks() if isinstance(flat, pa.ChunkedArray) else flat


def second_places(made: Plan) -> Sequence[tuple[str, int]]:
    """Sheet and row of every row that names a second household."""
    told = made.rows.filter(pa.array(made.second))
    return list(zip(told["sheet"].to_pylist(), told["row"].to_pylist(), strict=True))
