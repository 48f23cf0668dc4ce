"""Persons as the loop's preparation reads them: tags with their days, unbroken enrolments, sums at the start."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.errors import InputFault
from doudi.engine.settle.compile import compile_pack
from doudi.engine.settle.oracle_lookup import View
from doudi.engine.settle.people import EPOCH, UNKNOWN_DAY, index_people, tag_bits
from doudi.engine.settle.person import Enrolment, Person
from doudi.engine.settle.run import Settler
from doudi.engine.settle.window import claims_table, persons_table, prior_table
from tests.engine.settle.example import claim, pack

POLICY = """
dimensions:
  category: {classes: [{code: a, when: {psn_idet_type: [WORDS]}}, {code: other}]}
order: [a]
layers:
  a: {zh: 甲, fund: hifp_pay, pool: basic, when: {category: [a]}, base: [inscp], ratio: half, caps: [{limit: limit, pool: all}]}
parameters:
  half: {unit: ratio, value: 50%}
  limit: {unit: yuan, value: 5}
"""


def policy(words: str = "低保对象") -> Any:
    return pack(POLICY.replace("WORDS", words))


def indexed(
    persons: list[dict[str, Any]] | pa.Table | None, prior: pa.Table | None = None, words: str = "低保对象"
) -> Any:
    table = pa.Table.from_pylist(persons) if isinstance(persons, list) else persons
    return index_people(table, prior, compile_pack(policy(words)))


def test_nobody_is_known_where_no_file_is():
    people = indexed(None)
    assert people.count == 0
    assert people.tag_off.tolist() == people.enrol_off.tolist() == people.prior_off.tolist() == [0]


def test_persons_stand_sorted_whatever_order_they_come_in_and_whoever_names_them():
    prior = prior_table("b", {(2024, "basic", "base"): 5})
    people = indexed([{"psn_no": "c"}, {"psn_no": "a"}, {"psn_no": "c"}], prior)
    assert bytes(people.keys.data[: people.keys.offsets[-1]]) == b"abc"
    assert people.count == 3


def test_a_birth_date_may_stand_once_or_always_the_same():
    day = dt.date(1960, 2, 29)
    people = indexed(
        [{"psn_no": "a", "brdy": None}, {"psn_no": "a", "brdy": day}, {"psn_no": "b", "brdy": None}]
    )
    assert people.born.tolist() == [(day - EPOCH).days, UNKNOWN_DAY]
    with pytest.raises(InputFault, match="两个出生日期"):
        indexed([{"psn_no": "a", "brdy": day}, {"psn_no": "a", "brdy": dt.date(1960, 3, 1)}])


def test_only_tags_that_the_policy_names_are_kept_unless_it_asks_who_has_none():
    rows = [
        {"psn_no": "a", "psn_idet_type": "低保对象"},
        {"psn_no": "a", "psn_idet_type": "党员"},
        {"psn_no": "a", "psn_idet_type": ""},
    ]
    assert indexed(rows).tags[:, 0].tolist() == [1]
    assert sorted(indexed(rows, words='低保对象, ""').tags[:, 0].tolist()) == [2, 3]


def test_more_tags_than_bits_are_refused():
    assert len(tag_bits(compile_pack(policy(", ".join(f"t{n}" for n in range(62)))))) == 62
    with pytest.raises(InputFault, match="至多 62 个"):
        indexed(None, words=", ".join(f"t{n}" for n in range(63)))


periods = st.lists(
    st.tuples(st.dates(dt.date(2020, 1, 1), dt.date(2020, 3, 1)), st.integers(-2, 30)), max_size=6
)


@given(periods, st.dates(dt.date(2019, 12, 30), dt.date(2020, 4, 5)))
def test_enrolments_that_touch_or_overlap_are_one(periods, day):
    person = Person(
        "p1", None, (), tuple(Enrolment(first, first + dt.timedelta(days=n)) for first, n in periods)
    )
    made = pack(
        "order: [a]\nlayers:\n  a: {zh: x, fund: hifp_pay, base: [inscp], ratio: r}\nparameters: {r: {unit: ratio, value: 1}}\n",
        "from: 2019-01-01\n",
    )
    one = claim(1, str(day))
    found = Settler(made, persons_table([person])).encode(claims_table([one], "p1")).claims
    since = View(made, person, one).enrolled_since
    if not person.enrolments:
        assert found.enrolled_days[0] > 1 << 29
    elif since is None:
        assert found.enrolled_days[0] == -1
    else:
        assert found.enrolled_days[0] == (day - since).days


def test_sums_at_the_start_go_to_their_pool_or_cap():
    prior = prior_table(
        "a", {(2024, "basic", "base"): 5, (2024, "all", "used"): 7, (2025, "basic", "admissions"): 2}
    )
    people = indexed(None, prior)
    assert people.prior_years.tolist() == [[2024, 0, 2], [2025, 2, 1]]
    assert {tuple(row) for row in people.prior_rows.tolist()} == {(0, 0, 5), (-1, 0, 7), (0, 4, 2)}


@pytest.mark.parametrize(
    ("pool", "item"), [("basics", "base"), ("basic", "bases"), ("basic", "used"), ("all", "base")]
)
def test_a_sum_that_the_policy_does_not_keep_is_refused_by_name(pool, item):
    with pytest.raises(InputFault) as caught:
        indexed(None, prior_table("a", {(2024, pool, item): 5}))
    assert pool in str(caught.value)
    assert item in str(caught.value)
    assert caught.value.allowed
