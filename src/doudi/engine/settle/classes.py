"""Sorting claims into a policy's classes (manual §4): text columns coded against the policy's words, then one pass.

A classifier is flat tables: dimensions own classes, classes own conditions, a condition looks at a coded column, at the
person's tags on a day, or at age. The first class that fits wins; none is the last place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.people import EPOCH, TAG_COLUMNS, tag_bits
from doudi.engine.settle.person import Institution
from doudi.engine.settle.strings import frozen
from doudi.policy.schema import DAYS, LOOKUPS, AgeRange

BY_CODE, BY_TAG, BY_AGE, BY_CODE_OR_TAG = range(4)
OLDEST = 1 << 20

# Condition row: kind, place of the column's code, offset into `allowed`, tag column, tag mask, mask that must be clear, day, from, to.
KIND, COLUMN, ALLOWED, TAG, MASK, NONE_OF, DAY, FROM, TO, FIELDS = range(10)
# Dimension row, after its first class and their number; TABLE is -1 where the classes must be walked.
STRIDE, TABLE, READS, N_READS, DIMENSION_FIELDS = range(2, 7)
MOST_PLACES = 1 << 14


class Classes(NamedTuple):
    """The tables that the compiled pass reads."""

    dimensions: Any  # rows (first class, number of classes, STRIDE, TABLE, READS, N_READS)
    classes: Any  # rows (first condition, number of `when`, number of `unless`)
    conditions: Any
    allowed: Any  # 1 where a column's code is in a condition's list
    reads: Any  # rows (column, stride into `lookup`)
    lookup: Any  # class by codes, for dimensions that look at coded columns alone


class Classifier(NamedTuple):
    """A policy's classes, the columns they read with their words, and dated hospital levels if any."""

    tables: Classes
    columns: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    institutions: tuple[Institution, ...]


def make_classifier(compiled: Compiled, institutions: Sequence[Institution] = ()) -> Classifier:
    """Flatten the dimensions that a policy uses."""
    file, bits = compiled.pack.file, tag_bits(compiled)
    words: dict[str, dict[str, int]] = {}
    for name in compiled.dimensions:
        for one in file.dimensions[name].classes:
            for condition in (one.when or {}, one.unless or {}):
                for column, values in condition.items():
                    if column not in ("age", "psn_idet_type"):
                        known = words.setdefault(column, {"": 0})
                        for value in values:
                            known.setdefault(str(value), len(known))
    columns = tuple(words)
    dimensions: list[list[int]] = []
    classes: list[list[int]] = []
    conditions: list[list[int]] = []
    allowed: list[int] = []
    for number, name in enumerate(compiled.dimensions):
        dimension = file.dimensions[name]
        day = DAYS.index(
            dimension.date or (getattr(file.dates, name) if name in LOOKUPS else file.dates.category)
        )
        dimensions.append([len(classes), len(dimension.classes), compiled.strides[number + 1], -1, 0, 0])
        for one in dimension.classes:
            classes.append([len(conditions), len(one.when or {}), len(one.unless or {})])
            for condition in (one.when or {}, one.unless or {}):
                for column, values in condition.items():
                    row = [0] * FIELDS
                    row[DAY] = day
                    if isinstance(values, AgeRange):
                        row[KIND], row[FROM], row[TO] = (
                            BY_AGE,
                            values.from_ or 0,
                            OLDEST if values.to is None else values.to,
                        )
                    else:
                        if column in TAG_COLUMNS:
                            row[KIND], row[TAG] = BY_TAG, TAG_COLUMNS.index(column)
                            row[MASK] = sum(1 << bits[column, value] for value in set(values) - {""})
                            row[NONE_OF] = 1 << bits[column, ""] if "" in values else 0
                        if column in words:
                            row[KIND] = BY_CODE_OR_TAG if column in TAG_COLUMNS else BY_CODE
                            row[COLUMN], row[ALLOWED] = columns.index(column), len(allowed)
                            # The last code stands for words that the policy does not name.
                            allowed += [int(word in values) for word in words[column]] + [0]
                    conditions.append(row)
    tables = Classes(
        _table(dimensions, DIMENSION_FIELDS),
        _table(classes, 3),
        _table(conditions, FIELDS),
        np.array(allowed or [0], np.uint8),
        _table([], 2),
        np.zeros(0, np.int32),
    )
    tables = _tabled(tables, [len(known) + 1 for known in words.values()])
    return Classifier(
        tables,
        columns,
        tuple(tuple(known) for known in words.values()),
        tuple(sorted(institutions, key=lambda one: one.from_)),
    )


def _table(rows: list[list[int]], width: int) -> Any:
    return np.array(rows, np.int64).reshape(-1, width)


def read_codes(block: pa.Table, classifier: Classifier, level_day: Any) -> Any:
    """Each named column as the policy's codes (rows × columns): 0 empty, the last code any other word."""
    codes = np.zeros((len(block), len(classifier.columns)), np.int32)
    for k, (column, words) in enumerate(zip(classifier.columns, classifier.words, strict=True)):
        if column in block.column_names:
            codes[:, k] = _coded(block[column], words)
        if column == "hosp_lv" and classifier.institutions and "fixmedins_code" in block.column_names:
            _dated_levels(block["fixmedins_code"], level_day, classifier.institutions, words, codes[:, k])
    return codes


def _coded(column: pa.ChunkedArray, words: tuple[str, ...]) -> Any:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.string()).dictionary_encode()
    if isinstance(array, pa.ChunkedArray):
        array = array.unify_dictionaries().combine_chunks()
    known = (
        pc.index_in(array.dictionary.cast(pa.string()), value_set=pa.array(words, pa.string()))
        .fill_null(len(words))
        .to_numpy()
        .astype(np.int32)
    )
    places = array.indices.cast(pa.int32()).fill_null(-1).to_numpy()
    return np.concatenate([known, np.zeros(1, np.int32)])[places]


