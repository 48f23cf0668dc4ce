"""Records and people as numbers that pairs compare: names, days, places, phones and what is known of an identity number.

`PEOPLE` are those of the register, `LOOSE` the records to be placed among them. Must not know which ledger a record is of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.identifiers import KEPT_DIGITS
from doudi.engine.linkage.names import encode
from doudi.facts.id_numbers import IdColumn, read_ids

_SHARED: Final = [
    ("psn_name", pa.string()),
    ("gend", pa.string()),
    ("brdy", pa.date32()),
    ("certno", pa.string()),
    ("tel", pa.string()),
    ("division", pa.string()),
    ("household", pa.int64()),
]
#: One row a person of the register. `division`: the code of the village, or its name under its town (`镇/村`).
PEOPLE: Final = pa.schema([("id", pa.int64()), *_SHARED])
#: One row a record; `certno` as its sender wrote it, `household` what its companions in the list are of, if known.
LOOSE: Final = PEOPLE

#: Numbers with a digit too many are compared too.
_WIDEST: Final = 19
_TOWN_DIGITS, _VILLAGE_DIGITS = 9, 12


@dataclass(frozen=True)
class Encoded:
    """Loose records, then people, in one table of the columns that `levels` names; `id` is the row.

    `ids`: the id that each row was handed in with. `loose`: so many rows are records.
    """

    table: pa.Table
    ids: pa.Array
    loose: int

    @property
    def people(self) -> pa.Table:
        """The rows of the people."""
        return self.table.slice(self.loose)

    def without(self, rows: pa.ChunkedArray) -> Encoded:
        """The same without some records; the rows are numbered anew."""
        kept = np.ones(len(self.table), dtype=bool)
        kept[rows.to_numpy()] = False
        mask = pa.array(kept)
        table = self.table.filter(mask)
        table = table.set_column(0, "id", pa.array(np.arange(len(table), dtype=np.int64)))
        return Encoded(table, self.ids.filter(mask), self.loose - int((~kept).sum()))


def encoded(loose: pa.Table, people: pa.Table, *, on: date) -> Encoded:
    """Put both into columns of numbers, the same value into the same number in both."""
    both = pa.concat_tables([loose.cast(LOOSE), people.cast(PEOPLE)]).combine_chunks()
    column = {name: _whole(both[name]) for name in both.column_names}
    name, number = encode(column["psn_name"])[0].columns, _read(loose, people, on)
    columns = {
        "id": pa.array(np.arange(len(both), dtype=np.int64)),
        **{key: pa.array(values) for key, values in name.items()},
        "name": pc.if_else(pa.array(name["name"] < 0), None, pa.array(name["name"])),
        "born": _born(column["brdy"], number),
        **_number(number, column["certno"]),
        "sex": _sex(column["gend"]),
        "village": _numbered(_village(column["division"])),
        "town": _numbered(_town(column["division"])),
        "household": column["household"],
        "phone": _phone(column["tel"]),
    }
    return Encoded(pa.table(columns), column["id"], len(loose))


def _read(loose: pa.Table, people: pa.Table, on: date) -> IdColumn:
    """Numbers of the register are right; those of the records are judged in one another's company."""
    sides = [read_ids(loose["certno"], on=on), read_ids(people["certno"], on=on, together=False)]
    return IdColumn(
        np.concatenate([side.state for side in sides]),
        pa.concat_arrays([side.number for side in sides]),
        pa.concat_arrays([side.known for side in sides]),
    )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()


def _born(given: pa.Array, number: IdColumn) -> pa.Array:
    """The day of birth that the record gives, else the one in what is known of its number, as YYYYMMDD."""
    digits = pc.utf8_slice_codeunits(pc.coalesce(number.number, number.known), 6, 14)
    right = pc.and_(pc.equal(pc.binary_length(digits), 8).fill_null(False), _is_day(digits))
    parts = pc.year(given), pc.month(given), pc.day(given)
    own = pc.add(pc.add(pc.multiply(parts[0], 10_000), pc.multiply(parts[1], 100)), parts[2])
    return pc.coalesce(own, pc.if_else(right, digits, None).cast(pa.int64()))


