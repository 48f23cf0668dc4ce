"""Columns of text as offsets and bytes: compared, fingerprinted and found as their texts are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.engine.settle.strings import changes, compare, find_sorted, fingerprints, text_of

words = st.lists(st.text("ab中\U0001f600", max_size=4), max_size=12)
FORMS = {
    "text": lambda array: array,
    "large text": lambda array: array.cast(pa.large_string()),
    "dictionary": lambda array: array.dictionary_encode(),
    "a slice": lambda array: pa.concat_arrays([pa.array(["xx", None]), array, pa.array(["y"])]).slice(
        2, len(array)
    ),
    "chunks": lambda array: pa.chunked_array([array.slice(0, 1), array.slice(1)], pa.string()),
    "no chunk": lambda array: pa.chunked_array([array] if len(array) else [], pa.string()),
}


def texts(array: pa.Array) -> list[str]:
    found = text_of(array)
    return [bytes(found.data[a:b]).decode() for a, b in zip(found.offsets, found.offsets[1:], strict=False)]


@pytest.mark.parametrize("form", FORMS)
@given(words)
def test_every_form_of_a_column_is_read(form, words):
    given = [word or None for word in words]
    assert texts(FORMS[form](pa.array(given, pa.string()))) == words


def test_numbers_and_nothing_are_texts_too():
    assert texts(pa.array([12, None, 3])) == ["12", "", "3"]
    assert texts(pa.nulls(2, pa.null())) == ["", ""]


@given(words, words)
def test_texts_are_ordered_by_their_bytes(left, right):
    a, b = text_of(pa.array(left, pa.string())), text_of(pa.array(right, pa.string()))
    for i, x in enumerate(left):
        for j, y in enumerate(right):
            order = (x.encode() > y.encode()) - (x.encode() < y.encode())
            assert np.sign(compare(a, i, b, j)) == order


@given(words)
def test_fingerprints_tell_texts_apart_and_nothing_is_zero(words):
    marks = np.empty(len(words), np.int64)
    fingerprints(text_of(pa.array(words, pa.string())), marks)
    assert len(set(marks.tolist())) == len(set(words))
    assert all((mark == 0) == (word == "") for mark, word in zip(marks, words, strict=True))
    assert (marks >= 0).all()


@given(words)
def test_a_row_out_of_order_is_found(words):
    starts = np.zeros(len(words), np.uint8)
    wrong = changes(text_of(pa.array(words, pa.string())), starts)
    encoded = [word.encode() for word in words]
    assert starts.tolist() == [int(i == 0 or encoded[i] != encoded[i - 1]) for i in range(len(words))]
    assert wrong == next((i for i in range(1, len(words)) if encoded[i] < encoded[i - 1]), -1)


@given(words, words)
def test_each_person_is_found_among_the_keys_or_not(needles, keys):
    needles, keys = sorted(needles, key=str.encode), sorted(set(keys), key=str.encode)
    text, known = text_of(pa.array(needles, pa.string())), text_of(pa.array(keys, pa.string()))
    starts, found = np.zeros(len(needles), np.uint8), np.empty(len(needles), np.int32)
    changes(text, starts)
    find_sorted(text, starts, known, len(keys), found)
    assert found.tolist() == [keys.index(word) if word in keys else -1 for word in needles]
