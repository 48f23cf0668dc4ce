"""A sheet's accepted rows in the form the register compares and keeps: key, content digest, facts, what to seal.

Works on whole columns. Two rows say the same if and only if their `content` is equal, whatever order or type their
columns came in; an empty cell and a missing column are the same. Knows no database.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.access.keys import KeyRing
from doudi.ledgers.reading.result import ROW, SheetReading
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind, Role

TOKEN, STATE, WRITTEN = "__token", "__state", "__written"
"""Beside a column: what its value is found by (an integer, no way back), what an identity cell was, as it was written."""

DIVISION = "__division"
"""The smallest place that reading found for the row."""

TOKENED: tuple[Role, ...] = ("idcard", "phone", "account")
DIGEST = pa.binary(16)
SCHEMA = pa.schema(
    [
        ("sheet", pa.string()),
        ("row", pa.int32()),
        ("key", DIGEST),
        ("content", DIGEST),
        ("subject", DIGEST),
        ("born", pa.date32()),
        ("sex", pa.string()),
        ("number", pa.string()),
        ("relation", pa.string()),
        ("division", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("facts", pa.string()),
        ("identifying", pa.string()),
    ]
)
_ODD = r'["\\\x00-\x1f\x7f]'
_BETWEEN = "\x1f"


def canonical(sheet: SheetReading, ring: KeyRing) -> pa.Table:
    """The accepted rows of one sheet, in its order."""
    kind = sheet.kind
    if kind is None:
        raise ValueError("a sheet of no kind has no rows")
    table = sheet.table.combine_chunks()
    rows = len(table)
    cell = {name: _flat(table[name]) for name in table.column_names}
    numbers = {
        column.name: usable(cell[column.name]) for column in kind.of_role("idcard") if column.name in cell
    }
    cell |= numbers
    indexed = {name: ring.index_many(cell[name]) for name in _tokened(kind, cell)}

    open_parts: dict[str, pa.Array] = {}
    sealed_parts: dict[str, pa.Array] = {}
    for column in kind:
        inside = column.column.inside
        if inside in cell:
            (sealed_parts if column.sensitivity == "identifying" else open_parts)[inside] = cell[inside]
        if column.name in indexed:
            open_parts[column.name + TOKEN] = tokens(indexed[column.name])
        if column.name + STATE in cell:
            open_parts[column.name + STATE] = cell[column.name + STATE]
        if column.name + WRITTEN in cell:
            sealed_parts[column.name + WRITTEN] = cell[column.name + WRITTEN]
    facts, identifying = objects(open_parts, rows), objects(sealed_parts, rows)

    subject = indexed[subject_of(kind)] if subject_of(kind) in indexed else pa.nulls(rows, DIGEST)
    number = cell.get(subject_of(kind))
    born, sex = (
        _carried(number) if number is not None else (pa.nulls(rows, pa.date32()), pa.nulls(rows, pa.string()))
    )
    of_kind = f"{kind.name}{_BETWEEN}"
    return pa.table(
        [
            pa.array([sheet.name] * rows, pa.string()),
            cell[ROW].cast(pa.int32()),
            ring.index_many(_joined([_same("key", rows), _same(of_kind, rows), *_key(kind, cell, facts)])),
            ring.index_many(_joined([_same("content", rows), _same(of_kind, rows), facts, identifying])),
            subject,
            born,
            sex,
            _text(cell, _own(kind, "household"), rows),
            _text(cell, _own(kind, "relation"), rows),
            _division(kind, cell, rows),
            _day(cell, kind.since, rows),
            _day(cell, kind.until, rows),
            facts,
            identifying,
        ],
        schema=SCHEMA,
    )


def subject_of(kind: LedgerKind) -> str:
    """The column with the number of the person a row is about; empty if the kind has none."""
    return _own(kind, "idcard")


def usable(numbers: pa.Array) -> pa.Array:
    """Citizens' numbers in the spelling they are found by: eighteen characters, X upright; null where it is none.

    A certificate that holds one (20 or 22 characters) gives its first eighteen.
    """
    plain = pc.utf8_upper(pc.utf8_trim_whitespace(numbers.cast(pa.string())))
    right = pc.match_substring_regex(plain, r"^\d{17}[\dX](\d\d|\d{4})?$")
    return pc.if_else(right, pc.utf8_slice_codeunits(plain, 0, 18), pa.scalar(None, pa.string()))


def tokens(digests: pa.Array) -> pa.Array:
    """Digests as 64-bit integers: equal where the values are, and no way back."""
    whole = digests.fill_null(b"\0" * 16).cast(pa.binary(16))
    pairs = np.frombuffer(whole.buffers()[1], dtype=">i8")[2 * whole.offset :: 2][: len(whole)]
    return pa.array(pairs.astype(np.int64), mask=digests.is_null().to_numpy(zero_copy_only=False))


def objects(parts: dict[str, pa.Array], rows: int) -> pa.Array:
    """One JSON object a row, keys sorted, nothing where a value is null: the one spelling of a row.

    One join over all columns; a column with gaps is spelt out first, since its label goes with its value.
    """
    if not parts:
        return _same("{}", rows)
    pieces: list[pa.Array | str] = ["{"]
    for name in sorted(parts):
        before, value, after = _piece(name, parts[name])
        if value.null_count:
            pieces.append(pc.binary_join_element_wise(before, value, after, "").fill_null(""))
        else:
            pieces += [before, value, after]
    whole = pc.binary_join_element_wise(*_merged([*pieces, "}"]), "")
    return pc.replace_substring(whole, "{,", "{", max_replacements=1)  # every piece begins with a comma


def _merged(pieces: list[pa.Array | str]) -> list[pa.Array | str]:
    told: list[pa.Array | str] = []
    for piece in pieces:
        if isinstance(piece, str) and told and isinstance(told[-1], str):
            told[-1] += piece
        else:
            told.append(piece)
    return told


def distinct_keys(keys: pa.Array, ring: KeyRing) -> pa.Array:
    """Keys in which a repeated one is told from the first by its turn, so that no row stands in another's place."""
    codes = keys.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    if len(codes) == 0 or len(np.unique(codes)) == len(codes):
        return keys
    order = np.argsort(codes, kind="stable")
    first = np.r_[True, codes[order][1:] != codes[order][:-1]]
    began = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    turn = np.empty(len(codes), np.int64)
    turn[order] = np.arange(len(order)) - began
    told = keys.to_pylist()
    for place in np.flatnonzero(turn):
        told[place] = ring.index(f"turn{_BETWEEN}{told[place].hex()}{_BETWEEN}{turn[place]}")
    return pa.array(told, DIGEST)


