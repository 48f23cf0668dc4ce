"""The head of a trace: the claim as it came (its person masked), the classes it fell into, and on which day each was looked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from doudi.engine import trace_words as say
from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.encode import AMOUNTS, Encoded
from doudi.engine.settle.people import EPOCH, TAG_COLUMNS, tag_bits
from doudi.engine.settle.run import Settler
from doudi.engine.settle.strings import find_sorted, text_of
from doudi.engine.trace_model import Amount, Claim, Day, InClass, Look
from doudi.facts.settlements import TABLE as SETTLEMENTS
from doudi.policy import wording
from doudi.policy.schema import LOOKUPS, Class

Row = Mapping[str, Any]
SHOWN = 4


def masked(number: str) -> str:
    """A person's number with its end alone left to read."""
    keep = min(SHOWN, len(number) // 2)
    return "*" * (len(number) - keep) + number[len(number) - keep :]


def days_of(row: Row) -> dict[Day, dt.date]:
    """The three days of a claim that look-ups may count."""
    return {"admission": row["begndate"], "discharge": row["enddate"], "settlement": row["setl_time"].date()}


def class_codes(compiled: Compiled, combo: int) -> dict[str, tuple[int, str | None]]:
    """Each dimension's class: its place among the lines of the dimension, and its code (None: it fits no class)."""
    out: dict[str, tuple[int, str | None]] = {}
    for name, stride in zip(compiled.dimensions, compiled.strides[1:], strict=True):
        classes = compiled.pack.file.dimensions[name].classes
        place = combo // stride % (len(classes) + 1)
        out[name] = place, classes[place].code if place < len(classes) else None
    return out


def in_classes(settler: Settler, row: Row, combo: int, age: int) -> tuple[InClass, ...]:
    """The classes of a claim with what each looked at."""
    compiled, days = settler.compiled, days_of(row)
    file, held = compiled.pack.file, Tags(settler, row["psn_no"])
    out = []
    for name, (place, code) in class_codes(compiled, combo).items():
        dimension = file.dimensions[name]
        by: Day = dimension.date or (getattr(file.dates, name) if name in LOOKUPS else file.dates.category)
        looked = [dimension.classes[place]] if place < len(dimension.classes) else dimension.classes
        if not (looked[0].when or looked[0].unless):
            looked = dimension.classes
        out.append(InClass(
            dimension=name, zh=wording.dimension_name(compiled.pack, name), en=dimension.en or name, code=code,
            class_zh=wording.class_name(compiled.pack, name, code) if code else "不属任何一类", class_en=say.class_en(compiled.pack, name, code),
            by=by, day=days[by], looked_at=tuple(_look(column, row, held, days[by], age) for column in _columns(looked)),
        ))  # fmt: skip
    return tuple(out)


def _columns(classes: list[Class]) -> list[str]:
    """The columns that some classes look at, each once."""
    return list(
        dict.fromkeys(
            column for one in classes for condition in (one.when, one.unless) for column in condition or ()
        )
    )


def _look(column: str, row: Row, held: Tags, day: dt.date, age: int) -> Look:
    if column == "age":
        return Look(column=column, found=() if age < 0 else (str(age),))
    value = str(row.get(column) or "")
    if column in TAG_COLUMNS and not (column != "psn_idet_type" and value):
        return Look(column=column, found=held.on(column, day))
    return Look(column=column, found=(value,))


class Tags:
    """The dated tags of one person, of those that the policy names."""

    def __init__(self, settler: Settler, psn_no: str) -> None:
        people = settler.people
        place = np.empty(1, np.int32)
        find_sorted(text_of(pa.array([psn_no])), np.ones(1, np.uint8), people.keys, people.count, place)
        at = int(place[0])
        self.rows = people.tags[people.tag_off[at] : people.tag_off[at + 1]].tolist() if at >= 0 else []
        self.bits = tag_bits(settler.compiled)

    def on(self, column: str, day: dt.date) -> tuple[str, ...]:
        """The tags of a column held on a day."""
        number, then = TAG_COLUMNS.index(column), (day - EPOCH).days
        masks = [mask for mask, col, start, end in self.rows if col == number and start <= then <= end]
        return tuple(
            value
            for (name, value), bit in self.bits.items()
            if value and name == column and any(m >> bit & 1 for m in masks)
        )


def head(
    settler: Settler, row: Row, encoded: Encoded, i: int, *, number: int | None, cancelled_by: str | None
) -> Claim:
    """The claim as it came."""
    claims = encoded.claims
    years, since = int(claims.enrolled_years[i]), int(claims.enrolled_days[i])
    columns = {
        column
        for name in settler.compiled.dimensions
        for column in _columns(settler.compiled.pack.file.dimensions[name].classes)
    }
    given = sorted(column for column in columns if column in row and column not in ("age", "psn_idet_type"))
    sums = (*AMOUNTS, *(f"cost_{name}_fen" for name in settler.compiled.costs))
    return Claim(
        setl_id=row["setl_id"],
        person=masked(row["psn_no"]),
        refund_of=row.get("init_setl_id") or None,
        cancelled_by=cancelled_by,
        begndate=row["begndate"],
        enddate=row["enddate"],
        setl_time=row["setl_time"].strftime("%Y-%m-%d %H:%M:%S"),
        days=int(claims.days[i]),
        age=int(claims.age[i]) if claims.age[i] >= 0 else None,
        enrolled_years=None if since in (c.NEVER_DAYS, -1) else years,
        year=int(claims.year[i]),
        number=number,
        codes={column: str(row[column] or "") for column in given},
        amounts=tuple(_amount(name.removesuffix("_fen"), int(row.get(name) or 0)) for name in sums),
    )


def _amount(national: str, fen: int) -> Amount:
    # What is not declared is a named cost, which the table is open to.
    column = SETTLEMENTS.open_column(national) or SETTLEMENTS[national]
    return Amount(column=national, zh=column.zh, en=column.en, amount=fen)
