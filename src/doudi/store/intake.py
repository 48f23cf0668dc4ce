"""Taking files into the store: all of them in one swap, or none, or the good rows with the bad ones handed back.

This module must not talk to anybody: progress and results go back to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from doudi.common.errors import DoudiError, Faults
from doudi.facts.declare import Table
from doudi.facts.headers import recognise
from doudi.store.duplicates import row_keys
from doudi.store.importers import Reading, Shape, read_file, shape_of, write_rejects
from doudi.store.store import Store
from doudi.store.writer import Compared, Writer, conflict

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes read so far and all its bytes."""

_TOLD = 200


@dataclass(frozen=True)
class Taken:
    """What became of one file."""

    name: str
    table: str
    rows: int = 0
    new: int = 0
    skipped: int = 0
    rejected: int = 0
    rejects: Path | None = None
    already: bool = False
    notices: tuple[str, ...] = ()


def take_in(
    store: Store,
    paths: Sequence[Path],
    table: Table | None = None,
    *,
    rejects: Path | None = None,
    progress: Progress = lambda name, read, whole: None,
) -> list[Taken]:
    """Take files in. With a fault anywhere nothing is taken and all faults are raised together; if a folder for
    `rejects` is given, good rows are taken and the bad ones are written there.
    """
    faults: list[DoudiError] = []
    more = 0
    taken: list[Taken] = []
    with store.writing() as writer:
        for path in paths:
            try:
                one, reading = _take(store, writer, path, table, rejects, progress)
            except DoudiError as fault:  # the file cannot be read at all; the others are still looked at
                faults += fault.faults if isinstance(fault, Faults) else [fault]
                continue
            if reading and reading.faults and rejects is None:
                faults += reading.faults.told
                more += reading.faults.count - len(reading.faults.told)
            taken.append(one)
        if faults:
            raise Faults(faults[:_TOLD], more=more + max(0, len(faults) - _TOLD))
    return taken


def _take(
    store: Store, writer: Writer, path: Path, table: Table | None, rejects: Path | None, progress: Progress
) -> tuple[Taken, Reading | None]:
    shape = shape_of(path)
    declared = table or recognise(shape.headers, shape.name)
    if store.has_source(declared.name, shape.sha256):
        return Taken(shape.name, declared.name, already=True), None
    reading = read_file(
        path, declared, shape=shape, progress=lambda read: progress(shape.name, read, shape.bytes)
    )
    compared = writer.compare(declared.name, reading.data)
    if len(compared.differing):
        reading, compared = _without(reading, compared)
    notices = (*reading.notices, *_kept_out(reading))
    one = Taken(shape.name, declared.name, rows=reading.total_rows, notices=notices)
    if reading.faults and rejects is None:
        return one, reading
    if reading.faults and rejects is not None:
        rejects.mkdir(parents=True, exist_ok=True)
        place = rejects / _name_of_rejects(shape)
        one = replace(one, rejected=write_rejects(reading, place), rejects=place)
    added = writer.add(declared.name, reading.data, [reading.source], compared)
    return replace(one, new=added.new, skipped=reading.total_rows - one.rejected - added.new), reading


def _without(reading: Reading, compared: Compared) -> tuple[Reading, Compared]:
    """Make faults of the rows that contradict the store."""
    keys = row_keys(reading.data.take(pa.array(compared.differing)), reading.table)
    rows = reading.numbers[compared.differing]
    reading.faults.add(
        reading.table.keys[0],
        rows,
        keys,
        lambda key, where: conflict(reading.table, str(key), compared.origin, where),
    )
    keep = np.ones(reading.data.num_rows, dtype=bool)
    keep[compared.differing] = False
    left = replace(reading, data=reading.data.filter(pa.array(keep)), numbers=reading.numbers[keep])
    return left, Compared(compared.new[keep], np.zeros(0, np.int64), {})


def _kept_out(reading: Reading) -> tuple[str, ...]:
    named = [column.zh for column in reading.matched.places if column.sensitivity == "identifying"]
    return (f"能认出本人的列不入库：{'、'.join(named)}",) if named else ()


def _name_of_rejects(shape: Shape) -> str:
    return f"{shape.path.stem}-{shape.sha256[:8]}-退回.csv"