def _own(kind: LedgerKind, role: Role) -> str:
    column = kind.own(role)
    return column.name if column else ""


def _division(kind: LedgerKind, cell: dict[str, pa.Array], rows: int) -> pa.Array:
    """Where reading placed the row, else the longest code among its places; a name nobody could resolve is none."""
    if DIVISION in cell:
        return cell[DIVISION].cast(pa.string())
    found = pa.nulls(rows, pa.string())
    for column in kind.of_role("division"):
        if column.name not in cell:
            continue
        value = cell[column.name].cast(pa.string())
        better = pc.greater(pc.utf8_length(value), pc.utf8_length(found).fill_null(0))
        better = pc.and_(pc.match_substring_regex(value, r"^\d{6,}$"), better).fill_null(False)
        found = pc.if_else(better, value, found)
    return found


def _tokened(kind: LedgerKind, cell: dict[str, pa.Array]) -> list[str]:
    return [column.name for column in kind if column.role in TOKENED and column.name in cell]


def _key(kind: LedgerKind, cell: dict[str, pa.Array], facts: pa.Array) -> list[pa.Array]:
    """The texts that name a row. Where one is missing, something else must tell the row from others.

    For a person's number that is all else that tells people apart; for what happened once, all that is said of it.
    """
    rows = len(facts)
    named = [kind[name] for name in kind.key]
    found = [cell.get(column.column.inside, pa.nulls(rows, pa.string())) for column in named]
    parts = [
        pc.binary_join_element_wise(_same(column.name, rows), _spelt(part), "=")
        for column, part in zip(named, found, strict=True)
    ]
    for column, part in zip(named, found, strict=True):
        if column.role == "idcard":
            others = [
                _spelt(cell[one.column.inside]) for one in _stand_ins(kind) if one.column.inside in cell
            ]
            parts.append(pc.if_else(part.is_null(), _joined(others) if others else _same("", rows), ""))
        elif kind.nature == "event":
            parts.append(pc.if_else(part.is_null(), facts, ""))
    return parts


