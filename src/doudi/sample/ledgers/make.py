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

import numpy as np
import pyarrow as pa

from doudi import __version__
from doudi.common.errors import InputFault
from doudi.sample.chunk import Chunk, chunk
from doudi.sample.claim_rows import STAYS, ClaimRows
from doudi.sample.draws import Mask
from doudi.sample.files import TRUTH, swapped
from doudi.sample.homes import WHY
from doudi.sample.kinds import AREA
from doudi.sample.ledgers import five, lists, welfare
from doudi.sample.ledgers.care import Care
from doudi.sample.ledgers.contradictions import Contradictions, Found, of_claims
from doudi.sample.ledgers.county import YEAR, County
from doudi.sample.ledgers.earlier import population_before
from doudi.sample.ledgers.enrolment import PLANTED, PREMIUM, Enrolment
from doudi.sample.ledgers.exports import exports
from doudi.sample.ledgers.monitoring import System
from doudi.sample.ledgers.pages import Book, laid
from doudi.sample.ledgers.rates import declared
from doudi.sample.ledgers.states import flags, states
from doudi.sample.ledgers.truth import NOTE, Truth
from doudi.sample.ledgers.work import Work
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
    truth, against = Truth(), Contradictions(str(order.mix.last))
    with swapped(folder) as building:
        for done, book in enumerate(books(county, said, damage, truth), 1):
            sheets = [laid(page) for page in book.pages]
            named_sheets = [(page.name, sheet) for page, sheet in zip(book.pages, sheets, strict=True)]
            write(book, named_sheets, building / book.file)
            truth.add(book, sheets)
            against.add(book, sheets)
            tell(done, FILES)
        later = len(truth.files)
        book = population_before(county, damage)
        sheets = [laid(page) for page in book.pages]
        write(book, [("", sheets[0])], building / book.file)
        truth.add(book, sheets)
        truth.tables |= people_tables(county, said)
        found = against.found() | _against_claims(county, against)
        truth.save(building / "truth")
        told = _told(order, damage, said, truth) | {"contradictions": found}
        told |= {"files": truth.files[:later], "earlier": truth.files[later:]}
        (building / TRUTH).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        (building / README).write_text(NOTE + "\n", encoding="utf-8")
    return Made(folder, told)


FILES = 34


def books(county: County, said: Enrolment, damage: int, truth: Truth) -> Iterator[Book]:
    """Every file, one after another."""
    yield lists.divisions(county)
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
    system = System(county, said, held)
    both, truth.tables["changes"] = exports(system, damage)
    yield from both
    yield from Care(county, system, damage).books()
    yield from Work(county, system, damage, _long_stays(county)).books()
    yield lists.water_points(county)
    yield lists.water_tests(county)


def _claims(county: County) -> Chunk:
    return chunk(county.order, county.register, 0, len(county))


def _long_stays(county: County) -> Mask:
    """Who was in hospital for more than half a month within the last year."""
    claims = _claims(county).claims
    long = (
        (claims.end - claims.begin > 15) & np.isin(claims.kind, STAYS) & (claims.begin > county.stands - 365)
    )
    out = np.zeros(len(county), bool)
    out[claims.person[long]] = True
    return out


def _against_claims(county: County, against: Contradictions) -> Found:
    part = _claims(county)
    claims = part.claims
    rows = ClaimRows(part, county.places, county.stands, county.draws)
    numbers = rows.number("3", claims.key)
    stay = np.where(np.isin(claims.kind, STAYS), claims.end - claims.begin, 0)
    died = {who: min(row["death_date"] for row in one) for who, one in against.by_person("deaths").items()}
    posts = against.by_person("welfare_posts")
    some = np.isin(claims.person, np.array([*died, *posts], np.int64))
    return of_claims(
        numbers.filter(pa.array(some)).to_pylist(), claims.person[some].tolist(),
        [str(day) for day in claims.begin[some].astype("datetime64[D]")], stay[some].tolist(), claims.refund[some].tolist(),
        died, posts,
    )  # fmt: skip


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


def _told(order: Order, damage: int, said: Enrolment, truth: Truth) -> dict[str, Any]:
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
