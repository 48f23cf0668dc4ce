"""A chunk's people as rows of the persons file: one row a person, identity period and insurance period.

Categories and filings stand on one side of a row, insurance periods on the other; neither has to do with the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from doudi.sample.draws import Draws, Ints, Mask
from doudi.sample.kinds import AREA
from doudi.sample.names import spelled
from doudi.sample.people import People
from doudi.sample.places import Places
from doudi.sample.standing import FILED, NEVER, NONE, TAGS, Standing
from doudi.sample.text import dates, digits, glued, identity_numbers, named, times

DAY = 86_400


def person_numbers(number: Ints) -> pa.Array:
    """The psn_no of people."""
    return glued(AREA, digits(number + 1, 10))


def person_columns(people: People, stands: int, draws: Draws) -> Mapping[str, pa.Array]:
    """What every file repeats of a person, one row a person."""
    number, age = people.number, people.age(stands)
    kind = np.searchsorted(np.array([1, 6, 18, 60]), age, side="right")
    kind = np.where(people.employee, np.where(age < 60, 5, 6), kind)
    return {
        "psn_no": person_numbers(number),
        "psn_name": spelled(people.surname, people.given),
        "psn_cert_type": named(0 * number, ["01"]),
        "certno": identity_numbers(AREA, people.born, people.serial),
        "gend": named(people.male.astype(np.int64), ["2", "1"]),
        "brdy": dates(people.born),
        "insutype": named(people.employee.astype(np.int64), ["390", "310"]),
        "psn_type": named(kind, ["1401", "1402", "1403", "1501", "16", "1101", "1201"]),
    }


def persons_table(people: People, held: Standing, places: Places, stands: int, draws: Draws) -> pa.Table:
    """The persons file's rows for some people."""
    tagged = _side(
        np.concatenate([held.tag_from, held.filed_from[:, None]], 1),
        np.concatenate([held.tag_to, held.filed_to[:, None]], 1),
        np.concatenate([held.tag, np.full((len(held.tag), 1), NONE)], 1),
    )
    insured = _side(held.insured, held.paused, np.zeros_like(held.insured))
    rows = np.maximum(np.maximum(tagged.count, insured.count), 1)
    person = np.repeat(np.arange(len(rows)), rows)
    turn = np.arange(len(person)) - np.repeat(np.cumsum(rows) - rows, rows)
    tag, insurance = tagged.at(person, turn), insured.at(person, turn)
    has = tag.start < NEVER
    filed = has & (tag.what == NONE)
    what = np.where(has & ~filed, tag.what, len(TAGS))
    return pa.table(
        {
            name: column.take(pa.array(person))
            for name, column in person_columns(people, stands, draws).items()
        }
        | {
            "psn_insu_stas": named((insurance.end <= stands).astype(np.int64), ["1", "2"]),
            "psn_insu_date": dates(insurance.start, insurance.start >= NEVER),
            "paus_insu_date": dates(insurance.end, insurance.end >= NEVER),
            "psn_idet_type": named(what, [*TAGS, None]),
            "begntime": times(tag.start * DAY, ~has),
            "endtime": times(tag.end * DAY + DAY - 1, tag.end >= NEVER),
            "rloc_type": named(filed.astype(np.int64), [None, FILED]),
        }
        | _home(people, places, person)
    )


@dataclass(frozen=True)
class _Side:
    """Periods by person, the filled ones moved to the front."""

    start: Ints
    end: Ints
    what: Ints

    @property
    def count(self) -> Ints:
        found: Ints = (self.start < NEVER).sum(1)
        return found

    def at(self, person: Ints, turn: Ints) -> _Side:
        """One period for each row; open where a person has no more."""
        inside: Mask = turn < self.start.shape[1]
        cell = (person, np.minimum(turn, self.start.shape[1] - 1))
        return _Side(
            np.where(inside, self.start[cell], NEVER),
            np.where(inside, self.end[cell], NEVER),
            self.what[cell],
        )


def _side(start: Ints, end: Ints, what: Ints) -> _Side:
    order = np.argsort(start >= NEVER, axis=1, kind="stable")
    return _Side(*(np.take_along_axis(values, order, 1) for values in (start, end, what)))


def _home(people: People, places: Places, person: Ints) -> dict[str, pa.Array]:
    town, village = people.town[person], people.village[person]
    names = [f"{name[:-1]}{n + 1}村" for name in places.towns for n in range(places.villages)]
    return {
        "admdvs": glued(AREA, digits((town + 1) * 1_000 + village + 201, 6)),
        "town": named(town, places.towns),
        "village": named(town * places.villages + village, names),
    }
