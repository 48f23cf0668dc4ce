"""Classing by look-up and classing by walking are one; words, tags and dated levels are read as the manual says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from doudi.engine.settle import classes
from doudi.engine.settle.compile import compile_pack
from doudi.engine.settle.person import Institution, Person, Tag
from doudi.engine.settle.run import Settler
from doudi.engine.settle.window import claims_table, persons_table
from tests.engine.settle.claims import seeded
from tests.engine.settle.example import claim, pack
from tests.engine.settle.parity import block_of, settler_of

POLICY = """
dimensions:
  d:
    classes: CLASSES
order: [a]
layers:
  a: {zh: 甲, fund: hifp_pay, base: [inscp], ratio: r}
parameters:
  r: {unit: ratio, by: [d], table: {otherwise: 10%}}
"""


def place(text: str, one: Any, person: Person = Person("p1"), institutions: Any = ()) -> int:  # noqa: B008
    """The place of the class that a claim falls into."""
    settler = Settler(pack(POLICY.replace("CLASSES", text)), persons_table([person]), None, institutions)
    return int(settler.encode(claims_table([one], "p1")).claims.combo[0])


def test_look_up_and_walk_give_the_same_classes(monkeypatch):
    looked_up = 0
    for seed in range(25):
        case = seeded(seed, people=2, claims=6)
        settler, block = settler_of(case), block_of(case)
        combos = settler.encode(block).claims.combo
        looked_up += int((settler.classifier.tables.dimensions[:, classes.TABLE] >= 0).sum())
        with monkeypatch.context() as patched:
            patched.setattr(classes, "MOST_PLACES", 0)
            walking = settler_of(case)
        assert (walking.classifier.tables.dimensions[:, classes.TABLE] < 0).all()
        assert np.array_equal(walking.encode(block).claims.combo, combos)
    assert looked_up > 10


ways = '[{code: a, when: {hosp_lv: ["05", "06"], med_type: ["21"]}}, {code: b, unless: {hosp_lv: [""]}}]'


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        ({"hosp_lv": "05", "med_type": "21"}, 0),
        ({"hosp_lv": "05", "med_type": "11"}, 1),
        ({"hosp_lv": "99", "med_type": "21"}, 1),
        ({"hosp_lv": "", "med_type": "21"}, 2),
        ({"med_type": "21"}, 2),
    ],
)
def test_the_first_class_that_fits_wins_and_none_is_the_last_place(columns, wanted):
    assert place(ways, claim(1, **columns)) == wanted


def test_a_number_given_as_a_column_is_read_as_its_text():
    block = claims_table([claim(1, hosp_lv="05", med_type="21")], "p1")
    at = block.column_names.index("med_type")
    settler = Settler(pack(POLICY.replace("CLASSES", ways)))
    assert settler.encode(block.set_column(at, "med_type", pa.array([21]))).claims.combo.tolist() == [0]


ages = "[{code: child, when: {age: {to: 17}}}, {code: old, when: {age: {from: 60}}}, {code: known, when: {age: {from: 0}}}]"


@pytest.mark.parametrize(
    ("born", "wanted"),
    [
        ("2006-03-02", 0),
        ("2006-03-01", 2),
        ("1964-03-01", 1),
        ("1964-03-02", 2),
        ("2025-01-01", 0),
        (None, 3),
    ],
)
def test_ages_count_on_the_birthday_and_unknown_is_no_age(born, wanted):
    person = Person("p1", dt.date.fromisoformat(born) if born else None)
    assert place(ages, claim(1, "2024-03-01"), person) == wanted


tags = '[{code: a, when: {psn_idet_type: [低保对象]}}, {code: b, when: {psn_idet_type: [""]}}, {code: c}]'


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ([], 1),
        ([Tag("psn_idet_type", "低保对象", dt.date(2024, 3, 1), dt.date(2024, 3, 1))], 0),
        ([Tag("psn_idet_type", "低保对象", dt.date(2024, 3, 2))], 1),
        ([Tag("psn_idet_type", "低保对象", to=dt.date(2024, 2, 29))], 1),
        ([Tag("psn_idet_type", "特困人员")], 2),
        ([Tag("psn_idet_type", "特困人员"), Tag("psn_idet_type", "低保对象")], 0),
        ([Tag("rloc_type", "低保对象")], 1),
    ],
)
def test_a_tag_counts_on_its_days_and_having_none_is_a_class_too(held, wanted):
    assert place(tags, claim(1, "2024-03-01"), Person("p1", tags=tuple(held))) == wanted


filing = '[{code: a, when: {rloc_type: [备案]}}, {code: b, when: {rloc_type: [""]}}, {code: c}]'


@pytest.mark.parametrize(
    ("own", "held", "wanted"),
    [
        ("备案", [], 0),
        ("", ["备案"], 0),
        (None, ["备案"], 0),
        ("无", ["备案"], 2),
        ("", [], 1),
        ("", ["长期"], 2),
    ],
)
def test_what_the_claim_says_of_its_filing_goes_before_what_the_person_holds(own, held, wanted):
    columns = {} if own is None else {"rloc_type": own}
    person = Person("p1", tags=tuple(Tag("rloc_type", word) for word in held))
    assert place(filing, claim(1, **columns), person) == wanted


levels = '[{code: a, when: {hosp_lv: ["08"]}}, {code: b, when: {hosp_lv: ["05"]}}]'
LISTED = [
    Institution("H1", "05", dt.date(2024, 3, 1)),
    Institution("H1", "08", to=dt.date(2024, 3, 31)),
    Institution("H2", "77"),
]


@pytest.mark.parametrize(
    ("day", "where", "wanted"),
    [
        ("2024-02-29", "H1", 0),
        ("2024-03-01", "H1", 1),
        ("2024-04-01", "H1", 1),
        ("2024-03-01", "H2", 2),
        ("2024-03-01", "H3", 0),
        ("2024-03-01", None, 0),
    ],
)
def test_a_dated_list_of_institutions_goes_before_the_claim_and_the_later_entry_wins(day, where, wanted):
    one = claim(1, day, hosp_lv="08", fixmedins_code=where)
    assert place(levels, one, institutions=LISTED) == wanted


def test_claims_without_an_institution_keep_their_own_level():
    one = claim(1, "2024-03-01", hosp_lv="08")
    assert place(levels, one, institutions=LISTED) == 0


def test_a_claim_outside_the_policy_is_not_classed():
    assert place(ways, claim(1, "2019-12-31")) == -1


def test_a_policy_without_dimensions_reads_no_column():
    policy = pack(
        "order: [a]\nlayers:\n  a: {zh: x, fund: hifp_pay, base: [inscp], ratio: r}\nparameters: {r: {unit: ratio, value: 1}}\n"
    )
    found = classes.make_classifier(compile_pack(policy))
    assert found.columns == ()
    assert len(found.tables.dimensions) == 0
