"""A policy's meaning in integer tables: each value where its day and classes need it, and why one is not there."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.errors import PolicyFault
from doudi.engine.settle import compile as compiling
from doudi.engine.settle import layout as c
from doudi.engine.settle.compile import Compiled, compile_pack
from doudi.engine.settle.rows import Rows
from tests.engine.settle.claims import seeded
from tests.engine.settle.example import pack

POLICY = """
dimensions:
  level: {classes: [{code: l1, when: {hosp_lv: ["08"]}}, {code: l2}]}
  care: {classes: [{code: stay, when: {med_type: ["21"]}}, {code: other}]}
  idle: {classes: [{code: one, when: {out_flag: ["1"]}}, {code: two}]}
order: [{from: 2020-01-01, layers: [a, b]}, {from: 2024-07-01, layers: [b, a]}]
layers:
  a: {zh: 甲, fund: hifp_pay, when: {care: [stay]}, base: [inscp], deductible: {per: admission, amount: d}, ratio: r}
  b: {zh: 乙, fund: maf_pay, base: [left], ratio: half, caps: [{limit: limit}]}
parameters:
  d: {unit: yuan, by: [level], values: [{from: 2020-01-01, table: {l1: 100, l2: 200}}, {from: 2024-03-01, table: {l1: 110}}]}
  r: {unit: ratio, value: 60%}
  half: {unit: ratio, value: 50%}
  limit: {unit: yuan, value: none}
"""


def compiled() -> Compiled:
    return compile_pack(pack(POLICY))


def rule(found: Compiled, day: str, level: int, care: int, place: int) -> tuple[str, int]:
    """The layer at a place of the order and its rule row, for a day and classes."""
    epoch = max(i for i, first in enumerate(found.epochs) if first <= dt.date.fromisoformat(day))
    combo = epoch * found.strides[0] + level * found.strides[1] + care * found.strides[2]
    assert place < found.tables.count[combo]
    return found.layers[found.tables.layer[combo, place]], int(found.tables.rule[combo, place])


def test_the_calendar_is_cut_where_a_value_or_the_order_changes():
    assert [str(day) for day in compiled().epochs] == ["2020-01-01", "2024-03-01", "2024-07-01"]


def test_only_dimensions_that_the_policy_looks_at_are_spread_out():
    assert compiled().dimensions == ("level", "care")


def test_each_day_and_class_has_its_own_amount():
    found = compiled()
    for day, level, amount in (("2024-02-29", 0, 10000), ("2024-02-29", 1, 20000), ("2024-03-01", 0, 11000)):
        code, row = rule(found, day, level, 0, 0)
        assert (code, found.tables.rules[row, c.DED_AMOUNT]) == ("a", amount)


def test_the_order_in_force_and_the_conditions_say_which_layers_come_when():
    found = compiled()
    assert [rule(found, "2024-02-01", 0, 0, place)[0] for place in (0, 1)] == ["a", "b"]
    assert [rule(found, "2024-07-01", 0, 0, place)[0] for place in (0, 1)] == ["b", "a"]
    assert rule(found, "2024-02-01", 0, 1, 0)[0] == "b"  # no stay: the first layer does not apply
    assert found.tables.count.max() == 2


def test_a_value_that_is_not_there_is_a_reason_not_a_number():
    found = compiled()
    _, row = rule(found, "2024-03-01", 1, 0, 0)
    assert found.tables.rules[row, c.KIND] == c.UNKNOWN_KIND
    assert found.reasons[row] == "层 a：参数 d 在 2024-03-01 对 level=l2 没有值"
    _, nowhere = rule(found, "2024-03-01", 2, 0, 0)  # fits no class at all
    assert found.reasons[nowhere] == "层 a：参数 d 在 2024-03-01 对 level=- 没有值"
    assert nowhere != row


def test_no_limit_is_larger_than_any_sum():
    found = compiled()
    assert found.tables.caps[:, c.CAP_LIMIT].tolist() == [c.NEVER]
    assert c.NEVER > c.MOST_FEN * 1000


def test_nothing_that_is_read_multiplies_beyond_64_bits():
    assert c.MOST_FEN * c.PPM * 10 < 2**63


def test_classes_that_multiply_beyond_tables_are_refused(monkeypatch):
    monkeypatch.setattr(compiling, "MOST_COMBOS", 26)  # 3 epochs × 3 levels × 3 kinds of care
    with pytest.raises(PolicyFault, match="组合过多"):
        compiled()
    monkeypatch.setattr(compiling, "MOST_COMBOS", 27)
    compiled()


def test_every_row_points_inside_its_table():
    for seed in range(15):
        found = compile_pack(seeded(seed, people=1, claims=1).pack)
        t = found.tables
        used = {int(row) for row in t.rule[t.rule >= 0].ravel()}
        assert used <= set(range(len(t.rules)))
        assert t.rule.shape == t.layer.shape
        for row in t.rules[t.rules[:, c.KIND] != c.UNKNOWN_KIND]:
            for table, offset, count in (
                (t.terms, c.BASE_OFF, c.BASE_N), (t.terms, c.DED_TERM_OFF, c.DED_TERM_N), (t.terms, c.OF_OFF, c.OF_N),
                (t.bands, c.BAND_OFF, c.BAND_N), (t.sequences, c.SEQ_OFF, c.SEQ_N), (t.caps, c.CAP_OFF, c.CAP_N),
            ):  # fmt: skip
                assert 0 <= row[offset] <= row[offset] + row[count] <= len(table)
            assert 0 <= row[c.POOL] < t.sizes[0]
        assert (t.caps[:, c.CAP_POOL] < t.sizes[1]).all()
        assert (t.terms[:, c.TERM_COMPONENT] < t.sizes[2]).all()
        assert (t.prepay < len(t.prepays)).all()
        assert len(t.count) == len(found.epochs) * found.strides[0]


runs = st.lists(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), max_size=4), max_size=20)


@given(runs)
def test_a_run_of_rows_stands_once_and_is_found_again(runs):
    rows = Rows(2)
    places = [rows.add(run) for run in runs]
    table = rows.table().tolist()
    for run, (at, count) in zip(runs, places, strict=True):
        assert table[at : at + count] == [[number, int(flag)] for number, flag in run]
    different = {tuple(run) for run in map(tuple, runs) if run}
    assert len(table) <= sum(map(len, different)) if different else not table
