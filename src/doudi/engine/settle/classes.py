"""Sorting claims into a policy's classes (manual §4): text columns coded against the policy's words, then one pass.

A classifier is flat tables: dimensions own classes, classes own conditions, a condition looks at a coded column, at the
person's tags on a day, or at age. The first class that fits wins; none is the last place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from doudi.engine.settle.compile import Compiled
from doudi.engine.settle.people import EPOCH, TAG_COLUMNS, tag_bits
from doudi.engine.settle.person import Institution
from doudi.policy.schema import DAYS, LOOKUPS, AgeRange

BY_CODE, BY_TAG, BY_AGE, BY_CODE_OR_TAG = range(4)
OLDEST = 1 << 20

# Condition row: kind, place of the column's code, offset into `allowed`, tag column, tag mask, day, from, to.
KIND, COLUMN, ALLOWED, TAG, MASK, DAY, FROM, TO, FIELDS = range(9)


class Classes(NamedTuple):
    """The tables that the compiled pass reads."""

    dimensions: Any  # rows (first class, number of classes, stride)
    classes: Any  # rows (first condition, number of `when`, number of `unless`)
    conditions: Any
    allowed: Any  # 1 where a column's code is in a condition's list


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
    dimensions, classes, conditions, allowed = [], [], [], []
    for number, name in enumerate(compiled.dimensions):
        dimension = file.dimensions[name]
        day = DAYS.index(dimension.date or (getattr(file.dates, name) if name in LOOKUPS else file.dates.category))
        dimensions.append([len(classes), len(dimension.classes), compiled.strides[number + 1]])
        for one in dimension.classes:
            classes.append([len(conditions), len(one.when or {}), len(one.unless or {})])
            for condition in (one.when or {}, one.unless or {}):
                for column, values in condition.items():
                    row = [0] * FIELDS
                    row[DAY] = day
                    if isinstance(values, AgeRange):
                        row[KIND], row[FROM], row[TO] = BY_AGE, values.from_ or 0, OLDEST if values.to is None else values.to
                    else:
                        if column in TAG_COLUMNS:
                            row[KIND], row[TAG] = BY_TAG, TAG_COLUMNS.index(column)
                            row[MASK] = sum(1 << bits[column, value] for value in set(values))
                        if column in words:
                            row[KIND] = BY_CODE_OR_TAG if column in TAG_COLUMNS else BY_CODE
                            row[COLUMN], row[ALLOWED] = columns.index(column), len(allowed)
                            # The last code stands for words that the policy does not name.
                            allowed += [int(word in values) for word in words[column]] + [0]
                    conditions.append(row)
    table = Classes(_table(dimensions, 3), _table(classes, 3), _table(conditions, FIELDS), np.array(allowed or [0], np.uint8))
    return Classifier(table, columns, tuple(tuple(known) for known in words.values()), tuple(sorted(institutions, key=lambda one: one.from_)))


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
    known = pc.index_in(array.dictionary.cast(pa.string()), value_set=pa.array(words, pa.string())).fill_null(len(words)).to_numpy().astype(np.int32)
    places = array.indices.cast(pa.int32()).fill_null(-1).to_numpy()
    return np.concatenate([known, np.zeros(1, np.int32)])[places]


def _dated_levels(column: pa.ChunkedArray, day: Any, institutions: Sequence[Institution], words: tuple[str, ...], out: Any) -> None:
    """Put the level that an institution had on the day over the one the claim carries."""
    names = column.cast(pa.string())
    for one in institutions:
        mine = pc.equal(names, one.fixmedins_code).fill_null(False).to_numpy()
        mine &= (day >= (one.from_ - EPOCH).days) & (day <= (one.to - EPOCH).days)
        out[mine] = words.index(one.hosp_lv) if one.hosp_lv in words else len(words)


@njit(cache=True, nogil=True)
def _tags_on(person: int, day: int, column: int, tag_off: Any, tags: Any) -> int:
    mask = 0
    if person >= 0:
        for t in range(tag_off[person], tag_off[person + 1]):
            if tags[t, 1] == column and tags[t, 2] <= day <= tags[t, 3]:
                mask |= tags[t, 0]
    return mask


@njit(cache=True, nogil=True)
def _fits(row: Any, codes: Any, age: int, mask: int, allowed: Any) -> bool:
    kind = row[KIND]
    if kind == BY_CODE or (kind == BY_CODE_OR_TAG and codes[row[COLUMN]] != 0):
        return bool(allowed[row[ALLOWED] + codes[row[COLUMN]]] != 0)
    if kind == BY_AGE:
        return bool(age >= 0 and row[FROM] <= age <= row[TO])
    return bool(mask & row[MASK] != 0)


def classify(classifier: Classifier, codes: Any, person: Any, age: Any, admission: Any, discharge: Any, settlement: Any,
             tag_off: Any, tags: Any, combo: Any) -> None:
    """Add each claim's classes to its combo (left alone where it is -1)."""
    _classify(classifier.tables, codes, person, age, admission, discharge, settlement, tag_off, tags, combo)


@njit(cache=True, nogil=True)
def _classify(t: Any, codes: Any, person: Any, age: Any, admission: Any, discharge: Any, settlement: Any,
              tag_off: Any, tags: Any, combo: Any) -> None:
    for i in range(combo.shape[0]):
        if combo[i] < 0:
            continue
        for d in range(t.dimensions.shape[0]):
            first, number = t.dimensions[d, 0], t.dimensions[d, 1]
            chosen = number
            for k in range(number):
                at, n_when, n_unless = t.classes[first + k, 0], t.classes[first + k, 1], t.classes[first + k, 2]
                fits = True
                barred = n_unless > 0
                for q in range(at, at + n_when + n_unless):
                    row = t.conditions[q]
                    mask = 0
                    if row[KIND] == BY_TAG or row[KIND] == BY_CODE_OR_TAG:
                        day = admission[i] if row[DAY] == 0 else (discharge[i] if row[DAY] == 1 else settlement[i])
                        mask = _tags_on(person[i], day, row[TAG], tag_off, tags)
                    holds = _fits(row, codes[i], age[i], mask, t.allowed)
                    if q < at + n_when:
                        fits = fits and holds
                    else:
                        barred = barred and holds
                    if not fits:
                        break
                if fits and not barred:
                    chosen = k
                    break
            combo[i] += chosen * t.dimensions[d, 2]