def _dated_levels(
    column: pa.ChunkedArray, day: Any, institutions: Sequence[Institution], words: tuple[str, ...], out: Any
) -> None:
    """Put the level that an institution had on the day over the one the claim carries."""
    names = column.cast(pa.string())
    for one in institutions:
        mine = pc.equal(names, one.fixmedins_code).fill_null(False).to_numpy()
        mine &= (day >= (one.from_ - EPOCH).days) & (day <= (one.to - EPOCH).days)
        out[mine] = words.index(one.hosp_lv) if one.hosp_lv in words else len(words)


@njit(cache=True, nogil=True)
def _classify(
    t: Any, codes: Any, person: Any, age: Any, days: Any, tag_off: Any, tags: Any, combo: Any
) -> None:
    # One flat walk over scalars: views of rows, and tables passed to helpers, are counted at every step and cost more than the work.
    dimensions, classes, conditions, allowed = t.dimensions, t.classes, t.conditions, t.allowed
    reads, lookup = t.reads, t.lookup
    for i in range(combo.shape[0]):
        if combo[i] < 0:
            continue
        total = 0
        p = person[i]
        no_tags = p < 0 or tag_off[p] == tag_off[p + 1]
        for d in range(dimensions.shape[0]):
            first, number = dimensions[d, 0], dimensions[d, 1]
            chosen = number
            if dimensions[d, TABLE] >= 0:
                place = dimensions[d, TABLE]
                for k in range(dimensions[d, READS], dimensions[d, READS] + dimensions[d, N_READS]):
                    place += codes[i, reads[k, 0]] * reads[k, 1]
                chosen = np.int64(lookup[place])
                number = 0
            for k in range(first, first + number):
                middle = classes[k, 0] + classes[k, 1]
                end = middle + classes[k, 2]
                fits = True
                barred = end > middle
                for q in range(classes[k, 0], end):
                    kind = conditions[q, KIND]
                    code = codes[i, conditions[q, COLUMN]] if kind in (BY_CODE, BY_CODE_OR_TAG) else 0
                    holds = False
                    if kind == BY_AGE:
                        holds = age[i] >= 0 and conditions[q, FROM] <= age[i] and age[i] <= conditions[q, TO]
                    elif kind == BY_CODE or code != 0:
                        holds = allowed[conditions[q, ALLOWED] + code] != 0
                    else:
                        mask = 0
                        if not no_tags:
                            day = days[conditions[q, DAY], i]
                            for r in range(tag_off[p], tag_off[p + 1]):
                                if (
                                    tags[r, 1] == conditions[q, TAG]
                                    and tags[r, 2] <= day
                                    and day <= tags[r, 3]
                                ):
                                    mask |= tags[r, 0]
                        none_of = conditions[q, NONE_OF]
                        holds = mask & conditions[q, MASK] != 0 or (none_of != 0 and mask & none_of == 0)
                    if q < middle and not holds:
                        fits = False
                        break
                    if q >= middle and not holds:
                        barred = False
                        break
                if fits and not barred:
                    chosen = k - first
                    break
            total += chosen * dimensions[d, STRIDE]
        combo[i] += total


def classify(
    classifier: Classifier, codes: Any, person: Any, age: Any, days: Any, tag_off: Any, tags: Any, combo: Any
) -> None:
    """Add each claim's classes to its combo (left alone where it is -1).

    `days` has a row of admission, one of discharge and one of settlement days.
    """
    _classify(classifier.tables, codes, person, age, days, tag_off, tags, combo)


def _tabled(tables: Classes, sizes: list[int]) -> Classes:
    """Work out beforehand every dimension that looks at coded columns alone: one look-up instead of a walk."""
    reads: list[list[int]] = []
    lookup: list[Any] = []
    dimensions = tables.dimensions.copy()
    for d, (first, number, *_) in enumerate(dimensions.tolist()):
        rows = [
            tables.conditions[at : at + n + m] for at, n, m in tables.classes[first : first + number].tolist()
        ]
        mine = np.concatenate(rows) if rows else np.zeros((0, FIELDS), np.int64)
        if (mine[:, KIND] != BY_CODE).any():
            continue
        columns = sorted(set(mine[:, COLUMN].tolist()))
        places = math.prod(sizes[k] for k in columns)
        if places > MOST_PLACES:
            continue
        codes = np.zeros((places, len(sizes)), np.int32)
        stride = 1
        dimensions[d, READS : N_READS + 1] = len(reads), len(columns)
        for k in columns:
            codes[:, k] = np.arange(places) // stride % sizes[k]
            reads.append([k, stride])
            stride *= sizes[k]
        dimensions[d, TABLE] = sum(len(part) for part in lookup)
        one = tables._replace(dimensions=np.array([[first, number, 1, -1, 0, 0]], np.int64))
        chosen = np.zeros(places, np.int32)
        nobody = np.full(places, -1, np.int32)
        days, no_tags = (
            np.zeros((3, places), np.int32),
            (frozen(np.zeros(1, np.int64)), frozen(np.zeros((0, 4), np.int64))),
        )
        _classify(one, codes, nobody, nobody, days, *no_tags, chosen)
        lookup.append(chosen)
    return tables._replace(
        dimensions=dimensions,
        reads=_table(reads, 2),
        lookup=np.concatenate(lookup) if lookup else np.zeros(0, np.int32),
    )
