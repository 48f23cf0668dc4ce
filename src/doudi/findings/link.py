"""Who the records are about that no right number tells: found, asked, or told apart, with the reasons for each.

Takes what `ledgers.api.link_records` hands over and gives back what `ledgers.api.record_links` takes. Nothing is
written here, and undoing a link is the register's. Must not show a number or a name in a message.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.engine.linkage.contradict import LEVEL_NAMES, name_levels
from doudi.engine.linkage.decide import DIFFERENT, QUEUED, SAME, WEAK_NAMES
from doudi.engine.linkage.run import Linked, in_memory, link
from doudi.engine.linkage.weights import Weights
from doudi.findings.link_people import Known, hidden, known
from doudi.policy.linkage import LinkageModel

#: How a pair was found (`how` of a link).
LIKENESS, SWAPPED, CONTRADICTED = "likeness", "swapped", "contradicted"
#: How far a name may be from a housemate's for the row to be hers under another's number.
FARTHEST_MATE: Final = "near_sound"
PAIR: Final = pa.schema(
    [
        ("entry_id", pa.int64()),
        ("person_id", pa.int64()),
        ("verdict", pa.string()),
        ("weight", pa.int64()),
        ("how", pa.string()),
    ]
)


@dataclass(frozen=True)
class Reason:
    """One row of an explanation: what was compared, how alike it is, and what that weighs (hundredths of a bit)."""

    comparison: str
    level: str
    weight: int


@dataclass(frozen=True)
class Links:
    """What linkage found.

    `found`: entry, person, verdict (same, different, queued), weight, how. A person below zero is a newcomer, whom the
    register does not have: the entry numbered so without its sign is the first of hers. `newcomers`: those entries, by
    person. `among`: entries of nobody known that are of one person (entry, other, verdict, weight). `queue`: queued
    pairs, by the money at stake. `records`: how many were looked at.
    """

    found: pa.Table
    queue: pa.Table
    newcomers: pa.Table
    among: pa.Table
    records: int
    weights: Weights
    parts: pa.Table

    @property
    def queued(self) -> int:
        """How many records wait for a person's word."""
        return len(pc.unique(self.queue["entry_id"]))

    def explain(self, entry_id: int, person_id: int) -> list[Reason]:
        """Why a pair weighs what it weighs; the reasons add up to its weight. Nothing where it was not weighed."""
        wanted = pc.and_(pc.equal(self.parts["a"], entry_id), pc.equal(self.parts["b"], person_id))
        rows = self.parts.filter(wanted).to_pylist()
        return reasons(rows[0], self.weights) if rows else []


def find_links(
    records: pa.Table,
    persons: pa.Table,
    model: LinkageModel,
    *,
    as_of: date,
    money: Mapping[int, int] | None = None,
    barred: Collection[tuple[int, int]] = (),
    threads: int = 2,
) -> Links:
    """Place every record (`ledgers.api.link_records`) that no person is known for, and doubt those that contradict.

    `persons`: `ledgers.api.persons`. `money`: fen at stake by entry, or by person (an entry's own sum counts first).
    `barred`: entries and persons that somebody has said do not belong together.
    """
    with in_memory(threads) as connection:
        told = known(connection, records, persons)
        placed = link(told.loose, told.people, model, on=as_of, threads=threads, barred=barred)
        odd = _contradicting(connection, records, told)
        mates = _housemates(connection, odd)
        unmasked = link(hidden(connection, odd["rec_id"]), told.people, model, on=as_of, threads=threads)
    swapped = _swapped(odd, mates, unmasked)
    found = pa.concat_tables([_pairs(placed.pairs, LIKENESS), swapped]).sort_by([("entry_id", "ascending")])
    parts = pa.concat_tables([placed.pairs, unmasked.pairs])
    newcomers = told.attached.filter(pc.less(told.attached["who"], 0)).rename_columns(
        ["entry_id", "person_id"]
    )
    return Links(
        found=found,
        queue=_queue(found, money or {}),
        newcomers=newcomers,
        among=_pairs(placed.among, LIKENESS),
        records=len(records),
        weights=placed.weights,
        parts=parts,
    )


def reasons(row: Mapping[str, Any], weights: Weights) -> list[Reason]:
    """The parts of a pair's weight, the chance of any pair first, then by comparison as declared."""
    out = [Reason("任意两条记录", "是同一人的可能", weights.prior)]
    for comparison in weights.model.comparisons:
        at = row[f"at_{comparison.key}"]
        told = "缺，不计" if at is None else comparison.levels[at].zh
        out.append(Reason(comparison.zh, told, row[f"w_{comparison.key}"]))
    return out