def _stand_ins(kind: LedgerKind) -> list[LedgerColumn]:
    wanted = [column for column in kind if column.role in ("name", "household", "relation")]
    return [*wanted, *(kind[name] for name in ("brdy", "gend") if name in kind.by_name)]


def _joined(parts: Sequence[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*parts, _BETWEEN) if len(parts) > 1 else parts[0]


def _same(text: str, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), rows)


def _flat(column: pa.ChunkedArray) -> pa.Array:
    flat = column.combine_chunks()
    flat = flat.combine_chunks() if isinstance(flat, pa.ChunkedArray) else flat
    return flat.dictionary_decode() if pa.types.is_dictionary(flat.type) else flat


def _spelt(values: pa.Array) -> pa.Array:
    return _plain(values).fill_null("")


def _plain(values: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(values.type):
        return pc.strftime(values, format="%Y-%m-%dT%H:%M:%S")
    return values.cast(pa.string())


def _piece(name: str, values: pa.Array) -> tuple[str, pa.Array, str]:
    label = f',"{name}":'
    if pa.types.is_integer(values.type):
        return label, values.cast(pa.string()), ""
    if pa.types.is_boolean(values.type):
        return label, values.cast(pa.int8()).cast(pa.string()), ""
    return label + '"', _escaped(_plain(values)), '"'


def _escaped(texts: pa.Array) -> pa.Array:
    odd = pc.match_substring_regex(texts, _ODD)
    if not pc.any(odd).as_py():
        return texts
    told = texts.to_pylist()
    for place in np.flatnonzero(odd.fill_null(False).to_numpy(zero_copy_only=False)):
        told[place] = json.dumps(told[place], ensure_ascii=False)[1:-1]
    return pa.array(told, pa.string())


def _text(cell: dict[str, pa.Array], name: str, rows: int) -> pa.Array:
    return cell[name].cast(pa.string()) if name in cell else pa.nulls(rows, pa.string())


def _day(cell: dict[str, pa.Array], name: str, rows: int) -> pa.Array:
    values = cell.get(name)
    if values is None or not (pa.types.is_date(values.type) or pa.types.is_timestamp(values.type)):
        return pa.nulls(rows, pa.date32())
    return values.cast(pa.date32())


def _carried(numbers: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Birth and sex as the numbers carry them; null where there is no number or no such day."""
    written = pc.utf8_slice_codeunits(numbers, 6, 14)
    days = pc.strptime(written, format="%Y%m%d", unit="s", error_is_null=True)
    days = pc.if_else(pc.equal(pc.strftime(days, format="%Y%m%d"), written), days, pa.scalar(None, days.type))
    odd = pc.is_in(pc.utf8_slice_codeunits(numbers, 16, 17), value_set=pa.array(list("13579")))
    sex = pc.if_else(pc.is_null(numbers), pa.scalar(None, pa.string()), pc.if_else(odd, "1", "2"))
    return days.cast(pa.date32()), sex
