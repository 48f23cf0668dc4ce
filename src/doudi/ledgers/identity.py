"""Which person an entry is about, and which persons are one: links and merges as known at a moment."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.ledgers import bulk
from doudi.ledgers.chains import Rows, integers
from doudi.ledgers.models import Link

LINKS = pa.schema(
    [
        ("link_id", pa.int64()),
        ("entry_id", pa.int64()),
        ("person_id", pa.int64()),
        ("verdict", pa.string()),
        ("weight", pa.int64()),
        ("how", pa.string()),
        ("by", pa.string()),
    ]
)
MERGES = pa.schema([("merge_id", pa.int64()), ("kept", pa.int64()), ("gone", pa.int64())])
_LIVE = "known_at <= %s AND (undone_at IS NULL OR undone_at > %s)"


def links(known_at: datetime) -> pa.Table:
    """The verdict that counts for each entry and person: the newest that is not undone; `queued` ones wait for somebody."""
    at = bulk.moment(known_at)
    found = bulk.read(
        f'SELECT id, entry_id, person_id, verdict, weight, how, "by" FROM ledgers_link WHERE {_LIVE} ORDER BY id',  # noqa: S608
        [at, at],
        LINKS,
    )
    pair = np.lexsort((integers(found["link_id"]), integers(found["person_id"]), integers(found["entry_id"])))
    if len(pair) == 0:
        return found
    entry, person = integers(found["entry_id"])[pair], integers(found["person_id"])[pair]
    newest = pair[np.r_[(entry[1:] != entry[:-1]) | (person[1:] != person[:-1]), True]]
    return found.take(pa.array(np.sort(newest)))


def merges(known_at: datetime) -> pa.Table:
    """The merges that are in force."""
    at = bulk.moment(known_at)
    return bulk.read(
        f"SELECT id, kept_id, gone_id FROM ledgers_personmerge WHERE {_LIVE} ORDER BY id",  # noqa: S608
        [at, at],
        MERGES,
    )


class Identities:
    """Links and merges at one moment, asked for whole columns."""

    def __init__(self, known_at: datetime) -> None:
        self._links = links(known_at)
        found = merges(known_at)
        order = np.argsort(integers(found["gone"]), kind="stable")
        self._gone, self._kept = integers(found["gone"])[order], integers(found["kept"])[order]

    @property
    def linked(self) -> Rows:
        """The entries on which there is any verdict."""
        return np.unique(integers(self._links["entry_id"]))

    def survivors(self, persons: Rows) -> Rows:
        """Who each person is spoken of as; nought stays nought."""
        now = persons
        for _ in range(len(self._gone) + 1):
            place = np.minimum(np.searchsorted(self._gone, now), max(len(self._gone) - 1, 0))
            met = self._gone[place] == now if len(self._gone) else np.zeros(len(now), bool)
            if not met.any():
                break
            now = np.where(met, self._kept[place], now)
        return now

    def persons(self, entries: Rows, named: Rows) -> Rows:
        """The person each entry is about; nought for none. `named`: the person it was written with."""
        said = self._links
        if len(said) == 0:
            return self.survivors(named)
        entry, person = integers(said["entry_id"]), integers(said["person_id"])
        same = pc.equal(said["verdict"], Link.SAME).to_numpy(zero_copy_only=False)
        different = pc.equal(said["verdict"], Link.DIFFERENT).to_numpy(zero_copy_only=False)
        denied = set(zip(entry[different].tolist(), person[different].tolist(), strict=True))
        result = named.copy()
        if denied:
            contested = np.flatnonzero(np.isin(entries, entry[different]))
            for at in contested:
                if (int(entries[at]), int(named[at])) in denied:
                    result[at] = 0
        chosen, who = entry[same], person[same]  # oldest first: of several the newest is met last
        last = np.r_[len(chosen) - 1 - np.unique(chosen[::-1], return_index=True)[1]].astype(np.int64)
        chosen, who = chosen[last], who[last]
        if len(chosen):
            place = np.minimum(np.searchsorted(chosen, entries), len(chosen) - 1)
            met = chosen[place] == entries
            result = np.where(met, who[place], result)
        return self.survivors(result)