def _contradicting(connection: duckdb.DuckDBPyConnection, records: pa.Table, told: Known) -> pa.Table:
    """Attached records whose name is not that of the person whose number they carry: `rec_id`, `who`."""
    connection.register("written", records.select(["rec_id", "kind", "psn_name", "certno"]))
    connection.register("whose", told.attached)
    connection.register("them", told.people)
    beside = connection.sql(
        "select written.rec_id, written.kind, whose.who, written.psn_name as one, them.psn_name as other from written "
        "join whose on whose.rec_id = written.rec_id join them on them.id = whose.who "
        "where written.certno is not null and written.psn_name <> them.psn_name order by written.rec_id"
    ).to_arrow_table()
    at = name_levels(connection, beside["one"].combine_chunks(), beside["other"].combine_chunks())
    weak = np.isin(at, [LEVEL_NAMES.index(one) for one in WEAK_NAMES])
    return beside.filter(pa.array(weak)).select(["rec_id", "kind", "who", "one"])


def _housemates(connection: duckdb.DuckDBPyConnection, odd: pa.Table) -> dict[int, int]:
    """Whom each of these records names: the owner of the number that a row of its list exchanged with it, or the one
    person in the household of its own number's owner with a name like it."""
    connection.register("odd", odd)
    exchanged = connection.sql(
        "select one.rec_id, min(other.who) as mate from odd one join odd other on other.kind = one.kind and other.who <> one.who "
        "join them mine on mine.id = one.who and mine.psn_name = other.one "
        "join them theirs on theirs.id = other.who and theirs.psn_name = one.one group by one.rec_id having count(distinct other.who) = 1"
    ).to_arrow_table()
    beside = connection.sql(
        "select odd.rec_id, mate.id, odd.one, mate.psn_name as other from odd join them on them.id = odd.who "
        "join them mate on mate.household = them.household and mate.id <> them.id order by odd.rec_id, mate.id"
    ).to_arrow_table()
    at = name_levels(connection, beside["one"].combine_chunks(), beside["other"].combine_chunks())
    best: dict[int, list[tuple[int, int]]] = {}
    for entry, mate, level in zip(
        beside["rec_id"].to_pylist(), beside["id"].to_pylist(), at.tolist(), strict=True
    ):
        if 0 <= level <= LEVEL_NAMES.index(FARTHEST_MATE):
            best.setdefault(entry, []).append((level, mate))
    nearest = {entry: sorted(mates) for entry, mates in best.items()}
    told = {
        entry: mates[0][1] for entry, mates in nearest.items() if len(mates) == 1 or mates[0][0] < mates[1][0]
    }
    return told | dict(zip(exchanged["rec_id"].to_pylist(), exchanged["mate"].to_pylist(), strict=True))


def _swapped(odd: pa.Table, mates: Mapping[int, int], unmasked: Linked) -> pa.Table:
    """Of contradicting records: taken from whose number they carry and given to a housemate, or put to a person."""
    found = unmasked.pairs.select(["a", "b", "weight"]).to_pylist()
    nearest = {row["a"]: row for row in reversed(found)}
    weighed = {(row["a"], row["b"]): row["weight"] for row in found}
    out: list[tuple[int, int, str, int, str]] = []
    for row in odd.to_pylist():
        entry, carried = row["rec_id"], row["who"]
        mate, other = mates.get(entry), nearest.get(entry)
        if mate is not None:
            weight = weighed.get((entry, mate), 0)
            out.append((entry, carried, DIFFERENT, -weight, SWAPPED))
            out.append((entry, mate, SAME, weight, SWAPPED))
        elif other is None:
            out.append((entry, carried, QUEUED, 0, CONTRADICTED))
        elif other["b"] != carried:
            out.append((entry, other["b"], QUEUED, other["weight"], CONTRADICTED))
    columns: list[Any] = list(zip(*out, strict=True)) if out else [[] for _ in PAIR]
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, PAIR, strict=True)], schema=PAIR
    )


def _pairs(pairs: pa.Table, how: str) -> pa.Table:
    taken = [
        pairs["a"],
        pairs["b"],
        pairs["verdict"],
        pairs["weight"],
        pa.array([how] * len(pairs), pa.string()),
    ]
    return pa.table(dict(zip(PAIR.names, taken, strict=True))).cast(PAIR)


def _queue(found: pa.Table, money: Mapping[int, int]) -> pa.Table:
    """Queued pairs, most money first; then the likeliest first, so that a clerk meets the easy ones early."""
    rows = found.filter(pc.equal(found["verdict"], QUEUED))
    sums = [
        money.get(entry, money.get(person, 0))
        for entry, person in zip(rows["entry_id"].to_pylist(), rows["person_id"].to_pylist(), strict=True)
    ]
    rows = rows.append_column("stake_fen", pa.array(sums, pa.int64()))
    order = [
        ("stake_fen", "descending"),
        ("weight", "descending"),
        ("entry_id", "ascending"),
        ("person_id", "ascending"),
    ]
    return rows.sort_by(order)