def _is_day(digits: pa.Array) -> pa.Array:
    """Whether eight digits are a day; wrong numbers have days that never were."""
    shaped = pc.match_substring_regex(
        digits, r"^(18|19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
    ).fill_null(False)
    late = pc.match_substring_regex(digits, r"^....(0[2469]31|11(31)|02(29|30|31))$").fill_null(False)
    return pc.and_(shaped, pc.or_(pc.invert(late), _leap_day(digits)))


def _leap_day(digits: pa.Array) -> pa.Array:
    year = pc.fill_null(pc.utf8_slice_codeunits(digits, 0, 4), "")
    leap = pc.match_substring_regex(
        year, r"^(..(0[48]|[2468][048]|[13579][26])|[2468]000|[13579][26]00|1600|2000)$"
    )
    return pc.and_(pc.equal(pc.utf8_slice_codeunits(digits, 4, 8), "0229").fill_null(False), leap)


def _number(number: IdColumn, cells: pa.Array) -> dict[str, pa.Array]:
    """`digits`: a number, right or `wrong`, filled up to one width; `first15`: what is left of a spoilt one, too."""
    right = pc.is_valid(number.number)
    cell = pc.utf8_upper(pc.utf8_trim_whitespace(cells))
    shaped = pc.match_substring_regex(cell, "^[0-9]{16,18}[0-9X]$").fill_null(False)
    wrong = pc.and_(pa.array(number.is_("check", "birth", "length")), shaped)
    digits = pc.if_else(right, number.number, pc.if_else(wrong, cell, None))
    fifteen = pc.equal(pc.binary_length(number.known), KEPT_DIGITS).fill_null(False)
    first = pc.utf8_slice_codeunits(pc.if_else(fifteen, number.known, digits), 0, KEPT_DIGITS)
    return {"digits": pc.utf8_rpad(digits, _WIDEST, "_"), "wrong": wrong, "first15": first.cast(pa.int64())}


def _sex(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_in(values, pa.array(["1", "2"])), values, None).cast(pa.int8())


def _phone(values: pa.Array) -> pa.Array:
    """The first number's last eleven digits; fewer than seven are no number."""
    digits = pc.replace_substring_regex(values, "[,、;/ ].*|[^0-9]", "")
    digits = pc.if_else(
        pc.greater_equal(pc.binary_length(digits), 7), pc.utf8_slice_codeunits(digits, -11), None
    )
    return digits.cast(pa.int64())


def _village(text: pa.Array) -> pa.Array:
    """The village, or null where only a town or a county is known."""
    code = pc.match_substring_regex(text, "^[0-9]+$")
    length = pc.binary_length(text)
    fine = pc.if_else(code, pc.greater_equal(length, _VILLAGE_DIGITS), pc.match_substring(text, "/"))
    return pc.if_else(fine, pc.if_else(code, pc.utf8_slice_codeunits(text, 0, _VILLAGE_DIGITS), text), None)


def _town(text: pa.Array) -> pa.Array:
    code = pc.match_substring_regex(text, "^[0-9]{9,}$")
    return pc.if_else(
        code, pc.utf8_slice_codeunits(text, 0, _TOWN_DIGITS), pc.replace_substring_regex(text, "/.*", "")
    )


def _numbered(texts: pa.Array) -> pa.Array:
    return texts.dictionary_encode().indices.cast(pa.int64())


def counted(values: pa.ChunkedArray) -> float:
    """The share of pairs of two different rows that agree: the chance that two people have the same value."""
    counts = pc.value_counts(values.drop_null())
    sizes: npt.NDArray[np.float64] = np.sort(counts.field("counts").to_numpy(zero_copy_only=False)).astype(
        np.float64
    )
    pairs = float(sizes.sum()) * (float(sizes.sum()) - 1)
    return float((sizes * (sizes - 1)).sum()) / pairs if pairs > 0 else 0.0
