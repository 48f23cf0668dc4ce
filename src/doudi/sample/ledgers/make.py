"""Make the county's ledgers: every department's files in one folder, the truth about them beside.

Speed and size: the files of twenty thousand people take some seconds; for benchmarks the five ledgers of a million
come as text files alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from doudi import __version__
from doudi.common.errors import InputFault
from doudi.sample.files import TRUTH, swapped
from doudi.sample.homes import WHY
from doudi.sample.kinds import AREA
from doudi.sample.ledgers import five, welfare
from doudi.sample.ledgers.county import YEAR, County
from doudi.sample.ledgers.enrolment import PLANTED, PREMIUM, Enrolment
from doudi.sample.ledgers.pages import Book, laid
from doudi.sample.ledgers.rates import declared
from doudi.sample.ledgers.states import flags, states
from doudi.sample.ledgers.truth import NOTE, Truth
from doudi.sample.ledgers.write import write
from doudi.sample.order import Order
from doudi.sample.text import dates

README = "说明.txt"
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """What was made and where."""

    folder: Path
    truth: dict[str, Any]

    @property
    def files(self) -> list[Path]:
        """The departments' files, in the order in which a county would import them."""
        return [self.folder / one["file"] for one in self.truth["files"]]


def make(order: Order, folder: Path, *, damage: int = 1, tell: Tell = lambda done, of: None) -> Made:
    """Make all ledgers of a county in `folder`; `damage`: 1 for the declared rates, 2 for double."""
    if damage not in (1, 2):
        raise InputFault(f"差错倍数 {damage} 不行", "--damage", "1 或 2", "改用其中一个")
    if order.mix.poor:
        raise InputFault("这个样例没有台账", "--preset", "county", "改用 --preset county")
    county = County(order)
    said = Enrolment(county, damage)
    truth = Truth()
    with swapped(folder) as building:
        for done, book in enumerate(books(county, said, damage), 1):
            sheets = [laid(page) for page in book.pages]
            write(
                book,
                [(page.name, sheet) for page, sheet in zip(book.pages, sheets, strict=True)],
                building / book.file,
            )
            truth.add(book, sheets)
            tell(done, FILES)
        truth.tables |= people_tables(county, said)
        truth.save(building / "truth")
        told = _told(order, damage, county, said, truth)
        (building / TRUTH).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        (building / README).write_text(NOTE + "\n", encoding="utf-8")
    return Made(folder, told)


FILES = 13


def books(county: County, said: Enrolment, damage: int) -> Iterator[Book]:
    """Every file, one after another."""
    yield five.population(county, said, damage)
    yield five.residents(county, said, damage)
    yield five.resident_insurance(county, said, damage)
    yield five.employee_insurance(county, said, damage)
    yield from five.payments(county, said, damage)
    yield five.uninsured(county, said, damage)
    yield five.special_groups(county, said, damage)
    yield five.subsidies(county, said, damage)
    held = welfare.Welfare(county, damage)
    yield welfare.dibao(county, held, damage)
    yield welfare.destitute(county, held, damage)
    yield welfare.disability(county, held, damage)
    yield welfare.deaths(county, said, damage)


def people_tables(county: County, said: Enrolment) -> dict[str, pa.Table]:
    """Who everybody is, their state and flags, and what happened to them in the last year."""
    people, fate = county.people, states(said)
    marks = flags(said)
    persons = pa.table(
        {
            "person": people.number, "psn_name": county.name, "certno": county.certno,
            "gend": pa.array(people.male).cast(pa.int8()), "brdy": dates(people.born),
            "home": people.home, "relation": county.relation, "town": county.town, "village": county.village,
            "admdvs": county.admdvs, "died": dates(county.died.clip(max=county.stands), ~county.dead),
        }
    )  # fmt: skip
    state = pa.table(
        {"person": people.number, "state": fate} | {f"flag_{name}": mark for name, mark in marks.items()}
    )
    why = county.homes.why
    moved = why > 0
    events = pa.table(
        {
            "person": people.number[moved], "why": [WHY[at] for at in why[moved].tolist()],
            "on": dates(county.homes.day[moved]), "home": people.home[moved], "before": county.homes.before[moved],
        }
    )  # fmt: skip
    return {"persons": persons, "states": state, "events": events}


def _told(order: Order, damage: int, county: County, said: Enrolment, truth: Truth) -> dict[str, Any]:
    state = truth.tables["states"]
    counted = state["state"].value_counts().to_pylist()
    return {
        "doudi": f"sample-ledgers/{__version__}",
        "note": NOTE,
        "people": order.size,
        "seed": order.seed,
        "damage": damage,
        "area": AREA,
        "stands_at": str(order.mix.last),
        "coverage_year": YEAR,
        "premium_fen": PREMIUM,
        "files": truth.files,
        "rates": declared(damage),
        "rates_of_contradictions": {name: ppm * damage for name, ppm in PLANTED.items()},
        "planted": dict(sorted(truth.counts.items())),
        "states": {one["values"]: one["counts"] for one in counted},
        "flags": {name: int(mark.sum()) for name, mark in flags(said).items()},
    }
